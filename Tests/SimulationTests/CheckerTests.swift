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
  /// A calm world of one editor who has pulled.
  private func world(_ kind: ServerProfile.Kind = .versions) throws -> World {
    var options = World.Options(seed: 3)
    options.profile = kind
    options.editors = 1
    options.isCalm = true
    let world = try World(options)
    _ = try world.pull(world.editors[0])
    try #require(world.broken == nil)
    return world
  }

  private func damage(_ world: World, _ sql: String) throws {
    try world.editors[0].look().execute(sql)
  }

  /// Lets a request of the editor's reach the server that the program never made.
  @discardableResult
  private func send(
    _ world: World, _ key: RecordKey, _ fields: [String: FieldValue],
    seen: [String: FieldValue]? = nil, operation: Mutation.Operation = .update,
    reference: String? = nil
  ) throws -> WriteOutcome {
    let before = world.server.fields(of: key) ?? [:]
    let mutation = Mutation(
      id: "m-\(world.server.history.count)", record: key, externalReference: reference,
      operation: operation, fields: fields,
      seen: seen
        ?? fields.mapValues { _ in .null }.merging(before) { $1 }
        .filter { fields[$0.key] != nil },
      seenVersion: world.server.history(of: key).last?.version ?? 0)
    return world.server.execute(try world.server.request(for: mutation), by: .editor(0))
  }

  private let title = "title"

  @Test("an undisturbed world breaks nothing, and all its checks are made")
  func sound() throws {
    let world = try world()
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

  @Test("I1: a record that is missing, or is not what the server has")
  func convergence() throws {
    for sql in [
      "DELETE FROM record WHERE id = 'prd_1'",
      "UPDATE record SET server_hash = 'sha256:0' WHERE id = 'prd_1'",
    ] {
      let world = try world()
      try damage(world, sql)
      try world.checkAtRest(world.editors[0])
      #expect(world.broken == "I1")
    }
  }

  @Test("I2: an edit that was accepted and is nowhere")
  func lostEdit() throws {
    let world = try world()
    try world.set(0, Shop.product(0), title, .text("Lantern"))
    try world.checkEdits(world.editors[0])
    #expect(world.broken == nil)
    try damage(world, "DELETE FROM local")
    try world.checkEdits(world.editors[0])
    #expect(world.broken == "I2")
  }

  @Test("I3: a value that was overwritten without having been seen")
  func foreign() throws {
    let world = try world()
    world.editors[0].touched[Shop.product(0)] = [title]
    try send(world, Shop.product(0), [title: .text("Mine")], seen: [title: .text("Other")])
    world.checkWrites()
    #expect(world.broken == "I3")
  }

  @Test("I4: two records of one external reference")
  func doubleCreation() throws {
    let world = try world()
    world.server.state.withLock { state in
      for number in 0...1 { state.records[Shop.product(number)]?.externalReference = "ref" }
    }
    world.checkDoubles()
    #expect(world.broken == "I4")
  }

  @Test("I5: a movement of stock that was made and did not arrive")
  func movements() throws {
    let world = try world()
    try world.editors[0].accept(
      Shop.stock(0), "available", from: .integer(10), to: .integer(7), place: 0)
    world.checkMovements()
    #expect(world.broken == "I5")
  }

  @Test("I6: a request that does something each time")
  func replay() throws {
    let world = try world()
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

  @Test("I7: a base that the server never had")
  func base() throws {
    let world = try world()
    try world.set(0, Shop.product(0), title, .text("Lantern"))
    try damage(world, #"UPDATE base SET value = '"Never"'"#)
    try world.checkBases(world.editors[0])
    #expect(world.broken == "I7")
  }

  @Test("I8: a field that was sent and never edited")
  func minimal() throws {
    let world = try world()
    try send(world, Shop.product(0), ["vendor": .text("Atelier")])
    world.checkWrites()
    #expect(world.broken == "I8")
  }

  @Test("I9: a cursor ahead of the data")
  func cursor() throws {
    let world = try world()
    world.server.put(Shop.product(0), [title: .text("New")])
    try world.checkCursor(world.editors[0])
    #expect(world.broken == nil)
    try damage(world, "UPDATE cursor SET token = '\(world.server.history.count)'")
    try world.checkCursor(world.editors[0])
    #expect(world.broken == "I9")
  }

  @Test("I9: a restored server that is taken for the old one")
  func epoch() throws {
    let world = try world()
    world.editors[0].close()
    world.editors[0].bugs = [.restoredServerTrusted]
    world.server.beginEpoch()
    _ = try? world.pull(world.editors[0])  // what it says does not matter here
    #expect(world.broken == "I9")
  }

  @Test("I10: a rule that lets the shop win, or loses a word")
  func silentWinner() throws {
    for (outcome, result) in [("shop", #""B""#), ("merge", #"["x"]"#)] {
      let world = try world()
      let ours = outcome == "shop" ? #""A""# : #"["x","mine"]"#
      try damage(
        world,
        """
        INSERT INTO decision(rule, type, id, field, outcome, at, by, base, ours, theirs, result)
        VALUES('r', 'product', 'prd_0', 'title', '\(outcome)', '', 'rule', '["x"]', '\(ours)',
          '"B"', '\(result)')
        """)
      try world.checkDecisions(world.editors[0])
      #expect(world.broken == "I10", "\(outcome)")
    }
  }

  @Test("I11: a part that is sent before what it belongs to")
  func order() throws {
    let world = try world()
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
    let world = try world()
    try damage(
      world,
      """
      INSERT INTO outbox(mutation_id, type, id, op, payload, attempts, state)
      VALUES('m', 'product', 'prd_0', 'update', x'', 20, 'unknown')
      """)
    try world.checkAttempts(world.editors[0])
    #expect(world.broken == "I12")
  }

  @Test("I13: a record that comes back from deletion")
  func resurrection() throws {
    let world = try world()
    let key = Shop.translation(0)
    let fields = try #require(world.server.fields(of: key))
    world.server.remove(key)
    world.editors[0].touched[key] = Set(fields.keys)
    try send(world, key, fields, operation: .create)
    world.checkWrites()
    #expect(world.broken == "I13")
  }

  @Test("I15: a file that is damaged")
  func damaged() throws {
    let world = try world()
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

  @Test("I16: an amount that nobody typed")
  func money() throws {
    let world = try world()
    world.editors[0].touched[Shop.price(0)] = ["amount"]
    try send(world, Shop.price(0), ["amount": .integer(10_001)])
    world.checkWrites()
    #expect(world.broken == "I16")
  }

  @Test("I18: something that was sent and not shown")
  func unshown() throws {
    let world = try world()
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
