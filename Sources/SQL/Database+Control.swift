import CSQLite

/// Ends a running statement from another thread.
///
/// `@unchecked Sendable`: `sqlite3_interrupt` may be called from any thread, and the connection is
/// kept open by the reference.
public struct Interrupter: @unchecked Sendable {
  let database: Database

  /// Makes the statement that runs now fail with `isInterrupted`.
  public func interrupt() { sqlite3_interrupt(database.handle) }
}

final class ProgressHandler {
  let isWanted: () -> Bool
  init(_ isWanted: @escaping () -> Bool) { self.isWanted = isWanted }

  static let call: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
    guard let context else { return 0 }
    let handler = Unmanaged<ProgressHandler>.fromOpaque(context).takeUnretainedValue()
    return handler.isWanted() ? 0 : 1
  }
}

/// What a statement typed by a person may touch.
enum Reading {
  private static let pragmas: Set<String> = [
    "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo",
    "foreign_key_list", "database_list", "compile_options", "user_version", "page_count",
    "page_size", "freelist_count", "collation_list", "function_list",
  ]

  static let tableFunctions = [
    "json_each('[]')", "json_tree('[]')", "pragma_table_info('x')", "pragma_table_xinfo('x')",
    "pragma_table_list('x')", "pragma_index_list('x')", "pragma_index_info('x')",
    "pragma_foreign_key_list('x')", "pragma_user_version", "pragma_page_count",
  ]

  static let authorize:
    @convention(c) (
      UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
      UnsafePointer<CChar>?, UnsafePointer<CChar>?
    ) -> Int32 = { _, action, first, second, _, _ in
      switch action {
      case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE:
        return SQLITE_OK
      case SQLITE_FUNCTION:
        let name = second.map { String(cString: $0) } ?? ""
        return name == "load_extension" ? SQLITE_DENY : SQLITE_OK
      case SQLITE_PRAGMA:
        let name = first.map { String(cString: $0).lowercased() } ?? ""
        // A pragma with a value sets something unless the value names what to describe.
        let describes = name.hasSuffix("_info") || name.hasSuffix("_list") || second == nil
        return Reading.pragmas.contains(name) && describes ? SQLITE_OK : SQLITE_DENY
      default:
        return SQLITE_DENY
      }
    }
}

extension Database {
  /// Something by which another thread can end what runs here.
  public var interrupter: Interrupter { Interrupter(database: self) }

  /// Asks `isWanted` after about every `steps` steps of SQLite's machine; false ends the statement
  /// with `isInterrupted`. Nil asks no more.
  public func setProgress(everySteps steps: Int = 10_000, _ isWanted: (() -> Bool)?) {
    guard let isWanted else {
      sqlite3_progress_handler(handle, 0, nil, nil)
      progress = nil
      return
    }
    let handler = ProgressHandler(isWanted)
    progress = handler
    sqlite3_progress_handler(
      handle, Int32(steps), ProgressHandler.call, Unmanaged.passUnretained(handler).toOpaque())
  }

  /// From here on only statements that read are allowed, whatever they are: no writing, no ATTACH,
  /// no pragma that sets something, no extensions.
  public func allowOnlyReading() {
    // Table-valued functions declare their columns at first use, which the authorizer would take
    // for a CREATE TABLE: so that first use comes before it.
    for function in Reading.tableFunctions {
      sqlite3_exec(handle, "SELECT 1 FROM \(function)", nil, nil, nil)
    }
    sqlite3_set_authorizer(handle, Reading.authorize, nil)
  }

  /// Writes a compact copy of the file, consistent at one moment, to a path where nothing is yet.
  public func copy(to target: String) throws(SQLError) {
    try run("VACUUM INTO ?", target)
  }

  /// Moves what is in the write-ahead log into the file and empties the log, if nobody reads.
  public func checkpoint() throws(SQLError) {
    let result = sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
    if result != SQLITE_OK, result & 0xFF != SQLITE_BUSY { throw error(result, nil) }
  }

  /// What `PRAGMA quick_check` complains about; empty for a sound file.
  public func damages() throws(SQLError) -> [String] {
    let statement = try prepare("PRAGMA quick_check(100)")
    var found: [String] = []
    while try statement.step() {
      let line = statement.text(0)
      if line != "ok" { found.append(line) }
    }
    return found
  }
}
