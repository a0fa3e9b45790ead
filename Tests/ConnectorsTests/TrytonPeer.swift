import Bytes
import Connectors
import Contract
import Formats
import HTTPClient
import LocalMirror
import Machine
import Support
import Sync
import Testing

/// A Tryton to test against: the fake one of this folder, or a real one whose address, user and
/// REST key are in `TRUMEAU_TRYTON_URL`, `TRUMEAU_TRYTON_TOKEN` and `TRUMEAU_TRYTON_KEY`.
enum TrytonKind: String, CaseIterable, CustomTestStringConvertible {
  case fake, real

  var testDescription: String { rawValue }

  static var present: [TrytonKind] {
    Environment.value("TRUMEAU_TRYTON_URL") == nil ? [.fake] : [.fake, .real]
  }
}

/// A server, what somebody else does in it, and a mirror of it.
final class TrytonPeer: Sendable {
  let url: String
  let token: String
  let fake: FakeTryton?
  let folder: ScratchFolder
  let time = FixedTime(Instant(seconds: 1_790_000_000))
  /// The other client: it signs in anew for each call.
  private let http = HTTPClient()

  init(_ kind: TrytonKind = .fake) throws {
    folder = try ScratchFolder()
    switch kind {
    case .fake:
      let fake = try FakeTryton()
      (self.fake, url, token) = (fake, fake.url, "admin:tpass")
    case .real:
      fake = nil
      url = try #require(Environment.value("TRUMEAU_TRYTON_URL"))
      token = try #require(Environment.value("TRUMEAU_TRYTON_TOKEN"))
    }
  }

  static var configuration: TrytonConnector.Configuration {
    var configuration = TrytonConnector.Configuration()
    configuration.database = "shop"
    return configuration
  }

  /// A connector, to the server itself or by way of a proxy.
  func connector(by proxy: LossyProxy? = nil, token: String? = nil) -> TrytonConnector {
    TrytonConnector(
      url: proxy?.url ?? url, token: token ?? self.token, configuration: Self.configuration,
      time: time, random: SeededRandom(seed: 1))
  }

  func proxy() throws -> LossyProxy { try LossyProxy(origin: url) }

  // MARK: What somebody else does

  /// Calls a method as another client, and gives its result.
  @discardableResult
  func call(_ method: String, _ params: String) throws -> TapeValue {
    let login = try post(
      #"{"id":1,"method":"common.db.login","params":["admin",{"password":"tpass"},"en"]}"#, nil)
    let key = try #require(try JSON.parse(login.body).value["result"]?.children[1].string)
    let ticket = Self.base64("admin:1:\(key)")
    let response = try post(
      #"{"id":1,"method":"model.\#(method)","params":\#(params)}"#, "Session \(ticket)")
    let tape = try JSON.parse(response.body)
    return try #require(tape.value["result"], "\(response.text)")
  }

  private func post(_ body: String, _ authorization: String?) throws -> HTTPResponse {
    var headers: HTTPHeaders = ["Content-Type": "application/json"]
    if let authorization { headers.set("Authorization", authorization) }
    return try http.send(
      HTTPRequest("POST", "\(url)/shop/rpc/", headers: headers, body: Array(body.utf8)))
  }

  /// Base64 with padding; the last two letters of the alphabet tell its two forms apart.
  static func base64(_ text: String, endingIn end: String = "+/") -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + end)
    let bytes = Array(text.utf8)
    var coded = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = Array(bytes[start..<min(start + 3, bytes.count)])
      let group = (0..<3).reduce(0) { $0 << 8 | ($1 < part.count ? Int(part[$1]) : 0) }
      for place in 0..<4 {
        coded.append(place <= part.count ? letters[group >> (18 - 6 * place) & 63] : "=")
      }
    }
    return coded
  }

  /// Makes a product with one variant, and gives the keys of both.
  func create(_ name: String, price: String = "10.00") throws -> (template: Int64, product: Int64) {
    let made = try call(
      "product.template.create",
      """
      [[{"name":"\(name)","code":"\(freshCode())","type":"goods","default_uom":1,"salable":true,\
      "sale_uom":1,"list_price":{"__class__":"Decimal","decimal":"\(price)"},\
      "products":[["create",[{}]]]}],{"company":1}]
      """)
    let template = try #require(made.children.first?.integer)
    let rows = try call(
      "product.product.search_read",
      #"[[["template","=",\#(template)]],0,5,[["id","ASC"]],["template"],{"company":1}]"#)
    return (template, try #require(rows.children.first?["id"]?.integer))
  }

  func freshCode() -> String { "T" + SystemRandom().sortableID(at: SystemTime().now) }

  func change(_ template: Int64, _ values: String) throws {
    try call("product.template.write", #"[[\#(template)],\#(values),{"company":1}]"#)
  }

  func changeProduct(_ product: Int64, _ values: String) throws {
    try call("product.product.write", #"[[\#(product)],\#(values),{"company":1}]"#)
  }

  func delete(_ template: Int64) throws {
    try call("product.template.delete", #"[[\#(template)],{"company":1}]"#)
  }

  // MARK: Records

  func product(_ template: Int64) throws -> SourceRecord {
    try #require(try connector().record(.product, "try_prd_\(template)"))
  }

  func price(_ keys: (template: Int64, product: Int64)) throws -> SourceRecord {
    try #require(
      try connector().record(.price, "try_prc_EUR_\(keys.template)_\(keys.product)"))
  }

  func level(_ keys: (template: Int64, product: Int64)) throws -> SourceRecord {
    try #require(try connector().record(.inventoryLevel, "try_inv_\(keys.product)_5"))
  }

  func rename(_ template: Int64, _ title: String, _ name: String) throws -> Mutation {
    .update(name, try product(template), ["title": .text(title)])
  }

  // MARK: The mirror

  var mirrorPath: String { "\(folder.path)/tryton.sqlite" }

  @discardableResult
  func pull() throws -> PullReport {
    let mirror = try MirrorStore(path: mirrorPath, tenant: "demo")
    var options = Pull.Options()
    options.allowsShrink = true
    return try Pull(
      source: connector(), mirror: mirror, connector: "tryton", options: options, time: time,
      random: SeededRandom(seed: 2)
    ).run()
  }

  func attribute(_ type: ResourceType, _ id: String, _ name: String) throws -> TapeValue? {
    try MirrorReader(path: mirrorPath).json(of: type, id).map { try JSON.parse($0) }?
      .value["attributes"]?[name]
  }

  func figures(_ report: PullReport, _ type: ResourceType) -> [Int] {
    guard let stream = report.streams.first(where: { $0.type == type }) else { return [] }
    return [stream.inserted, stream.updated, stream.deleted]
  }
}
