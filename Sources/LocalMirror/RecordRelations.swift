public import Bytes
public import Contract
import Formats
import SQL

/// How the records of a mirror hang together: who has a name, what belongs to what.
struct RecordRelations {
  let database: Database

  /// The records of a type whose typed rows, edits in them, have these values, in order of id; `.null`
  /// is absent. Empty where a field has no column.
  func records(
    of type: ResourceType, having values: [String: FieldValue]
  ) throws(SQLError) -> [RecordKey] {
    guard let projection = Projection.of(type) else { return [] }
    var conditions: [String] = []
    var wanted: [String] = []
    func add(_ pointer: String, _ value: FieldValue) -> Bool {
      guard let column = projection.columns.first(where: { $0.pointer == pointer }) else {
        return false
      }
      switch value {
      case .null: conditions.append("\(column.name) IS NULL")
      case .text(let text):
        conditions.append("\(column.name) = ?")
        wanted.append(text)
      default: return false
      }
      return true
    }
    for (field, value) in values.sorted(by: { $0.key < $1.key }) {
      let (name, member) = RecordFields.split(field)
      let pointer = name == "links" ? "/links/\(member ?? "")" : "/attributes/\(field)"
      if let linkedType = value["type"], let id = value["id"] {
        guard add("\(pointer)/type", linkedType), add("\(pointer)/id", id) else { return [] }
      } else {
        guard add(pointer, value) else { return [] }
      }
    }
    guard !conditions.isEmpty else { return [] }
    let rows = try database.prepare(
      """
      SELECT id FROM \(projection.table) WHERE \(conditions.joined(separator: " AND ")) ORDER BY id
      """)
    try rows.bind(wanted.map { $0 as (any SQLBindable)? })
    var found: [RecordKey] = []
    while try rows.step() { found.append(RecordKey(type, rows.text(0))) }
    return found
  }

  /// Records of which the shop does not let go of this one, and lists of ids that name it.
  func references(to key: RecordKey) throws(SQLError) -> [RecordKey] {
    switch key.type {
    case .priceList:
      return try records(of: .market, having: ["links.price_list": .text(key.id)])
    case .program: return try records(of: .tier, having: ["links.program": .text(key.id)])
    case .product:
      let rows = try database.prepare(
        "SELECT collection_id FROM collection_product WHERE product_id = ? ORDER BY collection_id")
      try rows.bind(1, key.id)
      var found: [RecordKey] = []
      while try rows.step() { found.append(RecordKey(.collection, rows.text(0))) }
      return found
    default: return []
    }
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
    while try rows.step() {
      guard rows.bytes(2).count > 0 else { continue }
      found.append("\(rows.text(0)) \(rows.text(1)) \(rows.text(2))")
    }
    return found
  }

  /// The records that the server deletes together with a record, each after the one that it is a part
  /// of.
  func allParts(of key: RecordKey) throws -> [RecordKey] {
    var found: [RecordKey] = []
    var seen: Set<RecordKey> = [key]
    var next = [key]
    while !next.isEmpty {
      var deeper: [RecordKey] = []
      for whole in next {
        for part in try parts(of: whole) {
          let words = part.split(separator: " ")
          guard words.count > 1, let type = ResourceType(rawValue: String(words[0])) else {
            continue
          }
          let key = RecordKey(type, String(words[1]))
          if seen.insert(key).inserted { deeper.append(key) }
        }
      }
      found += deeper
      next = deeper
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

  /// The records of a type that readers see with these values, in order of id; `.null` is absent.
  /// Empty where a field cannot be looked up.
  public func records(
    of type: ResourceType, having values: [String: FieldValue]
  ) throws -> [RecordKey] {
    try RecordRelations(database: database).records(of: type, having: values)
  }

  /// Records that name a record and keep the shop from deleting it, and lists that name it.
  public func references(to key: RecordKey) throws -> [RecordKey] {
    try RecordRelations(database: database).references(to: key)
  }

  /// What a deletion started from, and what is there now: `{content, parts}`.
  public func deletion(of key: RecordKey) throws -> (seen: FieldValue?, now: FieldValue) {
    (
      try edits.deletionMark(of: key),
      try RecordRelations(database: database).deletionMark(key)
    )
  }

  /// The records that the server deletes together with a record, each after the one that it is a part
  /// of.
  public func parts(of key: RecordKey) throws -> [RecordKey] {
    try RecordRelations(database: database).allParts(of: key)
  }

  /// A person has seen what changed since the deletion, and it shall stand.
  public func renewDeletion(_ key: RecordKey) throws { try edits.putDeletionMark(key) }

  /// Whether the server has withdrawn a record from what the token may see, as opposed to having
  /// deleted it.
  public func isWithdrawn(_ key: RecordKey) throws -> Bool {
    try database.text(
      "SELECT op FROM tombstone WHERE type = ? AND id = ?", key.type.rawValue, key.id) == "gone"
  }

  /// When the server let go of a record, as RFC 3339; nil where it does not say.
  public func goneAt(_ key: RecordKey) throws -> String? {
    try database.text(
      "SELECT at FROM tombstone WHERE type = ? AND id = ?", key.type.rawValue, key.id)
  }

  /// Whether a record that is made here was in the shop meanwhile and is there no more: a copy of this
  /// folder has made it, and somebody has deleted it or shares it no longer.
  public func isBuried(_ key: RecordKey) throws -> Bool {
    try store.writer.stored(key.type, key.id).map { $0.hash.isEmpty && $0.isDeleted } ?? false
  }

  /// The id that the server gave to a record that was made here; the same id where it has none.
  public func resolved(_ id: String) throws -> String {
    try database.text("SELECT remote_id FROM idmap WHERE local_id = ?", id) ?? id
  }

  /// A field's value where each record that it names and that was made here has the id that the server
  /// gave it. What a person answers or imports may name it as it was called when he was shown it.
  public func resolved(
    _ value: FieldValue, of field: String, in type: ResourceType
  ) throws -> FieldValue {
    try value.renaming(recordsOf: field, in: type) { try resolved($0) }
  }

  /// The epoch of the server's change log that the mirror shows; nil before the first pull.
  public func epoch() throws -> String? { try database.text("SELECT epoch FROM sync_meta") }

  /// The server has a record no more. It stays where it carries edits.
  public func lose(_ key: RecordKey) throws {
    guard let stored = try store.writer.stored(key.type, key.id), !stored.isDeleted else { return }
    try store.removeOrKeep(stored, key.type, key.id, hasEdits: true)
    try store.entomb(stored, key.type, key.id, op: "missing", at: nil, place)
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

extension FieldValue {
  /// A field's value with other ids for the records that it names; values of fields that name none stay.
  public func renaming(
    recordsOf field: String, in type: ResourceType, _ name: (String) throws -> String
  ) rethrows -> FieldValue {
    guard Self.namesRecords(field, in: type) else { return self }
    switch self {
    case .text(let id): return .text(try name(id))
    case .list(let values):
      return .list(try values.map { value in try value.text.map { .text(try name($0)) } ?? value })
    case .object(let members):
      return .object(
        try members.map { member in
          guard member.name == "id", let id = member.value.text else { return member }
          return .init("id", .text(try name(id)))
        })
    default: return self
    }
  }

  private static func namesRecords(_ field: String, in type: ResourceType) -> Bool {
    if field.hasPrefix("links.") { return true }
    if case .list(.reference, _, _)? = RecordFields.kind(of: field, in: type) { return true }
    return false
  }
}
