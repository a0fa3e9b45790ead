public import Bytes
import Glibc
import Synchronization

/// Tells the time.
public protocol TimeSource: Sendable {
  /// The time now.
  var now: Instant { get }
  /// Waits.
  func sleep(milliseconds: Int)
}

/// The machine's own clock.
public struct SystemTime: TimeSource {
  /// Makes the clock.
  public init() {}

  /// The time now, from the system's real-time clock.
  public var now: Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  /// Blocks the thread; a signal does not end it early.
  public func sleep(milliseconds: Int) {
    var wanted = timespec(
      tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    var left = timespec()
    while nanosleep(&wanted, &left) != 0, errno == EINTR { wanted = left }
  }

  /// Seconds on a clock that never goes back, for measuring how long something took.
  public static var monotonicSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A clock that stands still until it is moved; its sleep moves it.
public final class FixedTime: TimeSource {
  private let current: Mutex<Instant>

  /// Makes a clock that shows `instant`.
  public init(_ instant: Instant) { current = Mutex(instant) }

  /// The time shown.
  public var now: Instant { current.withLock { $0 } }

  /// Moves the clock on at once.
  public func sleep(milliseconds: Int) {
    current.withLock { $0.microseconds += Int64(milliseconds) * 1000 }
  }
}
