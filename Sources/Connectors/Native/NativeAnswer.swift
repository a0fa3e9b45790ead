import Bytes
import Contract
import Formats
import HTTPClient

/// An answer of the contract to one change, alone or out of a batch.
struct NativeAnswer {
  let status: Int
  /// Seconds after which the server wants to be asked again.
  let retryAfter: Int?
  /// The JSON of the body; nil where there is none.
  let body: TapeValue?
  /// The bytes of the body where they are an answer's own.
  let json: [UInt8]?

  /// The answer to a request of its own.
  init(status: Int, retryAfter: Int?, body: TapeValue?, json: [UInt8]?) {
    self.status = status
    self.retryAfter = retryAfter
    self.body = body
    self.json = json
  }

  /// An answer within an answer; nil where it has no status.
  init?(result: TapeValue) {
    guard let status = result["status"]?.integer else { return nil }
    self.status = Int(clamping: status)
    retryAfter = result["headers"]?.members.first { $0.name.lowercased() == "retry-after" }
      .flatMap { Int($0.value.string ?? "") ?? $0.value.integer.map { Int(clamping: $0) } }
    body = result["body"].flatMap { $0.isNull ? nil : $0 }
    json = nil
  }

  /// What became of the request. A problem document counts whatever the status says.
  func outcome(of request: WriteRequest) -> WriteOutcome {
    if let body, let problem = Problem(body) { return outcome(of: request, problem) }
    switch status {
    case 200..<300: return success(of: request)
    case 401, 403:
      return .unauthorized(
        ConnectorError(
          status == 401 ? .unauthenticated : .forbidden, "the server answered \(status)"))
    case 408, 425, 429, 500...599:
      return .postponed(seconds: retryAfter, reason: "the server answered \(status)")
    default:
      return .unknown(reason: "the server answered \(status) and does not say why")
    }
  }

  // MARK: Success

  private func success(of request: WriteRequest) -> WriteOutcome {
    if request.mutation.operation == .delete {
      return body == nil ? .deleted : .unknown(reason: "a deletion was answered with a record")
    }
    guard let body else { return .unknown(reason: "the server's answer is empty") }
    if request.path == NativeRequest.inventoryPath { return command(of: request, body) }
    return record(of: request, body)
  }

  /// The answer to the one command of a request, which is an answer within this one.
  private func command(of request: WriteRequest, _ body: TapeValue) -> WriteOutcome {
    guard let results = body["results"], results.count == 1,
      let inner = results.children.first.flatMap(NativeAnswer.init(result:))
    else { return .unknown(reason: "the server's answer does not say what became of the stock") }
    if let body = inner.body, let problem = Problem(body) {
      return inner.outcome(of: request, problem)
    }
    guard (200..<300).contains(inner.status), let level = inner.body else {
      return inner.outcome(of: request)
    }
    return inner.record(of: request, level)
  }

  private func record(of request: WriteRequest, _ body: TapeValue) -> WriteOutcome {
    let read =
      json.map { NativeRecords.record(body.tape, json: $0) } ?? NativeRecords.record(body)
    guard case .success(let record) = read else {
      return .unknown(reason: "the server's answer is not the record that was written")
    }
    let wanted = request.mutation.record
    guard record.type == wanted.type,
      record.id == wanted.id || request.mutation.operation == .create
    else {
      return .unknown(reason: "the server answered with \(record.type.name) \(record.id)")
    }
    return .done(record)
  }

  // MARK: Problems

  private func outcome(of request: WriteRequest, _ problem: Problem) -> WriteOutcome {
    let type = request.mutation.record.type
    switch problem.code {
    case .unauthenticated, .tokenExpired:
      return .unauthorized(ConnectorError(.unauthenticated, problem.detail, problem: problem))
    case .forbidden, .missingScope:
      return .unauthorized(ConnectorError(.forbidden, problem.detail, problem: problem))
    case .notFound, .gone:
      return request.mutation.operation == .create
        ? .refused(NativeRefusal.of(problem, type)) : .missing
    case .staleVersion, .staleQuantity, .staleDigest, .sourceChanged:
      return .stale(current(problem, of: request))
    case .uniqueViolation:
      let holder = problem.holder.flatMap { holder in
        ResourceType(rawValue: holder.type).map { RecordKey($0, holder.id) }
      }
      return .taken(holder: holder, problem: NativeRefusal.of(problem, type))
    case .rateLimited, .overloaded, .internalError, .idempotencyInProgress:
      return .postponed(seconds: retryAfter, reason: problem.detail)
    default:
      return .refused(NativeRefusal.of(problem, type))
    }
  }

  /// The record as it is now, if the problem shows it and it is the one.
  private func current(_ problem: Problem, of request: WriteRequest) -> SourceRecord? {
    guard let json = problem.current, let tape = try? JSON.parse(json),
      case .success(let record) = NativeRecords.record(tape, json: json)
    else { return nil }  // the receiver reads it again
    let wanted = request.mutation.record
    return record.type == wanted.type && record.id == wanted.id ? record : nil
  }
}

/// The words of a problem for a person, and the field that it is about.
enum NativeRefusal {
  static func of(_ problem: Problem, _ type: ResourceType) -> WriteRefusal {
    let fault = problem.errors.first { field($0.pointer, in: type) != nil } ?? problem.errors.first
    let message = fault.map { "\(problem.detail) (\($0.message))" } ?? problem.detail
    return WriteRefusal(
      message, field: fault.flatMap { field($0.pointer, in: type) },
      code: fault?.code ?? problem.code.rawValue)
  }

  /// The field that a pointer (RFC 6901) into a request leads to; nil for another place.
  static func field(_ pointer: String, in type: ResourceType) -> String? {
    let parts = pointer.split(separator: "/").map {
      String($0).replacing("~1", with: "/").replacing("~0", with: "~")
    }
    if parts.last == "delta" || parts.last == "to" || parts.last == "from",
      parts.contains("commands")
    {
      return "available"
    }
    if parts.contains("external_ref") { return "external_ref" }
    guard let place = parts.firstIndex(where: { $0 == "attributes" || $0 == "links" }),
      place + 1 < parts.count
    else { return nil }
    let name = parts[place + 1]
    if parts[place] == "links" { return "links.\(name)" }
    guard place + 2 < parts.count else { return name }
    let member = "\(name).\(parts[place + 2])"
    return RecordFields.exists(member, in: type) ? member : name
  }
}
