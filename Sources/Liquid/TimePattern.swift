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

  struct Directive {
    /// Space, the digit zero, or `-` for none.
    var padding: UInt8?
    var isUpper = false
    var swapsCase = false
    var width: Int?
    var colons = 0
  }

  /// What stands behind a percent sign.
  private enum Reading {
    /// The letter at this place, with these flags.
    case directive(Directive, Int)
    /// Nothing that is known: the text to this place stands for itself.
    case literal(Int)
    /// The pattern ends within the flags.
    case cut
  }

  func write(
    _ pattern: UnsafeRawBufferPointer, into output: inout ByteBuffer
  ) throws(LiquidError) {
    var position = 0
    while position < pattern.count {
      guard pattern[position] == UInt8(ascii: "%") else {
        output.append(pattern[position])
        position += 1
        continue
      }
      let start = position
      switch Self.read(pattern, from: position + 1) {
      case .directive(let directive, let letter):
        position = letter + 1
        if write(pattern[letter], directive, into: &output) { continue }
      case .literal(let end): position = end
      case .cut:
        throw LiquidError(
          .argument, "invalid format: \(String(decoding: pattern, as: UTF8.self))")
      }
      output.append(UnsafeRawBufferPointer(rebasing: pattern[start..<position]))
    }
  }

  private static func read(_ pattern: UnsafeRawBufferPointer, from start: Int) -> Reading {
    var directive = Directive()
    var position = start
    while position < pattern.count {
      let next: UInt8 = position + 1 < pattern.count ? pattern[position + 1] : 0
      switch pattern[position] {
      case UInt8(ascii: "-"), UInt8(ascii: "0"): directive.padding = pattern[position]
      case UInt8(ascii: "_"): directive.padding = 32
      case UInt8(ascii: "^"): directive.isUpper = true
      case UInt8(ascii: "#"): directive.swapsCase = true
      case UInt8(ascii: ":"):
        var letter = position
        while letter < pattern.count, pattern[letter] == UInt8(ascii: ":") { letter += 1 }
        guard letter - position <= 3, letter < pattern.count, pattern[letter] == UInt8(ascii: "z")
        else { return .literal(position + 1) }
        directive.colons = letter - position
        return .directive(directive, letter)
      case 49...57:
        var width = 0
        while position < pattern.count, pattern[position].isDigit {
          width = min(width * 10 + Int(pattern[position] - 48), 1_024)
          position += 1
        }
        directive.width = width
        continue
      case UInt8(ascii: "E"):
        guard "cCxXyY".utf8.contains(next) else { return .literal(position + 1) }
      case UInt8(ascii: "O"):
        guard "deHkIlmMSuUVwWy".utf8.contains(next) else { return .literal(position + 1) }
      default: return .directive(directive, position)
      }
      position += 1
    }
    return .cut
  }

  private func write(
    _ letter: UInt8, _ directive: Directive, into output: inout ByteBuffer
  ) -> Bool {
    if let (value, width, padding) = number(letter) {
      directive.append(number: value, width, padding, to: &output)
    } else if let word = word(letter) {
      if !word.isEmpty { directive.append(word: word, to: &output) }
    } else if let pattern = Self.combinations[letter] {
      directive.append(combined: combined(pattern), to: &output)
    } else {
      switch letter {
      case UInt8(ascii: "L"), UInt8(ascii: "N"):
        fraction(directive.width ?? (letter == UInt8(ascii: "L") ? 3 : 9), into: &output)
      case UInt8(ascii: "z"): zone(directive, into: &output)
      case UInt8(ascii: "n"): directive.append(padded: "\n", to: &output)
      case UInt8(ascii: "t"): directive.append(padded: "\t", to: &output)
      case UInt8(ascii: "%"): directive.append(padded: "%", to: &output)
      default: return false
      }
    }
    return true
  }

  /// The number of a directive, its usual width and what fills it.
  private func number(_ letter: UInt8) -> (Int, Int, UInt8)? {
    let hour12 = time.hour % 12 == 0 ? 12 : time.hour % 12
    switch letter {
    case UInt8(ascii: "Y"): return (time.year, time.year < 0 ? 5 : 4, 48)
    case UInt8(ascii: "C"): return (Int(Int64(time.year).floored(by: 100)), 2, 48)
    case UInt8(ascii: "y"): return (((time.year % 100) + 100) % 100, 2, 48)
    case UInt8(ascii: "m"): return (time.month, 2, 48)
    case UInt8(ascii: "d"): return (time.day, 2, 48)
    case UInt8(ascii: "e"): return (time.day, 2, 32)
    case UInt8(ascii: "j"): return (time.dayOfYear, 3, 48)
    case UInt8(ascii: "H"): return (time.hour, 2, 48)
    case UInt8(ascii: "k"): return (time.hour, 2, 32)
    case UInt8(ascii: "I"): return (hour12, 2, 48)
    case UInt8(ascii: "l"): return (hour12, 2, 32)
    case UInt8(ascii: "M"): return (time.minute, 2, 48)
    case UInt8(ascii: "S"): return (time.second, 2, 48)
    case UInt8(ascii: "u"): return (time.weekday == 0 ? 7 : time.weekday, 1, 48)
    case UInt8(ascii: "w"): return (time.weekday, 1, 48)
    case UInt8(ascii: "G"): return (isoWeek.year, isoWeek.year < 0 ? 5 : 4, 48)
    case UInt8(ascii: "g"): return (((isoWeek.year % 100) + 100) % 100, 2, 48)
    case UInt8(ascii: "V"): return (isoWeek.week, 2, 48)
    case UInt8(ascii: "U"): return ((time.dayOfYear + 6 - time.weekday) / 7, 2, 48)
    case UInt8(ascii: "W"): return ((time.dayOfYear + 6 - (time.weekday + 6) % 7) / 7, 2, 48)
    case UInt8(ascii: "s"): return (Int(time.seconds), 1, 48)
    default: return nil
    }
  }

  private func word(_ letter: UInt8) -> String? {
    switch letter {
    case UInt8(ascii: "B"): Self.months[time.month - 1]
    case UInt8(ascii: "b"), UInt8(ascii: "h"): String(Self.months[time.month - 1].prefix(3))
    case UInt8(ascii: "A"): Self.weekdays[time.weekday]
    case UInt8(ascii: "a"): String(Self.weekdays[time.weekday].prefix(3))
    case UInt8(ascii: "p"): time.hour < 12 ? "AM" : "PM"
    case UInt8(ascii: "P"): time.hour < 12 ? "am" : "pm"
    case UInt8(ascii: "Z"): time.zone
    default: nil
    }
  }

  /// Directives that stand for several.
  private static let combinations: [UInt8: String] = [
    UInt8(ascii: "c"): "%a %b %e %H:%M:%S %Y", UInt8(ascii: "D"): "%m/%d/%y",
    UInt8(ascii: "x"): "%m/%d/%y", UInt8(ascii: "F"): "%Y-%m-%d", UInt8(ascii: "T"): "%H:%M:%S",
    UInt8(ascii: "X"): "%H:%M:%S", UInt8(ascii: "R"): "%H:%M", UInt8(ascii: "r"): "%I:%M:%S %p",
    UInt8(ascii: "v"): "%e-%^b-%Y",
  ]

  private func combined(_ pattern: String) -> String {
    var inner = ByteBuffer(capacity: 64)
    for (index, part) in pattern.split(separator: "%", omittingEmptySubsequences: false)
      .enumerated()
    {
      guard index > 0 else { continue }
      var directive = Directive()
      var rest = Array(part.utf8)[...]
      if rest.first == UInt8(ascii: "^") {
        directive.isUpper = true
        rest = rest.dropFirst()
      }
      if let letter = rest.popFirst() { _ = write(letter, directive, into: &inner) }
      rest.forEach { inner.append($0) }
    }
    return inner.string
  }

  private func fraction(_ digits: Int, into output: inout ByteBuffer) {
    let text = String(time.nanosecond)
    let nine = String(repeating: "0", count: 9 - text.utf8.count) + text
    output.append(String(nine.prefix(digits)))
    if digits > 9 { output.append(String(repeating: "0", count: digits - 9)) }
  }

  /// The offset from UTC. The width fills the hours; a minus as padding makes UTC negative.
  private func zone(_ directive: Directive, into output: inout ByteBuffer) {
    let isNegative =
      time.offset < 0
      || (time.isUniversal && directive.padding == UInt8(ascii: "-"))
    let offset = Int(time.offset.magnitude)
    let (hours, minutes, seconds) = (offset / 3600, offset / 60 % 60, offset % 60)
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
    var tail = ""
    switch directive.colons {
    case 0: tail = two(minutes)
    case 1: tail = ":" + two(minutes)
    case 2: tail = ":" + two(minutes) + ":" + two(seconds)
    default:
      if minutes > 0 || seconds > 0 { tail = ":" + two(minutes) }
      if seconds > 0 { tail += ":" + two(seconds) }
    }
    let isSpaced = directive.padding == 32
    let sign = isNegative ? "-" : "+"
    let digits = isSpaced ? String(hours) : two(hours)
    let wanted = max(directive.width ?? 0, 3 + tail.utf8.count)
    let room = max(wanted - 1 - digits.utf8.count - tail.utf8.count, 0)
    let fill = String(repeating: isSpaced ? " " : "0", count: room)
    output.append(isSpaced ? fill + sign : sign + fill)
    output.append(digits + tail)
  }

  /// ISO 8601: the week belongs to the year of its Thursday.
  private var isoWeek: (year: Int, week: Int) {
    let monday = (time.weekday + 6) % 7
    let thursday = CivilDate(daysSinceEpoch: time.days - monday + 3)
    let first = CivilDate(year: thursday.year, month: 1, day: 1).daysSinceEpoch
    return (thursday.year, (thursday.daysSinceEpoch - first) / 7 + 1)
  }
}

extension TimePattern.Directive {
  func append(
    number value: Int, _ usualWidth: Int, _ usualPadding: UInt8, to output: inout ByteBuffer
  ) {
    let digits = String(value.magnitude)
    let sign = value < 0 ? "-" : ""
    let fill = padding ?? usualPadding
    guard fill != UInt8(ascii: "-") else { return output.append(sign + digits) }
    let room = max((width ?? usualWidth) - digits.utf8.count - sign.utf8.count, 0)
    if fill == 48 {
      output.append(sign + String(repeating: "0", count: room) + digits)
    } else {
      output.append(String(repeating: " ", count: room) + sign + digits)
    }
  }

  func append(word text: String, to output: inout ByteBuffer) {
    var shown = isUpper ? text.uppercased() : text
    if swapsCase { shown = text == text.uppercased() ? text.lowercased() : text.uppercased() }
    append(padded: shown, to: &output)
  }

  /// Several directives in one take a width, and capitals where those are asked for.
  func append(combined text: String, to output: inout ByteBuffer) {
    var plain = self
    if plain.padding == UInt8(ascii: "-") { plain.padding = nil }
    plain.append(padded: isUpper ? text.uppercased() : text, to: &output)
  }

  func append(padded text: String, to output: inout ByteBuffer) {
    if padding != UInt8(ascii: "-"), let width, width > text.utf8.count {
      let fill = padding == 48 ? "0" : " "
      output.append(String(repeating: fill, count: width - text.utf8.count))
    }
    output.append(text)
  }
}
