public import Bytes
public import Catalog
import Contract
import Formats
import SQL

extension MirrorReader {
  /// The small parts of the catalogue, decoded and held in memory: markets, price lists,
  /// programmes, tiers, gates, locations, redirects, collections with their products resolved, and
  /// the translations of all these.
  ///
  /// Collections by rule are resolved over all products that are not drafts or archived, in order
  /// of title. A rule on prices asks for the lowest public price at `instant` in the market with
  /// the lowest id, or in the one named.
  ///
  /// - Parameter terms: what the storefront lays down beside the records.
  /// - Throws: `MirrorError`, with `terms` where the terms do not fit the catalogue.
  public func context(
    at instant: Instant, pricesOfMarket market: String? = nil, terms: StorefrontTerms = .none
  ) throws -> CatalogContext {
    try checked {
      let records = try decode(.collection) { (record) throws(CatalogError) in
        try CollectionRecord(record)
      }
      let bare = try context(collections: [], terms)
      let resolver = CollectionResolver(records)
      let resolved = try resolver.resolve(from: self, bare, at: instant, market: market)
      return try context(collections: resolved, terms)
    }
  }

  /// The same without the products of collections, which whoever asks knows already. O(size of the
  /// small parts), whatever the number of products.
  public func contextWithoutMembers(terms: StorefrontTerms) throws -> CatalogContext {
    try checked {
      let records = try decode(.collection) { (record) throws(CatalogError) in
        try CollectionRecord(record)
      }
      return try context(
        collections: records.map { ResolvedCollection(record: $0, productIDs: []) }, terms)
    }
  }

  /// Ids of the products of collections, as `context(at:pricesOfMarket:terms:)` finds them. One pass over
  /// the products where any of the collections has a rule.
  public func members(
    of collections: [CollectionRecord], in context: CatalogContext, at instant: Instant,
    pricesOfMarket market: String? = nil
  ) throws -> [[String]] {
    try checked {
      try CollectionResolver(collections).resolve(
        from: self, context, at: instant, market: market
      ).map(\.productIDs)
    }
  }

  private func context(collections: [ResolvedCollection], _ terms: StorefrontTerms) throws
    -> CatalogContext
  {
    let tiers = try decode(.tier) { (record) throws(CatalogError) in try TierRecord(record) }
    return CatalogContext(
      markets: try markets(
        decode(.market) { (record) throws(CatalogError) in try MarketRecord(record) }, under: terms),
      priceLists: try decode(.priceList) { (record) throws(CatalogError) in
        try PriceListRecord(record)
      },
      programs: try decode(.program) { (record) throws(CatalogError) in try ProgramRecord(record) },
      tiers: tiers,
      benefits: try decode(.benefit) { (record) throws(CatalogError) in try BenefitRecord(record) },
      entitlements: try decode(.entitlement, where: "t.subject_type IN ('tier', 'program')") {
        (record) throws(CatalogError) in try EntitlementRecord(record)
      },
      gates: try decode(.gate) { (record) throws(CatalogError) in try GateRecord(record) }
        + gates(of: terms.drops, tiers: tiers),
      locations: try decode(.location) { (record) throws(CatalogError) in try LocationRecord(record)
      },
      collections: collections,
      redirects: try decode(.redirect) { (record) throws(CatalogError) in try RedirectRecord(record)
      },
      conversions: terms.conversions,
      translations: TranslationTable(
        try decode(
          .translation, where: Self.isSharedText
        ) { (record) throws(CatalogError) in try TranslationRecord(record) }),
      collectionMedia: try decode(.media, where: "t.parent_type = 'collection'") {
        (record) throws(CatalogError) in try MediaRecord(record)
      })
  }

  /// Texts of other records than products and their parts. As ranges, because a shop has many texts of
  /// products and an index finds the others without looking at these.
  private static let isSharedText = """
    (t.resource_type < 'media' OR t.resource_type > 'media' AND t.resource_type < 'product'
      OR t.resource_type > 'product' AND t.resource_type < 'variant' OR t.resource_type > 'variant')
    """

  /// Decodes all records of a type in id order.
  func decode<Record>(
    _ type: ResourceType, where condition: String = "1",
    _ make: (StoredRecord) throws(CatalogError) -> Record
  ) throws -> [Record] {
    guard let table = Projection.of(type)?.table else { return [] }
    let rows = try database.prepare(
      """
      SELECT r.id, \(Schema.shownBody) FROM \(table) t JOIN record r ON r.n = t.n
      WHERE r.state <> 'deleted' AND \(condition) ORDER BY r.id
      """)
    var found: [Record] = []
    while try rows.step() {
      found.append(try StoredRecord.decode(type, rows.text(0), rows.bytes(1), make))
    }
    return found
  }
}

/// A record's body on its way into a type of the catalogue.
struct StoredRecord {
  let id: String
  let body: RecordBody

  /// Reads a body and makes a value of it.
  ///
  /// - Throws: `MirrorError` with `unreadable` where the body does not fit: it was checked before it
  ///   was stored, so that the file is damaged or was changed by hand.
  static func decode<Record>(
    _ type: ResourceType, _ id: String, _ json: UnsafeRawBufferPointer,
    _ make: (StoredRecord) throws(CatalogError) -> Record
  ) throws(MirrorError) -> Record {
    do {
      return try make(StoredRecord(id: id, body: RecordBody(json)))
    } catch {
      let reason = (error as? Misfit)?.reason ?? "\(error)"
      throw MirrorError(
        .unreadable,
        "the stored \(type.rawValue) \(id) cannot be read: \(reason); run trumeau mirror verify",
        cause: error)
    }
  }
}

/// Every record of the catalogue is made in the same way.
protocol CatalogRecord {
  init(id: String, attributes: TapeValue, links: TapeValue?) throws(CatalogError)
}

extension CatalogRecord {
  init(_ record: StoredRecord) throws(CatalogError) {
    try self.init(id: record.id, attributes: record.body.attributes, links: record.body.links)
  }
}

extension ProductRecord: CatalogRecord {}
extension VariantRecord: CatalogRecord {}
extension MediaRecord: CatalogRecord {}
extension CollectionRecord: CatalogRecord {}
extension LocationRecord: CatalogRecord {}
extension InventoryLevelRecord: CatalogRecord {}
extension MarketRecord: CatalogRecord {}
extension PriceListRecord: CatalogRecord {}
extension PriceRecord: CatalogRecord {}
extension TranslationRecord: CatalogRecord {}
extension RedirectRecord: CatalogRecord {}
extension ProgramRecord: CatalogRecord {}
extension TierRecord: CatalogRecord {}
extension BenefitRecord: CatalogRecord {}
extension EntitlementRecord: CatalogRecord {}
extension GateRecord: CatalogRecord {}
