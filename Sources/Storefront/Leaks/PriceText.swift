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
    /// All its digits as one number.
    var digits: Int64
    /// How many digits follow the last separator, or 0 where there is no separator.
    var lastGroup: Int
    /// Whether a currency's sign or code stands beside it.
    var isMarked: Bool
  }

  /// Whether `candidate` writes `amount`.
  ///
  /// A bare whole number counts only as minor units of five digits or more, or beside a currency:
  /// `450` may be a picture's width.
  static func writes(_ candidate: Candidate, _ amount: Amount) -> Bool {
    let scale = power(amount.exponent)
    if amount.exponent > 0 {
      if candidate.lastGroup == amount.exponent, candidate.digits == amount.minor { return true }
      if candidate.lastGroup == 0, candidate.digits == amount.minor, amount.minor >= 10_000 {
        return true
      }
    }
    guard amount.minor % scale == 0, candidate.digits == amount.minor / scale else { return false }
    return candidate.isMarked || (candidate.lastGroup == 3 && candidate.digits >= 1000)
  }

  /// Calls `body` with each run of digits in `text` that may be a price.
  static func candidates(_ text: UnsafeRawBufferPointer, _ body: (Candidate) -> Void) {
    var position = 0
    while position < text.count {
      guard isDigit(text[position]) else {
        position &+= 1
        continue
      }
      let groups = groups(text, from: position)
      guard let last = groups.last else { return }
      for first in groups.indices where first == 0 || begins(text, groups[first]) {
        for end in first..<min(groups.count, first + 5) {
          var digits: Int64 = 0
          var length = 0
          for index in first...end {
            for byte in text[groups[index]] { digits = digits &* 10 &+ Int64(byte - 48) }
            length += groups[index].count
          }
          guard length <= 18 else { continue }
          body(
            Candidate(
              digits: digits, lastGroup: first == end ? 0 : groups[end].count,
              isMarked: isMarked(text, groups[first].lowerBound, groups[end].upperBound)))
        }
      }
      position = last.upperBound
    }
  }

  /// Whether a number may begin at a group that is not the first of its run: `323` in `1,323.00`
  /// is the middle of one.
  private static func begins(_ text: UnsafeRawBufferPointer, _ group: Range<Int>) -> Bool {
    text[group.lowerBound - 1] == 0x20 || group.count != 3
  }

  /// Groups of digits with one separator between each.
  private static func groups(_ text: UnsafeRawBufferPointer, from start: Int) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var position = start
    while true {
      let begin = position
      while position < text.count, isDigit(text[position]) { position &+= 1 }
      guard position > begin else { return groups }
      groups.append(begin..<position)
      let gap = separator(text, at: position)
      guard gap > 0, position + gap < text.count, isDigit(text[position + gap]) else {
        return groups
      }
      position += gap
    }
  }

  private static func separator(_ text: UnsafeRawBufferPointer, at position: Int) -> Int {
    guard position < text.count else { return 0 }
    switch text[position] {
    case 0x2C, 0x2E, 0x27, 0x20: return 1
    case 0xC2: return position + 1 < text.count && text[position + 1] == 0xA0 ? 2 : 0
    case 0xE2:
      guard position + 2 < text.count, text[position + 1] == 0x80 else { return 0 }
      return [0xAF, 0x89, 0x99].contains(text[position + 2]) ? 3 : 0
    default: return 0
    }
  }

  /// Whether a currency sign or a code of three capitals stands before or after, at most three
  /// bytes away and with no other digit between.
  private static func isMarked(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
    let before = String(decoding: text[max(0, start - 7)..<start], as: UTF8.self)
    let after = String(decoding: text[end..<min(text.count, end + 7)], as: UTF8.self)
    return holdsMark(String(before.suffix(4).reversed().prefix { !$0.isNumber }))
      || holdsMark(String(after.prefix(4).prefix { !$0.isNumber }))
  }

  private static func holdsMark(_ text: String) -> Bool {
    if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .currencySymbol }) {
      return true
    }
    let capitals = text.filter { $0.isASCII && $0.isUppercase }
    return capitals.count == 3
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

  private static func power(_ exponent: Int) -> Int64 {
    (0..<max(exponent, 0)).reduce(Int64(1)) { value, _ in value * 10 }
  }
}
