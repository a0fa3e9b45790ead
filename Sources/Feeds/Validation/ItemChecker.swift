import Bytes
import Catalog
import Diagnostics
import Formats

/// Applies the rules to one item after another and remembers what rules across items need: for
/// each item a few bytes.
final class ItemChecker {
  let options: FeedValidator.Options
  let taxonomy: Taxonomy?
  var log: FindingLog
  /// The item that is being checked.
  var item = RawItem(position: XMLPosition(line: 1, column: 1), number: 0)
  var record: RecordReference?
  /// The currency of the file's first price.
  var feedCurrency: Currency?

  private var lineOfID: [UInt64: Int32] = [:]
  private var foldedIDs: [UInt64: UInt64] = [:]
  private var itemOfGTIN: [UInt64: UInt64] = [:]
  private var groups: [UInt64: VariantGroup] = [:]

  init(options: FeedValidator.Options, taxonomy: Taxonomy?, file: String) {
    self.options = options
    self.taxonomy = taxonomy
    log = FindingLog(file: file, limit: options.findingsPerCode)
  }

  // MARK: findings

  func place(_ position: XMLPosition) -> SourceLocation {
    SourceLocation(file: log.file, line: position.line, column: position.column)
  }

  func report(_ finding: Diagnostic) { log.add(finding) }

  func report(_ fault: DocumentFault) {
    log.add(
      Diagnostic(
        fault.code, fault.isError ? .error : .warning, fault.message, at: place(fault.position),
        record: record, help: fault.help))
  }

  /// A finding about an attribute of the current item.
  func find(
    _ code: String, _ severity: Severity, _ message: String, at attribute: RawAttribute? = nil,
    help: String? = nil
  ) {
    log.add(
      Diagnostic(
        code, severity, message, at: place(attribute?.position ?? item.position), record: record,
        help: help))
  }

  /// A value as a message may show it: cut, in quotes.
  func shown(_ value: String) -> String {
    value.unicodeScalars.count > 60 ? "\"\(PlainText.cut(value, to: 60))\"" : "\"\(value)\""
  }

  // MARK: items

  func check(_ raw: RawItem) {
    item = raw
    record = RecordReference(
      type: "item", id: raw.value("id") ?? "number \(raw.number)", title: raw.value("title"))
    checkAttributes(raw.attributes, in: .google, prefix: "")
    checkRequired()
    checkIdentity()
    checkTexts()
    checkPictures()
    checkPrices()
    checkLoyalty()
    checkAvailability()
    checkIdentifiers()
    checkCategory()
    checkShipping()
    noteGroup()
    record = nil
  }

  func finish(itemCount: Int) {
    record = nil
    item = RawItem(position: XMLPosition(line: 1, column: 1), number: 0)
    if itemCount == 0 { find("feed-empty", .error, "the feed has no items") }
    for group in groups.values.sorted(by: { $0.line < $1.line }) { checkGroup(group) }
  }

  private func checkRequired() {
    for rule in AttributeTable.google.rules where rule.isRequired && item.first(rule.name) == nil {
      missing(rule.name)
    }
    for name in ["title", "description"]
    where item.first(name) == nil && item.first("structured_\(name)") == nil {
      missing(name)
    }
  }

  private func missing(_ name: String) {
    find(
      "required-missing:\(name)", .error, "the item has no \(name)",
      help: "add \(name), or leave the item out")
  }

  private func checkIdentity() {
    guard let id = item.first("id"), !id.value.isEmpty else { return }
    let normal = id.value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    if normal != id.value {
      find(
        "id-whitespace", .warning, "the id \(shown(id.value)) has runs of white space", at: id,
        help: "they are collapsed, and two ids can then be the same")
    }
    let key = Fingerprint(of: normal).low
    if let line = lineOfID.updateValue(Int32(clamping: id.position.line), forKey: key) {
      find(
        "id-duplicate", .error, "the id \(shown(id.value)) is that of the item on line \(line) too",
        at: id, help: "give each variant an id of its own")
      return
    }
    let folded = Fingerprint(of: normal.lowercased()).low
    if let other = foldedIDs.updateValue(key, forKey: folded), other != key {
      find(
        "id-case-collision", .warning,
        "the id \(shown(id.value)) differs from another one only in its capitals", at: id)
    }
  }

  /// Notes a trade item number and tells whether another item has it.
  func isShared(gtin: String, by id: String) -> Bool {
    let key = Fingerprint(of: gtin).low
    let owner = Fingerprint(of: id).low
    guard let other = itemOfGTIN[key] else {
      itemOfGTIN[key] = owner
      return false
    }
    return other != owner
  }

  // MARK: variants

  /// What is remembered of the items that share an `item_group_id`.
  struct VariantGroup {
    let id: String
    let line: Int
    var count = 0
    /// Which variant attributes the first item carries, as bits.
    let mask: UInt8
    var isUneven = false
    var isRepeated = false
    var combinations: Set<UInt64> = []
  }

  private static let variantAttributes = [
    "color", "size", "material", "pattern", "age_group", "gender", "size_type", "variant_option",
  ]

  private func noteGroup() {
    guard let group = item.value("item_group_id") else { return }
    if group == item.value("id") {
      find(
        "group-equals-id", .warning, "item_group_id is the item's own id",
        at: item.first("item_group_id"), help: "the group is the product, the item its variant")
    }
    var mask: UInt8 = 0
    var combination = ""
    for (bit, name) in Self.variantAttributes.enumerated() {
      let values = item.all(name)
      if values.isEmpty { continue }
      mask |= 1 << UInt8(bit)
      for value in values {
        combination += "\(name)=\(value.value)"
        for child in value.children { combination += "/\(child.value)" }
        combination += "\u{1}"
      }
    }
    let key = Fingerprint(of: group).low
    var known =
      groups[key] ?? VariantGroup(id: group, line: item.position.line, mask: mask)
    known.count += 1
    if known.mask != mask { known.isUneven = true }
    let isNew = known.combinations.insert(Fingerprint(of: combination).low).inserted
    if !isNew, !known.isRepeated {
      known.isRepeated = true
      find(
        "variants-not-distinct", .error,
        "another item of the group \(shown(group)) has the same colour, size, material and pattern",
        help: "add the attribute in which the variants differ, or a variant_option")
    }
    groups[key] = known
  }

  private func checkGroup(_ group: VariantGroup) {
    let at = RawAttribute(
      name: "item_group_id", value: group.id, children: [],
      position: XMLPosition(line: group.line, column: 1))
    if group.count == 1 {
      find(
        "group-singleton", .warning, "the group \(shown(group.id)) has only one item", at: at,
        help: "leave item_group_id out where a product has one variant")
    }
    if group.isUneven {
      find(
        "variants-uneven-attributes", .warning,
        "the items of the group \(shown(group.id)) carry different variant attributes", at: at,
        help: "all variants of a product should carry the same ones")
    }
  }
}
