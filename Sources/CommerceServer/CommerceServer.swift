public import Contract
public import HTTPServer
public import Machine
import Bytes
import SQL
import Synchronization

/// The reference commerce API over HTTP.
public final class CommerceServer: Sendable {
  /// What a server may be told.
  public struct Configuration: Sendable {
    /// Address to listen at; loopback unless somebody says otherwise.
    public var host = "127.0.0.1"
    /// Port; 0 takes a free one.
    public var port = 0
    /// Threads that answer.
    public var threadCount = 4
    /// Requests that a token may send in a row, and how many it gains a second.
    public var rate = Discovery.Rate(burst: 1000, perSecond: 500)
    /// Longest time in seconds that `wait` may ask for.
    public var longestWait = 30
    /// Largest body in bytes.
    public var bodyLimit = 4 << 20
    /// Seconds for which an older snapshot can still be resumed.
    public var snapshotSeconds = 3600
    /// Seconds for which the answer under an idempotency key is kept.
    public var keyRetentionSeconds = ContractVersion.keyRetentionSeconds
    /// When a message of a webhook that failed is tried again, and how often: 20 times within
    /// about three days.
    public var webhookBackoff: Backoff = {
      var backoff = Backoff()
      backoff.firstMs = 5000
      backoff.capMs = 8 * 3_600_000
      backoff.tries = 20
      backoff.longestAskedSeconds = 86_400
      return backoff
    }()
    /// Is told about every request after it was answered.
    public var log: (@Sendable (HTTPServer.LogEntry) -> Void)?
    /// Is told about failures of the server itself, with the id of the request.
    public var failure: @Sendable (_ requestID: String, _ message: String) -> Void = {
      StandardStream.error.write("api: request \($0): \($1)\n")
    }

    /// Makes the defaults.
    public init() {}
  }

  private let http: HTTPServer
  private let api: API
  private let webhooks: WebhookSender

  /// Starts a server on a store.
  public init(
    store: CommerceStore, _ configuration: Configuration = Configuration()
  ) throws(HTTPServerError) {
    let api = API(store: store, configuration: configuration)
    var http = HTTPServer.Configuration()
    http.host = configuration.host
    http.port = configuration.port
    http.threadCount = configuration.threadCount
    http.bodyLimit = configuration.bodyLimit
    http.log = configuration.log
    http.tooLarge = { api.tooLarge($0) }
    self.api = api
    self.http = try HTTPServer(http) { api.respond(to: $0) }
    webhooks = WebhookSender(
      store: store, backoff: configuration.webhookBackoff, failure: configuration.failure)
    api.waiters.start()
    webhooks.start()
  }

  /// Starts a server on a port of the loopback interface.
  public static func start(
    store: CommerceStore, port: Int = 0
  ) throws(HTTPServerError) -> CommerceServer {
    var configuration = Configuration()
    configuration.port = port
    return try CommerceServer(store: store, configuration)
  }

  /// Port that the server listens at.
  public var port: Int { http.port }

  /// What clients put before a path.
  public var baseURL: String { http.baseURL }

  /// Lets running requests finish for at most `seconds`, and ends.
  public func stop(withinSeconds seconds: Int = 5) {
    api.waiters.stop()
    webhooks.stop()
    http.stop(withinSeconds: seconds)
  }
}

/// One request on its way to an answer.
struct Call {
  let request: Request
  let requestID: String
  let caller: Caller
  let symbols = Symbols()

  func parameters(_ allowed: [String]) throws(Problem) -> Parameters {
    try Parameters(request, allowed: allowed)
  }
}

/// Everything between a request and its answer.
final class API: Sendable {
  let store: CommerceStore
  let configuration: CommerceServer.Configuration
  let limiter: RateLimiter
  let waiters: ChangeWaiters
  let snapshots: SnapshotFiles
  let digests = DigestCache()
  let keysInProgress = KeysInProgress()

  init(store: CommerceStore, configuration: CommerceServer.Configuration) {
    self.store = store
    self.configuration = configuration
    limiter = RateLimiter(rate: configuration.rate, clock: store.clock)
    waiters = ChangeWaiters(store: store)
    snapshots = SnapshotFiles(store: store, keptSeconds: configuration.snapshotSeconds)
  }

  /// Answers a request; whatever goes wrong becomes a problem document.
  func respond(to request: Request) -> Response {
    let id = "req_\(store.random.sortableID(at: store.clock.now))"
    var verdict: RateLimiter.Verdict?
    do {
      let route = try Route(request)
      guard route.methods.contains(request.method) else {
        var response = answer(
          to: Problem(
            .methodNotAllowed,
            "\(request.method) is not possible here; \(route.methods.joined(separator: ", ")) is."),
          request, id)
        response.headers.set("Allow", route.methods.joined(separator: ", "))
        return finish(response, id, limiter.take("anonymous"))
      }
      let caller = try authenticate(request, route)
      let found = limiter.take(caller?.tokenID ?? "anonymous")
      verdict = found
      guard found.isAllowed else {
        throw Problem(
          .rateLimited,
          "The token may send \(configuration.rate.burst) requests in a row and "
            + "\(configuration.rate.perSecond) a second.")
      }
      let response = try dispatch(route, request, id, caller)
      return finish(response, id, found)
    } catch {
      let verdict = verdict ?? limiter.take("anonymous")
      return finish(answer(to: error, request, id), id, verdict)
    }
  }

  /// The answer to a body beyond the limit.
  func tooLarge(_ request: Request) -> Response {
    let id = "req_\(store.random.sortableID(at: store.clock.now))"
    let problem = Problem(
      .payloadTooLarge, "A body may have \(configuration.bodyLimit) bytes.")
    return finish(answer(to: problem, request, id), id, limiter.take("anonymous"))
  }

  private func authenticate(_ request: Request, _ route: Route) throws -> Caller? {
    if route.isPublic { return nil }
    guard let header = request.headers["Authorization"] else {
      if route.isOpen { return nil }
      throw Problem(.unauthenticated, "A bearer token is needed.")
    }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw Problem(.unauthenticated, "The scheme of Authorization must be Bearer.")
    }
    return try store.caller(holding: String(parts[1].drop { $0 == " " }))
  }

  private func dispatch(
    _ route: Route, _ request: Request, _ id: String, _ caller: Caller?
  ) throws -> Response {
    switch route {
    case .discovery: return try discovery(request, caller)
    case .openAPI: return try openAPI(request)
    case .problem(let code): return try problem(code, request)
    default: break
    }
    guard let caller else { throw Problem(.unauthenticated, "A bearer token is needed.") }
    let call = Call(request: request, requestID: id, caller: caller)
    if let target = WriteTarget(route, method: request.method) { return try write(call, target) }
    switch (route, request.method) {
    case (.changes, _): return try changes(call)
    case (.snapshot, _): return try snapshot(call)
    case (.digest, _): return try digest(call)
    case (.batch, _): return try batch(call)
    case (.webhooks, _): return try webhooks(call)
    case (.webhook(let id), _): return try webhook(call, id)
    case (.webhookTest(let id), _): return try testWebhook(call, id)
    case (.list(let type), _): return try list(call, type)
    case (.record(let type, let id), _): return try record(call, type, id: id)
    case (.externalReference(let type, let reference), _):
      return try record(call, type, externalRef: reference)
    default: throw Problem(.notFound, "There is nothing at this address.")
    }
  }

  /// The problem document of an error.
  func answer(to error: any Error, _ request: Request, _ id: String) -> Response {
    var problem: Problem
    switch error {
    case let known as Problem: problem = known
    case let sql as SQLError where sql.isBusy:
      problem = Problem(.overloaded, "Another writer holds the store.")
    default:
      configuration.failure(id, "\(error)")
      problem = Problem(.internalError, "The server failed; its log has the request_id.")
    }
    problem.instance = request.path
    problem.requestID = id
    var response = Response(
      status: problem.status, headers: ["Content-Type": Problem.contentType],
      body: .bytes(problem.json().array))
    switch problem.code {
    case .unauthenticated:
      response.headers.set("WWW-Authenticate", "Bearer realm=\"commerce\"")
    case .tokenExpired:
      response.headers.set(
        "WWW-Authenticate", "Bearer realm=\"commerce\", error=\"invalid_token\"")
    case .missingScope, .forbidden:
      response.headers.set(
        "WWW-Authenticate", "Bearer realm=\"commerce\", error=\"insufficient_scope\"")
    case .overloaded, .idempotencyInProgress: response.headers.set("Retry-After", "1")
    default: break
    }
    return response
  }

  /// What every answer says.
  func finish(_ response: Response, _ id: String, _ verdict: RateLimiter.Verdict) -> Response {
    var response = response
    response.headers.set("Request-Id", id)
    response.headers.set("Api-Version", ContractVersion.current)
    response.headers.set(
      "RateLimit", "\"default\";r=\(verdict.remaining);t=\(verdict.secondsToNext)")
    response.headers.set(
      "RateLimit-Policy", "\"default\";q=\(configuration.rate.burst);w=\(limiter.window)")
    if !verdict.isAllowed, response.status == 429 {
      response.headers.set("Retry-After", "\(verdict.secondsToNext)")
    }
    if response.headers["Cache-Control"] == nil {
      response.headers.set("Cache-Control", "private, no-cache")
    }
    response.headers.set("X-Content-Type-Options", "nosniff")
    return response
  }
}
