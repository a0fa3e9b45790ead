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
  ///
  /// - Parameter hash: of the bytes that stand in it. An answer lets these be replaced, and no others.
  func open(
    about path: String, _ key: RecordKey, incoming: String, hash: String, title: String
  ) throws {
    try transaction.open(
      ConflictDraft(
        kind: ConflictKind.fileAndEditor.rawValue, key: key,
        detail: Self.detail(
          path, title,
          "\(path) has changes that were not taken in; what it would be otherwise is in "
            + "\(incoming)", hash: hash)))
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

  /// Keeps a question about several files of one product (row 35) true to a file that the program has
  /// written or named anew since it was asked: an answer is about the file as it stands now.
  ///
  /// - Parameter state: what is known of it now; nil where the program has taken it away.
  func follow(_ path: String, to state: FileState?) throws {
    for entry in try transaction.ledger.openConflicts()
    where entry.kind == ConflictKind.duplicateFile.rawValue {
      guard var question = Question(entry),
        let index = question.detail.files.firstIndex(where: { $0.path == path })
      else { continue }
      if let state {
        question.detail.files[index].path = state.path
        question.detail.files[index].hash = state.contentHash
      } else {
        question.detail.files.remove(at: index)
      }
      guard question.detail.files.count > 1 else {
        try transaction.close(entry.number, decision: "no-longer", by: "rule")
        continue
      }
      question.detail.files.sort { $0.path < $1.path }
      question.detail.words = Self.words(question.detail.files)
      try transaction.open(question.draft)
    }
  }

  /// What is said of several files of one product.
  static func words(_ files: [QuestionDetail.ClaimingFile]) -> String {
    let paths = files.map { $0.isKnown ? "\($0.path) (read so far)" : $0.path }
    let list = paths.joined(separator: ", ")
    let names = Set(files.map { ProductFileName.folded($0.path) })
    return names.count < files.count ? "\(list); these names are one on many computers" : list
  }

  /// The file that a question is about.
  static func path(of entry: ConflictEntry) -> String? {
    entry.detail.flatMap { try? FieldValue(json: $0) }?["file"]?.text
  }

  /// The hash of the bytes that a question about a whole file is about.
  private static func hash(of entry: ConflictEntry) -> String? {
    entry.detail.flatMap { try? FieldValue(json: $0) }?["hash"]?.text
  }

  private static func detail(
    _ path: String, _ title: String, _ words: String, hash: String? = nil
  ) -> String {
    var members: [FieldValue.Member] = [
      .init("name", .text(title)), .init("file", .text(path)), .init("words", .text(words)),
    ]
    if let hash { members.append(.init("hash", .text(hash))) }
    return FieldValue.object(of: members).json
  }
}

extension FileQuestions {
  /// A field's value as readers see it.
  private func current(_ field: String, of key: RecordKey) throws -> FieldValue {
    let edited = try transaction.localValues(of: key).first { $0.field == field }
    return try edited?.value ?? transaction.serverRecord(key)?.value(field) ?? .null
  }

  /// Brings an answer about.
  ///
  /// About a field the file's side, or a value of one's own, is an edit like any other: its base stays
  /// the shop's. On the editor's side stands what the editor says by now. About a whole file, taking the
  /// editor's side lets the next rendering replace what stood in it when it was asked; what a person has
  /// saved since is asked about anew.
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
      let entry = try transaction.ledger.conflict(number), let path = Self.path(of: entry),
      let hash = Self.hash(of: entry), var state = try transaction.fileLedger.file(path)
    else { return nil }
    // A file that is set aside, or becomes a record of its own, keeps what it says.
    guard state.decided == nil else { return nil }
    state.giveUp(hash)
    state.isWaiting = true
    try transaction.put(state)
    return nil
  }
}

extension FileState {
  private static let givenUp = "given-up:"

  /// A person decided that bytes with this hash may be replaced by the next rendering.
  mutating func giveUp(_ hash: String) { contentHash = Self.givenUp + hash }

  /// Whether a person gave up what stood in the file.
  var isGivenUp: Bool { contentHash.hasPrefix(Self.givenUp) }

  /// Whether bytes with this hash are those that a person gave up.
  func hasGivenUp(_ hash: String) -> Bool { contentHash == Self.givenUp + hash }
}
