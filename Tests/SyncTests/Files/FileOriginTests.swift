import Contract
import LocalMirror
import Sync
import Testing

@Suite("What an edit in a file began from")
struct FileOriginTests {
  @Test("nobody can tell what an edit began from, where another translation stands in its place")
  func otherTranslation() throws {
    let desk = try Desk()
    try desk.open(locale: "fr")
    desk.world.source.remove(.translation, "trn_1")
    desk.world.source.put(
      .translation, "trn_2",
      #"{"key":"title","locale":"fr","value":"Le carré","source_digest":"sha256:aa"}"#,
      links: #"{"resource":{"type":"product","id":"prd_carre"}}"#)
    try desk.world.pull()
    try desk.change("Carré de soie", to: "Mon carré", in: Desk.french)
    try desk.takeIn()
    let edit = try #require(try desk.locals().first { $0.field == "value" })
    #expect(edit.key.id == "trn_2")
    #expect(edit.value == .text("Mon carré"))
    #expect(!edit.isBaseKnown)
  }

  @Test("nor where the file lacked a line because the field was cleared here, and not in the shop")
  func clearedHere() throws {
    let desk = try Desk()
    try desk.store().edit(desk.carre, [FieldEdit("vendor", .null)], source: .web)
    try desk.open()
    #expect(try !desk.read().contains("vendor"))
    try desk.store().edit(desk.carre, [FieldEdit("vendor", .text("Aurelle"))], source: .web)
    #expect(try desk.edited().isEmpty)
    try desk.change("title:", to: "vendor: Feder\ntitle:")
    #expect(try desk.takeIn().findings.isEmpty)
    let edit = try #require(try desk.locals().first)
    #expect(edit.value == .text("Feder"))
    #expect(!edit.isBaseKnown)
  }

  @Test("a line that the file and the shop both lacked began from nothing")
  func lackedByBoth() throws {
    let desk = try Desk()
    try desk.open("prd_halo")
    let halo = "content/products/halo.md"
    try desk.change("title:", to: "vendor: Feder\ntitle:", in: halo)
    #expect(try desk.takeIn().findings.isEmpty)
    let edit = try #require(try desk.locals().first)
    #expect(edit.isBaseKnown)
    #expect(edit.base == .null)
  }

  @Test("a translation that was taken away here, and is here again, is asked about")
  func translationTakenAway() throws {
    let desk = try Desk()
    let translation = RecordKey(.translation, "trn_1")
    try desk.store().delete(translation, source: .web)
    try desk.open(locale: "fr")
    try desk.store().withdraw(translation)
    try desk.change("id: prd_carre\n", to: "id: prd_carre\ntitle: Mon carré\n", in: Desk.french)
    try desk.takeIn()
    let edit = try #require(try desk.locals().first { $0.field == "value" })
    #expect(edit.key == translation)
    #expect(!edit.isBaseKnown)
  }

  @Test("a line that the file lacks is missing since it was written, whatever was taken in since")
  func lackedSinceWritten() throws {
    let desk = try Desk()
    try desk.open("prd_halo")
    let halo = "content/products/halo.md"
    let version = try #require(try desk.store().fileLedger.file(halo)).version
    desk.world.source.put(
      .product, "prd_halo", #"{"handle":"halo","title":"Halo","status":"active","vendor":"Maison"}"#
    )
    try desk.world.pull()
    // A decision about it may keep the file from being written anew.
    try desk.change("title: Halo", to: "title: Nimbus", in: halo)
    try desk.takeIn()
    #expect(try #require(try desk.store().fileLedger.file(halo)).version == version)
    try desk.change("title:", to: "vendor: Feder\ntitle:", in: halo)
    try desk.takeIn()
    let edit = try #require(try desk.locals().first { $0.field == "vendor" })
    #expect(edit.base == .null)
    #expect(edit.baseVersion == version)
  }
}
