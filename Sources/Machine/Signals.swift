import Glibc
import Synchronization

/// Ctrl-C and termination as a flag that loops look at.
///
/// The first signal asks the work to stop at its next safe point; a second one ends the process,
/// which is safe at any moment too.
public enum Signals {
  private static let flag = Atomic<Int32>(0)

  /// Begins to catch SIGINT, SIGTERM and SIGHUP, and ignores SIGPIPE.
  public static func install() {
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, Self.handler) }
    signal(SIGPIPE, SIG_IGN)
  }

  /// Whether a signal has come.
  public static var isInterrupted: Bool { flag.load(ordering: .relaxed) != 0 }

  /// Waits until a signal comes.
  public static func waitForInterrupt() {
    while !isInterrupted { usleep(50_000) }
  }

  private static let handler: @convention(c) (Int32) -> Void = { number in
    if flag.exchange(number, ordering: .relaxed) != 0 { _exit(130) }
  }
}
