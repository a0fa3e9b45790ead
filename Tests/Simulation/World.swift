import Bytes
import Contract
package import LocalMirror
import Machine
public import Merge
public import Support
import SQL
import Sync
import Synchronization

/// A simulated world: one server, staff and an ERP, some editors with mirrors on real SQLite, and all
/// that can go wrong between them. One thread, one seed; what runs is the shipped code.
public final class World {
  /// What a run is made of.
  public struct Options: Sendable {
    /// Decides everything.
    public var seed: UInt64
    /// The kind of server; nil lets the seed choose.
    public var profile: ServerProfile.Kind?
    /// How many steps.
    public var steps = 200
    /// How many editors; nil lets the seed choose from 2 to 5.
    public var editors: Int?
    /// How many of the steps that speak to the server go wrong, in per cent.
    public var faultPercent = 25
    /// Whether nothing happens that a scenario does not name: no windows, and every step is a run of
    /// the program of its own, so that calls can be counted.
    public var isCalm = false
    /// Mistakes that are built in, to see whether they are found.
    package var bugs: Set<KnownBug> = []
    /// Whether the lines of the trace are kept.
    public var keepsTrace = false

    /// The run of a seed.
    public init(seed: UInt64) { self.seed = seed }
  }

  /// What was counted.
  public struct Figures: Sendable {
    /// Steps that were taken.
    public var steps = 0
    /// Questions that were opened.
    public var questions = 0
    /// Edits that were accepted.
    public var edits = 0
    /// Writes that the server committed.
    public var writes = 0
    /// Requests that reached it.
    public var requests = 0
    /// Questions that were opened, by row of the taxonomy; and what rules settled.
    public var rows: [ConflictKind: Int] = [:]
    /// Answers that editors gave and the program took.
    public var choices: [Alternative: Int] = [:]
    /// Faults of the network that came.
    public var callFaults: [CallFault: Int] = [:]
    /// Faults of the disk that struck.
    public var diskFaults: [DiskFault: Int] = [:]
    /// Writes of others in the window of an unguarded platform.
    public var windows = 0
    /// How often each invariant was checked.
    public var checks: [String: Int] = [:]

    /// Makes figures of nothing.
    public init() {}

    /// Adds another run's figures.
    public static func += (left: inout Figures, right: Figures) {
      left.steps += right.steps
      left.edits += right.edits
      left.writes += right.writes
      left.requests += right.requests
      left.windows += right.windows
      left.questions += right.questions
      left.rows.merge(right.rows, uniquingKeysWith: +)
      left.choices.merge(right.choices, uniquingKeysWith: +)
      left.callFaults.merge(right.callFaults, uniquingKeysWith: +)
      left.diskFaults.merge(right.diskFaults, uniquingKeysWith: +)
      left.checks.merge(right.checks, uniquingKeysWith: +)
    }
  }

  let options: Options
  let time = FixedTime(Instant(seconds: 1_790_000_000))
  /// The server.
  public let server: ServerModel
  /// The editors.
  public let editors: [EditorSite]
  /// What happened, as a hash.
  public internal(set) var trace: Trace
  /// What was counted.
  public internal(set) var figures = Figures()
  /// What is wrong; the first ends the run.
  public internal(set) var violations: [String] = []
  /// Backups, and what was counted already.
  var extras = WorldExtras()
  /// The step that is being taken; nil before, between and after.
  var current: Step?
  /// Which writes of the server's history have been checked.
  var checkedWrites = 0
  /// Calls of the last step of an editor, to the network and to the disk.
  var lastCalls = 0
  /// See `lastCalls`.
  var lastDiskCalls = 0
  /// Those calls of the last step to the network that wrote something.
  var lastWritingCalls: [Int] = []
  /// The first invariant that did not hold.
  public internal(set) var broken: String?

  /// Makes the world of a seed, with its shop and its editors.
  public init(_ options: Options) throws {
    self.options = options
    let random = SeededRandom(seed: options.seed ^ 0x5EED)
    let kinds = ServerProfile.Kind.allCases
    let drawn = kinds[random.below(kinds.count)]
    let count = 2 + random.below(4)
    server = ServerModel(
      ServerProfile(options.profile ?? drawn), clock: time, pageSize: 5 + random.below(30))
    Shop.fill(server, products: 4)
    Shop.addPeople(to: server, products: 4)
    trace = Trace(keepsLines: options.keepsTrace)
    var made: [EditorSite] = []
    for number in 0..<(options.editors ?? count) {
      let editor = try EditorSite(
        number, server: server, time: time, seed: options.seed &+ UInt64(number))
      editor.bugs = options.bugs
      made.append(editor)
    }
    editors = made
    openWindows()
  }

  /// The steps that the seed gives.
  public var steps: [Step] {
    Step.steps(
      seed: options.seed, count: options.steps, editors: editors.count,
      faultPercent: options.faultPercent)
  }

  /// Takes steps, checks after each, and brings all to rest at the end.
  ///
  /// Nothing is thrown: an error that is no answer of the program to a person or to a fault is a
  /// violation (I0).
  public func run(_ steps: [Step]) {
    for (number, step) in steps.enumerated() {
      figures.steps += 1
      expecting {
        let result = try take(step)
        trace.note("\(number) \(step): \(result); log \(server.history.count)")
        try check(after: step)
      }
      if !violations.isEmpty {
        violations[0] = "step \(number) (\(step)): \(violations[0])"
        break
      }
    }
    if violations.isEmpty { expecting { try settleDown() } }
    expecting { try collectFigures() }
  }

  /// Does something that must not fail.
  private func expecting(_ body: () throws -> Void) {
    checked("I0")
    do {
      try body()
    } catch {
      violate("I0", "an error that nobody expects: \(error)")
    }
  }

  /// Notes something that must not be.
  ///
  /// - Parameters:
  ///   - key: the record that it is about, so that its story can be told.
  func violate(
    _ invariant: String, of key: RecordKey? = nil, by editor: EditorSite? = nil,
    _ words: @autoclosure () -> String
  ) {
    broken = broken ?? invariant
    violations.append("\(invariant): \(words())")
    guard trace.keepsLines, let key else { return }
    for editor in editor.map({ [$0] }) ?? editors {
      // A story that cannot be told is left out; the violation stands.
      for line in (try? story(of: key, editor)) ?? [] {
        trace.note("  editor \(editor.number): \(line)")
      }
    }
  }

  /// Notes something that must not be of an editor's files.
  func violate(
    _ invariant: String, _ editor: EditorSite, before: [String: [UInt8]],
    _ words: @autoclosure () -> String
  ) {
    violate(invariant, "editor \(editor.number): \(words())")
    guard trace.keepsLines else { return }
    // A story that cannot be told is left out; the violation stands.
    for line in (try? storyOfFiles(editor, before: before)) ?? [] {
      trace.note("  editor \(editor.number): \(line)")
    }
  }

  /// Notes that an invariant was checked.
  func checked(_ invariant: String, _ times: Int = 1) {
    figures.checks[invariant, default: 0] += times
  }

  private func collectFigures() throws {
    try countRows()
    figures.writes = server.history.count
    for editor in editors {
      figures.edits += editor.accepted.count
      figures.requests += editor.line.arrivals.count
      figures.windows += editor.line.windows
      figures.callFaults.merge(editor.line.injected, uniquingKeysWith: +)
    }
  }

  /// Others work while something is under way: staff in the window of an unguarded write, and each
  /// editor at the record that is just being sent.
  private func openWindows() {
    guard !options.isCalm else { return }
    for editor in editors {
      let random = SeededRandom(seed: options.seed ^ 0xACE ^ UInt64(editor.number))
      let server = server
      if server.profile.guard == .none {
        editor.line.meanwhile.withLock { meanwhile in
          meanwhile = { _, key in
            guard random.below(8) == 0, let fields = server.fields(of: key),
              let change = Changes.draw(key.type, fields, random)
            else { return false }
            return server.put(key, [change.field: change.value])
          }
        }
      }
      editor.line.whileSending = { [unowned self, unowned editor] requests in
        guard random.below(4) == 0, let request = requests.first else { return }
        let mutation = request.mutation
        guard mutation.operation == .update, let field = mutation.fields.keys.sorted().first,
          !editor.disk.isDown
        else { return }
        // An edit that is refused is none; one that is accepted is noted by `edit`.
        let words = allowingRefusal { try editAgain(editor, mutation.record, field, random) }
        trace.note("while sending: \(words)")
      }
    }
  }
}
