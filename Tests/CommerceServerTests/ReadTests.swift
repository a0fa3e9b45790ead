import Bytes
import CommerceServer
import Contract
import Formats
import Machine
import Support
import Testing

@Suite("Reading, tokens and limits")
struct ReadTests {
  private func ids(_ answer: Answer, _ member: String = "data") throws -> [String] {
    try answer.json()[member]?.children.compactMap { $0["id"]?.string } ?? []
  }

  // MARK: Lists and records

  @Test("a list comes in pages of its limit, in order of id, linked to each other")
  func pages() throws {
    let shop = try Shop()
    let first = try shop.get("products?limit=1")
    #expect(try ids(first) == ["p1"])
    let link = try #require(first.header("Link"))
    let next = String(link.dropFirst().prefix { $0 != ">" })
    let second = try shop.get(next)
    #expect(try ids(second) == ["p2"])
    #expect(second.header("Link") == nil)
    #expect(try second.json()["has_more"]?.boolean == false)
  }

  @Test("a list can be filtered by the time of the last write, in order of it")
  func since() throws {
    let shop = try Shop()
    shop.clock.sleep(milliseconds: 1000)
    _ = try shop.patch("products/p1", #"{"attributes":{"title":"New"}}"#, etag: "\"prd-1\"")
    let time = shop.clock.now.rfc3339
    #expect(try ids(shop.get("products?filter[updated_at][gte]=\(time)")) == ["p1"])
    #expect(try ids(shop.get("products?filter[updated_at][lt]=\(time)")) == ["p2"])
  }

  @Test("a list can be filtered by handle, SKU, external reference and parent")
  func filters() throws {
    let shop = try Shop()
    #expect(try ids(shop.get("products?filter[handle]=bag")) == ["p2"])
    #expect(try ids(shop.get("variants?filter[sku]=MN-1")) == ["v1"])
    #expect(try ids(shop.get("products?filter[external_ref]=MH01")) == ["p1"])
    #expect(try ids(shop.get("prices?filter[parent]=v1")) == ["c1"])
    #expect(try ids(shop.get("prices?filter[parent]=v2")) == [])
  }

  @Test("fields choose attributes, include sends parts along")
  func fieldsAndInclude() throws {
    let shop = try Shop()
    let answer = try shop.get("products?include=variants,prices&fields[product]=title")
    #expect(try ids(answer, "included") == ["v1", "c1"])
    let names = try answer.json()["data"]?.children.first?["attributes"]?.members.map(\.name)
    #expect(names == ["title"])
  }

  @Test("a record is found by its external reference")
  func externalReference() throws {
    let shop = try Shop()
    #expect(try shop.get("products/by-external-ref/MH01").json()["id"]?.string == "p1")
    #expect(try shop.get("products/by-external-ref/none").problem() == .notFound)
  }

  @Test("a known tag is a 304")
  func notModified() throws {
    let shop = try Shop()
    #expect(try shop.get("products/p1", "If-None-Match: \"prd-1\"").status == 304)
    #expect(try shop.get("products/p1", "If-None-Match: \"prd-2\"").status == 200)
  }

  @Test(
    "an unknown or malformed parameter is a 400",
    arguments: [
      ("products?colour=red", ProblemCode.unknownParameter),
      ("products?limit=0", .invalidParameter), ("products?limit=1001", .invalidParameter),
      ("products?limit=ten", .invalidParameter), ("products?limit=1&limit=2", .invalidParameter),
      ("products?limit=-1", .invalidParameter), ("products?cursor=x", .invalidCursor),
      ("products?filter[updated_at][gte]=yesterday", .invalidParameter),
      ("products?filter[price][gte]=1", .unknownParameter),
      ("products?fields[product]=colour", .invalidParameter),
      ("products?include=colours", .invalidParameter), ("products?limit=%zz", .malformedRequest),
      ("products/p1?limit=1", .unknownParameter), ("digest", .invalidParameter),
      ("digest?type=spaceship", .invalidParameter),
      ("digest?type=product&bucket=256", .invalidParameter),
      ("changes?types=spaceship", .invalidParameter), ("changes?wait=31", .invalidParameter),
      ("products/%ff", .malformedRequest),
    ])
  func parameters(_ path: String, _ code: ProblemCode) throws {
    let answer = try Shop().get(path)
    #expect(answer.status == 400)
    #expect(try answer.problem() == code)
  }

  @Test(
    "an unknown address is a 404",
    arguments: [
      "/", "/v/2026-11-01", "/v/2020-01-01/products", "options", "orders", "products/p1/x",
      "products/",
    ])
  func unknown(_ path: String) throws {
    let answer = try Shop().get(path)
    #expect(answer.status == 404)
    #expect(try answer.problem() == .notFound)
  }

  @Test("a wrong method is a 405 that names the right ones")
  func method() throws {
    let answer = try Shop().send("PUT", "products/p1")
    #expect(answer.status == 405)
    #expect(try answer.problem() == .methodNotAllowed)
    #expect(answer.header("Allow") == "GET, HEAD, PATCH, DELETE")
  }

  @Test("HEAD says what GET says, without the body")
  func head() throws {
    let shop = try Shop()
    let answer = try shop.send("HEAD", "products/p1")
    #expect(answer.status == 200 && answer.body == "")
    #expect(answer.header("ETag") == "\"prd-1\"")
  }

  // MARK: Tokens

  @Test("no token is a 401 with WWW-Authenticate")
  func noToken() throws {
    let answer = try Shop().get("products", token: .some(nil))
    #expect(answer.status == 401)
    #expect(try answer.problem() == .unauthenticated)
    #expect(answer.header("WWW-Authenticate")?.hasPrefix("Bearer") == true)
  }

  @Test(
    "a wrong token is a 401, never taken for nobody",
    arguments: ["products", "/.well-known/commerce-sync"])
  func wrongToken(_ path: String) throws {
    #expect(try Shop().get(path, token: "trm_wrong").problem() == .unauthenticated)
  }

  @Test("an expired token is a 401 of its own")
  func expired() throws {
    let shop = try Shop()
    let made = try shop.store.createToken(
      tenant: "demo", scopes: [.catalogRead], expires: shop.clock.now.adding(seconds: 10))
    #expect(try shop.get("products", token: made.secret).status == 200)
    shop.clock.sleep(milliseconds: 11_000)
    #expect(try shop.get("products", token: made.secret).problem() == .tokenExpired)
  }

  @Test("a revoked token is a 401 at once")
  func revoked() throws {
    let shop = try Shop()
    try shop.store.revokeToken(id: shop.tokenID)
    #expect(try shop.get("products").problem() == .unauthenticated)
    #expect(try shop.store.token(holding: shop.token) == nil)
  }

  @Test("the file holds no secret")
  func hashed() throws {
    let shop = try Shop()
    for name in try Files.list(shop.folder.path) where name.hasPrefix("api.sqlite") {
      let path = "\(shop.folder.path)/\(name)"
      guard !Files.isFolder(path) else { continue }
      let text = String(decoding: try Files.read(path), as: UTF8.self)
      #expect(!text.contains(shop.token))
    }
  }

  @Test("a scope that is missing is a 403 that names it")
  func scope() throws {
    let shop = try Shop(scopes: [.catalogRead])
    let answer = try shop.get("prices")
    #expect(answer.status == 403)
    #expect(try answer.problem() == .missingScope)
    #expect(answer.body.contains("pricing:read"))
    #expect(try shop.create("locations", "{}").problem() == .missingScope)
  }

  // MARK: What is published

  @Test("who sees only what is published sees no draft and no part of one")
  func published() throws {
    let lines = Shop.lines.replacing(
      #""title":"Carré 90","status":"active""#, with: #""title":"Carré 90","status":"draft""#)
    let shop = try Shop(lines: lines, seesOnlyPublished: true)
    #expect(try ids(shop.get("products")) == ["p2"])
    #expect(try shop.get("variants/v1").status == 404)
    #expect(try shop.get("snapshot").header("Commerce-Record-Count") == "4")
  }

  @Test("a product that is withdrawn is gone with its parts, and comes back with them")
  func withdrawn() throws {
    let shop = try Shop(seesOnlyPublished: true)
    let editor = try shop.store.createToken(tenant: "demo", scopes: Set(Scope.allCases)).secret
    let cursor = try shop.feed().cursor
    _ = try shop.send(
      "PATCH", "products/p1", ["If-Match: \"prd-1\""],
      body: #"{"attributes":{"status":"draft"}}"#, token: editor)
    let gone = try shop.feed(cursor)
    #expect(gone.rows == ["gone product p1", "gone variant v1", "gone price c1"])
    _ = try shop.send(
      "PATCH", "products/p1", ["If-Match: \"prd-2\""],
      body: #"{"attributes":{"status":"active"}}"#, token: editor)
    #expect(
      try shop.feed(gone.cursor).rows == [
        "upsert product p1", "upsert variant v1", "upsert price c1",
      ])
  }

  // MARK: Limits

  @Test("every answer says what is left, and too many requests are a 429 with Retry-After")
  func rate() throws {
    let shop = try Shop(rate: .init(burst: 2, perSecond: 1))
    #expect(try shop.get("products").header("RateLimit") == "\"default\";r=1;t=1")
    #expect(try shop.get("products").header("RateLimit-Policy") == "\"default\";q=2;w=2")
    let answer = try shop.get("products")
    #expect(answer.status == 429)
    #expect(try answer.problem() == .rateLimited)
    #expect(answer.header("Retry-After") == "1")
    shop.clock.sleep(milliseconds: 1000)
    #expect(try shop.get("products").status == 200)
  }

  // MARK: About the server

  @Test("discovery needs no token; with one it tells about the tenant")
  func discovery() throws {
    let shop = try Shop()
    let open = try Discovery(
      try shop.get("/.well-known/commerce-sync", token: .some(nil)).json())
    #expect(open.tenant == nil && open.locales.isEmpty)
    let known = try Discovery(try shop.get("/.well-known/commerce-sync").json())
    #expect(known.tenant == "demo" && known.locales == ["en", "fr"])
    #expect(known.serverID == shop.store.serverID && known.epoch == shop.store.epoch)
  }

  @Test("the OpenAPI document is public and names every type")
  func openAPI() throws {
    let answer = try Shop().get("openapi.json", token: .some(nil))
    let document = try answer.json()
    #expect(document["openapi"]?.string == "3.1.0")
    for type in ResourceType.allCases {
      #expect(document["paths"]?["\(ContractVersion.root)/\(type.path)"] != nil)
    }
    for path in ["batch", "inventory/commands", "products/{id}/actions"] {
      #expect(document["paths"]?["\(ContractVersion.root)/\(path)"]?["post"] != nil)
    }
  }

  @Test("the address of a problem tells what to do")
  func problemPage() throws {
    let answer = try Shop().get("/problems/stale-version", token: .some(nil))
    #expect(try answer.json()["remedy"]?.string == ProblemCode.staleVersion.remedy)
  }

  @Test("a store keeps its id, epoch and records when it is opened again")
  func reopened() throws {
    let shop = try Shop()
    let again = try CommerceStore.open(path: shop.store.path)
    #expect(again.serverID == shop.store.serverID && again.epoch == shop.store.epoch)
    #expect(try again.counts(tenant: "demo")[.product] == 2)
  }
}
