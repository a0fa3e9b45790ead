import Contract
import LocalMirror
import Machine
@testable import Simulation
import SQL
import Support
import Sync
import Testing

/// The checks of what became of edits, and of what was sent of them, each with a planted fault.
@Suite("The checks of edits find what they look for")
struct EditCheckerTests {
  private let title = "title"

  @Test("I2: an edit that was accepted and is nowhere")
  func lostEdit() throws {
    let world = try World.withOneEditor()
    try world.set(0, Shop.product(0), title, .text("Lantern"))
    try world.checkEdits(world.editors[0])
    #expect(world.broken == nil)
    try world.damage("DELETE FROM local")
    try world.checkEdits(world.editors[0])
    #expect(world.broken == "I2")
  }

  @Test("I2: what others wrote, what was decided before and another movement account for nothing")
  func unaccounted() throws {
    let elsewhere = try World.withOneEditor()
    try elsewhere.set(0, Shop.product(0), title, .text("Lantern"))
    elsewhere.server.put(Shop.product(0), [title: .text("Lantern")])

    let earlier = try World.withOneEditor()
    let decision = """
      INSERT INTO decision(rule, type, id, field, outcome, at, by, ours)
      VALUES('same-change', 'product', 'prd_0', 'title', 'shop', '', 'rule', '"Lantern"')
      """
    try earlier.damage(decision)
    try earlier.editors[0].adoptLogged(place: 0)
    try earlier.set(0, Shop.product(0), title, .text("Lantern"))

    let moved = try World.withOneEditor()
    try moved.set(0, Shop.stock(0), "available", .integer(7))
    try moved.move(Shop.stock(0), by: -2)

    for world in [elsewhere, earlier, moved] {
      try world.damage("DELETE FROM local")
      try world.checkEdits(world.editors[0])
      #expect(world.broken == "I2")
    }
    // A decision of later does.
    let later = try World.withOneEditor()
    try later.set(0, Shop.product(0), title, .text("Lantern"))
    try later.damage("DELETE FROM local; " + decision)
    try later.checkEdits(later.editors[0])
    #expect(later.broken == nil)
  }

  @Test("I2: edits of a record whose deletion is only planned are not over")
  func deletionPending() throws {
    let world = try World.withOneEditor()
    try world.set(0, Shop.product(0), title, .text("Lantern"))
    _ = try world.erase(world.editors[0], Shop.product(0))
    try world.checkEdits(world.editors[0])
    #expect(world.broken == nil)
    try world.damage("DELETE FROM local")
    try world.checkEdits(world.editors[0])
    #expect(world.broken == "I2")
  }

  @Test("I7: a base that the server never had, or had at another version")
  func base() throws {
    for sql in [#"UPDATE base SET value = '"Never"'"#, "UPDATE base SET version = 2"] {
      let world = try World.withOneEditor()
      try world.set(0, Shop.product(0), title, .text("Lantern"))
      try world.checkBases(world.editors[0])
      #expect(world.broken == nil)
      world.server.put(Shop.product(0), [title: .text("Other")])
      try world.damage(sql)
      try world.checkBases(world.editors[0])
      #expect(world.broken == "I7", "\(sql)")
    }
  }

  @Test("I8: a field that was sent and never edited")
  func minimal() throws {
    let world = try World.withOneEditor()
    try world.pretend(Shop.product(0), title, to: .text("Lantern"))
    try world.pretend(Shop.product(1), "vendor", to: .text("Atelier"))
    try world.send(Shop.product(0), ["vendor": .text("Atelier")])
    try world.checkWrites()
    #expect(world.broken == "I8")
  }

  @Test("I10: a rule that lets the shop win, or loses a word")
  func silentWinner() throws {
    for (outcome, result) in [("shop", #""B""#), ("merge", #"["x"]"#)] {
      let world = try World.withOneEditor()
      let ours = outcome == "shop" ? #""A""# : #"["x","mine"]"#
      try world.damage(
        """
        INSERT INTO decision(rule, type, id, field, outcome, at, by, base, ours, theirs, result)
        VALUES('set-merged', 'product', 'prd_0', 'title', '\(outcome)', '', 'rule', '["x"]', '\(ours)',
          '"B"', '\(result)')
        """)
      try world.checkDecisions(world.editors[0])
      #expect(world.broken == "I10", "\(outcome)")
    }
  }

  @Test("I10: a rule that nobody knows")
  func unknownRule() throws {
    let world = try World.withOneEditor()
    try world.damage(
      """
      INSERT INTO decision(rule, type, id, field, outcome, at, by)
      VALUES('r', 'product', 'prd_0', 'title', 'shop', '', 'rule')
      """)
    try world.checkDecisions(world.editors[0])
    #expect(world.broken == "I10")
  }

  @Test("I10: a value or a movement that was sent and neither typed nor decided")
  func undecidedResult() throws {
    let world = try World.withOneEditor()
    try world.pretend(Shop.product(0), title, to: .text("Lantern"))
    try world.send(Shop.product(0), [title: .text("Satchel")])
    try world.checkWrites()
    #expect(world.broken == "I10")

    let counted = try World.withOneEditor()
    try counted.pretend(Shop.stock(0), "available", from: .integer(10), to: .integer(7))
    try counted.move(Shop.stock(0), by: -2)
    try counted.checkWrites()
    #expect(counted.broken == "I10")
  }

  @Test("I16: an amount that nobody typed, also where an undo or an answer says so")
  func money() throws {
    for origin in [nil, AcceptedEdit.Origin.carriedOut, .decided] {
      let world = try World.withOneEditor()
      if let origin { try world.pretend(Shop.price(0), "amount", to: .integer(10_001), origin) }
      // The fields that are sent have been edited; what was typed is another amount.
      try world.pretend(Shop.price(0), "amount", to: .integer(10_002))
      try world.send(Shop.price(0), ["amount": .integer(10_001)])
      try world.checkWrites()
      #expect(world.violations.contains { $0.hasPrefix("I16") }, "\(origin as Any)")
    }
  }

  @Test("I16: an amount that an undo brings back stood in the shop before")
  func undoneMoney() throws {
    let world = try World.withOneEditor()
    world.server.put(Shop.price(0), ["amount": .integer(10_001)])
    world.server.put(Shop.price(0), ["amount": .integer(10_500)])
    try world.pretend(Shop.price(0), "amount", to: .integer(10_001), .carriedOut)
    try world.send(Shop.price(0), ["amount": .integer(10_001)])
    try world.checkWrites()
    #expect(world.violations.isEmpty, "\(world.violations)")
  }
}
