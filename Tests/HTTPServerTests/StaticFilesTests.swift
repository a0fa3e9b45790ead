import Glibc
import HTTPServer
import Machine
import Support
import Testing

@Suite("Static files")
struct StaticFilesTests {
  let folder: ScratchFolder
  let files: StaticFiles

  init() throws {
    folder = try ScratchFolder()
    try folder.write("secret.txt", "secret")
    try folder.write("site/index.html", "home")
    try folder.write("site/404.html", "nothing here")
    try folder.write("site/a b/index.html", "inner")
    try folder.write("site/digits.txt", "0123456789")
    try folder.write("site/feed.xml.gz", "x")
    try folder.write("site/.hidden", "hidden")
    files = StaticFiles(root: "\(folder.path)/site")
  }

  private func get(_ target: String, _ headers: Headers = Headers()) -> Response {
    files.respond(to: Request(method: "GET", target: target, headers: headers))
  }

  private func text(_ target: String) throws -> String {
    let server = try HTTPServer.start(port: 0) { [files] in files.respond(to: $0) }
    defer { server.stop() }
    return RawClient(port: server.port).get(target)?.body ?? "no answer"
  }

  @Test("a folder is its index page")
  func index() throws {
    #expect(try text("/") == "home")
    #expect(try text("/a%20b/") == "inner")
  }

  @Test("a folder without its slash is sent there")
  func slash() {
    let response = get("/a%20b?x=1")
    #expect(response.status == 301)
    #expect(response.headers["Location"] == "./a%20b/?x=1")
  }

  @Test("what is not there shows the site's own page with 404")
  func notFound() throws {
    #expect(get("/nope").status == 404)
    #expect(try text("/nope") == "nothing here")
  }

  @Test(
    "nothing outside the folder can be read",
    arguments: [
      "/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/a%20b/../../secret.txt",
      "//etc/passwd", "/.hidden", "/link/secret.txt", "/link.txt", "/%00",
    ])
  func escape(_ target: String) throws {
    symlink(folder.path, "\(folder.path)/site/link")
    symlink("\(folder.path)/secret.txt", "\(folder.path)/site/link.txt")
    #expect([400, 404].contains(get(target).status))
  }

  @Test("a known entity tag is a 304")
  func notModified() throws {
    let tag = try #require(get("/digits.txt").headers["ETag"])
    #expect(get("/digits.txt", ["If-None-Match": tag]).status == 304)
    #expect(get("/digits.txt", ["If-None-Match": "\"other\", W/\(tag)"]).status == 304)
    #expect(get("/digits.txt", ["If-None-Match": "\"other\""]).status == 200)
  }

  @Test("a known time is a 304")
  func notModifiedSince() throws {
    let time = try #require(get("/digits.txt").headers["Last-Modified"])
    #expect(get("/digits.txt", ["If-Modified-Since": time]).status == 304)
  }

  @Test(
    "ranges are answered as RFC 9110 says",
    arguments: [
      ("bytes=2-4", 206, "bytes 2-4/10"), ("bytes=7-", 206, "bytes 7-9/10"),
      ("bytes=-3", 206, "bytes 7-9/10"), ("bytes=5-99", 206, "bytes 5-9/10"),
      ("bytes=10-", 416, "bytes */10"), ("bytes=4-2", 200, nil), ("lines=1-2", 200, nil),
      ("bytes=1-2,4-5", 200, nil), ("bytes=-0", 416, "bytes */10"),
    ] as [(String, Int, String?)])
  func ranges(_ range: String, _ status: Int, _ content: String?) {
    let response = get("/digits.txt", ["Range": range])
    #expect(response.status == status)
    #expect(response.headers["Content-Range"] == content)
  }

  @Test("a range of another version of the file gives the whole file")
  func ifRange() throws {
    let tag = try #require(get("/digits.txt").headers["ETag"])
    #expect(get("/digits.txt", ["Range": "bytes=2-", "If-Range": tag]).status == 206)
    #expect(get("/digits.txt", ["Range": "bytes=2-", "If-Range": "\"old\""]).status == 200)
  }

  @Test("a range arrives with exactly its bytes")
  func rangeBytes() throws {
    let server = try HTTPServer.start(port: 0) { [files] in files.respond(to: $0) }
    defer { server.stop() }
    let answer = RawClient(port: server.port).get("/digits.txt", "Range: bytes=2-4")
    #expect(answer?.body == "234")
    #expect(answer?.header("Content-Length") == "3")
  }

  @Test("types follow from names")
  func types() {
    #expect(get("/feed.xml.gz").headers["Content-Type"] == "application/gzip")
    #expect(ContentType.of("a/b.SVG") == "image/svg+xml")
    #expect(ContentType.of("font.woff2") == "font/woff2")
    #expect(ContentType.of("noending") == "application/octet-stream")
  }

  @Test("other methods are told what there is")
  func methods() {
    let response = files.respond(to: Request(method: "POST", target: "/"))
    #expect(response.status == 405)
    #expect(response.headers["Allow"] == "GET, HEAD")
  }
}
