import Bytes
import Contract
import Formats
import Machine
import Synchronization

/// A commerce server in memory that keeps the contract, and the ways in which it can fail to.
final class SimulatedSource: CatalogSource {
  /// What happens to one call.
  enum Fault: Sendable {
    /// The call fails before anything is handed on.
    case fail(ConnectorError)
    /// That many pages come, then the connection breaks.
    case breakAfter(pages: Int)
    /// The source's last page of a snapshot is missing though it says that it is whole.
    case truncate
    /// Rows come twice and the last first.
    case scramble
  }

  struct State {
    var serverID = "sim"
    var epoch = "e1"
    var scope = "all"
    var hasFeed = true
    var records: [String: SourceRecord] = [:]
    /// The log: sequence, key, and whether it is a deletion or the record left the scope.
    var log: [(seq: Int64, key: String, end: SourceTombstone?)] = []
    var seq: Int64 = 0
    /// Cursors below this have expired.
    var oldest: Int64 = 0
    var faults: [Fault] = []
    var calls: [String] = []
    var rejects: [SourceReject] = []
    /// Snapshots that are still kept, by the sequence they were taken at.
    var kept: [Int64: [SourceRecord]] = [:]
    var corruptDigest: Set<ResourceType> = []
    /// A record of which the feed gives nothing and the digest knows.
    var hidden: Set<String> = []
    var canResume = true
  }

  let state = Mutex(State())
  let pageSize: Int

  init(pageSize: Int = 10) { self.pageSize = pageSize }

  // MARK: What the test does with it

  func put(_ type: ResourceType, _ id: String, _ attributes: String, links: String = "{}") {
    state.withLock { state in
      state.seq += 1
      let key = "\(type.name)/\(id)"
      let version = (state.records[key]?.version ?? 0) + 1
      state.records[key] = Self.record(
        type, id, version: version, seq: state.seq, attributes: attributes, links: links)
      state.log.append((state.seq, key, nil))
    }
  }

  func remove(_ type: ResourceType, _ id: String, isGone: Bool = false, at: Instant? = nil) {
    state.withLock { state in
      state.seq += 1
      let key = "\(type.name)/\(id)"
      let old = state.records.removeValue(forKey: key)
      let tombstone = SourceTombstone(
        type: type, id: id, version: (old?.version ?? 0) + 1, seq: state.seq, isGone: isGone,
        at: at)
      state.log.append((state.seq, key, tombstone))
    }
  }

  func fail(_ faults: Fault...) { state.withLock { $0.faults += faults } }

  var calls: [String] { state.withLock { $0.calls } }

  static func record(
    _ type: ResourceType, _ id: String, version: Int64, seq: Int64, attributes: String,
    links: String
  ) -> SourceRecord {
    guard let content = try? JSON.parse(attributes), let linked = try? JSON.parse(links) else {
      preconditionFailure("a test writes JSON")
    }
    let hash = ContentHash.of(
      type: type, id: id, attributes: content.value, links: linked.value)
    let now = Instant(seconds: 1_700_000_000)
    let envelope = Envelope(
      type: type, id: id, version: version, etag: "\"\(version)\"", seq: seq, createdAt: now,
      updatedAt: now, updatedBy: "test", contentHash: hash, attributes: content.value,
      links: linked.value)
    var buffer = ByteBuffer()
    envelope.append(to: &buffer)
    guard let body = try? JSON.parse(buffer.array) else {
      preconditionFailure("an envelope is JSON")
    }
    return SourceRecord(
      type: type, id: id, version: version, seq: seq, etag: envelope.etag, contentHash: hash,
      updatedAt: now, body: body, json: buffer.array)
  }

  // MARK: CatalogSource

  private func begin(_ call: String) throws(ConnectorError) -> Fault? {
    let fault = state.withLock { state -> Fault? in
      state.calls.append(call)
      return state.faults.isEmpty ? nil : state.faults.removeFirst()
    }
    if case .fail(let error) = fault { throw error }
    return fault
  }

  func describe() throws(ConnectorError) -> SourceDescription {
    _ = try begin("describe")
    return state.withLock { state in
      SourceDescription(
        serverID: state.serverID, epoch: state.epoch, tenant: "demo", scope: state.scope,
        types: [.location, .product, .variant], hasChangeFeed: state.hasFeed,
        capabilities: Capabilities(standard: FieldCapability()), pageMax: 1000)
    }
  }

  func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String {
    let fault = try begin("snapshot \(resume ?? "-")")
    var (seq, start) = (Int64(0), 0)
    let records: [SourceRecord] = try state.withLock { state in
      if let parts = resume?.split(separator: "@"), parts.count == 2 {
        (seq, start) = (Int64(parts[0]) ?? 0, Int(parts[1]) ?? 0)
        guard let kept = state.kept[seq] else {
          throw ConnectorError(.cursorExpired, "the snapshot is not kept")
        }
        return kept
      }
      seq = state.seq
      let all = state.records.filter { !state.hidden.contains($0.key) }
        .sorted { $0.key < $1.key }.map(\.value)
      state.kept[seq] = all
      return all
    }
    var pages = 0
    var position = start
    let rejects = state.withLock { $0.rejects }
    repeat {
      if case .breakAfter(let limit) = fault, pages == limit {
        throw ConnectorError(.unreachable, "the connection broke")
      }
      var part = Array(records[position..<min(position + pageSize, records.count)])
      position += part.count
      let isLast = position >= records.count
      if case .truncate = fault, isLast { part = [] }
      if case .scramble = fault { part = part.reversed() + part }
      try page(
        SourcePage(
          records: part, rejects: isLast ? rejects : [],
          cursor: state.withLock { $0.canResume } ? "\(seq)@\(position)" : "", hasMore: !isLast,
          expectedTotal: records.count))
      pages += 1
    } while position < records.count
    return state.withLock { $0.hasFeed } ? "\(seq)" : ""
  }

  func changes(
    from cursor: String, limit: Int, page: (SourcePage) throws -> Void
  ) throws {
    let fault = try begin("changes \(cursor)")
    var place = Int64(cursor) ?? 0
    var pages = 0
    while true {
      if case .breakAfter(let count) = fault, pages == count {
        throw ConnectorError(.unreachable, "the connection broke")
      }
      let (rows, records, hasMore): ([SourceTombstone], [SourceRecord], Bool) =
        try state.withLock { state in
          guard place >= state.oldest else {
            throw ConnectorError(.cursorExpired, "the cursor is too old")
          }
          let rest = state.log.filter { $0.seq > place }
          let part = rest.prefix(min(limit, pageSize))
          place = part.last?.seq ?? place
          var latest: [String: Int64] = [:]
          for row in state.log { latest[row.key] = row.seq }
          let newest = part.filter { latest[$0.key] == $0.seq && !state.hidden.contains($0.key) }
          return (
            newest.compactMap(\.end),
            newest.filter { $0.end == nil }.compactMap { state.records[$0.key] },
            rest.count > part.count
          )
        }
      var upserts = records
      if case .scramble = fault { upserts = records.reversed() + records }
      try page(
        SourcePage(records: upserts, tombstones: rows, cursor: "\(place)", hasMore: hasMore))
      pages += 1
      if !hasMore { return }
    }
  }

  private func all(_ type: ResourceType) -> [RecordIdentity] {
    state.withLock { state in
      state.records.values.filter { $0.type == type }
        .map { RecordIdentity(id: $0.id, contentHash: $0.contentHash) }
        .sorted { $0.id < $1.id }
    }
  }

  func digest(of type: ResourceType) throws(ConnectorError) -> [DigestBucket] {
    _ = try begin("digest \(type.name)")
    var accumulator = DigestAccumulator()
    for identity in all(type) { accumulator.add(identity) }
    var buckets = accumulator.finish()
    if state.withLock({ $0.corruptDigest.contains(type) }) {
      buckets[7].hash = "sha256:wrong"
      buckets[7].count += 1
    }
    return buckets
  }

  func identities(of type: ResourceType, bucket: UInt8) throws(ConnectorError) -> [RecordIdentity] {
    _ = try begin("identities \(type.name) \(bucket)")
    var found = all(type).filter { DigestAccumulator.bucket(of: $0.id) == bucket }
    if bucket == 7, state.withLock({ $0.corruptDigest.contains(type) }) {
      found.append(RecordIdentity(id: "phantom", contentHash: "sha256:phantom"))
    }
    return found
  }

  func record(_ type: ResourceType, _ id: String) throws(ConnectorError) -> SourceRecord? {
    _ = try begin("record \(type.name) \(id)")
    return state.withLock { $0.records["\(type.name)/\(id)"] }
  }
}
