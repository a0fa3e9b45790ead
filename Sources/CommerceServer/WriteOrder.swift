import Bytes
import Contract
import Formats
import HTTPServer

/// What a write does, and to what.
enum WriteTarget {
  case create(ResourceType)
  case patch(ResourceType, id: String)
  case delete(ResourceType, id: String)
  case upsert(ResourceType, reference: String)
  case listActions(ResourceType, id: String)
  case inventoryCommands
  case createWebhook
  case deleteWebhook(id: String)
  case rotateWebhook(id: String)

  /// The write that a method asks for at an address; nil where it only reads, or where several
  /// writes are asked for at once.
  init?(_ route: Route, method: String) {
    switch (route, method) {
    case (.list(let type), "POST"): self = .create(type)
    case (.record(let type, let id), "PATCH"): self = .patch(type, id: id)
    case (.record(let type, let id), "DELETE"): self = .delete(type, id: id)
    case (.externalReference(let type, let reference), "PUT"):
      self = .upsert(type, reference: reference)
    case (.actions(let type, let id), "POST"): self = .listActions(type, id: id)
    case (.inventoryCommands, "POST"): self = .inventoryCommands
    case (.webhooks, "POST"): self = .createWebhook
    case (.webhook(let id), "DELETE"): self = .deleteWebhook(id: id)
    case (.webhookRotation(let id), "POST"): self = .rotateWebhook(id: id)
    default: return nil
    }
  }

  /// What the token must be allowed.
  var scope: Scope {
    switch self {
    case .create(let type), .patch(let type, _), .delete(let type, _), .upsert(let type, _),
      .listActions(let type, _):
      type.writeScope
    case .inventoryCommands: .inventoryWrite
    case .createWebhook, .deleteWebhook, .rotateWebhook: .webhooksManage
    }
  }

  /// Whether a repetition would do it a second time, so that only a key tells the two apart.
  var requiresKey: Bool {
    switch self {
    case .create, .createWebhook, .rotateWebhook: true
    default: false
    }
  }

  /// Whether it is about the catalogue, so that a batch may hold it.
  var isOfRecords: Bool { scope != .webhooksManage }
}

/// One write as it was asked for: a request of its own, or an operation of a batch.
struct WriteOrder {
  let target: WriteTarget
  /// Method, path and headers.
  let request: Request
  let requestID: String
  let caller: Caller
  let symbols: Symbols
  /// Names the attempt, where the client wants to repeat it.
  let key: String?
  /// The body, or why it is none.
  let body: Result<WriteBody, Problem>
  /// Whether the first part that fails undoes the rest.
  let isAtomic: Bool

  /// The write of a request.
  init(_ call: Call, _ target: WriteTarget) throws(Problem) {
    try call.caller.require(target.scope)
    self.target = target
    request = call.request
    requestID = call.requestID
    caller = call.caller
    symbols = call.symbols
    key = try IdempotencyKey.read(call.request)
    body = WriteBody.read(call.request, symbols: call.symbols)
    isAtomic = false
    try requireKey()
  }

  /// An operation of a batch; `request` has no body of its own.
  init(
    _ call: Call, _ target: WriteTarget, _ request: Request, body: TapeValue?, isAtomic: Bool
  ) throws(Problem) {
    try call.caller.require(target.scope)
    self.target = target
    self.request = request
    requestID = call.requestID
    caller = call.caller
    symbols = call.symbols
    key = try IdempotencyKey.read(request)
    self.body = .success(body.map { .value($0) } ?? .none)
    self.isAtomic = isAtomic
    try requireKey()
  }

  private func requireKey() throws(Problem) {
    if target.requiresKey, key == nil {
      throw Problem(
        .preconditionRequired,
        "Send an Idempotency-Key, so that a repetition does not create a second record.",
        errors: [Self.missing("Idempotency-Key")])
    }
  }

  /// Refuses a write that names no version.
  func requireVersion() throws(Problem) {
    if request.headers["If-Match"] == nil {
      throw Problem(
        .preconditionRequired,
        "Send the ETag of the version that you saw in If-Match, so that nobody's change is lost.",
        errors: [Self.missing("If-Match")])
    }
  }

  private static func missing(_ header: String) -> Problem.Fault {
    .init(
      pointer: "", code: "missing", message: "the header \(header) is needed",
      params: ["header": header])
  }

  /// The body as an object; a problem where it is none, or where its content type is another.
  func object(accepting types: [String] = ["application/json"]) throws(Problem) -> TapeValue {
    let value: TapeValue
    switch try body.get() {
    case .none: value = Tape.null.value
    case .value(let given): value = given
    case .text(let given, let type):
      guard let type, types.contains(type) else {
        throw Problem(
          .unsupportedMediaType, "The content type must be \(types.joined(separator: " or ")).")
      }
      value = given
    }
    guard value.kind == .object else {
      throw Problem(
        .validation, "The body must be a JSON object.",
        errors: [.init(pointer: "", code: "wrong-type", message: "an object is needed here")])
    }
    return value
  }

  /// SHA-256 of method, path, preconditions and body: what must be the same for the same key. JSON
  /// counts by what it says (RFC 8785), so a request and an operation of a batch are comparable.
  var fingerprint: [UInt8] {
    var buffer = ByteBuffer(capacity: 1024)
    for part in [request.method, request.path, request.rawQuery ?? ""] {
      buffer.append(part)
      buffer.append("\n")
    }
    for name in ["If-Match", "If-None-Match"] {
      buffer.append(request.headers.values(name).joined(separator: ","))
      buffer.append("\n")
    }
    switch body {
    case .success(.none): break
    case .success(.value(let value)), .success(.text(let value, _)):
      JSON.writeCanonical(value, into: &buffer)
    case .failure: request.body.withUnsafeBytes { buffer.append($0) }
    }
    return buffer.withBytes { SHA256Digest(of: $0).bytes }
  }
}

/// What a write says.
enum WriteBody {
  case none
  /// A member of a batch.
  case value(TapeValue)
  /// The body of a request and its content type; nil where the character set is not UTF-8.
  case text(TapeValue, type: String?)

  /// Reads the body of a request.
  static func read(_ request: Request, symbols: Symbols) -> Result<WriteBody, Problem> {
    let type = contentType(request.headers["Content-Type"] ?? "")
    if request.method == "DELETE", request.body.isEmpty { return .success(.none) }
    do throws(FormatError) {
      let tape = try request.body.withUnsafeBufferPointer { (raw) throws(FormatError) in
        try JSON.parse(UnsafeRawBufferPointer(raw), symbols: symbols)
      }
      return .success(.text(tape.value, type: type))
    } catch {
      guard type?.hasSuffix("json") == true else {
        return .failure(Problem(.unsupportedMediaType, "The content type must be JSON in UTF-8."))
      }
      return .failure(
        Problem(
          .malformedJSON,
          "The body is not JSON: \(error.message) (line \(error.line), column \(error.column)).",
          errors: [
            .init(
              pointer: "", code: "malformed-json", message: error.message,
              params: ["offset": "\(error.offset)"])
          ]))
    }
  }

  private static func contentType(_ header: String) -> String? {
    let parts = header.lowercased().split(separator: ";").map { part in
      String(part.filter { $0 != " " && $0 != "\t" })
    }
    let isUTF8 = parts.dropFirst().allSatisfy {
      !$0.hasPrefix("charset=") || $0 == "charset=utf-8" || $0 == "charset=\"utf-8\""
    }
    return isUTF8 ? parts.first : nil
  }
}

extension Problem {
  /// Members of an object that are not described, as faults below `parent`; at most 50.
  static func unknownMembers(
    of value: TapeValue, known: [String], at parent: String = ""
  ) -> [Fault] {
    value.members.filter { !known.contains($0.name) }.prefix(50).map { member in
      Fault(
        SchemaFault(
          .unknownMember, at: SchemaFault.pointer(parent, member.name),
          "there is no member of this name; there are \(known.joined(separator: ", "))"))
    }
  }

  /// The fault of an id or external reference that cannot be one.
  static func identifierFault(_ pointer: String) -> Fault {
    .init(
      pointer: pointer, code: "bad-format",
      message: "text of 1 to 255 characters without control characters is needed")
  }
}
