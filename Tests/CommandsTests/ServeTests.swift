import Bytes
import Diagnostics
import Formats
import HTTPServer
import Locales
import Machine
import Settings
import Support
import Testing

@testable import Commands

@Suite("What a preview is told in an address")
struct PreviewChoiceTests {
  let zone = TimeZoneTable(identifier: "Europe/Paris") ?? .utc

  private func request(_ target: String, cookies: String? = nil) -> Request {
    Request(
      method: "GET", target: target, headers: cookies.map { ["Cookie": $0] } ?? Headers())
  }

  private func choice(_ cookies: String, default start: PreviewChoice = .init()) -> PreviewChoice {
    PreviewChoice(
      request("/", cookies: cookies), default: start, tiers: ["gold"], zone: zone)
  }

  @Test(
    "times without a zone are those of the project's",
    arguments: [
      ("2026-12-01T09:00", "2026-12-01T08:00:00Z"), ("2026-07-01 09:00:30", "2026-07-01T07:00:30Z"),
      ("2026-12-01", "2026-11-30T23:00:00Z"), ("2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z"),
      // Comes twice: the first is meant. Is skipped: the same time after the change.
      ("2026-10-25T02:30", "2026-10-25T00:30:00Z"), ("2026-03-29T02:30", "2026-03-29T01:30:00Z"),
    ])
  func times(text: String, meant: String) {
    #expect(PreviewChoice.instant(text, zone)?.rfc3339 == meant)
  }

  @Test(
    "what is no time is none",
    arguments: ["", "now", "tomorrow", "2026-13-01", "2026-12-01T25:00", "2026-12-01T9", "1"])
  func noTimes(text: String) { #expect(PreviewChoice.instant(text, zone) == nil) }

  @Test("a time is shown as it is typed")
  func roundTrip() {
    for text in ["2026-12-01T09:05", "2026-07-31T23:59"] {
      #expect(PreviewChoice.instant(text, zone).map { PreviewChoice.text($0, zone) } == text)
    }
  }

  @Test("cookies keep a choice, and go back before what the command line says")
  func cookies() {
    let start = PreviewChoice(tier: "gold", at: Instant(seconds: 1), market: "jp")
    #expect(choice("", default: start) == start)
    #expect(choice("trumeau-as=public; trumeau-at=now", default: start).tier == nil)
    #expect(choice("trumeau-as=public; trumeau-at=now", default: start).at == nil)
    #expect(choice("x=1; trumeau-as=gold;trumeau-market=eu").tier == "gold")
    #expect(choice("trumeau-market=eu").market == "eu")
    // What was kept by another project is not known here.
    #expect(choice("trumeau-as=platinum; trumeau-at=soon", default: start) == start)
  }

  @Test("a query becomes cookies, and nonsense in it is refused")
  func query() throws {
    func cookies(_ query: String) throws -> [String: String]? {
      let items = try #require(request("/?\(query)").query)
      return try PreviewChoice.cookies(for: items, tiers: ["gold"], zone: zone)
        .map { Dictionary($0.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) }
    }
    #expect(try cookies("variant=1") == nil)
    #expect(
      try cookies("as=gold&at=2026-12-01T09:00&market=jp&locale=en")
        == ["as": "gold", "at": "2026-12-01T09:00", "market": "jp", "locale": "en"])
    #expect(try cookies("as=&at=") == ["as": "public", "at": "now"])
    for nonsense in ["as=platinum", "at=soon", "market=a;b", "locale=%0d%0aSet-Cookie"] {
      #expect(throws: PreviewChoice.Refusal.self) { try cookies(nonsense) }
    }
  }
}

@Suite("Names that a preview is served under")
struct HostCheckTests {
  private func allows(_ host: String?, _ names: [String] = []) -> Bool {
    HostCheck(allowing: names).allows(
      Request(method: "GET", target: "/", headers: host.map { ["Host": $0] } ?? Headers()))
  }

  @Test(
    "this machine's, and addresses of numbers",
    arguments: [
      "localhost", "LOCALHOST:4000", "127.0.0.1:4000", "[::1]:4000", "192.168.1.20:4000",
      "maison.localhost:4000",
    ])
  func allowed(host: String) { #expect(allows(host)) }

  @Test(
    "no others, however they are spelled",
    arguments: [
      "evil.example", "evil.example:4000", "localhost.evil.example", "127.0.0.1.evil.example", "",
      ":4000", "a:b:c", "[evil]", "localhost@evil.example",
    ])
  func refused(host: String) { #expect(!allows(host)) }

  @Test("a name that was allowed, and never none or two")
  func names() {
    #expect(allows("preview.maison.example:4000", ["Preview.maison.example"]))
    #expect(!allows(nil))
    var headers: Headers = ["Host": "localhost"]
    headers.add("Host", "evil.example")
    #expect(!HostCheck(allowing: []).allows(Request(method: "GET", target: "/", headers: headers)))
  }
}

@Suite("What browsers are told")
struct LiveEventTests {
  private func kind(_ response: Response) throws -> String? {
    guard case .bytes(let bytes) = response.body else { return nil }
    return try JSON.parse(String(decoding: bytes, as: UTF8.self)).value["kind"]?.string
  }

  @Test("a browser waits until there is something to tell")
  func waiting() throws {
    let events = LiveEvents(session: "s")
    guard case .deferred(let promise) = events.respond(session: "s", since: events.version).body
    else {
      Issue.record("it was answered at once")
      return
    }
    #expect(!promise.isComplete)
    events.tell(.reload, problems: 0)
    #expect(promise.isComplete)
    #expect(events.waiterCount == 0)
  }

  @Test("one that comes late, or knew another server, loads its page again")
  func late() throws {
    let events = LiveEvents(session: "s")
    let before = events.version
    events.tell(.reload, problems: 0)
    #expect(try kind(events.respond(session: "s", since: before)) == "reload")
    #expect(try kind(events.respond(session: "other", since: events.version)) == "reload")
    #expect(try kind(events.respond(session: "s", since: -1)) == "reload")
    #expect(try kind(events.respond(session: "s", since: 99)) == "reload")
  }

  @Test("many changes are told as one")
  func sums() {
    typealias Event = LiveEvents.Event
    func sum(_ events: [Event], since: Int = 1) -> Event {
      LiveEvents.sum(
        events.enumerated().map { ($0.offset + 2, $0.element) }, since: since,
        version: events.count + 1)
    }
    #expect(sum([.problems]) == .problems)
    #expect(sum([.styles(["/a1": "/a2"]), .styles(["/a2": "/a3"])]) == .styles(["/a1": "/a3"]))
    #expect(
      sum([.styles(["/a1": "/a2"]), .styles(["/b1": "/b2"])])
        == .styles(["/a1": "/a2", "/b1": "/b2"]))
    #expect(sum([.styles(["/a1": "/a2"]), .reload]) == .reload)
    #expect(sum([.reload, .styles(["/a1": "/a2"])], since: 2) == .styles(["/a1": "/a2"]))
    #expect(LiveEvents.sum([(9, .problems)], since: 3, version: 9) == .reload)
  }

  @Test("stopping answers everybody, and whoever comes after")
  func stopping() {
    let events = LiveEvents(session: "s")
    guard case .deferred(let promise) = events.respond(session: "s", since: events.version).body
    else {
      Issue.record("it was answered at once")
      return
    }
    events.stop()
    #expect(promise.isComplete)
    if case .deferred = events.respond(session: "s", since: events.version).body {
      Issue.record("one may still wait")
    }
  }
}

@Suite("What a changed file means")
struct ProjectChangeTests {
  private func change(_ paths: [String]) throws -> (ProjectChange, ScratchFolder) {
    let folder = try ScratchFolder()
    try folder.write(
      "trumeau.yaml",
      "site: a\ntenant: demo\napi: { connector: native, url: http://127.0.0.1:9 }\n"
        + "media: { folder: pictures, base: /media/ }\n")
    let project = try Project.load(from: folder.path, sink: DiagnosticSink())
    for path in paths { try folder.write(path, "x") }
    return (
      ProjectChange(
        paths.map { "\(folder.path)/\($0)" }, of: project, storefront: project.storefronts.first),
      folder
    )
  }

  @Test("pictures and the mirror by where they stand")
  func places() throws {
    let (media, _) = try change(["pictures/a/b.svg"])
    #expect(media.hasMedia && media.hasFiles && !media.isSmall)
    let (mirror, _) = try change([".trumeau/demo.sqlite-wal"])
    #expect(mirror.hasMirror && !mirror.hasFiles && mirror.isSmall)
    let (other, _) = try change([".trumeau/demo.sqlite-shm", "README.md", "public/index.html"])
    #expect(other.isEmpty)
  }

  @Test("an editor's own files mean nothing")
  func passing() throws {
    for name in [".a.md.swp", "a.md~", "4913", "#a.md#", ".#a.md", "a.tmp"] {
      #expect(ProjectChange.isPassing(name), "\(name)")
    }
    #expect(!ProjectChange.isPassing("a.md"))
  }

  @Test("style sheets alone are swapped, anything else is loaded anew")
  func styles() {
    #expect(
      DevWatch.styles(["a.css": "assets/a.1.css"], ["a.css": "assets/a.2.css"])
        == ["/assets/a.1.css": "/assets/a.2.css"])
    #expect(DevWatch.styles(["a.css": "1"], ["a.css": "1"]) == [:])
    #expect(DevWatch.styles(["a.js": "1"], ["a.js": "2"]) == nil)
    #expect(DevWatch.styles([:], ["a.css": "1"]) == nil)
  }
}

@Suite("What a preview adds to a page")
struct PreviewBarTests {
  @Test(
    "it stands before the end of the body, and what is around it is the page",
    arguments: [
      "<html><body><p>x</p></body></html>\n", "<BODY>x</BODY >", "<p>no body</p>", "",
      "<body><pre>&lt;/body&gt; </body in a text</pre></body>",
    ])
  func insertion(page: String) {
    let bytes = Array(page.utf8)
    let with = PreviewBar.insert("<b>bar</b>", into: bytes)
    #expect(PreviewBar.remove(from: with) == bytes)
    #expect(String(decoding: with, as: UTF8.self).contains("<b>bar</b>"))
  }
}

@Suite("The page of errors")
struct ErrorPageTests {
  @Test("shows code, place, excerpt with caret, record, notes, help and explanation, all escaped")
  func whole() {
    let finding = Diagnostic(
      "liquid.undefined-filter", .error, "undefined filter <nofilter>",
      at: SourceLocation(
        file: "templates/pages/a.html.liquid", line: 7, column: 5, length: 3,
        excerpt: "<p>\t{{ x }}"), label: "here",
      record: RecordReference(type: "product", id: "p1", title: "A & B"),
      notes: ["while rendering /en-eu/"], help: "did you mean 'escape'?")
    let html = ErrorPage(findings: [finding], path: "/x", session: "s", version: 3).html
    for part in [
      "liquid.undefined-filter", "Undefined filter &lt;nofilter&gt;.",
      "templates/pages/a.html.liquid:7:5", "&lt;p&gt;\t<mark>{{ </mark>x }}", "   \t^^^ here",
      "product p1", "A &amp; B", "while rendering /en-eu/", "Did you mean", "What this means",
      "data-version=\"3\"",
    ] { #expect(html.contains(part), "\(part) in \(html)") }
    #expect(!html.contains("<nofilter>"))
  }

  @Test("puts errors before warnings, and stops at fifty")
  func order() throws {
    let many =
      [Diagnostic("a.b", .warning, "first")]
      + (0..<60).map { Diagnostic("a.b", .error, "fault \($0)") }
    let html = ErrorPage(findings: many, path: nil, session: "s", version: 1).html
    let error = try #require(html.firstRange(of: "Fault 0."))
    #expect(!html.contains("First."))
    #expect(html.contains("And 11 more."))
    #expect(html.contains("60 things are to be mended"))
    #expect(error.lowerBound < html.endIndex)
  }
}
