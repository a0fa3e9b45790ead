import Bytes
import Contract
import Diagnostics
import Formats
import Markdown
public import LocalMirror
import Machine

extension ContentFiles {
  /// Brings files up to date whose record changed, by a pull, a push or another editor. Run it after
  /// `importChanges`: a file with bytes that were not taken in is not touched; its new rendering goes
  /// beside it, and a question is opened.
  public func renderChanges(from store: MirrorStore) throws -> FileReport {
    guard try isRenderingDue(by: store.fileLedger) else { return FileReport() }
    let stale = try store.fileLedger.staleProducts()
    let states = try store.fileLedger.files(in: folder).filter {
      stale.contains($0.key.id) && !$0.rendered.isEmpty
    }
    var press = FilePress(files: self, store: store)
    for task in try press.tasks(states) { try press.refresh(task) }
    try press.awaitMissing(states)
    try store.markFilesRendered()
    return press.report
  }

  /// Writes the files of a product, in the shop's language or in others; files that are there are
  /// brought up to date, and keep what is the site's own.
  ///
  /// - Parameter locale: the language of a translation; nil for the product itself.
  /// - Returns: the path below the project, and what happened. No path where there is no such product
  ///   or the file must not be touched.
  public func write(
    _ id: String, locale: String?, from store: MirrorStore
  ) throws -> (path: String?, report: FileReport) {
    var press = FilePress(files: self, store: store)
    let path = try press.write(id, locale: locale)
    return (path, press.report)
  }

  /// Writes the text that is asked about into the product's file, both readings between markers. Such
  /// a file is not taken in before the markers are gone; what the person makes of it then is the
  /// decision.
  ///
  /// - Parameter question: an open question about the description of a product.
  /// - Returns: the path; nil where the product has no file that may be written.
  public func writeMarkers(of question: ConflictEntry, in store: MirrorStore) throws -> String? {
    let state = try store.fileLedger.files(of: question.key).first { state in
      state.path.hasPrefix(folder + "/") && name(of: state.path)?.locale == nil
    }
    guard let state, let name = name(of: state.path),
      files.information(absolute(state.path)) != nil
    else { return nil }
    let bytes = try files.read(absolute(state.path))
    let parser = ProductFileParser(name: name, fields: fields, sink: DiagnosticSink())
    guard SHA256Digest(of: bytes).hex == state.contentHash, let file = parser.parse(bytes) else {
      return nil
    }
    let marked = ConflictMarkers.text(
      mine: ProductFileText.words(question.ours),
      before: question.base.map(ProductFileText.words), shop: ProductFileText.words(question.theirs)
    )
    let text = file.matter.text(yaml: file.matter.yaml ?? "", body: "\n" + marked)
    try files.replace(absolute(state.path), with: Array(text.utf8))
    guard let information = files.information(absolute(state.path)) else { return nil }
    var new = state
    new.note(information)
    new.contentHash = SHA256Digest(of: text).hex
    new.marked = RenderedField(question.theirs ?? .null, version: question.theirsVersion)
    try store.settle { try $0.put(new) }
    return state.path
  }

  /// Takes files away that hold nothing but what was rendered.
  ///
  /// - Returns: the paths that were removed.
  public func close(_ id: String, in store: MirrorStore) throws -> [String] {
    var removed: [String] = []
    for state in try store.fileLedger.files(of: RecordKey(.product, id))
    where state.path.hasPrefix(folder + "/") && !state.rendered.isEmpty {
      let path = absolute(state.path)
      if files.information(path) != nil {
        let bytes = try files.read(path)
        guard SHA256Digest(of: bytes).hex == state.contentHash,
          let name = name(of: state.path),
          !Self.hasOwnWords(bytes, name, fields)
        else { continue }
        try files.remove(path)
        try files.syncFolder(Path.folder(of: path))
      }
      try store.settle { try $0.removeFile(state.path) }
      if ProductFileName.formerPath(state.path) == state.path { removed.append(state.path) }
    }
    return removed
  }

  /// Whether a file holds the site's own fields, which are nowhere else.
  static func hasOwnWords(
    _ bytes: [UInt8], _ name: ProductFileName, _ fields: ProductFileFields
  ) -> Bool {
    let parser = ProductFileParser(name: name, fields: fields, sink: DiagnosticSink())
    guard let file = parser.parse(bytes), let yaml = file.matter.yaml,
      let members = (try? YAML.parse(yaml, file: ""))?.mapping
    else { return true }
    return members.contains { fields.role(of: $0.key.string ?? "") == .local }
  }
}
