import Bytes
import CommerceServer
import Contract
import Formats
import Testing

@Suite("Upsert by external reference")
struct UpsertTests {
  private let body =
    #"{"attributes":{"handle":"scarf","title":"Scarf","status":"active"}}"#

  @Test("a name that nobody has makes a record")
  func creates() throws {
    let shop = try Shop()
    let answer = try shop.put("products/by-external-ref/MH99", body)
    #expect(answer.status == 201)
    #expect(try answer.json()["external_ref"]?.string == "MH99")
    #expect(try shop.get("products/by-external-ref/MH99").body == answer.body)
  }

  @Test("the same content again changes nothing, without any precondition")
  func again() throws {
    let shop = try Shop()
    let first = try shop.put("products/by-external-ref/MH99", body)
    let cursor = try shop.feed().cursor
    let second = try shop.put("products/by-external-ref/MH99", body)
    #expect(second.status == 200 && second.body == first.body)
    #expect(try shop.feed(cursor).rows.isEmpty)
  }

  @Test("other content for a record that is there is a 428 without If-Match")
  func unguarded() throws {
    let answer = try Shop().put("products/by-external-ref/MH01", body)
    #expect(answer.status == 428)
    #expect(try answer.problem() == .preconditionRequired)
  }

  @Test("with the tag of the version seen it gets the content")
  func updates() throws {
    let shop = try Shop()
    let answer = try shop.put("products/by-external-ref/MH01", body, "If-Match: \"prd-1\"")
    #expect(answer.status == 200)
    let record = try answer.json()
    #expect(record["id"]?.string == "p1" && record["version"]?.integer == 2)
    #expect(record["attributes"]?["handle"]?.string == "scarf")
  }

  @Test("a list that is left out stays, a list that is given counts")
  func lists() throws {
    let shop = try Shop()
    let kept = try shop.put("products/by-external-ref/MH01", body, "If-Match: \"prd-1\"").json()
    #expect(kept["attributes"]?["tags"]?.children.compactMap(\.string) == ["silk"])
    let emptied = try shop.put(
      "products/by-external-ref/MH01",
      #"{"attributes":{"handle":"scarf","title":"Scarf","status":"active","tags":[]}}"#,
      "If-Match: \"prd-2\""
    ).json()
    #expect(emptied["attributes"]?["tags"]?.count == 0)
  }

  @Test("an old tag, and a tag for a record that is not there, are a 412")
  func stale() throws {
    let shop = try Shop()
    let old = try shop.put("products/by-external-ref/MH01", body, "If-Match: \"prd-9\"")
    #expect(old.status == 412)
    #expect(try old.json()["current_version"]?.integer == 1)
    #expect(try shop.put("products/by-external-ref/X", body, "If-Match: \"prd-1\"").status == 412)
  }

  @Test("If-None-Match: * creates only")
  func createsOnly() throws {
    let shop = try Shop()
    #expect(try shop.put("products/by-external-ref/X", body, "If-None-Match: *").status == 201)
    let answer = try shop.put("products/by-external-ref/X", body, "If-None-Match: *")
    #expect(answer.status == 412)
    #expect(try answer.problem() == .staleVersion)
  }

  @Test("a key repeats the answer, though the record is there by then")
  func key() throws {
    let shop = try Shop()
    for _ in 0..<2 {
      let answer = try shop.put(
        "products/by-external-ref/X", body, "If-None-Match: *", "Idempotency-Key: k")
      #expect(answer.status == 201)
    }
  }

  @Test("another id or another name than the address's is a 422 with its pointer")
  func names() throws {
    let shop = try Shop()
    let other = try shop.put(
      "products/by-external-ref/MH01",
      #"{"id":"p7","attributes":{"handle":"h","title":"T","status":"active"}}"#, "If-Match: *")
    #expect(other.status == 422)
    #expect(try other.json()["errors"]?.children[0]["pointer"]?.string == "/id")
    let named = try shop.put(
      "products/by-external-ref/MH01", #"{"external_ref":"MH02","attributes":{}}"#)
    #expect(try named.json()["errors"]?.children[0]["pointer"]?.string == "/external_ref")
  }

  @Test(
    "preconditions that are none are a 400",
    arguments: [["If-None-Match: \"prd-1\""], ["If-None-Match: *", "If-Match: *"]])
  func headers(_ headers: [String]) throws {
    let shop = try Shop()
    let answer = try shop.send("PUT", "products/by-external-ref/X", headers, body: body)
    #expect(answer.status == 400)
    #expect(try answer.problem() == .malformedRequest)
  }

  @Test("an upsert can be an operation of a batch")
  func batch() throws {
    let shop = try Shop()
    let answer = try shop.post(
      "batch",
      #"{"operations":[{"op_id":"a","method":"PUT","path":"/products/by-external-ref/X","if_none_match":"*","body":\#(body)}]}"#
    )
    #expect(try answer.json()["results"]?.children[0]["status"]?.integer == 201)
  }
}
