import Bytes
import Contract
import LocalMirror
import Machine
import Merge
@testable import Sync
import Synchronization
import Testing

/// The rows of the taxonomy of conflicts, as an editor meets them. Rows that another module decides
/// have their tests there too: texts and lists in MergeTests, files in the tests of content files.
@Suite struct TaxonomyTests {
  typealias World = EditingWorld
  let world: EditingWorld
  init() throws { world = try EditingWorld() }

  /// Both sides change a field, then the mirror hears of it.
  private func both(
    _ key: RecordKey, _ field: String, mine: FieldValue, shop: FieldValue, isCount: Bool = false
  ) throws {
    try world.edit(key, field, mine, isCount: isCount)
    world.shop.set(key, field, shop)
    try world.pull()
  }

  @Test("row 01: both changed one short value: it is asked, and the shop's stands in the shop")
  func row01() throws {
    try both(World.bag, "title", mine: .text("Mine"), shop: .text("Theirs"))
    let question = try #require(try world.questions().first)
    #expect(question.kind == .editEdit)
    #expect(question.before == .text("Satchel"))
    #expect(question.mine == .text("Mine"))
    #expect(question.shop == .text("Theirs"))
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Theirs"))
    #expect(try world.values().map(\.value) == [.text("Mine")])
  }

  @Test("row 02: the same change on both sides is accepted and logged")
  func row02() throws {
    try both(World.bag, "title", mine: .text("Same"), shop: .text("Same"))
    #expect(try world.values().isEmpty)
    #expect(try world.questions().isEmpty)
    #expect(try world.decisions() == ["same-change"])
  }

  @Test("row 03: other fields changed in the shop: both are kept")
  func row03() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.shop.set(World.bag, "vendor", .text("Sud"))
    try world.pull()
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Mine"))
    #expect(world.shop.value(World.bag, "vendor") == .text("Sud"))
  }

  private func markdown(_ text: String) -> FieldValue {
    .object(of: [.init("markdown", .text(text))])
  }

  @Test("row 04: a text changed at different places is merged and sent, with the rule in the log")
  func row04() throws {
    try both(
      World.bag, "description", mine: markdown("Wash by hand only. Dry it flat."),
      shop: markdown("Wash by hand. Dry it flat in the shade."))
    try world.push()
    let merged = world.shop.value(World.bag, "description")
    #expect(merged == markdown("Wash by hand only. Dry it flat in the shade."))
    #expect(try world.values().isEmpty)
    #expect(try world.decisions().contains("text-merged"))
  }

  @Test("row 05: the same place of a text is asked about, with the place in pieces")
  func row05() throws {
    try both(
      World.bag, "description", mine: markdown("Wash by machine. Dry it flat."),
      shop: markdown("Wash by steam. Dry it flat."))
    let question = try #require(try world.questions().first)
    #expect(question.kind == .text)
    #expect(!question.detail.segments.isEmpty)
  }

  @Test("row 06: a paragraph moved here and edited there stands at its new place with the edit")
  func row06() throws {
    let first = "Wash it by hand in cool water with a mild soap."
    let second = "The leather is tanned with oak bark for a whole year."
    let third = "It is lined with linen that was woven in the mountains."
    world.shop.set(World.bag, "description", markdown("\(first)\n\n\(second)\n\n\(third)\n"))
    try world.pull()
    try both(
      World.bag, "description", mine: markdown("\(third)\n\n\(first)\n\n\(second)\n"),
      shop: markdown(
        "\(first)\n\n\(second)\n\nIt is lined with linen that was woven in the high mountains.\n"))
    try world.push()
    let text = Inbox.text(of: world.shop.value(World.bag, "description")) ?? ""
    #expect(text.hasPrefix("It is lined with linen that was woven in the high mountains."))
  }

  @Test("row 07: tags of both sides are put together")
  func row07() throws {
    try both(
      World.bag, "tags", mine: .list([.text("bag"), .text("new")]),
      shop: .list([.text("bag"), .text("sale")]))
    try world.push()
    #expect(
      world.shop.value(World.bag, "tags") == .list([.text("bag"), .text("new"), .text("sale")]))
    #expect(try world.decisions().contains("set-merged"))
  }

  @Test("row 08: two different orders are asked about")
  func row08() throws {
    let key = RecordKey(.collection, "k1")
    let ids = ["p1", "p2"].map { FieldValue.text($0) }
    world.source.put(.product, "p3", #"{"handle":"belt","title":"Belt","status":"active"}"#)
    world.source.put(
      .collection, "k1", #"{"handle":"all","title":"All","products":["p1","p2","p3"]}"#)
    try world.pull()
    try both(
      key, "products", mine: .list([.text("p3")] + ids),
      shop: .list([ids[1], ids[0], .text("p3")]))
    #expect(try world.kinds() == [.order])
  }

  @Test("row 09: a price that both changed is always asked about")
  func row09() throws {
    try both(World.bagPrice, "amount", mine: .integer(250_000), shop: .integer(265_000))
    #expect(try world.kinds() == [.price])
  }

  @Test("row 10: a price that drops to a tenth is sent only when it is confirmed")
  func row10() throws {
    try world.edit(World.bagPrice, "amount", .integer(24_000))
    let plan = try world.plan()
    #expect(plan.operations.isEmpty)
    #expect(plan.confirmations.count == 1)
    let question = try #require(try world.questions().first)
    try Inbox(mirror: world.mirror).answer(try #require(question.number), .init(.confirm))
    try world.push()
    #expect(world.shop.value(World.bagPrice, "amount") == .integer(24_000))
    // The same slip on another day is asked about anew.
    world.shop.set(World.bagPrice, "amount", .integer(240_000))
    try world.pull()
    world.time.sleep(milliseconds: 86_400_000)
    try world.edit(World.bagPrice, "amount", .integer(24_000))
    #expect(try world.plan().confirmations.count == 1)
  }

  @Test("row 11: movements of stock on both sides are added")
  func row11() throws {
    try both(World.bagStock, "available", mine: .integer(9), shop: .integer(17))
    try world.push()
    #expect(world.shop.value(World.bagStock, "available") == .integer(14))
    #expect(try world.decisions().contains("delta-added"))
  }

  @Test("row 12: movements that lead below zero are asked about")
  func row12() throws {
    try both(World.bagStock, "available", mine: .integer(2), shop: .integer(5))
    #expect(try world.kinds() == [.stockNegative])
    let question = try #require(try world.questions().first)
    try Inbox(mirror: world.mirror).answer(try #require(question.number), .init(.clamp))
    try world.push()
    #expect(world.shop.value(World.bagStock, "available") == .integer(0))
  }

  @Test("row 13: a stock count while the stock moved is asked about, and can be carried on")
  func row13() throws {
    try both(World.bagStock, "available", mine: .integer(10), shop: .integer(9), isCount: true)
    #expect(try world.kinds() == [.stockCount])
    let question = try #require(try world.questions().first)
    try Inbox(mirror: world.mirror).answer(try #require(question.number), .init(.replay))
    try world.push()
    #expect(world.shop.value(World.bagStock, "available") == .integer(7))
  }

  @Test("row 14: a deletion of what the shop changed since is asked about")
  func row14() throws {
    try world.mirror.delete(World.scarf, source: .cli)
    world.shop.set(World.scarf, "title", .text("New scarf"))
    try world.pull()
    #expect(try world.kinds() == [.deleteEdit])
    try world.push()
    #expect(world.shop.value(World.scarf, "title") == .text("New scarf"))
    let question = try #require(try world.questions().first)
    try Inbox(mirror: world.mirror).answer(try #require(question.number), .init(.deleteAnyway))
    try world.push()
    #expect(world.shop.value(World.scarf, "title") == nil)
  }

  @Test("row 15: an edit of what the shop deleted is kept, and can be made again")
  func row15() throws {
    try world.edit(World.scarf, "title", .text("My scarf"))
    world.source.remove(.product, "p2")
    try world.pull()
    #expect(try world.kinds() == [.editDelete])
    let question = try #require(try world.questions().first)
    try Inbox(mirror: world.mirror).answer(try #require(question.number), .init(.recreate))
    let report = try world.push()
    let made = try #require(report.items.first)
    #expect(made.operation == .create)
    #expect(world.shop.value(made.key, "title") == .text("My scarf"))
    #expect(world.shop.value(made.key, "handle") == .text("scarf"))
  }

  @Test("row 16: deleted on both sides is agreement")
  func row16() throws {
    try world.mirror.delete(World.scarf, source: .cli)
    world.source.remove(.product, "p2")
    try world.pull()
    #expect(try world.questions().isEmpty)
    #expect(try world.plan().isEmpty)
    #expect(try world.decisions() == ["same-delete"])
  }

  @Test("row 17: a product deleted here gets a variant in the shop: the deletion is asked about")
  func row17() throws {
    try world.mirror.delete(World.bag, source: .cli)
    world.source.put(
      .variant, "v2", #"{"sku":"BAG-2","position":2}"#, links: #"{"product":"p1"}"#)
    try world.pull()
    #expect(try world.kinds() == [.parentDeleted])
  }

  @Test("row 17: a part whose product the shop deleted is moved to another one by its id")
  func row17Moved() throws {
    let picture = RecordKey(.media, "m-new")
    try world.mirror.create(
      picture,
      fields: [
        "kind": .text("image"), "url": .text("/media/a.svg"), "alt": .text("A"),
        "width": .integer(10), "height": .integer(10), "position": .integer(1),
        "links.parent": .object(of: [
          .init("type", .text("product")), .init("id", .text(World.scarf.id)),
        ]),
      ], source: .cli)
    world.source.remove(.product, World.scarf.id)
    try world.pull()
    let question = try #require(try world.questions().first { $0.key == picture })
    try Inbox(mirror: world.mirror).answer(
      try #require(question.number), .init(.move, value: .text(World.bag.id)))
    #expect(
      try world.values().first { $0.key == picture && $0.field == "links.parent" }?.value
        == .object(of: [.init("type", .text("product")), .init("id", .text(World.bag.id))]))
  }

  private func makeProduct(_ id: String, handle: String, title: String = "New") throws -> RecordKey
  {
    let key = RecordKey(.product, id)
    try world.mirror.create(
      key,
      fields: ["handle": .text(handle), "title": .text(title), "status": .text("active")],
      source: .cli)
    return key
  }

  @Test("row 18: two products of one handle: the second is asked about, and can be renamed")
  func row18() throws {
    let key = try makeProduct("new-1", handle: "belt")
    world.source.put(.product, "p9", #"{"handle":"belt","title":"Belt","status":"active"}"#)
    try world.pull()
    #expect(try world.kinds() == [.createCreate])
    let question = try #require(try world.questions().first)
    #expect(question.detail.other == RecordKey(.product, "p9"))
    try Inbox(mirror: world.mirror).answer(
      try #require(question.number), .init(.rename, value: .text("belt-2")))
    let report = try world.push()
    #expect(report.items.map(\.outcome) == [.done])
    #expect(world.shop.value(key, "handle") == .text("belt-2"))
  }

  @Test("row 18: a handle that the shop has taken since the pull is asked about after the sending")
  func row18TakenMeanwhile() throws {
    _ = try makeProduct("new-1", handle: "belt")
    let plan = try world.plan()
    world.source.put(.product, "p9", #"{"handle":"belt","title":"Belt","status":"active"}"#)
    let report = try world.pushing().run(plan)
    #expect(report.items.map(\.kind) == [.createCreate])
    #expect(try world.plan().operations.isEmpty)
  }

  @Test("row 19: two different new addresses are asked about")
  func row19() throws {
    try both(World.bag, "handle", mine: .text("mine"), shop: .text("theirs"))
    #expect(try world.kinds() == [.renameRename])
  }

  @Test("row 20: an address that another record has is asked about; a swap goes by an interim name")
  func row20() throws {
    try world.edit(World.bag, "handle", .text("scarf"))
    #expect(try world.settle().questions.map(\.kind) == [.nameTaken])
    let question = try #require(try world.questions().first)
    try Inbox(mirror: world.mirror).answer(try #require(question.number), .init(.swapNames))
    let report = try world.push()
    #expect(report.items.map(\.outcome) == [.done, .done, .done])
    #expect(world.shop.value(World.bag, "handle") == .text("scarf"))
    #expect(world.shop.value(World.scarf, "handle") == .text("satchel"))
    #expect(try world.values().isEmpty)
  }

  @Test("row 21: a link to what the shop has deleted is asked about")
  func row21() throws {
    let key = RecordKey(.collection, "k1")
    world.source.put(
      .collection, "k1", #"{"handle":"all","title":"All","products":["p1"]}"#)
    try world.pull()
    try world.edit(key, "products", .list([.text("p1"), .text("p2")]))
    world.source.remove(.product, "p2")
    try world.pull()
    #expect(try world.kinds() == [.reference])
  }

  @Test("row 22: what the shop refuses goes to the inbox with its words, the rest goes on")
  func row22() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try world.edit(World.scarf, "title", .text("Mine too"))
    world.shop.script(.refuse(WriteRefusal("too short", field: "title")))
    let report = try world.push()
    #expect(report.items.map(\.outcome) == [.asked, .done])
    let question = try #require(try world.questions().first)
    #expect(question.kind == .rejected)
    #expect(question.detail.words == "too short")
    #expect(try world.plan().operations.isEmpty)
    // Edited again, it is another edit and may be sent.
    try world.edit(World.bag, "title", .text("Mine, longer"))
    #expect(try world.plan().operations.count == 1)
    #expect(try world.questions().isEmpty)
  }

  @Test("row 23: an edit of a field that only the shop writes is asked about and never sent")
  func row23() throws {
    world.rules = SettlementRules(policy: { type, field in
      field == "vendor" ? .readOnly : FieldPolicy.of(type: type, field: field)
    })
    try world.edit(World.bag, "vendor", .text("Sud"))
    #expect(try world.settle().questions.map(\.kind) == [.readOnly])
    #expect(try world.plan().operations.isEmpty)
  }

  @Test("row 24: a movement whose outcome cannot be told is asked about and never repeated")
  func row24() throws {
    try world.edit(World.bagStock, "available", .integer(9))
    world.options.unknownTries = 1
    world.shop.script(.dropAnswer)
    #expect(try world.push().items.map(\.outcome) == [.unknown])
    world.time.sleep(milliseconds: 3 * 86_400_000)  // the shop has forgotten the key
    let report = try world.push()
    #expect(report.items.map(\.kind) == [.uncertain])
    #expect(world.shop.value(World.bagStock, "available") == .integer(9))
    try world.push()
    #expect(world.shop.received.count == 1)
    let question = try #require(try world.questions().first)
    try Inbox(mirror: world.mirror).answer(try #require(question.number), .init(.itWorked))
    #expect(try world.plan().isEmpty)
  }

  @Test("row 25: where the shop has no guard, somebody else's value after ours is asked about")
  func row25() throws {
    world.shop.becomeUnguarded()
    try world.edit(World.bag, "title", .text("Mine"))
    world.shop.script(.overwrite(World.bag, "title", .text("Theirs")))
    let report = try world.push()
    #expect(report.items.map(\.kind) == [.overwrittenRace])
    let question = try #require(try world.questions().first)
    #expect(question.mine == .text("Mine"))
    #expect(question.shop == .text("Theirs"))
    try world.settle()
    #expect(try world.kinds() == [.overwrittenRace])
  }

  @Test("row 12: where the shop can hold it, stock may be allowed below zero")
  func row12Backorder() throws {
    try both(World.bagStock, "available", mine: .integer(2), shop: .integer(5))
    let plain = try #require(try world.questions().first)
    #expect(!Inbox.choices(of: plain).contains(.backorder))
    world.rules.allowsStockBelowZero = true
    try world.settle()
    let question = try #require(try world.questions().first)
    try Inbox(mirror: world.mirror, rules: world.rules).answer(
      try #require(question.number), .init(.backorder))
    #expect(try world.questions().isEmpty)
    try world.push()
    #expect(world.shop.value(World.bagStock, "available") == .integer(-5))
    // From there it moves up by itself.
    try world.edit(World.bagStock, "available", .integer(-1))
    try world.push()
    #expect(world.shop.value(World.bagStock, "available") == .integer(-1))
  }

  @Test("row 15: an edit of what the shop has deleted can be saved, and ends here")
  func row15Export() throws {
    try world.edit(World.scarf, "title", .text("My scarf"))
    try world.edit(World.scarf, "vendor", .text("Aurelle"))
    world.source.remove(.product, "p2")
    try world.pull()
    let question = try #require(try world.questions().first { $0.kind == .editDelete })
    let inbox = Inbox(mirror: try world.mirror)
    #expect(
      try inbox.kept(of: question).map { "\($0.field) \($0.before.json) \($0.mine.json)" } == [
        #"title "Scarf" "My scarf""#, #"vendor null "Aurelle""#,
      ])
    try inbox.answer(try #require(question.number), .init(.export))
    #expect(try world.questions().isEmpty)
    #expect(try world.values().isEmpty)
    let decision = try #require(try world.mirror.ledger.decisions().last)
    #expect(decision.outcome == "export")
    #expect(decision.result?.json == #"{"title":"My scarf","vendor":"Aurelle"}"#)
  }

  @Test("row 26: a value of a field that is gone can be saved, and ends here")
  func row26Export() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try Edits(world.mirror.path).rename(field: "title", to: "strapline")
    let question = try #require(try world.settle().questions.first)
    let number = try #require(try world.questions().first?.number)
    #expect(Inbox.choices(of: question).contains(.export))
    try Inbox(mirror: world.mirror).answer(number, .init(.export))
    #expect(try world.values().isEmpty)
    #expect(try world.mirror.ledger.decisions().last?.result?.json == #"{"strapline":"Mine"}"#)
  }

  @Test("row 26: an edit of a field that the shop no longer has is kept and asked about")
  func row26() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try Edits(world.mirror.path).rename(field: "title", to: "strapline")
    #expect(try world.settle().questions.map(\.kind) == [.schemaChange])
    #expect(try world.values().map(\.value) == [.text("Mine")])
    #expect(try world.plan().operations.isEmpty)
  }

  @Test("row 27: a field that is new in the shop is taken, and not sent back")
  func row27() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.source.put(
      .product, "p1",
      ##"{"handle":"satchel","title":"Satchel","status":"active","vendor":"Nord","tags":["bag"],"##
        + ##""description":{"markdown":"Wash by hand. Dry it flat."},"season":"autumn"}"##)
    try world.pull()
    let report = try world.push()
    #expect(report.items.map(\.outcome) == [.done])
    #expect(world.shop.received.map(\.mutation.fields) == [["title": .text("Mine")]])
    #expect(try world.questions().isEmpty)
  }

  @Test("row 28: where it is not known what was before, every difference is asked about")
  func row28() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try Edits(world.mirror.path).forgetBases()
    #expect(try world.settle().questions.map(\.kind) == [.beforeUnknown])
  }

  @Test("row 29: edits of a record that is no longer shared are kept and named so")
  func row29() throws {
    try world.edit(World.scarf, "title", .text("My scarf"))
    world.source.remove(.product, "p2", isGone: true)
    try world.pull()
    #expect(try world.kinds() == [.permissionWithdrawn])
    #expect(try world.values().count == 1)
    let question = try #require(try world.questions().first)
    try Inbox(mirror: world.mirror).answer(try #require(question.number), .init(.export))
    #expect(try world.values().isEmpty)
    #expect(
      try world.mirror.ledger.decisions().last?.result
        == .object(of: [.init("title", .text("My scarf"))]))
  }

  @Test("row 30: a shop that was restored gets nothing until everything has been compared")
  func row30() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.source.state.withLock { $0.epoch = "e2" }
    let error = try #require(throws: PushError.self) {
      _ = try Push.check(world.shop, against: world.mirror, connector: "simulated")
    }
    #expect(error.code == .otherShop)
    try world.pull()
    _ = try Push.check(world.shop, against: world.mirror, connector: "simulated")
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Mine"))
  }

  @Test("row 31: a membership's standing that both changed is asked about")
  func row31() throws {
    let key = RecordKey(.membership, "m1")
    world.source.put(.customer, "u1", #"{"email":"a@b.example"}"#)
    world.source.put(.program, "g1", #"{"name":{"en":"Club"},"kind":"earned"}"#)
    world.source.put(
      .membership, "m1",
      #"{"status":"active","source":"earned","since":"2026-01-01T00:00:00Z"}"#,
      links: #"{"customer":"u1","program":"g1"}"#)
    try world.pull()
    try both(key, "status", mine: .text("suspended"), shop: .text("grace"))
    #expect(try world.kinds() == [.membership])
  }

  @Test("row 32: a translation of an older text is kept, sent, and marked")
  func row32() throws {
    let key = RecordKey(.translation, "t1")
    world.source.put(
      .translation, "t1",
      ##"{"key":"title","locale":"fr","value":"Sac","source_digest":"sha256:of-an-older-title"}"##,
      links: #"{"resource":{"type":"product","id":"p1"}}"#)
    try world.pull()
    try world.edit(key, "value", .text("Cartable"))
    let plan = try world.plan()
    #expect(plan.operations.map(\.remarks) == [[.translationStale]])
    #expect(plan.questions.isEmpty)
  }

  @Test("row 33: publishing that both changed is asked about")
  func row33() throws {
    try both(World.bag, "status", mine: .text("draft"), shop: .text("archived"))
    #expect(try world.kinds() == [.schedule])
  }

  @Test("row 36: another picture in the same place is asked about")
  func row36() throws {
    let key = RecordKey(.media, "m1")
    world.source.put(
      .media, "m1",
      #"{"kind":"image","url":"/a.jpg","alt":"A","width":10,"height":10,"position":1}"#,
      links: #"{"parent":{"type":"product","id":"p1"}}"#)
    try world.pull()
    try both(key, "url", mine: .text("/mine.jpg"), shop: .text("/theirs.jpg"))
    #expect(try world.kinds() == [.media])
  }
}
