import Bytes
import Contract
import HTTPServer
import Machine
import SQL

/// What a write does within a transaction, made ready before the transaction begins.
typealias Effect = (RecordWriter) throws -> Response

extension API {
  /// Answers a request that writes, in a transaction of its own.
  func write(_ call: Call, _ target: WriteTarget) throws -> Response {
    _ = try call.parameters([])
    let order = try WriteOrder(call, target)
    let effect = try prepared(order)
    let keys = order.key.map { [$0] } ?? []
    return try keysInProgress.holding(keys, of: call.caller.tokenID) { busy in
      if let key = busy.first { throw KeysInProgress.problem(key) }
      return try store.write { database in
        let writer = try writer(database, call.caller)
        let response = try perform(order, effect, writer, keepingProblems: true)
        try answers(writer, call.caller).prune(limit: 4)
        try writer.finish()
        return response
      }
    }
  }

  func writer(_ database: Database, _ caller: Caller) throws -> RecordWriter {
    try RecordWriter(
      database, tenant: caller.tenant, actor: caller.name, now: store.clock.now)
  }

  func answers(_ writer: RecordWriter, _ caller: Caller) -> KeptAnswers {
    KeptAnswers(
      database: writer.database, token: caller.tokenID, now: writer.now,
      retentionSeconds: configuration.keyRetentionSeconds)
  }

  /// Makes a write ready. What is wrong with it is kept for `perform`, which looks for an earlier
  /// answer first; what is wrong with the server is thrown.
  func prepared(_ order: WriteOrder) throws -> Result<Effect, Problem> {
    do { return .success(try effect(of: order)) } catch let problem as Problem {
      return .failure(problem)
    }
  }

  private func effect(of order: WriteOrder) throws -> Effect {
    switch order.target {
    case .create(let type): try creation(order, type)
    case .patch(let type, let id): try change(order, type, id)
    case .delete(let type, let id): try deletion(order, type, id)
    case .upsert(let type, let reference): try upsert(order, type, reference)
    case .listActions(let type, let id): try listActions(order, type, id)
    case .inventoryCommands: try stockCommands(order)
    case .createWebhook: try webhookCreation(order)
    case .deleteWebhook(let id): try webhookDeletion(order, id)
    case .rotateWebhook(let id): try webhookRotation(order, id)
    }
  }

  /// Does a write within an open transaction, or repeats the answer that its key has.
  ///
  /// - Parameter keepingProblems: whether a refusal is an answer like others and kept; otherwise
  ///   it is thrown.
  func perform(
    _ order: WriteOrder, _ effect: Result<Effect, Problem>, _ writer: RecordWriter,
    keepingProblems: Bool
  ) throws -> Response {
    guard let key = order.key else { return try effect.get()(writer) }
    let answers = answers(writer, order.caller)
    let fingerprint = order.fingerprint
    if let known = try answers.replay(key, for: fingerprint) { return known }
    let response: Response
    do {
      response = try writer.attempt { try effect.get()(writer) }
    } catch let problem as Problem where keepingProblems && problem.status < 500 {
      response = answer(to: problem, order.request, order.requestID)
    }
    try answers.keep(response, under: key, for: fingerprint)
    return response
  }

  // MARK: Create

  /// `POST /v/{date}/{types}`.
  private func creation(_ order: WriteOrder, _ type: ResourceType) throws -> Effect {
    let draft = try draft(of: try order.object(), type)
    return { writer in
      try self.checkSource(of: draft, before: nil, writer, order.symbols)
      let envelope = try RecordMutations(writer: writer, symbols: order.symbols).create(draft)
      return self.created(envelope)
    }
  }

  /// The answer to a creation.
  func created(_ envelope: Envelope) -> Response {
    var response = response(to: envelope, status: 201)
    var location = ByteBuffer(capacity: 64)
    location.append("\(ContractVersion.root)/\(envelope.type.path)/")
    location.append(percentEncoding: envelope.id)
    response.headers.set("Location", location.string)
    return response
  }

  func draft(of body: TapeValue, _ type: ResourceType) throws(Problem) -> RecordDraft {
    var faults = Problem.unknownMembers(
      of: body, known: ["type", "id", "external_ref", "attributes", "links"])
    if let given = body["type"], given.string != type.rawValue {
      faults.append(
        .init(pointer: "/type", code: "not-allowed", message: "it must be \(type.rawValue)"))
    }
    var id = freshID(type)
    if let given = body["id"] {
      if let text = given.string, RecordID.isValid(text) {
        id = text
      } else {
        faults.append(Problem.identifierFault("/id"))
      }
    }
    if body["attributes"] == nil {
      faults.append(
        .init(pointer: "/attributes", code: "missing", message: "attributes is required"))
    }
    let reference = externalReference(body["external_ref"], &faults)
    guard faults.isEmpty else {
      throw Problem(
        .validation, "The \(type.rawValue) does not fit the contract.", errors: faults)
    }
    return RecordDraft(
      type: type, id: id, externalRef: reference,
      attributes: body["attributes"] ?? Tape.null.value, links: body["links"])
  }

  /// An id that no record has.
  func freshID(_ type: ResourceType) -> String {
    "\(type.idPrefix)_\(store.random.sortableID(at: store.clock.now))"
  }

  // MARK: Change

  /// `PATCH /v/{date}/{types}/{id}`: a JSON Merge Patch (RFC 7396) of attributes, links and
  /// external_ref.
  private func change(_ order: WriteOrder, _ type: ResourceType, _ id: String) throws -> Effect {
    try order.requireVersion()
    let body = try order.object(accepting: ["application/merge-patch+json", "application/json"])
    var faults = Problem.unknownMembers(of: body, known: ["external_ref", "attributes", "links"])
    let reference = externalReference(body["external_ref"], &faults)
    guard faults.isEmpty else {
      throw Problem(.validation, "The patch does not fit the contract.", errors: faults)
    }
    if type == .translation { try checkSourceIsNamed(in: body["attributes"]) }
    let symbols = order.symbols
    return { writer in
      let old = try self.guarded(order, type, id, writer)
      let before = try old.draft(symbols: symbols)
      var draft = before
      draft.updatedAt = nil
      if body["external_ref"] != nil { draft.externalRef = reference }
      if let patch = body["attributes"] {
        draft.attributes = MergePatch.apply(patch, to: draft.attributes, symbols: symbols)
      }
      if let patch = body["links"] {
        draft.links = MergePatch.apply(patch, to: draft.links, symbols: symbols)
      }
      try self.checkSource(of: draft, before: before, writer, symbols)
      return try self.update(old, to: draft, writer, symbols)
    }
  }

  /// Stores what a record has become; the answer shows it, changed or not.
  func update(
    _ old: StoredRecord, to draft: RecordDraft, _ writer: RecordWriter, _ symbols: Symbols
  ) throws -> Response {
    let mutations = RecordMutations(writer: writer, symbols: symbols)
    guard let envelope = try mutations.update(old, to: draft) else { return response(to: old) }
    return response(to: envelope, status: 200)
  }

  // MARK: Delete

  /// `DELETE /v/{date}/{types}/{id}`: the record and its parts become tombstones.
  private func deletion(_ order: WriteOrder, _ type: ResourceType, _ id: String) throws -> Effect {
    try order.requireVersion()
    return { writer in
      let old = try self.guarded(order, type, id, writer)
      try RecordMutations(writer: writer, symbols: order.symbols).delete(old)
      return Response(status: 204)
    }
  }

  // MARK: What all share

  /// The record to be written, if the version that the caller saw is still the one.
  func guarded(
    _ order: WriteOrder, _ type: ResourceType, _ id: String, _ writer: RecordWriter
  ) throws -> StoredRecord {
    guard let found = try writer.find(type, id), order.caller.sees(found) else {
      throw Problem(.notFound, "There is no such \(type.rawValue).")
    }
    if let deleted = found.deletedAt {
      throw Problem(.gone, "The \(type.rawValue) was deleted at \(deleted.rfc3339).")
    }
    guard Condition.allowsMatch(order.request, etag: found.etag) else {
      throw stale(found, order.caller)
    }
    return found
  }

  /// The problem of a writer who saw another version.
  func stale(_ found: StoredRecord, _ caller: Caller) -> Problem {
    Problem(
      .staleVersion, "The record has version \(found.version) now, with the ETag \(found.etag).",
      currentVersion: found.version,
      current: caller.scopes.contains(found.type.readScope) ? found.body : nil)
  }

  func externalReference(_ value: TapeValue?, _ faults: inout [Problem.Fault]) -> String? {
    guard let value, !value.isNull else { return nil }
    guard let text = value.string, RecordID.isValid(text) else {
      faults.append(Problem.identifierFault("/external_ref"))
      return nil
    }
    return text
  }

  func response(to envelope: Envelope, status: Int) -> Response {
    var buffer = ByteBuffer(capacity: 1024)
    envelope.append(to: &buffer)
    var response = Response(status: status, contentType: "application/json", buffer: buffer)
    response.headers.set("ETag", envelope.etag)
    return response
  }

  /// The answer that shows a record as it was.
  func response(to record: StoredRecord) -> Response {
    Response(
      headers: ["Content-Type": "application/json", "ETag": record.etag],
      body: .bytes(record.body))
  }
}

extension Caller {
  /// Whether a record exists for the holder of the token.
  func sees(_ record: StoredRecord) -> Bool { !(seesOnlyPublished && record.isHidden) }
}
