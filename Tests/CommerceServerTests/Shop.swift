import Bytes
import CommerceServer
import Contract
import Formats
import HTTPServer
import Machine
import Support
import Testing

/// A small shop behind a running server, for one test.
final class Shop: Sendable {
  let folder: ScratchFolder
  let store: CommerceStore
  let clock = FixedTime(Instant(seconds: 1_790_000_000))
  let server: CommerceServer
  let token: String
  let tokenID: String

  /// Three records that most tests start from, and what they link to.
  static let lines = """
    {"type":"variant","id":"v1","attributes":{"sku":"MN-1","position":1},"links":{"product":"p1"}}
    {"type":"product","id":"p1","external_ref":"MH01","attributes":{"handle":"carre-90","title":"Carré 90","status":"active","tags":["silk"]}}
    {"type":"product","id":"p2","attributes":{"handle":"bag","title":"Bag","status":"active"}}
    {"type":"price_list","id":"l1","attributes":{"name":"EU","currency":"EUR","priority":0,"tax_included":true}}
    {"type":"price","id":"c1","attributes":{"amount":24000,"currency":"EUR"},"links":{"variant":"v1","price_list":"l1"}}
    {"type":"market","id":"m1","attributes":{"name":"EU","countries":["FR"],"currency":"EUR","locales":["en","fr"],"tax_included":true},"links":{"price_list":"l1"}}
    {"type":"collection","id":"k1","attributes":{"handle":"silk","title":"Silk","products":["p1","p2"]}}
    """

  init(
    lines: String = Shop.lines, scopes: Set<Scope> = Set(Scope.allCases),
    rate: Discovery.Rate? = nil, seesOnlyPublished: Bool = false, keyRetentionSeconds: Int? = nil
  ) throws {
    folder = try ScratchFolder()
    store = try CommerceStore.open(path: "\(folder.path)/api.sqlite", clock: clock)
    if !lines.isEmpty { try store.seed(tenant: "demo", lines: lines) }
    let made = try store.createToken(
      tenant: "demo", scopes: scopes, name: "test", seesOnlyPublished: seesOnlyPublished)
    token = made.secret
    tokenID = made.token.id
    var configuration = CommerceServer.Configuration()
    if let rate { configuration.rate = rate }
    if let keyRetentionSeconds { configuration.keyRetentionSeconds = keyRetentionSeconds }
    server = try CommerceServer(store: store, configuration)
  }

  deinit { server.stop(withinSeconds: 0) }

  func get(_ path: String, _ headers: String..., token: String?? = .none) throws -> Answer {
    try send("GET", path, headers, token: token)
  }

  func send(
    _ method: String, _ path: String, _ headers: [String] = [], body: String = "",
    token: String?? = .none
  ) throws -> Answer {
    let target = path.hasPrefix("/") ? path : "\(ContractVersion.root)/\(path)"
    var lines = ["\(method) \(target) HTTP/1.1", "Host: shop", "Connection: close"] + headers
    let secret: String? =
      switch token {
      case .none: self.token
      case .some(let given): given
      }
    if let secret { lines.append("Authorization: Bearer \(secret)") }
    if !body.isEmpty {
      lines.append("Content-Length: \(body.utf8.count)")
      if !headers.contains(where: { $0.hasPrefix("Content-Type") }) {
        lines.append("Content-Type: application/json")
      }
    }
    let text = lines.joined(separator: "\r\n") + "\r\n\r\n" + body
    return try #require(WireClient(port: server.port).send(text))
  }

  /// Creates a record, by default under a key that no other request has.
  func create(_ path: String, _ body: String, key: String? = nil) throws -> Answer {
    let key = key ?? "key-\(Hex.encode(SystemRandom().bytes(8)))"
    return try send("POST", path, ["Idempotency-Key: \(key)"], body: body)
  }

  /// Creates or overwrites by the name that another system gives.
  func put(_ path: String, _ body: String, _ headers: String...) throws -> Answer {
    try send("PUT", path, headers, body: body)
  }

  func post(_ path: String, _ body: String, key: String? = nil) throws -> Answer {
    try send("POST", path, key.map { ["Idempotency-Key: \($0)"] } ?? [], body: body)
  }

  func patch(_ path: String, _ body: String, etag: String) throws -> Answer {
    try send("PATCH", path, ["If-Match: \(etag)"], body: body)
  }

  func delete(_ path: String, etag: String) throws -> Answer {
    try send("DELETE", path, ["If-Match: \(etag)"])
  }

  /// The rows of the feed after a cursor: `upsert product p1` and so on.
  func feed(_ cursor: String? = nil, _ more: String = "") throws -> (rows: [String], cursor: String)
  {
    let query = cursor.map { "?cursor=\($0)\(more)" } ?? (more.isEmpty ? "" : "?\(more)")
    let page = try get("changes\(query)").json()
    let rows = page["changes"]?.children.map { row in
      [row["op"], row["type"], row["id"]].map { $0?.string ?? "?" }.joined(separator: " ")
    }
    return (rows ?? [], page["cursor"]?.string ?? "")
  }
}

/// What came back.
struct Answer {
  let status: Int
  let head: String
  let body: String

  func header(_ name: String) -> String? {
    for line in head.split(separator: "\r\n") {
      let halves = line.split(separator: ":", maxSplits: 1)
      if halves.count == 2, halves[0].lowercased() == name.lowercased() {
        return String(halves[1].drop { $0 == " " })
      }
    }
    return nil
  }

  func json() throws -> TapeValue { try JSON.parse(body).value }

  /// The code of the problem document, checked to be one.
  func problem() throws -> ProblemCode? {
    #expect(header("Content-Type") == Problem.contentType)
    let problem = try #require(Problem(json()))
    #expect(problem.status == status)
    #expect(problem.requestID == header("Request-Id"))
    return problem.code
  }
}
