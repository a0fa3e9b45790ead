import Bytes
import CommerceServer
import Contract
import Diagnostics
import Machine
import Support
import Testing

@Suite("Seeding")
struct SeedTests {
  let folder: ScratchFolder
  let store: CommerceStore

  init() throws {
    folder = try ScratchFolder()
    store = try CommerceStore.open(path: "\(folder.path)/api.sqlite")
  }

  private func findings(_ lines: String) throws -> [String] {
    do {
      try store.seed(tenant: "demo", lines: lines)
      return []
    } catch let error as SeedError {
      return error.findings.map { "\($0.location?.line ?? 0) \($0.code)" }
    }
  }

  @Test("lines may refer to later lines")
  func forward() throws {
    let report = try store.seed(tenant: "demo", lines: Shop.lines)
    #expect(report.created == 7)
    #expect(try store.counts(tenant: "demo")[.product] == 2)
  }

  @Test("seeding twice changes nothing, not even the log")
  func twice() throws {
    let shop = try Shop()
    let before = try shop.feed()
    let report = try shop.store.seed(tenant: "demo", lines: Shop.lines)
    #expect(report.unchanged == 7 && report.created == 0 && report.updated == 0)
    #expect(try shop.feed(before.cursor).rows.isEmpty)
    #expect(try shop.get("products/p1").json()["version"]?.integer == 1)
  }

  @Test("a changed line raises the version of that record alone")
  func changed() throws {
    let shop = try Shop()
    let before = try shop.feed()
    let report = try shop.store.seed(
      tenant: "demo", lines: Shop.lines.replacing("24000", with: "25000"))
    #expect(report.updated == 1 && report.unchanged == 6)
    #expect(try shop.feed(before.cursor).rows == ["upsert price c1"])
  }

  @Test("one bad line keeps all lines out")
  func allOrNothing() throws {
    #expect(
      try findings(Shop.lines + "\n{\"type\":\"product\",\"id\":\"p3\",\"attributes\":{}}").count
        == 3)
    #expect(try store.counts(tenant: "demo").isEmpty)
  }

  @Test("a time that stands among the attributes is told where it belongs")
  func misplaced() throws {
    let line =
      #"{"type":"collection","id":"c9","attributes":{"handle":"x","title":"X","#
      + #""created_at":"2026-01-01T00:00:00Z"}}"#
    do {
      try store.seed(tenant: "demo", lines: line)
      Issue.record("it was taken")
    } catch let error as SeedError {
      #expect(error.findings.first?.help == #"created_at stands beside "attributes", not in it"#)
    }
  }

  @Test("a repeated record is named by its line")
  func repeated() throws {
    let line =
      #"{"type":"location","id":"a","attributes":{"name":"A","country":"FR","time_zone":"Europe/Paris"}}"#
    #expect(try findings("\(line)\n\n\(line)") == ["3 seed.repeated"])
  }

  @Test("a dangling link is named by its line")
  func dangling() throws {
    let line =
      #"{"type":"variant","id":"v","attributes":{"sku":"A","position":1},"links":{"product":"none"}}"#
    #expect(try findings(line) == ["1 seed.dangling"])
  }

  @Test("a product that a collection lists must exist")
  func danglingElement() throws {
    let line =
      #"{"type":"collection","id":"c","attributes":{"handle":"c","title":"C","products":["none"]}}"#
    #expect(try findings(line) == ["1 seed.dangling"])
  }

  @Test(
    "what is wrong with a line is told by a code",
    arguments: [
      (#"{"type":"spaceship","id":"a","attributes":{}}"#, "seed.type"),
      (#"{"id":"a","attributes":{}}"#, "seed.type"),
      (#"{"type":"product","attributes":{}}"#, "seed.id"),
      (#"{"type":"product""#, "seed.json"),
      (#"[]"#, "seed.json"),
      (
        #"{"type":"product","id":"a","attributes":{"handle":"a","title":"A","status":"active"},"x":1}"#,
        "seed.member"
      ),
      (
        #"{"type":"product","id":"a","attributes":{"handle":"a","title":"A","status":"active","colour":1}}"#,
        "seed.unknown-member"
      ),
      (
        #"{"type":"product","id":"a","attributes":{"handle":"a","title":"A","status":"sold"}}"#,
        "seed.not-allowed"
      ),
      (
        #"{"type":"product","id":"a","created_at":"yesterday","attributes":{"handle":"a","title":"A","status":"active"}}"#,
        "seed.bad-format"
      ),
    ])
  func faults(_ line: String, _ code: String) throws {
    #expect(try findings(line) == ["1 \(code)"])
  }

  @Test(
    "what is wrong with a line is shown where it stands in it",
    arguments: [
      (#"{"type":"spaceship","id":"a","attributes":{}}"#, #""spaceship""#),
      (#"{ "type" : "product" , "id":"","attributes":{}}"#, #""""#),
      (#"{"type":"product""#, ""),
      (
        #"{"type":"product","id":"é","attributes":{"handle":"a","title":"A","status":"active"},"x/y":1}"#,
        #""x/y""#
      ),
      (
        #"{"type":"product","id":"a","attributes":{"handle":"a","title":"A","status":"sold"}}"#,
        #""sold""#
      ),
      (
        #"{"type":"product","id":"a","attributes":{"handle":"a","title":"A","status":"active","tags":["b",7]}}"#,
        "7"
      ),
      (#"{"type":"product","id":"a"}"#, "{"),
    ])
  func places(_ line: String, _ meant: String) throws {
    let error = #expect(throws: SeedError.self) {
      try store.seed(tenant: "demo", lines: "\n" + line)
    }
    let place = try #require(error?.findings.first?.location)
    #expect(error?.findings.count == 1)
    #expect(place.line == 2 && place.excerpt == line)
    #expect(String(line.dropFirst(place.column - 1).prefix(place.length)) == meant)
  }

  @Test("two records with one handle are refused, and the holder is named")
  func unique() throws {
    let lines = """
      {"type":"product","id":"a","attributes":{"handle":"x","title":"A","status":"active"}}
      {"type":"product","id":"b","attributes":{"handle":"x","title":"B","status":"active"}}
      """
    let error = #expect(throws: SeedError.self) { try store.seed(tenant: "demo", lines: lines) }
    #expect(error?.findings.map(\.code) == ["seed.unique-violation"])
    #expect(error?.findings.first?.location?.line == 2)
    #expect(error?.findings.first?.message.contains("product a") == true)
  }

  @Test("two records may swap their handles in one seed")
  func swap() throws {
    func line(_ id: String, _ handle: String) -> String {
      "{\"type\":\"product\",\"id\":\"\(id)\",\"attributes\":{\"handle\":\"\(handle)\",\"title\":\"A\",\"status\":\"active\"}}\n"
    }
    try store.seed(tenant: "demo", lines: line("a", "x") + line("b", "y"))
    let report = try store.seed(tenant: "demo", lines: line("a", "y") + line("b", "x"))
    #expect(report.updated == 2)
  }

  @Test("times of the seed are kept, and what a snapshot adds is overlooked")
  func envelope() throws {
    let shop = try Shop(lines: "")
    try shop.store.seed(
      tenant: "demo",
      lines: """
        {"type":"location","id":"a","version":9,"etag":"x","seq":7,"updated_by":"y","content_hash":"z","created_at":"2026-01-02T03:04:05Z","updated_at":"2026-02-03T04:05:06.5Z","attributes":{"name":"A","country":"FR","time_zone":"Europe/Paris"}}
        """)
    let record = try shop.get("locations/a").json()
    #expect(record["created_at"]?.string == "2026-01-02T03:04:05Z")
    #expect(record["updated_at"]?.string == "2026-02-03T04:05:06.500000Z")
    #expect(record["version"]?.integer == 1)
  }

  @Test("a snapshot can be seeded into another tenant as it is")
  func snapshotAsSeed() throws {
    let shop = try Shop()
    let snapshot = try shop.get("snapshot").body
    let report = try shop.store.seed(tenant: "other", lines: snapshot)
    #expect(report.created == 7)
  }

  @Test("tenants do not see each other's names and records")
  func tenants() throws {
    let shop = try Shop()
    try shop.store.seed(tenant: "other", lines: Shop.lines)
    let other = try shop.store.createToken(tenant: "other", scopes: Set(Scope.allCases))
    try shop.store.seed(
      tenant: "other",
      lines:
        #"{"type":"location","id":"only-other","attributes":{"name":"A","country":"FR","time_zone":"Europe/Paris"}}"#
    )
    #expect(try shop.get("locations/only-other", token: other.secret).status == 200)
    let answer = try shop.get("locations/only-other")
    #expect(answer.status == 404)
    #expect(try answer.problem() == .notFound)
  }

  @Test("the demo catalogue loads")
  func demo() throws {
    let report = try store.seed(
      tenant: "demo", path: "\(SharedFolder.repository)/demo/catalogue.jsonl")
    #expect(report.total > 5000)
  }
}
