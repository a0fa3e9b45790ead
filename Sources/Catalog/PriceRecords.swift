public import Bytes

/// A list of prices in one currency for one audience.
public struct PriceListRecord: Hashable, Sendable {
  /// Stable id.
  public let id: String
  /// What it is called.
  public let name: String
  /// The currency of all its prices.
  public let currency: Currency
  /// Whom it is for.
  public let audience: AudienceExpression
  /// Among equally specific lists the highest wins.
  public let priority: Int64
  /// Whether its amounts contain tax.
  public let taxIncluded: Bool
  /// When it is in force.
  public let window: Window

  /// Decodes a record of type `price_list`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    name = try reader.string("name")
    currency = try reader.currency("currency")
    audience = try reader.audience("audience")
    priority = try reader.optionalInteger("priority") ?? 0
    taxIncluded = try reader.optionalBoolean("tax_included") ?? false
    window = try reader.window()
  }
}

/// The price of a variant in a price list.
public struct PriceRecord: Hashable, Sendable {
  /// Stable id.
  public let id: String
  /// The variant's id.
  public let variantID: String
  /// The price list's id.
  public let priceListID: String
  /// The amount as the list states it, with or without tax as the list says.
  public let amount: Money
  /// An earlier or list price to compare with, in the same currency.
  public let compareAt: Money?
  /// Number of `priceListID` among `Symbols.shared`, by which a viewer's lists are found.
  let priceListSymbol: SymbolID
  /// From how many pieces it holds; at least 1.
  public let minQuantity: Int
  /// When it is in force.
  public let window: Window

  /// Decodes a record of type `price`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    variantID = try reader.link("variant")
    priceListID = try reader.link("price_list")
    priceListSymbol = Symbols.shared.intern(priceListID)
    let currency = try reader.currency("currency")
    amount = Money(minor: try Self.amount(reader, "amount") ?? 0, currency: currency)
    _ = try reader.required("amount")
    compareAt = try Self.amount(reader, "compare_at").map { Money(minor: $0, currency: currency) }
    minQuantity = max(try reader.count("min_quantity") ?? 1, 1)
    window = try reader.window()
  }

  /// Makes a price from fields that were checked before they were stored.
  public init(
    id: String, variantID: String, priceListID: String, amount: Money, compareAt: Money?,
    minQuantity: Int, window: Window
  ) {
    self.id = id
    self.variantID = variantID
    self.priceListID = priceListID
    priceListSymbol = Symbols.shared.intern(priceListID)
    self.amount = amount
    self.compareAt = compareAt
    self.minQuantity = max(minQuantity, 1)
    self.window = window
  }

  /// Largest amount in minor units: leaves room for a tax and for sums of a million pieces.
  static let largest: Int64 = 1_000_000_000_000

  private static func amount(_ reader: RecordReader, _ name: String) throws(CatalogError) -> Int64?
  {
    guard let minor = try reader.optionalInteger(name) else { return nil }
    guard minor >= 0, minor <= largest else {
      throw CatalogError(.range, "\(name) is out of range", at: reader.pointer(name))
    }
    return minor
  }
}
