import Bytes
import Contract
import Machine
import Synchronization

/// A token bucket for each holder of a token: it fills with time and loses one drop a request.
final class RateLimiter: Sendable {
  /// What a request finds.
  struct Verdict {
    let isAllowed: Bool
    /// Requests left now.
    let remaining: Int
    /// Seconds until there is one more.
    let secondsToNext: Int
  }

  private struct Bucket {
    /// Millionths of a request.
    var level: Int64
    var at: Instant
  }

  let rate: Discovery.Rate
  private let clock: any TimeSource
  private let buckets = Mutex<[String: Bucket]>([:])

  init(rate: Discovery.Rate, clock: any TimeSource) {
    self.rate = rate
    self.clock = clock
  }

  /// Counts a request.
  func take(_ holder: String) -> Verdict {
    let now = clock.now
    let full = Int64(rate.burst) * 1_000_000
    return buckets.withLock { buckets in
      var bucket = buckets[holder] ?? Bucket(level: full, at: now)
      let passed = max(now.microseconds - bucket.at.microseconds, 0)
      // A second fills a million times the rate, so a microsecond fills the rate.
      let gained = passed.multipliedReportingOverflow(by: Int64(rate.perSecond))
      bucket.level = gained.overflow ? full : min(full, bucket.level + gained.partialValue)
      bucket.at = now
      let isAllowed = bucket.level >= 1_000_000
      if isAllowed { bucket.level -= 1_000_000 }
      if buckets.count > 100_000 { buckets.removeAll() }
      buckets[holder] = bucket
      let missing = max(1_000_000 - bucket.level % 1_000_000, 0)
      let perSecond = Int64(max(rate.perSecond, 1)) * 1_000_000
      return Verdict(
        isAllowed: isAllowed, remaining: Int(bucket.level / 1_000_000),
        secondsToNext: Int(max((missing + perSecond - 1) / perSecond, 1)))
    }
  }

  /// The seconds in which an empty bucket fills.
  var window: Int { max(rate.burst / max(rate.perSecond, 1), 1) }
}
