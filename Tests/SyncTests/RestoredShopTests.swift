import Bytes
import Contract
import LocalMirror
import Machine
import Merge
@testable import Sync
import Synchronization
import Testing

/// Requests without an answer, after the shop or the clock is not what it was.
@Suite("What was sent to a shop that is not the same any more")
struct RestoredShopTests {
  private typealias World = EditingWorld
  private let world: EditingWorld
  init() throws { world = try EditingWorld() }

  private func pushWithoutAnswer(_ fault: Shop.Fault) throws {
    world.options.unknownTries = 1
    world.shop.script(fault)
    #expect(try world.push().items.map(\.outcome) == [.unknown])
  }

  /// The shop was restored: it has other numbers and knows no keys of before.
  private func restoreShop() throws {
    world.source.state.withLock { $0.epoch = "e2" }
    world.shop.state.withLock { $0.answers = [:] }
    try world.pull()
  }

  @Test("a movement is not sent again to a shop that was restored meanwhile: it is asked about")
  func movement() throws {
    try world.edit(World.bagStock, "available", .integer(9))
    try pushWithoutAnswer(.dropAnswer)
    try restoreShop()
    try world.push()
    #expect(world.shop.received.count == 1)
    #expect(world.shop.value(World.bagStock, "available") == .integer(9))
    #expect(try world.kinds() == [.uncertain])
  }

  @Test("a movement is asked about also where the restored shop has the version of before again")
  func movementAtEqualVersion() throws {
    try world.edit(World.bagStock, "available", .integer(9))
    try pushWithoutAnswer(.dropRequest)
    try restoreShop()
    try world.push()
    #expect(try world.kinds() == [.uncertain])
    #expect(world.shop.value(World.bagStock, "available") == .integer(12))
  }

  @Test("a value that is set is read and compared, and sent anew where it is not there")
  func value() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try pushWithoutAnswer(.dropRequest)
    try restoreShop()
    try world.push()
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Mine"))
    #expect(Set(world.shop.received.map(\.mutation.id)).count == 2)
  }

  // MARK: Clocks

  @Test("how long a key is kept is counted by the shop's clock, whatever the editor's was set to")
  func clockOfTheShop() throws {
    world.shopIsAhead = 0
    try world.edit(World.bagStock, "available", .integer(9))
    try pushWithoutAnswer(.dropAnswer)
    // Two days pass, and the editor's clock is set back by two days.
    world.shop.state.withLock { $0.answers = [:] }
    world.shopIsAhead = 2 * 86_400
    try world.push()
    #expect(world.shop.received.count == 1)
    #expect(world.shop.value(World.bagStock, "available") == .integer(9))
  }

  @Test("an editor's clock that runs ahead costs nothing while the shop knows the key")
  func clockAhead() throws {
    world.shopIsAhead = 0
    try world.edit(World.bagStock, "available", .integer(9))
    try pushWithoutAnswer(.dropAnswer)
    world.shopIsAhead = -3 * 86_400
    world.time.sleep(milliseconds: 3 * 86_400_000)
    #expect(try world.push().items.map(\.outcome) == [.done])
    #expect(try world.kinds().isEmpty)
  }

  // MARK: Deletions

  @Test("a deletion that is found done is noted: this request, or somebody else, has done it")
  func deletionFound() throws {
    try world.mirror.delete(World.scarf, source: .cli)
    try pushWithoutAnswer(.dropRequest)
    world.source.remove(.product, World.scarf.id)
    world.time.sleep(milliseconds: 3 * 86_400_000)
    try world.pushing().settleUnsettled()
    #expect(try world.decisions() == ["same-delete"])
  }

  @Test("a deletion that was taken back before its answer came is not sent again")
  func deletionTakenBack() throws {
    try world.mirror.delete(World.scarf, source: .cli)
    try pushWithoutAnswer(.dropRequest)
    try world.mirror.withdraw(World.scarf)
    try world.edit(World.scarf, "title", .text("Shawl"))
    try world.push()
    try world.push()
    #expect(world.shop.value(World.scarf, "title") == .text("Shawl"))
  }

  @Test("what is edited after a deletion was taken back is kept where the deletion had arrived")
  func deletionTakenBackTooLate() throws {
    try world.mirror.delete(World.scarf, source: .cli)
    try pushWithoutAnswer(.dropAnswer)
    try world.mirror.withdraw(World.scarf)
    try world.edit(World.scarf, "title", .text("Shawl"))
    try world.push()
    #expect(try world.kinds() == [.editDelete])
    #expect(try world.values().map(\.value) == [.text("Shawl")])
  }

  // MARK: Copies of a folder

  @Test("what waits to be made here, was made from a copy and is deleted since, is asked about")
  func creationOfACopy() throws {
    let key = RecordKey(.product, "new-1")
    let fields: [String: FieldValue] = [
      "handle": .text("belt"), "title": .text("Belt"), "status": .text("draft"),
    ]
    try world.mirror.create(key, fields: fields, source: .cli)
    world.source.put(
      .product, key.id, #"{"handle":"belt","title":"Belt","status":"draft"}"#)
    world.source.remove(.product, key.id)
    try world.pull()
    #expect(try world.kinds() == [.editDelete])
    #expect(try world.push().items.isEmpty)
    #expect(try world.values().count == 3)
    // The question stands also where the log begins anew and the tombstone is forgotten.
    try restoreShop()
    #expect(try world.kinds() == [.editDelete])
    let question = try #require(try world.questions().first?.number)
    try Inbox(mirror: world.mirror, random: world.random)
      .answer(question, Inbox.Answer(.recreate))
    #expect(try world.push().items.map(\.outcome) == [.done])
    #expect(world.shop.value(key, "title") == nil)
    #expect(world.shop.state.withLock { $0.creations } == 1)
  }

  // MARK: Decisions

  @Test("an edit that is made once more and again needs no sending is decided about once more")
  func decisionOfEachEdit() throws {
    for _ in 0..<2 {
      try world.edit(World.bag, "title", .text("Mine"))
      world.shop.set(World.bag, "title", .text("Mine"))
      try world.pull()
      world.shop.set(World.bag, "title", .text("Satchel"))
      try world.pull()
    }
    #expect(try world.decisions() == ["same-change", "same-change"])
  }
}
