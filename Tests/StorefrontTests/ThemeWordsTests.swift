import Formats
import Storefront
import Testing

@Suite("A theme's words")
struct ThemeWordsTests {
  private static func words() throws -> ThemeWords {
    ThemeWords(
      try JSON.parse(
        """
        {"cart":{"add":"Add & go","items":{"one":"an item","other":"{{ count }} items"},
        "note_html":"<b>now</b>","hello":"Hello {{ name }}","bag":{"other":"bags"}},"a.b":"dotted"}
        """),
      fallback: try JSON.parse(
        #"{"cart":{"add":"other","only":"Only here","bag":"bag","items":"items"}}"#))
  }

  @Test("that never change are ready as HTML, and are those of the look-up")
  func fixed() throws {
    let words = try Self.words()
    #expect(words.fixedMarkup("cart.add") == "Add &amp; go")
    #expect(words.fixedMarkup("cart.note_html") == "<b>now</b>")
    #expect(words.fixedMarkup("cart.only") == "Only here")
    #expect(words.entry("cart.only")?.text == "Only here")
  }

  @Test(
    "with forms, values or no text are looked up each time",
    arguments: ["cart.items", "cart.hello", "cart.bag", "cart", "a.b", "missing"])
  func looked(key: String) throws { #expect(try Self.words().fixedMarkup(key) == nil) }
}
