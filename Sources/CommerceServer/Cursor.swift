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
    let padded = Base64.encode(Array("\(Self.check(plain))\(plain)".utf8), isURL: true)
    return String(padded.prefix { $0 != "=" })
  }

  init(kind: String, parts: [String]) {
    self.kind = kind
    self.parts = parts
  }

  /// Reads a cursor; what is not one of ours is a problem.
  init(_ text: String, kind: String, count: Int) throws(Problem) {
    guard !text.contains("="), let bytes = Base64.decode(text, isURL: true),
      let plain = String(validating: bytes, as: UTF8.self),
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
