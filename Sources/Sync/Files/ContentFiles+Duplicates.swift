import Bytes
import Catalog
import Contract
import Diagnostics
import LocalMirror
import Machine
import Merge

/// Several files for one product (row 35 of the taxonomy): the question, and what was answered.
extension FileIntake {
  /// What a file is about: a product, or its translation into a language.
  struct Claim: Hashable {
    let product: String
    let locale: String?
  }

  func claim(of state: FileState) -> Claim {
    Claim(product: state.key.id, locale: files.name(of: state.path)?.locale)
  }

  /// The files about each product, in order of their paths.
  func claims(by owners: [String: String]) -> [Claim: [String]] {
    Dictionary(grouping: owners.keys.sorted()) { path in
      Claim(product: owners[path] ?? "", locale: files.name(of: path)?.locale)
    }
  }

  // MARK: Asking

  /// Keeps the inbox true to the files: a question for each product that stands in several of them, or
  /// whose file has a name that differs from another one's in capitals only.
  mutating func askAboutDuplicates(_ owners: [String: String]) throws {
    var groups: [String: [String]] = [:]
    let several = claims(by: owners).filter { $0.value.count > 1 && !$0.key.product.isEmpty }
    // One question a product: about its own files first, then about its translations.
    for (claim, paths) in several.sorted(by: { ($0.key.locale ?? "") < ($1.key.locale ?? "") })
    where groups[claim.product] == nil { groups[claim.product] = paths }
    for paths in clashing {
      let newcomer = paths.first { known[$0] == nil && owners[$0] != nil }
      guard let product = (newcomer ?? paths.first { owners[$0] != nil }).flatMap({ owners[$0] }),
        groups[product] == nil
      else { continue }
      groups[product] = paths
    }
    let kind = ConflictKind.duplicateFile
    let open = try store.ledger.openConflicts().filter { $0.kind == kind.rawValue }
    guard !groups.isEmpty || !open.isEmpty else { return }
    var asked: Set<String> = []
    for (product, paths) in groups.sorted(by: { $0.key < $1.key }) {
      let key = RecordKey(.product, product)
      guard
        let values = try store.settle({ try ProductValues(product, locale: nil, in: $0) })
      else { continue }
      asked.insert(product)
      var question = Question(kind, key)
      question.detail.name = values.handle
      question.detail.files = try paths.map(claiming)
      question.detail.words = FileQuestions.words(question.detail.files)
      if open.first(where: { $0.key == key })?.detail == question.detail.json { continue }
      try store.settle { _ = try $0.open(question.draft) }
    }
    for entry in open where !asked.contains(entry.key.id) {
      let files = QuestionDetail(json: entry.detail).files
      // Each folder of files looks after its own.
      guard files.first?.path.hasPrefix("\(self.files.folder)/") ?? true else { continue }
      try store.settle { try $0.close(entry.number, decision: "no-longer", by: "rule") }
    }
  }

  private func claiming(_ path: String) throws -> QuestionDetail.ClaimingFile {
    let bytes = try files.files.read(files.absolute(path))
    var isWhole = false
    if let name = files.name(of: path), name.locale == nil {
      let parser = ProductFileParser(name: name, fields: files.fields, sink: DiagnosticSink())
      isWhole =
        files.fields.role(of: "handle") != .shop
        && parser.parse(bytes)?.values["title"].map { !$0.value.isNull } ?? false
    }
    return QuestionDetail.ClaimingFile(
      path: path, hash: SHA256Digest(of: bytes).hex, isKnown: known[path] != nil, isWhole: isWhole)
  }

  // MARK: Carrying out

  /// Does with files as was decided, if they still hold what it was decided about. A crash at any moment
  /// leaves a file that is still to be done with, or one that is done.
  mutating func carryOutDecisions() throws {
    for state in known.values.sorted(by: { $0.path < $1.path }) {
      guard let (fate, hash, kept) = state.decided else { continue }
      let path = files.absolute(state.path)
      guard let information = files.files.information(path) else {
        try forget(state)
        continue
      }
      let bytes = try files.files.read(path)
      guard SHA256Digest(of: bytes).hex == hash, fate == .newRecord || stays(kept)
      else {
        try undecide(state)
        continue
      }
      switch fate {
      case .setAside: try setAside(state, bytes)
      case .newRecord: try makeNew(state, bytes, hash, information)
      }
    }
  }

  /// Whether the file that was to stay is still there. Without it the one that was to go may be all that
  /// there is of the record's words. Mirrors of before this was stored name no file that stays.
  private func stays(_ kept: String) -> Bool {
    kept.isEmpty || files.files.information(files.absolute(kept)) != nil
  }

  private mutating func forget(_ state: FileState) throws {
    known[state.path] = nil
    try store.settle { transaction in
      try transaction.removeFile(state.path)
      let questions = FileQuestions(transaction)
      // A field that is asked about is a decision still; a whole file that is not there is none.
      for entry in try questions.open(about: state.path) where entry.field == nil {
        try transaction.close(entry.number, decision: "no-longer", by: "rule")
      }
    }
  }

  /// Somebody has saved the file since: what was decided is not about this. It is what it was before.
  private mutating func undecide(_ state: FileState) throws {
    var state = state
    state.contentHash = ""
    known[state.path] = state.rendered.isEmpty ? nil : state
    try store.settle { transaction in
      if state.rendered.isEmpty {
        try transaction.removeFile(state.path)
      } else {
        try transaction.put(state)
      }
    }
  }

  /// Gives the file a name that nothing reads and nothing has. It is a new name of the same bytes, in one
  /// step.
  private mutating func setAside(_ state: FileState, _ bytes: [UInt8]) throws {
    var aside = state.path + Self.asideEnding
    var number = 2
    while files.files.information(files.absolute(aside)) != nil {
      aside = "\(state.path)\(Self.asideEnding)-\(number)"
      number += 1
    }
    try files.files.rename(files.absolute(state.path), to: files.absolute(aside))
    try files.files.syncFolder(Path.folder(of: files.absolute(state.path)))
    try forget(state)
    report.settled.append(.init(path: state.path, aside: aside, product: nil))
  }

  /// The ending of a file that was set aside: no reader of content takes it for one.
  static let asideEnding = ".set-aside"

  /// Makes a product of the file: with an id of its own, which is written into it, and a handle that is
  /// free.
  private mutating func makeNew(
    _ state: FileState, _ bytes: [UInt8], _ hash: String, _ information: Files.Information
  ) throws {
    guard let name = files.name(of: state.path) else { return try undecide(state) }
    let parser = ProductFileParser(name: name, fields: files.fields, sink: sink)
    guard let file = parser.parse(bytes), let title = file.values["title"]?.value.text,
      let made = try make(file, as: { try Self.freeHandle(name, title, $0) }, hash: hash)
    else { return try undecide(state) }
    known[state.path] = made
    let item = ContentFiles.Found(name: name, information: information)
    if let candidate = try identify(file, made, bytes, item, parser) { try take(candidate) }
    try rename(state.path)
    report.settled.append(.init(path: state.path, aside: nil, product: made.key.id))
  }

  /// Gives the file of a new product its name at once: as long as it has the one that it came with, the
  /// name may be another file's, but for capitals.
  private mutating func rename(_ path: String) throws {
    guard let state = try store.fileLedger.file(path) else { return }
    var press = FilePress(files: files, store: store)
    for task in try press.tasks([state]) { try press.refresh(task) }
    report.add(press.report)
    known = ContentFiles.byPath(try store.fileLedger.files(in: files.folder))
  }

  /// A handle that no product has: by the file's name, else by the title, with a number where it is
  /// taken.
  private static func freeHandle(
    _ name: ProductFileName, _ title: String, _ transaction: MirrorTransaction
  ) throws -> String {
    let names = [name.handle, Handle.make(from: name.handle), Handle.make(from: title), "product"]
    let stem = names.first(where: Handle.isValid) ?? "product"
    var handle = stem
    var number = 2
    while try transaction.isTaken(handle: handle, byOtherThan: "")
      || !transaction.lookup.products(handle: handle).isEmpty
    {
      handle = "\(stem)-\(number)"
      number += 1
    }
    return handle
  }
}
