import Bytes
import Contract
import LocalMirror
import Merge

/// Merges the edits of one record. Pure: equal arguments give equal results.
struct RecordSettler {
  let rules: SettlementRules
  /// Prices that a person has confirmed, and when: a later edit is asked about anew.
  let confirmed: [Confirmation: Instant]
  /// Questions that a push has asked about the record and that are still open.
  let standing: [ConflictEntry]

  /// A confirmed change of an amount.
  struct Confirmation: Hashable {
    let key: RecordKey
    let field: String
    let before: FieldValue
    let mine: FieldValue
  }

  /// What is known of a record.
  struct Input {
    let key: RecordKey
    let name: String
    let operation: LocalOperation
    let values: [LocalValue]
    let server: StoredServerRecord?
    /// Whether it is made here, and was in the shop already and is there no more.
    let isBuried: Bool
    /// Whether the shop no longer shares it, as opposed to having deleted it.
    let isWithdrawn: Bool
    /// When the shop let go of it, where it says so.
    let goneAt: String?
    /// What was there when it was deleted here, and what is there now.
    let deletion: (seen: FieldValue?, now: FieldValue)?
  }

  func settle(_ input: Input) -> SettledRecord {
    var record = SettledRecord(
      key: input.key, name: input.name, operation: input.operation, server: input.server,
      fields: [], question: nil)
    switch input.operation {
    case .delete: settleDeletion(input, &record)
    case .create: settleCreation(input, &record)
    case .none: settleFields(input, &record)
    }
    return record
  }

  // MARK: Whole records

  private func settleDeletion(_ input: Input, _ record: inout SettledRecord) {
    guard let server = input.server, server.state != .deleted else { return }  // both deleted it
    guard let deletion = input.deletion else { return }
    if deletion.seen?["content"] != deletion.now["content"] {
      record.question = ask(.deleteEdit, input)
    } else if !Self.newParts(deletion).isEmpty {
      record.question = ask(.parentDeleted, input)
      record.question?.detail.differs = Self.newParts(deletion)
    } else {
      record.question = stands(nil, mine: .text("delete"), input)
    }
  }

  private func settleCreation(_ input: Input, _ record: inout SettledRecord) {
    if input.server != nil {
      // It is there already: the answer to its creation was lost, or a pull was faster.
      return settleFields(input, &record)
    }
    guard !input.isBuried else { return settleLost(input, &record) }
    for value in input.values {
      record.fields.append(
        SettledField(
          name: value.field, local: value, shop: .null,
          outgoing: value.value.isNull ? nil : .init(value: value.value, movement: nil),
          rule: .createOurs))
    }
    let content = FieldValue.object(of: input.values.map { .init($0.field, $0.value) })
    record.question = stands(nil, mine: content, input)
    holdFields(input, &record)
  }

  /// The shop has it no more: nothing of it is sent by itself, and all that is edited is kept.
  private func settleLost(_ input: Input, _ record: inout SettledRecord) {
    record.fields = input.values.map { SettledField(name: $0.field, local: $0, shop: .null) }
    record.question = ask(input.isWithdrawn ? .permissionWithdrawn : .editDelete, input)
    // The last change of a record tells neither when it was deleted nor by whom.
    record.question?.detail.when = input.goneAt
    record.question?.detail.who = nil
  }

  /// Parts that were added or changed in the shop since their whole was deleted here.
  private static func newParts(_ deletion: (seen: FieldValue?, now: FieldValue)) -> [String] {
    let seen = Set(deletion.seen?["parts"]?.list ?? [])
    return (deletion.now["parts"]?.list ?? []).filter { !seen.contains($0) }.compactMap { part in
      part.text.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
    }
  }

  // MARK: Fields

  private func settleFields(_ input: Input, _ record: inout SettledRecord) {
    guard let server = input.server else { return }
    guard server.state != .deleted else { return settleLost(input, &record) }
    var (base, ours, theirs): (RecordMerge.Fields, RecordMerge.Fields, RecordMerge.Fields) =
      ([:], [:], [:])
    for value in input.values {
      base[value.field] = value.base
      ours[value.field] = value.value
      theirs[value.field] = server.value(value.field)
    }
    let counts = Set(input.values.filter(\.isCount).map(\.field))
    let merged = RecordMerge.merge(
      base: base, ours: ours, theirs: theirs, options: rules.merging
    ) { field in
      let policy = rules.policy(input.key.type, field)
      return policy == .counterDelta && counts.contains(field) ? .counterAbsolute : policy
    }
    for value in input.values {
      record.fields.append(settle(value, server.value(value.field), merged, input))
    }
    holdFields(input, &record)
  }

  private func settle(
    _ value: LocalValue, _ shop: FieldValue, _ merged: RecordMerge.Result, _ input: Input
  ) -> SettledField {
    var field = SettledField(name: value.field, local: value, shop: shop)
    if let standing = stands(value.field, mine: value.value, input, shop: shop),
      standing.kind == .overwrittenRace || standing.kind == .uncertain
    {
      field.question = standing
      return field
    }
    guard Self.isOfSchema(value, input.key.type) else {
      // An older program knew the field, or the shop has it no more, or has another kind of it.
      field.question = ask(.schemaChange, input, value, shop)
      return field
    }
    guard value.isBaseKnown else {
      // Nobody can tell who changed it: every difference is asked about.
      if value.value == shop {
        field.rule = .sameChange
      } else {
        var question = ask(.beforeUnknown, input, value, shop)
        question.detail.note(comparison(about: value.field))
        field.question = question
      }
      return field
    }
    if let conflict = merged.conflicts.first(where: { $0.field == value.field }) {
      let isPicture = input.key.type == .media && value.field == "url"
      let kind = isPicture && conflict.kind == .editEdit ? .media : conflict.kind
      var question = ask(kind, input, value, shop)
      question.detail.differs = conflict.differs
      question.detail.segments = conflict.segments
      let isOffered = kind != .stockNegative || rules.allowsStockBelowZero
      question.detail.proposal = isOffered ? conflict.proposal : nil
      field.question = question
      return field
    }
    let decision = merged.decisions.first { $0.field == value.field }
    field.rule = decision?.rule
    field.notes = decision?.notes ?? []
    if let asked = merged.confirmations.first(where: { $0.field == value.field }),
      !isConfirmed(value)
    {
      var question = ask(.priceGuard, input, value, shop)
      question.detail.words = asked.reasons.map(\.words).joined(separator: ", ")
      field.question = question
      return field
    }
    field.outgoing = outgoing(value, shop, merged)
    return field
  }

  /// Whether the contract has the field, and of the kind that the value is of.
  private static func isOfSchema(_ value: LocalValue, _ type: ResourceType) -> Bool {
    guard RecordFields.exists(value.field, in: type) else { return false }
    return !ResourceSchema.of(type).faults(of: value.value, in: value.field).contains {
      $0.code == .wrongType
    }
  }

  /// How far the comparison is that a person has asked for about a field.
  private func comparison(about field: String) -> QuestionDetail.Comparison? {
    standing.first { $0.field == field && $0.kind == ConflictKind.beforeUnknown.rawValue }
      .flatMap { QuestionDetail(json: $0.detail).comparison }
  }

  private func isConfirmed(_ value: LocalValue) -> Bool {
    let asked = Confirmation(
      key: value.key, field: value.field, before: value.base, mine: value.value)
    return confirmed[asked].map { $0 >= value.at } ?? false
  }

  private func outgoing(
    _ value: LocalValue, _ shop: FieldValue, _ merged: RecordMerge.Result
  ) -> SettledField.Outgoing? {
    let wasConfirmed = merged.confirmations.contains { $0.field == value.field }
    if wasConfirmed { return .init(value: value.value, movement: nil) }
    guard case .update(let set, let add) = merged.push else { return nil }
    if let movement = add[value.field] {
      return .init(
        value: merged.merged?[value.field] ?? value.value, movement: movement)
    }
    return set[value.field].map { .init(value: $0, movement: nil) }
  }

  // MARK: Questions

  /// Holds back what a push has asked about.
  private func holdFields(_ input: Input, _ record: inout SettledRecord) {
    if record.question == nil, input.operation == .none {
      let content = FieldValue.object(of: input.values.map { .init($0.field, $0.value) })
      record.question = stands(nil, mine: content, input)
    }
    for index in record.fields.indices where record.fields[index].question == nil {
      let field = record.fields[index]
      guard let outgoing = field.outgoing else { continue }
      if let question = stands(field.name, mine: field.local.value, input, shop: field.shop) {
        record.fields[index].question = question
        record.fields[index].outgoing = nil
      } else if outgoing.movement == 0 {
        record.fields[index].outgoing = nil
      }
    }
  }

  /// A question that a push has asked, as long as the edit is the one that it was about.
  private func stands(
    _ field: String?, mine: FieldValue, _ input: Input, shop: FieldValue? = nil
  ) -> Question? {
    for entry in standing where entry.field == field {
      guard let question = Question(entry), question.detail.isFromPush else { continue }
      guard question.kind == .uncertain || Self.isAbout(entry.ours, mine) else { continue }
      if question.kind == .overwrittenRace, let shop, entry.theirs != shop { continue }
      return question
    }
    return nil
  }

  /// Whether an edit still says what a question was about: all of a request's fields, or the value.
  private static func isAbout(_ asked: FieldValue?, _ mine: FieldValue) -> Bool {
    guard let asked, asked != mine else { return true }
    guard let fields = asked.members, !fields.isEmpty else { return false }
    return fields.allSatisfy { mine[$0.name] == $0.value }
  }

  private func ask(
    _ kind: ConflictKind, _ input: Input, _ value: LocalValue? = nil, _ shop: FieldValue? = nil
  ) -> Question {
    var question = Question(
      kind, input.key, field: value?.field, before: value?.base, mine: value?.value, shop: shop,
      shopVersion: input.server?.version ?? 0)
    question.detail = input.detail
    if value == nil { question.detail.differs = input.values.map(\.field) }
    return question
  }
}

extension RecordSettler.Input {
  /// Who and when, as far as the shop says.
  var detail: QuestionDetail {
    var detail = QuestionDetail()
    detail.name = name
    let envelope = server?.tape.value
    detail.who = envelope?["updated_by"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    detail.when = envelope?["updated_at"]?.string
    return detail
  }
}

extension Question {
  /// An entry of the inbox; nil where its kind is not one of the taxonomy.
  init?(_ entry: ConflictEntry) {
    guard let kind = ConflictKind(rawValue: entry.kind) else { return nil }
    self.init(
      kind, entry.key, field: entry.field, before: entry.base, mine: entry.ours,
      shop: entry.theirs, shopVersion: entry.theirsVersion,
      detail: QuestionDetail(json: entry.detail))
    number = entry.number
  }

  /// The question as it is stored.
  var draft: ConflictDraft {
    ConflictDraft(
      kind: kind.rawValue, key: key, field: field, base: before, ours: mine, theirs: shop,
      theirsVersion: shopVersion, detail: detail.json)
  }
}
