import Bytes
import Contract

/// A place in a stream, as clients carry it: opaque, and checked when it comes back.
struct Cursor {
  /// What it is a place in: `feed` or `list`.
  let kind: String
  /// Its parts.
  let parts: [String]

  /// The text that clients carry.
  var text: String {
    let plain = ([kind] + parts).joined(separator: "\u{1F}")
    return Base64URL.encode(Array("\(Self.check(plain))\(plain)".utf8))
  }

  init(kind: String, parts: [String]) {
    self.kind = kind
    self.parts = parts
  }

  /// Reads a cursor; what is not one of ours is a problem.
  init(_ text: String, kind: String, count: Int) throws(Problem) {
    guard let bytes = Base64URL.decode(text), let plain = String(validating: bytes, as: UTF8.self),
      plain.utf8.count > 8
    else { throw Problem(.invalidCursor, "The cursor is not one of this server.") }
    let start = plain.utf8.index(plain.startIndex, offsetBy: 8)
    let rest = String(plain[start...])
    let parts = rest.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
    guard Self.check(rest) == plain[..<start], parts.count == count + 1, parts[0] == kind else {
      throw Problem(.invalidCursor, "The cursor is not one for this address.")
    }
    self.kind = kind
    self.parts = Array(parts.dropFirst())
  }

  /// Finds typing errors and cut texts; it keeps no secret.
  private static func check(_ text: String) -> String {
    String(Fingerprint(of: "cursor \(text)").hex.prefix(8))
  }
}

/// A place in the change feed.
struct FeedCursor {
  let epoch: String
  let seq: Int64
  /// Digest of what the token may see.
  let scope: String
  /// The types asked for, or all that the token may read.
  let types: [ResourceType]?

  init(epoch: String, seq: Int64, scope: String, types: [ResourceType]?) {
    self.epoch = epoch
    self.seq = seq
    self.scope = scope
    self.types = types
  }

  init(_ text: String) throws(Problem) {
    let cursor = try Cursor(text, kind: "feed", count: 4)
    guard let seq = Int64(cursor.parts[1]), seq >= 0 else {
      throw Problem(.invalidCursor, "The cursor is not one of this server.")
    }
    epoch = cursor.parts[0]
    self.seq = seq
    scope = cursor.parts[2]
    types =
      cursor.parts[3] == "*"
      ? nil
      : cursor.parts[3].split(separator: ",").compactMap { ResourceType(rawValue: String($0)) }
  }

  var text: String {
    let names = types.map { $0.map(\.rawValue).joined(separator: ",") } ?? "*"
    return Cursor(kind: "feed", parts: [epoch, String(seq), scope, names]).text
  }

  /// The same place, further on.
  func moved(to seq: Int64) -> FeedCursor {
    FeedCursor(epoch: epoch, seq: seq, scope: scope, types: types)
  }
}

/// Base 64 with the alphabet of RFC 4648 §5 and no padding.
enum Base64URL {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  static func encode(_ bytes: [UInt8]) -> String {
    var buffer = ByteBuffer(capacity: bytes.count * 4 / 3 + 4)
    var index = 0
    while index < bytes.count {
      let count = min(3, bytes.count - index)
      var word = UInt32(bytes[index]) << 16
      if count > 1 { word |= UInt32(bytes[index + 1]) << 8 }
      if count > 2 { word |= UInt32(bytes[index + 2]) }
      for position in 0...count {
        buffer.append(alphabet[Int(word >> UInt32(18 - 6 * position)) & 63])
      }
      index += 3
    }
    return buffer.string
  }

  static func decode(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var word: UInt32 = 0
    var bits = 0
    for byte in text.utf8 {
      guard let value = alphabet.firstIndex(of: byte) else { return nil }
      word = word << 6 | UInt32(value)
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(bits)))
        word &= (1 << UInt32(bits)) - 1
      }
    }
    // What is left over must be padding: fewer than six bits, all zero.
    return bits < 6 && word == 0 ? bytes : nil
  }
}
