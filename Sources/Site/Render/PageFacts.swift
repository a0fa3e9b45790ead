import Bytes
import Liquid
import LocalMirror
import Storefront
import Synchronization

/// What is known of each page once it is rendered: for sitemaps, the manifest and reports.
final class PageFacts: Sendable {
  /// One page.
  struct Fact: Sendable {
    /// Which page.
    var key: PageKey
    /// Path of its file below the root.
    var file: String
    /// Digest of what it is about, without layout and marks of the build.
    var digest: Fingerprint
    /// Addresses of its pictures with a NUL between them: one text instead of many, because there are as many as
    /// pages.
    var images: String
    /// Number of what its templates looked up besides; 0 is nothing.
    var lookups: Int32 = 0
    /// When its content last changed, once the sitemap has been made.
    var lastModified: Instant?
  }

  private struct Place: Hashable {
    let root: Int
    let file: String
  }

  private struct State {
    var facts: [Place: Fact] = [:]
    var reads: [OutputReads] = []
    var lookups: [String: Int32] = [:]
    var clock = ClockUse.none
    var nextChange: Instant?
    var profile: Profile?
  }

  private let state = Mutex(State())

  /// Notes a page.
  func note(_ fact: Fact, root: Int, nextChange: Instant?) {
    state.withLock { state in
      state.facts[Place(root: root, file: fact.file)] = fact
      if let nextChange {
        state.nextChange = state.nextChange.map { min($0, nextChange) } ?? nextChange
      }
    }
  }

  /// The number of a set of look-ups, the same for equal sets.
  func number(ofLookups keys: Set<String>) -> Int32 {
    guard !keys.isEmpty else { return 0 }
    let text = keys.sorted().joined(separator: "\n")
    return state.withLock { state in
      if let known = state.lookups[text] { return known }
      let number = Int32(state.lookups.count + 1)
      state.lookups[text] = number
      return number
    }
  }

  /// All sets of look-ups by number.
  var lookups: [Int32: Set<String>] {
    let known = state.withLock { $0.lookups }
    return Dictionary(
      uniqueKeysWithValues: known.map { text, number in
        (number, Set(text.split(separator: "\n").map(String.init)))
      })
  }

  /// Notes how exactly pages have looked at the time.
  func note(clock use: ClockUse) { state.withLock { $0.clock = max($0.clock, use) } }

  /// How exactly any page has looked at the time.
  var clock: ClockUse { state.withLock { $0.clock } }

  /// Calls `body` with root and fact of every page, in no order.
  func forEach(_ body: (Int, Fact) -> Void) {
    let facts = state.withLock { $0.facts }
    for (place, fact) in facts { body(place.root, fact) }
  }

  /// Notes when pages last changed.
  func setLastModified(_ dates: [(file: String, date: Instant)], root: Int) {
    state.withLock { state in
      for (file, date) in dates {
        state.facts[Place(root: root, file: file)]?.lastModified = date
      }
    }
  }

  /// Notes where a worker's time went.
  func note(_ profile: Profile) {
    state.withLock { state in
      if state.profile == nil {
        state.profile = profile
      } else {
        state.profile?.merge(profile)
      }
    }
  }

  /// Where the time of all workers went, if it was measured.
  var profile: Profile? { state.withLock { $0.profile } }

  /// Notes what a page read.
  func note(reads: OutputReads) { state.withLock { $0.reads.append(reads) } }

  /// The page at a path.
  func fact(root: Int, path: String) -> Fact? {
    state.withLock { $0.facts[Place(root: root, file: path)] }
  }

  /// Number of pages of a root.
  func count(root: Int) -> Int {
    state.withLock { state in state.facts.keys.count { $0.root == root } }
  }

  /// What pages read, in order.
  var reads: [OutputReads] {
    state.withLock { $0.reads }.sorted { ($0.root, $0.path) < ($1.root, $1.path) }
  }

  /// The next instant at which a page can be different.
  var nextChange: Instant? { state.withLock { $0.nextChange } }
}

extension Fingerprint {
  /// The sixteen bytes.
  var bytes: [UInt8] { Hex.decode(hex) ?? [] }
}
