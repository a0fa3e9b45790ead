import Bytes
public import Contract
public import LocalMirror
import Machine
import Merge

/// Questions about files in the inbox: a field that the file and the editor both changed (row 34 of
/// the taxonomy), and a file that could not be brought up to date because somebody is in it.
struct FileQuestions {
  private let transaction: MirrorTransaction

  init(_ transaction: MirrorTransaction) { self.transaction = transaction }

  /// Asks about a field.
  func open(
    about path: String, _ key: RecordKey, _ field: String, before: FieldValue?, file: FieldValue,
    editor: FieldValue, title: String
  ) throws {
    try transaction.open(
      ConflictDraft(
        kind: ConflictKind.fileAndEditor.rawValue, key: key, field: field, base: before,
        ours: file, theirs: editor,
        detail: Self.detail(path, title, "the file says one thing, the editor another")))
  }

  /// Asks about a file that must not be touched; the new rendering lies beside it.
  func open(about path: String, _ key: RecordKey, incoming: String, title: String) throws {
    try transaction.open(
      ConflictDraft(
        kind: ConflictKind.fileAndEditor.rawValue, key: key,
        detail: Self.detail(
          path, title,
          "\(path) has changes that were not taken in; what it would be otherwise is in "
            + "\(incoming)")))
  }

  /// Closes what was asked about a file.
  func close(about path: String) throws {
    for entry in try open(about: path) {
      try transaction.close(entry.number, decision: "no-longer", by: "rule")
    }
  }

  /// Open questions about a file.
  func open(about path: String) throws -> [ConflictEntry] {
    try transaction.ledger.openConflicts().filter { entry in
      entry.kind == ConflictKind.fileAndEditor.rawValue && Self.path(of: entry) == path
    }
  }

  /// The file that a question is about.
  static func path(of entry: ConflictEntry) -> String? {
    entry.detail.flatMap { try? FieldValue(json: $0) }?["file"]?.text
  }

  private static func detail(_ path: String, _ title: String, _ words: String) -> String {
    FieldValue.object(
      of: [
        .init("name", .text(title)), .init("file", .text(path)), .init("words", .text(words)),
      ]
    ).json
  }
}

extension ContentFiles {
  /// Answers a question about a file (`ConflictKind.fileAndEditor`).
  ///
  /// The answer about a field is an edit like any other: its base stays the shop's. About a whole
  /// file, taking the editor's side lets the next rendering replace it; taking the file's side
  /// removes what was put beside it.
  ///
  /// - Parameters:
  ///   - value: the value that stands from now on: the file's, the editor's or another.
  ///   - takesFile: for a question about a whole file, whether it stays as it is.
  public func decide(
    _ entry: ConflictEntry, value: FieldValue?, takesFile: Bool, in transaction: MirrorTransaction,
    by person: String
  ) throws {
    guard let path = FileQuestions.path(of: entry) else { return }
    if let field = entry.field {
      let value = value ?? (takesFile ? entry.ours : entry.theirs) ?? .null
      var editor = Editor(transaction, source: .file, random: random)
      try editor.edit(entry.key, [FieldEdit(field, value)])
      try transaction.note(
        DecisionEntry(
          rule: "person", key: entry.key, field: field,
          outcome: value == entry.ours ? "mine" : value == entry.theirs ? "shop" : "edit",
          base: entry.base, ours: entry.ours, theirs: entry.theirs, result: value,
          conflict: entry.number, by: person))
    } else if takesFile {
      try files.remove(absolute(ProductFileName.incomingPath(path)))
    } else if var state = try transaction.fileLedger.file(path) {
      let bytes = try files.read(absolute(path))
      state.contentHash = SHA256Digest(of: bytes).hex
      state.rendered["id"] = RenderedField(.text("stale"), version: nil)
      try transaction.put(state)
    }
    try transaction.close(entry.number, decision: takesFile ? "mine" : "shop", by: person)
  }
}
