import Bytes
import Contract
public import Diagnostics
public import LocalMirror
public import Machine
import Merge

/// The Markdown files of products as a place where people edit.
///
/// A file is a rendering of a record: front matter for the fields, the body for the description, a
/// file more for each language. Reading it back compares it, key by key, with what was last rendered
/// (`FileLedger`); only what differs is an edit. Nothing here ever writes over bytes that it has not
/// read and stored before.
public struct ContentFiles {
  /// Folder of the project.
  public let root: String
  /// Folder of the products' files, below the project: `content/products`.
  public let folder: String
  /// Who owns which field.
  public let fields: ProductFileFields
  /// Languages that a translation may be in.
  public let locales: [String]
  let files: any FileSystem
  let random: any RandomSource

  /// Names a folder of products.
  ///
  /// - Parameters:
  ///   - root: folder of the project.
  ///   - content: folder of the content, below it.
  public init(
    root: String, content: String, fields: ProductFileFields, locales: [String],
    files: any FileSystem = SystemFiles(), random: any RandomSource = SystemRandom()
  ) {
    self.root = root
    folder = "\(content)/products"
    self.fields = fields
    self.locales = locales
    self.files = files
    self.random = random
  }

  /// A path of the project as one that can be opened.
  func absolute(_ path: String) -> String { Path.join(root, path) }

  /// What the name of a file says, in the site's languages; nil where it is no product's file.
  func name(of path: String) -> ProductFileName? { ProductFileName(path: path, locales: locales) }

  // MARK: Looking

  /// A file that is there.
  struct Found {
    let name: ProductFileName
    let information: Files.Information
  }

  /// All files of products, in byte order of their paths.
  func scan() throws(MachineError) -> [Found] {
    guard files.information(absolute(folder))?.isFolder == true else { return [] }
    var found: [Found] = []
    func visit(_ folder: String, depth: Int) throws(MachineError) {
      for name in try files.list(absolute(folder)) {
        let path = "\(folder)/\(name)"
        guard let information = files.information(absolute(path)) else { continue }
        if information.isFolder {
          if depth < 8, !name.hasPrefix(".") { try visit(path, depth: depth + 1) }
        } else if information.isFile, let name = self.name(of: path) {
          found.append(Found(name: name, information: information))
        }
      }
    }
    try visit(folder, depth: 0)
    return found
  }

  /// Whether any file is not as it was last known, by its size, time and number: a look at the folder
  /// and one at the mirror, no file is opened. A file with errors counts every time.
  public func hasChanges(since ledger: FileLedger) throws -> Bool {
    let known = Self.byPath(try ledger.files(in: folder))
    let found = try scan()
    let present = Set(found.map(\.name.path))
    return try found.contains { !$0.isAsKnown(known[$0.name.path]) }
      || known.keys.contains { !present.contains($0) }
      || ledger.isAsked(kind: ConflictKind.duplicateFile.rawValue)
  }

  /// Files by path. Names that differ in their composition alone are one key, as they are one file on
  /// many disks.
  static func byPath(_ states: [FileState]) -> [String: FileState] {
    Dictionary(states.map { ($0.path, $0) }) { first, _ in first }
  }

  /// Whether rendering would change a file, or find one missing.
  public func isRenderingDue(by ledger: FileLedger) throws -> Bool {
    try ledger.isRenderingDue() && !ledger.files(in: folder).isEmpty
  }
}

extension ContentFiles.Found {
  /// Whether a file is, by all signs, the one that was stored.
  func isAsKnown(_ state: FileState?) -> Bool {
    guard let state, !state.isSpelled(unlike: name.path) else { return false }
    return state.size == information.size && state.modified == information.modified
      && state.inode == information.inode
  }
}

extension FileState {
  /// Whether a name is the file's own in another composition (NFC, NFD).
  func isSpelled(unlike path: String) -> Bool { !self.path.utf8.elementsEqual(path.utf8) }
}

/// What a look at the files found and did.
public struct FileReport: Sendable {
  /// A product whose file is gone; nobody has said what that means.
  public struct Missing: Sendable, Hashable {
    /// Where the file was.
    public let path: String
    /// The product's id.
    public let product: String
  }

  /// A file that was one too many for its product, and what became of it as a person decided.
  public struct Settled: Sendable, Hashable {
    /// Where it was.
    public let path: String
    /// Where its bytes are now, where it was set aside.
    public let aside: String?
    /// The product that was made of it.
    public let product: String?
  }

  /// Edits that were taken in, in order.
  public var edits: [EditLogEntry] = []
  /// What is wrong with files, and what is to be decided.
  public internal(set) var findings: [Diagnostic] = []
  /// Files that are gone.
  public internal(set) var missing: [Missing] = []
  /// Files that were written.
  public internal(set) var written: [String] = []
  /// Files with which was done as a person decided.
  public internal(set) var settled: [Settled] = []
  /// Renderings that were put beside a file, because somebody else's bytes stand in it.
  public internal(set) var incoming: [String] = []

  /// Makes an empty report.
  public init() {}

  /// Whether a file could not be taken in.
  public var hasErrors: Bool { findings.contains { $0.severity == .error } }

  /// Adds another report.
  public mutating func add(_ other: FileReport) {
    edits += other.edits
    findings += other.findings
    missing += other.missing
    written += other.written
    incoming += other.incoming
    settled += other.settled
  }
}
