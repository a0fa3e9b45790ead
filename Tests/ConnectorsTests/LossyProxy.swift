import HTTPClient
import Support
import Synchronization

/// Stands before a server and plays tricks with single requests: loses the answer after the server
/// has done what was asked, keeps a request back, answers in the server's place, or lets somebody
/// else write right before or right after.
final class LossyProxy: Sendable {
  /// What happens to some requests.
  struct Trick: Sendable {
    /// Requests of this method are concerned,
    var method: String
    /// with this text in their body or target; nil for any.
    var text: String?
    /// How many of them are handed on before.
    var passed = 0
    /// How many are concerned.
    ///
    /// libcurl itself repeats a request whose kept connection was closed before a byte came, so
    /// losing one answer may show as two requests; two losses in a row show as a failure.
    var times = 1
    /// Done before the request is handed on.
    var before: (@Sendable () throws -> Void)?
    /// Whether it is handed on.
    var isForwarded = true
    /// Done after the server has answered, before the client hears of it.
    var after: (@Sendable () throws -> Void)?
    /// What the client hears.
    var answer = Answer.real

    init(_ method: String, _ text: String? = nil) {
      self.method = method
      self.text = text
    }

    /// The server does it, and nothing comes back.
    static func losing(_ method: String, _ text: String? = nil, arriving: Int? = nil) -> Trick {
      var trick = Trick(method, text)
      trick.times = arriving == nil ? 2 : 1
      trick.answer = arriving.map(Answer.truncated) ?? .lost
      return trick
    }

    /// The server does not see it, and nothing comes back.
    static func swallowing(_ method: String, _ text: String? = nil) -> Trick {
      var trick = losing(method, text)
      trick.isForwarded = false
      return trick
    }

    /// Something else answers; the server has done it or not.
    static func answering(
      _ method: String, _ text: String? = nil, done: Bool, _ answer: ScriptedAnswer
    ) -> Trick {
      var trick = Trick(method, text)
      trick.isForwarded = done
      trick.answer = .other(answer)
      return trick
    }
  }

  /// What a client hears.
  enum Answer: Sendable {
    /// The server's answer.
    case real
    /// Nothing: the connection is closed.
    case lost
    /// Its head, and so many bytes of its body.
    case truncated(Int)
    /// Something else.
    case other(ScriptedAnswer)
  }

  private final class Stage: Sendable {
    let trick = Mutex<Trick?>(nil)
    let failure = Mutex<String?>(nil)
  }

  private let server: ScriptedServer
  private let stage: Stage

  /// Starts a proxy.
  ///
  /// - Parameter origin: scheme, host and port of the server behind it.
  init(origin: String) throws {
    let stage = Stage()
    let client = HTTPClient()
    self.stage = stage
    server = try ScriptedServer { request in
      let trick = stage.trick.withLock { Self.take(request, &$0) }
      func run(_ act: (@Sendable () throws -> Void)?) {
        do { try act?() } catch { stage.failure.withLock { $0 = "\(error)" } }
      }
      run(trick?.before)
      var answer: HTTPResponse?
      if trick?.isForwarded ?? true { answer = try? Self.forward(request, to: origin, client) }
      run(trick?.after)
      return Self.reply(trick?.answer ?? .real, answer)
    }
  }

  private static func take(_ request: ScriptedRequest, _ trick: inout Trick?) -> Trick? {
    guard var current = trick, current.times > 0, current.method == request.method else {
      return nil
    }
    if let text = current.text {
      let body = String(decoding: request.body, as: UTF8.self)
      guard body.contains(text) || request.target.contains(text) else { return nil }
    }
    let isPassed = current.passed > 0
    if isPassed { current.passed -= 1 } else { current.times -= 1 }
    trick = current
    return isPassed ? nil : current
  }

  private static func forward(
    _ request: ScriptedRequest, to origin: String, _ client: HTTPClient
  ) throws -> HTTPResponse {
    var headers = HTTPHeaders()
    for (name, value) in request.headers
    where !["host", "content-length", "connection", "accept-encoding"].contains(name) {
      headers.add(name, value)
    }
    return try client.send(
      HTTPRequest(
        request.method, origin + request.target, headers: headers,
        body: request.body.isEmpty ? nil : request.body))
  }

  private static func reply(_ wanted: Answer, _ answer: HTTPResponse?) -> ScriptedAnswer {
    let fields = (answer?.headers.fields ?? []).filter {
      !["content-length", "connection", "transfer-encoding", "content-encoding"].contains(
        $0.name.lowercased())
    }
    switch (wanted, answer) {
    case (.other(let other), _): return other
    case (.lost, _), (_, nil): return .raw([])
    case (.real, let answer?): return .reply(answer.status, headers: fields, body: answer.body)
    case (.truncated(let count), let answer?):
      return .truncated(
        answer.status, headers: fields, length: answer.body.count,
        body: Array(answer.body.prefix(count)))
    }
  }

  /// The proxy's address.
  var url: String { server.url }

  /// What came through it so far.
  var requests: [ScriptedRequest] { server.requests }

  /// What an act of a trick failed with, if one did.
  var failure: String? { stage.failure.withLock { $0 } }

  /// Plays a trick from now on, or none.
  func play(_ trick: Trick?) { stage.trick.withLock { $0 = trick } }

  /// Ends the proxy. Call it at the end of a test.
  func stop() { server.stop() }
}
