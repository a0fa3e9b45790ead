import Bytes
import LocalMirror
import Storefront

/// What a build remembers of itself, so that the next one need only make what is different: its inputs,
/// what its survey found of each product, which products its listings show, what its pages looked up,
/// and what it searched for.
///
/// It says nothing that cannot be found out again: where it is missing, damaged, or of another
/// program, all is built anew.
struct BuildRecord: Sendable {
  /// One output root.
  struct Root: Sendable, Equatable {
    var path: String
    /// Number of its folder: another folder is not what was published.
    var inode: UInt64
    var pageCount: Int
    var fileCount: Int
    var byteCount: Int
    var secretCount: Int
    var tooShortCount: Int
    var alsoPublicCount: Int
    /// Digest of all that it was searched for.
    var secretDigest: String
  }

  /// A file that others wrote into a root.
  struct ForeignFile: Sendable, Equatable {
    var name: String
    var size: Int
    var modified: Int64
  }

  /// A content file about a product.
  struct ProductFile: Sendable {
    var file: ForeignFile
    /// The product's id; "" where the file names none.
    var product: String
  }

  /// A collection of the context.
  struct Collection: Sendable, Equatable {
    var id: String
    var handle: String
    /// Digest of the rule that chooses its products; 0 where they are listed.
    var rule: UInt64
    /// Numbers of its products in order, whoever may see them.
    var members: [Int32]
    /// What each view shows of it besides its products.
    var traces: [CollectionTrace] = []
    /// Digest of the picture that stands for it in each view, where it has none of its own, and of the
    /// words that its products have in common, where templates ask for these.
    var pictures: [UInt64] = []
    /// Its handle in the language of each view that shows it with another one than its own, "" for the
    /// rest; empty where there is none.
    var pathHandles: [String] = []
  }

  /// A page that looks something up.
  struct PageLookups: Sendable {
    var view: Int
    /// Number of its product, or -1.
    var product: Int32
    /// Path of its file where it is no product's.
    var file: String
    /// Number of the set.
    var set: Int32
  }

  /// The generation that is published, and how many times single outputs of it were replaced.
  var generation = 0
  var patch = 0
  /// Digests of everything but the mirror, by name.
  var inputs: [InputDigest] = []
  /// The instant that windows were looked at from.
  var instant = Instant(microseconds: 0)
  /// When something that any page can show is next different.
  var nextSharedChange: Int64 = .max
  /// When anybody can next see another collection, or one no more.
  var nextCollectionChange: Int64 = .max
  /// The instant at which caches were told to end pages; the greatest number where they have a lifetime.
  var expires: Int64 = .max
  /// How exactly pages look at the time, by `ClockUse`.
  var clock = 0
  var asOf = Instant(microseconds: 0)
  var snapshotID = ""
  var revision: Int64 = 0
  var roots: [Root] = []
  var feeds: [ForeignFile] = []
  var productFiles: [ProductFile] = []

  var ids = TextTable()
  var handles = TextTable()
  var translatedHandles = TranslatedHandles()
  /// Flags by view and product.
  var flags: [[UInt8]] = []
  var traces = ProductTraces(viewCount: 0, productCount: 0)
  var collections: [Collection] = []
  /// Sets of look-ups by number, from 1.
  var lookupSets: [Set<String>] = []
  var lookups: [PageLookups] = []
  /// How many outputs of each root show each picture.
  var pictures: [[Fingerprint: UInt32]] = []
  /// Sitemaps of each view of the public root.
  var sitemaps: [[SitemapFile]] = []
  /// What is private and what is public, by root, as `SecretLedger` writes it.
  var leaks: [[UInt8]] = []
  /// How exactly templates show the time of the last pull, by `ClockUse`; and whether they show what
  /// names the state of the mirror.
  var pullTimeUse = 0
  var showsSnapshot = false
  /// Names the mirror's file.
  var mirrorID = ""

  /// An empty record.
  init() {}

  /// What is private and what is public in a root; nil where that cannot be read.
  func ledger(ofRoot root: Int) -> SecretLedger? {
    var reader = ByteReader(leaks[root])
    let ledger = SecretLedger(reading: &reader)
    return reader.isDamaged ? nil : ledger
  }

  /// Keeps what is private and what is public.
  mutating func keep(_ ledgers: [SecretLedger]) {
    leaks = ledgers.map { ledger in
      var buffer = ByteBuffer(capacity: 1 << 12)
      ledger.append(to: &buffer)
      return buffer.array
    }
  }

  /// The last part of the address of a product's page in a language.
  func handle(of product: Int, in locale: String) -> String {
    translatedHandles.handle(of: product, in: locale) ?? handles[product]
  }

  /// The product whose page stood at a handle in a language. O(bytes).
  func number(handle: String, in locale: String) -> Int? {
    translatedHandles.product(handle, in: locale)
      ?? handles.indices(of: handle).first {
        translatedHandles.handle(of: $0, in: locale) == nil
      }
  }

  /// The next instant at which something can be different without any change in the shop.
  func nextChange(after instant: Instant) -> Instant? {
    traces.nextChange(after: instant, or: nextSharedChange, nextCollectionChange)
  }

  /// Adds to what changed what has become otherwise by itself: a window of it has passed.
  func addPassedWindows(at instant: Instant, to changes: inout ChangeSet) {
    if nextCollectionChange <= instant.microseconds { changes.hasCollections = true }
    for (number, next) in traces.nextChanges.enumerated() where next <= instant.microseconds {
      changes.products.insert(ids[number])
    }
  }

  /// Number of a set of look-ups, which is added where it is new; 0 for the empty one.
  mutating func number(ofLookups set: Set<String>) -> Int32 {
    if set.isEmpty { return 0 }
    if let known = lookupSets.firstIndex(of: set) { return Int32(known + 1) }
    lookupSets.append(set)
    return Int32(lookupSets.count)
  }
}

/// The digest of a kind of input.
struct InputDigest: Sendable, Equatable {
  /// What a person calls it: "the theme".
  var name: String
  var digest: Fingerprint
}
