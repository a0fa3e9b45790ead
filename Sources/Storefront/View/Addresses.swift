import Bytes

/// Where the pages of one locale and market are.
public struct Addresses: Hashable, Sendable {
  /// Scheme and host without a final slash: `https://maison.example`.
  public let base: String
  /// First part of every path, without a final slash: `/en-eu`.
  public let prefix: String

  /// Makes the addresses below `/{locale}-{market}`.
  public init(base: String, locale: String, market: String) {
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    prefix = "/\(locale.lowercased())-\(market.lowercased())"
  }

  /// The home page.
  public var home: String { String(joining: prefix, "/") }
  /// The list of collections.
  public var collections: String { String(joining: prefix, "/collections/") }
  /// The journal.
  public var journal: String { String(joining: prefix, "/journal/") }
  /// The journal as a feed.
  public var journalFeed: String { "\(prefix)/journal/feed.xml" }
  /// The membership page.
  public var membership: String { String(joining: prefix, "/membership/") }

  /// A product's page.
  public func product(_ handle: String) -> String {
    String(joining: prefix, "/products/", Self.encode(handle), "/")
  }

  /// A variant on its product's page.
  public func variant(_ id: String, of handle: String) -> String {
    variant(id, at: product(handle))
  }

  /// A variant on the page of its product at `url`.
  func variant(_ id: String, at url: String) -> String {
    String(joining: url, "?variant=", Self.encode(id))
  }

  /// A page of a collection; the first has no number.
  public func collection(_ handle: String, page: Int = 1) -> String {
    let first = String(joining: prefix, "/collections/", Self.encode(handle), "/")
    return page > 1 ? "\(first)page/\(page)/" : first
  }

  /// An article of the journal.
  public func article(_ handle: String) -> String { "\(journal)\(Self.encode(handle))/" }

  /// A page of the house, by its path below `content/pages`.
  public func page(_ path: String) -> String {
    "\(prefix)/\(path.split(separator: "/").map { Self.encode(String($0)) }.joined(separator: "/"))/"
  }

  /// An address written by a person: `collections/silk` and `/collections/silk` mean a page of this
  /// locale and market, `https://…`, `mailto:…`, `#…` and `/en-eu/…` are what they are.
  public func resolve(_ written: String) -> String {
    if written.hasPrefix("#") || written.contains(":") || written.hasPrefix("//") { return written }
    var path = written.hasPrefix("/") ? String(written.dropFirst()) : written
    if path.isEmpty { return home }
    if "/\(path)".hasPrefix("\(prefix)/") { return written }
    let isPage =
      !path.hasSuffix("/") && !path.contains("?") && !path.contains("#")
      && !(path.split(separator: "/").last ?? "").contains(".")
    if path.hasPrefix("media/") || path.hasPrefix("assets/") { return "/\(path)" }
    if isPage { path += "/" }
    return "\(prefix)/\(path)"
  }

  /// The path of a URL of this site, with what stands behind it; nil for other sites and for paths. Scheme
  /// and host are compared as RFC 3986 §6.2.2.1 says, whatever their case.
  public func path(ofURL url: String) -> String? {
    let start = Substring(url.utf8.prefix(base.utf8.count))
    let rest = url.utf8.dropFirst(base.utf8.count)
    guard start.isSame(ignoringASCIICaseOf: base) else { return nil }
    switch rest.first {
    case nil: return "/"
    case UInt8(ascii: "/"): return String(Substring(rest))
    case UInt8(ascii: "?"), UInt8(ascii: "#"): return "/\(Substring(rest))"
    default: return nil
    }
  }

  /// What `absolute` puts before a path: scheme and host, or nothing where it has them.
  func origin(of path: String) -> String {
    path.utf8.first == 0x2F && path.utf8.dropFirst().first != 0x2F ? base : ""
  }

  /// A path with scheme and host.
  public func absolute(_ path: String) -> String {
    String(joining: origin(of: path), path)
  }

  /// The file of a page: `/en-eu/products/x/` is `en-eu/products/x/index.html`, by undoing the
  /// address's percent-encoding.
  public static func file(of path: String) -> String {
    let plain = plain(path)
    let relative = String(Substring(plain.utf8.drop { $0 == 0x2F }))
    return relative.isEmpty || relative.utf8.last == 0x2F
      ? String(joining: relative, "index.html") : relative
  }

  /// A path without percent-encoding.
  public static func plain(_ path: String) -> String {
    path.utf8.contains(UInt8(ascii: "%"))
      ? String(decoding: Hex.decodingEscapes(path.utf8), as: UTF8.self) : path
  }

  /// An address with everything escaped that RFC 3986 §2 does not let stand in one; escapes that are there
  /// stay what they are.
  public static func escaped(_ written: String) -> String {
    let bytes = Array(written.utf8)
    var buffer = ByteBuffer(capacity: bytes.count + 8)
    for (place, byte) in bytes.enumerated() {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: buffer.append(byte)
      case _ where "-._~:/?#[]@!$&'()*+,;=".utf8.contains(byte): buffer.append(byte)
      case UInt8(ascii: "%")
      where place + 2 < bytes.count && Hex.value(bytes[place + 1]) != nil
        && Hex.value(bytes[place + 2]) != nil:
        buffer.append(byte)
      default:
        buffer.append(percentEncoding: byte)
      }
    }
    return buffer.string
  }

  private static func encode(_ part: String) -> String {
    let isPlain = part.utf8.allSatisfy {
      ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x30 && $0 <= 0x39)
        || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F || $0 == 0x7E
    }
    if isPlain { return part }
    var buffer = ByteBuffer(capacity: part.utf8.count + 8)
    buffer.append(percentEncoding: part)
    return buffer.string
  }
}
