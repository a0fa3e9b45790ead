import Bytes

/// Reads a date as people write it, in the forms that Ruby's `Time.parse` takes.
struct DateReader {
  struct Reading {
    var time: LocalTime
    var hasOffset: Bool
  }

  private enum Word {
    case number(Int, digits: Int)
    case name(String)
    case sign(UInt8)
  }

  private let today: LocalTime?
  private var words: [Word] = []
  private var year: Int?
  private var month: Int?
  private var day: Int?
  private var hour: Int?
  private var minute = 0
  private var second = 0
  private var nanosecond = 0
  private var offset: Int?
  private var zoneName = ""

  /// `text` is in small letters.
  init(text: String, today: LocalTime?) {
    self.today = today
    let bytes = Array(text.utf8)
    var position = 0
    while position < bytes.count {
      let start = position
      if bytes[position].isDigit {
        while position < bytes.count, bytes[position].isDigit { position += 1 }
        let digits = String(decoding: bytes[start..<position], as: UTF8.self)
        words.append(.number(Int(digits) ?? Int.max, digits: position - start))
      } else if bytes[position].isLetter {
        while position < bytes.count, bytes[position].isLetter { position += 1 }
        words.append(.name(String(decoding: bytes[start..<position], as: UTF8.self)))
      } else {
        words.append(.sign(bytes[position]))
        position += 1
      }
    }
  }

  mutating func read() -> Reading? {
    readTime()
    readDate()
    guard year != nil || month != nil || day != nil || hour != nil, let today else { return nil }
    var result = LocalTime(seconds: 0, offset: offset ?? 0, zone: zoneName)
    result.year = year ?? today.year
    result.month = month ?? (year == nil && day == nil ? today.month : day == nil ? 1 : today.month)
    result.day = day ?? (year == nil && month == nil ? today.day : 1)
    guard CivilDate.isValid(year: result.year, month: result.month, day: result.day),
      (hour ?? 0) <= 24, minute < 60, second <= 60
    else { return nil }
    result.hour = hour ?? 0
    result.minute = minute
    result.second = min(second, 59)
    result.nanosecond = nanosecond
    return Reading(time: result, hasOffset: offset != nil)
  }

  private func number(_ index: Int) -> (value: Int, digits: Int)? {
    guard words.indices.contains(index), case .number(let value, let digits) = words[index] else {
      return nil
    }
    return (value, digits)
  }

  private func sign(_ index: Int) -> UInt8? {
    guard words.indices.contains(index), case .sign(let byte) = words[index] else { return nil }
    return byte
  }

  private func name(_ index: Int) -> String? {
    guard words.indices.contains(index), case .name(let word) = words[index] else { return nil }
    return word
  }

  // MARK: Time of day

  private mutating func readTime() {
    let colon = UInt8(ascii: ":")
    guard
      let start = words.indices.first(where: {
        number($0) != nil && sign($0 + 1) == colon && number($0 + 2) != nil
      })
    else { return readHourAlone() }
    hour = number(start)?.value
    minute = number(start + 2)?.value ?? 0
    var end = start + 3
    if sign(end) == colon, let seconds = number(end + 1) {
      second = seconds.value
      end += 2
      if sign(end) == UInt8(ascii: ".") || sign(end) == UInt8(ascii: ","),
        let fraction = number(end + 1)
      {
        var value = fraction.digits > 9 ? 0 : fraction.value
        for _ in 0..<max(9 - fraction.digits, 0) { value *= 10 }
        nanosecond = value
        end += 2
      }
    }
    end = readHalf(end)
    end = readZone(end)
    // A `t` before the time is the letter of ISO 8601.
    let first = name(start - 1) == "t" ? start - 1 : start
    words.removeSubrange(first..<end)
    words.insert(.sign(32), at: first)
  }

  private mutating func readHourAlone() {
    for index in words.indices {
      guard let found = number(index), found.value <= 12 else { continue }
      let next = sign(index + 1) == 32 ? index + 2 : index + 1
      guard let half = name(next), half == "am" || half == "pm" else { continue }
      hour = found.value
      let end = readHalf(index + 1)
      words.removeSubrange(index..<end)
      return
    }
  }

  private mutating func readHalf(_ start: Int) -> Int {
    let index = sign(start) == 32 ? start + 1 : start
    guard let half = name(index), half == "am" || half == "pm", let value = hour else {
      return start
    }
    hour = value % 12 + (half == "pm" ? 12 : 0)
    return index + 1
  }

  private mutating func readZone(_ start: Int) -> Int {
    var index = start
    while sign(index) == 32 { index += 1 }
    if let word = name(index), let known = Self.zones[word] {
      offset = known * 3600
      zoneName = word == "z" ? "UTC" : word.uppercased()
      let after = index + 1
      guard word == "utc" || word == "gmt", sign(after) != 32 else { return after }
      index = after
    }
    guard let direction = sign(index),
      direction == UInt8(ascii: "+") || direction == UInt8(ascii: "-"),
      let hours = number(index + 1)
    else { return offset == nil ? start : index }
    var seconds =
      hours.digits <= 2 ? hours.value * 3600 : hours.value / 100 * 3600 + hours.value % 100 * 60
    var end = index + 2
    if sign(end) == UInt8(ascii: ":"), let minutes = number(end + 1) {
      seconds += minutes.value * 60
      end += 2
    }
    guard seconds < 86_400 else { return start }
    offset = direction == UInt8(ascii: "-") ? -seconds : seconds
    return end
  }

  private static let zones = [
    "z": 0, "utc": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
    "pst": -8, "pdt": -7, "cet": 1, "cest": 2, "bst": 1, "jst": 9,
  ]

  // MARK: Date

  private mutating func readDate() {
    if readMonthName() || readThreeNumbers() { return }
    for index in words.indices {
      guard let found = number(index) else { continue }
      if found.digits == 8 {
        (year, month, day) = (found.value / 10_000, found.value / 100 % 100, found.value % 100)
        return
      }
      if found.digits == 4, sign(index + 1) == UInt8(ascii: "-"), let second = number(index + 2),
        second.digits <= 2
      {
        (year, month) = (found.value, second.value)
        return
      }
      if sign(index + 1) == UInt8(ascii: "/"), let second = number(index + 2) {
        (month, day) = (found.value, second.value)
        return
      }
    }
    readWeekday()
  }

  private mutating func readMonthName() -> Bool {
    for index in words.indices {
      guard let word = name(index), word.utf8.count >= 3,
        let found = TimePattern.months.firstIndex(where: {
          $0.lowercased() == word || $0.lowercased().prefix(3) == word
            || (word == "sept" && $0 == "September")
        })
      else { continue }
      month = found + 1
      for other in words.indices {
        guard let number = number(other) else { continue }
        if number.digits >= 3 || number.value > 31 {
          if year == nil { year = number.value }
        } else if day == nil {
          day = number.value
        } else if year == nil {
          year = number.value + (number.value < 69 ? 2000 : 1900)
        }
      }
      return true
    }
    return false
  }

  private mutating func readThreeNumbers() -> Bool {
    for index in words.indices {
      guard let first = number(index), let separator = sign(index + 1),
        separator == UInt8(ascii: "-") || separator == UInt8(ascii: "/")
          || separator == UInt8(ascii: "."),
        let second = number(index + 2), sign(index + 3) == separator,
        let third = number(index + 4)
      else { continue }
      if first.digits >= 3 || (separator != UInt8(ascii: "/") && third.digits <= 2) {
        (year, month, day) = (full(first), second.value, third.value)
      } else if separator == UInt8(ascii: "/") && third.digits <= 2 {
        (year, month, day) = (full(first), second.value, third.value)
      } else {
        (day, month, year) = (first.value, second.value, third.value)
      }
      return true
    }
    return false
  }

  private func full(_ year: (value: Int, digits: Int)) -> Int {
    year.digits > 2 ? year.value : year.value + (year.value < 69 ? 2000 : 1900)
  }

  private mutating func readWeekday() {
    for index in words.indices {
      guard let word = name(index), word.utf8.count >= 3, let today,
        let found = TimePattern.weekdays.firstIndex(where: {
          $0.lowercased() == word || $0.lowercased().prefix(3) == word
        })
      else { continue }
      let date = CivilDate(daysSinceEpoch: today.days - today.weekday + found)
      (year, month, day) = (date.year, date.month, date.day)
      return
    }
  }
}
