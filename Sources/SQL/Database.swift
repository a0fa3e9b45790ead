import CGlue
import CSQLite

/// One connection to a SQLite file.
///
/// It is used by one thread at a time and owns its prepared statements; hand it to another thread
/// whole, or keep it in a `Mutex`. Every connection is in WAL mode with foreign keys on; writers
/// sync at each commit unless told otherwise.
///
/// ```swift
/// let database = try Database("shop.sqlite")
/// try database.execute("CREATE TABLE price(sku TEXT PRIMARY KEY, minor INTEGER) STRICT")
/// try database.transaction {
///   try database.run("INSERT INTO price VALUES(?, ?)", "MN-1", 240_000)
/// }
/// ```
public final class Database {
  /// What a connection may do.
  public enum Mode: Sendable {
    /// Reads and writes; the file is made where there is none.
    case readWrite
    /// Reads only; the file must exist.
    case readOnly
  }

  /// What survives a power loss.
  public enum Durability: Sendable {
    /// Every committed transaction (`synchronous=FULL`).
    case full
    /// All but the last transactions; never a torn one (`synchronous=NORMAL`). 4 times the commits.
    case normal
    /// Nothing is promised; for scratch files that are made anew.
    case none
  }

  /// Where the file is; ":memory:" for none.
  public let path: String
  let handle: OpaquePointer
  private var kept: [StatementText: KeptStatement] = [:]
  var progress: ProgressHandler?

  /// Nobody asks SQLite how much memory it has, and counting it costs a pull some percent.
  private static let isConfigured = glue_sqlite_without_statistics() == SQLITE_OK

  /// Opens a file.
  ///
  /// - Parameter busyTimeoutMs: how long to wait for another connection's lock.
  /// - Parameter overwritingDeleted: whether deleted content is overwritten with zeros. Debian's
  ///   SQLite does so by default, which costs a third of the write speed; wanted only where the
  ///   file holds personal data.
  /// - Parameter vfs: the name of the virtual file system, as registered with SQLite, through which
  ///   the file is read and written; nil for the system's own.
  public init(
    _ path: String, mode: Mode = .readWrite, durability: Durability = .full,
    busyTimeoutMs: Int = 10_000, cacheKiB: Int = 16_384, overwritingDeleted: Bool = false,
    vfs: String? = nil
  ) throws(SQLError) {
    _ = Self.isConfigured
    var opened: OpaquePointer?
    let access =
      mode == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    let result = sqlite3_open_v2(
      path, &opened, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs)
    guard let opened else {
      throw SQLError(extendedCode: SQLITE_NOMEM, message: "out of memory")
    }
    self.path = path
    handle = opened
    guard result == SQLITE_OK else {
      throw SQLError(
        extendedCode: result, message: "\(String(cString: sqlite3_errmsg(opened))): \(path)")
    }
    sqlite3_busy_timeout(handle, Int32(busyTimeoutMs))
    try execute("PRAGMA cache_size=-\(cacheKiB); PRAGMA temp_store=MEMORY")
    guard mode == .readWrite else { return }
    try execute("PRAGMA foreign_keys=ON; PRAGMA secure_delete=\(overwritingDeleted ? "ON" : "OFF")")
    if path != ":memory:" { try execute("PRAGMA journal_mode=WAL") }
    try promise(durability)
  }

  /// Changes what later transactions of this connection survive; not inside of one. The first one
  /// under `full` makes all before it survive as well.
  public func promise(_ durability: Durability) throws(SQLError) {
    switch durability {
    case .full: try execute("PRAGMA synchronous=FULL")
    case .normal: try execute("PRAGMA synchronous=NORMAL")
    case .none: try execute("PRAGMA synchronous=OFF")
    }
  }

  deinit {
    for statement in kept.values { sqlite3_finalize(statement.handle) }
    sqlite3_close_v2(handle)
  }

  // MARK: Statements

  /// Runs one or more statements without values; rows are dropped.
  public func execute(_ sql: String) throws(SQLError) {
    let result = sqlite3_exec(handle, sql, nil, nil, nil)
    if result != SQLITE_OK { throw error(result, sql) }
  }

  /// A statement ready to be bound. A second call with the same text costs one look-up: the
  /// compiled form is kept by this connection until it closes.
  public func prepare(_ sql: String) throws(SQLError) -> Statement {
    let key = StatementText(sql)
    let known = kept[key]
    if let known, known.isIdle {
      known.isIdle = false
      return Statement(handle: known.handle, database: self, sql: sql, kept: known)
    }
    var made: OpaquePointer?
    var tailIsEmpty = true
    var text = sql
    let result = text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { chars in
        var tail: UnsafePointer<CChar>?
        let result = sqlite3_prepare_v3(
          handle, chars.baseAddress, Int32(chars.count), UInt32(SQLITE_PREPARE_PERSISTENT), &made,
          &tail)
        if let tail, let base = chars.baseAddress {
          tailIsEmpty = chars[(tail - base)...].allSatisfy {
            $0 == 0x20 || $0 == 0x0A || $0 == 0x3B
          }
        }
        return result
      }
    }
    guard result == SQLITE_OK else { throw error(result, sql) }
    guard let made else {
      throw SQLError(extendedCode: SQLITE_ERROR, message: "there is no statement", sql: sql)
    }
    guard tailIsEmpty else {
      sqlite3_finalize(made)
      throw SQLError(
        extendedCode: SQLITE_ERROR, message: "one statement at a time, please", sql: sql)
    }
    // Where the kept one is in use, as in a recursion, this one is for once.
    guard known == nil, kept.count < 256 else {
      return Statement(handle: made, database: self, sql: sql, kept: nil)
    }
    let keeping = KeptStatement(made)
    kept[key] = keeping
    return Statement(handle: made, database: self, sql: sql, kept: keeping)
  }

  /// Takes a statement back that went out of use.
  func recycle(_ statement: OpaquePointer, _ kept: KeptStatement?) {
    guard let kept else {
      sqlite3_finalize(statement)
      return
    }
    sqlite3_reset(statement)
    sqlite3_clear_bindings(statement)
    kept.isIdle = true
  }

  /// Runs one statement with these values.
  public func run(_ sql: String, _ values: (any SQLBindable)?...) throws(SQLError) {
    let statement = try prepare(sql)
    try statement.bind(values)
    try statement.run()
  }

  /// The first column of the first row as an integer; nil where there is no row or it is null.
  public func integer(_ sql: String, _ values: (any SQLBindable)?...) throws(SQLError) -> Int64? {
    let statement = try prepare(sql)
    try statement.bind(values)
    return try statement.step() && !statement.isNull(0) ? statement.integer(0) : nil
  }

  /// The first column of the first row as text; nil where there is no row or it is null.
  public func text(_ sql: String, _ values: (any SQLBindable)?...) throws(SQLError) -> String? {
    let statement = try prepare(sql)
    try statement.bind(values)
    return try statement.step() && !statement.isNull(0) ? statement.text(0) : nil
  }

  /// Number of rows that the last INSERT, UPDATE or DELETE changed.
  public var changedRowCount: Int { Int(sqlite3_changes64(handle)) }

  /// Number of rows that all INSERT, UPDATE and DELETE of this connection changed so far, those too
  /// that were rolled back.
  public var totalChangedRowCount: Int64 { sqlite3_total_changes64(handle) }

  /// Key of the row that the last INSERT made.
  public var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

  // MARK: Transactions

  /// Whether a transaction is open.
  public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// Opens a transaction that holds the write lock from its start (`BEGIN IMMEDIATE`).
  public func begin() throws(SQLError) { try runFixed("BEGIN IMMEDIATE") }

  /// Opens a transaction that reads one consistent state from its first read on.
  public func beginReading() throws(SQLError) { try runFixed("BEGIN DEFERRED") }

  /// Makes all since `begin()` permanent.
  public func commit() throws(SQLError) { try runFixed("COMMIT") }

  /// Undoes all since `begin()`. Never fails: SQLite has then rolled back by itself.
  public func rollback() {
    if isInTransaction { sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
  }

  /// Runs `body` in one transaction: all of it is stored, or, when it throws, none.
  public func transaction<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
    try begin()
    do {
      let result = try body()
      try commit()
      return result
    } catch {
      rollback()
      throw error
    }
  }

  /// Runs `body` within an open transaction: when it throws, what it did is undone, and what the
  /// transaction did before stays.
  public func nested<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
    try runFixed("SAVEPOINT nested")
    do {
      let result = try body()
      try runFixed("RELEASE nested")
      return result
    } catch {
      // A full disk, for one, has undone the whole transaction already.
      if isInTransaction {
        sqlite3_exec(handle, "ROLLBACK TO nested; RELEASE nested", nil, nil, nil)
      }
      throw error
    }
  }

  /// Runs `body` on one consistent state of the file, whatever others write meanwhile.
  public func reading<Result: ~Copyable>(_ body: () throws -> Result) throws -> Result {
    try beginReading()
    defer { rollback() }
    return try body()
  }

  private func runFixed(_ sql: String) throws(SQLError) {
    let statement = try prepare(sql)
    try statement.run()
  }

  func error(_ result: Int32, _ sql: String?) -> SQLError {
    SQLError(extendedCode: result, message: String(cString: sqlite3_errmsg(handle)), sql: sql)
  }
}
