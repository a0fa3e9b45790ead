import Bytes

extension TemplateParser {
  /// What an `include` or `render` tag says.
  private struct PartialMarkup {
    var name: Expression
    var subject: Expression?
    var isLoop = false
    var alias: Range<Int>?
    var arguments: [(key: SymbolID, value: Expression)] = []
  }

  mutating func includeTag(_ markup: Range<Int>) throws(LiquidError) {
    let partial = try citing(markup) { (parser) throws(LiquidError) in
      parser.mode == .strict2
        ? try parser.strictPartial(markup, isRender: false)
        : try parser.laxInclude(markup)
    }
    try emit(partial.name)
    mayInterrupt(try emit(partial, .include))
  }

  mutating func renderTag(_ markup: Range<Int>) throws(LiquidError) {
    let partial = try citing(markup) { (parser) throws(LiquidError) in
      parser.mode == .strict2
        ? try parser.strictPartial(markup, isRender: true)
        : try parser.laxRender(markup)
    }
    try emit(partial.name)
    try emit(partial, .render)
  }

  @discardableResult
  private mutating func emit(
    _ partial: PartialMarkup, _ code: Op.Code
  ) throws(LiquidError) -> Int {
    // `with nil` and `with false` are as if nothing had been said.
    let subject = partial.subject.flatMap { $0.isNil || $0.isFalse ? nil : $0 }
    var plan = PartialPlan(hasSubject: subject != nil, isLoop: partial.isLoop)
    if case .constant(.text(let offset, let length)) = partial.name {
      let name = String(decoding: bytes[offset..<(offset + length)], as: UTF8.self)
      plan.name = name
      plan.id = set.partialID(of: name)
      plan.ownKey = Symbols.shared.intern(name)
      plan.ownSlot = set.slot(of: plan.ownKey)
      plan.alias = Symbols.shared.intern(PartialPlan.variable(of: name))
      emitter.partialNames.append(name)
    }
    if let alias = partial.alias { plan.alias = LaxParser(bytes: bytes).symbol(alias) }
    if plan.alias >= 0 { plan.aliasSlot = set.slot(of: plan.alias) }
    // The value stack has room for as many.
    guard partial.arguments.count <= 250 else { throw TagError.tooManyArguments }
    if let subject { try emit(subject) }
    for argument in partial.arguments {
      try emit(argument.value)
      plan.arguments.append((set.slot(of: argument.key), argument.key))
    }
    emitter.partials.append(plan)
    return emitter.emit(
      code, a: Int32(emitter.partials.count - 1), b: Int32(plan.arguments.count))
  }

  private func strictPartial(
    _ markup: Range<Int>, isRender: Bool
  ) throws(LiquidError) -> PartialMarkup {
    var parser = try words(markup)
    var partial: PartialMarkup
    if isRender {
      let name = try parser.consume(.string)
      partial = PartialMarkup(name: .constant(.text(name.start + 1, name.end - name.start - 2)))
    } else {
      partial = PartialMarkup(name: try parser.expression())
    }
    let isLoop = parser.take(word: "for")
    if isLoop || parser.take(word: "with") { partial.subject = try parser.expression() }
    partial.isLoop = isLoop
    if parser.take(word: "as") {
      let alias = try parser.consume(.id)
      partial.alias = alias.start..<alias.end
    }
    _ = parser.take(.comma)
    while parser.look(.id) {
      let key = parser.symbol(try parser.consume(.id))
      _ = try parser.consume(.colon)
      partial.arguments.append((key, try parser.expression()))
      _ = parser.take(.comma)
    }
    _ = try parser.consume(.end)
    return partial
  }

  private func laxInclude(_ markup: Range<Int>) throws(LiquidError) -> PartialMarkup {
    let lax = LaxParser(bytes: bytes)
    guard let head = lax.firstFragment(in: markup),
      let end = lax.fragmentsEnd(at: head.lowerBound, limit: markup.upperBound)
    else { throw TagError.include }
    var partial = PartialMarkup(name: try lax.expression(head.lowerBound..<end))
    try lax.finish(&partial.subject, &partial.isLoop, &partial.alias, from: end, in: markup)
    partial.arguments = try lax.arguments(markup)
    return partial
  }

  private func laxRender(_ markup: Range<Int>) throws(LiquidError) -> PartialMarkup {
    let lax = LaxParser(bytes: bytes)
    var start = markup.lowerBound
    while start < markup.upperBound {
      guard var end = lax.quotedEnd(at: start, limit: markup.upperBound) else {
        start += 1
        continue
      }
      let name = start + 1..<end - 1
      while let next = lax.quotedEnd(at: end, limit: markup.upperBound) { end = next }
      var partial = PartialMarkup(name: .constant(.text(name.lowerBound, name.count)))
      try lax.finish(&partial.subject, &partial.isLoop, &partial.alias, from: end, in: markup)
      partial.arguments = try lax.arguments(markup)
      return partial
    }
    throw TagError.render
  }
}

extension PartialPlan {
  /// The variable that a partial's subject is given to: the last part of its name.
  static func variable(of name: String) -> String {
    name.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(name[name.utf8.index(after: $0)...]) }
      ?? name
  }
}

extension LaxParser {
  /// `with subject as alias` after a partial's name.
  func finish(
    _ subject: inout Expression?, _ isLoop: inout Bool, _ alias: inout Range<Int>?,
    from start: Int, in markup: Range<Int>
  ) throws(LiquidError) {
    var position = start
    let limit = markup.upperBound
    let word = skipSpace(position, limit)
    if word > position, let end = wordEnd(word, limit), end < limit, bytes[end].isLiquidSpace,
      matches(word..<end, "with") || matches(word..<end, "for"),
      let stop = fragmentsEnd(at: skipSpace(end, limit), limit: limit)
    {
      isLoop = matches(word..<end, "for")
      subject = try expression(skipSpace(end, limit)..<stop)
      position = stop
    }
    let second = skipSpace(position, limit)
    if second > position, let end = wordEnd(second, limit), matches(second..<end, "as") {
      let begin = skipSpace(end, limit)
      var stop = begin
      while stop < limit, bytes[stop].isWord || bytes[stop] == UInt8(ascii: "-") { stop += 1 }
      if begin > end, stop > begin { alias = begin..<stop }
    }
  }

  private func wordEnd(_ start: Int, _ limit: Int) -> Int? {
    var end = start
    while end < limit, bytes[end].isWord { end += 1 }
    return end > start ? end : nil
  }

  func arguments(
    _ markup: Range<Int>
  ) throws(LiquidError) -> [(key: SymbolID, value: Expression)] {
    var result: [(key: SymbolID, value: Expression)] = []
    for attribute in attributes(in: markup) {
      result.append((symbol(attribute.key), try expression(attribute.value)))
    }
    return result
  }
}
