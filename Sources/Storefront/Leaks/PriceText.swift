import Bytes

/// Amounts of money as people and machines write them.
enum PriceText {
  /// An amount with as many decimals as its currency has.
  struct Amount: Hashable, Sendable {
    var minor: Int64
    var exponent: Int
  }

  /// One run of digits that may be a price: `1 234,56`, `1,234.56`, `123456`, `€90`.
  struct Candidate {
    /// Where in the text it stands.
    var range: Range<Int>
    /// All its digits as one number.
    var digits: Int64
    /// How many digits follow the last separator, or 0 where there is no separator.
    var lastGroup: Int
  }

  /// Calls `body` with what a candidate's digits can be for it to write `amount`, each once.
  static func spellings(_ amount: Amount, _ body: (Int64) -> Void) {
    let scale = power(amount.exponent)
    body(amount.minor)
    if scale > 1, amount.minor % scale == 0, amount.minor != 0 { body(amount.minor / scale) }
  }

  /// Whether `candidate` writes `amount`.
  ///
  /// A bare whole number counts only as minor units of five digits or more, or beside a currency's
  /// sign or code: `450` may be a picture's width. Its groups have three digits: `€905,00` is not 90,500.
  static func writes(
    _ candidate: Candidate, _ amount: Amount, in text: UnsafeRawBufferPointer
  ) -> Bool {
    let scale = power(amount.exponent)
    if amount.exponent > 0, candidate.digits == amount.minor {
      if candidate.lastGroup == amount.exponent { return true }
      if candidate.lastGroup == 0, amount.minor >= 10_000, standsAlone(candidate, in: text) {
        return !goesOn(candidate, in: text)
      }
    }
    guard amount.minor % scale == 0, candidate.digits == amount.minor / scale else { return false }
    if goesOn(candidate, in: text) { return false }
    if candidate.lastGroup == 3 { return candidate.digits >= 1000 || isMarked(candidate, in: text) }
    return candidate.lastGroup == 0 && isMarked(candidate, in: text)
  }

  /// Whether decimals or three more digits follow: the `74` of `€74.95` is no amount of its own.
  private static func goesOn(_ candidate: Candidate, in text: UnsafeRawBufferPointer) -> Bool {
    let end = candidate.range.upperBound
    let gap = separator(text, at: end)
    guard gap > 0 else { return false }
    let rest = text[(end + gap)...].prefix(4).prefix(while: ByteScan.isDigit).count
    return rest == 3 || (rest == 2 && gap == 1 && text[end] != 0x20)
  }

  /// A number that has begun and may go on behind the next separator.
  private struct Open {
    var start: Int
    var digits: Int64
    var length: Int
    var groups: Int
  }

  /// No number has more groups of digits.
  private static let mostGroups = 5
  /// No number has more digits: what has more is no amount of money.
  private static let mostDigits = 18

  /// Calls `body` with each run of digits in `text` that may be a price: the numbers that end behind
  /// each group of digits, one for every group at which they can begin.
  static func candidates(_ text: UnsafeRawBufferPointer, _ body: (Candidate) -> Void) {
    withUnsafeTemporaryAllocation(of: Open.self, capacity: mostGroups + 1) { open in
      var position = ByteScan.nextDigit(text, from: 0)
      while position < text.count {
        position = ByteScan.nextDigit(text, from: readRun(text, from: position, open, body))
      }
    }
  }

  /// Reads groups of digits with one separator between each; gives where the last one ends.
  @inline(__always)
  private static func readRun(
    _ text: UnsafeRawBufferPointer, from start: Int, _ open: UnsafeMutableBufferPointer<Open>,
    _ body: (Candidate) -> Void
  ) -> Int {
    var position = start
    var count = 0
    while true {
      let begin = position
      var (value, scale): (Int64, Int64) = (0, 1)
      while position < text.count, ByteScan.isDigit(text[position]) {
        value = value &* 10 &+ Int64(text[position] &- 48)
        scale = scale &* 10
        position &+= 1
      }
      let length = position &- begin
      var kept = 0
      for index in 0..<count {
        var number = open[index]
        number.length &+= length
        guard number.length <= mostDigits else { continue }
        number.digits = number.digits &* scale &+ value
        number.groups &+= 1
        body(
          Candidate(
            range: number.start..<position, digits: number.digits, lastGroup: length))
        guard number.groups < mostGroups else { continue }
        open[kept] = number
        kept &+= 1
      }
      count = kept
      if length <= mostDigits, begin == start || begins(text, begin, length) {
        body(Candidate(range: begin..<position, digits: value, lastGroup: 0))
        open[count] = Open(start: begin, digits: value, length: length, groups: 1)
        count &+= 1
      }
      let gap = separator(text, at: position)
      guard gap > 0, position &+ gap < text.count, ByteScan.isDigit(text[position &+ gap]) else {
        return position
      }
      position &+= gap
    }
  }

  /// Whether a number may begin at a group that is not the first of its run: `323` in `1,323.00`
  /// is the middle of one.
  private static func begins(_ text: UnsafeRawBufferPointer, _ begin: Int, _ length: Int) -> Bool {
    text[begin &- 1] == 0x20 || length != 3
  }

  private static func separator(_ text: UnsafeRawBufferPointer, at position: Int) -> Int {
    guard position < text.count else { return 0 }
    switch text[position] {
    case 0x2C, 0x2E, 0x27, 0x20: return 1
    case 0xC2: return position + 1 < text.count && text[position + 1] == 0xA0 ? 2 : 0
    case 0xE2:
      guard position + 2 < text.count, text[position + 1] == 0x80 else { return 0 }
      let last = text[position + 2]
      return last == 0xAF || last == 0x89 || last == 0x99 ? 3 : 0
    default: return 0
    }
  }

  /// Whether no letter touches it: `32300` in `m-9f32300b` is part of a name.
  private static func standsAlone(_ candidate: Candidate, in text: UnsafeRawBufferPointer) -> Bool {
    let range = candidate.range
    let isFree = { (index: Int) in
      index < 0 || index >= text.count || !isLetter(text[index]) || isMarked(candidate, in: text)
    }
    return isFree(range.lowerBound - 1) && isFree(range.upperBound)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }

  /// Whether a currency sign or a code of three capitals stands before or after, at most four
  /// characters away and with no other digit between.
  private static func isMarked(_ candidate: Candidate, in text: UnsafeRawBufferPointer) -> Bool {
    var (before, behind) = (candidate.range.lowerBound, candidate.range.upperBound)
    let isMarkedBefore = holdsMark {
      guard before > 0 else { return nil }
      before = characterStart(text, before: before)
      return scalar(text, at: before)
    }
    if isMarkedBefore { return true }
    return holdsMark {
      guard behind < text.count else { return nil }
      defer { behind += scalarLength(text[behind]) }
      return scalar(text, at: behind)
    }
  }

  /// Whether one of the next four characters, up to a digit, is the sign of a currency, or three are its code.
  private static func holdsMark(_ next: () -> Unicode.Scalar?) -> Bool {
    var capitals = 0
    for _ in 0..<4 {
      guard let scalar = next() else { break }
      if scalar.isASCII {
        if scalar == "$" { return true }
        if scalar.value &- 48 < 10 { break }
        if scalar.value &- 65 < 26 { capitals += 1 }
      } else if scalar.properties.generalCategory == .currencySymbol {
        return true
      } else if scalar.properties.numericType != nil {
        break
      }
    }
    return capitals == 3
  }

  /// Where the UTF-8 of the character before `end` begins.
  private static func characterStart(_ text: UnsafeRawBufferPointer, before end: Int) -> Int {
    var start = end - 1
    while start > 0, end - start < 4, text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  private static func scalarLength(_ first: UInt8) -> Int {
    switch first {
    case 0xC2...0xDF: 2
    case 0xE0...0xEF: 3
    case 0xF0...0xF4: 4
    default: 1
    }
  }

  /// The character that begins at `place`; what is no UTF-8 is none of a currency.
  private static func scalar(_ text: UnsafeRawBufferPointer, at place: Int) -> Unicode.Scalar {
    if text[place] < 0x80 { return Unicode.Scalar(text[place]) }
    var parser = Unicode.UTF8.ForwardParser()
    var bytes = text[place..<min(text.count, place + 4)].makeIterator()
    guard case .valid(let encoded) = parser.parseScalar(from: &bytes) else { return "\u{FFFD}" }
    return Unicode.UTF8.decode(encoded)
  }

  private static func power(_ exponent: Int) -> Int64 {
    (0..<max(exponent, 0)).reduce(Int64(1)) { value, _ in value * 10 }
  }
}
