public import Bytes

/// A group of countries that buy in one currency, under one tax rule, from one price list.
public struct MarketRecord: Hashable, Sendable {
  /// Stable id.
  public let id: String
  /// What it is called.
  public let name: String
  /// ISO 3166-1 alpha-2 codes.
  public let countries: [String]
  /// The currency that prices are shown in.
  public let currency: Currency
  /// Languages, the first being the market's own.
  public let locales: [String]
  /// Whether prices are shown with tax.
  public let taxIncluded: Bool
  /// The tax rate, if the market states one.
  public let taxRate: Rate?
  /// How shown prices are rounded.
  public let rounding: Rounding?
  /// Id of its own price list.
  public let priceListID: String?

  /// Decodes a record of type `market`.
  ///
  /// What `rounding` may hold stands at `Rounding.init(_:currency:at:)`.
  public init(id: String, attributes: TapeValue, links: TapeValue? = nil) throws(CatalogError) {
    let reader = try RecordReader(attributes: attributes, links: links)
    self.id = id
    name = try reader.string("name")
    countries = try reader.strings("countries")
    currency = try reader.currency("currency")
    locales = try reader.strings("locales")
    taxIncluded = try reader.optionalBoolean("tax_included") ?? false
    taxRate = try reader.rate("tax_rate")
    if let rule = reader.present("rounding") {
      rounding = try Rounding(rule, currency: currency, at: reader.pointer("rounding"))
    } else {
      rounding = nil
    }
    priceListID = try reader.optionalLink("price_list")
  }

  private init(_ market: MarketRecord, rounding: Rounding?) {
    id = market.id
    name = market.name
    countries = market.countries
    currency = market.currency
    locales = market.locales
    taxIncluded = market.taxIncluded
    taxRate = market.taxRate
    self.rounding = rounding
    priceListID = market.priceListID
  }

  /// The same market with another rounding rule.
  public func with(rounding: Rounding?) -> MarketRecord { MarketRecord(self, rounding: rounding) }
}
