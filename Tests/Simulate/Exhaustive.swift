import Machine
import Simulation
import Support
import Synchronization

/// The columns that leave out nothing: every fault at every call of every scenario, on all cores.
///
/// Each run is a world of its own that depends on nothing but scenario, fault and call, so the order in
/// which the cores take them changes no result.
enum Exhaustive {
  /// What came of one scenario, added up by the kind of fault.
  struct Tally: Sendable {
    var runs: [String: Int] = [:]
    var strikes: [String: Int] = [:]
    var violations: [String] = []

    static func += (left: inout Tally, right: Tally) {
      left.runs.merge(right.runs, uniquingKeysWith: +)
      left.strikes.merge(right.strikes, uniquingKeysWith: +)
      left.violations += right.violations
    }
  }

  /// A choice of the whole: one run of every `share`, and only scenarios that are named.
  struct Choice {
    let share: Int
    let rotation: Int
    let seeds: Int
    let name: String?
    let scenarios: [SyncScenario]
    let kinds: [ServerProfile.Kind]

    init(_ arguments: Arguments, _ kinds: [ServerProfile.Kind]) {
      share = max(arguments.number("share", or: 1), 1)
      rotation = arguments.number("rotation", or: 0)
      seeds = arguments.number("seeds", or: 2)
      name = arguments.text("scenario")
      let all = SyncScenario.all
      let count = min(arguments.number("scenarios", or: all.count), all.count)
      let (first, wanted) = (rotation * count, name)
      scenarios = (0..<count).map { all[(first + $0) % all.count] }
        .filter { wanted == nil || wanted == $0.name }
      let kind = arguments.text("profile").flatMap(ServerProfile.Kind.init(rawValue:))
      self.kinds = kind.map { [$0] } ?? kinds
    }

    func takes(_ scenario: String) -> Bool { name == nil || name == scenario }
    func takes(_ run: Int) -> Bool { run % share == rotation % share }
  }

  // MARK: Crashes

  /// `crashes --share N --rotation R --seeds S --scenario NAME --profile P`: pulls, edits, files and pushes
  /// (these with all kinds of servers, or one) under every fault at every call to the disk.
  static func crashes(_ arguments: Arguments) throws -> Bool {
    let choice = Choice(arguments, ServerProfile.Kind.allCases)
    let modes = DiskFault.allCases.map(\.rawValue)
    var total = Tally()
    let start = SystemTime.monotonicSeconds
    for scenario in PullScenarios.all where choice.takes(scenario.name) {
      total += try crashes(scenario.name, choice, modes) { share, rotation in
        try CrashRun(scenario, share: share, rotation: rotation, seeds: choice.seeds).run()
      }
    }
    for scenario in EditScenario.all where choice.takes(scenario.name) {
      total += try crashes(scenario.name, choice, modes) { share, rotation in
        try EditCrashRun(scenario, share: share, rotation: rotation, seeds: choice.seeds).run()
      }
    }
    for kind in choice.kinds {
      for scenario in choice.scenarios {
        let calm = try scenario.run(kind)
        let runs = DiskFault.allCases.flatMap { fault in
          (0..<calm.diskCalls).flatMap { call in
            (0..<(fault == .reorder ? choice.seeds : 1)).map { (fault, call + 1, $0) }
          }
        }
        total += try each(runs, choice, calm) { run in
          let (fault, at, seed) = run
          let outcome = try scenario.run(
            kind, disk: (fault, at), seed: UInt64(seed * 1_000_003 + at))
          return (fault.rawValue, "\(fault) at \(at), seed \(seed)", outcome)
        } tell: { tally in
          tell("\(scenario.name), \(kind.rawValue)", "\(calm.diskCalls) disk calls", tally, modes)
        }
      }
    }
    tell("all", "\(Int(SystemTime.monotonicSeconds - start)) s", total, modes)
    return total.violations.isEmpty
  }

  private static func crashes(
    _ name: String, _ choice: Choice, _ modes: [String],
    run: @Sendable (_ share: Int, _ rotation: Int) throws -> CrashRun.Report
  ) throws -> Tally {
    let tally = Mutex(Tally())
    let calls = Mutex(0)
    // A site of its own for each worker: the prepared state is copied, not made anew.
    let workers = Parallel.workerCount
    try Parallel.forEach(count: workers, chunk: 1) { _, range in
      let report = try run(
        workers * choice.share, range.lowerBound * choice.share + choice.rotation % choice.share)
      calls.withLock { $0 = report.calls.calls }
      tally.withLock { tally in
        for (fault, count) in report.runs { tally.runs[fault.rawValue, default: 0] += count }
        for (fault, count) in report.hits { tally.strikes[fault.rawValue, default: 0] += count }
        tally.violations += report.violations
      }
    }
    let result = tally.withLock { $0 }
    tell(name, "\(calls.withLock { $0 }) disk calls", result, modes)
    return result
  }

  // MARK: Faults of calls

  /// `faults --share N --rotation R --scenarios N --scenario NAME --profile P`: each fault at each call to the network of
  /// each scenario and kind of server.
  static func faults(_ arguments: Arguments) throws -> Bool {
    let choice = Choice(arguments, ServerProfile.Kind.allCases)
    let modes = CallFault.allCases.map(\.rawValue)
    var total = Tally()
    let start = SystemTime.monotonicSeconds
    for kind in choice.kinds {
      for scenario in choice.scenarios {
        let calm = try scenario.run(kind)
        let runs = CallFault.allCases.flatMap { fault in
          (fault.concernsWriting ? calm.writingCalls : Array(1...max(calm.calls, 1)))
            .map { (fault, $0) }
        }
        total += try each(runs, choice, calm) { run in
          let (fault, at) = run
          let outcome = try scenario.run(kind, call: (fault, at))
          return (fault.rawValue, "\(fault.rawValue) at \(at)", outcome)
        } tell: { tally in
          tell(
            "\(scenario.name), \(kind.rawValue)",
            "\(calm.calls) calls, \(calm.writingCalls.count) of them write",
            tally, modes)
        }
      }
    }
    tell("all", "\(Int(SystemTime.monotonicSeconds - start)) s", total, modes)
    return total.violations.isEmpty
  }

  // MARK: Both

  private static func each<Run: Sendable>(
    _ runs: [Run], _ choice: Choice, _ calm: SyncScenario.Outcome,
    run: @Sendable (Run) throws -> (mode: String, place: String, SyncScenario.Outcome),
    tell: (Tally) -> Void
  ) throws -> Tally {
    let chosen = runs.indices.filter(choice.takes).map { runs[$0] }
    let tally = Mutex(Tally())
    try Parallel.forEach(count: chosen.count, chunk: 1) { _, range in
      for one in chosen[range] {
        let (mode, place, outcome) = try run(one)
        tally.withLock { tally in
          tally.runs[mode, default: 0] += 1
          tally.strikes[mode, default: 0] += outcome.didStrike ? 1 : 0
          tally.violations += outcome.violations.prefix(1).map { "\(place): \($0)" }
        }
      }
    }
    var result = tally.withLock { $0 }
    result.violations.sort()
    result.violations.insert(contentsOf: calm.violations.map { "without a fault: \($0)" }, at: 0)
    tell(result)
    return result
  }

  private static func tell(_ name: String, _ size: String, _ tally: Tally, _ modes: [String]) {
    let counts = modes.filter { tally.runs[$0] != nil }.map { mode in
      let (runs, strikes) = (tally.runs[mode, default: 0], tally.strikes[mode, default: 0])
      return strikes == runs ? "\(mode) \(runs)" : "\(mode) \(strikes) of \(runs)"
    }
    let runs = tally.runs.values.reduce(0, +)
    let strikes = tally.strikes.values.reduce(0, +)
    print(
      "\(name): \(size), \(runs) runs, \(strikes) faults struck, "
        + "\(tally.violations.count) violations (\(counts.joined(separator: ", ")))")
    for words in tally.violations.prefix(name == "all" ? 0 : 8) { print("  \(words.prefix(500))") }
    flush()
  }
}
