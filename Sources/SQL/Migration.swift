import CSQLite

/// One step from a version of a file's schema to the next.
public struct Migration: Sendable {
  /// What the step does, in a few words for an error message.
  public let name: String
  let body: @Sendable (Database) throws -> Void

  /// A step that runs statements.
  public init(_ name: String, sql: String) {
    self.name = name
    body = { try $0.execute(sql) }
  }

  /// A step that runs code.
  public init(_ name: String, _ body: @escaping @Sendable (Database) throws -> Void) {
    self.name = name
    self.body = body
  }
}

extension Database {
  /// The file's schema version (`PRAGMA user_version`).
  public var userVersion: Int {
    get throws(SQLError) { Int(try integer("PRAGMA user_version") ?? 0) }
  }

  /// Brings a file to the newest schema: step n leads from version n to n + 1, each in its own
  /// transaction together with the new version number.
  ///
  /// - Returns: how many steps were run.
  /// - Throws: `SQLError` with code `SQLITE_SCHEMA` where the file is newer than the steps.
  @discardableResult
  public func migrate(_ steps: [Migration]) throws -> Int {
    let before = try userVersion
    guard before <= steps.count else {
      throw SQLError(
        extendedCode: SQLITE_SCHEMA,
        message: "the file has schema version \(before), this program knows \(steps.count)")
    }
    guard before < steps.count else { return 0 }
    var run = 0
    for number in before..<steps.count {
      try transaction {
        // Another process may have been faster between the look and the lock.
        guard try userVersion == number else { return }
        try steps[number].body(self)
        try execute("PRAGMA user_version=\(number + 1)")
        run += 1
      }
    }
    return run
  }
}
