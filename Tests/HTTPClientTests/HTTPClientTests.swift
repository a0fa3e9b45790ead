import Bytes
import HTTPClient
import Machine
import Support
import Synchronization
import Testing

@Suite("The HTTP client")
struct HTTPClientTests {
  @Test("an answer comes with its status, its header fields and its body")
  func answer() throws {
    let server = try ScriptedServer { request in
      .reply(
        201, headers: [("X-One", "a"), ("x-one", "b")],
        body: Array("\(request.method) \(request.target)".utf8) + request.body)
    }
    defer { server.stop() }
    let client = HTTPClient()
    let response = try client.send(
      HTTPRequest("POST", server.url + "/p?q=1", headers: ["X-Two": "c"], body: Array("!".utf8)))
    #expect(response.status == 201)
    #expect(response.text == "POST /p?q=1!")
    #expect(response.headers["X-ONE"] == "a")
    #expect(response.headers.values("x-one") == ["a", "b"])
    #expect(server.requests[0].headers["x-two"] == "c")
    #expect(server.requests[0].headers["expect"] == nil)
  }

  @Test("one connection serves many requests, one after the other")
  func reuse() throws {
    let server = try ScriptedServer { _ in .json("{}") }
    defer { server.stop() }
    let client = HTTPClient()
    for _ in 0..<10 { _ = try client.send(HTTPRequest("GET", server.url)) }
    #expect(server.connectionCount == 1)
  }

  @Test("many requests run side by side and come back in their order")
  func sideBySide() throws {
    let running = Mutex((now: 0, most: 0))
    let server = try ScriptedServer { request in
      running.withLock {
        $0.now += 1
        $0.most = max($0.most, $0.now)
      }
      SystemTime().sleep(milliseconds: 20)
      running.withLock { $0.now -= 1 }
      return .reply(200, body: Array(request.path.utf8))
    }
    defer { server.stop() }
    let requests = (0..<40).map { HTTPRequest("GET", "\(server.url)/\($0)") }
    let answers = HTTPClient().sendAll(requests, concurrency: 8)
    #expect(try answers.map { try $0.get().text } == (0..<40).map { "/\($0)" })
    let most = running.withLock { $0.most }
    #expect(most > 1 && most <= 8)
    #expect(server.connectionCount <= 8)
  }

  @Test("a compressed answer is decoded, and is not asked for where bytes are counted")
  func compression() throws {
    let server = try ScriptedServer { request in
      let packed: [UInt8] = [
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10,
        0x36, 5, 0, 0, 0,
      ]
      guard request.headers["accept-encoding"]?.contains("gzip") == true else {
        return .reply(200, body: Array("plain".utf8))
      }
      return .reply(200, headers: [("Content-Encoding", "gzip")], body: packed)
    }
    defer { server.stop() }
    let client = HTTPClient()
    #expect(try client.send(HTTPRequest("GET", server.url)).text == "hello")
    var plain = HTTPRequest("GET", server.url)
    plain.acceptsCompression = false
    #expect(try client.send(plain).text == "plain")
  }

  @Test("a body is handed on in pieces while it comes")
  func streaming() throws {
    let body = [UInt8](repeating: 7, count: 3_000_000)
    let server = try ScriptedServer { _ in .reply(200, body: body) }
    defer { server.stop() }
    var pieces = 0
    var count = 0
    let head = try HTTPClient().stream(HTTPRequest("GET", server.url)) { head, bytes in
      #expect(head.status == 200)
      pieces += 1
      count += bytes.count
    }
    #expect(head.headers["content-length"] == "3000000")
    #expect(count == body.count)
    #expect(pieces > 1)
  }

  struct Enough: Error {}

  @Test("an error thrown by the reader ends the transfer and comes out, and the client lives on")
  func readerStops() throws {
    let server = try ScriptedServer { _ in .reply(200, body: Array(repeating: 7, count: 9_000_000))
    }
    defer { server.stop() }
    let client = HTTPClient()
    #expect(throws: Enough.self) {
      _ = try client.stream(HTTPRequest("GET", server.url)) { _, _ in throw Enough() }
    }
    #expect(try client.send(HTTPRequest("GET", server.url)).body.count == 9_000_000)
  }

  @Test("a reader may ask the same client for something else meanwhile")
  func nested() throws {
    let server = try ScriptedServer { request in .reply(200, body: Array(request.path.utf8)) }
    defer { server.stop() }
    let client = HTTPClient()
    var inner = ""
    _ = try client.stream(HTTPRequest("GET", server.url + "/outer")) { _, _ in
      inner = try client.send(HTTPRequest("GET", server.url + "/inner")).text
    }
    #expect(inner == "/inner")
  }

  @Test("a caller's wish to stop ends a transfer that stands still")
  func cancelled() throws {
    let server = try ScriptedServer { _ in .silence(milliseconds: 5_000) }
    defer { server.stop() }
    var configuration = HTTPClient.Configuration()
    let counter = Counter()
    configuration.isCancelled = { counter.next() > 2 }
    let error = #expect(throws: HTTPError.self) {
      _ = try HTTPClient(configuration).send(HTTPRequest("GET", server.url))
    }
    #expect(error?.code == .aborted)
  }
}

/// Counts calls.
final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  func next() -> Int { value.wrappingAdd(1, ordering: .relaxed).newValue }
}
