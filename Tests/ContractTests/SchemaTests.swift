import Bytes
import Contract
import Formats
import Testing

@Suite("Schema of records")
struct SchemaTests {
  private func faults(
    _ type: ResourceType, _ attributes: String, links: String? = nil, isReading: Bool = false
  ) throws -> [SchemaFault] {
    ResourceSchema.of(type).check(
      attributes: try JSON.parse(attributes).value,
      links: try links.map { try JSON.parse($0).value },
      isReading: isReading)
  }

  @Test("a complete product has no faults")
  func product() throws {
    let text = """
      {"handle":"carre-90","title":"Carré 90","status":"active","tags":["silk"],
       "description":{"markdown":"*Silk*"},"options":[{"name":"Size","values":["90"]}],
       "metafields":{"maison":{"material":{"value":"silk"}}}}
      """
    #expect(try faults(.product, text).isEmpty)
  }

  @Test("a missing attribute is named by its pointer")
  func missing() throws {
    let found = try faults(.product, #"{"handle":"a","status":"active"}"#)
    #expect(found.map(\.pointer) == ["/attributes/title"])
    #expect(found.map(\.code) == [.missing])
  }

  @Test("an unknown attribute is refused when writing and overlooked when reading")
  func unknown() throws {
    let text = #"{"handle":"a","title":"A","status":"active","colour/hue":"red"}"#
    #expect(try faults(.product, text).map(\.pointer) == ["/attributes/colour~1hue"])
    #expect(try faults(.product, text, isReading: true).isEmpty)
  }

  @Test("money with a fraction has too many decimals")
  func decimals() throws {
    let found = try faults(
      .price, #"{"amount":12.5,"currency":"EUR"}"#,
      links: #"{"variant":"v","price_list":"l"}"#)
    #expect(found.map(\.code) == [.tooManyDecimals])
    #expect(found.map(\.pointer) == ["/attributes/amount"])
  }

  @Test("a link needs one of the types that it may point to")
  func linkType() throws {
    let attributes =
      #"{"kind":"image","url":"/a.svg","alt":"","width":1,"height":1,"position":1}"#
    let found = try faults(.media, attributes, links: #"{"parent":{"type":"price","id":"p"}}"#)
    #expect(found.map(\.pointer) == ["/links/parent/type"])
  }

  @Test("a collection has products or a rule, never both")
  func exactlyOne() throws {
    let both =
      #"{"handle":"a","title":"A","products":[],"rule":{"all":[{"field":"tag","op":"eq","value":"x"}]}}"#
    #expect(try faults(.collection, both).map(\.code) == [.notExactlyOne])
    #expect(try faults(.collection, #"{"handle":"a","title":"A"}"#).map(\.code) == [.notExactlyOne])
  }

  @Test("audiences nest, and what they mention is reported")
  func audience() throws {
    let text =
      #"{"mode":"hidden","audience":{"any":[{"not":{"country":"FR"}},{"tier_at_least":"t1"}]}}"#
    var mentions: [RecordMention] = []
    let found = ResourceSchema.of(.gate).check(
      attributes: try JSON.parse(text).value,
      links: try JSON.parse(#"{"resource":{"type":"product","id":"p"}}"#).value,
      mentions: &mentions)
    #expect(found.isEmpty)
    #expect(mentions.map(\.id) == ["t1", "p"])
    #expect(mentions.map(\.type) == [.tier, .product])
  }

  @Test("keys of another symbol table are understood by name")
  func otherSymbols() throws {
    let text = Array(#"{"handle":"a","title":"A","status":"active"}"#.utf8)
    let tape = try text.withUnsafeBytes { try JSON.parse($0, symbols: Symbols()) }
    #expect(ResourceSchema.of(.product).check(attributes: tape.value, links: nil).isEmpty)
  }

  @Test(
    "handles are lower case and fit into a path",
    arguments: [
      ("carre-90", true), ("日傘", true), ("Carré", false), ("a/b", false), ("a b", false),
      (".hidden", false), ("v1.2", true), ("50%", false),
    ])
  func handles(_ handle: String, _ fits: Bool) throws {
    let text = "{\"handle\":\"\(handle)\",\"title\":\"A\",\"status\":\"active\"}"
    #expect(try faults(.product, text).isEmpty == fits)
  }
}
