import Bytes
import Contract
import Formats
import SQL

/// One column of a typed table and where its value stands in a record.
struct ProjectedColumn {
  /// What the value must be, and how it is stored.
  enum Kind {
    /// Text.
    case text
    /// Text, or a number as its digits.
    case scalar
    /// A whole number, or text of digits.
    case integer
    /// True or false, as 1 or 0.
    case boolean
    /// An RFC 3339 time, stored in UTC.
    case instant
    /// Any value, stored as compact JSON.
    case json
  }

  let name: String
  let path: [SymbolID]
  let pointer: String
  let kind: Kind
  let isRequired: Bool

  /// `path` is written with dots from the record's top; a `?` at its end says that it may be absent.
  init(_ name: String, _ path: String, _ kind: Kind = .text) {
    self.name = name
    isRequired = !path.hasSuffix("?")
    let parts = path.split(separator: ".").map { $0.hasSuffix("?") ? $0.dropLast() : $0 }
    self.path = parts.map { Symbols.shared.intern(String($0)) }
    pointer = parts.map { "/\($0)" }.joined()
    self.kind = kind
  }
}

extension ProjectedColumn {
  /// The value that the typed row of a record must have.
  func value(in tape: Tape) throws(Misfit) -> SQLValue {
    var index = tape.root
    for key in path where index >= 0 { index = tape.member(of: index, key: key) }
    guard index >= 0, tape.cells[index].kind != .null else {
      if isRequired { throw Misfit(reason: "\(name) is missing", pointer: pointer) }
      return .null
    }
    let value = TapeValue(tape: tape, index: index)
    switch kind {
    case .text: if let text = value.string { return .text(text) }
    case .scalar:
      if let text = value.string { return .text(text) }
      if let number = value.integer { return .text(String(number)) }
      if let digits = value.bytes { return .text(String(decoding: digits, as: UTF8.self)) }
    case .integer:
      if let number = value.integer ?? value.string.flatMap({ Int64($0) }) {
        return .integer(number)
      }
    case .boolean: if let flag = value.boolean { return .integer(flag ? 1 : 0) }
    case .instant:
      if let instant = value.string.flatMap(Instant.init(rfc3339:)) {
        return .text(instant.rfc3339)
      }
    case .json: return .text(JSON.text(value))
    }
    throw Misfit(reason: "\(name) has a value of the wrong kind", pointer: pointer)
  }
}

/// The typed table of one resource type.
struct Projection {
  let table: String
  let columns: [ProjectedColumn]

  init(_ table: String, _ columns: [ProjectedColumn]) {
    self.table = table
    self.columns = columns
  }

  /// The typed table of a type; nil for types about persons, which are records and nothing else.
  static func of(_ type: ResourceType) -> Projection? {
    switch type {
    case .product: product
    case .variant: variant
    case .media: media
    case .collection: collection
    case .location: location
    case .inventoryLevel: stock
    case .market: market
    case .priceList: priceList
    case .price: price
    case .translation: translation
    case .redirect: redirect
    case .program: program
    case .tier: tier
    case .benefit: benefit
    case .entitlement: entitlement
    case .gate: gate
    case .membership, .customer: nil
    }
  }

  private static let from = ProjectedColumn("valid_from", "attributes.from?", .instant)
  private static let until = ProjectedColumn("valid_until", "attributes.until?", .instant)

  private static let product = Projection(
    "product",
    [
      ProjectedColumn("handle", "attributes.handle"),
      ProjectedColumn("title", "attributes.title"),
      ProjectedColumn("vendor", "attributes.vendor?"),
      ProjectedColumn("product_type", "attributes.product_type?"),
      ProjectedColumn("status", "attributes.status"),
      ProjectedColumn("description_markdown", "attributes.description.markdown?"),
      ProjectedColumn("description_html", "attributes.description.html?"),
      ProjectedColumn("google_category", "attributes.google_category?", .scalar),
      ProjectedColumn("seo_title", "attributes.seo.title?"),
      ProjectedColumn("seo_description", "attributes.seo.description?"),
      ProjectedColumn("metafields", "attributes.metafields?", .json),
    ])

  private static let variant = Projection(
    "variant",
    [
      ProjectedColumn("product_id", "links.product"),
      ProjectedColumn("sku", "attributes.sku"),
      ProjectedColumn("gtin", "attributes.gtin?"),
      ProjectedColumn("mpn", "attributes.mpn?"),
      ProjectedColumn("position", "attributes.position", .integer),
      ProjectedColumn("options", "attributes.options?", .json),
      ProjectedColumn("weight_g", "attributes.weight_g?", .integer),
    ])

  private static let media = Projection(
    "media",
    [
      ProjectedColumn("parent_type", "links.parent.type"),
      ProjectedColumn("parent_id", "links.parent.id"),
      ProjectedColumn("kind", "attributes.kind"),
      ProjectedColumn("url", "attributes.url"),
      ProjectedColumn("alt", "attributes.alt"),
      ProjectedColumn("width", "attributes.width", .integer),
      ProjectedColumn("height", "attributes.height", .integer),
      ProjectedColumn("position", "attributes.position", .integer),
    ])

  private static let collection = Projection(
    "collection",
    [
      ProjectedColumn("handle", "attributes.handle"),
      ProjectedColumn("title", "attributes.title"),
      ProjectedColumn("description_markdown", "attributes.description.markdown?"),
      ProjectedColumn("description_html", "attributes.description.html?"),
      ProjectedColumn("rule", "attributes.rule?", .json),
    ])

  private static let location = Projection(
    "location",
    [
      ProjectedColumn("name", "attributes.name"),
      ProjectedColumn("country", "attributes.country"),
      ProjectedColumn("time_zone", "attributes.time_zone"),
    ])

  private static let stock = Projection(
    "stock",
    [
      ProjectedColumn("variant_id", "links.variant"),
      ProjectedColumn("location_id", "links.location"),
      ProjectedColumn("available", "attributes.available", .integer),
    ])

  private static let market = Projection(
    "market",
    [
      ProjectedColumn("name", "attributes.name"),
      ProjectedColumn("countries", "attributes.countries", .json),
      ProjectedColumn("currency", "attributes.currency"),
      ProjectedColumn("locales", "attributes.locales", .json),
      ProjectedColumn("tax_included", "attributes.tax_included", .boolean),
      ProjectedColumn("tax_rate", "attributes.tax_rate?", .scalar),
      ProjectedColumn("rounding_mode", "attributes.rounding.mode?"),
      ProjectedColumn("rounding_step", "attributes.rounding.step?", .scalar),
      ProjectedColumn("price_list_id", "links.price_list"),
    ])

  private static let priceList = Projection(
    "price_list",
    [
      ProjectedColumn("name", "attributes.name"),
      ProjectedColumn("currency", "attributes.currency"),
      ProjectedColumn("audience", "attributes.audience?", .json),
      ProjectedColumn("priority", "attributes.priority", .integer),
      ProjectedColumn("tax_included", "attributes.tax_included", .boolean),
      from, until,
    ])

  private static let price = Projection(
    "price",
    [
      ProjectedColumn("variant_id", "links.variant"),
      ProjectedColumn("price_list_id", "links.price_list"),
      ProjectedColumn("amount_minor", "attributes.amount", .integer),
      ProjectedColumn("currency", "attributes.currency"),
      ProjectedColumn("compare_at_minor", "attributes.compare_at?", .integer),
      ProjectedColumn("min_quantity", "attributes.min_quantity?", .integer),
      from, until,
    ])

  private static let translation = Projection(
    "translation",
    [
      ProjectedColumn("resource_type", "links.resource.type"),
      ProjectedColumn("resource_id", "links.resource.id"),
      ProjectedColumn("locale", "attributes.locale"),
      ProjectedColumn("key", "attributes.key"),
      ProjectedColumn("value", "attributes.value"),
      ProjectedColumn("source_digest", "attributes.source_digest"),
    ])

  private static let redirect = Projection(
    "redirect",
    [
      ProjectedColumn("from_path", "attributes.from"),
      ProjectedColumn("to_path", "attributes.to?"),
      ProjectedColumn("status", "attributes.status", .integer),
      ProjectedColumn("locale", "attributes.locale?"),
    ])

  private static let program = Projection(
    "program",
    [
      ProjectedColumn("name", "attributes.name"),
      ProjectedColumn("kind", "attributes.kind"),
      ProjectedColumn("currency", "attributes.currency?"),
    ])

  private static let tier = Projection(
    "tier",
    [
      ProjectedColumn("program_id", "links.program"),
      ProjectedColumn("key", "attributes.key"),
      ProjectedColumn("rank", "attributes.rank", .integer),
      ProjectedColumn("name", "attributes.name", .json),
      ProjectedColumn("qualify_metric", "attributes.qualify.metric?"),
      ProjectedColumn("qualify_threshold", "attributes.qualify.threshold?", .integer),
      ProjectedColumn("qualify_period", "attributes.qualify.period?"),
    ])

  private static let benefit = Projection(
    "benefit",
    [
      ProjectedColumn("kind", "attributes.kind"),
      ProjectedColumn("params", "attributes.params", .json),
      ProjectedColumn("text", "attributes.text", .json),
    ])

  private static let entitlement = Projection(
    "entitlement",
    [
      ProjectedColumn("effect", "attributes.effect"),
      ProjectedColumn("subject_type", "links.subject.type"),
      ProjectedColumn("subject_id", "links.subject.id"),
      ProjectedColumn("benefit_id", "links.benefit?"),
      ProjectedColumn("resource_type", "links.resource.type?"),
      ProjectedColumn("resource_id", "links.resource.id?"),
      from, until,
    ])

  private static let gate = Projection(
    "gate",
    [
      ProjectedColumn("resource_type", "links.resource.type"),
      ProjectedColumn("resource_id", "links.resource.id"),
      ProjectedColumn("mode", "attributes.mode"),
      ProjectedColumn("audience", "attributes.audience", .json),
      from, until,
      ProjectedColumn("public_from", "attributes.public_from?", .instant),
    ])
}
