import Bytes
import Contract
import Testing

@Suite("Who sent a webhook")
struct WebhookVerifierTests {
  private func verify(
    _ verifier: WebhookVerifier, _ headers: [String: String], _ body: String,
    at now: Instant = Instant(seconds: 1_614_265_330)
  ) throws(WebhookRefusal) -> WebhookMessage {
    try verifier.verify(
      headers: { name in headers.first { $0.key.lowercased() == name.lowercased() }?.value },
      body: Array(body.utf8), now: now)
  }

  // MARK: Standard Webhooks

  /// The example of the specification.
  private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  private let body = #"{"test": 2432232314}"#
  private let headers = [
    "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "Webhook-Timestamp": "1614265330",
    "Webhook-Signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  ]

  @Test("the example of Standard Webhooks is right")
  func standard() throws {
    let message = try verify(try WebhookVerifier(.standard, secrets: [secret]), headers, body)
    #expect(message.id == "msg_p5jXN8AQM9LWM0D4loKWxJek")
    #expect(message.timestamp == Instant(seconds: 1_614_265_330))
  }

  @Test("what we sign is the same example")
  func sign() throws {
    let bytes = try #require(WebhookSignature.secretBytes(secret))
    let signature = WebhookSignature.sign(
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: Array(body.utf8),
      secret: bytes)
    #expect(signature == headers["Webhook-Signature"])
    #expect(WebhookSignature.secretText(bytes) == secret)
  }

  @Test("one right signature among several is enough, and so is one of several secrets")
  func rotation() throws {
    let other = WebhookSignature.secretText(Array(repeating: 7, count: 24))
    let verifier = try WebhookVerifier(.standard, secrets: [other, secret])
    var both = headers
    both["Webhook-Signature"] = "v1a,AAAA v1,AAAA \(headers["Webhook-Signature"] ?? "")"
    #expect(try verify(verifier, both, body).id != nil)
  }

  @Test(
    "five minutes are tolerated in both directions, and not a second more",
    arguments: [(-300, true), (-301, false), (300, true), (301, false)])
  func tolerance(_ seconds: Int64, _ isTaken: Bool) throws {
    let verifier = try WebhookVerifier(.standard, secrets: [secret])
    let now = Instant(seconds: 1_614_265_330 + seconds)
    if isTaken {
      _ = try verify(verifier, headers, body, at: now)
    } else {
      let wanted: WebhookRefusal = seconds > 0 ? .tooOld(seconds: 301) : .tooNew(seconds: 301)
      #expect(throws: wanted) { try verify(verifier, headers, body, at: now) }
    }
  }

  @Test(
    "another body, id, time or signature is refused",
    arguments: [
      ("Webhook-Id", "msg_other"), ("Webhook-Timestamp", "1614265331"),
      ("Webhook-Signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF="),
      ("Webhook-Signature", "v1,AAAA"), ("Webhook-Signature", ""),
      ("Webhook-Signature", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ])
  func forged(_ name: String, _ value: String) throws {
    let verifier = try WebhookVerifier(.standard, secrets: [secret])
    var changed = headers
    changed[name] = value
    #expect(throws: WebhookRefusal.signature) { try verify(verifier, changed, body) }
    #expect(throws: WebhookRefusal.signature) { try verify(verifier, headers, body + " ") }
  }

  @Test("a header that is missing or malformed is named")
  func incomplete() throws {
    let verifier = try WebhookVerifier(.standard, secrets: [secret])
    for name in headers.keys {
      var fewer = headers
      fewer[name] = nil
      #expect(throws: WebhookRefusal.missing(header: name.lowercased())) {
        try verify(verifier, fewer, body)
      }
    }
    var wrong = headers
    wrong["Webhook-Timestamp"] = "yesterday"
    #expect(throws: WebhookRefusal.malformed(header: "webhook-timestamp")) {
      try verify(verifier, wrong, body)
    }
  }

  @Test("what cannot be a secret is refused at once", arguments: ["", "whsec_", "whsec_?"])
  func badSecret(_ text: String) {
    #expect(throws: WebhookRefusal.secret) { try WebhookVerifier(.standard, secrets: [text]) }
    #expect(throws: WebhookRefusal.secret) { try WebhookVerifier(.shopify, secrets: []) }
  }

  // MARK: Others. Made with Python's hmac.

  @Test("Shopify signs the raw body in base64")
  func shopify() throws {
    let verifier = try WebhookVerifier(.shopify, secrets: ["old", "hush"])
    let headers = [
      "x-shopify-hmac-sha256": "H2JKHiwJtlI4FcIuELVXiYFakCRFH9FbfJNzHE19RVc=",
      "x-shopify-topic": "products/update", "x-shopify-webhook-id": "w1",
      "x-shopify-event-id": "e1",
    ]
    let body = #"{"id":632910392,"title":"IPod Nano"}"#
    let message = try verify(verifier, headers, body)
    #expect(message == WebhookMessage(id: "e1", topic: "products/update"))
    #expect(throws: WebhookRefusal.signature) { try verify(verifier, headers, body + "\n") }
  }

  @Test("Saleor signs the raw body in hexadecimal digits; its JWS is not taken for that")
  func saleor() throws {
    let verifier = try WebhookVerifier(.saleor, secrets: ["saleor-secret"])
    var headers = [
      "Saleor-Signature": "b7dafcd6d1d72a78d3e2086bd883e9409bc97d2e399ceb0f492a774a55990e8e",
      "Saleor-Event": "product_updated",
    ]
    let body = #"[{"id": "UHJvZHVjdDo3Mg=="}]"#
    #expect(try verify(verifier, headers, body) == WebhookMessage(topic: "product_updated"))
    headers["Saleor-Signature"] = "eyJhbGciOiJSUzI1NiJ9..c2ln"
    #expect(throws: WebhookRefusal.signature) { try verify(verifier, headers, body) }
  }

  @Test(
    "any header, in either writing, after any beginning",
    arguments: [
      (
        WebhookVerifier.Encoding.hex, "sha256=",
        "sha256=fd03ba831868e36b5b6d2756850955177b7e900e910ddbec2bc2821be48b8919"
      ),
      (.hex, "", "FD03BA831868E36B5B6D2756850955177B7E900E910DDBEC2BC2821BE48B8919"),
      (.base64, "", "/QO6gxho42tbbSdWhQlVF3t+kA6RDdvsK8KCG+SLiRk="),
    ])
  func plain(_ encoding: WebhookVerifier.Encoding, _ prefix: String, _ value: String) throws {
    let verifier = try WebhookVerifier(
      .plain(header: "X-Hook", encoding: encoding, prefix: prefix), secrets: ["plain"])
    #expect(try verify(verifier, ["x-hook": value], #"{"a":1}"#) == WebhookMessage())
    #expect(throws: WebhookRefusal.signature) {
      try verify(verifier, ["x-hook": value], #"{"a":2}"#)
    }
    #expect(throws: WebhookRefusal.missing(header: "X-Hook")) { try verify(verifier, [:], "") }
  }
}
