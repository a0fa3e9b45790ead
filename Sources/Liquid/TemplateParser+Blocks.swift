import Bytes

extension TemplateParser {
  /// Parses the inside of a block to one of its delimiters. Anything else that is no tag, or the
  /// end of the source, is an error that names the block.
  mutating func inside(
    _ block: String, dividedBy dividers: [String] = [], opening: Range<Int>, _ body: inout Body
  ) throws(LiquidError) -> Delimiter {
    depth += 1
    defer { depth -= 1 }
    guard depth <= set.dialect.limits.nesting else { throw TagError.nesting }
    guard let tag = try parseBody(&body) else { throw neverClosed(block, opening) }
    focus = tag.start..<max(tag.markup.upperBound, tag.start)
    focusLine = tag.line
    if tag.name == "end\(block)" || dividers.contains(tag.name) { return tag }
    throw misplaced(tag.name, in: block, delimiter: "end\(block)")
  }

  /// The reference gives the last line; the excerpt shows where the block begins.
  mutating func neverClosed(_ block: String, _ opening: Range<Int>) -> LiquidError {
    TagError.neverClosed(block).located(
      at: location(opening), line: line(at: bytes.count), partial: isPartial ? name : nil)
  }

  /// For a tag whose inside is not parsed the reference gives the line of the tag itself.
  mutating func neverClosed(verbatim block: String, _ opening: Range<Int>) -> LiquidError {
    let line = emitter.nodes.last.map { Int($0.line) } ?? line(at: opening.lowerBound)
    return TagError.neverClosed(block).located(
      at: location(opening), line: line, partial: isPartial ? name : nil)
  }

  /// Text of a blank block is not printed.
  mutating func erase(_ bodies: [Body]) {
    for body in bodies {
      for op in body.texts { emitter.ops[op] = Op(code: .skip) }
    }
  }

  /// Makes `here` the place where the interrupts of a block go on.
  mutating func landInterrupts(_ ops: [Int]) {
    for op in ops {
      if emitter.ops[op].code == .interrupt {
        emitter.ops[op].a = emitter.here
      } else {
        emitter.ops[op].c = emitter.here
      }
    }
  }

  /// Notes an op that may have to go on at the end of the innermost block.
  mutating func mayInterrupt(_ op: Int) { catchers[catchers.count - 1].append(op) }

  // MARK: if, unless

  mutating func ifTag(
    _ name: String, _ markup: Range<Int>, opening: Range<Int>
  ) throws(LiquidError) -> Bool {
    let opensOn = focusLine
    try emitConditions(markup)
    var next: Int? = emitter.emit(.jumpUnless, flag: name == "unless" ? 1 : 0)
    var ends: [Int] = []
    var bodies: [Body] = []
    while true {
      var body = Body()
      let tag = try inside(name, dividedBy: ["elsif", "else"], opening: opening, &body)
      bodies.append(body)
      if tag.name == "end\(name)" { break }
      ends.append(emitter.emit(.jump))
      if let jump = next { emitter.land(jump) }
      next = nil
      if tag.name == "elsif" {
        if mode != .lax { focusLine = opensOn }
        try emitConditions(tag.markup)
        next = emitter.emit(.jumpUnless)
      } else {
        // Whatever stands after an `else` and before the end can never be rendered, unless it is
        // the `else` itself.
        next = nil
      }
    }
    if let jump = next { emitter.land(jump) }
    for jump in ends { emitter.land(jump) }
    let isBlank = bodies.allSatisfy(\.isBlank)
    if isBlank { erase(bodies) }
    return isBlank
  }

  // MARK: case

  mutating func caseTag(
    _ markup: Range<Int>, opening: Range<Int>
  ) throws(LiquidError) -> Bool {
    let subject = try caseSubject(markup)
    let level = caseDepth
    caseDepth += 1
    maximalCaseDepth = max(maximalCaseDepth, caseDepth)
    defer { caseDepth -= 1 }
    // What stands before the first `when` is parsed and thrown away.
    let start = emitter.ops.count
    var ignored = Body()
    var tag = try inside("case", dividedBy: ["when", "else"], opening: opening, &ignored)
    emitter.ops.removeLast(emitter.ops.count - start)
    emitter.nodeOf.removeLast(emitter.nodeOf.count - start)
    while let last = catchers[catchers.count - 1].last, last >= start {
      catchers[catchers.count - 1].removeLast()
    }
    emitter.emit(.caseBegin, a: level)
    var bodies = [Body(isBlank: ignored.isBlank)]
    while tag.name != "endcase" {
      var body = Body()
      if tag.name == "else" {
        guard LaxParser(bytes: bytes).strip(tag.markup).isEmpty else { throw TagError.caseElse }
        let skip = emitter.emit(.caseElse, b: level)
        tag = try inside("case", dividedBy: ["when", "else"], opening: opening, &body)
        emitter.land(skip)
      } else {
        let values = try whenValues(tag.markup)
        tag = try whenBlock(subject, values, level: level, opening: opening, &body)
      }
      bodies.append(body)
    }
    let isBlank = bodies.allSatisfy(\.isBlank)
    if isBlank { erase(Array(bodies.dropFirst())) }
    return isBlank
  }

  /// A `when` with several values renders its body once for each that matches.
  private mutating func whenBlock(
    _ subject: Expression, _ values: [Expression], level: Int32, opening: Range<Int>,
    _ body: inout Body
  ) throws(LiquidError) -> Delimiter {
    if let value = values.first, values.count == 1 {
      try emitMatch(subject, value)
      let skip = emitter.emit(.jumpUnless)
      emitter.emit(.caseMatch, a: level)
      let tag = try inside("case", dividedBy: ["when", "else"], opening: opening, &body)
      emitter.land(skip)
      return tag
    }
    let over = emitter.emit(.jump)
    let start = emitter.here
    catchers.append([])
    let tag = try inside("case", dividedBy: ["when", "else"], opening: opening, &body)
    landInterrupts(catchers.removeLast())
    emitter.emit(.end)
    emitter.land(over)
    for value in values {
      try emitMatch(subject, value)
      let skip = emitter.emit(.jumpUnless)
      emitter.emit(.caseMatch, a: level)
      mayInterrupt(emitter.emit(.call, a: start))
      emitter.land(skip)
    }
    return tag
  }

  private mutating func emitMatch(
    _ subject: Expression, _ value: Expression
  ) throws(LiquidError) {
    try emit(subject, isExempt: true)
    try emit(value, isExempt: true)
    emitter.emit(.compare, flag: Op.Comparison.equal.rawValue)
  }

  private mutating func caseSubject(_ markup: Range<Int>) throws(LiquidError) -> Expression {
    try citing(markup) { (parser) throws(LiquidError) in
      if parser.mode == .strict2 {
        var words = try parser.words(markup)
        let subject = try words.expression()
        _ = try words.consume(.end)
        return subject
      }
      let lax = LaxParser(bytes: parser.bytes)
      guard let fragment = lax.firstFragment(in: markup) else { throw TagError.case }
      return try lax.expression(fragment)
    }
  }

  private mutating func whenValues(_ markup: Range<Int>) throws(LiquidError) -> [Expression] {
    try citing(markup) { (parser) throws(LiquidError) in
      guard parser.mode == .strict2 else {
        return try LaxParser(bytes: parser.bytes).whenValues(markup)
      }
      var words = try parser.words(markup)
      var values: [Expression] = []
      repeat {
        values.append(try words.expression(inCondition: true))
      } while words.take(word: "or") || words.take(.comma) != nil
      _ = try words.consume(.end)
      return values
    }
  }

  // MARK: capture, ifchanged

  mutating func captureTag(
    _ markup: Range<Int>, opening: Range<Int>
  ) throws(LiquidError) -> Bool {
    guard let target = signature(in: markup) else { throw TagError.capture }
    let key = LaxParser(bytes: bytes).symbol(target)
    emitter.emit(.captureBegin)
    catchers.append([])
    var body = Body()
    _ = try inside("capture", opening: opening, &body)
    landInterrupts(catchers.removeLast())
    mayInterrupt(emitter.emit(.captureEnd, a: set.slot(of: key), b: key))
    return true
  }

  mutating func ifchangedTag(
    _ markup: Range<Int>, opening: Range<Int>
  ) throws(LiquidError) -> Bool {
    emitter.emit(.changedBegin)
    catchers.append([])
    var body = Body()
    _ = try inside("ifchanged", opening: opening, &body)
    landInterrupts(catchers.removeLast())
    mayInterrupt(emitter.emit(.changedEnd))
    return body.isBlank
  }

  /// The first run of `[\w\-.\[\]]`, each perhaps in round brackets: what may be assigned to.
  func signature(in markup: Range<Int>) -> Range<Int>? {
    func isSign(_ byte: UInt8) -> Bool {
      byte.isWord || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }
    func unitEnd(_ start: Int) -> Int? {
      var position = start
      if position < markup.upperBound, bytes[position] == UInt8(ascii: "(") { position += 1 }
      guard position < markup.upperBound, isSign(bytes[position]) else { return nil }
      position += 1
      if position < markup.upperBound, bytes[position] == UInt8(ascii: ")") { position += 1 }
      return position
    }
    var start = markup.lowerBound
    while start < markup.upperBound {
      if var end = unitEnd(start) {
        while let next = unitEnd(end) { end = next }
        return start..<end
      }
      start += 1
    }
    return nil
  }
}
