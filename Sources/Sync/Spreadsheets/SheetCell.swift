import Bytes
import Catalog
import Contract
import LocalMirror

/// What a cell holds in the mirror: its text as a spreadsheet gets it, and where it is stored.
struct SheetCell {
  /// As the spreadsheet gets it; "" for nothing.
  var text: String
  /// The value.
  var value: FieldValue
  /// Whether a spreadsheet may count with it.
  var isNumber: Bool
}

/// A product and one of its variants, as a row of a spreadsheet.
struct SheetRow {
  let product: RecordKey
  let variant: RecordKey?
  private let lookup: MirrorLookup
  private let productTape: Tape
  private let variantTape: Tape?

  /// Reads a row; nil where a record of it does not exist.
  init?(_ product: RecordKey, _ variant: RecordKey?, _ lookup: MirrorLookup) throws {
    guard let tape = try lookup.record(product) else { return nil }
    self.product = product
    self.variant = variant
    self.lookup = lookup
    productTape = tape
    variantTape = try variant.flatMap { try lookup.record($0) }
    if variant != nil, variantTape == nil { return nil }
  }

  /// What people call it.
  var name: String {
    variantTape.map { Self.value("sku", $0).text ?? "" }
      ?? Self.value("handle", productTape).text ?? product.id
  }

  // MARK: Cells

  /// What a column's cell holds.
  func cell(_ column: SheetColumn) throws -> SheetCell {
    switch column.content {
    case .command, .revision, .remark: return SheetCell(text: "", value: .null, isNumber: false)
    case .productID: return Self.plain(.text(product.id))
    case .variantID: return Self.plain(variant.map { .text($0.id) } ?? .null)
    case .product(let field, let locale?):
      let key = try lookup.translation(of: product, field, locale: locale)
      let tape = try key.flatMap { try lookup.record($0) }
      return Self.plain(tape.map { Self.value("value", $0) } ?? .null)
    case .product(let field, nil): return Self.plain(Self.value(field, productTape))
    case .variant(let field):
      return Self.plain(variantTape.map { Self.value(field, $0) } ?? .null)
    case .price(let field, let list, let currency):
      let value = try price(list).map { Self.value(field, $0) } ?? .null
      guard let minor = value.integer, let currency = Currency(currency) else {
        return SheetCell(text: "", value: .null, isNumber: true)
      }
      let text = Money(minor: minor, currency: currency).decimal
      return SheetCell(text: text, value: value, isNumber: true)
    case .count(let location):
      guard let variant else { return SheetCell(text: "", value: .null, isNumber: true) }
      let level = try lookup.stock(ofVariant: variant.id).first { $0.locationID == location }
      return Self.plain(level.map { .integer($0.available) } ?? .null)
    }
  }

  /// The one price of a list that holds always.
  private func price(_ list: String) throws -> Tape? {
    guard let variant else { return nil }
    let prices = try lookup.prices(ofVariant: variant.id).filter { $0.priceListID == list }
    let plain = prices.count == 1 ? prices : prices.filter(\.isPlain)
    guard plain.count == 1, let price = plain.first else { return nil }
    return try lookup.record(RecordKey(.price, price.id))
  }

  /// The value of a field; members of members are reached by further dots.
  private static func value(_ field: String, _ tape: Tape) -> FieldValue {
    guard let attributes = tape.value["attributes"] else { return .null }
    let direct = RecordFields.value(field, attributes: attributes, links: tape.value["links"])
    guard direct.isNull, field.hasPrefix("metafields.") else { return direct }
    let parts = field.split(separator: ".", maxSplits: 2).map(String.init)
    guard parts.count == 3 else { return .null }
    return attributes["metafields"]?[parts[1]]?[parts[2]].map(FieldValue.init) ?? .null
  }

  static func plain(_ value: FieldValue) -> SheetCell {
    SheetCell(text: text(value), value: value, isNumber: value.integer != nil)
  }

  /// A value as text: a list with commas between its elements, a description as its own text.
  static func text(_ value: FieldValue) -> String {
    switch value {
    case .null: return ""
    case .boolean(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .number(let digits): return digits
    case .text(let text): return text
    case .list(let values):
      let texts = values.compactMap(\.text)
      let isPlain =
        texts.count == values.count
        && texts.allSatisfy {
          !$0.isEmpty && !$0.contains(",") && $0.first != "[" && $0.trimmingSpaces == $0
        }
      return isPlain ? texts.joined(separator: ", ") : value.json
    case .object(let members):
      if members.count == 1, let member = members.first, let text = member.value.text,
        member.name == "markdown" || member.name == "html"
      {
        return text
      }
      return value.json
    }
  }

  // MARK: Reading a text

  /// The value that a text means in a column; nil where it means none.
  func value(of text: String, in column: SheetColumn) -> FieldValue? {
    if text.isEmpty { return .null }
    switch column.content {
    case .product(_, .some): return .text(text)
    case .product(let field, nil):
      return Self.read(text, field, .product, Self.value(field, productTape))
    case .variant(let field):
      return Self.read(text, field, .variant, variantTape.map { Self.value(field, $0) } ?? .null)
    case .price(_, _, let code):
      return Currency(code).flatMap { try? FieldText.money(text, $0, name: column.header) }
    case .count: return Int64(text).map(FieldValue.integer)
    default: return .text(text)
    }
  }

  private static func read(
    _ text: String, _ field: String, _ type: ResourceType, _ current: FieldValue
  ) -> FieldValue? {
    guard let kind = RecordFields.kind(of: field, in: type) else { return nil }
    return try? FieldText.value(text, kind, name: field, current: current)
  }

  // MARK: Where it is stored

  /// The versions of product and variant on the server; 0 where edits lie over them, so that the row
  /// is not what the server had.
  func versions(in edited: (RecordKey) -> Bool, _ version: (RecordKey) throws -> Int64) throws
    -> (product: Int64, variant: Int64)
  {
    let own = edited(product) ? 0 : try version(product)
    guard let variant else { return (own, 0) }
    return (own, edited(variant) ? 0 : try version(variant))
  }
}
