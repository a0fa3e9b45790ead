import Bytes
public import Contract
import SQL

extension MirrorTransaction {
  /// Erases a person's record with everything that was ever edited, sent or decided of it. In place of
  /// each value its digest stays, as proof that no edit was lost but erased on request.
  ///
  /// - Returns: whether there was a record.
  @discardableResult
  public func purge(_ key: RecordKey) throws -> Bool {
    store.hasPurged = true
    let stored = try store.writer.stored(key.type, key.id)
    if let stored { try store.writer.remove(stored, key.type, key.id) }
    for table in ["local", "base", "local_record", "quarantine"] {
      try database.run(
        "DELETE FROM \(table) WHERE type = ? AND id = ?", key.type.rawValue, key.id)
    }
    for (table, id) in [
      ("edit_log", "id"), ("outbox", "id"), ("decision", "id"), ("conflict", "record_id"),
    ] {
      try erase(table, of: key, idColumn: id)
    }
    try database.run(
      """
      UPDATE outbox SET state = 'withdrawn'
      WHERE type = ? AND id = ? AND state IN ('waiting', 'sending', 'unknown')
      """, key.type.rawValue, key.id)
    try database.run(
      """
      UPDATE conflict SET decision = 'purged', decided_at = ?, decided_by = 'shop'
      WHERE type = ? AND record_id = ? AND decided_at IS NULL
      """, now.rfc3339, key.type.rawValue, key.id)
    return stored != nil
  }

  /// Columns that hold values of records, in whichever table they stand.
  private static let valueColumns: Set<String> = [
    "from", "to", "base", "ours", "theirs", "result", "payload", "request", "before", "answer",
    "detail",
  ]

  private func erase(_ table: String, of key: RecordKey, idColumn: String) throws {
    for column in try columns(of: table) where Self.valueColumns.contains(column) {
      let rows = try database.prepare(
        """
        SELECT n, "\(column)" FROM \(table)
        WHERE type = ?1 AND "\(column)" IS NOT NULL
          AND (\(idColumn) = ?2 OR \(idColumn) IN
            (SELECT local_id FROM idmap WHERE remote_id = ?2))
        """)
      try rows.bind(1, key.type.rawValue)
      try rows.bind(2, key.id)
      var marks: [(Int64, SQLValue)] = []
      while try rows.step() {
        let mark = FieldValue.object([
          .init("purged", .text(ContentHash.prefix + SHA256Digest(of: rows.bytes(1)).hex))
        ]).json
        let isText = if case .text = rows.value(1) { true } else { false }
        marks.append((rows.integer(0), isText ? .text(mark) : .bytes(Array(mark.utf8))))
      }
      for (n, mark) in marks {
        try database.run("UPDATE \(table) SET \"\(column)\" = ? WHERE n = ?", mark, n)
      }
    }
  }

  private func columns(of table: String) throws -> [String] {
    let rows = try database.prepare("SELECT name FROM pragma_table_info('\(table)')")
    var names: [String] = []
    while try rows.step() { names.append(rows.text(0)) }
    return names
  }
}

extension MirrorStore {
  /// Erases a person's record in a transaction of its own: see `MirrorTransaction.purge`. Nothing of it
  /// is left in the file afterwards.
  @discardableResult
  public func purge(_ key: RecordKey) throws -> Bool {
    let wasThere = try settle { try $0.purge(key) }
    try finishPurges()
    return wasThere
  }

  /// Rewrites the file where something was purged: rows that moved while they were there may have left
  /// their bytes in unused parts of it. O(size) then, nothing otherwise.
  public func finishPurges() throws {
    guard hasPurged else { return }
    try checked {
      try database.execute("VACUUM")
      try database.checkpoint()
    }
    hasPurged = false
  }
}
