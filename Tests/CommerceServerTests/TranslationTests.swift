import Bytes
import CommerceServer
import Contract
import Formats
import Testing

@Suite("Translations and their source")
struct TranslationTests {
  private func body(_ key: String, _ digest: String, _ value: String = "Carré") -> String {
    #"{"attributes":{"key":"\#(key)","locale":"fr","value":"\#(value)","source_digest":"\#(digest)"},"links":{"resource":{"type":"product","id":"p1"}}}"#
  }

  private let digest = ContentHash.ofText("Carré 90")

  @Test("a translation of the text as it is is taken")
  func current() throws {
    let shop = try Shop()
    #expect(try shop.create("translations", body("title", digest)).status == 201)
  }

  @Test("a translation of another text is a 409 with the digest of today")
  func stale() throws {
    let answer = try Shop().create("translations", body("title", ContentHash.ofText("Carré 70")))
    #expect(answer.status == 409)
    #expect(try answer.problem() == .sourceChanged)
    let fault = try answer.json()["errors"]?.children.first
    #expect(fault?["pointer"]?.string == "/attributes/source_digest")
    #expect(fault?["params"]?["source_digest"]?.string == digest)
  }

  @Test("a translation of a text that is not there is a 409")
  func absent() throws {
    let answer = try Shop().create("translations", body("seo.title", digest))
    #expect(try answer.problem() == .sourceChanged)
    let fault = try answer.json()["errors"]?.children.first
    #expect(fault?["params"]?["source_digest"]?.string == "null")
  }

  @Test("a new value without the digest of its source is a 422")
  func missing() throws {
    let shop = try Shop()
    let id = try #require(
      try shop.create("translations", body("title", digest)).json()["id"]?.string)
    let answer = try shop.patch(
      "translations/\(id)", #"{"attributes":{"value":"Carré !"}}"#, etag: "\"trn-1\"")
    #expect(answer.status == 422)
    #expect(
      try answer.json()["errors"]?.children[0]["pointer"]?.string == "/attributes/source_digest")
  }

  @Test("after the source has changed a correction must be of the new text")
  func changedMeanwhile() throws {
    let shop = try Shop()
    let id = try #require(
      try shop.create("translations", body("title", digest)).json()["id"]?.string)
    _ = try shop.patch("products/p1", #"{"attributes":{"title":"Carré 70"}}"#, etag: "\"prd-1\"")
    func correct(_ digest: String) throws -> Answer {
      try shop.patch(
        "translations/\(id)",
        #"{"attributes":{"value":"Carré 70 cm","source_digest":"\#(digest)"}}"#,
        etag: "\"trn-1\"")
    }
    #expect(try correct(digest).problem() == .sourceChanged)
    #expect(try correct(ContentHash.ofText("Carré 70")).status == 200)
  }

  @Test("a patch that changes nothing is none, however old its source")
  func noOp() throws {
    let shop = try Shop()
    let id = try #require(
      try shop.create("translations", body("title", digest)).json()["id"]?.string)
    _ = try shop.patch("products/p1", #"{"attributes":{"title":"Carré 70"}}"#, etag: "\"prd-1\"")
    let answer = try shop.patch(
      "translations/\(id)",
      #"{"attributes":{"value":"Carré","source_digest":"\#(digest)"}}"#, etag: "\"trn-1\"")
    #expect(answer.status == 200)
    #expect(try answer.json()["version"]?.integer == 1)
  }
}
