import Bytes
import CommerceServer
import Contract
import Formats
import Testing

@Suite("Writing")
struct WriteTests {
  private let location =
    #"{"attributes":{"name":"A","country":"FR","time_zone":"Europe/Paris"}}"#

  @Test("a new record gets an id, version 1, a tag and an address")
  func create() throws {
    let shop = try Shop()
    let answer = try shop.create("locations", location)
    #expect(answer.status == 201)
    let record = try Envelope(try answer.json())
    #expect(record.version == 1 && record.updatedBy == "test" && record.isContentHashRight)
    #expect(answer.header("ETag") == record.etag)
    let address = try #require(answer.header("Location"))
    #expect(try shop.get(address).body == answer.body)
  }

  @Test("a new record appears in the feed")
  func createdInFeed() throws {
    let shop = try Shop()
    let cursor = try shop.feed().cursor
    let id = try #require(try shop.create("locations", location).json()["id"]?.string)
    #expect(try shop.feed(cursor).rows == ["upsert location \(id)"])
  }

  @Test("an id is never used again")
  func idInUse() throws {
    let shop = try Shop()
    _ = try shop.delete("collections/k1", etag: "\"col-1\"")
    let answer = try shop.create(
      "collections", #"{"id":"k1","attributes":{"handle":"x","title":"X","products":[]}}"#)
    #expect(answer.status == 409)
    #expect(try answer.problem() == .uniqueViolation)
  }

  @Test("a handle that is taken names its holder")
  func handle() throws {
    let answer = try Shop().create(
      "products", #"{"attributes":{"handle":"bag","title":"X","status":"active"}}"#)
    #expect(try answer.problem() == .uniqueViolation)
    #expect(try answer.json()["holder"]?["id"]?.string == "p2")
  }

  @Test("a SKU that is taken names its holder")
  func sku() throws {
    let answer = try Shop().create(
      "variants", #"{"attributes":{"sku":"MN-1","position":2},"links":{"product":"p1"}}"#)
    #expect(try answer.problem() == .uniqueViolation)
    #expect(try answer.json()["holder"]?["id"]?.string == "v1")
  }

  @Test("a link to nothing is a 422 with its pointer")
  func dangling() throws {
    let answer = try Shop().create(
      "variants", #"{"attributes":{"sku":"X","position":2},"links":{"product":"none"}}"#)
    #expect(answer.status == 422)
    #expect(try answer.problem() == .validation)
    let fault = try answer.json()["errors"]?.children.first
    #expect(fault?["pointer"]?.string == "/links/product")
    #expect(fault?["code"]?.string == "dangling")
  }

  @Test("a link to another tenant's record is a link to nothing")
  func foreignLink() throws {
    let shop = try Shop()
    let other = try shop.store.createToken(tenant: "other", scopes: Set(Scope.allCases))
    let answer = try shop.send(
      "POST", "variants", ["Idempotency-Key: k"],
      body: #"{"attributes":{"sku":"X","position":2},"links":{"product":"p1"}}"#,
      token: other.secret)
    #expect(answer.status == 422)
  }

  @Test("a patch changes what it names and nothing else")
  func patch() throws {
    let shop = try Shop()
    let answer = try shop.patch(
      "products/p1", #"{"attributes":{"title":"New","tags":null}}"#, etag: "\"prd-1\"")
    #expect(answer.status == 200)
    let record = try answer.json()
    #expect(record["version"]?.integer == 2)
    #expect(record["attributes"]?["title"]?.string == "New")
    #expect(record["attributes"]?["handle"]?.string == "carre-90")
    #expect(record["attributes"]?["tags"] == nil)
    #expect(answer.header("ETag") == "\"prd-2\"")
  }

  @Test("a patch that changes nothing raises neither version nor log")
  func noOp() throws {
    let shop = try Shop()
    let cursor = try shop.feed().cursor
    let answer = try shop.patch(
      "products/p1", #"{"attributes":{"title":"Carré 90"}}"#, etag: "\"prd-1\"")
    #expect(answer.status == 200)
    #expect(try answer.json()["version"]?.integer == 1)
    #expect(try shop.feed(cursor).rows.isEmpty)
  }

  @Test("a price change leaves its variant and product at their versions")
  func ownVersion() throws {
    let shop = try Shop()
    let cursor = try shop.feed().cursor
    _ = try shop.patch("prices/c1", #"{"attributes":{"amount":1}}"#, etag: "\"prc-1\"")
    #expect(try shop.feed(cursor).rows == ["upsert price c1"])
    #expect(try shop.get("products/p1").json()["version"]?.integer == 1)
  }

  @Test("without If-Match a write is a 428")
  func preconditionRequired() throws {
    let shop = try Shop()
    let answer = try shop.send("PATCH", "products/p1", body: "{}")
    #expect(answer.status == 428)
    #expect(try answer.problem() == .preconditionRequired)
    #expect(try shop.send("DELETE", "products/p1").status == 428)
  }

  @Test("with an old tag a write is a 412 that shows the record as it is")
  func stale() throws {
    let shop = try Shop()
    _ = try shop.patch("products/p1", #"{"attributes":{"title":"New"}}"#, etag: "\"prd-1\"")
    let answer = try shop.patch(
      "products/p1", #"{"attributes":{"title":"Other"}}"#, etag: "\"prd-1\"")
    #expect(answer.status == 412)
    #expect(try answer.problem() == .staleVersion)
    #expect(try answer.json()["current_version"]?.integer == 2)
    #expect(try answer.json()["current"]?["attributes"]?["title"]?.string == "New")
  }

  @Test("a weak tag guards nothing and is refused")
  func weak() throws {
    let answer = try Shop().patch("products/p1", "{}", etag: "W/\"prd-1\"")
    #expect(answer.status == 412)
  }

  @Test("an invalid patch is a 422 and changes nothing")
  func invalidPatch() throws {
    let shop = try Shop()
    let answer = try shop.patch(
      "prices/c1", #"{"attributes":{"amount":1.5}}"#, etag: "\"prc-1\"")
    #expect(answer.status == 422)
    #expect(try answer.json()["errors"]?.children.first?["code"]?.string == "too-many-decimals")
    #expect(try shop.get("prices/c1").json()["version"]?.integer == 1)
  }

  @Test("a handle can be changed and its old one given to another")
  func renamed() throws {
    let shop = try Shop()
    _ = try shop.patch("products/p2", #"{"attributes":{"handle":"bag-2"}}"#, etag: "\"prd-1\"")
    let answer = try shop.create(
      "products", #"{"attributes":{"handle":"bag","title":"X","status":"active"}}"#)
    #expect(answer.status == 201)
  }

  @Test("deleting leaves tombstones of the record and its parts, parts first")
  func delete() throws {
    let shop = try Shop()
    let cursor = try shop.feed().cursor
    #expect(try shop.delete("products/p1", etag: "\"prd-1\"").status == 204)
    let rows = try shop.feed(cursor).rows
    #expect(rows.contains("delete product p1"))
    #expect(rows.contains("delete variant v1") && rows.contains("delete price c1"))
    let price = try #require(rows.firstIndex(of: "delete price c1"))
    #expect(try price < #require(rows.firstIndex(of: "delete product p1")))
  }

  @Test("a deleted product leaves the lists of collections, which get a new version")
  func leavesCollections() throws {
    let shop = try Shop()
    _ = try shop.delete("products/p1", etag: "\"prd-1\"")
    let collection = try shop.get("collections/k1").json()
    #expect(collection["attributes"]?["products"]?.children.compactMap(\.string) == ["p2"])
    #expect(collection["version"]?.integer == 2)
  }

  @Test("a deleted record is a 410, and its handle is free")
  func gone() throws {
    let shop = try Shop()
    _ = try shop.delete("products/p1", etag: "\"prd-1\"")
    #expect(try shop.get("products/p1").problem() == .gone)
    let answer = try shop.create(
      "products", #"{"attributes":{"handle":"carre-90","title":"X","status":"active"}}"#)
    #expect(answer.status == 201)
  }

  @Test("what a market needs cannot be deleted")
  func stillReferenced() throws {
    let shop = try Shop()
    let answer = try shop.delete("price_lists/l1", etag: "\"pls-1\"")
    #expect(answer.status == 409)
    #expect(try answer.problem() == .stillReferenced)
    #expect(try shop.get("price_lists/l1").status == 200)
  }

  @Test(
    "a body that is not right is a problem of its kind",
    arguments: [
      ("{", 400, ProblemCode.malformedJSON), ("", 400, .malformedJSON), ("[]", 422, .validation),
      (#"{"attributes":{},"attributes":{}}"#, 400, .malformedJSON),
      (#"{"attributes":{"name":"\ud800"}}"#, 400, .malformedJSON), ("{}", 422, .validation),
      (#"{"attributes":{"name":"A","country":"FR","time_zone":"X"},"x":1}"#, 422, .validation),
    ])
  func badBody(_ body: String, _ status: Int, _ code: ProblemCode) throws {
    let answer = try Shop().send(
      "POST", "locations", ["Content-Type: application/json", "Idempotency-Key: k"], body: body)
    #expect(answer.status == status)
    #expect(try answer.problem() == code)
  }

  @Test(
    "another content type is a 415", arguments: ["text/plain", "application/json; charset=latin1"])
  func contentType(_ type: String) throws {
    let answer = try Shop().send(
      "POST", "locations", ["Content-Type: \(type)", "Idempotency-Key: k"], body: location)
    #expect(answer.status == 415)
    #expect(try answer.problem() == .unsupportedMediaType)
  }

  @Test("a body beyond the limit is a 413")
  func tooLarge() throws {
    let body = String(repeating: " ", count: (4 << 20) + 1)
    let answer = try Shop().create("locations", body)
    #expect(answer.status == 413)
    #expect(try answer.problem() == .payloadTooLarge)
  }
}
