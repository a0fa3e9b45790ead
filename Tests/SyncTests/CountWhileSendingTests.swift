import Contract
import LocalMirror
import Merge
@testable import Sync
import Synchronization
import Testing

/// Stock that is counted while a movement of it is on its way. The count is no movement, also where both
/// come to the same number.
@Suite("Stock that is counted while it is sent")
struct CountWhileSendingTests {
  private typealias World = EditingWorld
  private let world: EditingWorld
  init() throws { world = try EditingWorld() }

  /// Sends 12, moved by -3, while somebody counts.
  private func send(counting count: Int64) throws {
    try world.edit(World.bagStock, "available", .integer(9))
    var session = PushSession(try world.pushing(), try world.plan())
    let frozen = try session.freeze([0])
    try world.edit(World.bagStock, "available", .integer(count), isCount: true)
    try session.transmit(frozen, unknowns: [:])
  }

  @Test("a count that is what the movement leads to has nothing left to send")
  func equal() throws {
    try send(counting: 9)
    #expect(try world.values().isEmpty)
    #expect(try world.kinds().isEmpty)
  }

  @Test("another count is sent over what the movement led to")
  func other() throws {
    try send(counting: 11)
    try world.push()
    #expect(world.shop.value(World.bagStock, "available") == .integer(11))
    #expect(try world.values().isEmpty)
  }

  @Test("where the shop moved it too, the count is asked about and not lost")
  func moved() throws {
    try world.edit(World.bagStock, "available", .integer(9))
    world.shop.set(World.bagStock, "available", .integer(17))
    try world.pull()
    try send(counting: 9)
    try world.settle()
    #expect(world.shop.value(World.bagStock, "available") == .integer(14))
    #expect(try world.kinds() == [.stockCount])
    #expect(try world.values().map(\.isCount) == [true])
  }

  @Test("what is counted after the plan was made is not sent as the movement that was planned")
  func countedBeforeSending() throws {
    try world.edit(World.bagStock, "available", .integer(9))
    let plan = try world.plan()
    world.shop.set(World.bagStock, "available", .integer(17))
    try world.edit(World.bagStock, "available", .integer(9), isCount: true)
    let report = try world.pushing().run(plan)
    #expect(report.items.map(\.outcome) == [.changed])
    #expect(world.shop.value(World.bagStock, "available") == .integer(17))
  }

  @Test("a count stands when a movement without an answer turns out to have worked")
  func uncertain() throws {
    world.shop.becomeUnguarded()
    world.shop.state.withLock { $0.capability.hasDelta = true }
    try world.edit(World.bagStock, "available", .integer(9))
    world.options.unknownTries = 1
    world.shop.script(.dropAnswer)
    try world.push()
    try world.edit(World.bagStock, "available", .integer(9), isCount: true)
    world.shop.set(World.bagStock, "available", .integer(20))
    try world.pull()
    let question = try #require(try world.questions().first { $0.kind == .uncertain }?.number)
    try Inbox(mirror: world.mirror, random: world.random)
      .answer(question, Inbox.Answer(.itWorked))
    #expect(try world.values().map(\.value) == [.integer(9)])
    #expect(try world.values().map(\.isCount) == [true])
  }
}
