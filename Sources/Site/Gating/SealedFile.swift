import Bytes
import Formats

/// How one file of a tier is encrypted. `docs/gating.md` describes the bytes, and
/// `Gating/SealedLoader.swift` reads them in browsers.
///
/// Every file has a key of its own, derived from the content key of its epoch and from all that the
/// file is bound to: storefront, tier, epoch and address. The nonce is derived too, from the content
/// and the same binding (a synthetic nonce): equal content gives equal bytes, so that a build can be
/// repeated and only what changed is new, and one nonce never meets two messages under one key.
struct SealedFile {
  let storefront: String
  let tier: String
  let epoch: Int
  private let content: [UInt8]
  private let nonceKey: [UInt8]

  static let magic = Array("TRS1".utf8)
  private static let headSize = 20

  /// Seals under the content key of an epoch; nil where there is no such epoch.
  init?(_ keys: TierKeys, epoch: Int) {
    guard let content = keys.content(ofEpoch: epoch) else { return nil }
    storefront = keys.storefront
    tier = keys.tier
    self.epoch = epoch
    self.content = content
    nonceKey = KeyDerivation.key(from: content, for: "trumeau nonces 1")
  }

  /// What a file is bound to: with any other, it does not open.
  private func binding(_ address: String) -> String {
    "trumeau sealed 1\n\(storefront)\n\(tier)\n\(epoch)\n\(address)"
  }

  private func key(_ address: String) -> [UInt8] {
    KeyDerivation.key(from: content, for: binding(address))
  }

  /// The bytes that may stand anywhere: `TRS1`, the epoch in four bytes, the nonce, and the encrypted
  /// payload with its tag.
  func sealed(_ bytes: UnsafeRawBufferPointer, address: String) -> [UInt8] {
    let payload = Self.payload(bytes, type: MediaType.of(address))
    let binding = binding(address)
    var hasher = KeyedHasher(key: nonceKey)
    hasher.update(binding)
    hasher.update("\u{0}")
    hasher.update(payload)
    let nonce = Array(hasher.finish().prefix(AuthenticatedCipher.nonceSize))
    let sealed = payload.withUnsafeBytes {
      AuthenticatedCipher.seal($0, key: key(address), nonce: nonce, binding: Array(binding.utf8))
    }
    return Self.magic + Self.big(epoch) + nonce + sealed
  }

  /// The bytes of a sealed file, or nil where it is not one of this epoch and address.
  func opened(_ bytes: [UInt8], address: String) -> [UInt8]? {
    guard Self.epoch(of: bytes) == epoch else { return nil }
    let payload = bytes.withUnsafeBytes { raw in
      AuthenticatedCipher.open(
        UnsafeRawBufferPointer(rebasing: raw[Self.headSize...]), key: key(address),
        nonce: Array(bytes[8..<Self.headSize]), binding: Array(binding(address).utf8))
    }
    guard let payload, payload.count >= 6 else { return nil }
    let size = payload[..<4].reduce(0) { $0 << 8 | Int($1) }
    let start = 6 + Int(payload[5])
    guard start + size <= payload.count else { return nil }
    let body = Array(payload[start..<(start + size)])
    return payload[4] == 1 ? try? Gzip.decompress(body) : body
  }

  /// The epoch that sealed bytes name, or nil where they are none.
  static func epoch(of bytes: [UInt8]) -> Int? {
    guard bytes.count > headSize, bytes.starts(with: magic) else { return nil }
    return bytes[4..<8].reduce(0) { $0 << 8 | Int($1) }
  }

  // MARK: What is inside

  /// Length in four bytes, whether it is packed, length of the media type, media type, content, and
  /// zeros up to a size that many contents share.
  private static func payload(_ bytes: UnsafeRawBufferPointer, type: String) -> [UInt8] {
    let isPacked = MediaType.isText(type)
    let body = isPacked ? Gzip.compress(bytes, level: 3) : [UInt8](bytes)
    let name = Array(type.utf8.prefix(255))
    var payload = big(body.count) + [isPacked ? 1 : 0, UInt8(name.count)] + name
    payload.reserveCapacity(paddedSize(payload.count + body.count))
    payload += body
    payload += [UInt8](repeating: 0, count: paddedSize(payload.count) - payload.count)
    return payload
  }

  /// Padmé (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files", 2019): at most 12 %
  /// more, and of the size only O(log log size) bits are told.
  static func paddedSize(_ size: Int) -> Int {
    let least = max(size, 256)
    let exponent = Int.bitWidth - 1 - least.leadingZeroBitCount
    let bits = Int.bitWidth - exponent.leadingZeroBitCount
    let mask = (1 << (exponent - bits)) - 1
    return (least + mask) & ~mask
  }

  private static func big(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }
}

extension TierKeys {
  /// The name under which the file of an address is published: a keyed digest, which tells nothing of
  /// the address to who does not have the keys.
  func name(of address: String) -> String {
    var hasher = KeyedHasher(key: names)
    hasher.update(address)
    let digits = Hex.encode(hasher.finish().prefix(16))
    return "\(digits.prefix(2))/\(digits.dropFirst(2)).bin"
  }

  /// The published list of content keys, which opens with the newest epoch's key alone.
  ///
  /// - Parameter used: the epochs whose content keys some file needs.
  func envelope(epochs used: Set<Int>) -> String {
    var inner = JSONWriter()
    inner.beginObject()
    inner.key("names")
    inner.value(Self.letters(names))
    inner.key("contents")
    inner.beginObject()
    for entry in epochs where used.contains(entry.number) || entry.number == epoch {
      inner.key("\(entry.number)")
      inner.value(Self.letters(entry.content))
    }
    inner.end()
    inner.end()
    let message = Array(inner.finish().string.utf8)
    let binding = "trumeau keys 1\n\(storefront)\n\(tier)\n\(epoch)"
    var hasher = KeyedHasher(key: KeyDerivation.key(from: key, for: "trumeau nonces 1"))
    hasher.update(binding)
    hasher.update("\u{0}")
    hasher.update(message)
    let nonce = Array(hasher.finish().prefix(AuthenticatedCipher.nonceSize))
    let sealed = message.withUnsafeBytes {
      AuthenticatedCipher.seal(
        $0, key: KeyDerivation.key(from: key, for: binding), nonce: nonce,
        binding: Array(binding.utf8))
    }
    var json = JSONWriter()
    json.beginObject()
    json.key("format")
    json.value("trumeau-sealed-1")
    json.key("storefront")
    json.value(storefront)
    json.key("tier")
    json.value(tier)
    json.key("epoch")
    json.value(Int64(epoch))
    json.key("wrapped")
    json.value(Self.letters(nonce + sealed))
    json.end()
    return json.finish().string + "\n"
  }
}

/// Media types of what a site consists of, by the ending of a name.
enum MediaType {
  private static let byEnding = [
    "html": "text/html", "css": "text/css", "js": "text/javascript", "json": "application/json",
    "xml": "application/xml", "txt": "text/plain", "svg": "image/svg+xml", "png": "image/png",
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "avif": "image/avif", "ico": "image/vnd.microsoft.icon", "woff2": "font/woff2",
    "woff": "font/woff", "mp4": "video/mp4", "webm": "video/webm", "pdf": "application/pdf",
  ]

  /// The type of a file by its name; unknown endings are plain bytes.
  static func of(_ path: String) -> String {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else {
      return "application/octet-stream"
    }
    return byEnding[path[path.index(after: dot)...].lowercased()] ?? "application/octet-stream"
  }

  /// Whether files of this type grow smaller when they are packed.
  static func isText(_ type: String) -> Bool {
    type.hasPrefix("text/")
      || ["application/json", "application/xml", "image/svg+xml"].contains(type)
  }
}
