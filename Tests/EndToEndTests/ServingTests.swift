import Bytes
import Formats
import Glibc
import HTTPClient
import Machine
import Support
import Testing

/// A browser without a screen: it looks at pages and waits for what the server tells.
final class Watcher {
  let address: String
  /// The project that is served; it lives as long as somebody looks at it.
  let workshop: Workshop?
  private let client = HTTPClient()
  private var session = ""
  private var version = 0

  init(_ address: String, _ workshop: Workshop? = nil) {
    self.address = address
    self.workshop = workshop
  }

  func get(_ path: String, cookies: String? = nil, host: String? = nil) throws -> HTTPResponse {
    var headers: HTTPHeaders = [:]
    if let cookies { headers.set("Cookie", cookies) }
    if let host { headers.set("Host", host) }
    return try client.send(HTTPRequest("GET", address + path, headers: headers))
  }

  /// Where an address leads, and the cookies that are set on the way.
  func redirect(_ path: String, cookies: String = "") throws -> (
    status: Int, target: String?, cookies: [String]
  ) {
    // A client that follows nothing.
    let port = try #require(address.split(separator: ":").last.flatMap { UInt16($0) })
    let connection = try RawConnection(
      port: port, "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: \(cookies)\r\n\r\n")
    let lines = connection.head().split(separator: "\r\n")
    func values(_ name: String) -> [String] {
      lines.filter { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
    }
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    return (
      status ?? 0, values("Location").first,
      values("Set-Cookie").map { String($0.prefix { $0 != ";" }) }
    )
  }

  /// A page, after which the watcher knows all that happened before.
  @discardableResult
  func look(_ path: String, cookies: String? = nil) throws -> HTTPResponse {
    let page = try get(path, cookies: cookies)
    session = Self.value("data-session", in: page.text) ?? session
    version = Self.value("data-version", in: page.text).flatMap { Int($0) } ?? version
    return page
  }

  /// Where it waits for what comes next.
  var eventPath: String { "/_trumeau/events?session=\(session)&since=\(version)" }

  /// What the server tells next: the kind of event, and how long it took.
  @discardableResult
  func event() throws -> (kind: String, document: Tape) {
    let document = try JSON.parse(
      try get(eventPath).text)
    version = Int(document.value["version"]?.integer ?? 0)
    return (document.value["kind"]?.string ?? "", document)
  }

  /// Waits for events until one says that the page is another.
  func reload() throws {
    for _ in 0..<20 {
      let kind = try event().kind
      if kind == "reload" || kind == "styles" { return }
    }
    Issue.record("nothing was told")
  }

  private static func value(_ name: String, in text: String) -> String? {
    guard let start = text.firstRange(of: "\(name)=\"") else { return nil }
    return String(text[start.upperBound...].prefix { $0 != "\"" })
  }
}

@Suite("Serve while somebody works")
struct ServingTests {
  private let product = "/en-eu/products/open-square/"

  private func start(_ words: [String] = []) throws -> (Workshop, Running, Watcher) {
    let workshop = try Workshop.built()
    let (server, address) = try workshop.serve(["serve"] + words)
    return (workshop, server, Watcher(address, workshop))
  }

  @Test("a page is the built one with the bar in it, and public/ never has the bar")
  func equal() throws {
    let (workshop, server, watcher) = try start(["--no-build"])
    let page = try watcher.look(product).text
    let first = try #require(page.firstRange(of: "<!-- trumeau serve: not part of the page -->"))
    let last = try #require(page.firstRange(of: "<!-- /trumeau serve -->"))
    let plain = String(page[..<first.lowerBound] + page[last.upperBound...])
    #expect(try plain == workshop.read("public\(product)index.html"))
    for root in ["public", "private"] {
      #expect(try workshop.files(below: root, holding: "_trumeau") == [])
      #expect(try workshop.files(below: root, holding: "trumeau-preview") == [])
    }
    #expect(try server.end(by: SIGINT).exit == 130)
  }

  @Test("scripts that ask what is in stock are told nothing: the page is as new as the mirror")
  func stock() throws {
    let (_, server, watcher) = try start(["--no-build"])
    for path in ["/snapshot.json", "/availability/eu/0.json"] {
      let answer = try watcher.get(path)
      #expect(answer.status == 204 && answer.text.isEmpty)
    }
    _ = try server.end(by: SIGINT)
  }

  @Test("where nothing changes it sleeps, and still follows and ends at once")
  func sleeps() throws {
    let (workshop, server, watcher) = try start()
    try watcher.look(product)
    func isAsleep() throws -> Bool {
      let before = try server.waitCount()
      usleep(2_000_000)
      return try server.waitCount() - before <= 2
    }
    try server.until("it sleeps", seconds: 90, isAsleep)
    let template = "templates/pages/product.html.liquid"
    try workshop.folder.write(template, try workshop.read(template) + "<p>After the sleep</p>\n")
    try watcher.reload()
    #expect(try watcher.look(product).text.contains("<p>After the sleep</p>"))
    try server.until("it sleeps again", seconds: 90, isAsleep)
    let begun = SystemTime.monotonicSeconds
    #expect(try server.end(by: SIGINT).exit == 130)
    #expect(SystemTime.monotonicSeconds - begun < 5)
  }

  @Test("a template that is saved is on the page at once, and then in public/")
  func template() throws {
    let (workshop, server, watcher) = try start()
    try watcher.look(product)
    let template = "templates/pages/product.html.liquid"
    try workshop.folder.write(template, try workshop.read(template) + "<p>A new line</p>\n")
    try watcher.reload()
    #expect(try watcher.look(product).text.contains("<p>A new line</p>"))
    try server.until("public/ follows") {
      try workshop.read("public\(product)index.html").contains("<p>A new line</p>")
    }
    _ = try server.end(by: SIGINT)
  }

  @Test("a price set in another terminal is on the page and in public/")
  func mirror() throws {
    let (workshop, server, watcher) = try start()
    try watcher.look(product)
    try workshop.expect(["set", "open-square", "title=Quite Another Square"])
    // A command that writes in more than one transaction is told of more than once.
    for _ in 0..<3 {
      try watcher.reload()
      if try watcher.look(product).text.contains("Quite Another Square") { break }
    }
    #expect(try watcher.look(product).text.contains("Quite Another Square"))
    try server.until("public/ follows") {
      try workshop.read("public\(product)index.html").contains("Quite Another Square")
    }
    // A build writes to the mirror's file, which is no change.
    let before = try watcher.look(product).text
    usleep(400_000)
    #expect(try watcher.look(product).text == before)
    _ = try server.end(by: SIGINT)
  }

  @Test("a product's file that is saved by renaming is taken in and shown")
  func productFile() throws {
    let (workshop, server, watcher) = try start()
    try watcher.look(product)
    try workshop.expect(["edit", "open-square", "--no-editor"])
    let name = try #require(
      try Files.walk("\(workshop.path)/content/products").first { $0.hasPrefix("open-square") })
    let text = try workshop.read("content/products/\(name)")
    let new = text.replacing("title: Open Square", with: "title: Saved By Hand")
    #expect(new != text)
    try workshop.folder.write("content/products/.\(name).swp", new)
    try Files.rename(
      "\(workshop.path)/content/products/.\(name).swp",
      to: "\(workshop.path)/content/products/\(name)")
    try server.until("the new title") {
      try watcher.look(product).text.contains("Saved By Hand")
    }
    #expect(try workshop.expect(["diff"]).output.contains("Saved By Hand"))
    _ = try server.end(by: SIGINT)
  }

  @Test(
    "a mistake stands in the page and in the terminal until it is mended, and nothing is published")
  func mistake() throws {
    let (workshop, server, watcher) = try start()
    try watcher.look(product)
    let template = "templates/pages/product.html.liquid"
    let whole = try workshop.read(template)
    let published = try workshop.files(below: "public")
    try workshop.folder.write(template, "{{ product.title | escap }}\n")
    try watcher.reload()
    let broken = try watcher.look(product)
    #expect(broken.status == 500)
    for part in [
      "liquid.undefined-filter", "templates/pages/product.html.liquid:1:", "<mark>escap</mark>",
      "^^^^^", "Did you mean",
    ] { #expect(broken.text.contains(part), "\(part)") }
    try server.until("the terminal tells it") {
      server.errorSoFar.contains("error[liquid.undefined-filter]")
    }
    #expect(try watcher.get("/robots.txt").status == 200)
    try workshop.folder.write(template, whole)
    try watcher.reload()
    #expect(try watcher.look(product).status == 200)
    #expect(try workshop.files(below: "public").keys.sorted() == published.keys.sorted())
    _ = try server.end(by: SIGINT)
  }

  @Test("a fault of a setting is shown too, and so is one of a product's file")
  func otherMistakes() throws {
    let (workshop, server, watcher) = try start()
    try watcher.look(product)
    let settings = try workshop.read("storefronts/main.yaml")
    try workshop.folder.write("storefronts/main.yaml", settings + "page_sise: 3\n")
    try watcher.reload()
    #expect(try watcher.look(product).text.contains("page_sise"))
    try workshop.folder.write("storefronts/main.yaml", settings)
    try watcher.reload()
    #expect(try watcher.look(product).status == 200)
    try workshop.folder.write("content/products/open-square.md", "---\nid: [\n---\n")
    try watcher.reload()
    let broken = try watcher.look(product)
    #expect(broken.status == 500 && broken.text.contains("content/products/open-square.md"))
    _ = try server.end(by: SIGINT)
  }

  @Test("a style sheet is swapped, not loaded with the page")
  func styles() throws {
    let (workshop, server, watcher) = try start()
    let page = try watcher.look("/").text
    let start = try #require(page.firstRange(of: "/assets/theme."))
    let old = String(page[start.lowerBound...].prefix { $0 != "\"" })
    let sheet = "templates/assets/theme.css"
    try workshop.folder.write(sheet, try workshop.read(sheet) + "/* new */\n")
    let (kind, document) = try watcher.event()
    #expect(kind == "styles", "\(server.errorSoFar)")
    let new = try #require(document.value["styles"]?[old]?.string)
    #expect(try watcher.get(new).text.hasSuffix("/* new */\n"))
    _ = try server.end(by: SIGINT)
  }

  @Test("tier, market, language and time are chosen in the address and kept in cookies")
  func choices() throws {
    let (_, server, watcher) = try start()
    let chosen = try watcher.redirect("\(product)?as=gold&market=jp&at=2030-01-01T09:00&variant=1")
    #expect(chosen.status == 303)
    #expect(chosen.target == "/en-jp/products/open-square/?variant=1")
    #expect(
      chosen.cookies == ["trumeau-as=gold", "trumeau-market=jp", "trumeau-at=2030-01-01T09:00"])
    let gold = try watcher.look("/products/velvet-ombre/", cookies: "trumeau-as=gold").text
    #expect(gold.contains("€9,876.50"))
    let later = try watcher.look(product, cookies: "trumeau-at=2030-01-01T09:00").text
    #expect(later.contains("1 January 2030, 09:00"))
    #expect(later.contains("?as=public&amp;at=now"))
    let home = try watcher.redirect("/", cookies: "trumeau-market=jp")
    #expect(home.status == 302 && home.target == "/en-jp/")
    #expect(try watcher.redirect("/?locale=fr").target == "/fr-eu/")
    #expect(try watcher.get("/?market=mars").status == 404)
    #expect(try watcher.get("/?at=soon").status == 400)
    _ = try server.end(by: SIGINT)
  }

  @Test("what the command line says is where one begins")
  func options() throws {
    let (_, server, watcher) = try start([
      "--as-tier", "gold", "--market", "jp", "--at", "2030-01-01T09:00",
    ])
    #expect(try watcher.redirect("/").target == "/en-jp/")
    let page = try watcher.look("/en-eu/products/velvet-ombre/")
    #expect(page.status == 200 && page.text.contains("1 January 2030, 09:00"))
    #expect(
      try watcher.get("/en-eu/products/velvet-ombre/", cookies: "trumeau-as=public").status == 404)
    _ = try server.end(by: SIGINT)
  }

  @Test("an address of nothing has the house's own page with status 404, and names what is near")
  func nothing() throws {
    let (_, server, watcher) = try start()
    let page = try watcher.look("/en-eu/products/opensquare/")
    #expect(page.status == 404)
    #expect(page.text.contains("Did you mean"))
    #expect(page.text.contains("<a href=\"/en-eu/products/open-square/\">"))
    let slash = try watcher.redirect("/en-eu/products/open-square")
    #expect(slash.status == 302 && slash.target == "./open-square/")
    _ = try server.end(by: SIGINT)
  }

  @Test(
    "nothing outside the site is served, and nothing under a foreign name",
    arguments: [
      "/../trumeau.yaml", "/%2e%2e/trumeau.yaml", "/media/../../trumeau.yaml",
      "/media/%2e%2e/trumeau.yaml", "/media/..%2ftrumeau.yaml", "/.trumeau/token",
      "/assets/../../trumeau.yaml", "/trumeau.yaml", "/_trumeau/../trumeau.yaml",
    ])
  func escapes(path: String) throws {
    let (server, address) = try Journey.shared().workshop.serve(["serve", "--no-build"])
    let watcher = Watcher(address)
    #expect(try [400, 404].contains(watcher.get(path).status), "\(path)")
    #expect(try watcher.get("/", host: "rebound.example").status == 403)
    #expect(try watcher.get("/_trumeau/events", host: "rebound.example").status == 403)
    _ = try server.end(by: SIGINT)
  }

  @Test("many browsers are told at once, and slow ones hold nobody up")
  func crowd() throws {
    let (workshop, server, watcher) = try start(["--no-build"])
    try watcher.look(product)
    let port = try #require(watcher.address.split(separator: ":").last.flatMap { UInt16($0) })
    // Readers that ask for a page and never read it.
    let slow = try (0..<40).map { _ in
      try RawConnection(port: port, "GET \(product) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    }
    let waiting = try (0..<60).map { _ in
      try RawConnection(
        port: port, "GET \(watcher.eventPath) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    }
    let template = "templates/pages/product.html.liquid"
    try workshop.folder.write(template, try workshop.read(template) + "<p>again</p>\n")
    let begun = SystemTime.monotonicSeconds
    try watcher.reload()
    #expect(try watcher.look(product).text.contains("<p>again</p>"))
    #expect(SystemTime.monotonicSeconds - begun < 10)
    for connection in waiting { #expect(connection.head().hasPrefix("HTTP/1.1 200 ")) }
    #expect(slow.count == 40)
    let ended = try server.end(by: SIGINT)
    #expect(ended.exit == 130)
  }

  @Test("before the first pull the page says what to do, and follows it")
  func empty() throws {
    let workshop = try Workshop.seeded()
    let (server, address) = try workshop.serve(["serve"])
    let watcher = Watcher(address)
    let first = try watcher.look("/")
    #expect(first.status == 500 && first.text.contains("trumeau pull"))
    let (api, apiAddress) = try workshop.serve(["api", "serve"])
    try workshop.expect(["pull"], api: apiAddress)
    try server.until("the page") { try watcher.look(product).status == 200 }
    try server.until("the site") { workshop.has("public/index.html") }
    _ = try api.end(by: SIGTERM)
    _ = try server.end(by: SIGINT)
  }

  @Test("--built serves the published files and nothing else")
  func built() throws {
    let (workshop, server, watcher) = try start(["--built"])
    #expect(
      try watcher.get(product).text == workshop.read("public\(product)index.html"))
    #expect(try watcher.get("/_trumeau/preview.js").status == 404)
    _ = try server.end(by: SIGINT)
    let ended = try workshop.run(["serve", "--built", "--at", "2030-01-01"])
    #expect(ended.exit == 2 && ended.error.contains("--built"))
  }
}

/// A connection that asks, and reads only when it is told to.
final class RawConnection {
  private let descriptor: Int32

  init(port: UInt16, _ request: String) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
    _ = request.withCString { write(descriptor, $0, strlen($0)) }
  }

  /// The first bytes of the answer up to the empty line.
  func head() -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while read(descriptor, &byte, 1) == 1 {
      bytes.append(byte)
      if bytes.suffix(4) == [13, 10, 13, 10] { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  deinit { close(descriptor) }
}
