import Bytes

/// A word of the language inside a tag or output.
struct MarkupToken {
  enum Kind: String {
    case pipe, dot, colon, comma
    case openSquare = "open_square"
    case closeSquare = "close_square"
    case openRound = "open_round"
    case closeRound = "close_round"
    case question, dash
    case comparison, string, number, id, dotdot
    case end = "end_of_string"
  }

  var kind: Kind
  var start: Int
  var end: Int
}

/// Cuts markup into words, as the strict parsers do.
enum MarkupLexer {
  static func tokens(
    of bytes: [UInt8], _ range: Range<Int>
  ) throws(LiquidError) -> [MarkupToken] {
    var tokens: [MarkupToken] = []
    var position = range.lowerBound
    let limit = range.upperBound
    while position < limit {
      let byte = bytes[position]
      if byte.isLiquidSpace {
        position += 1
        continue
      }
      let start = position
      let kind: MarkupToken.Kind
      (kind, position) = try token(bytes, at: start, limit: limit, after: tokens.last?.kind)
      tokens.append(MarkupToken(kind: kind, start: start, end: position))
    }
    tokens.append(MarkupToken(kind: .end, start: limit, end: limit))
    return tokens
  }

  private static func token(
    _ bytes: [UInt8], at start: Int, limit: Int, after previous: MarkupToken.Kind?
  ) throws(LiquidError) -> (MarkupToken.Kind, Int) {
    let next: UInt8 = start + 1 < limit ? bytes[start + 1] : 0
    switch bytes[start] {
    case UInt8(ascii: "|"): return (.pipe, start + 1)
    case UInt8(ascii: ":"): return (.colon, start + 1)
    case UInt8(ascii: ","): return (.comma, start + 1)
    case UInt8(ascii: "["): return (.openSquare, start + 1)
    case UInt8(ascii: "]"): return (.closeSquare, start + 1)
    case UInt8(ascii: "("): return (.openRound, start + 1)
    case UInt8(ascii: ")"): return (.closeRound, start + 1)
    case UInt8(ascii: "?"): return (.question, start + 1)
    case UInt8(ascii: "."):
      return next == UInt8(ascii: ".") ? (.dotdot, start + 2) : (.dot, start + 1)
    case UInt8(ascii: "-"):
      return next.isDigit ? (.number, number(bytes, start, limit)) : (.dash, start + 1)
    case UInt8(ascii: "="), UInt8(ascii: "!"):
      if next == UInt8(ascii: "=") { return (.comparison, start + 2) }
    case UInt8(ascii: "<"):
      let isPair = next == UInt8(ascii: "=") || next == UInt8(ascii: ">")
      return (.comparison, start + (isPair ? 2 : 1))
    case UInt8(ascii: ">"):
      return (.comparison, start + (next == UInt8(ascii: "=") ? 2 : 1))
    case UInt8(ascii: "'"), UInt8(ascii: "\""):
      var end = start + 1
      while end < limit, bytes[end] != bytes[start] { end += 1 }
      if end < limit { return (.string, end + 1) }
    case let byte where byte.isDigit: return (.number, number(bytes, start, limit))
    case let byte where byte.isLetter || byte == UInt8(ascii: "_"):
      let end = identifier(bytes, start, limit)
      let isContains =
        previous != .dot && bytes[start..<end].elementsEqual("contains".utf8)
      return (isContains ? .comparison : .id, end)
    default: break
    }
    throw LiquidError(.syntax, "Unexpected character \(character(bytes, at: start, limit: limit))")
  }

  private static func number(_ bytes: [UInt8], _ start: Int, _ limit: Int) -> Int {
    var end = start + 1
    while end < limit, bytes[end].isDigit { end += 1 }
    if end + 1 < limit, bytes[end] == UInt8(ascii: "."), bytes[end + 1].isDigit {
      end += 1
      while end < limit, bytes[end].isDigit { end += 1 }
    }
    return end
  }

  private static func identifier(_ bytes: [UInt8], _ start: Int, _ limit: Int) -> Int {
    var end = start + 1
    while end < limit, bytes[end].isWord || bytes[end] == UInt8(ascii: "-") { end += 1 }
    if end < limit, bytes[end] == UInt8(ascii: "?") { end += 1 }
    return end
  }

  private static func character(_ bytes: [UInt8], at start: Int, limit: Int) -> String {
    var end = start + 1
    while end < limit, bytes[end] & 0xC0 == 0x80 { end += 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}
