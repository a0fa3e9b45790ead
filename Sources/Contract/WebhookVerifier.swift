public import Bytes

/// Checks that a message comes from who holds the secret, in the way of the platform that sent it.
///
/// ```swift
/// let verifier = try WebhookVerifier(.standard, secrets: ["whsec_…"])
/// let message = try verifier.verify(headers: { request.headers[$0] }, body: body, now: clock.now)
/// ```
public struct WebhookVerifier: Sendable {
  /// How a platform signs.
  public enum Scheme: Sendable, Hashable {
    /// Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`. The trumeau API.
    case standard
    /// HMAC of the raw body in base64 in `X-Shopify-Hmac-Sha256`; no time.
    case shopify
    /// HMAC of the raw body in hexadecimal digits in `Saleor-Signature`, as Saleor signs where a
    /// secret is set; no time. A detached JWS, which it sends without one, is refused.
    case saleor
    /// HMAC of the raw body in a header of any name, after a beginning such as `sha256=`; no time.
    case plain(header: String, encoding: Encoding, prefix: String = "")
  }

  /// How a digest is written.
  public enum Encoding: String, Sendable, CaseIterable {
    /// RFC 4648 §4, padded.
    case base64
    /// Hexadecimal digits of either case.
    case hex
  }

  /// How the platform signs.
  public let scheme: Scheme
  /// Seconds by which a message's own time may differ from ours.
  public let toleranceSeconds: Int
  private let secrets: [[UInt8]]

  /// Makes a verifier.
  ///
  /// - Parameters:
  ///   - secrets: those that are valid, several while one is being replaced. For `standard` they
  ///     are `whsec_` and base64, otherwise any text.
  ///   - toleranceSeconds: for `standard` alone; Standard Webhooks recommends five minutes.
  /// - Throws: `WebhookRefusal.secret` where there is none, or one of them cannot be one.
  public init(
    _ scheme: Scheme, secrets: [String], toleranceSeconds: Int = 300
  ) throws(WebhookRefusal) {
    var bytes: [[UInt8]] = []
    for secret in secrets {
      let found = scheme == .standard ? WebhookSignature.secretBytes(secret) : Array(secret.utf8)
      guard let found, !found.isEmpty else { throw .secret }
      bytes.append(found)
    }
    guard !bytes.isEmpty else { throw .secret }
    self.scheme = scheme
    self.toleranceSeconds = toleranceSeconds
    self.secrets = bytes
  }

  /// Checks a message.
  ///
  /// - Parameters:
  ///   - headers: the value of a header by name, without regard to case.
  ///   - body: the bytes as they came, before any decoding.
  /// - Returns: what the headers say about it. The same message can come more than once: its `id`
  ///   tells.
  /// - Throws: `WebhookRefusal`. Whoever answers the sender says 401 to all of them alike.
  public func verify(
    headers: (String) -> String?, body: [UInt8], now: Instant
  ) throws(WebhookRefusal) -> WebhookMessage {
    func header(_ name: String) throws(WebhookRefusal) -> String {
      guard let value = headers(name) else { throw .missing(header: name) }
      return value
    }
    switch scheme {
    case .standard:
      return try standard(header, body, now)
    case .shopify:
      try check(header("X-Shopify-Hmac-Sha256"), .base64, body)
      return WebhookMessage(
        id: headers("X-Shopify-Event-Id") ?? headers("X-Shopify-Webhook-Id"),
        topic: headers("X-Shopify-Topic"))
    case .saleor:
      try check(header("Saleor-Signature"), .hex, body)
      return WebhookMessage(topic: headers("Saleor-Event"))
    case .plain(let name, let encoding, let prefix):
      let value = try header(name)
      guard value.hasPrefix(prefix) else { throw .malformed(header: name) }
      try check(String(value.dropFirst(prefix.count)), encoding, body)
      return WebhookMessage()
    }
  }

  private func standard(
    _ header: (String) throws(WebhookRefusal) -> String, _ body: [UInt8], _ now: Instant
  ) throws(WebhookRefusal) -> WebhookMessage {
    let id = try header("webhook-id")
    let time = try header("webhook-timestamp")
    let signatures = try header("webhook-signature")
    guard !id.isEmpty else { throw .malformed(header: "webhook-id") }
    guard let seconds = Int64(time), (0...253_402_300_799).contains(seconds) else {
      throw .malformed(header: "webhook-timestamp")
    }
    // Names of other schemes, such as v1a, may stand beside ours.
    let given = signatures.split(separator: " ").compactMap { part in
      part.hasPrefix("v1,") ? Base64.decode(String(part.dropFirst(3))) : nil
    }
    let isRight = isAny(of: given) { secret in
      WebhookSignature.digest(id: id, timestamp: time, body: body, secret: secret)
    }
    guard isRight else { throw .signature }
    let difference = now.microseconds / 1_000_000 - seconds
    guard difference <= Int64(toleranceSeconds) else { throw .tooOld(seconds: difference) }
    guard difference >= -Int64(toleranceSeconds) else { throw .tooNew(seconds: -difference) }
    return WebhookMessage(id: id, timestamp: Instant(microseconds: seconds * 1_000_000))
  }

  private func check(
    _ text: String, _ encoding: Encoding, _ body: [UInt8]
  ) throws(WebhookRefusal) {
    let given = encoding == .hex ? Hex.decode(text) : Base64.decode(text)
    guard let given, isAny(of: [given], { WebhookSignature.hmac(body, $0) }) else {
      throw .signature
    }
  }

  /// Whether one of the digests given is that of one of the secrets. Every pair is compared whole,
  /// so that the time tells nothing about which, or how far.
  private func isAny(of given: [[UInt8]], _ digest: ([UInt8]) -> [UInt8]) -> Bool {
    var isFound = false
    for secret in secrets {
      let wanted = digest(secret)
      for candidate in given where Self.isSame(candidate, wanted) { isFound = true }
    }
    return isFound
  }

  private static func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    var difference: UInt8 = 0
    for index in one.indices { difference |= one[index] ^ other[index] }
    return difference == 0
  }
}

/// What the headers of a message say, once its signature is right.
public struct WebhookMessage: Sendable, Hashable {
  /// Names the message, the same at every attempt; nil where the platform gives no name.
  public var id: String?
  /// When it was sent, where the platform says so under its signature.
  public var timestamp: Instant?
  /// What it is about, in the platform's words; not covered by the signature.
  public var topic: String?

  /// Describes a message.
  public init(id: String? = nil, timestamp: Instant? = nil, topic: String? = nil) {
    self.id = id
    self.timestamp = timestamp
    self.topic = topic
  }
}

/// Why a message is not believed.
public enum WebhookRefusal: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is no secret, or it cannot be one.
  case secret
  /// A header is missing.
  case missing(header: String)
  /// A header has not the form that the scheme gives it.
  case malformed(header: String)
  /// No secret makes this signature.
  case signature
  /// It was sent so many seconds ago.
  case tooOld(seconds: Int64)
  /// It was sent so many seconds after now.
  case tooNew(seconds: Int64)

  /// One line for a person.
  public var description: String {
    switch self {
    case .secret: "the secret is missing or malformed"
    case .missing(let header): "the header \(header) is missing"
    case .malformed(let header): "the header \(header) is malformed"
    case .signature: "the signature is not that of a known secret"
    case .tooOld(let seconds): "it was sent \(seconds) s ago"
    case .tooNew(let seconds): "it was sent \(seconds) s in the future"
    }
  }
}
