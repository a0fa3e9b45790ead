import Contract
import Formats
import LocalMirror
import Machine
import Merge
import Support
import Sync

/// Work of an editor in several commands, of which every call to a disk is made to fail: SQLite's and
/// that of the files. What a command has said is done must be there after any of them.
public struct EditScenario: Sendable {
  /// One command, or what a person does between two of them.
  struct Command: Sendable {
    let name: String
    /// Whether it is one edit that is there whole or not at all; others may be taken up again.
    let isWhole: Bool
    let run: @Sendable (CrashSite) throws -> Void
  }

  /// What it is called.
  public let name: String
  let prepare: @Sendable (CrashSite) throws -> Void
  let commands: [Command]

  init(
    _ name: String, prepare: @escaping @Sendable (CrashSite) throws -> Void = { _ in },
    _ commands: [Command]
  ) {
    self.name = name
    self.prepare = prepare
    self.commands = commands
  }

  /// All of them.
  public static let all = [
    commands, records, table, answers, compared, fileEdited, fileRendered, filesDecided,
  ]

  // MARK: The mirror alone

  /// Fields of several records, one of them twice, and an edit that is taken back.
  public static let commands = EditScenario(
    "edits by command",
    [
      whole("title") { try $0.set(Shop.product(0), "title", .text("Lantern")) },
      whole("price") { try $0.set(Shop.price(0), "amount", .integer(10_500)) },
      whole("stock") { try $0.set(Shop.stock(0), "available", .integer(7)) },
      whole("title again") { try $0.set(Shop.product(0), "title", .text("Lamp")) },
      whole("tags") { try $0.set(Shop.product(1), "tags", .list([.text("wool"), .text("red")])) },
      whole("withdraw") { site in _ = try site.open().withdraw(Shop.product(1)) },
    ])

  /// A product with its parts is made, another deleted, and the first given up.
  public static let records = EditScenario(
    "records made and deleted",
    [
      whole("make") { site in
        try site.open().settle { transaction in
          try transaction.create(
            made,
            fields: ["handle": .text("lamp"), "title": .text("Lamp"), "status": .text("draft")],
            source: .cli)
          try transaction.create(
            RecordKey(.variant, "var_made"),
            fields: [
              "sku": .text("N-1"), "position": .integer(1), "links.product": .text(made.id),
            ], source: .cli)
        }
      },
      whole("edit it") { try $0.set(made, "title", .text("Lantern")) },
      whole("delete another") { site in
        _ = try site.open().delete(Shop.product(2), source: .cli)
      },
      whole("give it up") { site in _ = try site.open().delete(made, source: .cli) },
    ])

  private static let made = RecordKey(.product, "prd_made")

  /// A table of four rows, one of which cannot be taken; a second one of the same edits changes nothing.
  public static let table = EditScenario(
    "a table",
    [
      Command(name: "import", isWhole: false) { site in
        var options = SheetImport.Options()
        options.beginsFromNow = true
        let text = """
          product_id,title,vendor
          prd_0,Lantern,Atelier
          prd_1,Lamp,Atelier
          prd_none,Nothing,Nobody
          prd_3,Belt,
          """
        let sheet = SheetImport(
          try site.open(), archive: ExportArchive(folder: "/exports", files: site.files),
          options: options, random: SeededRandom(seed: 3))
        _ = try sheet.run(name: "t.csv") { take in
          try Array(text.utf8).withUnsafeBytes { try take($0) }
        }
      },
      whole("one more") { try $0.set(Shop.product(0), "title", .text("Last")) },
    ])

  /// Questions that wait are answered in the editor's and in the shop's favour.
  public static let answers = EditScenario(
    "questions answered",
    prepare: { site in
      for number in 0..<3 { try site.set(Shop.product(number), "title", .text("Mine \(number)")) }
      for number in 0..<3 {
        site.server.put(Shop.product(number), ["title": .text("Theirs \(number)")])
      }
      try site.pull()
    },
    [
      whole("mine") { try $0.answer(Shop.product(0), .init(.mine)) },
      whole("shop") { try $0.answer(Shop.product(1), .init(.shop)) },
      whole("own words") { try $0.answer(Shop.product(2), .init(.edit, value: .text("Ours"))) },
    ])

  /// What an edit began from is lost; a person has everything compared, and it is told. Another's field is
  /// gone, and its value goes elsewhere.
  public static let compared = EditScenario(
    "everything compared, and a lost field",
    prepare: { site in
      try site.set(Shop.product(0), "title", .text("Lantern"))
      try site.set(Shop.product(1), "vendor", .text("Maison"))
      try site.execute(
        """
        DELETE FROM base WHERE field = 'title';
        UPDATE local SET field = 'lining' WHERE field = 'vendor';
        UPDATE base SET field = 'lining' WHERE field = 'vendor';
        """)
      site.server.put(Shop.product(0), ["vendor": .text("New")])
      try site.pull()
    },
    [
      whole("compare") { try $0.answer(Shop.product(0), .init(.resync)) },
      whole("put elsewhere") { site in
        try site.answer(
          Shop.product(1), .init(.mapField, value: .text("metafields.lining")), of: .schemaChange)
      },
      Command(name: "pull", isWhole: false) { _ = try $0.pull() },
      Command(name: "pull", isWhole: false) { _ = try $0.pull() },
    ])

  // MARK: With files

  /// A product is written as a file, a person edits it twice, and each time it is taken in.
  public static let fileEdited = EditScenario(
    "a file is written and edited",
    [
      Command(name: "edit", isWhole: false) { site in
        // First, as every command: a file that a crash left without a note is noted.
        try site.takeInFiles()
        _ = try site.content.write(Shop.product(0).id, locale: nil, from: site.open())
      },
      person("a new title", file(0), "title: Thing 0", "title: Lantern"),
      Command(name: "take in", isWhole: false) { try $0.takeInFiles() },
      person("a new text", file(0), "wears well", "wears very well"),
      Command(name: "take in", isWhole: false) { try $0.takeInFiles() },
    ])

  /// The shop changes what a file shows, its name too; another file has a person's words in it.
  public static let fileRendered = EditScenario(
    "files are rendered anew",
    prepare: { site in
      for number in 0..<2 {
        _ = try site.content.write(Shop.product(number).id, locale: nil, from: site.open())
      }
      site.server.put(Shop.product(0), ["title": .text("New"), "handle": .text("renamed")])
      site.server.put(Shop.product(1), ["vendor": .text("New")])
      try site.pull()
    },
    [
      person("a new title", file(1), "title: Thing 1", "title: Lantern"),
      Command(name: "take in", isWhole: false) { try $0.takeInFiles() },
      person("a new text", file(1), "wears well", "wears very well"),
      Command(name: "take in", isWhole: false) { try $0.takeInFiles() },
    ])

  /// Two files exchange their names after their products have, one of them is copied, and it is decided
  /// which stays.
  public static let filesDecided = EditScenario(
    "files exchange names, and one is too many",
    prepare: { site in
      for number in 0..<2 {
        _ = try site.content.write(Shop.product(number).id, locale: nil, from: site.open())
      }
      for (number, name) in [(0, "thing-9"), (1, "thing-0"), (0, "thing-1")] {
        try site.set(Shop.product(number), "handle", .text(name))
      }
    },
    [
      Command(name: "exchange", isWhole: false) { site in
        let paths = (0..<2).map { "/project/\(file($0))" }
        let texts = try paths.map { String(decoding: try site.files.read($0), as: UTF8.self) }
        guard texts[0].contains("id: \(Shop.product(0).id)\n") else { return }  // is done
        site.files.place(paths[0], texts[1])
        site.files.place(paths[1], texts[0].replacing("title: Thing 0", with: "title: Lantern"))
      },
      Command(name: "take in", isWhole: false) { try $0.takeInFiles() },
      Command(name: "copy", isWhole: false) { site in
        let text = String(decoding: try site.files.read("/project/\(file(0))"), as: UTF8.self)
        site.files.place(
          "/project/\(copied)", text.replacing("title: Thing 1", with: "title: Copied"))
      },
      Command(name: "take in", isWhole: false) { try $0.takeInFiles() },
      whole("keep the first") { site in
        try site.answer(
          Shop.product(1), .init(.keepOne, value: .text(file(0))), of: .duplicateFile)
      },
      Command(name: "take in", isWhole: false) { try $0.takeInFiles() },
      Command(name: "take in", isWhole: false) { try $0.takeInFiles() },
    ])

  private static let copied = "content/products/copied.md"

  private static func file(_ number: Int) -> String { "content/products/thing-\(number).md" }

  private static func whole(
    _ name: String, _ run: @escaping @Sendable (CrashSite) throws -> Void
  ) -> Command { Command(name: name, isWhole: true, run: run) }

  /// A person's own program writes a file, long before the next command.
  private static func person(
    _ name: String, _ path: String, _ old: String, _ new: String
  ) -> Command {
    Command(name: name, isWhole: false) { site in
      let path = "/project/\(path)"
      let text = String(decoding: try site.files.read(path), as: UTF8.self)
      site.files.place(path, text.replacing(old, with: new))
    }
  }
}

extension CrashSite {
  /// Edits one field.
  func set(_ key: RecordKey, _ field: String, _ value: FieldValue) throws {
    try open().edit(key, [FieldEdit(field, value)], source: .cli)
  }

  /// Answers the open question about a record.
  func answer(
    _ key: RecordKey, _ answer: Inbox.Answer, of kind: ConflictKind? = nil
  ) throws {
    let inbox = Inbox(mirror: try open(), random: SeededRandom(seed: 4))
    let question = try inbox.questions().first {
      $0.key == key && (kind == nil || $0.kind == kind)
    }
    if let question { try inbox.answer([question], answer) }
  }

  /// The folder of products.
  var content: ContentFiles {
    ContentFiles(
      root: "/project", content: "content", fields: ProductFileFields(), locales: ["en", "fr"],
      files: files, random: SeededRandom(seed: 5))
  }

  /// What every command does with the files first.
  func takeInFiles() throws {
    let mirror = try open()
    _ = try content.importChanges(into: mirror)
    _ = try content.renderChanges(from: mirror)
  }
}
