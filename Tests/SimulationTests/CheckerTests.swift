import Contract
import LocalMirror
import Machine
@testable import Simulation
import SQL
import Support
import Sync
import Synchronization
import Testing

/// Each invariant is broken once on purpose: a check that cannot fail is worse than none.
@Suite("The checks of the simulation find what they look for")
struct CheckerTests {
  private let title = "title"

  @Test("an undisturbed world breaks nothing, and all its checks are made")
  func sound() throws {
    let world = try World.withOneEditor()
    try world.set(0, Shop.product(0), title, .text("Lantern"))
    try world.set(0, Shop.stock(0), "available", .integer(8))
    try world.set(0, Shop.price(0), "amount", .integer(10_500))
    try world.make(0, handle: "lamp")
    try world.checkBases(world.editors[0])
    let push = Step(action: .push, editor: 0, seed: 1)
    let crash = Step(action: .pull, editor: 0, seed: 1, diskFault: .before, diskCall: 1)
    world.run([push, crash])
    #expect(world.violations.isEmpty, "\(world.violations.first ?? "")")
    #expect(world.server.fields(of: Shop.product(0))?[title] == .text("Lantern"))
    for invariant in [
      "I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I11", "I12", "I15", "I16", "I18", "G8",
    ] {
      #expect(world.figures.checks[invariant, default: 0] > 0, "\(invariant) was not checked")
    }
  }

  @Test("I0: an error that is no answer to a person is a violation, and the run goes on to its end")
  func unexpected() throws {
    let world = try World.withOneEditor()
    try world.set(0, Shop.product(0), title, .text("Lantern"))
    try world.damage("DROP TABLE base")
    world.run([Step(action: .push, editor: 0, seed: 1)])
    #expect(world.broken == "I0")
    #expect(world.figures.steps == 1)
  }

  @Test("I0: what the program refuses to a person is none")
  func refusals() throws {
    let world = try World.withOneEditor()
    _ = try world.erase(world.editors[0], Shop.product(0))
    let words = world.allowingRefusal {
      try world.edit(world.editors[0], Shop.product(0), [FieldEdit(title, .text("Lantern"))])
    }
    #expect(words == "refused, mirror.not-editable")
    #expect(world.violations.isEmpty)
  }

  @Test("I1: a record that is missing, or is not what the server has")
  func convergence() throws {
    for sql in [
      "DELETE FROM record WHERE id = 'prd_1'",
      "UPDATE record SET server_hash = 'sha256:0' WHERE id = 'prd_1'",
    ] {
      let world = try World.withOneEditor()
      try world.damage(sql)
      try world.checkAtRest(world.editors[0])
      #expect(world.broken == "I1")
    }
  }

  @Test("I3: a value that was overwritten without having been seen")
  func foreign() throws {
    let world = try World.withOneEditor()
    try world.pretend(Shop.product(0), title, to: .text("Mine"))
    try world.send(Shop.product(0), [title: .text("Mine")], seen: [title: .text("Other")])
    try world.checkWrites()
    #expect(world.broken == "I3")
  }

  @Test("I4: two records of one external reference")
  func doubleCreation() throws {
    let world = try World.withOneEditor()
    world.server.state.withLock { state in
      for number in 0...1 { state.records[Shop.product(number)]?.externalReference = "ref" }
    }
    world.checkDoubles()
    #expect(world.broken == "I4")
  }

  @Test("I5: a movement of stock that was made and did not arrive")
  func movements() throws {
    let world = try World.withOneEditor()
    try world.pretend(Shop.stock(0), "available", from: .integer(10), to: .integer(7))
    world.checkMovements()
    #expect(world.broken == "I5")
  }

  @Test("I6: a request that does something each time")
  func replay() throws {
    let world = try World.withOneEditor()
    let key = Shop.stock(0)
    let mutation = Mutation(
      id: "m", record: key, operation: .adjust, adjustments: ["available": -1])
    _ = try world.editors[0].line.send([world.server.request(for: mutation)])
    world.checkReplay()
    #expect(world.broken == nil)
    world.server.state.withLock { $0.answers = [:] }
    world.checkReplay()
    #expect(world.broken == "I6")
    world.checkDoubles()
    #expect(world.violations.count == 2)
  }

  @Test("I6: a creation or a deletion that does something each time", arguments: [true, false])
  func replayOfRecords(isCreation: Bool) throws {
    let world = try World.withOneEditor()
    let key = RecordKey(.product, "prd_new")
    let fields: [String: FieldValue] = [
      "handle": .text("lamp"), "title": .text("Lamp"), "status": .text("draft"),
    ]
    let translation = try #require(world.server.fields(of: Shop.translation(0)))
    let mutation =
      isCreation
      ? Mutation(id: "m", record: key, externalReference: "r", operation: .create, fields: fields)
      : Mutation(id: "m", record: Shop.translation(0), operation: .delete, seenVersion: 1)
    _ = try world.editors[0].line.send([world.server.request(for: mutation)])
    world.checkReplay()
    #expect(world.broken == nil)
    // A server that has forgotten what it knew.
    world.server.state.withLock { $0.answers = [:] }
    if isCreation {
      world.server.state.withLock { state in
        state.records[key] = nil
        state.references["r"] = nil
      }
    } else {
      world.server.put(Shop.translation(0), translation)
      world.server.state.withLock { $0.records[Shop.translation(0)]?.version = 1 }
    }
    world.checkReplay()
    #expect(world.broken == "I6")
  }

  @Test("I9: a cursor ahead of the data")
  func cursor() throws {
    let world = try World.withOneEditor()
    world.server.put(Shop.product(0), [title: .text("New")])
    try world.checkCursor(world.editors[0])
    #expect(world.broken == nil)
    try world.damage("UPDATE cursor SET token = '\(world.server.history.count)'")
    try world.checkCursor(world.editors[0])
    #expect(world.broken == "I9")
  }

  @Test("I9: a restored server that is taken for the old one")
  func epoch() throws {
    let world = try World.withOneEditor()
    world.editors[0].close()
    world.editors[0].bugs = [.restoredServerTrusted]
    world.server.beginEpoch()
    _ = try? world.pull(world.editors[0])  // what it says does not matter here
    #expect(world.broken == "I9")
  }

  @Test("I11: a part that is sent before what it belongs to")
  func order() throws {
    let world = try World.withOneEditor()
    try world.make(0, handle: "lamp")
    let mutation = Mutation(
      id: "m", record: RecordKey(.variant, "var_local"), operation: .create,
      fields: [
        "sku": .text("N"), "position": .integer(1), "links.product": .text("prd_local"),
      ])
    _ = try world.editors[0].line.send([world.server.request(for: mutation)])
    world.checkOrder(world.editors[0])
    #expect(world.broken == "I11")
  }

  @Test("I12: something that is tried for ever")
  func attempts() throws {
    let world = try World.withOneEditor()
    try world.damage(
      """
      INSERT INTO outbox(mutation_id, type, id, op, payload, attempts, state)
      VALUES('m', 'product', 'prd_0', 'update', x'', 20, 'unknown')
      """)
    try world.checkAttempts(world.editors[0])
    #expect(world.broken == "I12")
  }

  @Test("I13: a record that comes back from deletion")
  func resurrection() throws {
    let world = try World.withOneEditor()
    let key = Shop.translation(0)
    let fields = try #require(world.server.fields(of: key))
    world.server.remove(key)
    for (field, value) in fields { try world.pretend(key, field, to: value) }
    for index in world.editors[0].accepted.indices { world.editors[0].accepted[index].place = -1 }
    try world.send(key, fields, operation: .create)
    try world.checkWrites()
    #expect(world.broken == "I13")
  }

  @Test("I15: a file that is damaged")
  func damaged() throws {
    let world = try World.withOneEditor()
    let editor = world.editors[0]
    editor.close()
    var bytes = try Files.read(editor.path)
    for index in 8192..<min(bytes.count, 60_000) { bytes[index] = 0x5A }
    try bytes.withUnsafeBufferPointer {
      try Files.write(UnsafeRawBufferPointer($0), to: editor.path)
    }
    var isFound = false
    do { isFound = try !Soundness.faults(of: editor.look()).isEmpty } catch { isFound = true }
    #expect(isFound)
  }

  @Test("I18: something that was sent and not shown")
  func unshown() throws {
    let world = try World.withOneEditor()
    try world.set(0, Shop.product(0), title, .text("Lantern"))
    let plan = try world.plan(world.editors[0])
    #expect(plan.operations.count == 1)
    let mutation = Mutation(
      id: "m", record: Shop.product(0), operation: .update, fields: [title: .text("Other")],
      seenVersion: 1)
    _ = try world.editors[0].line.send([world.server.request(for: mutation)])
    try world.checkShown(plan, world.editors[0], since: [])
    #expect(world.broken == "I18")
  }
}
