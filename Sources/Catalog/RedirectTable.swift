import Bytes

/// Redirects without chains and loops, ready to be published.
public struct RedirectTable: Sendable {
  /// An old address and its answer. Addresses are whole paths, or URLs of other sites.
  public struct Redirect: Hashable, Sendable {
    /// The old path.
    public let from: String
    /// The target; nil where the page is gone.
    public let to: String?
    /// The record that it comes from; nil where it follows from a handle that changed.
    public let recordID: String?

    /// Makes a redirect, or what says that a page is gone.
    public init(from: String, to: String?, recordID: String?) {
      self.from = from
      self.to = to
      self.recordID = recordID
    }
  }

  /// What is wrong with a redirect that was left out.
  public struct Fault: Hashable, Sendable {
    /// What kind of fault it is.
    public enum Kind: String, Sendable {
      /// It leads back to itself.
      case loop
      /// Another redirect of the same address and language stands before it.
      case duplicate
      /// A page stands where it begins.
      case shadowed
      /// It begins at an address with a question or a place, which hosts of files do not look at.
      case query
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// The record that was left out.
    public let recordID: String
    /// The addresses that it leads through, the first being its own.
    public let path: [String]
  }

  /// The redirects in the order in which they were given, each with its final answer.
  public private(set) var entries: [Redirect] = []
  /// What was left out, each record once.
  public private(set) var faults: [Fault] = []

  /// Collapses chains to their ends, and leaves out loops and what begins at a page. A chain that ends at
  /// a page that is gone is gone. An address is the same with and without its last slash, and with escapes
  /// and without. O(redirects).
  ///
  /// - Parameters:
  ///   - redirects: of two that begin at one address, the first holds.
  ///   - isPage: whether a page stands at an address.
  public init(_ redirects: [Redirect], isPage: (String) throws -> Bool) rethrows {
    var byPath: [String: Int] = [:]
    var standing: [Redirect] = []
    var told: Set<String> = []
    for redirect in redirects {
      let path = Self.path(of: redirect.from)
      if byPath[path] != nil { continue }
      if try isPage(redirect.from) {
        if let id = redirect.recordID, told.insert(id).inserted {
          faults.append(
            Fault(
              kind: .shadowed, recordID: id,
              path: [redirect.from] + [redirect.to].compactMap(\.self)))
        }
        continue
      }
      byPath[path] = standing.count
      standing.append(redirect)
    }
    let next = standing.map { $0.to.flatMap { byPath[Self.path(of: $0)] } }
    var ends: [End] = Array(repeating: .unknown, count: standing.count)
    for start in standing.indices {
      Self.follow(from: start, next, standing, &ends)
      guard case .target(let target) = ends[start] else {
        if let id = standing[start].recordID, told.insert(id).inserted {
          faults.append(
            Fault(kind: .loop, recordID: id, path: Self.circle(from: start, next, standing)))
        }
        continue
      }
      entries.append(
        Redirect(from: standing[start].from, to: target, recordID: standing[start].recordID))
    }
  }

  private enum End {
    case unknown, onTheWay, loop
    case target(String?)
  }

  /// Finds the ends of a redirect and of all that it leads through.
  private static func follow(
    from start: Int, _ next: [Int?], _ redirects: [Redirect], _ ends: inout [End]
  ) {
    var way: [Int] = []
    var end = End.loop
    var step = start
    while case .unknown = ends[step] {
      ends[step] = .onTheWay
      way.append(step)
      guard let further = next[step] else {
        end = .target(redirects[step].to)
        ends[step] = end
        way.removeLast()
        break
      }
      step = further
    }
    if case .target = ends[step] { end = ends[step] }
    for step in way.reversed() {
      if case .target(let target?) = end {
        end = .target(keeping(tail(of: redirects[step].to ?? ""), behind: target))
      }
      ends[step] = end
    }
  }

  /// The addresses on the way of a redirect that ends nowhere, up to the first that comes again.
  private static func circle(from start: Int, _ next: [Int?], _ redirects: [Redirect]) -> [String] {
    var addresses = [redirects[start].from]
    var passed: Set<Int> = [start]
    var step = start
    while let further = next[step], let target = redirects[step].to {
      addresses.append(target)
      if !passed.insert(further).inserted { break }
      step = further
    }
    return addresses
  }

  /// The records by address and language, without those that say again of an address and language what
  /// another says already (the one with the first id holds), and those that begin at no path.
  public static func distinct(_ records: [RedirectRecord]) -> (
    records: [RedirectRecord], faults: [Fault]
  ) {
    struct Key: Hashable {
      let path: String
      let locale: String?
    }
    var known: Set<Key> = []
    var distinct: [RedirectRecord] = []
    var faults: [Fault] = []
    for record in records.sorted(by: { $0.id < $1.id }) {
      if !tail(of: record.from).isEmpty {
        faults.append(Fault(kind: .query, recordID: record.id, path: [record.from]))
      } else if known.insert(Key(path: path(of: record.from), locale: record.locale)).inserted {
        distinct.append(record)
      } else {
        faults.append(Fault(kind: .duplicate, recordID: record.id, path: [record.from]))
      }
    }
    distinct.sort { ($0.from, $0.locale ?? "") < ($1.from, $1.locale ?? "") }
    return (distinct, faults)
  }

  /// What addresses that mean one page have in common: the path without percent-escapes, and without
  /// the slash at its end; question and place are no part of it.
  public static func path(of address: some StringProtocol) -> String {
    var bytes = Array(address.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    if bytes.contains(UInt8(ascii: "%")) { bytes = Hex.decodingEscapes(bytes) }
    if bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Question and place of an address, or nothing.
  private static func tail(of address: String) -> Substring {
    address[(address.firstIndex { $0 == "?" || $0 == "#" } ?? address.endIndex)...]
  }

  private static func keeping(_ tail: Substring, behind target: String) -> String {
    Self.tail(of: target).isEmpty ? target + tail : target
  }
}
