import Bytes
import Connectors
import Contract
import Formats
import HTTPClient
import LocalMirror
import Machine
import SQL
import Support
import Sync
import Testing

/// A shop of django-oscar to test against: the fake one of this folder, or a real one whose address
/// and staff token are in `TRUMEAU_OSCAR_URL` and `TRUMEAU_OSCAR_TOKEN`.
enum OscarKind: String, CaseIterable, CustomTestStringConvertible {
  case fake, real

  var testDescription: String { rawValue }

  static var present: [OscarKind] {
    Environment.value("TRUMEAU_OSCAR_URL") == nil ? [.fake] : [.fake, .real]
  }
}

/// A shop, what a merchant does in it over its own API, and a mirror of it.
final class OscarPeer {
  let url: String
  let token: String
  let fake: FakeOscar?
  let folder: ScratchFolder
  private let http = HTTPClient()
  private var made: [Int64] = []
  var configuration = OscarConnector.Configuration()
  let time = FixedTime(Instant(seconds: 1_790_000_000))

  init(_ kind: OscarKind = .fake) throws {
    folder = try ScratchFolder()
    switch kind {
    case .fake:
      let fake = try FakeOscar()
      (self.fake, url, token) = (fake, fake.url, FakeOscar.token)
    case .real:
      fake = nil
      url = try #require(Environment.value("TRUMEAU_OSCAR_URL"))
      token = try #require(Environment.value("TRUMEAU_OSCAR_TOKEN"))
    }
  }

  deinit {
    for id in made { _ = try? call("DELETE", "/admin/products/\(id)/") }  // may be gone already
  }

  // MARK: What a merchant does

  @discardableResult
  func call(_ method: String, _ path: String, _ body: String? = nil, ifMatch: String? = nil) throws
    -> HTTPResponse
  {
    var headers: HTTPHeaders = ["Authorization": "Token \(token)"]
    if body != nil { headers.add("Content-Type", "application/json") }
    if let ifMatch { headers.add("If-Match", ifMatch) }
    return try http.send(
      HTTPRequest(method, url + path, headers: headers, body: body.map { Array($0.utf8) }))
  }

  /// Makes a product with one stock record and gives its id.
  func create(_ title: String, price: String = "10.00", count: Int = 5) throws -> Int64 {
    let upc = freshUPC()
    let response = try call(
      "POST", "/admin/products/",
      """
      {"product_class":"\(fake == nil ? "book" : "things")","structure":"standalone","upc":"\(upc)",
      "title":"\(title)","slug":"thing","stockrecords":[{"partner_sku":"\(upc)",
      "price_currency":"EUR","price":"\(price)","num_in_stock":\(count),
      "partner":"\(url)/admin/partners/1/"}]}
      """)
    try #require(response.status == 201, "\(response.text)")
    let id = try #require(try JSON.parse(response.body).value["id"]?.integer)
    made.append(id)
    return id
  }

  func body(_ id: Int64) throws -> Tape {
    try JSON.parse(try call("GET", "/admin/products/\(id)/").body)
  }

  func stamp(_ id: Int64) throws -> String {
    try #require(try body(id).value["date_updated"]?.string)
  }

  func change(_ id: Int64, _ json: String) throws {
    let response = try call("PATCH", "/admin/products/\(id)/", json)
    try #require(response.status == 200, "\(response.text)")
  }

  func changeStock(_ id: Int64, _ json: String) throws {
    let row = try #require(try body(id).value["stockrecords"]?.children.first)
    let path = try #require(row["url"]?.string)
    let response = try call("PATCH", String(path.dropFirst(url.count)), json)
    try #require(response.status == 200, "\(response.text)")
  }

  func delete(_ id: Int64) throws {
    try #require(try call("DELETE", "/admin/products/\(id)/").status == 204)
  }

  // MARK: The connector

  /// The class of products that every shop here has.
  var productClass: String { fake == nil ? "book" : "things" }

  /// A connector, to the shop itself or by way of a proxy.
  func connector(by proxy: LossyProxy? = nil, token: String? = nil) -> OscarConnector {
    OscarConnector(
      url: proxy.map { $0.url + "/api" } ?? url, token: token ?? self.token,
      configuration: configuration, time: time, random: SeededRandom(seed: 1))
  }

  /// A proxy before the shop.
  func proxy() throws -> LossyProxy { try LossyProxy(origin: String(url.dropLast(4))) }

  /// A UPC that no product has.
  func freshUPC() -> String { "T" + SystemRandom().sortableID(at: SystemTime().now) }

  /// Deletes a product at the end of the test.
  func adopt(_ id: Int64) { made.append(id) }

  // MARK: The mirror

  var mirrorPath: String { "\(folder.path)/oscar.sqlite" }

  @discardableResult
  func pull(token: String? = nil) throws -> PullReport {
    let mirror = try MirrorStore(path: mirrorPath, tenant: "demo")
    var options = Pull.Options()
    options.allowsShrink = true
    let connector = OscarConnector(
      url: url, token: token ?? self.token, configuration: configuration, time: time,
      random: SeededRandom(seed: 1))
    return try Pull(
      source: connector, mirror: mirror, connector: "oscar", options: options, time: time,
      random: SeededRandom(seed: 2)
    ).run()
  }

  /// One column of one row of the mirror.
  func value(_ sql: String) throws -> String? {
    guard let value = try MirrorQuery(path: mirrorPath).run(sql).rows.first?.first else {
      return nil
    }
    switch value {
    case .text(let text): return text
    case .integer(let number): return "\(number)"
    default: return nil
    }
  }

  func json(_ type: ResourceType, _ id: String) throws -> Tape? {
    try MirrorReader(path: mirrorPath).json(of: type, id).map { try JSON.parse($0) }
  }

  func attribute(_ type: ResourceType, _ id: String, _ name: String) throws -> TapeValue? {
    try json(type, id)?.value["attributes"]?[name]
  }

  func count(_ type: ResourceType) throws -> Int {
    try MirrorReader(path: mirrorPath).counts()[type] ?? 0
  }

  /// Ids of all products of the shop, by one request that no paging disturbs.
  func shopIDs() throws -> Set<Int64> {
    let tape = try JSON.parse(try call("GET", "/products/?limit=1000000").body)
    return Set((tape.value["results"]?.children ?? []).compactMap { $0["id"]?.integer })
  }

  /// Checks that the mirror has exactly the shop's products, in whichever type they belong.
  func expectSameProducts(sourceLocation: SourceLocation = #_sourceLocation) throws {
    var mirrored: Set<Int64> = []
    let rows = try MirrorQuery(path: mirrorPath).run(
      "SELECT id FROM record WHERE type IN ('product', 'variant')"
    ).rows
    for row in rows {
      if case .text(let id) = row[0], let number = Int64(id.dropFirst(8)) {
        mirrored.insert(number)
      }
    }
    #expect(mirrored == (try shopIDs()), sourceLocation: sourceLocation)
  }

  func figures(_ report: PullReport, _ type: ResourceType) -> [Int] {
    guard let stream = report.streams.first(where: { $0.type == type }) else { return [] }
    return [stream.inserted, stream.updated, stream.deleted]
  }
}
