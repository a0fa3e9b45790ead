import Bytes
import CommerceServer
import Contract
import Formats
import Machine
import SQL
import Synchronization
import Testing

@Suite("Idempotency keys")
struct IdempotencyTests {
  private let location =
    #"{"attributes":{"name":"A","country":"FR","time_zone":"Europe/Paris"}}"#

  @Test("a creation without a key is a 428 that names the header")
  func required() throws {
    let answer = try Shop().post("locations", location)
    #expect(answer.status == 428)
    #expect(try answer.problem() == .preconditionRequired)
    let params = try answer.json()["errors"]?.children.first?["params"]
    #expect(params?["header"]?.string == "Idempotency-Key")
  }

  @Test("a creation that arrives twice happens once, and both get the same answer")
  func replay() throws {
    let shop = try Shop()
    let first = try shop.create("locations", location, key: "k1")
    let again = try shop.create("locations", location, key: "k1")
    #expect(first.status == 201 && again.status == 201)
    #expect(again.body == first.body)
    #expect(again.header("ETag") == first.header("ETag"))
    #expect(again.header("Location") == first.header("Location"))
    #expect(first.header("Idempotency-Replayed") == nil)
    #expect(again.header("Idempotency-Replayed") == "true")
    #expect(try shop.store.counts(tenant: "demo")[.location] == 1)
  }

  @Test("order of members and white space make no other request")
  func sameContent() throws {
    let shop = try Shop()
    _ = try shop.create("locations", location, key: "k1")
    let again = try shop.create(
      "locations",
      #"{ "attributes": {"time_zone":"Europe/Paris", "country":"FR", "name":"A"} }"#, key: "k1")
    #expect(again.header("Idempotency-Replayed") == "true")
  }

  @Test("another body under the same key is a 422")
  func mismatch() throws {
    let shop = try Shop()
    _ = try shop.create("locations", location, key: "k1")
    let answer = try shop.create(
      "locations", #"{"attributes":{"name":"B","country":"FR","time_zone":"Europe/Paris"}}"#,
      key: "k1")
    #expect(answer.status == 422)
    #expect(try answer.problem() == .idempotencyMismatch)
  }

  @Test("another path or another If-Match under the same key is a 422")
  func otherTarget() throws {
    let shop = try Shop()
    func rename(_ path: String, _ tag: String) throws -> Answer {
      try shop.send(
        "PATCH", path, ["If-Match: \(tag)", "Idempotency-Key: k"],
        body: #"{"attributes":{"title":"X"}}"#)
    }
    #expect(try rename("products/p1", "\"prd-1\"").status == 200)
    #expect(try rename("products/p1", "\"prd-1\"").header("Idempotency-Replayed") == "true")
    #expect(try rename("products/p2", "\"prd-1\"").problem() == .idempotencyMismatch)
    #expect(try rename("products/p1", "\"prd-2\"").problem() == .idempotencyMismatch)
  }

  @Test("a deletion that arrives twice answers twice that it is done")
  func deletion() throws {
    let shop = try Shop()
    for _ in 0..<2 {
      let answer = try shop.send(
        "DELETE", "collections/k1", ["If-Match: \"col-1\"", "Idempotency-Key: d"])
      #expect(answer.status == 204)
    }
    #expect(try shop.delete("collections/k1", etag: "\"col-1\"").status == 410)
  }

  @Test("a refusal is kept as it was, though the reason is gone")
  func refusal() throws {
    let shop = try Shop()
    let body = #"{"attributes":{"handle":"bag","title":"X","status":"active"}}"#
    let first = try shop.create("products", body, key: "k1")
    #expect(first.status == 409)
    _ = try shop.patch("products/p2", #"{"attributes":{"handle":"bag-2"}}"#, etag: "\"prd-1\"")
    let again = try shop.create("products", body, key: "k1")
    #expect(again.status == 409 && again.body == first.body)
    #expect(try shop.create("products", body, key: "k2").status == 201)
  }

  @Test("what is refused for the token's sake is not kept")
  func scope() throws {
    let shop = try Shop(scopes: [.catalogRead])
    #expect(try shop.create("locations", location, key: "k1").problem() == .missingScope)
    try shop.store.setScopes([.catalogWrite], ofToken: shop.tokenID)
    #expect(try shop.create("locations", location, key: "k1").status == 201)
  }

  @Test("what is refused for its rate is not kept")
  func rate() throws {
    let shop = try Shop(rate: .init(burst: 1, perSecond: 1))
    _ = try shop.get("products")
    #expect(try shop.create("locations", location, key: "k1").status == 429)
    shop.clock.sleep(milliseconds: 1000)
    let answer = try shop.create("locations", location, key: "k1")
    #expect(answer.status == 201 && answer.header("Idempotency-Replayed") == nil)
  }

  @Test("effect and answer are stored together or not at all")
  func oneTransaction() throws {
    let shop = try Shop()
    let database = try Database(shop.store.path)
    try database.execute(
      """
      CREATE TRIGGER failing BEFORE INSERT ON kept_answer
      BEGIN SELECT RAISE(ABORT, 'the answer cannot be kept'); END
      """)
    let cursor = try shop.feed().cursor
    #expect(try shop.create("locations", location, key: "k1").problem() == .internalError)
    #expect(try shop.feed(cursor).rows.isEmpty)
    // A failure of the server is nobody's answer.
    try database.execute("DROP TRIGGER failing")
    let answer = try shop.create("locations", location, key: "k1")
    #expect(answer.status == 201 && answer.header("Idempotency-Replayed") == nil)
    #expect(try shop.feed(cursor).rows.count == 1)
  }

  @Test("a key belongs to its token")
  func otherToken() throws {
    let shop = try Shop()
    let other = try shop.store.createToken(tenant: "demo", scopes: Set(Scope.allCases))
    let first = try shop.create("locations", location, key: "k1")
    let second = try shop.send(
      "POST", "locations", ["Idempotency-Key: k1"], body: location, token: other.secret)
    #expect(second.status == 201)
    #expect(second.body != first.body)
  }

  @Test("an answer is kept for its time and then forgotten")
  func retention() throws {
    let shop = try Shop(keyRetentionSeconds: 86_400)
    let first = try shop.create("locations", location, key: "k1")
    shop.clock.sleep(milliseconds: 86_399_000)
    #expect(try shop.create("locations", location, key: "k1").body == first.body)
    shop.clock.sleep(milliseconds: 2000)
    let later = try shop.create("locations", location, key: "k1")
    #expect(later.status == 201 && later.header("Idempotency-Replayed") == nil)
  }

  @Test("answers beyond their time leave the store with later writes")
  func pruned() throws {
    let shop = try Shop()
    for number in 0..<5 { _ = try shop.create("locations", location, key: "old-\(number)") }
    shop.clock.sleep(milliseconds: 86_401_000)
    for number in 0..<2 { _ = try shop.create("locations", location, key: "new-\(number)") }
    let database = try Database(shop.store.path, mode: .readOnly)
    #expect(try database.integer("SELECT count(*) FROM kept_answer") == 2)
  }

  @Test("answers beyond their time can be removed all at once")
  func forgotten() throws {
    let shop = try Shop()
    for number in 0..<5 { _ = try shop.create("locations", location, key: "old-\(number)") }
    shop.clock.sleep(milliseconds: 86_401_000)
    #expect(try shop.store.forgetAnswers(olderThanSeconds: 86_400) == 5)
  }

  @Test("another server on the same store knows the answer")
  func reopened() throws {
    let shop = try Shop()
    let first = try shop.create("locations", location, key: "k1")
    let store = try CommerceStore.open(path: shop.store.path, clock: shop.clock)
    let other = try CommerceServer(store: store)
    defer { other.stop(withinSeconds: 0) }
    let head = [
      "POST \(ContractVersion.root)/locations HTTP/1.1", "Host: shop", "Connection: close",
      "Authorization: Bearer \(shop.token)", "Idempotency-Key: k1",
      "Content-Type: application/json", "Content-Length: \(location.utf8.count)",
    ]
    let text = head.joined(separator: "\r\n") + "\r\n\r\n" + location
    let answer = try #require(WireClient(port: other.port).send(text))
    #expect(answer.body == first.body && answer.header("Idempotency-Replayed") == "true")
  }

  @Test("while the first request runs, a second with its key is told to wait")
  func inProgress() throws {
    let shop = try Shop()
    // Another connection holds the store, so the first request has to wait within the server,
    // until the second has its answer. Only that one lets go, and nobody else touches it.
    nonisolated(unsafe) let other = try Database(shop.store.path)
    try other.begin()
    let answers = Mutex<[Answer]>([])
    Parallel.forEach(count: 2, chunk: 1, workers: 2) { _, range in
      // By then a thread of the server has the first request and accepts no second one.
      if range.lowerBound == 1 { SystemTime().sleep(milliseconds: 100) }
      guard let answer = try? shop.create("locations", location, key: "k1") else { return }
      answers.withLock { $0.append(answer) }
      if answer.status == 409 { other.rollback() }
    }
    let both = answers.withLock { $0 }
    #expect(both.map(\.status) == [409, 201])
    let waiting = try #require(both.first)
    #expect(try waiting.problem() == .idempotencyInProgress)
    #expect(waiting.header("Retry-After") == "1")
    #expect(
      try shop.create("locations", location, key: "k1").header("Idempotency-Replayed") == "true")
  }

  @Test("many clients that send the same few keys make a record for each key")
  func crowd() throws {
    let shop = try Shop()
    let bodies = Mutex<[Int: Set<String>]>([:])
    Parallel.forEach(count: 120, chunk: 1, workers: 6) { _, range in
      for index in range {
        let number = index % 12
        for _ in 0..<200 {
          guard let answer = try? shop.create("locations", location, key: "k-\(number)") else {
            continue
          }
          if answer.status == 409 { continue }
          bodies.withLock { _ = $0[number, default: []].insert(answer.body) }
          break
        }
      }
    }
    let all = bodies.withLock { $0 }
    #expect(all.count == 12 && all.values.allSatisfy { $0.count == 1 })
    #expect(try shop.store.counts(tenant: "demo")[.location] == 12)
  }

  @Test(
    "a key that is none is a 400",
    arguments: ["Idempotency-Key: a b", "Idempotency-Key: \(String(repeating: "k", count: 256))"])
  func malformed(_ header: String) throws {
    let answer = try Shop().send("POST", "locations", [header], body: location)
    #expect(answer.status == 400)
    #expect(try answer.problem() == .malformedRequest)
  }

  @Test("discovery tells for how long keys are kept")
  func discovery() throws {
    let shop = try Shop(keyRetentionSeconds: 100_000)
    let document = try Discovery(try shop.get("/.well-known/commerce-sync").json())
    #expect(document.keyRetentionSeconds == 100_000)
    let product = document.fieldCapabilities.of(.product, field: "title")
    #expect(product.idempotency == .key(retentionSeconds: 100_000))
    #expect(product.guard == .version && product.largestBatch == 100)
    let stock = document.fieldCapabilities.of(.inventoryLevel, field: "available")
    #expect(stock.guard == .compareAndSet && stock.hasDelta)
  }
}
