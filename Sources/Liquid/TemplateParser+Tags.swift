import Bytes

extension TemplateParser {
  /// Parses one of the language's own tags; whether it prints nothing.
  mutating func coreTag(
    _ name: String, _ markup: Range<Int>, opening: Range<Int>
  ) throws(LiquidError) -> Bool {
    switch name {
    case "if", "unless": return try ifTag(name, markup, opening: opening)
    case "for": return try forTag(markup, opening: opening)
    case "case": return try caseTag(markup, opening: opening)
    case "assign": try assignTag(markup)
    case "capture": return try captureTag(markup, opening: opening)
    case "ifchanged": return try ifchangedTag(markup, opening: opening)
    case "tablerow": return try tablerowTag(markup, opening: opening)
    case "comment": try commentTag(opening: opening)
    case "doc": try docTag(markup, opening: opening)
    case "#": try inlineComment(markup)
    case "raw": return try rawTag(markup, opening: opening)
    case "break", "continue":
      mayInterrupt(emitter.emit(.interrupt, flag: name == "break" ? 1 : 2))
      return false
    case "echo":
      try emitOutput(markup)
      return false
    case "cycle":
      try cycleTag(markup)
      return false
    case "increment", "decrement":
      let range = LaxParser(bytes: bytes).strip(markup)
      let key = LaxParser(bytes: bytes).symbol(range)
      emitter.emit(
        name == "increment" ? .increment : .decrement, a: set.slot(of: key), b: key)
      return false
    case "include":
      try includeTag(markup)
      return false
    default:
      try renderTag(markup)
      return false
    }
    return true
  }

  // MARK: assign

  private mutating func assignTag(_ markup: Range<Int>) throws(LiquidError) {
    var search = markup
    let target: Range<Int>
    var position: Int
    while true {
      guard let found = signature(in: search) else { throw TagError.assign }
      position = found.upperBound
      while position < markup.upperBound, bytes[position].isLiquidSpace { position += 1 }
      if position < markup.upperBound, bytes[position] == UInt8(ascii: "=") {
        target = found
        break
      }
      search = found.upperBound..<markup.upperBound
    }
    position += 1
    while position < markup.upperBound, bytes[position].isLiquidSpace { position += 1 }
    let key = LaxParser(bytes: bytes).symbol(target)
    if let expression = try filtered(position..<markup.upperBound) {
      try emit(expression)
    } else {
      emitter.push(.null)
    }
    emitter.emit(.assign, a: set.slot(of: key), b: key)
  }

  // MARK: cycle

  private mutating func cycleTag(_ markup: Range<Int>) throws(LiquidError) {
    let (group, values) = try citing(markup) {
      (parser) throws(LiquidError) -> (Expression?, [Expression]) in
      parser.mode == .strict2 ? try parser.strictCycle(markup) : try parser.laxCycle(markup)
    }
    if let group {
      try emit(group)
    } else if values.contains(where: \.isVariable) {
      // Two cycles over variables never share a count, even if they read the same.
      emitter.push(emitter.text("\u{0}\(name)\u{0}\(markup.lowerBound)"))
    } else {
      emitter.push(emitter.text("\u{1}" + values.map { describe($0) }.joined(separator: ", ")))
    }
    guard !values.isEmpty else { return }
    let table = emitter.targets.count
    // One more than there are values: a group whose turn is past this cycle's end prints nothing.
    emitter.targets.append(contentsOf: repeatElement(0, count: values.count + 1))
    emitter.emit(.cycle, b: Int32(values.count), c: Int32(table))
    var ends: [Int] = []
    for (index, value) in values.enumerated() {
      emitter.targets[table + index] = emitter.here
      try emit(value)
      emitter.emit(.output, flag: 1)
      ends.append(emitter.emit(.jump))
    }
    for end in ends { emitter.land(end) }
    emitter.targets[table + values.count] = emitter.here
  }

  private func strictCycle(
    _ markup: Range<Int>
  ) throws(LiquidError) -> (Expression?, [Expression]) {
    var parser = try words(markup)
    guard !parser.look(.end) else { throw TagError.cycle }
    var group: Expression?
    var values = [try parser.expression()]
    if parser.take(.colon) != nil {
      group = values[0]
      values = [try parser.expression()]
    }
    while parser.take(.comma) != nil, !parser.look(.end) {
      values.append(try parser.expression())
    }
    _ = try parser.consume(.end)
    return (group, values)
  }

  private func laxCycle(
    _ markup: Range<Int>
  ) throws(LiquidError) -> (Expression?, [Expression]) {
    let lax = LaxParser(bytes: bytes)
    guard let end = lax.fragmentEnd(at: markup.lowerBound, limit: markup.upperBound) else {
      throw TagError.cycle
    }
    var group: Expression?
    var rest = markup
    // A name is a fragment before a colon, which may be the fragment's own last character.
    let colon = lax.skipSpace(end, markup.upperBound)
    if colon < markup.upperBound, bytes[colon] == UInt8(ascii: ":") {
      group = try lax.expression(markup.lowerBound..<end)
      rest = colon + 1..<markup.upperBound
    } else if let inner = bytes[markup.lowerBound..<end].lastIndex(of: UInt8(ascii: ":")),
      inner > markup.lowerBound, lax.quotedEnd(at: markup.lowerBound, limit: inner + 1) == nil
    {
      group = try lax.expression(markup.lowerBound..<inner)
      rest = inner + 1..<markup.upperBound
    }
    var values: [Expression] = []
    var start = rest.lowerBound
    while start <= rest.upperBound {
      let stop =
        bytes[start..<rest.upperBound].firstIndex(of: UInt8(ascii: ",")) ?? rest.upperBound
      if let fragment = lax.firstFragment(in: start..<stop) {
        let value = try lax.expression(fragment)
        if !value.isNil { values.append(value) }
      }
      start = stop + 1
    }
    return (group, values)
  }

  private func describe(_ expression: Expression) -> String {
    switch expression {
    case .constant(let constant):
      switch constant {
      case .text(let offset, let length):
        Literals.inspect(String(decoding: bytes[offset..<(offset + length)], as: UTF8.self))
      case .big(let offset, let length):
        String(decoding: bytes[offset..<(offset + length)], as: UTF8.self)
      case .integer(let number): "\(number)"
      case .float(let number): "\(number)"
      case .boolean(let flag): "\(flag)"
      default: "nil"
      }
    case .range(let first, let last): "\(describe(first))..\(describe(last))"
    case .variable: ""
    }
  }

  // MARK: Comments and raw text

  private mutating func inlineComment(_ markup: Range<Int>) throws(LiquidError) {
    var position = markup.lowerBound
    while position < markup.upperBound {
      guard bytes[position] == 10 else {
        position += 1
        continue
      }
      position = LaxParser(bytes: bytes).skipSpace(position, markup.upperBound)
      if position < markup.upperBound, bytes[position] != UInt8(ascii: "#") {
        throw TagError.inlineComment
      }
    }
  }

  private mutating func commentTag(opening: Range<Int>) throws(LiquidError) {
    var open = 1
    while let token = tokenizer.next() {
      var name: String?
      if token.kind == .line {
        name = lineTagName(token)
      } else if token.kind == .tag {
        name = tagParts(token)?.0
      }
      if name == "raw" { try skipRaw(opening: opening) }
      if name == "comment" { open += 1 }
      if name == "endcomment" { open -= 1 }
      if open == 0 {
        trimsNext = token.kind != .line && bytes[token.end - 3] == UInt8(ascii: "-")
        return
      }
    }
    throw neverClosed(verbatim: "comment", opening)
  }

  private func lineTagName(_ token: Token) -> String? {
    let line = LaxParser(bytes: bytes).strip(token.start..<token.end)
    let word = bytes[line].prefix { $0.isWord }
    return word.isEmpty ? nil : String(decoding: word, as: UTF8.self)
  }

  private mutating func skipRaw(opening: Range<Int>) throws(LiquidError) {
    while let token = tokenizer.next() {
      if token.kind != .text, endTag("endraw", in: token) != nil { return }
    }
    throw neverClosed(verbatim: "raw", opening)
  }

  /// Where in a token the tag `name` begins that ends it: `… {% name … %}`.
  func endTag(_ name: String, in token: Token) -> Int? {
    guard token.kind == .output || token.kind == .tag, token.end - token.start >= 4,
      bytes[token.end - 1] == UInt8(ascii: "}"), bytes[token.end - 2] == UInt8(ascii: "%")
    else { return nil }
    var start = token.end - 2
    while start > token.start {
      start -= 1
      guard bytes[start] == UInt8(ascii: "{"), bytes[start + 1] == UInt8(ascii: "%") else {
        continue
      }
      let inner = Token(kind: .tag, start: start, end: token.end)
      return tagParts(inner)?.0 == name ? start : nil
    }
    return nil
  }

  /// Everything to the tag `end` + name as it stands.
  mutating func rawBody(
    _ name: String, opening: Range<Int>, forbidsNesting: Bool = false
  ) throws(LiquidError) -> Range<Int> {
    let start = tokenizer.position
    while let token = tokenizer.next() {
      if forbidsNesting, endTag(name, in: token) != nil { throw TagError.nestedDoc }
      if let end = endTag("end\(name)", in: token) {
        trimsNext = bytes[token.end - 3] == UInt8(ascii: "-")
        return start..<max(end, start)
      }
    }
    throw neverClosed(verbatim: name, opening)
  }

  private mutating func rawTag(
    _ markup: Range<Int>, opening: Range<Int>
  ) throws(LiquidError) -> Bool {
    guard LaxParser(bytes: bytes).strip(markup).isEmpty else {
      throw TagError.unexpectedArguments("raw")
    }
    let body = try rawBody("raw", opening: opening)
    if !body.isEmpty {
      emitter.emit(.text, a: Int32(body.lowerBound), b: Int32(body.count))
    }
    return body.isEmpty
  }

  private mutating func docTag(
    _ markup: Range<Int>, opening: Range<Int>
  ) throws(LiquidError) {
    guard LaxParser(bytes: bytes).strip(markup).isEmpty else {
      throw TagError.unexpectedBlockArguments("doc")
    }
    _ = try rawBody("doc", opening: opening, forbidsNesting: true)
  }
}
