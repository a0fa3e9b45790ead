import Diagnostics
import Liquid
import Testing

@Suite("Modes of the parser")
struct ModeTests {
  /// What comes of a template in strict2, strict and lax; nil for an error.
  @Test(
    "strict2, strict and lax",
    arguments: [
      ("{{ a }}", "1", "1", "1"),
      ("{{ ['a'] }}", nil, "1", "1"),
      ("{{ a b }}", nil, nil, "1"),
      ("{{ a | plus: 1 | }}", nil, nil, "2"),
      ("{{ a | plus: 1, }}", "2", nil, "2"),
      ("{{ a | upcase: }}", "1", nil, "1"),
      ("{% if a == 1 b %}y{% endif %}", nil, nil, "y"),
      ("{% if a & 1 %}y{% endif %}", nil, nil, "y"),
      ("{% if a =! 1 %}y{% endif %}z", nil, nil, nil),
      ("{% for i in (1..2) nonsense %}{{ i }}{% endfor %}", nil, nil, "12"),
      ("{% case a b %}{% when 1 %}y{% endcase %}", nil, "y", "y"),
      ("{% case a %}{% when 1 b %}y{% endcase %}", nil, "y", "y"),
      ("{% cycle 1 2 %}", nil, "1", "1"),
      (
        "{% tablerow i in (1..1) x:1 %}{% endtablerow %}", nil,
        "<tr class=\"row1\">\n<td class=\"col1\"></td></tr>\n",
        "<tr class=\"row1\">\n<td class=\"col1\"></td></tr>\n"
      ),
      ("{{ a..b }}", nil, nil, ""),
      ("{{ a.b? }}", "", "", ""),
      ("{{ 1.2.3 }}", nil, nil, "1.2"),
      ("{{ -a }}", nil, nil, ""),
    ] as [(String, String?, String?, String?)])
  func modes(template: String, strict2: String?, strict: String?, lax: String?) {
    for (mode, expected) in [(ParserMode.strict2, strict2), (.strict, strict), (.lax, lax)] {
      let output = try? render(template, #"{"a":1}"#, mode: mode)
      #expect(output == expected, "\(mode.rawValue): \(template)")
    }
  }

  @Test("unknown filters pass the value through, but not where the dialect forbids it")
  func unknownFilters() throws {
    #expect(try render("{{ 'a' | nonsense: 1 | upcase }}") == "A")
    let error = #expect(throws: LiquidError.self) {
      try TemplateSet(dialect: .core, loader: nil).compile(
        TemplateSource(name: "t", text: "a\n{{ 'a' | upcse }}"))
    }
    #expect(error?.kind == .undefinedFilter)
    #expect(error?.line == 2)
    #expect(error?.column == 10)
    #expect(error?.diagnostic.help == "did you mean 'upcase'?")
  }

  @Test("an unknown tag is an error with a word that is near")
  func unknownTags() {
    let error = #expect(throws: LiquidError.self) { try render("{% asign a = 1 %}") }
    #expect(error?.fullMessage == "Liquid syntax error (line 1): Unknown tag 'asign'")
    #expect(error?.diagnostic.help == "did you mean 'assign'?")
  }
}
