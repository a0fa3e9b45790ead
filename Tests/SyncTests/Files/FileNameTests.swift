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
