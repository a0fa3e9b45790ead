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
  /// Both ends of a pipe. The handler writes to it and nobody reads it, so that it can be read from the first
  /// signal on. They are open as long as the process lives, because a handler may run at any moment.
  private static let heard = Atomic<Int32>(-1)
  private static let rung = Atomic<Int32>(-1)

  /// Begins to catch SIGINT, SIGTERM and SIGHUP, and ignores SIGPIPE. A SIGHUP that `nohup` made
  /// the process ignore stays ignored.
  public static func install() {
    // What the handler reads is made now: it may not make it.
    _ = (flag.load(ordering: .relaxed), isCollecting.load(ordering: .relaxed), descriptor)
    _ = rung.load(ordering: .relaxed)
    for number in [SIGINT, SIGTERM] { signal(number, Self.handler) }
    var old = sigaction()
    sigaction(SIGHUP, nil, &old)
    let isIgnored = unsafeBitCast(old.__sigaction_handler.sa_handler, to: Int.self) == 1
    if !isIgnored { signal(SIGHUP, Self.handler) }
    signal(SIGPIPE, SIG_IGN)
  }

  /// From now on the first signal asks the work to stop at its next safe point.
  public static func collect() {
    let isFirst = !isCollecting.exchange(true, ordering: .relaxed)
    var ends: [Int32] = [-1, -1]
    guard isFirst, pipe(&ends) == 0 else { return }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    heard.store(ends[0], ordering: .relaxed)
    rung.store(ends[1], ordering: .relaxed)
  }

  /// A descriptor that can be read once a signal has come, for waiting by poll(2) for that and for other
  /// things; -1, which poll leaves out, before `collect`.
  static var descriptor: Int32 { heard.load(ordering: .relaxed) }

  /// Whether a signal has come.
  public static var isInterrupted: Bool { flag.load(ordering: .relaxed) != 0 }

  /// Waits until a signal comes, and tells whether it was Ctrl-C.
  public static func waitForInterrupt() -> Bool {
    collect()
    while !isInterrupted {
      var waiting = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
      // Where there was no pipe to be had: a look now and then.
      _ = poll(&waiting, 1, descriptor < 0 ? 50 : -1)
    }
    return flag.load(ordering: .relaxed) == SIGINT
  }

  private static let handler: @convention(c) (Int32) -> Void = { number in
    let isFirst = flag.exchange(number, ordering: .relaxed) == 0
    if !isFirst || !isCollecting.load(ordering: .relaxed) { _exit(130) }
    var one: UInt8 = 1
    _ = write(rung.load(ordering: .relaxed), &one, 1)
  }
}
