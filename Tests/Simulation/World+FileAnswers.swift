import Bytes
import Contract
import Diagnostics
import LocalMirror
import Machine
import Merge
import SQL
import Support
import Sync

/// What a person answered about several files of one product.
struct FileAnswer {
  /// The product.
  let key: RecordKey
  /// The file that stays the product's; nil where it is the one that was read so far.
  let kept: String?
  /// Whether the others become products of their own, and are not set aside.
  let isNew: Bool
  /// The hash of each other file, by its path.
  let others: [String: String]
  /// Which product each of them said that it is about.
  var ids: [String: String] = [:]

  init(_ choice: Alternative, _ path: String?, about question: Question) {
    key = question.key
    isNew = choice == .newID
    let files = question.detail.files
    kept = path ?? files.first(where: \.isKnown)?.path
    let kept = kept
    others = Dictionary(
      uniqueKeysWithValues: files.filter { $0.path != kept }.map { ($0.path, $0.hash) })
  }
}

extension EditorFolder {
  /// Notes what was answered.
  func note(_ answer: FileAnswer) {
    var answer = answer
    for path in answer.others.keys { answer.ids[path] = id(text(path)) }
    answers.append(answer)
    if let kept = answer.kept { chosen.insert(kept) }
    chosen.subtract(answer.others.keys)
  }

  /// The product that a text says it is about.
  func id(_ text: String?) -> String? { text.flatMap { FileText($0) }?.id }
}

extension World {
  // MARK: I14: what was answered about files is carried out, or asked again

  /// Checks what became of the files that were one too many.
  func checkAnswers(
    _ editor: EditorSite, _ before: [String: [UInt8]], _ report: FileReport
  ) throws {
    let desk = editor.extras.desk
    for answer in desk.answers {
      // Without the file that was to stay nothing is set aside.
      let isVoid = !answer.isNew && answer.kept.map { before[$0] == nil } ?? false
      for (path, hash) in answer.others.sorted(by: { $0.key < $1.key }) {
        guard let was = before[path] else { continue }  // it was done before a fault, or by hand
        checked("I14")
        let isAsBefore = SHA256Digest(of: was).hex == hash
        // A fault came after it had become a product of its own.
        let id = desk.id(String(decoding: was, as: UTF8.self))
        if answer.isNew, !isAsBefore, id != answer.ids[path] { continue }
        if isAsBefore, isCarriedOut(answer, path, was, desk) { continue }
        // Saved since, it is not what was decided about; of some files no product can be made.
        let isOpen = !isAsBefore || isVoid
        if isOpen, try isOneOfSeveral(was, editor) { continue }
        if isOpen || answer.isNew, desk.bytes(path) == was,
          try isAskedAgain(path, editor, report)
        {
          continue
        }
        // The others are gone, or about another product by now: it is the product's file, and is read,
        // whether it keeps its name or has the product's.
        if try isOpen
          && (editor.mirror().fileLedger.file(path) != nil || isKept(was, of: path, editor))
        {
          continue
        }
        violate(
          "I14", editor, before: before,
          "what was answered about \(path) was neither carried out nor asked again")
      }
    }
    desk.answers = []
  }

  /// Each question about several files names them as they stand after the look, so that an answer is about
  /// what is there.
  func checkQuestions(_ editor: EditorSite, _ before: [String: [UInt8]]) throws {
    let products = try Set(editor.visible([.product]))
    let inbox = Inbox(mirror: try editor.mirror(), rules: editor.rules, random: editor.random)
    for question in try inbox.questions() where question.kind == .duplicateFile {
      // The next look ends a question about a product that is gone.
      guard products.contains(question.key) else { continue }
      for file in question.detail.files {
        checked("I14")
        let bytes = editor.extras.desk.bytes(file.path)
        if bytes.map({ SHA256Digest(of: $0).hex }) == file.hash { continue }
        violate(
          "I14", editor, before: before,
          "a question is about \(file.path), which is \(bytes == nil ? "not there" : "another")")
      }
    }
  }

  private func isCarriedOut(
    _ answer: FileAnswer, _ path: String, _ was: [UInt8], _ desk: EditorFolder
  ) -> Bool {
    guard !answer.isNew else { return isOfItsOwn(was, desk) }
    // The one that stays may say the same, and have this name by now.
    let isReplaced = answer.kept.map { $0 != path && desk.bytes($0) == nil } ?? false
    return isAside(path, was, desk) && (desk.bytes(path) != was || isReplaced)
  }

  /// Whether the product of a file is asked about, whatever the names of its files are by now.
  private func isOneOfSeveral(_ was: [UInt8], _ editor: EditorSite) throws -> Bool {
    let own = try product(of: was, editor)
    let inbox = Inbox(mirror: try editor.mirror(), rules: editor.rules, random: editor.random)
    return try inbox.questions().contains { $0.kind == .duplicateFile && $0.key == own }
  }

  /// Whether an open question names a file, or the look at the files said what is wrong with it.
  private func isAskedAgain(
    _ path: String, _ editor: EditorSite, _ report: FileReport
  ) throws -> Bool {
    if report.findings.contains(where: { $0.location?.file == path }) { return true }
    let inbox = Inbox(mirror: try editor.mirror(), rules: editor.rules, random: editor.random)
    return try inbox.questions().contains { $0.detail.files.contains { $0.path == path } }
  }

  // MARK: I14: no other file with a person's bytes may have vanished or changed

  /// Checks the copies that a person has made.
  func checkCopies(_ editor: EditorSite, _ before: [String: [UInt8]]) throws {
    let desk = editor.extras.desk
    for copy in desk.copies.sorted() {
      guard let was = before[copy], desk.bytes(copy) != was else { continue }
      // A copy whose original is gone is the file itself, under another name.
      desk.copies.remove(copy)
      if isSettled(copy, was, desk) { continue }
      if try desk.chosen.contains(copy) && isKept(was, of: copy, editor) { continue }
      guard try hasOriginal(copy, before, editor) else { continue }
      violate("I14", editor, before: before, "the copy \(copy) was overwritten")
    }
  }

  /// Whether a file that was one too many has been done with as a person decided: its bytes are under a
  /// name that nothing reads, or it says the same of a product of its own.
  func isSettled(_ path: String, _ was: [UInt8], _ desk: EditorFolder) -> Bool {
    if isAside(path, was, desk) { return desk.bytes(path) != was }
    return isOfItsOwn(was, desk)
  }

  private func isAside(_ path: String, _ was: [UInt8], _ desk: EditorFolder) -> Bool {
    let aside = EditorFolder.absolute(path) + ".set-aside"
    return desk.disk.paths.contains {
      $0.hasPrefix(aside) && (try? desk.disk.read($0)) == was  // else it is another one
    }
  }

  /// Whether a file says the same of another product.
  private func isOfItsOwn(_ was: [UInt8], _ desk: EditorFolder) -> Bool {
    guard let text = FileText(String(decoding: was, as: UTF8.self)), let id = text.id,
      let values = FileValues(text)?.all
    else { return false }
    return desk.files.contains { other in
      guard let made = desk.text(other).flatMap({ FileText($0) }), made.id != id,
        let found = FileValues(made)?.all
      else { return false }
      return values.allSatisfy { field, value in
        field == "id" || FileValues.isSame(value, found[field] ?? .null)
      }
    }
  }

  /// Whether what a copy said that is the product's file now stands there under the product's name, or
  /// is known elsewhere: all of it, where the product is gone and its file with it.
  private func isKept(_ was: [UInt8], of copy: String, _ editor: EditorSite) throws -> Bool {
    let desk = editor.extras.desk
    guard let key = try product(of: was, editor),
      let values = FileText(String(decoding: was, as: UTF8.self)).flatMap({ FileValues($0) })?.all
    else { return false }
    let places = try desk.files.filter {
      try Self.locale(of: $0) == Self.locale(of: copy)
        && product(of: desk.bytes($0), editor) == key
    }
    let isGone = try !editor.visible([.product]).contains(key)
    let texts = places.compactMap { desk.text($0).flatMap { FileText($0) } }
    return (texts.compactMap { FileValues($0)?.all } + (isGone ? [[:]] : [])).contains { found in
      values.allSatisfy { field, value in
        field == "id" || FileValues.isSame(value, found[field] ?? .null)
          || isKept(value, of: field, key, editor)
      }
    }
  }

  /// Whether a value that nobody typed into a file is known elsewhere: the shop had it, or it is an edit of
  /// before, of which other checks say what becomes. Then the file may follow the shop.
  private func isKept(
    _ value: FieldValue, of field: String, _ key: RecordKey, _ editor: EditorSite
  ) -> Bool {
    server.history(of: key).contains {
      $0.after[field].map { FileValues.isSame(value, $0) } ?? false
    }
      || editor.accepted.contains {
        $0.key == key && $0.field == field && FileValues.isSame(value, $0.value)
      }
  }

  /// The product that a file says it is about.
  private func product(of bytes: [UInt8]?, _ editor: EditorSite) throws -> RecordKey? {
    let text = bytes.flatMap { FileText(String(decoding: $0, as: UTF8.self)) }
    return try text?.id.map { try editor.current(RecordKey(.product, $0)) }
  }

  /// Whether another file is about the same product, readable or not: then a copy is a copy.
  private func hasOriginal(
    _ copy: String, _ files: [String: [UInt8]], _ editor: EditorSite
  ) throws -> Bool {
    let own = try product(of: files[copy], editor)
    return try own != nil
      && files.contains {
        try $0.key != copy && Self.locale(of: $0.key) == Self.locale(of: copy)
          && product(of: $0.value, editor) == own
      }
  }
}
