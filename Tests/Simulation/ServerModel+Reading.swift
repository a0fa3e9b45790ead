import Bytes
public import Contract
import Synchronization

extension ServerModel: CatalogTarget {
  /// The types that the model serves.
  public static let types: [ResourceType] = [
    .location, .priceList, .market, .program, .tier, .customer, .product, .variant, .media,
    .collection, .inventoryLevel, .price, .translation, .membership,
  ]

  /// Who the server is and what it can do.
  public func describe() throws(ConnectorError) -> SourceDescription {
    state.withLock { state in
      SourceDescription(
        serverID: state.serverID, epoch: "e\(state.epoch)", tenant: "demo", scope: state.scope,
        types: Self.types, hasChangeFeed: true, capabilities: profile.capabilities, pageMax: 250)
    }
  }

  // MARK: What the checks ask

  /// The newest row of a record in the change log.
  public struct Row: Sendable, Hashable {
    /// The record.
    public var key: RecordKey
    /// Its place.
    public var seq: Int64
    /// The content hash; nil where the record was deleted.
    public var hash: String?
  }

  /// The epoch as a source names it.
  public var epoch: String { state.withLock { "e\($0.epoch)" } }

  /// The newest row of each record whose newest row lies at `place` or before.
  public func newestRows(upTo place: Int64) -> [Row] {
    state.withLock { state in
      let live = state.records.filter { $0.value.seq <= place }
        .map { Row(key: $0.key, seq: $0.value.seq, hash: $0.value.source.contentHash) }
      let dead = state.tombstones.filter { $0.value.seq <= place }
        .map { Row(key: $0.key, seq: $0.value.seq, hash: nil) }
      return (live + dead).sorted { $0.seq < $1.seq }
    }
  }

  /// The records of a snapshot that is still kept, in their order.
  public func keptSnapshot(_ place: Int64) -> [SourceRecord]? {
    state.withLock { $0.snapshots[place]?.records }
  }

  /// All that the server knows, to put it back later.
  public struct Saved: Sendable {
    let state: State
  }

  /// Keeps the whole state.
  public func save() -> Saved { Saved(state: state.withLock { $0 }) }

  /// Puts a kept state back.
  public func restore(_ saved: Saved) { state.withLock { $0 = saved.state } }

  // MARK: Snapshots

  /// All records as they were when a reading began. Where a deletion leaves no stamp, two of them begin
  /// at one place and hold different records.
  struct Snapshot: Sendable {
    /// The number by which a reading goes on with this one, and with no other.
    let number: Int
    /// In the order in which they are read.
    let records: [SourceRecord]
  }

  /// Reads all records as they were when the reading began.
  public func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String {
    var (place, position) = (Int64(0), 0)
    let snapshot: Snapshot = try state.withLock { state throws(ConnectorError) in
      if let parts = resume?.split(separator: "@"), parts.count == 3 {
        (place, position) = (Int64(parts[0]) ?? 0, Int(parts[1]) ?? 0)
        guard let kept = state.snapshots[place], kept.number == Int(parts[2]) else {
          throw ConnectorError(.cursorExpired, "the snapshot is not kept")
        }
        return kept
      }
      place = feedPlace(state)
      state.snapshotCount += 1
      let new = Snapshot(
        number: state.snapshotCount,
        records: state.records.sorted { $0.key < $1.key }.map(\.value.source))
      state.snapshots[place] = new
      return new
    }
    let records = snapshot.records
    let size = state.withLock { $0.pageSize }
    repeat {
      let part = Array(records[position..<min(position + size, records.count)])
      position += part.count
      try page(
        SourcePage(
          records: part, cursor: "\(place)@\(position)@\(snapshot.number)",
          hasMore: position < records.count, expectedTotal: records.count))
    } while position < records.count
    return "\(place)"
  }

  /// The place in the feed from which on all is new.
  private func feedPlace(_ state: State) -> Int64 {
    profile.hasTombstones
      ? Int64(state.log.count)
      : state.records.values.map(\.updatedAt.microseconds).max() ?? 0
  }

  // MARK: Changes

  /// Reads what changed after a cursor.
  public func changes(
    from cursor: String, limit: Int, page: (SourcePage) throws -> Void
  ) throws {
    guard var place = Int64(cursor) else {
      throw ConnectorError(.refused, "not a cursor of this server")
    }
    if !profile.hasTombstones { return try changesByStamp(from: place, limit: limit, page) }
    while true {
      let next: SourcePage = try state.withLock { state throws(ConnectorError) in
        guard place >= state.oldestCursor, place <= state.log.count else {
          throw ConnectorError(.cursorExpired, "the cursor is too old")
        }
        return feedPage(from: Int(place), limit: min(limit, state.pageSize), state)
      }
      place = Int64(next.cursor) ?? place
      try page(next)
      if !next.hasMore { return }
    }
  }

  private func feedPage(from place: Int, limit: Int, _ state: State) -> SourcePage {
    let end = min(place + limit, state.log.count)
    var page = SourcePage(records: [], cursor: "\(end)", hasMore: end < state.log.count)
    for seq in place..<end {
      let key = state.log[seq]
      // Only the newest row of a record is served, as the contract allows.
      if let record = state.records[key] {
        if record.seq == Int64(seq) + 1 { page.records.append(record.source) }
      } else if let tombstone = state.tombstones[key], tombstone.seq == Int64(seq) + 1 {
        page.tombstones.append(
          SourceTombstone(
            type: key.type, id: key.id, version: profile.hasVersions ? tombstone.version : 0,
            seq: tombstone.seq, isGone: tombstone.isGone, at: tombstone.at))
      }
    }
    return page
  }

  /// All records whose stamp lies after the cursor less the window, in order of stamp and id.
  private func changesByStamp(
    from place: Int64, limit: Int, _ page: (SourcePage) throws -> Void
  ) throws {
    let from = place - profile.window * 1_000_000
    let (found, size) = state.withLock { state in
      (
        state.records.filter { $0.value.updatedAt.microseconds >= from }
          .sorted { ($0.value.updatedAt, $0.key) < ($1.value.updatedAt, $1.key) }.map(\.value),
        min(limit, state.pageSize)
      )
    }
    var (position, newest) = (0, place)
    repeat {
      let part = found[position..<min(position + size, found.count)]
      position += part.count
      newest = max(newest, part.last?.updatedAt.microseconds ?? newest)
      try page(
        SourcePage(
          records: part.map(\.source), cursor: "\(newest)", hasMore: position < found.count))
    } while position < found.count
  }

  // MARK: Proof and single records

  private func all(_ type: ResourceType) -> [RecordIdentity] {
    state.withLock { state in
      state.records.filter { $0.key.type == type }
        .map { RecordIdentity(id: $0.key.id, contentHash: $0.value.source.contentHash) }
        .sorted { $0.id < $1.id }
    }
  }

  /// Counts and hashes of a type.
  public func digest(of type: ResourceType) throws(ConnectorError) -> [DigestBucket] {
    if let known = state.withLock({ $0.digests[type] }) { return known }
    var accumulator = DigestAccumulator()
    for identity in all(type) { accumulator.add(identity) }
    let buckets = accumulator.finish()
    state.withLock { $0.digests[type] = buckets }
    return buckets
  }

  /// Ids and hashes of a bucket.
  public func identities(of type: ResourceType, bucket: UInt8) throws(ConnectorError)
    -> [RecordIdentity]
  {
    all(type).filter { DigestAccumulator.bucket(of: $0.id) == bucket }
  }

  /// One record as it is now.
  public func record(_ type: ResourceType, _ id: String) throws(ConnectorError) -> SourceRecord? {
    state.withLock { $0.records[RecordKey(type, id)]?.source }
  }

  /// The record that bears an external reference.
  public func record(_ type: ResourceType, externalReference: String) throws(ConnectorError)
    -> SourceRecord?
  {
    state.withLock { state in
      state.references[externalReference].flatMap { state.records[$0]?.source }
    }
  }
}
