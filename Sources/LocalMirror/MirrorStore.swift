public import Bytes
public import Contract
public import Machine
package import SQL

/// The writing side of a mirror: one SQLite file that holds everything known of a tenant's
/// catalogue. Only one process at a time has it; readers (`MirrorReader`) are never kept waiting.
///
/// A page of records, what follows from it in the typed tables, tombstones, quarantine and the
/// cursor are one transaction: after a crash the page is there whole or not at all.
///
/// Used by one thread at a time.
public final class MirrorStore {
  /// Where the file is.
  public let path: String
  /// Whose catalogue it holds.
  public let tenant: String
  /// Told of each moment of storing a page as it begins, on the thread that stores; nobody listens
  /// unless it is set.
  public var onMoment: ((MirrorMoment) -> Void)?
  /// That this file turned out to be a copy of another one when it was opened; nil as a rule.
  public private(set) var copy: MirrorCopy?

  /// Mistakes that a test builds in; none in the product.
  package var knownBugs: Set<KnownBug> = []

  package let database: Database
  let clock: any TimeSource
  let writer: RecordWriter
  /// Whether something was purged of which bytes may be left in the file.
  var hasPurged = false
  /// Digests that were computed or read, by type.
  var digests: [ResourceType: StreamDigest] = [:]
  private let lock: LockFile

  /// Opens a mirror to write, or makes one, and brings its schema up to date.
  ///
  /// - Parameters:
  ///   - vfs: SQLite's name of the virtual file system to go through; nil for the system's.
  ///   - machineID: names the machine, to notice a copy.
  ///   - patience: how many milliseconds another writer is waited for. A program that this process
  ///     has just started holds its locks until it runs, so it is never nothing.
  ///   - tell: called once with who that is, where it takes longer than a second.
  /// - Throws: `MirrorError` with `inUse`, `otherTenant`, `newer`, `damaged` or `storage`.
  public init(
    path: String, tenant: String, clock: any TimeSource = SystemTime(),
    random: any RandomSource = SystemRandom(), vfs: String? = nil,
    machineID: String? = Environment.machineID, patience: Int = 250,
    tell: (String) -> Void = { _ in }
  ) throws {
    self.path = path
    self.tenant = tenant
    self.clock = clock
    do {
      let folder = Path.folder(of: path)
      if !folder.isEmpty { try Files.makeFolders(folder) }
      lock = try LockFile("\(path).lock", at: clock.now, waiting: patience, tell: tell)
      database = try Database(path, cacheKiB: 40_960, vfs: vfs)
      guard try database.userVersion <= Schema.steps.count else {
        throw MirrorError(
          .newer, "the mirror \(path) was made by a newer version of trumeau; update trumeau")
      }
      try database.migrate(Schema.steps)
      // A row that is replaced leaves its parent: see `Schema.parents`.
      try database.execute("PRAGMA recursive_triggers=ON")
      try Self.claimTenant(tenant, in: database, path: path, at: clock.now, random)
      writer = RecordWriter(database)
      copy = try noticeCopy(FilePlace(path, machineID: machineID), random)
      try layWaitingEdits()
    } catch let error as MachineError where error.call == "lock" {
      throw MirrorError(
        .inUse, "the mirror \(path) is \(error.reason); wait until it is done", cause: error)
    } catch {
      throw MirrorError.from(error, path: path)
    }
  }

  private static func claimTenant(
    _ tenant: String, in database: Database, path: String, at instant: Instant,
    _ random: any RandomSource
  ) throws {
    if let known = try database.text("SELECT tenant FROM sync_meta") {
      guard known == tenant else {
        throw MirrorError(
          .otherTenant,
          "the mirror \(path) holds the catalogue of \"\(known)\", not of \"\(tenant)\"")
      }
      return
    }
    try database.run(
      "INSERT INTO sync_meta(one, tenant, client_id, created_at) VALUES(1, ?, ?, ?)", tenant,
      random.sortableID(at: instant), instant.rfc3339)
  }

  /// Whether a mirror was made by an older version of this program; opening it to write brings it up
  /// to date, without the network. False where there is none.
  public static func needsUpgrade(_ path: String) throws -> Bool {
    guard Files.exists(path) else { return false }
    do {
      return try Database(path, mode: .readOnly).userVersion < Schema.steps.count
    } catch {
      throw MirrorError.from(error, path: path)
    }
  }

  /// Every write of a mirror goes through here: one transaction, and the new revision with it. What
  /// turns out to change nothing has no revision and writes nothing to the disk.
  func write<Result>(_ body: (_ revision: Int64) throws -> Result) throws -> Result {
    do {
      let result = try database.transaction {
        let revision = (try database.integer("SELECT revision FROM sync_meta") ?? 0) + 1
        let before = database.totalChangedRowCount
        let result = try body(revision)
        try writer.storeStreams()
        guard database.totalChangedRowCount != before else { return result }
        try database.run("UPDATE sync_meta SET revision = ?", revision)
        return result
      }
      onMoment?(.committed)
      return result
    } catch {
      writer.forgetStreams()
      throw MirrorError.from(error, path: path)
    }
  }

  // MARK: Identity

  /// What a source says of itself, compared with what the mirror was filled from.
  public enum Standing: Sendable, Hashable {
    /// Nothing has been pulled yet.
    case fresh
    /// The same as at the last pull: changes may be read from the cursor on.
    case known
    /// Something changed because of which everything must be compared; in words for a person.
    case changed(String)
  }

  /// Compares a source with the one that the mirror was filled from.
  ///
  /// - Throws: `MirrorError` with `otherTenant` or `otherServer`; nothing is written.
  public func standing(of source: SourceDescription, connector: String) throws -> Standing {
    try checked {
      guard source.tenant == tenant || source.tenant.isEmpty else {
        throw MirrorError(
          .otherTenant,
          "the token is for the tenant \"\(source.tenant)\", the mirror for \"\(tenant)\"")
      }
      let row = try database.prepare(
        "SELECT server_id, connector, epoch, filter_hash, schema_version FROM sync_meta")
      try row.step()
      guard let server = row.optionalText(0) else { return .fresh }
      guard server == source.serverID, row.text(1) == connector else {
        throw MirrorError(
          .otherServer,
          "the mirror \(path) was pulled from the \(row.text(1)) server \(server), and this is "
            + "the \(connector) server \(source.serverID); give the site another mirror, or "
            + "remove this one")
      }
      guard let epoch = row.optionalText(2) else { return .fresh }
      if epoch != source.epoch, !knownBugs.contains(.restoredServerTrusted) {
        return .changed("the server's change log began anew")
      }
      if row.text(3) != source.scope { return .changed("what the token may see has changed") }
      if row.text(4) != ContractVersion.current {
        return .changed("the contract's version has changed")
      }
      return .known
    }
  }

  // MARK: Cursors

  /// The stored place of a reading; nil where there is none.
  public func cursor(_ scope: String = MirrorCursor.changes) throws -> MirrorCursor? {
    try checked {
      let row = try database.prepare(
        "SELECT token, epoch, full_since, updated_at FROM cursor WHERE scope = ?")
      try row.bind(1, scope)
      guard try row.step(), let token = row.optionalText(0) else { return nil }
      return MirrorCursor(
        scope: scope, token: token, epoch: row.optionalText(1),
        fullSince: row.optionalText(2).flatMap(Instant.init(rfc3339:)),
        updatedAt: Instant(rfc3339: row.text(3)) ?? Instant(microseconds: 0))
    }
  }

  func storeCursor(_ token: String, scope: String, isFull: Bool) throws(SQLError) {
    let now = clock.now.rfc3339
    let statement = try database.prepare(
      """
      INSERT INTO cursor(scope, token, epoch, full_since, updated_at)
      VALUES(?1, ?2, (SELECT epoch FROM sync_meta), ?3, ?4)
      ON CONFLICT(scope) DO UPDATE SET token = ?2, epoch = excluded.epoch,
        full_since = coalesce(?3, full_since), updated_at = ?4
      """)
    try statement.bind(1, scope)
    try statement.bind(2, token)
    try statement.bind(3, isFull ? now : nil)
    try statement.bind(4, now)
    try statement.run()
    try database.run("UPDATE sync_meta SET last_pull_at = ?", now)
    try LostParts(database: database).forgetEnded()
    try LostPlaces(database: database).forgetEnded()
  }

  /// Runs a read and turns what SQLite throws into a `MirrorError`.
  func checked<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw MirrorError.from(error, path: path) }
  }

  /// Moves the write-ahead log into the file, so that the file alone is the mirror.
  public func checkpoint() throws { try checked { try database.checkpoint() } }
}

/// The place up to which something has been read.
public struct MirrorCursor: Sendable, Hashable {
  /// The scope of the change feed.
  public static let changes = "changes"

  /// What is read: `changes`, or a name of the connector's own.
  public let scope: String
  /// The source's own word for the place.
  public let token: String
  /// The epoch in which it holds.
  public let epoch: String?
  /// When everything was last compared.
  public let fullSince: Instant?
  /// When the cursor was last moved.
  public let updatedAt: Instant
}
