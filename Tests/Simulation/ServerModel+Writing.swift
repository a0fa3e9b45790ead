import Bytes
public import Contract
import Formats
import Machine
import Synchronization

extension ServerModel {
  // MARK: Requests

  /// The frozen form of a mutation: all that the server learns stands in the body.
  public func request(for mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    if mutation.operation == .adjust, !profile.hasDelta {
      throw ConnectorError(.refused, "this shop cannot change stock by a difference")
    }
    func object(_ fields: [String: FieldValue]) -> FieldValue {
      .object(of: fields.map { FieldValue.Member($0.key, $0.value) })
    }
    let body = FieldValue.object(of: [
      .init("adjustments", object(mutation.adjustments.mapValues { .integer($0) })),
      .init("fields", object(mutation.fields)),
      .init("id", .text(mutation.id)),
      .init("operation", .text(mutation.operation.rawValue)),
      .init("reference", mutation.externalReference.map { .text($0) } ?? .null),
      .init("seen", object(mutation.seen)),
      .init("version", .integer(mutation.seenVersion)),
    ])
    return WriteRequest(
      mutation: mutation, method: "POST",
      path: "/\(mutation.record.type.rawValue)/\(mutation.record.id)",
      headers: [.init("Idempotency-Key", mutation.id)], body: Array(body.json.utf8))
  }

  /// Executes requests, each by itself, in their order.
  public func send(_ requests: [WriteRequest]) throws(ConnectorError) -> [WriteOutcome] {
    requests.map { execute($0, by: .editor(0)) }
  }

  /// Executes one request from its bytes; its `mutation` is not looked at.
  ///
  /// - Parameter meanwhile: what somebody else does where the platform has no guard: called between
  ///   the connector's reading and its writing, and between its writing and its reading back.
  public func execute(
    _ request: WriteRequest, by actor: Actor, meanwhile: ((Window) -> Void)? = nil
  ) -> WriteOutcome {
    guard let mutation = Self.decode(request) else {
      return .refused(WriteRefusal("the body is not a request", code: "malformed"))
    }
    let known: WriteOutcome? = state.withLock { state in
      state.arrivals += 1
      return replay(mutation.id, request.body, &state)
    }
    if let known { return known }
    if profile.guard == .none, mutation.operation != .create, mutation.operation != .adjust {
      return executeUnguarded(mutation, actor, meanwhile)
    }
    return state.withLock { state in
      let outcome = apply(mutation, actor, &state)
      remember(mutation.id, request.body, outcome, &state)
      return outcome
    }
  }

  /// A moment in which an unguarded platform lets somebody else in.
  public enum Window: Sendable {
    /// After the comparison, before the write: what is written then is overwritten.
    case beforeWrite
    /// After the write, before it is read back.
    case afterWrite
  }

  private static func decode(_ request: WriteRequest) -> Mutation? {
    let parts = request.path.split(separator: "/")
    guard parts.count == 2, let type = ResourceType(rawValue: String(parts[0])),
      let body = try? FieldValue(json: String(decoding: request.body, as: UTF8.self)),
      let id = body["id"]?.text,
      let operation = body["operation"]?.text.flatMap(Mutation.Operation.init(rawValue:))
    else { return nil }
    func fields(_ name: String) -> [String: FieldValue] {
      Dictionary(
        (body[name]?.members ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
    return Mutation(
      id: id, record: RecordKey(type, String(parts[1])),
      externalReference: body["reference"]?.text, operation: operation,
      fields: fields("fields"), adjustments: fields("adjustments").compactMapValues(\.integer),
      seen: fields("seen"), seenVersion: body["version"]?.integer ?? 0)
  }

  // MARK: Keys

  private func replay(_ key: String, _ body: [UInt8], _ state: inout State) -> WriteOutcome? {
    guard let retention = profile.keyRetention, let known = state.answers[key] else { return nil }
    guard clock.now < known.at.adding(seconds: Int64(retention)) else {
      state.answers[key] = nil
      return nil
    }
    state.replays += 1
    guard known.fingerprint == body else {
      return .refused(
        WriteRefusal("the key was used for something else", code: "idempotency-mismatch"))
    }
    return known.outcome
  }

  private func remember(
    _ key: String, _ body: [UInt8], _ outcome: WriteOutcome, _ state: inout State
  ) {
    guard profile.keyRetention != nil else { return }
    state.answers[key] = Answer(fingerprint: body, outcome: outcome, at: clock.now)
  }

  // MARK: Rules

  /// Why a record may not be so; nil where it may.
  func objection(
    to fields: [String: FieldValue], of key: RecordKey, _ state: State
  ) -> WriteOutcome? {
    guard let body = try? JSON.parse(RecordFields.patch(fields).json) else { return nil }
    let faults = ResourceSchema.of(key.type).check(
      attributes: body.value["attributes"] ?? Tape.null.value, links: body.value["links"],
      isReading: false)
    if let fault = faults.first {
      let field = fault.pointer.split(separator: "/").dropFirst().first.map(String.init)
      return .refused(WriteRefusal(fault.message, field: field, code: fault.code.rawValue))
    }
    for unique in ResourceSchema.of(key.type).uniqueKeys {
      let names = unique.parts.map { $0[0] == "links" ? "links.\($0[1])" : $0[1] }
      let mine = names.map { fields[$0] ?? .null }
      // The first in order, so that the answer is the same each time.
      let holder = state.records.lazy.filter { other, record in
        other.type == key.type && other != key
          && zip(names, mine).allSatisfy { (record.fields[$0] ?? .null) == $1 }
      }.map(\.key).min()
      if let holder {
        return .taken(
          holder: holder,
          problem: WriteRefusal(
            "another record has this \(unique.name)", field: names.last,
            code: "unique-violation"))
      }
    }
    for link in ResourceSchema.of(key.type).links {
      guard let value = fields["links.\(link.name)"] else { continue }
      let type = value["type"]?.text.flatMap(ResourceType.init(rawValue:)) ?? link.targets[0]
      let id = value.text ?? value["id"]?.text ?? ""
      if state.records[RecordKey(type, id)] == nil {
        return .refused(
          WriteRefusal(
            "there is no \(type.rawValue) \(id)", field: "links.\(link.name)",
            code: "dangling-reference"))
      }
    }
    return nil
  }

  // MARK: Executing

  private func apply(
    _ mutation: Mutation, _ actor: Actor, isGuarded: Bool = true, _ state: inout State
  ) -> WriteOutcome {
    switch mutation.operation {
    case .create: return create(mutation, actor, &state)
    case .update:
      guard let record = state.records[mutation.record] else { return .missing }
      if isGuarded, isStale(mutation, record) { return .stale(record.source) }
      return set(mutation, mutation.fields, actor, &state)
    case .adjust:
      guard let record = state.records[mutation.record] else { return .missing }
      var fields: [String: FieldValue] = [:]
      for (field, delta) in mutation.adjustments {
        fields[field] = .integer((record.fields[field]?.integer ?? 0) + delta)
      }
      return set(mutation, fields, actor, &state)
    case .delete:
      guard let record = state.records[mutation.record] else { return .missing }
      if isGuarded, isStale(mutation, record) { return .stale(record.source) }
      guard delete(mutation.record, actor, mutation, &state) else {
        return .refused(WriteRefusal("other records link to it", code: "still-referenced"))
      }
      count(mutation, &state)
      return .deleted
    }
  }

  private func isStale(_ mutation: Mutation, _ record: Stored) -> Bool {
    switch profile.guard {
    case .version: mutation.seenVersion != record.version
    default: mutation.seen.contains { (record.fields[$0.key] ?? .null) != $0.value }
    }
  }

  private func create(_ mutation: Mutation, _ actor: Actor, _ state: inout State) -> WriteOutcome {
    var key = mutation.record
    if let reference = mutation.externalReference, let holder = state.references[reference] {
      return .taken(
        holder: holder,
        problem: WriteRefusal(
          "another record has this reference", field: "external_ref", code: "unique-violation"))
    }
    if !profile.makesIDs, state.records[key] != nil {
      return .taken(
        holder: key,
        problem: WriteRefusal("another record has this id", code: "unique-violation"))
    }
    if profile.makesIDs {
      key.id = "\(key.type.idPrefix)_srv\(state.nextID)"
    }
    let fields = mutation.fields.filter { !$0.value.isNull }
    if let objection = objection(to: fields, of: key, state) { return objection }
    state.nextID += 1
    var kept = mutation
    if !profile.hasExternalReference { kept.externalReference = nil }
    count(mutation, &state)
    commit(key, fields, .create, actor, kept, &state)
    return .done(state.records[key]?.source)
  }

  private func set(
    _ mutation: Mutation, _ changes: [String: FieldValue], _ actor: Actor, _ state: inout State
  ) -> WriteOutcome {
    guard let record = state.records[mutation.record] else { return .missing }
    let all = record.fields.merging(changes) { $1 }.filter { !$1.isNull }
    if all == record.fields, mutation.operation == .update { return .done(record.source) }
    if let objection = objection(to: all, of: mutation.record, state) { return objection }
    count(mutation, &state)
    commit(mutation.record, all, mutation.operation, actor, mutation, &state)
    return .done(state.records[mutation.record]?.source)
  }

  private func count(_ mutation: Mutation, _ state: inout State) {
    if !state.executed.insert(mutation.id).inserted { state.doubles.append(mutation.id) }
  }

  /// What a connector does where nothing is guarded: read, compare, write, read back, compare.
  private func executeUnguarded(
    _ mutation: Mutation, _ actor: Actor, _ meanwhile: ((Window) -> Void)?
  ) -> WriteOutcome {
    let found: WriteOutcome? = state.withLock { state in
      guard let record = state.records[mutation.record] else { return .missing }
      return isStale(mutation, record) ? .stale(record.source) : nil
    }
    if let found { return found }
    meanwhile?(.beforeWrite)
    let outcome = state.withLock { apply(mutation, actor, isGuarded: false, &$0) }
    guard case .done = outcome else { return outcome }
    meanwhile?(.afterWrite)
    return state.withLock { state in
      guard let record = state.records[mutation.record] else { return .missing }
      let isOurs = mutation.fields.allSatisfy { (record.fields[$0.key] ?? .null) == $0.value }
      return isOurs ? .done(record.source) : .overwritten(record.source)
    }
  }
}
