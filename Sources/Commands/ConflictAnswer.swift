import Bytes
import Catalog
import CommandTree
import Contract
import LocalMirror
import Merge
import Sync

/// An answer as it is typed behind `trumeau conflicts resolve`.
struct ConflictAnswer {
  private let invocation: Invocation

  init(_ invocation: Invocation) { self.invocation = invocation }

  func answer(to question: Question, _ reader: MirrorReader) throws -> Inbox.Answer {
    let choice: Alternative
    if let word = invocation.value("as") {
      guard let named = Alternative(rawValue: word) else {
        throw UsageError(
          "there is no choice \"\(word)\"",
          help: "choices are "
            + Inbox.choices(of: question).map(\.rawValue).joined(separator: ", "),
          path: invocation.path)
      }
      choice = named
    } else {
      choice = try short(question)
    }
    let given = invocation.value("value")
    switch choice {
    // There it names the file.
    case .export: return Inbox.Answer(choice)
    case .keepOne, .newID:
      return Inbox.Answer(choice, value: (given ?? invocation.value("keep")).map { .text($0) })
    case .mapField:
      return Inbox.Answer(choice, value: (given ?? target).map { .text($0) })
    default:
      return Inbox.Answer(
        choice, value: try given.map { try Self.value($0, question, reader) })
    }
  }

  /// The field that a value goes into: `--field` behind a number or record. Without one it chooses
  /// questions.
  private var target: String? { invocation.arguments.isEmpty ? nil : invocation.value("field") }

  /// What the short options mean for a question.
  private func short(_ question: Question) throws -> Alternative {
    let words: [(String, [Alternative])] = [
      ("confirm", [.confirm]),
      ("mine", [.mine, .confirm, .deleteAnyway, .recreate, .sendAgain, .redirect]),
      ("shop", [.shop, .restoreShop, .itWorked, .keep, .drop]),
      ("both", [.both, .merge, .replay]), ("edit", [.edit, .recount, .rename, .move]),
      ("new-id", [.newID]), ("keep", [.keepOne]),
    ]
    guard let (word, meanings) = words.first(where: { invocation.flag($0.0) }) else {
      if target != nil, question.kind == .schemaChange { return .mapField }
      throw UsageError(
        "no answer is given",
        help:
          "add --mine, --shop, --both, --edit, --confirm or --as CHOICE; `trumeau conflicts show "
          + "\(question.number ?? 0)` names the choices",
        path: invocation.path)
    }
    let choices = Inbox.choices(of: question)
    guard
      let choice = meanings.first(where: choices.contains)
        ?? (word == "mine" && question.kind == .rejected ? .sendAgain : nil)
    else {
      throw UsageError(
        "--\(word) is no answer to question \(question.number ?? 0)",
        help: "use --as with one of " + choices.map(\.rawValue).joined(separator: ", "),
        path: invocation.path)
    }
    return choice
  }

  /// A value as it is typed, read by the field's kind.
  static func value(
    _ text: String, _ question: Question, _ reader: MirrorReader
  ) throws -> FieldValue {
    guard let field = question.field,
      let kind = RecordFields.kind(of: field, in: question.key.type)
    else { return .text(text) }
    let record =
      question.key.type == .price
      ? try reader.effectiveRecord(question.key, includingHidden: true) : nil
    return try FieldText.value(
      text, of: field, kind, ofPriceIn: record?.value["attributes"]?["currency"]?.string,
      current: question.mine ?? question.shop ?? .null)
  }
}
