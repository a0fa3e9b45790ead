import Bytes
public import Contract
public import Merge

/// What a push would do: a pure result of the edits, the shop's records in the mirror, the decisions
/// made and the capabilities of the platform. Equal inputs give equal plans, byte for byte.
public struct Plan: Sendable, Hashable {
  /// The shop that it is for.
  public var shop: String
  /// What is sent, in the order of sending.
  public var operations: [PlannedOperation]
  /// What cannot be sent because something else waits for a person.
  public var blocked: [BlockedOperation]
  /// What a person must decide or confirm.
  public var questions: [Question]
  /// What was sent earlier and has no answer: it is checked before anything else.
  public var unsettled: [UnsettledOperation]

  /// Puts a plan together.
  public init(
    shop: String, operations: [PlannedOperation], blocked: [BlockedOperation] = [],
    questions: [Question] = [], unsettled: [UnsettledOperation] = []
  ) {
    self.shop = shop
    self.operations = operations
    self.blocked = blocked
    self.questions = questions
    self.unsettled = unsettled
  }

  /// Whether there is nothing to do and nothing to ask.
  public var isEmpty: Bool {
    operations.isEmpty && blocked.isEmpty && questions.isEmpty && unsettled.isEmpty
  }

  /// Questions that are confirmations of prices.
  public var confirmations: [Question] { questions.filter { $0.kind == .priceGuard } }

  /// Questions that are true decisions.
  public var decisions: [Question] { questions.filter { $0.kind != .priceGuard } }
}

/// One request that a push will make.
public struct PlannedOperation: Sendable, Hashable {
  /// Its place in the order of sending, from 1.
  public var number: Int
  /// What is done.
  public var operation: Mutation.Operation
  /// The record, by its id here.
  public var key: RecordKey
  /// What people call it.
  public var name: String
  /// Why it is a step of its own, where it is not the record's only one.
  public var step: Step?
  /// The version of the shop's record that was merged with; 0 where there is none.
  public var version: Int64
  /// The fields that are sent, in byte order of their names.
  public var fields: [PlannedField]
  /// Numbers of operations that must be done before.
  public var dependsOn: [Int]
  /// Whether the platform refuses it where somebody else wrote meanwhile, or recognises it when it
  /// comes twice.
  public var isProtected: Bool
  /// What an editor should know although nothing is asked.
  public var remarks: [ConflictKind] = []

  /// A step of several.
  public enum Step: String, Sendable, Hashable {
    /// A name that frees another one, until all have moved.
    case interimName = "interim-name"
    /// What was made as a draft is shown, when all its parts are there.
    case publish
  }

  /// Names the operation among those of a plan, whatever its place.
  var identity: String { "\(operation.rawValue) \(key) \(step?.rawValue ?? "")" }
}

/// A field of a request.
public struct PlannedField: Sendable, Hashable {
  /// The field.
  public var name: String
  /// What the editor started from.
  public var before: FieldValue
  /// The editor's value.
  public var mine: FieldValue
  /// The shop's value as the mirror has it.
  public var shop: FieldValue
  /// The value that the shop shall have.
  public var value: FieldValue
  /// By how much a counter is moved; nil where the value is set.
  public var movement: Int64?
  /// The rule behind the value.
  public var rule: String
  /// Whether the value is only a step on the way to `mine`.
  public var isInterim: Bool
  /// What an editor should know of a merged text.
  public var notes: [TextNote]
}

/// Something that would be sent if nothing stood in its way.
public struct BlockedOperation: Sendable, Hashable {
  /// What would be done.
  public var operation: Mutation.Operation
  /// The record.
  public var key: RecordKey
  /// What people call it.
  public var name: String
  /// The record that it waits for.
  public var waitsFor: RecordKey
}

/// Something that was sent and has no answer yet.
public struct UnsettledOperation: Sendable, Hashable {
  /// What was sent.
  public var operation: String
  /// The record.
  public var key: RecordKey
  /// What people call it.
  public var name: String
}
