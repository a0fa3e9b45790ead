public import Contract
import LocalMirror

/// One field of an edit that a person saves before it ends here (the choice `export`).
public struct KeptEdit: Sendable, Hashable {
  /// The field.
  public var field: String
  /// What it had when the edit began.
  public var before: FieldValue
  /// What was made of it here.
  public var mine: FieldValue
  /// What the shop has; null where the record is gone.
  public var shop: FieldValue

  /// The edits as one value, for the log: `{"title":"Mine"}`.
  static func value(_ kept: [KeptEdit]) -> FieldValue {
    .object(of: kept.map { .init($0.field, $0.mine) })
  }
}

extension Inbox {
  /// What the choice `export` saves of a question: the field that it is about, or all that was edited
  /// of the record, in byte order of the fields. Save it before the question is answered; afterwards it
  /// stands only in the log.
  public func kept(of question: Question) throws -> [KeptEdit] {
    try mirror.settle { try kept(of: question, $0) }
  }

  func kept(of question: Question, _ transaction: MirrorTransaction) throws -> [KeptEdit] {
    let server = try transaction.serverRecord(question.key)
    let isThere = server.map { $0.state != .deleted } ?? false
    return try transaction.localValues(of: question.key)
      .filter { question.field == nil || $0.field == question.field }
      .map { value in
        KeptEdit(
          field: value.field, before: value.base, mine: value.value,
          shop: isThere ? server?.value(value.field) ?? .null : .null)
      }
      .sorted { $0.field < $1.field }
  }
}
