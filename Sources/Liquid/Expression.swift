import Bytes

/// An expression as the source has it.
indirect enum Expression {
  case constant(Constant)
  case variable(Lookup)
  case range(Expression, Expression)

  var isNil: Bool {
    if case .constant(.null) = self { return true }
    return false
  }

  var isFalse: Bool {
    if case .constant(.boolean(false)) = self { return true }
    return false
  }

  /// Whether the value is known when parsing.
  var isStatic: Bool {
    switch self {
    case .constant: true
    case .variable: false
    case .range(let first, let last): first.isStatic && last.isStatic
    }
  }

  var isVariable: Bool {
    if case .variable = self { return true }
    return false
  }
}

/// A variable and the way into it.
struct Lookup {
  enum Name {
    case known(SymbolID)
    /// A name in square brackets.
    case computed(Expression)
  }

  enum Part {
    case member(SymbolID, Op.Command)
    case element(Expression)
  }

  var name: Name
  var parts: [Part] = []
}

/// A filter as the source has it.
struct FilterUse {
  var name: String
  var start: Int
  var end: Int
  var arguments: [Expression] = []
  var named: [(key: SymbolID, value: Expression)] = []
}

/// An expression with the filters that are applied to it.
struct FilteredExpression {
  var base: Expression
  var filters: [FilterUse] = []
}

/// Conditions joined by `and` and `or`.
struct Condition {
  var left: Expression
  var comparison: Op.Comparison?
  var right: Expression?
  /// An operator that does not exist; it is an error when it is reached.
  var unknown: String?
  /// How the next condition is joined.
  var joinsByAnd = false
}

/// Reads expressions from words, as the strict parsers do.
struct MarkupParser {
  let bytes: [UInt8]
  let tokens: [MarkupToken]
  let allowsBareBrackets: Bool
  private(set) var position = 0
  private var depth = 0

  init(bytes: [UInt8], range: Range<Int>, mode: ParserMode) throws(LiquidError) {
    self.bytes = bytes
    tokens = try MarkupLexer.tokens(of: bytes, range)
    allowsBareBrackets = mode != .strict2
  }

  var current: MarkupToken { tokens[min(position, tokens.count - 1)] }

  func text(_ token: MarkupToken) -> String {
    String(decoding: bytes[token.start..<token.end], as: UTF8.self)
  }

  func look(_ kind: MarkupToken.Kind, ahead: Int = 0) -> Bool {
    position + ahead < tokens.count && tokens[position + ahead].kind == kind
  }

  mutating func consume(_ kind: MarkupToken.Kind) throws(LiquidError) -> MarkupToken {
    let token = current
    guard token.kind == kind else {
      throw LiquidError(.syntax, "Expected \(kind.rawValue) but found \(token.kind.rawValue)")
    }
    position += 1
    return token
  }

  mutating func take(_ kind: MarkupToken.Kind) -> MarkupToken? {
    guard look(kind) else { return nil }
    defer { position += 1 }
    return tokens[position]
  }

  mutating func take(word: String) -> Bool {
    guard look(.id), bytes[current.start..<current.end].elementsEqual(word.utf8) else {
      return false
    }
    position += 1
    return true
  }

  mutating func expression(inCondition: Bool = false) throws(LiquidError) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 100 else { throw LiquidError(.stackLevel, "Nesting too deep") }
    let token = current
    switch token.kind {
    case .id:
      position += 1
      let parts = try lookups()
      if parts.isEmpty,
        let literal = Literals.named(bytes[token.start..<token.end], inCondition: inCondition)
      {
        return .constant(literal)
      }
      let name = bytes[token.start..<token.end].withUnsafeBytes { Symbols.shared.intern($0) }
      return .variable(Lookup(name: .known(name), parts: parts))
    case .openSquare:
      if !allowsBareBrackets {
        throw LiquidError(
          .syntax, "Bare bracket access is not allowed. Use self['...'] instead")
      }
      position += 1
      let key = try expression()
      _ = try consume(.closeSquare)
      return .variable(Lookup(name: .computed(key), parts: try lookups()))
    case .string:
      position += 1
      return .constant(.text(token.start + 1, token.end - token.start - 2))
    case .number:
      position += 1
      return .constant(Literals.number(bytes, token.start, token.end))
    case .openRound:
      position += 1
      let start = position
      let first = try expression()
      let middle = position
      _ = try consume(.dotdot)
      let last = try expression()
      let end = position
      _ = try consume(.closeRound)
      if first.isStatic, last.isStatic {
        try checkBound(first, start..<middle)
        try checkBound(last, middle + 1..<end)
      }
      return .range(first, last)
    default:
      let inner =
        token.kind == .end
        ? "[:end_of_string]" : "[:\(token.kind.rawValue), \(Literals.inspect(text(token)))]"
      throw LiquidError(.syntax, "\(inner) is not a valid expression")
    }
  }

  /// Of a range that is known when parsing, the bounds must be numbers, texts or nil.
  private func checkBound(_ bound: Expression, _ words: Range<Int>) throws(LiquidError) {
    switch bound {
    case .constant(.boolean), .range:
      let text = tokens[words].map { self.text($0) }.joined()
      throw LiquidError(.syntax, "Invalid expression type '\(text)' in range expression")
    default: return
    }
  }

  private mutating func lookups() throws(LiquidError) -> [Lookup.Part] {
    var parts: [Lookup.Part] = []
    while true {
      if take(.openSquare) != nil {
        parts.append(.element(try expression()))
        _ = try consume(.closeSquare)
      } else if take(.dot) != nil {
        let token = try consume(.id)
        parts.append(Literals.member(bytes[token.start..<token.end]))
      } else {
        return parts
      }
    }
  }

  /// `expression | filter: a, b, name: c | …` to the end.
  mutating func filtered() throws(LiquidError) -> FilteredExpression? {
    guard !look(.end) else { return nil }
    var result = FilteredExpression(base: try expression())
    while take(.pipe) != nil { result.filters.append(try filter()) }
    _ = try consume(.end)
    return result
  }

  private mutating func filter() throws(LiquidError) -> FilterUse {
    let name = try consume(.id)
    var filter = FilterUse(name: text(name), start: name.start, end: name.end)
    guard take(.colon) != nil else { return filter }
    // The older grammar has no empty argument list and no trailing comma.
    if allowsBareBrackets || !isAtEndOfArguments {
      try argument(&filter)
    }
    while take(.comma) != nil {
      if !allowsBareBrackets, isAtEndOfArguments { break }
      try argument(&filter)
    }
    return filter
  }

  private var isAtEndOfArguments: Bool { look(.pipe) || look(.end) }

  private mutating func argument(_ filter: inout FilterUse) throws(LiquidError) {
    if look(.id), look(.colon, ahead: 1) {
      let key = current
      position += 2
      filter.named.append((symbol(key), try expression()))
    } else {
      filter.arguments.append(try expression())
    }
  }

  func symbol(_ token: MarkupToken) -> SymbolID {
    bytes[token.start..<token.end].withUnsafeBytes { Symbols.shared.intern($0) }
  }

  /// `a < b and c or d …` to the end.
  mutating func conditions() throws(LiquidError) -> [Condition] {
    var result = [try condition()]
    while true {
      let isAnd = take(word: "and")
      guard isAnd || take(word: "or") else { break }
      result[result.count - 1].joinsByAnd = isAnd
      result.append(try condition())
    }
    _ = try consume(.end)
    return result
  }

  private mutating func condition() throws(LiquidError) -> Condition {
    var condition = Condition(left: try expression(inCondition: true))
    if let token = take(.comparison) {
      condition.comparison = Literals.comparison(text(token))
      condition.right = try expression(inCondition: true)
    }
    return condition
  }
}
