import Bytes

/// Reads a date as people write it, in the forms that Ruby's `Time.parse` takes.
///
/// What is found is cut out of the text, so that the rest can be searched for what is missing:
/// first the day of the week, then the time, then the first form of a date that fits.
struct DateReader {
  struct Reading {
    var time: LocalTime
    var hasOffset: Bool
  }

  /// The parts of a date as the text has them; an apostrophe or more than two digits make a year.
  struct Parts {
    var year: Int?
    var month: Int?
    var day: Int?
    var dayOfYear: Int?
    var hour: Int?
    var minute: Int?
    var second: Int?
    var nanosecond: Int?
    var zone: String?
    /// Whether a year of two digits is short for one of this or the last century.
    var isShort = true
  }

  var text: DateText
  var parts = Parts()

  /// `text` is in small letters.
  init(text: String) { self.text = DateText(text) }

  /// The time that the text names; what it leaves out is taken from `now`, up to the first part
  /// that it has.
  mutating func read(now: LocalTime) -> Reading? {
    readWeekday()
    readTime()
    _ =
      readDayMonth() || readMonthDay() || readDashes() || readEra() || readNamedDashes()
      || readSlashes() || readDots() || readWeekDate() || readApostrophe() || readMonthAlone()
      || readOrdinal() || readDigits()
    readRest()
    if parts.isShort, let year = parts.year, (0...99).contains(year) {
      parts.year = year + (year >= 69 ? 1900 : 2000)
    }
    return time(now: now)
  }

  // MARK: The time

  private func time(now: LocalTime) -> Reading? {
    let given = [
      parts.year, parts.dayOfYear, parts.month, parts.day, parts.hour, parts.minute, parts.second,
      parts.nanosecond,
    ]
    guard given.contains(where: { $0 != nil }) else { return nil }
    let offset = parts.zone.flatMap(DateZones.offset)
    let today =
      offset.map { LocalTime(seconds: now.seconds, offset: $0, zone: now.zone) } ?? now
    var found = parts
    if let dayOfYear = found.dayOfYear {
      guard (1...366).contains(dayOfYear) else { return nil }
      let first = CivilDate(year: found.year ?? today.year, month: 1, day: 1).daysSinceEpoch
      let date = CivilDate(daysSinceEpoch: first + dayOfYear - 1)
      guard date.year == found.year ?? today.year else { return nil }
      (found.month, found.day) = (date.month, date.day)
    }
    found.complete(from: today)
    var result = today
    result.year = found.year ?? today.year
    result.month = found.month ?? 1
    result.day = found.day ?? 1
    result.hour = found.hour ?? 0
    result.minute = found.minute ?? 0
    result.second = found.second ?? 0
    result.nanosecond = found.nanosecond ?? 0
    guard result.normalize() else { return nil }
    if let offset {
      result.offset = offset
      if parts.zone.map(DateZones.isUniversal) == true {
        result.zone = "UTC"
        result.isUniversal = true
      } else if offset != now.offset {
        result.zone = ""
      }
    }
    return Reading(time: result, hasOffset: offset != nil)
  }
}

extension DateReader.Parts {
  /// Takes from `today` the parts before the first that is known.
  mutating func complete(from today: LocalTime) {
    if year != nil { return }
    year = today.year
    if month != nil { return }
    month = today.month
    if day != nil { return }
    day = today.day
    if hour != nil { return }
    hour = today.hour
    if minute != nil { return }
    minute = today.minute
    if second != nil { return }
    second = today.second
    if nanosecond == nil { nanosecond = today.nanosecond }
  }
}

extension LocalTime {
  /// Carries what is one too much: the 30th of February, 24:00, a leap second. False for what no
  /// clock or calendar shows.
  mutating func normalize() -> Bool {
    guard (1...12).contains(month), (1...31).contains(day), (0...59).contains(minute),
      (0...60).contains(second), (0...24).contains(hour),
      hour < 24 || (minute == 0 && second == 0), abs(year) < 1_000_000
    else { return false }
    var seconds = hour * 3600 + minute * 60 + second
    var days = CivilDate(year: year, month: month, day: 1).daysSinceEpoch + day - 1
    if seconds >= 86_400 {
      days += 1
      seconds -= 86_400
    }
    let date = CivilDate(daysSinceEpoch: days)
    (year, month, day) = (date.year, date.month, date.day)
    (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    return true
  }
}

/// Time zones as Ruby's `Time` knows them.
enum DateZones {
  private static let names = [
    "utc": 0, "ut": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7,
  ]

  static func isUniversal(_ zone: String) -> Bool {
    ["-00:00", "-0000", "-00", "utc", "z", "ut"].contains(zone)
  }

  /// Seconds east of UTC; nil for a zone that is not known, which is then passed over.
  static func offset(_ zone: String) -> Int? {
    if let hours = names[zone] { return hours * 3600 }
    let bytes = Array(zone.utf8)
    if bytes.count == 1 { return letter(bytes[0]).map { $0 * 3600 } }
    guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return nil
    }
    var fields: [Int] = []
    var hasColons: Bool?
    var position = 1
    while position < bytes.count {
      if !fields.isEmpty {
        let isColon = bytes[position] == UInt8(ascii: ":")
        guard hasColons == nil || hasColons == isColon else { return nil }
        hasColons = isColon
        if isColon { position += 1 }
      }
      guard position + 1 < bytes.count, bytes[position].isDigit, bytes[position + 1].isDigit,
        fields.count < 3
      else { return nil }
      fields.append(Int(bytes[position] - 48) * 10 + Int(bytes[position + 1] - 48))
      position += 2
    }
    guard !fields.isEmpty else { return nil }
    let seconds =
      fields[0] * 3600 + (fields.count > 1 ? fields[1] * 60 : 0)
      + (fields.count > 2 ? fields[2] : 0)
    return sign == UInt8(ascii: "-") ? -seconds : seconds
  }

  /// The military zones: `a` to `m` east, `n` to `y` west, `z` none.
  private static func letter(_ byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "z"): 0
    case UInt8(ascii: "a")...UInt8(ascii: "i"): Int(byte) - 96
    case UInt8(ascii: "k")...UInt8(ascii: "m"): Int(byte) - 97
    case UInt8(ascii: "n")...UInt8(ascii: "y"): 109 - Int(byte)
    default: nil
    }
  }
}
