import Contract
import LocalMirror
import Machine
import Merge
import Support
@testable import Sync
import Testing

/// Two files for one record, and what a person decides about them (row 35 of the taxonomy).
@Suite struct DuplicateFileTests {
  private let copy = "content/products/copy.md"

  /// A product's file and a copy of it in which the title is another one.
  private func desk(_ title: String = "Copied square") throws -> Desk {
    let desk = try Desk()
    try desk.open()
    try desk.write(
      try desk.read().replacing("title: Silk square", with: "title: \(title)"), to: copy)
    try desk.takeIn()
    return desk
  }

  private func question(_ desk: Desk) throws -> Question {
    try #require(try desk.questions().compactMap { Question($0) }.first)
  }

  private func answer(_ desk: Desk, _ choice: Alternative, _ path: String? = nil) throws {
    try Inbox(mirror: desk.store(), random: desk.random).answer(
      [try question(desk)], .init(choice, value: path.map { .text($0) }))
  }

  /// A look as each command takes one.
  @discardableResult
  private func look(_ desk: Desk) throws -> FileReport {
    var report = try desk.takeIn()
    report.add(try desk.render())
    return report
  }

  private func kinds(_ desk: Desk) throws -> [String] { try desk.questions().map(\.kind) }

  // MARK: The question

  @Test("row 35: a copy is a question that names the files and which one is read")
  func asked() throws {
    let desk = try desk()
    let question = try question(desk)
    #expect(question.kind == .duplicateFile)
    #expect(question.key == desk.carre)
    #expect(question.detail.files.map(\.path) == [Desk.file, copy])
    #expect(question.detail.files.map(\.isKnown) == [true, false])
    #expect(question.detail.words == "\(Desk.file) (read so far), \(copy)")
    #expect(Inbox.choices(of: question) == [.keepOne, .newID, .later])
  }

  @Test("row 35: another look writes nothing, and the question ends when the copy is gone")
  func over() throws {
    let desk = try desk()
    try look(desk)
    let revision = try MirrorReader(path: desk.world.path).status().snapshotID
    try look(desk)
    #expect(try MirrorReader(path: desk.world.path).status().snapshotID == revision)
    try desk.remove(copy)
    #expect(try desk.content.hasChanges(since: desk.store().fileLedger))
    try look(desk)
    #expect(try kinds(desk).isEmpty)
    #expect(try !desk.content.hasChanges(since: desk.store().fileLedger))
  }

  @Test("row 35: names that differ in capitals only are a question too")
  func clash() throws {
    let desk = try Desk()
    try desk.open()
    let capitals = "content/products/Carre.md"
    try desk.write("---\nid: prd_halo\ntitle: Halo\n---\n", to: capitals)
    try desk.takeIn()
    let question = try question(desk)
    #expect(question.key == RecordKey(.product, "prd_halo"))
    #expect(question.detail.files.map(\.path) == [capitals, Desk.file])
    try answer(desk, .keepOne, Desk.file)
    try look(desk)
    #expect(desk.exists(Desk.file))
    #expect(desk.exists(capitals + ".set-aside"))
    #expect(try kinds(desk).isEmpty)
  }

  @Test("row 35: a file that nobody is meant by is refused, and so is none")
  func noFile() throws {
    let desk = try desk()
    let wrong = try #require(throws: InboxError.self) {
      try answer(desk, .keepOne, "content/products/other.md")
    }
    #expect(wrong.code == .noFile)
    #expect(wrong.help?.contains(copy) == true)
    let none = try #require(throws: InboxError.self) { try answer(desk, .keepOne) }
    #expect(none.code == .noValue)
    #expect(try kinds(desk) == ["duplicate-file"])
  }

  // MARK: Keep one

  @Test("row 35: the file that was there stays, and the copy is set aside with its bytes")
  func keepFirst() throws {
    let desk = try desk()
    let bytes = try desk.read(copy)
    try answer(desk, .keepOne, "carre.md")
    let report = try look(desk)
    #expect(report.settled.map(\.aside) == [copy + ".set-aside"])
    #expect(!desk.exists(copy))
    #expect(try desk.read(copy + ".set-aside") == bytes)
    #expect(try kinds(desk).isEmpty)
    #expect(try desk.edited().isEmpty)
    #expect(try look(desk).findings.isEmpty)
    // The one that stays is an editing surface as before.
    try desk.change("Silk square", to: "Grand")
    try look(desk)
    #expect(try desk.edited() == [#"title="Grand""#])
    let decision = try #require(try desk.store().ledger.decisions().last { $0.rule == "person" })
    #expect(decision.outcome == "keep-one")
    #expect(decision.result?.json == #"{"kept":"\#(Desk.file)","set_aside":["\#(copy)"]}"#)
  }

  @Test(
    "row 35: the copy stays: it gets the product's name, and what it says otherwise is asked about")
  func keepCopy() throws {
    let desk = try desk()
    try desk.change("A winter garden.", to: "A summer garden.")
    try desk.takeIn()
    let bytes = try desk.read()
    try answer(desk, .keepOne, copy)
    try look(desk)
    #expect(try desk.read(Desk.file + ".set-aside") == bytes)
    #expect(try desk.read(copy).contains("title: Copied square"))
    // What the first file edited is an edit still; the copy's old text of it does not undo it unasked.
    #expect(
      try desk.edited().contains { $0.hasPrefix("description=") && $0.contains("A summer garden.") }
    )
    #expect(try desk.edited().contains(#"title="Copied square""#))
    try Settlement(mirror: desk.store()).run()
    #expect(try kinds(desk).sorted() == ["before-unknown", "file-and-editor"])
    #expect(try desk.value("handle") == .text("carre"))
    // As soon as nothing of the file is asked about, it has the product's name.
    let file = try #require(
      try desk.questions().compactMap { Question($0) }.first { $0.kind == .fileAndEditor })
    try Inbox(mirror: desk.store()).answer([file], .init(.shop))
    try look(desk)
    #expect(!desk.exists(copy))
    #expect(try desk.read().contains("A summer garden."))
  }

  @Test("row 35: where neither file is the one that was known, what stays says is asked about")
  func neitherKnown() throws {
    let desk = try Desk()
    try desk.open()
    let text = try desk.read()
    try desk.write(text, to: copy)
    // The file follows the shop; the copy does not.
    desk.putCarre(vendor: "Maison")
    try desk.world.pull()
    try look(desk)
    try desk.move(Desk.file, to: "content/products/lamp.md")
    try desk.takeIn()
    #expect(try question(desk).detail.files.map(\.isKnown) == [false, false])
    try answer(desk, .keepOne, copy)
    try look(desk)
    try Settlement(mirror: desk.store()).run()
    // What the copy says of old is no change that anybody made.
    #expect(try desk.edited() == [#"vendor="Aurelle""#])
    #expect(try kinds(desk) == ["before-unknown"])
    #expect(try desk.value("handle") == .text("carre"))
    #expect(try desk.read() == text)
  }

  @Test(
    "row 35: a copy that says the same to the byte takes the file's place, and follows the shop")
  func sameBytes() throws {
    let desk = try Desk()
    try desk.open()
    try desk.write(try desk.read(), to: copy)
    try desk.move(Desk.file, to: "content/products/lamp.md")
    try desk.change("Silk square", to: "Lamp", in: "content/products/lamp.md")
    try desk.takeIn()
    desk.putCarre(vendor: "Maison")
    try desk.world.pull()
    try answer(desk, .keepOne, copy)
    try look(desk)
    #expect(try desk.edited().isEmpty)
    #expect(try kinds(desk).isEmpty)
    #expect(try desk.read().contains("vendor: Maison"))
    #expect(try desk.value("handle") == .text("carre"))
    #expect(try desk.read("content/products/lamp.md.set-aside").contains("title: Lamp"))
  }

  @Test("row 35: a copy made after a file in capitals was kept does not take its place unasked")
  func keptInCapitals() throws {
    let desk = try Desk()
    try desk.open(locale: "fr")
    let capitals = "content/products/CARRE.FR.md"
    let french = "content/products/copy.fr.md"
    let text = try desk.read(Desk.french)
    try desk.write(text, to: capitals)
    try desk.takeIn()
    try answer(desk, .keepOne, capitals)
    try desk.write(text, to: french)
    try look(desk)
    #expect(try question(desk).detail.files.map(\.path) == [capitals, french])
    #expect(try desk.read(capitals) == text && desk.read(french) == text)
    try answer(desk, .keepOne, capitals)
    try look(desk)
    #expect(try desk.read(Desk.french) == text && desk.read(french + ".set-aside") == text)
    #expect(try kinds(desk).isEmpty)
  }

  @Test(
    "row 35: a file that is saved after it was asked about is not set aside, and is asked about anew"
  )
  func savedMeanwhile() throws {
    let desk = try desk()
    try answer(desk, .keepOne, Desk.file)
    try desk.change("Copied", to: "Saved", in: copy)
    let report = try look(desk)
    #expect(report.settled.isEmpty)
    #expect(try desk.read(copy).contains("Saved square"))
    #expect(try kinds(desk) == ["duplicate-file"])
  }

  @Test(
    "row 35: nothing is set aside once the file that was to stay is gone; what is there is asked about"
  )
  func keptIsGone() throws {
    let desk = try desk()
    let bytes = try desk.read()
    try answer(desk, .keepOne, copy)
    try desk.remove(copy)
    let other = "content/products/other.md"
    try desk.write(bytes, to: other)
    let report = try look(desk)
    #expect(report.settled.isEmpty)
    #expect(try desk.read() == bytes && desk.read(other) == bytes)
    #expect(try question(desk).detail.files.map(\.path) == [Desk.file, other])
    try desk.remove(other)
    try look(desk)
    #expect(try desk.read() == bytes)
    #expect(try kinds(desk).isEmpty)
  }

  @Test("row 35: what is set aside keeps its words, though they were given up besides")
  func givenUpToo() throws {
    let desk = try desk()
    try desk.change("title: Silk square", to: "title: [")
    desk.putCarre(vendor: "Maison")
    try desk.world.pull()
    try look(desk)
    #expect(try kinds(desk).sorted() == ["duplicate-file", "file-and-editor"])
    let bytes = try desk.read()
    func answer(_ kind: ConflictKind, _ answer: Inbox.Answer) throws {
      let question = try #require(
        try desk.questions().compactMap { Question($0) }.first { $0.kind == kind })
      try Inbox(mirror: desk.store(), random: desk.random).answer([question], answer)
    }
    try answer(.duplicateFile, .init(.keepOne, value: .text(copy)))
    try answer(.fileAndEditor, .init(.shop))
    try look(desk)
    #expect(try desk.read(Desk.file + ".set-aside") == bytes)
  }

  @Test("row 35: the original that is saved meanwhile is what it was before")
  func originalSavedMeanwhile() throws {
    let desk = try desk()
    try answer(desk, .keepOne, copy)
    try desk.change("Silk square", to: "Grand")
    try look(desk)
    #expect(try desk.edited() == [#"title="Grand""#])
    #expect(try desk.locals().map(\.base) == [.text("Silk square")])
    #expect(try kinds(desk) == ["duplicate-file"])
  }

  @Test(
    "row 35: a file that gets another name or other words while it is asked about is asked about as it is"
  )
  func renamedWhileAsked() throws {
    let desk = try desk()
    desk.putCarre(handle: "square", vendor: "Maison")
    try desk.world.pull()
    try look(desk)
    let renamed = "content/products/square.md"
    let bytes = try desk.read(renamed)
    #expect(bytes.contains("vendor: Maison"))
    let question = try question(desk)
    #expect(question.detail.files.map(\.path) == [copy, renamed])
    #expect(question.detail.words == "\(copy), \(renamed) (read so far)")
    try answer(desk, .keepOne, copy)
    let report = try look(desk)
    #expect(report.settled.map(\.path) == [renamed])
    #expect(try desk.read(renamed + ".set-aside") == bytes)
    #expect(try !kinds(desk).contains("duplicate-file"))
  }

  @Test("row 35: a file that goes with its product is not asked about any more")
  func productGone() throws {
    let desk = try Desk()
    try desk.open()
    try desk.write("---\nid: prd_halo\ntitle: Halo\n---\n", to: "content/products/Carre.md")
    try desk.takeIn()
    #expect(try kinds(desk) == ["duplicate-file"])
    desk.world.source.remove(.product, "prd_carre")
    try desk.world.pull()
    try desk.render()
    #expect(!desk.exists(Desk.file))
    #expect(try kinds(desk).isEmpty)
  }

  @Test("row 35: what is set aside never takes another file's name")
  func asideTaken() throws {
    let desk = try desk()
    try desk.write("Something else", to: copy + ".set-aside")
    try answer(desk, .keepOne, Desk.file)
    try look(desk)
    #expect(try desk.read(copy + ".set-aside") == "Something else")
    #expect(try desk.read(copy + ".set-aside-2").contains("Copied square"))
  }

  // MARK: A new record

  @Test("row 35: the copy becomes a product of its own, with an id and a handle of its own")
  func newRecord() throws {
    let desk = try desk()
    try answer(desk, .newID)
    let report = try look(desk)
    let made = try #require(report.settled.first?.product)
    #expect(made != "prd_carre")
    #expect(try kinds(desk).isEmpty)
    #expect(try desk.read(copy).hasPrefix("---\nid: \(made)\n"))
    #expect(try desk.value("title", of: made) == .text("Copied square"))
    #expect(try desk.value("handle", of: made) == .text("copy"))
    let operations = try MirrorReader(path: desk.world.path).localOperations()
    #expect(operations.map { "\($0.0.id) \($0.1)" } == ["\(made) create"])
    // The first one is as it was, and both are editing surfaces.
    #expect(try desk.value("title") == .text("Silk square"))
    try desk.change("Copied", to: "Other", in: copy)
    #expect(try look(desk).findings.isEmpty)
    #expect(try desk.value("title", of: made) == .text("Other square"))
  }

  @Test("row 35: a name that is taken, or is no handle, is not the new product's")
  func freeHandle() throws {
    let desk = try Desk()
    try desk.open()
    let halo = "content/products/halo.md"
    try desk.write(try desk.read(), to: halo)
    try desk.takeIn()
    try answer(desk, .newID)
    let made = try #require(try look(desk).settled.first?.product)
    #expect(try desk.value("handle", of: made) == .text("halo-2"))
    // The file goes where its product is looked for.
    #expect(desk.exists("content/products/halo-2.md"))
    #expect(!desk.exists(halo))
    #expect(try look(desk).findings.isEmpty)
  }

  @Test("row 35: a copy whose name differs in capitals only becomes a product in one look")
  func newRecordOfClash() throws {
    let desk = try Desk()
    try desk.open()
    try desk.write(try desk.read(), to: "content/products/Carre.md")
    try desk.takeIn()
    try answer(desk, .newID)
    let report = try look(desk)
    let made = try #require(report.settled.first?.product)
    #expect(report.findings.isEmpty)
    #expect(report.incoming.isEmpty)
    #expect(try kinds(desk).isEmpty)
    #expect(try desk.read("content/products/carre-2.md").hasPrefix("---\nid: \(made)\n"))
    #expect(!desk.exists("content/products/Carre.md"))
  }

  @Test("row 35: the copy stays, and the first file becomes the new product")
  func newRecordOfFirst() throws {
    let desk = try desk()
    try answer(desk, .newID, copy)
    let made = try #require(try look(desk).settled.first?.product)
    #expect(try desk.value("title", of: made) == .text("Silk square"))
    #expect(try desk.value("handle", of: made) == .text("carre-2"))
    #expect(desk.exists("content/products/carre-2.md"))
    try look(desk)
    #expect(try desk.read().contains("title: Copied square"))
  }

  @Test("row 35: of a file with an error no product can be made")
  func spoilt() throws {
    let desk = try desk()
    try desk.change("title:", to: "titel:", in: copy)
    try desk.takeIn()
    #expect(Inbox.choices(of: try question(desk)) == [.keepOne, .later])
  }

  @Test(
    "row 35: a death at any call to the files leaves what can be gone on with",
    arguments: [Alternative.keepOne, .newID])
  func deaths(_ choice: Alternative) throws {
    for call in 1...40 {
      let files = FaultyFiles()
      let desk = try Desk(files: files)
      _ = try desk.content.write("prd_carre", locale: nil, from: desk.store())
      let text = String(
        decoding: try files.read("\(desk.world.folder.path)/\(Desk.file)"), as: UTF8.self)
      let path = "\(desk.world.folder.path)/\(copy)"
      files.place(path, text.replacing("title: Silk square", with: "title: Copied square"))
      try desk.takeIn()
      try answer(desk, choice, choice == .keepOne ? Desk.file : nil)
      files.arm(.before, atCall: call, seed: UInt64(call))
      _ = try? look(desk)  // it ends where the fault strikes
      let isOver = files.hits == 0
      files.restart()
      files.disarm()
      try look(desk)
      try look(desk)
      #expect(try kinds(desk).isEmpty, "call \(call)")
      let all = try files.paths.filter { !files.isTemporary($0) }.map {
        String(decoding: try files.read($0), as: UTF8.self)
      }
      #expect(all.count == 2, "call \(call)")
      #expect(all.contains { $0.contains("title: Copied square") }, "call \(call)")
      let made = try MirrorReader(path: desk.world.path).localOperations()
      #expect(made.count == (choice == .newID ? 1 : 0), "call \(call)")
      if isOver { return }
    }
    Issue.record("forty calls are not enough")
  }
}
