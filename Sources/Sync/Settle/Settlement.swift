import Bytes
import Contract
public import LocalMirror
import Merge

/// Merges all edits with what the shop has now, writes down what rules decided, and keeps the inbox
/// true to it. Runs at the end of a pull and before a plan; running it twice changes nothing.
///
/// What is edited stays as it is until the shop has confirmed it, a person has decided or the editor
/// has withdrawn it, so everything here can be computed anew at any time.
public struct Settlement {
  private let mirror: MirrorStore
  private let rules: SettlementRules

  /// What there is to send and to ask.
  public struct State: Sendable {
    /// Edited records in order.
    public var records: [SettledRecord]
    /// Mutations without an answer, in the order of sending.
    public var unsettled: [OutboxEntry]

    /// All open questions, in order of record and field.
    public var questions: [Question] { records.flatMap(\.questions) }
  }

  /// Prepares a settlement.
  public init(mirror: MirrorStore, rules: SettlementRules = SettlementRules()) {
    self.mirror = mirror
    self.rules = rules
  }

  /// Settles all edits in one transaction.
  @discardableResult
  public func run() throws -> State {
    try mirror.settle { transaction in
      var pass = try SettlementPass(transaction, rules)
      return try pass.run(nil)
    }
  }
}

/// One run of a settlement inside of a transaction.
struct SettlementPass {
  let transaction: MirrorTransaction
  let rules: SettlementRules
  private var names: RecordNames
  private let unsettled: [OutboxEntry]
  private let open: [ConflictEntry]
  private let confirmed: [RecordSettler.Confirmation: Instant]

  init(_ transaction: MirrorTransaction, _ rules: SettlementRules) throws {
    self.transaction = transaction
    var rules = rules
    rules.merging.keepsBothReadings = transaction.knownBugs.contains(.bothReplacementsKept)
    self.rules = rules
    names = RecordNames(transaction)
    let ledger = transaction.ledger
    unsettled = try ledger.unsettled()
    open = try ledger.openConflicts()
    var confirmed: [RecordSettler.Confirmation: Instant] = [:]
    for entry in try ledger.answered(kind: ConflictKind.priceGuard.rawValue) {
      guard entry.decision == Alternative.confirm.rawValue, let field = entry.field else {
        continue
      }
      let change = RecordSettler.Confirmation(
        key: entry.key, field: field, before: entry.base ?? .null, mine: entry.ours ?? .null)
      confirmed[change] = entry.decidedAt
    }
    self.confirmed = confirmed
  }

  /// Settles the edits of one record; the rest of the inbox stays as it is. Nil where nothing of it is
  /// left to send or to ask.
  static func settle(
    _ key: RecordKey, in transaction: MirrorTransaction, _ rules: SettlementRules
  ) throws -> SettledRecord? {
    var pass = try SettlementPass(transaction, rules)
    return try pass.run(key).records.first
  }

  mutating func run(_ only: RecordKey?) throws -> Settlement.State {
    let values = Dictionary(
      grouping: try transaction.localValues(of: only).filter { value in
        !rules.isKeptHere(value.key.type, value.field)
      }, by: \.key)
    var operations: [RecordKey: LocalOperation] = [:]
    if let only {
      operations[only] = try transaction.operation(of: only)
    } else {
      for (key, operation) in try transaction.localOperations() { operations[key] = operation }
    }
    let keys = Set(values.keys).union(operations.filter { $0.value != .none }.keys).sorted()
    let busy = Set(unsettled.map(\.key))
    let standing = Dictionary(grouping: open, by: \.key)
    var records: [SettledRecord] = []
    for key in keys {
      let own = try Comparison.told(values[key] ?? [], standing[key] ?? [], in: transaction)
      let input = try input(key, operations[key] ?? .none, own)
      let settler = RecordSettler(
        rules: rules, confirmed: confirmed, standing: standing[key] ?? [])
      var record = settler.settle(input)
      record.isUnsettled = busy.contains(key)
      if record.operation == .delete { record.parts = Set(try transaction.parts(of: key)) }
      if !record.isUnsettled { record = try apply(record) }
      if try isStaleTranslation(record) { record.remarks.append(.translationStale) }
      if record.operation != .none || !record.fields.isEmpty { records.append(record) }
    }
    try checkTogether(&records)
    try fileQuestions(&records, about: only)
    return Settlement.State(records: records, unsettled: unsettled)
  }

  private mutating func input(
    _ key: RecordKey, _ operation: LocalOperation, _ values: [LocalValue]
  ) throws -> RecordSettler.Input {
    let server = try transaction.serverRecord(key)
    let isBuried = operation == .create ? try transaction.isBuried(key) : false
    let isGone = server?.state == .deleted || isBuried
    return RecordSettler.Input(
      key: key, name: try names.name(of: key), operation: operation, values: values,
      server: server, isBuried: isBuried,
      isWithdrawn: isGone ? try transaction.isWithdrawn(key) : false,
      goneAt: isGone ? try transaction.goneAt(key) : nil,
      deletion: operation == .delete ? try transaction.deletion(of: key) : nil)
  }

  /// Whether the text that a translation was made from has changed since.
  private func isStaleTranslation(_ record: SettledRecord) throws -> Bool {
    guard record.key.type == .translation, !record.fields.isEmpty,
      let translation = try transaction.effectiveRecord(record.key),
      let digest = translation.value["attributes"]?["source_digest"]?.string,
      let field = translation.value["attributes"]?["key"]?.string,
      let link = translation.value["links"]?["resource"],
      let type = link["type"]?.string.flatMap(ResourceType.init(rawValue:)),
      let id = link["id"]?.string,
      let source = try transaction.effectiveRecord(RecordKey(type, id))
    else { return false }
    let value = RecordFields.value(
      field, attributes: source.value["attributes"] ?? Tape.null.value,
      links: source.value["links"])
    guard let text = Inbox.text(of: value) else { return false }
    return ContentHash.ofText(text) != digest
  }

  // MARK: What is already so

  /// Stores what rules decided about a record, and takes out what needs no sending any more.
  private func apply(_ record: SettledRecord) throws -> SettledRecord {
    var record = record
    let isGone = record.server == nil || record.server?.state == .deleted
    if record.operation == .delete, isGone {
      try transaction.note(
        DecisionEntry(
          rule: MergeRule.sameDelete.rawValue, key: record.key, outcome: "delete", by: "rule"))
      try transaction.confirmDeletion(record.key)
      record.operation = .none
      record.fields = []
      return record
    }
    if record.operation == .create, record.server != nil {
      // The shop has it: what is left are edits of a record that exists.
      try transaction.decide(.none, of: record.key)
      record.operation = .none
    }
    var kept: [SettledField] = []
    for field in record.fields {
      if field.question != nil || record.question != nil || record.operation == .create {
        kept.append(field)
      } else if field.outgoing == nil {
        try accept(field, of: record)
      } else {
        try noteRule(field, of: record)
        kept.append(field)
      }
    }
    record.fields = kept
    return record
  }

  /// An edit that says what the shop says: it is done.
  private func accept(_ field: SettledField, of record: SettledRecord) throws {
    try transaction.note(
      DecisionEntry(
        rule: field.rule?.rawValue ?? "no-change", key: record.key, field: field.name,
        outcome: "shop", base: field.local.base, ours: field.local.value, theirs: field.shop,
        result: field.shop, by: "rule"))
    try transaction.rebase(
      record.key, field.name, base: field.shop, baseVersion: record.server?.version ?? 0,
      value: nil)
  }

  /// A value that is neither the editor's nor the shop's has a rule behind it.
  private func noteRule(_ field: SettledField, of record: SettledRecord) throws {
    guard let outgoing = field.outgoing, let rule = field.rule, rule != .oursOnly,
      rule != .createOurs
    else { return }
    try transaction.noteOnce(
      DecisionEntry(
        rule: rule.rawValue, key: record.key, field: field.name, outcome: "merge",
        base: field.local.base, ours: field.local.value, theirs: field.shop,
        result: outgoing.value, by: "rule"), edited: field.local.at)
  }

  // MARK: Inbox

  /// Questions that a settlement opens and closes; other modules look after the rest.
  private static let own: Set<ConflictKind> = [
    .editEdit, .text, .order, .price, .priceGuard, .stockNegative, .stockCount, .deleteEdit,
    .editDelete, .parentDeleted, .createCreate, .renameRename, .nameTaken, .reference, .readOnly,
    .beforeUnknown, .permissionWithdrawn, .membership, .schedule, .media, .rejected,
    .overwrittenRace, .schemaChange,
  ]

  private func fileQuestions(_ records: inout [SettledRecord], about only: RecordKey?) throws {
    var numbers: Set<Int64> = []
    for index in records.indices where !records[index].isUnsettled {
      if let question = records[index].question {
        let number = try question.number ?? transaction.open(question.draft)
        records[index].question?.number = number
        numbers.insert(number)
      }
      for place in records[index].fields.indices {
        guard let question = records[index].fields[place].question else { continue }
        let number = try question.number ?? transaction.open(question.draft)
        records[index].fields[place].question?.number = number
        numbers.insert(number)
      }
    }
    let busy = Set(records.filter(\.isUnsettled).map(\.key))
    for entry in open where !numbers.contains(entry.number) && !busy.contains(entry.key) {
      if let only, entry.key != only { continue }
      guard let kind = ConflictKind(rawValue: entry.kind), Self.own.contains(kind) else { continue }
      try transaction.close(entry.number, decision: "no-longer", by: "rule")
    }
  }
}
