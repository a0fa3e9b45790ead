import Bytes

/// A request as it came, with its body read to the end.
public struct Request: Sendable {
  /// The method, for example `GET`; a method nobody knows too.
  public let method: String
  /// The path as it was sent, still percent-encoded, without the query.
  public let path: String
  /// The query as it was sent, without the question mark; nil where there is none.
  public let rawQuery: String?
  /// Header fields in the order in which they came.
  public let headers: Headers
  /// The body.
  public let body: [UInt8]

  /// Makes a request from its parts; `target` is path and query.
  public init(method: String, target: String, headers: Headers = Headers(), body: [UInt8] = []) {
    self.method = method
    let target = Self.withoutAuthority(target)
    if let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
      path = String(target[..<mark])
      rawQuery = String(target[target.utf8.index(after: mark)...])
    } else {
      path = target
      rawQuery = nil
    }
    self.headers = headers
    self.body = body
  }

  /// The parts of the path between slashes, decoded: `/a/b%20c` is `["a", "b c"]`, a trailing
  /// slash gives an empty last part. Nil where an escape is malformed, the text is not UTF-8 or
  /// holds NUL.
  public var segments: [String]? {
    guard path.utf8.first == UInt8(ascii: "/") else { return nil }
    var segments: [String] = []
    for part in path.utf8.dropFirst().split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    {
      guard let decoded = PercentEncoding.decode(part, plusIsSpace: false) else { return nil }
      segments.append(decoded)
    }
    return segments
  }

  /// One name and value of the query.
  public struct QueryItem: Sendable, Hashable {
    /// The name, decoded.
    public let name: String
    /// The value, decoded; "" where there is no equals sign.
    public let value: String
  }

  /// The items of the query in order, decoded; nil where an escape is malformed, the text is not
  /// UTF-8 or holds NUL.
  public var query: [QueryItem]? {
    guard let rawQuery, !rawQuery.isEmpty else { return [] }
    var items: [QueryItem] = []
    for part in rawQuery.utf8.split(separator: UInt8(ascii: "&")) {
      let halves = part.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(halves[0], plusIsSpace: true) else { return nil }
      var value = ""
      if halves.count == 2 {
        guard let decoded = PercentEncoding.decode(halves[1], plusIsSpace: true) else {
          return nil
        }
        value = decoded
      }
      items.append(QueryItem(name: name, value: value))
    }
    return items
  }

  /// The path of an absolute-form target (RFC 9112 §3.2.2), otherwise the target itself.
  private static func withoutAuthority(_ target: String) -> String {
    for scheme in ["http://", "https://"] where target.hasPrefix(scheme) {
      let rest = target.dropFirst(scheme.count)
      guard let slash = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
      let tail = String(rest[slash...])
      return tail.hasPrefix("/") ? tail : "/\(tail)"
    }
    return target
  }
}

/// Header fields; names are compared without regard to case.
public struct Headers: Sendable, ExpressibleByDictionaryLiteral {
  /// Name and value in the order in which they were added.
  public private(set) var fields: [(name: String, value: String)]

  /// Makes an empty list.
  public init() { fields = [] }

  /// Makes a list from a literal.
  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { (name: $0.0, value: $0.1) }
  }

  /// The value of the first field of a name.
  public subscript(name: String) -> String? {
    fields.first { $0.name.isSame(ignoringASCIICaseOf: name) }?.value
  }

  /// All values of a name.
  public func values(_ name: String) -> [String] {
    fields.filter { $0.name.isSame(ignoringASCIICaseOf: name) }.map(\.value)
  }

  /// Adds a field beside those of the same name.
  public mutating func add(_ name: String, _ value: String) {
    fields.append((name: name, value: value))
  }

  /// Replaces all fields of a name by one.
  public mutating func set(_ name: String, _ value: String) {
    fields.removeAll { $0.name.isSame(ignoringASCIICaseOf: name) }
    fields.append((name: name, value: value))
  }
}
