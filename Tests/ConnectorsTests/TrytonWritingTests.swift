import Bytes
import Connectors
import Contract
import Formats
import HTTPClient
import Machine
import Support
import Testing

/// The writing half for Tryton, and the writing rows of the acceptance table in the commerce API's
/// section 4: each test provokes the trap, and the outcome is right or the capabilities say that
/// nothing protects.
@Suite("Writing to Tryton", .serialized)
struct TrytonWritingTests {
  private let names = MutationNames()

  private func creation(_ code: String, _ title: String = "Made") -> Mutation {
    Mutation(
      id: names.next(), record: RecordKey(.product, "local"), externalReference: code,
      operation: .create,
      fields: [
        "title": .text(title), "status": .text("active"),
        "description": .object([.init("markdown", .text("Text"))]),
      ])
  }

  // MARK: What can be done

  @Test("fields of a product are written under its stamp", arguments: TrytonKind.present)
  func update(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain")
    let seen = try shop.product(keys.template)
    let outcome = try shop.connector().write(
      .update(
        names.next(), seen,
        [
          "title": .text("Renamed"), "status": .text("draft"),
          "description": .object([.init("markdown", .text("New *text*"))]),
        ]))
    #expect(outcome.word == "done")
    #expect(outcome.record?.value("status") == .text("draft"))
    #expect(outcome.record?.etag != seen.etag)
    #expect(try shop.product(keys.template).value("title") == .text("Renamed"))
    let archived = try shop.connector().write(
      .update(
        names.next(), try shop.product(keys.template),
        ["status": .text("archived"), "description": .null]))
    #expect(archived.record?.value("status") == .text("archived"))
    #expect(archived.record?.value("description") == .null)
    try shop.delete(keys.template)
  }

  @Test(
    "a price becomes the product's own and leaves its template's", arguments: TrytonKind.present)
  func price(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Priced", price: "10.00")
    let outcome = try shop.connector().write(
      .update(names.next(), try shop.price(keys), ["amount": .integer(1205)]))
    #expect(outcome.word == "done")
    #expect(outcome.record?.value("amount") == .integer(1205))
    let again = try shop.connector().write(
      .update(names.next(), try shop.price(keys), ["amount": .integer(7)]))
    #expect(again.record?.value("amount") == .integer(7), "seven cents, not seven euros")
    try shop.delete(keys.template)
  }

  @Test("stock is counted, and changed by a difference", arguments: TrytonKind.present)
  func stock(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Stocked")
    let counted = try shop.connector().write(
      .update(names.next(), try shop.level(keys), ["available": .integer(7)]))
    #expect(counted.record?.value("available") == .integer(7))
    let seen = try shop.level(keys)
    let moved = try shop.connector().write(.adjust(names.next(), seen, by: -3))
    #expect(moved.record?.value("available") == .integer(4))
    let late = try shop.connector().write(
      .update(names.next(), seen, ["available": .integer(1)]))
    #expect(late.word == "stale", "seven were seen, four are there")
    #expect(late.record?.value("available") == .integer(4))
    let tooMuch = try shop.connector().write(.adjust(names.next(), seen, by: -5))
    #expect(tooMuch.refusal?.field == "available")
    let capability = TrytonConnector.capabilities.of(.inventoryLevel, field: "available")
    #expect(capability.isUnprotected)
    #expect(!capability.hasDelta)
  }

  @Test("the place of a variant among its sisters is written", arguments: TrytonKind.present)
  func position(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Placed")
    let seen = try #require(try shop.connector().record(.variant, "try_var_\(keys.product)"))
    let outcome = try shop.connector().write(
      .update(names.next(), seen, ["position": .integer(4)]))
    #expect(outcome.record?.value("position") == .integer(4))
    try shop.changeProduct(keys.product, #"{"position":9}"#)
    let late = try shop.connector().write(
      .update(names.next(), seen, ["position": .integer(5)]))
    #expect(late.word == "stale")
    try shop.delete(keys.template)
  }

  @Test("a product is made, found again by its code, and deleted", arguments: TrytonKind.present)
  func createAndDelete(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let code = shop.freshCode()
    let outcome = try shop.connector().write(creation(code))
    #expect(outcome.word == "done")
    let made = try #require(outcome.record)
    #expect(try shop.connector().record(.product, externalReference: code)?.id == made.id)
    #expect(try shop.connector().record(.variant, externalReference: code) != nil)
    #expect(try shop.connector().write(.delete(names.next(), made)).word == "deleted")
    #expect(try shop.connector().write(.delete(names.next(), made)).word == "missing")
    #expect(try shop.connector().record(.product, externalReference: code) == nil)
  }

  @Test("what was deleted meanwhile is missing", arguments: TrytonKind.present)
  func missing(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Doomed")
    let mutations = [
      try shop.rename(keys.template, "Late", names.next()),
      .update(names.next(), try shop.price(keys), ["amount": .integer(1)]),
      .update(names.next(), try shop.level(keys), ["available": .integer(1)]),
    ]
    try shop.delete(keys.template)
    let connector = shop.connector()
    let outcomes = try connector.send(try mutations.map { try connector.request(for: $0) })
    #expect(outcomes.map(\.word) == ["missing", "missing", "missing"])
  }

  // MARK: The acceptance table

  @Test(
    "optimistic lock: a write over somebody else's change is stale", arguments: TrytonKind.present)
  func stale(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain")
    let mutation = try shop.rename(keys.template, "Mine", names.next())
    let deletion = Mutation.delete(names.next(), try shop.product(keys.template))
    try shop.change(keys.template, #"{"name":"Theirs"}"#)
    let outcome = try shop.connector().write(mutation)
    #expect(outcome.word == "stale")
    #expect(outcome.record?.value("title") == .text("Theirs"))
    #expect(try shop.connector().write(deletion).word == "stale")
    #expect(try shop.product(keys.template).value("title") == .text("Theirs"))
    #expect(TrytonConnector.capabilities.of(.product, field: "title").guard == .version)
    try shop.delete(keys.template)
  }

  @Test(
    "optimistic lock: a price is guarded also where it was its template's",
    arguments: TrytonKind.present)
  func stalePrice(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain", price: "10.00")
    let mutation = Mutation.update(
      names.next(), try shop.price(keys), ["amount": .integer(900)])
    try shop.change(keys.template, #"{"list_price":{"__class__":"Decimal","decimal":"12.00"}}"#)
    let outcome = try shop.connector().write(mutation)
    #expect(outcome.word == "stale")
    #expect(outcome.record?.value("amount") == .integer(1200))
    #expect(TrytonConnector.capabilities.of(.price, field: "amount").guard == .version)
    try shop.delete(keys.template)
  }

  @Test(
    "optimistic lock: another field that moved is no conflict, and stays",
    arguments: TrytonKind.present)
  func otherField(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain")
    let mutation = try shop.rename(keys.template, "Mine", names.next())
    try shop.change(keys.template, #"{"salable":false}"#)
    let outcome = try shop.connector().write(mutation)
    #expect(outcome.word == "done")
    #expect(outcome.record?.value("title") == .text("Mine"))
    #expect(outcome.record?.value("status") == .text("draft"))
    try shop.delete(keys.template)
  }

  @Test(
    "optimistic lock: there is no window between reading and writing",
    arguments: TrytonKind.present)
  func window(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain")
    let mutation = try shop.rename(keys.template, "Mine", names.next())
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    var trick = LossyProxy.Trick("POST", "product.template.write")
    trick.before = { try shop.change(keys.template, #"{"name":"Theirs"}"#) }
    proxy.play(trick)
    let outcome = try shop.connector(by: proxy).write(mutation)
    #expect(proxy.failure == nil)
    #expect(outcome.word == "stale")
    #expect(try shop.product(keys.template).value("title") == .text("Theirs"))
    try shop.delete(keys.template)
  }

  @Test("what somebody else writes right after is noticed", arguments: TrytonKind.present)
  func overwritten(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain")
    let mutation = try shop.rename(keys.template, "Mine", names.next())
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    var trick = LossyProxy.Trick("POST", "product.template.write")
    trick.after = { try shop.change(keys.template, #"{"name":"Theirs"}"#) }
    proxy.play(trick)
    let outcome = try shop.connector(by: proxy).write(mutation)
    #expect(proxy.failure == nil)
    #expect(outcome.word == "overwritten")
    #expect(outcome.record?.value("title") == .text("Theirs"))
    try shop.delete(keys.template)
  }

  @Test(
    "precondition ignored: the door that overlooks stamps is not used",
    arguments: TrytonKind.present)
  func precondition(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain")
    let key = Environment.value("TRUMEAU_TRYTON_KEY") ?? "none"
    let context =
      #"{"company": 1, "_timestamp": {"product.template,\#(keys.template)": "1.0"}}"#
    let response = try HTTPClient().send(
      HTTPRequest(
        "PUT", "\(shop.url)/shop/rest/model/product.template/\(keys.template)",
        headers: [
          "Authorization": "Bearer \(key)", "Content-Type": "application/json",
          "X-Tryton-Context": TrytonPeer.base64(context, endingIn: "-_"),
        ], body: Array(#"{"name":"Overwritten"}"#.utf8)))
    #expect(response.status == 200, "the trap: REST overlooks the stamp")
    #expect(try shop.product(keys.template).value("title") == .text("Overwritten"))
    var mutation = try shop.rename(keys.template, "Mine", names.next())
    let request = try shop.connector().request(for: mutation)
    let body = String(decoding: request.body, as: UTF8.self)
    #expect(request.method == "model.product.template.write")
    #expect(body.contains(#""_timestamp":{"product.template,\#(keys.template)":"#))
    mutation.seenETag = ""
    let error = #expect(throws: ConnectorError.self) {
      try shop.connector().request(for: mutation)
    }
    #expect(error?.code == .refused, "without a stamp nothing is sent")
    try shop.delete(keys.template)
  }

  @Test(
    "value changed by the platform: spaces that it cuts off are noticed",
    arguments: TrytonKind.present)
  func trimmed(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain")
    let outcome = try shop.connector().write(
      try shop.rename(keys.template, "  Padded  ", names.next()))
    #expect(outcome.word == "overwritten")
    #expect(outcome.record?.value("title") == .text("Padded"))
    try shop.delete(keys.template)
  }

  @Test(
    "error inside a 200: each of them is told apart", arguments: TrytonKind.present)
  func insideSuccess(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain")
    let refused = try shop.connector().write(
      try shop.rename(keys.template, " ", names.next()))
    #expect(refused.word == "refused")
    #expect(refused.refusal?.message.contains("Name") == true, "Tryton's own words")
    #expect(refused.refusal?.field == "title")
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let connector = shop.connector(by: proxy)
    for (answer, word) in [
      (#"{"id":1,"error":["UserWarning",["w","","Sure?",""]]}"#, "refused"),
      (#"{"id":1,"error":["database is locked",""]}"#, "postponed"),
      (#"{"id":7,"result":null}"#, "unknown"), ("{", "unknown"), ("null", "unknown"),
    ] {
      proxy.play(.answering("POST", "product.template.write", done: false, .json(answer)))
      let outcome = try connector.write(try shop.rename(keys.template, "New", names.next()))
      #expect(outcome.word == word, "\(answer)")
    }
    try shop.delete(keys.template)
  }

  @Test("HTML error bodies say nothing; the record does", arguments: TrytonKind.present)
  func htmlErrors(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain")
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let connector = shop.connector(by: proxy)
    func play(_ status: Int, done: Bool) {
      proxy.play(
        .answering(
          "POST", "product.template.write", done: done, FakeTryton.page(status, "Sorry")))
    }
    for (status, done, word) in [
      (500, false, "unknown"), (500, true, "done"), (503, false, "postponed"),
      (403, false, "unauthorized"), (400, false, "refused"), (200, false, "unknown"),
    ] {
      play(status, done: done)
      let title = "New \(status) \(done)"
      let outcome = try connector.write(
        try shop.rename(keys.template, title, names.next()))
      #expect(outcome.word == word, "\(status) \(done)")
    }
    try shop.delete(keys.template)
  }

  @Test("lost answer: what was done is known by reading back", arguments: TrytonKind.present)
  func lostAnswer(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Plain")
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let connector = shop.connector(by: proxy)
    proxy.play(.losing("POST", "product.template.write"))
    let done = try connector.write(try shop.rename(keys.template, "Done", names.next()))
    #expect(done.word == "done")
    proxy.play(.losing("POST", "product.template.write", arriving: 5))
    let cut = try connector.write(try shop.rename(keys.template, "Cut", names.next()))
    #expect(cut.word == "done")
    let request = try connector.request(
      for: try shop.rename(keys.template, "Again", names.next()))
    proxy.play(nil)
    #expect(try connector.send([request])[0].word == "done")
    #expect(
      try connector.send([request])[0].word == "done", "the same bytes again: it is so already")
    proxy.play(.swallowing("POST", "product.template.write"))
    let never = try connector.write(try shop.rename(keys.template, "Never", names.next()))
    #expect(never.word == "unknown")
    try shop.delete(keys.template)
  }

  @Test("lost answer: stock is counted once", arguments: TrytonKind.present)
  func lostCount(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Stocked")
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let connector = shop.connector(by: proxy)
    proxy.play(.losing("POST", "stock.inventory.confirm"))
    let outcome = try connector.write(.adjust(names.next(), try shop.level(keys), by: 5))
    #expect(outcome.record?.value("available") == .integer(5))
    proxy.play(.losing("POST", "stock.inventory.create"))
    let unmade = try connector.write(.adjust(names.next(), try shop.level(keys), by: 5))
    #expect(unmade.word == "postponed", "a draft counts nothing")
    #expect(try shop.level(keys).value("available") == .integer(5))
  }

  @Test("lost answer: a creation is found by its code", arguments: TrytonKind.present)
  func lostCreation(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let proxy = try shop.proxy()
    defer { proxy.stop() }
    let code = shop.freshCode()
    proxy.play(.losing("POST", "product.template.create"))
    let outcome = try shop.connector(by: proxy).write(creation(code))
    #expect(outcome.word == "done")
    #expect(try shop.connector().record(.product, externalReference: code) != nil)
    proxy.play(.swallowing("POST", "product.template.create"))
    #expect(try shop.connector(by: proxy).write(creation(shop.freshCode())).word == "unknown")
  }

  @Test("double create: the same creation twice makes one product", arguments: TrytonKind.present)
  func doubleCreate(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let code = shop.freshCode()
    let request = try shop.connector().request(for: creation(code))
    let first = try shop.connector().send([request])[0]
    let second = try shop.connector().send([request])[0]
    #expect([first.word, second.word] == ["done", "done"])
    #expect(first.record?.id == second.record?.id)
    let other = try shop.connector().write(creation(code, "Other content"))
    guard case .taken(let holder, let refusal) = other else {
      Issue.record("\(other)")
      return
    }
    #expect(holder?.id == first.record?.id)
    #expect(refusal.field == "external_ref")
  }

  @Test("a code that another product has is taken", arguments: TrytonKind.present)
  func takenCode(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let (first, second) = (try shop.create("First"), try shop.create("Second"))
    let code = try #require(
      try shop.product(first.template).body.value["external_ref"]?.string)
    let outcome = try shop.connector().write(
      .update(names.next(), try shop.product(second.template), ["external_ref": .text(code)]))
    guard case .taken(let holder, _) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(holder == RecordKey(.product, "try_prd_\(first.template)"))
  }

  // MARK: What cannot be done

  @Test("what the capabilities call unwritable is refused in words, and the rest is not")
  func table() throws {
    let connector = TrytonConnector(url: "http://127.0.0.1:1", token: "none")
    let ids: [ResourceType: String] = [
      .product: "try_prd_1", .variant: "try_var_1", .collection: "try_col_1",
      .inventoryLevel: "try_inv_1_5", .price: "try_prc_EUR_1_1", .location: "try_loc_1",
      .priceList: "try_pls_EUR", .market: "try_mkt_EUR",
    ]
    for (type, id) in ids {
      for field in WritableFields.names(of: type) {
        let mutation = Mutation(
          id: names.next(), record: RecordKey(type, id), operation: .update,
          fields: [field: WritableFields.sample(field, of: type, number: 1, format: "markdown")],
          seenETag: type == .price ? "\"1.5 2.5\"" : "\"1.5\"")
        let isWritable = (try? connector.request(for: mutation)) != nil
        #expect(
          TrytonConnector.capabilities.of(type, field: field).isWritable == isWritable,
          "\(type.name) \(field)")
      }
    }
  }
}
