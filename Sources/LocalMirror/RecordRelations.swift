public import Bytes
public import Contract
import Formats
import SQL

/// How the records of a mirror hang together: who has a name, what belongs to what.
struct RecordRelations {
  let database: Database

  /// The types and attributes whose values are unique and can be looked up.
  static let uniqueNames: [(type: ResourceType, attribute: String, table: String)] = [
    (.product, "handle", "product"), (.collection, "handle", "collection"),
    (.variant, "sku", "variant"),
  ]

  /// The records whose name this is, with edits, in order of id.
  func holders(of type: ResourceType, _ attribute: String, _ value: String) throws(SQLError)
    -> [RecordKey]
  {
    guard
      let place = Self.uniqueNames.first(where: { $0.type == type && $0.attribute == attribute })
    else { return [] }
    let rows = try database.prepare(
      "SELECT id FROM \(place.table) WHERE \(attribute) = ? ORDER BY id")
    try rows.bind(1, value)
    var found: [RecordKey] = []
    while try rows.step() { found.append(RecordKey(type, rows.text(0))) }
    return found
  }

  /// What readers see as parts of a record, with the digest that the server gave each; what is made
  /// here has none and is left out.
  func parts(of key: RecordKey) throws(SQLError) -> [String] {
    let typed = """
      SELECT r.type, r.id, r.server_hash FROM media t JOIN record r ON r.n = t.n
        WHERE t.parent_type = ?2 AND t.parent_id = ?1
      UNION ALL SELECT r.type, r.id, r.server_hash FROM translation t JOIN record r ON r.n = t.n
        WHERE t.resource_type = ?2 AND t.resource_id = ?1
      UNION ALL SELECT r.type, r.id, r.server_hash FROM gate t JOIN record r ON r.n = t.n
        WHERE t.resource_type = ?2 AND t.resource_id = ?1
      """
    let own: String
    switch key.type {
    case .product:
      own = """
        UNION ALL SELECT r.type, r.id, r.server_hash FROM variant t JOIN record r ON r.n = t.n
          WHERE t.product_id = ?1
        """
    case .variant:
      own = """
        UNION ALL SELECT r.type, r.id, r.server_hash FROM price t JOIN record r ON r.n = t.n
          WHERE t.variant_id = ?1
        UNION ALL SELECT r.type, r.id, r.server_hash FROM stock t JOIN record r ON r.n = t.n
          WHERE t.variant_id = ?1
        """
    case .collection: own = ""
    default: return []
    }
    let rows = try database.prepare("\(typed) \(own) ORDER BY 1, 2")
    try rows.bind(1, key.id)
    try rows.bind(2, key.type.rawValue)
    var found: [String] = []
    while try rows.step() where rows.bytes(2).count > 0 {
      found.append("\(rows.text(0)) \(rows.text(1)) \(rows.text(2))")
    }
    return found
  }

  /// What stands on the server of a record and its parts: noted when it is deleted here, so that
  /// later changes are seen.
  func deletionMark(_ key: RecordKey) throws(SQLError) -> FieldValue {
    let hash =
      try database.text(
        "SELECT server_hash FROM record WHERE type = ? AND id = ?", key.type.rawValue, key.id) ?? ""
    return .object(of: [
      .init("content", .text(hash)), .init("parts", .list(try parts(of: key).map { .text($0) })),
    ])
  }
}

extension LocalEdits {
  /// The field under which the base of a record as a whole is kept: what its deletion started from.
  static let whole = ""

  /// Notes what a deletion starts from.
  func putDeletionMark(_ key: RecordKey) throws {
    try putBase(
      key, Self.whole, try RecordRelations(database: database).deletionMark(key),
      version: try serverRecord(key)?.version ?? 0)
  }

  /// What a deletion started from; nil where none is noted.
  func deletionMark(of key: RecordKey) throws -> FieldValue? {
    try database.text(
      "SELECT value FROM base WHERE type = ? AND id = ? AND field = ?", key.type.rawValue, key.id,
      Self.whole
    ).map { json in try FieldValue(json: json) }
  }
}

extension MirrorTransaction {
  /// Records that are made or deleted here, in order.
  public func localOperations() throws -> [(RecordKey, LocalOperation)] { try edits.operations() }

  /// A record with its edits; nil where there is none, or where it is deleted here or on the server.
  public func effectiveRecord(_ key: RecordKey) throws -> Tape? {
    let row = try database.prepare(
      """
      SELECT \(Schema.shownBody) FROM record r WHERE r.type = ?1 AND r.id = ?2
        AND r.state <> 'deleted' AND \(Schema.isNotDeletedHere)
      """)
    try row.bind(1, key.type.rawValue)
    try row.bind(2, key.id)
    guard try row.step() else { return nil }
    return try LocalEdits.tape(row.bytes(0), key)
  }

  /// Whether a record can be linked to: the server has it or it is made here, and it is not deleted
  /// here.
  public func exists(_ key: RecordKey) throws -> Bool {
    try database.integer(
      """
      SELECT EXISTS(SELECT 1 FROM record r WHERE r.type = ?1 AND r.id = ?2
        AND r.state <> 'deleted' AND \(Schema.isNotDeletedHere))
      """, key.type.rawValue, key.id) == 1
  }

  /// The types and attributes whose values are unique and can be looked up.
  public static var uniqueNames: [(type: ResourceType, attribute: String)] {
    RecordRelations.uniqueNames.map { ($0.type, $0.attribute) }
  }

  /// The records that readers see under this value of a unique attribute, in order of id.
  public func holders(
    of type: ResourceType, _ attribute: String, _ value: String
  ) throws -> [RecordKey] {
    try RecordRelations(database: database).holders(of: type, attribute, value)
  }

  /// What a deletion started from, and what is there now: `{content, parts}`.
  public func deletion(of key: RecordKey) throws -> (seen: FieldValue?, now: FieldValue) {
    (
      try edits.deletionMark(of: key),
      try RecordRelations(database: database).deletionMark(key)
    )
  }

  /// A person has seen what changed since the deletion, and it shall stand.
  public func renewDeletion(_ key: RecordKey) throws { try edits.putDeletionMark(key) }

  /// Whether the server has withdrawn a record from what the token may see, as opposed to having
  /// deleted it.
  public func isWithdrawn(_ key: RecordKey) throws -> Bool {
    try database.text(
      "SELECT op FROM tombstone WHERE type = ? AND id = ?", key.type.rawValue, key.id) == "gone"
  }

  /// The id that the server gave to a record that was made here; the same id where it has none.
  public func resolved(_ id: String) throws -> String {
    try database.text("SELECT remote_id FROM idmap WHERE local_id = ?", id) ?? id
  }

  /// The server has a record no more. It stays where it carries edits.
  public func lose(_ key: RecordKey) throws {
    guard let stored = try store.writer.stored(key.type, key.id), !stored.isDeleted else { return }
    try store.removeOrKeep(stored, key.type, key.id, hasEdits: true)
    try store.writer.entomb(
      key.type, key.id, op: "missing", version: stored.version, seq: stored.seq, at: nil, place)
  }

  /// What was sent, asked and decided.
  public var ledger: SyncLedger { SyncLedger(database: database, path: store.path) }

  /// Questions about a record that was made here follow it to the id that the server gave it.
  public func moveQuestions(from local: RecordKey, to remote: RecordKey) throws {
    guard local != remote else { return }
    try database.run(
      "UPDATE OR IGNORE conflict SET record_id = ? WHERE type = ? AND record_id = ?", remote.id,
      local.type.rawValue, local.id)
  }
}
