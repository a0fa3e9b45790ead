import Bytes
import Contract
import Formats
import Machine
import SQL

/// Writes records of one tenant within one transaction: the only code that changes `record`.
///
/// Each write takes the next position of the change log in the same transaction, so positions are
/// in commit order.
final class RecordWriter {
  let database: Database
  let tenant: Int64
  let actor: String
  let now: Instant
  private var seq: Int64
  private var storedSeq: Int64
  private var buffer = ByteBuffer(capacity: 4096)

  init(_ database: Database, tenant: Int64, actor: String, now: Instant) throws {
    self.database = database
    self.tenant = tenant
    self.actor = actor
    self.now = now
    seq = try database.integer("SELECT seq FROM tenant WHERE tenant = ?", tenant) ?? 0
    storedSeq = seq
  }

  /// Stores the newest position; call it last.
  func finish() throws {
    guard seq != storedSeq else { return }
    try database.run("UPDATE tenant SET seq = ? WHERE tenant = ?", seq, tenant)
    storedSeq = seq
  }

  /// Runs `body` so that, when it throws, nothing of it is stored and no position is used up.
  func attempt<Result>(_ body: () throws -> Result) throws -> Result {
    let mark = seq
    do {
      return try database.nested(body)
    } catch {
      seq = mark
      throw error
    }
  }

  private func nextSeq() -> Int64 {
    seq += 1
    return seq
  }

  /// The record of a type and id, tombstones too.
  func find(_ type: ResourceType, _ id: String) throws -> StoredRecord? {
    try RecordQueries.find(type, id, tenant: tenant, in: database)
  }

  /// Stores a new record, or one that was deleted, in a row of the caller's choice.
  func insert(
    _ draft: RecordDraft, row: Int64, contentHash: String, isHidden: Bool,
    after tombstone: StoredRecord? = nil
  ) throws -> Envelope {
    let version = (tombstone?.version ?? 0) + 1
    let created = draft.createdAt ?? now
    let envelope = Envelope(
      type: draft.type, id: draft.id, externalRef: draft.externalRef, version: version,
      etag: StoredRecord.etag(draft.type, version), seq: nextSeq(), createdAt: created,
      updatedAt: max(draft.updatedAt ?? created, created), updatedBy: actor,
      contentHash: contentHash, attributes: draft.attributes, links: draft.links)
    try store(envelope, row: row, isHidden: isHidden)
    return envelope
  }

  /// Stores a new version of a record.
  func update(
    _ old: StoredRecord, to draft: RecordDraft, contentHash: String, isHidden: Bool
  ) throws -> Envelope {
    let version = old.version + 1
    let envelope = Envelope(
      type: old.type, id: old.id, externalRef: draft.externalRef, version: version,
      etag: StoredRecord.etag(old.type, version), seq: nextSeq(), createdAt: old.createdAt,
      updatedAt: max(draft.updatedAt ?? now, old.createdAt), updatedBy: actor,
      contentHash: contentHash, attributes: draft.attributes, links: draft.links)
    try store(envelope, row: old.row, isHidden: isHidden)
    return envelope
  }

  /// Gives a record a new place in the log without a new version: for readers who see it appear or
  /// vanish because of its parent.
  func touch(_ old: StoredRecord, isHidden: Bool) throws {
    var envelope = try old.envelope(symbols: Symbols())
    envelope.seq = nextSeq()
    try store(envelope, row: old.row, isHidden: isHidden)
  }

  private func store(_ envelope: Envelope, row: Int64, isHidden: Bool) throws {
    buffer.removeAll()
    envelope.append(to: &buffer)
    let statement = try database.prepare(
      """
      INSERT INTO record(row, tenant, type, id, seq, version, hidden, created_at, updated_at,
        deleted_at, external_ref, parent, content_hash, body)
      VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?)
      ON CONFLICT(row) DO UPDATE SET seq = excluded.seq, version = excluded.version,
        hidden = excluded.hidden, created_at = excluded.created_at,
        updated_at = excluded.updated_at, deleted_at = NULL,
        external_ref = excluded.external_ref, parent = excluded.parent,
        content_hash = excluded.content_hash, body = excluded.body
      """)
    try statement.bind(1, row)
    try statement.bind(2, tenant)
    try statement.bind(3, envelope.type.rawValue)
    try statement.bind(4, envelope.id)
    try statement.bind(5, envelope.seq)
    try statement.bind(6, envelope.version)
    try statement.bind(7, isHidden ? 1 : 0)
    try statement.bind(8, envelope.createdAt.microseconds)
    try statement.bind(9, envelope.updatedAt.microseconds)
    try statement.bind(10, envelope.externalRef)
    try statement.bind(11, envelope.parent)
    try statement.bind(12, envelope.contentHash)
    try buffer.withBytes { bytes in
      try statement.bind(13, keptBytes: bytes)
      try statement.run()
    }
  }

  /// Makes a tombstone of a record: its content is gone, its names are free.
  func delete(_ old: StoredRecord, keys: [(rule: String, value: String)]) throws {
    try removeKeys(keys, of: old)
    try database.run(
      """
      UPDATE record SET seq = ?, version = ?, deleted_at = ?, updated_at = ?, external_ref = NULL,
        content_hash = '', body = x'' WHERE row = ?
      """, nextSeq(), old.version + 1, now.microseconds, now.microseconds, old.row)
    try database.run("DELETE FROM mention WHERE target = ?", old.row)
  }

  /// The next free row.
  func freeRow() throws -> Int64 {
    (try database.integer("SELECT max(row) FROM record") ?? 0) + 1
  }

  // MARK: Names

  /// Takes a name for a record; the row of another holder, where there is one.
  func takeKey(_ type: ResourceType, rule: String, value: String, row: Int64) throws -> Int64? {
    let statement = try database.prepare(
      """
      INSERT INTO natural_key(tenant, type, rule, value, record) VALUES(?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """)
    try statement.bind(1, tenant)
    try statement.bind(2, type.rawValue)
    try statement.bind(3, rule)
    try statement.bind(4, value)
    try statement.bind(5, row)
    try statement.run()
    if database.changedRowCount == 1 { return nil }
    let holder = try database.integer(
      "SELECT record FROM natural_key WHERE tenant = ? AND type = ? AND rule = ? AND value = ?",
      tenant, type.rawValue, rule, value)
    return holder == row ? nil : holder
  }

  /// Frees the names that a record holds.
  func removeKeys(_ keys: [(rule: String, value: String)], of record: StoredRecord) throws {
    for key in keys {
      try database.run(
        """
        DELETE FROM natural_key
        WHERE tenant = ? AND type = ? AND rule = ? AND value = ? AND record = ?
        """, tenant, record.type.rawValue, key.rule, key.value, record.row)
    }
  }

  /// The record that holds a name, if one does.
  func holder(of type: ResourceType, rule: String, value: String) throws -> StoredRecord? {
    let statement = try database.prepare(
      """
      SELECT \(StoredRecord.columns) FROM record WHERE row = (
        SELECT record FROM natural_key WHERE tenant = ? AND type = ? AND rule = ? AND value = ?)
      """)
    try statement.bind(1, tenant)
    try statement.bind(2, type.rawValue)
    try statement.bind(3, rule)
    try statement.bind(4, value)
    return try statement.step() ? StoredRecord(statement) : nil
  }

  /// The id of the record in a row.
  func id(ofRow row: Int64) throws -> String {
    try database.text("SELECT id FROM record WHERE row = ?", row) ?? ""
  }

  // MARK: Mentions

  /// Notes that one record links to or names another.
  func addMention(of target: Int64, in source: Int64, policy: LinkPolicy?) throws {
    let statement = try database.prepare(
      "INSERT OR IGNORE INTO mention(target, source, policy) VALUES(?, ?, ?)")
    try statement.bind(1, target)
    try statement.bind(2, source)
    try statement.bind(3, Self.number(policy))
    try statement.run()
  }

  /// Forgets that one record links to or names another.
  func removeMention(of target: Int64, in source: Int64) throws {
    try database.run("DELETE FROM mention WHERE target = ? AND source = ?", target, source)
  }

  /// Who links to or names a record, in order of their rows.
  func mentions(of target: Int64) throws -> [(record: StoredRecord, policy: LinkPolicy?)] {
    let statement = try database.prepare(
      """
      SELECT \(StoredRecord.columns), m.policy FROM mention m JOIN record ON row = m.source
      WHERE m.target = ? ORDER BY m.source
      """)
    try statement.bind(1, target)
    var found: [(record: StoredRecord, policy: LinkPolicy?)] = []
    try statement.forEachRow { row in
      guard let record = StoredRecord(row) else { return }
      found.append((record, Self.policy(row.integer(12))))
    }
    return found
  }

  private static func number(_ policy: LinkPolicy?) -> Int {
    switch policy {
    case nil: 0
    case .owned: 1
    case .guarded: 2
    }
  }

  private static func policy(_ number: Int64) -> LinkPolicy? {
    number == 1 ? .owned : number == 2 ? .guarded : nil
  }
}
