import Bytes
import Contract
import Diagnostics
import LocalMirror
import Machine

/// Writes files, and what is known of them.
struct FilePress {
  let files: ContentFiles
  let store: MirrorStore
  var report = FileReport()

  init(files: ContentFiles, store: MirrorStore) {
    self.files = files
    self.store = store
  }

  // MARK: Files that are there

  /// A file that may have to be written, and what it would hold.
  struct Task {
    let state: FileState
    let name: ProductFileName
    /// Whether a person is asked about a field of it.
    let isAsked: Bool
    /// Nil where the product is gone.
    let values: ProductValues?
  }

  /// Reads what files would hold, all in one transaction. A file that is gone is not among them: the
  /// intake asks about it.
  func tasks(_ states: [FileState]) throws -> [Task] {
    let present = states.filter { files.files.information(files.absolute($0.path)) != nil }
    guard !present.isEmpty else { return [] }
    return try store.settle { transaction in
      try present.compactMap { state in
        guard let name = files.name(of: state.path) else { return nil }
        let questions = try FileQuestions(transaction).open(about: state.path)
        return Task(
          state: state, name: name, isAsked: questions.contains { $0.field != nil },
          values: try ProductValues(state.key.id, locale: name.locale, in: transaction))
      }
    }
  }

  /// Brings one file up to date.
  mutating func refresh(_ task: Task) throws {
    let state = task.state
    // What a person decided about the file comes first.
    guard state.decided == nil else { return }
    guard let values = task.values else { return try leave(state, task.name) }
    // While a person decides, in the inbox or between markers, the file keeps what it says.
    if task.isAsked || state.marked != nil { return try wait(state) }
    let usual = ProductFileName.path(
      folder: Path.folder(of: state.path), handle: values.handle, locale: task.name.locale)
    // A name that is the usual one in another composition stays as the person wrote it.
    let target = usual == state.path ? state.path : usual
    let rendered = values.rendered(by: files.fields, and: state.rendered.keys)
    if !state.isGivenUp, Self.texts(rendered) == Self.texts(state.rendered), target == state.path {
      let kept = Self.keepingUnnamed(rendered, of: state)
      if kept != state.rendered || state.isWaiting { try note(state, kept, values.version) }
      return
    }
    try rewrite(state, to: target, values, rendered)
  }

  /// A file that is not where it was may come back as it was, or be found under another name when its
  /// errors are mended: what its record has become meanwhile must reach it then.
  func awaitMissing(_ states: [FileState]) throws {
    for state in states where files.files.information(files.absolute(state.path)) == nil {
      // A file that was renamed just now is known by its new name.
      guard try store.fileLedger.file(state.path) == state else { continue }
      try wait(state)
    }
  }

  /// Notes that a file is to be looked at again.
  private func wait(_ state: FileState) throws {
    guard !state.isWaiting else { return }
    var state = state
    state.isWaiting = true
    try store.settle { try $0.put(state) }
  }

  /// The values of a rendering, without versions.
  private static func texts(_ fields: [String: RenderedField]) -> [String: FieldValue] {
    fields.mapValues(\.value).filter { !$0.value.isNull }
  }

  /// A rendering into a file whose own words stay: a field that it did not name, and that has the same
  /// value still, is not written into it. A description always is, where anything is.
  private static func keepingUnnamed(
    _ rendered: [String: RenderedField], of state: FileState, isWritten: Bool = false
  ) -> [String: RenderedField] {
    var kept = rendered
    for (field, before) in state.rendered where before.isUnnamed {
      guard before.value == rendered[field]?.value, !isWritten || field != "description" else {
        continue
      }
      kept[field]?.isUnnamed = true
    }
    return kept
  }

  private func note(
    _ state: FileState, _ rendered: [String: RenderedField], _ version: Int64
  ) throws {
    var state = state
    state.rendered = rendered
    state.version = version
    state.isWaiting = false
    try store.settle { try $0.put(state) }
  }

  private mutating func rewrite(
    _ state: FileState, to target: String, _ values: ProductValues,
    _ rendered: [String: RenderedField]
  ) throws {
    let path = files.absolute(state.path)
    let bytes = try files.files.read(path)
    let sink = DiagnosticSink()
    let text = ProductFileText(fields: files.fields)
    let shown = values.shown(by: files.fields, and: state.rendered.keys)
    let hash = SHA256Digest(of: bytes).hex
    let mayReplace =
      state.hasGivenUp(hash) || store.knownBugs.contains(.conflictingFileOverwritten)
    guard mayReplace || hash == state.contentHash,
      let name = files.name(of: target)
    else {
      let new = try text.new(id: state.key.id, values: shown)
      if store.knownBugs.contains(.conflictingFileSetAside) {
        return try setAside(state, new, values.version, rendered)
      }
      return try putBeside(state, new, hash, values.handle)
    }
    let parser = ProductFileParser(name: name, fields: files.fields, sink: sink)
    var noted = rendered
    let new: String
    if let file = parser.parse(bytes) {
      let known = mayReplace ? [:] : Self.texts(state.rendered)
      new = try text.updated(file, as: state.key.id, to: shown, rendered: known)
      if !mayReplace { noted = Self.keepingUnnamed(rendered, of: state, isWritten: true) }
    } else {
      new = try text.new(id: state.key.id, values: shown)
    }
    if target != state.path, files.files.information(files.absolute(target)) != nil {
      report.findings.append(Self.occupied(target, state.path))
      return try wait(state)
    }
    let mode = files.files.information(path)?.permissions ?? 0o644
    if target != state.path {
      // First the name, then the words: at no moment are there two files of one product.
      try files.files.rename(path, to: files.absolute(target))
      try files.files.syncFolder(Path.folder(of: path))
    }
    try put(new, at: target, mode: mode)
    try settle(new, at: target, replacing: state.path, state.key, values.version, noted)
    report.written.append(target)
  }

  private static func occupied(_ target: String, _ path: String) -> Diagnostic {
    Diagnostic(
      "file.occupied", .warning, "\(path) should be \(target) now, but there is a file already",
      at: ProductFile.location(path, line: 1), help: "move one of the two out of the way")
  }

  /// The product is gone.
  private mutating func leave(_ state: FileState, _ name: ProductFileName) throws {
    let path = files.absolute(state.path)
    let bytes = try files.files.read(path)
    let isOurs =
      SHA256Digest(of: bytes).hex == state.contentHash
      && !ContentFiles.hasOwnWords(bytes, name, files.fields)
    if isOurs {
      try files.files.remove(path)
      try files.files.syncFolder(Path.folder(of: path))
      report.written.append(state.path)
    } else {
      report.findings.append(
        Diagnostic(
          "file.product-gone", .warning, "the product of \(state.path) is gone",
          at: ProductFile.location(state.path, line: 1),
          record: RecordReference(type: "product", id: state.key.id),
          help: "the file has words of its own and was kept; remove it when you have them"))
    }
    try store.settle { transaction in
      try transaction.removeFile(state.path)
      if isOurs { try FileQuestions(transaction).follow(state.path, to: nil) }
    }
  }

  // MARK: Writing

  /// Somebody is in the file: what it would be goes beside it, and the inbox asks.
  private mutating func putBeside(
    _ state: FileState, _ text: String, _ hash: String, _ title: String
  ) throws {
    let incoming = ProductFileName.incomingPath(state.path)
    try put(text, at: incoming, mode: 0o644)
    var waiting = state
    waiting.isWaiting = true
    // What was given up is not there any more; the new answer decides about what is.
    if state.isGivenUp { waiting.contentHash = "" }
    try store.settle { transaction in
      if waiting != state { try transaction.put(waiting) }
      try FileQuestions(transaction).open(
        about: state.path, state.key, incoming: incoming, hash: hash, title: title)
    }
    report.incoming.append(incoming)
    report.findings.append(
      Diagnostic(
        "file.incoming", .warning,
        "\(state.path) has changes that could not be taken in; it was left as it is",
        at: ProductFile.location(state.path, line: 1),
        notes: ["what it would be now is in \(incoming)"],
        help: "mend \(state.path), and remove \(incoming) when you have seen it"))
  }

  /// The mistake `conflictingFileSetAside`.
  private func setAside(
    _ state: FileState, _ text: String, _ version: Int64, _ rendered: [String: RenderedField]
  ) throws {
    try files.files.rename(files.absolute(state.path), to: files.absolute(state.path + ".bak"))
    try put(text, at: state.path, mode: 0o644)
    try settle(text, at: state.path, replacing: nil, state.key, version, rendered)
  }

  private func put(_ text: String, at path: String, mode: UInt32) throws {
    try files.files.makeFolders(Path.folder(of: files.absolute(path)))
    try files.files.replace(files.absolute(path), with: Array(text.utf8), mode: mode)
  }

  private func settle(
    _ text: String, at path: String, replacing old: String?, _ key: RecordKey, _ version: Int64,
    _ rendered: [String: RenderedField]
  ) throws {
    guard let information = files.files.information(files.absolute(path)) else { return }
    let state = FileState(
      path: path, key: key, contentHash: SHA256Digest(of: text).hex, version: version,
      modified: information.modified, inode: information.inode, size: information.size,
      rendered: rendered)
    let incoming = files.absolute(ProductFileName.incomingPath(path))
    if files.files.information(incoming) != nil { try files.files.remove(incoming) }
    try store.settle { transaction in
      if let old, old != path { try transaction.removeFile(old) }
      try transaction.put(state)
      let questions = FileQuestions(transaction)
      try questions.close(about: old ?? path)
      try questions.follow(old ?? path, to: state)
    }
  }

  // MARK: Files that are asked for

  /// Writes the file of a product.
  mutating func write(_ id: String, locale: String?) throws -> String? {
    guard
      let values = try store.settle({ try ProductValues(id, locale: locale, in: $0) })
    else { return nil }
    let known = try store.fileLedger.files(of: values.product).first { state in
      state.path.hasPrefix(files.folder + "/")
        && files.name(of: state.path)?.locale == locale
        && files.files.information(files.absolute(state.path)) != nil
    }
    if let known, !known.rendered.isEmpty {
      for task in try tasks([known]) { try refresh(task) }
      let after = try store.fileLedger.files(of: values.product)
      return after.first { files.name(of: $0.path)?.locale == locale }?.path ?? known.path
    }
    let path =
      known?.path
      ?? ProductFileName.path(folder: files.folder, handle: values.handle, locale: locale)
    let rendered = values.rendered(by: files.fields)
    let text = ProductFileText(fields: files.fields)
    let shown = values.shown(by: files.fields)
    if let known {
      return try adopt(known, values, text, shown, rendered)
    }
    let new = try text.new(id: id, values: shown)
    do throws(MachineError) {
      try files.files.makeFolders(Path.folder(of: files.absolute(path)))
      try files.files.createExclusive(files.absolute(path), Array(new.utf8))
    } catch {
      guard error.isAlreadyThere else { throw error }
      report.findings.append(
        Diagnostic(
          "file.occupied", .error, "\(path) is there already and is not known",
          at: ProductFile.location(path, line: 1),
          help: "it may be about another product, or have an error; `trumeau status` says which"))
      return nil
    }
    try settle(new, at: path, replacing: nil, values.product, values.version, rendered)
    report.written.append(path)
    return path
  }

  /// A file with the site's own words gets the shop's fields too.
  private mutating func adopt(
    _ state: FileState, _ values: ProductValues, _ text: ProductFileText,
    _ shown: [String: FieldValue], _ rendered: [String: RenderedField]
  ) throws -> String? {
    guard let name = files.name(of: state.path) else { return nil }
    let bytes = try files.files.read(files.absolute(state.path))
    let sink = DiagnosticSink()
    guard SHA256Digest(of: bytes).hex == state.contentHash,
      let file = ProductFileParser(name: name, fields: files.fields, sink: sink).parse(bytes)
    else {
      report.findings += sink.all
      return nil
    }
    guard file.body.isEmpty else {
      report.findings.append(
        Diagnostic(
          "file.story-in-body", .error,
          "the text of \(state.path) is the site's story, and would have to give way to the "
            + "description", at: file.bodyLocation,
          help: "move it into the front matter, as `story:`"))
      return nil
    }
    let new = try text.updated(file, as: state.key.id, to: shown, rendered: [:])
    let mode = files.files.information(files.absolute(state.path))?.permissions ?? 0o644
    try put(new, at: state.path, mode: mode)
    try settle(new, at: state.path, replacing: nil, state.key, values.version, rendered)
    report.written.append(state.path)
    return state.path
  }
}
