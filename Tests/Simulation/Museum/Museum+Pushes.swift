import Contract
import LocalMirror
import SQL
import Support

extension Museum {
  /// Mistakes in sending.
  static let pushes: [Exhibit] = [
    Exhibit(.editWhileSendingConfirmed, "a field is edited again while it is sent", bySeeds: true) {
      bugs in
      let world = try World.scene(bugs)
      try world.set(0, Shop.product(0), "title", .text("One"))
      let line = world.editors[0].line
      line.whileSending = { [unowned world, unowned line] _ in
        line.whileSending = nil
        // A refusal would show as an edit that is missing.
        try? world.set(0, Shop.product(0), "title", .text("Two"))
      }
      try world.act(.push)
      return try world.comeToRest()
    },
    Exhibit(.upgradeStopsOutbox, "an older program leaves a row in the outbox") { bugs in
      let world = try World.scene(bugs)
      try world.set(0, Shop.product(0), "title", .text("Mine"))
      // As the steps of the schema leave it: it kept no request.
      try world.editors[0].look().execute(
        """
        INSERT INTO outbox(mutation_id, type, id, op, payload, base_version, sent_at, attempts, state)
        VALUES('m-1', 'product', 'prd_0', 'update', x'', 1, '2026-09-01T00:00:00Z', 1, 'sending')
        """)
      return try world.comeToRest()
    },
    Exhibit(
      .temporaryIDsBaked, "a product and its variant go to a server that makes ids", bySeeds: true
    ) { bugs in
      let world = try World.scene(bugs, .compareAndSet)
      try world.make(0, handle: "lamp")
      try world.act(.push)
      return try world.comeToRest()
    },
    Exhibit(.unknownTakenForFailed, "the answer to a movement of stock is lost", bySeeds: true) {
      bugs in
      let world = try World.scene(bugs)
      try world.set(0, Shop.stock(0), "available", .integer(7))
      try world.act(.push, call: (.errorAfterCommit, 1))
      return try world.comeToRest()
    },
    Exhibit(.keyNotOfMutation, "the answer to a batch ends in its middle", bySeeds: true) { bugs in
      func moved() throws -> World {
        let world = try World.scene(bugs)
        for number in 0..<4 { try world.set(0, Shop.stock(number), "available", .integer(7)) }
        return world
      }
      let calm = try moved()
      try calm.act(.push)
      let world = try moved()
      // The batch is the last call of a push.
      try world.act(.push, call: (.partialLines, calm.lastCalls))
      return try world.comeToRest()
    },
    Exhibit(.refusalForgotten, "the shop will not have it", bySeeds: true) { bugs in
      let world = try World.scene(bugs)
      try world.set(0, Shop.product(0), "title", .text("Mine"))
      try world.act(.push, call: (.unprocessable, 1))
      return try world.comeToRest()
    },
    Exhibit(.uneditedFieldsSent, "one field of a record is edited and sent", bySeeds: true) {
      bugs in
      let world = try World.scene(bugs)
      try world.set(0, Shop.product(0), "title", .text("Mine"))
      try world.act(.push)
      return try world.comeToRest()
    },
    Exhibit(
      .amountsAsFloats, "amounts of hundredths, thousandths and whole units are typed",
      bySeeds: true,
      play: amounts),
  ]

  /// Amounts that binary fractions do not hold, and one near the largest, in currencies of two, three and
  /// no decimals.
  @Sendable private static func amounts(_ bugs: Set<KnownBug>) throws -> World {
    let world = try World.scene(bugs, isPulled: false)
    let lists: [(String, Int64, Int64)] = [
      ("EUR", 12_000, 12_814), ("KWD", 12_000, 12_823), ("JPY", 12_000, 12_848),
      ("EUR", 990_000_000_000, 990_000_000_005),
    ]
    for (number, (currency, before, _)) in lists.enumerated() {
      let list = RecordKey(.priceList, "pls_9\(number)")
      world.server.put(
        list,
        [
          "name": .text("List \(number)"), "currency": .text(currency), "priority": .integer(0),
          "tax_included": .boolean(true),
        ])
      world.server.put(
        RecordKey(.price, "prc_9\(number)"),
        [
          "amount": .integer(before), "currency": .text(currency),
          "links.variant": .text(Shop.variant(0).id), "links.price_list": .text(list.id),
        ])
    }
    try world.act(.pull)
    for (number, (_, _, after)) in lists.enumerated() {
      try world.set(0, RecordKey(.price, "prc_9\(number)"), "amount", .integer(after))
    }
    try world.act(.push)
    return try world.comeToRest()
  }
}
