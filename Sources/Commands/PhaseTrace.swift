import LocalMirror
import Machine
import Site
import Sync
import Synchronization

/// Appends what a pull, a push, a build or a rollback is about to do to the file that `TRUMEAU_PHASE_FILE` names, a line each: the
/// phase and the monotonic clock in microseconds. It is how the proof by kill -9 knows what it
/// interrupted; see `Benchmarks/kill.py`, `kill_push.py` and `kill_build.py`.
final class PhaseTrace {
  private let file: OpenFile
  /// What is done between two transactions.
  private var phase = "connect"

  /// Nil where nobody asks for a trace, or where it cannot be written: a trace is no duty.
  init?() {
    guard let path = Environment.value("TRUMEAU_PHASE_FILE"),
      let file = try? OpenFile(appending: path)
    else { return nil }
    self.file = file
  }

  /// Notes the moments of each transaction of `mirror` too.
  func listen(to mirror: MirrorStore) {
    mirror.onMoment = { [self] moment in
      switch moment {
      case .records: write("page")
      case .cursor: write("cursor")
      case .committed: write(phase)
      }
    }
  }

  /// Notes what the pull does from now on.
  func note(_ progress: PullProgress.Phase) {
    switch progress {
    case .connecting: phase = "connect"
    case .snapshot: phase = "snapshot"
    case .changes: phase = "changes"
    case .waiting: phase = "wait"
    case .proving: phase = "verify"
    }
    write(phase)
  }

  /// Notes what a push does from now on. Between two transactions it is `between`.
  func note(_ progress: PushProgress.Phase) {
    phase = "between"
    switch progress {
    case .settling: write("settle")
    case .freezing: write("freeze")
    case .sending: write("send")
    case .reading: write("read")
    case .storing: write("store")
    case .waiting: write("wait")
    }
  }

  /// Notes that a rollback begins.
  func noteRollback() { write("rollback") }

  fileprivate func write(_ word: String) {
    let microseconds = Int64(SystemTime.monotonicSeconds * 1e6)
    try? file.write(Array("\(word) \(microseconds)\n".utf8))
  }
}

/// The same for a build, whose threads all tell how far they are: the beginning of each phase is noted.
final class BuildPhaseTrace: Sendable {
  private struct State {
    let trace: PhaseTrace
    var last: BuildProgress.Phase?
  }

  private let state: Mutex<State>

  /// Nil where nobody asks for a trace.
  init?() {
    guard let trace = PhaseTrace() else { return nil }
    state = Mutex(State(trace: trace))
  }

  /// Notes what the build does from now on.
  func note(_ phase: BuildProgress.Phase) {
    state.withLock { state in
      guard state.last != phase else { return }
      state.last = phase
      state.trace.write(phase.rawValue)
    }
  }
}
