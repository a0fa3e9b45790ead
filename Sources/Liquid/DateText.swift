/// The text of a date, searched from left to right and cut.
struct DateText {
  private(set) var bytes: [UInt8]

  /// Signs that no date has become spaces, runs of them one.
  init(_ text: String) {
    bytes = []
    for byte in text.utf8 {
      let isKept = byte.isLetter || byte.isDigit || byte >= 0x80 || "-+',./:@[]".utf8.contains(byte)
      if isKept {
        bytes.append(byte)
      } else if bytes.last != 32 {
        bytes.append(32)
      }
    }
  }

  subscript(_ position: Int) -> UInt8 { position < bytes.count ? bytes[position] : 0 }

  mutating func cut(_ range: Range<Int>) { bytes.replaceSubrange(range, with: [32]) }

  func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func isBoundary(_ position: Int) -> Bool {
    let before = position > 0 && bytes[position - 1].isWord
    return before != self[position].isWord
  }

  func digits(_ start: Int, atMost limit: Int = .max) -> Int {
    var end = start
    while self[end].isDigit, end - start < limit { end += 1 }
    return end
  }

  func spaces(_ start: Int) -> Int {
    var end = start
    while self[end] == 32 { end += 1 }
    return end
  }

  /// Everything but digits, spaces and the signs in `stops`.
  func run(_ start: Int, stops: StaticString) -> Int {
    let stops = UnsafeRawBufferPointer(start: stops.utf8Start, count: stops.utf8CodeUnitCount)
    var end = start
    while end < bytes.count, !bytes[end].isDigit, bytes[end] != 32, !stops.contains(bytes[end]) {
      end += 1
    }
    return end
  }

  func number(_ range: Range<Int>) -> Int? {
    var value = 0
    for byte in bytes[range] where byte.isDigit {
      guard value < 100_000_000_000_000 else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    return value
  }

  func starts(with word: String, at position: Int) -> Bool {
    position <= bytes.count && bytes[position...].starts(with: word.utf8)
  }

  /// The month, from 1, whose first three letters stand at `position`.
  func month(at position: Int) -> Int? {
    Self.months.firstIndex { starts(with: $0, at: position) }.map { $0 + 1 }
  }

  func isWeekday(at position: Int) -> Bool {
    Self.weekdays.contains { starts(with: $0, at: position) }
  }

  /// Where digits with an optional apostrophe and sign end that begin at `start`.
  func field(_ start: Int, apostrophe: Bool = true, signs: StaticString = "") -> Int? {
    var position = start
    if apostrophe, self[position] == UInt8(ascii: "'") { position += 1 }
    let allowed = UnsafeRawBufferPointer(start: signs.utf8Start, count: signs.utf8CodeUnitCount)
    if allowed.contains(self[position]) { position += 1 }
    let end = digits(position)
    return end > position ? end : nil
  }

  private static let months = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]
  private static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
}

extension DateReader {
  // MARK: Day of the week and time

  /// A day of the week says nothing about the date.
  mutating func readWeekday() {
    for start in text.bytes.indices where text.isBoundary(start) && text.isWeekday(at: start) {
      text.cut(start..<text.run(start + 3, stops: "-/"))
      return
    }
  }

  mutating func readTime() {
    for start in text.bytes.indices where text[start].isDigit {
      guard let end = clock(at: start) else { continue }
      let zoneStart = text.spaces(end)
      if let zoneEnd = zone(at: zoneStart) {
        parts.zone = text.string(zoneStart..<zoneEnd)
        text.cut(start..<zoneEnd)
      } else {
        text.cut(start..<end)
      }
      return
    }
  }

  /// `13:05:09.5`, `5 pm`, `10h30`: takes the parts and tells the end.
  private mutating func clock(at start: Int) -> Int? {
    let hourEnd = text.digits(start)
    var position = text.spaces(hourEnd)
    var fields: [Range<Int>] = []
    var fraction: Range<Int>?
    if text[position] == UInt8(ascii: "h") {
      (position, fields) = lettered(from: position + 1)
    } else if text[position] == UInt8(ascii: ":") {
      var next = text.spaces(position + 1)
      guard text[next].isDigit else { return nil }
      position = text.digits(next)
      fields.append(next..<position)
      let colon = text.spaces(position)
      next = text.spaces(colon + 1)
      if text[colon] == UInt8(ascii: ":"), text[next].isDigit {
        position = text.digits(next)
        fields.append(next..<position)
        if text[position] == UInt8(ascii: ".") || text[position] == UInt8(ascii: ",") {
          fraction = position + 1..<text.digits(position + 1)
          position = text.digits(position + 1)
        }
      }
    } else if half(at: position) == nil {
      return nil
    } else {
      position = hourEnd
    }
    guard var hour = text.number(start..<hourEnd) else { return nil }
    if let (isAfternoon, end) = half(at: text.spaces(position)) {
      hour = hour % 12 + (isAfternoon ? 12 : 0)
      position = end
    }
    parts.hour = hour
    if let minutes = fields.first { parts.minute = text.number(minutes) }
    if fields.count > 1 { parts.second = text.number(fields[1]) }
    parts.nanosecond = fraction.map { nanoseconds($0) }
    return position
  }

  /// What stands behind an `h`: minutes and seconds, each with its letter or without.
  private func lettered(from start: Int) -> (end: Int, fields: [Range<Int>]) {
    var fields: [Range<Int>] = []
    var end = start
    for letter in [UInt8(ascii: "m"), UInt8(ascii: "s")] {
      let next = text.spaces(end)
      guard text[next].isDigit else { break }
      end = text.digits(next)
      fields.append(next..<end)
      if text[end] == letter { end += 1 }
    }
    return (end, fields)
  }

  private func nanoseconds(_ range: Range<Int>) -> Int {
    let digits = range.prefix(9)
    var value = text.number(digits.startIndex..<digits.endIndex) ?? 0
    for _ in digits.count..<9 { value *= 10 }
    return value
  }

  /// `am`, `p.m.`.
  private func half(at position: Int) -> (isAfternoon: Bool, end: Int)? {
    let letter = text[position]
    guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
    if text.starts(with: ".m.", at: position + 1) { return (letter == 112, position + 4) }
    guard text[position + 1] == UInt8(ascii: "m"), text.isBoundary(position + 2) else { return nil }
    return (letter == 112, position + 2)
  }

  private func zone(at start: Int) -> Int? {
    var position = start
    for prefix in ["gmt", "utc", "ut"] where text.starts(with: prefix, at: start) {
      position += prefix.utf8.count
      break
    }
    for from in [position, start] {
      guard text[from] == UInt8(ascii: "+") || text[from] == UInt8(ascii: "-"),
        text[from + 1].isDigit
      else { continue }
      var end = text.digits(from + 1)
      if ",.:".utf8.contains(text[end]), text[end + 1].isDigit {
        end = text.digits(end + 1)
        if text[end] == UInt8(ascii: ":"), text[end + 1].isDigit { end = text.digits(end + 1) }
      }
      return end
    }
    var end = start
    while text[end].isLetter { end += 1 }
    guard end > start, text.isBoundary(end) else { return nil }
    if text.starts(with: " dst", at: end), text.isBoundary(end + 4) { end += 4 }
    return end
  }
}
