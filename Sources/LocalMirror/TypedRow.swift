import Bytes
import Catalog
import Contract
import Formats
import Glibc
import SQL

/// Reads records from the columns of their typed tables. The rows were written from bodies that had
/// been checked, so nothing is checked again that cannot be wrong.
enum TypedRow {
  /// Which table.
  enum Kind {
    case variant, media, price, stock

    /// What a row is.
    var type: ResourceType {
      switch self {
      case .variant: .variant
      case .media: .media
      case .price: .price
      case .stock: .inventoryLevel
      }
    }

    /// Columns behind product id and id.
    var columns: [String] {
      switch self {
      case .variant: ["product_id", "sku", "gtin", "mpn", "position", "options", "weight_g"]
      case .media:
        ["parent_type", "parent_id", "kind", "url", "alt", "width", "height", "position"]
      case .price:
        [
          "variant_id", "price_list_id", "amount_minor", "currency", "compare_at_minor",
          "min_quantity", "valid_from", "valid_until",
        ]
      case .stock: ["variant_id", "location_id", "available"]
      }
    }
  }

  /// Values that come again and again, kept by a reader for all its cursors.
  final class Memory {
    fileprivate var product = RepeatedText()
    fileprivate var variant = RepeatedText()
    fileprivate var parentType = RepeatedText()
    fileprivate var mediaKind = RepeatedText()
    fileprivate var priceList = RepeatedText()
    fileprivate var location = RepeatedText()
    fileprivate var code = RepeatedText()
    fileprivate var currency: Currency?
    fileprivate var options: [Fingerprint: [(name: String, value: String)]] = [:]
  }

  /// Adds the row that a cursor stands on: product id, id, then the columns of its kind.
  static func add(
    _ kind: Kind, _ row: borrowing Statement, _ memory: Memory, to parts: inout ProductParts
  ) throws(MirrorError) {
    switch kind {
    case .variant: parts.variants.append(try variant(row, memory))
    case .media: parts.media.append(try media(row, memory))
    case .price: parts.prices.append(try price(row, memory))
    case .stock:
      parts.stock.append(
        InventoryLevelRecord(
          id: row.text(1), variantID: memory.variant.text(row.bytes(2)),
          locationID: memory.location.text(row.bytes(3)), available: row.integer(4)))
    }
  }

  private static func variant(
    _ row: borrowing Statement, _ memory: Memory
  ) throws(MirrorError) -> VariantRecord {
    VariantRecord(
      id: row.text(1), productID: memory.product.text(row.bytes(2)), sku: row.text(3),
      gtin: row.optionalText(4), mpn: row.optionalText(5), position: Int(row.integer(6)),
      options: try options(row, memory), weightG: row.optionalInteger(8).map { Int($0) })
  }

  /// The chosen values; few combinations occur, so each is read once.
  private static func options(
    _ row: borrowing Statement, _ memory: Memory
  ) throws(MirrorError) -> [(name: String, value: String)] {
    guard !row.isNull(7) else { return [] }
    let json = row.bytes(7)
    let fingerprint = Fingerprint(of: json)
    if let known = memory.options[fingerprint] { return known }
    do throws(FormatError) {
      let read = try JSON.parse(json).value.members.map { ($0.name, $0.value.string ?? "") }
      if memory.options.count < 1024 { memory.options[fingerprint] = read }
      return read
    } catch {
      throw MirrorError.unreadable(.variant, row.text(1), error.description)
    }
  }

  private static func media(
    _ row: borrowing Statement, _ memory: Memory
  ) throws(MirrorError) -> MediaRecord {
    guard let kind = MediaRecord.Kind(rawValue: memory.mediaKind.text(row.bytes(4))) else {
      throw MirrorError.unreadable(.media, row.text(1), "its kind is unknown")
    }
    return MediaRecord(
      id: row.text(1),
      parent: ResourceReference(
        type: memory.parentType.text(row.bytes(2)), id: memory.product.text(row.bytes(3))),
      kind: kind, url: row.text(5), alt: row.text(6), width: Int(row.integer(7)),
      height: Int(row.integer(8)), position: Int(row.integer(9)))
  }

  private static func price(
    _ row: borrowing Statement, _ memory: Memory
  ) throws(MirrorError) -> PriceRecord {
    let code = memory.code.text(row.bytes(5))
    if memory.currency?.code != code { memory.currency = Currency(code) }
    guard let currency = memory.currency else {
      throw MirrorError.unreadable(.price, row.text(1), "\(code) is no currency of ISO 4217")
    }
    return PriceRecord(
      id: row.text(1), variantID: memory.variant.text(row.bytes(2)),
      priceListID: memory.priceList.text(row.bytes(3)),
      amount: Money(minor: row.integer(4), currency: currency),
      compareAt: row.optionalInteger(6).map { Money(minor: $0, currency: currency) },
      minQuantity: Int(row.integer(7)),
      window: Window(from: instant(row, 8), until: instant(row, 9)))
  }

  private static func instant(_ row: borrowing Statement, _ column: Int) -> Instant? {
    row.optionalText(column).flatMap { Instant(rfc3339: $0) }
  }
}

/// A text that is mostly the same as the last one, which is then given again.
private struct RepeatedText {
  private var last = ""

  mutating func text(_ bytes: UnsafeRawBufferPointer) -> String {
    let isSame = last.withUTF8 { known in
      guard known.count == bytes.count else { return false }
      guard let one = known.baseAddress, let other = bytes.baseAddress else { return true }
      return memcmp(one, other, bytes.count) == 0
    }
    if !isSame { last = String(decoding: bytes, as: UTF8.self) }
    return last
  }
}
