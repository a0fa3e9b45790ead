import Bytes
import Contract
import Formats
import HTTPClient
import Synchronization

/// Tryton's JSON-RPC with one user: signs in, keeps the session and renews it once it has ended.
final class TrytonRPC: Sendable {
  let session: APISession
  private let path: String
  private let user: String
  private let password: String
  private let language: String
  /// The value of the `Authorization` field while signed in.
  private let ticket = Mutex<String?>(nil)
  /// What the database's modules give, once it was asked for.
  let modules = Mutex<TrytonReader.Modules?>(nil)

  /// Makes a caller.
  ///
  /// - Parameter credential: user and password with a colon between them.
  init(session: APISession, database: String, credential: String, language: String) {
    self.session = session
    self.language = language
    var path = ByteBuffer(capacity: 64)
    path.append("/")
    path.append(percentEncoding: database)
    path.append("/rpc/")
    self.path = path.string
    let parts = credential.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    user = parts.first.map(String.init) ?? ""
    password = parts.count > 1 ? String(parts[1]) : ""
  }

  /// What the server says to a call.
  enum Answer {
    case result(TapeValue)
    case error(TrytonFault)
  }

  /// Calls a method that only reads, with patience.
  func read(_ call: TrytonCall) throws(ConnectorError) -> TapeValue {
    let response = try signedIn { request throws(ConnectorError) in
      try session.patiently(request(call.bytes))
    }
    switch Self.answer(response) {
    case .success(.result(let value)): return value
    case .success(.error(let fault)):
      throw ConnectorError(.refused, "\(session.base): \(call.method): \(fault.message)")
    case .failure(let misread): throw ConnectorError(.malformed, misread.reason)
    }
  }

  /// Sends the bytes of a call that writes, once.
  func exchange(_ bytes: [UInt8]) throws(ConnectorError) -> WriteExchange {
    for isSecond in [false, true] {
      var request = writing(bytes)
      request.headers.set("Authorization", try signIn())
      let exchange = session.exchange(request)
      guard !isSecond, case .answered(let response) = exchange, response.status == 401 else {
        return exchange
      }
      ticket.withLock { $0 = nil }  // the session has ended; nothing was done
    }
    throw ConnectorError(.unauthenticated, "\(session.base) ended the session")
  }

  // MARK: Signing in

  private func signedIn(
    _ send: ((([UInt8]) -> HTTPRequest)) throws(ConnectorError) -> HTTPResponse
  ) throws(ConnectorError) -> HTTPResponse {
    for isSecond in [false, true] {
      let authorization = try signIn()
      do throws(ConnectorError) {
        return try send { bytes in
          var request = self.writing(bytes)
          request.headers.set("Authorization", authorization)
          return request
        }
      } catch {
        guard error.code == .unauthenticated, !isSecond else { throw error }
        ticket.withLock { $0 = nil }
      }
    }
    throw ConnectorError(.unauthenticated, "\(session.base) ended the session")
  }

  private func writing(_ bytes: [UInt8]) -> HTTPRequest {
    var request = session.writing(
      "POST", path, headers: [.init("Content-Type", "application/json")], body: bytes)
    request.headers.remove("Authorization")
    return request
  }

  private func signIn() throws(ConnectorError) -> String {
    if let ticket = ticket.withLock({ $0 }) { return ticket }
    guard !user.isEmpty, !password.isEmpty else {
      throw ConnectorError(
        .unauthenticated, "the token for Tryton is “user:password”; what is given has no colon")
    }
    let login = TrytonCall(
      "common.db.login",
      [.text(user), .object([.init("password", .text(password))]), .text(language)])
    let response = try session.once(writing(login.bytes))
    guard case .success(.result(let result)) = Self.answer(response), result.count >= 2,
      let id = result.children[0].integer, let key = result.children[1].string
    else {
      throw ConnectorError(.unauthenticated, "\(session.base) does not accept user and password")
    }
    let made = "Session " + Base64.encode(Array("\(user):\(id):\(key)".utf8))
    ticket.withLock { $0 = made }
    return made
  }

  // MARK: Answers

  /// A body that is no answer of JSON-RPC.
  struct Misread: Error {
    let reason: String
  }

  /// Reads an answer. An error comes with status 200, as the member `error`.
  static func answer(_ response: HTTPResponse) -> Result<Answer, Misread> {
    func misread() -> Result<Answer, Misread> {
      let looks = APISession.looks(response.head, response.body)
      return .failure(Misread(reason: "Tryton answered \(response.status) with \(looks)"))
    }
    guard response.head.isSuccess, response.headers.mediaType == "application/json",
      let tape = try? JSON.parse(response.body), tape.value["id"]?.integer == 1
    else { return misread() }
    if let error = tape.value["error"] { return .success(.error(TrytonFault(error))) }
    guard let result = tape.value["result"] else { return misread() }
    return .success(.result(result))
  }
}

/// What went wrong within the server: the transaction was rolled back.
struct TrytonFault {
  enum Kind {
    /// A record has another stamp than the call named.
    case concurrency
    /// A rule of the business says no.
    case user
    /// The server wants a person to confirm.
    case warning
    /// Anything else: the words of an exception.
    case failure
  }

  let kind: Kind
  /// The server's words.
  let message: String

  init(_ error: TapeValue) {
    let parts = error.children
    let name = parts.first?.string ?? ""
    func words(_ index: Int) -> String? {
      guard parts.count > index else { return nil }
      let part = parts[index]
      return part.string ?? part.children.compactMap(\.string).first { !$0.isEmpty }
    }
    switch name {
    case "ConcurrencyException": kind = .concurrency
    case "UserError": kind = .user
    case "UserWarning": kind = .warning
    default: kind = .failure
    }
    let said = kind == .failure ? name : words(kind == .warning ? 2 : 1) ?? name
    message = said.isEmpty ? "the server failed without a word" : said
  }
}
