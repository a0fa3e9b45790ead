import Bytes

/// Reads markup as the oldest templates expect: what fits is taken, the rest is passed over.
///
/// Each function stands for one of the reference's regular expressions.
struct LaxParser {
  let bytes: [UInt8]

  /// The end of a quoted fragment that begins at `start`: a quoted string, or a run without
  /// white space, comma and bar.
  func fragmentEnd(at start: Int, limit: Int) -> Int? {
    if let end = quotedEnd(at: start, limit: limit) { return end }
    var position = start
    while position < limit {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        guard let end = quotedEnd(at: position, limit: limit) else { break }
        position = end
      } else if byte.isLiquidSpace || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "|") {
        break
      } else {
        position += 1
      }
    }
    return position > start ? position : nil
  }

  func quotedEnd(at start: Int, limit: Int) -> Int? {
    guard start < limit else { return nil }
    let quote = bytes[start]
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    var end = start + 1
    while end < limit, bytes[end] != quote { end += 1 }
    return end < limit ? end + 1 : nil
  }

  /// The first quoted fragment of a range.
  func firstFragment(in range: Range<Int>) -> Range<Int>? {
    var start = range.lowerBound
    while start < range.upperBound {
      if let end = fragmentEnd(at: start, limit: range.upperBound) { return start..<end }
      start += 1
    }
    return nil
  }

  /// Quoted fragments side by side, from `start`.
  func fragmentsEnd(at start: Int, limit: Int) -> Int? {
    guard var end = fragmentEnd(at: start, limit: limit) else { return nil }
    while let next = fragmentEnd(at: end, limit: limit) { end = next }
    return end
  }

  func skipSpace(_ start: Int, _ limit: Int) -> Int {
    var position = start
    while position < limit, bytes[position].isLiquidSpace { position += 1 }
    return position
  }

  func strip(_ range: Range<Int>) -> Range<Int> {
    let start = skipSpace(range.lowerBound, range.upperBound)
    var end = range.upperBound
    while end > start, bytes[end - 1].isLiquidSpace { end -= 1 }
    return start..<end
  }

  func matches(_ range: Range<Int>, _ word: String) -> Bool {
    bytes[range].elementsEqual(word.utf8)
  }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  func symbol(_ range: Range<Int>) -> SymbolID {
    bytes[range].withUnsafeBytes { Symbols.shared.intern($0) }
  }

  // MARK: Expressions

  func expression(
    _ whole: Range<Int>, inCondition: Bool = false, depth: Int = 0
  ) throws(LiquidError) -> Expression {
    guard depth <= 100 else { throw LiquidError(.stackLevel, "Nesting too deep") }
    let range = strip(whole)
    guard let first = bytes[range].first, let last = bytes[range].last else {
      return .constant(.null)
    }
    let isQuote = first == UInt8(ascii: "\"") || first == UInt8(ascii: "'")
    if isQuote, first == last {
      return .constant(.text(range.lowerBound + 1, max(range.count - 2, 0)))
    }
    if let literal = Literals.named(bytes[range], inCondition: inCondition) {
      return .constant(literal)
    }
    if let range = try rangeExpression(range, depth: depth) { return range }
    if let number = number(range) { return .constant(number) }
    return .variable(try lookup(range, depth: depth))
  }

  private func rangeExpression(
    _ range: Range<Int>, depth: Int
  ) throws(LiquidError) -> Expression? {
    guard range.count >= 2, bytes[range.lowerBound] == UInt8(ascii: "("),
      bytes[range.upperBound - 1] == UInt8(ascii: ")")
    else { return nil }
    let inner = strip(range.lowerBound + 1..<range.upperBound - 1)
    var dots = inner.upperBound - 2
    while dots > inner.lowerBound {
      if bytes[dots] == UInt8(ascii: "."), bytes[dots + 1] == UInt8(ascii: ".") {
        guard dots + 2 < inner.upperBound else { return nil }
        return .range(
          try expression(inner.lowerBound..<dots, depth: depth + 1),
          try expression(dots + 2..<inner.upperBound, depth: depth + 1))
      }
      dots -= 1
    }
    return nil
  }

  /// A whole number, or a decimal of which a second dot ends the part that counts.
  private func number(_ range: Range<Int>) -> Constant? {
    var position = range.lowerBound
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    guard position < range.upperBound, bytes[position].isDigit else { return nil }
    var dots: [Int] = []
    while position < range.upperBound {
      if bytes[position] == UInt8(ascii: ".") {
        dots.append(position)
      } else if !bytes[position].isDigit {
        return nil
      }
      position += 1
    }
    guard let dot = dots.first else {
      return Literals.number(bytes, range.lowerBound, range.upperBound)
    }
    var end = dots.count > 1 ? dots[1] : range.upperBound
    if end == dot + 1 { end = dot }
    return .float(Double(text(range.lowerBound..<end)) ?? 0)
  }

  private func lookup(_ range: Range<Int>, depth: Int) throws(LiquidError) -> Lookup {
    var parts: [Range<Int>] = []
    var position = range.lowerBound
    let closes = bracketEnds(in: range)
    while position < range.upperBound {
      if bytes[position] == UInt8(ascii: "["), let end = closes[position] {
        parts.append(position..<end)
        position = end
      } else if bytes[position].isWord || bytes[position] == UInt8(ascii: "-") {
        var end = position + 1
        while end < range.upperBound, bytes[end].isWord || bytes[end] == UInt8(ascii: "-") {
          end += 1
        }
        if end < range.upperBound, bytes[end] == UInt8(ascii: "?") { end += 1 }
        parts.append(position..<end)
        position = end
      } else {
        position += 1
      }
    }
    guard let head = parts.first else { return Lookup(name: .computed(.constant(.null))) }
    var lookup = Lookup(name: .known(symbol(head)))
    if bytes[head.lowerBound] == UInt8(ascii: "[") {
      lookup.name = .computed(
        try expression(head.lowerBound + 1..<head.upperBound - 1, depth: depth + 1))
    }
    for part in parts.dropFirst() {
      if bytes[part.lowerBound] == UInt8(ascii: "[") {
        lookup.parts.append(
          .element(try expression(part.lowerBound + 1..<part.upperBound - 1, depth: depth + 1)))
      } else {
        lookup.parts.append(Literals.member(bytes[part]))
      }
    }
    return lookup
  }

  /// Where each square bracket that is closed ends, found in one pass.
  private func bracketEnds(in range: Range<Int>) -> [Int: Int] {
    var ends: [Int: Int] = [:]
    var open: [Int] = []
    for position in range {
      if bytes[position] == UInt8(ascii: "[") {
        open.append(position)
      } else if bytes[position] == UInt8(ascii: "]"), let start = open.popLast() {
        ends[start] = position + 1
      }
    }
    return ends
  }

  // MARK: Filters

  func filtered(_ range: Range<Int>) throws(LiquidError) -> FilteredExpression? {
    guard let head = firstFragment(in: range) else { return nil }
    var result = FilteredExpression(base: try expression(head))
    guard
      let bar = bytes[head.upperBound..<range.upperBound].firstIndex(of: UInt8(ascii: "|"))
    else { return result }
    var position = bar + 1
    while position < range.upperBound {
      let start = position
      position = filterEnd(from: start, limit: range.upperBound)
      if position > start, let filter = try filter(start..<position) {
        result.filters.append(filter)
      }
      position = max(position, start + 1)
    }
    return result
  }

  /// Where white space, fragments and commas cease.
  private func filterEnd(from start: Int, limit: Int) -> Int {
    var position = start
    while position < limit {
      if bytes[position].isLiquidSpace || bytes[position] == UInt8(ascii: ",") {
        position += 1
      } else if let end = fragmentEnd(at: position, limit: limit) {
        position = end
      } else {
        break
      }
    }
    return position
  }

  private func filter(_ range: Range<Int>) throws(LiquidError) -> FilterUse? {
    var start = range.lowerBound
    while start < range.upperBound, !bytes[start].isWord { start += 1 }
    guard start < range.upperBound else { return nil }
    var end = start
    while end < range.upperBound, bytes[end].isWord { end += 1 }
    var filter = FilterUse(name: text(start..<end), start: start, end: end)
    var position = range.lowerBound
    while position < range.upperBound {
      guard bytes[position] == UInt8(ascii: ":") || bytes[position] == UInt8(ascii: ",") else {
        position += 1
        continue
      }
      let begin = skipSpace(position + 1, range.upperBound)
      if let attribute = attribute(at: begin, limit: range.upperBound) {
        filter.named.append((symbol(attribute.key), try expression(attribute.value)))
        position = attribute.value.upperBound
      } else if let end = fragmentEnd(at: begin, limit: range.upperBound) {
        filter.arguments.append(try expression(begin..<end))
        position = end
      } else {
        position += 1
      }
    }
    return filter
  }

  // MARK: Attributes

  /// `key: value` at `start`.
  func attribute(at start: Int, limit: Int) -> (key: Range<Int>, value: Range<Int>)? {
    guard start < limit, bytes[start].isWord else { return nil }
    var end = start + 1
    while end < limit, bytes[end].isWord || bytes[end] == UInt8(ascii: "-") { end += 1 }
    let colon = skipSpace(end, limit)
    guard colon < limit, bytes[colon] == UInt8(ascii: ":") else { return nil }
    let begin = skipSpace(colon + 1, limit)
    guard let stop = fragmentEnd(at: begin, limit: limit) else { return nil }
    return (start..<end, begin..<stop)
  }

  /// All `key: value` of a range.
  func attributes(in range: Range<Int>) -> [(key: Range<Int>, value: Range<Int>)] {
    var found: [(key: Range<Int>, value: Range<Int>)] = []
    var position = range.lowerBound
    while position < range.upperBound {
      if let attribute = attribute(at: position, limit: range.upperBound) {
        found.append(attribute)
        position = attribute.value.upperBound
      } else if bytes[position].isWord {
        while position < range.upperBound, bytes[position].isWord { position += 1 }
      } else {
        position += 1
      }
    }
    return found
  }
}
