import Bytes
import Contract
import LocalMirror
import Machine
import Merge
@testable import Sync
import Synchronization
import Testing

/// What a push does when things go wrong.
@Suite struct PushFaultTests {
  typealias World = EditingWorld
  let world: EditingWorld
  init() throws { world = try EditingWorld() }

  private func outcomes(_ report: PushReport) -> [PushReport.Outcome] {
    report.items.map(\.outcome)
  }

  // MARK: Lost requests and answers

  @Test("a request that did not arrive is sent again with the same key")
  func lostRequest() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.shop.script(.dropRequest)
    #expect(outcomes(try world.push()) == [.done])
    #expect(Set(world.shop.received.map(\.mutation.id)).count == 1)
  }

  @Test("a movement whose answer was lost is made once")
  func lostAnswerOfMovement() throws {
    try world.edit(World.bagStock, "available", .integer(9))
    world.shop.script(.dropAnswer)
    #expect(outcomes(try world.push()) == [.done])
    #expect(world.shop.value(World.bagStock, "available") == .integer(9))
  }

  @Test("without an answer for good it is unknown, and the next push finds it out")
  func unknownUntilNextPush() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.options.unknownTries = 1
    world.shop.script(.dropAnswer)
    #expect(outcomes(try world.push()) == [.unknown])
    #expect(try world.plan().operations.isEmpty)
    #expect(try world.plan().unsettled.count == 1)
    world.restart()
    #expect(outcomes(try world.push()) == [.done])
    #expect(world.shop.history.count == 1)
  }

  @Test("after the retention of its key it is read and compared, not sent again")
  func afterRetention() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.options.unknownTries = 1
    world.shop.script(.dropAnswer)
    try world.push()
    world.time.sleep(milliseconds: 3 * 86_400_000)
    #expect(outcomes(try world.push()) == [.found])
    #expect(world.shop.received.count == 1)
    #expect(try world.values().isEmpty)
  }

  @Test("what the shop has already, by whomever, is found there, and the log says so")
  func foundThere() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    let plan = try world.plan()
    world.shop.set(World.bag, "title", .text("Mine"))
    #expect(outcomes(try world.pushing().run(plan)) == [.found])
    #expect(try world.values().isEmpty)
    let decision = try #require(try world.mirror.ledger.decisions().last)
    #expect(decision.rule == "found-there")
    #expect(decision.ours == .text("Mine") && decision.result == .text("Mine"))
  }

  @Test("a clock that was set back does not make a key valid again")
  func clockSetBack() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.options.unknownTries = 1
    world.shop.script(.dropAnswer)
    try world.push()
    world.time.sleep(milliseconds: -365 * 86_400_000)
    #expect(outcomes(try world.push()) == [.found])
  }

  @Test("what had not arrived is sent anew after the retention, with another key")
  func missedAfterRetention() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.options.unknownTries = 1
    world.shop.script(.dropRequest)
    try world.push()
    world.time.sleep(milliseconds: 3 * 86_400_000)
    let report = try world.pushing().settleUnsettled()
    #expect(outcomes(report) == [.missed])
    #expect(outcomes(try world.push()) == [.done])
    #expect(Set(world.shop.received.map(\.mutation.id)).count == 2)
  }

  @Test("a creation whose answer was lost for three days is found by its reference")
  func lostCreation() throws {
    let key = RecordKey(.product, "new-1")
    try world.mirror.create(
      key, fields: ["handle": .text("belt"), "title": .text("Belt"), "status": .text("draft")],
      source: .cli)
    world.options.unknownTries = 1
    world.shop.state.withLock { $0.givenIDs = ["prd_9"] }
    world.shop.script(.dropAnswer)
    try world.push()
    world.time.sleep(milliseconds: 3 * 86_400_000)
    #expect(outcomes(try world.push()) == [.found])
    #expect(world.shop.state.withLock { $0.creations } == 1)
    #expect(try world.plan().isEmpty)
  }

  @Test("a process that dies while it sends finds out what became of it")
  func killedWhileSending() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try dieAfterSending()
    world.restart()
    #expect(outcomes(try world.push()) == [.done])
    #expect(world.shop.history.count == 1)
    #expect(try world.values().isEmpty)
  }

  /// The shop commits, and the answer is never stored.
  private func dieAfterSending() throws {
    var session = PushSession(try world.pushing(), try world.plan())
    let frozen = try session.freeze([0])
    _ = try world.shop.send(frozen.map(\.request))
  }

  // MARK: Waiting and giving up

  @Test("Retry-After is obeyed, with the same key")
  func retryAfter() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.shop.script(.postpone(seconds: 30))
    let before = world.time.now
    #expect(outcomes(try world.push()) == [.done])
    #expect(world.time.now.seconds - before.seconds >= 30)
    #expect(Set(world.shop.received.map(\.mutation.id)).count == 1)
  }

  @Test("what never comes through goes to the inbox after eight tries and holds up nothing")
  func poison() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try world.edit(World.scarf, "title", .text("Mine too"))
    world.shop.state.withLock { $0.capability.largestBatch = 1 }
    world.shop.script(.postpone(seconds: nil), .none)
    for _ in 0..<10 { world.shop.script(.postpone(seconds: nil)) }
    let report = try world.push()
    #expect(Set(outcomes(report)) == [.done, .asked])
    #expect(world.shop.value(World.scarf, "title") == .text("Mine too"))
    #expect(try world.kinds() == [.rejected])
  }

  @Test("a token that is no longer valid stops everything and marks nothing as failed")
  func unauthorized() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    try world.edit(World.scarf, "title", .text("Mine too"))
    world.shop.state.withLock { $0.capability.largestBatch = 1 }
    world.shop.script(.unauthorized)
    let error = try #require(throws: PushError.self) { try world.push() }
    #expect(error.code == .unauthenticated)
    #expect(try world.questions().isEmpty)
    #expect(outcomes(try world.push()) == [.done, .done])
  }

  @Test("a shop that cannot be reached leaves all edits as they are")
  func unreachable() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    world.shop.state.withLock { $0.isUnreachable = true }
    let error = try #require(throws: PushError.self) { try world.push() }
    #expect(error.code == .unreachable)
    world.shop.state.withLock { $0.isUnreachable = false }
    #expect(outcomes(try world.push()) == [.done])
  }

  // MARK: Edits while it is sent

  @Test("an edit that is made while its field is sent stays an edit of what was confirmed")
  func editedWhileSending() throws {
    try world.edit(World.bag, "title", .text("First"))
    var session = PushSession(try world.pushing(), try world.plan())
    let frozen = try session.freeze([0])
    try world.edit(World.bag, "title", .text("Second"))
    try session.transmit(frozen, unknowns: [:])
    let left = try #require(try world.values().first)
    #expect(left.base == .text("First"))
    #expect(left.value == .text("Second"))
    try world.push()
    #expect(world.shop.value(World.bag, "title") == .text("Second"))
  }

  @Test("stock that is moved again while a movement is sent is moved by the rest")
  func movedWhileSending() throws {
    try world.edit(World.bagStock, "available", .integer(9))
    var session = PushSession(try world.pushing(), try world.plan())
    let frozen = try session.freeze([0])
    try world.edit(World.bagStock, "available", .integer(8))
    try session.transmit(frozen, unknowns: [:])
    try world.push()
    #expect(world.shop.value(World.bagStock, "available") == .integer(8))
    #expect(world.shop.received.last?.mutation.adjustments == ["available": -1])
  }

  @Test("stock of a new level that is moved again while both are under way is moved by the rest")
  func movedWhileCreating() throws {
    world.source.put(
      .location, "l2", #"{"name":"Paris","country":"FR","time_zone":"Europe/Paris"}"#)
    try world.pull()
    let key = RecordKey(.inventoryLevel, "mine")
    try world.mirror.create(
      key,
      fields: [
        "available": .integer(10), "links.variant": .text("v1"), "links.location": .text("l2"),
      ], source: .cli)
    do {
      var session = PushSession(try world.pushing(), try world.plan())
      let frozen = try session.freeze([0])
      try world.edit(key, "available", .integer(7))
      world.options.unknownTries = 1
      world.shop.script(.dropAnswer)
      try session.transmit(frozen, unknowns: [:])
    }
    let made = try #require(world.shop.history.last?.key)
    world.shop.set(made, "available", .integer(8))
    world.time.sleep(milliseconds: 3 * 86_400_000)
    world.restart()
    try world.push()
    try world.push()
    #expect(world.shop.value(made, "available") == .integer(5))
    #expect(world.shop.received.last?.mutation.adjustments == ["available": -3])
  }

  @Test("a text that is edited again while its merged form is sent keeps the shop's words")
  func textEditedWhileSending() throws {
    func markdown(_ text: String) -> FieldValue { .object(of: [.init("markdown", .text(text))]) }
    try world.edit(World.bag, "description", markdown("Wash by hand only. Dry it flat."))
    world.shop.set(World.bag, "description", markdown("Wash by hand. Dry it flat in the shade."))
    try world.pull()
    var session = PushSession(try world.pushing(), try world.plan())
    let frozen = try session.freeze([0])
    try world.edit(World.bag, "description", markdown("Wash by hand only, please. Dry it flat."))
    try session.transmit(frozen, unknowns: [:])
    try world.push()
    #expect(
      world.shop.value(World.bag, "description")
        == markdown("Wash by hand only, please. Dry it flat in the shade."))
  }

  @Test("a value that the platform stores otherwise stands, and has a line in the log")
  func changedByPlatform() throws {
    try world.edit(World.bag, "title", .text("Mine"))
    var session = PushSession(try world.pushing(), try world.plan())
    let frozen = try #require(try session.freeze([0]).first)
    world.shop.set(World.bag, "title", .text("MINE"))
    let record = try world.shop.record(.product, "p1")
    _ = try world.mirror.settle { transaction in
      try session.store(.done(record), .none, of: frozen, transaction)
    }
    #expect(try world.values().isEmpty)
    #expect(try world.decisions() == ["changed-by-shop"])
  }

  @Test("on a shop without keys an unknown outcome is settled by reading at once")
  func unguardedUnknown() throws {
    world.shop.becomeUnguarded()
    try world.edit(World.bag, "title", .text("Mine"))
    world.shop.script(.dropAnswer)
    #expect(outcomes(try world.push()) == [.found])
    try world.edit(World.scarf, "title", .text("Mine too"))
    world.shop.script(.dropRequest)
    #expect(outcomes(try world.push()) == [.done])
  }
}
