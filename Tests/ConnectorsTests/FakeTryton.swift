import Bytes
import Formats
import Support
import Synchronization

/// A server that answers JSON-RPC as Tryton 8.2 does: what is known of it from trying the real one,
/// and its bad habits.
///
/// Errors come with status 200. A stamp counts only for records that the call itself writes; null or
/// no stamp guards nothing. Names lose the spaces around them, a code is unique among active
/// products, a second deletion is none the worse, and REST overlooks stamps.
final class FakeTryton: Sendable {
  struct Template {
    var id: Int64
    var name: String
    var code: String?
    var isActive = true
    var isSalable = true
    var text: String?
    var price: String?
    var categories: [Int64] = []
    var stamp: Int64
  }

  struct Product {
    var id: Int64
    var template: Int64
    var position: Int64?
    var price: String?
    var stamp: Int64
  }

  struct State {
    var templates: [Int64: Template] = [:]
    var products: [Int64: Product] = [:]
    var pieces: [Int64: Int64] = [:]
    /// Counts that are not confirmed: product and pieces.
    var sheets: [Int64: (product: Int64, pieces: Int64)] = [:]
    var confirmed: Set<Int64> = []
    var next: Int64 = 1
    var clock: Int64 = 1_795_703_013_005_210
    var session = 0
    /// Answers to give before anything else, in order.
    var faults: [ScriptedAnswer] = []

    /// Moves the clock on.
    mutating func tick() -> Int64 {
      clock += 100_010
      return clock
    }

    /// Makes a key.
    mutating func key() -> Int64 {
      defer { next += 1 }
      return next
    }
  }

  /// The one warehouse, and where its pieces lie.
  static let warehouse: Int64 = 5
  static let storage: Int64 = 3

  let state = Mutex(State())
  private let box = Mutex<ScriptedServer?>(nil)

  init() throws {
    let server = try ScriptedServer { [weak self] request in
      self?.answer(request) ?? .reply(503)
    }
    box.withLock { $0 = server }
  }

  deinit { box.withLock { $0?.stop() } }

  var url: String { box.withLock { $0?.url } ?? "" }

  /// Ends all sessions, as time does.
  func endSessions() { state.withLock { $0.session += 1 } }

  private func answer(_ request: ScriptedRequest) -> ScriptedAnswer {
    if let fault = state.withLock({ $0.faults.isEmpty ? nil : $0.faults.removeFirst() }) {
      return fault
    }
    guard request.path == "/shop/rpc/" else { return rest(request) }
    guard let body = try? JSON.parse(request.body), let method = body.value["method"]?.string,
      let params = body.value["params"]?.children
    else { return Self.page(400, "Bad Request") }
    if method == "common.db.login" { return login(params) }
    let ticket = state.withLock { Self.ticket($0.session) }
    guard request.headers["authorization"] == "Session \(ticket)" else {
      return .reply(401, headers: [("Content-Type", "text/plain; charset=utf-8")])
    }
    let said: Said = state.withLock { state in
      let before = state
      let said = Self.call(method, params, &state)
      if case .error = said { state = before }
      return said
    }
    switch said {
    case .result(let json): return .json(#"{"id":1,"result":\#(json)}"#)
    case .error(let json): return .json(#"{"id":1,"error":\#(json)}"#)
    case .forbidden: return Self.page(403, "Forbidden")
    }
  }

  enum Said {
    case result(String)
    case error(String)
    case forbidden
  }

  static func page(_ status: Int, _ title: String) -> ScriptedAnswer {
    .reply(
      status, headers: [("Content-Type", "text/html; charset=utf-8")],
      body: Array("<!doctype html>\n<html lang=en>\n<title>\(status) \(title)</title>\n".utf8))
  }

  private func login(_ params: [TapeValue]) -> ScriptedAnswer {
    guard params.first?.string == "admin",
      params.dropFirst().first?["password"]?.string == "tpass"
    else { return Self.page(401, "Unauthorized") }
    let key = state.withLock { "key\($0.session)" }
    return .json(#"{"id":1,"result":[1,"\#(key)",null]}"#)
  }

  /// Base64 of `admin:1:key0` and so on.
  private static func ticket(_ session: Int) -> String {
    ["YWRtaW46MTprZXkw", "YWRtaW46MTprZXkx", "YWRtaW46MTprZXky"][min(session, 2)]
  }

  /// The other door: it writes names and looks at no stamp.
  private func rest(_ request: ScriptedRequest) -> ScriptedAnswer {
    guard request.method == "PUT", let id = Int64(request.path.split(separator: "/").last ?? ""),
      let body = try? JSON.parse(request.body), let name = body.value["name"]?.string
    else { return Self.page(404, "Not Found") }
    state.withLock { state in
      let stamp = state.tick()
      state.templates[id]?.name = name
      state.templates[id]?.stamp = stamp
    }
    return .json(#"{"id":\#(id)}"#)
  }
}
