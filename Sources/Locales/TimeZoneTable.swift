public import Bytes
import CGlue

/// The offsets of an IANA time zone from 1900 to 2100, as a table.
///
/// The data are ICU's own, so the machine's `/usr/share/zoneinfo` does not matter. Before 1900 and
/// after 2100 the first and last offset of the table hold.
public struct TimeZoneTable: Sendable {
  /// What a local time means that a change of the clocks leaves out or brings twice.
  public enum LocalTime: Hashable, Sendable {
    /// It happens once.
    case once(Instant)
    /// It never happens; the instant is what the offset before the change makes of it, which is as
    /// much after the change as the local time is after the gap's beginning (RFC 5545, 3.3.5).
    case skipped(Instant)
    /// It happens twice.
    case twice(first: Instant, second: Instant)

    /// The instant that is meant where nobody can be asked: of two the first, of a skipped one that
    /// by the offset before the change.
    public var instant: Instant {
      switch self {
      case .once(let instant), .skipped(let instant), .twice(let instant, _): instant
      }
    }
  }

  /// The zone's name.
  public let identifier: String
  private let starts: [Int64]
  private let offsets: [Int32]

  private static let first: Int64 = -2_208_988_800
  private static let last: Int64 = 4_102_444_800

  /// Universal time, which has one offset.
  public static let utc = TimeZoneTable(identifier: "UTC", starts: [first], offsets: [0])

  private init(identifier: String, starts: [Int64], offsets: [Int32]) {
    self.identifier = identifier
    self.starts = starts
    self.offsets = offsets
  }

  private static let learned = Learned<String, TimeZoneTable?>()

  /// The zone called `identifier` in the IANA database, for example `Europe/Paris`; nil where there
  /// is none. ICU is asked once in the life of the process.
  public init?(identifier: String) {
    guard let known = Self.learned.value(identifier, { TimeZoneTable(asking: identifier) }) else {
      return nil
    }
    self = known
  }

  private init?(asking identifier: String) {
    guard !identifier.isEmpty, identifier.utf8.count < 64,
      identifier.utf8.allSatisfy({ $0 > 32 && $0 < 127 })
    else { return nil }
    let capacity = 1_024
    var starts = [Int64](repeating: 0, count: capacity)
    var offsets = [Int32](repeating: 0, count: capacity)
    let count = glue_icu_zone(
      identifier, Self.first, Self.last, &starts, &offsets, Int32(capacity))
    guard count > 0 else { return nil }
    self.init(
      identifier: identifier, starts: Array(starts.prefix(Int(count))),
      offsets: Array(offsets.prefix(Int(count))))
  }

  /// Index of the stretch that the second lies in. O(log transitions).
  private func stretch(_ second: Int64) -> Int {
    var low = 0
    var high = starts.count
    while low + 1 < high {
      let middle = (low + high) / 2
      if starts[middle] <= second { low = middle } else { high = middle }
    }
    return low
  }

  /// Seconds east of UTC at the instant.
  public func offsetSeconds(at instant: Instant) -> Int {
    Int(offsets[stretch(instant.seconds)])
  }

  /// Seconds east of UTC until the last change of the offset before the instant; the offset of that time
  /// where there was none.
  public func offsetSeconds(before instant: Instant) -> Int {
    var index = stretch(instant.seconds)
    let now = offsets[index]
    while index > 0, offsets[index] == now { index -= 1 }
    return Int(offsets[index])
  }

  /// The next instant after `instant` at which the offset changes, until 2100.
  public func nextTransition(after instant: Instant) -> Instant? {
    var index = stretch(instant.seconds) + 1
    while index < starts.count {
      if offsets[index] != offsets[index - 1], starts[index] > instant.seconds {
        return Instant(seconds: starts[index])
      }
      index += 1
    }
    return nil
  }

  /// The date and second of the day that clocks show at the instant.
  public func local(_ instant: Instant) -> (date: CivilDate, secondOfDay: Int) {
    let shifted = instant.adding(seconds: Int64(offsetSeconds(at: instant)))
    return (shifted.date, shifted.secondOfDay)
  }

  /// What a time that clocks show means.
  public func instant(_ date: CivilDate, secondOfDay: Int = 0) -> LocalTime {
    let wall = Int64(date.daysSinceEpoch) * 86_400 + Int64(secondOfDay)
    let around = stretch(wall)
    var found: [Int64] = []
    for index in max(around - 2, 0)...min(around + 2, starts.count - 1) {
      let candidate = wall - Int64(offsets[index])
      if stretch(candidate) == index, found.last != candidate { found.append(candidate) }
    }
    if found.count > 1 {
      return .twice(first: Instant(seconds: found[0]), second: Instant(seconds: found[1]))
    }
    if let only = found.first { return .once(Instant(seconds: only)) }
    // In a gap: by the offset before the change it lies after it, by the one afterwards before it.
    var before = 0
    for index in max(around - 1, 1)...max(min(around + 2, starts.count - 1), 1)
    where index < starts.count && wall - Int64(offsets[index - 1]) >= starts[index]
      && wall - Int64(offsets[index]) < starts[index]
    {
      before = index - 1
    }
    return .skipped(Instant(seconds: wall - Int64(offsets[before])))
  }
}
