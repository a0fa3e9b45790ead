import Bytes
import Contract
import Diagnostics
import LocalMirror

/// One column of a spreadsheet of products.
struct SheetColumn: Sendable {
  /// What its cells hold.
  enum Content: Sendable, Hashable {
    /// What is to be done with the row: nothing special, `create`, `delete` or `delete product`.
    case command
    /// The product's id.
    case productID
    /// The variant's id.
    case variantID
    /// From which export the row is, and at which versions.
    case revision
    /// A remark of the person's own: not read.
    case remark
    /// A field of the product, or a translation of one.
    case product(field: String, locale: String?)
    /// A field of the variant.
    case variant(field: String)
    /// An amount in a price list: `amount` or `compare_at`.
    case price(field: String, list: String, currency: String)
    /// What was counted at a location.
    case count(location: String)
  }

  /// As it stands in the first row.
  let header: String
  /// What its cells hold.
  let content: Content
  /// How `Editor` names the field.
  let address: FieldAddress

  /// Whether its cells belong to the product and stand in its first row only.
  var isProducts: Bool { if case .product = content { true } else { false } }

  /// Whether its cells are edited.
  var isField: Bool {
    switch content {
    case .command, .productID, .variantID, .revision, .remark: false
    default: true
    }
  }
}

/// Finds out what a column means, and lists the usual ones.
struct SheetColumns {
  private let lookup: MirrorLookup
  private let priceLists: [MirrorLookup.PriceList]
  private let locations: [MirrorLookup.Named]
  private let locales: [String]

  init(_ lookup: MirrorLookup) throws {
    self.lookup = lookup
    priceLists = try lookup.priceLists()
    locations = try lookup.locations()
    locales = Array(Set(try lookup.locales().joined())).sorted()
  }

  private static let fixed: [(String, SheetColumn.Content)] = [
    ("command", .command), ("product_id", .productID), ("variant_id", .variantID),
    ("revision", .revision),
  ]

  /// What stands first in every export.
  static let leading = ["command", "product_id", "variant_id", "revision", "handle", "sku"]

  // MARK: Exports

  /// The usual fields, or those that are named; prices for the price lists given, counts on request.
  ///
  /// - Parameters:
  ///   - fields: addresses; `price` and `compare_at` alone mean every list.
  ///   - market: the market whose price lists are exported; nil for all.
  func export(
    fields: [String]?, market: String?, counts: Bool
  ) throws -> [SheetColumn] {
    let lists = try lists(of: market)
    var names = Self.leading
    for field in fields ?? Self.usual {
      let isHead = field == "price" || field == "compare_at"
      names +=
        isHead ? lists.map { FieldAddress(name: field, place: name(of: $0)).description } : [field]
    }
    if counts {
      let places = Dictionary(grouping: locations, by: \.name)
      names += locations.map {
        FieldAddress(name: "count", place: places[$0.name]?.count == 1 ? $0.name : $0.id)
          .description
      }
    }
    var seen: Set<String> = []
    return try names.filter { seen.insert($0).inserted }.map(column)
  }

  private static let usual = [
    "title", "vendor", "product_type", "status", "tags", "gtin", "weight_g", "price", "compare_at",
  ]

  private func name(of list: MirrorLookup.PriceList) -> String {
    priceLists.count { $0.name == list.name } == 1 ? list.name : list.id
  }

  private func lists(of market: String?) throws -> [MirrorLookup.PriceList] {
    guard let market else { return priceLists }
    var found = try lookup.keys(id: market).filter { $0.type == .market }
    if found.isEmpty { found = try lookup.keys(id: "mkt_\(market)").filter { $0.type == .market } }
    if found.isEmpty { found = try lookup.named(.market, market) }
    guard let key = found.first, let record = try lookup.record(key),
      let currency = record.value["attributes"]?["currency"]?.string
    else {
      throw EditError(.unknownRecord, "there is no market \"\(market)\"")
    }
    return priceLists.filter { $0.currency == currency }
  }

  // MARK: Headers

  /// What a header means.
  ///
  /// - Throws: `EditError` with `unknownField`, `whichPrice` or `whichLocation`.
  func column(_ header: String) throws -> SheetColumn {
    let name = header.trimmingSpaces
    func made(_ content: SheetColumn.Content, _ address: FieldAddress? = nil) -> SheetColumn {
      SheetColumn(
        header: name, content: content, address: address ?? FieldAddress(name: name))
    }
    if name.hasPrefix("#") || name.isEmpty { return made(.remark) }
    if let (_, content) = Self.fixed.first(where: { $0.0 == name }) { return made(content) }
    let address = try FieldAddress(name)
    switch address.head {
    case "price", "compare_at":
      let list = try list(address)
      return made(
        .price(
          field: address.head == "price" ? "amount" : "compare_at", list: list.id,
          currency: list.currency),
        FieldAddress(name: address.head, place: self.name(of: list)))
    case "count":
      let location = try location(address)
      return made(
        .count(location: location), FieldAddress(name: "count", place: location))
    default: break
    }
    if let content = content(name) { return made(content, address) }
    throw unknown(name)
  }

  private func content(_ name: String) -> SheetColumn.Content? {
    if name == "sku" || name == "gtin" || name == "mpn" || name == "weight_g" || name == "position"
      || name.hasPrefix("options.")
    {
      return .variant(field: name)
    }
    if let dot = name.lastIndex(of: ".") {
      let locale = String(name[name.index(after: dot)...])
      let base = String(name[..<dot])
      if locales.contains(locale), RecordFields.kind(of: base, in: .product) != nil {
        return .product(field: base, locale: locale)
      }
    }
    guard RecordFields.kind(of: name, in: .product) != nil, name != "options" else { return nil }
    return .product(field: name, locale: nil)
  }

  private func unknown(_ name: String) -> EditError {
    let known =
      Self.fixed.map(\.0) + FieldNames.editable(.product) + FieldNames.editable(.variant)
      + ["price", "compare_at", "count"]
    let near = Suggestion.nearest(to: name, among: known)
    return EditError(
      .unknownField, "there is no field `\(name)`",
      help: near.map { "did you mean `\($0)`?" }
        ?? "a column that is only for you begins with #, as `# note`")
  }

  private func list(_ address: FieldAddress) throws -> MirrorLookup.PriceList {
    var found = priceLists
    if let place = address.place {
      found = found.filter { $0.id == place || $0.name.lowercased() == place.lowercased() }
    } else if let code = address.tail {
      found = found.filter { $0.currency == code.uppercased() }
      if found.count > 1 { found = found.filter(\.isPublic) }
    }
    if found.count == 1, let list = found.first { return list }
    throw EditError(
      .whichPrice, "`\(address)` does not say which price list",
      help: Self.known(
        priceLists.map { FieldAddress(name: address.head, place: name(of: $0)) },
        are: "lists are", none: "the mirror has no price lists yet"))
  }

  private func location(_ address: FieldAddress) throws -> String {
    let place = address.place?.lowercased() ?? ""
    let found = locations.filter { $0.id.lowercased() == place || $0.name.lowercased() == place }
    if found.count == 1, let location = found.first { return location.id }
    throw EditError(
      .whichLocation, "`\(address)` does not say which location",
      help: Self.known(
        locations.map { FieldAddress(name: "count", place: $0.name) },
        are: "locations are", none: "the mirror has no locations yet"))
  }

  /// What a column can name; where there is nothing yet, where it would come from.
  private static func known(_ addresses: [FieldAddress], are: String, none: String) -> String {
    guard !addresses.isEmpty else { return "\(none): run trumeau pull" }
    return "\(are) \(addresses.map(\.description).joined(separator: ", "))"
  }
}

extension String {
  /// The text without blanks around it.
  var trimmingSpaces: String {
    var text = Substring(self)
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
