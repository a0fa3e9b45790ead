import Glibc
import Synchronization

/// Ctrl-C and termination.
///
/// A signal ends the process at once with exit code 130, which is safe at any moment. Work that
/// wants to stop in order calls `collect` first: then the first signal is only a flag that the work
/// looks at, and the second one ends the process.
public enum Signals {
  private static let flag = Atomic<Int32>(0)
  private static let isCollecting = Atomic<Bool>(false)

  /// Begins to catch SIGINT, SIGTERM and SIGHUP, and ignores SIGPIPE. A SIGHUP that `nohup` made
  /// the process ignore stays ignored.
  public static func install() {
    for number in [SIGINT, SIGTERM] { signal(number, Self.handler) }
    var old = sigaction()
    sigaction(SIGHUP, nil, &old)
    let isIgnored = unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == 1
    if !isIgnored { signal(SIGHUP, Self.handler) }
    signal(SIGPIPE, SIG_IGN)
  }

  /// From now on the first signal asks the work to stop at its next safe point.
  public static func collect() { isCollecting.store(true, ordering: .relaxed) }

  /// Whether a signal has come.
  public static var isInterrupted: Bool { flag.load(ordering: .relaxed) != 0 }

  /// Waits until a signal comes, and tells whether it was Ctrl-C.
  public static func waitForInterrupt() -> Bool {
    collect()
    while !isInterrupted { usleep(50_000) }
    return flag.load(ordering: .relaxed) == SIGINT
  }

  private static let handler: @convention(c) (Int32) -> Void = { number in
    let isFirst = flag.exchange(number, ordering: .relaxed) == 0
    if !isFirst || !isCollecting.load(ordering: .relaxed) { _exit(130) }
  }
}
