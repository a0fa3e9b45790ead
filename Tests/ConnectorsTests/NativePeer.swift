import Bytes
import CommerceServer
import Connectors
import Contract
import Formats
import HTTPClient
import LocalMirror
import Machine
import Support
import Sync
import Testing

/// The reference server on a real socket, what a merchant does in it, and a mirror of it.
final class NativePeer: Sendable {
  let folder: ScratchFolder
  let store: CommerceStore
  let server: CommerceServer
  let clock = FixedTime(Instant(seconds: 1_790_000_000))
  let token: String
  let time = FixedTime(Instant(seconds: 1_790_000_000))
  private let http = HTTPClient()

  /// Starts a shop of `products` products, each with a variant, a price and a stock level.
  init(products: Int = 5) throws {
    folder = try ScratchFolder()
    store = try CommerceStore.open(path: "\(folder.path)/shop.sqlite", clock: clock)
    token = try store.createToken(tenant: "demo", scopes: Set(Scope.allCases)).secret
    var lines = """
      {"type":"location","id":"loc","attributes":{"name":"Paris","country":"FR","time_zone":"Europe/Paris"}}
      {"type":"price_list","id":"pls","attributes":{"name":"EU","currency":"EUR","audience":"public","priority":0,"tax_included":true}}
      {"type":"collection","id":"col","attributes":{"handle":"all","title":"All","products":["prd_0"]}}

      """
    for number in 0..<products {
      lines += """
        {"type":"product","id":"prd_\(number)","attributes":{"handle":"thing-\(number)","title":"Thing \(number)","status":"active"}}
        {"type":"variant","id":"var_\(number)","attributes":{"sku":"S-\(number)","position":1},"links":{"product":"prd_\(number)"}}
        {"type":"price","id":"prc_\(number)","attributes":{"amount":1000,"currency":"EUR"},"links":{"variant":"var_\(number)","price_list":"pls"}}
        {"type":"inventory_level","id":"inv_\(number)","attributes":{"available":5},"links":{"variant":"var_\(number)","location":"loc"}}

        """
    }
    _ = try store.seed(tenant: "demo", lines: lines)
    server = try CommerceServer.start(store: store)
  }

  deinit { server.stop(withinSeconds: 1) }

  // MARK: What a merchant does

  func call(_ method: String, _ path: String, _ body: String? = nil, ifMatch: String? = nil) throws
    -> HTTPResponse
  {
    var headers: HTTPHeaders = ["Authorization": "Bearer \(token)"]
    if body != nil { headers.add("Content-Type", "application/merge-patch+json") }
    if let ifMatch { headers.add("If-Match", ifMatch) }
    return try http.send(
      HTTPRequest(
        method, server.baseURL + ContractVersion.root + path, headers: headers,
        body: body.map { Array($0.utf8) }))
  }

  func read(_ path: String) throws -> TapeValue {
    try JSON.parse(try call("GET", path).body).value
  }

  func change(_ path: String, _ attributes: String) throws {
    let etag = try #require(try read(path)["etag"]?.string)
    let response = try call("PATCH", path, #"{"attributes":\#(attributes)}"#, ifMatch: etag)
    try #require(response.head.isSuccess, "\(response.text)")
  }

  func delete(_ path: String) throws {
    let etag = try #require(try read(path)["etag"]?.string)
    let response = try call("DELETE", path, ifMatch: etag)
    try #require(response.head.isSuccess, "\(response.text)")
  }

  // MARK: The mirror

  var mirrorPath: String { "\(folder.path)/mirror.sqlite" }

  func connector(token: String? = nil, page: Int = 1000, url: String? = nil) -> NativeConnector {
    NativeConnector(
      url: url ?? server.baseURL, token: token ?? self.token, snapshotPage: page, time: time,
      random: SeededRandom(seed: 1))
  }

  @discardableResult
  func pull(_ source: (any CatalogSource)? = nil) throws -> PullReport {
    let mirror = try MirrorStore(path: mirrorPath, tenant: "demo")
    return try Pull(
      source: source ?? connector(), mirror: mirror, connector: "native",
      time: time, random: SeededRandom(seed: 2)
    ).run()
  }

  func attribute(_ type: ResourceType, _ id: String, _ name: String) throws -> TapeValue? {
    let bytes = try MirrorReader(path: mirrorPath).json(of: type, id)
    return try bytes.map { try JSON.parse($0) }?.value["attributes"]?[name]
  }

  func count(_ type: ResourceType) throws -> Int {
    try MirrorReader(path: mirrorPath).counts()[type] ?? 0
  }

  func figures(_ report: PullReport, _ type: ResourceType) -> [Int] {
    guard let stream = report.streams.first(where: { $0.type == type }) else { return [] }
    return [stream.inserted, stream.updated, stream.deleted]
  }
}

/// Calls a closure before each page of a snapshot or feed; what it throws ends the pull like a kill.
final class WatchedSource: CatalogSource {
  struct Killed: Error {}
  let inner: NativeConnector
  let beforePage: @Sendable (Int) throws -> Void

  init(_ inner: NativeConnector, beforePage: @escaping @Sendable (Int) throws -> Void) {
    self.inner = inner
    self.beforePage = beforePage
  }

  func describe() throws(ConnectorError) -> SourceDescription { try inner.describe() }

  func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String {
    var count = 0
    return try inner.snapshot(resume: resume) { one in
      try beforePage(count)
      count += 1
      try page(one)
    }
  }

  func changes(from cursor: String, limit: Int, page: (SourcePage) throws -> Void) throws {
    try inner.changes(from: cursor, limit: limit, page: page)
  }

  func digest(of type: ResourceType) throws(ConnectorError) -> [DigestBucket] {
    try inner.digest(of: type)
  }

  func identities(of type: ResourceType, bucket: UInt8) throws(ConnectorError) -> [RecordIdentity] {
    try inner.identities(of: type, bucket: bucket)
  }

  func record(_ type: ResourceType, _ id: String) throws(ConnectorError) -> SourceRecord? {
    try inner.record(type, id)
  }
}
