public import Bytes
public import Contract
import Machine
import SQL

/// The reading side of a mirror: one connection that sees one state of it, whatever a pull writes
/// meanwhile.
///
/// Used by one thread at a time; for several threads open several at once with
/// `open(path:tenant:count:)`, which sees to it that all see the same state.
public final class MirrorReader {
  /// Where the file is.
  public let path: String
  /// Names the contents that pages and feeds are made from: equal contents have equal ids, whatever
  /// way led there. 32 hexadecimal digits.
  public let snapshotID: String
  /// Counts the transactions of the mirror; the change set of an incremental build starts from one.
  public let revision: Int64
  /// When the mirror last heard from its server; nil before the first page.
  public let lastPull: Instant?

  /// Names the file: another one that was made in its place has another name.
  public let mirrorID: String

  /// Names the file, its revision and when it last heard from its server: where two readers agree in
  /// it, they see the same.
  public var stateName: String { "\(mirrorID) \(revision) \(lastPull?.rfc3339 ?? "")" }

  let database: Database

  /// What the typed rows that it has read have in common.
  let memory = TypedRow.Memory()

  /// Opens a mirror to read.
  ///
  /// - Parameter vfs: SQLite's name of the virtual file system to go through; nil for the system's.
  /// - Throws: `MirrorError` with `missing`, `otherTenant`, `newer` or `damaged`.
  public convenience init(path: String, tenant: String? = nil, vfs: String? = nil) throws {
    try self.init(path: path, tenant: tenant, vfs: vfs, beside: nil)
  }

  /// - Parameter other: a reader of the same file; where it sees the same state, what it knows of it is
  ///   not worked out again.
  private init(path: String, tenant: String?, vfs: String?, beside other: MirrorReader?) throws {
    guard Files.exists(path) else {
      throw MirrorError(.missing, "there is no mirror at \(path) yet; run trumeau pull")
    }
    self.path = path
    do {
      database = try Database(path, mode: .readOnly, vfs: vfs)
      let version = try database.userVersion
      guard version <= Schema.steps.count else {
        throw MirrorError(
          .newer, "the mirror \(path) was made by a newer version of trumeau; update trumeau")
      }
      guard version == Schema.steps.count else {
        throw MirrorError(
          .missing,
          "the mirror \(path) is of an older version; run trumeau status, which updates it")
      }
      try database.beginReading()
      let meta = try database.prepare(
        "SELECT tenant, revision, last_pull_at, client_id FROM sync_meta")
      guard try meta.step() else {
        throw MirrorError(.missing, "the mirror \(path) is empty; run trumeau pull")
      }
      if let tenant, meta.text(0) != tenant {
        throw MirrorError(
          .otherTenant,
          "the mirror \(path) holds the catalogue of \"\(meta.text(0))\", not of \"\(tenant)\"")
      }
      revision = meta.integer(1)
      mirrorID = meta.text(3)
      lastPull = meta.optionalText(2).flatMap(Instant.init(rfc3339:))
      if let other, other.revision == revision, other.mirrorID == mirrorID {
        snapshotID = other.snapshotID
      } else {
        snapshotID = try StreamSum.snapshotID(in: database)
      }
    } catch {
      throw MirrorError.from(error, path: path)
    }
  }

  /// Opens several readers that all see the same state, one for each worker.
  public static func open(path: String, tenant: String? = nil, count: Int) throws
    -> [MirrorReader]
  {
    // SQLite has no call for "the state that this other connection sees" in Debian's build, so the
    // readers are opened until no transaction came between them.
    for _ in 0..<100 {
      let first = try MirrorReader(path: path, tenant: tenant)
      if let others = try first.companions(count - 1) { return [first] + others }
    }
    throw Self.neverAtRest(path)
  }

  /// Further readers that see the state that this one sees; nil where the mirror has been written to
  /// since.
  public func companions(_ count: Int) throws -> [MirrorReader]? {
    var others: [MirrorReader] = []
    while others.count < count {
      let other = try MirrorReader(path: path, tenant: nil, vfs: nil, beside: self)
      guard other.revision == revision, other.mirrorID == mirrorID else { return nil }
      others.append(other)
    }
    return others
  }

  /// That the mirror is written to all the time.
  public static func neverAtRest(_ path: String) -> MirrorError {
    MirrorError(.inUse, "the mirror \(path) is being written without a pause; try again")
  }

  func checked<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw MirrorError.from(error, path: path) }
  }

  // MARK: Records

  /// How many records the server has of each type that has any.
  public func counts() throws -> [ResourceType: Int] {
    try checked {
      var result: [ResourceType: Int] = [:]
      let rows = try database.prepare("SELECT type, count FROM stream WHERE count > 0")
      while try rows.step() {
        if let type = ResourceType(rawValue: rows.text(0)) { result[type] = Int(rows.integer(1)) }
      }
      return result
    }
  }

  /// The JSON of a record as the server sent it, with what is edited here laid over it; nil where
  /// there is none, or it is deleted here or on the server.
  public func json(of type: ResourceType, _ id: String) throws -> [UInt8]? {
    try checked {
      let row = try database.prepare(
        """
        SELECT \(Schema.shownBody) FROM record r
        WHERE r.type = ? AND r.id = ? AND r.state <> 'deleted' AND \(Schema.isNotDeletedHere)
        """)
      try row.bind(1, type.rawValue)
      try row.bind(2, id)
      return try row.step() ? [UInt8](row.bytes(0)) : nil
    }
  }

  /// The id of the product with this handle now, or the product that had it before; nil where no
  /// product ever had it.
  public func productID(handle: String) throws -> String? {
    try checked {
      try database.text("SELECT id FROM product WHERE handle = ? ORDER BY id LIMIT 1", handle)
        ?? database.text(
          """
          SELECT h.id FROM handle_history h JOIN product p ON p.id = h.id
          WHERE h.type = 'product' AND h.handle = ? ORDER BY h.first_seen DESC, h.id LIMIT 1
          """, handle)
    }
  }

  /// Every handle that a record ever had, oldest first.
  public func handles(of type: ResourceType, _ id: String) throws -> [String] {
    try checked {
      let rows = try database.prepare(
        """
        SELECT handle FROM handle_history WHERE type = ? AND id = ? ORDER BY first_seen, handle
        """)
      try rows.bind(1, type.rawValue)
      try rows.bind(2, id)
      var handles: [String] = []
      while try rows.step() { handles.append(rows.text(0)) }
      return handles
    }
  }

  // MARK: Changes

  /// A record that was written or removed after some revision.
  public struct ChangedRecord: Sendable, Hashable {
    /// What kind of record.
    public let type: ResourceType
    /// Its id.
    public let id: String
    /// Whether it is gone.
    public let isRemoved: Bool
    /// The revision that did it.
    public let revision: Int64
  }

  /// What changed after a revision, oldest first: for an incremental build.
  public func changes(since revision: Int64) throws -> [ChangedRecord] {
    try checked {
      let rows = try database.prepare(
        """
        SELECT r.type, r.id, NOT (\(Schema.isNotDeletedHere)), r.revision FROM record r
          WHERE r.revision > ?1
        UNION ALL SELECT type, id, 1, revision FROM tombstone WHERE revision > ?1
        ORDER BY 4, 1, 2
        """)
      try rows.bind(1, revision)
      var found: [ChangedRecord] = []
      while try rows.step() {
        guard let type = ResourceType(rawValue: rows.text(0)) else { continue }
        found.append(
          ChangedRecord(
            type: type, id: rows.text(1), isRemoved: rows.integer(2) == 1,
            revision: rows.integer(3)))
      }
      return found
    }
  }

  /// Copies the mirror, as it is now, into one compact file where nothing is yet.
  public func copy(to target: String) throws {
    database.rollback()
    defer { try? database.beginReading() }  // a reader that cannot go on says so at its next read
    try checked { try database.copy(to: target) }
  }
}
