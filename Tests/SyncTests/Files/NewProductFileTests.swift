import Contract
import Diagnostics
import LocalMirror
import Machine
import Support
import Sync
import Testing

@Suite("Files that become new products")
struct NewProductFileTests {
  private static let path = "content/products/lantern.md"

  /// The file of a product that somebody has written by hand.
  private static let text = """
    ---
    # for the spring
    title: Lantern earrings
    tags: [gold]
    story: Made in Idar.
    ---

    Small lanterns.

    """

  private func made(_ desk: Desk) throws -> RecordKey {
    let edits = try #require(try desk.locals().first { $0.value == .text("Lantern earrings") })
    return edits.key
  }

  private func named(_ key: RecordKey) -> String {
    Self.text.replacing("---\n#", with: "---\nid: \(key.id)\n#")
  }

  @Test("a file with a title and no id is a new product, and gets its id; all else stays")
  func newProduct() throws {
    let desk = try Desk()
    try desk.write(Self.text, to: Self.path)
    let report = try desk.takeIn()
    #expect(report.findings.isEmpty)
    let key = try made(desk)
    #expect(try desk.read(Self.path) == named(key))
    #expect(try desk.value("handle", of: key.id) == .text("lantern"))
    #expect(try desk.value("status", of: key.id) == .text("draft"))
    #expect(try desk.value("tags", of: key.id) == .list([.text("gold")]))
    #expect(
      try desk.value("description", of: key.id)
        == .object(of: [.init("markdown", .text("Small lanterns."))]))
  }

  @Test("the second look finds nothing to do")
  func secondLook() throws {
    let desk = try Desk()
    try desk.write(Self.text, to: Self.path)
    try desk.takeIn()
    let edited = try desk.edited()
    #expect(try !desk.content.hasChanges(since: desk.store().fileLedger))
    #expect(try desk.takeIn().edits.isEmpty)
    #expect(try desk.render().written.isEmpty)
    #expect(try desk.edited() == edited)
  }

  @Test("what is changed in the file later is an edit of the same product, without a question")
  func laterEdit() throws {
    let desk = try Desk()
    try desk.write(Self.text, to: Self.path)
    try desk.takeIn()
    let key = try made(desk)
    try desk.change("Lantern earrings", to: "Lanterns", in: Self.path)
    #expect(try desk.takeIn().findings.isEmpty)
    #expect(try desk.value("title", of: key.id) == .text("Lanterns"))
    #expect(try desk.questions().isEmpty)
  }

  @Test("an editor that saves its old text, without the id, goes on with the same product")
  func lostLine() throws {
    let desk = try Desk()
    try desk.write(Self.text, to: Self.path)
    try desk.takeIn()
    let key = try made(desk)
    try desk.write(Self.text.replacing("Small", with: "Big"), to: Self.path)
    try desk.takeIn()
    #expect(try desk.read(Self.path).contains("id: \(key.id)\n"))
    #expect(
      try desk.value("description", of: key.id)
        == .object(of: [.init("markdown", .text("Big lanterns."))]))
    #expect(Set(try desk.locals().map(\.key)) == [key])
  }

  @Test(
    "after a crash at any step the next look writes the id, and makes nothing twice",
    arguments: DiskFault.allCases.filter(\.isCrash))
  func crashes(_ fault: DiskFault) throws {
    var step = 1
    while true {
      let files = FaultyFiles()
      let desk = try Desk(files: files)
      let path = "\(desk.content.root)/\(Self.path)"
      try files.makeFolders("\(desk.content.root)/content/products")
      try files.replace(path, with: Array(Self.text.utf8))
      files.arm(fault, atCall: step, seed: UInt64(step))
      _ = try? desk.takeIn()  // the crash
      guard files.isDown else { break }
      files.restart()
      try desk.takeIn()
      let key = try made(desk)
      #expect(Set(try desk.locals().map(\.key)) == [key], "\(fault) at call \(step)")
      let text = String(decoding: try files.read(path), as: UTF8.self)
      #expect(text == named(key), "\(fault) at call \(step)")
      step += 1
    }
    #expect(step > 2)
  }

  @Test("a name that is taken is refused, and both ways out are named")
  func taken() throws {
    let desk = try Desk()
    try desk.write("---\ntitle: Another halo\n---\n", to: "content/products/halo.md")
    let report = try desk.takeIn()
    #expect(report.places == ["file.new-product 1:1"])
    #expect(report.findings.first?.help?.contains("id: prd_halo") == true)
    #expect(try desk.edited().isEmpty)
  }

  @Test("a name that cannot be an address is refused")
  func badName() throws {
    let desk = try Desk()
    try desk.write("---\ntitle: X\n---\n", to: "content/products/Carré X.md")
    #expect(try desk.takeIn().places == ["file.new-product 1:1"])
  }

  @Test(
    "a file without id and title makes nothing: a story, loose fields, a translation",
    arguments: [
      ("halo.md", "Our story.\n"), ("halo.md", "---\ntags: [x]\n---\n"),
      ("halo.fr.md", "---\ntitle: Auréole\n---\n"),
    ])
  func noProduct(_ name: String, _ text: String) throws {
    let desk = try Desk()
    try desk.write(text, to: "content/products/\(name)")
    #expect(try desk.takeIn().places == ["content.product-id 1:1"])
    #expect(try desk.edited().isEmpty)
  }

  @Test("a copy whose id was taken out is a new product")
  func copy() throws {
    let desk = try Desk()
    try desk.open()
    let copy = try desk.read().replacing("id: prd_carre\n", with: "")
    try desk.write(copy, to: "content/products/carre-gold.md")
    #expect(try desk.takeIn().findings.isEmpty)
    #expect(Set(try desk.locals().map(\.key)).count == 1)
    #expect(try desk.edited().contains(#"handle="carre-gold""#))
  }

  @Test("where the shop gives the product another id, the file gets it too")
  func otherID() throws {
    let desk = try Desk()
    try desk.write(Self.text, to: Self.path)
    try desk.takeIn()
    let key = try made(desk)
    let remote = RecordKey(.product, "prd_900")
    try desk.store().settle { transaction in
      try transaction.mapCreated(local: key, to: remote, externalReference: key.id)
    }
    // Somebody saves a file with the old id before it is brought up to date.
    try desk.change("Small", to: "Big", in: Self.path)
    #expect(try desk.takeIn().findings.isEmpty)
    try desk.render()
    #expect(try desk.read(Self.path).contains("id: prd_900\n"))
    #expect(
      try desk.value("description", of: remote.id)
        == .object(of: [.init("markdown", .text("Big lanterns."))]))
  }
}
