public import Contract
import Merge

/// What differs between the plan that was shown and the plan of now.
public struct PlanDifference: Sendable, Hashable {
  /// One operation or question that differs.
  public struct Entry: Sendable, Hashable {
    /// How it differs.
    public enum Change: String, Sendable, Hashable {
      /// It is in the plan of now only.
      case added
      /// It is in the plan that was shown only.
      case removed
      /// It sends something else.
      case changed
      /// It waits for a decision now.
      case asked
    }

    /// How it differs.
    public var change: Change
    /// The record.
    public var key: RecordKey
    /// What people call it.
    public var name: String
    /// The fields that are concerned; empty for the whole record.
    public var fields: [String]
  }

  /// What differs, in order of the records.
  public private(set) var entries: [Entry] = []

  /// Whether nothing differs.
  public var isEmpty: Bool { entries.isEmpty }

  /// Compares two plans.
  ///
  /// What had no answer when the plan was shown is not missed: its outcome has been found out since.
  /// Where it is to be sent after all, or something else of its record is, nothing of that was shown.
  public init(shown: Plan, now: Plan) {
    let settled = Set(shown.unsettled.map(\.key))
    let old = Self.operations(of: shown, without: settled)
    let new = Self.operations(of: now, without: [])
    for (identity, operation) in new {
      guard let before = old[identity] else {
        add(.added, operation, operation.fields.map(\.name))
        continue
      }
      let differing = Self.differing(before, operation)
      if !differing.isEmpty || before.isProtected != operation.isProtected {
        add(.changed, operation, differing)
      }
    }
    for (identity, operation) in old where new[identity] == nil {
      add(.removed, operation, operation.fields.map(\.name))
    }
    let asked = Set(shown.questions.map(Self.identity))
    for question in now.questions
    where !asked.contains(Self.identity(question)) && !settled.contains(question.key) {
      entries.append(
        Entry(
          change: .asked, key: question.key, name: question.detail.name,
          fields: question.field.map { [$0] } ?? []))
    }
    entries.sort { ($0.key, $0.change.rawValue) < ($1.key, $1.change.rawValue) }
  }

  private static func identity(_ question: Question) -> String {
    "\(question.kind.rawValue) \(question.key) \(question.field ?? "")"
  }

  private mutating func add(
    _ change: Entry.Change, _ operation: PlannedOperation, _ fields: [String]
  ) {
    entries.append(
      Entry(change: change, key: operation.key, name: operation.name, fields: fields))
  }

  private static func operations(
    of plan: Plan, without settled: Set<RecordKey>
  ) -> [String: PlannedOperation] {
    var found: [String: PlannedOperation] = [:]
    for operation in plan.operations where !settled.contains(operation.key) {
      found[operation.identity] = operation
    }
    return found
  }

  /// Fields that are sent by one only, or with another value, or over another value of the shop.
  private static func differing(
    _ shown: PlannedOperation, _ now: PlannedOperation
  ) -> [String] {
    let old = Dictionary(shown.fields.map { ($0.name, $0) }) { first, _ in first }
    let new = Dictionary(now.fields.map { ($0.name, $0) }) { first, _ in first }
    return Set(old.keys).union(new.keys).filter { name in
      guard let before = old[name], let after = new[name] else { return true }
      return before.value != after.value || before.movement != after.movement
        || before.shop != after.shop
    }.sorted()
  }
}
