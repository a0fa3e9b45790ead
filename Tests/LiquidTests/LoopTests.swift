import Testing

@Suite("Loops")
struct LoopTests {
  static let list = #"{"a":[1,2,3,4,5,6],"h":{"x":1,"y":2},"e":[],"s":"abc","n":3}"#

  @Test(
    "for",
    arguments: [
      Specification("a list", "{% for i in a %}{{ i }}{% endfor %}", "123456", list),
      Specification("a range", "{% for i in (1..3) %}{{ i }}{% endfor %}", "123"),
      Specification(
        "a range of variables", "{% for i in (n..5) %}{{ i }}{% endfor %}", "345", list),
      Specification(
        "an empty range", "{% for i in (3..1) %}{{ i }}{% else %}none{% endfor %}", "none"),
      Specification(
        "an object gives pairs", "{% for p in h %}{{ p[0] }}={{ p[1] }};{% endfor %}", "x=1;y=2;",
        list),
      Specification("a text is one item", "{% for i in s %}[{{ i }}]{% endfor %}", "[abc]", list),
      Specification(
        "a text is one item whatever the limit",
        "{% for i in s limit: 0 offset: 5 %}[{{ i }}]{% endfor %}", "[abc]", list),
      Specification(
        "a number is none", "{% for i in n %}x{% else %}none{% endfor %}", "none", list),
      Specification(
        "else where there is nothing", "{% for i in e %}x{% else %}none{% endfor %}", "none", list),
      Specification("limit", "{% for i in a limit: 2 %}{{ i }}{% endfor %}", "12", list),
      Specification("offset", "{% for i in a offset: 4 %}{{ i }}{% endfor %}", "56", list),
      Specification(
        "limit and offset as text", "{% for i in a limit: '2' offset: '1' %}{{ i }}{% endfor %}",
        "23", list),
      Specification(
        "limit and offset with a comma", "{% for i in a limit: 2, offset: 1 %}{{ i }}{% endfor %}",
        "23", list),
      Specification(
        "nil is no limit", "{% for i in a limit: none %}{{ i }}{% endfor %}", "123456", list),
      Specification(
        "a negative limit is nothing", "{% for i in a limit: -1 %}{{ i }}{% endfor %}", "", list),
      Specification(
        "reversed after limit and offset",
        "{% for i in a reversed limit: 2 offset: 1 %}{{ i }}{% endfor %}", "32", list),
      Specification(
        "offset: continue",
        "{% for i in a limit: 2 %}{{ i }}{% endfor %}-{% for i in a limit: 2 offset: continue %}{{ i }}{% endfor %}",
        "12-34", list),
      Specification(
        "continue is of variable and collection",
        "{% for i in a limit: 2 %}{% endfor %}{% for j in a offset: continue %}{{ j }}{% endfor %}",
        "123456", list),
      Specification(
        "break", "{% for i in a %}{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "12",
        list),
      Specification(
        "continue",
        "{% for i in (1..3) %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "13"),
      Specification(
        "break ends the inner loop only",
        "{% for i in (1..2) %}{% for j in (1..3) %}{% break %}{% endfor %}{{ i }}{% endfor %}", "12"
      ),
      Specification("break outside a loop ends the page", "a{% break %}b", "a"),
      Specification(
        "the variable ends with the loop", "{% for i in (1..2) %}{% endfor %}[{{ i }}]", "[]"),
      Specification(
        "the variable hides an outer one",
        "{% assign i = 9 %}{% for i in (1..2) %}{{ i }}{% endfor %}{{ i }}", "129"),
    ])
  func loops(_ specification: Specification) throws { try specification.check() }

  @Test(
    "forloop",
    arguments: [
      Specification(
        "places from both ends",
        "{% for i in (1..2) %}{{ forloop.index }}{{ forloop.index0 }}{{ forloop.rindex }}{{ forloop.rindex0 }} {% endfor %}",
        "1021 2110 "),
      Specification(
        "first, last, length",
        "{% for i in (1..2) %}{{ forloop.first }}{{ forloop.last }}{{ forloop.length }} {% endfor %}",
        "truefalse2 falsetrue2 "),
      Specification(
        "length is after limit", "{% for i in (1..9) limit: 3 %}{{ forloop.length }}{% endfor %}",
        "333"),
      Specification("name", "{% for i in (1..1) %}{{ forloop.name }}{% endfor %}", "i-(1..1)"),
      Specification(
        "parentloop",
        "{% for i in (1..2) %}{% for j in (1..2) %}{{ forloop.parentloop.index }}{{ forloop.index }} {% endfor %}{% endfor %}",
        "11 12 21 22 "),
      Specification(
        "the outermost has no parentloop",
        "{% for i in (1..1) %}[{{ forloop.parentloop }}]{% endfor %}", "[]"),
      Specification(
        "printed it is its class", "{% for i in (1..1) %}{{ forloop }}{% endfor %}",
        "Liquid::ForloopDrop"),
      Specification(
        "it ends with the loop", "{% for i in (1..1) %}{% endfor %}[{{ forloop.index }}]", "[]"),
    ])
  func forloop(_ specification: Specification) throws { try specification.check() }

  @Test(
    "tablerow",
    arguments: [
      Specification(
        "one row", "{% tablerow i in (1..2) %}{{ i }}{% endtablerow %}",
        "<tr class=\"row1\">\n<td class=\"col1\">1</td><td class=\"col2\">2</td></tr>\n"),
      Specification(
        "rows of cols", "{% tablerow i in (1..3) cols: 2 %}{{ i }}{% endtablerow %}",
        "<tr class=\"row1\">\n<td class=\"col1\">1</td><td class=\"col2\">2</td></tr>\n<tr class=\"row2\"><td class=\"col1\">3</td></tr>\n"
      ),
      Specification(
        "an empty collection has an empty row", "{% tablerow i in e %}{{ i }}{% endtablerow %}",
        "<tr class=\"row1\">\n</tr>\n", list),
      Specification(
        "nothing prints nothing", "{% tablerow i in missing %}{{ i }}{% endtablerow %}", ""),
      Specification(
        "limit and offset of odd kinds",
        "{% tablerow i in a limit: '2' offset: 'bad' %}{{ i }}{% endtablerow %}",
        "<tr class=\"row1\">\n<td class=\"col1\">1</td><td class=\"col2\">2</td></tr>\n", list),
      Specification(
        "tablerowloop",
        "{% tablerow i in (1..3) cols: 2 %}{{ tablerowloop.row }}{{ tablerowloop.col }}{{ tablerowloop.col0 }}{{ tablerowloop.col_first }}{{ tablerowloop.col_last }}{{ tablerowloop.index }}{{ tablerowloop.length }}{% endtablerow %}",
        "<tr class=\"row1\">\n<td class=\"col1\">110truefalse13</td><td class=\"col2\">121falsetrue23</td></tr>\n<tr class=\"row2\"><td class=\"col1\">210truefalse33</td></tr>\n"
      ),
      Specification(
        "break ends the table",
        "{% tablerow i in (1..3) %}{{ i }}{% if i == 2 %}{% break %}{% endif %}{% endtablerow %}",
        "<tr class=\"row1\">\n<td class=\"col1\">1</td><td class=\"col2\">2</td></tr>\n"),
      Specification(
        "continue ends the cell", "{% tablerow i in (1..2) %}a{% continue %}b{% endtablerow %}",
        "<tr class=\"row1\">\n<td class=\"col1\">a</td><td class=\"col2\">a</td></tr>\n"),
      Specification(
        "a text is one cell", "{% tablerow i in s offset: 3 %}{{ i }}{% endtablerow %}",
        "<tr class=\"row1\">\n<td class=\"col1\">abc</td></tr>\n", list),
    ])
  func tables(_ specification: Specification) throws { try specification.check() }
}
