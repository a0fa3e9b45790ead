import Testing

@Suite("White space")
struct WhitespaceTests {
  @Test(
    "hyphens",
    arguments: [
      Specification("before an output", "a \n{{- 1 }} b", "a1 b"),
      Specification("behind an output", "a {{ 1 -}} \n b", "a 1b"),
      Specification("before and behind a tag", "a {%- if true -%} b {%- endif -%} c", "abc"),
      Specification("only to the next tag", "a {{ 1 -}} {{ 2 }}", "a 12"),
      Specification("of raw", "a {%- raw -%} b {%- endraw -%} c", "a b c"),
      Specification("of comments", "a {%- comment -%} b {%- endcomment -%} c", "ac"),
      Specification("of doc", "a {%- doc -%} b {%- enddoc -%} c", "ac"),
      Specification("of liquid", "a {%- liquid echo 1 -%} b", "a1b"),
      Specification("every white space", "a \t\r\n{{- 1 }}", "a1"),
      Specification("not a hard space", "a {{- 1 }}", "a 1"),
    ])
  func hyphens(_ specification: Specification) throws { try specification.check() }

  @Test(
    "blank blocks",
    arguments: [
      Specification(
        "a block of white space prints nothing", "[{% if true %} \n {% endif %}]", "[]"),
      Specification("of assigns", "[{% if true %} {% assign a = 1 %} {% endif %}]{{ a }}", "[]1"),
      Specification(
        "of captures", "[{% for i in (1..2) %} {% capture a %}x{% endcapture %} {% endfor %}]", "[]"
      ),
      Specification(
        "of comments",
        "[{% unless false %} {% comment %} x {% endcomment %} {% # y %} {% endunless %}]", "[]"),
      Specification("all branches must be blank", "[{% if true %} {% else %}x{% endif %}]", "[ ]"),
      Specification("an output is not blank", "[{% if true %} {{ nil }} {% endif %}]", "[  ]"),
      Specification("case", "[{% case 1 %}{% when 1 %} {% endcase %}]", "[]"),
      Specification(
        "a break is not blank", "[{% for i in (1..2) %} {% break %} {% endfor %}]", "[ ]"),
    ])
  func blanks(_ specification: Specification) throws { try specification.check() }
}
