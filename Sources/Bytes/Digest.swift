import CCrypto
import CXXHash

/// A SHA-256 digest, for where somebody outside compares.
public struct SHA256Digest: Hashable, Sendable {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// The digest of `bytes`.
  public init(of bytes: UnsafeRawBufferPointer) {
    var hasher = SHA256Hasher()
    hasher.update(bytes)
    self.init(bytes: hasher.finish())
  }

  /// The digest of the UTF-8 of `text`.
  public init(of text: String) {
    var copy = text
    self = copy.withUTF8 { SHA256Digest(of: UnsafeRawBufferPointer($0)) }
  }

  /// The digest of an array of bytes.
  public init(of bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { SHA256Digest(of: $0) }
  }

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { Hex.encode(bytes) }
}

/// A SHA-256 that is fed piece by piece.
public struct SHA256Hasher: ~Copyable {
  private let context: OpaquePointer

  /// The algorithm, asked for once: OpenSSL looks it up at each digest otherwise.
  ///
  /// Safe to share: OpenSSL's methods are immutable and counted atomically.
  nonisolated(unsafe) private static let method = EVP_MD_fetch(nil, "SHA256", nil)

  /// Starts a digest.
  public init() {
    guard let made = EVP_MD_CTX_new(), EVP_DigestInit_ex(made, Self.method, nil) == 1 else {
      preconditionFailure("OpenSSL has SHA-256")
    }
    context = made
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 0 else { return }
    EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// Adds the bytes of an array.
  public mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Adds the UTF-8 of `text`.
  public mutating func update(_ text: String) {
    var copy = text
    copy.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// The 32 bytes of the digest.
  public consuming func finish() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { room, count in
      var length: UInt32 = 0
      EVP_DigestFinal_ex(context, room.baseAddress, &length)
      count = Int(length)
    }
  }

  /// The digest as a value.
  public consuming func digest() -> SHA256Digest { SHA256Digest(bytes: finish()) }
}

/// A 128-bit XXH3 fingerprint, for keys of our own caches and manifests. Not for strangers' bytes
/// where somebody could gain by a collision.
public struct Fingerprint: Hashable, Sendable {
  /// The high half.
  public let high: UInt64
  /// The low half.
  public let low: UInt64

  /// Makes a fingerprint from its halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Half of a fingerprint tells as much to a hash table as the whole.
  public func hash(into hasher: inout Hasher) { hasher.combine(low) }

  /// The fingerprint of `bytes`. 13 GB/s.
  public init(of bytes: UnsafeRawBufferPointer) {
    let hash = XXH3_128bits(bytes.baseAddress, bytes.count)
    self.init(high: hash.high64, low: hash.low64)
  }

  /// The fingerprint of the UTF-8 of `text`.
  public init(of text: String) {
    var copy = text
    self = copy.withUTF8 { Fingerprint(of: UnsafeRawBufferPointer($0)) }
  }

  /// 32 lower-case hexadecimal digits.
  public var hex: String {
    var buffer = ByteBuffer(capacity: 32)
    for half in [high, low] {
      for shift in stride(from: 60, through: 0, by: -4) {
        buffer.append(Hex.digit(UInt8(truncatingIfNeeded: half >> UInt64(shift)) & 15))
      }
    }
    return buffer.string
  }

  /// Reads 32 hexadecimal digits.
  public init?(hex: String) {
    guard let bytes = Hex.decode(hex), bytes.count == 16 else { return nil }
    let halves = [bytes[..<8], bytes[8...]].map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
    self.init(high: halves[0], low: halves[1])
  }
}

/// Hexadecimal digits in and out.
public enum Hex {
  /// The lower-case digit of a value below 16.
  @inlinable
  public static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? value &+ 48 : value &+ 87
  }

  /// The value of a digit of either case.
  @inlinable
  public static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 48...57: digit - 48
    case 97...102: digit - 87
    case 65...70: digit - 55
    default: nil
    }
  }

  /// Two lower-case digits a byte.
  public static func encode(_ bytes: some Collection<UInt8>) -> String {
    var buffer = ByteBuffer(capacity: bytes.count * 2)
    for byte in bytes {
      buffer.append(digit(byte >> 4))
      buffer.append(digit(byte & 15))
    }
    return buffer.string
  }

  /// The bytes of an address without its percent-escapes; what is no escape stays. O(bytes).
  public static func decodingEscapes(_ address: some Sequence<UInt8>) -> [UInt8] {
    var decoded: [UInt8] = []
    var bytes = Array(address)[...]
    while let byte = bytes.popFirst() {
      if byte == UInt8(ascii: "%"), bytes.count >= 2, let high = value(bytes[bytes.startIndex]),
        let low = value(bytes[bytes.startIndex + 1])
      {
        decoded.append(high << 4 | low)
        bytes = bytes.dropFirst(2)
      } else {
        decoded.append(byte)
      }
    }
    return decoded
  }

  /// The bytes behind pairs of digits, or nil where the text is not that.
  public static func decode(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
