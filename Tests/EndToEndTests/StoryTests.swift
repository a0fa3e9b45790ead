import Bytes
import Formats
import Glibc
import HTTPClient
import Machine
import Support
import Testing

/// The story of an editor on a train, told to the real program from the first pull to a shop, a page
/// and a feed that agree.
@Suite("The story")
struct StoryTests {
  private static let care = """
    The square is woven near Lyon, on looms that are older than the house.

    It is dyed once, and the colour is fixed with steam.

    Wash it by hand in cool water with a mild soap.
    """

  /// A shop that can be stopped and started again, and a second client that edits in it.
  private final class Shop {
    let workshop: Workshop
    private var server: Running
    private(set) var api: String
    let token: String

    init() throws {
      workshop = try Workshop.built()
      token = try workshop.editorToken()
      (server, api) = try workshop.serve(["api", "serve"])
    }

    func stop() throws { _ = try server.end(by: SIGTERM) }

    func start() throws { (server, api) = try workshop.serve(["api", "serve"]) }

    func patch(_ path: String, _ attributes: String) throws {
      let status = try workshop.change(
        "PATCH", path, body: "{\"attributes\":\(attributes)}", api: api, token: token)
      try #require(status == 200, "\(path) answered \(status)")
    }

    /// Pieces sold meanwhile, as a till says it.
    func sell(_ count: Int, variant: String, location: String) throws {
      let body = """
        {"commands":[{"op":"adjust","variant":"\(variant)","location":"\(location)",\
        "delta":-\(count)}]}
        """
      var request = HTTPRequest(
        "POST", "\(api)/v/2026-11-01/inventory/commands",
        headers: [
          "Authorization": "Bearer \(token)", "Content-Type": "application/json",
          "Idempotency-Key": "till-\(count)-\(variant)",
        ])
      request.body = Array(body.utf8)
      let answer = try HTTPClient().send(request)
      try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
    }

    /// A record's attributes as the shop has them now; nil where it is gone.
    func attributes(_ path: String) throws -> Tape? {
      let request = HTTPRequest(
        "GET", "\(api)/v/2026-11-01/\(path)", headers: ["Authorization": "Bearer \(token)"])
      let answer = try HTTPClient().send(request)
      return answer.status == 200 ? try JSON.parse(answer.body) : nil
    }

    func text(_ path: String, _ field: String) throws -> String? {
      try attributes(path)?.value["attributes"]?[field]?.string
    }

    func integer(_ path: String, _ field: String) throws -> Int64? {
      try attributes(path)?.value["attributes"]?[field]?.integer
    }
  }

  private static func json(_ text: String) -> String {
    var json = JSONWriter()
    json.value(text)
    return json.finish().string
  }

  /// Changes one cell of a CSV file: the row that holds a text, the column of a name.
  private static func change(
    _ csv: String, row: String, column: String, to value: String
  ) throws -> String {
    var lines = csv.split(separator: "\r\n", omittingEmptySubsequences: false).map(String.init)
    let header = lines[0].drop { $0 == "\u{FEFF}" }.split(
      separator: ",", omittingEmptySubsequences: false)
    let place = try #require(header.firstIndex { $0 == column }, "no column \(column): \(lines[0])")
    let index = try #require(lines.firstIndex { $0.contains(row) })
    var cells = lines[index].split(separator: ",", omittingEmptySubsequences: false).map(
      String.init)
    try #require(cells.count == header.count, "a cell of \(lines[index]) holds a comma")
    cells[place] = value
    lines[index] = cells.joined(separator: ",")
    return lines.joined(separator: "\r\n")
  }

  @Test("edits made on a train by file, command and spreadsheet all arrive, each as it was decided")
  func story() throws {
    let shop = try Shop()
    let workshop = shop.workshop
    try shop.patch(
      "products/prd_square", "{\"description\":{\"markdown\":\(Self.json(Self.care))}}")
    try workshop.expect(["pull"], api: shop.api)
    try shop.stop()

    // On the train: no shop, three ways to edit.
    try workshop.expect(["edit", "open-square", "--no-editor"])
    let file = "content/products/open-square.md"
    let written = try workshop.read(file)
    #expect(written.contains("cool water with a mild soap"))
    try workshop.folder.write(
      file, written.replacing("cool water with a mild soap", with: "cool water with wool soap"))
    try workshop.expect(["set", "WAT-SLO-1", "title=The Slow Watch"])
    try workshop.expect(["set", "SQ-RED-1", "stock@Paris+=-2"])
    try workshop.expect(["delete", "rain-scent", "--yes"])
    try workshop.expect(["export", "csv", "sheet.csv"])
    let sheet = try workshop.read("sheet.csv")
    try workshop.folder.write(
      "sheet.csv",
      try Self.change(sheet, row: "BAG-EVE-1", column: "price@EU", to: "12500.00"))
    try workshop.expect(["import", "csv", "sheet.csv"])

    // The build shows them at once.
    try workshop.expect(["build"])
    #expect(try workshop.read("public/products/open-square/index.html").contains("wool soap"))
    #expect(try workshop.read("public/products/slow-watch/index.html").contains("The Slow Watch"))
    #expect(try workshop.read("public/products/evening-bag/index.html").contains("12,500.00"))
    #expect(!workshop.has("public/products/rain-scent/index.html"))
    #expect(try workshop.run(["status"]).output.contains("not sent yet"))

    // Meanwhile, in the shop: another paragraph of the same text, the same title, the same stock,
    // and the product that was deleted here.
    try shop.start()
    try shop.patch(
      "products/prd_square",
      "{\"description\":{\"markdown\":"
        + Self.json(Self.care.replacing("older than the house", with: "older than any of us"))
        + "}}")
    try shop.patch("products/prd_watch", "{\"title\":\"Slow Watch No. 2\"}")
    try shop.sell(1, variant: "var_red", location: "loc_paris")
    try shop.patch("products/prd_scent", "{\"vendor\":\"Atelier\"}")

    // Plan: what is clean is planned, what is not is asked.
    try workshop.expect(["pull"], api: shop.api)
    let plan = try workshop.run(["plan"])
    #expect(plan.exit == 0, "\(plan.error)")
    #expect(plan.output.contains("NEEDS DECISION"))
    #expect(plan.output.contains("sent as \"-2\""))
    let push = try workshop.run(["push", "--yes"], api: shop.api)
    #expect(push.exit == 5, "\(push.output)\(push.error)")

    // A text merged from both, a movement of stock, a price to the cent.
    let merged = try #require(
      try shop.attributes("products/prd_square")?.value["attributes"]?["description"]?["markdown"]?
        .string)
    #expect(merged.contains("wool soap") && merged.contains("older than any of us"))
    #expect(try shop.integer("inventory_levels/inv_red", "available") == 5 - 1 - 2)
    #expect(try shop.integer("prices/prc_bag", "amount") == 1_250_000)
    #expect(try shop.text("products/prd_watch", "title") == "Slow Watch No. 2")
    #expect(try shop.text("products/prd_scent", "vendor") == "Atelier")

    // The two questions, and their answers.
    let questions = try workshop.run(["conflicts", "list", "--json"]).json().value
    let kinds = Set((questions["questions"]?.children ?? []).compactMap { $0["kind"]?.string })
    #expect(kinds == ["edit-edit", "delete-edit"])
    #expect(try workshop.run(["conflicts", "resolve", "slow-watch", "title", "--mine"]).exit == 5)
    try workshop.expect(["conflicts", "resolve", "rain-scent", "--shop"])
    try workshop.expect(["push", "--yes"], api: shop.api)
    #expect(try shop.text("products/prd_watch", "title") == "The Slow Watch")
    #expect(try shop.attributes("products/prd_scent") != nil)

    // Both sides are equal, and page, feed and shop agree.
    try workshop.expect(["pull"], api: shop.api)
    try workshop.expect(["mirror", "verify"])
    #expect(try workshop.expect(["plan"]).output.contains("Nothing to send"))
    #expect(try workshop.run(["conflicts", "list"]).exit == 0)
    try workshop.expect(["build"])
    try workshop.expect(["feed", "build"])
    try workshop.expect(["feed", "check"])
    #expect(try workshop.read("public/products/slow-watch/index.html").contains("The Slow Watch"))
    #expect(workshop.has("public/products/rain-scent/index.html"))
    #expect(try workshop.read("public/feeds/google-eu.xml").contains("12500.00 EUR"))
    #expect(try workshop.read(file).contains("older than any of us"))
    let log = try workshop.expect(["log", "open-square"]).output
    #expect(log.contains("text"))
    try shop.stop()
  }
}
