import Bytes

extension TemplateParser {
  /// What a loop tag says, before its collection is emitted.
  private struct LoopMarkup {
    var variable: Range<Int>
    var collection: Expression
    var collectionText: String
    var limit: Expression?
    var offset: Expression?
    var columns: Expression?
    var continues = false
    var isReversed = false
  }

  mutating func forTag(
    _ markup: Range<Int>, opening: Range<Int>
  ) throws(LiquidError) -> Bool {
    let loop = try citing(markup) { (parser) throws(LiquidError) in
      parser.mode == .lax ? try parser.laxLoop(markup) : try parser.strictLoop(markup)
    }
    let plan = try emitPlan(loop)
    let begin = emitter.emit(.loopBegin, a: plan)
    let start = emitter.here
    catchers.append([])
    var bodies = [Body()]
    var tag = try inside("for", dividedBy: ["else"], opening: opening, &bodies[0])
    landInterrupts(catchers.removeLast())
    emitter.emit(.loopNext, a: start, b: plan)
    if tag.name == "else" {
      var over = emitter.emit(.jump)
      emitter.ops[begin].b = emitter.here
      while tag.name == "else" {
        // Of several `else` the last counts.
        if bodies.count > 1 {
          emitter.land(over)
          over = emitter.emit(.jump)
          emitter.ops[begin].b = emitter.here
        }
        var body = Body()
        tag = try inside("for", dividedBy: ["else"], opening: opening, &body)
        bodies.append(body)
      }
      emitter.land(over)
    } else {
      emitter.ops[begin].b = emitter.here
    }
    let isBlank = bodies.allSatisfy(\.isBlank)
    if isBlank { erase(bodies) }
    return isBlank
  }

  mutating func tablerowTag(
    _ markup: Range<Int>, opening: Range<Int>
  ) throws(LiquidError) -> Bool {
    let loop = try citing(markup) { (parser) throws(LiquidError) in
      parser.mode == .strict2
        ? try parser.strictTable(markup) : try parser.laxTable(markup)
    }
    let plan = try emitPlan(loop)
    let begin = emitter.emit(.tableBegin, a: plan)
    let start = emitter.here
    catchers.append([])
    var body = Body()
    _ = try inside("tablerow", opening: opening, &body)
    landInterrupts(catchers.removeLast())
    emitter.emit(.tableNext, a: start, b: plan)
    emitter.ops[begin].b = emitter.here
    return body.isBlank
  }

  private mutating func emitPlan(_ loop: LoopMarkup) throws(LiquidError) -> Int32 {
    try emit(loop.collection)
    if let limit = loop.limit { try emit(limit) }
    if let offset = loop.offset { try emit(offset) }
    if let columns = loop.columns { try emit(columns) }
    let key = LaxParser(bytes: bytes).symbol(loop.variable)
    let name = LaxParser(bytes: bytes).text(loop.variable) + "-" + loop.collectionText
    emitter.loops.append(
      LoopPlan(
        slot: set.slot(of: key), key: key,
        nameSymbol: Symbols.shared.intern(name), hasLimit: loop.limit != nil,
        hasOffset: loop.offset != nil, continues: loop.continues, isReversed: loop.isReversed,
        hasColumns: loop.columns != nil))
    return Int32(emitter.loops.count - 1)
  }

  private func range(_ token: MarkupToken) -> Range<Int> { token.start..<token.end }

  /// The words between two places without white space, as the reference puts them together.
  private func joined(_ parser: MarkupParser, from start: Int) -> String {
    parser.tokens[start..<parser.position].map { parser.text($0) }.joined()
  }

  private func strictLoop(_ markup: Range<Int>) throws(LiquidError) -> LoopMarkup {
    var parser = try words(markup)
    let variable = range(try parser.consume(.id))
    guard parser.take(word: "in") else { throw TagError.loopIn }
    let start = parser.position
    let collection = try parser.expression()
    var loop = LoopMarkup(
      variable: variable, collection: collection, collectionText: joined(parser, from: start))
    loop.isReversed = parser.take(word: "reversed")
    while parser.look(.comma) || parser.look(.id) {
      _ = parser.take(.comma)
      let isLimit = parser.take(word: "limit")
      guard isLimit || parser.take(word: "offset") else {
        throw TagError.loopAttribute(parser.text(parser.current))
      }
      _ = try parser.consume(.colon)
      let isContinue =
        !isLimit && parser.look(.id) && parser.text(parser.current) == "continue"
        && !parser.look(.dot, ahead: 1) && !parser.look(.openSquare, ahead: 1)
      let value = try parser.expression()
      if isLimit {
        loop.limit = value
      } else if isContinue {
        loop.continues = true
        loop.offset = nil
      } else {
        loop.offset = value
        loop.continues = false
      }
    }
    _ = try parser.consume(.end)
    return loop
  }

  private func laxLoop(_ markup: Range<Int>) throws(LiquidError) -> LoopMarkup {
    let lax = LaxParser(bytes: bytes)
    var end = markup.lowerBound
    while end < markup.upperBound, bytes[end].isWord || bytes[end] == UInt8(ascii: "-") {
      end += 1
    }
    let variable = markup.lowerBound..<end
    guard !variable.isEmpty, let head = lax.loopHead(after: end, limit: markup.upperBound) else {
      throw TagError.loop
    }
    var loop = LoopMarkup(
      variable: variable, collection: try lax.expression(head), collectionText: lax.text(head))
    let word = lax.skipSpace(head.upperBound, markup.upperBound)
    loop.isReversed =
      word + 8 <= markup.upperBound && lax.matches(word..<word + 8, "reversed")
    for attribute in lax.attributes(in: markup) {
      if lax.matches(attribute.key, "limit") {
        loop.limit = try lax.expression(attribute.value)
      } else if lax.matches(attribute.key, "offset") {
        loop.continues = lax.matches(attribute.value, "continue")
        loop.offset = loop.continues ? nil : try lax.expression(attribute.value)
      }
    }
    return loop
  }

  private func strictTable(_ markup: Range<Int>) throws(LiquidError) -> LoopMarkup {
    var parser = try words(markup)
    let variable = range(try parser.consume(.id))
    guard parser.take(word: "in") else { throw TagError.loopIn }
    let collection = try parser.expression()
    var loop = LoopMarkup(variable: variable, collection: collection, collectionText: "")
    _ = parser.take(.comma)
    while parser.look(.id) {
      let key = parser.text(try parser.consume(.id))
      guard ["cols", "limit", "offset", "range"].contains(key) else {
        throw TagError.tableAttribute(key)
      }
      _ = try parser.consume(.colon)
      set(key, try parser.expression(), in: &loop)
      _ = parser.take(.comma)
    }
    _ = try parser.consume(.end)
    return loop
  }

  private func laxTable(_ markup: Range<Int>) throws(LiquidError) -> LoopMarkup {
    let lax = LaxParser(bytes: bytes)
    var start = markup.lowerBound
    while start < markup.upperBound {
      var end = start
      while end < markup.upperBound, bytes[end].isWord { end += 1 }
      if end > start, let head = lax.loopHead(after: end, limit: markup.upperBound) {
        var loop = LoopMarkup(
          variable: start..<end, collection: try lax.expression(head), collectionText: "")
        for attribute in lax.attributes(in: markup) {
          set(lax.text(attribute.key), try lax.expression(attribute.value), in: &loop)
        }
        return loop
      }
      start = max(end, start + 1)
    }
    throw TagError.table
  }

  private func set(_ key: String, _ value: Expression, in loop: inout LoopMarkup) {
    switch key {
    case "cols": loop.columns = value
    case "limit": loop.limit = value
    case "offset": loop.offset = value
    default: break
    }
  }
}

extension LaxParser {
  /// The collection of `… in collection`, where `in` comes next.
  func loopHead(after end: Int, limit: Int) -> Range<Int>? {
    let word = skipSpace(end, limit)
    guard word > end, word + 2 < limit, matches(word..<word + 2, "in") else { return nil }
    let start = skipSpace(word + 2, limit)
    guard start > word + 2, let stop = fragmentsEnd(at: start, limit: limit) else { return nil }
    return start..<stop
  }
}
