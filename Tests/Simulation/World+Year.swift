import Contract
import LocalMirror
import Machine
import Merge

/// A year without the network: somebody edits every day while the shop goes on and forgets its log after
/// thirty days; then everything is brought together.
public struct OfflineYear {
  /// Decides everything.
  public var seed: UInt64
  /// How many edits are made.
  public var edits = 10_000
  /// How many days they take.
  public var days = 365
  /// How many changes the shop makes a day.
  public var shopChanges = 3
  /// How many products there are.
  public var products = 60
  /// Whether the lines of the trace are kept.
  public var keepsTrace = false
  /// The kind of server.
  public var profile = ServerProfile.Kind.versions

  /// What came of it.
  public struct Report: Sendable {
    /// What was counted.
    public var figures: World.Figures
    /// Edits that were accepted, those of parts of new records among them.
    public var accepted: Int
    /// Questions that were open when the first push of the year had ended.
    public var questions: Int
    /// Writes that reached the server of the editor's.
    public var sent: Int
    /// What is wrong.
    public var violations: [String]
    /// All that happened.
    public var trace: Trace
  }

  /// The year of a seed.
  public init(seed: UInt64) { self.seed = seed }

  /// Lives through the year, and syncs to rest.
  public func run() throws -> Report {
    var options = World.Options(seed: seed)
    options.editors = 2
    options.profile = profile
    options.isCalm = true
    options.keepsTrace = keepsTrace
    let world = try World(options)
    for number in 20..<(20 + products) { Shop.addProduct(number, to: world.server) }
    for editor in world.editors { _ = try world.pull(editor) }
    try liveThrough(world)
    let questions = try world.comeBack()
    world.figures.edits = world.editors.reduce(0) { $0 + $1.accepted.count }
    world.figures.writes = world.server.history.count
    let sent = world.server.history.filter { $0.actor == .editor(0) }.count
    return Report(
      figures: world.figures, accepted: world.editors[0].accepted.count, questions: questions,
      sent: sent, violations: world.violations, trace: world.trace)
  }

  private func liveThrough(_ world: World) throws {
    let random = SeededRandom(seed: seed ^ 0x0FF1)
    let actions: [(Step.Action, Int)] = [
      (.staffEdit, 60), (.erpPrice, 15), (.erpStock, 15), (.staffCreate, 2), (.staffDelete, 2),
      (.addField, 1), (.withdrawRecord, 1),
    ]
    var made = 0
    for day in 1...days {
      world.time.sleep(milliseconds: 86_400_000)
      for _ in 0..<shopChanges {
        var draw = random.below(96)
        let action = actions.first { _, weight in
          draw -= weight
          return draw < 0
        }
        let step = Step(action: action?.0 ?? .staffEdit, editor: 0, seed: random.next())
        let words = try world.take(step)
        world.trace.note("day \(day) \(step): \(words)")
      }
      // The second editor keeps up; nobody hears of the first.
      if day % 7 == 0 { _ = try world.push(world.editors[1]) }
      world.server.keep(days: 30)
      while made * days < edits * day {
        made += 1
        let draw = random.below(100)
        let action: Step.Action =
          draw < 3
          ? .create : draw < 5 ? .delete : draw < 8 ? .withdraw : draw < 9 ? .swapNames : .edit
        let step = Step(action: action, editor: 0, seed: random.next())
        let words = try world.take(step)
        world.trace.note("day \(day) \(step): \(words)")
      }
    }
  }
}

extension World {
  /// The first push after the year, then all that follows, with every check.
  ///
  /// - Returns: how many questions were open after the first push.
  fileprivate func comeBack() throws -> Int {
    let editor = editors[0]
    _ = try pull(editor)
    try check(after: Step(action: .pull, editor: 0, seed: 0))
    _ = try push(editor)
    try check(after: Step(action: .push, editor: 0, seed: 0))
    let questions = try editor.mirror().ledger.openConflicts().count
    try settleDown()
    try countRows()
    return questions
  }
}
