import Bytes

/// A product as django-oscar's admin API gives it: a parent, one of its children, or one that
/// stands alone.
struct OscarProduct: Sendable {
  enum Structure: String, Sendable {
    case parent, child, standalone
  }

  struct Attribute: Sendable {
    let code: String
    let name: String
    /// The value where it is text, a number or a flag.
    let text: String?
    let value: TapeValue
  }

  struct Image: Sendable {
    let id: Int64
    let url: String
    let caption: String
    let order: Int64
  }

  /// A stock record: what one partner asks for it and has of it.
  struct Stock: Sendable {
    let id: Int64
    let partner: Int64
    let sku: String
    let currency: String
    /// The price by its own digits; nil where there is none.
    let price: String?
    /// Pieces in stock less those promised to orders; nil where they are not counted.
    let available: Int64?
    /// Pieces promised to orders.
    let allocated: Int64
  }

  let id: Int64
  let structure: Structure
  let parent: Int64?
  /// The rows of its children, where it is a parent.
  let children: [Int64]
  let upc: String?
  let title: String
  let slug: String
  let description: String
  let isPublic: Bool
  let productClass: String?
  let categories: [String]
  let attributes: [Attribute]
  let images: [Image]
  let stock: [Stock]
  let metaTitle: String?
  let metaDescription: String?
  let createdAt: Instant?
  let updatedAt: Instant?

  /// Reads the body of `/api/admin/products/{id}/`; throws what is missing in it.
  init(_ value: TapeValue) throws(OscarFault) {
    func text(_ name: String) -> String? {
      guard let found = value[name]?.string, !found.isEmpty else { return nil }
      return found
    }
    guard let id = value["id"]?.integer else { throw OscarFault("it has no id") }
    guard let structure = text("structure").flatMap(Structure.init(rawValue:)) else {
      throw OscarFault("its structure is none of parent, child and standalone")
    }
    guard let stock = value["stockrecords"], stock.kind == .array else {
      throw OscarFault("it lists no stock records")
    }
    guard let isPublic = value["is_public"]?.boolean else {
      throw OscarFault("it does not say whether it is public")
    }
    self.id = id
    self.structure = structure
    self.isPublic = isPublic
    parent = value["parent"].flatMap(Self.number)
    children = (value["children"]?.children ?? []).compactMap(Self.number).sorted()
    upc = text("upc")
    title = text("title") ?? ""
    slug = text("slug") ?? ""
    description = text("description") ?? ""
    productClass = text("product_class")
    categories = (value["categories"]?.children ?? []).compactMap(\.string)
    attributes = (value["attributes"]?.children ?? []).compactMap(Self.attribute)
    images = (value["images"]?.children ?? []).compactMap(Self.image)
    var records: [Stock] = []
    for row in stock.children { records.append(try Self.stock(row)) }
    self.stock = records.sorted { $0.id < $1.id }
    metaTitle = text("meta_title")
    metaDescription = text("meta_description")
    createdAt = text("date_created").flatMap(Instant.init(rfc3339:))
    updatedAt = text("date_updated").flatMap(Instant.init(rfc3339:))
  }

  private static func attribute(_ row: TapeValue) -> Attribute? {
    guard let code = row["code"]?.string, let value = row["value"], !value.isNull else {
      return nil
    }
    let text: String?
    switch value.kind {
    case .yes: text = "true"
    case .no: text = "false"
    case .integer, .number, .string: text = digits(value)
    default: text = nil
    }
    return Attribute(code: code, name: row["name"]?.string ?? code, text: text, value: value)
  }

  private static func image(_ row: TapeValue) -> Image? {
    guard let id = row["id"]?.integer, let url = row["original"]?.string, !url.isEmpty else {
      return nil
    }
    return Image(
      id: id, url: url, caption: row["caption"]?.string ?? "",
      order: row["display_order"]?.integer ?? 0)
  }

  private static func stock(_ row: TapeValue) throws(OscarFault) -> Stock {
    guard let id = row["id"]?.integer ?? row["url"].flatMap(number),
      let partner = row["partner"].flatMap(number)
    else { throw OscarFault("a stock record has no id or no partner") }
    var available: Int64?
    let allocated = row["num_allocated"]?.integer ?? 0
    if let inStock = row["num_in_stock"]?.integer { available = max(0, inStock - allocated) }
    return Stock(
      id: id, partner: partner, sku: row["partner_sku"]?.string ?? "",
      currency: row["price_currency"]?.string ?? "", price: row["price"].flatMap(digits),
      available: available, allocated: allocated)
  }

  /// A string or JSON number as its own characters.
  private static func digits(_ value: TapeValue) -> String? {
    if let whole = value.integer { return "\(whole)" }
    return value.bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// A number, or the last number in an address such as `…/api/admin/partners/1/`.
  static func number(_ value: TapeValue) -> Int64? {
    if let whole = value.integer { return whole }
    guard let text = value.string else { return nil }
    return text.split(separator: "/").last.flatMap { Int64($0) }
  }
}

/// What is wrong with something that django-oscar gave.
struct OscarFault: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}
