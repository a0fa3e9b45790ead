import Bytes
import Diagnostics

extension TemplateParser {
  /// The words of a piece of markup.
  func words(_ markup: Range<Int>) throws(LiquidError) -> MarkupParser {
    try MarkupParser(bytes: bytes, range: markup, mode: mode)
  }

  /// Runs a part of the parse whose errors cite the markup, as the reference does but in lax mode.
  mutating func citing<Result>(
    _ markup: Range<Int>, isOutput: Bool = false,
    _ body: (inout TemplateParser) throws(LiquidError) -> Result
  ) throws(LiquidError) -> Result {
    do throws(LiquidError) {
      return try body(&self)
    } catch {
      guard mode != .lax, error.kind == .syntax else { throw error }
      let range = isOutput ? markup : LaxParser(bytes: bytes).strip(markup)
      let text = String(decoding: bytes[range], as: UTF8.self)
      throw error.citing(markup: isOutput ? "in \"{{\(text)}}\"" : "in \"\(text)\"")
    }
  }

  /// The inside of an output or of `echo`.
  mutating func emitOutput(_ markup: Range<Int>) throws(LiquidError) {
    guard let expression = try filtered(markup) else { return }
    try emit(expression)
    emitter.emit(.output)
  }

  func parseFiltered(_ markup: Range<Int>) throws(LiquidError) -> FilteredExpression? {
    guard mode == .lax else {
      var parser = try words(markup)
      return try parser.filtered()
    }
    // The reference reads an output by the strict grammar first, and by fragments if that fails.
    do throws(LiquidError) {
      var parser = try MarkupParser(bytes: bytes, range: markup, mode: .strict)
      return try parser.filtered()
    } catch {
      guard error.kind == .syntax || error.kind == .stackLevel else { throw error }
      return try LaxParser(bytes: bytes).filtered(markup)
    }
  }

  mutating func filtered(_ markup: Range<Int>) throws(LiquidError) -> FilteredExpression? {
    try citing(markup, isOutput: true) { (parser) throws(LiquidError) in
      try parser.parseFiltered(markup)
    }
  }

  mutating func emit(_ filtered: FilteredExpression) throws(LiquidError) {
    try emit(filtered.base, isExempt: filtered.filters.first?.name == "default")
    for filter in filtered.filters { try emit(filter) }
  }

  private mutating func emit(_ filter: FilterUse) throws(LiquidError) {
    guard let index = set.dialect.filterIndex[filter.name] else {
      if set.dialect.unknownFilters == .passThrough { return }
      focus = filter.start..<filter.end
      focusLine = nil
      let near = Suggestion.nearest(to: filter.name, among: set.dialect.filterNames)
      throw LiquidError(
        .undefinedFilter, "undefined filter \(filter.name)",
        help: near.map { "did you mean '\($0)'?" })
    }
    let definition = set.dialect.filters[index]
    let countsNames = !filter.named.isEmpty && (!definition.takesNames || definition.countsNames)
    let given = filter.arguments.count + (countsNames ? 1 : 0)
    let arity = definition.arity
    guard arity.contains(given), given < 32, filter.named.count < 200 else {
      var expected = "\(arity.lowerBound + 1)"
      if arity.upperBound != arity.lowerBound { expected += "..\(arity.upperBound + 1)" }
      let message = emitter.text(
        "wrong number of arguments (given \(given + 1), expected \(expected))")
      emitter.emit(.raise, flag: 0, a: emitter.constant(message))
      return
    }
    // The value stack has room for as many as there may be.
    for argument in filter.arguments { try emit(argument) }
    for argument in filter.named { try emit(argument.value) }
    let names = Int32(emitter.names.count)
    emitter.names.append(contentsOf: filter.named.map(\.key))
    emitter.emit(
      .filter, extra: UInt16(filter.named.count), a: Int32(index),
      b: Int32(filter.arguments.count), c: names)
  }

  /// Pushes the value of an expression. An exempt one may be undefined without a report.
  mutating func emit(_ expression: Expression, isExempt: Bool = false) throws(LiquidError) {
    switch expression {
    case .constant(let constant): emitter.push(constant)
    case .range(let first, let last):
      try emit(first, isExempt: isExempt)
      try emit(last, isExempt: isExempt)
      emitter.emit(.range, flag: first.isVariable || last.isVariable ? 0 : 1)
    case .variable(let lookup): try emit(lookup, isExempt: isExempt)
    }
  }

  private mutating func emit(_ lookup: Lookup, isExempt: Bool) throws(LiquidError) {
    let reports: UInt8 = isExempt || set.dialect.undefined == .ignore ? 0 : 1
    var parts = lookup.parts[...]
    switch lookup.name {
    case .known(let key):
      if case .member(let member, let command)? = parts.first {
        emitter.emit(
          .loadMember, flag: reports, extra: command.rawValue, a: set.slot(of: key), b: key,
          c: member)
        parts = parts.dropFirst()
      } else {
        emitter.emit(.load, flag: reports, a: set.slot(of: key), b: key)
      }
    case .computed(let key):
      try emit(key)
      emitter.emit(.loadNamed, flag: reports)
    }
    for part in parts {
      switch part {
      case .member(let key, let command):
        emitter.emit(.member, flag: reports, extra: command.rawValue, a: key)
      case .element(.constant(.text(let offset, let length)))
      where offset >= 0 && offset + length <= bytes.count:
        let key = bytes[offset..<(offset + length)].withUnsafeBytes { Symbols.shared.intern($0) }
        emitter.emit(.member, flag: reports, a: key)
      case .element(let key):
        try emit(key)
        emitter.emit(.element, flag: reports)
      }
    }
  }

  /// Pushes whether the conditions hold: right to left, the rest unevaluated where the first
  /// decides.
  mutating func emitConditions(_ markup: Range<Int>) throws(LiquidError) {
    let conditions = try citing(markup) { (parser) throws(LiquidError) -> [Condition] in
      if parser.mode == .lax { return try LaxParser(bytes: parser.bytes).conditions(markup) }
      var words = try parser.words(markup)
      return try words.conditions()
    }
    var decided: [Int] = []
    for (index, condition) in conditions.enumerated() {
      try emit(condition)
      if index < conditions.count - 1 {
        decided.append(emitter.emit(condition.joinsByAnd ? .and : .or))
      }
    }
    for op in decided { emitter.land(op) }
  }

  private mutating func emit(_ condition: Condition) throws(LiquidError) {
    try emit(condition.left, isExempt: true)
    guard let right = condition.right else { return }
    try emit(right, isExempt: true)
    if let comparison = condition.comparison {
      emitter.emit(.compare, flag: comparison.rawValue)
    } else {
      let message = emitter.text("Unknown operator \(condition.unknown ?? "")")
      emitter.emit(.raise, flag: 0, a: emitter.constant(message))
    }
  }
}
