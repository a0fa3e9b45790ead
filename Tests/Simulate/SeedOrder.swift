import Simulation
import Synchronization

/// Takes what came of seeds in whatever order they end, and prints and adds up in theirs.
final class SeedOrder: Sendable {
  /// What came of a seed.
  struct Outcome: Sendable {
    var report = SeedRun.Report()
    var hash: UInt64 = 0
    var lines: [String] = []
    var isDiffering = false
  }

  private struct State {
    var next: UInt64
    var waiting: [UInt64: Outcome] = [:]
    var report = SeedRun.Report()
    var differing = 0
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  }

  private let state: Mutex<State>

  /// Begins at the first seed.
  init(from first: UInt64) { state = Mutex(State(next: first)) }

  /// Notes a seed that has ended; what it and those after it have to say is printed where all before
  /// have spoken.
  func add(_ outcome: Outcome, _ seed: UInt64) {
    state.withLock { state in
      state.waiting[seed] = outcome
      while let one = state.waiting.removeValue(forKey: state.next) {
        state.next += 1
        state.report += one.report
        if one.isDiffering { state.differing += 1 }
        state.hash = (state.hash ^ one.hash) &* 0x100_0000_01B3
        for line in one.lines { print(line) }
      }
    }
  }

  /// The report of all, how many differed when they were run twice, and the hash of their traces.
  var total: (report: SeedRun.Report, differing: Int, hash: UInt64) {
    state.withLock { ($0.report, $0.differing, $0.hash) }
  }
}

/// A seed could not be run at all.
struct SeedsError: Error {
  let cause: any Error
}
