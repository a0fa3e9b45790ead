import LocalMirror
import SQL

/// Local edits, written as the editing surfaces will write them.
struct Edits {
  let path: String

  init(_ path: String) throws { self.path = path }

  func addLocal(id: String, field: String, value: String) throws {
    let database = try Database(path)
    try database.run(
      "INSERT INTO local(type, id, field, value, source, at) VALUES('product', ?, ?, ?, 'cli', '')",
      id, field, value)
  }

  func locals() throws -> [String] {
    let database = try Database(path)
    let rows = try database.prepare("SELECT id, field, value FROM local")
    var found: [String] = []
    while try rows.step() { found.append("\(rows.text(0)) \(rows.text(1)) \(rows.text(2))") }
    return found
  }
}
