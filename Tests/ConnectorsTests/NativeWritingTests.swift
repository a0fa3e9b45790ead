import Bytes
import CommerceServer
import Connectors
import Contract
import Formats
import HTTPClient
import Machine
import Support
import Testing

/// The writing half against the contract's own server on a real socket, and the writing rows of the
/// acceptance table in the commerce API's section 4.
@Suite("Writing to the commerce API", .serialized)
struct NativeWritingTests {
  let shop: NativePeer
  let names = MutationNames()

  init() throws { shop = try NativePeer(products: 8) }

  private func record(_ type: ResourceType, _ id: String) throws -> SourceRecord {
    try #require(try shop.connector().record(type, id))
  }

  private func rename(_ id: String, _ title: String) throws -> Mutation {
    .update(names.next(), try record(.product, id), ["title": .text(title)])
  }

  // MARK: What can be done

  @Test("a changed field is written and the answer is the record as it is now")
  func update() throws {
    let outcome = try shop.connector().write(try rename("prd_1", "Renamed"))
    #expect(outcome.word == "done")
    #expect(outcome.record?.value("title") == .text("Renamed"))
    #expect(outcome.record?.version == 2)
    #expect(try shop.read("/products/prd_1")["attributes"]?["title"]?.string == "Renamed")
  }

  @Test("fields within objects change alone, and null clears")
  func members() throws {
    try shop.change("/products/prd_1", #"{"seo":{"title":"T","description":"D"},"vendor":"V"}"#)
    let outcome = try shop.connector().write(
      .update(
        names.next(), try record(.product, "prd_1"),
        ["seo.title": .text("New"), "vendor": .null]))
    #expect(outcome.word == "done")
    let now = try shop.read("/products/prd_1")["attributes"]
    #expect(now?["seo"]?["title"]?.string == "New")
    #expect(now?["seo"]?["description"]?.string == "D", "what was not edited stays")
    #expect(now?["vendor"] == nil)
  }

  @Test("a description changes its format whole")
  func description() throws {
    try shop.change("/products/prd_1", #"{"description":{"markdown":"old"}}"#)
    let html = FieldValue.object([.init("html", .text("<p>new</p>"))])
    let outcome = try shop.connector().write(
      .update(names.next(), try record(.product, "prd_1"), ["description": html]))
    #expect(outcome.record?.value("description") == html)
  }

  @Test("a record is made with the id and external reference that it shall have")
  func create() throws {
    let mutation = creation("prd_new", handle: "new", reference: "SKU 1/2")
    let outcome = try shop.connector().write(mutation)
    #expect(outcome.word == "done")
    #expect(outcome.record?.id == "prd_new")
    let found = try shop.connector().record(.product, externalReference: "SKU 1/2")
    #expect(found?.id == "prd_new")
    #expect(try shop.connector().record(.product, externalReference: "none") == nil)
  }

  @Test("a record is deleted")
  func delete() throws {
    let outcome = try shop.connector().write(
      .delete(names.next(), try record(.price, "prc_1")))
    #expect(outcome.word == "deleted")
    #expect(try shop.connector().record(.price, "prc_1") == nil)
  }

  @Test("stock changes by a difference, whatever it is by then")
  func adjust() throws {
    let seen = try record(.inventoryLevel, "inv_1")
    try shop.change("/inventory_levels/inv_1", #"{"available":9}"#)
    let outcome = try shop.connector().write(.adjust(names.next(), seen, by: -3))
    #expect(outcome.word == "done")
    #expect(outcome.record?.value("available") == .integer(6))
  }

  @Test("stock is not taken below nothing")
  func belowZero() throws {
    let outcome = try shop.connector().write(
      .adjust(names.next(), try record(.inventoryLevel, "inv_1"), by: -6))
    #expect(outcome.word == "refused")
    #expect(outcome.refusal?.field == "available")
  }

  @Test("tags come and go by commands, so that what somebody else adds stays")
  func tags() throws {
    try shop.change("/products/prd_1", #"{"tags":["old","kept"]}"#)
    let seen = try record(.product, "prd_1")
    try shop.change("/products/prd_1", #"{"tags":["old","kept","theirs"]}"#)
    let outcome = try shop.connector().write(
      .update(names.next(), seen, ["tags": .list([.text("kept"), .text("ours")])]))
    #expect(outcome.word == "done")
    #expect(
      outcome.record?.value("tags") == .list([.text("kept"), .text("theirs"), .text("ours")]))
  }

  @Test("products enter a collection at their place and leave it by commands")
  func collection() throws {
    try shop.change("/collections/col", #"{"products":["prd_0","prd_1"]}"#)
    let seen = try record(.collection, "col")
    try shop.change("/collections/col", #"{"products":["prd_0","prd_1","prd_7"]}"#)
    let wanted: [FieldValue] = [.text("prd_2"), .text("prd_1"), .text("prd_3")]
    let outcome = try shop.connector().write(
      .update(names.next(), seen, ["products": .list(wanted)]))
    #expect(outcome.word == "done")
    #expect(
      outcome.record?.value("products").list?.compactMap(\.text)
        == ["prd_2", "prd_1", "prd_3", "prd_7"])
  }

  @Test("a new order of a list is a patch under a guard")
  func order() throws {
    try shop.change("/collections/col", #"{"products":["prd_0","prd_1"]}"#)
    let seen = try record(.collection, "col")
    let mutation = Mutation.update(
      names.next(), seen, ["products": .list([.text("prd_1"), .text("prd_0")])])
    #expect(try shop.connector().request(for: mutation).method == "PATCH")
    try shop.change("/collections/col", #"{"products":["prd_0","prd_1","prd_7"]}"#)
    let outcome = try shop.connector().write(mutation)
    #expect(outcome.word == "stale")
    #expect(outcome.record?.value("products").list?.count == 3)
  }

  @Test("a translation names the text that it was made from, and is stale with it")
  func translation() throws {
    let digest = ContentHash.ofText("Thing 1")
    let mutation = Mutation(
      id: names.next(), record: RecordKey(.translation, "trn_1"), operation: .create,
      fields: [
        "key": .text("title"), "locale": .text("fr"), "value": .text("Chose"),
        "source_digest": .text(digest),
        "links.resource": .object([.init("id", .text("prd_1")), .init("type", .text("product"))]),
      ])
    let made = try #require(try shop.connector().write(mutation).record)
    let change = Mutation.update(names.next(), made, ["value": .text("Truc")])
    #expect(try shop.connector().write(change).word == "done")
    try shop.change("/products/prd_1", #"{"title":"Another"}"#)
    let late = Mutation.update(
      names.next(), try record(.translation, "trn_1"), ["value": .text("Machin")])
    #expect(try shop.connector().write(late).word == "stale")
  }

  // MARK: The acceptance table

  @Test("optimistic lock: a write over somebody else's change is stale and shows it")
  func stale() throws {
    let mutation = try rename("prd_1", "Mine")
    try shop.change("/products/prd_1", #"{"title":"Theirs"}"#)
    let outcome = try shop.connector().write(mutation)
    #expect(outcome.word == "stale")
    #expect(outcome.record?.value("title") == .text("Theirs"))
    #expect(try shop.read("/products/prd_1")["attributes"]?["title"]?.string == "Theirs")
  }

  @Test("optimistic lock: a count of stock that has moved is stale and shows it")
  func staleStock() throws {
    let seen = try record(.inventoryLevel, "inv_1")
    try shop.change("/inventory_levels/inv_1", #"{"available":4}"#)
    let outcome = try shop.connector().write(
      .update(names.next(), seen, ["available": .integer(10)]))
    #expect(outcome.word == "stale")
    #expect(outcome.record?.value("available") == .integer(4))
  }

  @Test("optimistic lock: what was edited meanwhile is not deleted")
  func staleDeletion() throws {
    let mutation = Mutation.delete(names.next(), try record(.product, "prd_1"))
    try shop.change("/products/prd_1", #"{"title":"Theirs"}"#)
    #expect(try shop.connector().write(mutation).word == "stale")
    #expect(try shop.connector().record(.product, "prd_1") != nil)
  }

  @Test("precondition: it is never left out, because the server insists")
  func precondition() throws {
    var mutation = try rename("prd_1", "Mine")
    for header in ["If-Match"] {
      let request = try shop.connector().request(for: mutation)
      #expect(request.headers.contains { $0.name == header && $0.value == mutation.seenETag })
    }
    mutation.seenETag = ""
    let error = #expect(throws: ConnectorError.self) {
      try shop.connector().request(for: mutation)
    }
    #expect(error?.code == .refused)
    let response = try shop.call("PATCH", "/products/prd_1", #"{"attributes":{"title":"X"}}"#)
    #expect(response.status == 428, "the trap does not exist here")
    #expect(try shop.connector().describe().capabilities.of(.product).guard == .version)
  }

  @Test("double create: the same creation sent twice makes one record")
  func doubleCreate() throws {
    let request = try shop.connector().request(for: creation("prd_new", handle: "new"))
    let first = try shop.connector().send([request])
    let second = try shop.connector().send([request])
    #expect(first[0].record?.id == "prd_new")
    #expect(second[0].record?.id == "prd_new")
    #expect(try shop.read("/products?limit=100")["data"]?.count == 9)
  }

  @Test("double create: a name that somebody else has is taken, and says by whom")
  func taken() throws {
    let outcome = try shop.connector().write(creation("prd_new", handle: "thing-3"))
    guard case .taken(let holder, let refusal) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(holder == RecordKey(.product, "prd_3"))
    #expect(refusal.field == "handle")
  }

  @Test("lost answer: what was sent again is done once", arguments: [nil, 0, 40])
  func lostAnswer(arriving: Int?) throws {
    let proxy = try LossyProxy(origin: shop.server.baseURL)
    defer { proxy.stop() }
    let connector = shop.connector(url: proxy.url)
    let request = try connector.request(
      for: .adjust(names.next(), try record(.inventoryLevel, "inv_1"), by: -2))
    proxy.play(.losing("POST", arriving: arriving))
    #expect(try connector.send([request])[0].word == "unknown")
    proxy.play(nil)
    let again = try connector.send([request])[0]
    #expect(again.word == "done")
    #expect(again.record?.value("available") == .integer(3), "once, not twice")
  }

  @Test("lost answer: a whole batch is unknown, and the same bytes settle it")
  func lostBatch() throws {
    let proxy = try LossyProxy(origin: shop.server.baseURL)
    defer { proxy.stop() }
    let connector = shop.connector(url: proxy.url)
    let requests = try (0..<4).map {
      try connector.request(for: try rename("prd_\($0)", "New \($0)"))
    }
    proxy.play(.losing("POST"))
    #expect(try connector.send(requests).map(\.word) == Array(repeating: "unknown", count: 4))
    proxy.play(nil)
    let again = try connector.send(requests)
    #expect(again.map(\.word) == Array(repeating: "done", count: 4))
    #expect(again.allSatisfy { $0.record?.version == 2 })
  }

  @Test("value changed by the platform: none is, what does not fit is refused with its field")
  func refused() throws {
    let outcome = try shop.connector().write(
      .update(names.next(), try record(.price, "prc_1"), ["amount": .integer(-1)]))
    #expect(outcome.word == "refused")
    #expect(outcome.refusal?.field == "amount")
    let text = "  two  spaces "
    let kept = try shop.connector().write(try rename("prd_1", text))
    #expect(kept.word == (kept.refusal == nil ? "done" : "refused"))
    if kept.refusal == nil { #expect(kept.record?.value("title") == .text(text)) }
  }

  @Test("error inside a 200: every operation of a batch has an outcome of its own")
  func batch() throws {
    let connector = shop.connector()
    let stale = try rename("prd_0", "Mine")
    try shop.change("/products/prd_0", #"{"title":"Theirs"}"#)
    let gone = try rename("prd_2", "Ghost")
    try shop.delete("/products/prd_2")
    let bad = Mutation.update(
      names.next(), try record(.price, "prc_1"), ["amount": .integer(-1)])
    let mutations: [Mutation] = [
      stale, try rename("prd_1", "Good"), gone, bad, creation("prd_x", handle: "thing-3"),
      .adjust(names.next(), try record(.inventoryLevel, "inv_3"), by: 1),
      .delete(names.next(), try record(.price, "prc_4")),
      .adjust(names.next(), try record(.inventoryLevel, "inv_4"), by: -100),
    ]
    let outcomes = try connector.send(try mutations.map { try connector.request(for: $0) })
    #expect(
      outcomes.map(\.word) == [
        "stale", "done", "missing", "refused", "taken", "done", "deleted", "refused",
      ])
    #expect(outcomes[0].record?.value("title") == .text("Theirs"))
    #expect(outcomes[3].refusal?.field == "amount")
    #expect(outcomes[5].record?.value("available") == .integer(6))
  }

  @Test("more requests than a batch holds are sent in several, in their order")
  func manyBatches() throws {
    let connector = shop.connector()
    let requests = try (0..<230).map {
      try connector.request(for: creation("prd_n\($0)", handle: "n-\($0)"))
    }
    let outcomes = try connector.send(requests)
    #expect(outcomes.map { $0.record?.id } == (0..<230).map { "prd_n\($0)" })
  }

  @Test("a token that may not write stops everything")
  func unauthorized() throws {
    let reader = try shop.store.createToken(
      tenant: "demo", scopes: [.catalogRead, .pricingRead]
    ).secret
    let outcome = try shop.connector(token: reader).write(try rename("prd_1", "Mine"))
    guard case .unauthorized(let error) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(error.code == .forbidden)
    let wrong = try shop.connector(token: "wrong").write(try rename("prd_1", "Mine"))
    #expect(wrong.word == "unauthorized")
    #expect(wrong.reason?.contains("wrong") == false, "no token is shown")
  }

  @Test("a server that cannot be reached is thrown, for nothing was sent")
  func unreachable() throws {
    let mutation = try rename("prd_1", "Mine")
    let connector = shop.connector(url: "http://127.0.0.1:1")
    let error = #expect(throws: ConnectorError.self) { try connector.write(mutation) }
    #expect(error?.code == .unreachable)
  }

  // MARK: Parts

  private func creation(_ id: String, handle: String, reference: String? = nil) -> Mutation {
    Mutation(
      id: names.next(), record: RecordKey(.product, id), externalReference: reference,
      operation: .create,
      fields: [
        "handle": .text(handle), "title": .text("New"), "status": .text("draft"),
        "vendor": .null,
      ])
  }
}
