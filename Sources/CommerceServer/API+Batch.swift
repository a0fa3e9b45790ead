import Bytes
import Contract
import Formats
import HTTPServer

/// Many writes in one request.
struct Batch {
  /// One of them: its name and the write, or why it is none.
  struct Operation {
    let name: String
    let order: Result<WriteOrder, Problem>
  }

  /// Whether all are done or none.
  let isAtomic: Bool
  let operations: [Operation]

  /// Reads the body of a batch; a body that is no batch is a problem, an operation that cannot be
  /// done is one of that operation alone.
  init(_ body: TapeValue, _ call: Call) throws(Problem) {
    var faults = Problem.unknownMembers(of: body, known: ["atomic", "operations"])
    if let value = body["atomic"], value.boolean == nil {
      faults.append(
        .init(pointer: "/atomic", code: "wrong-type", message: "true or false is needed here"))
    }
    let isAtomic = body["atomic"]?.boolean ?? false
    var forms: [Form] = []
    if let value = body["operations"], value.kind == .array {
      if !(1...ContractVersion.largestBatch).contains(value.count) {
        faults.append(
          .init(
            pointer: "/operations", code: "bad-length",
            message: "1 to \(ContractVersion.largestBatch) operations are needed"))
      } else {
        forms = value.children.enumerated().map { Form($1, at: "/operations/\($0)", &faults) }
      }
    } else {
      faults.append(
        .init(pointer: "/operations", code: "missing", message: "an array is needed here"))
    }
    var names: Set<String> = []
    for (index, form) in forms.enumerated() where !names.insert(form.name).inserted {
      faults.append(
        .init(
          pointer: "/operations/\(index)/op_id", code: "not-unique",
          message: "another operation has this op_id"))
    }
    guard faults.isEmpty else {
      throw Problem(
        .validation, "The batch does not fit the contract.", errors: Array(faults.prefix(50)))
    }
    self.isAtomic = isAtomic
    operations = forms.map { form in
      do throws(Problem) {
        return Operation(name: form.name, order: .success(try form.order(call, isAtomic)))
      } catch {
        return Operation(name: form.name, order: .failure(error))
      }
    }
  }

  /// The keys of all operations that have one.
  var keys: [String] {
    operations.compactMap { operation in
      if case .success(let order) = operation.order { order.key } else { nil }
    }
  }
}

/// The members of one operation.
private struct Form {
  var name = ""
  private var method = ""
  private var path = ""
  private var headers = Headers()
  private let body: TapeValue?

  private static let members = [
    "op_id", "key", "method", "path", "if_match", "if_none_match", "body",
  ]

  init(_ value: TapeValue, at pointer: String, _ faults: inout [Problem.Fault]) {
    body = value["body"]
    guard value.kind == .object else {
      faults.append(
        .init(pointer: pointer, code: "wrong-type", message: "an object is needed here"))
      return
    }
    faults += Problem.unknownMembers(of: value, known: Self.members, at: pointer)
    func text(_ name: String, isRequired: Bool) -> String? {
      let place = "\(pointer)/\(name)"
      guard let member = value[name], !member.isNull else {
        if isRequired {
          faults.append(.init(pointer: place, code: "missing", message: "\(name) is required"))
        }
        return nil
      }
      guard let text = member.string, Self.isValid(text, name) else {
        faults.append(
          .init(pointer: place, code: "bad-format", message: "this cannot be a \(name)"))
        return nil
      }
      return text
    }
    name = text("op_id", isRequired: true) ?? pointer
    method = text("method", isRequired: true) ?? ""
    path = text("path", isRequired: true) ?? ""
    if let key = text("key", isRequired: false) { headers.set("Idempotency-Key", key) }
    if let tag = text("if_match", isRequired: false) { headers.set("If-Match", tag) }
    if let tag = text("if_none_match", isRequired: false) { headers.set("If-None-Match", tag) }
  }

  private static func isValid(_ text: String, _ member: String) -> Bool {
    switch member {
    case "method": ["POST", "PUT", "PATCH", "DELETE"].contains(text)
    case "path":
      text.hasPrefix("/") && text.utf8.count <= 8192
        && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    case "key": IdempotencyKey.isValid(text)
    default: RecordID.isValid(text)
    }
  }

  func order(_ call: Call, _ isAtomic: Bool) throws(Problem) -> WriteOrder {
    let target = path.hasPrefix("/v/") ? path : ContractVersion.root + path
    let request = Request(method: method, target: target, headers: headers)
    let route = try Route(request)
    guard let write = WriteTarget(route, method: method), write.isOfRecords else {
      throw Problem(.methodNotAllowed, "\(method) \(path) is not a write of one thing.")
    }
    _ = try Parameters(request, allowed: [])
    return try WriteOrder(call, write, request, body: body, isAtomic: isAtomic)
  }
}

extension API {
  /// `POST /v/{date}/batch`: up to 100 writes in one transaction, each on its own or all or none.
  func batch(_ call: Call) throws -> Response {
    _ = try call.parameters([])
    if call.request.headers["Idempotency-Key"] != nil {
      throw Problem(
        .malformedRequest,
        "Every operation of a batch carries its own key; send no Idempotency-Key with the batch.")
    }
    let batch = try Batch(
      try WriteBody.object(of: call.request, symbols: call.symbols), call)
    let effects = try batch.operations.map { operation -> Result<Effect, Problem> in
      switch operation.order {
      case .success(let order): try prepared(order)
      case .failure(let problem): .failure(problem)
      }
    }
    return try keysInProgress.holding(batch.keys, of: call.caller.tokenID) { busy in
      let results = try store.write { database in
        let writer = try writer(database, call.caller)
        let results = try batch.operations.indices.map { index in
          try perform(batch, index, effects[index], writer, call, busy: busy)
        }
        try answers(writer, call.caller).prune(limit: 4 * batch.operations.count)
        try writer.finish()
        return results
      }
      return response(to: batch, results)
    }
  }

  private func perform(
    _ batch: Batch, _ index: Int, _ effect: Result<Effect, Problem>, _ writer: RecordWriter,
    _ call: Call, busy: Set<String>
  ) throws -> Response {
    let operation = batch.operations[index]
    do {
      let order = try operation.order.get()
      if let key = order.key, busy.contains(key) { throw KeysInProgress.problem(key) }
      if batch.isAtomic {
        let response = try perform(order, effect, writer, keepingProblems: false)
        // Under its key the operation was refused before, and that is its answer for good.
        if response.status >= 400, let earlier = Problem(kept: response) { throw earlier }
        return response
      }
      if order.key != nil { return try perform(order, effect, writer, keepingProblems: true) }
      return try writer.attempt {
        try perform(order, effect, writer, keepingProblems: false)
      }
    } catch let problem as Problem {
      if batch.isAtomic { throw problem.ofCulprit(operation.name, at: index) }
      let request = (try? operation.order.get())?.request ?? call.request
      return answer(to: problem, request, call.requestID)
    }
  }

  private func response(to batch: Batch, _ results: [Response]) -> Response {
    var json = JSONWriter(capacity: 1024 * results.count)
    json.beginObject()
    json.key("results")
    json.beginArray()
    for (operation, result) in zip(batch.operations, results) {
      json.beginObject()
      json.key("op_id"); json.value(operation.name)
      json.append(result)
      json.end()
    }
    json.end()
    json.end()
    return Response(contentType: "application/json", buffer: json.finish())
  }
}

extension JSONWriter {
  /// Writes the members `status`, `headers` and `body` of an answer within an answer.
  mutating func append(_ response: Response) {
    key("status"); value(response.status)
    key("headers")
    beginObject()
    for field in response.headers.fields { key(field.name); value(field.value) }
    end()
    key("body")
    if case .bytes(let bytes) = response.body { raw(bytes) } else { null() }
  }
}

extension WriteBody {
  /// The body of a request, which must be a JSON object.
  static func object(of request: Request, symbols: Symbols) throws(Problem) -> TapeValue {
    guard case .text(let value, "application/json") = try read(request, symbols: symbols).get()
    else { throw Problem(.unsupportedMediaType, "The content type must be application/json.") }
    guard value.kind == .object else {
      throw Problem(
        .validation, "The body must be a JSON object.",
        errors: [.init(pointer: "", code: "wrong-type", message: "an object is needed here")])
    }
    return value
  }
}

extension Problem {
  /// The problem that an answer within the store tells about.
  init?(kept response: Response) {
    // Names within a record are a client's: they do not enter the table of the process.
    guard case .bytes(let bytes) = response.body,
      let tape = try? bytes.withUnsafeBytes({ try JSON.parse($0, symbols: Symbols()) })
    else { return nil }
    self.init(tape.value)
  }

  /// The problem of an atomic batch of which this operation was the first to be refused: 409 where
  /// the state of the store is the reason, 422 where the operation itself is; 403 stays.
  func ofCulprit(_ name: String, at index: Int) -> Problem {
    var problem = self
    let place = "/operations/\(index)"
    problem.detail = "Operation \(name) was refused, so none was done. \(detail)"
    problem.errors = errors.map { fault in
      var moved = fault
      moved.pointer = fault.params["header"] == nil ? "\(place)/body\(fault.pointer)" : place
      return moved
    }
    problem.errors.insert(
      .init(
        pointer: place, code: code.rawValue, message: "the first operation that was refused",
        params: ["op_id": name, "status": "\(status)"]), at: 0)
    switch status {
    case 403, 409: break
    case 404, 410, 412: problem.status = 409
    default: problem.status = 422
    }
    return problem
  }
}
