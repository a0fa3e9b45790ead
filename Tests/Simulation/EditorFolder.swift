import Contract
import Machine
import Support
import Sync

/// An editor's folder of files, on a disk in memory, and what the person has typed into them.
final class EditorFolder {
  /// What a person saved in a file and the program has not taken in yet.
  struct Typed {
    /// The product.
    var key: RecordKey
    /// The language, where it is a translation.
    var locale: String?
    /// Values of the file before the person came.
    var before: [String: FieldValue]
    /// What the person changed, by the name that the field has in the file.
    var changes: [String: FieldValue] = [:]
    /// The text without what was spoilt in it.
    var clean: FileText
  }

  /// Where the project is on this disk.
  static let root = "/desk"
  /// The folder of products, below the project.
  static let folder = "content/products"

  let disk = FaultyFiles()
  let content: ContentFiles
  let archive: ExportArchive
  /// By path below the project.
  var typed: [String: Typed] = [:]
  /// Copies that the person made by mistake.
  var copies: Set<String> = []
  /// Copies that the person has chosen to be the product's file: as soon as the program knows them they
  /// are files like all others.
  var chosen: Set<String> = []
  /// What was answered about several files of one product since the program last looked at the files.
  var answers: [FileAnswer] = []
  /// What the person has given up, to the byte, so that the program may write over it: a hash by path.
  var givenUp: [String: String] = [:]
  /// The spreadsheet that was exported last.
  var sheet: [UInt8]?

  init(_ random: any RandomSource) {
    content = ContentFiles(
      root: Self.root, content: "content", fields: ProductFileFields(), locales: ["en", "fr"],
      files: disk, random: random)
    archive = ExportArchive(folder: "\(Self.root)/.trumeau/exports", files: disk)
  }

  /// A path that can be opened.
  static func absolute(_ path: String) -> String { "\(root)/\(path)" }

  /// Files of products, in byte order of their paths below the project.
  var paths: [String] {
    disk.paths.filter { $0.hasPrefix("\(Self.root)/\(Self.folder)/") && $0.hasSuffix(".md") }
      .map { String($0.dropFirst(Self.root.count + 1)) }
  }

  /// Those that the program reads.
  var files: [String] { paths.filter { !$0.hasSuffix(".incoming.md") } }

  /// What stands in a file; nil where there is none.
  func bytes(_ path: String) -> [UInt8]? { try? disk.read(Self.absolute(path)) }

  /// What stands in a file, as text.
  func text(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }

  /// All files with their bytes.
  func snapshot() -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: paths.compactMap { path in bytes(path).map { (path, $0) } })
  }

  /// Saves a file as a person's program does.
  func save(_ path: String, _ text: String) { disk.place(Self.absolute(path), text) }

  /// A mirror of before knows what had been answered about files by then, and nothing that was since.
  func knowAgain(chosen: Set<String>, givenUp: [String: String]) {
    self.chosen = chosen
    self.givenUp = givenUp
  }

  /// Puts all files of products as they were.
  func restore(_ files: [String: [UInt8]]) {
    for path in paths where files[path] == nil { discard(path) }
    for (path, bytes) in files.sorted(by: { $0.key < $1.key }) where self.bytes(path) != bytes {
      save(path, String(decoding: bytes, as: UTF8.self))
    }
    typed = [:]
    copies = []
    forgetAnswers()
  }

  /// The mirror knows nothing any more of what was answered about files.
  private func forgetAnswers() {
    answers = []
    chosen = []
    givenUp = [:]
  }

  /// The mirror knows nothing any more of what files were made from when the person began to type: what
  /// stands there is compared with whatever it knows.
  func forgetTyped() {
    for (path, typed) in typed.sorted(by: { $0.key < $1.key }) { save(path, typed.clean.text) }
    typed = [:]
    forgetAnswers()
  }

  /// Removes a file, as a person does.
  func discard(_ path: String) {
    // A file that is not there is as good as removed.
    try? disk.remove(Self.absolute(path))
    try? disk.syncFolder("\(Self.root)/\(Self.folder)")
    typed[path] = nil
    copies.remove(path)
    chosen.remove(path)
  }

  /// Gives a file another name, as a person does.
  func move(_ path: String, to target: String) {
    do {
      try disk.rename(Self.absolute(path), to: Self.absolute(target))
      try disk.syncFolder("\(Self.root)/\(Self.folder)")
      typed[target] = typed.removeValue(forKey: path)
    } catch {
      preconditionFailure("a disk in memory renames: \(error)")
    }
  }
}

/// The text of a product's file, taken apart in the simulation's own way.
struct FileText: Hashable {
  /// Lines of the front matter, without the fences.
  var head: [String]
  /// All below it, line ends as LF.
  var body: String
  var hasCRLF = false
  var hasMark = false

  /// nil where there is no front matter.
  init?(_ text: String) {
    hasMark = text.unicodeScalars.first == "\u{FEFF}"
    hasCRLF = text.utf8.contains(13)
    let plain = String(
      String.UnicodeScalarView(
        text.unicodeScalars.filter { $0 != "\u{FEFF}" && $0 != "\r" }))
    let lines = plain.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
      return nil
    }
    head = Array(lines[1..<end])
    body = lines[(end + 1)...].joined(separator: "\n")
  }

  /// The whole text.
  var text: String {
    let plain = "---\n" + head.map { $0 + "\n" }.joined() + "---\n" + body
    let ended =
      hasCRLF
      ? plain.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
      : plain
    return (hasMark ? "\u{FEFF}" : "") + ended
  }

  /// The product that the file says it is about, whether or not the rest can be read.
  var id: String? {
    head.first { $0.hasPrefix("id: ") }.map { String($0.dropFirst(4).filter { $0 != "\"" }) }
  }

  /// Sets a key, however many lines it had; nil takes it out.
  mutating func set(_ key: String, _ yaml: String?) {
    if let start = head.firstIndex(where: { $0.hasPrefix("\(key):") }) {
      var end = start + 1
      while end < head.count, let first = head[end].first, " -#".contains(first) { end += 1 }
      head.removeSubrange(start..<end)
      if let yaml { head.insert("\(key): \(yaml)", at: start) }
    } else if let yaml {
      head.append("\(key): \(yaml)")
    }
  }

  /// The body as it is compared.
  var words: String {
    var lines = body.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    var text = lines.joined(separator: "\n")
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
