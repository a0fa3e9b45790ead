import HTTPClient
import Support
import Synchronization

/// Stands before a server and hands requests on, but loses some of the answers: the server has done
/// what was asked, and the client hears nothing of it.
final class LossyProxy: Sendable {
  /// What happens to the answers of requests of a method.
  struct Plan: Sendable {
    /// Requests of this method are concerned.
    var method: String
    /// How many of them are handed on before.
    var passed: Int
    /// How many answers are lost.
    ///
    /// libcurl itself repeats a request whose kept connection was closed before a byte came, so
    /// losing one answer may show as two requests; two losses in a row show as a failure.
    var lost: Int
    /// Bytes of the answer's body that still arrive; nil for none, not even a head.
    var arriving: Int?
    /// Part of a request's body that concerns it; nil for any.
    var body: String?

    /// Loses `lost` answers of a method after `passed`.
    init(
      _ method: String, passed: Int = 0, lost: Int = 2, arriving: Int? = nil, body: String? = nil
    ) {
      self.method = method
      self.passed = passed
      self.lost = lost
      self.arriving = arriving
      self.body = body
    }
  }

  private let server: ScriptedServer
  private let state: Holder

  private final class Holder: Sendable {
    let plan = Mutex<Plan?>(nil)
  }

  /// Starts a proxy.
  ///
  /// - Parameter origin: scheme, host and port of the server behind it.
  init(origin: String) throws {
    let state = Holder()
    let client = HTTPClient()
    self.state = state
    server = try ScriptedServer { request in
      var headers = HTTPHeaders()
      for (name, value) in request.headers
      where !["host", "content-length", "connection", "accept-encoding"].contains(name) {
        headers.add(name, value)
      }
      let sent = HTTPRequest(
        request.method, origin + request.target, headers: headers,
        body: request.body.isEmpty ? nil : request.body)
      guard let answer = try? client.send(sent) else { return .raw([]) }
      let fate = state.plan.withLock { Self.fate(of: request, &$0) }
      let fields = answer.headers.fields.filter {
        !["content-length", "connection", "transfer-encoding", "content-encoding"].contains(
          $0.name.lowercased())
      }
      switch fate {
      case .passed: return .reply(answer.status, headers: fields, body: answer.body)
      case .lost(nil): return .raw([])
      case .lost(let count?):
        return .truncated(
          answer.status, headers: fields, length: answer.body.count,
          body: Array(answer.body.prefix(count)))
      }
    }
  }

  private enum Fate {
    case passed
    case lost(Int?)
  }

  private static func fate(of request: ScriptedRequest, _ plan: inout Plan?) -> Fate {
    guard var current = plan, current.method == request.method,
      current.body.map(String(decoding: request.body, as: UTF8.self).contains) ?? true
    else { return .passed }
    if current.passed > 0 {
      current.passed -= 1
      plan = current
      return .passed
    }
    guard current.lost > 0 else { return .passed }
    current.lost -= 1
    plan = current
    return .lost(current.arriving)
  }

  /// The proxy's address.
  var url: String { server.url }

  /// Sets what is lost from now on.
  func lose(_ plan: Plan) { state.plan.withLock { $0 = plan } }

  /// Ends the proxy. Call it at the end of a test.
  func stop() { server.stop() }
}
