import Bytes
import Machine
import Synchronization

/// What a watch has seen and done so far; read by its own small web server while it works.
final class WatchState: Sendable {
  /// Figures since the start.
  struct Figures: Sendable {
    var pulls = 0
    var failedPulls = 0
    var builds = 0
    var failedBuilds = 0
    var hints = 0
    var refusedHints = 0
    var records = 0
    var lastPull: Instant?
    var lastFailure: String?
  }

  private let figures = Mutex(Figures())
  private let isHinted = Atomic<Bool>(false)

  /// The figures as they are now.
  var now: Figures { figures.withLock { $0 } }

  /// Changes the figures.
  func note(_ change: (inout sending Figures) -> Void) { figures.withLock { change(&$0) } }

  /// Somebody says that something has changed: the next round begins at once.
  func hint() { isHinted.store(true, ordering: .relaxed) }

  /// Whether there was a hint since this was asked last.
  func takeHint() -> Bool { isHinted.exchange(false, ordering: .relaxed) }
}

/// When a watch pulls and builds: at once, then after each interval, after a hint, and when a window
/// opens or closes.
///
/// A hint is never more than a reason to look: what changed is what the change feed says.
struct WatchLoop {
  /// What a round found.
  enum Round: Equatable {
    /// Nothing is other than before.
    case unchanged
    /// The mirror has news.
    case changed
    /// The shop was not to be reached or did not serve; the mirror is as it was, and the next round
    /// tries again.
    case failed
  }

  /// Milliseconds between the ends and the beginnings of rounds.
  let intervalMs: Int
  /// Milliseconds that are waited after a hint, so that a flood of them is one round.
  let settleMs: Int
  let time: any TimeSource
  let state: WatchState
  /// Whether the watch is to end.
  let isStopped: () -> Bool
  /// Brings the mirror up to date.
  let pull: () throws -> Round
  /// Makes pages and feeds; gives the next instant at which a window opens or closes. A failed build
  /// is reported by the closure itself: the old site stays.
  let build: () throws -> Instant?

  /// Watches until it is stopped, or for some rounds.
  func run(rounds: Int? = nil) throws {
    var wake: Instant?
    var isBuildDue = true
    var done = 0
    while !isStopped(), done < rounds ?? .max {
      if done > 0 { wait(until: wake) }
      if isStopped() { return }
      done += 1
      if try pull() == .changed { isBuildDue = true }
      if let due = wake, due <= time.now { isBuildDue = true }
      guard isBuildDue else { continue }
      wake = try build()
      isBuildDue = false
    }
  }

  private func wait(until wake: Instant?) {
    var left = intervalMs
    while left > 0, !isStopped() {
      if state.takeHint() { return time.sleep(milliseconds: settleMs) }
      if let wake, wake <= time.now { return }
      let slice = min(left, 100)
      time.sleep(milliseconds: slice)
      left -= slice
    }
  }
}
