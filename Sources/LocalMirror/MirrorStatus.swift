public import Bytes
public import Contract
import Machine
import SQL

/// What is in a mirror and how old it is.
public struct MirrorStatus: Sendable {
  /// One resource type.
  public struct Stream: Sendable, Hashable {
    /// The type.
    public let type: ResourceType
    /// Records that the server has and we have.
    public let count: Int
    /// Records of which a newer body is in quarantine.
    public let outdated: Int
    /// Bodies in quarantine.
    public let quarantined: Int
    /// Bytes of their JSON.
    public let byteCount: Int
    /// When the stream was last found equal to the server's; nil where it changed since.
    public let provenAt: Instant?
  }

  /// Whose catalogue it is.
  public let tenant: String
  /// The server that it was pulled from.
  public let serverID: String?
  /// The connector that pulled it.
  public let connector: String?
  /// Names the contents.
  public let snapshotID: String
  /// Counts the transactions.
  public let revision: Int64
  /// When it last heard from its server.
  public let lastPull: Instant?
  /// When everything was last compared.
  public let fullSince: Instant?
  /// Bytes of the file and its write-ahead log.
  public let fileBytes: Int
  /// Whether a snapshot was begun and not ended.
  public let hasOpenSnapshot: Bool
  /// The types that have records or anything in quarantine, in the contract's order.
  public let streams: [Stream]

  /// Records of all types.
  public var recordCount: Int { streams.reduce(0) { $0 + $1.count } }
  /// Bodies in quarantine of all types.
  public var quarantineCount: Int { streams.reduce(0) { $0 + $1.quarantined } }
}

/// A body that did not fit.
public struct QuarantinedRecord: Sendable, Hashable {
  /// Type as the server named it.
  public let type: String
  /// Its id, or the digest of its bytes where it had none.
  public let id: String
  /// Its version; 0 where it had none.
  public let version: Int64
  /// What is wrong, in one sentence.
  public let reason: String
  /// Where, as an RFC 6901 pointer; nil where it is the whole.
  public let pointer: String?
  /// When it came.
  public let seenAt: Instant
  /// The bytes as they came.
  public let body: [UInt8]
}

extension MirrorReader {
  /// What is in the mirror. O(records) for the sizes.
  public func status() throws -> MirrorStatus {
    try checked {
      let meta = try database.prepare("SELECT tenant, server_id, connector FROM sync_meta")
      try meta.step()
      let size = [path, "\(path)-wal"].reduce(0) { $0 + (Files.information($1)?.size ?? 0) }
      return MirrorStatus(
        tenant: meta.text(0), serverID: meta.optionalText(1), connector: meta.optionalText(2),
        snapshotID: snapshotID, revision: revision, lastPull: lastPull,
        fullSince: try database.text("SELECT full_since FROM cursor WHERE scope = 'changes'")
          .flatMap(Instant.init(rfc3339:)),
        fileBytes: size,
        hasOpenSnapshot: try database.integer(
          "SELECT EXISTS(SELECT 1 FROM generation WHERE state = 'open')") == 1,
        streams: try streams())
    }
  }

  private func streams() throws(SQLError) -> [MirrorStatus.Stream] {
    let rows = try database.prepare(
      """
      SELECT types.type,
        (SELECT count(*) FROM record r
          WHERE r.type = types.type AND r.state <> 'deleted' AND r.server_hash <> ''),
        (SELECT count(*) FROM record r WHERE r.type = types.type AND r.state = 'outdated'),
        (SELECT count(*) FROM quarantine q WHERE q.type = types.type),
        (SELECT sum(length(CAST(server_json AS BLOB))) FROM record r WHERE r.type = types.type),
        (SELECT proven_at FROM stream s WHERE s.type = types.type)
      FROM (SELECT type FROM stream UNION SELECT type FROM quarantine) types
      """)
    var found: [MirrorStatus.Stream] = []
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)) else { continue }
      found.append(
        MirrorStatus.Stream(
          type: type, count: Int(rows.integer(1)), outdated: Int(rows.integer(2)),
          quarantined: Int(rows.integer(3)), byteCount: Int(rows.integer(4)),
          provenAt: rows.optionalText(5).flatMap(Instant.init(rfc3339:))))
    }
    return found.sorted { $0.type < $1.type }
  }

  /// What is in quarantine, in the order in which it came.
  public func quarantine() throws -> [QuarantinedRecord] {
    try checked { try QuarantinedRecord.all(in: database) }
  }
}

extension MirrorStore {
  /// What is in quarantine, in the order in which it came.
  public func quarantine() throws -> [QuarantinedRecord] {
    try checked { try QuarantinedRecord.all(in: database) }
  }

  /// References to records that are not here, for example a price whose variant never came: what a
  /// pull fetches by id before it gives up on them. At most `limit`.
  public func danglingReferences(limit: Int = 1000) throws -> [DanglingReference] {
    try checked { try DanglingReference.all(in: database, limit: limit) }
  }
}

/// A link to a record that is not in the mirror.
public struct DanglingReference: Sendable, Hashable {
  /// Type of the record that has the link.
  public let type: ResourceType
  /// Its id.
  public let id: String
  /// Type of the record that is not there.
  public let targetType: ResourceType
  /// Its id.
  public let targetID: String

  static func all(in database: Database, limit: Int) throws(SQLError) -> [DanglingReference] {
    let rows = try database.prepare(
      """
      SELECT type, id, target_type, target_id FROM dangling d
      WHERE NOT EXISTS (SELECT 1 FROM local_record l
        WHERE l.type = d.target_type AND l.id = d.target_id AND l.op = 'delete') LIMIT ?
      """)
    try rows.bind(1, limit)
    var found: [DanglingReference] = []
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)),
        let target = ResourceType(rawValue: rows.text(2))
      else { continue }
      found.append(
        DanglingReference(
          type: type, id: rows.text(1), targetType: target, targetID: rows.text(3)))
    }
    return found
  }
}

extension QuarantinedRecord {
  static func all(in database: Database) throws(SQLError) -> [QuarantinedRecord] {
    let rows = try database.prepare(
      "SELECT type, id, version, reason, pointer, seen_at, body FROM quarantine ORDER BY n")
    var found: [QuarantinedRecord] = []
    while try rows.step() {
      found.append(
        QuarantinedRecord(
          type: rows.text(0), id: rows.text(1), version: rows.integer(2), reason: rows.text(3),
          pointer: rows.optionalText(4),
          seenAt: Instant(rfc3339: rows.text(5)) ?? Instant(microseconds: 0),
          body: [UInt8](rows.bytes(6))))
    }
    return found
  }
}
