import CSQLite

/// A prepared statement with one owner; when it goes away it is reset and kept for the next use.
///
/// Parameters count from 1, columns from 0, as in SQLite. Bytes that a column hands out are valid
/// until the next `step`, `reset` or the end of the statement.
public struct Statement: ~Copyable {
  let handle: OpaquePointer
  let database: Database
  /// The statement's text.
  public let sql: String
  private let kept: KeptStatement?

  init(handle: OpaquePointer, database: Database, sql: String, kept: KeptStatement?) {
    self.handle = handle
    self.database = database
    self.sql = sql
    self.kept = kept
  }

  deinit { database.recycle(handle, kept) }

  private static var copying: sqlite3_destructor_type {
    // SQLITE_TRANSIENT is a cast in a macro, which Swift does not import.
    unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }

  // MARK: Parameters

  /// Number of parameters.
  public var parameterCount: Int { Int(sqlite3_bind_parameter_count(handle)) }

  /// Sets a parameter to an integer.
  public borrowing func bind(_ index: Int, _ value: Int64) throws(SQLError) {
    try check(sqlite3_bind_int64(handle, Int32(index), value))
  }

  /// Sets a parameter to an integer.
  public borrowing func bind(_ index: Int, _ value: Int) throws(SQLError) {
    try bind(index, Int64(value))
  }

  /// Sets a parameter to text.
  public borrowing func bind(_ index: Int, _ value: String) throws(SQLError) {
    var copy = value
    let result = copy.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) {
        sqlite3_bind_text(handle, Int32(index), $0.baseAddress, Int32($0.count), Self.copying)
      }
    }
    try check(result)
  }

  /// Sets a parameter to text or null.
  public borrowing func bind(_ index: Int, _ value: String?) throws(SQLError) {
    if let value { try bind(index, value) } else { try bindNull(index) }
  }

  /// Sets a parameter to an integer or null.
  public borrowing func bind(_ index: Int, _ value: Int64?) throws(SQLError) {
    if let value { try bind(index, value) } else { try bindNull(index) }
  }

  /// Sets a parameter to UTF-8 text. The bytes are copied.
  public borrowing func bind(_ index: Int, text: UnsafeRawBufferPointer) throws(SQLError) {
    try check(bindText(index, text, Self.copying))
  }

  /// Sets a parameter to UTF-8 text without copying: the bytes must stay until the statement has
  /// been run or bound anew.
  public borrowing func bind(_ index: Int, keptText: UnsafeRawBufferPointer) throws(SQLError) {
    try check(bindText(index, keptText, nil))
  }

  private borrowing func bindText(
    _ index: Int, _ text: UnsafeRawBufferPointer, _ destructor: sqlite3_destructor_type?
  ) -> Int32 {
    guard let base = text.baseAddress else {
      return sqlite3_bind_text(handle, Int32(index), "", 0, Self.copying)
    }
    return sqlite3_bind_text(
      handle, Int32(index), base.assumingMemoryBound(to: CChar.self), Int32(text.count), destructor)
  }

  /// Sets a parameter to raw bytes. They are copied.
  public borrowing func bind(_ index: Int, bytes: UnsafeRawBufferPointer) throws(SQLError) {
    guard let base = bytes.baseAddress else {
      return try check(sqlite3_bind_zeroblob(handle, Int32(index), 0))
    }
    try check(sqlite3_bind_blob(handle, Int32(index), base, Int32(bytes.count), Self.copying))
  }

  /// Sets a parameter to raw bytes without copying: they must stay until the statement has been
  /// run or bound anew.
  public borrowing func bind(_ index: Int, keptBytes: UnsafeRawBufferPointer) throws(SQLError) {
    guard let base = keptBytes.baseAddress else {
      return try check(sqlite3_bind_zeroblob(handle, Int32(index), 0))
    }
    try check(sqlite3_bind_blob(handle, Int32(index), base, Int32(keptBytes.count), nil))
  }

  /// Sets a parameter to raw bytes.
  public borrowing func bind(_ index: Int, bytes: [UInt8]) throws(SQLError) {
    try bytes.withUnsafeBufferPointer { (raw) throws(SQLError) in
      try bind(index, bytes: UnsafeRawBufferPointer(raw))
    }
  }

  /// Sets a parameter to null.
  public borrowing func bindNull(_ index: Int) throws(SQLError) {
    try check(sqlite3_bind_null(handle, Int32(index)))
  }

  /// Sets the parameters from 1 on.
  public borrowing func bind(_ values: [(any SQLBindable)?]) throws(SQLError) {
    for (offset, value) in values.enumerated() {
      if let value {
        try bind(offset + 1, value.sqlValue)
      } else {
        try bindNull(offset + 1)
      }
    }
  }

  /// Sets a parameter to a value of any type.
  public borrowing func bind(_ index: Int, _ value: SQLValue) throws(SQLError) {
    switch value {
    case .null: try bindNull(index)
    case .integer(let number): try bind(index, number)
    case .real(let number): try check(sqlite3_bind_double(handle, Int32(index), number))
    case .text(let text): try bind(index, text)
    case .bytes(let bytes): try bind(index, bytes: bytes)
    }
  }

  // MARK: Running

  /// Goes to the next row; false after the last one.
  @discardableResult
  public borrowing func step() throws(SQLError) -> Bool {
    let result = sqlite3_step(handle)
    if result == SQLITE_ROW { return true }
    if result == SQLITE_DONE { return false }
    let error = database.error(result, sql)
    sqlite3_reset(handle)
    throw error
  }

  /// Runs to the end and makes ready for the next run; bindings stay.
  public borrowing func run() throws(SQLError) {
    while try step() {}
    sqlite3_reset(handle)
  }

  /// Ends the run, so that the statement can be bound and run again; bindings stay.
  public borrowing func reset() { sqlite3_reset(handle) }

  /// Calls `body` for every row that is left, then resets.
  public borrowing func forEachRow(_ body: (borrowing Statement) throws -> Void) throws {
    defer { sqlite3_reset(handle) }
    while try step() { try body(self) }
  }

  // MARK: Columns

  /// Number of columns of a row.
  public var columnCount: Int { Int(sqlite3_column_count(handle)) }

  /// Name of a column.
  public borrowing func name(_ index: Int) -> String {
    sqlite3_column_name(handle, Int32(index)).map { String(cString: $0) } ?? ""
  }

  /// Whether a column is null.
  public borrowing func isNull(_ index: Int) -> Bool {
    sqlite3_column_type(handle, Int32(index)) == SQLITE_NULL
  }

  /// A column as an integer; 0 where it is null.
  public borrowing func integer(_ index: Int) -> Int64 {
    sqlite3_column_int64(handle, Int32(index))
  }

  /// A column as an integer, or nil where it is null.
  public borrowing func optionalInteger(_ index: Int) -> Int64? {
    isNull(index) ? nil : integer(index)
  }

  /// A column as text; empty where it is null.
  public borrowing func text(_ index: Int) -> String {
    String(decoding: bytes(index), as: UTF8.self)
  }

  /// A column as text, or nil where it is null.
  public borrowing func optionalText(_ index: Int) -> String? {
    isNull(index) ? nil : text(index)
  }

  /// The bytes of a text or blob column, without a copy; valid until the next step.
  public borrowing func bytes(_ index: Int) -> UnsafeRawBufferPointer {
    let base = sqlite3_column_blob(handle, Int32(index))
    return UnsafeRawBufferPointer(
      start: base, count: Int(sqlite3_column_bytes(handle, Int32(index))))
  }

  /// A column as a value of its own type.
  public borrowing func value(_ index: Int) -> SQLValue {
    switch sqlite3_column_type(handle, Int32(index)) {
    case SQLITE_INTEGER: .integer(integer(index))
    case SQLITE_FLOAT: .real(sqlite3_column_double(handle, Int32(index)))
    case SQLITE_TEXT: .text(text(index))
    case SQLITE_BLOB: .bytes([UInt8](bytes(index)))
    default: .null
    }
  }

  /// Whether the statement cannot change the file.
  public var isReadOnly: Bool { sqlite3_stmt_readonly(handle) != 0 }

  private borrowing func check(_ result: Int32) throws(SQLError) {
    if result != SQLITE_OK { throw database.error(result, sql) }
  }
}
