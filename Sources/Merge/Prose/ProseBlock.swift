/// A block of Markdown as the merge sees it: enough of CommonMark to know what must stay together,
/// and every byte of the text is in exactly one block or between two.
struct ProseBlock: Equatable {
  /// What it is. A row is a block only within its table.
  enum Kind: Equatable {
    case heading, paragraph, listItem, tableRow, table, code, html, quote, tag, rule, definition

    /// Whether its words may be merged.
    var isProse: Bool {
      switch self {
      case .heading, .paragraph, .listItem, .tableRow, .quote: true
      case .table, .code, .html, .tag, .rule, .definition: false
      }
    }
  }

  var kind: Kind
  /// The empty lines before it, each with its line feed.
  var lead: String
  /// Its lines, without the last line feed.
  var text: String
}

/// A body cut into blocks. `lead + text + "\n"` of all of them, and `tail`, give the body back, but
/// for the last line feed, which is in `tail` if it is there.
struct ProseBlocks: Equatable {
  var blocks: [ProseBlock] = []
  /// What follows the last block: nothing, a line feed, or a line feed and empty lines.
  var tail = ""

  /// Cuts a body whose lines end in line feeds. O(n).
  init(_ body: String) {
    var scanner = BlockScanner(body)
    scanner.run()
    blocks = scanner.blocks
    tail = scanner.tail
  }

  /// Makes blocks of none.
  init() {}
}

/// Reads lines into blocks.
private struct BlockScanner {
  private let lines: [Substring]
  private let endsInLineFeed: Bool
  private(set) var blocks: [ProseBlock] = []
  private(set) var tail = ""
  private var lead = ""
  private var at = 0
  private var isInList = false

  init(_ body: String) {
    endsInLineFeed = body.utf8.last == 0x0A
    var cut = body.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map(Substring.init)
    if body.isEmpty || endsInLineFeed { cut.removeLast() }
    lines = cut
  }

  mutating func run() {
    while at < lines.count {
      if Self.isBlank(lines[at]) {
        lead += lines[at] + "\n"
        at += 1
      } else {
        block()
      }
    }
    if blocks.isEmpty {
      tail = lead
      if !endsInLineFeed, !tail.isEmpty { tail.removeLast() }
    } else {
      tail = "\n" + lead
      if !endsInLineFeed { tail.removeLast() }
    }
  }

  private mutating func block() {
    let line = lines[at]
    let shape = LineShape(line)
    if !shape.isIndented { isInList = false }
    switch shape.start {
    case .fence(let mark, let length): fence(mark, length)
    case .heading: take(.heading, 1)
    case .rule: take(.rule, 1)
    case .item:
      isInList = true
      take(.listItem, paragraphLength(isItem: true))
    case .quote: take(.quote, 1 + lines[(at + 1)...].prefix { LineShape($0).start == .quote }.count)
    case .html(let end): html(end)
    case .tag: take(.tag, 1)
    case .definition: take(.definition, 1)
    case .text:
      if shape.isIndented, !isInList {
        take(.code, lines[at...].prefix { !Self.isBlank($0) && LineShape($0).isIndented }.count)
      } else if !table() {
        paragraph()
      }
    }
  }

  private mutating func take(_ kind: ProseBlock.Kind, _ count: Int) {
    blocks.append(
      ProseBlock(kind: kind, lead: lead, text: lines[at..<at + count].joined(separator: "\n")))
    lead = ""
    at += count
  }

  private mutating func fence(_ mark: Character, _ length: Int) {
    var end = at + 1
    while end < lines.count {
      let line = lines[end].drop { $0 == " " || $0 == "\t" }
      let run = line.prefix { $0 == mark }.count
      end += 1
      if run >= length, line.dropFirst(run).allSatisfy({ $0 == " " || $0 == "\t" }) { break }
    }
    take(.code, end - at)
  }

  private mutating func html(_ end: String?) {
    var last = at
    if let end {
      while last < lines.count - 1, !Self.has(lines[last], end) { last += 1 }
    } else {
      while last < lines.count - 1, !Self.isBlank(lines[last + 1]) { last += 1 }
    }
    take(.html, last - at + 1)
  }

  /// Whether `text` stands in a line, in small letters or capitals.
  private static func has(_ line: Substring, _ text: String) -> Bool {
    let (hay, needle) = (Array(line.lowercased().utf8), Array(text.utf8))
    guard hay.count >= needle.count else { return false }
    return (0...(hay.count - needle.count)).contains {
      hay[$0..<$0 + needle.count].elementsEqual(needle)
    }
  }

  /// How many lines a paragraph from here has: to an empty line, or one that begins something else.
  private func paragraphLength(isItem: Bool) -> Int {
    var end = at + 1
    while end < lines.count, !Self.isBlank(lines[end]) {
      let shape = LineShape(lines[end])
      if !isItem, LineShape.isUnderline(lines[end]) { break }
      guard shape.start == .text || shape.start == .definition else { break }
      end += 1
    }
    return end - at
  }

  private mutating func paragraph() {
    let count = paragraphLength(isItem: false)
    let hasUnderline = at + count < lines.count && LineShape.isUnderline(lines[at + count])
    take(hasUnderline ? .heading : .paragraph, hasUnderline ? count + 1 : count)
  }

  /// A pipe table: a row, a row of dashes, more rows.
  private mutating func table() -> Bool {
    guard at + 1 < lines.count, lines[at].utf8.contains(0x7C), LineShape.isTableRule(lines[at + 1])
    else {
      return false
    }
    var end = at + 2
    while end < lines.count, !Self.isBlank(lines[end]), lines[end].utf8.contains(0x7C) { end += 1 }
    take(.table, end - at)
    return true
  }

  private static func isBlank(_ line: Substring) -> Bool {
    line.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }
}

/// What a line can begin.
struct LineShape {
  /// What begins here.
  enum Start: Equatable {
    case text, heading, rule, item, quote, tag, definition
    case fence(Character, Int)
    /// With what ends it where that is no empty line.
    case html(end: String?)
  }

  private(set) var start = Start.text
  /// Whether it begins with four spaces or a tab.
  let isIndented: Bool

  init(_ line: Substring) {
    let content = line.drop { $0 == " " || $0 == "\t" }
    let indent = line.utf8.count - content.utf8.count
    isIndented = indent >= 4 || line.first == "\t"
    guard let first = content.first else { return }
    if let fence = Self.fence(content, first) {
      start = fence
    } else if Self.isItem(content), !Self.isRule(content) {
      start = .item
    } else if Self.isTag(content) {
      start = .tag
    } else if !isIndented {
      start = Self.flush(content, first)
    }
  }

  private static func flush(_ content: Substring, _ first: Character) -> Start {
    switch first {
    case "#":
      let level = content.prefix { $0 == "#" }.count
      let rest = content.dropFirst(level).first
      return level <= 6 && (rest == nil || rest == " " || rest == "\t") ? .heading : .text
    case ">": return .quote
    case "-", "*", "_": return isRule(content) ? .rule : .text
    case "<": return html(content)
    case "[": return isDefinition(content) ? .definition : .text
    default: return .text
    }
  }

  private static func fence(_ content: Substring, _ first: Character) -> Start? {
    guard first == "`" || first == "~" else { return nil }
    let length = content.prefix { $0 == first }.count
    guard length >= 3, first == "~" || !content.dropFirst(length).contains("`") else { return nil }
    return .fence(first, length)
  }

  private static func isRule(_ content: Substring) -> Bool {
    guard let mark = content.first, mark == "-" || mark == "*" || mark == "_" else { return false }
    return content.allSatisfy { $0 == mark || $0 == " " || $0 == "\t" }
      && content.count { $0 == mark } >= 3
  }

  private static func isItem(_ content: Substring) -> Bool { itemMarker(content) != nil }

  /// The marker of a list item with the space behind it: `- ` or `12. `.
  static func itemMarker(_ content: Substring) -> Substring? {
    guard let first = content.first else { return nil }
    var length = 1
    if first.isASCII, first.isNumber {
      let digits = content.prefix { $0.isASCII && $0.isNumber }.count
      let mark = content.dropFirst(digits).first
      guard digits <= 9, mark == "." || mark == ")" else { return nil }
      length = digits + 1
    } else if first != "-", first != "*", first != "+" {
      return nil
    }
    let rest = content.dropFirst(length)
    let space = rest.prefix { $0 == " " || $0 == "\t" }.count
    return rest.isEmpty || space > 0 ? content.prefix(length + space) : nil
  }

  /// A line that is one Liquid tag, output or shortcode and nothing else.
  private static func isTag(_ content: Substring) -> Bool {
    guard content.hasPrefix("{%") || content.hasPrefix("{{") else { return false }
    var trimmed = content
    while let last = trimmed.last, last == " " || last == "\t" { trimmed.removeLast() }
    let close = content.hasPrefix("{%") ? "%}" : "}}"
    guard trimmed.hasSuffix(close) else { return false }
    return !trimmed.dropFirst(2).dropLast(2).contains("}")
  }

  private static func isDefinition(_ content: Substring) -> Bool {
    guard let close = content.firstIndex(of: "]") else { return false }
    return content[content.index(after: close)...].first == ":"
  }

  private static func html(_ content: Substring) -> Start {
    let lower = content.lowercased()
    if lower.hasPrefix("<!--") { return .html(end: "-->") }
    for name in ["script", "pre", "style", "textarea"] where lower.hasPrefix("<\(name)") {
      return .html(end: "</\(name)>")
    }
    let name = lower.dropFirst().drop { $0 == "/" }.prefix { $0.isLetter || $0.isNumber }
    return blockNames.contains(String(name)) ? .html(end: nil) : .text
  }

  /// Tags that begin a block of HTML (CommonMark 0.30, §4.6, condition 6), those of use in prose.
  private static let blockNames: Set<String> = [
    "address", "article", "aside", "blockquote", "center", "details", "dialog", "dd", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "iframe", "li", "main", "menu", "nav", "ol", "p", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "video", "source",
  ]

  /// Whether a line is the underline of a heading.
  static func isUnderline(_ line: Substring) -> Bool {
    let content = line.drop { $0 == " " }
    guard let mark = content.first, mark == "=" || mark == "-" else { return false }
    let run = content.prefix { $0 == mark }.count
    return content.dropFirst(run).allSatisfy { $0 == " " || $0 == "\t" }
  }

  /// Whether a line is the row of dashes below a table's head.
  static func isTableRule(_ line: Substring) -> Bool {
    let bytes = line.utf8
    return bytes.contains(0x2D) && bytes.contains(0x7C)
      && bytes.allSatisfy { " \t|:-".utf8.contains($0) }
  }
}
