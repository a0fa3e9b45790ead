import CSQLite
import SQL

/// What SQLite's session extension says is different between two files of the same tables: an opinion
/// that owes nothing to the program's own notes.
struct Changeset {
  enum Operation {
    case insert
    case update
    case delete
  }

  /// One row that is other than before.
  struct Change {
    let table: String
    let operation: Operation
    /// Values before and after, by column; of an update those of the key and those that changed.
    let old: [String: String?]
    let new: [String: String?]

    /// A value that the change names: of the new row, or else of the old one.
    subscript(column: String) -> String? { (new[column] ?? nil) ?? (old[column] ?? nil) }

    /// Columns whose value is another.
    var changed: Set<String> { Set(new.keys.filter { new[$0] != old[$0] }) }
  }

  private(set) var changes: [Change] = []

  /// Compares all tables of two files.
  init(from before: String, to after: String) throws {
    let columns = try Self.columns(of: after)
    var opened: OpaquePointer?
    try Self.check(sqlite3_open_v2(after, &opened, SQLITE_OPEN_READWRITE, nil), opened)
    defer { sqlite3_close_v2(opened) }
    try Self.check(sqlite3_exec(opened, "ATTACH '\(before)' AS old", nil, nil, nil), opened)
    var session: OpaquePointer?
    try Self.check(sqlite3session_create(opened, "main", &session), opened)
    defer { sqlite3session_delete(session) }
    for table in columns.keys.sorted() {
      try Self.check(sqlite3session_attach(session, table), opened)
      try Self.check(sqlite3session_diff(session, "old", table, nil), opened)
    }
    var size: Int32 = 0
    var bytes: UnsafeMutableRawPointer?
    try Self.check(sqlite3session_changeset(session, &size, &bytes), opened)
    defer { sqlite3_free(bytes) }
    var iterator: OpaquePointer?
    try Self.check(sqlite3changeset_start(&iterator, size, bytes), opened)
    defer { sqlite3changeset_finalize(iterator) }
    while sqlite3changeset_next(iterator) == SQLITE_ROW {
      changes.append(try Self.change(iterator, columns, opened))
    }
  }

  private static func change(
    _ iterator: OpaquePointer?, _ columns: [String: [String]], _ database: OpaquePointer?
  ) throws -> Change {
    var table: UnsafePointer<CChar>?
    var count: Int32 = 0
    var code: Int32 = 0
    try check(sqlite3changeset_op(iterator, &table, &count, &code, nil), database)
    let name = table.map { String(cString: $0) } ?? ""
    var old: [String: String?] = [:]
    var new: [String: String?] = [:]
    for (index, column) in (columns[name] ?? []).enumerated() {
      var value: OpaquePointer?
      if code != SQLITE_INSERT {
        try check(sqlite3changeset_old(iterator, Int32(index), &value), database)
        if let value { old[column] = .some(text(value)) }
      }
      value = nil
      if code != SQLITE_DELETE {
        try check(sqlite3changeset_new(iterator, Int32(index), &value), database)
        if let value { new[column] = .some(text(value)) }
      }
    }
    let operation: Operation =
      switch code {
      case SQLITE_INSERT: .insert
      case SQLITE_DELETE: .delete
      default: .update
      }
    return Change(table: name, operation: operation, old: old, new: new)
  }

  private static func text(_ value: OpaquePointer) -> String? {
    sqlite3_value_text(value).map { String(cString: $0) }
  }

  private static func columns(of path: String) throws -> [String: [String]] {
    let database = try Database(path)
    let rows = try database.prepare(
      """
      SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c
      WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid
      """)
    var found: [String: [String]] = [:]
    while try rows.step() { found[rows.text(0), default: []].append(rows.text(1)) }
    return found
  }

  private static func check(_ code: Int32, _ database: OpaquePointer?) throws {
    guard code == SQLITE_OK else {
      throw SQLError(extendedCode: code, message: String(cString: sqlite3_errmsg(database)))
    }
  }

  /// Changes of one table.
  func of(_ table: String) -> [Change] { changes.filter { $0.table == table } }
}
