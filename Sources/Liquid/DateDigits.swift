extension DateReader {
  /// `20240229t130509z`: two to fourteen digits, whose number tells what they mean.
  mutating func readDigits() -> Bool {
    for begin in text.bytes.indices {
      var start = begin
      let isNegative = text[start] == UInt8(ascii: "-")
      if isNegative || text[start] == UInt8(ascii: "+") { start += 1 }
      var end = text.digits(start, atMost: 14)
      guard end - start >= 2 else { continue }
      let date = start..<end
      var time: Range<Int>?
      var next = text.spaces(end)
      if text[next] == UInt8(ascii: "t") { next = text.spaces(next + 1) }
      let timeEnd = text.digits(next, atMost: 6)
      if timeEnd - next >= 2 {
        time = next..<timeEnd
        end = timeEnd
      }
      var fraction: Range<Int>?
      if text[end] == UInt8(ascii: ".") || text[end] == UInt8(ascii: ",") {
        fraction = end + 1..<text.digits(end + 1)
        end = text.digits(end + 1)
      }
      read(date: date, isNegative: isNegative, isTime: time == nil && fraction != nil)
      if let time { read(time: time, fromEnd: fraction != nil) }
      if let fraction, let value = text.number(fraction.prefix(9)) {
        var nanoseconds = value
        for _ in fraction.prefix(9).count..<9 { nanoseconds *= 10 }
        parts.nanosecond = nanoseconds
      }
      end = readCompactZone(end)
      text.cut(begin..<end)
      return true
    }
    return false
  }

  private mutating func read(date: Range<Int>, isNegative: Bool, isTime: Bool) {
    func field(_ offset: Int, _ count: Int) -> Int? {
      text.number(date.lowerBound + offset..<date.lowerBound + offset + count)
    }
    if isTime { return read(time: date, fromEnd: true) }
    switch date.count {
    case 2: parts.day = field(0, 2)
    case 3: parts.dayOfYear = field(0, 3)
    case 4: (parts.month, parts.day) = (field(0, 2), field(2, 2))
    case 5: (parts.year, parts.dayOfYear) = (field(0, 2), field(2, 3))
    case 6: (parts.year, parts.month, parts.day) = (field(0, 2), field(2, 2), field(4, 2))
    case 7: (parts.year, parts.dayOfYear) = (field(0, 4), field(4, 3))
    case 8, 10, 12, 14:
      (parts.year, parts.month, parts.day) = (field(0, 4), field(4, 2), field(6, 2))
      if date.count >= 10 { parts.hour = field(8, 2) }
      if date.count >= 12 { parts.minute = field(10, 2) }
      if date.count >= 14 { parts.second = field(12, 2) }
      parts.isShort = false
    default: return
    }
    if isNegative { parts.year = parts.year.map { -$0 } }
  }

  /// Hour, minute and second, two digits each; before a fraction they are read from the end.
  private mutating func read(time: Range<Int>, fromEnd: Bool) {
    var fields: [Int?] = []
    if fromEnd {
      var end = time.upperBound
      while end > time.lowerBound, fields.count < 3 {
        let start = max(end - 2, time.lowerBound)
        fields.append(text.number(start..<end))
        end = start
      }
      if !fields.isEmpty { parts.second = fields[0] }
      if fields.count > 1 { parts.minute = fields[1] }
      if fields.count > 2 { parts.hour = fields[2] }
      return
    }
    guard time.count % 2 == 0 else { return }
    for start in stride(from: time.lowerBound, to: time.upperBound, by: 2) {
      fields.append(text.number(start..<start + 2))
    }
    if !fields.isEmpty { parts.hour = fields[0] }
    if fields.count > 1 { parts.minute = fields[1] }
    if fields.count > 2 { parts.second = fields[2] }
  }

  private mutating func readCompactZone(_ start: Int) -> Int {
    if text[start] == UInt8(ascii: "z"), text.isBoundary(start + 1) {
      parts.zone = "z"
      return start + 1
    }
    guard text[start] == UInt8(ascii: "-") || text[start] == UInt8(ascii: "+") else { return start }
    let end = text.digits(start + 1, atMost: 4)
    guard end > start + 1, text.isBoundary(end) else { return start }
    parts.zone = text.string(start..<end)
    return end
  }
}
