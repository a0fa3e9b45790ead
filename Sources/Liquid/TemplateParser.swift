import Bytes
import Diagnostics

/// Reads a template once from front to back and writes its program.
///
/// Text is trimmed and blank blocks are emptied while ops are written, so there is no tree in
/// between: parsing costs O(n) time and memory.
struct TemplateParser: ~Copyable {
  /// What a block's inside has come to so far.
  struct Body {
    /// Ops of literal text directly in the body.
    var texts: [Int] = []
    /// The op of literal text that ends the body, for a tag that trims what stands before it.
    var lastText: Int?
    var isBlank = true
  }

  /// A tag that is not one by itself: the end or the middle of a block.
  struct Delimiter {
    var name: String
    var markup: Range<Int>
    var start: Int
    var line: Int
  }

  let name: String
  let bytes: [UInt8]
  let set: TemplateSet
  let mode: ParserMode
  let isPartial: Bool
  var emitter: Emitter
  var tokenizer: Tokenizer
  var trimsNext = false
  var depth = 0
  /// For each block that ends an interrupt, the ops that jump to its end.
  var catchers: [[Int]] = [[]]
  var caseDepth: Int32 = 0
  /// What an error is about.
  var focus = 0..<0
  /// The line that the reference gives for it, where that is not the line on which it begins.
  var focusLine: Int?
  private var countedTo = 0
  private var countedLines = 1

  init(source: TemplateSource, set: TemplateSet, isPartial: Bool) {
    name = source.name
    bytes = source.text
    self.set = set
    mode = set.dialect.mode
    self.isPartial = isPartial
    emitter = Emitter(source: source.text)
    tokenizer = Tokenizer(bytes: source.text)
  }

  consuming func parse() throws(LiquidError) -> Program {
    do throws(LiquidError) {
      guard bytes.count < Int(Int32.max) / 2 else {
        throw LiquidError(.memory, "The template is too long")
      }
      var body = Body()
      if let tag = try parseBody(&body) {
        focus = tag.start..<tag.markup.upperBound
        focusLine = tag.line
        throw tag.name == "else" || tag.name == "end"
          ? TagError.outer(tag.name) : unknown(tag.name)
      }
    } catch {
      throw error.located(
        at: location(focus), line: focusLine ?? line(at: focus.lowerBound),
        partial: isPartial ? name : nil)
    }
    landInterrupts(catchers.removeLast())
    emitter.emit(.end)
    let escapes = set.dialect.escapesMarkup(name)
    return Program(
      name: name, isPartial: isPartial, escapes: escapes, caseDepth: maximalCaseDepth,
      emitter: emitter)
  }

  var maximalCaseDepth: Int32 = 0

  // MARK: Places

  func location(_ range: Range<Int>) -> SourceLocation {
    bytes.withUnsafeBytes {
      SourceLocation(file: name, text: $0, offset: range.lowerBound, length: max(range.count, 1))
    }
  }

  /// The line of a place; places are mostly asked for in order.
  mutating func line(at offset: Int) -> Int {
    if offset < countedTo {
      countedTo = 0
      countedLines = 1
    }
    for position in countedTo..<min(offset, bytes.count) where bytes[position] == 10 {
      countedLines += 1
    }
    countedTo = min(offset, bytes.count)
    return countedLines
  }

  // MARK: Bodies

  /// Parses to the end of the source or to a tag that ends or divides a block, which is returned.
  mutating func parseBody(_ body: inout Body) throws(LiquidError) -> Delimiter? {
    while let token = tokenizer.next() {
      switch token.kind {
      case .text: literal(token, &body)
      case .output: try output(token, &body)
      case .tag: if let delimiter = try documentTag(token, &body) { return delimiter }
      case .line: if let delimiter = try lineTag(token, &body) { return delimiter }
      }
    }
    return nil
  }

  private mutating func literal(_ token: Token, _ body: inout Body) {
    var start = token.start
    if trimsNext {
      while start < token.end, bytes[start].isLiquidSpace || bytes[start] == 0 { start += 1 }
    }
    trimsNext = false
    if body.isBlank {
      body.isBlank = bytes[start..<token.end].allSatisfy { $0.isLiquidSpace }
    }
    let op = emitter.emit(.text, a: Int32(start), b: Int32(token.end - start))
    body.texts.append(op)
    body.lastText = op
  }

  /// Trims the text before a delimiter with a hyphen and remembers one at its end.
  mutating func trim(_ token: Token, _ body: inout Body) {
    if token.start + 2 < token.end, bytes[token.start + 2] == UInt8(ascii: "-"),
      let op = body.lastText
    {
      var end = Int(emitter.ops[op].a + emitter.ops[op].b)
      let start = Int(emitter.ops[op].a)
      while end > start, bytes[end - 1].isLiquidSpace || bytes[end - 1] == 0 { end -= 1 }
      emitter.ops[op].b = Int32(end - start)
    }
    trimsNext = token.end - 3 >= token.start && bytes[token.end - 3] == UInt8(ascii: "-")
    body.lastText = nil
  }

  private mutating func output(_ token: Token, _ body: inout Body) throws(LiquidError) {
    trim(token, &body)
    focus = token.start..<token.end
    focusLine = nil
    body.isBlank = false
    guard token.end - token.start >= 4, bytes[token.end - 1] == UInt8(ascii: "}"),
      bytes[token.end - 2] == UInt8(ascii: "}")
    else {
      throw TagError.outputTermination(
        String(decoding: bytes[token.start..<token.end], as: UTF8.self))
    }
    var start = token.start + 2
    if bytes[start] == UInt8(ascii: "-") { start += 1 }
    var end = token.end - 2
    if end > start, bytes[end - 1] == UInt8(ascii: "-") { end -= 1 }
    end = max(end, start)
    let node = emitter.begin(
      offset: token.start, length: token.end - token.start, line: line(at: token.start))
    try emitOutput(start..<end)
    emitter.end(node, isBlank: false)
  }

  private mutating func documentTag(
    _ token: Token, _ body: inout Body
  ) throws(LiquidError) -> Delimiter? {
    trim(token, &body)
    focus = token.start..<token.end
    focusLine = nil
    guard let (name, markup) = tagParts(token) else {
      throw TagError.tagTermination(String(decoding: bytes[token.start..<token.end], as: UTF8.self))
    }
    return try tag(name, markup: markup, token: token, &body)
  }

  /// Name and markup of a tag with its delimiters, or nil where it is not one.
  func tagParts(_ token: Token) -> (String, Range<Int>)? {
    guard token.end - token.start >= 4, bytes[token.end - 1] == UInt8(ascii: "}"),
      bytes[token.end - 2] == UInt8(ascii: "%")
    else { return nil }
    var start = token.start + 2
    if bytes[start] == UInt8(ascii: "-") { start += 1 }
    var end = token.end - 2
    if end > start, bytes[end - 1] == UInt8(ascii: "-") { end -= 1 }
    return nameAndMarkup(start, max(start, end))
  }

  private func nameAndMarkup(_ from: Int, _ end: Int) -> (String, Range<Int>)? {
    var start = from
    while start < end, bytes[start].isLiquidSpace { start += 1 }
    guard start < end else { return nil }
    var stop = start
    if bytes[start] == UInt8(ascii: "#") {
      stop += 1
    } else {
      while stop < end, bytes[stop].isWord { stop += 1 }
    }
    guard stop > start else { return nil }
    let name = String(decoding: bytes[start..<stop], as: UTF8.self)
    while stop < end, bytes[stop].isLiquidSpace { stop += 1 }
    return (name, stop..<end)
  }

  private mutating func lineTag(
    _ token: Token, _ body: inout Body
  ) throws(LiquidError) -> Delimiter? {
    var start = token.start
    while start < token.end, bytes[start].isLiquidSpace { start += 1 }
    guard start < token.end else { return nil }
    focus = start..<token.end
    focusLine = nil
    body.lastText = nil
    guard let (name, markup) = nameAndMarkup(start, token.end) else {
      let text = String(decoding: bytes[token.start..<token.end], as: UTF8.self)
      return Delimiter(
        name: text, markup: start..<token.end, start: start, line: line(at: start))
    }
    return try tag(
      name, markup: markup, token: Token(kind: .line, start: start, end: token.end), &body)
  }

  // MARK: Tags

  private mutating func tag(
    _ name: String, markup: Range<Int>, token: Token, _ body: inout Body
  ) throws(LiquidError) -> Delimiter? {
    if name == "liquid" {
      try liquidTag(markup, &body)
      return nil
    }
    let lineNumber = line(at: markup.lowerBound)
    focusLine = lineNumber
    let isHost = set.dialect.tagIndex[name]
    guard isHost != nil || Self.coreTags.contains(name) else {
      return Delimiter(name: name, markup: markup, start: token.start, line: lineNumber)
    }
    let opening = focus
    let node = emitter.begin(
      offset: token.start, length: token.end - token.start, line: lineNumber)
    let isBlank: Bool
    if let isHost, !Self.coreTags.contains(name) {
      isBlank = try hostTag(isHost, markup, opening: opening)
    } else {
      isBlank = try coreTag(name, markup, opening: opening)
    }
    emitter.end(node, isBlank: isBlank)
    body.isBlank = body.isBlank && isBlank
    return nil
  }

  /// The lines of a `liquid` tag, whose nodes belong to the body around it.
  private mutating func liquidTag(
    _ markup: Range<Int>, _ body: inout Body
  ) throws(LiquidError) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= set.dialect.limits.nesting else { throw TagError.nesting }
    let outer = tokenizer
    tokenizer = Tokenizer(
      bytes: bytes, from: markup.lowerBound, to: markup.upperBound, isLines: true)
    if let tag = try parseBody(&body) {
      focus = tag.start..<tag.markup.upperBound
      focusLine = tag.line
      throw misplaced(tag.name, in: "liquid", delimiter: "%}")
    }
    tokenizer = outer
    body.lastText = nil
  }

  func unknown(_ tag: String) -> LiquidError {
    let known = Self.coreTags.union(set.dialect.tags.map(\.name))
    let near = Suggestion.nearest(to: tag, among: known.sorted())
    return TagError.unknown(tag, help: near.map { "did you mean '\($0)'?" })
  }

  func misplaced(_ tag: String, in block: String, delimiter: String) -> LiquidError {
    if tag == "else" { return TagError.unexpectedElse(block) }
    if tag.hasPrefix("end") { return TagError.delimiter(tag, block, delimiter) }
    return unknown(tag)
  }

  static let coreTags: Set<String> = [
    "#", "assign", "break", "capture", "case", "comment", "continue", "cycle", "decrement", "doc",
    "echo", "for", "if", "ifchanged", "include", "increment", "raw", "render", "tablerow",
    "unless",
  ]
}
