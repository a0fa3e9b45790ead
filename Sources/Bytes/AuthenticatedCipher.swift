import CCrypto

/// AES-256 in Galois/Counter Mode (NIST SP 800-38D) through OpenSSL, with nonces of 12 bytes and
/// tags of 16: what WebCrypto calls `AES-GCM`.
public enum AuthenticatedCipher {
  /// Bytes of a key.
  public static let keySize = 32
  /// Bytes of a nonce. One key must never meet one nonce with two messages.
  public static let nonceSize = 12
  /// Bytes of the tag that stands behind the encrypted bytes.
  public static let tagSize = 16

  /// OpenSSL counts in 32 bits, so long messages go through it in pieces.
  private static let piece = 1 << 30

  /// A context that is given back whatever happens.
  private struct Context: ~Copyable {
    let pointer: OpaquePointer

    init() {
      guard let made = EVP_CIPHER_CTX_new() else { preconditionFailure("OpenSSL has memory") }
      pointer = made
    }

    deinit { EVP_CIPHER_CTX_free(pointer) }
  }

  /// Encrypts `message` and gives it with its tag behind it. `binding` is not in the result, but
  /// opening needs the same bytes.
  public static func seal(
    _ message: UnsafeRawBufferPointer, key: [UInt8], nonce: [UInt8], binding: [UInt8]
  ) -> [UInt8] {
    precondition(key.count == keySize && nonce.count == nonceSize, "key and nonce have one size")
    let context = Context()
    var isDone = EVP_EncryptInit_ex(context.pointer, EVP_aes_256_gcm(), nil, key, nonce) == 1
    var length: Int32 = 0
    isDone =
      EVP_EncryptUpdate(context.pointer, nil, &length, binding, Int32(binding.count)) == 1
      && isDone
    let sealed = [UInt8](unsafeUninitializedCapacity: message.count + tagSize) { room, count in
      guard let target = room.baseAddress else { return }
      var position = 0
      while position < message.count {
        let size = min(piece, message.count - position)
        let source = message.baseAddress?.advanced(by: position)
          .assumingMemoryBound(to: UInt8.self)
        isDone =
          EVP_EncryptUpdate(context.pointer, target + position, &length, source, Int32(size)) == 1
          && isDone
        position += size
      }
      isDone = EVP_EncryptFinal_ex(context.pointer, target + position, &length) == 1 && isDone
      isDone =
        EVP_CIPHER_CTX_ctrl(
          context.pointer, EVP_CTRL_AEAD_GET_TAG, Int32(tagSize), target + position) == 1 && isDone
      count = position + tagSize
    }
    precondition(isDone, "OpenSSL has AES-256-GCM")
    return sealed
  }

  /// The message behind sealed bytes, or nil where key, nonce, binding or any byte is another.
  public static func open(
    _ sealed: UnsafeRawBufferPointer, key: [UInt8], nonce: [UInt8], binding: [UInt8]
  ) -> [UInt8]? {
    guard key.count == keySize, nonce.count == nonceSize, sealed.count >= tagSize else {
      return nil
    }
    let context = Context()
    let size = sealed.count - tagSize
    var tag = [UInt8](sealed[size...])
    var length: Int32 = 0
    guard EVP_DecryptInit_ex(context.pointer, EVP_aes_256_gcm(), nil, key, nonce) == 1,
      EVP_DecryptUpdate(context.pointer, nil, &length, binding, Int32(binding.count)) == 1
    else { return nil }
    var isDone = true
    let message = [UInt8](unsafeUninitializedCapacity: size + tagSize) { room, count in
      guard let target = room.baseAddress else { return }
      var position = 0
      while position < size {
        let part = min(piece, size - position)
        let source = sealed.baseAddress?.advanced(by: position)
          .assumingMemoryBound(to: UInt8.self)
        isDone =
          EVP_DecryptUpdate(context.pointer, target + position, &length, source, Int32(part)) == 1
          && isDone
        position += part
      }
      isDone =
        EVP_CIPHER_CTX_ctrl(
          context.pointer, EVP_CTRL_AEAD_SET_TAG, Int32(tagSize), &tag) == 1 && isDone
      isDone = EVP_DecryptFinal_ex(context.pointer, target + position, &length) == 1 && isDone
      count = size
    }
    return isDone ? message : nil
  }
}

/// HMAC with SHA-256 (RFC 2104), fed piece by piece.
public struct KeyedHasher: ~Copyable {
  private var inner: SHA256Hasher
  private let outerKey: [UInt8]

  /// Starts a digest under a key.
  public init(key: [UInt8]) {
    var block = key.count > 64 ? SHA256Digest(of: key).bytes : key
    block += [UInt8](repeating: 0, count: 64 - block.count)
    outerKey = block.map { $0 ^ 0x5C }
    inner = SHA256Hasher()
    inner.update(block.map { $0 ^ 0x36 })
  }

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { inner.update(bytes) }

  /// Adds bytes.
  public mutating func update(_ bytes: [UInt8]) { inner.update(bytes) }

  /// Adds the UTF-8 of `text`.
  public mutating func update(_ text: String) { inner.update(text) }

  /// The 32 bytes of the digest.
  public consuming func finish() -> [UInt8] {
    let first = inner.finish()
    var outer = SHA256Hasher()
    outer.update(outerKey)
    outer.update(first)
    return outer.finish()
  }
}

/// HKDF with SHA-256 (RFC 5869), as WebCrypto has it: keys for several purposes from one.
public enum KeyDerivation {
  /// A key of 32 bytes from `secret` for the purpose that `purpose` names, without salt.
  public static func key(from secret: [UInt8], for purpose: String) -> [UInt8] {
    var extract = KeyedHasher(key: [UInt8](repeating: 0, count: 32))
    extract.update(secret)
    var expand = KeyedHasher(key: extract.finish())
    expand.update(purpose)
    expand.update([1])
    return expand.finish()
  }
}
