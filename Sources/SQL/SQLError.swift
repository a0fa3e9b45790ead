import CSQLite

/// Why SQLite refused something.
///
/// The description names the statement but never a bound value, so that it can go into a log.
public struct SQLError: Error, Sendable, CustomStringConvertible {
  /// SQLite's primary result code, for example 19 for a broken constraint.
  public let code: Int32
  /// SQLite's extended result code, which says which kind of constraint or I/O error it was.
  public let extendedCode: Int32
  /// What SQLite says.
  public let message: String
  /// The statement concerned, without values; nil where none is.
  public let sql: String?

  /// Makes an error from an extended result code.
  public init(extendedCode: Int32, message: String, sql: String? = nil) {
    code = extendedCode & 0xFF
    self.extendedCode = extendedCode
    self.message = message
    self.sql = sql
  }

  /// Whether a uniqueness, foreign-key, check or not-null rule refused the row.
  public var isConstraint: Bool { code == SQLITE_CONSTRAINT }

  /// Whether a unique index or a primary key refused the row.
  public var isUniqueViolation: Bool {
    extendedCode == SQLITE_CONSTRAINT | (8 << 8) || extendedCode == SQLITE_CONSTRAINT | (6 << 8)
  }

  /// Whether another connection held the lock for longer than the busy timeout.
  public var isBusy: Bool { code == SQLITE_BUSY || code == SQLITE_LOCKED }

  /// Whether the statement was ended by an interrupt.
  public var isInterrupted: Bool { code == SQLITE_INTERRUPT }

  /// Whether the disk is full. What SQLite shares between connections of a write-ahead log is a file too,
  /// and where that cannot grow it says so by a code of its own (`SQLITE_IOERR_SHMSIZE`).
  public var isDiskFull: Bool {
    code == SQLITE_FULL || extendedCode == SQLITE_IOERR | (19 << 8)
  }

  /// Whether the file is damaged or is no database.
  public var isCorrupt: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }

  /// Whether the authorizer of a read-only connection refused the statement.
  public var isRefused: Bool { code == SQLITE_AUTH || code == SQLITE_READONLY }

  /// One line for a person.
  public var description: String {
    let head = "SQLite: \(message) (\(extendedCode))"
    guard let sql else { return head }
    let line = sql.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return "\(head) in: \(line.count > 200 ? line.prefix(200) + "…" : line)"
  }
}
