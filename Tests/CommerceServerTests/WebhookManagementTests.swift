import Bytes
import CommerceServer
import Contract
import Formats
import HTTPServer
import Machine
import Testing

@Suite("Webhooks, managed over HTTP")
struct WebhookManagementTests {
  private func post(
    _ shop: Shop, _ path: String, _ body: String = "{}", key: String? = nil
  ) throws -> Answer {
    let key = key ?? "key-\(Hex.encode(SystemRandom().bytes(8)))"
    return try shop.send("POST", path, ["Idempotency-Key: \(key)"], body: body)
  }

  private func made(_ shop: Shop, _ url: String) throws -> (id: String, secret: String) {
    let answer = try post(shop, "webhooks", #"{"url":"\#(url)"}"#)
    try #require(answer.status == 201)
    let json = try answer.json()
    return (
      try #require(json["id"]?.string), try #require(json["secret"]?.string)
    )
  }

  private func rename(_ shop: Shop, _ version: Int) throws {
    let answer = try shop.patch(
      "products/p1", #"{"attributes":{"title":"Title \#(version)"}}"#, etag: "\"prd-\(version)\"")
    try #require(answer.status == 200)
  }

  @Test("one that is made is told of changes, signed with the secret of the answer")
  func creation() throws {
    let shop = try Shop()
    let receiver = try Receiver()
    let answer = try post(shop, "webhooks", #"{"url":"\#(receiver.url)","types":["product"]}"#)
    #expect(answer.status == 201)
    let json = try answer.json()
    let id = try #require(json["id"]?.string)
    #expect(answer.header("Location") == "\(ContractVersion.root)/webhooks/\(id)")
    #expect(json["types"]?.children.map(\.string) == ["product"])
    #expect(json["state"]?.string == "active")
    try rename(shop, 1)
    let message = try receiver.messages(1)[0]
    let verifier = try WebhookVerifier(.standard, secrets: [try #require(json["secret"]?.string)])
    _ = try verifier.verify(
      headers: { message.headers[$0] }, body: message.body, now: shop.clock.now)
  }

  @Test("the same request twice makes one, and both answers have its secret")
  func twice() throws {
    let shop = try Shop()
    let body = #"{"url":"https://shop.example/hook"}"#
    let first = try post(shop, "webhooks", body, key: "a")
    let second = try post(shop, "webhooks", body, key: "a")
    #expect(second.header("Idempotency-Replayed") == "true")
    #expect(try first.json()["secret"]?.string == second.json()["secret"]?.string)
    #expect(try shop.store.listWebhooks().count == 1)
    #expect(try shop.send("POST", "webhooks", body: body).status == 428)
  }

  @Test("they are listed without secrets, and only those of the tenant")
  func list() throws {
    let shop = try Shop()
    let (id, _) = try made(shop, "https://shop.example/hook")
    _ = try shop.store.createWebhook(tenant: "other", url: "https://other.example/")
    let data = try #require(try shop.get("webhooks").json()["data"])
    #expect(data.children.map { $0["id"]?.string } == [id])
    #expect(data.children[0]["secret"] == nil)
    #expect(try shop.get("webhooks/\(id)").json()["url"]?.string == "https://shop.example/hook")
    let other = try #require(try shop.store.listWebhooks(tenant: "other").first?.id)
    #expect(try shop.get("webhooks/\(other)").status == 404)
    #expect(try shop.send("DELETE", "webhooks/\(other)").status == 404)
    #expect(try post(shop, "webhooks/\(other)/rotate").status == 404)
    #expect(try shop.send("POST", "webhooks/\(other)/test").status == 404)
  }

  @Test("one that is deleted is gone")
  func deletion() throws {
    let shop = try Shop()
    let (id, _) = try made(shop, "https://shop.example/hook")
    #expect(try shop.send("DELETE", "webhooks/\(id)").status == 204)
    #expect(try shop.get("webhooks/\(id)").status == 410)
    #expect(try shop.send("DELETE", "webhooks/\(id)").status == 410)
    #expect(try shop.send("POST", "webhooks/\(id)/test").status == 410)
    #expect(try post(shop, "webhooks/\(id)/rotate").status == 410)
    #expect(try shop.get("webhooks/whk_none").status == 404)
    #expect(try shop.store.listWebhooks().isEmpty)
    let data = try #require(try shop.get("webhooks").json()["data"])
    #expect(data.children.isEmpty)
  }

  @Test("while a secret is replaced, either of the two tells who sent a message; then the new one")
  func rotation() throws {
    let shop = try Shop()
    let receiver = try Receiver()
    let (id, old) = try made(shop, receiver.url)
    let answer = try post(shop, "webhooks/\(id)/rotate", #"{"overlap_seconds":3600}"#)
    #expect(answer.status == 200)
    let new = try #require(try answer.json()["secret"]?.string)
    #expect(new != old)
    #expect(
      try answer.json()["old_secret_until"]?.string
        == shop.clock.now.adding(seconds: 3600).rfc3339)
    func verifies(_ message: Receiver.Message, _ secret: String) -> Bool {
      guard let verifier = try? WebhookVerifier(.standard, secrets: [secret]) else { return false }
      return
        (try? verifier.verify(
          headers: { message.headers[$0] }, body: message.body, now: shop.clock.now)) != nil
    }
    try rename(shop, 1)
    let first = try receiver.messages(1)[0]
    #expect(verifies(first, old) && verifies(first, new))
    shop.clock.sleep(milliseconds: 3_601_000)
    try rename(shop, 2)
    let second = try receiver.messages(2)[1]
    #expect(!verifies(second, old) && verifies(second, new))
    #expect(try shop.get("webhooks/\(id)").json()["old_secret_until"]?.isNull == true)
  }

  @Test("a test says what the receiver answered, and tells of no change")
  func test() throws {
    let shop = try Shop()
    let receiver = try Receiver()
    let (id, secret) = try made(shop, receiver.url)
    let answer = try shop.send("POST", "webhooks/\(id)/test")
    #expect(answer.status == 200)
    #expect(try answer.json()["delivered"]?.boolean == true)
    #expect(try answer.json()["status"]?.integer == 200)
    let message = try receiver.messages(1)[0]
    #expect(try message.json()["type"]?.string == "webhook.test")
    _ = try WebhookVerifier(.standard, secrets: [secret]).verify(
      headers: { message.headers[$0] }, body: message.body, now: shop.clock.now)
    receiver.answer(500)
    let refused = try shop.send("POST", "webhooks/\(id)/test").json()
    #expect(refused["delivered"]?.boolean == false)
    #expect(refused["status"]?.integer == 500)
    #expect(refused["reason"]?.string == "it answered 500")
  }

  @Test("a webhook that has ended goes on where it was, when its receiver takes a test")
  func revived() throws {
    let shop = try Shop()
    let receiver = try Receiver()
    receiver.answer(410)
    let (id, _) = try made(shop, receiver.url)
    try rename(shop, 1)
    // In the store, because asking over HTTP uses up the rate: the shop's clock stands still.
    for _ in 0..<1000 where try shop.store.listWebhooks().first?.disabledAt == nil {
      SystemTime().sleep(milliseconds: 10)
    }
    let ended = try shop.get("webhooks/\(id)").json()
    #expect(ended["state"]?.string == "ended" && ended["reason"]?.string == "it answered 410")
    receiver.answer(200)
    #expect(try shop.send("POST", "webhooks/\(id)/test").json()["delivered"]?.boolean == true)
    // The refused message, the test, and the change once more.
    let types = try receiver.messages(3).map { try $0.json()["type"]?.string }
    #expect(types == ["product.updated", "webhook.test", "product.updated"])
  }

  @Test("the scope webhooks:manage is needed, and of types that a token may not read none is told")
  func scopes() throws {
    let shop = try Shop(scopes: [.catalogRead])
    #expect(try shop.get("webhooks").status == 403)
    #expect(try post(shop, "webhooks", #"{"url":"https://x.example/"}"#).status == 403)
    let other = try Shop(scopes: [.catalogRead, .webhooksManage])
    #expect(
      try post(other, "webhooks", #"{"url":"https://x.example/","types":["customer"]}"#).status
        == 403)
    let types = try post(other, "webhooks", #"{"url":"https://x.example/"}"#).json()["types"]
    #expect(types?.children.contains { $0.string == "customer" } == false)
    #expect(types?.children.contains { $0.string == "product" } == true)
    let shown = try shop.store.createToken(
      tenant: "demo", scopes: [.catalogRead, .webhooksManage], seesOnlyPublished: true)
    let refused = try shop.send(
      "POST", "webhooks", ["Idempotency-Key: k"], body: #"{"url":"https://x.example/"}"#,
      token: shown.secret)
    #expect(refused.status == 403)
  }

  @Test(
    "what is no webhook is a 422 with its place",
    arguments: [
      ("webhooks", #"{}"#, "/url"), ("webhooks", #"{"url":"ftp://x/"}"#, "/url"),
      ("webhooks", #"{"url":"https://x.example/","types":["penguin"]}"#, "/types/0"),
      ("webhooks", #"{"url":"https://x.example/","types":[]}"#, "/types"),
      ("webhooks", #"{"url":"https://x.example/","secret":"mine"}"#, "/secret"),
      ("webhooks/whk_1/rotate", #"{"overlap_seconds":-1}"#, "/overlap_seconds"),
    ])
  func malformed(_ path: String, _ body: String, _ pointer: String) throws {
    let answer = try post(try Shop(), path, body)
    #expect(answer.status == 422)
    #expect(try answer.json()["errors"]?.children[0]["pointer"]?.string == pointer)
  }

  @Test("a batch holds no webhooks")
  func batch() throws {
    let answer = try Shop().send(
      "POST", "batch",
      body: #"{"operations":[{"op_id":"a","key":"k","method":"POST","path":"/webhooks","#
        + #""body":{"url":"https://x.example/"}}]}"#)
    #expect(try answer.json()["results"]?.children[0]["status"]?.integer == 405)
  }
}
