public import Bytes
public import Contract
import Formats
public import Machine
import Synchronization

/// A commerce server in memory that keeps the contract and forgets nothing: every value that ever
/// stood in a field, who put it there and by which request. The invariants are checked against it,
/// not against what a client says.
public final class ServerModel: Sendable {
  /// Who wrote.
  public enum Actor: Sendable, Hashable {
    /// Somebody at the shop's own screens.
    case staff
    /// The system that owns prices and stock.
    case erp
    /// A backup of the server that was put back.
    case backup
    /// An editor of ours, by number.
    case editor(Int)
  }

  /// One write that was committed.
  public struct Write: Sendable {
    /// Its place in the order of all writes, from 1.
    public var place: Int
    /// When.
    public var at: Instant
    /// Who.
    public var actor: Actor
    /// Which record.
    public var key: RecordKey
    /// What was done.
    public var operation: Mutation.Operation
    /// Values before and after of the fields that changed, by name.
    public var before: [String: FieldValue]
    /// See `before`.
    public var after: [String: FieldValue]
    /// The version that the record has since.
    public var version: Int64
    /// The record's content hash since; "" for a deletion.
    public var contentHash: String
    /// The mutation that did it; nil for staff and ERP.
    public var mutation: Mutation?
  }

  /// A record as it stands.
  struct Stored {
    var fields: [String: FieldValue]
    var externalReference: String?
    var version: Int64
    var seq: Int64
    var createdAt: Instant
    var updatedAt: Instant
    var source: SourceRecord
    var isPoison = false
  }

  struct Tombstone {
    var version: Int64
    var seq: Int64
    var at: Instant
    /// Whether the record is only no longer shared with the editors.
    var isGone = false
  }

  struct Answer {
    var fingerprint: [UInt8]
    var outcome: WriteOutcome
    var at: Instant
  }

  struct State {
    var serverID = "model"
    var epoch = 1
    var scope = "all"
    var records: [RecordKey: Stored] = [:]
    var tombstones: [RecordKey: Tombstone] = [:]
    /// The change log: row n has the sequence number n + 1.
    var log: [RecordKey] = []
    var oldestCursor: Int64 = 0
    var history: [Write] = []
    var historyByKey: [RecordKey: [Int]] = [:]
    var references: [String: RecordKey] = [:]
    var answers: [String: Answer] = [:]
    /// Keys of before are forgotten: a restored server does not know them.
    var keysSince = Instant(seconds: 0)
    var snapshots: [Int64: Snapshot] = [:]
    /// How many snapshots were ever begun.
    var snapshotCount = 0
    /// The form of a record before its last write, for caches that are behind.
    var previous: [RecordKey: SourceRecord] = [:]
    var digests: [ResourceType: [DigestBucket]] = [:]
    var nextID = 1
    /// Requests that reached the server, replays among them.
    var arrivals = 0
    var replays = 0
    /// Requests that changed something although one with the same mutation had done so before.
    var doubles: [String] = []
    var executed: Set<String> = []
    var pageSize = 20
    /// How many seconds a stamp is older than its visibility, for the next writes.
    var commitLag: Int64 = 0
    /// Records that are no longer shared with the editors, as they were.
    var hidden: [RecordKey: Stored] = [:]
    /// Records that are served with a field that no schema knows yet, and its value.
    var novelties: [RecordKey: FieldValue] = [:]
    /// When each row of the log was written.
    var logTimes: [Instant] = []
  }

  let state: Mutex<State>
  /// What it protects and shows.
  public let profile: ServerProfile
  let clock: any TimeSource

  /// Starts an empty server.
  public init(_ profile: ServerProfile, clock: any TimeSource, pageSize: Int = 20) {
    self.profile = profile
    self.clock = clock
    var state = State()
    state.pageSize = pageSize
    self.state = Mutex(state)
  }

  // MARK: What the simulation reads

  /// All writes in their order.
  public var history: [Write] { state.withLock { $0.history } }

  /// The writes of one record in their order.
  public func history(of key: RecordKey) -> [Write] {
    state.withLock { state in (state.historyByKey[key] ?? []).map { state.history[$0] } }
  }

  /// Records that exist, in order.
  public var keys: [RecordKey] { state.withLock { $0.records.keys.sorted() } }

  /// The fields of a record; nil where there is none.
  public func fields(of key: RecordKey) -> [String: FieldValue]? {
    state.withLock { $0.records[key]?.fields }
  }

  /// The content hash of each record that exists.
  public var contentHashes: [RecordKey: String] {
    state.withLock { $0.records.mapValues { $0.source.contentHash } }
  }

  /// Records whose body is served in a form that fits no schema.
  public var poisoned: Set<RecordKey> {
    state.withLock { Set($0.records.filter { $0.value.isPoison }.keys) }
  }

  /// Whether a record was there and was deleted.
  public func wasDeleted(_ key: RecordKey) -> Bool {
    state.withLock { $0.records[key] == nil && $0.historyByKey[key] != nil }
  }

  /// Mutations that changed something more than once.
  public var doubles: [String] { state.withLock { $0.doubles } }

  /// External references that more than one record bears now, which must never be.
  public var sharedReferences: [String] {
    state.withLock { state in
      var seen: [String: Int] = [:]
      for record in state.records.values {
        if let reference = record.externalReference { seen[reference, default: 0] += 1 }
      }
      return seen.filter { $0.value > 1 }.keys.sorted()
    }
  }

  /// Whether a record bears an external reference now.
  func hasReference(_ reference: String) -> Bool {
    state.withLock { $0.references[reference] != nil }
  }

  /// From when on keys are known.
  var keysSince: Instant { state.withLock { $0.keysSince } }

  /// Requests that arrived, and how many of them were answered from the store of keys.
  public var traffic: (arrivals: Int, replays: Int) {
    state.withLock { ($0.arrivals, $0.replays) }
  }

  // MARK: What happens to it

  /// Writes as staff or ERP: a record is made, or fields of it are set; a null clears.
  ///
  /// - Returns: whether it was written; not where a rule of the server is against it.
  @discardableResult
  public func put(
    _ key: RecordKey, _ fields: [String: FieldValue], by actor: Actor = .staff
  ) -> Bool {
    state.withLock { state in
      let exists = state.records[key] != nil
      let all = (state.records[key]?.fields ?? [:]).merging(fields) { $1 }.filter { !$1.isNull }
      guard objection(to: all, of: key, state) == nil else { return false }
      if exists, all == state.records[key]?.fields { return false }
      commit(key, all, exists ? .update : .create, actor, nil, &state)
      return true
    }
  }

  /// Deletes a record and its parts, as staff.
  @discardableResult
  public func remove(_ key: RecordKey, by actor: Actor = .staff) -> Bool {
    state.withLock { state in delete(key, actor, nil, &state) }
  }

  /// Serves a record from now on in a form that fits no schema, or properly again.
  public func poison(_ key: RecordKey, _ isPoison: Bool) {
    state.withLock { state in
      guard var record = state.records[key], record.isPoison != isPoison else { return }
      record.isPoison = isPoison
      state.records[key] = record
      commit(key, record.fields, .update, .staff, nil, &state)
    }
  }

  /// Cursors older than the newest are refused from now on.
  public func expireCursors() {
    state.withLock {
      $0.oldestCursor = Int64($0.log.count)
      $0.snapshots = [:]
    }
  }

  /// The change log begins anew, as after a restored backup: same records, other numbers.
  public func beginEpoch() {
    state.withLock { state in
      state.epoch += 1
      renumber(&state)
    }
  }

  /// From how many seconds before their visibility the stamps of later writes are.
  public func setCommitLag(seconds: Int64) { state.withLock { $0.commitLag = seconds } }

  // MARK: Writing down

  /// Puts a new state of a record into log and history. All rules have been checked.
  func commit(
    _ key: RecordKey, _ fields: [String: FieldValue], _ operation: Mutation.Operation,
    _ actor: Actor, _ mutation: Mutation?, _ state: inout State
  ) {
    let now = clock.now
    let old = state.records[key]
    let version = (old?.version ?? state.tombstones[key]?.version ?? 0) + 1
    log(key, &state)
    let seq = Int64(state.log.count)
    let stamp = Instant(microseconds: now.microseconds - state.commitLag * 1_000_000)
    var record =
      old
      ?? Stored(
        fields: [:], externalReference: mutation?.externalReference, version: 0, seq: 0,
        createdAt: now, updatedAt: now,
        source: SourceRecord(
          type: key.type, id: key.id, version: 0, seq: 0, etag: "", contentHash: "",
          updatedAt: nil, body: Tape.null, json: []))
    record.fields = fields
    record.version = version
    record.seq = seq
    record.updatedAt = profile.kind == .stamps ? stamp : now
    state.records[key] = record
    state.tombstones[key] = nil
    if let reference = record.externalReference { state.references[reference] = key }
    render(key, &state)
    note(key, old?.fields ?? [:], fields, operation, actor, version, mutation, &state)
  }

  /// Deletes a record with its parts, if nothing guards it.
  func delete(
    _ key: RecordKey, _ actor: Actor, _ mutation: Mutation?, _ state: inout State
  ) -> Bool {
    guard state.records[key] != nil else { return false }
    var doomed = [key]
    var next = 0
    while next < doomed.count {
      let target = doomed[next]
      next += 1
      for (other, policy) in linking(to: target, state) where !doomed.contains(other) {
        if policy == .guarded { return false }
        doomed.append(other)
      }
    }
    for one in doomed.reversed() {
      guard let old = state.records.removeValue(forKey: one) else { continue }
      log(one, &state)
      state.previous[one] = nil
      state.digests[one.type] = nil
      state.tombstones[one] = Tombstone(
        version: old.version + 1, seq: Int64(state.log.count), at: clock.now)
      if let reference = old.externalReference { state.references[reference] = nil }
      note(one, old.fields, [:], .delete, actor, old.version + 1, mutation, &state)
    }
    return true
  }

  /// A new row of the change log.
  func log(_ key: RecordKey, _ state: inout State) {
    state.log.append(key)
    state.logTimes.append(clock.now)
  }

  private func linking(to key: RecordKey, _ state: State) -> [(RecordKey, LinkPolicy)] {
    var found: [(RecordKey, LinkPolicy)] = []
    for (other, record) in state.records {
      for link in ResourceSchema.of(other.type).links where link.targets.contains(key.type) {
        guard let value = record.fields["links.\(link.name)"] else { continue }
        let id = value.text ?? value["id"]?.text
        let type = value["type"]?.text ?? link.targets[0].rawValue
        if id == key.id, type == key.type.rawValue { found.append((other, link.policy)) }
      }
    }
    // Links of a record stay in the order of the schema.
    return found.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
      .map(\.element)
  }

  /// Puts a change into the history.
  func note(
    _ key: RecordKey, _ old: [String: FieldValue], _ new: [String: FieldValue],
    _ operation: Mutation.Operation, _ actor: Actor, _ version: Int64, _ mutation: Mutation?,
    _ state: inout State
  ) {
    var before: [String: FieldValue] = [:]
    var after: [String: FieldValue] = [:]
    for field in Set(old.keys).union(new.keys) where old[field] != new[field] {
      before[field] = old[field] ?? .null
      after[field] = new[field] ?? .null
    }
    state.historyByKey[key, default: []].append(state.history.count)
    state.history.append(
      Write(
        place: state.history.count + 1, at: clock.now, actor: actor, key: key,
        operation: operation, before: before, after: after, version: version,
        contentHash: state.records[key]?.source.contentHash ?? "", mutation: mutation))
  }

  /// Makes the form in which a record is served.
  func render(_ key: RecordKey, _ state: inout State) {
    guard var record = state.records[key] else { return }
    if record.source.version > 0 || !record.source.contentHash.isEmpty {
      state.previous[key] = record.source
    }
    state.digests[key.type] = nil
    var content = record.fields
    if record.isPoison { content["title"] = .integer(7) }
    if let novelty = state.novelties[key] { content[Self.novelField] = novelty }
    let patch = RecordFields.patch(content)
    guard let body = try? JSON.parse(patch.json) else {
      preconditionFailure("fields of the model are JSON")
    }
    let attributes = body.value["attributes"] ?? Tape.null.value
    let links = body.value["links"]
    let hash = ContentHash.of(type: key.type, id: key.id, attributes: attributes, links: links)
    let envelope = Envelope(
      type: key.type, id: key.id, externalRef: record.externalReference,
      version: profile.hasVersions ? record.version : 0,
      etag: profile.hasVersions ? "\"\(record.version)\"" : "", seq: record.seq,
      createdAt: record.createdAt, updatedAt: record.updatedAt, updatedBy: "model",
      contentHash: hash, attributes: attributes, links: links)
    var buffer = ByteBuffer(capacity: 512)
    envelope.append(to: &buffer)
    guard let tape = try? JSON.parse(buffer.array) else {
      preconditionFailure("an envelope is JSON")
    }
    record.source = SourceRecord(
      type: key.type, id: key.id, version: profile.hasVersions ? record.version : 0,
      seq: profile.hasTombstones ? record.seq : 0, etag: envelope.etag, contentHash: hash,
      updatedAt: record.updatedAt, body: tape, json: buffer.array)
    state.records[key] = record
  }
}
