import Bytes

extension Dialect {
  /// Filters that make text of text.
  mutating func addStringFilters() {
    addFilter("append", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      try c.joined(v, a[0])
    }
    addFilter("prepend", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      try c.joined(a[0], v)
    }
    addFilter("upcase", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      try c.mapped(v) { $0.uppercased() }
    }
    addFilter("downcase", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      try c.mapped(v) { $0.lowercased() }
    }
    addFilter("capitalize", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      try c.mapped(v) { $0.capitalizedOnce }
    }
    addFilter("strip", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      c.trimmed(try c.textBytes(v), start: true, end: true)
    }
    addFilter("lstrip", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      c.trimmed(try c.textBytes(v), start: true, end: false)
    }
    addFilter("rstrip", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      c.trimmed(try c.textBytes(v), start: false, end: true)
    }
    addFilter("squish", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      if v.isNull { return .null }
      let words = Words.split(c.trimmed(try c.textBytes(v), start: true, end: true).bytes)
      let mark = c.output.count
      for (index, word) in words.enumerated() {
        if index > 0 { c.output.append(32 as UInt8) }
        c.output.append(word)
      }
      return c.takeText(from: mark)
    }
    addFilter("strip_newlines", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      try c.replacingLineEnds(v, by: "")
    }
    addFilter("newline_to_br", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      try c.replacingLineEnds(v, by: "<br />\n")
    }
    addFilter("replace", arity: 1...2, takesNames: false) { c, v, a throws(LiquidError) in
      try c.replaced(v, a[0], a[1], .all)
    }
    addFilter("replace_first", arity: 1...2, takesNames: false) { c, v, a throws(LiquidError) in
      try c.replaced(v, a[0], a[1], .first)
    }
    addFilter("replace_last", arity: 2...2, takesNames: false) { c, v, a throws(LiquidError) in
      try c.replaced(v, a[0], a[1], .last)
    }
    addFilter("remove", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      try c.replaced(v, a[0], .null, .all)
    }
    addFilter("remove_first", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      try c.replaced(v, a[0], .null, .first)
    }
    addFilter("remove_last", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      try c.replaced(v, a[0], .null, .last)
    }
    addFilter("truncate", arity: 0...2, takesNames: false) { c, v, a throws(LiquidError) in
      try c.truncated(v, a)
    }
    addFilter("truncatewords", arity: 0...2, takesNames: false) { c, v, a throws(LiquidError) in
      try c.truncatedWords(v, a)
    }
    addFilter("split", arity: 1...1, takesNames: false) { c, v, a throws(LiquidError) in
      let text = try c.textBytes(v)
      return c.list(Words.split(text, by: try c.textBytes(a[0])).map { Value(text: $0) })
    }
    addFilter("slice", arity: 1...2, takesNames: false) { c, v, a throws(LiquidError) in
      try c.sliced(v, a)
    }
    addFilter("strip_html", arity: 0...0, takesNames: false) { c, v, _ throws(LiquidError) in
      let text = try c.textBytes(v)
      let mark = c.output.count
      MarkupStripper.strip(text, into: &c.output)
      return c.takeText(from: mark)
    }
  }
}

extension RenderContext {
  enum Occurrence {
    case all, first, last
  }

  fileprivate mutating func joined(_ left: Value, _ right: Value) throws(LiquidError) -> Value {
    let first = try textBytes(left)
    let second = try textBytes(right)
    let mark = output.count
    output.append(first)
    output.append(second)
    return takeText(from: mark)
  }

  fileprivate mutating func mapped(
    _ value: Value, _ map: (String) -> String
  ) throws(LiquidError) -> Value {
    text(map(String(decoding: try textBytes(value), as: UTF8.self)))
  }

  fileprivate func trimmed(
    _ bytes: UnsafeRawBufferPointer, start trimsStart: Bool, end trimsEnd: Bool
  ) -> Value {
    var start = 0
    var end = bytes.count
    while trimsStart, start < end, bytes[start].isLiquidSpace || bytes[start] == 0 { start += 1 }
    while trimsEnd, end > start, bytes[end - 1].isLiquidSpace || bytes[end - 1] == 0 { end -= 1 }
    return Value(text: UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
  }

  fileprivate mutating func replacingLineEnds(
    _ value: Value, by replacement: StaticString
  ) throws(LiquidError) -> Value {
    let bytes = try textBytes(value)
    guard var found = Search.first(10, in: bytes, from: 0) else { return Value(text: bytes) }
    let mark = output.count
    var position = 0
    while true {
      // A carriage return before the line feed goes with it.
      let end = found > position && bytes[found - 1] == 13 ? found - 1 : found
      output.append(UnsafeRawBufferPointer(rebasing: bytes[position..<end]))
      output.append(replacement)
      position = found + 1
      guard let next = Search.first(10, in: bytes, from: position) else { break }
      found = next
    }
    output.append(UnsafeRawBufferPointer(rebasing: bytes[position...]))
    return takeText(from: mark)
  }

  fileprivate mutating func replaced(
    _ value: Value, _ pattern: Value, _ replacement: Value, _ which: Occurrence
  ) throws(LiquidError) -> Value {
    let text = try textBytes(value)
    let wanted = try textBytes(pattern)
    let new = try textBytes(replacement)
    var found =
      which == .last
      ? Search.last(wanted, in: text) : Search.first(wanted, in: text, from: 0)
    guard found != nil else { return Value(text: text) }
    let mark = output.count
    var position = 0
    let expands = which != .last && new.contains(UInt8(ascii: "\\"))
    while let start = found {
      output.append(UnsafeRawBufferPointer(rebasing: text[position..<start]))
      if expands {
        append(replacement: new, for: start..<start + wanted.count, in: text)
      } else {
        output.append(new)
      }
      guard output.count - mark <= limits.outputBytes else { throw Self.overLimit }
      position = start + wanted.count
      guard which == .all else { break }
      if wanted.isEmpty {
        // Nothing stands before each character and at the end.
        guard position < text.count else { break }
        let next = Characters.end(of: position, in: text)
        output.append(UnsafeRawBufferPointer(rebasing: text[position..<next]))
        position = next
        found = next
      } else {
        found = Search.first(wanted, in: text, from: position)
      }
    }
    output.append(UnsafeRawBufferPointer(rebasing: text[position...]))
    return takeText(from: mark)
  }

  /// Appends a replacement in which a backslash stands for parts of the text, as in Ruby: `\0` and
  /// `\&` for what is replaced, a backtick and an apostrophe for what stands before and behind it.
  private mutating func append(
    replacement: UnsafeRawBufferPointer, for found: Range<Int>, in text: UnsafeRawBufferPointer
  ) {
    var position = 0
    while position < replacement.count {
      let byte = replacement[position]
      let next: UInt8 = position + 1 < replacement.count ? replacement[position + 1] : 0
      position += 1
      guard byte == UInt8(ascii: "\\") else {
        output.append(byte)
        continue
      }
      position += 1
      switch next {
      case UInt8(ascii: "0"), UInt8(ascii: "&"):
        output.append(UnsafeRawBufferPointer(rebasing: text[found]))
      case UInt8(ascii: "1")...UInt8(ascii: "9"): break
      case UInt8(ascii: "`"):
        output.append(UnsafeRawBufferPointer(rebasing: text[..<found.lowerBound]))
      case UInt8(ascii: "'"):
        output.append(UnsafeRawBufferPointer(rebasing: text[found.upperBound...]))
      case UInt8(ascii: "\\"): output.append(byte)
      default:
        output.append(byte)
        position -= 1
      }
    }
  }

  fileprivate mutating func truncated(
    _ value: Value, _ arguments: Arguments
  ) throws(LiquidError) -> Value {
    if value.isNull { return .null }
    let text = try textBytes(value)
    let length = arguments.count > 0 ? try integer(of: arguments[0]) : 50
    let tail = arguments.count > 1 ? try textBytes(arguments[1]) : Words.ellipsis
    guard Int64(characterCount(text)) > length else { return Value(text: text) }
    let kept = max(length.subtractingSaturating(Int64(characterCount(tail))), 0)
    let mark = output.count
    let end = Characters.offset(of: Int(kept), in: text)
    output.append(UnsafeRawBufferPointer(rebasing: text[..<end]))
    output.append(tail)
    return takeText(from: mark)
  }

  fileprivate mutating func truncatedWords(
    _ value: Value, _ arguments: Arguments
  ) throws(LiquidError) -> Value {
    if value.isNull { return .null }
    let text = try textBytes(value)
    let count = max(arguments.count > 0 ? try integer(of: arguments[0]) : 15, 1)
    let tail = arguments.count > 1 ? try textBytes(arguments[1]) : Words.ellipsis
    let words = Words.split(text)
    // Space behind the last word counts as one more, as it does for Ruby's `split`.
    let endsInSpace = text.last?.isLiquidSpace == true
    guard Int64(words.count + (endsInSpace ? 1 : 0)) > count else { return Value(text: text) }
    let mark = output.count
    for (index, word) in words.prefix(Int(count)).enumerated() {
      if index > 0 { output.append(32 as UInt8) }
      output.append(word)
    }
    output.append(tail)
    return takeText(from: mark)
  }

  fileprivate mutating func sliced(
    _ value: Value, _ arguments: Arguments
  ) throws(LiquidError) -> Value {
    let offset = try integer(of: arguments[0])
    let length = arguments[1].isTruthy ? try integer(of: arguments[1]) : 1
    let isList = value.isArray
    let text = isList ? UnsafeRawBufferPointer(start: nil, count: 0) : try textBytes(value)
    let count = Int64(isList ? try self.count(of: value) : characterCount(text))
    let start = offset < 0 ? offset.addingSaturating(count) : offset
    guard start >= 0, start <= count, length >= 0 else {
      return isList ? list([]) : self.text("")
    }
    let end = min(start.addingSaturating(length), count)
    if isList {
      var items: [Value] = []
      for index in start..<end { items.append(try element(of: value, at: Int(index))) }
      return list(items)
    }
    let first = Characters.offset(of: Int(start), in: text)
    let rest = UnsafeRawBufferPointer(rebasing: text[first...])
    let last = first + Characters.offset(of: Int(end - start), in: rest)
    return Value(text: UnsafeRawBufferPointer(rebasing: text[first..<last]))
  }
}

extension String {
  /// The first character as titles begin, the others small.
  fileprivate var capitalizedOnce: String {
    guard let first = unicodeScalars.first else { return self }
    return first.properties.titlecaseMapping
      + String(unicodeScalars.dropFirst()).lowercased()
  }
}

extension Int64 {
  func addingSaturating(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? (other < 0 ? .min : .max) : sum
  }

  func subtractingSaturating(_ other: Int64) -> Int64 {
    let (difference, overflow) = subtractingReportingOverflow(other)
    return overflow ? (other > 0 ? .min : .max) : difference
  }
}
