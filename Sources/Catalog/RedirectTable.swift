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
    let from: String
    let locale: String?
  }

  /// Collapses chains to their ends and leaves out loops and repetitions. A chain that ends at a
  /// page that is gone is gone. Within a language its own redirects go before those for all.
  /// O(redirects × length of chains).
  public init(_ records: [RedirectRecord]) {
    var faults: [Fault] = []
    var byKey: [Key: RedirectRecord] = [:]
    for record in records.sorted(by: { $0.id < $1.id }) {
      let key = Key(from: record.from, locale: record.locale)
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
      var last = record
      var isLoop = false
      while let target = last.to {
        if path.contains(target) {
          isLoop = true
          path.append(target)
          break
        }
        let next =
          record.locale.flatMap { byKey[Key(from: target, locale: $0)] }
          ?? byKey[Key(from: target, locale: nil)]
        guard let next else { break }
        path.append(target)
        last = next
      }
      if isLoop {
        faults.append(Fault(kind: .loop, recordID: record.id, path: path))
      } else {
        entries.append(
          Entry(
            from: record.from, to: last.to, status: last.status, locale: record.locale,
            recordID: record.id))
      }
    }
    self.entries = entries
    self.faults = faults
  }
}
