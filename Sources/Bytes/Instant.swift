/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Instant: Hashable, Comparable, Sendable {
  /// Microseconds since the epoch, UTC.
  public var microseconds: Int64

  /// Makes an instant from microseconds since the epoch.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Makes an instant from whole seconds since the epoch.
  public init(seconds: Int64) { microseconds = seconds &* 1_000_000 }

  /// Whole seconds since the epoch, rounded down.
  public var seconds: Int64 {
    microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
  }

  /// Orders by time.
  public static func < (left: Instant, right: Instant) -> Bool {
    left.microseconds < right.microseconds
  }

  /// The instant `seconds` later.
  public func adding(seconds: Int64) -> Instant {
    Instant(microseconds: microseconds &+ seconds &* 1_000_000)
  }

  /// Reads an RFC 3339 time: date, `T`, `t` or a space, time, fraction of any length, `Z` or
  /// offset. Digits beyond microseconds are dropped. Nil where the text is anything else or a
  /// field is out of range.
  public init?(rfc3339 text: String) {
    var reader = DigitReader(bytes: Array(text.utf8))
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2),
      reader.skip("-"), let day = reader.number(2),
      CivilDate.isValid(year: year, month: month, day: day),
      reader.skip("T") || reader.skip("t") || reader.skip(" "),
      let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2),
      reader.skip(":"), let second = reader.number(2), hour < 24, minute < 60, second < 61
    else { return nil }
    var fraction = 0
    if reader.skip(".") {
      guard let read = reader.microseconds() else { return nil }
      fraction = read
    }
    guard let offset = reader.offset(), reader.isAtEnd else { return nil }
    let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
    let seconds = Int64(days) * 86_400 + Int64(hour * 3600 + minute * 60 + min(second, 59) - offset)
    self.init(microseconds: seconds * 1_000_000 + Int64(fraction))
  }

  /// RFC 3339 in UTC; the fraction is written only where there is one, as six digits.
  public var rfc3339: String {
    var buffer = ByteBuffer(capacity: 32)
    buffer.append(rfc3339: self)
    return buffer.string
  }

  /// The UTC date.
  public var date: CivilDate {
    let seconds = self.seconds
    return CivilDate(
      daysSinceEpoch: Int((seconds - (((seconds % 86_400) + 86_400) % 86_400)) / 86_400))
  }

  /// Seconds since midnight UTC.
  public var secondOfDay: Int { Int(((seconds % 86_400) + 86_400) % 86_400) }
}

extension ByteBuffer {
  /// Appends an instant as RFC 3339 in UTC; the fraction only where there is one, as six digits.
  public mutating func append(rfc3339 instant: Instant) {
    append(date: instant.date)
    let second = UInt64(instant.secondOfDay)
    append(UInt8(ascii: "T"))
    append(decimal: second / 3600, width: 2)
    append(UInt8(ascii: ":"))
    append(decimal: second / 60 % 60, width: 2)
    append(UInt8(ascii: ":"))
    append(decimal: second % 60, width: 2)
    let fraction = ((instant.microseconds % 1_000_000) + 1_000_000) % 1_000_000
    if fraction != 0 {
      append(UInt8(ascii: "."))
      append(decimal: UInt64(fraction), width: 6)
    }
    append(UInt8(ascii: "Z"))
  }

  /// Appends a date as `2026-11-24`.
  public mutating func append(date: CivilDate) {
    if date.year < 0 { append(UInt8(ascii: "-")) }
    append(decimal: UInt64(date.year.magnitude), width: 4)
    append(UInt8(ascii: "-"))
    append(decimal: UInt64(date.month), width: 2)
    append(UInt8(ascii: "-"))
    append(decimal: UInt64(date.day), width: 2)
  }
}

/// A day of the proleptic Gregorian calendar.
public struct CivilDate: Hashable, Comparable, Sendable {
  /// Year; 1 BC is 0.
  public let year: Int
  /// Month, 1–12.
  public let month: Int
  /// Day of the month, 1–31.
  public let day: Int

  /// Makes a date from its parts, which must be in range.
  public init(year: Int, month: Int, day: Int) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Reads `2026-11-24`.
  public init?(_ text: String) {
    var reader = DigitReader(bytes: Array(text.utf8))
    guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2),
      reader.skip("-"), let day = reader.number(2), reader.isAtEnd,
      CivilDate.isValid(year: year, month: month, day: day)
    else { return nil }
    self.init(year: year, month: month, day: day)
  }

  /// The date that many days after 1970-01-01. O(1).
  public init(daysSinceEpoch days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// Days after 1970-01-01. O(1).
  public var daysSinceEpoch: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Monday is 0, Sunday is 6.
  public var weekday: Int { (((daysSinceEpoch + 3) % 7) + 7) % 7 }

  /// Orders by day.
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// Whether the parts name a real day.
  public static func isValid(year: Int, month: Int, day: Int) -> Bool {
    guard (1...12).contains(month), day >= 1 else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return day <= lengths[month - 1]
  }
}

/// Reads fixed runs of digits.
struct DigitReader {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func number(_ digits: Int) -> Int? {
    guard position + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<(position + digits)] {
      guard byte >= 48, byte <= 57 else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    position += digits
    return value
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, UInt32(bytes[position]) == character.value else { return false }
    position += 1
    return true
  }

  mutating func microseconds() -> Int? {
    var value = 0
    var digits = 0
    while position < bytes.count, bytes[position] >= 48, bytes[position] <= 57 {
      if digits < 6 { value = value * 10 + Int(bytes[position] - 48) }
      digits += 1
      position += 1
    }
    guard digits > 0 else { return nil }
    while digits < 6 {
      value *= 10
      digits += 1
    }
    return value
  }

  mutating func offset() -> Int? {
    if skip("Z") || skip("z") { return 0 }
    let sign: Int
    if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
    guard let hour = number(2), skip(":"), let minute = number(2), hour < 24, minute < 60 else {
      return nil
    }
    return sign * (hour * 3600 + minute * 60)
  }
}
