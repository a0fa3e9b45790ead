import Contract
import LocalMirror
import Merge
@testable import Sync
import Testing

@Suite struct PushTests {
  let world: EditingWorld
  init() throws { world = try EditingWorld() }

  @Test func anEditIsPlannedSentAndConfirmed() throws {
    try world.edit(EditingWorld.bag, "title", .text("Big Satchel"))
    let plan = try world.plan()
    #expect(plan.operations.map(\.operation) == [.update])
    #expect(plan.operations.first?.fields.map(\.name) == ["title"])
    let report = try world.pushing().run(plan)
    #expect(report.items.map(\.outcome) == [.done])
    #expect(world.shop.value(EditingWorld.bag, "title") == .text("Big Satchel"))
    #expect(try world.values().isEmpty)
    #expect(try world.plan().isEmpty)
  }

  @Test func onlyEditedFieldsAreSent() throws {
    try world.edit(EditingWorld.bag, "vendor", .text("Sud"))
    try world.push()
    #expect(world.shop.received.first?.mutation.fields == ["vendor": .text("Sud")])
  }

  @Test func aStockMovementIsSentAsAMovement() throws {
    try world.edit(EditingWorld.bagStock, "available", .integer(9))
    world.shop.set(EditingWorld.bagStock, "available", .integer(17))
    try world.pull()
    try world.push()
    #expect(world.shop.received.first?.mutation.adjustments == ["available": -3])
    #expect(world.shop.value(EditingWorld.bagStock, "available") == .integer(14))
    #expect(try world.values().isEmpty)
  }

  @Test func aLostAnswerIsFoundWithTheSameKeyAndTheSameBytes() throws {
    try world.edit(EditingWorld.bag, "title", .text("Big Satchel"))
    world.shop.script(.dropAnswer)
    let report = try world.push()
    #expect(report.items.map(\.outcome) == [.done])
    #expect(world.shop.received.count == 2)
    #expect(world.shop.received[0] == world.shop.received[1])
    #expect(world.shop.history.count == 1)
  }

  @Test func aChangeInBetweenIsMergedAndSentWithANewKey() throws {
    try world.edit(EditingWorld.bag, "title", .text("Big Satchel"))
    world.shop.script(.interfere(EditingWorld.bag, "vendor", .text("Sud")))
    let report = try world.push()
    #expect(report.items.map(\.outcome) == [.done])
    #expect(world.shop.received.count == 2)
    #expect(world.shop.received[0].mutation.id != world.shop.received[1].mutation.id)
    #expect(world.shop.value(EditingWorld.bag, "vendor") == .text("Sud"))
  }

  @Test func aChangeOfTheSameFieldGoesToTheInbox() throws {
    try world.edit(EditingWorld.bag, "title", .text("Big Satchel"))
    world.shop.script(.interfere(EditingWorld.bag, "title", .text("Small Satchel")))
    let report = try world.push()
    #expect(report.items.map(\.outcome) == [.asked])
    #expect(try world.kinds() == [.editEdit])
    #expect(world.shop.value(EditingWorld.bag, "title") == .text("Small Satchel"))
  }

  @Test func theOtherFieldsOfAnOperationGoOnWithoutTheOneThatIsAskedAbout() throws {
    try world.edit(EditingWorld.bag, "title", .text("Big Satchel"))
    try world.edit(EditingWorld.bag, "vendor", .text("Sud"))
    world.shop.script(.interfere(EditingWorld.bag, "title", .text("Small Satchel")))
    let report = try world.push()
    #expect(report.items.map(\.outcome) == [.asked, .done])
    #expect(report.items.map(\.fields) == [["title"], ["vendor"]])
    #expect(world.shop.value(EditingWorld.bag, "vendor") == .text("Sud"))
    #expect(try world.values().map(\.field) == ["title"])
  }
}
