/// A piece of a template: literal text, an output or a tag.
struct Token {
  enum Kind {
    case text
    case output
    case tag
    /// A line of a `liquid` tag.
    case line
  }

  var kind: Kind
  /// Range in the source, with the delimiters.
  var start: Int
  var end: Int
}

/// Cuts a template into tokens in one forward pass, or the inside of a `liquid` tag into lines.
struct Tokenizer {
  let bytes: [UInt8]
  private(set) var position: Int
  let limit: Int
  let isLines: Bool
  private var hasNoMoreTagEnds = false
  /// Before here an output is ended by a tag that does not end itself.
  private var hopeless = 0

  init(bytes: [UInt8], from start: Int = 0, to end: Int? = nil, isLines: Bool = false) {
    self.bytes = bytes
    position = start
    limit = end ?? bytes.count
    self.isLines = isLines
  }

  mutating func next() -> Token? {
    guard position < limit else { return nil }
    if isLines { return line() }
    let start = position
    if bytes[start] == UInt8(ascii: "{"), start + 1 < limit {
      if bytes[start + 1] == UInt8(ascii: "%") { return tag(from: start, searchFrom: start + 2) }
      if bytes[start + 1] == UInt8(ascii: "{") { return output(from: start) }
    }
    var end = start
    while end < limit {
      if bytes[end] == UInt8(ascii: "{"), end + 1 < limit,
        bytes[end + 1] == UInt8(ascii: "%") || bytes[end + 1] == UInt8(ascii: "{")
      {
        break
      }
      end += 1
    }
    position = end
    return Token(kind: .text, start: start, end: end)
  }

  private mutating func line() -> Token {
    let start = position
    var end = start
    while end < limit, bytes[end] != 10 { end += 1 }
    position = min(end + 1, limit)
    return Token(kind: .line, start: start, end: end)
  }

  /// A tag to its `%}`; without one only the two bytes that begin it.
  private mutating func tag(
    from start: Int, searchFrom: Int, kind: Token.Kind = .tag
  ) -> Token {
    var end = searchFrom
    while !hasNoMoreTagEnds, end + 1 < limit {
      if bytes[end] == UInt8(ascii: "%"), bytes[end + 1] == UInt8(ascii: "}") {
        position = end + 2
        return Token(kind: kind, start: start, end: end + 2)
      }
      end += 1
    }
    hasNoMoreTagEnds = true
    position = start + 2
    return Token(kind: kind, start: start, end: start + 2)
  }

  /// An output to its `}}`, or a single `}` which makes it malformed; a tag inside it ends it too.
  private mutating func output(from start: Int) -> Token {
    var end = start + 2
    if end < hopeless {
      position = end
      return Token(kind: .output, start: start, end: end)
    }
    while end < limit {
      if bytes[end] == UInt8(ascii: "}") {
        let isClosed = end + 1 < limit && bytes[end + 1] == UInt8(ascii: "}")
        position = isClosed ? end + 2 : end + 1
        return Token(kind: .output, start: start, end: position)
      }
      if bytes[end] == UInt8(ascii: "{"), end + 1 < limit, bytes[end + 1] == UInt8(ascii: "%") {
        let token = tag(from: start, searchFrom: end + 2, kind: .output)
        if hasNoMoreTagEnds { hopeless = end }
        return token
      }
      end += 1
    }
    position = limit
    return Token(kind: .output, start: start, end: start + 2)
  }

  /// Goes on at `position`.
  mutating func seek(to position: Int) { self.position = position }
}

extension UInt8 {
  /// What Ruby's regular expressions call `\s`, and its `strip` too but for NUL.
  var isLiquidSpace: Bool { self == 32 || (self >= 9 && self <= 13) }
  var isDigit: Bool { self >= 48 && self <= 57 }
  var isLetter: Bool { (self | 32) >= 97 && (self | 32) <= 122 }
  /// `\w`.
  var isWord: Bool { isLetter || isDigit || self == 95 }
}
