import Testing

@Suite("Tags")
struct TagTests {
  @Test(
    "variables",
    arguments: [
      Specification("assign gives a name to a value", "{% assign x = 'a' %}{{ x }}", "a"),
      Specification("assign applies filters", "{% assign x = 'a' | upcase %}{{ x }}", "A"),
      Specification(
        "assign of nothing hides the page's value", "{% assign x = y %}[{{ x }}]", "[]",
        #"{"x": 1}"#),
      Specification(
        "assign is of the whole page, also inside a loop",
        "{% for i in (1..2) %}{% assign x = i %}{% endfor %}{{ x }}", "2"),
      Specification(
        "capture keeps what its inside prints", "{% capture x %}{{ 1 }}b{% endcapture %}[{{ x }}]",
        "[1b]"),
      Specification(
        "capture takes a name with a hyphen", "{% capture a-b %}c{% endcapture %}{{ a-b }}", "c"),
      Specification("echo prints an expression", "{% echo 'a' | append: 'b' %}", "ab"),
      Specification("increment counts from 0", "{% increment n %}{% increment n %}", "01"),
      Specification("decrement counts from -1", "{% decrement n %}{% decrement n %}", "-1-2"),
      Specification(
        "increment and decrement share a counter", "{% increment n %}{% decrement n %}", "00"),
      Specification(
        "a counter is no assigned variable",
        "{% assign n = 9 %}{% increment n %}{{ n }}", "09"),
      Specification(
        "a counter begins with the page's value", "{% increment n %}{{ n }}", "78", #"{"n": 7}"#),
      Specification(
        "a counter passes 64 bits", "{% increment n %}{% increment n %}",
        "92233720368547758079223372036854775808", #"{"n": 9223372036854775807}"#),
      Specification(
        "self is the variables", "{{ self['a b'] }}{{ self.c }}", "12", #"{"a b":1,"c":2}"#),
    ])
  func variables(_ specification: Specification) throws { try specification.check() }

  @Test(
    "conditions",
    arguments: [
      Specification(
        "if takes the first that holds", "{% if a %}1{% elsif b %}2{% else %}3{% endif %}", "2",
        #"{"b":true}"#),
      Specification("if without any that holds", "{% if a %}1{% endif %}", ""),
      Specification(
        "only nil and false do not hold",
        "{% if 0 %}a{% endif %}{% if '' %}b{% endif %}{% if false %}c{% endif %}{% if nil %}d{% endif %}",
        "ab"),
      Specification("unless is if turned round", "{% unless a %}1{% else %}2{% endunless %}", "1"),
      Specification("unless has elsif", "{% unless true %}1{% elsif true %}2{% endunless %}", "2"),
      Specification(
        "and before or from the right", "{% if true or false and false %}a{% endif %}", "a"),
      Specification(
        "or before and from the right", "{% if false and false or true %}a{% else %}b{% endif %}",
        "b"),
      Specification(
        "what is decided is not evaluated", "{% if false and 'a' < 1 %}a{% else %}b{% endif %}", "b"
      ),
      Specification(
        "equal and unequal",
        "{% if 1 == 1.0 %}a{% endif %}{% if 'a' != 'b' %}b{% endif %}{% if 1 <> 2 %}c{% endif %}",
        "abc"),
      Specification("unlike types are not equal", "{% if '1' == 1 %}a{% else %}b{% endif %}", "b"),
      Specification(
        "comparison of texts is by bytes",
        "{% if 'a' < 'b' %}1{% endif %}{% if 'B' < 'a' %}2{% endif %}", "12"),
      Specification(
        "nil has no order", "{% if nil < 1 %}a{% endif %}{% if nil >= 1 %}b{% endif %}", ""),
      Specification(
        "contains looks into texts",
        "{% if 'abc' contains 'b' %}a{% endif %}{% if 'a1' contains 1 %}b{% endif %}", "ab"),
      Specification(
        "contains looks into lists",
        "{% if a contains 2 %}a{% endif %}{% if a contains '2' %}b{% endif %}", "a", #"{"a":[1,2]}"#
      ),
      Specification(
        "contains looks at keys",
        "{% if h contains 'k' %}a{% endif %}{% if h contains 'v' %}b{% endif %}", "a",
        #"{"h":{"k":"v"}}"#),
      Specification(
        "contains looks into ranges",
        "{% assign r = (1..5) %}{% if r contains 5 %}a{% endif %}{% if r contains 6 %}b{% endif %}",
        "a"),
      Specification(
        "blank", "{% for x in a %}{% if x == blank %}1{% else %}0{% endif %}{% endfor %}",
        "11111000", #"{"a":[null,false," ",[],{},0,"a",[1]]}"#),
      Specification(
        "empty", "{% for x in a %}{% if x == empty %}1{% else %}0{% endif %}{% endfor %}",
        "01101000", #"{"a":[null,"",[]," ",{},0,"a",[1]]}"#),
      Specification(
        "lists compare item by item", "{% if a == b %}a{% endif %}{% if a != c %}b{% endif %}",
        "ab", #"{"a":[1,{"x":2}],"b":[1,{"x":2}],"c":[1]}"#),
      Specification(
        "objects compare whatever their order", "{% if a == b %}a{% endif %}", "a",
        #"{"a":{"x":1,"y":2},"b":{"y":2,"x":1}}"#),
    ])
  func conditions(_ specification: Specification) throws { try specification.check() }

  @Test(
    "case",
    arguments: [
      Specification(
        "the value that matches", "{% case 2 %}{% when 1 %}a{% when 2 %}b{% endcase %}", "b"),
      Specification(
        "several values with or and comma",
        "{% case 3 %}{% when 1, 2 %}a{% when 4 or 3 %}b{% endcase %}", "b"),
      Specification(
        "every when that matches renders", "{% case 1 %}{% when 1 %}a{% when 1 %}b{% endcase %}",
        "ab"),
      Specification(
        "a value said twice renders twice", "{% case 1 %}{% when 1, 1 %}a{% endcase %}", "aa"),
      Specification(
        "else if nothing matched before", "{% case 9 %}{% when 1 %}a{% else %}b{% endcase %}", "b"),
      Specification(
        "else may come first", "{% case 1 %}{% else %}e{% when 1 %}a{% endcase %}", "ea"),
      Specification(
        "else after a match is silent", "{% case 1 %}{% when 1 %}a{% else %}e{% endcase %}", "a"),
      Specification(
        "what stands before the first when is dropped", "{% case 1 %} x {% when 1 %}a{% endcase %}",
        "a"),
      Specification(
        "blank as a value", "{% case x %}{% when blank %}a{% endcase %}", "a", #"{"x":" "}"#),
      Specification("nothing equals nil", "{% case x %}{% when nil %}a{% endcase %}", "a"),
    ])
  func cases(_ specification: Specification) throws { try specification.check() }

  @Test(
    "tags that print their text or none",
    arguments: [
      Specification("raw", "{% raw %}{{ a }}{% if %}{% endraw %}", "{{ a }}{% if %}"),
      Specification("raw ends in the middle of an output", "{% raw %}{{ a {% endraw %}b", "{{ a b"),
      Specification("comment", "a{% comment %}{{ x }}{% nonsense %}{% endcomment %}b", "ab"),
      Specification(
        "comments nest", "{% comment %}{% comment %}a{% endcomment %}b{% endcomment %}c", "c"),
      Specification(
        "raw inside a comment hides its end",
        "{% comment %}{% raw %}{% endcomment %}{% endraw %}{% endcomment %}a", "a"),
      Specification(
        "a comment may hold half an output", "{% comment %}{{ a } {% if %}{% endcomment %}b", "b"),
      Specification("inline comment", "a{% # x %}b", "ab"),
      Specification("inline comment over lines", "a{% # x\n  # y %}b", "ab"),
      Specification("doc prints nothing", "a{% doc %}{{ x }} @param{% enddoc %}b", "ab"),
      Specification(
        "liquid takes a tag a line", "{% liquid\n assign a = 1\n if a\n echo a\n endif\n%}", "1"),
      Specification("liquid passes over empty lines", "{% liquid\n\n  echo 1\n\n%}", "1"),
      Specification(
        "liquid holds comments", "{% liquid\n # a\n comment\n nonsense\n endcomment\n echo 2 %}",
        "2"),
      Specification("liquid in liquid", "{% liquid\n liquid echo 1\n echo 2 %}", "12"),
      Specification(
        "ifchanged", "{% for x in a %}{% ifchanged %}{{ x }}{% endifchanged %}{% endfor %}", "121",
        #"{"a":[1,1,2,2,1]}"#),
    ])
  func texts(_ specification: Specification) throws { try specification.check() }

  @Test(
    "cycle",
    arguments: [
      Specification(
        "one after the other", "{% for i in (1..5) %}{% cycle 'a', 'b' %}{% endfor %}", "ababa"),
      Specification("equal lists are one group", "{% cycle 1, 2 %}{% cycle 1, 2 %}", "12"),
      Specification("other lists are other groups", "{% cycle 1, 2 %}{% cycle 1, 3 %}", "11"),
      Specification("a name makes a group", "{% cycle 'g': 1, 2 %}{% cycle 'g': 3, 4 %}", "14"),
      Specification(
        "the name may be a variable", "{% cycle g: 1, 2 %}{% cycle h: 1, 2 %}", "12",
        #"{"g":"x","h":"x"}"#),
      Specification(
        "lists of variables are never one group", "{% cycle a, b %}{% cycle a, b %}", "11",
        #"{"a":1,"b":2}"#),
      Specification(
        "equal lists as names are one group", "{% cycle a: 1, 2 %}{% cycle b: 1, 2 %}", "12",
        #"{"a":[1],"b":[1]}"#),
    ])
  func cycles(_ specification: Specification) throws { try specification.check() }
}
