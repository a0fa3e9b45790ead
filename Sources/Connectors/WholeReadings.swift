import Contract
import Synchronization

/// The readings of a platform that has no change feed: each brings everything, in pages, and the ids
/// and hashes that the last one found are what a mirror is proven complete by.
final class WholeReadings: Sendable {
  /// Ids and hashes of the last whole reading of this process, by type and in byte order of id.
  private let identities = Mutex<[ResourceType: [RecordIdentity]]?>(nil)

  /// Keeps what a reading found, and gives its last page.
  func end(_ pages: WholePages) -> SourcePage {
    let sorted = pages.found.mapValues { rows in
      rows.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
    }
    identities.withLock { $0 = sorted }
    return pages.page(hasMore: false)
  }

  /// Counts and hashes of the last whole reading, which is made now if there was none.
  func digest(
    of type: ResourceType, in source: some CatalogSource
  ) throws(ConnectorError) -> [DigestBucket] {
    var accumulator = DigestAccumulator()
    for identity in try known(type, in: source) { accumulator.add(identity) }
    return accumulator.finish()
  }

  /// Ids and hashes of a bucket of the last whole reading, which is made now if there was none.
  func identities(
    of type: ResourceType, bucket: UInt8, in source: some CatalogSource
  ) throws(ConnectorError) -> [RecordIdentity] {
    try known(type, in: source).filter { DigestAccumulator.bucket(of: $0.id) == bucket }
  }

  /// A record that only a whole reading shows; nil where there is none.
  func record(
    _ type: ResourceType, _ id: String, in source: some CatalogSource
  ) throws(ConnectorError) -> SourceRecord? {
    var found: SourceRecord?
    try read(source) { page in
      found = found ?? page.records.first { $0.type == type && $0.id == id }
    }
    return found
  }

  private func known(
    _ type: ResourceType, in source: some CatalogSource
  ) throws(ConnectorError) -> [RecordIdentity] {
    if let kept = identities.withLock({ $0 }) { return kept[type] ?? [] }
    try read(source) { _ in }
    return identities.withLock { $0?[type] ?? [] }
  }

  private func read(
    _ source: some CatalogSource, _ page: (SourcePage) -> Void
  ) throws(ConnectorError) {
    do {
      _ = try source.snapshot(resume: nil, page: page)
    } catch let error as ConnectorError {
      throw error
    } catch {
      throw ConnectorError(.malformed, "\(error)")
    }
  }
}

/// Gathers the records of a whole reading into pages.
struct WholePages {
  private let size: Int
  private let expected: Int
  private var batch: [SourceRecord] = []
  private var rejects: [SourceReject]
  fileprivate private(set) var found: [ResourceType: [RecordIdentity]] = [:]

  /// - Parameters:
  ///   - size: records on a page.
  ///   - expected: records in all.
  ///   - rejects: what could not be read before the first record.
  init(size: Int, expected: Int, rejects: [SourceReject] = []) {
    self.size = size
    self.expected = expected
    self.rejects = rejects
  }

  /// Takes a record in; gives a page whenever one is full.
  mutating func take(_ one: EmulatedRecord) -> SourcePage? {
    switch one {
    case .record(let record):
      found[record.type, default: []].append(
        RecordIdentity(id: record.id, contentHash: record.contentHash))
      batch.append(record)
    case .reject(let reject): rejects.append(reject)
    }
    guard batch.count >= size else { return nil }
    let full = page(hasMore: true)
    batch.removeAll(keepingCapacity: true)
    rejects.removeAll()
    return full
  }

  fileprivate func page(hasMore: Bool) -> SourcePage {
    SourcePage(
      records: batch, rejects: rejects, cursor: "", hasMore: hasMore, expectedTotal: expected)
  }
}
