public import Contract

/// The three-way merge of records by field policy (`sync.md`, §3.3; suite `fields` of the conformance
/// cases).
///
/// `base` is what the edit began from, `ours` the record with the edits made here, `theirs` the record
/// as the shop has it. A nil record does not exist; an absent field and null are the same. In every
/// conflict the merged record holds the shop's value: what is undecided overwrites nothing.
///
/// Pure: equal arguments give equal results.
public enum RecordMerge {
  /// The fields of a record by name, as `RecordFields` names them.
  public typealias Fields = [String: FieldValue]

  /// What a merge may be told.
  public struct Options: Sendable, Hashable {
    /// How texts are merged.
    public var text: TextEngine
    /// When a change of an amount is asked about.
    public var priceLimits: PriceLimits
    /// Whether an amount changed here and another amount of the record changed there is asked about.
    public var asksAboutLinkedPrices: Bool
    /// Whether both readings stand where both sides replaced a passage: a mistake that a test builds
    /// in, and never so in the product.
    package var keepsBothReadings = false

    /// Sets options.
    public init(
      text: TextEngine = .prose, priceLimits: PriceLimits = PriceLimits(),
      asksAboutLinkedPrices: Bool = false
    ) {
      self.text = text
      self.priceLimits = priceLimits
      self.asksAboutLinkedPrices = asksAboutLinkedPrices
    }
  }

  /// How texts are merged.
  public enum TextEngine: String, Sendable, Hashable {
    /// By words of the tokenizer T1.
    case words
    /// By blocks, then words, as Markdown: `ProseMerge`.
    case prose
  }

  /// Merges two edits of a record.
  ///
  /// - Parameters:
  ///   - policy: the policy of a field.
  ///   - order: names of fields in the order in which they are reported; others follow in byte order.
  public static func merge(
    base: Fields?, ours: Fields?, theirs: Fields?, order: [String] = [],
    options: Options = Options(), policy: (String) -> FieldPolicy
  ) -> Result {
    let names = fieldNames([base, ours, theirs], order)
    let rules = names.map { (name: $0, policy: policy($0)) }
    switch (base, ours, theirs) {
    case (_, nil, nil): return Result(merged: nil, rule: base == nil ? nil : .sameDelete)
    case (nil, let ours?, nil):
      return Result(merged: ours, rule: .createOurs, push: .create(ours))
    case (nil, nil, let theirs?): return Result(merged: theirs, rule: .createTheirs)
    case (nil, let ours?, let theirs?): return creation(ours, theirs, rules)
    case (let base?, nil, let theirs?):
      let changed = differing(base, theirs, rules)
      if changed.isEmpty { return Result(merged: nil, rule: .deleteOurs, push: .delete) }
      return Result(merged: theirs, whole: .deleteEdit, differs: changed)
    case (let base?, let ours?, nil):
      let changed = differing(base, ours, rules)
      if changed.isEmpty { return Result(merged: nil, rule: .deleteTheirs) }
      return Result(merged: nil, whole: .editDelete, differs: changed)
    case (let base?, let ours?, let theirs?):
      var merger = FieldMerger(base: base, ours: ours, theirs: theirs, options: options)
      for rule in rules { merger.merge(rule.name, rule.policy) }
      return merger.finish(rules)
    }
  }

  private static func creation(
    _ ours: Fields, _ theirs: Fields, _ rules: [(name: String, policy: FieldPolicy)]
  ) -> Result {
    let ownRules = rules.filter { $0.policy != .readOnly || ours[$0.name] != nil }
    let differs = differing(ours, theirs, ownRules)
    if differs.isEmpty { return Result(merged: theirs, rule: .adopted) }
    return Result(merged: theirs, whole: .createCreate, differs: differs)
  }

  private static func fieldNames(_ records: [Fields?], _ order: [String]) -> [String] {
    var known = Set<String>()
    for record in records { known.formUnion(record?.keys.map { $0 } ?? []) }
    let first = order.filter { known.remove($0) != nil }
    return first + known.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private static func differing(
    _ left: Fields, _ right: Fields, _ rules: [(name: String, policy: FieldPolicy)]
  ) -> [String] {
    rules.filter {
      !FieldComparison.isSame(left[$0.name] ?? .null, right[$0.name] ?? .null, $0.policy)
    }.map(\.name)
  }
}
