import Bytes
import HTTPClient
import Support
import Testing

@Suite("What the HTTP client says when no answer comes")
struct HTTPFailureTests {
  private func code(_ url: String, patience: HTTPRequest.Patience? = nil) -> HTTPError.Code? {
    var request = HTTPRequest("GET", url)
    if let patience { request.patience = patience }
    do throws(HTTPError) {
      _ = try HTTPClient().send(request)
      return nil
    } catch {
      return error.code
    }
  }

  @Test("a port where nothing listens is a refused connection")
  func refused() throws {
    let server = try ScriptedServer { _ in .json("{}") }
    server.stop()
    #expect(code(server.url) == .refused)
  }

  @Test("a name without an address is unreachable")
  func unreachable() { #expect(code("http://no-such-host.invalid/") == .unreachable) }

  @Test("a server that says nothing is a time-out")
  func silent() throws {
    let server = try ScriptedServer { _ in .silence(milliseconds: 3_000) }
    defer { server.stop() }
    var patience = HTTPRequest.Patience()
    patience.totalMs = 200
    #expect(code(server.url, patience: patience) == .timedOut)
  }

  @Test("a transfer that stands still in the middle is a time-out")
  func stalled() throws {
    let server = try ScriptedServer { _ in .silence(milliseconds: 4_000) }
    defer { server.stop() }
    var patience = HTTPRequest.Patience()
    patience.stallSeconds = 1
    #expect(code(server.url, patience: patience) == .timedOut)
  }

  @Test("an answer that ends too early is a broken connection")
  func truncated() throws {
    let server = try ScriptedServer { _ in .truncated(200, length: 100, body: [1, 2, 3]) }
    defer { server.stop() }
    #expect(code(server.url) == .broken)
  }

  @Test("a server that hangs up at once is a broken connection")
  func hangUp() throws {
    let server = try ScriptedServer { _ in .raw([]) }
    defer { server.stop() }
    #expect(code(server.url) == .broken)
  }

  @Test("bytes that are no HTTP are malformed")
  func noHTTP() throws {
    let server = try ScriptedServer { _ in .raw(Array("SSH-2.0-OpenSSH\r\n".utf8)) }
    defer { server.stop() }
    #expect(code(server.url) == .malformed)
  }

  @Test("plain HTTP behind an https address is a TLS failure")
  func tls() throws {
    let server = try ScriptedServer { _ in .json("{}") }
    defer { server.stop() }
    #expect(code(server.url.replacing("http://", with: "https://")) == .tls)
  }

  @Test(
    "other protocols are refused before anything is sent",
    arguments: ["file:///etc/passwd", "ftp://x/", "x"])
  func protocols(url: String) { #expect(code(url) == .invalidRequest) }

  @Test("a line break in a header field is refused before anything is sent")
  func headerInjection() throws {
    let server = try ScriptedServer { _ in .json("{}") }
    defer { server.stop() }
    let error = #expect(throws: HTTPError.self) {
      _ = try HTTPClient().send(HTTPRequest("GET", server.url, headers: ["A": "b\r\nC: d"]))
    }
    #expect(error?.code == .invalidRequest)
    #expect(server.requests.isEmpty)
  }

  @Test("an answer above the limit is not kept")
  func tooLarge() throws {
    let server = try ScriptedServer { _ in .reply(200, body: [UInt8](repeating: 1, count: 5_000)) }
    defer { server.stop() }
    var request = HTTPRequest("GET", server.url)
    request.bodyLimit = 1_000
    let error = #expect(throws: HTTPError.self) { _ = try HTTPClient().send(request) }
    #expect(error?.code == .tooLarge)
  }

  @Test("a redirect within the same place is followed, with its credentials")
  func redirect() throws {
    let server = try ScriptedServer { request in
      request.path == "/old"
        ? .reply(301, headers: [("Location", "/new")], body: Array("moved".utf8))
        : .reply(200, body: Array(request.headers["authorization", default: "none"].utf8))
    }
    defer { server.stop() }
    let request = HTTPRequest("GET", server.url + "/old", headers: ["Authorization": "Bearer s3"])
    #expect(try HTTPClient().send(request).text == "Bearer s3")
  }

  @Test("a redirect to another place is refused, and that place is not asked")
  func redirectElsewhere() throws {
    let other = try ScriptedServer { _ in .json("{}") }
    defer { other.stop() }
    let target = other.url
    let server = try ScriptedServer { _ in .reply(302, headers: [("Location", target + "/x")]) }
    defer { server.stop() }
    let error = #expect(throws: HTTPError.self) {
      _ = try HTTPClient().send(
        HTTPRequest("GET", server.url, headers: ["Authorization": "Bearer s3cret"]))
    }
    #expect(error?.code == .redirected)
    #expect(error?.description.contains(target) == true)
    #expect(other.requests.isEmpty)
  }

  @Test("a redirect in circles ends")
  func circles() throws {
    let server = try ScriptedServer { _ in .reply(302, headers: [("Location", "/again")]) }
    defer { server.stop() }
    #expect(code(server.url) == .redirected)
    #expect(server.requests.count == 6)
  }

  @Test("no secret is in what an error says")
  func secrets() {
    let error = #expect(throws: HTTPError.self) {
      _ = try HTTPClient().send(
        HTTPRequest(
          "GET", "http://user:pass@127.0.0.1:1/path?token=abc", headers: ["Authorization": "xyz"]))
    }
    let text = "\(error.map { "\($0)" } ?? "") \(String(reflecting: error))"
    for secret in ["user", "pass", "abc", "xyz"] { #expect(!text.contains(secret)) }
    #expect(error?.address == "http://127.0.0.1:1/path")
  }
}

@Suite("Times in HTTP")
struct HTTPDateTests {
  @Test(
    "all three forms of a date are read",
    arguments: [
      "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
    ])
  func forms(text: String) {
    #expect(HTTPDate.parse(text)?.rfc3339 == "1994-11-06T08:49:37Z")
  }

  @Test(
    "anything else is no date",
    arguments: ["", "soon", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:00:00 GMT"])
  func nonsense(text: String) { #expect(HTTPDate.parse(text) == nil) }

  @Test("Retry-After is read as seconds and as a date")
  func retryAfter() throws {
    let now = try #require(Instant(rfc3339: "1994-11-06T08:49:07.5Z"))
    #expect(HTTPDate.secondsToWait(retryAfter: "58", now: now) == 58)
    #expect(
      HTTPDate.secondsToWait(retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT", now: now) == 30)
    #expect(HTTPDate.secondsToWait(retryAfter: "Sun, 06 Nov 1994 08:00:00 GMT", now: now) == 0)
    #expect(HTTPDate.secondsToWait(retryAfter: "-3", now: now) == nil)
  }
}
