import Contract
import Diagnostics
import LocalMirror
import Machine
import Merge
import Support
import Sync
import Testing

@Suite("What people write into files")
struct FileImportTests {
  @Test("only what differs from what was rendered is an edit")
  func differences() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("Silk square", to: "Grand carré")
    try desk.change("[silk, new]", to: "[silk]")
    try desk.change("by hand", to: "in Lyon")
    let report = try desk.takeIn()
    #expect(report.findings.isEmpty)
    #expect(report.edits.map(\.field).sorted() == ["description", "tags", "title"])
    #expect(
      try desk.edited() == [
        #"description={"markdown":"A winter garden.\n\nHemmed in Lyon."}"#, #"tags=["silk"]"#,
        #"title="Grand carré""#,
      ])
    #expect(try desk.locals().allSatisfy { $0.source == .file && $0.baseVersion == 1 })
    #expect(try desk.takeIn().edits.isEmpty)
  }

  @Test("an edit taken back in the file is withdrawn")
  func takenBack() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("Silk square", to: "Grand")
    try desk.takeIn()
    try desk.change("Grand", to: "Silk square")
    try desk.takeIn()
    #expect(try desk.edited().isEmpty)
  }

  @Test("a key that is missing is not edited, `~` clears, nothing behind a key is an error")
  func missingNullEmpty() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("tags: [silk, new]\n", to: "")
    try desk.change("vendor: Aurelle", to: "vendor: ~")
    try desk.takeIn()
    #expect(try desk.edited() == ["vendor=null"])
    try desk.change("vendor: ~", to: "vendor:")
    let report = try desk.takeIn()
    #expect(report.places == ["file.empty-value 4:1"])
    #expect(report.findings.first?.location?.excerpt == "vendor:")
    #expect(try desk.edited() == ["vendor=null"])
  }

  @Test("an unknown key is an error with a suggestion, and the file is not taken in at all")
  func unknownKey() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("title: Silk square", to: "title: Grand\nvendr: X")
    let report = try desk.takeIn()
    #expect(report.places == ["content.unknown-key 4:1"])
    #expect(report.findings.first?.help == "did you mean `vendor`?")
    #expect(try desk.edited().isEmpty)
    #expect(try desk.takeIn().places == ["content.unknown-key 4:1"])
  }

  @Test("a field of the shop's platform may not be set")
  func shopField() throws {
    let desk = try Desk(fields: ProductFileFields(shop: ["vendor"]))
    try desk.open()
    try desk.change("title: Silk square", to: "title: Silk square\nvendor: X")
    #expect(try desk.takeIn().places == ["content.not-owned 4:1"])
  }

  @Test("values are typed by the schema: text stays as it is written")
  func typing() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("vendor: Aurelle", to: "vendor: 00123")
    try desk.change("[silk, new]", to: "[no, 1.10, 2026-12-01]")
    try desk.takeIn()
    #expect(try desk.edited() == [#"tags=["no","1.10","2026-12-01"]"#, #"vendor="00123""#])
    try desk.change("tags: [no, 1.10, 2026-12-01]", to: "tags: silk")
    #expect(try desk.takeIn().places == ["content.type 5:7"])
  }

  @Test("what the schema refuses is reported where it stands")
  func schema() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("[silk, new]", to: "[silk, silk]")
    #expect(try desk.takeIn().places == ["file.refused 5:7"])
    try desk.change("title: Silk square", to: "title: ~")
    try desk.change("[silk, silk]", to: "[silk]")
    #expect(try desk.takeIn().places == ["file.refused 3:8"])
  }

  @Test("a body that is gone is an error; `description: ~` clears it")
  func body() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("\nA winter garden.\n\nHemmed by hand.\n", to: "")
    #expect(try desk.takeIn().places.map { $0.prefix(16) } == ["file.empty-value"])
    try desk.change("title:", to: "description: ~\ntitle:")
    try desk.takeIn()
    #expect(try desk.edited() == ["description=null"])
  }

  @Test("an accepted field that is not shown can be written into the file")
  func accepted() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("tags:", to: "status: draft\ntags:")
    try desk.takeIn()
    #expect(try desk.edited() == [#"status="draft""#])
    #expect(try desk.locals().first?.base == .text("active"))
  }

  @Test("a line for a field that files do not show is a change of what the shop has now")
  func acceptedAfterwards() throws {
    let desk = try Desk()
    try desk.open()
    // In the mirror it is a draft by now; nobody can have seen that in the file.
    desk.world.source.put(
      .product, "prd_carre",
      #"{"handle":"carre","title":"Silk square","vendor":"Aurelle","status":"draft"}"#)
    try desk.world.pull()
    try desk.change("tags:", to: "status: active\ntags:")
    try desk.takeIn()
    #expect(try desk.edited().contains(#"status="active""#))
    #expect(try desk.locals().first { $0.field == "status" }?.base == .text("draft"))
  }

  @Test("such a line stays in the file and is kept true")
  func acceptedIsKept() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("tags:", to: "status: draft\ntags:")
    try desk.takeIn()
    try desk.store().edit(desk.carre, [FieldEdit("status", .text("archived"))], source: .cli)
    try desk.render()
    #expect(try desk.read().contains("status: archived\n"))
    #expect(try desk.takeIn().edits.isEmpty)
    try desk.change("status: archived\n", to: "")
    try desk.takeIn()
    #expect(try desk.value("status") == .text("archived"))
  }

  // MARK: Bytes

  @Test("byte order mark, CR LF and blank lines are no edits, and are kept on writing")
  func bytes() throws {
    let desk = try Desk()
    try desk.open()
    let text = try desk.read().split(separator: "\n", omittingEmptySubsequences: false)
      .joined(separator: "\r\n")
    try desk.write("\u{FEFF}" + text + "\r\n\r\n")
    try desk.takeIn()
    #expect(try desk.edited().isEmpty)
    desk.putCarre(title: "Grand", description: "One.\\n\\nTwo.")
    try desk.world.pull()
    try desk.render()
    let after = try desk.read()
    #expect(after.hasPrefix("\u{FEFF}---\r\nid: prd_carre\r\ntitle: Grand\r\n"))
    #expect(after.hasSuffix("---\r\n\r\nOne.\r\n\r\nTwo.\r\n"))
  }

  @Test("text in decomposed letters is the same text, and a decomposed name the same name")
  func decomposed() throws {
    let desk = try Desk()
    desk.putCarre(title: "Carré", handle: "carré")
    try desk.world.pull()
    try desk.open()
    #expect(desk.exists("content/products/carré.md"))
    try desk.change("title: Carré", to: "title: Carre\u{301}", in: "content/products/carré.md")
    try desk.move("content/products/carré.md", to: "content/products/carre\u{301}.md")
    let report = try desk.takeIn()
    #expect(report.findings.isEmpty)
    #expect(try desk.edited().isEmpty)
  }

  @Test("a name that is composed in another way names the same file", arguments: [false, true])
  func respelled(isEditedToo: Bool) throws {
    let desk = try Desk()
    desk.putCarre(title: "Carré", handle: "carré")
    try desk.world.pull()
    try desk.open()
    let (composed, decomposed) = ("content/products/carré.md", "content/products/carre\u{301}.md")
    try desk.move(composed, to: decomposed)
    if isEditedToo { try desk.change("vendor: Aurelle", to: "vendor: Feder", in: decomposed) }
    try desk.takeIn()
    #expect(try desk.takeIn().findings.isEmpty)
    desk.putCarre(title: "Grand carré", handle: "carré")
    try desk.world.pull()
    #expect(try desk.render().written.count == 1)
    #expect(try desk.read(decomposed).contains("title: Grand carré"))
    #expect(try desk.read(decomposed).contains("vendor: \(isEditedToo ? "Feder" : "Aurelle")"))
  }

  @Test("bytes that are no UTF-8 are refused")
  func encoding() throws {
    let desk = try Desk()
    try desk.open()
    let path = "\(desk.world.folder.path)/\(Desk.file)"
    var bytes = try Files.read(path)
    bytes.append(0xE9)
    try Files.replace(path, with: bytes)
    #expect(try desk.takeIn().places == ["file.encoding 1:1"])
  }

  @Test("a file of zero bytes, as a power cut leaves it, is no text")
  func zeroBytes() throws {
    let desk = try Desk()
    try desk.open()
    let path = "\(desk.world.folder.path)/\(Desk.file)"
    try Files.replace(path, with: [UInt8](repeating: 0, count: 4096))
    #expect(try desk.takeIn().places == ["file.encoding 1:1"])
  }

  @Test("three dashes and an underline of equals signs in the body are text")
  func textThatLooksLikeMarks() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("A winter garden.", to: "Winter\n=======\n\nA garden.\n\n---\n\n>>>>>>> deep")
    let report = try desk.takeIn()
    #expect(report.places == ["file.markers 11:1"])
    try desk.change("\n\n>>>>>>> deep", to: "")
    #expect(try desk.takeIn().findings.isEmpty)
    #expect(try desk.edited().first?.contains("=======") == true)
  }

  @Test("a file with conflict markers is never taken in")
  func markers() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change(
      "A winter garden.",
      to: "<<<<<<< mine\nA garden.\n=======\nA winter.\n>>>>>>> shop")
    #expect(try desk.takeIn().places == ["file.markers 10:1"])
    #expect(try desk.edited().isEmpty)
  }

  // MARK: Against the shop

  @Test("an edit begins from what was rendered, though the shop has gone on since")
  func base() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("Silk square", to: "Mine")
    desk.putCarre(title: "Theirs")
    try desk.world.pull()
    try desk.takeIn()
    let local = try #require(try desk.locals().first)
    #expect(local.base == .text("Silk square"))
    #expect(local.baseVersion == 1)
    #expect(local.value == .text("Mine"))
  }

  @Test("what the shop has changed to by itself is no edit")
  func sameChange() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("Silk square", to: "Both")
    desk.putCarre(title: "Both")
    try desk.world.pull()
    try desk.takeIn()
    #expect(try desk.edited().isEmpty)
  }

  @Test("a field changed in the shop only is not undone by a file that was edited elsewhere")
  func otherField() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("vendor: Aurelle", to: "vendor: Mine")
    desk.putCarre(title: "Theirs")
    try desk.world.pull()
    try desk.takeIn()
    try desk.render()
    #expect(try desk.edited() == [#"vendor="Mine""#])
    #expect(try desk.read().contains("title: Theirs\nvendor: Mine\n"))
  }

  @Test("a file made by hand is compared with the shop's value, and what differs is asked about")
  func handMade() throws {
    let desk = try Desk()
    try desk.write("---\nid: prd_carre\ntitle: Mine\nvendor: Aurelle\nstory: Ours\n---\n")
    try desk.takeIn()
    let local = try #require(try desk.locals().first)
    #expect(try desk.edited() == [#"title="Mine""#])
    #expect(!local.isBaseKnown)
    #expect(try desk.value("title") == .text("Mine"))
  }

  @Test("a file made by hand without a text below can be changed later, and leaves the text alone")
  func handMadeWithoutText() throws {
    let desk = try Desk()
    try desk.write("---\nid: prd_carre\ntitle: Silk square\n---\n")
    try desk.takeIn()
    try desk.change("Silk square", to: "Mine")
    #expect(try desk.takeIn().findings.isEmpty)
    #expect(try desk.edited() == [#"title="Mine""#])
  }

  /// How a file came to lack the line `vendor:`.
  enum LackingLine: CaseIterable { case neverWritten, takenOut, neverWrittenAndRenderedSince }

  @Test(
    "a new line says what it says, though the mirror had that value before the shop's of now",
    arguments: LackingLine.allCases)
  func newLine(_ how: LackingLine) throws {
    let desk = try Desk()
    if how == .takenOut {
      try desk.open()
      try desk.change("vendor: Aurelle\n", to: "")
    } else {
      try desk.write("---\nid: prd_carre\ntitle: Silk square\n---\n")
    }
    try desk.takeIn()
    if how == .neverWrittenAndRenderedSince {
      desk.putCarre(title: "Grand")
      try desk.world.pull()
      #expect(try desk.render().written == [Desk.file])
    }
    #expect(try !desk.read().contains("vendor"))
    desk.putCarre(vendor: "Atelier")
    try desk.world.pull()
    try desk.change("title:", to: "vendor: Aurelle\ntitle:")
    #expect(try desk.takeIn().findings.isEmpty)
    let local = try #require(try desk.locals().first { $0.field == "vendor" })
    #expect(local.value == .text("Aurelle"))
    #expect(!local.isBaseKnown)
  }

  @Test("text below a file made by hand is the site's story while it sets no field of the shop")
  func handMadeStory() throws {
    let desk = try Desk()
    try desk.write("---\nid: prd_carre\n---\nOur story.\n")
    try desk.takeIn()
    #expect(try desk.edited().isEmpty)
  }

  // MARK: Against the editor

  @Test("row 34: what file and editor changed in one text is merged where both changes fit")
  func fileAndEditorMerged() throws {
    let desk = try Desk()
    try desk.open()
    try desk.store().edit(
      desk.carre,
      [
        FieldEdit(
          "description",
          .object(of: [.init("markdown", .text("A summer garden.\n\nHemmed by hand."))]))
      ],
      source: .web)
    try desk.change("by hand", to: "in Lyon")
    #expect(try desk.takeIn().findings.isEmpty)
    #expect(
      try desk.value("description")["markdown"] == .text("A summer garden.\n\nHemmed in Lyon."))
    try desk.render()
    #expect(try desk.read().hasSuffix("A summer garden.\n\nHemmed in Lyon.\n"))
    #expect(try desk.takeIn().edits.isEmpty)
  }

  @Test("row 34: what they changed differently is asked; the file keeps its words until then")
  func fileAndEditorAsked() throws {
    let desk = try Desk()
    try desk.open()
    try desk.store().edit(desk.carre, [FieldEdit("title", .text("Web"))], source: .web)
    try desk.change("Silk square", to: "File")
    #expect(try desk.takeIn().places == ["file.decision 3:8"])
    let question = try #require(try desk.questions().first)
    #expect(question.kind == "file-and-editor")
    #expect(question.base == .text("Silk square"))
    #expect(question.ours == .text("File"))
    #expect(question.theirs == .text("Web"))
    try desk.render()
    #expect(try desk.read().contains("title: File"))
    #expect(try desk.value("title") == .text("Web"))
  }

  @Test(
    "row 34 decided for the file makes its value the edit; for the editor, the file follows",
    arguments: [true, false])
  func fileAndEditorDecided(takesFile: Bool) throws {
    let desk = try Desk()
    try desk.open()
    try desk.store().edit(desk.carre, [FieldEdit("title", .text("Web"))], source: .web)
    try desk.change("Silk square", to: "File")
    try desk.takeIn()
    let question = try #require(try desk.questions().first)
    try Inbox(mirror: desk.store()).answer(
      question.number, Inbox.Answer(takesFile ? .mine : .shop))
    try desk.takeIn()
    try desk.render()
    #expect(try desk.questions().isEmpty)
    #expect(try desk.value("title") == .text(takesFile ? "File" : "Web"))
    #expect(try desk.read().contains("title: \(takesFile ? "File" : "Web")\n"))
    #expect(try desk.locals().first?.base == .text("Silk square"))
  }

  @Test("row 34: an answer for the file is refused where the editor has gone on since")
  func fileAndEditorOutdated() throws {
    let desk = try Desk()
    try desk.open()
    try desk.store().edit(desk.carre, [FieldEdit("title", .text("Web"))], source: .web)
    try desk.change("Silk square", to: "File")
    try desk.takeIn()
    let question = try #require(try desk.questions().first)
    try desk.store().edit(desk.carre, [FieldEdit("title", .text("Later"))], source: .web)
    #expect(throws: InboxError.self) {
      try Inbox(mirror: desk.store()).answer(question.number, Inbox.Answer(.mine))
    }
    try Inbox(mirror: desk.store()).answer(question.number, Inbox.Answer(.shop))
    #expect(try desk.value("title") == .text("Later"))
  }

  @Test("an edit made elsewhere reaches an unedited file")
  func otherSurface() throws {
    let desk = try Desk()
    try desk.open()
    try desk.store().edit(desk.carre, [FieldEdit("title", .text("By set"))], source: .cli)
    try desk.takeIn()
    try desk.render()
    #expect(try desk.read().contains("title: By set"))
    #expect(try desk.edited() == [#"title="By set""#])
  }

  // MARK: Names

  @Test("a file that is gone deletes nothing and is reported")
  func deleted() throws {
    let desk = try Desk()
    try desk.open()
    try desk.remove(Desk.file)
    let report = try desk.takeIn()
    #expect(report.missing.map(\.path) == [Desk.file])
    #expect(try desk.edited().isEmpty)
    #expect(try desk.value("title") == .text("Silk square"))
    try desk.open()
    #expect(try desk.takeIn().missing.isEmpty)
  }

  @Test("a new name of the file is a new handle, if the id is the same")
  func renamed() throws {
    let desk = try Desk()
    try desk.open()
    try desk.move(Desk.file, to: "content/products/carre-jardin.md")
    try desk.takeIn()
    #expect(try desk.edited() == [#"handle="carre-jardin""#])
    #expect(try desk.takeIn().missing.isEmpty)
  }

  @Test("a name that is no handle, or is taken, is refused", arguments: ["Carré X", "halo"])
  func badName(_ name: String) throws {
    let desk = try Desk()
    try desk.open()
    try desk.move(Desk.file, to: "content/products/\(name).md")
    #expect(try desk.takeIn().places == ["file.rename 1:1"])
    #expect(try desk.edited().isEmpty)
  }

  @Test("row 35: a copy with the same id is refused, and both ways out are named")
  func copy() throws {
    let desk = try Desk()
    try desk.open()
    try desk.write(try desk.read(), to: "content/products/copy.md")
    let report = try desk.takeIn()
    #expect(report.places == ["file.copy 2:5"])
    #expect(report.findings.first?.message.contains(Desk.file) == true)
    #expect(report.findings.first?.help?.contains("; or,") == true)
    // The first one goes on being an editing surface.
    try desk.change("Silk square", to: "Grand")
    try desk.takeIn()
    #expect(try desk.edited() == [#"title="Grand""#])
  }

  @Test(
    "row 35: a copy stays one while the original, renamed, has an error", arguments: [true, false])
  func copyOfSpoilt(hasReadableHead: Bool) throws {
    let desk = try Desk()
    try desk.open()
    let renamed = "content/products/lamp.md"
    try desk.write(try desk.read(), to: "content/products/copy.md")
    try desk.move(Desk.file, to: renamed)
    try desk.change(
      "tags: [silk", to: hasReadableHead ? "tgas: [silk" : "tags: [silk, [", in: renamed)
    #expect(Set(try desk.takeIn().findings.compactMap(\.location?.file)).count == 2)
    #expect(try desk.edited().isEmpty)
    // Mended, the one that was renamed is a file of the product's like any other, and so is the copy.
    try desk.remove("content/products/copy.md")
    try desk.change(
      hasReadableHead ? "tgas:" : ", [", to: hasReadableHead ? "tags:" : "", in: renamed)
    #expect(try desk.takeIn().findings.isEmpty)
    #expect(try desk.edited().first == #"handle="lamp""#)
  }

  @Test("a file in the place of another product's begins from what it said itself")
  func takenPlace() throws {
    let desk = try Desk()
    try desk.open()
    try desk.open("prd_halo")
    let halo = "content/products/halo.md"
    try desk.store().edit(
      RecordKey(.product, "prd_halo"), [FieldEdit("handle", .text("halo-2"))], source: .web)
    try desk.remove(halo)
    // What the other product's file said before is what this one is changed to.
    try desk.change("Silk square", to: "Halo")
    try desk.move(Desk.file, to: halo)
    let report = try desk.takeIn()
    #expect(report.findings.isEmpty)
    #expect(report.missing.map(\.product) == ["prd_halo"])
    let edits = try desk.locals().filter { $0.key == desk.carre }
    #expect(edits.map { "\($0.field)=\($0.value.json)" } == [#"handle="halo""#, #"title="Halo""#])
    #expect(edits.last?.base == .text("Silk square"))
  }

  @Test("a file in the place of another product's is refused while that one has the handle")
  func occupiedPlace() throws {
    let desk = try Desk()
    try desk.open()
    try desk.open("prd_halo")
    try desk.move(Desk.file, to: "content/products/halo.md")
    let report = try desk.takeIn()
    #expect(report.places == ["file.rename 1:1"])
    #expect(report.missing.map(\.product) == ["prd_halo"])
    #expect(try desk.edited().isEmpty)
  }

  @Test("two files that change names are refused, each for the other's handle")
  func exchanged() throws {
    let desk = try Desk()
    try desk.open()
    try desk.open("prd_halo")
    let halo = "content/products/halo.md"
    try desk.move(Desk.file, to: "content/products/x.md")
    try desk.move(halo, to: Desk.file)
    try desk.move("content/products/x.md", to: halo)
    #expect(try desk.takeIn().places == ["file.rename 1:1", "file.rename 1:1"])
    #expect(try desk.takeIn().missing.isEmpty)
    #expect(try desk.edited().isEmpty)
  }

  @Test("row 35: two names that differ in capitals only are refused")
  func caseClash() throws {
    let desk = try Desk()
    try desk.open()
    try desk.write("---\nid: prd_halo\ntitle: X\n---\n", to: "content/products/Carre.md")
    let report = try desk.takeIn()
    #expect(report.places == ["file.case-clash 1:1"])
    #expect(try desk.edited().isEmpty)
  }

  @Test("a file about a product that does not exist is refused")
  func unknownProduct() throws {
    let desk = try Desk()
    try desk.write("---\nid: prd_nowhere\ntitle: X\n---\n", to: "content/products/x.md")
    #expect(try desk.takeIn().places == ["file.unknown-product 2:5"])
  }

  // MARK: Languages

  @Test("a translation is edited in its file, made where there is none, and deleted by `~`")
  func translations() throws {
    let desk = try Desk()
    try desk.open(locale: "fr")
    try desk.change("Carré de soie\n", to: "Le carré\nseo:\n  title: Soie\n", in: Desk.french)
    #expect(try desk.takeIn().findings.isEmpty)
    let values = try desk.locals().map { "\($0.key.type.rawValue) \($0.field)" }
    #expect(values.contains("translation value"))
    #expect(values.contains("translation key"))
    let operations = try MirrorReader(path: desk.world.path).localOperations()
    #expect(operations.map(\.1) == [.create])
    try desk.change("title: Le carré", to: "title: ~", in: Desk.french)
    try desk.takeIn()
    #expect(
      Set(try MirrorReader(path: desk.world.path).localOperations().map(\.1))
        == [.create, .delete])
  }

  @Test("a language is the same in capitals and in small letters")
  func languageInCapitals() throws {
    let desk = try Desk()
    try desk.open(locale: "fr")
    try desk.change("Carré de soie", to: "Le carré", in: Desk.french)
    try desk.move(Desk.french, to: "content/products/carre.FR.md")
    #expect(try desk.takeIn().findings.isEmpty)
    let edited = try desk.edited()
    #expect(edited.contains(#"value="Le carré""#))
  }

  @Test("a language that the site does not have is an error with a suggestion")
  func unknownLanguage() throws {
    let desk = try Desk()
    try desk.write("---\nid: prd_carre\ntitle: X\n---\n", to: "content/products/carre.ft.md")
    let report = try desk.takeIn()
    #expect(report.places == ["content.locale 1:1"])
    #expect(report.findings.first?.help == "did you mean `fr`?")
  }

  @Test("a field that is not translated is refused in a translation")
  func untranslated() throws {
    let desk = try Desk()
    try desk.open(locale: "fr")
    try desk.change("title:", to: "tags: [x]\ntitle:", in: Desk.french)
    #expect(try desk.takeIn().places == ["content.unknown-key 3:1"])
  }
}
