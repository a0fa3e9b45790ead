import Bytes
import Contract
import LocalMirror
import Machine
import Support
import Sync

extension Museum {
  /// Mistakes with the files in which people write.
  static let files: [Exhibit] = [
    Exhibit(
      .conflictingFileSetAside, "somebody types while the file is brought up to date", bySeeds: true
    ) {
      try typing($0)
    },
    Exhibit(
      .conflictingFileOverwritten, "somebody types while the file is brought up to date",
      bySeeds: true
    ) {
      try typing($0)
    },
    Exhibit(
      .losingFileEditDropped, "a title is changed in the file and in the editor", bySeeds: true
    ) { bugs in
      let desk = try FileDesk(World.scene(bugs))
      try desk.open()
      try desk.type("Thing 0", as: "From the file")
      try desk.world.set(0, Shop.product(0), "title", .text("From the editor"))
      try desk.takeIn()
      try desk.checkKept("title", .text("From the file"))
      try desk.render()
      try desk.checkFile()
      return desk.world
    },
  ]

  private static func typing(_ bugs: Set<KnownBug>) throws -> World {
    let desk = try FileDesk(World.scene(bugs))
    try desk.open()
    desk.world.server.put(Shop.product(0), ["title": .text("Lantern")])
    try desk.world.act(.pull)
    try desk.takeIn()
    try desk.type("quiet", as: "gentle")
    try desk.render()
    try desk.checkFile()
    guard desk.world.broken == nil else { return desk.world }
    try desk.takeIn()
    let text = Shop.text(0).split(separator: "quiet", maxSplits: 1).joined(separator: "gentle")
    try desk.checkKept("description", .object(of: [.init("markdown", .text(text))]))
    return desk.world
  }
}

/// A product's file, as the editor of a world has it open, and what was typed into it.
private final class FileDesk {
  let world: World
  private let editor: EditorSite
  private let content: ContentFiles
  private var path = ""
  private var typed: String?

  init(_ world: World) {
    self.world = world
    editor = world.editors[0]
    content = ContentFiles(
      root: editor.folder.path, content: "content", fields: ProductFileFields(),
      locales: ["en", "fr"], random: editor.random)
  }

  func open() throws {
    path = try content.write(Shop.product(0).id, locale: nil, from: editor.mirror()).path ?? ""
  }

  /// Replaces a passage of the file, as a person does.
  func type(_ passage: String, as other: String) throws {
    let text = try editor.folder.read(path)
    let parts = text.split(separator: passage, maxSplits: 1, omittingEmptySubsequences: false)
    let new = parts.joined(separator: other)
    typed = new
    try editor.folder.write(path, new)
  }

  /// Takes in what was typed.
  func takeIn() throws { _ = try content.importChanges(into: editor.mirror()) }

  func render() throws { _ = try content.renderChanges(from: editor.mirror()) }

  /// I14: what a person typed and nobody has taken in stands where it was typed.
  func checkFile() throws {
    world.checked("I14")
    if try editor.folder.read(path) != typed {
      world.violate("I14", "\(path) is not as it was typed, and nobody was asked")
    }
  }

  /// I2: a value from the file is an edit, or asked about.
  func checkKept(_ field: String, _ value: FieldValue) throws {
    world.checked("I2")
    let mirror = try editor.mirror()
    let isAsked = try mirror.ledger.openConflicts().contains {
      $0.key == Shop.product(0) && $0.field == field && $0.ours == value
    }
    let edits = try mirror.settle { try $0.localValues(of: Shop.product(0)) }
    if !isAsked, !edits.contains(where: { $0.field == field && $0.value == value }) {
      world.violate(
        "I2", "the \(field) \(value.json) of \(path) is neither an edit nor asked about")
    }
  }
}
