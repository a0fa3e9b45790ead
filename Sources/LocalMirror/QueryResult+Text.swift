import Bytes
public import SQL

extension QueryResult {
  /// The rows as a table for a terminal: columns under their names, numbers to the right, text cut
  /// to `width` characters a column, null shown as nothing. Each line ends with a line feed.
  public func table(width: Int = 60) -> String {
    let texts = rows.map { row in row.map { Self.cut(Self.text($0), to: width) } }
    let names = columns.map { Self.cut($0, to: width) }
    let widths = columns.indices.map { column in
      texts.reduce(names[column].count) { max($0, $1[column].count) }
    }
    let isNumeric = columns.indices.map { column in
      !rows.isEmpty && rows.allSatisfy { Self.isNumber($0[column]) }
    }
    var lines = [Self.line(names, widths, isNumeric)]
    lines.append(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "))
    for row in texts { lines.append(Self.line(row, widths, isNumeric)) }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func line(_ cells: [String], _ widths: [Int], _ isNumeric: [Bool]) -> String {
    var line = ""
    for (index, cell) in cells.enumerated() {
      if index > 0 { line += "  " }
      let padding = String(repeating: " ", count: max(widths[index] - cell.count, 0))
      let isLast = index == cells.count - 1
      line += isNumeric[index] ? padding + cell : cell + (isLast ? "" : padding)
    }
    return line
  }

  private static func isNumber(_ value: SQLValue) -> Bool {
    switch value {
    case .integer, .real, .null: true
    case .text, .bytes: false
    }
  }

  /// A value as a person reads it, on one line.
  public static func text(_ value: SQLValue) -> String {
    switch value {
    case .null: ""
    case .integer(let number): String(number)
    case .real(let number): String(number)
    case .text(let text):
      // A control character in somebody's data must not reach a terminal.
      String(
        String.UnicodeScalarView(
          text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    case .bytes(let bytes): "x'\(Hex.encode(bytes))'"
    }
  }

  private static func cut(_ text: String, to width: Int) -> String {
    text.count > width ? text.prefix(max(width - 1, 1)) + "…" : text
  }
}
