import Catalog
import Contract
import Diagnostics
import LocalMirror
import Merge

/// A value whose field the shop has no more goes into another field (row 26 of the taxonomy).
extension Inbox {
  /// Makes an edit of another field out of one that cannot be sent. It begins from what the shop has in
  /// that field, like any edit that is made now.
  ///
  /// - Parameter answer: names the other field.
  /// - Returns: what became of the edit, as `{"metafields.lining":"Silk"}`, for the log.
  /// - Throws: `InboxError` with `unknownField` or `doesNotFit`; then nothing has changed.
  func put(
    _ held: LocalValue?, intoAnother answer: Answer, _ question: Question,
    _ transaction: MirrorTransaction
  ) throws -> FieldValue? {
    guard let held else { return nil }
    let key = question.key
    let name = try otherField(needed(answer, question).text ?? "", question, transaction)
    let server = try transaction.serverRecord(key)
    let shop = server?.value(name) ?? .null
    let value = try fitted(held.value, name, question, over: shop, transaction)
    try transaction.rebase(
      key, held.field, base: server?.value(held.field) ?? .null, baseVersion: server?.version ?? 0,
      value: nil)
    do {
      try transaction.edit(key, [FieldEdit(name, value)], source: held.source)
    } catch let error as MirrorError where error.code == .notEditable {
      throw InboxError(.doesNotFit, error.message, help: Self.otherWays)
    }
    try transaction.note(
      DecisionEntry(
        rule: "person", key: key, field: name, outcome: Alternative.mapField.rawValue, base: shop,
        ours: value, theirs: shop, result: value, conflict: question.number, by: editor))
    return .object([.init(name, value)])
  }

  /// The fields of the record that the value of a question can go into (`Alternative.mapField`), in byte
  /// order of their names, without those that the merchant may still name. None for other questions.
  public func fields(for question: Question) throws -> [String] {
    guard Self.choices(of: question).contains(.mapField), let mine = question.mine else {
      return []
    }
    return try mirror.settle { transaction in
      let server = try transaction.serverRecord(question.key)
      return try fields(of: question.key, transaction).filter { name in
        let shop = server?.value(name) ?? .null
        do {
          _ = try otherField(name, question, transaction)
          _ = try fitted(mine, name, question, over: shop, transaction)
          return true
        } catch is InboxError {
          return false
        }
      }
    }
  }

  private static let otherWays =
    "Name another field, or save the value with `--as export`; nothing has changed."

  // MARK: The field

  /// The field that is meant, if it may be edited and is not edited already.
  private func otherField(
    _ name: String, _ question: Question, _ transaction: MirrorTransaction
  ) throws -> String {
    let type = question.key.type
    let word = RecordFinder.word(type)
    guard RecordFields.kind(of: name, in: type) != nil else {
      let near = Suggestion.nearest(to: name, among: try fields(of: question.key, transaction))
      throw InboxError(
        .unknownField, "a \(word) has no field \"\(name)\"",
        help: near.map { "Did you mean `\($0)`?" }
          ?? "A field of the merchant's own is named as metafields.NAME.")
    }
    guard rules.policy(type, name) != .readOnly, !rules.isKeptHere(type, name) else {
      throw InboxError(
        .doesNotFit, "\(type.rawValue).\(name) is not edited here and sent to the shop",
        help: "Who may change a field stands under `fields` in trumeau.yaml.")
    }
    let isEdited = try transaction.localValues(of: question.key).contains {
      $0.field == name && name != question.field
    }
    guard !isEdited else {
      throw InboxError(
        .doesNotFit, "you have changed \(name) of \(question.detail.name) as well",
        help: "Name another field; or send that change first, or take it back.")
    }
    return name
  }

  /// Names that can be meant: of the type, and the merchant's own that the record has.
  private func fields(of key: RecordKey, _ transaction: MirrorTransaction) throws -> [String] {
    let own = try transaction.serverRecord(key)?.fields(of: key.type).keys.filter {
      RecordFields.kind(of: $0, in: key.type) != nil
    }
    return Set(FieldNames.editable(key.type)).union(own ?? []).sorted()
  }

  // MARK: The value

  /// The value as the other field can have it: as it is, else as if its text were typed there.
  private func fitted(
    _ value: FieldValue, _ name: String, _ question: Question, over shop: FieldValue,
    _ transaction: MirrorTransaction
  ) throws -> FieldValue {
    let schema = ResourceSchema.of(question.key.type)
    if schema.faults(of: value, in: name).isEmpty { return value }
    var reason = schema.faults(of: value, in: name).first?.message
    if let text = Self.typed(value), let kind = RecordFields.kind(of: name, in: question.key.type) {
      do throws(EditError) {
        let read = try read(text, kind, name, question.key, over: shop, transaction)
        let faults = schema.faults(of: read, in: name)
        if faults.isEmpty { return read }
        reason = faults.first?.message
      } catch {
        reason = error.message
      }
    }
    throw InboxError(
      .doesNotFit,
      "\(Self.typed(value) ?? value.json) cannot be \(name) of \(question.detail.name)"
        + (reason.map { ": \($0)" } ?? ""), help: Self.otherWays)
  }

  private func read(
    _ text: String, _ kind: AttributeKind, _ name: String, _ key: RecordKey,
    over shop: FieldValue, _ transaction: MirrorTransaction
  ) throws(EditError) -> FieldValue {
    // Without its record an amount is read as a number.
    let price = key.type == .price ? try? transaction.serverRecord(key) : nil
    return try FieldText.value(
      text, of: name, kind, ofPriceIn: price?.value("currency").text, current: shop)
  }

  /// A value as a person would type it; nil where nobody would.
  private static func typed(_ value: FieldValue) -> String? {
    if let text = text(of: value) { return text }
    switch value {
    case .boolean, .integer, .number: return value.json
    case .list(let elements):
      let texts = elements.compactMap(\.text)
      return texts.count == elements.count ? texts.joined(separator: ", ") : nil
    default: return nil
    }
  }
}
