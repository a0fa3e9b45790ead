import Bytes
import Glibc
import Machine
import Support
import Testing

@Suite("What the shop did not take")
struct RetryTests {
  /// A project with an edit that the shop takes and one that it refuses: the SKU is taken there.
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
      try workshop.expect(["set", "open-square", "title=Opened Square"])
      try workshop.expect(["set", "SQ-RED-1", "sku=SQ-NEW-1"])
      let status = try workshop.change(
        "PATCH", "variants/var_watch", body: #"{"attributes":{"sku":"SQ-NEW-1"}}"#, api: api,
        token: token)
      try #require(status == 200)
    }
  }

  @Test("a table says what became of each record, another is mended, imported and pushed")
  func mended() throws {
    let bench = try Bench()
    let (workshop, api) = (bench.workshop, bench.api)
    let push = try workshop.run(
      ["push", "--yes", "--results", "sent.csv", "--retry", "mend.csv"], api: api)
    #expect(push.exit == 5, "\(push.output)\(push.error)")
    #expect(push.output.contains("trumeau import csv mend.csv"))
    let sent = try workshop.read("sent.csv")
    #expect(sent.hasPrefix("\u{FEFF}outcome,operation,type,id,record,fields,question,code"))
    #expect(sent.contains("done,update,product,prd_square,open-square,title"))
    #expect(sent.contains("asked,update,variant,var_red"))
    #expect(sent.contains("trumeau conflicts resolve"))
    let mend = try workshop.read("mend.csv")
    #expect(mend.contains(",# why\r\n"))
    #expect(mend.contains("SQ-NEW-1"))
    #expect(!mend.contains("WAT-SLO-1"))

    try workshop.folder.write("mend.csv", mend.replacing(",SQ-NEW-1,", with: ",SQ-NEWER-1,"))
    try workshop.expect(["import", "csv", "mend.csv"])
    let again = try workshop.run(
      ["push", "--yes", "--pull", "--results", "sent.jsonl", "--retry", "none.csv"], api: api)
    #expect(again.exit == 0, "\(again.output)\(again.error)")
    let lines = try workshop.read("sent.jsonl").split(separator: "\n")
    #expect(lines.count == 1)
    #expect(lines.first?.contains(#""outcome":"done""#) == true)
    #expect(!workshop.has("none.csv"))
    _ = try bench.server.end(by: SIGTERM)
  }

  @Test("an edit of what the shop has deleted is saved to a file, never over another one")
  func saved() throws {
    let bench = try Bench()
    let (workshop, api) = (bench.workshop, bench.api)
    try workshop.expect(["set", "rain-scent", "title=Summer Rain"])
    let deleted = try workshop.change("DELETE", "products/prd_scent", api: api, token: bench.token)
    try #require(deleted == 204)
    try workshop.expect(["pull"], api: api)
    let list = try workshop.run(["conflicts", "list", "--json"])
    let question = try #require(
      try list.json().value["questions"]?.children.first { $0["kind"]?.string == "edit-delete" })
    let number = "\(try #require(question["number"]?.integer))"
    #expect(
      question["choices"]?.children.contains { $0["choice"]?.string == "export" } == true)
    try workshop.folder.write("mine.csv", "mine")
    let words = ["conflicts", "resolve", number, "--as", "export", "--value"]
    let refused = try workshop.run(words + ["mine.csv"])
    #expect(refused.exit == 1 && refused.error.contains("inbox.file-exists"))
    #expect(try workshop.read("mine.csv") == "mine")
    let answer = try workshop.run(words + ["kept.json", "--json"]).json().value
    #expect(answer["file"]?.string == "kept.json")
    #expect(answer["kept"]?.children.first?["mine"]?.string == "Summer Rain")
    #expect(try workshop.read("kept.json").contains("Summer Rain"))
    #expect(!(try workshop.run(["diff"]).output.contains("Summer Rain")))
    _ = try bench.server.end(by: SIGTERM)
  }

  @Test(
    "a file with a title and no id is a new product on the page, in the shop, and stays its file")
  func newProduct() throws {
    let bench = try Bench()
    let (workshop, api) = (bench.workshop, bench.api)
    let file = "content/products/lantern.md"
    try workshop.folder.write(
      file, "---\ntitle: Lantern earrings\nstatus: active\n---\n\nSmall lanterns.\n")
    try workshop.expect(["build"])
    let named = try workshop.read(file)
    #expect(named.hasPrefix("---\nid: prd_"))
    #expect(try workshop.read("public/products/lantern/index.html").contains("Small lanterns."))
    _ = try workshop.run(["push", "--yes"], api: api)
    try workshop.expect(["pull"], api: api)
    let id = try workshop.sql("SELECT id FROM product WHERE handle = 'lantern'")
      .split(separator: "\r\n").last.map(String.init)
    #expect(try workshop.read(file).contains("id: \(try #require(id))\n"))
    let shown = try workshop.expect(["edit", "--new", "second-lantern", "--no-editor"])
    #expect(shown.output == "content/products/second-lantern.md\n")
    #expect(
      try workshop.read("content/products/second-lantern.md").contains("title: second-lantern"))
    _ = try bench.server.end(by: SIGTERM)
  }
}
