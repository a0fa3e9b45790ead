import Contract
import LocalMirror

extension Museum {
  /// Mistakes in merging what both sides did.
  static let edits: [Exhibit] = [
    Exhibit(
      .creationComesBack, "what was made and sent is deleted before the next pull", bySeeds: true
    ) { bugs in
      let world = try World.scene(bugs)
      try world.make(0, handle: "lamp")
      try world.act(.push)
      try world.erase(0, RecordKey(.product, "prd_local"))
      try world.act(.pull)
      return try world.comeToRest()
    },
    Exhibit(.deletionWinsSilently, "the shop deletes what is edited here", bySeeds: true) { bugs in
      let world = try World.scene(bugs)
      try world.set(0, Shop.product(2), "title", .text("Kept"))
      world.server.remove(Shop.product(2))
      try world.act(.pull)
      return try world.comeToRest()
    },
    Exhibit(
      .mergedStateUnchecked, "two records get one name, one here and one in the shop", bySeeds: true
    ) { bugs in
      let world = try World.scene(bugs)
      try world.set(0, Shop.product(0), "handle", .text("bag"))
      world.server.put(Shop.product(1), ["handle": .text("bag")])
      try world.act(.push)
      return try world.comeToRest()
    },
    Exhibit(.bothReplacementsKept, "both replace one word of a text", bySeeds: true) { bugs in
      let world = try World.scene(bugs)
      func text(_ word: String) -> FieldValue {
        .object(of: [.init("markdown", .text("A \(word) thing, made by hand. It wears well."))])
      }
      world.server.put(Shop.product(0), ["description": text("quiet")])
      try world.act(.pull)
      try world.set(0, Shop.product(0), "description", text("small"))
      world.server.put(Shop.product(0), ["description": text("cool")])
      try world.act(.pull)
      return try world.comeToRest()
    },
  ]
}
