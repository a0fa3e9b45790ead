public import Contract

/// The records of a shop as they will be when all merges hold: what the second check looks at.
public protocol MergedState {
  /// The fields of a record; nil where it does not exist or is deleted.
  func fields(of record: RecordKey) -> RecordMerge.Fields?

  /// The records of a type whose fields have these values; `.null` means absent.
  func records(of type: ResourceType, having values: RecordMerge.Fields) -> [RecordKey]

  /// The records that name a record in a link or a list of ids.
  func references(to record: RecordKey) -> [RecordKey]
}

/// The second check: merges that are each right can be wrong together (`sync.md`, §3.3; Dolt keeps
/// such violations in tables of their own for the same reason).
///
/// Looks at the records that a merge changed and at what they touch: unique names, references, rules
/// of prices, options and spans of time. Pure; findings are in the order of the records.
public struct SecondCheck<State: MergedState> {
  let state: State
  private var findings: [SecondCheckFinding] = []
  private var known = Set<SecondCheckFinding>()

  /// Checks what changed.
  ///
  /// - Parameter changed: records made, edited or deleted by the merge.
  public static func findings(of changed: [RecordKey], in state: State) -> [SecondCheckFinding] {
    var check = SecondCheck(state: state)
    for record in changed.sorted() {
      if let fields = state.fields(of: record) {
        check.checkUnique(record, fields)
        check.checkReferences(record, fields)
        check.checkRules(record, fields)
      } else {
        check.checkDeleted(record)
      }
    }
    return check.findings
  }

  private init(state: State) { self.state = state }

  mutating func report(
    _ kind: SecondCheckFinding.Kind, _ rule: SecondCheckFinding.Rule, _ records: [RecordKey],
    _ fields: [String], _ conflict: ConflictKind
  ) {
    let finding = SecondCheckFinding(
      kind: kind, rule: rule, records: records, fields: fields, conflict: conflict)
    if known.insert(finding).inserted { findings.append(finding) }
  }

  // MARK: Unique names

  private mutating func checkUnique(_ record: RecordKey, _ fields: RecordMerge.Fields) {
    for key in ResourceSchema.of(record.type).uniqueKeys {
      let names = key.parts.map { $0.first == "links" ? "links.\($0[1])" : $0[1] }
      checkUnique(record, fields, names)
    }
    checkUnique(record, fields, ["external_ref"])
  }

  private mutating func checkUnique(
    _ record: RecordKey, _ fields: RecordMerge.Fields, _ names: [String]
  ) {
    let values = Dictionary(uniqueKeysWithValues: names.map { ($0, fields[$0] ?? .null) })
    guard values.values.contains(where: { !$0.isNull }) else { return }
    let others = state.records(of: record.type, having: values).filter { $0 != record }
    for other in others.sorted() {
      report(.unique, .unique, [record, other].sorted(), names, .nameTaken)
    }
  }

  // MARK: References

  private mutating func checkReferences(_ record: RecordKey, _ fields: RecordMerge.Fields) {
    let schema = ResourceSchema.of(record.type)
    for link in schema.links {
      let field = "links.\(link.name)"
      guard let value = fields[field], !value.isNull else { continue }
      guard let target = Self.target(value, link), state.fields(of: target) == nil else { continue }
      let isParent = link.name == schema.parentLink
      report(
        .reference, isParent ? .parent : .link, [record, target], [field],
        isParent ? .parentDeleted : .reference)
    }
    for attribute in schema.attributes {
      guard case .list(.reference(let type), _, _) = attribute.kind else { continue }
      for id in fields[attribute.name]?.list ?? [] {
        guard let id = id.text, state.fields(of: RecordKey(type, id)) == nil else { continue }
        report(.reference, .link, [record, RecordKey(type, id)], [attribute.name], .reference)
      }
    }
  }

  private static func target(_ value: FieldValue, _ link: Link) -> RecordKey? {
    if link.isTyped {
      guard let type = value["type"]?.text.flatMap(ResourceType.init(rawValue:)),
        let id = value["id"]?.text
      else { return nil }
      return RecordKey(type, id)
    }
    guard let type = link.targets.first, let id = value.text else { return nil }
    return RecordKey(type, id)
  }

  /// A record that is gone while others still name it. What is a part of it goes with it.
  private mutating func checkDeleted(_ record: RecordKey) {
    for other in state.references(to: record).sorted() {
      guard let fields = state.fields(of: other) else { continue }
      let schema = ResourceSchema.of(other.type)
      for link in schema.links {
        let field = "links.\(link.name)"
        guard let value = fields[field], Self.target(value, link) == record else { continue }
        guard case .guarded = link.policy else { continue }
        report(.reference, .link, [other, record], [field], .reference)
      }
      for attribute in schema.attributes {
        guard case .list(.reference(record.type), _, _) = attribute.kind,
          fields[attribute.name]?.list?.contains(.text(record.id)) == true
        else { continue }
        report(.reference, .link, [other, record], [attribute.name], .reference)
      }
    }
  }
}

/// Something that does not fit together after a merge.
public struct SecondCheckFinding: Sendable, Hashable {
  /// What sort it is.
  public enum Kind: String, CaseIterable, Sendable {
    /// Two records have what only one may have.
    case unique
    /// A record names one that is not there.
    case reference
    /// A rule of the shop is broken.
    case rule
  }

  /// Which rule.
  public enum Rule: String, CaseIterable, Sendable {
    /// Handle, SKU and the other unique keys of the contract, or the external reference.
    case unique
    /// What a record belongs to is gone.
    case parent
    /// What a record names is gone.
    case link
    /// The former price is not above the price.
    case compareAt = "compare-at"
    /// The price is in another currency than its list.
    case listCurrency = "list-currency"
    /// A price for members is above the price for everybody.
    case memberPrice = "member-price"
    /// A variant lacks an option of its product, or has one that the product does not have.
    case options
    /// Two variants of a product have the same options.
    case sameOptions = "same-options"
    /// A span of time ends before it begins.
    case window

    /// What is wrong, in words.
    public var words: String {
      switch self {
      case .unique: "two records have the same name or number"
      case .parent: "what it belongs to is gone"
      case .link: "it names something that is gone"
      case .compareAt: "the former price is not above the price"
      case .listCurrency: "the price is in another currency than its list"
      case .memberPrice: "members would pay more than everybody else"
      case .options: "the options do not fit those of the product"
      case .sameOptions: "two variants have the same options"
      case .window: "it would end before it begins"
      }
    }
  }

  /// What sort it is.
  public let kind: Kind
  /// Which rule.
  public let rule: Rule
  /// The records concerned: the one to change first.
  public let records: [RecordKey]
  /// The fields concerned.
  public let fields: [String]
  /// The row of the taxonomy that it is shown as.
  public let conflict: ConflictKind
}
