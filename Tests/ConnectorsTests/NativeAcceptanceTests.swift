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
import Synchronization
import Testing

/// The reading rows of the acceptance table in the commerce API's section 4, for the contract's own
/// server: each test provokes the trap on a real socket and looks at the mirror.
@Suite("What the commerce API does for a client", .serialized)
struct NativeAcceptanceTests {
  @Test("a first pull brings everything and proves it, the next one nothing")
  func whole() throws {
    let shop = try NativePeer(products: 30)
    let report = try shop.pull()
    #expect(report.isComplete)
    #expect(report.faults == [])
    #expect(try shop.count(.product) == 30)
    #expect(report.received == 123)
    let again = try shop.pull()
    #expect(again.kind == .changes)
    #expect(!again.hasChanges)
    #expect(again.isComplete)
  }

  @Test("an unknown updated-since is refused, so nobody can rely on it")
  func updatedSince() throws {
    let shop = try NativePeer()
    #expect(try shop.call("GET", "/products?updated_since=2099-01-01").status == 400)
    try shop.pull()
    try shop.change("/products/prd_1", #"{"title":"Changed"}"#)
    #expect(shop.figures(try shop.pull(), .product) == [0, 1, 0])
    #expect(try shop.attribute(.product, "prd_1", "title")?.string == "Changed")
  }

  @Test("a price change that moves no stamp of the product is seen")
  func price() throws {
    let shop = try NativePeer()
    try shop.pull()
    let before = try shop.read("/products/prd_1")["updated_at"]?.string
    shop.clock.sleep(milliseconds: 5_000)
    try shop.change("/prices/prc_1", #"{"amount":1234}"#)
    #expect(try shop.read("/products/prd_1")["updated_at"]?.string == before)
    #expect(shop.figures(try shop.pull(), .price) == [0, 1, 0])
    #expect(try shop.attribute(.price, "prc_1", "amount")?.integer == 1234)
  }

  @Test("a stock change that moves no stamp of the product is seen")
  func stock() throws {
    let shop = try NativePeer()
    try shop.pull()
    try shop.change("/inventory_levels/inv_1", #"{"available":2}"#)
    #expect(shop.figures(try shop.pull(), .inventoryLevel) == [0, 1, 0])
    #expect(try shop.attribute(.inventoryLevel, "inv_1", "available")?.integer == 2)
  }

  @Test("a withdrawn product and a changed collection are seen")
  func listing() throws {
    let shop = try NativePeer()
    try shop.pull()
    try shop.change("/products/prd_1", #"{"status":"draft"}"#)
    try shop.change("/collections/col", #"{"products":["prd_0","prd_2"]}"#)
    let report = try shop.pull()
    #expect(report.isComplete)
    #expect(try shop.attribute(.product, "prd_1", "status")?.string == "draft")
    #expect(try shop.attribute(.collection, "col", "products")?.count == 2)
  }

  @Test("a write that changes nothing is no change")
  func noOp() throws {
    let shop = try NativePeer()
    try shop.pull()
    shop.clock.sleep(milliseconds: 5_000)
    try shop.change("/products/prd_1", #"{"title":"Thing 1"}"#)
    let report = try shop.pull()
    #expect(!report.hasChanges)
    #expect(report.isComplete)
  }

  @Test("changes while a snapshot is read are neither lost nor doubled")
  func changesWhileReading() throws {
    let shop = try NativePeer(products: 60)
    let source = WatchedSource(shop.connector(page: 20)) { [shop] page in
      switch page {
      case 2: try shop.change("/products/prd_0", #"{"title":"Early and late"}"#)
      case 4: try shop.delete("/prices/prc_1")
      case 5: try shop.change("/products/prd_59", #"{"title":"Late"}"#)
      default: break
      }
    }
    let report = try shop.pull(source)
    #expect(report.isComplete)
    #expect(try shop.attribute(.product, "prd_0", "title")?.string == "Early and late")
    #expect(try shop.attribute(.product, "prd_59", "title")?.string == "Late")
    #expect(try shop.attribute(.price, "prc_1", "amount") == nil)
    #expect(try shop.count(.product) == 60)
  }

  @Test("a pull that is killed at any page goes on there by Range", arguments: [0, 1, 5, 11])
  func killed(page: Int) throws {
    let shop = try NativePeer(products: 60)
    #expect(throws: WatchedSource.Killed.self) {
      try shop.pull(
        WatchedSource(shop.connector(page: 20)) { if $0 == page { throw WatchedSource.Killed() } })
    }
    let report = try shop.pull(shop.connector(page: 20))
    #expect(report.wasResumed == (page > 0))
    #expect(report.received == 243 - page * 20)
    #expect(report.isComplete)
  }

  @Test("a deletion comes as a tombstone")
  func deletion() throws {
    let shop = try NativePeer()
    try shop.pull()
    try shop.delete("/prices/prc_1")
    #expect(shop.figures(try shop.pull(), .price) == [0, 0, 1])
    #expect(try shop.attribute(.price, "prc_1", "amount") == nil)
  }

  @Test("two changes at the same instant of the server's clock are both seen")
  func sameInstant() throws {
    let shop = try NativePeer()
    try shop.change("/products/prd_1", #"{"title":"Two"}"#)
    try shop.pull()
    let before = try shop.read("/products/prd_1")["updated_at"]?.string
    try shop.change("/products/prd_1", #"{"title":"Three"}"#)
    #expect(try shop.read("/products/prd_1")["updated_at"]?.string == before, "the trap")
    #expect(shop.figures(try shop.pull(), .product) == [0, 1, 0])
    #expect(try shop.attribute(.product, "prd_1", "title")?.string == "Three")
  }

  @Test("an amount with a fraction is refused by the server")
  func fraction() throws {
    let shop = try NativePeer()
    let etag = try #require(try shop.read("/prices/prc_1")["etag"]?.string)
    let answer = try shop.call(
      "PATCH", "/prices/prc_1", #"{"attributes":{"amount":12.5}}"#, ifMatch: etag)
    #expect(answer.status == 422)
  }

  @Test("a wrong token stops the pull and touches nothing")
  func wrongToken() throws {
    let shop = try NativePeer()
    try shop.pull()
    let error = #expect(throws: PullError.self) { try shop.pull(shop.connector(token: "trm_no")) }
    #expect(error?.code == .unauthenticated)
    #expect(error?.message.contains("trm_no") == false)
    #expect(try shop.count(.product) == 5)
  }

  @Test("a cursor that the server no longer knows leads to a full reading")
  func expired() throws {
    let shop = try NativePeer(products: 30)
    try shop.pull()
    try shop.delete("/prices/prc_1")
    shop.clock.sleep(milliseconds: 200 * 86_400_000)
    try shop.store.compact()
    let report = try shop.pull()
    #expect(report.kind == .full)
    #expect(report.isComplete)
    #expect(try shop.attribute(.price, "prc_1", "amount") == nil)
  }

  @Test("every write is guarded and every change has a signal, as the capabilities say")
  func capabilities() throws {
    let shop = try NativePeer()
    #expect(try shop.call("PATCH", "/products/prd_1", #"{"attributes":{}}"#).status == 428)
    #expect(
      try shop.call("PATCH", "/products/prd_1", #"{"attributes":{}}"#, ifMatch: "\"old\"").status
        == 412)
    let table = try shop.connector().describe().capabilities
    for type in ResourceType.allCases {
      #expect(table.of(type).guard == .version)
      #expect(table.of(type).signal == .feed)
      #expect(table.of(type).deletions == .tombstones)
    }
    let stock = table.of(.inventoryLevel, field: "available")
    #expect(stock.guard == .compareAndSet && stock.hasDelta)
  }
}

/// What a proxy, a broken server or a newer one may put in the way.
@Suite("The native connector and answers that break the contract")
struct NativeFailureTests {
  private static let discovery = """
    {"api_versions":["2026-11-01"],"server_id":"s","epoch":"e","tenant":"demo","scope":"x",
    "capabilities":{"types":["price"],"page_max":1000}}
    """

  private func pull(_ script: @escaping @Sendable (ScriptedRequest) -> ScriptedAnswer) throws
    -> (PullReport, [QuarantinedRecord])
  {
    let server = try ScriptedServer(script)
    defer { server.stop() }
    let folder = try ScratchFolder()
    let mirror = try MirrorStore(path: "\(folder.path)/m.sqlite", tenant: "demo")
    let time = FixedTime(Instant(seconds: 1_790_000_000))
    let report = try Pull(
      source: NativeConnector(url: server.url, token: "t", time: time), mirror: mirror,
      connector: "native", time: time, random: SeededRandom(seed: 3)
    ).run()
    return (report, try mirror.quarantine())
  }

  private static func html(_ status: Int) -> ScriptedAnswer {
    .reply(
      status, headers: [("Content-Type", "text/html")],
      body: Array("<html><title>Bad Gateway</title></html>".utf8))
  }

  @Test("an HTML error page is waited out, and then reported by its title")
  func htmlError() {
    let error = #expect(throws: PullError.self) { try pull { _ in Self.html(502) } }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("an HTML page titled “Bad Gateway”") == true)
  }

  @Test("an HTML page with status 200 is not taken for data")
  func htmlSuccess() {
    let error = #expect(throws: PullError.self) { try pull { _ in Self.html(200) } }
    #expect(error?.code == .malformed)
  }

  @Test("money as a JSON fraction, a wrong hash and a line that is no JSON go to quarantine")
  func quarantined() throws {
    let envelope =
      #""version":1,"etag":"\"1\"","seq":1,"created_at":"2026-01-01T00:00:00Z","#
      + #""updated_at":"2026-01-01T00:00:00Z","content_hash":"sha256:00","#
    let lines = """
      {"type":"price","id":"float",\(envelope)"attributes":{"amount":12.50,"currency":"EUR"},"links":{"variant":"v","price_list":"p"}}
      {"type":"price","id":"hash",\(envelope)"attributes":{"amount":1250,"currency":"EUR"},"links":{"variant":"v","price_list":"p"}}
      {"type":"hologram","id":"new",\(envelope)"attributes":{}}
      {"type":"price

      """
    let (_, kept) = try pull { request in
      switch request.path {
      case ContractVersion.discoveryPath: return .json(Self.discovery)
      case "\(ContractVersion.root)/snapshot":
        return .reply(
          200, headers: [("ETag", "\"s\""), ("Commerce-Cursor", "c")], body: Array(lines.utf8))
      case "\(ContractVersion.root)/changes":
        return .json(
          #"{"changes":[],"cursor":"c","has_more":false,"head":1,"watermark":1,"epoch":"e"}"#)
      default:
        return Self.digest(of: request.query("type") == "price" ? ["float", "hash"] : [], request)
      }
    }
    #expect(Set(kept.map(\.type)) == ["price", "hologram", ""])
    #expect(kept.count == 4)
    let float = kept.first { $0.id == "float" }
    #expect(float.map { String(decoding: $0.body, as: UTF8.self).contains("12.50") } == true)
  }

  /// What the server says of a stream that holds these ids.
  private static func digest(of ids: [String], _ request: ScriptedRequest) -> ScriptedAnswer {
    if let bucket = request.query("bucket") {
      let rows = ids.filter { String(DigestAccumulator.bucket(of: $0)) == bucket }
        .map { #"{"id":"\#($0)","content_hash":"sha256:00"}"# }
      return .json(#"{"bucket":\#(bucket),"records":[\#(rows.joined(separator: ","))]}"#)
    }
    var held = DigestAccumulator()
    for id in ids { held.add(RecordIdentity(id: id, contentHash: "sha256:00")) }
    let rows = held.finish().map {
      #"{"bucket":\#($0.bucket),"count":\#($0.count),"hash":"\#($0.hash)"}"#
    }
    return .json(#"{"buckets":[\#(rows.joined(separator: ","))]}"#)
  }

  @Test("a snapshot cut in the middle goes on by Range with If-Range")
  func rangeAfterCut() throws {
    let asked = Mutex<[[String: String]]>([])
    let error = #expect(throws: PullError.self) {
      try pull { request in
        switch request.path {
        case ContractVersion.discoveryPath: return .json(Self.discovery)
        default:
          asked.withLock { $0.append(request.headers) }
          return .truncated(
            request.headers["range"] == nil ? 200 : 206,
            headers: [("ETag", "\"s\""), ("Commerce-Cursor", "c")], length: 1_000,
            body: Array("{\"type\":\"x\"}\n{\"ty".utf8))
        }
      }
    }
    #expect(error?.code == .unreachable)
    #expect(asked.withLock { $0.count } == 9)
  }
}
