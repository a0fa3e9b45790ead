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
  /// `rounding` is `{mode, step, ending?}`; a step or ending given as a number is in minor units,
  /// as text it is a decimal amount of major units.
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
}

extension Rounding {
  init(_ value: TapeValue, currency: Currency, at path: String) throws(CatalogError) {
    let reader = try RecordReader(object: value, path: path)
    let step = try Self.amount(reader, "step", currency) ?? 1
    guard step >= 1, step <= PriceRecord.largest else {
      throw CatalogError(.range, "step is out of range", at: reader.pointer("step"))
    }
    let ending = try Self.amount(reader, "ending", currency) ?? 0
    guard ending >= 0, ending < step else {
      throw CatalogError(.range, "ending must be below step", at: reader.pointer("ending"))
    }
    let word = try reader.string("mode").replacing("_", with: "-")
    guard let mode = Mode(rawValue: word) else {
      let known = Mode.allCases.map(\.rawValue).joined(separator: ", ")
      throw CatalogError(
        .value, "mode is \"\(word)\"; it must be one of \(known)", at: reader.pointer("mode"))
    }
    self.init(mode: mode, step: step, ending: ending)
  }

  private static func amount(_ reader: RecordReader, _ name: String, _ currency: Currency)
    throws(CatalogError) -> Int64?
  {
    guard let found = reader.present(name) else { return nil }
    guard let text = found.string else { return try reader.optionalInteger(name) }
    do { return try Money(decimal: text, currency: currency).minor } catch {
      throw error.at(reader.pointer(name))
    }
  }
}
