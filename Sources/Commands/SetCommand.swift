import Bytes
import CommandTree
import Contract
import LocalMirror
import Sync

/// `trumeau set`, `create`, `delete` and `withdraw`: edits from the command line, without the network.
enum SetCommand {
  static let set = Command(
    "set", "change fields of a product, variant or other record, here",
    discussion: """
      The record is meant by its SKU, its product's handle or its id, or with its type:
      collection:HANDLE, location:NAME. A SKU reaches its product's fields as well.

      title=Silk square           a field; null or !clear clears it
      title.fr=Carré              its translation
      tags+=new  tags-=old        an element more or less
      price.EUR=2500              the price in the public list of a currency
      price@"Europe, Gold"=2400   the price in a list; compare_at likewise
      stock@Geneva=9              what is to be sold there; stock@Geneva+=-3 moves it
      count@Geneva=9              what was counted there

      Amounts have a point and no commas. The change is in the mirror and on the next pages at once;
      the shop gets it with trumeau push.
      """,
    examples: [
      Example("trumeau set SCF-90-NOIR title.fr=\"Roulotté à la main\"", "a translation"),
      Example("trumeau set SCF-90-NOIR price.EUR=2500 stock@Geneva+=-3", "two fields at once"),
      Example("trumeau set collection:silk products+=square-90", "a product more in a collection"),
    ],
    positionals: [
      Positional("RECORD", "SKU, handle, id or type:name"),
      Positional("FIELD=VALUE", "what changes", isRepeatable: true),
    ],
    work: { invocation, console in
      let assignments = try invocation.arguments.dropFirst().map { try FieldAssignment($0) }
      return try edit("set", invocation, console) { editor in
        try editor.set(invocation.arguments[0], assignments)
      }
    })

  static let create = Command(
    "create", "make a product, variant, collection or redirect, here",
    discussion: """
      A product is a draft and called by its handle unless status and title say otherwise; with sku=
      it gets a first variant, and then price and stock can be given too. A variant needs
      product=HANDLE. The shop gets the record with trumeau push.
      """,
    examples: [
      Example(
        "trumeau create product lantern title=\"Lantern earrings\" sku=LAN-1 price.EUR=120",
        "a product with one variant"),
      Example("trumeau create variant LAN-2 product=lantern options.Size=Large", "another variant"),
      Example("trumeau create redirect /old to=/products/lantern", "an address that moved"),
    ],
    positionals: [
      Positional(
        "TYPE", "product, variant, collection or redirect",
        choices: ["product", "variant", "collection", "redirect"]),
      Positional("NAME", "its handle, SKU or old path"),
      Positional("FIELD=VALUE", "its fields", isRequired: false, isRepeatable: true),
    ],
    work: { invocation, console in
      let assignments = try invocation.arguments.dropFirst(2).map { try FieldAssignment($0) }
      return try edit("create", invocation, console) { editor in
        try editor.create(
          invocation.arguments[0], named: invocation.arguments[1], assignments)
      }
    })

  static let delete = Command(
    "delete", "delete a product or other record, here",
    discussion: """
      It vanishes from the next pages at once, and from the shop with trumeau push; until then trumeau
      withdraw brings it back with all its edits. A record that the shop does not have yet is just gone.
      """,
    examples: [Example("trumeau delete old-travel-case", "asks first; --yes does not")],
    options: [.flag("yes", letter: "y", "do not ask")],
    positionals: [Positional("RECORD", "SKU, handle, id or type:name", isRepeatable: true)],
    work: { invocation, console in
      try confirmDeletion(invocation, console)
      return try edit("delete", invocation, console) { editor in
        for target in invocation.arguments { try editor.delete(try editor.find(target)) }
      }
    })

  // MARK: Work

  static func edit(
    _ command: String, _ invocation: Invocation, _ console: Console,
    _ body: (inout Editor) throws -> Void
  ) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let (entries, notes) = try project.edit(console, body)
    try tell(command, entries, notes, project, console)
    return .done
  }

  static func tell(
    _ command: String, _ entries: [EditedEntry], _ notes: [String], _ project: OpenProject,
    _ console: Console
  ) throws {
    let reader = try project.openReader()
    let counts = try EditOverview.counts(reader)
    let created = Set(entries.filter { $0.entry.to == .text("create") }.map(\.entry.key))
    for entry in entries where !entry.isDerived {
      let isDetail = created.contains(entry.entry.key) && !entry.entry.field.isEmpty
      if isDetail, entry.entry.field.hasPrefix("links.") || entry.entry.field == "currency" {
        continue
      }
      console.report("  \(entry.name.address.padding(to: 16)) \(entry.line(console))")
    }
    for note in notes { console.note("note: \(note)") }
    let waiting = StatusCommand.words(counts)
    console.report(
      entries.isEmpty
        ? "Nothing changed: it was so already."
        : "Saved offline. Not sent yet: \(waiting.isEmpty ? "nothing" : waiting).")
    console.json(
      Document(command) { document in
        document.list("changes", entries) { document, entry in entry.fill(document) }
        document.strings("notes", notes)
        document.object("not_sent") { document in StatusCommand.fill(document, counts) }
      }.text)
  }

  private static func confirmDeletion(_ invocation: Invocation, _ console: Console) throws {
    let project = try OpenProject(invocation, console)
    let reader = try project.openReader()
    let words = try RecordWords(reader.lookup)
    var lines: [String] = []
    for target in invocation.arguments {
      let key = try RecordFinder(reader.lookup).find(target)
      let name = try words.name(of: key)
      let variants = key.type == .product ? try reader.lookup.variants(ofProduct: key.id).count : 0
      let parts = variants > 0 ? ", with \(variants) variants and what belongs to them" : ""
      lines.append("  \(name.address)  \(name.title)\(parts)")
    }
    guard !invocation.flag("yes") else { return }
    guard !console.isUnattended, !console.isJSON else {
      throw UsageError(
        "deleting asks first, and nobody can answer here", help: "add --yes", path: invocation.path)
    }
    console.ask("This will be deleted here, and in the shop with the next push:")
    for line in lines { console.ask(line) }
    console.ask("Type yes to go on:")
    guard StandardInput.line() == "yes" else {
      throw Failure("edit.not-confirmed", "nothing was deleted", exit: .failed)
    }
  }
}
