import Bytes
import CommandTree
import Contract
import LocalMirror
import Machine
import Settings
import Sync

extension OpenProject {
  /// The mirror, to write edits into it; nothing is made where there is none.
  func openMirrorToEdit(_ console: Console) throws -> MirrorStore {
    guard Files.exists(mirrorPath) else {
      throw MirrorError(.missing, "there is no mirror at \(mirrorPath) yet; run trumeau pull")
    }
    return try openMirror(console)
  }

  /// The mirror, to write; made where there is none. `serve` and other commands write it for moments
  /// only, so they are waited for.
  func openMirror(_ console: Console, patience: Int = 10_000) throws -> MirrorStore {
    let store = try MirrorStore(
      path: mirrorPath, tenant: settings.site.tenant, patience: patience
    ) { holder in
      console.note(console.faint("The mirror is \(holder); waiting for it."))
    }
    Self.tell(store.copy, console)
    return store
  }

  /// The mirror, to read.
  func openReader() throws -> MirrorReader {
    try MirrorReader(path: mirrorPath, tenant: settings.site.tenant)
  }

  /// Says that this mirror is a copy of another one; nothing as a rule.
  static func tell(_ copy: MirrorCopy?, _ console: Console) {
    guard let copy else { return }
    console.note(
      "warning: this mirror was copied from another folder or machine. It has a name of its own from "
        + "now on; the edits in it are in the original as well.")
    if copy.awaitedCount > 0 {
      console.note(
        "         \(copy.awaitedCount) changes were on their way when it was copied: the next push "
          + "looks what became of them and does not send them again.")
    }
  }

  /// Who may change which field.
  var owners: [String: Editor.Owner] {
    settings.site.fieldOwners.compactMapValues { Editor.Owner(rawValue: $0.rawValue) }
  }

  /// Runs the editor in one transaction.
  func edit(
    _ console: Console, _ body: (inout Editor) throws -> Void
  ) throws -> (entries: [EditedEntry], notes: [String]) {
    let store = try openMirrorToEdit(console)
    return try store.settle { transaction in
      var editor = Editor(
        transaction, source: .cli, owners: owners, sourceLocale: settings.site.sourceLocale)
      try body(&editor)
      let words = try RecordWords(transaction.lookup)
      return (try editor.entries.map { try EditedEntry($0, words) }, editor.notes)
    }
  }
}

/// One line of the log in words.
struct EditedEntry {
  let entry: EditLogEntry
  let name: RecordWords.Name
  let field: String
  let from: String
  let to: String
  let isDerived: Bool

  /// Puts an entry into words.
  ///
  /// - Parameter name: the record's name, where the record may be gone by now.
  init(_ entry: EditLogEntry, _ words: RecordWords, name: RecordWords.Name? = nil) throws {
    self.entry = entry
    self.name = try name ?? words.name(of: entry.key)
    field = try words.field(entry.field, of: entry.key)
    from = try words.text(entry.from, entry.field, of: entry.key)
    to = try words.text(entry.to, entry.field, of: entry.key)
    isDerived = RecordWords.isDerived(entry.field, of: entry.key)
  }

  /// The change in one line: `price.EUR  2,400.00 EUR -> 2,500.00 EUR`.
  func line(_ console: Console) -> String {
    if entry.field.isEmpty { return whole }
    let change = EditedText.change(from: from, to: to)
    return "\(field.padding(to: 18)) \(change)"
  }

  private var whole: String {
    let what = entry.key.type.rawValue.replacing("_", with: " ")
    let own = field.isEmpty ? what : field
    switch (entry.from.text, entry.to.text) {
    case (_, "create"?): return "new \(own)"
    case (_, "delete"?): return "\(own) deleted"
    case ("create"?, _): return "new \(own) taken back"
    case ("delete"?, _): return "deletion of \(own) taken back"
    default: return own
    }
  }

  func fill(_ document: Document) {
    document.field("n", entry.n)
    document.field("at", entry.at.rfc3339)
    document.field("origin", entry.origin.rawValue)
    document.field("type", entry.key.type.rawValue)
    document.field("id", entry.key.id)
    document.field("address", name.address)
    document.field("title", name.title)
    document.field("field", entry.field)
    document.field("words", field)
    document.raw("from", entry.from.json)
    document.raw("to", entry.to.json)
  }
}

/// Values on one line of a screen.
enum EditedText {
  /// The longest piece of a text that is shown.
  private static let width = 60

  /// `before -> after`, long texts cut to where they differ.
  static func change(from: String, to: String) -> String {
    let (one, other) = cut(from, to)
    return "\(one) -> \(other)"
  }

  /// Both texts, cut to what differs where they are long.
  static func cut(_ one: String, _ other: String) -> (String, String) {
    let (left, right) = (oneLine(one), oneLine(other))
    guard max(left.count, right.count) > width else { return (left, right) }
    let common = zip(left, right).prefix { $0 == $1 }.count
    let start = max(common - 20, 0)
    return (piece(left, from: start), piece(right, from: start))
  }

  private static func piece(_ text: String, from start: Int) -> String {
    let rest = text.dropFirst(start)
    let shown = rest.prefix(width)
    return (start > 0 ? "…" : "") + shown + (rest.count > width ? "…" : "")
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
