import Bytes
import Contract
import Formats
import HTTPServer
import Machine
import SQL

extension API {
  // MARK: Create

  /// `POST /v/{date}/{types}`.
  func create(_ call: Call, _ type: ResourceType) throws -> Response {
    try call.caller.require(type.writeScope)
    _ = try call.parameters([])
    try checkIdempotencyKey(call.request)
    let body = try jsonObject(call, accepting: ["application/json"])
    let draft = try draft(of: body, type)
    return try store.write { database in
      let writer = try RecordWriter(
        database, tenant: call.caller.tenant, actor: call.caller.name, now: store.clock.now)
      let envelope = try RecordMutations(writer: writer, symbols: call.symbols).create(draft)
      try writer.finish()
      var response = self.response(to: envelope, status: 201)
      var location = ByteBuffer(capacity: 64)
      location.append("\(ContractVersion.root)/\(type.path)/")
      location.append(percentEncoding: envelope.id)
      response.headers.set("Location", location.string)
      return response
    }
  }

  private func draft(of body: TapeValue, _ type: ResourceType) throws(Problem) -> RecordDraft {
    var faults = unknownMembers(
      of: body, known: ["type", "id", "external_ref", "attributes", "links"])
    if let given = body["type"], given.string != type.rawValue {
      faults.append(
        .init(pointer: "/type", code: "not-allowed", message: "it must be \(type.rawValue)"))
    }
    var id = "\(type.idPrefix)_\(store.random.sortableID(at: store.clock.now))"
    if let given = body["id"] {
      if let text = given.string, RecordID.isValid(text) {
        id = text
      } else {
        faults.append(Self.identifierFault("/id"))
      }
    }
    if body["attributes"] == nil {
      faults.append(
        .init(pointer: "/attributes", code: "missing", message: "attributes is required"))
    }
    let reference = try externalReference(body["external_ref"], &faults)
    guard faults.isEmpty else {
      throw Problem(
        .validation, "The \(type.rawValue) does not fit the contract.", errors: faults)
    }
    return RecordDraft(
      type: type, id: id, externalRef: reference,
      attributes: body["attributes"] ?? Tape.null.value, links: body["links"])
  }

  // MARK: Change

  /// `PATCH /v/{date}/{types}/{id}`: a JSON Merge Patch (RFC 7396) of attributes, links and
  /// external_ref.
  func patch(_ call: Call, _ type: ResourceType, _ id: String) throws -> Response {
    try call.caller.require(type.writeScope)
    _ = try call.parameters([])
    try requirePrecondition(call.request)
    try checkIdempotencyKey(call.request)
    let body = try jsonObject(
      call, accepting: ["application/merge-patch+json", "application/json"])
    var faults = unknownMembers(of: body, known: ["external_ref", "attributes", "links"])
    let reference = try externalReference(body["external_ref"], &faults)
    guard faults.isEmpty else {
      throw Problem(.validation, "The patch does not fit the contract.", errors: faults)
    }
    return try store.write { database in
      let writer = try RecordWriter(
        database, tenant: call.caller.tenant, actor: call.caller.name, now: store.clock.now)
      let old = try guarded(call, type, id, writer)
      var draft = try old.draft(symbols: call.symbols)
      draft.updatedAt = nil
      if body["external_ref"] != nil { draft.externalRef = reference }
      if let patch = body["attributes"] {
        draft.attributes = MergePatch.apply(patch, to: draft.attributes, symbols: call.symbols)
      }
      if let patch = body["links"] {
        draft.links = MergePatch.apply(patch, to: draft.links, symbols: call.symbols)
      }
      let mutations = RecordMutations(writer: writer, symbols: call.symbols)
      guard let envelope = try mutations.update(old, to: draft) else {
        return Response(
          headers: ["Content-Type": "application/json", "ETag": old.etag], body: .bytes(old.body))
      }
      try writer.finish()
      return response(to: envelope, status: 200)
    }
  }

  // MARK: Delete

  /// `DELETE /v/{date}/{types}/{id}`: the record and its parts become tombstones.
  func delete(_ call: Call, _ type: ResourceType, _ id: String) throws -> Response {
    try call.caller.require(type.writeScope)
    _ = try call.parameters([])
    try requirePrecondition(call.request)
    try checkIdempotencyKey(call.request)
    return try store.write { database in
      let writer = try RecordWriter(
        database, tenant: call.caller.tenant, actor: call.caller.name, now: store.clock.now)
      let old = try guarded(call, type, id, writer)
      try RecordMutations(writer: writer, symbols: call.symbols).delete(old)
      try writer.finish()
      return Response(status: 204)
    }
  }

  // MARK: What all share

  /// The record to be written, if the version that the caller saw is still the one.
  private func guarded(
    _ call: Call, _ type: ResourceType, _ id: String, _ writer: RecordWriter
  ) throws -> StoredRecord {
    guard let found = try writer.find(type, id),
      !(call.caller.seesOnlyPublished && found.isHidden)
    else { throw Problem(.notFound, "There is no such \(type.rawValue).") }
    if let deleted = found.deletedAt {
      throw Problem(.gone, "The \(type.rawValue) was deleted at \(deleted.rfc3339).")
    }
    guard Condition.allowsMatch(call.request, etag: found.etag) else {
      throw Problem(
        .staleVersion, "The record has version \(found.version) now, with the ETag \(found.etag).",
        currentVersion: found.version,
        current: call.caller.scopes.contains(type.readScope) ? found.body : nil)
    }
    return found
  }

  private func requirePrecondition(_ request: Request) throws(Problem) {
    if request.headers["If-Match"] == nil {
      throw Problem(
        .preconditionRequired,
        "Send the ETag of the version that you saw in If-Match, so that nobody's change is lost.")
    }
  }

  /// Keys are checked for their form; answers are not replayed yet.
  private func checkIdempotencyKey(_ request: Request) throws(Problem) {
    guard let key = request.headers["Idempotency-Key"] else { return }
    let isPlain = key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    guard isPlain, (1...255).contains(key.utf8.count) else {
      throw Problem(
        .malformedRequest, "An Idempotency-Key has 1 to 255 visible ASCII characters.")
    }
  }

  private func jsonObject(_ call: Call, accepting types: [String]) throws(Problem) -> TapeValue {
    let header = call.request.headers["Content-Type"] ?? ""
    let parts = header.lowercased().split(separator: ";").map { part in
      String(part.filter { $0 != " " && $0 != "\t" })
    }
    let isUTF8 = parts.dropFirst().allSatisfy {
      !$0.hasPrefix("charset=") || $0 == "charset=utf-8" || $0 == "charset=\"utf-8\""
    }
    guard let type = parts.first, types.contains(type), isUTF8 else {
      throw Problem(
        .unsupportedMediaType, "The content type must be \(types.joined(separator: " or ")).")
    }
    let tape: Tape
    do throws(FormatError) {
      tape = try call.request.body.withUnsafeBufferPointer { (raw) throws(FormatError) in
        try JSON.parse(UnsafeRawBufferPointer(raw), symbols: call.symbols)
      }
    } catch {
      throw Problem(
        .malformedJSON,
        "The body is not JSON: \(error.message) (line \(error.line), column \(error.column)).",
        errors: [
          .init(
            pointer: "", code: "malformed-json", message: error.message,
            params: ["offset": "\(error.offset)"])
        ])
    }
    guard tape.value.kind == .object else {
      throw Problem(
        .validation, "The body must be a JSON object.",
        errors: [.init(pointer: "", code: "wrong-type", message: "an object is needed here")])
    }
    return tape.value
  }

  private func unknownMembers(of body: TapeValue, known: [String]) -> [Problem.Fault] {
    body.members.filter { !known.contains($0.name) }.prefix(50).map { member in
      Problem.Fault(
        SchemaFault(
          .unknownMember, at: SchemaFault.pointer("", member.name),
          "there is no member of this name; there are \(known.joined(separator: ", "))"))
    }
  }

  private func externalReference(
    _ value: TapeValue?, _ faults: inout [Problem.Fault]
  ) throws(Problem) -> String? {
    guard let value, !value.isNull else { return nil }
    guard let text = value.string, RecordID.isValid(text) else {
      faults.append(Self.identifierFault("/external_ref"))
      return nil
    }
    return text
  }

  private static func identifierFault(_ pointer: String) -> Problem.Fault {
    .init(
      pointer: pointer, code: "bad-format",
      message: "text of 1 to 255 characters without control characters is needed")
  }

  private func response(to envelope: Envelope, status: Int) -> Response {
    var buffer = ByteBuffer(capacity: 1024)
    envelope.append(to: &buffer)
    var response = Response(status: status, contentType: "application/json", buffer: buffer)
    response.headers.set("ETag", envelope.etag)
    return response
  }
}
