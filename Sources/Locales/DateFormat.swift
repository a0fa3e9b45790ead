public import Bytes
import CGlue

/// How a locale writes dates and times in one zone: patterns and names that ICU gives once, then
/// written from tables. The calendar is always the Gregorian one.
public struct DateFormat: Sendable {
  /// Lengths and cuts that every locale has a pattern for.
  public enum Style: Int, Sendable, CaseIterable {
    /// Thursday, 24 November 2026.
    case full
    /// 24 November 2026.
    case long
    /// 24 Nov 2026.
    case medium
    /// 24/11/2026.
    case short
    /// November 2026.
    case monthAndYear
    /// 24 November.
    case dayAndMonth
    /// 09:30.
    case time
  }

  /// The language and region.
  public let locale: String
  /// The zone that instants are shown in.
  public private(set) var zone: TimeZoneTable
  /// Names of the months within a date: « novembre », января.
  public let monthNames: [String]
  /// Short names of the months within a date.
  public let shortMonthNames: [String]
  /// Names of the months standing alone: январь.
  public let standaloneMonthNames: [String]
  /// Names of the weekdays, Monday first.
  public let weekdayNames: [String]
  /// Short names of the weekdays, Monday first.
  public let shortWeekdayNames: [String]

  private let standaloneShortMonthNames: [String]
  private let dayHalves: [String]
  private let eras: [String]
  private let patterns: [[DatePattern.Part]]
  private let digits: [[UInt8]]

  private static let learned = Learned<String, DateFormat>()

  /// Learns how `locale` (BCP 47) writes dates, once in the life of the process.
  public init(locale: String, zone: TimeZoneTable = .utc) {
    self = Self.learned.value(locale) { DateFormat(asking: locale) }
    self.zone = zone
  }

  private init(asking locale: String) {
    self.locale = locale
    zone = .utc
    let plain = ICU.name(locale)
    let name = plain.isEmpty ? "" : plain + "@calendar=gregorian"
    func names(_ kind: Int32) -> [String] {
      let text = ICU.text(capacity: 4_096) { glue_icu_date_names(name, kind, $0, $1) } ?? ""
      return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        .map(String.init)
    }
    func weekdays(_ kind: Int32) -> [String] {
      // ICU counts from Sunday, which is 1.
      let all = names(kind)
      return all.count == 8 ? Array(all[2...7]) + [all[1]] : []
    }
    monthNames = names(0)
    shortMonthNames = names(1)
    standaloneMonthNames = names(2)
    standaloneShortMonthNames = names(3)
    weekdayNames = weekdays(4)
    shortWeekdayNames = weekdays(5)
    dayHalves = names(6)
    eras = names(7)
    digits = NumberFormat(locale: locale).digits
    let cuts = Self.cutPatterns(name)
    patterns = Style.allCases.map { style in
      let pattern =
        style.rawValue < Style.monthAndYear.rawValue
        ? ICU.text { glue_icu_date_pattern(name, Int32(style.rawValue), $0, $1) }
        : cuts[style.rawValue - Style.monthAndYear.rawValue]
      return DatePattern.parse(pattern ?? "yyyy-MM-dd")
    }
  }

  /// The patterns of the styles from `monthAndYear` on.
  private static func cutPatterns(_ name: String) -> [String?] {
    let text = "yMMMM".withCString { month in
      "MMMMd".withCString { day in
        "jmm".withCString { time in
          ICU.text { glue_icu_skeleton_patterns(name, [month, day, time], 3, $0, $1) }
        }
      }
    }
    let lines = text?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    return (0..<3).map { lines?[$0] }
  }

  /// Appends an instant as the zone's clocks show it.
  public func append(_ instant: Instant, _ style: Style, into buffer: inout ByteBuffer) {
    let (date, second) = zone.local(instant)
    append(patterns[style.rawValue], date, second, into: &buffer)
  }

  /// Appends a date.
  public func append(_ date: CivilDate, _ style: Style, into buffer: inout ByteBuffer) {
    append(patterns[style.rawValue], date, 0, into: &buffer)
  }

  /// Appends an instant by a pattern of CLDR (UTS 35), for example `d MMMM y, HH:mm`.
  public func append(_ instant: Instant, pattern: String, into buffer: inout ByteBuffer) {
    let (date, second) = zone.local(instant)
    append(DatePattern.parse(pattern), date, second, into: &buffer)
  }

  /// The text of an instant.
  public func string(_ instant: Instant, _ style: Style) -> String {
    var buffer = ByteBuffer(capacity: 64)
    append(instant, style, into: &buffer)
    return buffer.string
  }

  /// The text of a date.
  public func string(_ date: CivilDate, _ style: Style) -> String {
    var buffer = ByteBuffer(capacity: 64)
    append(date, style, into: &buffer)
    return buffer.string
  }

  private func append(
    _ parts: [DatePattern.Part], _ date: CivilDate, _ second: Int, into buffer: inout ByteBuffer
  ) {
    for part in parts {
      switch part {
      case .text(let bytes): buffer.append(bytes)
      case .field(let letter, let count): append(letter, count, date, second, into: &buffer)
      }
    }
  }

  private func append(
    _ letter: UInt8, _ count: Int, _ date: CivilDate, _ second: Int, into buffer: inout ByteBuffer
  ) {
    let hour = second / 3_600
    switch Unicode.Scalar(letter) {
    case "y", "u":
      number(count == 2 ? date.year % 100 : date.year, count, into: &buffer)
    case "M": month(date.month, count, monthNames, shortMonthNames, into: &buffer)
    case "L":
      month(date.month, count, standaloneMonthNames, standaloneShortMonthNames, into: &buffer)
    case "d": number(date.day, count, into: &buffer)
    case "E", "c", "e":
      let names = count == 4 ? weekdayNames : shortWeekdayNames
      if names.indices.contains(date.weekday) { buffer.append(names[date.weekday]) }
    case "a", "b", "B":
      let half = hour < 12 ? 0 : 1
      if dayHalves.indices.contains(half) { buffer.append(dayHalves[half]) }
    case "H": number(hour, count, into: &buffer)
    case "k": number(hour == 0 ? 24 : hour, count, into: &buffer)
    case "h": number((hour + 11) % 12 + 1, count, into: &buffer)
    case "K": number(hour % 12, count, into: &buffer)
    case "m": number(second / 60 % 60, count, into: &buffer)
    case "s": number(second % 60, count, into: &buffer)
    case "G": if let era = eras.last { buffer.append(era) }
    default: break
    }
  }

  private func month(
    _ month: Int, _ count: Int, _ long: [String], _ short: [String], into buffer: inout ByteBuffer
  ) {
    let names = count == 4 ? long : short
    if count < 3 {
      number(month, count, into: &buffer)
    } else if names.indices.contains(month - 1) {
      buffer.append(names[month - 1])
    }
  }

  private func number(_ value: Int, _ width: Int, into buffer: inout ByteBuffer) {
    let plain = String(value.magnitude)
    if value < 0 { buffer.append(UInt8(ascii: "-")) }
    for _ in 0..<max(width - plain.utf8.count, 0) { buffer.append(digits[0]) }
    for byte in plain.utf8 { buffer.append(digits[Int(byte - 48)]) }
  }
}

/// A date pattern of CLDR (UTS 35), taken apart.
enum DatePattern {
  /// A run of text or one field.
  enum Part: Sendable {
    case text([UInt8])
    case field(letter: UInt8, count: Int)
  }

  /// Takes a pattern apart: runs of one letter are fields, quoted text and all else is text.
  static func parse(_ pattern: String) -> [Part] {
    var parts: [Part] = []
    var text: [UInt8] = []
    let bytes = Array(pattern.utf8)
    var index = 0
    var isQuoted = false
    while index < bytes.count {
      let byte = bytes[index]
      let isLetter = (65...90).contains(byte) || (97...122).contains(byte)
      if byte == UInt8(ascii: "'") {
        if index + 1 < bytes.count, bytes[index + 1] == byte {
          text.append(byte)
          index += 1
        } else {
          isQuoted.toggle()
        }
      } else if isLetter, !isQuoted {
        if !text.isEmpty { parts.append(.text(text)) }
        text = []
        var count = 1
        while index + count < bytes.count, bytes[index + count] == byte { count += 1 }
        parts.append(.field(letter: byte, count: count))
        index += count - 1
      } else {
        text.append(byte)
      }
      index += 1
    }
    if !text.isEmpty { parts.append(.text(text)) }
    return parts
  }
}
