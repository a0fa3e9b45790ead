import Bytes
import Contract
import LocalMirror
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

extension FileQuestions {
  /// A field's value as readers see it.
  private func current(_ field: String, of key: RecordKey) throws -> FieldValue {
    let edited = try transaction.localValues(of: key).first { $0.field == field }
    return try edited?.value ?? transaction.serverRecord(key)?.value(field) ?? .null
  }

  /// What a file's hash is while its next rendering may replace it, whatever stands in it.
  static let mayBeReplaced = "any"

  /// Brings an answer about.
  ///
  /// About a field the file's side, or a value of one's own, is an edit like any other: its base stays
  /// the shop's. On the editor's side stands what the editor says by now. About a whole file, taking the
  /// editor's side lets the next rendering replace it.
  ///
  /// - Returns: the value that stands from now on; nil for a whole file.
  /// - Throws: `InboxError` with `changed` where the editor's value is not the one that was shown.
  func answer(
    _ question: Question, takesFile: Bool, value: FieldValue?, random: any RandomSource
  ) throws -> FieldValue? {
    if let field = question.field {
      let current = try current(field, of: question.key)
      guard let value = value ?? (takesFile ? question.mine ?? .null : nil) else { return current }
      guard current == question.shop ?? .null else {
        throw InboxError(
          .changed, "\(field) of \(question.detail.name) was edited once more since it was asked",
          help: "See `trumeau conflicts`, and answer again; or save the file once more.")
      }
      var editor = Editor(transaction, source: .file, random: random)
      try editor.edit(question.key, [FieldEdit(field, value)])
      return value
    }
    guard !takesFile, let number = question.number,
      let path = try transaction.ledger.conflict(number).flatMap(Self.path),
      var state = try transaction.fileLedger.file(path)
    else { return nil }
    state.contentHash = Self.mayBeReplaced
    state.isWaiting = true
    try transaction.put(state)
    return nil
  }
}
