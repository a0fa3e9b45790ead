/// How long to wait before something that failed for the moment is tried again.
///
/// Waits double from `firstMs` to `capMs`, half of each drawn at random so that many clients do not
/// come back together. A wait that the other side asks for is obeyed, up to `longestAskedSeconds`.
public struct Backoff: Sendable {
  /// Milliseconds before the first new try.
  public var firstMs = 500
  /// Longest wait of our own choosing, in milliseconds.
  public var capMs = 60_000
  /// New tries in a row after which to give up.
  public var tries = 8
  /// Longest wait that is obeyed when the other side asks for it, in seconds.
  public var longestAskedSeconds = 600

  /// Makes the usual policy: about two minutes of patience without a wish from the other side.
  public init() {}

  /// Milliseconds to wait before new try number `attempt` (from 1); nil when it is time to give up.
  ///
  /// - Parameter askedSeconds: what the other side asked for, as in `Retry-After`.
  public func wait(
    attempt: Int, askedSeconds: Int? = nil, random: any RandomSource
  ) -> Int? {
    guard attempt <= tries else { return nil }
    let own = min(capMs, firstMs << min(attempt - 1, 20))
    let draw = random.bytes(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let jitter = Int(draw % UInt64(max(own / 2, 1)))
    if let askedSeconds {
      return min(max(askedSeconds, 0), longestAskedSeconds) * 1000 + min(jitter, 1000)
    }
    return own - own / 2 + jitter
  }
}
