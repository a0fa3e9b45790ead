import Bytes
import CommerceServer
import Contract
import Formats
import HTTPServer
import Machine
import Synchronization
import Testing

/// A program that is told about changes.
final class Receiver: Sendable {
  struct Message: Sendable {
    let headers: Headers
    let body: [UInt8]

    func json() throws -> TapeValue { try JSON.parse(body).value }
  }

  private final class Desk: Sendable {
    let messages = Mutex<[Message]>([])
    let status = Mutex(200)
  }

  private let desk = Desk()
  private let server: HTTPServer

  init() throws {
    let desk = self.desk
    server = try HTTPServer(HTTPServer.Configuration()) { request in
      desk.messages.withLock {
        $0.append(Message(headers: request.headers, body: request.body))
      }
      return Response(status: desk.status.withLock { $0 })
    }
  }

  deinit { server.stop(withinSeconds: 0) }

  var url: String { "\(server.baseURL)/hook" }

  func answer(_ status: Int) { desk.status.withLock { $0 = status } }

  /// Waits until there are so many messages.
  func messages(_ count: Int) throws -> [Message] {
    for _ in 0..<1000 {
      let messages = desk.messages.withLock { $0 }
      if messages.count >= count { return messages }
      SystemTime().sleep(milliseconds: 10)
    }
    return try #require(nil, "there are not \(count) messages after 10 s")
  }
}

@Suite("Webhooks")
struct WebhookTests {
  private func rename(_ shop: Shop, _ version: Int) throws {
    let answer = try shop.patch(
      "products/p1", #"{"attributes":{"title":"Title \#(version)"}}"#,
      etag: "\"prd-\(version)\"")
    try #require(answer.status == 200)
  }

  /// Waits until the only webhook is as wanted.
  private func webhook(
    _ shop: Shop, _ isWanted: (WebhookDescription) -> Bool
  ) throws -> WebhookDescription {
    for _ in 0..<1000 {
      if let found = try shop.store.listWebhooks().first, isWanted(found) { return found }
      SystemTime().sleep(milliseconds: 10)
    }
    return try #require(nil, "the webhook is not so after 10 s")
  }

  @Test("a change is told, signed, and says what to look for")
  func told() throws {
    let shop = try Shop()
    let receiver = try Receiver()
    let (secret, webhook) = try shop.store.createWebhook(tenant: "demo", url: receiver.url)
    try rename(shop, 1)
    let message = try receiver.messages(1)[0]
    let verifier = try WebhookVerifier(.standard, secrets: [secret])
    let told = try verifier.verify(
      headers: { message.headers[$0] }, body: message.body, now: shop.clock.now)
    #expect(told.id?.hasPrefix("msg_") == true && told.timestamp == shop.clock.now)
    let json = try message.json()
    #expect(json["type"]?.string == "product.updated")
    #expect(json["timestamp"]?.string == shop.clock.now.rfc3339)
    let data = try #require(json["data"])
    #expect(data["type"]?.string == "product" && data["id"]?.string == "p1")
    #expect(data["version"]?.integer == 2 && data["tenant"]?.string == "demo")
    #expect(data["seq"]?.integer == webhook.seq + 1)
    #expect(data.members.count == 5 && json.members.count == 3)
  }

  @Test("what was before the webhook is not told; creations and deletions have their names")
  func kinds() throws {
    let shop = try Shop()
    let receiver = try Receiver()
    _ = try shop.store.createWebhook(tenant: "demo", url: receiver.url)
    _ = try shop.create(
      "locations", #"{"attributes":{"name":"A","country":"FR","time_zone":"Europe/Paris"}}"#)
    _ = try receiver.messages(1)
    _ = try shop.delete("collections/k1", etag: "\"col-1\"")
    let types = try receiver.messages(2).map { try $0.json()["type"]?.string }
    #expect(types == ["location.created", "collection.deleted"])
  }

  @Test("a webhook for some types hears of these alone, and of its own tenant")
  func types() throws {
    let shop = try Shop()
    try shop.store.seed(tenant: "other", lines: Shop.lines)
    let receiver = try Receiver()
    _ = try shop.store.createWebhook(tenant: "demo", url: receiver.url, types: [.price])
    try rename(shop, 1)
    _ = try shop.patch("prices/c1", #"{"attributes":{"amount":1}}"#, etag: "\"prc-1\"")
    let messages = try receiver.messages(1)
    #expect(try messages.map { try $0.json()["type"]?.string } == ["price.updated"])
    let end = try #require(try shop.get("prices/c1").json()["seq"]?.integer)
    _ = try webhook(shop) { $0.seq == end }
    #expect(try receiver.messages(1).count == 1)
  }

  @Test("a message that is not taken comes again, with the same id, when its time has come")
  func retry() throws {
    let shop = try Shop()
    let receiver = try Receiver()
    receiver.answer(500)
    _ = try shop.store.createWebhook(tenant: "demo", url: receiver.url)
    try rename(shop, 1)
    _ = try receiver.messages(1)
    let failed = try webhook(shop) { $0.failureCount == 1 }
    #expect(failed.reason == "it answered 500")
    let next = try #require(failed.nextAttempt)
    #expect(next > shop.clock.now && next <= shop.clock.now.adding(seconds: 5))
    receiver.answer(204)
    shop.clock.sleep(milliseconds: 5000)
    let messages = try receiver.messages(2)
    #expect(messages[0].headers["webhook-id"] == messages[1].headers["webhook-id"])
    #expect(messages[0].headers["webhook-timestamp"] != messages[1].headers["webhook-timestamp"])
    _ = try webhook(shop) { $0.failureCount == 0 && $0.reason == nil }
  }

  @Test("a write does not wait for a receiver that does not answer")
  func independent() throws {
    let shop = try Shop()
    // Nobody listens at port 9 of this machine.
    _ = try shop.store.createWebhook(tenant: "demo", url: "http://127.0.0.1:9/")
    for version in 1...20 { try rename(shop, version) }
    let failed = try webhook(shop) { $0.failureCount > 0 }
    #expect(failed.reason?.isEmpty == false)
    #expect(try shop.get("products/p1").json()["version"]?.integer == 21)
  }

  @Test("after too many failures in a row it ends, and says why")
  func disabled() throws {
    let shop = try Shop()
    let receiver = try Receiver()
    receiver.answer(503)
    _ = try shop.store.createWebhook(tenant: "demo", url: receiver.url)
    try rename(shop, 1)
    for attempt in 1...20 {
      _ = try webhook(shop) { $0.failureCount == attempt }
      shop.clock.sleep(milliseconds: 8 * 3_600_000)
    }
    let ended = try webhook(shop) { $0.disabledAt != nil }
    #expect(ended.reason == "it answered 503" && ended.failureCount == 21)
    try rename(shop, 2)
    SystemTime().sleep(milliseconds: 300)
    #expect(try receiver.messages(21).count == 21)
  }

  @Test("a receiver that is gone for good ends it at once")
  func gone() throws {
    let shop = try Shop()
    let receiver = try Receiver()
    receiver.answer(410)
    _ = try shop.store.createWebhook(tenant: "demo", url: receiver.url)
    try rename(shop, 1)
    let ended = try webhook(shop) { $0.disabledAt != nil }
    #expect(ended.failureCount == 1 && ended.reason == "it answered 410")
  }

  @Test("the file with the secret is its owner's alone, and a webhook is deleted once")
  func file() throws {
    let shop = try Shop()
    let receiver = try Receiver()
    let (_, webhook) = try shop.store.createWebhook(tenant: "demo", url: receiver.url)
    for suffix in ["", "-wal", "-shm"] {
      #expect(Files.information(shop.store.path + suffix)?.permissions == 0o600)
    }
    try shop.store.deleteWebhook(id: webhook.id)
    #expect(try shop.store.listWebhooks().isEmpty)
    #expect(throws: StoreError.self) { try shop.store.deleteWebhook(id: webhook.id) }
  }

  @Test(
    "what is no address of the web is refused",
    arguments: [
      "ftp://x/", "https://", "http:///x", "shop.example/hook", "https://a b/", "https://[x/",
      "https://me@x/", "https://x:port/", "https://x:123456/", "https://x#there",
      "https://é.example/",
    ])
  func address(_ url: String) throws {
    let shop = try Shop()
    #expect(throws: StoreError.self) { try shop.store.createWebhook(tenant: "demo", url: url) }
  }
}
