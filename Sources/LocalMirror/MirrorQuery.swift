import Machine
public import SQL

/// The answer to a question that a person typed.
public struct QueryResult: Sendable {
  /// Names of the columns.
  public let columns: [String]
  /// The rows.
  public let rows: [[SQLValue]]
  /// Whether there are more rows than the limit let through.
  public let isCut: Bool
}

/// Questions in SQL that cannot change anything.
///
/// The connection is opened read-only and an authorizer refuses whatever is not a read: no writing,
/// no ATTACH, no pragma that sets something. Ctrl-C ends a question that takes too long.
public final class MirrorQuery {
  private let database: Database
  private let path: String

  /// Opens a mirror for questions.
  public init(path: String) throws {
    guard Files.exists(path) else {
      throw MirrorError(.missing, "there is no mirror at \(path) yet; run trumeau pull")
    }
    self.path = path
    do {
      database = try Database(path, mode: .readOnly)
      database.allowOnlyReading()
      database.setProgress { !Signals.isInterrupted }
    } catch {
      throw MirrorError.from(error, path: path)
    }
  }

  /// Runs one statement and gives at most `limit` rows; nil gives all.
  ///
  /// - Throws: `MirrorError` with `question` where SQLite refuses the statement, with its words.
  public func run(_ sql: String, limit: Int? = nil) throws -> QueryResult {
    do {
      let statement = try database.prepare(sql)
      let columns = (0..<statement.columnCount).map { statement.name($0) }
      var rows: [[SQLValue]] = []
      while try statement.step() {
        if let limit, rows.count >= limit {
          return QueryResult(columns: columns, rows: rows, isCut: true)
        }
        rows.append((0..<columns.count).map { statement.value($0) })
      }
      return QueryResult(columns: columns, rows: rows, isCut: false)
    } catch {
      if error.isCorrupt { throw MirrorError.from(error, path: path) }
      if error.isInterrupted {
        throw MirrorError(.question, "the question was interrupted", cause: error)
      }
      if error.isRefused {
        throw MirrorError(
          .question,
          "only questions are answered here: a statement that changes something is refused",
          cause: error)
      }
      throw MirrorError(.question, "SQLite says: \(error.message)", cause: error)
    }
  }
}
