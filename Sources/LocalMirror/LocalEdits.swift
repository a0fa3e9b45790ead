import Bytes
import Contract
import Formats
import SQL

/// The tables of edits, as statements. Reading and writing connections use the same.
struct LocalEdits {
  let database: Database

  init(_ database: Database) { self.database = database }

  // MARK: Reading

  /// Local values of one record or of all, in order of record and field.
  func values(of key: RecordKey? = nil) throws -> [LocalValue] {
    let rows = try database.prepare(
      """
      SELECT l.type, l.id, l.field, l.value, l.source, l.at, l.mode, b.value, b.version
      FROM local l LEFT JOIN base b ON b.type = l.type AND b.id = l.id AND b.field = l.field
      \(key == nil ? "" : "WHERE l.type = ? AND l.id = ?")
      ORDER BY l.type, l.id, l.field
      """)
    if let key {
      try rows.bind(1, key.type.rawValue)
      try rows.bind(2, key.id)
    }
    var found: [LocalValue] = []
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)) else { continue }
      found.append(
        LocalValue(
          key: RecordKey(type, rows.text(1)), field: rows.text(2),
          base: try Self.value(rows.optionalText(7)), baseVersion: rows.integer(8),
          isBaseKnown: !rows.isNull(8), value: try Self.value(rows.optionalText(3)),
          isCount: rows.text(6) == "count", source: EditSource(rawValue: rows.text(4)) ?? .cli,
          at: Instant(rfc3339: rows.text(5)) ?? Instant(microseconds: 0)))
    }
    // The file orders types by name, everybody else by rank. Sorting is stable.
    return key == nil ? found.sorted { ($0.key, $0.field) < ($1.key, $1.field) } : found
  }

  private static func value(_ json: String?) throws -> FieldValue {
    guard let json else { return .null }
    do throws(FormatError) {
      return try FieldValue(json: json)
    } catch {
      throw MirrorError(
        .unreadable, "a stored edit cannot be read: \(error.description)", cause: error)
    }
  }

  private static func json(_ value: FieldValue) -> String? { value.isNull ? nil : value.json }

  /// Records that are made or deleted here.
  func operations() throws -> [(RecordKey, LocalOperation)] {
    let rows = try database.prepare("SELECT type, id, op FROM local_record WHERE op <> 'none'")
    var found: [(RecordKey, LocalOperation)] = []
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)) else { continue }
      found.append(
        (RecordKey(type, rows.text(1)), LocalOperation(rawValue: rows.text(2)) ?? .none))
    }
    return found.sorted { $0.0 < $1.0 }
  }

  func operation(of key: RecordKey) throws(SQLError) -> LocalOperation {
    let op = try database.text(
      "SELECT op FROM local_record WHERE type = ? AND id = ?", key.type.rawValue, key.id)
    return op.flatMap(LocalOperation.init) ?? .none
  }

  func isEdited(_ key: RecordKey) throws(SQLError) -> Bool {
    try database.integer(
      """
      SELECT EXISTS(SELECT 1 FROM local WHERE type = ?1 AND id = ?2)
        OR EXISTS(SELECT 1 FROM local_record WHERE type = ?1 AND id = ?2)
      """, key.type.rawValue, key.id) == 1
  }

  /// All records with an edit or an operation.
  func keys() throws -> [RecordKey] {
    try keys(
      in: try database.prepare(
        """
        SELECT type, id FROM local UNION SELECT type, id FROM local_record WHERE op <> 'none'
        """))
  }

  /// Records with an edit whose value has this text in it.
  func keys(mentioning text: String) throws -> [RecordKey] {
    let rows = try database.prepare(
      "SELECT DISTINCT type, id FROM local WHERE instr(value, ?) > 0")
    try rows.bind(1, text)
    return try keys(in: rows)
  }

  private func keys(in rows: borrowing Statement) throws -> [RecordKey] {
    var found: [RecordKey] = []
    while try rows.step() {
      if let type = ResourceType(rawValue: rows.text(0)) {
        found.append(RecordKey(type, rows.text(1)))
      }
    }
    return found.sorted()
  }

  /// The log of one record or of all, oldest first. What was logged before the server gave a record
  /// its id is found under the new one too.
  func log(of key: RecordKey? = nil, after n: Int64 = 0) throws -> [EditLogEntry] {
    let rows = try database.prepare(
      """
      SELECT n, type, id, field, "from", "to", source, at FROM edit_log WHERE n > ?1
      \(key == nil ? "" : """
        AND type = ?2 AND (id = ?3 OR id IN (SELECT local_id FROM idmap WHERE remote_id = ?3))
        """)
      ORDER BY n
      """)
    try rows.bind(1, n)
    if let key {
      try rows.bind(2, key.type.rawValue)
      try rows.bind(3, key.id)
    }
    var found: [EditLogEntry] = []
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(1)) else { continue }
      found.append(
        EditLogEntry(
          n: rows.integer(0), key: RecordKey(type, rows.text(2)), field: rows.text(3),
          from: try Self.value(rows.optionalText(4)), to: try Self.value(rows.optionalText(5)),
          origin: EditLogEntry.Origin(rawValue: rows.text(6)) ?? .cli,
          at: Instant(rfc3339: rows.text(7)) ?? Instant(microseconds: 0)))
    }
    return found
  }

  /// The server's record; nil where the server never had it.
  ///
  /// The version of an earlier epoch says nothing about what the server has now: it is 0, so that no
  /// guard lets a write pass that has not seen what it overwrites.
  func serverRecord(_ key: RecordKey) throws -> StoredServerRecord? {
    let row = try database.prepare(
      """
      SELECT server_json, version, etag, state,
        generation >= (SELECT epoch_generation FROM sync_meta)
      FROM record WHERE type = ? AND id = ? AND server_hash <> ''
      """)
    try row.bind(1, key.type.rawValue)
    try row.bind(2, key.id)
    guard try row.step() else { return nil }
    let isOfEpoch = row.integer(4) == 1
    return StoredServerRecord(
      tape: try Self.tape(row.bytes(0), key), version: isOfEpoch ? row.integer(1) : 0,
      etag: isOfEpoch ? row.optionalText(2) ?? "" : "",
      state: StoredServerRecord.State(rawValue: row.text(3)) ?? .live)
  }

  static func tape(_ json: UnsafeRawBufferPointer, _ key: RecordKey) throws(MirrorError) -> Tape {
    do throws(FormatError) {
      return try JSON.parse(json)
    } catch {
      throw MirrorError(
        .unreadable,
        "the stored \(key) cannot be read: \(error.description); run trumeau mirror verify",
        cause: error)
    }
  }

  /// The lines by which edits take part in the name of a snapshot; none where there are none.
  func name(into text: inout ByteBuffer) throws(SQLError) {
    let rows = try database.prepare(
      """
      SELECT type, id, field, coalesce(value, 'null') FROM local
      UNION ALL SELECT type, id, '', op FROM local_record WHERE op <> 'none' ORDER BY 1, 2, 3
      """)
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)), !type.isPersonal else { continue }
      text.append("\(type.rawValue) \(rows.text(1)) \(rows.text(2)) \(rows.text(3))\n")
    }
  }

  // MARK: Writing

  func put(
    _ key: RecordKey, _ edit: FieldEdit, source: EditSource, at: Instant
  ) throws(SQLError) {
    try database.run(
      """
      INSERT OR REPLACE INTO local(type, id, field, value, source, at, mode)
      VALUES(?,?,?,?,?,?,?)
      """, key.type.rawValue, key.id, edit.field, Self.json(edit.value), source.rawValue,
      at.rfc3339, edit.isCount ? "count" : "set")
  }

  func putBase(
    _ key: RecordKey, _ field: String, _ value: FieldValue, version: Int64
  ) throws(SQLError) {
    try database.run(
      "INSERT OR REPLACE INTO base(type, id, field, value, version) VALUES(?,?,?,?,?)",
      key.type.rawValue, key.id, field, Self.json(value), version)
  }

  /// Forgets the edit of a field.
  func remove(_ key: RecordKey, _ field: String) throws(SQLError) {
    for table in ["local", "base"] {
      try database.run(
        "DELETE FROM \(table) WHERE type = ? AND id = ? AND field = ?", key.type.rawValue, key.id,
        field)
    }
  }

  func setOperation(_ operation: LocalOperation, of key: RecordKey) throws(SQLError) {
    if operation == .none {
      try database.run(
        "DELETE FROM local_record WHERE type = ? AND id = ?", key.type.rawValue, key.id)
      try database.run(
        "DELETE FROM base WHERE type = ? AND id = ? AND field = ?", key.type.rawValue, key.id,
        Self.whole)
    } else {
      try database.run(
        "INSERT OR REPLACE INTO local_record(type, id, op) VALUES(?,?,?)", key.type.rawValue,
        key.id, operation.rawValue)
    }
  }

  func log(
    _ key: RecordKey, _ field: String, from: FieldValue, to: FieldValue,
    _ origin: EditLogEntry.Origin, at: Instant
  ) throws(SQLError) -> EditLogEntry {
    try database.run(
      """
      INSERT INTO edit_log(type, id, field, "from", "to", source, at) VALUES(?,?,?,?,?,?,?)
      """, key.type.rawValue, key.id, field, Self.json(from), Self.json(to), origin.rawValue,
      at.rfc3339)
    return EditLogEntry(
      n: database.lastInsertedRow, key: key, field: field, from: from, to: to, origin: origin,
      at: at)
  }
}
