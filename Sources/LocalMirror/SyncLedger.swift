public import Bytes
public import Contract
import SQL

/// A mutation that was sent, or is about to be.
public struct OutboxEntry: Sendable, Hashable {
  /// Where it stands.
  public enum State: String, Sendable, CaseIterable {
    /// The server asked to wait; it is sent again with the same key and the same bytes.
    case waiting
    /// Its bytes are frozen and may have been sent; no answer has been stored.
    case sending
    /// Sent, and nobody knows what became of it.
    case unknown
    /// Done, and the record stored.
    case done
    /// It will not be sent again as it is: an inbox entry says why.
    case refused
    /// It was not done, and its edits are free to be planned again.
    case withdrawn

    /// Whether its outcome is still to be found out.
    public var isUnsettled: Bool { self == .waiting || self == .sending || self == .unknown }
  }

  /// Its number in the order of sending.
  public var number: Int64
  /// Names the mutation; the idempotency key.
  public var mutationID: String
  /// The record concerned, by its id here.
  public var key: RecordKey
  /// The word of `Mutation.Operation`.
  public var operation: String
  /// What the editor had in each field when the bytes were frozen, as JSON.
  public var payload: String
  /// The version that it was made for.
  public var baseVersion: Int64
  /// When it was first sent; retention of its key counts from here.
  public var firstSentAt: Instant?
  /// How often it was sent.
  public var attempts: Int
  /// Where it stands.
  public var state: State
  /// The push that sent it first.
  public var push: Int64?
  /// The frozen request, as JSON.
  public var request: String
  /// What the shop had in the fields before, as JSON; for undo.
  public var before: String
  /// What the answer was, in one word.
  public var answer: String?
  /// The shop's words, or the reason.
  public var reason: String?
  /// Whether it may be sent again as it is: not from a copy of the folder on another machine.
  public var mayResend: Bool
}

/// A mutation as it enters the outbox.
public struct OutboxDraft: Sendable {
  /// Names the mutation.
  public var mutationID: String
  /// The record concerned, by its id here.
  public var key: RecordKey
  /// The word of `Mutation.Operation`.
  public var operation: String
  /// What the editor had in each field, as JSON.
  public var payload: String
  /// The version that it was made for.
  public var baseVersion: Int64
  /// The push that sends it.
  public var push: Int64
  /// The frozen request, as JSON.
  public var request: String
  /// What the shop had in the fields before, as JSON.
  public var before: String

  /// Describes a mutation that is about to be sent.
  public init(
    mutationID: String, key: RecordKey, operation: String, payload: String, baseVersion: Int64,
    push: Int64, request: String, before: String
  ) {
    self.mutationID = mutationID
    self.key = key
    self.operation = operation
    self.payload = payload
    self.baseVersion = baseVersion
    self.push = push
    self.request = request
    self.before = before
  }
}

/// One push and its figures.
public struct PushEntry: Sendable, Hashable {
  /// Its number, which `trumeau undo` takes.
  public var number: Int64
  /// Names the plan that it applied.
  public var planHash: String
  /// When it began.
  public var startedAt: Instant
  /// When it ended; nil where it was broken off.
  public var finishedAt: Instant?
  /// Operations that were done.
  public var sent: Int
  /// Operations that went to the inbox.
  public var refused: Int
  /// Operations without an answer when it ended.
  public var unknown: Int
  /// The push that undid it.
  public var undoneBy: Int64?
}

/// A question to the editor, open or answered.
public struct ConflictEntry: Sendable, Hashable {
  /// Its number, which `trumeau conflicts show` takes.
  public var number: Int64
  /// The kind's word in the taxonomy.
  public var kind: String
  /// The record concerned.
  public var key: RecordKey
  /// The field concerned; nil for the whole record.
  public var field: String?
  /// What the editor started from.
  public var base: FieldValue?
  /// The editor's value.
  public var ours: FieldValue?
  /// The shop's value.
  public var theirs: FieldValue?
  /// The version of the shop's value.
  public var theirsVersion: Int64
  /// When it was opened.
  public var openedAt: Instant
  /// What else a person must see, as a JSON object.
  public var detail: String?
  /// How it was answered; nil while it is open.
  public var decision: String?
  /// When it was answered.
  public var decidedAt: Instant?
  /// Who answered it.
  public var decidedBy: String?

  /// Whether it waits for an answer.
  public var isOpen: Bool { decidedAt == nil }
}

/// A question as it is opened.
public struct ConflictDraft: Sendable, Hashable {
  /// The kind's word in the taxonomy.
  public var kind: String
  /// The record concerned.
  public var key: RecordKey
  /// The field concerned; nil for the whole record.
  public var field: String?
  /// What the editor started from.
  public var base: FieldValue?
  /// The editor's value.
  public var ours: FieldValue?
  /// The shop's value.
  public var theirs: FieldValue?
  /// The version of the shop's value.
  public var theirsVersion: Int64
  /// What else a person must see, as a JSON object.
  public var detail: String?

  /// Describes a question.
  public init(
    kind: String, key: RecordKey, field: String? = nil, base: FieldValue? = nil,
    ours: FieldValue? = nil, theirs: FieldValue? = nil, theirsVersion: Int64 = 0,
    detail: String? = nil
  ) {
    self.kind = kind
    self.key = key
    self.field = field
    self.base = base
    self.ours = ours
    self.theirs = theirs
    self.theirsVersion = theirsVersion
    self.detail = detail
  }
}

/// Why a value is not simply the editor's: which rule or person decided what.
public struct DecisionEntry: Sendable, Hashable {
  /// The rule's name; `person` where somebody was asked.
  public var rule: String
  /// The record concerned.
  public var key: RecordKey
  /// The field concerned; nil for the whole record.
  public var field: String?
  /// What was decided, in one word.
  public var outcome: String
  /// The three values and what came of them.
  public var base: FieldValue?
  /// The editor's value.
  public var ours: FieldValue?
  /// The shop's value.
  public var theirs: FieldValue?
  /// The value that stands; nil for none.
  public var result: FieldValue?
  /// The question that it answers.
  public var conflict: Int64?
  /// The push that it happened in.
  public var push: Int64?
  /// Who decided.
  public var by: String
  /// When; set when it is stored.
  public var at: Instant?

  /// Describes a decision.
  public init(
    rule: String, key: RecordKey, field: String? = nil, outcome: String, base: FieldValue? = nil,
    ours: FieldValue? = nil, theirs: FieldValue? = nil, result: FieldValue? = nil,
    conflict: Int64? = nil, push: Int64? = nil, by: String, at: Instant? = nil
  ) {
    self.rule = rule
    self.key = key
    self.field = field
    self.outcome = outcome
    self.base = base
    self.ours = ours
    self.theirs = theirs
    self.result = result
    self.conflict = conflict
    self.push = push
    self.by = by
    self.at = at
  }
}
