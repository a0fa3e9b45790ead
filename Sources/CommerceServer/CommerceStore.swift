import Bytes
public import Contract
public import Machine
import SQL
import Synchronization

/// The reference server's file: tenants, tokens and records, with their change log.
///
/// One connection writes, several read; all calls may come from any thread. Another process may
/// use the same file at the same time, for example `trumeau api seed` while the server runs.
public final class CommerceStore: Sendable {
  /// Where the file is.
  public let path: String
  /// Names this store, for good.
  public let serverID: String
  /// Names the change log. It changes only where the log begins anew.
  public let epoch: String
  let clock: any TimeSource
  let random: any RandomSource
  private let writer: WriterConnection
  private let readers: ReaderPool

  /// Opens a store; the file and its folder are made where there are none.
  public static func open(
    path: String, clock: any TimeSource = SystemTime(), random: any RandomSource = SystemRandom()
  ) throws(StoreError) -> CommerceStore {
    try StoreError.wrap("open", path) {
      try Files.makeFolders(Path.folder(of: path))
      return try CommerceStore(path: path, clock: clock, random: random)
    }
  }

  private init(path: String, clock: any TimeSource, random: any RandomSource) throws {
    let database = try Database(path, cacheKiB: 65_536, overwritingDeleted: true)
    try database.migrate(StoreSchema.migrations)
    serverID = try Self.name("server_id", "srv_", in: database, clock, random)
    epoch = try Self.name("epoch", "ep_", in: database, clock, random)
    self.path = path
    self.clock = clock
    self.random = random
    writer = WriterConnection(database)
    readers = ReaderPool(path: path)
  }

  private static func name(
    _ name: String, _ prefix: String, in database: Database, _ clock: any TimeSource,
    _ random: any RandomSource
  ) throws -> String {
    try database.run(
      "INSERT INTO meta(name, value) VALUES(?, ?) ON CONFLICT DO NOTHING", name,
      "\(prefix)\(random.sortableID(at: clock.now))")
    return try database.text("SELECT value FROM meta WHERE name = ?", name) ?? ""
  }

  /// Runs `body` on one consistent state of the file.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    let connection = try readers.take()
    defer { readers.giveBack(connection) }
    return try connection.database.reading { try body(connection.database) }
  }

  /// Runs `body` in one transaction that holds the write lock: all of it is stored, or nothing.
  func write<Result>(_ body: (Database) throws -> Result) throws -> Result {
    try writer.use { database in try database.transaction { try body(database) } }
  }

  /// The tenant's number; nil where there is no such tenant.
  func tenant(named name: String, in database: Database) throws -> Int64? {
    try database.integer("SELECT tenant FROM tenant WHERE name = ?", name)
  }

  /// The tenant's number, made where there is no such tenant.
  func makeTenant(named name: String, in database: Database) throws -> Int64 {
    try database.run(
      "INSERT INTO tenant(name, created_at) VALUES(?, ?) ON CONFLICT DO NOTHING", name,
      clock.now.microseconds)
    return try tenant(named: name, in: database) ?? 0
  }

  /// How many records of each type a tenant has.
  public func counts(tenant name: String) throws(StoreError) -> [ResourceType: Int] {
    try StoreError.wrap("count the records of", path) {
      try read { database in
        let statement = try database.prepare(
          """
          SELECT r.type, count(*) FROM record r JOIN tenant t USING(tenant)
          WHERE t.name = ? AND r.deleted_at IS NULL GROUP BY r.type
          """)
        try statement.bind(1, name)
        var counts: [ResourceType: Int] = [:]
        try statement.forEachRow { row in
          if let type = ResourceType(rawValue: row.text(0)) { counts[type] = Int(row.integer(1)) }
        }
        return counts
      }
    }
  }

  /// Removes tombstones that are older than the retention and remembers up to where.
  ///
  /// - Returns: how many were removed.
  @discardableResult
  public func compact(
    retentionDays: Int = ContractVersion.tombstoneRetentionDays
  ) throws(StoreError) -> Int {
    let limit = clock.now.adding(seconds: -Int64(retentionDays) * 86_400).microseconds
    return try StoreError.wrap("compact", path) {
      try write { database in
        try database.run(
          """
          -- The plus keeps SQLite from walking all records of the tenant backwards.
          UPDATE tenant SET compacted = max(compacted, coalesce((
            SELECT max(seq) FROM record r WHERE +r.tenant = tenant.tenant AND r.deleted_at < ?), 0))
          """, limit)
        try database.run("DELETE FROM record WHERE deleted_at < ?", limit)
        return database.changedRowCount
      }
    }
  }
}

extension CommerceStore {
  /// Removes answers under idempotency keys whose time is over. Every write removes a few; this is
  /// for a server that starts after a long rest.
  ///
  /// - Returns: how many were removed.
  @discardableResult
  public func forgetAnswers(olderThanSeconds seconds: Int) throws(StoreError) -> Int {
    try StoreError.wrap("compact", path) {
      try write { database in
        try database.run(
          "DELETE FROM kept_answer WHERE kept_at <= ?",
          clock.now.adding(seconds: -Int64(seconds)).microseconds)
        return database.changedRowCount
      }
    }
  }
}

/// The one connection that writes.
///
/// `@unchecked Sendable`: the database is used only inside `use`, under the lock.
private final class WriterConnection: @unchecked Sendable {
  private let lock = Mutex(())
  private let database: Database

  init(_ database: Database) { self.database = database }

  func use<Result>(_ body: (Database) throws -> Result) throws -> Result {
    var result: Result?
    try lock.withLock { _ in result = try body(database) }
    guard let result else { preconditionFailure("a body that returns has a result") }
    return result
  }
}

/// A connection that only reads.
///
/// `@unchecked Sendable`: it belongs to the thread that took it from the pool until it is given
/// back.
final class ReaderConnection: @unchecked Sendable {
  let database: Database

  init(_ database: Database) { self.database = database }
}

/// Connections that only read, made as they are needed and kept.
private final class ReaderPool: Sendable {
  private let path: String
  private let idle = Mutex<[ReaderConnection]>([])

  init(path: String) { self.path = path }

  func take() throws -> ReaderConnection {
    if let kept = idle.withLock({ $0.popLast() }) { return kept }
    return ReaderConnection(try Database(path, mode: .readOnly))
  }

  func giveBack(_ connection: ReaderConnection) {
    idle.withLock { if $0.count < 8 { $0.append(connection) } }
  }
}

/// Why the store could not do what it was asked.
public struct StoreError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure.
  public enum Code: String, Sendable {
    /// The file cannot be used.
    case unusable = "api.store-unusable"
    /// The disk is full.
    case diskFull = "api.disk-full"
    /// Another process holds the write lock for too long.
    case busy = "api.store-busy"
    /// There is no such tenant.
    case noTenant = "api.no-tenant"
    /// There is no such token.
    case noToken = "api.no-token"
    /// There is no such webhook.
    case noWebhook = "api.no-webhook"
    /// A webhook cannot go to this address.
    case badAddress = "api.bad-address"
  }

  /// What sort.
  public let code: Code
  /// One sentence for a person.
  public let message: String

  /// One line for a person.
  public var description: String { message }

  static func wrap<Result>(
    _ verb: String, _ path: String, _ body: () throws -> Result
  ) throws(StoreError) -> Result {
    do { return try body() } catch let error as StoreError {
      throw error
    } catch let error as SQLError {
      throw StoreError(
        code: error.isDiskFull ? .diskFull : error.isBusy ? .busy : .unusable,
        message: "cannot \(verb) \(path): \(error.message)")
    } catch let error as MachineError {
      throw StoreError(
        code: error.isDiskFull ? .diskFull : .unusable,
        message: "cannot \(verb) \(path): \(error.reason)")
    } catch {
      throw StoreError(code: .unusable, message: "cannot \(verb) \(path): \(error)")
    }
  }
}
