import Diagnostics
import Testing

@Suite("Findings as text")
struct DiagnosticTextTests {
  @Test("a finding shows place, excerpt, caret, record and help")
  func whole() {
    let finding = Diagnostic(
      "T104", .error, "unknown field `prise` on product",
      at: SourceLocation(
        file: "templates/pages/product.html.liquid", line: 41, column: 18, length: 5,
        excerpt: "  <p>{{ product.prise | money }}</p>"),
      label: "product has no field `prise`",
      record: RecordReference(type: "product", id: "8812", title: "Carré 90"),
      help: "did you mean `price`?")
    #expect(
      DiagnosticText().render(finding) == """
        error[T104]: unknown field `prise` on product
           --> templates/pages/product.html.liquid:41:18
           |
        41 |   <p>{{ product.prise | money }}</p>
           |                  ^^^^^ product has no field `prise`
           = while working on product 8812 "Carré 90"
           = help: did you mean `price`?

        """)
  }

  @Test("a place is found from a byte offset, columns counted in characters")
  func place() {
    let text = Array("a: 1\ntitre: é x\n".utf8)
    let location = text.withUnsafeBytes {
      SourceLocation(file: "f", text: $0, offset: 15, length: 1)
    }
    #expect(location.line == 2)
    #expect(location.column == 10)
    #expect(location.excerpt == "titre: é x")
  }

  @Test(
    "the word that was meant is found",
    arguments: [("curency", "currency"), ("prise", "price"), ("titel", "title")])
  func suggestion(word: String, meant: String) {
    #expect(
      Suggestion.nearest(to: word, among: ["currency", "price", "title", "handle"]) == meant)
    #expect(Suggestion.nearest(to: "zzzzzz", among: ["currency", "price"]) == nil)
  }
}
