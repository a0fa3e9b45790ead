public import Bytes
import Locales

/// A time as a person writes it down: by the clock of a place, `2026-12-01T09:00 Europe/Paris`, or as an
/// instant of RFC 3339.
///
/// A change of the clocks can leave a local time out or bring it twice. Then the reading is taken in
/// which a window is open for the shortest time: it opens at the later instant and shuts at the earlier
/// one. So nothing is shown before anybody could expect it, nor longer.
public struct AuthoredTime: Hashable, Sendable {
  /// Which end of a window is meant.
  public enum Border: Sendable {
    /// It opens.
    case opening
    /// It shuts.
    case shutting
  }

  private enum Form: Hashable {
    case instant(Instant)
    case local(CivilDate, secondOfDay: Int, zone: String)
  }

  private let form: Form

  /// Reads a time.
  ///
  /// `2026-12-01T09:00:00Z` and any other form of RFC 3339; a date; a date with hour, minute and perhaps
  /// second, with a `T` or a space between; the last two with a zone behind them, plain or in brackets,
  /// or in the zone given. Nil where it is none of these or the zone is not known.
  public init?(_ text: String, zone usual: String) {
    if let instant = Instant(rfc3339: text) {
      form = .instant(instant)
      return
    }
    var rest = Substring(text)
    var zone = usual
    if let mark = rest.firstIndex(of: "["), rest.hasSuffix("]") {
      zone = String(rest[rest.index(after: mark)...].dropLast())
      rest = rest[..<mark]
    } else if let space = rest.lastIndex(of: " "),
      rest[rest.index(after: space)...].first?.isLetter ?? false
    {
      zone = String(rest[rest.index(after: space)...])
      rest = rest[..<space]
    }
    while rest.last == " " { rest.removeLast() }
    guard TimeZoneTable(identifier: zone) != nil else { return nil }
    guard let date = CivilDate(String(rest.prefix(10))) else { return nil }
    let clock = rest.dropFirst(10)
    if clock.isEmpty {
      form = .local(date, secondOfDay: 0, zone: zone)
      return
    }
    guard clock.first == "T" || clock.first == " ", let second = Self.second(clock.dropFirst())
    else { return nil }
    form = .local(date, secondOfDay: second, zone: zone)
  }

  private static func second(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3,
      parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } })
    else { return nil }
    let numbers = parts.compactMap { Int($0) }
    guard numbers.count == parts.count, numbers[0] < 24, numbers[1] < 60,
      numbers.count < 3 || numbers[2] < 60
    else { return nil }
    return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count > 2 ? numbers[2] : 0)
  }

  /// Whether there is a zone of this name in the IANA database.
  public static func isZone(_ name: String) -> Bool { TimeZoneTable(identifier: name) != nil }

  /// The instant that is meant as one end of a window.
  public func instant(_ border: Border) -> Instant {
    switch form {
    case .instant(let instant): return instant
    case .local(let date, let second, let zone):
      let table = TimeZoneTable(identifier: zone) ?? .utc  // it was there when this was made
      switch table.instant(date, secondOfDay: second) {
      case .once(let instant): return instant
      case .twice(let first, let last): return border == .opening ? last : first
      case .skipped(let later):
        // By the offset before the change it lies behind it, by the one afterwards before it.
        guard border == .shutting else { return later }
        let change = table.offsetSeconds(at: later) - table.offsetSeconds(before: later)
        return later.adding(seconds: -Int64(change))
      }
    }
  }
}

/// A span of time as a person writes it: `90s`, `30m`, `6h`, `2d`.
public enum AuthoredSpan {
  /// Seconds of a span; nil where the text is none, or is longer than a hundred years.
  public static func seconds(_ text: some StringProtocol) -> Int64? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    guard let last = text.last, let unit = units[last] else { return nil }
    let digits = text.dropLast()
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let number = Int64(digits), number <= 3_155_760_000 / unit
    else { return nil }
    return number * unit
  }

  /// A span in words, as `24 h` or `2 h 30 min`.
  public static func words(_ seconds: Int64) -> String {
    var parts: [String] = []
    var rest = max(seconds, 0)
    for (unit, size) in [("days", Int64(172_800)), ("h", 3600), ("min", 60), ("s", 1)] {
      let length = unit == "days" ? 86_400 : size
      guard rest >= size else { continue }
      parts.append("\(rest / length) \(unit)")
      rest %= length
    }
    return parts.isEmpty ? "0 s" : parts.prefix(2).joined(separator: " ")
  }
}
