/// One product with everything that belongs to it: the unit in which a catalogue is streamed.
///
/// A build of a hundred thousand products holds as many bundles at a time as it has workers.
/// Immutable; a class, so that handing one on costs nothing.
public final class ProductBundle: Sendable {
  /// The product.
  public let product: ProductRecord
  /// Its variants by position, then id.
  public let variants: [VariantRecord]
  /// Its pictures and films by position, then id.
  public let media: [MediaRecord]
  /// Pictures and films of single variants, by variant id.
  public let variantMedia: [String: [MediaRecord]]
  /// Prices by variant id.
  public let prices: [String: [PriceRecord]]
  /// Stock of all variants at all locations.
  public let stock: [InventoryLevelRecord]
  /// Texts of product, variants and media in other languages.
  public let translations: TranslationTable
  /// Ids of the collections that it is in, in the catalogue's order.
  public let collectionIDs: [String]

  /// Joins the records of a product and puts them in order.
  public init(
    product: ProductRecord, variants: [VariantRecord] = [], media: [MediaRecord] = [],
    prices: [PriceRecord] = [], stock: [InventoryLevelRecord] = [],
    translations: TranslationTable = TranslationTable(), collectionIDs: [String] = []
  ) {
    self.product = product
    self.variants = Self.inOrder(variants) { ($0.position, $0.id) < ($1.position, $1.id) }
    let ordered = Self.inOrder(media) { ($0.position, $0.id) < ($1.position, $1.id) }
    let isPlain = ordered.allSatisfy { $0.parent.type == "product" }
    self.media = isPlain ? ordered : ordered.filter { $0.parent.type == "product" }
    variantMedia =
      isPlain
      ? [:]
      : Dictionary(grouping: ordered.filter { $0.parent.type == "variant" }, by: \.parent.id)
    self.prices = Dictionary(grouping: prices, by: \.variantID)
    self.stock = stock
    self.translations = translations
    self.collectionIDs = collectionIDs
  }

  /// Records mostly come in order already.
  private static func inOrder<Record>(
    _ records: [Record], _ precedes: (Record, Record) -> Bool
  ) -> [Record] {
    let isSorted = zip(records, records.dropFirst()).allSatisfy { !precedes($1, $0) }
    return isSorted ? records : records.sorted(by: precedes)
  }

  /// Names the product.
  public var reference: ResourceReference { ResourceReference(type: "product", id: product.id) }

  /// A field of the product in a language, or nil where the record's own text is to be shown.
  public func translation(_ key: String, in locale: String) -> String? {
    translations.text(locale, of: reference, key)
  }

  /// Its handle in a language, or nil where its own stands in addresses.
  public func handle(in locale: String) -> String? {
    translations.hasHandles ? translation(TranslationTable.handleKey, in: locale) : nil
  }

  /// A field of one of its variants or media in a language.
  public func translation(_ key: String, of resource: ResourceReference, in locale: String)
    -> String?
  {
    translations.text(locale, of: resource, key)
  }

  /// The product's facts for rules of collections, priced for the public of `viewer`'s market.
  public func facts(lowestPriceMinor: Int64?) -> ProductFacts {
    ProductFacts(product: product, skus: variants.map(\.sku), priceMinor: lowestPriceMinor)
  }

  /// The stock of a variant for a market.
  public func stockSummary(
    of variant: VariantRecord, market: MarketRecord, in context: CatalogContext
  )
    -> StockSummary
  {
    StockSummary(of: variant.id, product: product, levels: stock, market: market, in: context)
  }
}
