import Bytes
import Liquid
import Testing

@Suite("Templates")
struct EngineTests {
  @Test(
    "tags and filters do what the reference does",
    arguments: [
      ("{{ 'a' | append: 'b' | upcase }}", "AB"),
      (
        "{% for i in (1..3) %}{{ i }}{% unless forloop.last %},{% endunless %}{% endfor %}", "1,2,3"
      ),
      ("{% assign x = 5 | divided_by: 3 %}{{ x }}", "1"),
      ("{{ 10.1 | minus: 2.2 }}", "7.9"),
      ("{% if a and b or c %}yes{% else %}no{% endif %}", "no"),
      ("{% case 2 %}{% when 1 %}one{% when 2, 3 %}two{% endcase %}", "two"),
      ("{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}{% cycle 'a', 'b' %}", "aba"),
      ("{% increment n %}{% increment n %}{% decrement n %}", "011"),
      ("{% capture c %}<{{ 'x' }}>{% endcapture %}{{ c }}", "<x>"),
      ("{{ 'now' | date: '%Y' }}", "2027"),
      (
        "{% tablerow i in (1..2) cols: 1 %}{{ i }}{% endtablerow %}",
        "<tr class=\"row1\">\n<td class=\"col1\">1</td></tr>\n<tr class=\"row2\">"
          + "<td class=\"col1\">2</td></tr>\n"
      ),
      ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
      ("{% liquid\nassign a = 1\necho a\n%}", "1"),
    ])
  func basics(template: String, expected: String) throws {
    #expect(try render(template) == expected)
  }

  @Test("a rendered partial sees its arguments and nothing else of the page")
  func isolation() throws {
    let partials = ["card": "[{{ title }}{{ outer }}]"]
    #expect(
      try render(
        "{% assign outer = 1 %}{% render 'card', title: name %}", #"{"name":"Silk"}"#,
        partials: partials) == "[Silk]")
    #expect(
      try render("{% assign title = 'T' %}{% include 'card' %}", partials: partials) == "[T]")
  }

  @Test("an error names template, line and column")
  func errors() {
    let error = #expect(throws: LiquidError.self) {
      try render("a\n{{ 1 | divided_by: 0 }}")
    }
    #expect(error?.kind == .zeroDivision)
    #expect(error?.line == 2)
    #expect(error?.fullMessage == "Liquid error (line 2): divided by 0")
  }

  @Test("an output beyond its bound ends the render, also where the end of the template finds it")
  func outputBound() throws {
    var dialect = Dialect.core
    dialect.limits.outputBytes = 8
    let set = TemplateSet(dialect: dialect, loader: nil)
    let program = try set.compile(TemplateSource(name: "long", text: "a\n{{ 'longer than that' }}"))
    for inlineErrors in [false, true] {
      var renderer = Renderer(
        set: set, options: RenderOptions(now: Instant(seconds: 0), inlineErrors: inlineErrors))
      let error = #expect(throws: LiquidError.self) {
        var output = ByteBuffer()
        try renderer.render(program, globals: Globals(), into: &output)
      }
      #expect(error?.kind == .memory)
      #expect(error?.line == 2)
    }
  }

  @Test("errors are printed where that is asked for, as the reference prints them")
  func inlineErrors() throws {
    #expect(
      try render("a{{ 1 | divided_by: 0 }}b", inlineErrors: true)
        == "aLiquid error (line 1): divided by 0b")
  }
}
