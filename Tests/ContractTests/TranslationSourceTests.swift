import Bytes
import Contract
import Formats
import Testing

@Suite("The source of a translation")
struct TranslationSourceTests {
  private let record = #"""
    {"title":"Bag","description":{"markdown":"*Soft*."},"seo":{"title":"A bag"},
     "options":[{"name":"Colour","values":["Black"]},{"name":"Colour.Inside","values":["Red"]}],
     "metafields":{"care":{"wash":"By hand"},"care.dry":"Flat","count":3,"list":[1,"a"]}}
    """#

  @Test(
    "a key names a text",
    arguments: [
      ("title", "Bag"), ("description", "*Soft*."), ("seo.title", "A bag"),
      ("options.Colour", "Colour"), ("options.Colour.Black", "Black"),
      ("options.Colour.Inside", "Colour.Inside"), ("options.Colour.Inside.Red", "Red"),
      ("metafields.care.wash", "By hand"), ("metafields.care.dry", "Flat"),
      ("metafields.count", "3"), ("metafields.list", #"[1,"a"]"#),
    ])
  func text(_ key: String, _ text: String) throws {
    let attributes = try JSON.parse(record).value
    #expect(TranslationSource.text(of: key, in: attributes) == text)
    #expect(TranslationSource.digest(of: key, in: attributes) == ContentHash.ofText(text))
  }

  @Test(
    "a key may name nothing",
    arguments: ["vendor", "seo.description", "options.Size", "options.Colour.Red", ""])
  func nothing(_ key: String) throws {
    #expect(TranslationSource.text(of: key, in: try JSON.parse(record).value) == nil)
  }
}
