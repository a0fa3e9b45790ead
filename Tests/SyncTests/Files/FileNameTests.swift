import Contract
import LocalMirror
import Sync
import Testing

@Suite("Names of files, and what is known of them")
struct FileNameTests {
  private let folder = "content/products"

  private func known(_ desk: Desk) throws -> [String] {
    try desk.store().fileLedger.files(in: folder).map { "\($0.path) \($0.key.id)" }
  }

  @Test("a file made by hand under another name than the product's gets the product's")
  func handMade() throws {
    let desk = try Desk()
    try desk.write("---\nid: prd_carre\ntitle: Silk square\n---\n", to: "\(folder)/mine.md")
    #expect(try desk.takeIn().findings.isEmpty)
    #expect(try desk.edited().isEmpty)
    #expect(try desk.render().written == [Desk.file])
    #expect(!desk.exists("\(folder)/mine.md"))
    #expect(try desk.read().contains("title: Silk square"))
    #expect(try known(desk) == ["\(Desk.file) prd_carre"])
    #expect(try desk.render().written.isEmpty)
  }

  @Test("where that name is occupied, the file keeps its own, and that is said each time")
  func occupied() throws {
    let desk = try Desk()
    try desk.write("---\nid: prd_carre\ntitle: Silk square\n---\n", to: "\(folder)/mine.md")
    try desk.takeIn()
    try desk.write("---\nid: prd_halo\ntitle: Halo\n---\n")
    try desk.write("---\nid: prd_carre\ntitle: Silk square\n---\n", to: "\(folder)/halo.md")
    for _ in 1...2 { #expect(try desk.render().places == ["file.occupied 1:1"]) }
    #expect(desk.exists("\(folder)/mine.md"))
  }

  @Test("a file that stands where another product's was is known, when that one is taken in too")
  func inherited() throws {
    let desk = try Desk()
    try desk.open()
    let other = "\(folder)/zebra.md"
    try desk.move(Desk.file, to: other)
    try desk.write("---\nid: prd_halo\ntitle: Halo\n---\n")
    #expect(try desk.takeIn().findings.isEmpty)
    #expect(try desk.edited() == [#"handle="zebra""#])
    #expect(try known(desk) == ["\(Desk.file) prd_halo", "\(other) prd_carre"])
    #expect(try desk.render().written == ["\(folder)/halo.md"])
  }

  @Test(
    "files that exchange names are known, also where the program ends between the two",
    arguments: [false, true])
  func exchanged(dies: Bool) throws {
    let desk = try Desk()
    try desk.open()
    try desk.open("prd_halo")
    let halo = "\(folder)/halo.md"
    // The editor has given each the other's handle; the person follows with the files.
    try desk.store().settle { transaction in
      try transaction.edit(desk.carre, [FieldEdit("handle", .text("x"))], source: .web)
      try transaction.edit(
        RecordKey(.product, "prd_halo"), [FieldEdit("handle", .text("carre"))], source: .web)
      try transaction.edit(desk.carre, [FieldEdit("handle", .text("halo"))], source: .web)
    }
    try desk.move(Desk.file, to: "\(folder)/x.md")
    try desk.move(halo, to: Desk.file)
    try desk.move("\(folder)/x.md", to: halo)
    try desk.change("Silk square", to: "Grand square", in: halo)
    if dies {
      // What the first of the two transactions leaves: the other file was not there yet.
      try desk.move(halo, to: "\(folder)/halo.txt")
      try desk.takeIn()
      try desk.move("\(folder)/halo.txt", to: halo)
    }
    #expect(try desk.takeIn().findings.isEmpty)
    #expect(try known(desk) == ["\(Desk.file) prd_halo", "\(halo) prd_carre"])
    let title = try #require(try desk.locals().first { $0.field == "title" })
    #expect(title.value == .text("Grand square"))
    #expect(title.isBaseKnown)
    #expect(title.base == .text("Silk square"))
    #expect(try desk.takeIn().missing.isEmpty)
    #expect(try desk.questions().isEmpty)
  }

  @Test("a file whose place another's has taken is missed until it is back, and known then")
  func displaced() throws {
    let desk = try Desk()
    try desk.open()
    try desk.open("prd_halo")
    try desk.store().edit(
      RecordKey(.product, "prd_halo"), [FieldEdit("handle", .text("halo-2"))], source: .web)
    try desk.move("\(folder)/halo.md", to: "\(folder)/halo.txt")
    try desk.move(Desk.file, to: "\(folder)/halo.md")
    for _ in 1...2 {
      let missing = try desk.takeIn().missing
      #expect(missing.map { "\($0.path) \($0.product)" } == ["\(folder)/halo.md prd_halo"])
    }
    try desk.move("\(folder)/halo.txt", to: "\(folder)/halo-2.md")
    try desk.change("title: Halo", to: "title: Aureole", in: "\(folder)/halo-2.md")
    #expect(try desk.takeIn().missing.isEmpty)
    let title = try #require(try desk.locals().first { $0.field == "title" })
    #expect(title.isBaseKnown && title.base == .text("Halo"))
  }

  @Test("a file that is wanted no more, and whose place another's has taken, is forgotten")
  func displacedAndClosed() throws {
    let desk = try Desk()
    try desk.open()
    try desk.open("prd_halo")
    try desk.store().edit(
      RecordKey(.product, "prd_halo"), [FieldEdit("handle", .text("halo-2"))], source: .web)
    try desk.remove("\(folder)/halo.md")
    try desk.move(Desk.file, to: "\(folder)/halo.md")
    try desk.takeIn()
    #expect(try desk.content.close("prd_halo", in: desk.store()).isEmpty)
    #expect(try desk.takeIn().missing.isEmpty)
  }

  @Test("of two products, one name in two compositions is known of one")
  func compositions() throws {
    let desk = try Desk()
    desk.putCarre(handle: "carré")
    try desk.world.pull()
    try desk.open()
    try desk.open("prd_halo")
    let (composed, decomposed) = ("\(folder)/carré.md", "\(folder)/carre\u{301}.md")
    try desk.store().edit(desk.carre, [FieldEdit("handle", .text("square"))], source: .web)
    try desk.remove(composed)
    try desk.move("\(folder)/halo.md", to: decomposed)
    let report = try desk.takeIn()
    #expect(report.findings.isEmpty)
    #expect(report.missing.map(\.product) == ["prd_carre"])
    #expect(try known(desk) == ["\(decomposed) prd_halo"])
  }
}
