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
    tell(total, from: from, seconds: SystemTime.monotonicSeconds - start)
    print("trace of all: \(hex(hash))")
    return total.failures.isEmpty && differing == 0
  }

  /// Runs one seed, and again where that is asked for.
  private static func run(_ seed: UInt64, _ arguments: Arguments) throws -> SeedOrder.Outcome {
    let options = options(seed, arguments)
    if arguments.has("trace") { try trace(options) }
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

  private static func tell(_ report: SeedRun.Report, from: UInt64, seconds: Double) {
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
    let rows = ConflictKind.allCases.map { "\($0.row) \(figures.rows[$0, default: 0])" }
    print("rows of the taxonomy: \(rows.joined(separator: ", "))")
    let calls = CallFault.allCases.map { "\($0.rawValue) \(figures.callFaults[$0, default: 0])" }
    print("faults of calls: \(calls.joined(separator: ", "))")
    let disks = DiskFault.allCases.map { "\($0.rawValue) \(figures.diskFaults[$0, default: 0])" }
    print("faults of disks: \(disks.joined(separator: ", "))")
    let checks = figures.checks.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    print("checks: \(checks.joined(separator: ", "))")
  }

  // MARK: Crashes

  /// `crashes --share N --rotation R --seconds T`: pulls and pushes under every fault of the disk.
  static func crashes(_ arguments: Arguments) throws -> Bool {
    let share = arguments.number("share", or: 1)
    let rotation = arguments.number("rotation", or: 0)
    var isSound = true
    for scenario in PullScenarios.all {
      let report = try CrashRun(scenario, share: share, rotation: rotation, seeds: 2).run()
      let hits = DiskFault.allCases.map { "\($0.rawValue) \(report.hits[$0, default: 0])" }
      print(
        "\(scenario.name): \(report.calls.calls) calls, \(report.runs) runs "
          + "(\(hits.joined(separator: ", "))), \(report.violations.count) violations")
      for words in report.violations.prefix(5) { print("  \(words)") }
      if !report.violations.isEmpty { isSound = false }
    }
    for scenario in SyncScenario.all {
      let sound = try each(scenario, .versions, share, rotation) { outcome in
        DiskFault.allCases.map { ($0.rawValue, outcome.diskCalls) }
      } run: { name, at in
        guard let fault = DiskFault(rawValue: name) else { return nil }
        return try scenario.run(.versions, disk: (fault, at))
      }
      if !sound { isSound = false }
    }
    return isSound
  }

  // MARK: Faults of calls

  /// `faults --share N --rotation R`: each fault at each call of each scenario and profile.
  static func faults(_ arguments: Arguments) throws -> Bool {
    let share = arguments.number("share", or: 1)
    let rotation = arguments.number("rotation", or: 0)
    var isSound = true
    for kind in ServerProfile.Kind.allCases {
      for scenario in SyncScenario.all {
        let sound = try each(scenario, kind, share, rotation) { outcome in
          CallFault.allCases.map { ($0.rawValue, outcome.calls) }
        } run: { name, at in
          guard let fault = CallFault(rawValue: name) else { return nil }
          return try scenario.run(kind, call: (fault, at))
        }
        if !sound { isSound = false }
      }
    }
    return isSound
  }

  private static func each(
    _ scenario: SyncScenario, _ kind: ServerProfile.Kind, _ share: Int, _ rotation: Int,
    _ faults: (SyncScenario.Outcome) -> [(String, Int)],
    run: (String, Int) throws -> SyncScenario.Outcome?
  ) throws -> Bool {
    let calm = try scenario.run(kind)
    var (runs, strikes) = (0, 0)
    var violations = calm.violations.map { "without a fault: \($0)" }
    for (fault, calls) in faults(calm) {
      for at in stride(from: 1 + rotation % share, through: max(calls, 1), by: share) {
        guard let outcome = try run(fault, at) else { continue }
        runs += 1
        if outcome.didStrike { strikes += 1 }
        violations += outcome.violations.map { "\(fault) at \(at): \($0)" }
      }
    }
    print(
      "\(scenario.name), \(kind.rawValue): \(calm.calls) calls, \(calm.diskCalls) disk calls, "
        + "\(runs) runs, \(strikes) faults, \(violations.count) violations")
    for words in violations.prefix(5) { print("  \(words)") }
    return violations.isEmpty
  }
}
