import CCrypto

/// Digests that others ask for by name. For our own use there are `SHA256Digest` and `Fingerprint`.
public enum MessageDigest: Sendable, CaseIterable {
  /// MD5, 128 bits: for gravatars and old caches, never for safety.
  case md5
  /// SHA-1, 160 bits.
  case sha1
  /// SHA-256.
  case sha256

  private static let blockSize = 64

  /// The digest of `bytes`.
  public func bytes(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
    let kind =
      switch self {
      case .md5: EVP_md5()
      case .sha1: EVP_sha1()
      case .sha256: EVP_sha256()
      }
    return [UInt8](unsafeUninitializedCapacity: 64) { room, count in
      var length: UInt32 = 0
      let done = EVP_Digest(bytes.baseAddress, bytes.count, room.baseAddress, &length, kind, nil)
      precondition(done == 1, "OpenSSL has the digest")
      count = Int(length)
    }
  }

  /// The digest of `bytes` in lower-case hexadecimal digits.
  public func hex(of bytes: UnsafeRawBufferPointer) -> String { Hex.encode(self.bytes(of: bytes)) }

  /// The keyed digest of RFC 2104 in lower-case hexadecimal digits.
  public func hmac(of bytes: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer) -> String {
    Hex.encode(hmacBytes(of: bytes, key: key))
  }

  /// The keyed digest of RFC 2104.
  public func hmacBytes(
    of bytes: UnsafeRawBufferPointer, key: UnsafeRawBufferPointer
  ) -> [UInt8] {
    var block = key.count > Self.blockSize ? self.bytes(of: key) : [UInt8](key)
    block += [UInt8](repeating: 0, count: Self.blockSize - block.count)
    let inner = (block.map { $0 ^ 0x36 } + bytes).withUnsafeBytes { self.bytes(of: $0) }
    return (block.map { $0 ^ 0x5C } + inner).withUnsafeBytes { self.bytes(of: $0) }
  }
}
