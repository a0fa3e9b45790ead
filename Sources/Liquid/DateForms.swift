// The forms in which people write the date itself, in the order in which they are tried.
extension DateReader {
  /// `29 February 2024`, `3rd of` not.
  mutating func readDayMonth() -> Bool {
    for start in text.bytes.indices {
      guard let dayEnd = text.field(start) else { continue }
      let name = text.spaces(text.run(dayEnd, stops: "-"))
      guard text.isBoundary(name), let month = text.month(at: name) else { continue }
      let nameEnd = text.run(name + 3, stops: "-'")
      let yearStart = text.spaces(skipEra(text.spaces(nameEnd)))
      var year: Range<Int>?
      var end = nameEnd
      if var yearEnd = text.field(yearStart, signs: "-") {
        for suffix in ["st", "nd", "rd", "th"]
        where text.starts(with: suffix, at: yearEnd) && text.isBoundary(yearEnd + 2) {
          yearEnd += 2
          break
        }
        year = yearStart..<yearEnd
        end = yearEnd
      }
      set(year.map(text.string), String(month), text.string(start..<dayEnd))
      text.cut(start..<end)
      return true
    }
    return false
  }

  /// `February 29, 2024`.
  mutating func readMonthDay() -> Bool {
    for start in text.bytes.indices where text.isBoundary(start) {
      guard let month = text.month(at: start) else { continue }
      let dayStart = text.spaces(text.run(start + 3, stops: "-'"))
      guard let dayEnd = text.field(dayStart) else { continue }
      var end = text.run(dayEnd, stops: "-'")
      var yearStart = text.spaces(end)
      if text[yearStart] == UInt8(ascii: ",") { yearStart = text.spaces(yearStart + 1) }
      yearStart = text.spaces(skipEra(yearStart))
      var year: String?
      if let yearEnd = text.field(yearStart, signs: "-") {
        year = text.string(yearStart..<yearEnd)
        end = yearEnd
      }
      set(year, String(month), text.string(dayStart..<dayEnd))
      text.cut(start..<end)
      return true
    }
    return false
  }

  private func skipEra(_ start: Int) -> Int {
    for era in ["bce", "ce", "ad", "bc", "b.c.e.", "c.e.", "a.d.", "b.c."]
    where text.starts(with: era, at: start) {
      return start + era.utf8.count
    }
    return start
  }

  /// `2024-02-29`.
  mutating func readDashes() -> Bool {
    for start in text.bytes.indices {
      guard let yearEnd = text.field(start, signs: "+-"), text[yearEnd] == UInt8(ascii: "-")
      else { continue }
      let monthEnd = text.digits(yearEnd + 1)
      guard monthEnd > yearEnd + 1, text[monthEnd] == UInt8(ascii: "-"),
        let end = text.field(monthEnd + 1, signs: "-")
      else { continue }
      set(
        text.string(start..<yearEnd), text.string(yearEnd + 1..<monthEnd),
        text.string(monthEnd + 1..<end))
      text.cut(start..<end)
      return true
    }
    return false
  }

  /// `h13.02.03`: the year of a Japanese era.
  mutating func readEra() -> Bool {
    let eras: [UInt8: Int] = [109: 1867, 116: 1911, 115: 1925, 104: 1988, 114: 2018]
    for start in text.bytes.indices where text.isBoundary(start) {
      guard let before = eras[text[start]] else { continue }
      let year = start + 1..<text.digits(start + 1)
      let month = year.upperBound + 1..<text.digits(year.upperBound + 1)
      let day = month.upperBound + 1..<max(text.digits(month.upperBound + 1), month.upperBound + 1)
      guard !year.isEmpty, !month.isEmpty, !day.isEmpty, text[year.upperBound] == 46,
        text[month.upperBound] == 46, let number = text.number(year)
      else { continue }
      (parts.year, parts.month, parts.day) = (
        number + before, text.number(month), text.number(day)
      )
      text.cut(start..<day.upperBound)
      return true
    }
    return false
  }

  /// `29-feb-2024`, `feb-29-2024`.
  mutating func readNamedDashes() -> Bool {
    func nameEnd(_ start: Int) -> Int {
      var end = start + 3
      while end < text.bytes.count, !"-/.".utf8.contains(text[end]) { end += 1 }
      return end
    }
    for start in text.bytes.indices {
      guard let dayEnd = text.field(start, signs: "-"), text[dayEnd] == UInt8(ascii: "-"),
        let month = text.month(at: dayEnd + 1)
      else { continue }
      let dash = nameEnd(dayEnd + 1)
      guard text[dash] == UInt8(ascii: "-"), let end = text.field(dash + 1, signs: "-") else {
        continue
      }
      set(text.string(dash + 1..<end), String(month), text.string(start..<dayEnd))
      text.cut(start..<end)
      return true
    }
    for start in text.bytes.indices where text.isBoundary(start) {
      guard let month = text.month(at: start) else { continue }
      let dash = nameEnd(start)
      guard text[dash] == UInt8(ascii: "-"), let dayEnd = text.field(dash + 1) else { continue }
      var end = dayEnd
      var year: String?
      if text[dayEnd] == UInt8(ascii: "-"), let yearEnd = text.field(dayEnd + 1, signs: "-") {
        year = text.string(dayEnd + 1..<yearEnd)
        end = yearEnd
      }
      set(year, String(month), text.string(dash + 1..<dayEnd))
      text.cut(start..<end)
      return true
    }
    return false
  }

  /// `2024/02/29`, `2/29`.
  mutating func readSlashes() -> Bool {
    for start in text.bytes.indices {
      guard let first = text.field(start, signs: "-"), text[first] == UInt8(ascii: "/") else {
        continue
      }
      let secondStart = text.spaces(first + 1)
      guard let second = text.field(secondStart) else { continue }
      var end = second
      var third: String?
      let thirdStart = text.spaces(second + 1)
      if second < text.bytes.count, !text[second].isDigit,
        let thirdEnd = text.field(thirdStart, signs: "-")
      {
        third = text.string(thirdStart..<thirdEnd)
        end = thirdEnd
      }
      set(text.string(start..<first), text.string(secondStart..<second), third)
      text.cut(start..<end)
      return true
    }
    return false
  }

  /// `29.02.2024`.
  mutating func readDots() -> Bool {
    for start in text.bytes.indices {
      guard let first = text.field(start, signs: "-"), text[first] == UInt8(ascii: ".") else {
        continue
      }
      let secondStart = text.spaces(first + 1)
      guard let second = text.field(secondStart), text[second] == UInt8(ascii: ".") else {
        continue
      }
      let thirdStart = text.spaces(second + 1)
      guard let end = text.field(thirdStart, signs: "-") else { continue }
      set(
        text.string(start..<first), text.string(secondStart..<second),
        text.string(thirdStart..<end))
      text.cut(start..<end)
      return true
    }
    return false
  }

  /// `2024-060` is a day of the year; `2024-w09-4` says nothing that is used.
  mutating func readWeekDate() -> Bool {
    for start in text.bytes.indices where text.isBoundary(start) {
      let yearEnd = text.digits(start)
      let count = yearEnd - start
      let week = text[yearEnd] == UInt8(ascii: "-") ? yearEnd + 1 : yearEnd
      if count == 0 || count == 2 || count == 4, text[week] == UInt8(ascii: "w"),
        text.digits(week + 1) == week + 3 || text.digits(week + 1) == week + 4
      {
        return true
      }
      if count == 2 || count == 4, text[yearEnd] == UInt8(ascii: "-"),
        text.digits(yearEnd + 1) == yearEnd + 4, text.isBoundary(yearEnd + 4)
      {
        parts.year = text.number(start..<yearEnd)
        parts.dayOfYear = text.number(yearEnd + 1..<yearEnd + 4)
        text.cut(start..<yearEnd + 4)
        return true
      }
    }
    return false
  }

  /// `'99`.
  mutating func readApostrophe() -> Bool {
    for start in text.bytes.indices where text[start] == UInt8(ascii: "'") {
      let end = text.digits(start + 1)
      guard end > start + 1, text.isBoundary(end) else { continue }
      parts.year = text.number(start + 1..<end)
      text.cut(start..<end)
      return true
    }
    return false
  }

  mutating func readMonthAlone() -> Bool {
    for start in text.bytes.indices where text.isBoundary(start) {
      guard let month = text.month(at: start) else { continue }
      parts.month = month
      var end = start
      while end < text.bytes.count, text[end] != 32 { end += 1 }
      text.cut(start..<end)
      return true
    }
    return false
  }

  /// `3rd`.
  mutating func readOrdinal() -> Bool {
    for start in text.bytes.indices where text[start].isDigit {
      let end = text.digits(start)
      for suffix in ["st", "nd", "rd", "th"]
      where text.starts(with: suffix, at: end) && text.isBoundary(end + 2) {
        parts.day = text.number(start..<end)
        text.cut(start..<end + 2)
        return true
      }
    }
    return false
  }

  /// A number alone may be the hour of a date, or the day of a time.
  mutating func readRest() {
    let start = text.spaces(0)
    let end = text.digits(start)
    guard end > start, end - start <= 2, text.spaces(end) == text.bytes.count,
      let number = text.number(start..<end)
    else { return }
    if parts.hour != nil, parts.day == nil, (1...31).contains(number) { parts.day = number }
    if parts.day != nil, parts.hour == nil, number <= 24 { parts.hour = number }
  }

  /// Takes three fields of which the form tells the usual order and the look tells the year.
  mutating func set(_ first: String?, _ second: String?, _ third: String?) {
    func isYear(_ field: String?) -> Bool {
      guard let field else { return false }
      return field.hasPrefix("'") || field.utf8.count > 2
    }
    var (year, month, day) = (first, second, third)
    if year != nil, month != nil, day == nil { (year, month, day) = (nil, first, second) }
    if year == nil, isYear(day) { (year, day) = (day, nil) }
    if let field = year, let last = field.utf8.last, !last.isDigit {
      (year, day) = (day, String(field.utf8.prefix { !$0.isLetter }) ?? "")
    }
    if isYear(month) { (year, month, day) = (month, day, year) }
    if isYear(day) { (year, day) = (day, year) }
    if let field = year {
      let digits = field.utf8.filter(\.isDigit)
      let hasSign = field.utf8.contains(UInt8(ascii: "-")) || field.utf8.contains(UInt8(ascii: "+"))
      if hasSign || digits.count > 2 { parts.isShort = false }
      let value = Int(String(decoding: digits.prefix(15), as: UTF8.self))
      parts.year = field.utf8.contains(UInt8(ascii: "-")) ? value.map { -$0 } : value
    }
    func number(_ field: String?) -> Int? {
      field.flatMap {
        Int(String(decoding: $0.utf8.filter(\.isDigit).prefix(15), as: UTF8.self))
      }
    }
    if let month { parts.month = number(month) }
    if let day { parts.day = number(day) }
  }
}
