import Contract
@testable import Sync
import Synchronization
import Testing

@Suite("A shop that is not there")
struct PushContactTests {
  @Test("what may have arrived is not taken for lost because the shop is not there later")
  func unreachableAfterUnknown() throws {
    let world = try EditingWorld()
    world.options.unknownTries = 1
    try world.edit(EditingWorld.bagStock, "available", .integer(9))
    try world.edit(EditingWorld.scarf, "title", .text("Shawl"))
    world.shop.script(.dropAnswer, .dropAnswer)
    #expect(try world.push().items.map(\.outcome) == [.unknown, .unknown])
    world.shop.state.withLock { $0.isUnreachable = true }
    #expect(throws: PushError.self) { try world.push() }
    world.shop.state.withLock { $0.isUnreachable = false }
    try world.push()
    #expect(world.shop.value(EditingWorld.bagStock, "available") == .integer(9))
    #expect(world.shop.history.count == 2)
    #expect(try world.values().isEmpty)
  }
}
