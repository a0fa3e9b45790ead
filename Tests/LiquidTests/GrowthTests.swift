import Bytes
import Machine
import Testing

@testable import Liquid

/// Inputs of which a parser that looks at anything twice would take minutes.
@Suite("Growth")
struct GrowthTests {
  static let count = 50_000

  /// A long template that a report names by how it begins.
  struct Long: Sendable, CustomTestStringConvertible {
    let text: String

    init(_ start: String, _ unit: String, _ end: String = "") {
      text = start + String(repeating: unit, count: count) + end
    }

    var testDescription: String { String(text.prefix(40)) }
  }

  static func repeated(_ text: String) -> String { String(repeating: text, count: count) }

  @Test(
    "what is never closed is found in one pass",
    arguments: [
      Long("", "{%"), Long("", "{{"), Long("{% comment %}", "{{", "{%"), Long("{% raw %}", "{{ "),
      Long("{% raw %}", "{% "), Long("{% doc %}", "{{ }"), Long("", "{% comment %}"),
      Long("", "{% if a %}"), Long("{% if a %}", "{% else %}"), Long("", "{%\n"),
    ])
  func unclosed(template: Long) {
    for mode in [ParserMode.strict2, .lax] {
      #expect(throws: LiquidError.self) { try render(template.text, mode: mode) }
    }
  }

  @Test(
    "what nests too deep is refused, not followed",
    arguments: [
      Long("{{ ", "(", " }}"), Long("{{ ", "a[", " }}"), Long("{{ ", "(1..", " }}"),
      Long("{% liquid ", "liquid ", "%}"), Long("{{ ", "'\"", "' }}"),
    ])
  func nested(template: Long) {
    #expect(throws: LiquidError.self) { try render(template.text) }
  }

  @Test(
    "what is passed over in lax mode is passed over once",
    arguments: [
      Long("{{ ", "[", " }}"), Long("{{ ", "(", " }}"), Long("{{ ", "a' ", " }}"),
      Long("{% for a in b ", "x: y ", "%}{% endfor %}"), Long("{% assign a = ", "b ", "%}"),
    ])
  func lax(template: Long) throws { #expect(try render(template.text, mode: .lax) == "") }

  @Test("a program grows as its source does")
  func programs() throws {
    for unit in [
      "a{{ b | upcase }}", "{% if a %}b{% endif %}", "{% for i in a %}{{ i }}{% endfor %}",
      "{% case a %}{% when 1, 2 %}b{% endcase %}", "{% cycle 'a', 'b' %}", "{% render 'p', a: 1 %}",
    ] {
      let set = TemplateSet(dialect: .core, loader: nil)
      let sizes = try [1_000, 2_000].map { count in
        try set.compile(
          TemplateSource(name: "t", text: String(repeating: unit, count: count))
        ).opCount - 1
      }
      #expect(sizes[1] == 2 * sizes[0], "\(unit)")
    }
  }

  @Test("more arguments than a filter takes are an error, however many")
  func arguments() throws {
    let many = "{{ 'a' | append: \(Self.repeated("1,"))1 }}"
    #expect(
      try render(many, inlineErrors: true)
        == "Liquid error (line 1): wrong number of arguments (given 50002, expected 2)")
    let named = "{{ 'a' | append: \(Self.repeated("k: 1,"))k: 1 }}"
    #expect(throws: LiquidError.self) { try render(named) }
    let partial = "{% include 'p'\(Self.repeated(", k: 1")) %}"
    #expect(throws: LiquidError.self) { try render(partial, partials: ["p": "x"]) }
  }

  @Test("a long chain of filters is one expression after the other")
  func chain() throws {
    #expect(try render("{{ 'a'\(Self.repeated(" | upcase")) }}") == "A")
    #expect(try render("{% if a\(Self.repeated(" and a")) %}x{% endif %}") == "")
  }

  @Test("errors in the page cost no search for their place")
  func errors() throws {
    let output = try render(
      String(repeating: "{{ 1 | modulo: 0 }}\n", count: 20_000), inlineErrors: true)
    #expect(output.hasSuffix("Liquid error (line 20000): divided by 0\n"))
  }

  @Test("loops, cycles and lists of many kinds are remembered by hash")
  func remembered() throws {
    let loops = (0..<20_000).map {
      "{% for i in v\($0) limit: 1 %}{% endfor %}{% cycle \($0): 1, 2 %}"
    }
    #expect(try render(loops.joined()) == String(repeating: "1", count: 20_000))
    let objects = (0..<20_000).map { #"{"k":\#($0)}"# }.joined(separator: ",")
    #expect(try render("{{ a | uniq | size }}", #"{"a":[\#(objects)]}"#) == "20000")
  }
}
