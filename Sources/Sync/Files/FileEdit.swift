import Bytes
import Catalog
import Contract
import Diagnostics
import LocalMirror
import Machine
import Merge

/// The edits of one file, in one transaction.
struct FileEdit {
  let files: ContentFiles
  let transaction: MirrorTransaction
  let values: ProductValues
  var findings: [Diagnostic] = []
  private var editor: Editor

  init(files: ContentFiles, transaction: MirrorTransaction, values: ProductValues) {
    self.files = files
    self.transaction = transaction
    self.values = values
    editor = Editor(transaction, source: .file, random: files.random)
  }

  /// Takes the file's values over and stores what is known of it.
  mutating func apply(_ candidate: FileIntake.Candidate) throws -> [EditLogEntry] {
    let file = candidate.file
    let state = candidate.state
    let rendered = state?.rendered ?? [:]
    let wanted = try wanted(file, rendered: rendered)
    // A file with nothing but the site's own words is not a rendering of anything.
    let isRendering = !rendered.isEmpty || !wanted.isEmpty
    var isAsked = false
    for (field, placed) in wanted.sorted(by: { $0.key < $1.key }) {
      let before = before(field, placed.value, rendered, version: state?.version ?? 0)
      let marked = field == "description" ? state?.marked : nil
      let isNew = !rendered.isEmpty && rendered[field] == nil && !isShown(field)
      if try !take(field, placed, before: before, isNew: isNew, marked: marked) { isAsked = true }
    }
    try rename(file, state)
    let now = try ProductValues(file.id, locale: file.name.locale, in: transaction) ?? values
    var known = isRendering ? rendered : [:]
    if isRendering {
      let current = now.rendered(by: files.fields, and: wanted.keys)
      // A line that the person took out again is no statement any more.
      for field in rendered.keys where wanted[field] == nil && !isShown(field) {
        known[field] = nil
      }
      for field in known.keys where wanted[field] == nil { known[field]?.isUnnamed = true }
      known["id"] = RenderedField(.text(file.writtenID), version: nil)
      // What the file says now, whether it became the value, was merged or is asked about.
      for (field, placed) in wanted {
        let isCurrent = current[field]?.value == placed.value
        known[field] = isCurrent ? current[field] : RenderedField(placed.value, version: nil)
      }
      known["handle"] = current["handle"]
      // The first time, what the file does not mention is as the mirror has it.
      if rendered.isEmpty {
        for (field, value) in current where known[field] == nil {
          known[field] = RenderedField(value.value, version: value.version, isUnnamed: true)
        }
      }
    }
    try forgetName(state, unless: file)
    let new = FileState(
      path: file.name.path, key: RecordKey(.product, file.id), contentHash: candidate.hash,
      // What the file does not name is as it was when it was last written, or first taken in.
      version: state.flatMap { $0.rendered.isEmpty ? nil : $0.version } ?? now.version,
      modified: candidate.information.modified,
      inode: candidate.information.inode, size: candidate.information.size, rendered: known,
      isWaiting: isWaiting(file, state))
    try keepDisplaced(by: file)
    try transaction.put(new)
    if !isAsked { try FileQuestions(transaction).close(about: file.name.path) }
    return editor.entries
  }

  /// A file that has another name than it was known by leaves that one, unless another product's file
  /// has taken it meanwhile.
  private func forgetName(_ state: FileState?, unless file: ProductFile) throws {
    guard let state, state.isSpelled(unlike: file.name.path) else { return }
    if try transaction.fileLedger.file(state.path)?.key == state.key {
      try transaction.removeFile(state.path)
    }
    let displaced = ProductFileName.displacedPath(
      ProductFileName.formerPath(state.path), id: state.key.id)
    if try transaction.fileLedger.file(displaced) != nil { try transaction.removeFile(displaced) }
  }

  /// What was known of another product's file under this name is kept until that file is taken in under
  /// its new one: it may have an error first, or the program may end in between.
  private func keepDisplaced(by file: ProductFile) throws {
    guard var other = try transaction.fileLedger.file(file.name.path), other.key.id != file.id,
      !other.rendered.isEmpty
    else { return }
    other.path = ProductFileName.displacedPath(other.path, id: other.key.id)
    try transaction.put(other)
  }

  /// Whether the file is to be written anew at the next rendering although its product stays as it
  /// is: it holds an id that is not the product's any more, or it has just become a rendering and bears
  /// a name that is not the product's.
  private func isWaiting(_ file: ProductFile, _ state: FileState?) -> Bool {
    let isNamed =
      ProductFileName.path(
        folder: Path.folder(of: file.name.path), handle: values.handle, locale: values.locale)
      == file.name.path
    return state?.isWaiting ?? !isNamed || file.id != file.writtenID
  }

  /// What the file said of a field. Of one that files do not show by themselves it said nothing: what
  /// a person writes there is a change of what the shop has now. A line that a person has just written,
  /// of a field that the file did not name, says what it says: that it is what the mirror had once does
  /// not take it back, so nobody can tell what it began from.
  private func before(
    _ field: String, _ value: FieldValue, _ rendered: [String: RenderedField], version: Int64
  ) -> RenderedField? {
    if let known = rendered[field] { return known.isUnnamed && known.value == value ? nil : known }
    guard !rendered.isEmpty else { return nil }
    guard isShown(field) else {
      return RenderedField(values.entries[field]?.server ?? .null, version: values.version)
    }
    // A translation that was not rendered may have been there, and have been taken away here.
    return RenderedField(.null, version: values.locale == nil ? version : nil)
  }

  private func isShown(_ field: String) -> Bool {
    ["id", "handle"].contains(field) || values.locale != nil
      || files.fields.role(of: field) == .shown
  }

  /// The values that the file sets, its body among them.
  private func wanted(
    _ file: ProductFile, rendered: [String: RenderedField]
  ) throws -> [String: ProductFile.Placed] {
    var wanted = file.values
    guard files.fields.role(of: "description") == .shown else { return wanted }
    let before =
      rendered["description"].flatMap { $0.isUnnamed ? nil : $0.value }
      .map(ProductFileText.words) ?? ""
    if let cleared = wanted["description"] {
      guard file.body.isEmpty else {
        throw FileRefusal(
          Diagnostic(
            "content.type", .error, "`description: ~` clears the text, but there is a text below",
            at: cleared.location, help: "remove one of the two"))
      }
      return wanted
    }
    if file.body.isEmpty {
      guard ProductFile.normalized(before).isEmpty else {
        throw FileRefusal(
          Diagnostic(
            "file.empty-value", .error, "the text of \(file.name.path) is gone",
            at: file.bodyLocation,
            help: "write `description: ~` into the front matter to clear it, or bring it back"))
      }
      return wanted
    }
    // The body of a file that was never rendered and sets nothing is the site's story.
    if rendered.isEmpty, !file.hasSharedFields { return wanted }
    // The same but for blank lines and line ends is the same.
    let known = rendered["description"]?.value ?? .null
    let value: FieldValue
    if ProductFile.normalized(ProductFileText.words(known)) == file.body {
      value = known
    } else if ProductFile.normalized(ProductFileText.words(values.value("description")))
      == file.body
    {
      value = values.value("description")
    } else if values.locale != nil {
      value = .text(file.body)
    } else {
      value = .object(of: [.init(values.descriptionFormat, .text(file.body))])
    }
    wanted["description"] = ProductFile.Placed(value: value, location: file.bodyLocation)
    return wanted
  }

  // MARK: One field

  /// Takes one value over; false where a person must decide first.
  ///
  /// - Parameter isNew: whether the file did not name the field before, nor was it rendered into it.
  private mutating func take(
    _ field: String, _ placed: ProductFile.Placed, before: RenderedField?, isNew: Bool,
    marked: RenderedField?
  ) throws -> Bool {
    let entry = values.entries[field]
    let current = entry?.value ?? .null
    let value = placed.value
    if value == before?.value, marked == nil, !isNew { return true }
    if value == current, marked == nil { return true }
    guard field != "title" || !value.isNull || values.locale != nil else {
      throw FileRefusal(
        Diagnostic(
          "file.refused", .error, "every product has a title", at: placed.location,
          help: "write one, or take the line away to leave it as it is"))
    }
    if let marked, let key = entry?.key {
      // The person has seen the shop's text between markers: the edit begins from it now.
      try transaction.rebase(
        key, entry?.field ?? field, base: marked.value, baseVersion: marked.version ?? 0,
        value: value)
      return true
    }
    if entry?.isEdited == true, before?.value != current, before?.value != value {
      return try reconcile(field, placed, before: before, entry: entry)
    }
    try set(field, value, entry, origin: origin(before, entry))
    return true
  }

  /// The file and the editor changed one field on this machine: both changes where they can be put
  /// together, a question where they cannot.
  private mutating func reconcile(
    _ field: String, _ placed: ProductFile.Placed, before: RenderedField?,
    entry: ProductValues.Entry?
  ) throws -> Bool {
    let key = entry?.key ?? values.product
    let name = entry?.field ?? field
    let current = entry?.value ?? .null
    if transaction.knownBugs.contains(.losingFileEditDropped) { return true }
    if let before {
      let result = RecordMerge.merge(
        base: [name: before.value], ours: [name: placed.value], theirs: [name: current]
      ) { FieldPolicy.of(type: key.type, field: $0) }
      if result.isClean, let merged = result.merged?[name] {
        try editor.edit(key, [FieldEdit(name, merged)])
        try transaction.note(
          DecisionEntry(
            rule: ConflictKind.fileAndEditor.rawValue, key: key, field: name, outcome: "merge",
            base: before.value, ours: placed.value, theirs: current, result: merged, by: "rule"))
        return true
      }
    }
    try FileQuestions(transaction).open(
      about: placed.location.file, key, name, before: before?.value, file: placed.value,
      editor: current, title: values.handle)
    findings.append(
      Diagnostic(
        "file.decision", .warning,
        "`\(field)` was changed in the file and in the editor", at: placed.location,
        record: RecordReference(type: "product", id: values.product.id),
        help: "decide by `trumeau conflicts`; until then the editor's value is used"))
    return false
  }

  /// What the edit began from: the value that was rendered, at the version that had it.
  private func origin(
    _ before: RenderedField?, _ entry: ProductValues.Entry?
  ) throws -> EditOrigin? {
    guard let before else { return .unknown }
    if before.value == entry?.server ?? .null { return nil }
    // Another translation stands there than the one that was rendered: the shop never changed this
    // one from what that one said.
    if let record = before.record, let key = entry?.key,
      try transaction.remoteID(of: record) ?? record != key.id
    {
      return .unknown
    }
    return before.version.map { .known(before.value, version: $0) } ?? .unknown
  }

  private mutating func set(
    _ field: String, _ value: FieldValue, _ entry: ProductValues.Entry?, origin: EditOrigin?
  ) throws {
    guard let locale = values.locale else {
      return try editor.edit(
        values.product, [FieldEdit(field, value)],
        startingFrom: origin.map { [field: $0] } ?? [:])
    }
    guard let key = entry?.key, !value.isNull else {
      return try editor.translate(values.product, field, into: locale, value.text)
    }
    try editor.edit(
      key, [FieldEdit("value", value)], startingFrom: origin.map { ["value": $0] } ?? [:])
    // What is translated anew is a translation of the text of now.
    guard let record = try transaction.lookup.record(values.product),
      let source = FieldSource.text(field, of: values.product, record)
    else { return }
    try editor.edit(key, [FieldEdit("source_digest", .text(ContentHash.ofText(source)))])
  }

  // MARK: Names

  /// Another name of the file is another handle.
  private mutating func rename(_ file: ProductFile, _ state: FileState?) throws {
    guard let state, state.path != file.name.path,
      let old = files.name(of: state.path)
    else { return }
    let handle = file.name.handle
    if handle == old.handle || handle == values.handle { return }
    func refuse(_ message: String, _ help: String) -> FileRefusal {
      FileRefusal(
        Diagnostic(
          "file.rename", .error, message, at: ProductFile.location(file.name.path, line: 1),
          record: RecordReference(type: "product", id: file.id), help: help))
    }
    guard file.name.locale == nil else {
      throw refuse(
        "\(file.name.path) is the translation of \(values.handle).md",
        "name it \(values.handle).\(file.name.locale ?? "").md, or rename \(values.handle).md")
    }
    guard [.shown, .accepted].contains(files.fields.role(of: "handle")) else {
      throw refuse(
        "the handle belongs to the shop's platform", "name the file \(values.handle).md again")
    }
    guard Handle.isValid(handle) else {
      throw refuse(
        "\"\(handle)\" cannot be part of an address",
        "name the file with small letters, digits and hyphens")
    }
    guard try !transaction.isTaken(handle: handle, byOtherThan: file.id) else {
      throw refuse("another product has the handle \(handle)", "choose another name")
    }
    try editor.edit(values.product, [FieldEdit("handle", .text(handle))])
  }
}
