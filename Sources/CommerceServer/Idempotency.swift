import Bytes
import Contract
import HTTPServer
import SQL
import Synchronization

/// The header `Idempotency-Key`.
enum IdempotencyKey {
  /// The key of a request, if it has one of the right form.
  static func read(_ request: Request) throws(Problem) -> String? {
    let keys = request.headers.values("Idempotency-Key")
    guard let key = keys.first else { return nil }
    guard keys.count == 1, isValid(key) else {
      throw Problem(
        .malformedRequest, "An Idempotency-Key has 1 to 255 visible ASCII characters, once.")
    }
    return key
  }

  /// Whether text can be a key.
  static func isValid(_ text: String) -> Bool {
    (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}

/// The answers that are kept under keys. They are written in the transaction of the effect that
/// they tell about, so that after a crash there are both or neither.
struct KeptAnswers {
  let database: Database
  let token: String
  let now: Instant
  let retentionSeconds: Int

  /// What was asked for under a key, and the answer.
  struct Kept {
    let fingerprint: [UInt8]
    let response: Response
  }

  /// The answer that a key has; answers beyond their time count as absent.
  func find(_ key: String) throws -> Kept? {
    let statement = try database.prepare(
      """
      SELECT fingerprint, status, content_type, etag, location, body FROM kept_answer
      WHERE token = ? AND key = ? AND kept_at > ?
      """)
    try statement.bind(1, token)
    try statement.bind(2, key)
    try statement.bind(3, end)
    guard try statement.step() else { return nil }
    var headers = Headers()
    for (column, name) in Self.headers.enumerated() {
      if let value = statement.optionalText(column + 2) { headers.set(name, value) }
    }
    let body = [UInt8](statement.bytes(5))
    return Kept(
      fingerprint: [UInt8](statement.bytes(0)),
      response: Response(
        status: Int(statement.integer(1)), headers: headers,
        body: body.isEmpty ? .none : .bytes(body)))
  }

  /// The answer that a key has, marked as a repetition; a problem where the key was used for
  /// something else.
  func replay(_ key: String, for fingerprint: [UInt8]) throws -> Response? {
    guard let kept = try find(key) else { return nil }
    guard kept.fingerprint == fingerprint else {
      throw Problem(
        .idempotencyMismatch, "The key \(key) was used for another request; take a new one.")
    }
    var response = kept.response
    response.headers.set("Idempotency-Replayed", "true")
    return response
  }

  /// Keeps the answer to a key.
  func keep(_ response: Response, under key: String, for fingerprint: [UInt8]) throws {
    let statement = try database.prepare(
      """
      INSERT INTO kept_answer(token, key, fingerprint, kept_at, status, content_type, etag,
        location, body)
      VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT(token, key) DO UPDATE SET fingerprint = excluded.fingerprint,
        kept_at = excluded.kept_at, status = excluded.status,
        content_type = excluded.content_type, etag = excluded.etag,
        location = excluded.location, body = excluded.body
      """)
    try statement.bind(1, token)
    try statement.bind(2, key)
    try statement.bind(3, bytes: fingerprint)
    try statement.bind(4, now.microseconds)
    try statement.bind(5, response.status)
    for (column, name) in Self.headers.enumerated() {
      try statement.bind(column + 6, response.headers[name])
    }
    if case .bytes(let bytes) = response.body {
      try statement.bind(9, bytes: bytes)
    } else {
      try statement.bind(9, bytes: [])
    }
    try statement.run()
  }

  /// Forgets at most `limit` answers whose time is over: a few with every write, so that none of
  /// them waits long for it.
  func prune(limit: Int) throws {
    try database.run(
      """
      DELETE FROM kept_answer WHERE answer IN (
        SELECT answer FROM kept_answer WHERE kept_at <= ? ORDER BY kept_at LIMIT ?)
      """, end, limit)
  }

  private var end: Int64 { now.adding(seconds: -Int64(retentionSeconds)).microseconds }

  /// The headers that belong to an answer itself, in the order of their columns.
  private static let headers = ["Content-Type", "ETag", "Location"]
}

/// The keys whose first request is running in this process.
final class KeysInProgress: Sendable {
  private struct Name: Hashable {
    let token: String
    let key: String
  }

  private let names = Mutex<Set<Name>>([])

  /// Runs `body` with these keys taken.
  ///
  /// - Parameter body: gets the keys that another request holds.
  func holding<Result>(
    _ keys: [String], of token: String, _ body: (_ busy: Set<String>) throws -> Result
  ) rethrows -> Result {
    if keys.isEmpty { return try body([]) }
    var busy: Set<String> = []
    var taken: [Name] = []
    names.withLock { names in
      for key in Set(keys) {
        let name = Name(token: token, key: key)
        if names.insert(name).inserted { taken.append(name) } else { busy.insert(key) }
      }
    }
    defer { names.withLock { $0.subtract(taken) } }
    return try body(busy)
  }

  /// What is said about a key that another request holds.
  static func problem(_ key: String) -> Problem {
    Problem(.idempotencyInProgress, "The first request with the key \(key) is still running.")
  }
}
