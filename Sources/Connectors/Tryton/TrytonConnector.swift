import Bytes
public import Contract
public import HTTPClient
public import Machine

/// Tryton through JSON-RPC (tried with 8.2 and the modules product, stock, sale and web_shop).
///
/// Of its two doors only this one guards writes: REST accepts `_timestamp` and ignores it. There is
/// no change feed and no list of deletions, so every reading is a whole one, in pages by ascending
/// key; what changed is found by content hash, what was deleted by absence. The writing half is in
/// `TrytonConnector+Writing.swift`.
public final class TrytonConnector: CatalogSource {
  /// What the platform does not say and the shop's settings must.
  public struct Configuration: Sendable {
    /// Name of the database.
    public var database = "tryton"
    /// Key of the company whose prices and stock count.
    public var company: Int64 = 1
    /// Key of the unit of measure of new products.
    public var unit: Int64 = 1
    /// Country of the warehouses and of the market (ISO 3166-1).
    public var country = "BE"
    /// Zone of the warehouses where the company names none (IANA).
    public var timeZone = "Europe/Brussels"
    /// Languages of the shop's texts, the first the one that is read and written.
    public var locales = ["en"]
    /// Whether list prices are shown as they are, tax included.
    public var areTaxesIncluded = false
    /// Rows asked for on a page.
    public var pageSize = 500
    /// Records handed on at one time.
    public var batchSize = 500

    /// Makes the usual configuration.
    public init() {}
  }

  let configuration: Configuration
  let rpc: TrytonRPC
  private let session: APISession
  private let readings = WholeReadings()

  /// Makes a connector.
  ///
  /// - Parameters:
  ///   - url: the server's address, for example `https://erp.example`.
  ///   - token: user and password with a colon between them; kept in memory only.
  ///   - patience: how long an answer to a write is waited for.
  public init(
    url: String, token: String, configuration: Configuration = Configuration(),
    client: HTTPClient = HTTPClient(), patience: HTTPRequest.Patience = HTTPRequest.Patience(),
    time: any TimeSource = SystemTime(), random: any RandomSource = SystemRandom()
  ) {
    session = APISession(
      base: url, authorization: "", client: client, time: time, random: random,
      patience: patience)
    self.configuration = configuration
    rpc = TrytonRPC(
      session: session, database: configuration.database, credential: token,
      language: configuration.locales.first ?? "en")
  }

  var reader: TrytonReader { TrytonReader(rpc: rpc, configuration: configuration) }

  /// The types that the platform has something for.
  public static let types: [ResourceType] = [
    .location, .priceList, .market, .product, .variant, .collection, .inventoryLevel, .price,
  ]

  /// Says who the shop is, after making sure that the user may read it.
  public func describe() throws(ConnectorError) -> SourceDescription {
    var shop = TrytonShop()
    try reader.company(&shop)
    return SourceDescription(
      serverID: "tryton \(HTTPError.withoutSecrets(session.base)) \(configuration.database)",
      epoch: "1", tenant: "", scope: "company \(configuration.company)", types: Self.types,
      hasChangeFeed: false, capabilities: Self.capabilities, pageMax: configuration.batchSize)
  }

  /// Reads everything anew; a reading that was broken off cannot be resumed.
  public func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String {
    _ = resume
    let records = TrytonRecords(shop: try reader.read(), configuration: configuration)
    var pages = WholePages(
      size: configuration.batchSize, expected: records.expectedCount)
    try records.forEach { one in
      if let full = pages.take(one) { try page(full) }
    }
    try page(readings.end(pages))
    return ""
  }

  /// There is no change feed.
  public func changes(
    from cursor: String, limit: Int, page: (SourcePage) throws -> Void
  ) throws {
    throw ConnectorError(.cursorExpired, "Tryton has no change feed; read everything")
  }

  /// Counts and hashes of the last whole reading, which is made now if there was none.
  public func digest(of type: ResourceType) throws(ConnectorError) -> [DigestBucket] {
    try readings.digest(of: type, in: self)
  }

  /// Ids and hashes of the last whole reading, which is made now if there was none.
  public func identities(
    of type: ResourceType, bucket: UInt8
  ) throws(ConnectorError) -> [RecordIdentity] {
    try readings.identities(of: type, bucket: bucket, in: self)
  }

  /// One record: products, variants, prices and stock by their own rows, others by a whole reading.
  public func record(
    _ type: ResourceType, _ id: String
  ) throws(ConnectorError) -> SourceRecord? {
    if let place = TrytonPlace(RecordKey(type, id)) { return try rows.read(place)?.record }
    return try readings.record(type, id, in: self)
  }

  var rows: TrytonRows { TrytonRows(reader: reader) }

}
