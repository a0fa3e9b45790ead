import Bytes
import Contract
import Diagnostics
import Formats
import LocalMirror
import Machine
import Merge
import SQL
import Support
import Sync

extension World {
  /// Rows of the taxonomy that show in what a look at files found.
  func noteRows(_ report: FileReport, _ editor: EditorSite) {
    for finding in report.findings where ["file.copy", "file.case-clash"].contains(finding.code) {
      note(.duplicateFile, "\(editor.number) \(finding.location?.file ?? "")")
    }
  }

  // MARK: I14: nothing that a person typed is overwritten

  /// Checks each file in which a person typed against what the program has made of it.
  ///
  /// - Parameter isIntake: whether the program has looked at all files; otherwise only those count that
  ///   it changed.
  func checkTyped(
    _ editor: EditorSite, _ before: [String: [UInt8]], _ report: FileReport,
    isIntake: Bool = true
  ) throws {
    let desk = editor.extras.desk
    // A file in a language that the site does not have is no error, for the site may have had it; it is
    // not read, and named each time like one with an error.
    let refused = Set(
      report.findings.filter { $0.severity == .error || $0.code == "content.locale" }
        .compactMap(\.location?.file))
    for (path, typed) in desk.typed.sorted(by: { $0.key < $1.key }) {
      guard let was = before[path] else { continue }
      checked("I14")
      // Who types again what was given up has nothing more to lose.
      if isSettled(path, was, desk) || desk.givenUp[path] == SHA256Digest(of: was).hex {
        desk.typed[path] = nil
        continue
      }
      if desk.bytes(path) == was {
        // It stands there as it was typed: refused with a reason, or taken in.
        if !isIntake || refused.contains(path) || desk.copies.contains(path) { continue }
      }
      guard try isLookedAt(path, editor, report) else { continue }
      for (field, value) in typed.changes.sorted(by: { $0.key < $1.key }) {
        if try !isTakenIn(field, value, typed, editor, report) {
          violate(
            "I14", editor, before: before, "\(path) \(field)=\(value.json) was typed, and is gone")
        }
      }
      desk.typed[path] = nil
    }
    for path in desk.givenUp.keys.sorted() where desk.bytes(path) != before[path] {
      desk.givenUp[path] = nil
    }
    try checkCopies(editor, before)
  }

  /// Whether a file was read as it stands: its bytes are the known ones, or it was written since.
  private func isLookedAt(
    _ path: String, _ editor: EditorSite, _ report: FileReport
  ) throws -> Bool {
    let desk = editor.extras.desk
    guard let bytes = desk.bytes(path), let text = FileText(String(decoding: bytes, as: UTF8.self)),
      let id = FileValues(text)?["id"]?.text
    else { return true }
    // A file about a product that is not here says so each time.
    let isHere = try !editor.fields(of: RecordKey(.product, id)).isEmpty
    return isHere || !report.findings.contains { $0.location?.file == path }
  }

  /// Whether a typed value became an edit, is what the mirror says anyway, or is asked about.
  private func isTakenIn(
    _ field: String, _ value: FieldValue, _ typed: EditorFolder.Typed, _ editor: EditorSite,
    _ report: FileReport
  ) throws -> Bool {
    func isMeant(_ other: FieldValue) -> Bool { FileValues.isSame(value, other) }
    if typed.locale != nil {
      // A translation is a record of its own.
      let isEdit =
        report.edits.contains { isMeant($0.to) }
        || editor.accepted.contains {
          $0.key.type == .translation && $0.field == "value" && isMeant($0.value)
        }
      if isEdit { return true }
      let asked = try editor.look().prepare(
        """
        SELECT ours FROM conflict WHERE type = 'translation'
        UNION ALL SELECT ours FROM decision WHERE type = 'translation'
        """)
      while try asked.step() {
        let ours = try asked.optionalText(0).map { try FieldValue(json: $0) } ?? .null
        if isMeant(ours) { return true }
      }
      let product = try editor.current(typed.key)
      return try editor.visible([.translation]).contains { key in
        let fields = try editor.fields(of: key)
        return fields["links.resource"]?["id"]?.text == product.id
          && fields["key"]?.text == field && isMeant(fields["value"] ?? .null)
      }
    }
    let key = try editor.current(typed.key)
    let isEdit = try editor.accepted.contains {
      try $0.field == field && isMeant($0.value) && editor.current($0.key) == key
    }
    if isEdit { return true }
    if isMeant(try editor.fields(of: key)[field] ?? .null) { return true }
    let rows = try editor.look().prepare(
      """
      SELECT ours FROM conflict WHERE type = ?1 AND record_id IN (?2, ?3) AND field = ?4
      UNION ALL SELECT ours FROM decision WHERE type = ?1 AND id IN (?2, ?3) AND field = ?4
      """)
    try rows.bind([typed.key.type.rawValue, key.id, typed.key.id, field])
    while try rows.step() {
      if isMeant(try rows.optionalText(0).map { try FieldValue(json: $0) } ?? .null) { return true }
    }
    return false
  }

  // MARK: I14: every file is a rendering of the mirror, or is listed

  /// Compares each file that is not listed as edited with what the mirror says.
  func checkRenderings(_ editor: EditorSite, _ report: FileReport) throws {
    let desk = editor.extras.desk
    let listed = Set(report.findings.compactMap(\.location?.file))
    let mirror = try editor.mirror()
    var states: [String: FileState] = [:]
    for state in try mirror.fileLedger.files(in: EditorFolder.folder) {
      // On many disks the compositions of a name are one file: so it is one row.
      if states.updateValue(state, forKey: state.path) != nil {
        violate("I14", "editor \(editor.number): \(state.path) is known twice")
      }
    }
    let asked = try questionedFiles(editor)
    for path in desk.files where !listed.contains(path) && !asked.contains(path) {
      checked("I14")
      guard let state = states[path] else {
        // The site's own words about a product that is not here hurt nobody.
        if try isOwnWords(path, editor) { continue }
        violate("I14", "editor \(editor.number): \(path) is neither known nor listed")
        continue
      }
      guard !state.isWaiting, Self.locale(of: path) == nil, let text = desk.text(path) else {
        continue
      }
      guard let parts = FileText(text), let values = FileValues(parts) else {
        violate("I14", "editor \(editor.number): \(path) cannot be read and is not listed")
        continue
      }
      let key = try editor.current(state.key)
      let shown = try editor.fields(of: key)
      for field in ["title", "vendor", "tags", "seo.title", "status", "description"] {
        // A key that a person took out leaves the field as it is.
        guard let value = values[field] else { continue }
        if !FileValues.isSame(value, shown[field] ?? .null) {
          violate(
            "I14",
            "editor \(editor.number): \(path) says \(field)=\(value.json), the mirror "
              + "\((shown[field] ?? .null).json)")
        }
      }
      if let handle = shown["handle"]?.text, path != "\(EditorFolder.folder)/\(handle).md" {
        violate("I14", "editor \(editor.number): \(path) is the file of \(handle)")
      }
    }
  }

  // MARK: I14: before the first pull

  /// A mirror that knows no product and was never pulled has nothing that a file could differ from: the
  /// program reads none. The look after the pull takes them all in. What it wrote itself, for a product
  /// that was made here and deleted again, it may take away while nobody has typed in it.
  ///
  /// - Parameter known: files that the mirror knew of before.
  func checkUntouched(
    _ editor: EditorSite, _ before: [String: [UInt8]], known: Set<String>, _ report: FileReport
  ) {
    let desk = editor.extras.desk
    checked("I14")
    for (path, bytes) in before.sorted(by: { $0.key < $1.key }) where desk.bytes(path) != bytes {
      let isTyped = desk.typed[path].map { !$0.changes.isEmpty } ?? false
      guard isTyped || desk.copies.contains(path) || !known.contains(path) else { continue }
      violate("I14", "editor \(editor.number): \(path) was touched before the first pull")
    }
    if let edit = report.edits.first {
      violate(
        "I14",
        "editor \(editor.number): \(edit.key) \(edit.field) was taken in before the first pull")
    }
  }

  /// Whether the mirror was pulled, or knows any product all the same.
  func hasBegun(_ editor: EditorSite) throws -> Bool {
    if try !editor.visible([.product]).isEmpty { return true }
    return try editor.look().text("SELECT last_pull_at FROM sync_meta") != nil
  }

  /// Whether a file holds nothing of the shop's, and its product is not here, or not for long: the
  /// editor deleted it.
  private func isOwnWords(_ path: String, _ editor: EditorSite) throws -> Bool {
    guard let text = editor.extras.desk.text(path), let parts = FileText(text),
      let values = FileValues(parts), let id = values["id"]?.text
    else { return false }
    let key = try editor.current(RecordKey(.product, id))
    let isGone =
      try editor.fields(of: key).isEmpty || !editor.visible([.product]).contains(key)
    return isGone && values.all.keys.allSatisfy { ["id", "description"].contains($0) }
  }

  /// Files about which the inbox asks.
  private func questionedFiles(_ editor: EditorSite) throws -> Set<String> {
    let rows = try editor.look().prepare(
      "SELECT detail FROM conflict WHERE kind = 'file-and-editor' AND decided_at IS NULL")
    var found: Set<String> = []
    while try rows.step() {
      guard let detail = rows.optionalText(0) else { continue }
      if let path = try FieldValue(json: detail)["file"]?.text { found.insert(path) }
    }
    return found
  }
}

extension EditorSite {
  /// What was typed into a file that is asked about as a whole is given up by an answer that lets the
  /// file be replaced.
  func giveUpFile(_ question: Int64) throws {
    let detail = try look().text(
      "SELECT detail FROM conflict WHERE n = ? AND field IS NULL", question)
    guard let path = try detail.flatMap({ try FieldValue(json: $0)["file"]?.text }) else { return }
    extras.desk.typed[path] = nil
    extras.desk.givenUp[path] = try detail.flatMap { try FieldValue(json: $0)["hash"]?.text }
  }
}
