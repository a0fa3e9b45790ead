import Bytes
import Contract
import Diagnostics
import Formats
import LocalMirror
import Machine
import Sync

extension World {
  // MARK: The program

  /// Takes in what stands in files and brings them up to date, as every command does first; all that
  /// must be true of files is checked.
  @discardableResult
  func takeInFiles(_ editor: EditorSite) throws -> FileReport {
    let desk = editor.extras.desk
    guard !desk.paths.isEmpty || !desk.typed.isEmpty else { return FileReport() }
    let before = desk.snapshot()
    let mirror = try editor.mirror()
    let known = Set(try mirror.fileLedger.files(in: EditorFolder.folder).map(\.path))
    var report = try desk.content.importChanges(into: mirror)
    try accept(report.edits, editor)
    report.add(try desk.content.renderChanges(from: mirror))
    guard try hasBegun(editor) else {
      checkUntouched(editor, before, known: known, report)
      return report
    }
    noteRows(report, editor)
    try checkTyped(editor, before, report)
    try checkAnswers(editor, before, report)
    try checkQuestions(editor, before)
    for path in desk.chosen.sorted() where try mirror.fileLedger.file(path) != nil {
      desk.chosen.remove(path)
      desk.copies.remove(path)
    }
    try checkRenderings(editor, report)
    return report
  }

  /// Opens a product in an editor of texts: its file is written.
  func writeFile(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let products = try editor.visible([.product])
    guard !products.isEmpty else { return "sees nothing" }
    let locale = random.below(4) == 0 ? "fr" : nil
    return try writeFile(editor, products[random.below(products.count)], locale) ?? "not written"
  }

  /// - Returns: the path below the project; nil where it was not written.
  @discardableResult
  func writeFile(_ editor: EditorSite, _ key: RecordKey, _ locale: String? = nil) throws -> String?
  {
    try takeInFiles(editor)
    let desk = editor.extras.desk
    let before = desk.snapshot()
    let (path, report) = try desk.content.write(key.id, locale: locale, from: editor.mirror())
    try checkTyped(editor, before, report, isIntake: false)
    return path.flatMap { desk.bytes($0) == nil ? nil : $0 }
  }

  // MARK: The person

  /// Changes a file as people do, and saves it.
  func editFile(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let desk = editor.extras.desk
    let files = desk.files.filter { !desk.copies.contains($0) }
    guard !files.isEmpty else { return try writeFile(editor, random) }
    let path = files[random.below(files.count)]
    let locale = Self.locale(of: path)
    let changes = (0...random.below(2)).map { _ in Self.drawn(random, locale) }
    return try type(changes, into: path, editor, random)
  }

  /// A field of a file and its new value; the text of a description by a mark of its own.
  private static func drawn(
    _ random: SeededRandom, _ locale: String?
  ) -> (field: String, value: FieldValue?) {
    func pick(_ words: [String]) -> FieldValue { .text(words[random.below(words.count)]) }
    if locale != nil { return ("title", pick(["Chose", "Objet", "Sac"])) }
    switch random.below(8) {
    case 0, 1:
      // A text in decomposed letters is the same text.
      let decomposed = "Trocade\u{301}ro Satchel"
      return (
        "title", pick(["Satchel", "Trocadéro Satchel", decomposed, "Lantern", "Filed thing"])
      )
    case 2: return ("vendor", random.below(4) == 0 ? .null : pick(["Maison", "Atelier", "Feder"]))
    case 3:
      let words = ["red", "new", "sale", "wool"].filter { _ in random.below(2) == 0 }
      return ("tags", .list(words.map { .text($0) }))
    case 4: return ("seo.title", pick(["Satchel", "Lantern", "Thing"]))
    case 5: return ("status", pick(["active", "draft", "archived"]))
    default: return ("description", nil)
    }
  }

  /// Types changes into a file and saves it.
  func type(
    _ changes: [(field: String, value: FieldValue?)], into path: String, _ editor: EditorSite,
    _ random: SeededRandom
  ) throws -> String {
    let desk = editor.extras.desk
    guard var typed = try self.typed(path, editor) else { return "\(path) is no product's" }
    var words: [String] = []
    for change in changes {
      let value: FieldValue
      if change.field == "description", change.value == nil {
        let text = Changes.rewrite(typed.clean.words, random)
        value = .object(of: [.init("markdown", .text(text))])
        typed.clean.body = "\n\(text)\n"
      } else {
        value = change.value ?? .null
        Self.put(change.field, value, into: &typed.clean)
      }
      let isBack = FileValues.isSame(value, typed.before[change.field] ?? .null)
      typed.changes[change.field] = isBack ? nil : value
      words.append("\(change.field)=\(value.json)")
    }
    switch random.below(12) {
    case 0: typed.clean.hasCRLF.toggle()
    case 1: typed.clean.hasMark.toggle()
    case 2: typed.clean.head.append("# a remark of the person's own")
    default: break
    }
    desk.typed[path] = typed
    desk.save(path, typed.clean.text)
    return "\(path): \(words)"
  }

  private static func put(_ field: String, _ value: FieldValue, into text: inout FileText) {
    switch field {
    case "description": text.body = "\n\(value["markdown"]?.text ?? "")\n"
    case "seo.title": text.set("seo", value.isNull ? "~" : "{ title: \(value.json) }")
    default: text.set(field, value.isNull ? "~" : value.json)
    }
  }

  /// What is typed in a file, begun anew where nothing was; nil where it is no product's file.
  func typed(_ path: String, _ editor: EditorSite) throws -> EditorFolder.Typed? {
    let desk = editor.extras.desk
    if let known = desk.typed[path] { return known }
    guard let text = desk.text(path), let parts = FileText(text),
      let values = FileValues(parts), let id = values["id"]?.text
    else { return nil }
    return EditorFolder.Typed(
      key: RecordKey(.product, id), locale: Self.locale(of: path),
      before: try known(path, editor) ?? values.all, clean: parts)
  }

  /// What a file said when the program last read or wrote it, where that is not what it says now: in a
  /// folder that was copied or put back somebody had been at it before, and who types what it said then
  /// changes nothing.
  private func known(_ path: String, _ editor: EditorSite) throws -> [String: FieldValue]? {
    guard let bytes = editor.extras.desk.bytes(path),
      let state = try editor.mirror().fileLedger.file(path), !state.rendered.isEmpty,
      state.contentHash != SHA256Digest(of: bytes).hex
    else { return nil }
    return state.rendered.filter { !$0.value.isUnnamed }.mapValues(\.value)
  }

  static func locale(of path: String) -> String? {
    let parts = path.split(separator: "/").last?.split(separator: ".") ?? []
    return parts.count == 3 ? parts[1].lowercased() : nil
  }

  /// Does something to a file that makes it unreadable for the program, or names a field that is none.
  func spoilFile(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let desk = editor.extras.desk
    let files = desk.files.filter { !desk.copies.contains($0) }
    guard !files.isEmpty else { return "no file" }
    let path = files[random.below(files.count)]
    guard let typed = try typed(path, editor) else { return "\(path) is no product's" }
    var text = typed.clean
    switch random.below(4) {
    case 0: text.body += "\n<<<<<<< mine\nA line.\n=======\nAnother.\n>>>>>>> shop\n"
    case 1: text.head.append("titel: Lantern")
    case 2: text.set("title", "")
    default: text.set("tags", "[red, ")
    }
    desk.typed[path] = typed
    desk.save(path, text.text)
    return "\(path) is spoilt"
  }

  /// Removes, renames or copies a file.
  func moveFile(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let desk = editor.extras.desk
    for copy in desk.copies.sorted() where random.below(2) == 0 {
      desk.discard(copy)
      return "\(copy) removed, the copy"
    }
    let files = desk.files.filter { !desk.copies.contains($0) }
    guard !files.isEmpty else { return "no file" }
    let path = files[random.below(files.count)]
    let name = String(path.dropFirst(EditorFolder.folder.count + 1))
    switch random.below(5) {
    case 0:
      desk.discard(path)
      return "\(path) removed"
    case 1: return try copyFile(editor, path, as: "copy-of-\(name)")
    case 2: return try copyFile(editor, path, as: name.uppercased(untilLast: 3))
    default:
      guard Self.locale(of: path) == nil, let typed = try typed(path, editor) else {
        return "a translation keeps its name"
      }
      let handle = ["lamp", "bag", "trocadéro", "trocade\u{301}ro", "belt"][random.below(5)]
      let target = "\(EditorFolder.folder)/\(handle).md"
      guard desk.bytes(target) == nil else { return "\(target) is there" }
      desk.typed[path] = typed
      desk.move(path, to: target)
      return "\(path) is \(target) now"
    }
  }

  /// Copies a file under another name: two files with one id.
  func copyFile(_ editor: EditorSite, _ path: String, as name: String) throws -> String {
    let desk = editor.extras.desk
    let target = "\(EditorFolder.folder)/\(name)"
    guard let text = desk.text(path), desk.bytes(target) == nil else { return "is there" }
    desk.save(target, text)
    desk.copies.insert(target)
    return "\(path) copied to \(target)"
  }
}

extension String {
  /// In capitals, all but the last characters.
  fileprivate func uppercased(untilLast count: Int) -> String {
    String(dropLast(count)).uppercased() + suffix(count)
  }
}

/// The values of a file as the simulation reads them.
struct FileValues {
  private(set) var all: [String: FieldValue] = [:]

  /// nil where the front matter is no YAML.
  init?(_ text: FileText) {
    let yaml = text.head.map { $0 + "\n" }.joined()
    guard let node = try? YAML.parse(yaml, file: "", firstLine: 2), let members = node.mapping
    else {
      return nil
    }
    for (key, value) in members {
      guard let name = key.string else { continue }
      let read = FieldValue(YAML.tape(value).value)
      if name == "seo" {
        for member in read.members ?? [] { all["seo.\(member.name)"] = member.value }
      } else {
        all[name] = read
      }
    }
    if !text.words.isEmpty {
      all["description"] = .object(of: [.init("markdown", .text(text.words))])
    }
  }

  subscript(field: String) -> FieldValue? { all[field] }

  /// Whether two values say the same in a file: texts by canonical equivalence, descriptions without
  /// blank lines around them, an empty list and none.
  static func isSame(_ one: FieldValue, _ other: FieldValue) -> Bool {
    if Likeness.isEqual(one, other) { return true }
    if let one = words(one), let other = words(other) { return trimmed(one) == trimmed(other) }
    return (one.list?.isEmpty ?? one.isNull) && (other.list?.isEmpty ?? other.isNull)
  }

  private static func words(_ value: FieldValue) -> String? { value.members?.first?.value.text }

  private static func trimmed(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    var text = lines.joined(separator: "\n")
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}

extension Likeness {
  /// Equal, texts by canonical equivalence.
  static func isEqual(_ one: FieldValue, _ other: FieldValue) -> Bool {
    if one == other { return true }
    if let one = one.text, let other = other.text { return one == other }
    return false
  }
}
