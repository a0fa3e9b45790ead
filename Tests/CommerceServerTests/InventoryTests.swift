import Bytes
import CommerceServer
import Contract
import Formats
import Testing

@Suite("Stock by commands")
struct InventoryTests {
  private static let lines =
    Shop.lines + """

      {"type":"location","id":"paris","attributes":{"name":"Paris","country":"FR","time_zone":"Europe/Paris"}}
      {"type":"location","id":"lyon","attributes":{"name":"Lyon","country":"FR","time_zone":"Europe/Paris"}}
      {"type":"inventory_level","id":"i1","attributes":{"available":5},"links":{"variant":"v1","location":"paris"}}
      """

  private func shop(_ scopes: Set<Scope> = Set(Scope.allCases)) throws -> Shop {
    try Shop(lines: Self.lines, scopes: scopes)
  }

  private func run(_ shop: Shop, _ commands: String..., key: String? = nil) throws -> [TapeValue] {
    let answer = try shop.post(
      "inventory/commands", #"{"commands":[\#(commands.joined(separator: ","))]}"#, key: key)
    #expect(answer.status == 200)
    return try answer.json()["results"]?.children ?? []
  }

  private func available(_ shop: Shop) throws -> Int64? {
    try shop.get("inventory_levels/i1").json()["attributes"]?["available"]?.integer
  }

  @Test("a level is set from the number that was seen")
  func set() throws {
    let shop = try shop()
    let results = try run(
      shop, #"{"op":"set","variant":"v1","location":"paris","from":5,"to":8}"#)
    #expect(results.first?["status"]?.integer == 200)
    #expect(results.first?["headers"]?["ETag"]?.string == "\"inv-2\"")
    #expect(results.first?["body"]?["attributes"]?["available"]?.integer == 8)
    #expect(try available(shop) == 8)
  }

  @Test("a level can be named by its id")
  func byID() throws {
    let shop = try shop()
    _ = try run(shop, #"{"op":"set","id":"i1","from":5,"to":0}"#)
    #expect(try available(shop) == 0)
  }

  @Test("another number than was seen is a 409 of that command with the number now")
  func stale() throws {
    let shop = try shop()
    let results = try run(
      shop, #"{"op":"set","id":"i1","from":4,"to":9}"#,
      #"{"op":"set","variant":"v1","location":"lyon","from":null,"to":2}"#)
    #expect(results.count == 2)
    #expect(results[0]["status"]?.integer == 409)
    let problem = try #require(results[0]["body"])
    #expect(problem["code"]?.string == ProblemCode.staleQuantity.rawValue)
    #expect(problem["current"]?["attributes"]?["available"]?.integer == 5)
    #expect(problem["current_version"]?.integer == 1)
    #expect(problem["errors"]?.children.first?["params"]?["available"]?.string == "5")
    #expect(results[1]["status"]?.integer == 201)
    #expect(try available(shop) == 5)
  }

  @Test("from null makes the level, and is stale where there is one")
  func first() throws {
    let shop = try shop()
    let command = #"{"op":"set","variant":"v1","location":"lyon","from":null,"to":2}"#
    let results = try run(shop, command, command)
    #expect(results[0]["status"]?.integer == 201)
    #expect(results[0]["headers"]?["Location"]?.string != nil)
    #expect(results[1]["status"]?.integer == 409)
  }

  @Test("a number for a level that is not there is stale too")
  func absent() throws {
    let results = try run(
      shop(), #"{"op":"set","variant":"v1","location":"lyon","from":3,"to":2}"#)
    #expect(results[0]["body"]?["code"]?.string == ProblemCode.staleQuantity.rawValue)
    #expect(results[0]["body"]?["errors"]?.children[0]["params"]?["available"]?.string == "null")
  }

  @Test("a level of a variant that does not exist is a 422 with its pointer")
  func dangling() throws {
    let results = try run(
      shop(), #"{"op":"set","variant":"none","location":"lyon","from":null,"to":2}"#)
    #expect(results[0]["status"]?.integer == 422)
    #expect(
      results[0]["body"]?["errors"]?.children[0]["pointer"]?.string == "/commands/0/variant")
  }

  @Test("differences add up, whoever sends them")
  func adjust() throws {
    let shop = try shop()
    _ = try run(shop, #"{"op":"adjust","id":"i1","delta":-2}"#, key: "a")
    _ = try run(shop, #"{"op":"adjust","variant":"v1","location":"paris","delta":4}"#, key: "b")
    #expect(try available(shop) == 7)
  }

  @Test("a difference that arrives twice counts once")
  func adjustTwice() throws {
    let shop = try shop()
    for _ in 0..<2 { _ = try run(shop, #"{"op":"adjust","id":"i1","delta":-2}"#, key: "a") }
    #expect(try available(shop) == 3)
  }

  @Test("a command's own key tells a repetition within another request")
  func ownKey() throws {
    let shop = try shop()
    let command = #"{"op":"adjust","id":"i1","delta":-2,"key":"c1"}"#
    _ = try run(shop, command)
    let results = try run(shop, #"{"op":"adjust","id":"i1","delta":1,"key":"c2"}"#, command)
    #expect(results[1]["headers"]?["Idempotency-Replayed"]?.string == "true")
    #expect(results[1]["key"]?.string == "c1")
    #expect(try available(shop) == 4)
  }

  @Test("a difference without a key is a 428, and nothing happens")
  func keyless() throws {
    let shop = try shop()
    let answer = try shop.post(
      "inventory/commands", #"{"commands":[{"op":"adjust","id":"i1","delta":1}]}"#)
    #expect(answer.status == 428)
    #expect(try answer.json()["errors"]?.children[0]["pointer"]?.string == "/commands/0/key")
    #expect(try available(shop) == 5)
  }

  @Test("a movement does not lead below zero: a 422 of that command alone")
  func belowZero() throws {
    let shop = try shop()
    let results = try run(
      shop, #"{"op":"adjust","id":"i1","delta":-6}"#, #"{"op":"adjust","id":"i1","delta":-5}"#,
      key: "a")
    #expect(results.map { $0["status"]?.integer } == [422, 200])
    #expect(results[0]["body"]?["errors"]?.children[0]["code"]?.string == "out-of-range")
    #expect(try available(shop) == 0)
  }

  @Test("stock falls below zero only where a command says so, and comes up by any")
  func backorder() throws {
    let shop = try shop()
    let results = try run(
      shop, #"{"op":"set","id":"i1","from":5,"to":-3}"#, #"{"op":"adjust","id":"i1","delta":-1}"#,
      #"{"op":"adjust","id":"i1","delta":2}"#, key: "a")
    #expect(results.map { $0["status"]?.integer } == [200, 422, 200])
    #expect(try available(shop) == -1)
  }

  @Test("a command that changes nothing raises neither version nor log")
  func noOp() throws {
    let shop = try shop()
    let cursor = try shop.feed().cursor
    let results = try run(shop, #"{"op":"set","id":"i1","from":5,"to":5}"#)
    #expect(results[0]["headers"]?["ETag"]?.string == "\"inv-1\"")
    #expect(try shop.feed(cursor).rows.isEmpty)
  }

  @Test("stock needs the scope inventory:write")
  func scope() throws {
    let shop = try shop([.catalogRead, .catalogWrite])
    let answer = try shop.post(
      "inventory/commands", #"{"commands":[{"op":"set","id":"i1","from":5,"to":6}]}"#)
    #expect(answer.status == 403)
    #expect(try answer.problem() == .missingScope)
  }

  @Test("another tenant's level does not exist")
  func foreign() throws {
    let shop = try shop()
    let other = try shop.store.createToken(tenant: "other", scopes: Set(Scope.allCases))
    let answer = try shop.send(
      "POST", "inventory/commands",
      body: #"{"commands":[{"op":"set","id":"i1","from":5,"to":6}]}"#, token: other.secret)
    #expect(try answer.json()["results"]?.children[0]["status"]?.integer == 404)
  }

  @Test(
    "commands that are none are a 422 with a pointer each, and nothing happens",
    arguments: [
      (#"{"op":"take","id":"i1"}"#, "/commands/0/op"),
      (#"{"op":"set","id":"i1","to":3}"#, "/commands/0/from"),
      (#"{"op":"set","id":"i1","from":5,"to":-2147483648}"#, "/commands/0/to"),
      (#"{"op":"set","id":"i1","from":5,"to":1.5}"#, "/commands/0/to"),
      (#"{"op":"set","from":5,"to":1}"#, "/commands/0/variant"),
      (
        #"{"op":"set","id":"i1","variant":"v1","location":"paris","from":5,"to":1}"#,
        "/commands/0/variant"
      ),
      (#"{"op":"adjust","id":"i1","delta":"1"}"#, "/commands/0/delta"),
      (#"{"op":"adjust","id":"i1","delta":1,"by":"me"}"#, "/commands/0/by"), ("7", "/commands/0"),
    ])
  func malformed(_ command: String, _ pointer: String) throws {
    let answer = try shop().post("inventory/commands", #"{"commands":[\#(command)]}"#, key: "k")
    #expect(answer.status == 422)
    #expect(try answer.problem() == .validation)
    #expect(try answer.json()["errors"]?.children[0]["pointer"]?.string == pointer)
  }

  @Test("there are at most 100 commands, and at least one", arguments: [0, 101])
  func count(_ count: Int) throws {
    let command = #"{"op":"set","id":"i1","from":5,"to":6}"#
    let list = Array(repeating: command, count: count).joined(separator: ",")
    let answer = try shop().post("inventory/commands", #"{"commands":[\#(list)]}"#)
    #expect(answer.status == 422)
  }
}
