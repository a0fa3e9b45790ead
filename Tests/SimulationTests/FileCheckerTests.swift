import Contract
import Merge
@testable import Simulation
import Support
import Sync
import Testing

/// The checks of files are broken once on purpose, like the others.
@Suite("The checks of files find what they look for")
struct FileCheckerTests {
  private let world: World
  private let editor: EditorSite
  private let path: String
  private let copy = "\(EditorFolder.folder)/copy.md"

  /// An editor with a product's file and a copy of it, about which the inbox asks.
  init() throws {
    world = try World.withOneEditor()
    editor = world.editors[0]
    path = try #require(try world.writeFile(editor, Shop.product(0)))
    _ = try world.copyFile(editor, path, as: "copy.md")
    try world.takeInFiles(editor)
    try #require(world.broken == nil)
  }

  private func answer(_ choice: Alternative, _ kept: String) throws {
    let inbox = Inbox(mirror: try editor.mirror(), rules: editor.rules, random: editor.random)
    let question = try #require(try inbox.questions().first { $0.kind == .duplicateFile })
    try inbox.answer([question], Inbox.Answer(choice, value: .text(kept)))
    editor.extras.desk.note(FileAnswer(choice, kept, about: question))
  }

  @Test("I14: what is carried out, or asked again because a file was saved since, breaks nothing")
  func sound() throws {
    try answer(.keepOne, copy)
    try world.takeInFiles(editor)
    #expect(editor.extras.desk.files == [path])
    _ = try world.copyFile(editor, path, as: "copy.md")
    try world.takeInFiles(editor)
    try answer(.newID, copy)
    editor.extras.desk.save(path, (editor.extras.desk.text(path) ?? "") + "\n<<<<<<< mine\n")
    try world.takeInFiles(editor)
    #expect(world.violations.isEmpty, "\(world.violations.first ?? "")")
  }

  @Test(
    "I14: an answer that is forgotten, although nobody has touched the file",
    arguments: [Alternative.keepOne, .newID])
  func forgotten(_ choice: Alternative) throws {
    try answer(choice, path)
    try world.damage("DELETE FROM file_state WHERE path = '\(copy)'")
    if choice == .newID { try world.damage("DELETE FROM file_state") }
    let before = editor.extras.desk.snapshot()
    try world.checkAnswers(editor, before, FileReport())
    #expect(world.broken == "I14")
  }

  @Test("I14: a copy that vanishes, and one that was chosen and whose words are nowhere")
  func vanished() throws {
    for isChosen in [false, true] {
      let desk = editor.extras.desk
      desk.copies.insert(copy)
      desk.save(copy, (desk.text(path) ?? "").replacing("title: ", with: "title: Unheard of "))
      let before = desk.snapshot()
      try desk.disk.remove(EditorFolder.absolute(copy))
      if isChosen { desk.chosen.insert(copy) }
      try world.checkCopies(editor, before)
      #expect(world.violations.count == (isChosen ? 2 : 1))
    }
    #expect(world.broken == "I14")
  }

  @Test("I14: a question about a file that is not there")
  func untrue() throws {
    try world.checkQuestions(editor, [:])
    #expect(world.broken == nil)
    try world.damage("UPDATE conflict SET detail = replace(detail, 'copy.md', 'other.md')")
    try world.checkQuestions(editor, [:])
    #expect(world.broken == "I14")
  }
}
