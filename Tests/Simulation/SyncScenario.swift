import Contract
package import LocalMirror
import Machine
import SQL
package import Support

/// A push with all that leads to it, small enough that every call to the network and to the disk can be
/// made to fail, one after the other.
public struct SyncScenario: Sendable {
  /// What it is called.
  public let name: String
  /// What happens before the push: the editor has pulled.
  let prepare: @Sendable (World) throws -> Void
  /// Whether nobody else works in the shop: then a crash is no reason to ask the editor anything.
  let isAlone: Bool

  init(
    name: String, isAlone: Bool = false, prepare: @escaping @Sendable (World) throws -> Void
  ) {
    self.name = name
    self.isAlone = isAlone
    self.prepare = prepare
  }

  /// What came of a push with one fault.
  public struct Outcome: Sendable {
    /// Calls to the network in the step.
    public var calls = 0
    /// Which of them wrote something, counted from 1.
    public var writingCalls: [Int] = []
    /// Calls to the disk that change something.
    public var diskCalls = 0
    /// Whether the fault struck.
    public var didStrike = false
    /// What is wrong.
    public var violations: [String] = []
    /// The trace's hash.
    public var hash: UInt64 = 0
  }

  /// Runs the scenario: pull, plan, push with the fault; then all come to rest, with every check.
  ///
  /// - Parameter seed: chooses what a power loss leaves.
  package func run(
    _ kind: ServerProfile.Kind, call: (fault: CallFault, at: Int)? = nil,
    disk: (fault: DiskFault, at: Int)? = nil, seed: UInt64 = 1, bugs: Set<KnownBug> = []
  ) throws -> Outcome {
    var options = World.Options(seed: 7)
    options.profile = kind
    options.editors = 1
    options.isCalm = true
    options.bugs = bugs
    let world = try World(options)
    for editor in world.editors { _ = try world.pull(editor) }
    try prepare(world)
    var step = Step(action: .push, editor: 0, seed: seed)
    step.callFault = call?.fault
    step.call = call?.at ?? 1
    step.diskFault = disk?.fault
    step.diskCall = disk?.at ?? 1
    world.run([step])
    let struck =
      world.figures.callFaults.values.reduce(0, +)
      + world.figures.diskFaults.values.reduce(0, +)
    if isAlone, call == nil, kind != .unguarded, kind != .stamps {
      let asked = try world.editors[0].look().text("SELECT kind FROM conflict LIMIT 1")
      if let asked { world.violate("asks", "a question about the editor's own work: \(asked)") }
    }
    return Outcome(
      calls: world.lastCalls, writingCalls: world.lastWritingCalls, diskCalls: world.lastDiskCalls,
      didStrike: struck > 0,
      violations: world.violations, hash: world.trace.hash)
  }

  /// All scenarios.
  public static let all: [SyncScenario] = [
    SyncScenario(name: "one field", isAlone: true) { world in
      try world.set(0, Shop.product(0), "title", .text("Lantern"))
    },
    SyncScenario(name: "several records", isAlone: true) { world in
      try world.set(0, Shop.product(0), "title", .text("Lantern"))
      try world.set(0, Shop.product(0), "vendor", .text("Atelier"))
      try world.set(0, Shop.product(1), "tags", .list([.text("red"), .text("wool")]))
      try world.set(0, Shop.translation(1), "value", .text("Objet"))
      try world.set(0, Shop.variant(2), "weight_g", .integer(300))
    },
    SyncScenario(name: "text merged") { world in
      try world.set(0, Shop.product(0), "description", markdown("quiet thing", "small thing"))
      world.server.put(Shop.product(0), ["description": markdown("cool water", "warm water")])
    },
    SyncScenario(name: "title asked about") { world in
      try world.set(0, Shop.product(0), "title", .text("Mine"))
      world.server.put(Shop.product(0), ["title": .text("Theirs")])
      try world.set(0, Shop.product(1), "title", .text("Free"))
    },
    SyncScenario(name: "prices") { world in
      try world.set(0, Shop.price(0), "amount", .integer(10_500))
      try world.set(0, Shop.price(1), "amount", .integer(10_600))
      world.server.put(Shop.price(1), ["amount": .integer(9_900)], by: .erp)
    },
    SyncScenario(name: "stock moved by both") { world in
      try world.set(0, Shop.stock(0), "available", .integer(7))
      world.server.put(Shop.stock(0), ["available": .integer(15)], by: .erp)
      try world.set(0, Shop.stock(1), "available", .integer(12))
    },
    SyncScenario(name: "made with its parts", isAlone: true) { world in
      try world.make(0, handle: "lamp")
    },
    SyncScenario(name: "made with a taken handle") { world in
      world.server.put(Shop.product(3), ["handle": .text("lamp")])
      try world.make(0, handle: "lamp")
    },
    SyncScenario(name: "deleted with its parts", isAlone: true) { world in
      try world.erase(0, Shop.product(2))
    },
    SyncScenario(name: "part edited, whole deleted", isAlone: true) { world in
      try world.set(0, Shop.variant(2), "weight_g", .integer(300))
      try world.set(0, Shop.price(2), "amount", .integer(10_300))
      try world.set(0, Shop.stock(2), "available", .integer(7))
      try world.erase(0, Shop.product(2))
    },
    SyncScenario(name: "deleted here, edited there") { world in
      try world.erase(0, Shop.product(2))
      world.server.put(Shop.product(2), ["title": .text("Kept")])
    },
    SyncScenario(name: "edited here, deleted there") { world in
      try world.set(0, Shop.product(2), "title", .text("Kept"))
      world.server.remove(Shop.product(2))
    },
    SyncScenario(name: "names swapped", isAlone: true) { world in
      try world.set(0, Shop.product(0), "handle", .text("thing-1"))
      try world.set(0, Shop.product(1), "handle", .text("thing-0"))
    },
    SyncScenario(name: "sets and lists") { world in
      try world.set(0, Shop.product(0), "tags", .list([.text("new"), .text("wool")]))
      world.server.put(Shop.product(0), ["tags": .list(["red", "new", "sale"].map { .text($0) })])
      let order = [2, 0, 1].map { FieldValue.text(Shop.product($0).id) }
      try world.set(0, Shop.collection, "products", .list(order))
    },
  ]

  private static func markdown(_ old: String, _ new: String) -> FieldValue {
    let text = Shop.text(0)
    guard let range = text.firstRange(of: old) else { return .text(text) }
    return .object(of: [.init("markdown", .text(text.replacingCharacters(in: range, with: new)))])
  }
}

extension String {
  /// The first place of a text in this one.
  fileprivate func firstRange(of text: String) -> Range<String.Index>? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
      start = index(after: start)
    }
    return nil
  }

  fileprivate func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
    String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
  }
}

extension World {
  /// An editor sets a field.
  func set(_ number: Int, _ key: RecordKey, _ field: String, _ value: FieldValue) throws {
    _ = try edit(editors[number], key, [FieldEdit(field, value)])
  }

  /// An editor makes a product and its variant.
  func make(_ number: Int, handle: String) throws {
    let product = RecordKey(.product, "prd_local")
    let variant = RecordKey(.variant, "var_local")
    try make(
      editors[number],
      [
        (
          product,
          ["handle": .text(handle), "title": .text("Made"), "status": .text("active")]
        ),
        (
          variant,
          ["sku": .text("N-1"), "position": .integer(1), "links.product": .text(product.id)]
        ),
      ])
  }

  /// An editor deletes a record.
  func erase(_ number: Int, _ key: RecordKey) throws { _ = try erase(editors[number], key) }
}
