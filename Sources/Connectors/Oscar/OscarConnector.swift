import Bytes
public import Contract
public import HTTPClient
public import Machine
import Synchronization

/// django-oscar through django-oscar-api as it is (tried with 4.2.1 and 3.3.0).
///
/// The platform has no change feed, ignores parameters it does not know, pages by offset over a
/// moving order and shows neither deletions nor the changes of stock and price by a stamp. So every
/// reading is a whole one: the list of ids until two passes agree, then each product's admin body,
/// which holds stock and prices. What changed is found by content hash, what was deleted by
/// absence. Needs a staff token with the `view` permissions; costs one request a product. The
/// writing half is in `OscarConnector+Writing.swift`.
public final class OscarConnector: CatalogSource {
  /// What the platform does not say and the shop's settings must.
  public struct Configuration: Sendable {
    /// Country of the partners (ISO 3166-1).
    public var country = "GB"
    /// Zone of the partners (IANA).
    public var timeZone = "Europe/London"
    /// Languages of the shop's texts, the first the default.
    public var locales = ["en"]
    /// Whether prices are shown as they are, tax included.
    public var areTaxesIncluded = true
    /// The markets; empty makes one for each currency that a price is in.
    public var markets: [Market] = []
    /// Attribute codes that name the maker, the first one found wins.
    public var vendorAttributes = ["brand", "vendor", "manufacturer", "designer", "authors"]
    /// Requests at one time.
    public var concurrency = 8
    /// Rows asked for on a page of the list.
    public var pageSize = 500
    /// Records handed on at one time.
    public var batchSize = 500

    /// Makes the usual configuration.
    public init() {}
  }

  /// A market that the settings name.
  public struct Market: Sendable {
    /// Its name, which is part of its id.
    public var name: String
    /// ISO 3166-1 codes.
    public var countries: [String]
    /// ISO 4217 code.
    public var currency: String
    /// BCP 47 tags, the first the default.
    public var locales: [String]

    /// Names a market.
    public init(name: String, countries: [String], currency: String, locales: [String]) {
      self.name = name
      self.countries = countries
      self.currency = currency
      self.locales = locales
    }

    /// The countries where a currency is the money of every day: for the euro its members (2026),
    /// for others the country that the code begins with (ISO 4217 takes it from ISO 3166-1).
    static func countries(using currency: String) -> [String] {
      guard currency == "EUR" else { return [String(currency.prefix(2))] }
      return [
        "AT", "BE", "BG", "HR", "CY", "EE", "FI", "FR", "DE", "GR", "IE", "IT", "LV", "LT", "LU",
        "MT", "NL", "PT", "SK", "SI", "ES",
      ]
    }
  }

  let session: APISession
  let configuration: Configuration
  private let readings = WholeReadings()
  private let sizes = Mutex<[String: ImageSize]>([:])

  /// Makes a connector.
  ///
  /// - Parameters:
  ///   - url: the address of the API, for example `https://shop.example/api`.
  ///   - token: a token of django-rest-framework; `Token ` is put before it.
  ///   - patience: how long an answer to a write is waited for.
  public init(
    url: String, token: String, configuration: Configuration = Configuration(),
    patience: HTTPRequest.Patience = HTTPRequest.Patience(),
    time: any TimeSource = SystemTime(), random: any RandomSource = SystemRandom()
  ) {
    session = APISession(
      base: url, authorization: "Token \(token)", client: HTTPClient(), time: time, random: random,
      patience: patience)
    self.configuration = configuration
  }

  var reader: OscarReader {
    OscarReader(
      session: session, concurrency: configuration.concurrency, pageSize: configuration.pageSize)
  }

  /// The types that the platform has something for.
  public static let types: [ResourceType] = [
    .location, .priceList, .market, .product, .variant, .media, .collection, .inventoryLevel,
    .price,
  ]

  /// Says who the shop is, after making sure that the token may read what is needed.
  public func describe() throws(ConnectorError) -> SourceDescription {
    let tape = try session.jsonOnce("/admin/products/?limit=1")
    guard tape.value["results"]?.kind == .array || tape.value.kind == .array else {
      throw ConnectorError(
        .malformed,
        "\(session.base) does not look like the API of django-oscar: no list of products")
    }
    return SourceDescription(
      serverID: "oscar \(HTTPError.withoutSecrets(session.base))", epoch: "1", tenant: "",
      scope: "staff", types: Self.types, hasChangeFeed: false, capabilities: Self.capabilities,
      pageMax: configuration.batchSize)
  }

  /// Reads everything anew; a reading that was broken off cannot be resumed.
  public func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String {
    _ = resume
    let shop = try reader.read { _, _ in
      if session.client.isCancelled { throw ConnectorError(.interrupted, "interrupted") }
    }
    let records = OscarRecords(shop, configuration)
    var pages = WholePages(
      size: configuration.batchSize, expected: records.expectedCount, rejects: shop.rejects)
    try records.forEach(sizes: size) { one in
      if let full = pages.take(one) { try page(full) }
    }
    try page(readings.end(pages))
    return ""
  }

  /// There is no change feed.
  public func changes(
    from cursor: String, limit: Int, page: (SourcePage) throws -> Void
  ) throws {
    throw ConnectorError(.cursorExpired, "django-oscar has no change feed; read everything")
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

  /// Finds one record: products, prices and stock by their own rows, other types by reading the
  /// shop, because only a whole reading knows how those hang together.
  public func record(
    _ type: ResourceType, _ id: String
  ) throws(ConnectorError) -> SourceRecord? {
    if let place = OscarPlace(RecordKey(type, id)) { return try rows.read(place)?.record }
    return try readings.record(type, id, in: self)
  }

  /// Width and height of a picture by the first bytes of its file, each file asked once.
  private func size(_ url: String) throws(ConnectorError) -> ImageSize? {
    if let known = sizes.withLock({ $0[url] }) { return known }
    var request = HTTPRequest(
      "GET", url, headers: ["Range": "bytes=0-\(ImageSize.bytesNeeded - 1)"])
    request.acceptsCompression = false
    let response: HTTPResponse
    do throws(ConnectorError) {
      response = try session.patiently(request)
    } catch {
      if error.code == .interrupted { throw error }
      return nil
    }
    let found = ImageSize(header: response.body)
    if let found { sizes.withLock { $0[url] = found } }
    return found
  }
}
