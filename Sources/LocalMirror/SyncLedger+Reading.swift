import Bytes
public import Contract
import Formats
import SQL

/// What was sent, asked and decided, as one state of the mirror holds it.
///
/// It belongs to the store or reader that handed it out, and to its thread.
public struct SyncLedger {
  let database: Database
  let path: String

  private func checked<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw MirrorError.from(error, path: path) }
  }

  // MARK: Outbox

  private static let outboxColumns = """
    SELECT n, mutation_id, type, id, op, payload, coalesce(base_version, 0), sent_at, attempts,
      state, push, coalesce(request, ''), coalesce(before, '{}'), answer, reason, may_resend FROM outbox
    """

  /// Mutations whose outcome is still to be found out, in the order of sending.
  public func unsettled() throws -> [OutboxEntry] {
    try outbox("WHERE state IN ('waiting', 'sending', 'unknown') ORDER BY n")
  }

  /// All that a push sent, in the order of sending.
  public func outbox(of push: Int64) throws -> [OutboxEntry] {
    try outbox("WHERE push = ? ORDER BY n", push)
  }

  /// All that was ever sent about a record, in the order of sending.
  public func outbox(of key: RecordKey) throws -> [OutboxEntry] {
    try outbox("WHERE type = ? AND id = ? ORDER BY n", key.type.rawValue, key.id)
  }

  /// One mutation.
  public func outbox(mutation id: String) throws -> OutboxEntry? {
    try outbox("WHERE mutation_id = ?", id).first
  }

  private func outbox(_ condition: String, _ values: (any SQLBindable)...) throws -> [OutboxEntry] {
    try checked {
      let rows = try database.prepare("\(Self.outboxColumns) \(condition)")
      try rows.bind(values)
      var found: [OutboxEntry] = []
      while try rows.step() {
        guard let type = ResourceType(rawValue: rows.text(2)) else { continue }
        found.append(
          OutboxEntry(
            number: rows.integer(0), mutationID: rows.text(1), key: RecordKey(type, rows.text(3)),
            operation: rows.text(4), payload: rows.text(5), baseVersion: rows.integer(6),
            firstSentAt: rows.optionalText(7).flatMap(Instant.init(rfc3339:)),
            attempts: Int(rows.integer(8)),
            state: OutboxEntry.State(rawValue: rows.text(9)) ?? .unknown,
            push: rows.optionalInteger(10), request: rows.text(11), before: rows.text(12),
            answer: rows.optionalText(13), reason: rows.optionalText(14),
            mayResend: rows.integer(15) == 1))
      }
      return found
    }
  }

  // MARK: Pushes

  /// One push; nil where there is none of that number.
  public func push(_ number: Int64) throws -> PushEntry? {
    try pushes("WHERE n = ?", number).first
  }

  /// All pushes, the newest first.
  public func pushes() throws -> [PushEntry] { try pushes("ORDER BY n DESC") }

  private func pushes(_ condition: String, _ values: (any SQLBindable)...) throws -> [PushEntry] {
    try checked {
      let rows = try database.prepare(
        """
        SELECT n, plan_hash, started_at, finished_at, sent, refused, unknown, undone_by FROM push
        \(condition)
        """)
      try rows.bind(values)
      var found: [PushEntry] = []
      while try rows.step() {
        found.append(
          PushEntry(
            number: rows.integer(0), planHash: rows.text(1),
            startedAt: Instant(rfc3339: rows.text(2)) ?? Instant(microseconds: 0),
            finishedAt: rows.optionalText(3).flatMap(Instant.init(rfc3339:)),
            sent: Int(rows.integer(4)), refused: Int(rows.integer(5)),
            unknown: Int(rows.integer(6)), undoneBy: rows.optionalInteger(7)))
      }
      return found
    }
  }

  // MARK: Inbox

  /// Questions that wait for an answer, the oldest first.
  public func openConflicts() throws -> [ConflictEntry] {
    try conflicts("WHERE decided_at IS NULL ORDER BY n")
  }

  /// One question, open or answered.
  public func conflict(_ number: Int64) throws -> ConflictEntry? {
    try conflicts("WHERE n = ?", number).first
  }

  /// All questions about a record, the oldest first.
  public func conflicts(of key: RecordKey) throws -> [ConflictEntry] {
    try conflicts("WHERE type = ? AND record_id = ? ORDER BY n", key.type.rawValue, key.id)
  }

  /// Answered questions of these kinds, the oldest first.
  public func answered(kind: String) throws -> [ConflictEntry] {
    try conflicts("WHERE kind = ? AND decided_at IS NOT NULL ORDER BY n", kind)
  }

  /// How many questions wait for an answer.
  public func openConflictCount() throws -> Int {
    try checked {
      Int(try database.integer("SELECT count(*) FROM conflict WHERE decided_at IS NULL") ?? 0)
    }
  }

  private func conflicts(
    _ condition: String, _ values: (any SQLBindable)...
  ) throws -> [ConflictEntry] {
    try checked {
      let rows = try database.prepare(
        """
        SELECT n, kind, type, record_id, field, base, ours, theirs, coalesce(theirs_version, 0),
          opened_at, detail, decision, decided_at, decided_by FROM conflict \(condition)
        """)
      try rows.bind(values)
      var found: [ConflictEntry] = []
      while try rows.step() {
        guard let type = ResourceType(rawValue: rows.text(2)) else { continue }
        found.append(
          ConflictEntry(
            number: rows.integer(0), kind: rows.text(1), key: RecordKey(type, rows.text(3)),
            field: rows.optionalText(4), base: try value(rows.optionalText(5)),
            ours: try value(rows.optionalText(6)), theirs: try value(rows.optionalText(7)),
            theirsVersion: rows.integer(8),
            openedAt: Instant(rfc3339: rows.text(9)) ?? Instant(microseconds: 0),
            detail: rows.optionalText(10), decision: rows.optionalText(11),
            decidedAt: rows.optionalText(12).flatMap(Instant.init(rfc3339:)),
            decidedBy: rows.optionalText(13)))
      }
      return found
    }
  }

  private func value(_ json: String?) throws -> FieldValue? {
    try json.map { json throws(FormatError) in try FieldValue(json: json) }
  }

  /// Whether there is anything to merge, to find out about or to ask.
  public func hasWork() throws -> Bool {
    try checked {
      try database.integer(
        """
        SELECT EXISTS(SELECT 1 FROM local)
          OR EXISTS(SELECT 1 FROM local_record WHERE op <> 'none')
          OR EXISTS(SELECT 1 FROM conflict WHERE decided_at IS NULL)
        """) == 1
    }
  }

  // MARK: Decisions

  /// All decisions about a record, or about all, the oldest first.
  public func decisions(of key: RecordKey? = nil) throws -> [DecisionEntry] {
    guard let key else { return try decisions("ORDER BY n") }
    return try decisions("WHERE type = ? AND id = ? ORDER BY n", key.type.rawValue, key.id)
  }

  /// The last decision about a field of a record.
  public func lastDecision(of key: RecordKey, field: String?) throws -> DecisionEntry? {
    guard let field else {
      return try decisions(
        "WHERE type = ? AND id = ? AND field IS NULL ORDER BY n DESC LIMIT 1", key.type.rawValue,
        key.id
      ).first
    }
    return try decisions(
      "WHERE type = ? AND id = ? AND field = ? ORDER BY n DESC LIMIT 1", key.type.rawValue, key.id,
      field
    ).first
  }

  private func decisions(
    _ condition: String, _ values: (any SQLBindable)...
  ) throws -> [DecisionEntry] {
    try checked {
      let rows = try database.prepare(
        """
        SELECT rule, type, id, field, outcome, base, ours, theirs, result, conflict, push, by, at
        FROM decision \(condition)
        """)
      try rows.bind(values)
      var found: [DecisionEntry] = []
      while try rows.step() {
        guard let type = ResourceType(rawValue: rows.text(1)) else { continue }
        found.append(
          DecisionEntry(
            rule: rows.text(0), key: RecordKey(type, rows.text(2)), field: rows.optionalText(3),
            outcome: rows.text(4), base: try value(rows.optionalText(5)),
            ours: try value(rows.optionalText(6)), theirs: try value(rows.optionalText(7)),
            result: try value(rows.optionalText(8)), conflict: rows.optionalInteger(9),
            push: rows.optionalInteger(10), by: rows.text(11),
            at: Instant(rfc3339: rows.text(12))))
      }
      return found
    }
  }
}

extension MirrorReader {
  /// What was sent, asked and decided.
  public var ledger: SyncLedger { SyncLedger(database: database, path: path) }
}

extension MirrorStore {
  /// What was sent, asked and decided.
  public var ledger: SyncLedger { SyncLedger(database: database, path: path) }
}
