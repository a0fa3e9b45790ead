import Contract
import LocalMirror
import Machine
import Merge
@testable import Sync
import Synchronization
import Testing

@Suite struct PlanTests {
  typealias World = EditingWorld
  let world: EditingWorld
  init() throws { world = try EditingWorld() }

  private func make(
    _ type: ResourceType, _ id: String, _ fields: [String: FieldValue]
  ) throws {
    try world.mirror.create(RecordKey(type, id), fields: fields, source: .cli)
  }

  private func makeBelt() throws {
    try make(
      .product, "n1",
      ["handle": .text("belt"), "title": .text("Belt"), "status": .text("active")])
    try make(
      .variant, "n2",
      ["sku": .text("BELT-1"), "position": .integer(1), "links.product": .text("n1")])
    try make(
      .price, "n3",
      [
        "amount": .integer(9000), "currency": .text("EUR"), "links.variant": .text("n2"),
        "links.price_list": .text("e1"),
      ])
  }

  @Test("a product is made as a draft, then its parts, then it is published")
  func creation() throws {
    try makeBelt()
    let plan = try world.plan()
    #expect(plan.operations.map(\.key.type) == [.product, .variant, .price, .product])
    #expect(plan.operations.map(\.operation) == [.create, .create, .create, .update])
    #expect(plan.operations.last?.step == .publish)
    let report = try world.pushing().run(plan)
    #expect(report.items.map(\.outcome) == [.done, .done, .done, .done])
    #expect(world.shop.value(RecordKey(.product, "n1"), "status") == .text("active"))
    #expect(try world.values().isEmpty)
    #expect(try world.plan().isEmpty)
  }

  @Test("links to new records carry the ids that the shop gave them")
  func givenIDs() throws {
    try makeBelt()
    world.shop.state.withLock { $0.givenIDs = ["prd_7", "var_7", "prc_7"] }
    try world.push()
    let variant = RecordKey(.variant, "var_7")
    #expect(world.shop.value(variant, "links.product") == .text("prd_7"))
    #expect(world.shop.value(RecordKey(.price, "prc_7"), "links.variant") == .text("var_7"))
    #expect(world.shop.value(RecordKey(.product, "prd_7"), "status") == .text("active"))
    #expect(try world.plan().isEmpty)
  }

  @Test("a value that names a record as it was called before the shop gave it an id is understood")
  func formerID() throws {
    world.source.put(
      .collection, "k1", #"{"handle":"new","title":"New","products":["p1","p2"]}"#)
    try world.pull()
    try makeBelt()
    world.shop.state.withLock { $0.givenIDs = ["prd_7", "var_7", "prc_7"] }
    try world.push()
    let collection = RecordKey(.collection, "k1")
    try world.edit(
      collection, "products", .list([.text("n1"), .text("p1"), .text("p2")]))
    #expect(
      try world.values().first?.value == .list([.text("prd_7"), .text("p1"), .text("p2")]))
    try world.push()
    #expect(try world.questions().isEmpty)
    #expect(
      world.shop.value(collection, "products")
        == .list([.text("prd_7"), .text("p1"), .text("p2")]))
  }

  @Test("what is deleted goes part by part before the whole")
  func deletion() throws {
    for key in [World.bag, World.bagVariant, World.bagPrice, World.bagStock] {
      try world.mirror.delete(key, source: .cli)
    }
    let plan = try world.plan()
    #expect(plan.operations.map(\.key.type) == [.price, .inventoryLevel, .variant, .product])
  }

  @Test("a handle is freed before another record takes it")
  func freedHandle() throws {
    try world.edit(World.bag, "handle", .text("scarf"))
    try world.edit(World.scarf, "handle", .text("silk-scarf"))
    let plan = try world.plan()
    #expect(plan.operations.map(\.key) == [World.scarf, World.bag])
    try world.pushing().run(plan)
    #expect(world.shop.value(World.bag, "handle") == .text("scarf"))
  }

  @Test("two handles that change places go by one interim name")
  func swap() throws {
    try world.edit(World.bag, "handle", .text("scarf"))
    try world.edit(World.scarf, "handle", .text("satchel"))
    let plan = try world.plan()
    #expect(plan.operations.map(\.step) == [.interimName, nil, nil])
    let report = try world.pushing().run(plan)
    #expect(report.items.map(\.outcome) == [.done, .done, .done])
    #expect(world.shop.value(World.scarf, "handle") == .text("satchel"))
  }

  @Test("a swap that is broken off after the interim name goes on at the next push")
  func brokenSwap() throws {
    try world.edit(World.bag, "handle", .text("scarf"))
    try world.edit(World.scarf, "handle", .text("satchel"))
    world.shop.state.withLock { $0.capability.largestBatch = 1 }
    world.shop.script(.none, .unauthorized)
    #expect(throws: PushError.self) { try world.push() }
    try world.pull()
    #expect(try world.questions().isEmpty)
    try world.push()
    #expect(world.shop.value(World.bag, "handle") == .text("scarf"))
    #expect(world.shop.value(World.scarf, "handle") == .text("satchel"))
  }

  @Test("a handle that a deleted record frees can be taken")
  func handleOfDeleted() throws {
    try world.mirror.delete(World.scarf, source: .cli)
    try world.edit(World.bag, "handle", .text("scarf"))
    let plan = try world.plan()
    #expect(plan.operations.map(\.operation) == [.delete, .update])
    try world.pushing().run(plan)
    #expect(world.shop.value(World.bag, "handle") == .text("scarf"))
  }

  /// A satchel of our own takes the place of the shop's one: its handle and its variant.
  private func replaceBag() throws {
    try make(
      .product, "n1",
      ["handle": .text("satchel"), "title": .text("Satchel"), "status": .text("active")])
    try world.edit(World.bagVariant, "links.product", .text("n1"))
    try world.mirror.delete(World.bag, source: .cli)
  }

  @Test(
    "a product that takes the handle and a variant of a deleted one begins with an interim handle, unseen"
  )
  func replacement() throws {
    try replaceBag()
    world.shop.state.withLock { $0.givenIDs = ["prd_7"] }
    let plan = try world.plan()
    #expect(plan.operations.map(\.operation) == [.create, .update, .delete, .update])
    #expect(plan.operations[1].key == World.bagVariant)
    let begun = Dictionary(
      uniqueKeysWithValues: plan.operations[0].fields.map { ($0.name, $0.value) })
    #expect(begun["handle"]?.text?.hasPrefix("satchel-") == true)
    #expect(begun["status"] == .text("draft"))
    let report = try world.pushing().run(plan)
    #expect(report.items.map(\.outcome) == [.done, .done, .done, .done])
    let made = RecordKey(.product, "prd_7")
    #expect(world.shop.value(made, "handle") == .text("satchel"))
    #expect(world.shop.value(made, "status") == .text("active"))
    #expect(world.shop.value(World.bagVariant, "links.product") == .text("prd_7"))
    #expect(world.shop.value(World.bag, "title") == nil)
    #expect(try world.plan().isEmpty)
    #expect(try world.values().isEmpty)
  }

  @Test("a replacement that is broken off before its handle is free goes on at the next push")
  func brokenReplacement() throws {
    try replaceBag()
    world.shop.state.withLock { $0.capability.largestBatch = 1 }
    world.shop.script(.none, .unauthorized)
    #expect(throws: PushError.self) { try world.push() }
    try world.pull()
    #expect(try world.questions().isEmpty)
    try world.push()
    #expect(world.shop.value(RecordKey(.product, "n1"), "handle") == .text("satchel"))
    #expect(world.shop.value(RecordKey(.product, "n1"), "status") == .text("active"))
    #expect(world.shop.value(World.bag, "title") == nil)
    #expect(try world.plan().isEmpty)
  }

  @Test("a replacement that is taken back is gone from the shop, and the old one is there again")
  func undoneReplacement() throws {
    try replaceBag()
    try world.push()
    _ = try Undo(mirror: world.mirror, random: world.random).apply(1)
    try world.push()
    #expect(world.shop.value(RecordKey(.product, "n1"), "title") == nil)
    #expect(try world.questions().isEmpty)
    #expect(try world.plan().isEmpty)
  }

  @Test(
    "a handle that is not freed after all, because that edit waits for a decision, is not taken")
  func handleNotFreed() throws {
    world.source.put(.product, "p9", #"{"handle":"belt","title":"B","status":"active"}"#)
    try world.pull()
    try world.edit(World.scarf, "handle", .text("satchel"))
    try world.edit(World.bag, "handle", .text("belt"))
    let plan = try world.plan()
    #expect(plan.operations.isEmpty)
    #expect(plan.questions.map(\.kind) == [.nameTaken, .nameTaken])
  }

  @Test("a handle is not freed either where a question about the whole record waits")
  func handleOfHeldRecord() throws {
    try world.edit(World.bag, "vendor", .text("Sud"))
    world.shop.script(.refuse(WriteRefusal("not today", code: "rule")))
    try world.push()
    #expect(try world.kinds() == [.rejected])
    try world.edit(World.scarf, "handle", .text("satchel"))
    try world.edit(World.bag, "handle", .text("scarf"))
    let plan = try world.plan()
    #expect(plan.operations.isEmpty)
    #expect(Set(plan.questions.map(\.kind)) == [.rejected, .nameTaken])
  }

  @Test("what waits for a decision blocks only what needs it")
  func blocking() throws {
    try makeBelt()
    world.source.put(.product, "p9", #"{"handle":"belt","title":"B","status":"active"}"#)
    try world.pull()
    try world.edit(World.scarf, "title", .text("Mine"))
    let plan = try world.plan()
    #expect(plan.operations.map(\.key) == [World.scarf])
    #expect(plan.blocked.map(\.key.id) == ["n2", "n3"])
    #expect(plan.questions.map(\.kind) == [.createCreate])
  }

  @Test("equal edits give equal plans, byte for byte, and reading gives the plan back")
  func files() throws {
    try makeBelt()
    try world.edit(World.bag, "title", .text("Mine"))
    try world.edit(World.bagStock, "available", .integer(9))
    let plan = try world.plan()
    let text = PlanFile.text(of: plan)
    world.restart()
    world.time.sleep(milliseconds: 60_000)
    #expect(PlanFile.text(of: try world.plan()) == text)
    #expect(PlanFile.text(of: try PlanFile.read(text)) == text)
  }

  @Test("a plan that was changed by hand is refused")
  func changedFile() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    let text = PlanFile.text(of: try world.plan()).replacing("Mine", with: "Yours")
    let error = try #require(throws: PlanError.self) { try PlanFile.read(text) }
    #expect(error.code == .changed)
  }

  @Test("the difference of two plans names what is new, gone and changed")
  func difference() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try world.edit(World.bag, "vendor", .text("Sud"))
    try world.edit(World.scarf, "title", .text("Mine too"))
    let shown = try world.plan()
    #expect(PlanDifference(shown: shown, now: try world.plan()).isEmpty)
    try world.edit(World.bag, "title", .text("Mine, again"))
    try world.mirror.withdraw(World.scarf)
    try world.edit(World.bagStock, "available", .integer(9))
    let difference = PlanDifference(shown: shown, now: try world.plan())
    #expect(difference.entries.map(\.change) == [.changed, .removed, .added])
    #expect(difference.entries.first?.fields == ["title"])
  }

  @Test("where the shop changes a planned field, the plan differs although the value is the same")
  func differenceOfShop() throws {
    try world.edit(World.bag, "tags", .list([.text("bag"), .text("new")]))
    let shown = try world.plan()
    world.shop.set(World.bag, "tags", .list([.text("bag"), .text("sale")]))
    try world.pull()
    #expect(!PlanDifference(shown: shown, now: try world.plan()).isEmpty)
  }

  @Test("who takes a name waits for the request without an answer that sets it free")
  func nameUnderWay() throws {
    try world.edit(World.bag, "handle", .text("bag"))
    world.options.unknownTries = 1
    world.shop.script(.dropRequest)
    try world.push()
    try world.edit(World.scarf, "handle", .text("satchel"))
    let plan = try world.plan()
    #expect(plan.operations.isEmpty)
    #expect(plan.blocked.map(\.key) == [World.scarf])
    #expect(plan.blocked.map(\.waitsFor) == [World.bag])
    try world.pushing().settleUnsettled()
    try world.push()
    #expect(world.shop.value(World.scarf, "handle") == .text("satchel"))
  }

  @Test(
    "what had no answer when a plan was shown is not missed, and nothing else of it is sent unseen")
  func differenceOfUnsettled() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.options.unknownTries = 1
    world.shop.script(.dropAnswer)
    try world.push()
    let shown = try world.plan()
    try world.pushing().settleUnsettled()
    #expect(PlanDifference(shown: shown, now: try world.plan()).isEmpty)
    try world.edit(World.bag, "vendor", .text("Sud"))
    let difference = PlanDifference(shown: shown, now: try world.plan())
    #expect(difference.entries.map(\.change) == [.added])
  }

  @Test("guards come from the table of capabilities")
  func guards() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    #expect(try world.plan().operations.map(\.isProtected) == [true])
    world.shop.becomeUnguarded()
    #expect(try world.plan().operations.map(\.isProtected) == [false])
  }

  @Test("a shop that cannot move counters gets the sum, guarded by what was seen")
  func withoutDelta() throws {
    world.shop.state.withLock { $0.capability.hasDelta = false }
    try world.edit(World.bagStock, "available", .integer(9))
    world.shop.set(World.bagStock, "available", .integer(17))
    try world.pull()
    try world.push()
    #expect(world.shop.received.first?.mutation.fields == ["available": .integer(14)])
  }

  @Test("an edit that says what was there before is no edit")
  func orderOfSet() throws {
    world.shop.set(World.bag, "tags", .list([.text("a"), .text("b")]))
    try world.pull()
    try world.edit(World.bag, "tags", .list([.text("b"), .text("a")]))
    #expect(try world.plan().isEmpty)
    #expect(try world.values().isEmpty)
  }

  @Test("fields that belong to this project are never sent and never asked about")
  func keptHere() throws {
    world.rules = SettlementRules(isKeptHere: { _, field in field.hasPrefix("seo.") })
    try world.edit(World.bag, "seo.title", .text("Mine"))
    #expect(try world.plan().isEmpty)
    #expect(try world.values().count == 1)
  }

  @Test("settling twice changes nothing")
  func idempotent() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.shop.set(World.bag, "title", .text("Theirs"))
    try world.pull()
    let before = (try world.mirror.ledger.openConflicts(), try world.decisions())
    try world.settle()
    #expect(try world.mirror.ledger.openConflicts() == before.0)
    #expect(try world.decisions() == before.1)
  }
}
