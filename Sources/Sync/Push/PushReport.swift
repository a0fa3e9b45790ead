public import Contract
public import Merge

/// What a push did, record by record.
public struct PushReport: Sendable, Hashable {
  /// What became of one operation.
  public enum Outcome: String, Sendable, CaseIterable {
    /// Done.
    case done
    /// It was done by an earlier request whose answer was lost.
    case found
    /// It went to the inbox.
    case asked
    /// The shop changed meanwhile and the result would not be what was shown: it is in the next plan.
    case changed
    /// It was not sent because what it needs was not done.
    case blocked
    /// Sent, and nobody knows yet what became of it.
    case unknown
    /// It had not arrived, and is in the next plan.
    case missed
  }

  /// One operation.
  public struct Item: Sendable, Hashable {
    /// Names the request; nil where none was made.
    public var mutationID: String?
    /// What was done.
    public var operation: Mutation.Operation
    /// The record, by the id that it has now.
    public var key: RecordKey
    /// What people call it.
    public var name: String
    /// The fields that were sent.
    public var fields: [String]
    /// What became of it.
    public var outcome: Outcome
    /// The row of the taxonomy, where it was asked.
    public var kind: ConflictKind?
    /// The shop's words, or the reason.
    public var words: String?
  }

  /// The number of the push, which `trumeau undo` takes; nil where nothing was sent.
  public internal(set) var number: Int64?
  /// One entry an operation, in the order in which they were settled.
  public internal(set) var items: [Item] = []
  /// How often something was tried again after a wait.
  public internal(set) var retries = 0
  /// Questions that are open in the inbox when the push ends.
  public internal(set) var openQuestions = 0

  /// How many operations ended in a way.
  public func count(_ outcome: Outcome) -> Int { items.count { $0.outcome == outcome } }

  /// Fields of operations that are done.
  public var sentFields: Int {
    items.reduce(0) { sum, item in
      item.outcome == .done || item.outcome == .found ? sum + item.fields.count : sum
    }
  }
}

/// How far a push is.
public struct PushProgress: Sendable, Hashable {
  /// What it does just now.
  public enum Phase: Sendable, Hashable {
    /// Finds out what became of requests without an answer.
    case settling
    /// Puts requests into the outbox, before any of their bytes is sent.
    case freezing
    /// Sends.
    case sending
    /// Asks the shop what it has now, where an answer does not say.
    case reading
    /// Stores what became of requests.
    case storing
    /// Waits, because the server or the line asks for it.
    case waiting(seconds: Int, reason: String)
  }

  /// What it does just now.
  public var phase: Phase
  /// Operations that are settled.
  public var done: Int
  /// Operations of the plan.
  public var total: Int
}
