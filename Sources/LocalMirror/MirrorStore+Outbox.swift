import Bytes
import Contract
import SQL

extension MirrorTransaction {
  // MARK: Pushes

  /// Opens a push and gives its number.
  public func beginPush(planHash: String) throws -> Int64 {
    try database.run(
      "INSERT INTO push(plan_hash, started_at) VALUES(?, ?)", planHash, now.rfc3339)
    return database.lastInsertedRow
  }

  /// Stores the figures of a push that has ended.
  public func endPush(_ number: Int64, sent: Int, refused: Int, unknown: Int) throws {
    try database.run(
      "UPDATE push SET finished_at = ?, sent = ?, refused = ?, unknown = ? WHERE n = ?",
      now.rfc3339, sent, refused, unknown, number)
  }

  /// Notes that a push has been undone by another.
  public func markUndone(_ number: Int64, by other: Int64) throws {
    try database.run("UPDATE push SET undone_by = ? WHERE n = ?", other, number)
  }

  // MARK: Outbox

  /// Freezes a mutation that is about to be sent: from here on it counts as sent once.
  public func enqueue(_ draft: OutboxDraft) throws -> Int64 {
    try database.run(
      """
      INSERT INTO outbox(mutation_id, type, id, op, payload, base_version, idem_key, sent_at,
        attempts, state, push, request, before)
      VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?1, ?7, 1, 'sending', ?8, ?9, ?10)
      """, draft.mutationID, draft.key.type.rawValue, draft.key.id, draft.operation,
      Array(draft.payload.utf8),
      draft.baseVersion, now.rfc3339, draft.push, draft.request, draft.before)
    return database.lastInsertedRow
  }

  /// Notes, before any byte is sent, that a mutation goes out once more.
  public func noteResend(_ number: Int64) throws {
    try database.run(
      "UPDATE outbox SET state = 'sending', attempts = attempts + 1 WHERE n = ?", number)
  }

  /// Notes what became of a mutation.
  public func mark(
    _ number: Int64, as state: OutboxEntry.State, answer: String? = nil, reason: String? = nil
  ) throws {
    try database.run(
      """
      UPDATE outbox SET state = ?2, answer = coalesce(?3, answer), reason = ?4 WHERE n = ?1
      """, number, state.rawValue, answer, reason)
  }

  /// After a crash nobody knows what became of what was being sent.
  public func forgetSending() throws {
    try database.run("UPDATE outbox SET state = 'unknown' WHERE state = 'sending'")
  }
}
