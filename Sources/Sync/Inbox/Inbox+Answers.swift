import Bytes
import Contract
import LocalMirror
import Machine
import Merge

extension Inbox {
  /// Stores an answer and what follows from it.
  func store(
    _ answer: Answer, to question: Question, _ transaction: MirrorTransaction
  ) throws {
    guard answer.choice != .later else { return }
    guard let number = question.number else { return }
    try Self.check(answer, of: question)
    if answer.choice == .resync { return try askForComparison(question, transaction) }
    // Closed first: what is withdrawn closes its open questions in a way of its own.
    try transaction.close(number, decision: answer.choice.rawValue, by: editor)
    let result =
      if question.kind == .fileAndEditor {
        try FileQuestions(transaction).answer(
          question, takesFile: answer.choice == .mine,
          value: answer.choice == .edit ? try needed(answer, question) : nil, random: random)
      } else if question.kind == .duplicateFile {
        try answerFiles(answer, question, transaction)
      } else if let field = question.field {
        try answerField(field, answer, question, transaction)
      } else {
        try answerRecord(answer, question, transaction)
      }
    try transaction.note(
      DecisionEntry(
        rule: "person", key: question.key, field: question.field,
        outcome: answer.choice.rawValue, base: question.before, ours: question.mine,
        theirs: question.shop, result: result, conflict: number, by: editor))
    _ = try SettlementPass.settle(question.key, in: transaction, rules)
  }

  /// Refuses what is no answer to a question.
  ///
  /// - Throws: `InboxError` with `noChoice`.
  public static func check(_ answer: Answer, of question: Question) throws(InboxError) {
    let choices = choices(of: question) + alsoUnderstood(question)
    guard choices.contains(answer.choice) else {
      throw InboxError(
        .noChoice,
        "\"\(answer.choice.rawValue)\" is no answer to question \(question.number ?? 0)",
        help: "Choose one of: "
          + choices.filter { $0 != .later }.map(\.rawValue).joined(separator: ", "))
    }
  }

  /// Answers that are understood although they are not offered.
  private static func alsoUnderstood(_ question: Question) -> [Alternative] {
    switch question.kind {
    case .rejected: [.sendAgain]
    case .parentDeleted: [.deleteAnyway]
    default: []
    }
  }

  /// The question stays open: the next pull compares everything, and by what that tells it ends or is
  /// asked anew.
  private func askForComparison(
    _ question: Question, _ transaction: MirrorTransaction
  ) throws {
    var asked = question
    asked.detail.note(.asked)
    try transaction.open(asked.draft)
    // Nothing is decided about the values yet, so none is named.
    try transaction.note(
      DecisionEntry(
        rule: "person", key: question.key, field: question.field,
        outcome: Alternative.resync.rawValue, conflict: question.number, by: editor))
  }

  // MARK: Fields

  private func answerField(
    _ field: String, _ answer: Answer, _ question: Question, _ transaction: MirrorTransaction
  ) throws -> FieldValue? {
    let server = try transaction.serverRecord(question.key)
    let shop = server?.value(field) ?? .null
    if let shown = question.shop, shown != shop, question.kind != .uncertain {
      throw InboxError(
        .changed, "the shop has changed \(field) of \(question.detail.name) once more",
        help: "Run `trumeau plan` and look again.")
    }
    let held = try transaction.localValues(of: question.key).first { $0.field == field }
    try refuseStale(question, held, transaction)
    var isCount: Bool?
    let value: FieldValue?
    switch answer.choice {
    case .confirm, .sendAgain, .keep: return question.mine
    case .mine, .redirect: value = question.mine ?? .null
    case .shop, .drop, .restoreShop: value = nil
    case .itWorked:
      value = Self.left(of: held, after: question.mine, shop: shop)
      if let value, let held {
        try transaction.note(
          DecisionEntry(
            rule: "edited-while-sending", key: question.key, field: field, outcome: "merge",
            base: question.mine, ours: held.value, theirs: shop, result: value, by: "rule"))
      }
    case .both: value = Self.text(ofBoth: question) ?? question.detail.proposal
    case .edit, .rename, .move: value = try needed(answer, question)
    case .recount:
      value = try needed(answer, question)
      isCount = true
    case .clamp:
      value = .integer(0)
      isCount = true
    case .backorder:
      value = question.detail.proposal
      isCount = true
    case .mapField:
      return try put(held, intoAnother: answer, question, transaction)
    case .export:
      let kept = try kept(of: question, transaction)
      try transaction.rebase(
        question.key, field, base: shop, baseVersion: server?.version ?? 0, value: nil)
      return KeptEdit.value(kept)
    case .replay:
      value = .integer(Self.replayed(question))
      isCount = true
    case .swapNames:
      try swapNames(field, question, transaction)
      return question.mine
    default: value = nil
    }
    try transaction.rebase(
      question.key, field, base: shop, baseVersion: server?.version ?? 0, value: value,
      isCount: isCount)
    return value ?? shop
  }

  /// An answer holds for the edit that was shown. One that was made after the question was asked is
  /// neither given up nor undone by it.
  private func refuseStale(
    _ question: Question, _ held: LocalValue?, _ transaction: MirrorTransaction
  ) throws {
    // What was sent without an answer is asked about whatever has been edited since.
    guard let field = question.field, let mine = question.mine, question.kind != .uncertain else {
      return
    }
    guard try transaction.operation(of: question.key) != .delete else {
      throw InboxError(
        .changed, "\(question.detail.name) has been deleted here since this was asked",
        help: "Take that back, or run `trumeau plan` and look again.")
    }
    func resolved(_ value: FieldValue) throws -> FieldValue {
      try transaction.resolved(value, of: field, in: question.key.type)
    }
    if let held, try resolved(held.value) == resolved(mine) { return }
    throw InboxError(
      .changed, "you have changed \(field) of \(question.detail.name) since this was asked",
      help: "Run `trumeau plan` and look again.")
  }

  /// What is left to send of a counter whose movement has arrived: what it was moved by afterwards.
  private static func left(
    of held: LocalValue?, after sent: FieldValue?, shop: FieldValue
  ) -> FieldValue? {
    // What was counted since is no movement, also where it came to the same number.
    guard let held, held.isCount || held.value != sent else { return nil }
    guard !held.isCount, let now = held.value.integer, let sent = sent?.integer,
      let shop = shop.integer
    else { return held.value }
    return .integer(max(shop + now - sent, 0))
  }

  func needed(_ answer: Answer, _ question: Question) throws -> FieldValue {
    guard let value = answer.value else {
      throw InboxError(
        .noValue, "\"\(answer.choice.rawValue)\" needs a value",
        help: "Give it with --value.")
    }
    return value
  }

  /// What was counted, and the movements since.
  private static func replayed(_ question: Question) -> Int64 {
    let counted = question.mine?.integer ?? 0
    let moved = (question.shop?.integer ?? 0) - (question.before?.integer ?? 0)
    return max(counted + moved, 0)
  }

  /// The record that has the name takes ours; the push moves both with an interim name.
  private func swapNames(
    _ field: String, _ question: Question, _ transaction: MirrorTransaction
  ) throws {
    guard let other = question.detail.other, let before = question.before else { return }
    try impose([(field, before)], on: other, by: .swapNames, question, transaction)
  }

  /// Gives another record values that follow from an answer. They are a decision and not edits: what
  /// was meant for these fields before is named by the decision.
  private func impose(
    _ values: [(field: String, value: FieldValue)], on other: RecordKey, by choice: Alternative,
    _ question: Question, _ transaction: MirrorTransaction
  ) throws {
    guard try transaction.operation(of: other) != .delete else {
      throw InboxError(
        .noChoice, "the other record, \(other), is deleted here",
        help: "Take that back first, or choose another answer.")
    }
    let held = try transaction.localValues(of: other)
    let shop = try transaction.serverRecord(other)
    for (field, value) in values {
      let own = held.first { $0.field == field }
      try transaction.rebase(
        other, field, base: own?.base ?? shop?.value(field) ?? .null,
        baseVersion: own?.baseVersion ?? shop?.version ?? 0, value: value)
      try transaction.note(
        DecisionEntry(
          rule: "person", key: other, field: field, outcome: choice.rawValue, base: own?.base,
          ours: own?.value, theirs: shop?.value(field), result: value, conflict: question.number,
          by: editor))
    }
  }

  // MARK: Records

  private func answerRecord(
    _ answer: Answer, _ question: Question, _ transaction: MirrorTransaction
  ) throws -> FieldValue? {
    let key = question.key
    switch answer.choice {
    case .keep: try transaction.decide(.none, of: key)
    case .deleteAnyway:
      try transaction.renewDeletion(key)
      return .text("delete")
    case .sendAgain: return question.mine
    case .export:
      let kept = try kept(of: question, transaction)
      try transaction.withdraw(key)
      return KeptEdit.value(kept)
    case .recreate:
      let made = try makeAgain(question, transaction)
      return .text(made.id)
    case .rename:
      let value = try needed(answer, question)
      let field = RecordFields.exists("handle", in: key.type) ? "handle" : "sku"
      try transaction.edit(key, [FieldEdit(field, value)], source: .cli)
      return value
    case .merge:
      guard let other = question.detail.other else { return nil }
      try mergeInto(other, question, transaction)
      return .text(other.id)
    case .move:
      guard let link = ResourceSchema.of(key.type).parentLink else { return nil }
      let body = try transaction.lookup.record(key, includingHidden: true)?.value
      let old = body?["links"]?[link].map(FieldValue.init)
      let value = Self.parent(try needed(answer, question), insteadOf: old)
      try transaction.edit(key, [FieldEdit("links.\(link)", value)], source: .cli)
      return value
    case .edit:
      throw InboxError(
        .noChoice, "edit the record, then plan again: the question closes by itself",
        help: "For example: trumeau set, trumeau edit.")
    default:
      if try transaction.operation(of: key) == .delete {
        try transaction.decide(.none, of: key)
      } else {
        try transaction.withdraw(key)
        if let part = try transaction.leftBehind(key) { try makeAgain(part, transaction) }
      }
    }
    return nil
  }

  /// A person names the new parent by its id alone; where the link also names a type, it is that of the
  /// parent so far.
  private static func parent(_ value: FieldValue, insteadOf old: FieldValue?) -> FieldValue {
    guard value.text != nil, let type = old?["type"] else { return value }
    return .object(of: [.init("type", type), .init("id", value)])
  }

  /// What was made here twice becomes an edit of the record that the shop has.
  private func mergeInto(
    _ other: RecordKey, _ question: Question, _ transaction: MirrorTransaction
  ) throws {
    let values = try transaction.localValues(of: question.key)
    try transaction.withdraw(question.key)
    try impose(
      values.filter { $0.field != "external_ref" }.map { ($0.field, $0.value) }, on: other,
      by: .merge, question, transaction)
  }
}
