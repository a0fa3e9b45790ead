import Catalog
import CommandTree
import Contract
import Diagnostics
import LocalMirror
import Machine
import Settings
import Sync

/// `trumeau edit`: products as Markdown files in the person's own editor.
enum EditCommand {
  static let command = Command(
    "edit", "write products as Markdown files and open them in your editor",
    discussion: """
      A product becomes content/products/HANDLE.md: its fields as front matter, its description as the
      text below. What you change there is an edit as soon as you save: the next build shows it, and
      nothing goes to the shop before `trumeau push`. Deleting a file deletes nothing: this command
      writes it again, --close says that the file is not wanted, and `trumeau delete` deletes the
      product. A file without an id, but with a title, becomes a new product, called like the file.
      """,
    examples: [
      Example("trumeau edit carre-jardin-90", "by handle; a SKU or an id is fine too"),
      Example("trumeau edit carre-jardin-90 --locale fr", "its French texts"),
      Example("trumeau edit AU-SC-001-IVC --no-editor", "only write the file, and say where"),
      Example(
        "trumeau edit --new lantern-earrings", "a new product, a draft, in a file of its own"),
    ],
    options: [
      .value("locale", "LOCALE", "the texts in this language; may be repeated", isRepeatable: true),
      .value("new", "HANDLE", "make a product with this handle first"),
      .flag("no-editor", "write the files and print their paths"),
      .flag("markers", "write both readings of a text that needs a decision into the file"),
      .flag("close", "take the files away, if they hold nothing of their own"),
    ],
    positionals: [
      Positional("PRODUCT", "handle, SKU or id", isRequired: false, isRepeatable: true)
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let new = invocation.value("new")
    guard new != nil || !invocation.arguments.isEmpty else {
      throw UsageError(
        "edit needs a product", help: "name one, or make one with --new HANDLE",
        path: invocation.path)
    }
    let desk = try EditDesk(invocation, console)
    var products = try desk.products(invocation.arguments)
    if let new { products.insert(try desk.make(new), at: 0) }
    if invocation.flag("close") { return try desk.close(products) }
    var paths = try desk.write(products, locales: invocation.values("locale"))
    if invocation.flag("markers") { paths = try desk.writeMarkers(products) }
    let editor = Environment.value("VISUAL") ?? Environment.value("EDITOR")
    let isInteractive =
      Environment.isTerminal(0) && Environment.isTerminal(1) && !console.isJSON
      && !invocation.flag("no-editor") && !invocation.flag("no-input")
    guard let editor, isInteractive, !paths.isEmpty else { return desk.tell(paths) }
    return try desk.open(paths, in: editor)
  }
}

/// What `trumeau edit` does with the files.
private struct EditDesk {
  let project: OpenProject
  let console: Console
  private var before: FileReport

  init(_ invocation: Invocation, _ console: Console) throws {
    project = try OpenProject(invocation, console)
    self.console = console
    before = FileReport()
    guard !project.contentFiles.isEmpty else { throw Failure.noStorefront }
    before = try project.takeInFiles(console, into: store())
    console.show(before.findings)
  }

  /// Opened for one piece of work at a time: other commands may write while a person types.
  private func store() throws -> MirrorStore {
    try project.openMirrorToEdit(console)
  }

  /// The products that people named, each once.
  func products(_ names: [String]) throws -> [RecordKey] {
    try store().settle { transaction in
      let editor = Editor(transaction, source: .file)
      var found: [RecordKey] = []
      for name in names {
        var key = try editor.find(name)
        if key.type == .variant, let own = try transaction.lookup.product(ofVariant: key.id) {
          key = own
        }
        guard key.type == .product else {
          throw EditError(
            .unknownRecord, "\(name) is no product but a \(key.type.rawValue)",
            help: "change it by `trumeau set`")
        }
        if !found.contains(key) { found.append(key) }
      }
      return found
    }
  }

  /// Makes a product: a draft that is called by its handle until the person writes more.
  func make(_ handle: String) throws -> RecordKey {
    guard Handle.isValid(handle) else {
      throw EditError(
        .badValue, "\"\(handle)\" cannot be part of an address",
        help: "a handle has small letters, digits and hyphens")
    }
    return try store().settle { transaction in
      var editor = Editor(transaction, source: .cli, owners: project.owners)
      return try editor.create("product", named: handle, [])
    }
  }

  // MARK: Writing and opening

  func write(_ products: [RecordKey], locales: [String]) throws -> [String] {
    let files = project.contentFiles[0]
    for locale in locales where !files.locales.contains(locale) {
      let near = Suggestion.nearest(to: locale, among: files.locales)
      throw UsageError(
        "the site has no language \"\(locale)\"",
        help: near.map { "did you mean `\($0)`?" }
          ?? "languages are \(files.locales.joined(separator: ", "))", path: ["edit"])
    }
    let store = try store()
    var paths: [String] = []
    var report = FileReport()
    for product in products {
      for locale in locales.isEmpty ? [nil] : locales.map(Optional.some) {
        let written = try files.write(product.id, locale: locale, from: store)
        report.add(written.report)
        if let path = written.path { paths.append(path) }
      }
    }
    if report.hasErrors { throw Failure("", "", findings: report.findings) }
    console.show(report.findings)
    return paths
  }

  func writeMarkers(_ products: [RecordKey]) throws -> [String] {
    let store = try store()
    var paths: [String] = []
    for product in products {
      let question = try store.ledger.conflicts(of: product).first {
        $0.isOpen && $0.field == "description"
      }
      guard let question else {
        throw Failure(
          "file.no-question", "no text of \(product.id) needs a decision",
          help: "`trumeau conflicts` lists what does")
      }
      guard let path = try project.contentFiles[0].writeMarkers(of: question, in: store) else {
        throw Failure(
          "file.errors", "the file of \(product.id) has changes that were not taken in",
          help: "mend it first")
      }
      paths.append(path)
    }
    return paths
  }

  /// Prints where the files are.
  func tell(_ paths: [String]) -> ExitCode {
    for path in paths { console.say(path) }
    if !paths.isEmpty {
      console.note(
        console.faint("Edit and save; `trumeau build` shows it, `trumeau diff` lists it."))
    }
    document(paths, before.edits)
    return .done
  }

  func open(_ paths: [String], in editor: String) throws -> ExitCode {
    // The variable holds words of a shell: `code --wait`.
    let process = try Subprocess.start(
      ["sh", "-c", "exec \(editor) \"$@\"", "trumeau"] + paths.map(project.path))
    let code = Subprocess.wait(process)
    if code != 0 {
      console.note("\(editor) ended with code \(code); what was saved is taken in all the same.")
    }
    let report = try project.takeInFiles(console, into: store())
    if report.hasErrors {
      throw Failure(
        "file.errors", "what has an error was not taken in", help: "mend it and save again",
        findings: report.findings)
    }
    console.show(report.findings)
    try say(report.edits)
    console.report(
      report.edits.isEmpty
        ? "Nothing changed."
        : "\(report.edits.count) changes, kept here. Look: `trumeau build`. Send: `trumeau plan`, then "
          + "`trumeau push`.")
    document(paths, report.edits)
    return .done
  }

  private func say(_ edits: [EditLogEntry]) throws {
    let words = try RecordWords(MirrorReader(path: project.mirrorPath).lookup)
    for entry in edits {
      let edited = try EditedEntry(entry, words)
      if !edited.isDerived { console.report("  ~ \(edited.name.address)  \(edited.line(console))") }
    }
  }

  private func document(_ paths: [String], _ edits: [EditLogEntry]) {
    console.json(
      Document("edit") { document in
        document.strings("files", paths)
        document.list("changes", edits) { document, entry in
          document.field("type", entry.key.type.rawValue)
          document.field("id", entry.key.id)
          document.field("field", entry.field)
          document.raw("from", entry.from.json)
          document.raw("to", entry.to.json)
        }
      }.text)
  }

  // MARK: Answers

  func close(_ products: [RecordKey]) throws -> ExitCode {
    let store = try store()
    var removed: [String] = []
    for product in products {
      for files in project.contentFiles { removed += try files.close(product.id, in: store) }
    }
    for path in removed { console.report("\(path) is put away; the product stays.") }
    if removed.isEmpty {
      console.report("Nothing was put away: the files have words of their own, or there are none.")
    }
    document(removed, [])
    return .done
  }
}
