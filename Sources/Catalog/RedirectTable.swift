import Bytes

/// Redirects without chains and loops, ready to be published.
public struct RedirectTable: Sendable {
  /// One old address and its final answer.
  public struct Entry: Hashable, Sendable {
    /// The old path.
    public let from: String
    /// The final target; nil where the page is gone.
    public let to: String?
    /// 301 or 410.
    public let status: Int
    /// The one language that it holds for, or nil for all.
    public let locale: String?
    /// The record that it comes from.
    public let recordID: String
  }

  /// What is wrong with a redirect that was left out.
  public struct Fault: Hashable, Sendable {
    /// What kind of fault it is.
    public enum Kind: String, Sendable {
      /// It leads back to itself.
      case loop
      /// Another redirect of the same address and language stands before it.
      case duplicate
    }

    /// What kind of fault it is.
    public let kind: Kind
    /// The record that was left out.
    public let recordID: String
    /// The addresses that it leads through, the first being its own.
    public let path: [String]
  }

  /// The redirects in order of address and language.
  public let entries: [Entry]
  /// What was left out.
  public let faults: [Fault]

  private struct Key: Hashable {
    let path: String
    let locale: String?

    init(_ address: some StringProtocol, _ locale: String?) {
      path = RedirectTable.path(of: address)
      self.locale = locale
    }
  }

  /// Collapses chains to their ends and leaves out loops and repetitions. A chain that ends at a
  /// page that is gone is gone. Within a language its own redirects go before those for all. An address
  /// is the same with and without its last slash, and with escapes and without. O(redirects × length of
  /// chains).
  public init(_ records: [RedirectRecord]) {
    var faults: [Fault] = []
    var byKey: [Key: RedirectRecord] = [:]
    for record in records.sorted(by: { $0.id < $1.id }) {
      let key = Key(record.from, record.locale)
      if byKey[key] == nil {
        byKey[key] = record
      } else {
        faults.append(Fault(kind: .duplicate, recordID: record.id, path: [record.from]))
      }
    }
    var entries: [Entry] = []
    let ordered = byKey.values.sorted { ($0.from, $0.locale ?? "") < ($1.from, $1.locale ?? "") }
    for record in ordered {
      var path = [record.from]
      var passed: Set<String> = [Self.path(of: record.from)]
      var last = record
      var end = record.to
      var isLoop = false
      while let target = last.to {
        let next =
          record.locale.flatMap { byKey[Key(target, $0)] } ?? byKey[Key(target, nil)]
        isLoop = !passed.insert(Self.path(of: target)).inserted
        if next != nil || isLoop { path.append(target) }
        guard let next, !isLoop else { break }
        last = next
        end = next.to.map { Self.keeping(Self.tail(of: end ?? ""), behind: $0) }
      }
      if isLoop {
        faults.append(Fault(kind: .loop, recordID: record.id, path: path))
      } else {
        entries.append(
          Entry(
            from: record.from, to: end, status: last.status, locale: record.locale,
            recordID: record.id))
      }
    }
    self.entries = entries
    self.faults = faults
  }
  /// What two addresses that mean one page have in common: the path without percent-escapes, and without
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
