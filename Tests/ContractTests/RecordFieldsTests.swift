import Bytes
import Contract
import Formats
import Testing

@Suite("Fields of a record")
struct RecordFieldsTests {
  private func envelope(_ json: String) throws -> Tape { try JSON.parse(json) }

  @Test("a body is taken apart by attribute, by member where members are independent, and by link")
  func apart() throws {
    let body = try JSON.parse(
      """
      {"attributes":{"sku":"A-1","position":1,"options":{"Size":"S","Colour":"Noir"},"gtin":null},
       "links":{"product":"prd_1"}}
      """)
    let fields = RecordFields.fields(
      of: .variant, attributes: try #require(body.value["attributes"]), links: body.value["links"])
    #expect(
      fields == [
        "sku": .text("A-1"), "position": .integer(1), "options.Size": .text("S"),
        "options.Colour": .text("Noir"), "links.product": .text("prd_1"),
      ])
  }

  @Test("a description is one field, because its format belongs to its text")
  func whole() {
    #expect(RecordFields.exists("description", in: .product))
    #expect(!RecordFields.exists("description.markdown", in: .product))
    #expect(RecordFields.exists("seo.title", in: .product))
    #expect(!RecordFields.exists("seo", in: .product))
    #expect(RecordFields.exists("metafields.care", in: .product))
    #expect(!RecordFields.exists("colour", in: .product))
  }

  @Test("a patch replaces a whole object by naming the members that go")
  func patch() {
    let patch = RecordFields.patch(
      ["description": .object(of: [.init("markdown", .text("x"))]), "seo.title": .null],
      over: ["description": .object(of: [.init("html", .text("<p>x"))])])
    #expect(
      patch.json
        == #"{"attributes":{"description":{"html":null,"markdown":"x"},"seo":{"title":null}}}"#)
  }

  @Test("an overlay changes the named fields and leaves the rest as it stood")
  func overlay() throws {
    let body = try JSON.parse(
      #"{"type":"product","id":"p","attributes":{"title":"A","seo":{"title":"S"},"handle":"a"},"links":{}}"#
    )
    let json = RecordOverlay.apply(
      [
        "title": .text("B"), "seo.title": .null, "seo.description": .text("D"),
        "vendor": .text("V"),
      ],
      to: body.value)
    #expect(
      String(decoding: json, as: UTF8.self)
        == #"{"type":"product","id":"p","attributes":{"title":"B","seo":{"description":"D"},"handle":"a","vendor":"V"},"links":{}}"#
    )
  }

  @Test("equal values have equal texts, whatever the order of their members")
  func canonical() throws {
    let one = try FieldValue(json: #"{"b":1,"a":[true,null,"x",1.50]}"#)
    let other = try FieldValue(json: #"{"a":[true,null,"x",1.50],"b":1}"#)
    #expect(one == other)
    #expect(one.json == #"{"a":[true,null,"x",1.50],"b":1}"#)
    #expect(try FieldValue(json: one.json) == one)
  }
}
