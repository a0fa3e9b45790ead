import Bytes
import Contract
import Formats
import Machine
import Synchronization

/// A shop in memory that can be written to: guards, keys with retention, batches and faults, and the
/// history of every value that it ever had.
final class Shop: CatalogTarget {
  /// What happens to one request, the next of which nothing else is scripted.
  enum Fault: Sendable {
    /// It does not arrive, and nobody knows.
    case dropRequest
    /// It is done, and the answer is lost.
    case dropAnswer
    /// The shop asks to wait.
    case postpone(seconds: Int?)
    /// The shop will not have it.
    case refuse(WriteRefusal)
    /// The token is no longer valid.
    case unauthorized
    /// Somebody writes a field just before.
    case interfere(RecordKey, String, FieldValue)
    /// Somebody writes a field between our writing and our reading back, on a shop without guards.
    case overwrite(RecordKey, String, FieldValue)
    /// It goes well.
    case none
  }

  struct Value: Hashable {
    let key: RecordKey
    let field: String
    let value: FieldValue
  }

  struct State {
    var capability: FieldCapability
    var faults: [Fault] = []
    /// Requests as they came in.
    var received: [WriteRequest] = []
    /// How many requests came in one call.
    var batches: [Int] = []
    var answers: [String: (at: Instant, answer: WriteOutcome)] = [:]
    var history: [Value] = []
    var references: [String: RecordKey] = [:]
    /// Ids that the shop gives to new records instead of those that are wished for.
    var givenIDs: [String] = []
    var isUnreachable = false
    var creations = 0
  }

  let source: SimulatedSource
  let state: Mutex<State>
  let time: any TimeSource

  init(_ source: SimulatedSource, time: any TimeSource) {
    self.source = source
    self.time = time
    state = Mutex(
      State(
        capability: FieldCapability(
          guard: .version, hasDelta: true, idempotency: .key(retentionSeconds: 86_400),
          hasExternalReference: true, deletions: .tombstones, signal: .feed, hasStableOrder: true,
          largestBatch: 100)))
  }

  /// A shop without guards, keys or references.
  func becomeUnguarded() {
    state.withLock {
      $0.capability = FieldCapability(
        guard: .none, deletions: .tombstones, signal: .feed, largestBatch: 1)
    }
  }

  func script(_ faults: Fault...) { state.withLock { $0.faults += faults } }

  var capabilities: Capabilities { Capabilities(standard: state.withLock { $0.capability }) }
  var received: [WriteRequest] { state.withLock { $0.received } }
  var history: [Value] { state.withLock { $0.history } }

  // MARK: Staff

  /// Somebody in the shop sets a field.
  func set(_ key: RecordKey, _ field: String, _ value: FieldValue) { change(key, [field: value]) }

  func value(_ key: RecordKey, _ field: String) -> FieldValue? {
    guard let record = source.state.withLock({ $0.records["\(key.type.name)/\(key.id)"] }) else {
      return nil
    }
    if field == "external_ref" { return record.body.value[field].map(FieldValue.init) ?? .null }
    return RecordFields.value(field, attributes: record.attributes, links: record.links)
  }

  private func change(_ key: RecordKey, _ changes: [String: FieldValue]) {
    let old = source.state.withLock { $0.records["\(key.type.name)/\(key.id)"] }
    let envelope = old?.body.value
    let empty = #"{"attributes":{},"links":{}}"#
    guard let base = envelope ?? (try? JSON.parse(empty))?.value,
      let laid = try? JSON.parse(RecordOverlay.apply(changes, to: base))
    else { return }
    func text(_ name: String) -> String {
      laid.value[name].map { JSON.text($0) } ?? "{}"
    }
    source.put(key.type, key.id, text("attributes"), links: text("links"))
    state.withLock { state in
      for (field, value) in changes {
        state.history.append(Value(key: key, field: field, value: value))
      }
    }
  }

  // MARK: CatalogTarget

  func request(for mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    var fields = mutation.fields
    for (field, movement) in mutation.adjustments { fields[field] = .integer(movement) }
    let body = FieldValue.object(of: fields.map { .init($0.key, $0.value) }).json
    return WriteRequest(
      mutation: mutation, method: mutation.operation.rawValue.uppercased(),
      path: "/\(mutation.record.type.path)/\(mutation.record.id)",
      headers: [.init("Idempotency-Key", mutation.id)], body: Array(body.utf8))
  }

  func send(_ requests: [WriteRequest]) throws(ConnectorError) -> [WriteOutcome] {
    if state.withLock({ $0.isUnreachable }) {
      throw ConnectorError(.unreachable, "the shop cannot be reached")
    }
    state.withLock { $0.batches.append(requests.count) }
    return requests.map(answer)
  }

  private func answer(_ request: WriteRequest) -> WriteOutcome {
    let fault: Fault = state.withLock { state in
      state.received.append(request)
      return state.faults.isEmpty ? .none : state.faults.removeFirst()
    }
    switch fault {
    case .dropRequest: return .unknown(reason: "the connection broke")
    case .dropAnswer:
      _ = perform(request)
      return .unknown(reason: "no answer came")
    case .postpone(let seconds): return .postponed(seconds: seconds, reason: "too many requests")
    case .refuse(let refusal): return .refused(refusal)
    case .unauthorized:
      return .unauthorized(ConnectorError(.unauthenticated, "the token is not valid"))
    case .interfere(let key, let field, let value):
      set(key, field, value)
      return perform(request)
    case .overwrite(let key, let field, let value):
      let outcome = perform(request)
      set(key, field, value)
      guard case .done = outcome, let record = current(request.mutation.record) else {
        return outcome
      }
      return .overwritten(record)
    case .none: return perform(request)
    }
  }

  private func current(_ key: RecordKey) -> SourceRecord? {
    source.state.withLock { $0.records["\(key.type.name)/\(key.id)"] }
  }

  private func perform(_ request: WriteRequest) -> WriteOutcome {
    let key = request.mutation.id
    let capability = state.withLock { $0.capability }
    if case .key(let retention) = capability.idempotency,
      let kept = state.withLock({ $0.answers[key] }),
      time.now.seconds - kept.at.seconds < Int64(retention)
    {
      return kept.answer
    }
    let outcome = apply(request.mutation, capability)
    let now = time.now
    state.withLock { $0.answers[key] = (now, outcome) }
    return outcome
  }

  private func apply(_ mutation: Mutation, _ capability: FieldCapability) -> WriteOutcome {
    if mutation.operation == .create { return create(mutation, capability) }
    guard let record = current(mutation.record) else { return .missing }
    if mutation.operation == .adjust {
      var changes: [String: FieldValue] = [:]
      for (field, movement) in mutation.adjustments {
        let now = value(mutation.record, field)?.integer ?? 0
        changes[field] = .integer(now + movement)
      }
      change(mutation.record, changes)
      return .done(current(mutation.record))
    }
    if capability.guard == .version, record.version != mutation.seenVersion {
      return .stale(record)
    }
    if capability.guard == .none {
      for (field, seen) in mutation.seen where value(mutation.record, field) != seen {
        return .stale(record)
      }
    }
    if mutation.operation == .delete {
      source.remove(mutation.record.type, mutation.record.id)
      return .deleted
    }
    if let holder = holder(mutation) {
      return .taken(holder: holder, problem: WriteRefusal("is taken", field: "handle"))
    }
    change(mutation.record, mutation.fields)
    return .done(current(mutation.record))
  }

  private func holder(_ mutation: Mutation) -> RecordKey? {
    guard let handle = mutation.fields["handle"]?.text else { return nil }
    return source.state.withLock { state in
      state.records.values.first { record in
        record.type == mutation.record.type && record.id != mutation.record.id
          && record.attributes["handle"]?.string == handle
      }.map { RecordKey($0.type, $0.id) }
    }
  }

  private func create(_ mutation: Mutation, _ capability: FieldCapability) -> WriteOutcome {
    if capability.hasExternalReference, let reference = mutation.externalReference,
      let known = state.withLock({ $0.references[reference] }), let record = current(known)
    {
      return .stale(record)
    }
    if let holder = holder(mutation) {
      return .taken(holder: holder, problem: WriteRefusal("is taken", field: "handle"))
    }
    let given = state.withLock { state -> String? in
      state.creations += 1
      return state.givenIDs.isEmpty ? nil : state.givenIDs.removeFirst()
    }
    let key = RecordKey(mutation.record.type, given ?? mutation.record.id)
    change(key, mutation.fields)
    if let reference = mutation.externalReference {
      state.withLock { $0.references[reference] = key }
    }
    return .done(current(key))
  }

  func record(_ type: ResourceType, externalReference: String) throws(ConnectorError)
    -> SourceRecord?
  {
    if state.withLock({ $0.isUnreachable }) {
      throw ConnectorError(.unreachable, "the shop cannot be reached")
    }
    return state.withLock { $0.references[externalReference] }.flatMap(current)
  }

  // MARK: CatalogSource

  func describe() throws(ConnectorError) -> SourceDescription {
    var description = try source.describe()
    description.capabilities = capabilities
    description.types = ResourceType.allCases
    return description
  }

  func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String {
    try source.snapshot(resume: resume, page: page)
  }

  func changes(from cursor: String, limit: Int, page: (SourcePage) throws -> Void) throws {
    try source.changes(from: cursor, limit: limit, page: page)
  }

  func digest(of type: ResourceType) throws(ConnectorError) -> [DigestBucket] {
    try source.digest(of: type)
  }

  func identities(of type: ResourceType, bucket: UInt8) throws(ConnectorError) -> [RecordIdentity] {
    try source.identities(of: type, bucket: bucket)
  }

  func record(_ type: ResourceType, _ id: String) throws(ConnectorError) -> SourceRecord? {
    if state.withLock({ $0.isUnreachable }) {
      throw ConnectorError(.unreachable, "the shop cannot be reached")
    }
    return try source.record(type, id)
  }
}
