import Contract
import LocalMirror
import SQL

/// Local edits, made as the editing surfaces make them.
struct Edits {
  let path: String

  init(_ path: String) throws { self.path = path }

  func addLocal(id: String, field: String, value: String) throws {
    let store = try MirrorStore(path: path, tenant: "demo")
    try store.edit(
      RecordKey(.product, id), [FieldEdit(field, FieldValue(json: value))], source: .cli)
  }

  func locals() throws -> [String] {
    let database = try Database(path)
    let rows = try database.prepare("SELECT id, field, value FROM local")
    var found: [String] = []
    while try rows.step() { found.append("\(rows.text(0)) \(rows.text(1)) \(rows.text(2))") }
    return found
  }
}

extension Edits {
  /// Loses what all edits began from, as a damaged mirror would.
  func forgetBases() throws { try Database(path).run("DELETE FROM base") }

  /// Gives an edited field a name that the contract does not have.
  func rename(field: String, to other: String) throws {
    let database = try Database(path)
    for table in ["local", "base"] {
      try database.run("UPDATE \(table) SET field = ? WHERE field = ?", other, field)
    }
  }
}
