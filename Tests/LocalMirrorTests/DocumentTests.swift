import LocalMirror
import Machine
import SQL
import Support
import Testing

@Suite("docs/mirror.md")
struct DocumentTests {
  private let lines: [Substring]

  init() throws {
    lines = try Files.readText("\(SharedFolder.repository)/docs/mirror.md")
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  private var questions: [String] {
    var found: [String] = []
    var current: [Substring]?
    for line in lines {
      if line == "```sql" {
        current = []
      } else if line == "```", let block = current {
        found.append(block.joined(separator: "\n"))
        current = nil
      } else {
        current?.append(line)
      }
    }
    return found
  }

  @Test("every question in it runs on a mirror")
  func questionsRun() throws {
    let shop = try Shop()
    try shop.fill(try shop.open())
    let query = try MirrorQuery(path: shop.path)
    #expect(questions.count >= 10)
    var answered = 0
    for question in questions {
      let sql = question.hasSuffix(";") ? String(question.dropLast()) : question
      answered += try query.run(sql).rows.isEmpty ? 0 : 1
    }
    #expect(answered >= 8)
  }

  @Test("it describes every table and view with every column, and nothing that is not there")
  func describesAll() throws {
    var described: [String: [String]] = [:]
    var table: String?
    for line in lines {
      if line.hasPrefix("### ") {
        table = String(line.dropFirst(4))
      } else if line.hasPrefix("## ") {
        table = nil
      } else if let table, line.hasPrefix("| `") {
        described[table, default: []].append(
          String(line.dropFirst(3).prefix { $0 != "`" }))
      }
    }
    let shop = try Shop()
    try shop.fill(try shop.open())
    let query = try MirrorQuery(path: shop.path)
    let rows = try query.run(
      """
      SELECT s.name, c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c
      WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite_%' ORDER BY s.name, c.cid
      """
    ).rows
    var actual: [String: [String]] = [:]
    for row in rows {
      guard case .text(let name) = row[0], case .text(let column) = row[1] else { continue }
      actual[name, default: []].append(column)
    }
    #expect(Set(described.keys) == Set(actual.keys))
    for (name, columns) in actual { #expect(described[name] == columns, "\(name)") }
  }
}
