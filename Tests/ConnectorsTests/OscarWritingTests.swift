import Bytes
import Connectors
import Contract
import Formats
import HTTPClient
import Machine
import Support
import Testing

/// The writing half for django-oscar, and the writing rows of the acceptance table in the commerce
/// API's section 4: each test provokes the trap, and the outcome is right or the capabilities say
/// that nothing protects.
@Suite("Writing to django-oscar", .serialized)
struct OscarWritingTests {
  private let names = MutationNames()

  private func product(_ shop: OscarPeer, _ id: Int64) throws -> SourceRecord {
    try #require(try shop.connector().record(.product, "osc_prd_\(id)"))
  }

  private func price(_ shop: OscarPeer, _ id: Int64) throws -> SourceRecord {
    try #require(try shop.connector().record(.price, "osc_prc_\(id)_EUR"))
  }

  private func level(_ shop: OscarPeer, _ id: Int64) throws -> SourceRecord {
    let row = try #require(try shop.body(id).value["stockrecords"]?.children.first)
    let key = try #require(row["url"]?.string?.split(separator: "/").last)
    return try #require(try shop.connector().record(.inventoryLevel, "osc_inv_\(key)"))
  }

  private func rename(_ shop: OscarPeer, _ id: Int64, _ title: String) throws -> Mutation {
    .update(names.next(), try product(shop, id), ["title": .text(title)])
  }

  private func creation(_ shop: OscarPeer, _ upc: String, _ title: String = "Made") -> Mutation {
    Mutation(
      id: names.next(), record: RecordKey(.product, "local"), externalReference: upc,
      operation: .create,
      fields: [
        "title": .text(title), "status": .text("draft"),
        "product_type": .text(shop.productClass), "handle": .text("made"),
        "description": .object([.init("html", .text("<p>New</p>"))]),
      ])
  }

  private static let html = ScriptedAnswer.reply(
    500, headers: [("Content-Type", "text/html")], body: FakeOscar.page("Server Error (500)"))

  // MARK: What can be done

  @Test("fields of a product are written and read back", arguments: OscarKind.present)
  func update(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Plain")
    let outcome = try shop.connector().write(
      .update(
        names.next(), try product(shop, id),
        [
          "title": .text("Renamed"), "status": .text("draft"),
          "description": .object([.init("html", .text("<p>Text</p>"))]),
          "seo.title": .text("Search"), "handle": .text("another-\(id)"),
        ]))
    #expect(outcome.word == "done")
    let body = try shop.body(id).value
    #expect(body["title"]?.string == "Renamed")
    #expect(body["is_public"]?.boolean == false)
    #expect(body["description"]?.string == "<p>Text</p>")
    #expect(body["meta_title"]?.string == "Search")
    #expect(body["slug"]?.string == "another")
    #expect(outcome.record?.value("handle") == .text("another-\(id)"))
  }

  @Test("a price goes to the stock record that has it, to the cent", arguments: OscarKind.present)
  func price(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Priced", price: "10.00", count: 5)
    let outcome = try shop.connector().write(
      .update(names.next(), try price(shop, id), ["amount": .integer(1205)]))
    #expect(outcome.word == "done")
    #expect(outcome.record?.value("amount") == .integer(1205))
    let row = try #require(try shop.body(id).value["stockrecords"]?.children.first)
    #expect(row["price"]?.string == "12.05")
    #expect(row["num_in_stock"]?.integer == 5)
  }

  @Test("a stock level leaves alone what is promised to orders", arguments: OscarKind.present)
  func stock(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Stocked", count: 10)
    try shop.changeStock(id, #"{"num_allocated":3}"#)
    let seen = try level(shop, id)
    #expect(seen.value("available") == .integer(7))
    let outcome = try shop.connector().write(
      .update(names.next(), seen, ["available": .integer(4)]))
    #expect(outcome.word == "done")
    #expect(outcome.record?.value("available") == .integer(4))
    let row = try #require(try shop.body(id).value["stockrecords"]?.children.first)
    #expect(row["num_in_stock"]?.integer == 7, "four to sell and three promised")
  }

  @Test("a difference counts from the number that is there now", arguments: OscarKind.present)
  func adjust(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Stocked", count: 10)
    let seen = try level(shop, id)
    try shop.changeStock(id, #"{"num_in_stock":20}"#)
    let outcome = try shop.connector().write(.adjust(names.next(), seen, by: -3))
    #expect(outcome.record?.value("available") == .integer(17))
    let tooMuch = try shop.connector().write(.adjust(names.next(), seen, by: -18))
    #expect(tooMuch.refusal?.field == "available")
    #expect(!OscarConnector.capabilities.of(.inventoryLevel, field: "available").hasDelta)
  }

  @Test("a product is made, found again by its UPC, and deleted", arguments: OscarKind.present)
  func createAndDelete(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let upc = shop.freshUPC()
    let outcome = try shop.connector().write(creation(shop, upc))
    #expect(outcome.word == "done")
    let made = try #require(outcome.record)
    #expect(made.value("handle").text?.hasPrefix("made-") == true, "with the shop's number")
    #expect(try shop.connector().record(.product, externalReference: upc)?.id == made.id)
    #expect(try shop.connector().write(.delete(names.next(), made)).word == "deleted")
    #expect(try shop.connector().write(.delete(names.next(), made)).word == "missing")
    #expect(try shop.connector().record(.product, externalReference: upc) == nil)
  }

  @Test("what was deleted meanwhile is missing", arguments: OscarKind.present)
  func missing(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Doomed")
    let mutations = [
      try rename(shop, id, "Late"),
      .update(names.next(), try price(shop, id), ["amount": .integer(1)]),
      .update(names.next(), try level(shop, id), ["available": .integer(1)]),
    ]
    try shop.delete(id)
    let connector = shop.connector()
    let outcomes = try connector.send(try mutations.map { try connector.request(for: $0) })
    #expect(outcomes.map(\.word) == ["missing", "missing", "missing"])
  }

  // MARK: The acceptance table

  @Test(
    "precondition ignored: what somebody else changed before is seen and left",
    arguments: OscarKind.present)
  func stale(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Plain")
    let mutation = try rename(shop, id, "Mine")
    let costly = Mutation.update(
      names.next(), try price(shop, id), ["amount": .integer(1)])
    let counted = Mutation.update(
      names.next(), try level(shop, id), ["available": .integer(1)])
    let trap = try shop.call(
      "PATCH", "/admin/products/\(id)/", #"{"title":"Theirs"}"#, ifMatch: "\"stale\"")
    #expect(trap.status == 200, "the trap: the stale tag is accepted")
    try shop.changeStock(id, #"{"price":"11.00","num_in_stock":2}"#)
    let outcomes = try [mutation, costly, counted].map { try shop.connector().write($0) }
    #expect(outcomes.map(\.word) == ["stale", "stale", "stale"])
    #expect(outcomes[0].record?.value("title") == .text("Theirs"))
    #expect(outcomes[1].record?.value("amount") == .integer(1100))
    #expect(outcomes[2].record?.value("available") == .integer(2))
    #expect(try shop.body(id).value["title"]?.string == "Theirs")
  }

  @Test("precondition ignored: a deletion of what was edited meanwhile is stale")
  func staleDeletion() throws {
    let shop = try OscarPeer()
    let id = try shop.create("Plain")
    var mutation = Mutation.delete(names.next(), try product(shop, id))
    mutation.seen = ["title": .text("Plain")]
    try shop.change(id, #"{"title":"Theirs"}"#)
    #expect(try shop.connector().write(mutation).word == "stale")
    #expect(try shop.body(id).value["title"]?.string == "Theirs")
  }

  @Test(
    "no optimistic lock: in the window between reading and writing nothing protects, and the table says so",
    arguments: OscarKind.present)
  func window(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Plain")
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let theirs = OscarChange(shop, id, #"{"title":"Theirs"}"#)
    var trick = LossyProxy.Trick("PATCH")
    trick.before = { try theirs.make() }
    let mutation = try rename(shop, id, "Mine")
    proxy.play(trick)
    #expect(try shop.connector(by: proxy).write(mutation).word == "done")
    #expect(proxy.failure == nil)
    #expect(try shop.body(id).value["title"]?.string == "Mine", "the trap: theirs is lost")
    for type in OscarConnector.types { #expect(OscarConnector.capabilities.of(type).isUnprotected) }
  }

  @Test("what somebody else writes right after is noticed", arguments: OscarKind.present)
  func overwritten(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Plain")
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let theirs = OscarChange(shop, id, #"{"title":"Theirs"}"#)
    var trick = LossyProxy.Trick("PATCH")
    trick.after = { try theirs.make() }
    let mutation = try rename(shop, id, "Mine")
    proxy.play(trick)
    let outcome = try shop.connector(by: proxy).write(mutation)
    #expect(proxy.failure == nil)
    #expect(outcome.word == "overwritten")
    #expect(outcome.record?.value("title") == .text("Theirs"))
  }

  @Test(
    "value changed by the platform: spaces that it cuts off are noticed",
    arguments: OscarKind.present)
  func trimmed(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Plain")
    let outcome = try shop.connector().write(try rename(shop, id, "  Padded  "))
    #expect(outcome.word == "overwritten")
    #expect(outcome.record?.value("title") == .text("Padded"))
  }

  @Test("what does not fit is refused in the shop's words", arguments: OscarKind.present)
  func refused(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Plain")
    let title = String(repeating: "x", count: 300)
    let outcome = try shop.connector().write(try rename(shop, id, title))
    #expect(outcome.word == "refused")
    #expect(outcome.refusal?.field == "title")
    #expect(outcome.refusal?.message.contains("255") == true)
    let slug = try shop.connector().write(
      .update(names.next(), try product(shop, id), ["handle": .text("not good-\(id)")]))
    #expect(slug.refusal?.field == "handle")
  }

  @Test(
    "error inside a 200: words of an error are a refusal, another page is not believed",
    arguments: OscarKind.present)
  func insideSuccess(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Plain")
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let connector = shop.connector(by: proxy)
    let page = ScriptedAnswer.reply(
      200, headers: [("Content-Type", "text/html")], body: FakeOscar.page("Maintenance"))
    proxy.play(
      .answering("PATCH", done: false, .json(#"{"errors":{"title":["Not today."]}}"#)))
    let refused = try connector.write(try rename(shop, id, "One"))
    #expect(refused.word == "refused")
    #expect(refused.refusal == WriteRefusal("Not today.", field: "title", code: "title"))
    proxy.play(.answering("PATCH", done: false, page))
    #expect(try connector.write(try rename(shop, id, "Two")).word == "unknown")
    proxy.play(.answering("PATCH", done: true, page))
    #expect(try connector.write(try rename(shop, id, "Three")).word == "done")
  }

  @Test("HTML error pages say nothing; the record does", arguments: OscarKind.present)
  func htmlErrors(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Plain")
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let connector = shop.connector(by: proxy)
    proxy.play(.answering("PATCH", done: false, Self.html))
    let failed = try connector.write(try rename(shop, id, "One"))
    #expect(failed.word == "postponed")
    #expect(failed.reason?.contains("titled “Server Error (500)”") == true)
    proxy.play(.answering("PATCH", done: true, Self.html))
    #expect(try connector.write(try rename(shop, id, "Two")).word == "done")
    proxy.play(
      .answering(
        "PATCH", done: false,
        .json(
          #"{"detail":"Request was throttled."}"#, status: 429, headers: [("Retry-After", "58")])
      ))
    #expect(try connector.write(try rename(shop, id, "Three")).seconds == 58)
  }

  @Test(
    "lost answer: what was done is known by reading back, what was not stays unknown",
    arguments: OscarKind.present)
  func lostAnswer(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Plain", count: 5)
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let connector = shop.connector(by: proxy)
    proxy.play(.losing("PATCH"))
    #expect(try connector.write(try rename(shop, id, "Done")).word == "done")
    proxy.play(.losing("PATCH", arriving: 20))
    #expect(try connector.write(try rename(shop, id, "Cut")).word == "done")
    proxy.play(.swallowing("PATCH"))
    #expect(try connector.write(try rename(shop, id, "Never")).word == "unknown")
    #expect(try shop.body(id).value["title"]?.string == "Cut")
    proxy.play(.losing("PATCH"))
    let stock = try connector.write(.adjust(names.next(), try level(shop, id), by: -2))
    #expect(stock.record?.value("available") == .integer(3), "once, though it arrived twice")
  }

  @Test("lost answer: a creation is found by its UPC", arguments: OscarKind.present)
  func lostCreation(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let upc = shop.freshUPC()
    let before = try shop.shopIDs().count
    proxy.play(.losing("POST"))
    let outcome = try shop.connector(by: proxy).write(creation(shop, upc))
    #expect(outcome.word == "done")
    #expect(try shop.shopIDs().count == before + 1)
    if let made = outcome.record.flatMap({ Int64($0.id.dropFirst(8)) }) { shop.adopt(made) }
    proxy.play(.swallowing("POST"))
    let never = try shop.connector(by: proxy).write(creation(shop, shop.freshUPC()))
    #expect(never.word == "unknown")
  }

  @Test("double create: the same creation twice makes one product", arguments: OscarKind.present)
  func doubleCreate(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let upc = shop.freshUPC()
    let before = try shop.shopIDs().count
    let request = try shop.connector().request(for: creation(shop, upc))
    let first = try shop.connector().send([request])[0]
    let second = try shop.connector().send([request])[0]
    #expect([first.word, second.word] == ["done", "done"])
    #expect(first.record?.id == second.record?.id)
    #expect(try shop.shopIDs().count == before + 1)
    let other = try shop.connector().write(creation(shop, upc, "Other content"))
    guard case .taken(let holder, let refusal) = other else {
      Issue.record("\(other)")
      return
    }
    #expect(holder?.id == first.record?.id)
    #expect(refusal.field == "external_ref")
    if let made = first.record.flatMap({ Int64($0.id.dropFirst(8)) }) { shop.adopt(made) }
  }

  @Test("a UPC that another product has is taken", arguments: OscarKind.present)
  func takenUPC(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let (first, second) = (try shop.create("First"), try shop.create("Second"))
    let upc = try #require(try shop.body(first).value["upc"]?.string)
    let outcome = try shop.connector().write(
      .update(names.next(), try product(shop, second), ["external_ref": .text(upc)]))
    guard case .taken(let holder, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(holder == RecordKey(.product, "osc_prd_\(first)"))
  }

  @Test("a token without the right stops everything", arguments: OscarKind.present)
  func unauthorized(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let mutation = try rename(shop, try shop.create("Plain"), "Mine")
    let outcome = try shop.connector(token: "wrong").write(mutation)
    #expect(outcome.word == "unauthorized")
    #expect(outcome.reason?.contains("Token wrong") == false, "no token is shown")
  }

  // MARK: What cannot be done

  @Test("what the capabilities call unwritable is refused in words, and the rest is not")
  func table() throws {
    let connector = OscarConnector(url: "http://127.0.0.1:1", token: "none")
    let ids: [ResourceType: String] = [
      .product: "osc_prd_1", .variant: "osc_var_1", .media: "osc_med_1", .collection: "osc_col_1",
      .inventoryLevel: "osc_inv_1", .price: "osc_prc_1_EUR", .location: "osc_loc_1",
      .priceList: "osc_pls_EUR", .market: "osc_mkt_EUR",
    ]
    for (type, id) in ids {
      for field in WritableFields.names(of: type) {
        let mutation = Mutation(
          id: names.next(), record: RecordKey(type, id), operation: .update,
          fields: [field: WritableFields.sample(field, of: type, number: 1, format: "html")],
          seenETag: "\"1\"")
        let isWritable = (try? connector.request(for: mutation)) != nil
        #expect(
          OscarConnector.capabilities.of(type, field: field).isWritable == isWritable,
          "\(type.name) \(field)")
      }
    }
  }

  @Test("Markdown, archiving, and a handle without the number are refused in words")
  func words() throws {
    let connector = OscarConnector(url: "http://127.0.0.1:1", token: "none")
    for (field, value) in [
      ("description", FieldValue.object([.init("markdown", .text("*x*"))])),
      ("status", .text("archived")), ("handle", .text("new-name")), ("title", .null),
    ] {
      let mutation = Mutation(
        id: names.next(), record: RecordKey(.product, "osc_prd_7"), operation: .update,
        fields: [field: value])
      let error = #expect(throws: ConnectorError.self) { try connector.request(for: mutation) }
      #expect(error?.code == .refused)
    }
  }
}

/// Somebody else's change of a product, made over the shop's own address from any thread.
struct OscarChange: Sendable {
  private let url: String
  private let token: String
  private let id: Int64
  private let json: String

  init(_ shop: OscarPeer, _ id: Int64, _ json: String) {
    (url, token, self.id, self.json) = (shop.url, shop.token, id, json)
  }

  func make() throws {
    let connector = OtherClient(url: url, authorization: "Token \(token)")
    try connector.send("PATCH", "/admin/products/\(id)/", json)
  }
}
