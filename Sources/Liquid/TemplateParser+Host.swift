import Bytes

extension TemplateParser {
  /// A tag of the host: `expression, expression, name: expression`, commas optional, keywords
  /// dropped.
  mutating func hostTag(
    _ index: Int, _ markup: Range<Int>, opening: Range<Int>
  ) throws(LiquidError) -> Bool {
    let tag = set.dialect.tags[index]
    let (arguments, named) = try citing(markup) {
      (parser) throws(LiquidError) -> ([Expression], [(key: SymbolID, value: Expression)]) in
      try parser.hostArguments(markup, keywords: tag.keywords)
    }
    guard arguments.count < 32, named.count < 200 else {
      throw TagError.unexpectedArguments(tag.name)
    }
    for argument in arguments { try emit(argument) }
    for argument in named { try emit(argument.value) }
    let names = Int32(emitter.names.count)
    emitter.names.append(contentsOf: named.map(\.key))
    var raw = 0..<0
    let use = emitter.tags.count
    emitter.tags.append(
      Program.TagUse(
        name: tag.name, arguments: arguments.map { constantText($0) }, rawBody: "",
        range: opening))
    if tag.kind == .raw { raw = try rawBody(tag.name, opening: opening) }
    emitter.tags[use] = Program.TagUse(
      name: tag.name, arguments: arguments.map { constantText($0) },
      rawBody: String(decoding: bytes[raw], as: UTF8.self), range: opening)
    emitter.push(.text(raw.lowerBound, raw.count))
    emitter.emit(
      .host, flag: UInt8(arguments.count), extra: UInt16(named.count), a: Int32(index), c: names)
    // After a break inside the block, rendering goes on at the end of the block around the tag.
    let interrupted = emitter.emit(.interrupted)
    mayInterrupt(interrupted)
    let over = emitter.emit(.jump)
    if tag.kind == .block {
      catchers.append([])
      var body = Body()
      _ = try inside(tag.name, opening: opening, &body)
      landInterrupts(catchers.removeLast())
      emitter.emit(.end)
    }
    emitter.land(over)
    return false
  }

  private func constantText(_ expression: Expression) -> String? {
    guard case .constant(.text(let offset, let length)) = expression,
      offset + length <= bytes.count
    else { return nil }
    return String(decoding: bytes[offset..<(offset + length)], as: UTF8.self)
  }

  private func hostArguments(
    _ markup: Range<Int>, keywords: [String]
  ) throws(LiquidError) -> ([Expression], [(key: SymbolID, value: Expression)]) {
    var parser = try words(markup)
    var arguments: [Expression] = []
    var named: [(key: SymbolID, value: Expression)] = []
    while !parser.look(.end) {
      if parser.take(.comma) != nil { continue }
      if parser.look(.id), keywords.contains(parser.text(parser.current)) {
        _ = parser.take(.id)
      } else if parser.look(.id), parser.look(.colon, ahead: 1) {
        let key = parser.symbol(try parser.consume(.id))
        _ = try parser.consume(.colon)
        named.append((key, try parser.expression()))
      } else {
        arguments.append(try parser.expression())
      }
    }
    return (arguments, named)
  }
}
