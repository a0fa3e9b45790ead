import Contract
import LocalMirror
import Merge
@testable import Sync
import Testing

@Suite("Edits of what is deleted afterwards")
struct PushDeletionTests {
  private typealias World = EditingWorld
  private let world: EditingWorld
  init() throws { world = try EditingWorld() }

  /// A push that is stopped after the edits of parts, before the deletion of the whole.
  private func interruptedPush() throws {
    try world.edit(World.bagVariant, "weight_g", .integer(300))
    try world.mirror.delete(World.bag, source: .cli)
    world.shop.script(.none, .unauthorized)
    #expect(throws: PushError.self) { try world.push() }
    #expect(world.shop.value(World.bagVariant, "weight_g") == .integer(300))
    #expect(world.shop.value(World.bag, "title") != nil)
  }

  @Test("a push goes on after it was interrupted between a part and its whole, and asks nothing")
  func ownChangeOfAPart() throws {
    try interruptedPush()
    let report = try world.push()
    #expect(report.items.map(\.outcome) == [.done])
    #expect(try world.kinds().isEmpty)
    #expect(world.shop.value(World.bag, "title") == nil)
  }

  @Test("somebody else's change of a part is asked about all the same")
  func foreignChangeOfAPart() throws {
    try interruptedPush()
    world.shop.set(World.bagVariant, "sku", .text("BAG-2"))
    try world.pull()
    try world.push()
    #expect(try world.kinds() == [.parentDeleted])
    #expect(world.shop.value(World.bag, "title") != nil)
  }

  @Test("a record whose edit was on its way when it was deleted goes without a question")
  func ownChangeOnItsWay() throws {
    try world.edit(World.scarf, "title", .text("Shawl"))
    world.shop.script(.dropAnswer, .dropAnswer, .dropAnswer)
    #expect(try world.push().items.map(\.outcome) == [.unknown])
    try world.mirror.delete(World.scarf, source: .cli)
    try world.pushing().settleUnsettled()
    let report = try world.push()
    #expect(report.items.map(\.outcome) == [.done])
    #expect(try world.kinds().isEmpty)
    #expect(world.shop.value(World.scarf, "title") == nil)
  }

  @Test(
    "an answer to an edit of what is gone from the shop, and was given up here, ends the request")
  func givenUpOnItsWay() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.options.unknownTries = 1
    world.shop.script(.dropAnswer)
    #expect(try world.push().items.map(\.outcome) == [.unknown])
    world.source.remove(World.bag.type, World.bag.id)
    try world.pull()
    let question = try #require(try world.questions().first)
    #expect(question.kind == .editDelete)
    let inbox = Inbox(mirror: try world.mirror, rules: world.rules)
    try inbox.answer(try #require(question.number), .init(.drop))
    #expect(try world.push().items.map(\.outcome) == [.done])
    #expect(try world.plan().unsettled.isEmpty)
    #expect(try world.values().isEmpty && world.kinds().isEmpty)
  }

  @Test("a record goes after what was edited in its parts and in theirs")
  func order() throws {
    try world.edit(World.bagStock, "available", .integer(9))
    try world.edit(World.bagPrice, "amount", .integer(241_000))
    try world.mirror.delete(World.bag, source: .cli)
    let operations = try world.plan().operations
    #expect(operations.map(\.operation) == [.adjust, .update, .delete])
    #expect(operations.last?.dependsOn == [1, 2])
  }
}
