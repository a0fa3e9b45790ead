import Contract
import LocalMirror
import Merge

extension SettlementPass {
  /// The second check: what is right by itself and wrong together with the rest becomes a question.
  ///
  /// An edit that is held back leaves the shop's value where it is, which may stand in the way of
  /// another edit: so it is checked until nothing more is held. O(n) passes at most for n edits.
  func checkTogether(_ records: inout [SettledRecord]) throws {
    guard !transaction.knownBugs.contains(.mergedStateUnchecked) else { return }
    while try checkOnce(&records) {}
  }

  /// Whether an edit was held back that was not so before.
  private func checkOnce(_ records: inout [SettledRecord]) throws -> Bool {
    let changed = records.filter(Self.isWorthChecking)
    guard !changed.isEmpty else { return false }
    let state = MergedMirror(transaction, records)
    let findings = SecondCheck.findings(of: changed.map(\.key), in: state)
    if let failure = state.failure { throw failure }
    guard !findings.isEmpty else { return false }
    let places = Dictionary(
      records.enumerated().map { ($0.element.key, $0.offset) }
    ) { first, _ in first }
    var isHeld = false
    for finding in findings where hold(finding, &records, places) { isHeld = true }
    return isHeld
  }

  /// Fields that take part in no rule need no look at other records.
  private static let harmless: Set<String> = [
    "title", "vendor", "product_type", "status", "description", "tags", "google_category", "alt",
    "weight_g", "mpn", "gtin", "position", "available", "value", "source_digest", "name",
  ]

  private static func isWorthChecking(_ record: SettledRecord) -> Bool {
    guard record.isSendable else { return false }
    if record.operation != .none { return true }
    return record.fields.contains { field in
      field.outgoing != nil && !harmless.contains(field.name)
        && !field.name.hasPrefix("seo.") && !field.name.hasPrefix("metafields.")
    }
  }

  /// Holds back the edit that a finding is about. What is so in the shop already is not ours to ask.
  ///
  /// - Returns: whether there was one.
  private func hold(
    _ finding: SecondCheckFinding, _ records: inout [SettledRecord], _ places: [RecordKey: Int]
  ) -> Bool {
    // Of two edits that do not go together the later record waits.
    for key in finding.records.reversed() {
      guard let place = places[key], records[place].isSendable else { continue }
      switch records[place].operation {
      case .create:
        guard finding.kind != .reference || finding.records.first == key else { continue }
        let other = finding.records.first { $0 != key }
        let kind = finding.kind == .unique ? ConflictKind.createCreate : finding.conflict
        records[place].question = question(
          kind, finding, records[place], field: nil, other: other)
        return true
      case .delete:
        guard finding.kind == .reference, finding.fields.contains(where: { $0.hasPrefix("links.") })
        else { continue }
        records[place].question = question(
          .reference, finding, records[place], field: nil, other: finding.records.first)
        return true
      case .none:
        guard
          let field = records[place].fields.firstIndex(where: { field in
            field.outgoing != nil && finding.fields.contains(field.name)
          })
        else { continue }
        let other = finding.records.first { $0 != key }
        records[place].fields[field].question = question(
          finding.conflict, finding, records[place], field: records[place].fields[field],
          other: other)
        records[place].fields[field].outgoing = nil
        return true
      }
    }
    return false
  }

  private func question(
    _ kind: ConflictKind, _ finding: SecondCheckFinding, _ record: SettledRecord,
    field: SettledField?, other: RecordKey?
  ) -> Question {
    var question = Question(kind, record.key, field: field?.name)
    question.before = field?.local.base
    question.mine = field?.local.value
    question.shop = field?.shop
    question.shopVersion = record.server?.version ?? 0
    question.detail.name = record.name
    question.detail.words = finding.rule.words
    question.detail.differs = finding.fields
    question.detail.other = other
    return question
  }
}
