import LocalMirror
import SQL

/// An answer to a question, as text.
struct QueryTable {
  private let columns: [String]
  private let rows: [[String]]
  private let isNumber: [Bool]

  init(_ result: QueryResult) {
    columns = result.columns
    rows = result.rows.map { $0.map { $0.shown ?? "" } }
    isNumber = result.columns.indices.map { column in
      !result.rows.isEmpty
        && result.rows.allSatisfy { row in
          if case .integer = row[column] { true } else { false }
        }
    }
  }

  /// A table for a terminal; numbers stand to the right. Long texts are cut on a terminal only.
  func aligned(columns width: Int?) -> String {
    let widest = width.map { max(12, $0 / max(columns.count, 1) + 8) } ?? Int.max
    let cells = ([columns] + rows).map { row in
      row.map { $0.count > widest ? String($0.prefix(widest - 1)) + "…" : $0 }
    }
    let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    var text = ""
    for (number, row) in cells.enumerated() {
      let line = zip(row.indices, row).map { column, cell in
        cell.padding(to: widths[column], before: isNumber[column])
      }.joined(separator: "  ")
      text += line.dropLast(line.reversed().prefix { $0 == " " }.count) + "\n"
      if number == 0 {
        text += widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n"
      }
    }
    return text
  }

  /// Separated values with a header; a cell with a separator, quote or line end is quoted
  /// (RFC 4180).
  func separated(by separator: Character) -> String {
    ([columns] + rows).map { row in
      row.map { cell in
        let needsQuotes = cell.contains { $0 == separator || $0 == "\"" || $0.isNewline }
        return needsQuotes ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
      }.joined(separator: String(separator)) + "\r\n"
    }.joined()
  }
}

extension SQLValue {
  /// The value as text; nil for NULL.
  var shown: String? {
    switch self {
    case .null: nil
    case .integer(let number): String(number)
    case .text(let text): text
    default: "\(self)"
    }
  }
}
