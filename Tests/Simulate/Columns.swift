import LocalMirror
import Machine
import Merge
import Simulation
import Support

/// The columns of the proof, each a loop with figures at its end.
enum Columns {
  // MARK: Seeds

  /// `--seeds N --from S --seconds T --steps N --profile P --trace --twice --shrink`
  static func seeds(_ arguments: Arguments) throws -> Bool {
    let from = UInt64(arguments.number("from", or: 1))
    let count = UInt64(arguments.number("seeds", or: 100))
    let seconds = Double(arguments.number("seconds", or: Int.max / 2))
    let start = SystemTime.monotonicSeconds
    var total = SeedRun.Report()
    var differing = 0
    for seed in from..<(from + count) where SystemTime.monotonicSeconds - start < seconds {
      let options = options(seed, arguments)
      if arguments.has("trace") { try trace(options) }
      let result = try SeedRun.run(options)
      total += result.report
      if arguments.has("twice"), try SeedRun.run(options).hash != result.hash {
        differing += 1
        print("seed \(seed): I17: two runs differ")
      }
      for failure in result.report.failures {
        print("seed \(failure.seed): \(failure.words)")
        if arguments.has("shrink") { try shrink(options, failure) }
      }
    }
    tell(total, from: from, seconds: SystemTime.monotonicSeconds - start, arguments)
    return total.failures.isEmpty && differing == 0
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

  private static func shrink(_ options: World.Options, _ failure: SeedRun.Failure) throws {
    let world = try World(options)
    let steps = try Shrinker.shrink(options, world.steps, breaking: failure.invariant)
    var traced = options
    traced.keepsTrace = true
    let small = try World(traced)
    small.run(steps)
    print("  server: \(small.server.profile.kind.rawValue); \(steps.count) steps are enough:")
    for line in small.trace.lines { print("  \(line.prefix(600))") }
    print("  => \(small.violations.first ?? "")")
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

  // MARK: Museum

  /// `museum --seeds N`: in how many seeds each built-in mistake is found.
  static func museum(_ arguments: Arguments) throws -> Bool {
    let limit = UInt64(arguments.number("seeds", or: 1000))
    var found = 0
    for bug in KnownBug.allCases {
      var first: String?
      for seed in 1...limit {
        var options = World.Options(seed: seed)
        options.bugs = [bug]
        options.profile = .versions
        if let failure = try SeedRun.run(options).report.failures.first {
          first = "seed \(seed), \(failure.invariant): \(failure.words.prefix(200))"
          break
        }
      }
      if first != nil { found += 1 }
      print("\(bug.rawValue): \(first ?? "not found in \(limit) seeds")")
    }
    print("\(found) of \(KnownBug.allCases.count) found")
    return found == KnownBug.allCases.count
  }
}
