import Bytes
import Contract
import Formats
import HTTPClient
import Machine

/// What a connector has in hand to talk to one server: address, credential, patience.
struct APISession: Sendable {
  let client: HTTPClient
  /// Address of the API without a slash at its end.
  let base: String
  /// Value of the `Authorization` field; never part of a message.
  let authorization: String
  let time: any TimeSource
  let random: any RandomSource
  /// How long an answer to a write is waited for.
  let patience: HTTPRequest.Patience
  var backoff = Backoff()

  init(
    base: String, authorization: String, client: HTTPClient, time: any TimeSource,
    random: any RandomSource, patience: HTTPRequest.Patience = HTTPRequest.Patience()
  ) {
    var trimmed = base[...]
    while trimmed.hasSuffix("/") { trimmed.removeLast() }
    self.base = String(trimmed)
    self.authorization = authorization
    self.client = client
    self.time = time
    self.random = random
    self.patience = patience
  }

  /// A reading request for a path below the address, which may carry a query.
  func request(_ path: String) -> HTTPRequest {
    HTTPRequest(
      "GET", path.hasPrefix("http") ? path : base + path,
      headers: ["Authorization": authorization, "Accept": "application/json"])
  }

  /// Sends a request once; an answer other than success, or of a status in `allowed`, is thrown.
  func once(
    _ request: HTTPRequest, allowing allowed: Set<Int> = []
  ) throws(ConnectorError) -> HTTPResponse {
    let response: HTTPResponse
    do throws(HTTPError) {
      response = try client.send(request)
    } catch {
      throw ConnectorError(error)
    }
    guard response.head.isSuccess || allowed.contains(response.status) else {
      throw failure(response.head, body: response.body, of: request.url)
    }
    return response
  }

  /// Sends a request and repeats it, with waits, while the failure is of the passing kind.
  func patiently(
    _ request: HTTPRequest, allowing allowed: Set<Int> = []
  ) throws(ConnectorError) -> HTTPResponse {
    var attempt = 0
    while true {
      do throws(ConnectorError) {
        return try once(request, allowing: allowed)
      } catch {
        attempt += 1
        guard error.isRetryable,
          let wait = backoff.wait(attempt: attempt, askedSeconds: error.retryAfter, random: random)
        else { throw error }
        try pause(milliseconds: wait)
      }
    }
  }

  /// Waits in short pieces, so that a signal is noticed.
  func pause(milliseconds: Int) throws(ConnectorError) {
    var left = milliseconds
    while left > 0 {
      if client.isCancelled { throw ConnectorError(.interrupted, "interrupted") }
      time.sleep(milliseconds: min(left, 200))
      left -= 200
    }
  }

  /// Reads a JSON answer.
  func json(_ path: String) throws(ConnectorError) -> Tape {
    try Self.parse(try patiently(request(path)), of: base + path)
  }

  /// Reads a JSON answer without patience: whoever asks whether a shop is there decides about waiting.
  func jsonOnce(_ path: String) throws(ConnectorError) -> Tape {
    try Self.parse(try once(request(path)), of: base + path)
  }

  /// The JSON of an answer; another kind of body is reported by what it looks like.
  static func parse(_ response: HTTPResponse, of url: String) throws(ConnectorError) -> Tape {
    do throws(FormatError) {
      return try JSON.parse(response.body)
    } catch {
      let what = looks(response.head, response.body)
      throw ConnectorError(
        .malformed,
        "\(HTTPError.withoutSecrets(url)) answered \(response.status) with \(what) "
          + "instead of JSON (\(error.message) at byte \(error.offset))")
    }
  }

  /// The error that an answer other than success stands for.
  func failure(_ head: HTTPResponseHead, body: [UInt8], of url: String) -> ConnectorError {
    let address = HTTPError.withoutSecrets(url)
    let problem = (try? JSON.parse(body)).flatMap { Problem($0.value) }  // else no problem document
    let retryAfter = head.headers["retry-after"].flatMap {
      HTTPDate.secondsToWait(retryAfter: $0, now: time.now)
    }
    let said = problem?.detail ?? Self.looks(head, body)
    let message = "\(address) answered \(head.status): \(said)"
    return ConnectorError(
      Self.code(head.status, problem), message, retryAfter: retryAfter, problem: problem)
  }

  private static func code(_ status: Int, _ problem: Problem?) -> ConnectorError.Code {
    switch problem?.code {
    case .cursorExpired, .invalidCursor: return .cursorExpired
    case .epochChanged: return .epochChanged
    case .scopeChanged: return .scopeChanged
    default: break
    }
    switch status {
    case 401: return .unauthenticated
    case 403: return .forbidden
    case 429: return .rateLimited
    case 408, 425, 500...599: return .unavailable
    default: return .refused
    }
  }

  /// What a body that is not the expected one looks like, in a few words for a person.
  static func looks(_ head: HTTPResponseHead, _ body: [UInt8]) -> String {
    guard !body.isEmpty else { return "an empty body" }
    let text = String(decoding: body.prefix(64 << 10), as: UTF8.self)
    if let tape = try? JSON.parse(body), let detail = tape.value["detail"]?.string {
      return "“\(short(detail))”"
    }
    if head.headers.mediaType == "text/html" || text.drop(while: \.isWhitespace).hasPrefix("<") {
      let title = between(text, "<title>", "</title>") ?? between(text, "<h1>", "</h1>")
      return title.map { "an HTML page titled “\(short($0))”" } ?? "an HTML page"
    }
    return "“\(short(text))”"
  }

  private static func between(_ text: String, _ open: String, _ close: String) -> String? {
    guard let start = text.firstRange(of: open),
      let end = text[start.upperBound...].firstRange(of: close)
    else { return nil }
    return String(text[start.upperBound..<end.lowerBound])
  }

  private static func short(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 160 ? "\(line.prefix(160))…" : line
  }
}

extension ConnectorError {
  /// What a failed exchange means for a connector.
  init(_ error: HTTPError) {
    let code: Code
    switch error.code {
    case .unreachable, .refused, .timedOut, .broken: code = .unreachable
    case .malformed: code = .malformed
    case .aborted: code = .interrupted
    case .tls, .tooLarge, .redirected, .invalidRequest: code = .refused
    }
    self.init(code, error.description)
  }
}
