import Contract
import LocalMirror
import Merge

/// What a person asks for by `Alternative.resync` (rows 28 and 30 of the taxonomy): the next pull
/// compares everything with the shop, and the question ends by what that tells.
///
/// The question itself holds how far it is, so nothing is lost when the program dies in between: until
/// a pull has compared everything and stored that it has, the next one does it again.
enum Comparison {
  /// Whether a person waits for one.
  static func isDue(_ ledger: SyncLedger) throws -> Bool {
    try ledger.openConflicts().contains { QuestionDetail(json: $0.detail).comparison == .asked }
  }

  /// Stores at the end of a pull that everything has been compared.
  ///
  /// - Parameter isWhole: whether this pull has read and proven everything. A pull that came to its end
  ///   is of the shop as it is in any case: what was asked because the shop is not the one it was is
  ///   over.
  /// - Returns: the questions that waited for it.
  static func end(isWhole: Bool, in mirror: MirrorStore) throws -> Set<Int64> {
    let open = try mirror.ledger.openConflicts().compactMap { Question($0) }
    let waiting = open.filter { isWhole && $0.detail.comparison == .asked }
    let others = open.filter { $0.kind == .otherShop }
    guard !waiting.isEmpty || !others.isEmpty else { return [] }
    try mirror.settle { transaction in
      for var question in waiting where question.kind != .otherShop {
        question.detail.note(.done)
        try transaction.open(question.draft)
      }
      for question in others {
        guard let number = question.number else { continue }
        try transaction.close(number, decision: "compared", by: "rule")
        try transaction.note(
          DecisionEntry(
            rule: "compared", key: question.key, outcome: "compared", conflict: number, by: "rule"))
      }
    }
    return Set((waiting + others).compactMap(\.number))
  }

  // MARK: What it tells

  /// Values of a record, with what they began from where a comparison has told it.
  ///
  /// The log says what the shop had when a field was edited by hand. With the whole of the shop read
  /// anew, that is held against what it has now, and by that who changed it. An edit that came by a file or
  /// a table began from what stood there, which no log knows.
  static func told(
    _ values: [LocalValue], _ standing: [ConflictEntry], in transaction: MirrorTransaction
  ) throws -> [LocalValue] {
    var isTold = false
    for value in values where !value.isBaseKnown {
      let entry = standing.first {
        $0.field == value.field && $0.kind == ConflictKind.beforeUnknown.rawValue
      }
      guard let entry, QuestionDetail(json: entry.detail).comparison == .done,
        let server = try transaction.serverRecord(value.key), server.state == .live,
        let before = try beginning(of: value, in: transaction)
      else { continue }
      let shop = server.value(value.field)
      // What it was is in the question, if the shop had it still when that was asked; else nobody knows at
      // which version it was.
      let former = entry.theirs ?? .null == before ? entry.theirsVersion : 0
      try transaction.begin(
        value.key, value.field,
        from: .known(before, version: before == shop ? server.version : former))
      try transaction.note(
        DecisionEntry(
          rule: "compared", key: value.key, field: value.field,
          outcome: before == shop ? "mine" : "both", base: before, theirs: shop,
          conflict: entry.number, by: "rule"))
      isTold = true
    }
    guard isTold, let key = values.first?.key else { return values }
    let fields = Set(values.map(\.field))
    return try transaction.localValues(of: key).filter { fields.contains($0.field) }
  }

  /// What the shop had when an edit by hand began; nil where nothing tells.
  private static func beginning(
    of value: LocalValue, in transaction: MirrorTransaction
  ) throws -> FieldValue? {
    let log = try transaction.editLog(of: value.key).filter { $0.field == value.field }
    guard log.last?.to == value.value else { return nil }
    let sent = try arrived(value.field, of: Set(log.map(\.key)), in: transaction)
    var first: EditLogEntry?
    for entry in log.reversed() {
      // What was sent and has arrived is what the next edit began from.
      if sent.contains(entry.to) { return first?.from }
      switch entry.origin {
      case .cli, .web: first = entry
      case .file, .csv: return nil
      case .withdrawal: return first?.from
      case .decision:
        // What a person decided began from what the shop had then.
        return try transaction.ledger.decisions(of: value.key).last {
          $0.field == value.field && $0.by != "rule" && $0.result == entry.to
        }?.theirs
      }
    }
    return first?.from
  }

  /// The values of a field that the shop has taken from here.
  private static func arrived(
    _ field: String, of keys: Set<RecordKey>, in transaction: MirrorTransaction
  ) throws -> Set<FieldValue> {
    var found: Set<FieldValue> = []
    for key in keys {
      for entry in try transaction.ledger.outbox(of: key) where entry.state == .done {
        let fields = FrozenMutation(entry)?.fields ?? []
        for one in fields where one.name == field { found.formUnion([one.mine, one.value]) }
      }
    }
    return found
  }
}

extension QuestionDetail {
  /// Notes how far the comparison is, with a sentence for a person.
  mutating func note(_ comparison: Comparison?) {
    self.comparison = comparison
    switch comparison {
    case .asked:
      words = "The next pull compares everything, as you asked; you can also decide now."
    case .done: words = "Everything has been compared, and nothing tells what it was before."
    case nil: break
    }
  }
}
