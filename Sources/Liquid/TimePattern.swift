import Bytes

/// Writes a time by a pattern of Ruby's `strftime`, with flags and widths.
struct TimePattern {
  let time: LocalTime

  static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  private struct Directive {
    var padding: UInt8?
    var isUpper = false
    var swapsCase = false
    var width: Int?
    var colons = 0
  }

  func write(_ pattern: UnsafeRawBufferPointer, into output: inout ByteBuffer) {
    var position = 0
    while position < pattern.count {
      guard pattern[position] == UInt8(ascii: "%") else {
        output.append(pattern[position])
        position += 1
        continue
      }
      let start = position
      var directive = Directive()
      position = Self.flags(pattern, from: position + 1, &directive)
      guard position < pattern.count,
        write(pattern[position], directive, into: &output)
      else {
        let end = min(position + 1, pattern.count)
        output.append(UnsafeRawBufferPointer(rebasing: pattern[start..<end]))
        position = end
        continue
      }
      position += 1
    }
  }

  private static func flags(
    _ pattern: UnsafeRawBufferPointer, from start: Int, _ directive: inout Directive
  ) -> Int {
    var position = start
    while position < pattern.count {
      switch pattern[position] {
      case UInt8(ascii: "-"): directive.padding = 0
      case UInt8(ascii: "_"): directive.padding = 32
      case UInt8(ascii: "0"): directive.padding = 48
      case UInt8(ascii: "^"): directive.isUpper = true
      case UInt8(ascii: "#"): directive.swapsCase = true
      case UInt8(ascii: ":"): directive.colons += 1
      case 49...57:
        var width = 0
        while position < pattern.count, pattern[position].isDigit {
          width = min(width * 10 + Int(pattern[position] - 48), 1_024)
          position += 1
        }
        directive.width = width
        continue
      case UInt8(ascii: "E"), UInt8(ascii: "O"): break
      default: return position
      }
      position += 1
    }
    return position
  }

  private func write(
    _ letter: UInt8, _ directive: Directive, into output: inout ByteBuffer
  ) -> Bool {
    func number(_ value: Int, _ width: Int, _ padding: UInt8 = 48) {
      var digits = String(value.magnitude)
      let fill = directive.padding ?? padding
      let wanted = directive.width ?? (fill == 0 ? 0 : width)
      let sign = value < 0 ? "-" : ""
      if fill != 0 {
        let room = max(wanted - digits.utf8.count - sign.utf8.count, 0)
        digits =
          fill == 48
          ? sign + String(repeating: "0", count: room) + digits
          : String(repeating: " ", count: room) + sign + digits
      } else {
        digits = sign + digits
      }
      output.append(digits)
    }
    func word(_ text: String, upper: Bool = false) {
      var shown = text
      if directive.isUpper || upper { shown = shown.uppercased() }
      if directive.swapsCase {
        shown = text == text.uppercased() ? text.lowercased() : text.uppercased()
      }
      if let width = directive.width, width > shown.utf8.count {
        let fill = directive.padding == 48 ? "0" : " "
        output.append(String(repeating: fill, count: width - shown.utf8.count))
      }
      output.append(shown)
    }
    func nested(_ pattern: String) {
      var inner = ByteBuffer(capacity: 64)
      var copy = pattern
      copy.withUTF8 { write(UnsafeRawBufferPointer($0), into: &inner) }
      word(inner.string)
    }
    let hour12 = time.hour % 12 == 0 ? 12 : time.hour % 12
    switch letter {
    case UInt8(ascii: "Y"): number(time.year, time.year < 0 ? 5 : 4)
    case UInt8(ascii: "C"): number(Int(Int64(time.year).floored(by: 100)), 2)
    case UInt8(ascii: "y"): number(((time.year % 100) + 100) % 100, 2)
    case UInt8(ascii: "m"): number(time.month, 2)
    case UInt8(ascii: "B"): word(Self.months[time.month - 1])
    case UInt8(ascii: "b"), UInt8(ascii: "h"): word(String(Self.months[time.month - 1].prefix(3)))
    case UInt8(ascii: "d"): number(time.day, 2)
    case UInt8(ascii: "e"): number(time.day, 2, 32)
    case UInt8(ascii: "j"): number(time.dayOfYear, 3)
    case UInt8(ascii: "H"): number(time.hour, 2)
    case UInt8(ascii: "k"): number(time.hour, 2, 32)
    case UInt8(ascii: "I"): number(hour12, 2)
    case UInt8(ascii: "l"): number(hour12, 2, 32)
    case UInt8(ascii: "p"): word(time.hour < 12 ? "AM" : "PM")
    case UInt8(ascii: "P"): word(time.hour < 12 ? "am" : "pm")
    case UInt8(ascii: "M"): number(time.minute, 2)
    case UInt8(ascii: "S"): number(time.second, 2)
    case UInt8(ascii: "L"), UInt8(ascii: "N"):
      fraction(directive.width ?? (letter == UInt8(ascii: "L") ? 3 : 9), into: &output)
    case UInt8(ascii: "z"): zone(directive.colons, into: &output)
    case UInt8(ascii: "Z"): word(time.zone)
    case UInt8(ascii: "A"): word(Self.weekdays[time.weekday])
    case UInt8(ascii: "a"): word(String(Self.weekdays[time.weekday].prefix(3)))
    case UInt8(ascii: "u"): number(time.weekday == 0 ? 7 : time.weekday, 1)
    case UInt8(ascii: "w"): number(time.weekday, 1)
    case UInt8(ascii: "G"): number(isoWeek.year, 4)
    case UInt8(ascii: "g"): number(((isoWeek.year % 100) + 100) % 100, 2)
    case UInt8(ascii: "V"): number(isoWeek.week, 2)
    case UInt8(ascii: "U"): number((time.dayOfYear + 6 - time.weekday) / 7, 2)
    case UInt8(ascii: "W"): number((time.dayOfYear + 6 - (time.weekday + 6) % 7) / 7, 2)
    case UInt8(ascii: "s"): number(Int(time.seconds), 1)
    case UInt8(ascii: "n"): output.append("\n")
    case UInt8(ascii: "t"): output.append("\t")
    case UInt8(ascii: "%"): output.append("%")
    case UInt8(ascii: "c"): nested("%a %b %e %H:%M:%S %Y")
    case UInt8(ascii: "D"), UInt8(ascii: "x"): nested("%m/%d/%y")
    case UInt8(ascii: "F"): nested("%Y-%m-%d")
    case UInt8(ascii: "T"), UInt8(ascii: "X"): nested("%H:%M:%S")
    case UInt8(ascii: "R"): nested("%H:%M")
    case UInt8(ascii: "r"): nested("%I:%M:%S %p")
    case UInt8(ascii: "v"): nested("%e-%^b-%Y")
    case UInt8(ascii: "+"): nested("%a %b %e %H:%M:%S %Z %Y")
    default: return false
    }
    return true
  }

  private func fraction(_ digits: Int, into output: inout ByteBuffer) {
    let text = String(time.nanosecond)
    let nine = String(repeating: "0", count: 9 - text.utf8.count) + text
    output.append(String(nine.prefix(digits)))
    if digits > 9 { output.append(String(repeating: "0", count: digits - 9)) }
  }

  private func zone(_ colons: Int, into output: inout ByteBuffer) {
    output.append(time.offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    let offset = UInt64(time.offset.magnitude)
    output.append(decimal: offset / 3600, width: 2)
    if colons > 0 { output.append(":") }
    output.append(decimal: offset / 60 % 60, width: 2)
    if colons > 1 {
      output.append(":")
      output.append(decimal: offset % 60, width: 2)
    }
  }

  /// ISO 8601: the week belongs to the year of its Thursday.
  private var isoWeek: (year: Int, week: Int) {
    let monday = (time.weekday + 6) % 7
    let thursday = CivilDate(daysSinceEpoch: time.days - monday + 3)
    let first = CivilDate(year: thursday.year, month: 1, day: 1).daysSinceEpoch
    return (thursday.year, (thursday.daysSinceEpoch - first) / 7 + 1)
  }
}
