import Bytes
import Contract
import Diagnostics
public import LocalMirror
import Machine

extension ContentFiles {
  /// Takes in what people changed in the files since they were last known.
  ///
  /// A file is one transaction: its edits and what is known of it. A file with an error is left
  /// alone and reported, with all its errors; the others go on. Files that are as they were cost a
  /// look at their names.
  public func importChanges(into store: MirrorStore) throws -> FileReport {
    var intake = FileIntake(files: self, store: store)
    try intake.run()
    return intake.report
  }
}

/// One look at all files of a folder.
struct FileIntake {
  let files: ContentFiles
  let store: MirrorStore
  var report = FileReport()
  var known: [String: FileState] = [:]
  /// The products that files say they are about which could not be read any further, by path.
  var claims: [String: String] = [:]
  /// Files whose names differ only in capitals or composition.
  var clashing: [[String]] = []
  let sink = DiagnosticSink()

  init(files: ContentFiles, store: MirrorStore) {
    self.files = files
    self.store = store
  }

  /// A file that differs from what was known.
  struct Candidate {
    let file: ProductFile
    let hash: String
    let information: Files.Information
    /// What was known of the product's file, maybe under another name.
    var state: FileState?
  }

  mutating func run() throws {
    guard try store.fileLedger.hasProducts() else { return }
    known = ContentFiles.byPath(try store.fileLedger.files(in: files.folder))
    try carryOutDecisions()
    let found = try files.scan()
    let present = Set(found.map(\.name.path))
    let clashing = clashes(found)
    var candidates: [Candidate] = []
    for item in found where !item.isAsKnown(known[item.name.path]) {
      guard !clashing.contains(item.name.path) else {
        try claim(item.name.path, try files.files.read(files.absolute(item.name.path)))
        continue
      }
      if let candidate = try read(item) { candidates.append(candidate) }
    }
    let owners = owners(of: present, candidates)
    joinMoved(&candidates, owners)
    candidates = refuseCopies(candidates, owners)
    try askAboutDuplicates(owners)
    try note(missing: owners, taken: candidates)
    for candidate in candidates.sorted(by: { $0.file.name.path < $1.file.name.path }) {
      try take(candidate)
    }
    report.findings += sink.all
  }

  // MARK: Reading

  private mutating func read(_ item: ContentFiles.Found) throws -> Candidate? {
    let path = item.name.path
    let bytes = try files.files.read(files.absolute(path))
    let hash = SHA256Digest(of: bytes).hex
    if var state = known[path], state.contentHash == hash, !state.isIDDue {
      // Touched, copied back or restored, with the same bytes, or its name composed in another way.
      let former = state.path
      state.note(item.information)
      state.path = path
      try store.settle { transaction in
        try transaction.removeFile(former)
        try transaction.put(state)
      }
      return nil
    }
    if let locale = item.name.locale, !files.locales.contains(locale) {
      let near = Suggestion.nearest(to: locale, among: files.locales)
      sink.report(
        Diagnostic(
          "content.locale", .warning,
          "\(path) is in a language that the site does not have: \(locale)",
          at: ProductFile.location(path, line: 1),
          help: near.map { "did you mean `\($0)`?" }
            ?? "languages are \(files.locales.joined(separator: ", "))"))
      return nil
    }
    let parser = ProductFileParser(name: item.name, fields: files.fields, sink: sink)
    guard var file = parser.parse(bytes) else {
      try claim(path, bytes)
      return nil
    }
    guard !file.lacksID else { return try take(unnamed: file, bytes, item, parser) }
    if let state = known[path], state.isIDDue, state.contentHash == hash, file.id != state.key.id {
      // A product of its own was made of it, and its id is not written yet.
      return try identify(file, state, bytes, item, parser)
    }
    // A product that was made here may have another id since the shop has it.
    file.id = try store.fileLedger.currentID(of: file.id)
    // Another product's file may have been here: what that one said is nothing to this one.
    let state = known[path].flatMap { $0.key.id == file.id ? $0 : nil }
    return Candidate(file: file, hash: hash, information: item.information, state: state)
  }

  /// Notes which product a file says that it is about, although it is not taken in.
  private mutating func claim(_ path: String, _ bytes: [UInt8]) throws {
    guard let id = ProductFileParser.claimedID(in: bytes) else { return }
    claims[path] = try store.fileLedger.currentID(of: id)
  }

  // MARK: Names

  /// Files whose names differ only in capitals or composition; those that were not known are
  /// refused, or all where none was.
  private mutating func clashes(_ found: [ContentFiles.Found]) -> Set<String> {
    var refused: Set<String> = []
    for (_, group) in Dictionary(grouping: found, by: { ProductFileName.folded($0.name.path) })
    where group.count > 1 {
      let paths = group.map(\.name.path).sorted()
      clashing.append(paths)
      let strangers = paths.filter { known[$0] == nil }
      for path in strangers.isEmpty ? paths : strangers {
        refused.insert(path)
        let others = paths.filter { $0.utf8.elementsEqual(path.utf8) == false }
        sink.report(
          Diagnostic(
            "file.case-clash", .error,
            "\(path) and \(others.joined(separator: ", ")) differ only in capitals or accents",
            at: ProductFile.location(path, line: 1),
            notes: ["on many computers they are one file"],
            help: "rename one of them, or remove it; or decide by `trumeau conflicts`"))
      }
    }
    return refused
  }

  /// Which product each file that is there is about, by path: by what stands in it, read or refused,
  /// else by what was known of it.
  private func owners(of present: Set<String>, _ candidates: [Candidate]) -> [String: String] {
    var owners = known.filter { present.contains($0.key) }.mapValues(\.key.id)
    owners.merge(claims) { _, claimed in claimed }
    for candidate in candidates { owners[candidate.file.name.path] = candidate.file.id }
    return owners
  }

  /// A new file with the id of one that is gone is that one, renamed.
  private func joinMoved(_ candidates: inout [Candidate], _ owners: [String: String]) {
    for index in candidates.indices where candidates[index].state == nil {
      let file = candidates[index].file
      let gone = known.values.filter {
        $0.key.id == file.id && owners[$0.path] != file.id
          && files.name(of: $0.path)?.locale == file.name.locale
      }
      if gone.count == 1 { candidates[index].state = gone.first }
    }
  }

  /// Two files for one product: what was known is kept, the copy is refused. A file with errors counts
  /// too: it may be the original under a new name.
  private func refuseCopies(
    _ candidates: [Candidate], _ owners: [String: String]
  ) -> [Candidate] {
    let paths = claims(by: owners)
    return candidates.filter { candidate in
      let path = candidate.file.name.path
      let claim = Claim(product: candidate.file.id, locale: candidate.file.name.locale)
      let others = (paths[claim] ?? []).filter { $0 != path }
      guard let other = others.first, known[path]?.key.id != candidate.file.id else {
        return true
      }
      sink.report(
        Diagnostic(
          "file.copy", .error, "\(path) and \(other) are about one product",
          at:
            candidate.file.idLocation,
          record: RecordReference(type: "product", id: candidate.file.id),
          help:
            "`trumeau conflicts` asks which one stays, and can make a new product of the other; "
            + "or remove one of the two; or, if the copy is to be another product, write that "
            + "product's id into it, or take the line `id:` out to make a new one"))
      return false
    }
  }

  // MARK: Missing files

  /// A file that is gone, or in whose place another product's is, deletes nothing. One that held only
  /// the site's own words is forgotten.
  private mutating func note(missing owners: [String: String], taken: [Candidate]) throws {
    let moved = Set(taken.compactMap(\.state?.path))
    let claims = self.claims(by: owners)
    for state in known.values.sorted(by: { $0.path < $1.path })
    where owners[state.path] != state.key.id && !moved.contains(state.path) {
      let place = ProductFileName.formerPath(state.path)
      if place != state.path, claims[claim(of: state)] != nil {
        // It was displaced by another product's file, and has been written anew since.
        try store.settle { try $0.removeFile(state.path) }
        continue
      }
      let isTranslation = files.name(of: state.path)?.locale != nil
      if state.rendered.isEmpty || isTranslation {
        try store.settle { try $0.removeFile(state.path) }
      } else if try store.settle({ try ProductValues(state.key.id, locale: nil, in: $0) }) == nil {
        try store.settle { try $0.removeFile(state.path) }
      } else {
        report.missing.append(FileReport.Missing(path: place, product: state.key.id))
      }
    }
  }

  // MARK: One file

  /// Takes in what one file says.
  mutating func take(_ candidate: Candidate) throws {
    let file = candidate.file
    var findings: [Diagnostic] = []
    do {
      let edits = try store.settle { transaction in
        guard
          let values = try ProductValues(file.id, locale: file.name.locale, in: transaction)
        else {
          // The site's own words about a product that is not here hurt nobody.
          if candidate.state == nil, !file.hasSharedFields { return [EditLogEntry]() }
          throw FileRefusal(
            Diagnostic(
              "file.unknown-product", .error, "there is no product \(file.id)",
              at: file.idLocation,
              help: "it may have been deleted in the shop; `trumeau pull` asks, and `trumeau edit` "
                + "writes the file of a product; to make a new one of it take the line `id:` out"))
        }
        var merge = FileEdit(files: files, transaction: transaction, values: values)
        let edits = try merge.apply(candidate)
        findings = merge.findings
        return edits
      }
      report.edits += edits
      report.findings += findings
    } catch let refusal as FileRefusal {
      report.findings.append(refusal.diagnostic)
    } catch let error as EditError {
      report.findings.append(
        Diagnostic(
          "file.refused", .error, error.message, at: ProductFile.location(file.name.path, line: 1),
          record: RecordReference(type: "product", id: file.id), help: error.help))
    } catch let error as MirrorError where error.code == .notEditable {
      report.findings.append(
        Diagnostic(
          "file.refused", .error, error.message, at: ProductFile.location(file.name.path, line: 1),
          record: RecordReference(type: "product", id: file.id)))
    }
  }
}

/// Why one file is not taken in.
struct FileRefusal: Error {
  let diagnostic: Diagnostic

  init(_ diagnostic: Diagnostic) { self.diagnostic = diagnostic }
}

extension FileState {
  /// Notes by what signs a file is known again.
  mutating func note(_ information: Files.Information) {
    size = information.size
    modified = information.modified
    inode = information.inode
  }
}
