import Bytes
import Connectors
import Contract
import Formats
import HTTPClient
import Machine
import Support
import Synchronization
import Testing

/// What answers mean for a write, one by one, from a server that says what a test tells it to.
@Suite("Answers to a write")
struct NativeAnswerTests {
  /// A record as the contract gives it.
  private static func record(_ title: String, version: Int = 2) -> String {
    """
    {"type":"product","id":"prd_1","version":\(version),"etag":"\\"prd-\(version)\\"","seq":9,\
    "created_at":"2026-11-01T00:00:00Z","updated_at":"2026-11-01T00:00:00Z","updated_by":"x",\
    "content_hash":"sha256:00","attributes":{"title":"\(title)"},"links":{}}
    """
  }

  private static func problem(
    _ code: ProblemCode, extra: String = "", status: Int? = nil, headers: [(String, String)] = []
  ) -> ScriptedAnswer {
    .reply(
      status ?? code.status, headers: [("Content-Type", Problem.contentType)] + headers,
      body: Array(
        #"{"type":"x","title":"x","status":\#(code.status),"detail":"Words.","code":"\#(code.rawValue)"\#(extra)}"#
          .utf8))
  }

  private static func change(_ id: String) -> Mutation {
    Mutation(
      id: id, record: RecordKey(.product, "prd_1"), operation: .update,
      fields: ["title": .text("New")], seen: ["title": .text("Old")], seenVersion: 1,
      seenETag: "\"prd-1\"")
  }

  /// What one change meets.
  private func outcome(
    _ answer: ScriptedAnswer, of mutation: Mutation = change("m-1"),
    patience: HTTPRequest.Patience = .init()
  ) throws -> WriteOutcome {
    let server = try ScriptedServer { _ in answer }
    defer { server.stop() }
    return try NativeConnector(url: server.url, token: "t", patience: patience).write(mutation)
  }

  /// What a batch of changes meets.
  private func batch(_ count: Int, _ answer: ScriptedAnswer) throws -> [WriteOutcome] {
    let server = try ScriptedServer { request in
      request.path.hasSuffix("/batch") ? answer : .json(Self.record("New"))
    }
    defer { server.stop() }
    let connector = NativeConnector(url: server.url, token: "t")
    return try connector.send(
      try (1...count).map { try connector.request(for: Self.change("m-\($0)")) })
  }

  @Test(
    "every code of the closed list is the outcome that the contract's table wants",
    arguments: [
      (ProblemCode.unauthenticated, "unauthorized"), (.tokenExpired, "unauthorized"),
      (.forbidden, "unauthorized"), (.missingScope, "unauthorized"), (.notFound, "missing"),
      (.gone, "missing"), (.methodNotAllowed, "refused"), (.notAcceptable, "refused"),
      (.unsupportedMediaType, "refused"), (.malformedRequest, "refused"),
      (.malformedJSON, "refused"), (.unknownParameter, "refused"), (.invalidParameter, "refused"),
      (.invalidCursor, "refused"), (.queryTooCostly, "refused"), (.payloadTooLarge, "refused"),
      (.headersTooLarge, "refused"), (.rangeNotSatisfiable, "refused"), (.validation, "refused"),
      (.uniqueViolation, "taken"), (.stillReferenced, "refused"),
      (.preconditionRequired, "refused"), (.staleVersion, "stale"), (.staleQuantity, "stale"),
      (.staleDigest, "stale"), (.sourceChanged, "stale"), (.idempotencyMismatch, "refused"),
      (.idempotencyInProgress, "postponed"), (.cursorExpired, "refused"),
      (.epochChanged, "refused"), (.scopeChanged, "refused"), (.rateLimited, "postponed"),
      (.overloaded, "postponed"), (.internalError, "postponed"),
    ])
  func codes(code: ProblemCode, word: String) throws {
    #expect(try outcome(Self.problem(code)).word == word)
    #expect(try outcome(Self.problem(code, status: 200)).word == word, "also inside a 200")
  }

  @Test("the list of codes above is whole")
  func codesAreAll() { #expect(ProblemCode.allCases.count == 34) }

  @Test("a stale answer shows the record as it is, if it is that record")
  func current() throws {
    let shown = try outcome(
      Self.problem(.staleVersion, extra: #","current":\#(Self.record("Theirs"))"#))
    #expect(shown.record?.value("title") == .text("Theirs"))
    let other = try outcome(
      Self.problem(
        .staleVersion,
        extra: #","current":\#(Self.record("X").replacing("prd_1", with: "prd_2"))"#))
    #expect(other.word == "stale")
    #expect(other.record == nil)
  }

  @Test("a taken name says who has it")
  func holder() throws {
    let outcome = try outcome(
      Self.problem(
        .uniqueViolation,
        extra:
          #","holder":{"type":"product","id":"prd_9"},"errors":[{"pointer":"/attributes/handle","code":"not-unique","message":"taken"}]"#
      ))
    guard case .taken(let holder, let refusal) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(holder == RecordKey(.product, "prd_9"))
    #expect(refusal.field == "handle")
  }

  @Test(
    "a refusal names the field as editors know it",
    arguments: [
      ("/attributes/title", "title"), ("/attributes/seo/title", "seo.title"),
      ("/attributes/metafields/care", "metafields.care"), ("/attributes/tags/3", "tags"),
      ("/attributes/options/0/name", "options"), ("/links/product", "links.product"),
      ("/external_ref", "external_ref"), ("/operations/3/body/attributes/vendor", "vendor"),
    ])
  func field(pointer: String, field: String) throws {
    let outcome = try outcome(
      Self.problem(
        .validation, extra: #","errors":[{"pointer":"\#(pointer)","code":"x","message":"No."}]"#))
    #expect(outcome.refusal?.field == field)
    #expect(outcome.refusal?.message == "Words. (No.)")
  }

  @Test(
    "statuses that ask for patience are waited for, whoever answers",
    arguments: [408, 425, 429, 500, 502, 503, 504])
  func patience(status: Int) throws {
    let html = ScriptedAnswer.reply(
      status, headers: [("Content-Type", "text/html"), ("Retry-After", "7")],
      body: Array("<html><title>Sorry</title></html>".utf8))
    let outcome = try outcome(html)
    #expect(outcome.word == "postponed")
    #expect(outcome.seconds == 7)
  }

  @Test(
    "an answer that is not the contract's leaves it unknown",
    arguments: [
      ScriptedAnswer.reply(
        200, headers: [("Content-Type", "text/html")], body: Array("<html></html>".utf8)),
      .reply(404, headers: [("Content-Type", "text/html")], body: Array("<html></html>".utf8)),
      .reply(412, headers: [("Content-Type", "text/plain")], body: Array("stale".utf8)),
      .json(#"{"type":"product","id":"prd_1""#), .json("{}"), .json("[]"), .json(""),
      .json(NativeAnswerTests.record("New").replacing("prd_1", with: "prd_2")),
      .json(NativeAnswerTests.record("New").replacing("\"product\"", with: "\"price\"")),
      .reply(204), .reply(302, headers: [("Location", "/elsewhere")]),
      .truncated(200, headers: [("Content-Type", "application/json")], length: 900, body: [123]),
      .raw(Array("nonsense\r\n\r\n".utf8)), .raw([]),
    ])
  func broken(answer: ScriptedAnswer) throws {
    #expect(try outcome(answer).word == "unknown")
  }

  @Test("no answer in time leaves it unknown")
  func silence() throws {
    var patience = HTTPRequest.Patience()
    patience.totalMs = 200
    #expect(
      try outcome(.silence(milliseconds: 1500), patience: patience).word == "unknown")
  }

  @Test("an operation that the answer to a batch leaves out, doubles or does not settle is unknown")
  func batchGaps() throws {
    func result(_ name: String, _ rest: String) -> String { #"{"op_id":"\#(name)",\#(rest)}"# }
    let good = #""status":200,"headers":{},"body":\#(Self.record("New"))"#
    let outcomes = try batch(
      6,
      .json(
        #"{"results":["#
          + [
            result("m-6", good), result("m-2", good), result("m-2", good),
            result("m-3", #""body":{}"#),
            result("m-4", #""status":429,"headers":{"Retry-After":"9"},"body":null"#),
            result(
              "m-5", #""status":200,"headers":{},"body":{"code":"validation","detail":"No."}"#),
            result("m-99", good),
          ].joined(separator: ",") + "]}"))
    #expect(
      outcomes.map(\.word) == ["unknown", "unknown", "unknown", "postponed", "refused", "done"])
    #expect(outcomes[3].seconds == 9)
  }

  @Test(
    "an answer to a batch that is no batch settles all of it alike",
    arguments: [
      (ScriptedAnswer.json("{}"), "unknown"), (.json(#"{"results":[]}"#), "unknown"),
      (.raw([]), "unknown"), (.reply(503), "postponed"),
      (NativeAnswerTests.problem(.rateLimited), "postponed"),
      (NativeAnswerTests.problem(.forbidden), "unauthorized"),
      (
        .truncated(
          200, headers: [("Content-Type", "application/json")], length: 999,
          body: Array(#"{"results":[{"op_id":"m-1","status":200"#.utf8)), "unknown"
      ),
    ])
  func wholeBatch(answer: ScriptedAnswer, word: String) throws {
    #expect(try batch(3, answer).map(\.word) == [word, word, word])
  }

  @Test(
    "a server that has no batches, or will not have this one, gets one request after the other",
    arguments: [404, 405, 413, 422])
  func withoutBatches(status: Int) throws {
    #expect(try batch(3, .reply(status)).map(\.word) == ["done", "done", "done"])
  }

  @Test("the body of a batch holds the frozen bodies byte for byte, with key and guard each")
  func frozen() throws {
    let server = try ScriptedServer { _ in .json("{}") }
    defer { server.stop() }
    let connector = NativeConnector(url: server.url, token: "secret")
    let requests = try ["m-1", "m-2"].map { try connector.request(for: Self.change($0)) }
    #expect(requests[0] == (try connector.request(for: Self.change("m-1"))), "equal, so frozen")
    _ = try connector.send(requests)
    let sent = try #require(server.requests.first)
    let text = String(decoding: sent.body, as: UTF8.self)
    #expect(
      text.contains(
        #"{"op_id":"m-2","if_match":"\"prd-1\"","key":"m-2","method":"PATCH","path":"\#(ContractVersion.root)/products/prd_1","body":{"attributes":{"title":"New"}}}"#
      ))
    #expect(!text.contains("secret"))
    #expect(sent.headers["authorization"] == "Bearer secret")
    #expect(requests.allSatisfy { $0.headers.allSatisfy { $0.name != "Authorization" } })
  }

  @Test("all requests of a push go over one connection")
  func keepAlive() throws {
    let server = try ScriptedServer { _ in .json(Self.record("New")) }
    defer { server.stop() }
    let connector = NativeConnector(url: server.url, token: "t")
    for number in 0..<20 { _ = try connector.write(Self.change("m-\(number)")) }
    #expect(server.connectionCount == 1)
  }
}
