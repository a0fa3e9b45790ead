/// Whether a cell says what it said before, though a spreadsheet program has written it in its own
/// way.
enum CellComparison {
  /// What became of a cell.
  enum Verdict: Hashable {
    /// It says the same.
    case same
    /// It says the same, but the program has spoilt how it is written; in words.
    case spoilt(String)
    /// It says something else.
    case different
  }

  /// Compares a cell with what it was.
  static func compare(_ text: String, with before: String, isNumber: Bool) -> Verdict {
    let text = normalized(text)
    let before = normalized(before)
    if text == before { return .same }
    if before.isEmpty || text.isEmpty { return .different }
    if let words = spoilt(text, before, isNumber: isNumber) {
      return isNumber ? .same : .spoilt(words)
    }
    let logical = ["true", "false", "wahr", "falsch", "vrai", "faux"]
    if ["true", "false"].contains(before), logical.contains(text.lowercased()) {
      let isTrue = ["true", "wahr", "vrai"].contains(text.lowercased())
      return isTrue == (before == "true") ? .same : .different
    }
    return .different
  }

  /// Line ends of one kind, no blanks at the end: programs add and drop them.
  private static func normalized(_ text: String) -> String {
    var bytes = text.utf8.filter { $0 != 13 }
    while bytes.last == 0x20 || bytes.last == 0x0A { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func spoilt(_ text: String, _ before: String, isNumber: Bool) -> String? {
    if isDigits(before), isDigits(text), before.hasPrefix("0"),
      before.drop(while: { $0 == "0" }) == text.drop(while: { $0 == "0" })
    {
      return "leading zeros of \(before)"
    }
    if let digits = significand(text), isDigits(before), before.count == digits.whole,
      isRounded(before, to: digits.digits)
    {
      return "digits of \(before)"
    }
    if let number = plain(before), plain(text) == number { return "the number \(before)" }
    if isNumber, let number = plain(before), plain(grouped(text)) == number {
      return "the number \(before)"
    }
    if let date = isoDate(before), isSameDate(text, date) { return "the date \(before)" }
    return nil
  }

  private static func isDigits(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
  }

  // MARK: Numbers

  /// `9.52E+12` as its digits and the number of digits before the point.
  private static func significand(_ text: String) -> (digits: String, whole: Int)? {
    guard let mark = text.firstIndex(where: { $0 == "E" || $0 == "e" }) else { return nil }
    let digits = text[..<mark].filter { $0 != "." && $0 != "," }
    let exponent = text[text.index(after: mark)...].drop { $0 == "+" }
    guard isDigits(String(digits)), let power = Int(exponent), power >= 0, power < 40 else {
      return nil
    }
    return (String(digits), power + 1)
  }

  /// Whether a number was rounded to these digits.
  private static func isRounded(_ number: String, to digits: String) -> Bool {
    let kept = Array(number.utf8.prefix(digits.utf8.count))
    let wanted = Array(digits.utf8)
    guard kept.count == wanted.count else {
      // Zeros behind the last digit of the number.
      let padded = number + String(repeating: "0", count: max(0, wanted.count - number.utf8.count))
      return padded == digits
    }
    if kept == wanted { return true }
    guard let low = UInt64(String(decoding: kept, as: UTF8.self)), let high = UInt64(digits) else {
      return false
    }
    return high == low + 1
  }

  /// Digits without leading and, behind the point, without trailing zeros; nil for what is no plain
  /// number.
  private static func plain(_ text: String) -> String? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = parts.first, isDigits(String(whole)) else { return nil }
    var fraction = parts.count > 1 ? String(parts[1]) : ""
    guard fraction.isEmpty || isDigits(fraction) else { return nil }
    while fraction.last == "0" { fraction.removeLast() }
    let digits = whole.drop { $0 == "0" }
    return (digits.isEmpty ? "0" : String(digits)) + (fraction.isEmpty ? "" : ".\(fraction)")
  }

  /// `1.234,00`, `1,234.00` or `1 234,00` with a point for the decimals alone; the text itself where
  /// the last mark cannot be told.
  private static func grouped(_ text: String) -> String {
    let marks = text.filter { $0 == "." || $0 == "," }
    guard let last = marks.last else { return text.filter { !$0.isWhitespace } }
    let isDecimal = marks.count { $0 == last } == 1
    return String(
      text.compactMap { sign -> Character? in
        if sign.isWhitespace || sign == "'" { return nil }
        guard sign == "." || sign == "," else { return sign }
        return isDecimal && sign == last ? "." : nil
      })
  }

  // MARK: Dates

  private static func isoDate(_ text: String) -> (year: Int, month: Int, day: Int)? {
    let parts = text.prefix(10).split(separator: "-")
    guard text.utf8.count >= 10, parts.count == 3, parts[0].count == 4, let year = Int(parts[0]),
      let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month),
      (1...31).contains(day)
    else { return nil }
    return (year, month, day)
  }

  /// Whether a text is a date in the order of some country, with two or four digits of the year.
  private static func isSameDate(
    _ text: String, _ date: (year: Int, month: Int, day: Int)
  ) -> Bool {
    let head = text.prefix { $0 != "T" && $0 != " " }
    let numbers = head.split { !$0.isNumber }.compactMap { Int($0) }
    guard numbers.count == 3, !head.contains(where: { $0.isLetter }) else { return false }
    let years = [date.year, date.year % 100]
    return years.contains { year in
      numbers == [date.day, date.month, year] || numbers == [date.month, date.day, year]
        || numbers == [year, date.month, date.day]
    }
  }
}
