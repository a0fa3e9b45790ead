import Contract
import Diagnostics
import LocalMirror
import Machine
import Merge
import Support
import Sync
import Testing

@Suite("Products as Markdown files")
struct FileRenderingTests {
  @Test("a product becomes front matter of its shared fields and a body")
  func rendering() throws {
    let desk = try Desk()
    try desk.open()
    #expect(
      try desk.read() == """
        ---
        id: prd_carre
        title: Silk square
        vendor: Aurelle
        tags: [silk, new]
        seo:
          title: Silk
        ---

        A winter garden.

        Hemmed by hand.

        """)
  }

  @Test("a language has a file of its own, with what is translated")
  func translation() throws {
    let desk = try Desk()
    try desk.open(locale: "fr")
    #expect(
      try desk.read(Desk.french) == "---\nid: prd_carre\ntitle: Carré de soie\n---\n")
  }

  @Test("a handle in another language is no part of its file, and stays as it is")
  func translatedHandle() throws {
    let desk = try Desk()
    desk.world.source.put(
      .translation, "trn_2",
      #"{"key":"handle","locale":"fr","value":"carre-de-soie","source_digest":"sha256:aa"}"#,
      links: #"{"resource":{"type":"product","id":"prd_carre"}}"#)
    try desk.world.pull()
    try desk.open(locale: "fr")
    #expect(
      try desk.read(Desk.french) == "---\nid: prd_carre\ntitle: Carré de soie\n---\n")
    try desk.change("Carré de soie", to: "Le carré", in: Desk.french)
    #expect(try desk.takeIn().places == [])
    let edited = try desk.edited()
    #expect(edited.contains("value=\"Le carré\""))
    #expect(edited.allSatisfy { !$0.hasPrefix("handle") && !$0.contains("carre-de-soie") })
  }

  @Test("the site's own fields stay, and the shop's come beside them")
  func localFields() throws {
    let desk = try Desk()
    try desk.write("---\nid: prd_carre\nstory: \"Ours.\"  # keep\n---\n")
    try desk.takeIn()
    #expect(try desk.edited().isEmpty)
    try desk.open()
    #expect(try desk.read().hasPrefix("---\nid: prd_carre\ntitle: Silk square\n"))
    #expect(try desk.read().contains("story: \"Ours.\"  # keep\n---\n\nA winter garden."))
  }

  @Test("a story in the body does not give way to the description")
  func storyInBody() throws {
    let desk = try Desk()
    try desk.write("---\nid: prd_carre\n---\nOur story.\n")
    try desk.takeIn()
    #expect(try desk.open().places == ["file.story-in-body 4:1"])
    #expect(try desk.read().hasSuffix("Our story.\n"))
  }

  @Test("a field of the shop's platform is not written")
  func ownedByShop() throws {
    let desk = try Desk(fields: ProductFileFields(shop: ["vendor", "seo"]))
    try desk.open()
    #expect(try !desk.read().contains("vendor"))
    #expect(try !desk.read().contains("seo"))
  }

  @Test("an unedited file follows its record")
  func follows() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("vendor: Aurelle\n", to: "# the house\nvendor: \"Aurelle\"   # as is\n")
    try desk.takeIn()
    desk.putCarre(title: "Grand carré", description: "Another text.", tags: #"["silk"]"#)
    try desk.world.pull()
    try desk.takeIn()
    #expect(try desk.render().written == [Desk.file])
    #expect(
      try desk.read() == """
        ---
        id: prd_carre
        title: Grand carré
        # the house
        vendor: "Aurelle"   # as is
        tags: [silk]
        seo:
          title: Silk
        ---

        Another text.

        """)
    #expect(try desk.edited().isEmpty)
  }

  @Test("a translation that changed in the shop reaches its file")
  func translationFollows() throws {
    let desk = try Desk()
    try desk.open(locale: "fr")
    desk.putFrench("Grand carré")
    try desk.world.pull()
    try desk.render()
    #expect(try desk.read(Desk.french).contains("title: Grand carré\n"))
  }

  @Test("rendering without changes touches nothing")
  func quiet() throws {
    let desk = try Desk()
    try desk.open()
    try desk.render()
    #expect(try !desk.content.isRenderingDue(by: desk.store().fileLedger))
    #expect(try !desk.content.hasChanges(since: desk.store().fileLedger))
    #expect(try desk.render().written.isEmpty)
  }

  /// How a file came not to be there while its record changed.
  enum Absence: CaseIterable { case takenAway, renamedWithAnError }

  @Test(
    "what changed while a file was not there reaches it when it is back",
    arguments: Absence.allCases)
  func absent(_ absence: Absence) throws {
    let desk = try Desk()
    try desk.open()
    let (text, renamed) = (try desk.read(), "content/products/square.md")
    switch absence {
    case .takenAway: try desk.remove(Desk.file)
    case .renamedWithAnError:
      try desk.change("tags: [", to: "tags: [[", in: Desk.file)
      try desk.move(Desk.file, to: renamed)
    }
    desk.putCarre(title: "Grand")
    try desk.world.pull()
    try desk.takeIn()
    #expect(try desk.render().written.isEmpty)
    let path = absence == .takenAway ? Desk.file : renamed
    try desk.write(text, to: path)
    #expect(try desk.takeIn().findings.isEmpty)
    #expect(try desk.render().written == [path])
    #expect(try desk.read(path).contains("title: Grand"))
    #expect(try !desk.content.isRenderingDue(by: desk.store().fileLedger))
  }

  @Test("a handle that changed in the shop renames the file")
  func renamedInShop() throws {
    let desk = try Desk()
    try desk.open()
    desk.putCarre(handle: "carre-90")
    try desk.world.pull()
    try desk.render()
    #expect(!desk.exists(Desk.file))
    #expect(desk.exists("content/products/carre-90.md"))
    #expect(try desk.takeIn().edits.isEmpty)
  }

  @Test("a file with bytes that were not taken in is not touched; what it would be lies beside it")
  func incoming() throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("title: Silk square", to: "titel: Grand")
    desk.putCarre(vendor: "Maison Aurelle")
    try desk.world.pull()
    #expect(try desk.takeIn().places == ["content.unknown-key 3:1"])
    let report = try desk.render()
    #expect(report.incoming == ["content/products/carre.incoming.md"])
    #expect(try desk.read().contains("titel: Grand"))
    #expect(
      try desk.read("content/products/carre.incoming.md").contains("vendor: Maison Aurelle"))
    #expect(try desk.questions().map(\.kind) == ["file-and-editor"])
    // Mended, it is taken in, brought up to date, and nothing is left to ask.
    try desk.change("titel: Grand", to: "title: Grand")
    try desk.takeIn()
    desk.putCarre(vendor: "Maison")
    try desk.world.pull()
    try desk.render()
    #expect(try desk.read().contains("title: Grand\nvendor: Maison\n"))
    #expect(!desk.exists("content/products/carre.incoming.md"))
    #expect(try desk.questions().isEmpty)
  }

  @Test(
    "an answer lets the bytes be replaced that were asked about, and none that were saved since",
    arguments: [false, true])
  func givenUp(isSavedSince: Bool) throws {
    let desk = try Desk()
    try desk.open()
    try desk.change("title: Silk square", to: "titel: Grand")
    desk.putCarre(vendor: "Maison Aurelle")
    try desk.world.pull()
    try desk.takeIn()
    try desk.render()
    let question = try #require(try desk.questions().first)
    try Inbox(mirror: desk.store()).answer(question.number, Inbox.Answer(.shop))
    if isSavedSince { try desk.change("by hand", to: "in Lyon") }
    try desk.takeIn()
    let report = try desk.render()
    #expect(report.written == (isSavedSince ? [] : [Desk.file]))
    #expect(try desk.read().contains("titel: Grand") == isSavedSince)
    #expect(try desk.read().contains("in Lyon") == isSavedSince)
    #expect(try desk.questions().map(\.kind) == (isSavedSince ? ["file-and-editor"] : []))
    // Asked once more, the answer is about what stands there now.
    guard isSavedSince else { return }
    let again = try #require(try desk.questions().first)
    try Inbox(mirror: desk.store()).answer(again.number, Inbox.Answer(.shop))
    try desk.takeIn()
    #expect(try desk.render().written == [Desk.file])
    #expect(try desk.read().contains("title: Silk square\nvendor: Maison Aurelle\n"))
  }

  @Test("a file that could not be brought up to date is looked at again when it is mended")
  func lookedAtAgain() throws {
    let desk = try Desk()
    try desk.open()
    let text = try desk.read()
    try desk.change("title:", to: "titel:")
    desk.putCarre(vendor: "Maison")
    try desk.world.pull()
    try desk.takeIn()
    try desk.render()
    try desk.write(text)
    try desk.takeIn()
    #expect(try desk.render().written == [Desk.file])
    #expect(try desk.read().contains("vendor: Maison"))
    #expect(try !desk.content.isRenderingDue(by: desk.store().fileLedger))
  }

  @Test(
    "markers hold both readings; what a person makes of them is an edit that begins from the shop's"
  )
  func markers() throws {
    let desk = try Desk()
    try desk.open()
    let mine = FieldValue.object(of: [.init("markdown", .text("Mine."))])
    let before = FieldValue.object(of: [.init("markdown", .text("A winter garden."))])
    let theirs = FieldValue.object(of: [.init("markdown", .text("Theirs."))])
    try desk.store().edit(desk.carre, [FieldEdit("description", mine)], source: .web)
    desk.putCarre(description: "Theirs.")
    try desk.world.pull()
    try desk.takeIn()
    try desk.render()
    _ = try desk.store().settle {
      try $0.open(
        ConflictDraft(
          kind: "text", key: desk.carre, field: "description", base: before, ours: mine,
          theirs: theirs, theirsVersion: 2))
    }
    let question = try #require(try desk.questions().first)
    let path = try desk.content.writeMarkers(of: question, in: desk.store())
    #expect(path == Desk.file)
    #expect(
      try desk.read().hasSuffix(
        "<<<<<<< mine\nMine.\n||||||| before\nA winter garden.\n=======\nTheirs.\n>>>>>>> shop\n"))
    // Neither taken in nor written over.
    #expect(try desk.takeIn().edits.isEmpty)
    #expect(try desk.render().written.isEmpty)
    let text = try desk.read()
    let start = try #require(text.firstRange(of: "<<<<<<<"))
    try desk.write(text[..<start.lowerBound] + "Both.\n")
    #expect(try desk.takeIn().findings.isEmpty)
    let local = try #require(try desk.locals().first)
    #expect(local.value["markdown"] == .text("Both."))
    #expect(local.base == theirs)
    #expect(local.baseVersion == 2)
  }

  @Test(
    "the file of a product that was deleted while it was edited goes when the edits are dropped")
  func dropped() throws {
    let desk = try Desk()
    try desk.open()
    try desk.store().edit(desk.carre, [FieldEdit("title", .text("Mine"))], source: .cli)
    try desk.render()
    desk.world.source.remove(.product, "prd_carre")
    desk.world.options.allowsShrink = true
    try desk.world.pull()
    try desk.takeIn()
    try desk.render()
    let question = try #require(try desk.questions().first { $0.kind == "edit-delete" })
    try Inbox(mirror: desk.store()).answer(question.number, Inbox.Answer(.drop))
    try desk.takeIn()
    try desk.render()
    #expect(!desk.exists(Desk.file))
  }

  @Test("an unedited file of a product that is gone goes, one with the site's own words stays")
  func gone() throws {
    let desk = try Desk()
    try desk.open()
    try desk.open("prd_halo")
    try desk.change("---\n\n", to: "story: Ours\n---\n\n")
    try desk.takeIn()
    desk.world.source.remove(.product, "prd_carre")
    desk.world.source.remove(.product, "prd_halo")
    desk.world.options.allowsShrink = true
    try desk.world.pull()
    try desk.takeIn()
    let report = try desk.render()
    #expect(report.places == ["file.product-gone 1:1"])
    #expect(desk.exists(Desk.file))
    #expect(!desk.exists("content/products/halo.md"))
  }

  @Test("files that hold nothing of their own can be put away")
  func putAway() throws {
    let desk = try Desk()
    try desk.open()
    #expect(try desk.content.close("prd_carre", in: desk.store()) == [Desk.file])
    #expect(!desk.exists(Desk.file))
    #expect(try desk.takeIn().missing.isEmpty)
    try desk.open()
    try desk.change("Silk square", to: "Edited")
    #expect(try desk.content.close("prd_carre", in: desk.store()).isEmpty)
    #expect(desk.exists(Desk.file))
  }

  @Test(
    "after a crash at any step of rendering, the next run ends it and no byte of an editor is lost",
    arguments: DiskFault.allCases.filter(\.isCrash))
  func crashes(_ fault: DiskFault) throws {
    var step = 1
    while true {
      let files = FaultyFiles()
      let desk = try Desk(files: files)
      try desk.open()
      desk.putCarre(title: "Grand", handle: "carre-90")
      try desk.world.pull()
      files.arm(fault, atCall: step, seed: UInt64(step))
      _ = try? desk.render()  // the crash
      guard files.isDown else { break }
      files.restart()
      try desk.takeIn()
      try desk.render()
      let left = files.paths.filter { !files.isTemporary($0) }
      #expect(left.count == 1, "\(fault) at call \(step): \(left)")
      for path in left {
        let text = String(decoding: try files.read(path), as: UTF8.self)
        #expect(text.contains("title: Grand"), "\(fault) at call \(step)")
      }
      #expect(try desk.edited().isEmpty, "\(fault) at call \(step)")
      step += 1
    }
    #expect(step > 5)
  }
}
