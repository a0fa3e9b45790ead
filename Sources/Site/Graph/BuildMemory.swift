import Bytes
import Storefront

/// What a build leaves beside its generations: manifest, record and dates. Two builds that published the
/// same remember the same, but for what tells them apart: when they ran, and in how many steps.
package struct BuildMemory {
  private let manifest: SiteManifest
  private let record: BuildRecord
  private let ledgers: [SecretLedger]
  private let dates: String

  /// Reads the files `manifest`, `record` and `dates`; nil where one is missing or damaged.
  package init?(_ files: [String: [UInt8]]) {
    guard var manifest = files["manifest"].flatMap(SiteManifest.init(reading:)),
      var record = files["record"].flatMap(BuildRecord.init(reading:))
    else { return nil }
    manifest.generation = 0
    for index in manifest.entries.indices { manifest.entries[index].modified = 0 }
    self.manifest = manifest
    for index in record.roots.indices { record.roots[index].inode = 0 }
    self.record = record
    ledgers = record.roots.indices.compactMap { record.ledger(ofRoot: $0) }
    guard ledgers.count == record.roots.count else { return nil }
    var dates = SitemapDates(reading: files["dates"] ?? [])
    dates.keepAll()
    self.dates = dates.text().string
  }

  /// What is otherwise than with another build, in words.
  package func differences(from other: BuildMemory) -> [String] {
    let (mine, theirs) = (record, other.record)
    var found: [String] = []
    func compare<Part: Equatable>(_ name: String, _ one: Part, _ two: Part) {
      if one != two { found.append("other \(name): \(one) for \(two)") }
    }
    compare("manifest", manifest, other.manifest)
    compare("dates", dates, other.dates)
    compare("products", mine.ids, theirs.ids)
    compare("handles", mine.handles, theirs.handles)
    compare("handles in other languages", mine.translatedHandles, theirs.translatedHandles)
    compare("flags", mine.flags, theirs.flags)
    compare("cards", mine.traces.cards, theirs.traces.cards)
    compare("windows", mine.traces.nextChanges, theirs.traces.nextChanges)
    compare("shared window", mine.nextSharedChange, theirs.nextSharedChange)
    compare("window of collections", mine.nextCollectionChange, theirs.nextCollectionChange)
    compare("collections", mine.collections, theirs.collections)
    compare("pictures", mine.pictures, theirs.pictures)
    compare("sitemaps", mine.sitemaps, theirs.sitemaps)
    compare("roots", mine.roots, theirs.roots)
    // Sets are numbered as they come up.
    compare("number of look-ups", mine.lookups.count, theirs.lookups.count)
    for (one, two) in zip(mine.lookups, theirs.lookups) {
      compare("page with look-ups", one.place, two.place)
      compare("look-ups of \(one.place)", mine.lookups(of: one), theirs.lookups(of: two))
    }
    for (root, (one, two)) in zip(ledgers, other.ledgers).enumerated() {
      found += one.differences(from: two).map { "root \(root): \($0)" }
    }
    return found
  }
}

extension BuildRecord {
  fileprivate func lookups(of page: PageLookups) -> Set<String> {
    page.set > 0 ? lookupSets[Int(page.set) - 1] : []
  }
}

extension BuildRecord.PageLookups {
  /// Which page it is.
  fileprivate var place: String { "\(view) \(product) \(file)" }
}
