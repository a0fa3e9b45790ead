import Bytes
import Formats
import Machine
import Support
import Testing

/// Drops, prices and freshness at the command line, with the real program.
@Suite("Windows, prices and freshness by command")
struct WindowCommandTests {
  private static let drop = """
    opens: 2099-03-29T02:30
    zone: Europe/Paris
    early: { gold: 24h, member: 2h }
    products: [slow-watch]

    """

  private func house() throws -> Workshop {
    let workshop = try Workshop.built()
    try workshop.folder.write("drops/spring.yaml", Self.drop)
    return workshop
  }

  @Test("plan --windows lists instants with what changes for whom")
  func windows() throws {
    let workshop = try house()
    let words = ["plan", "--windows", "--until", "2100-01-01"]
    let said = try workshop.expect(words).output
    #expect(said.contains("2099-03-28 02:30 Europe/Paris  2099-03-28T01:30:00Z"))
    #expect(said.contains("2099-03-29 03:30 Europe/Paris  2099-03-29T01:30:00Z"))
    #expect(said.contains("gold in eu, gold in jp"))
    let all = try #require(try workshop.expect(words + ["--json"]).json().value["storefronts"])
    let windows = try #require(all.children.first?["windows"]?.children)
    let times = windows.compactMap { $0["at"]?.string }.filter { $0.hasPrefix("2099") }
    #expect(
      times == ["2099-03-28T01:30:00Z", "2099-03-28T23:30:00Z", "2099-03-29T01:30:00Z"])
    let last = try #require(windows.last?["changes"]?.children.first)
    #expect(last["kind"]?.string == "appears" && last["id"]?.string == "prd_watch")
  }

  @Test("options of windows go with --windows, and a time that is none is refused")
  func misuse() throws {
    let workshop = try Journey.shared().workshop
    #expect(try workshop.run(["plan", "--count", "3"]).exit == 2)
    let ended = try workshop.run(["plan", "--windows", "--until", "soon"])
    #expect(ended.exit == 2)
    #expect(ended.error.contains("by the clocks of Europe/Paris"))
  }

  @Test("a build writes when the next one is due, and status tells it")
  func wake() throws {
    let workshop = try house()
    try workshop.expect(["build"])
    let text = try workshop.read(".trumeau/next-wake")
    let wake = try #require(Instant(rfc3339: String(text.dropLast())))
    #expect(text == "\(wake.rfc3339)\n")
    #expect(
      try workshop.expect(["status"]).output.contains("Windows     the next build is due at "))
    let status = try workshop.expect(["status", "--json"]).json().value
    #expect(status["next_wake"]?.string == wake.rfc3339)
    #expect(!workshop.has("public/en-eu/products/slow-watch/index.html"))
    try workshop.expect(["build", "--at", "2099-03-29T03:30"])
    #expect(workshop.has("public/en-eu/products/slow-watch/index.html"))
    #expect(try workshop.read(".trumeau/next-wake") == text)
  }

  @Test("an old mirror is refused with a code of its own, and nothing is published")
  func old() throws {
    let workshop = try Workshop.built()
    let ended = try workshop.run(["build", "--max-age", "0s", "--json"])
    // A mirror that was filled this very second is not older than nothing.
    if ended.exit == 0 { return try oldLater(workshop) }
    try expectStale(ended)
  }

  private func oldLater(_ workshop: Workshop) throws {
    SystemTime().sleep(milliseconds: 2_100)
    try expectStale(try workshop.run(["build", "--max-age", "1s", "--json"]))
  }

  private func expectStale(_ ended: Ended) throws {
    #expect(ended.exit == 1)
    let errors = try #require(try ended.json().value["errors"])
    #expect(errors.children.first?["code"]?.string == "build.mirror-stale")
  }

  @Test("stock that nobody has written down for a while is listed, with exit code 3")
  func stock() throws {
    let workshop = try Journey.shared().workshop
    let ended = try workshop.run(["check", "freshness", "--older-than", "0s", "--json"])
    #expect(ended.exit == 3)
    let document = try ended.json().value
    #expect((document["count"]?.integer ?? 0) > 0)
    #expect(try workshop.run(["check", "freshness", "--older-than", "365d"]).exit == 0)
  }

  @Test("explain price tells each step, with the rule of the storefront")
  func steps() throws {
    let workshop = try Workshop.built()
    let settings = try workshop.read("storefronts/main.yaml").replacing(
      "locales: [en, fr] }",
      with: "locales: [en, fr], rounding: { mode: up, step: 10, ending: 9, floor: 100 } }")
    try workshop.folder.write("storefronts/main.yaml", settings)
    let document = try workshop.expect(["explain", "price", "SQ-RED-1", "--json"]).json().value
    #expect(document["amount_minor"]?.integer == 42_900)
    let steps = try #require(document["steps"]?.children)
    let rounding = try #require(steps.first { $0["kind"]?.string == "rounding" })
    #expect(
      rounding["text"]?.string
        == "up, step 10.00 EUR, ending in 9.00; between 419.00 and 429.00")
    // Page, JSON-LD and feed have the same figure.
    try workshop.expect(["build"])
    try workshop.expect(["feed", "build"])
    #expect(
      try workshop.read("public/products/open-square/index.html").contains(
        "\"price\":\"429.00\""))
    #expect(try workshop.read("public/feeds/google-eu.xml").contains("<g:price>429.00 EUR"))
    #expect(try workshop.run(["feed", "check"]).exit == 0)
  }

  @Test("feed and pages of two states are told")
  func states() throws {
    let workshop = try Workshop.built()
    try workshop.expect(["set", "SQ-RED-1", "mpn=OTHER"])
    try workshop.expect(["build"])
    let ended = try workshop.run(["feed", "check", "--json"])
    #expect(ended.exit == 3)
    #expect(ended.output.contains("snapshot-mismatch"))
  }

  @Test(
    "nginx reads the maps of a build",
    .enabled(if: Files.exists("/usr/sbin/nginx")))
  func nginx() throws {
    let workshop = try house()
    try workshop.expect(["build"])
    try workshop.folder.write(
      "nginx.conf",
      """
      pid \(workshop.path)/nginx.pid;
      error_log stderr;
      events {}
      http {
        map_hash_bucket_size 512;
        include \(workshop.path)/public/_headers.nginx;
        include \(workshop.path)/public/_redirects.nginx;
        access_log off;
        server {
          listen unix:\(workshop.path)/nginx.sock;
          root \(workshop.path)/public;
          add_header Cache-Control $trumeau_cache_control;
          add_header Expires $trumeau_expires;
          if ($trumeau_redirect) { return 301 $trumeau_redirect; }
          if ($trumeau_gone) { return 410; }
        }
      }
      """)
    let process = try Subprocess.start([
      "/usr/sbin/nginx", "-t", "-q", "-p", workshop.path, "-c", "\(workshop.path)/nginx.conf",
    ])
    #expect(Subprocess.wait(process) == 0)
  }
}
