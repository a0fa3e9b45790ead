import CCMark

/// Takes the words out of a tree.
enum PlainText {
  static func text(of document: borrowing MarkdownDocument) -> String {
    var tables: [OpaquePointer: PipeTable] = [:]
    for (node, table) in document.tables { tables[node] = table }
    var lines: [String] = []
    var line = ""
    var isInTable = false
    func endLine() {
      let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).joined(separator: " ")
      if !words.isEmpty { lines.append(words) }
      line = ""
    }
    document.walk { node, isEntering in
      let type = cmark_node_get_type(node)
      if let table = tables[node] {
        isInTable = isEntering
        if isEntering { lines += words(of: table) }
        return
      }
      if isInTable { return }
      switch type {
      case CMARK_NODE_TEXT, CMARK_NODE_CODE:
        if let text = cmark_node_get_literal(node) { line += String(cString: text) }
      case CMARK_NODE_SOFTBREAK: line += " "
      case CMARK_NODE_LINEBREAK: endLine()
      case CMARK_NODE_CODE_BLOCK:
        guard let text = cmark_node_get_literal(node) else { return }
        for part in String(cString: text).split(separator: "\n") {
          line = String(part)
          endLine()
        }
      case CMARK_NODE_PARAGRAPH, CMARK_NODE_HEADING: endLine()
      default: break
      }
    }
    endLine()
    return lines.joined(separator: "\n")
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
