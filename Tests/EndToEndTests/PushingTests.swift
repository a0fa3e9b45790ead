import Bytes
import Formats
import Glibc
import HTTPClient
import Machine
import Support
import Testing

@Suite("From an edit to the shop")
struct PushingTests {
  /// A project with a mirror, and its shop.
  private struct Bench {
    let workshop: Workshop
    let server: Running
    let api: String
    let token: String

    init() throws {
      workshop = try Workshop.built()
      (server, api) = try workshop.serve(["api", "serve"])
      token = try workshop.editorToken()
      try workshop.expect(["pull"], api: api)
    }

    func id(of sku: String) throws -> String {
      let rows = try workshop.sql(
        "SELECT product_id AS id FROM variant WHERE sku = '\(sku)'")
      return String(rows.split(separator: "\r\n").last ?? "")
    }

    /// Somebody else changes a product in the shop.
    func change(_ product: String, _ attributes: String) throws {
      let status = try workshop.change(
        "PATCH", "products/\(product)", body: "{\"attributes\":\(attributes)}", api: api,
        token: token)
      #expect(status == 200)
    }

    func title(of product: String) throws -> String {
      let request = HTTPRequest(
        "GET", "\(api)/v/2026-11-01/products/\(product)",
        headers: ["Authorization": "Bearer \(token)"])
      let answer = try HTTPClient().send(request)
      return try JSON.parse(answer.body).value["attributes"]?["title"]?.string ?? ""
    }
  }

  @Test("a plan is kept, pushed exactly as it was shown, and taken back")
  func pushed() throws {
    let bench = try Bench()
    let (workshop, api) = (bench.workshop, bench.api)
    let product = try bench.id(of: "SQ-RED-1")
    let before = try bench.title(of: product)
    try workshop.expect([
      "set", "SQ-RED-1", "title=Opened Square", "price.EUR=399.95", "stock@Paris+=-1",
    ])
    let plan = try workshop.expect(["plan", "-o", "today.plan"])
    #expect(plan.output.contains("-> Opened Square"))
    #expect(plan.output.contains("sent as \"-1\""))
    #expect(plan.output.contains("protected"))
    #expect(plan.output.contains("3 can be sent now"))
    #expect(try workshop.run(["plan", "--exit-code"]).exit == 6)
    let kept = try workshop.read("today.plan")
    try workshop.expect(["plan", "-o", "today.plan"])
    #expect(try workshop.read("today.plan") == kept)

    let push = try workshop.expect(["push", "--plan", "today.plan", "--json"], api: api)
    let document = try push.json().value
    #expect(document["sent"]?.integer == 3)
    #expect(
      document["results"]?.children.map { $0["outcome"]?.string } == ["done", "done", "done"])
    #expect(try bench.title(of: product) == "Opened Square")
    #expect(try workshop.expect(["plan"]).output.contains("Nothing to send"))
    try workshop.expect(["pull"], api: api)
    try workshop.expect(["mirror", "verify"])

    let undo = try workshop.expect(["undo", "--yes"], api: api)
    #expect(undo.output.contains("Opened Square -> \(before)"))
    #expect(try bench.title(of: product) == before)
    #expect(try workshop.run(["undo", "1"], api: api).exit == 1)
    _ = try bench.server.end(by: SIGTERM)
  }

  @Test("a translation is made, corrected while its source stays, and made anew after its source")
  func translation() throws {
    let bench = try Bench()
    let (workshop, api) = (bench.workshop, bench.api)
    for words in [
      ["title.fr=Carré"], ["title.fr=Carré ouvert"], ["title=Open One"], ["title.fr=Un"],
    ] {
      try workshop.expect(["set", "SQ-RED-1"] + words)
      let push = try workshop.expect(["push", "--yes", "--json"], api: api).json().value
      #expect(push["results"]?.children.map { $0["outcome"]?.string } == ["done"], "\(words)")
    }
    try workshop.expect(["pull"], api: api)
    #expect(try workshop.expect(["diff"]).output.contains("Nothing"))
    _ = try bench.server.end(by: SIGTERM)
  }

  @Test("how far a price may move without a question is a setting", arguments: ["5%", "10%"])
  func priceLimit(_ limit: String) throws {
    let workshop = try Workshop.built()
    let settings = try workshop.read("trumeau.yaml")
    try workshop.folder.write("trumeau.yaml", settings + "editing: { price_limit: \(limit) }\n")
    try workshop.expect(["set", "SQ-RED-1", "price.EUR=449.95"])  // 420.50 and 7 %
    #expect(try workshop.expect(["plan"]).output.contains("CONFIRM") == (limit == "5%"))
  }

  @Test("a plan that is out of date sends nothing and says what is different")
  func stale() throws {
    let bench = try Bench()
    let (workshop, api) = (bench.workshop, bench.api)
    try workshop.expect(["set", "SQ-RED-1", "title=Opened Square"])
    try workshop.expect(["plan", "-o", "today.plan"])
    try workshop.expect(["set", "SQ-RED-1", "vendor=Other"])
    let push = try workshop.run(["push", "--plan", "today.plan"], api: api)
    #expect(push.exit == 10)
    #expect(push.error.contains("vendor"))
    let product = try bench.id(of: "SQ-RED-1")
    #expect(try bench.title(of: product) != "Opened Square")
    _ = try bench.server.end(by: SIGTERM)
  }

  @Test("what both changed waits in the inbox and is sent as decided")
  func decided() throws {
    let bench = try Bench()
    let (workshop, api) = (bench.workshop, bench.api)
    let product = try bench.id(of: "SQ-RED-1")
    try workshop.expect(["set", "SQ-RED-1", "title=Mine", "vendor=Our house"])
    try bench.change(product, "{\"title\":\"Theirs\"}")
    let push = try workshop.run(["push", "--yes"], api: api)
    #expect(push.exit == 5, "\(push.error)")
    let list = try workshop.run(["conflicts", "list"])
    #expect(list.exit == 5)
    #expect(list.output.contains("changed by you and in the shop"))
    let shown = try workshop.run(["conflicts", "list", "--json"]).json().value
    let question = try #require(shown["questions"]?.children.first)
    #expect(question["kind"]?.string == "edit-edit")
    #expect(question["mine_text"]?.string == "Mine")
    #expect(question["shop_text"]?.string == "Theirs")
    try workshop.expect(["conflicts", "resolve", "SQ-RED-1", "title", "--mine"])
    try workshop.expect(["push", "--yes"], api: api)
    #expect(try bench.title(of: product) == "Mine")
    try workshop.expect(["pull"], api: api)
    try workshop.expect(["mirror", "verify"])
    let log = try workshop.expect(["log", "SQ-RED-1"]).output
    #expect(log.contains("mine"))
    _ = try bench.server.end(by: SIGTERM)
  }

  @Test("a price that looks like a slip is sent when it is confirmed")
  func confirmed() throws {
    let bench = try Bench()
    let (workshop, api) = (bench.workshop, bench.api)
    try workshop.expect(["set", "SQ-RED-1", "price.EUR=1"])
    let plan = try workshop.expect(["plan"])
    #expect(plan.output.contains("CONFIRM"))
    #expect(try workshop.run(["push", "--yes"], api: api).exit == 5)
    try workshop.expect(["push", "--yes", "--confirm"], api: api)
    #expect(try workshop.expect(["plan"]).output.contains("Nothing to send"))
    _ = try bench.server.end(by: SIGTERM)
  }

  @Test("a product that is made here exists in the shop with its parts, and under its id there")
  func made() throws {
    let bench = try Bench()
    let (workshop, api) = (bench.workshop, bench.api)
    try workshop.expect([
      "create", "product", "new-lamp", "title=New Lamp", "status=active", "sku=LAMP-1",
      "price.EUR=77.70", "stock@Paris=3",
    ])
    try workshop.expect(["push", "--yes"], api: api)
    try workshop.expect(["pull", "--full"], api: api)
    try workshop.expect(["mirror", "verify"])
    #expect(
      try workshop.sql("SELECT status FROM product WHERE handle = 'new-lamp'")
        == "status\r\nactive\r\n")
    #expect(try workshop.expect(["plan"]).output.contains("Nothing to send"))
    try workshop.expect(["delete", "new-lamp", "--yes"])
    try workshop.expect(["push", "--yes"], api: api)
    try workshop.expect(["pull"], api: api)
    #expect(
      try workshop.sql("SELECT count(*) AS n FROM product WHERE handle = 'new-lamp'")
        == "n\r\n0\r\n")
    _ = try bench.server.end(by: SIGTERM)
  }
}
