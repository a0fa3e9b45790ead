import Bytes
import Glibc
import HTTPServer
import Machine
import Synchronization
import Testing

@Suite("HTTP server")
struct HTTPServerTests {
  private func serving(
    bodyLimit: Int = 1 << 20, _ handler: @escaping @Sendable (Request) -> Response
  ) throws -> (HTTPServer, RawClient) {
    var configuration = HTTPServer.Configuration()
    configuration.bodyLimit = bodyLimit
    let server = try HTTPServer(configuration, handler: handler)
    return (server, RawClient(port: server.port))
  }

  private func echo(_ request: Request) -> Response {
    let segments = request.segments.map { $0.joined(separator: "|") } ?? "malformed"
    let query = request.query.map { $0.map { "\($0.name)=\($0.value)" }.joined(separator: "|") }
    let body = String(decoding: request.body, as: UTF8.self)
    return Response(
      contentType: "text/plain",
      text: "\(request.method) \(segments) \(query ?? "malformed") \(body)")
  }

  @Test("port 0 becomes a free port of the loopback interface")
  func freePort() throws {
    let (server, client) = try serving(echo)
    #expect(server.port > 0)
    #expect(server.baseURL == "http://127.0.0.1:\(server.port)")
    #expect(client.get("/")?.status == 200)
    server.stop()
  }

  @Test("a port that is taken is named")
  func taken() throws {
    let (server, _) = try serving(echo)
    defer { server.stop() }
    var configuration = HTTPServer.Configuration()
    configuration.port = server.port
    let error = #expect(throws: HTTPServerError.self) {
      _ = try HTTPServer(configuration) { _ in Response() }
    }
    #expect(error?.code == .portInUse)
    #expect(error?.message.contains("\(server.port)") == true)
  }

  @Test("path segments and query items are decoded, in order, after they were split")
  func decoding() throws {
    let (server, client) = try serving(echo)
    defer { server.stop() }
    #expect(client.get("/a%2Fb/c%20d/?x=1+2&y&x=%C3%A9")?.body == "GET a/b|c d| x=1 2|y=|x=é ")
  }

  @Test(
    "malformed escapes, bytes that are not UTF-8 and NUL are noticed",
    arguments: ["/%zz", "/%", "/%ff", "/a%00b"])
  func malformed(_ path: String) throws {
    let (server, client) = try serving(echo)
    defer { server.stop() }
    #expect(client.get(path)?.body.hasPrefix("GET malformed") == true)
    #expect(client.get("/?a=\(path.dropFirst())")?.body == "GET  malformed ")
  }

  @Test("a body arrives whole, with a length or in chunks")
  func body() throws {
    let (server, client) = try serving(echo)
    defer { server.stop() }
    #expect(client.request("POST", "/", body: "hello")?.body == "POST   hello")
    let chunked = client.send(
      "POST / HTTP/1.1\r\nHost: t\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n")
    #expect(chunked?.body == "POST   hello")
  }

  @Test("a body beyond the limit is a 413")
  func tooLarge() throws {
    let (server, client) = try serving(bodyLimit: 10, echo)
    defer { server.stop() }
    #expect(client.request("POST", "/", body: "12345678901")?.status == 413)
    #expect(client.request("POST", "/", body: "1234567890")?.status == 200)
  }

  @Test("HEAD has the header fields of GET and no body")
  func head() throws {
    let (server, client) = try serving(echo)
    defer { server.stop() }
    let answer = client.request("HEAD", "/")
    #expect(answer?.header("Content-Length") == "7")
    #expect(answer?.body == "")
  }

  @Test("a method that nobody knows reaches the handler")
  func method() throws {
    let (server, client) = try serving(echo)
    defer { server.stop() }
    #expect(client.request("BREW", "/")?.body == "BREW   ")
  }

  @Test("header fields are found whatever their case")
  func headers() throws {
    let (server, client) = try serving { request in
      Response(contentType: "text/plain", text: request.headers["x-thing"] ?? "none")
    }
    defer { server.stop() }
    #expect(client.get("/", "X-THING: yes")?.body == "yes")
  }

  @Test("two requests on one connection are answered one after the other")
  func keepAlive() throws {
    let (server, client) = try serving(echo)
    defer { server.stop() }
    let text =
      "GET /a HTTP/1.1\r\nHost: t\r\n\r\nGET /b HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
    let bytes = try #require(client.exchange(Array(text.utf8)))
    let answers = String(decoding: bytes, as: UTF8.self)
    #expect(answers.contains("GET a") && answers.contains("GET b"))
  }

  @Test("a streamed answer comes in chunks, to its end")
  func stream() throws {
    let (server, client) = try serving { _ in
      let left = Mutex(3)
      return Response(
        body: .stream { buffer in
          buffer.append("piece ")
          return left.withLock {
            $0 -= 1
            return $0 > 0
          }
        })
    }
    defer { server.stop() }
    let answer = client.get("/")
    #expect(answer?.header("Transfer-Encoding") == "chunked")
    #expect(answer?.body.components(of: "piece ") == 3)
    #expect(answer?.body.hasSuffix("0\r\n\r\n") == true)
  }

  @Test("a streamed answer that fails is cut, so that its reader notices")
  func cut() throws {
    struct Failure: Error {}
    let (server, client) = try serving { _ in
      let count = Mutex(0)
      return Response(
        body: .stream { buffer in
          buffer.append("piece ")
          if count.withLock({
            $0 += 1; return $0
          }) > 2 {
            throw Failure()
          }
          return true
        })
    }
    defer { server.stop() }
    #expect(client.get("/")?.body.hasSuffix("0\r\n\r\n") == false)
  }

  @Test("a promised answer is sent when it is there")
  func deferred() throws {
    let promise = DeferredResponse()
    let (server, client) = try serving { request in
      if request.path == "/now" {
        promise.complete(Response(contentType: "text/plain", text: "at last"))
        return Response(status: 204)
      }
      return .deferred(promise)
    }
    defer { server.stop() }
    let descriptor = try #require(client.connect())
    defer { close(descriptor) }
    let text = Array("GET /wait HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n".utf8)
    _ = text.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
    usleep(50_000)
    #expect(client.get("/now")?.status == 204)
    var room = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &room, room.count, Int32(MSG_WAITALL))
    #expect(String(decoding: room[..<max(count, 0)], as: UTF8.self).hasSuffix("at last"))
  }

  @Test("stopping answers those who wait with 503")
  func stopping() throws {
    let (server, client) = try serving { _ in .deferred(DeferredResponse()) }
    let descriptor = try #require(client.connect())
    defer { close(descriptor) }
    let text = Array("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n".utf8)
    _ = text.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, 0) }
    usleep(100_000)
    server.stop()
    var room = [UInt8](repeating: 0, count: 4096)
    let count = recv(descriptor, &room, room.count, 0)
    #expect(String(decoding: room[..<max(count, 0)], as: UTF8.self).contains(" 503 "))
    #expect(client.connect() == nil)
  }

  @Test(
    "a server that ends while requests come answers each, or refuses it, and its port is free again"
  )
  func stoppingUnderLoad() throws {
    for _ in 1...40 {
      let (server, client) = try serving(echo)
      let answers = Mutex<[Int]>([])
      let seen = Box(answers)
      BackgroundThread.start {
        while let answer = client.get("/") { seen.mutex.withLock { $0.append(answer.status) } }
        seen.mutex.withLock { $0.append(0) }
      }
      while seen.mutex.withLock({ $0.count }) < 3 { usleep(200) }
      server.stop()
      while seen.mutex.withLock({ $0.last }) != 0 { usleep(200) }
      #expect(seen.mutex.withLock { $0.allSatisfy { [0, 200, 503].contains($0) } })
      #expect(client.connect() == nil)
      var configuration = HTTPServer.Configuration()
      configuration.port = server.port
      try HTTPServer(configuration) { _ in Response() }.stop()
    }
  }

  @Test(
    "nonsense instead of a request does no harm",
    arguments: [
      "\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
      "GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "GET / HTTP/1.1\r\nHost: t\r\nContent-Length: 99999999999999999999\r\n\r\n",
    ])
  func nonsense(_ text: String) throws {
    let (server, client) = try serving(echo)
    defer { server.stop() }
    _ = client.exchange(
      Array((text + "").utf8) + Array("GET / HTTP/1.1\r\nConnection: close\r\n\r\n".utf8))
    #expect(client.get("/")?.status == 200)
  }

  @Test("a header value with a line feed is left out, so that nothing can be smuggled in")
  func headerInjection() throws {
    let (server, client) = try serving { _ in
      Response(status: 204, headers: ["X-Bad": "a\r\nX-Evil: yes"])
    }
    defer { server.stop() }
    #expect(client.get("/")?.header("X-Evil") == nil)
  }

  @Test("answered requests are logged with their status")
  func log() throws {
    let entries = Mutex<[Int]>([])
    let seen = Box(entries)
    var configuration = HTTPServer.Configuration()
    configuration.log = { entry in seen.mutex.withLock { $0.append(entry.status) } }
    let server = try HTTPServer(configuration) { _ in Response(status: 418) }
    _ = RawClient(port: server.port).get("/")
    server.stop()
    #expect(seen.mutex.withLock { $0 } == [418])
  }
}

private final class Box: Sendable {
  let mutex: Mutex<[Int]>
  init(_ mutex: consuming Mutex<[Int]>) { self.mutex = mutex }
}

extension String {
  fileprivate func components(of needle: String) -> Int { ranges(of: needle).count }
}
