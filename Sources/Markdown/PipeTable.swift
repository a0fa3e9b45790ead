import Bytes
import CCMark

/// A table of pipes: a row of heads, a row of dashes that also tells alignment, then rows.
///
/// Where CommonMark sees a paragraph, GitHub's rules (GFM 0.29 §4.10) see a table if a row of
/// dashes follows a line with as many cells. libcmark leaves such paragraphs alone, so fences and
/// indented code never come here.
struct PipeTable {
  enum Alignment { case none, left, centre, right }

  /// Lines of the paragraph that stand before the row of heads.
  let before: ArraySlice<Substring>
  let heads: [String]
  let alignments: [Alignment]
  /// Rows of exactly as many cells as there are heads.
  let rows: [[String]]

  /// Finds the table in the lines of a paragraph.
  init?(_ lines: [Substring]) {
    guard
      let (index, alignments) = lines.indices.dropFirst().lazy.compactMap({ index in
        Self.alignments(lines[index]).map { (index, $0) }
      }).first(where: { Self.cells($0.0 > 0 ? lines[$0.0 - 1] : "").count == $0.1.count })
    else { return nil }
    before = lines[..<(index - 1)]
    heads = Self.cells(lines[index - 1])
    self.alignments = alignments
    let width = alignments.count
    rows = lines[(index + 1)...].map { line in
      let cells = Self.cells(line).prefix(width)
      return Array(cells) + Array(repeating: "", count: width - cells.count)
    }
  }

  /// The alignments that a row of dashes tells, or nil where the line is none.
  private static func alignments(_ line: Substring) -> [Alignment]? {
    guard line.contains("-"), line.allSatisfy({ "|:- \t".contains($0) }), line.contains("|")
    else { return nil }
    var found: [Alignment] = []
    for cell in cells(line) {
      let isLeft = cell.hasPrefix(":")
      let isRight = cell.count > 1 && cell.hasSuffix(":")
      let dashes = cell.dropFirst(isLeft ? 1 : 0).dropLast(isRight ? 1 : 0)
      guard !dashes.isEmpty, dashes.allSatisfy({ $0 == "-" }) else { return nil }
      found.append(isLeft ? (isRight ? .centre : .left) : (isRight ? .right : .none))
    }
    return found.isEmpty ? nil : found
  }

  /// The cells of a row, trimmed. `\|` is a pipe in a cell, also inside a code span.
  private static func cells(_ line: Substring) -> [String] {
    var row = trim(line)
    if row.first == "|" { row = row.dropFirst() }
    var cells: [String] = []
    var cell = ""
    var isEscaped = false
    for character in row {
      if isEscaped {
        cell += character == "|" ? "|" : "\\\(character)"
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == "|" {
        cells.append(String(trim(cell[...])))
        cell = ""
      } else {
        cell.append(character)
      }
    }
    if isEscaped { cell += "\\" }
    let last = trim(cell[...])
    if !last.isEmpty || row.last != "|" { cells.append(String(last)) }
    return cells
  }

  private static func trim(_ text: Substring) -> Substring {
    var rest = text.drop { $0 == " " || $0 == "\t" }
    while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
    return rest
  }
}

extension MarkdownDocument {
  /// Puts a table in the place of each paragraph that is one.
  func replaceTables() {
    guard source.mayHoldTables else { return }
    let definitions = source.definitions
    for (node, table) in tables {
      var html = ""
      if !table.before.isEmpty {
        html += Markdown.html(
          table.before.joined(separator: "\n") + "\n\n" + definitions,
          allowingRawHTML: allowsRawHTML)
      }
      html += self.html(of: table, definitions: definitions)
      replace(node, byHTML: html)
    }
  }

  /// The paragraphs that are tables. The nodes live as long as the document, until replaced.
  var tables: [(node: OpaquePointer, table: PipeTable)] {
    guard source.mayHoldTables else { return [] }
    var found: [(node: OpaquePointer, table: PipeTable)] = []
    var quoteDepth = 0
    walk { node, isEntering in
      switch cmark_node_get_type(node) {
      case CMARK_NODE_BLOCK_QUOTE: quoteDepth += isEntering ? 1 : -1
      case CMARK_NODE_PARAGRAPH where isEntering:
        let lines = source.lines(
          Int(cmark_node_get_start_line(node)), Int(cmark_node_get_end_line(node)),
          quoteDepth: quoteDepth)
        if let table = PipeTable(lines) { found.append((node, table)) }
      default: break
      }
    }
    return found
  }

  private func html(of table: PipeTable, definitions: String) -> String {
    func row(_ cells: [String], _ tag: String) -> String {
      let parts = zip(cells, table.alignments).map { cell, alignment in
        "<\(tag)\(Self.attribute(alignment))>\(inline(cell, definitions))</\(tag)>\n"
      }
      return "<tr>\n\(parts.joined())</tr>\n"
    }
    var html = "<table>\n<thead>\n\(row(table.heads, "th"))</thead>\n"
    if !table.rows.isEmpty {
      html += "<tbody>\n\(table.rows.map { row($0, "td") }.joined())</tbody>\n"
    }
    return html + "</table>\n"
  }

  private static func attribute(_ alignment: PipeTable.Alignment) -> String {
    switch alignment {
    case .none: ""
    case .left: " style=\"text-align: left\""
    case .centre: " style=\"text-align: center\""
    case .right: " style=\"text-align: right\""
    }
  }

  /// The HTML of a cell. A word before it keeps libcmark from seeing a list or heading there; it is
  /// cut off again with the paragraph around.
  private func inline(_ cell: String, _ definitions: String) -> String {
    let opening = "<p>x "
    let closing = "</p>\n"
    let html = Markdown.html("x \(cell)\n\n\(definitions)", allowingRawHTML: allowsRawHTML)
    guard html.hasPrefix(opening), let end = html.firstIndex(of: closing) else { return "" }
    return String(html[html.index(html.startIndex, offsetBy: opening.count)..<end])
  }
}

extension String {
  /// Where `part` begins, found by bytes; nil where it does not occur.
  fileprivate func firstIndex(of part: String) -> String.Index? {
    let needle = Array(part.utf8)
    var index = utf8.startIndex
    while index < utf8.endIndex {
      if utf8[index...].starts(with: needle) { return index }
      index = utf8.index(after: index)
    }
    return nil
  }
}
