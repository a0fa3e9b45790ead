import Bytes
import Contract
import LocalMirror
import Merge

/// Answers about several files for one record (row 35 of the taxonomy).
extension Inbox {
  /// Stores what shall become of each file. The next look at the files carries it out, on the bytes that
  /// stood there when it was asked and no others: a file that somebody has saved since is asked about
  /// anew.
  ///
  /// - Returns: the file that stays and what becomes of the others, for the log.
  func answerFiles(
    _ answer: Answer, _ question: Question, _ transaction: MirrorTransaction
  ) throws -> FieldValue? {
    let files = question.detail.files
    let kept = try kept(answer, files)
    let others = files.filter { $0.path != kept.path }
    let isNew = answer.choice == .newID
    try settleFormer(kept, files, of: question.key, transaction)
    if isNew, let part = others.first(where: { !$0.isWhole }) {
      throw InboxError(
        .noChoice, "no product can be made of \(part.path)",
        help: "It has an error or no title, or is a translation. Mend it, or keep one with --keep.")
    }
    for file in others {
      var state =
        try transaction.fileLedger.file(file.path)
        ?? FileState(
          path: file.path, key: question.key, contentHash: "", version: 0,
          modified: Instant(microseconds: 0), inode: 0, size: -1, rendered: [:])
      state.decide(isNew ? .newRecord : .setAside, file.hash, keeping: kept.path)
      try transaction.put(state)
    }
    return .object(of: [
      .init("kept", .text(kept.path)),
      .init(isNew ? "new" : "set_aside", .list(others.map { .text($0.path) })),
    ])
  }

  /// Looks after what was known of the record's file where that is none of these. If the one that stays
  /// says the same to the byte, it is that one, and the record keeps its name. Otherwise nobody knows whether
  /// it was made from that one: what it says otherwise is asked about.
  private func settleFormer(
    _ kept: QuestionDetail.ClaimingFile, _ files: [QuestionDetail.ClaimingFile],
    of key: RecordKey, _ transaction: MirrorTransaction
  ) throws {
    func locale(_ path: String) -> String? {
      ProductFileName(path: path, locales: [])?.locale?.lowercased()
    }
    func folder(_ path: String) -> Substring? {
      path.firstRange(of: "/products/").map { path[..<$0.lowerBound] }
    }
    for var state in try transaction.fileLedger.files(of: key)
    where !files.contains(where: { $0.path == state.path })
      && folder(state.path) == folder(kept.path) && locale(state.path) == locale(kept.path)
    {
      try transaction.removeFile(state.path)
      guard state.contentHash == kept.hash, !kept.isKnown else { continue }
      state.path = kept.path
      state.isWaiting = true
      try transaction.put(state)
    }
  }

  /// The file that stays the record's: the one that is named, else the one that was it before.
  private func kept(
    _ answer: Answer, _ files: [QuestionDetail.ClaimingFile]
  ) throws -> QuestionDetail.ClaimingFile {
    let paths = files.map(\.path).joined(separator: ", ")
    if let typed = answer.value?.text {
      let found = files.filter { $0.path == typed || $0.path.hasSuffix("/\(typed)") }
      if found.count == 1 { return found[0] }
      throw InboxError(
        .noFile, "\(typed) is none of the files that this is about", help: "They are \(paths).")
    }
    let known = files.filter(\.isKnown)
    guard answer.choice == .newID, known.count == 1 else {
      throw InboxError(
        .noValue, "it is not said which file stays", help: "Name one with --keep: \(paths).")
    }
    return known[0]
  }
}

extension FileState {
  /// What a person decided about a file that is not its record's any more.
  enum Fate: String, CaseIterable {
    /// It gets a name that nothing reads.
    case setAside = "set-aside"
    /// A new record is made of it.
    case newRecord = "new-record"
  }

  /// Stores what becomes of bytes with this hash at the next look, and which file stays the record's.
  mutating func decide(_ fate: Fate, _ hash: String, keeping kept: String) {
    contentHash = "\(fate.rawValue):\(hash):\(kept)"
    // No file has this size, so it is looked at.
    size = -1
  }

  /// What was decided about the file, the hash of the bytes that it was decided about and the file that
  /// stays the record's; nil where nothing was.
  var decided: (fate: Fate, hash: String, kept: String)? {
    let parts = contentHash.split(separator: ":", maxSplits: 2).map(String.init)
    guard parts.count >= 2, let fate = Fate(rawValue: parts[0]) else { return nil }
    return (fate, parts[1], parts.count > 2 ? parts[2] : "")
  }
}
