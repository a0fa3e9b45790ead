import Bytes
import Contract
public import SQL

/// What SQLite itself says of a file (invariant I15).
public enum Soundness {
  /// What `integrity_check` and `foreign_key_check` complain about.
  public static func faults(of database: Database) throws -> [String] {
    var found: [String] = []
    let check = try database.prepare("PRAGMA integrity_check")
    while try check.step() {
      if check.text(0) != "ok" { found.append("I15 integrity_check: \(check.text(0))") }
    }
    let keys = try database.prepare("PRAGMA foreign_key_check")
    while try keys.step() { found.append("I15 foreign_key_check: \(keys.text(0))") }
    return found
  }
}

/// Whether all that the server had up to the stored cursor is here (invariant I9).
public enum CursorCheck {
  /// What is missing although the cursor lies behind it.
  public static func faults(of database: Database, against server: ServerModel) throws -> [String] {
    // Where the platform has no sequence, a place says nothing about what lies before it.
    guard server.profile.hasTombstones else { return [] }
    var found: [String] = []
    let epoch = try database.text("SELECT epoch FROM sync_meta") ?? ""
    guard epoch == server.epoch else { return [] }
    let here = try Holdings(database)
    if let token = try database.text("SELECT token FROM cursor WHERE scope = 'changes'"),
      let place = Int64(token)
    {
      for row in server.newestRows(upTo: place) {
        if let fault = fault(row, in: here) {
          found.append("I9 the cursor is at \(place), but \(fault)")
        }
      }
    }
    let open = try database.text("SELECT resume_token FROM generation WHERE state = 'open'")
    if let parts = open?.split(separator: "@"), parts.count == 3, let place = Int64(parts[0]),
      let position = Int(parts[1]), let snapshot = server.keptSnapshot(place)
    {
      for record in snapshot.prefix(position) {
        let row = ServerModel.Row(
          key: RecordKey(record.type, record.id), seq: record.seq, hash: record.contentHash)
        if !holds(row, orNewer: true, in: here) {
          found.append("I9 the snapshot is at \(position), but \(row.key) is not here")
        }
      }
    }
    return found
  }

  private static func fault(_ row: ServerModel.Row, in here: Holdings) -> String? {
    guard row.hash == nil else {
      return holds(row, orNewer: true, in: here) ? nil : "\(row.key) is not here as it is"
    }
    guard let record = here.records[row.key] else { return nil }
    if record.isDeleted || record.seq > row.seq || record.seq == 0 { return nil }
    return "\(row.key), which was deleted, is still here"
  }

  private static func holds(
    _ row: ServerModel.Row, orNewer: Bool, in here: Holdings
  ) -> Bool {
    if let record = here.records[row.key] {
      if record.hash == row.hash ?? "" || (orNewer && record.seq > row.seq) { return true }
    }
    if here.quarantined.contains(row.key) { return true }
    return orNewer && here.tombstones[row.key].map { $0 > row.seq } ?? false
  }

  /// What a mirror has of each record, read at once.
  private struct Holdings {
    struct Record {
      let hash: String
      let seq: Int64
      let isDeleted: Bool
    }

    var records: [RecordKey: Record] = [:]
    var quarantined: Set<RecordKey> = []
    var tombstones: [RecordKey: Int64] = [:]

    init(_ database: Database) throws {
      let rows = try database.prepare("SELECT type, id, server_hash, seen_seq, state FROM record")
      while try rows.step() {
        guard let type = ResourceType(rawValue: rows.text(0)) else { continue }
        records[RecordKey(type, rows.text(1))] = Record(
          hash: rows.text(2), seq: rows.integer(3), isDeleted: rows.text(4) == "deleted")
      }
      let held = try database.prepare("SELECT type, id FROM quarantine")
      while try held.step() {
        if let type = ResourceType(rawValue: held.text(0)) {
          quarantined.insert(RecordKey(type, held.text(1)))
        }
      }
      let dead = try database.prepare("SELECT type, id, seq FROM tombstone")
      while try dead.step() {
        guard let type = ResourceType(rawValue: dead.text(0)) else { continue }
        tombstones[RecordKey(type, dead.text(1))] = dead.integer(2)
      }
    }
  }
}

/// The rows of our side of the merge, which pull never touches.
public struct LocalSide: Equatable, Sendable {
  static let tables = ["base", "local", "local_record", "edit_log", "outbox", "idmap"]
  let rows: [String: [String]]

  /// Reads them; nothing where there is no mirror yet.
  public init(_ path: String, vfs: String, isThere: Bool) throws {
    guard isThere else {
      rows = [:]
      return
    }
    let database = try Database(path, vfs: vfs)
    var rows: [String: [String]] = [:]
    for table in Self.tables {
      let lines = try TableText.lines(of: table, in: database, without: [])
      if !lines.isEmpty { rows[table] = lines }
    }
    self.rows = rows
  }
}

/// All that a mirror says about the catalogue and about edits, as text, without what counts runs and
/// times.
public struct MirrorDump: Sendable {
  static let tables = [
    "record", "stream", "tombstone", "quarantine", "cursor", "handle_history",
    "translated_handle_history", "base", "local", "local_record", "edit_log", "outbox", "conflict",
    "decision", "idmap",
  ]
  static let volatile: Set<String> = [
    "n", "revision", "generation", "seen_at", "first_seen", "updated_at", "full_since",
    "proven_at", "digest", "digest_sum", "opened_at", "decided_at", "sent_at", "at", "by",
  ]
  let lines: [String]

  /// Reads a mirror.
  public init(_ path: String, vfs: String) throws { try self.init(Database(path, vfs: vfs)) }

  /// Reads a mirror through a connection that is there.
  public init(_ database: Database) throws {
    lines = try Self.tables.flatMap { table in
      try TableText.lines(of: table, in: database, without: Self.volatile)
        .map { "\(table): \($0)" }
    }
    var log: [String] = []
    let rows = try database.prepare(
      """
      SELECT type || ' ' || id || ' ' || field || ' ' || coalesce("to", 'null') || ' ' || source
      FROM edit_log ORDER BY n
      """)
    while try rows.step() { log.append(rows.text(0)) }
    self.log = log
  }

  /// The entries of the log in their order.
  let log: [String]

  /// The first line that one has and the other has not; nil where they are equal.
  public func firstDifference(from other: MirrorDump) -> String? {
    guard lines != other.lines else { return nil }
    let (mine, wanted) = (Set(lines), Set(other.lines))
    if let extra = lines.first(where: { !wanted.contains($0) }) { return "extra \(extra)" }
    if let missing = other.lines.first(where: { !mine.contains($0) }) {
      return "missing \(missing)"
    }
    return "a line stands twice"
  }
}

/// A table as lines of text in a fixed order.
enum TableText {
  static func lines(
    of table: String, in database: Database, without left: Set<String>,
    where key: String? = nil, is value: String? = nil
  ) throws -> [String] {
    var columns: [String] = []
    let info = try database.prepare("SELECT name FROM pragma_table_info(?)")
    try info.bind(1, table)
    while try info.step() { columns.append(info.text(0)) }
    columns.removeAll { left.contains($0) }
    guard !columns.isEmpty else { return [] }
    let list = columns.map { "quote(\"\($0)\")" }.joined(separator: "||' '||")
    var found: [String] = []
    let condition = key.map { " WHERE \"\($0)\" = ?" } ?? ""
    let rows = try database.prepare("SELECT \(list) FROM \"\(table)\"\(condition)")
    if key != nil { try rows.bind(1, value) }
    while try rows.step() { found.append(rows.text(0)) }
    return found.sorted()
  }
}
