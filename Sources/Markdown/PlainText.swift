import CCMark
import Glibc

/// Takes the words out of a tree.
enum PlainText {
  static func text(of document: borrowing MarkdownDocument) -> String {
    var tables: [OpaquePointer: PipeTable] = [:]
    for (node, table) in document.tables { tables[node] = table }
    var lines = WordLines()
    var isInTable = false
    document.walk { node, isEntering in
      if !tables.isEmpty, let table = tables[node] {
        isInTable = isEntering
        if isEntering { for line in words(of: table) { lines.append(line: line) } }
        return
      }
      if isInTable { return }
      switch cmark_node_get_type(node) {
      case CMARK_NODE_TEXT, CMARK_NODE_CODE: lines.append(cmark_node_get_literal(node))
      case CMARK_NODE_SOFTBREAK: lines.append(0x20)
      case CMARK_NODE_LINEBREAK: lines.endLine()
      case CMARK_NODE_CODE_BLOCK:
        lines.append(cmark_node_get_literal(node), keepingLines: true)
        lines.endLine()
      case CMARK_NODE_PARAGRAPH, CMARK_NODE_HEADING: lines.endLine()
      default: break
      }
    }
    return lines.text
  }

  private static func words(of table: PipeTable) -> [String] {
    let before = Markdown.plainText(table.before.joined(separator: "\n"))
    let rows = ([table.heads] + table.rows).map { row in
      row.map { Markdown.plainText("x \($0)").dropFirst(2) }.filter { !$0.isEmpty }
        .joined(separator: ", ")
    }
    return ([before] + rows).filter { !$0.isEmpty }
  }
}

/// Lines of words with one space between two words and no empty line.
private struct WordLines {
  private var bytes: [UInt8] = []
  private var isLineBegun = false
  private var isSpacePending = false

  mutating func append(_ byte: UInt8) {
    if byte == 0x20 || byte == 0x09 {
      isSpacePending = isLineBegun
      return
    }
    if !isLineBegun {
      if !bytes.isEmpty { bytes.append(0x0A) }
      isLineBegun = true
    } else if isSpacePending {
      bytes.append(0x20)
    }
    isSpacePending = false
    bytes.append(byte)
  }

  /// Appends a text that ends with a NUL.
  mutating func append(_ literal: UnsafePointer<CChar>?, keepingLines: Bool = false) {
    guard let literal else { return }
    let text = UnsafeRawBufferPointer(start: literal, count: strlen(literal))
    var position = 0
    while position < text.count {
      let byte = text[position]
      if keepingLines, byte == 0x0A {
        endLine()
        position += 1
        continue
      }
      append(byte)
      position += 1
      guard byte != 0x20, byte != 0x09 else { continue }
      let end = Self.endOfWords(text, from: position, keepingLines)
      bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[position..<end]))
      position = end
    }
  }

  /// Where the words end that can be taken as they are, with one space between two.
  private static func endOfWords(
    _ text: UnsafeRawBufferPointer, from start: Int, _ keepingLines: Bool
  ) -> Int {
    func isBlank(_ byte: UInt8) -> Bool {
      byte == 0x20 || byte == 0x09 || (keepingLines && byte == 0x0A)
    }
    var end = start
    while end < text.count {
      let byte = text[end]
      if byte <= 0x20, isBlank(byte) {
        guard byte == 0x20, end + 1 < text.count, !isBlank(text[end + 1]) else { return end }
      }
      end += 1
    }
    return end
  }

  mutating func append(line: String) {
    endLine()
    for byte in line.utf8 { if byte == 0x0A { endLine() } else { append(byte) } }
    endLine()
  }

  mutating func endLine() {
    isLineBegun = false
    isSpacePending = false
  }

  var text: String { String(decoding: bytes, as: UTF8.self) }
}
