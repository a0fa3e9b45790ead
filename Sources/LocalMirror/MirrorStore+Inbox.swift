public import Bytes
import Contract
import SQL

extension MirrorTransaction {
  /// Opens a question, or brings the open one of the same kind, record and field up to date.
  ///
  /// - Returns: its number.
  @discardableResult
  public func open(_ draft: ConflictDraft) throws -> Int64 {
    let known = try database.integer(
      """
      SELECT n FROM conflict WHERE kind = ?1 AND type = ?2 AND record_id = ?3
        AND coalesce(field, '') = coalesce(?4, '') AND decided_at IS NULL
      """, draft.kind, draft.key.type.rawValue, draft.key.id, draft.field)
    if let known {
      try database.run(
        """
        UPDATE conflict SET base = ?2, ours = ?3, theirs = ?4, theirs_version = ?5, detail = ?6
        WHERE n = ?1
        """, known, draft.base?.json, draft.ours?.json, draft.theirs?.json, draft.theirsVersion,
        draft.detail)
      return known
    }
    try database.run(
      """
      INSERT INTO conflict(kind, type, record_id, field, base, ours, theirs, theirs_version,
        opened_at, detail)
      VALUES(?,?,?,?,?,?,?,?,?,?)
      """, draft.kind, draft.key.type.rawValue, draft.key.id, draft.field, draft.base?.json,
      draft.ours?.json, draft.theirs?.json, draft.theirsVersion, now.rfc3339, draft.detail)
    return database.lastInsertedRow
  }

  /// Closes a question.
  public func close(_ number: Int64, decision: String, by: String) throws {
    try database.run(
      """
      UPDATE conflict SET decision = ?2, decided_at = ?3, decided_by = ?4
      WHERE n = ?1 AND decided_at IS NULL
      """, number, decision, now.rfc3339, by)
  }

  /// Notes what a rule makes of an edit that waits, and would make of it again: once for each edit.
  ///
  /// - Parameter edited: when the edit was made. What was noted before is about an earlier one, even
  ///   where all values are the same.
  public func noteOnce(_ decision: DecisionEntry, edited: Instant) throws {
    let isKnown = try database.integer(
      """
      SELECT rule = ?4 AND outcome = ?5 AND base IS ?6 AND ours IS ?7 AND theirs IS ?8
        AND result IS ?9 AND conflict IS ?10 AND at >= ?11 FROM decision
      WHERE type = ?1 AND id = ?2 AND coalesce(field, '') = coalesce(?3, '')
      ORDER BY n DESC LIMIT 1
      """, decision.key.type.rawValue, decision.key.id, decision.field, decision.rule,
      decision.outcome, decision.base?.json, decision.ours?.json, decision.theirs?.json,
      decision.result?.json, decision.conflict, edited.rfc3339)
    if isKnown != 1 { try note(decision) }
  }

  /// Notes which rule or person decided what, where that is the end of an edit.
  public func note(_ decision: DecisionEntry) throws {
    let type = decision.key.type.rawValue
    try database.run(
      """
      INSERT INTO decision(conflict, rule, type, id, field, outcome, at, by, base, ours, theirs,
        result, push)
      VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)
      """, decision.conflict, decision.rule, type, decision.key.id, decision.field,
      decision.outcome, now.rfc3339, decision.by, decision.base?.json, decision.ours?.json,
      decision.theirs?.json, decision.result?.json, decision.push)
  }
}
