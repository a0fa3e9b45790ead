import Bytes
import Contract

/// Merges the fields of a record that exists in all three states, one after another.
struct FieldMerger {
  private let base: RecordMerge.Fields
  private let ours: RecordMerge.Fields
  private let theirs: RecordMerge.Fields
  private let options: RecordMerge.Options
  private var result: RecordMerge.Result
  private var set: RecordMerge.Fields = [:]
  private var add: [String: Int64] = [:]

  /// The three values of the field at hand.
  struct Values {
    let base: FieldValue
    let ours: FieldValue
    let theirs: FieldValue
  }

  init(
    base: RecordMerge.Fields, ours: RecordMerge.Fields, theirs: RecordMerge.Fields,
    options: RecordMerge.Options
  ) {
    self.base = base
    self.ours = ours
    self.theirs = theirs
    self.options = options
    result = RecordMerge.Result(merged: theirs)
  }

  /// Merges one field.
  mutating func merge(_ field: String, _ policy: FieldPolicy) {
    let values = Values(
      base: base[field] ?? .null, ours: ours[field] ?? .null, theirs: theirs[field] ?? .null)
    let isMine = !FieldComparison.isSame(values.base, values.ours, policy)
    if policy == .readOnly {
      if isMine { ask(field, .readOnly, values) }
      return
    }
    let isShops = !FieldComparison.isSame(values.base, values.theirs, policy)
    switch (isMine, isShops) {
    case (false, false): return
    case (false, true): decide(field, .theirsOnly)
    case (true, false): mineAlone(field, policy, values)
    case (true, true):
      if policy != .counterDelta, FieldComparison.isSame(values.ours, values.theirs, policy) {
        decide(field, .sameChange)
      } else {
        both(field, policy, values)
      }
    }
  }

  /// Ends the record: checks what several fields decide together.
  mutating func finish(_ rules: [(name: String, policy: FieldPolicy)]) -> RecordMerge.Result {
    checkWindows(rules)
    if options.asksAboutLinkedPrices { checkLinkedPrices(rules) }
    if !set.isEmpty || !add.isEmpty { result.push = .update(set: set, add: add) }
    return result
  }

  // MARK: One side

  private mutating func mineAlone(_ field: String, _ policy: FieldPolicy, _ values: Values) {
    switch policy {
    case .counterDelta:
      guard let movement = movement(values) else { break }
      // What is below zero already, because somebody allowed it, may move up again.
      if let count = values.ours.integer, count < 0, movement < 0 {
        ask(field, .stockNegative, values, proposal: values.ours)
        return
      }
      store(field, values.ours)
      add[field] = movement
      decide(field, .oursOnly)
      return
    case .money:
      let reasons = options.priceLimits.reasons(from: values.base, to: values.ours)
      if !reasons.isEmpty {
        confirm(field, values, reasons)
        return
      }
    case .currency where !values.base.isNull:
      confirm(field, values, [.currency])
      return
    default: break
    }
    take(field, values.ours, .oursOnly)
  }

  private mutating func confirm(
    _ field: String, _ values: Values, _ reasons: [PriceGuardReason]
  ) {
    store(field, values.ours)
    decide(field, .oursOnly)
    result.confirmations.append(
      FieldConfirmation(field: field, before: values.base, mine: values.ours, reasons: reasons))
  }

  // MARK: Both sides

  private mutating func both(_ field: String, _ policy: FieldPolicy, _ values: Values) {
    switch policy {
    case .text: mergeText(field, values)
    case .set: mergeSet(field, values)
    case .list: mergeList(field, values)
    case .map: mergeMap(field, values)
    case .counterDelta: mergeMovements(field, values)
    case .consent: mergeConsent(field, values)
    case .status:
      let archived = FieldValue.text("archived")
      let interim = values.ours == archived && values.theirs != archived ? archived : nil
      ask(field, .schedule, values, interim: interim)
    case .scalar, .readOnly: ask(field, .editEdit, values)
    case .handle: ask(field, .renameRename, values)
    case .money, .currency: ask(field, .price, values)
    case .counterAbsolute: ask(field, .stockCount, values)
    case .window: ask(field, .schedule, values)
    case .tier: ask(field, .membership, values)
    }
  }

  private mutating func mergeText(_ field: String, _ values: Values) {
    guard let merge = TextFieldMerge(values, options) else {
      ask(field, .editEdit, values)
      return
    }
    if let value = merge.value {
      store(field, value)
      if !FieldComparison.isSame(value, values.theirs, .text) { set[field] = value }
      result.decisions.append(
        FieldDecision(
          field: field, rule: .textMerged, notes: merge.notes, segments: merge.segments))
    } else {
      ask(field, .text, values, segments: merge.segments)
    }
  }

  private mutating func mergeSet(_ field: String, _ values: Values) {
    guard let merged = ListMerge.set(values) else {
      ask(field, .editEdit, values)
      return
    }
    take(field, merged, .setMerged, unlessSame: values.theirs, .set)
  }

  private mutating func mergeList(_ field: String, _ values: Values) {
    guard let merged = ListMerge.list(values) else {
      ask(field, .editEdit, values)
      return
    }
    if merged.hasTwoOrders {
      ask(field, .order, values, proposal: merged.value)
    } else {
      take(field, merged.value, .listMerged, unlessSame: values.theirs, .list)
    }
  }

  private mutating func mergeMap(_ field: String, _ values: Values) {
    guard let merged = ListMerge.map(values) else {
      ask(field, .editEdit, values)
      return
    }
    if merged.differs.isEmpty {
      take(field, merged.value, .mapMerged, unlessSame: values.theirs, .map)
    } else {
      ask(field, .editEdit, values, differs: merged.differs, proposal: merged.value)
    }
  }

  private mutating func mergeMovements(_ field: String, _ values: Values) {
    guard let movement = movement(values), let there = values.theirs.integer else {
      ask(field, .stockCount, values)
      return
    }
    let (sum, overflow) = there.addingReportingOverflow(movement)
    if overflow || (sum < 0 && movement < 0) {
      ask(field, .stockNegative, values, proposal: overflow ? nil : .integer(sum))
      return
    }
    store(field, .integer(sum))
    decide(field, .deltaAdded)
    if movement != 0 { add[field] = movement }
  }

  private mutating func mergeConsent(_ field: String, _ values: Values) {
    let winner =
      Consent.freedom(values.ours) < Consent.freedom(values.theirs) ? values.ours : values.theirs
    take(field, winner, .consentRestrictive, unlessSame: values.theirs, .consent)
  }

  private func movement(_ values: Values) -> Int64? {
    guard let before = values.base.integer, let mine = values.ours.integer else { return nil }
    let (movement, overflow) = mine.subtractingReportingOverflow(before)
    return overflow ? nil : movement
  }

  // MARK: Writing

  private mutating func ask(
    _ field: String, _ kind: ConflictKind, _ values: Values, differs: [String] = [],
    segments: [TextSegment] = [], proposal: FieldValue? = nil, interim: FieldValue? = nil
  ) {
    result.conflicts.append(
      FieldConflict(
        field: field, kind: kind, before: values.base, mine: values.ours, shop: values.theirs,
        differs: differs, segments: segments, proposal: proposal, interim: interim))
  }

  private mutating func decide(_ field: String, _ rule: MergeRule) {
    result.decisions.append(FieldDecision(field: field, rule: rule))
  }

  private mutating func take(
    _ field: String, _ value: FieldValue, _ rule: MergeRule, unlessSame there: FieldValue? = nil,
    _ policy: FieldPolicy = .scalar
  ) {
    store(field, value)
    decide(field, rule)
    if let there, FieldComparison.isSame(value, there, policy) { return }
    set[field] = value
  }

  private mutating func store(_ field: String, _ value: FieldValue) {
    if value.isNull, ours[field] == nil || theirs[field] == nil {
      result.merged?[field] = nil
    } else {
      result.merged?[field] = value
    }
  }

  /// Takes back an edit that was in `merged` and in what is sent, and asks.
  private mutating func withdraw(_ field: String, _ kind: ConflictKind, detail: [String]) {
    result.merged?[field] = theirs[field]
    set[field] = nil
    result.decisions.removeAll { $0.field == field }
    result.confirmations.removeAll { $0.field == field }
    result.conflicts.append(
      FieldConflict(
        field: field, kind: kind, before: base[field] ?? .null, mine: ours[field] ?? .null,
        shop: theirs[field] ?? .null, differs: detail))
  }

  // MARK: Fields that belong together

  private func isMine(_ field: String) -> Bool {
    result.decisions.contains { $0.field == field && $0.rule == .oursOnly }
  }

  private func isShops(_ field: String) -> Bool {
    result.decisions.contains { $0.field == field && $0.rule == .theirsOnly }
  }

  /// A span whose ends were changed by one side each, and which ends before it begins.
  private mutating func checkWindows(_ rules: [(name: String, policy: FieldPolicy)]) {
    for rule in rules where rule.policy == .window && rule.name.hasSuffix("from") {
      let other = rule.name.dropLast(4) + "until"
      let pair = [rule.name, String(other)]
      guard let start = instant(pair[0]), let end = instant(pair[1]), start >= end,
        let mine = pair.first(where: isMine), pair.contains(where: isShops)
      else { continue }
      withdraw(mine, .schedule, detail: pair)
    }
  }

  private func instant(_ field: String) -> Instant? {
    result.merged?[field]?.text.flatMap { Instant(rfc3339: $0) }
  }

  /// An amount changed here beside another one changed there.
  private mutating func checkLinkedPrices(_ rules: [(name: String, policy: FieldPolicy)]) {
    let amounts = rules.filter { $0.policy == .money }.map(\.name)
    guard amounts.contains(where: isShops) else { return }
    for field in amounts where isMine(field) {
      withdraw(field, .price, detail: amounts)
    }
  }
}

/// How much a consent allows.
private enum Consent {
  private static let restrictive: Set<String> = [
    "no", "false", "denied", "withdrawn", "unsubscribed", "opted_out", "none",
  ]
  private static let open: Set<String> = [
    "yes", "true", "granted", "given", "subscribed", "opted_in", "all",
  ]

  /// 0 allows nothing, 2 allows it; a word that is not known lies between.
  static func freedom(_ value: FieldValue) -> Int {
    switch value {
    case .null, .boolean(false): 0
    case .boolean(true): 2
    case .text(let word):
      restrictive.contains(word.lowercased()) ? 0 : open.contains(word.lowercased()) ? 2 : 1
    default: 1
    }
  }
}
