import Bytes

/// How messages are signed: Standard Webhooks 1.0, symmetric scheme.
public enum WebhookSignature {
  /// What the secret begins with.
  public static let secretPrefix = "whsec_"

  /// A secret as people copy it.
  public static func secretText(_ bytes: [UInt8]) -> String {
    secretPrefix + Base64.encode(bytes)
  }

  /// The bytes of a secret, with or without its beginning; nil where the rest is not base64.
  public static func secretBytes(_ text: String) -> [UInt8]? {
    let rest = text.hasPrefix(secretPrefix) ? String(text.dropFirst(secretPrefix.count)) : text
    guard let bytes = Base64.decode(rest), !bytes.isEmpty else { return nil }
    return bytes
  }

  /// The signature of a message, for example `v1,g0hM9S…`.
  ///
  /// - Parameter timestamp: seconds since 1970, as the header `webhook-timestamp` says.
  public static func sign(id: String, timestamp: Int64, body: [UInt8], secret: [UInt8]) -> String {
    "v1,\(Base64.encode(digest(id: id, timestamp: "\(timestamp)", body: body, secret: secret)))"
  }

  static func digest(id: String, timestamp: String, body: [UInt8], secret: [UInt8]) -> [UInt8] {
    hmac(Array("\(id).\(timestamp).".utf8) + body, secret)
  }

  static func hmac(_ bytes: [UInt8], _ secret: [UInt8]) -> [UInt8] {
    bytes.withUnsafeBytes { bytes in
      secret.withUnsafeBytes { MessageDigest.sha256.hmacBytes(of: bytes, key: $0) }
    }
  }
}
