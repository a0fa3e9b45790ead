import Contract
import LocalMirror
import SQL
import Support
import Sync

extension Museum {
  /// Mistakes in reading from the shop.
  static let pulls: [Exhibit] = [
    Exhibit(
      .cursorBeforeData, "the machine dies at a call of a pull, at each in turn", bySeeds: true
    ) { bugs in
      let calm = try World.scene(bugs)
      calm.server.put(Shop.product(0), ["title": .text("New")])
      try calm.act(.pull)
      // Only from the first page on: opening and asking come before.
      for call in stride(from: 1, through: calm.lastDiskCalls, by: 2) {
        let world = try World.scene(bugs)
        world.server.put(Shop.product(0), ["title": .text("New")])
        try world.act(.pull, disk: (.before, call))
        if world.broken != nil { return world }
      }
      return try calm.comeToRest()
    },
    Exhibit(.misfitsDropped, "a record comes in a form that fits no schema", bySeeds: true) {
      bugs in
      let world = try World.scene(bugs)
      world.server.poison(Shop.product(1), true)
      try world.act(.pull)
      return try world.comeToRest()
    },
    Exhibit(
      .tombstonesSkipped, "a page brings a change and a deletion, then the line goes", bySeeds: true
    ) {
      bugs in
      let world = try World.scene(bugs)
      world.server.put(Shop.product(0), ["title": .text("New")])
      world.server.remove(Shop.translation(1))
      // The third call is the proof, which would find it and read it again.
      try world.act(.pull, call: (.wrongContentType, 3))
      return try world.comeToRest()
    },
    Exhibit(.restoredServerTrusted, "the server's log begins anew", bySeeds: true) { bugs in
      let world = try World.scene(bugs)
      world.server.beginEpoch()
      try world.act(.pull)
      return try world.comeToRest()
    },
    Exhibit(.olderOverwrites, "a cache answers with a record as it was before our last write") {
      bugs in
      let world = try World.scene(bugs)
      try world.set(0, Shop.product(0), "title", .text("One"))
      try world.act(.push)
      try world.act(.pull)
      try world.set(0, Shop.product(0), "title", .text("Two"))
      let line = world.editors[0].line
      line.whileSending = { [unowned line] _ in
        line.whileSending = nil
        line.arm(.stalePage)
      }
      try world.act(.push, call: (.conflict, 1))
      return try world.comeToRest()
    },
    Exhibit(.snapshotMissesFeed, "a record changes while everything is read") { bugs in
      let world = try World.scene(bugs, isPulled: false)
      let source = ScriptedSource(world.server)
      source.afterPage = { [unowned source, server = world.server] _ in
        source.afterPage = { _ in }
        server.put(Shop.product(0), ["title": .text("New")])
      }
      source.proofFails = ConnectorError(.malformed, "the answer is a page for people")
      do { _ = try world.report(ofPullBy: world.editors[0], from: source) } catch is PullError {}
      try world.checkCursor(world.editors[0])
      return try world.comeToRest()
    },
    Exhibit(.pullErasesEdits, "a record that is edited comes from the shop", bySeeds: true) {
      bugs in
      let world = try World.scene(bugs)
      try world.set(0, Shop.product(0), "title", .text("Mine"))
      world.server.put(Shop.product(0), ["vendor": .text("Atelier")])
      try world.act(.pull)
      return try world.comeToRest()
    },
    Exhibit(.snapshotFromZero, "the line breaks after each page of a first pull", play: weakLine),
    Exhibit(.migrationNotStored, "the program is brought up to a newer contract") { bugs in
      let world = try World.scene(bugs)
      try world.editors[0].look().execute("UPDATE sync_meta SET schema_version = '2001-01-01'")
      try world.act(.pull)
      return try world.comeToRest()
    },
  ]

  /// A first pull that gets one page further at each try must come to its end.
  @Sendable private static func weakLine(_ bugs: Set<KnownBug>) throws -> World {
    let world = try World.scene(bugs, isPulled: false)
    for number in 10..<30 { Shop.addProduct(number, to: world.server) }
    let limit = world.server.keys.count  // a page has at least one record
    let source = ScriptedSource(world.server)
    var pages = 0
    source.afterPage = { page in
      pages += 1
      guard pages <= limit else { throw ConnectorError(.malformed, "enough") }
      if page.hasMore { throw ConnectorError(.unreachable, "the line broke") }
    }
    do { _ = try world.report(ofPullBy: world.editors[0], from: source) } catch is PullError {}
    if pages > limit {
      world.violate("I12", "\(pages) pages were read of \(limit) records, and it does not end")
    }
    return try world.comeToRest()
  }
}
