import Bytes
import Formats
import Glibc
import Machine
import SQL
import Support
import Testing

/// Answers by which an edit goes on in another way, as they are typed.
@Suite("Answers by name")
struct AnsweringTests {
  private static let file = "content/products/open-square.md"
  private static let copy = "content/products/copied.md"

  /// Does to the mirror what an older program or a damage would have done.
  private func damage(_ workshop: Workshop, _ statements: String...) throws {
    let name = try #require(
      try Files.walk("\(workshop.path)/.trumeau").first {
        $0.hasSuffix(".sqlite") && $0 != "api.sqlite"
      })
    let database = try Database("\(workshop.path)/.trumeau/\(name)")
    for statement in statements { try database.run(statement) }
  }

  /// The questions as JSON.
  private func questions(_ workshop: Workshop) throws -> [TapeValue] {
    try workshop.run(["conflicts", "list", "--json"]).json().value["questions"]?.children ?? []
  }

  @Test("row 26: a value whose field is gone is put into another one by --field")
  func field() throws {
    let workshop = try Workshop.built()
    try workshop.expect(["set", "SQ-RED-1", "vendor=Silk"])
    try damage(
      workshop, "UPDATE local SET field = 'lining' WHERE field = 'vendor'",
      "UPDATE base SET field = 'lining' WHERE field = 'vendor'")
    _ = try workshop.run(["plan"])
    #expect(try questions(workshop).count == 1)
    let shown = try workshop.expect(["conflicts", "show", "1"]).output
    #expect(shown.contains("--field NAME  put it into another field"))
    #expect(shown.contains("It can go into "))
    let wrong = try workshop.run(["conflicts", "resolve", "1", "--field", "vendr"])
    #expect(wrong.exit == 2)
    #expect(wrong.error.contains("Did you mean `vendor`?"))
    let misfit = try workshop.run(["conflicts", "resolve", "1", "--field", "status"])
    #expect(misfit.exit == 2)
    #expect(misfit.error.contains("inbox.does-not-fit"))
    #expect(try questions(workshop).count == 1)
    try workshop.expect(["conflicts", "resolve", "1", "--field", "metafields.lining"])
    #expect(try workshop.expect(["diff"]).output.contains("metafields.lining"))
    #expect(try workshop.expect(["plan"]).output.contains("1 can be sent now"))
    let log = try workshop.expect(["log", "SQ-RED-1"]).output
    #expect(log.contains("map-field"))
  }

  @Test("row 28: `--as resync` says what happens next, and the next pull does it")
  func resync() throws {
    let workshop = try Workshop.built()
    let (server, api) = try workshop.serve(["api", "serve"])
    _ = try workshop.editorToken()
    try workshop.expect(["pull"], api: api)
    try workshop.expect(["set", "SQ-RED-1", "title=Mine"])
    try damage(workshop, "DELETE FROM base")
    _ = try workshop.run(["plan"])
    #expect(try questions(workshop).count == 1)
    let answered = try workshop.run(["conflicts", "resolve", "1", "--as", "resync"])
    #expect(answered.exit == 5)
    #expect(answered.output.contains("Next: trumeau pull compares everything with the shop."))
    #expect(try workshop.expect(["status"]).output.contains("Next: trumeau pull"))
    let shown = try #require(try questions(workshop).first)
    #expect(shown["detail"]?["comparison"]?.string == "asked")
    #expect(
      shown["choices"]?.children.compactMap { $0["choice"]?.string }.contains("resync") == false)
    let pull = try workshop.expect(["pull"], api: api)
    #expect(pull.output.contains("Everything was compared: 1 of 1 question settled"))
    #expect(try questions(workshop).isEmpty)
    #expect(try workshop.expect(["plan"]).output.contains("1 can be sent now"))
    _ = try server.end(by: SIGTERM)
  }

  @Test("row 15: a product that is made again has all that the shop deleted with it")
  func recreate() throws {
    let workshop = try Workshop.built()
    let (server, api) = try workshop.serve(["api", "serve"])
    let token = try workshop.editorToken()
    try workshop.expect(["pull"], api: api)
    /// Every amount with what became of it; the ids are new ones.
    func price() throws -> [String] {
      try workshop.expect(["explain", "price", "SQ-RED-1", "--market", "eu"]).output
        .split(separator: "\n").dropFirst().map { String($0.prefix(30)) }
    }
    let before = try price()
    try workshop.expect(["set", "open-square", "title=Mine"])
    #expect(try workshop.change("DELETE", "products/prd_square", api: api, token: token) == 204)
    try workshop.expect(["pull"], api: api)
    let shown = try workshop.expect(["conflicts", "show", "1"]).output
    #expect(shown.contains("--as recreate  make it again"))
    #expect(shown.contains("comes with its 2 variants, 1 picture, 2 stock levels, 5 prices"))
    #expect(shown.contains("It is put back into 1 collection."))
    try workshop.expect(["conflicts", "resolve", "1", "--as", "recreate"])
    #expect(try price() == before)
    try workshop.expect(["push", "--yes"], api: api)
    try workshop.expect(["pull"], api: api)
    #expect(try price() == before)
    // The collection begins with it, as before.
    let first = try workshop.expect([
      "mirror", "sql", "--json",
      """
      select p.handle from collection_product c join product p on p.id = c.product_id
      where c.collection_id = 'col_silk' order by c.position limit 1
      """,
    ]).json().value
    #expect(first["rows"]?.children.first?["handle"]?.string == "open-square")
    #expect(try workshop.expect(["plan"]).output.contains("Nothing"))
    _ = try server.end(by: SIGTERM)
  }

  /// A project with a product's file and a copy of it.
  private func copied() throws -> Workshop {
    let workshop = try Workshop.built()
    try workshop.expect(["edit", "open-square", "--no-editor"])
    let text = try workshop.read(Self.file)
    try workshop.folder.write(
      Self.copy, text.replacing("title: Open Square", with: "title: Copied Square"))
    let list = try workshop.run(["conflicts", "list"])
    #expect(list.exit == 5)
    #expect(list.output.contains("two files for one record"))
    return workshop
  }

  @Test("row 35: --keep sets the other file aside, with its bytes")
  func keep() throws {
    let workshop = try copied()
    let shown = try workshop.expect(["conflicts", "show", "1"]).output
    #expect(shown.contains("--keep FILE  keep one of them"))
    #expect(shown.contains(Self.copy))
    let bytes = try workshop.read(Self.copy)
    #expect(try workshop.run(["conflicts", "resolve", "1", "--keep", "none.md"]).exit == 2)
    let answer = try workshop.expect(
      ["conflicts", "resolve", "1", "--keep", "open-square.md", "--json"])
    let file = try #require(try answer.json().value["files"]?.children.first)
    #expect(file["path"]?.string == Self.copy)
    #expect(file["set_aside"]?.string == Self.copy + ".set-aside")
    #expect(!workshop.has(Self.copy))
    #expect(try workshop.read(Self.copy + ".set-aside") == bytes)
    #expect(try workshop.expect(["conflicts", "list"]).output.contains("Nothing needs"))
    try workshop.expect(["build"])
  }

  @Test("row 35: --new-id makes a product of the copy, which the next push makes in the shop")
  func newID() throws {
    let workshop = try copied()
    let (server, api) = try workshop.serve(["api", "serve"])
    _ = try workshop.editorToken()
    let answer = try workshop.expect(["conflicts", "resolve", "1", "--new-id"])
    #expect(answer.error.contains("A new product was made of \(Self.copy)"))
    #expect(try workshop.expect(["plan"]).output.contains("1 can be sent now"))
    try workshop.expect(["push", "--yes", "--pull"], api: api)
    try workshop.expect(["pull", "--full"], api: api)
    #expect(
      try workshop.sql("SELECT title FROM product WHERE handle = 'copied'")
        == "title\r\nCopied Square\r\n")
    #expect(try workshop.expect(["conflicts", "list"]).output.contains("Nothing needs"))
    try workshop.expect(["mirror", "verify"])
    _ = try server.end(by: SIGTERM)
  }
}
