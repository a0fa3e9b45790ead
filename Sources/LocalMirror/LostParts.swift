import Bytes
public import Contract
import SQL

/// What the shop has deleted of records that carry edits here. A record that is edited stays in the mirror
/// when the shop deletes it; what belonged to it would be gone, and an editor who makes it again needs the
/// whole of it.
struct LostParts {
  let database: Database

  /// What went with its whole went at that moment; deletions of one act may be some minutes apart.
  static let secondsOfOneAct: Int64 = 300

  /// Keeps what a part was, where it belongs to a record with edits. To be called before it is removed. What
  /// is about a person is never kept.
  ///
  /// - Parameter at: when the shop deleted it.
  func keep(_ key: RecordKey, at: Instant) throws {
    guard !key.type.isPersonal, let record = try LocalEdits(database).serverRecord(key),
      let whole = try editedWhole(of: key, record)
    else { return }
    try database.run(
      """
      INSERT OR REPLACE INTO lost_part(type, id, whole_type, whole_id, body, at)
      SELECT type, id, ?3, ?4, server_json, ?5 FROM record WHERE type = ?1 AND id = ?2
      """, key.type.rawValue, key.id, whole.type.rawValue, whole.id, at.rfc3339)
  }

  /// The nearest record above a part that carries edits.
  private func editedWhole(
    of key: RecordKey, _ record: StoredServerRecord
  ) throws -> RecordKey? {
    let edits = LocalEdits(database)
    var parent = record.parent(of: key.type)
    var steps = 0
    while let above = parent, steps < ResourceType.allCases.count {
      if try edits.operation(of: above) == .delete { return nil }
      if try edits.isEdited(above) { return above }
      guard let next = try edits.serverRecord(above) else { return try whole(of: above) }
      parent = next.parent(of: above.type)
      steps += 1
    }
    return nil
  }

  private func whole(of lost: RecordKey) throws -> RecordKey? {
    let row = try database.prepare(
      "SELECT whole_type, whole_id FROM lost_part WHERE type = ? AND id = ?")
    try row.bind(1, lost.type.rawValue)
    try row.bind(2, lost.id)
    guard try row.step(), let type = ResourceType(rawValue: row.text(0)) else { return nil }
    return RecordKey(type, row.text(1))
  }

  /// What went together with a record that the shop has deleted, each part after what it belongs to. One
  /// that is edited itself is kept in the mirror and asked about by itself.
  func parts(of whole: RecordKey) throws -> [MirrorTransaction.LostPart] {
    let edits = LocalEdits(database)
    let rows = try database.prepare(
      """
      SELECT p.type, p.id, p.body, p.at, coalesce(t.at, t.seen_at) FROM lost_part p
      LEFT JOIN tombstone t ON t.type = p.whole_type AND t.id = p.whole_id
      WHERE p.whole_type = ? AND p.whole_id = ? AND p.made_id IS NULL
      """)
    try rows.bind(1, whole.type.rawValue)
    try rows.bind(2, whole.id)
    var found: [MirrorTransaction.LostPart] = []
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)) else { continue }
      if let gone = rows.optionalText(4).flatMap(Instant.init(rfc3339:)),
        let at = Instant(rfc3339: rows.text(3)), at.adding(seconds: Self.secondsOfOneAct) < gone
      {
        continue
      }
      let key = RecordKey(type, rows.text(1))
      if try !edits.isEdited(key) { found.append(try Self.part(key, rows.bytes(2))) }
    }
    return found.sorted { $0.key < $1.key }
  }

  private static func part(
    _ key: RecordKey, _ json: UnsafeRawBufferPointer
  ) throws -> MirrorTransaction.LostPart {
    let body = try LocalEdits.tape(json, key)
    return MirrorTransaction.LostPart(
      key: key,
      fields: RecordFields.fields(
        of: key.type, attributes: body.value["attributes"] ?? Tape.null.value,
        links: body.value["links"]))
  }

  /// A part whose whole is made again and that is not, because it was edited itself.
  func leftBehind(_ key: RecordKey) throws -> MirrorTransaction.LostPart? {
    let row = try database.prepare(
      """
      SELECT p.body FROM lost_part p WHERE p.type = ?1 AND p.id = ?2 AND p.made_id IS NULL
        AND EXISTS (SELECT 1 FROM lost_part w
          WHERE w.type = p.whole_type AND w.id = p.whole_id AND w.made_id IS NOT NULL)
      """)
    try row.bind(1, key.type.rawValue)
    try row.bind(2, key.id)
    return try row.step() ? try Self.part(key, row.bytes(0)) : nil
  }

  /// The shop has a part again.
  func forget(_ key: RecordKey) throws(SQLError) {
    try database.run(
      "DELETE FROM lost_part WHERE type = ? AND id = ? AND made_id IS NULL", key.type.rawValue,
      key.id)
  }

  /// Nothing is kept of what belonged to a record whose edits have ended, nor ids of before once nothing
  /// is edited that could name them.
  func forgetEnded() throws(SQLError) {
    try database.execute(
      """
      DELETE FROM lost_part WHERE made_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM local l WHERE l.type = whole_type AND l.id = whole_id)
        AND NOT EXISTS (SELECT 1 FROM local_record l WHERE l.type = whole_type AND l.id = whole_id)
        AND NOT EXISTS (SELECT 1 FROM local l WHERE l.type = lost_part.type AND l.id = lost_part.id);
      DELETE FROM lost_part WHERE made_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM local);
      """)
  }
}

extension StoredServerRecord {
  /// What it is a part of; nil where it is a whole.
  func parent(of type: ResourceType) -> RecordKey? {
    let schema = ResourceSchema.of(type)
    guard let link = schema.links.first(where: { $0.name == schema.parentLink }) else { return nil }
    let value = value("links.\(link.name)")
    if let id = value.text { return link.targets.first.map { RecordKey($0, id) } }
    guard let type = value["type"]?.text.flatMap(ResourceType.init(rawValue:)),
      let id = value["id"]?.text
    else { return nil }
    return RecordKey(type, id)
  }
}

extension MirrorTransaction {
  /// A record that the shop deleted together with what it was a part of, as it was.
  public struct LostPart: Sendable, Hashable {
    /// The record, by its id then.
    public let key: RecordKey
    /// Its content.
    public let fields: [String: FieldValue]
  }

  /// What the shop deleted together with a record that is kept here because of edits, each part after
  /// what it belongs to. What had been deleted before, in another act, is not among it.
  public func lostParts(of whole: RecordKey) throws -> [LostPart] {
    try LostParts(database: database).parts(of: whole)
  }

  /// A part that the shop deleted with a whole that is made again, and that is not made again with it,
  /// because it was edited itself; nil where there is none.
  public func leftBehind(_ key: RecordKey) throws -> LostPart? {
    try LostParts(database: database).leftBehind(key)
  }

  /// Notes that a record that the shop deleted is made again, and under which id.
  public func note(_ lost: RecordKey, madeAgainAs made: RecordKey) throws {
    try database.run(
      """
      INSERT INTO lost_part(type, id, whole_type, whole_id, body, at, made_id)
      VALUES(?1, ?2, ?1, ?2, '', ?3, ?4)
      ON CONFLICT(type, id) DO UPDATE SET made_id = excluded.made_id, body = ''
      """, lost.type.rawValue, lost.id, now.rfc3339, made.id)
  }

  /// The ids under which records were made again that the shop had deleted, by their old ones.
  public func madeAgain() throws -> [String: String] {
    let rows = try database.prepare("SELECT id, made_id FROM lost_part WHERE made_id IS NOT NULL")
    var ids: [String: String] = [:]
    while try rows.step() { ids[rows.text(0)] = try resolved(rows.text(1)) }
    return ids
  }

  /// Records with an edit whose value has this text in it, such as an id.
  public func edited(mentioning text: String) throws -> [RecordKey] {
    try edits.keys(mentioning: text)
  }

  /// Whether a record was found missing by something else than a pull, and none has run since: what
  /// belonged to it stands here still.
  public func isPullDue(for missing: RecordKey) throws -> Bool {
    try database.integer(
      """
      SELECT EXISTS(SELECT 1 FROM tombstone t, sync_meta s WHERE t.type = ? AND t.id = ?
        AND t.op = 'missing' AND t.seen_at > coalesce(s.last_pull_at, ''))
      """, missing.type.rawValue, missing.id) == 1
  }
}
