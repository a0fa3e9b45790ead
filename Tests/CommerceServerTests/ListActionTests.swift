import Bytes
import CommerceServer
import Contract
import Formats
import Testing

@Suite("List actions")
struct ListActionTests {
  private static let lines =
    Shop.lines + """

      {"type":"product","id":"p3","attributes":{"handle":"belt","title":"Belt","status":"active","options":[{"name":"Size","values":["S","M","L"]}]}}
      {"type":"variant","id":"v3","attributes":{"sku":"B-M","position":1,"options":{"Size":"M"}},"links":{"product":"p3"}}
      {"type":"collection","id":"k2","attributes":{"handle":"all","title":"All","rule":{"all":[{"field":"tag","op":"eq","value":"x"}]}}}
      """

  private func act(_ shop: Shop, _ path: String, _ actions: String..., headers: String...) throws
    -> Answer
  {
    try shop.send(
      "POST", "\(path)/actions", headers,
      body: #"{"actions":[\#(actions.joined(separator: ","))]}"#)
  }

  private func list(_ answer: Answer, _ name: String) throws -> [String] {
    try answer.json()["attributes"]?[name]?.children.compactMap(\.string) ?? []
  }

  private func values(_ answer: Answer) throws -> [String] {
    let option = try answer.json()["attributes"]?["options"]?.children.first
    return option?["values"]?.children.compactMap(\.string) ?? []
  }

  @Test("tags are added and removed one by one, without a precondition")
  func tags() throws {
    let shop = try Shop()
    let answer = try act(
      shop, "products/p1", #"{"action":"tag.add","value":"new"}"#,
      #"{"action":"tag.remove","value":"silk"}"#)
    #expect(answer.status == 200 && answer.header("ETag") == "\"prd-2\"")
    #expect(try list(answer, "tags") == ["new"])
    let first = try act(shop, "products/p2", #"{"action":"tag.add","value":"new"}"#)
    #expect(try list(first, "tags") == ["new"])
  }

  @Test("two editors add a tag each to the same version, and both are there")
  func together() throws {
    let shop = try Shop()
    _ = try act(shop, "products/p1", #"{"action":"tag.add","value":"a"}"#)
    let answer = try act(shop, "products/p1", #"{"action":"tag.add","value":"b"}"#)
    #expect(try list(answer, "tags") == ["silk", "a", "b"])
  }

  @Test("what is so already raises neither version nor log")
  func noOp() throws {
    let shop = try Shop()
    let cursor = try shop.feed().cursor
    let answer = try act(
      shop, "products/p1", #"{"action":"tag.add","value":"silk"}"#,
      #"{"action":"tag.remove","value":"none"}"#)
    #expect(answer.status == 200 && answer.header("ETag") == "\"prd-1\"")
    #expect(try shop.feed(cursor).rows.isEmpty)
  }

  @Test("products enter a collection at its end, in front, or behind another")
  func add() throws {
    let shop = try Shop(lines: Self.lines)
    let answer = try act(
      shop, "collections/k1", #"{"action":"product.remove","product":"p1"}"#,
      #"{"action":"product.add","product":"p3","after":null}"#,
      #"{"action":"product.add","product":"p1","after":"p3"}"#)
    #expect(try list(answer, "products") == ["p3", "p1", "p2"])
    // The list of a collection follows the products in it.
    _ = try shop.delete("products/p3", etag: "\"prd-1\"")
    #expect(try list(shop.get("collections/k1"), "products") == ["p1", "p2"])
  }

  @Test("a move from where it was seen needs no tag")
  func move() throws {
    let shop = try Shop()
    let answer = try act(
      shop, "collections/k1",
      #"{"action":"product.move","product":"p2","from":"p1","after":null}"#)
    #expect(try list(answer, "products") == ["p2", "p1"])
  }

  @Test("a move from where it is not any more is a 412 with the record")
  func movedMeanwhile() throws {
    let shop = try Shop()
    let answer = try act(
      shop, "collections/k1",
      #"{"action":"product.move","product":"p1","from":"p2","after":"p2"}"#)
    #expect(answer.status == 412)
    #expect(try answer.problem() == .staleVersion)
    #expect(try answer.json()["errors"]?.children[0]["pointer"]?.string == "/actions/0/from")
    #expect(try answer.json()["current"]?["id"]?.string == "k1")
  }

  @Test("a move that has arrived already changes nothing")
  func movedAlready() throws {
    let shop = try Shop()
    let move = #"{"action":"product.move","product":"p2","from":"p1","after":null}"#
    _ = try act(shop, "collections/k1", move)
    let answer = try act(shop, "collections/k1", move)
    #expect(answer.status == 200 && answer.header("ETag") == "\"col-2\"")
  }

  @Test("a move without from needs If-Match")
  func unguarded() throws {
    let shop = try Shop()
    let move = #"{"action":"product.move","product":"p1","after":"p2"}"#
    let answer = try act(shop, "collections/k1", move)
    #expect(answer.status == 428)
    #expect(try answer.json()["errors"]?.children[0]["pointer"]?.string == "/actions/0/from")
    #expect(try act(shop, "collections/k1", move, headers: "If-Match: \"col-9\"").status == 412)
    let moved = try act(shop, "collections/k1", move, headers: "If-Match: \"col-1\"")
    #expect(try list(moved, "products") == ["p2", "p1"])
  }

  @Test("an anchor that is not there is a 412, and nothing of the request happens")
  func anchor() throws {
    let shop = try Shop(lines: Self.lines)
    let answer = try act(
      shop, "collections/k1", #"{"action":"product.remove","product":"p1"}"#,
      #"{"action":"product.add","product":"p3","after":"p1"}"#)
    #expect(answer.status == 412)
    #expect(try list(shop.get("collections/k1"), "products") == ["p1", "p2"])
  }

  @Test("a product that does not exist, and a collection by rule, are a 422")
  func refused() throws {
    let shop = try Shop(lines: Self.lines)
    let unknown = try act(shop, "collections/k1", #"{"action":"product.add","product":"none"}"#)
    #expect(unknown.status == 422)
    #expect(try unknown.json()["errors"]?.children[0]["pointer"]?.string == "/actions/0/product")
    #expect(
      try act(shop, "collections/k2", #"{"action":"product.add","product":"p1"}"#).status == 422)
  }

  @Test("values of an option are added, moved and removed")
  func optionValues() throws {
    let shop = try Shop(lines: Self.lines)
    let answer = try act(
      shop, "products/p3",
      #"{"action":"option_value.add","option":"Size","value":"XS","after":null}"#,
      #"{"action":"option_value.move","option":"Size","value":"L","from":"M","after":"S"}"#,
      #"{"action":"option_value.remove","option":"Size","value":"S"}"#)
    #expect(try values(answer) == ["XS", "L", "M"])
  }

  @Test("a value that a variant has cannot go, and names the variant")
  func usedValue() throws {
    let answer = try act(
      Shop(lines: Self.lines), "products/p3",
      #"{"action":"option_value.remove","option":"Size","value":"M"}"#)
    #expect(answer.status == 409)
    #expect(try answer.problem() == .stillReferenced)
    #expect(try answer.json()["errors"]?.children[0]["params"]?["id"]?.string == "v3")
  }

  @Test(
    "actions that are none are a 422 with a pointer",
    arguments: [
      ("products/p1", #"{"action":"tag.paint","value":"x"}"#, "/actions/0/action"),
      ("products/p1", #"{"action":"product.add","product":"p2"}"#, "/actions/0/action"),
      ("products/p1", #"{"action":"tag.add"}"#, "/actions/0/value"),
      ("products/p1", #"{"action":"tag.add","value":7}"#, "/actions/0/value"),
      ("products/p1", #"{"action":"tag.add","value":"x","after":"y"}"#, "/actions/0/after"),
      (
        "products/p1", #"{"action":"option_value.add","option":"Cut","value":"x"}"#,
        "/actions/0/option"
      ),
      (
        "collections/k1", #"{"action":"product.move","product":"p1","from":null}"#,
        "/actions/0/after"
      ), ("collections/k1", "7", "/actions/0"),
    ])
  func malformed(_ path: String, _ action: String, _ pointer: String) throws {
    let answer = try act(Shop(), path, action)
    #expect(answer.status == 422)
    #expect(try answer.json()["errors"]?.children[0]["pointer"]?.string == pointer)
  }

  @Test("types without lists of elements have no actions")
  func others() throws {
    #expect(try act(Shop(), "prices/c1", #"{"action":"tag.add","value":"x"}"#).status == 404)
  }
}
