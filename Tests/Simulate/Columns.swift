import Machine
import Merge
import Simulation
import Support

/// The columns of the proof, each a loop with figures at its end.
enum Columns {
  // MARK: Seeds

  /// `--seeds N --from S --seconds T --steps N --profile P --trace --twice --shrink --hashes --jobs N`
  ///
  /// Each seed is a world of its own, on whichever core; lines come in the order of the seeds.
  static func seeds(_ arguments: Arguments) throws -> Bool {
    let from = UInt64(arguments.number("from", or: 1))
    let count = max(arguments.number("seeds", or: 100), 0)
    let seconds = Double(arguments.number("seconds", or: Int.max / 2))
    // Lines of a trace are printed as they come.
    let jobs = arguments.has("trace") ? 1 : arguments.number("jobs", or: Parallel.workerCount)
    let start = SystemTime.monotonicSeconds
    let inOrder = SeedOrder(from: from)
    try Parallel.forEach(count: count, chunk: 1, workers: jobs) { (_, range) throws(SeedsError) in
      for place in range where SystemTime.monotonicSeconds - start < seconds {
        let seed = from + UInt64(place)
        do { inOrder.add(try run(seed, arguments), seed) } catch { throw SeedsError(cause: error) }
      }
    }
    let (total, differing, hash) = inOrder.total
    tell(total, from: from, seconds: SystemTime.monotonicSeconds - start, arguments)
    print("trace of all: \(hex(hash))")
    return total.failures.isEmpty && differing == 0
  }

  /// Runs one seed, and again where that is asked for.
  private static func run(_ seed: UInt64, _ arguments: Arguments) throws -> SeedOrder.Outcome {
    let options = options(seed, arguments)
    if arguments.has("trace") { try? trace(options) }  // the run below tells of an error
    var outcome = SeedOrder.Outcome()
    do {
      let result = try SeedRun.run(options)
      outcome.report = result.report
      outcome.hash = result.hash
      if arguments.has("twice"), try SeedRun.run(options).hash != result.hash {
        outcome.isDiffering = true
        outcome.lines.append("seed \(seed): I17: two runs differ")
      }
    } catch {
      // A step that ends in an error which nobody expects is found like any other fault.
      outcome.report.seeds = 1
      outcome.report.failures = [
        SeedRun.Failure(seed: seed, words: "error: \(error)", invariant: "error")
      ]
    }
    if arguments.has("hashes") { outcome.lines.append("seed \(seed): trace \(hex(outcome.hash))") }
    for failure in outcome.report.failures {
      outcome.lines.append("seed \(failure.seed): \(failure.words)")
      if arguments.has("shrink"), failure.invariant != "error" {
        outcome.lines += try shrink(options, failure)
      }
    }
    return outcome
  }

  private static func hex(_ hash: UInt64) -> String {
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func options(_ seed: UInt64, _ arguments: Arguments) -> World.Options {
    var options = World.Options(seed: seed)
    options.steps = arguments.number("steps", or: 200)
    options.profile = arguments.text("profile").flatMap(ServerProfile.Kind.init(rawValue:))
    return options
  }

  private static func trace(_ options: World.Options) throws {
    var options = options
    options.keepsTrace = true
    let world = try World(options)
    print("server: \(world.server.profile.kind.rawValue), editors: \(world.editors.count)")
    world.run(world.steps)
    for line in world.trace.lines { print(line) }
  }

  private static func shrink(
    _ options: World.Options, _ failure: SeedRun.Failure
  ) throws -> [String] {
    let world = try World(options)
    let steps = try Shrinker.shrink(options, world.steps, breaking: failure.invariant)
    var traced = options
    traced.keepsTrace = true
    let small = try World(traced)
    small.run(steps)
    let kind = small.server.profile.kind.rawValue
    return ["  server: \(kind); \(steps.count) steps are enough:"]
      + small.trace.lines.map { "  \($0.prefix(600))" }
      + ["  => \(small.violations.first ?? "")"]
  }

  private static func tell(
    _ report: SeedRun.Report, from: UInt64, seconds: Double, _ arguments: Arguments
  ) {
    let figures = report.figures
    let rate = seconds > 0 ? Double(figures.steps) / seconds : 0
    print(
      """
      seeds \(from)…\(from + UInt64(max(report.seeds, 1)) - 1): \(report.seeds) seeds, \
      \(figures.steps) steps in \(Int(seconds)) s (\(Int(rate)) steps/s), \
      \(report.failures.count) failures
      edits \(figures.edits), writes of the server \(figures.writes), requests of editors \
      \(figures.requests), writes of others in unguarded windows \(figures.windows)
      runs with a question: \(report.seedsWithQuestions * 100 / max(report.seeds, 1)) %, \
      questions \(figures.questions)
      """)
    tellRows(report, below: arguments.number("rows", or: 20))
    let calls = CallFault.allCases.map { "\($0.rawValue) \(figures.callFaults[$0, default: 0])" }
    print("faults of calls: \(calls.joined(separator: ", "))")
    let disks = DiskFault.allCases.map { "\($0.rawValue) \(figures.diskFaults[$0, default: 0])" }
    print("faults of disks: \(disks.joined(separator: ", "))")
    let checks = figures.checks.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    print("checks: \(checks.joined(separator: ", "))")
  }

  /// How often each row of the taxonomy came up, and which did so less often than they should.
  private static func tellRows(_ report: SeedRun.Report, below limit: Int) {
    let rows = ConflictKind.allCases.map { "\($0.row) \(report.figures.rows[$0, default: 0])" }
    print("rows of the taxonomy: \(rows.joined(separator: ", "))")
    let choices = report.figures.choices.sorted { $0.key.rawValue < $1.key.rawValue }
    print("answers: \(choices.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: ", "))")
    let rare = report.rare(below: limit).map { "\($0.row) \($0.rawValue)" }
    let words = rare.isEmpty ? "none" : rare.joined(separator: ", ")
    print("rows that came up less than \(limit) times: \(words)")
  }

  // MARK: A year offline

  /// `year --edits N --days N --from S --seeds N --profile P`: edits without the network, then rest.
  static func year(_ arguments: Arguments) throws -> Bool {
    var isSound = true
    let first = UInt64(arguments.number("from", or: 1))
    for seed in first..<(first + UInt64(arguments.number("seeds", or: 1))) {
      var year = OfflineYear(seed: seed)
      year.edits = arguments.number("edits", or: year.edits)
      year.days = arguments.number("days", or: year.days)
      if let kind = arguments.text("profile").flatMap(ServerProfile.Kind.init(rawValue:)) {
        year.profile = kind
      }
      year.keepsTrace = arguments.has("trace")
      let start = SystemTime.monotonicSeconds
      let report = try year.run()
      for line in report.trace.lines { print(line) }
      print(
        "year \(seed), \(year.profile.rawValue): \(year.edits) edits in \(year.days) days, "
          + "\(report.accepted) accepted values, \(report.figures.writes) writes of the server, "
          + "\(report.sent) of them the editor's, \(report.questions) questions after the first "
          + "push, \(report.violations.count) violations, "
          + "\(Int(SystemTime.monotonicSeconds - start)) s")
      for words in report.violations.prefix(5) { print("  \(words)") }
      if !report.violations.isEmpty { isSound = false }
    }
    return isSound
  }
}
