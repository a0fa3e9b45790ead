import Bytes
import Machine
import Synchronization

/// A new tree of outputs in the making, beside the published one.
///
/// Files whose content did not change since the last generation are second names of the old files,
/// so a build that changes little writes little. Nothing is visible until `Publisher` swaps the
/// roots.
///
/// Safe to call from all workers at once; each root is a folder of its own.
final class Generation: OutputTarget {
  /// The generation's number.
  let number: Int
  /// The folder that holds the new roots.
  let folder: String
  /// Paths of the roots below the project.
  let roots: [String]
  /// For each root the digest of the private values that it is searched for.
  let secrets: [String]

  private let project: String
  private let old: PublishedFiles
  private let opened: [FolderBox]
  private let state = Mutex(State())

  private struct State {
    var entries: [SiteManifest.Entry] = []
    var counts = Counts()
  }

  /// What was done.
  struct Counts: Sendable {
    var written = 0
    var linked = 0
    var bytes = 0
  }

  /// An open folder that many workers share. Immutable.
  private final class FolderBox: Sendable {
    let folder: Folder
    init(_ path: String) throws(MachineError) { folder = try Folder(making: path) }
  }

  /// Makes empty roots.
  init(
    number: Int, folder: String, project: String, roots: [String], secrets: [String],
    old: PublishedFiles
  ) throws(MachineError) {
    self.number = number
    self.folder = folder
    self.project = project
    self.roots = roots
    self.secrets = secrets
    self.old = old
    var opened: [FolderBox] = []
    for index in roots.indices { opened.append(try FolderBox(Self.path(folder, index))) }
    self.opened = opened
  }

  /// Where the new tree of a root stands.
  static func path(_ folder: String, _ root: Int) -> String { "\(folder)/\(root)" }

  /// Puts a file into a root: a link where the last generation has the same bytes, otherwise new.
  /// Further paths are further names of the same file. Gives the SHA-256 of the content.
  @discardableResult
  func put(
    _ paths: [String], in root: Int, kind: String, _ bytes: UnsafeRawBufferPointer
  ) throws(MachineError) -> [UInt8] {
    let digest = SHA256Digest(of: bytes).bytes
    guard let first = paths.first else { return digest }
    let reused = try reuse(first, root, digest, bytes.count)
    let modified: Instant
    if let reused {
      modified = reused
    } else {
      modified = try opened[root].folder.create(first, bytes)
    }
    record(
      first, root, kind, digest, bytes.count, modified: modified, isLinked: reused != nil)
    for path in paths.dropFirst() {
      try opened[root].folder.link(own: first, as: path)
      record(path, root, kind, digest, bytes.count, modified: modified, isLinked: true)
    }
    return digest
  }

  /// Links a file from elsewhere into a root and notes its digest, which the caller knows.
  func link(
    _ source: String, as path: String, in root: Int, kind: String, digest: [UInt8], size: Int
  ) throws(MachineError) {
    try opened[root].folder.link(source, as: path)
    let written = Files.information("\(Self.path(folder, root))/\(path)")
    record(
      path, root, kind, digest, size,
      modified: written?.modified ?? Instant(microseconds: 0), isLinked: true)
  }

  /// Copies a picture into a root: what stands there is the site's own, so that nobody who writes over the
  /// source changes what is published. Roots that show the same picture share one copy. `look` sees the
  /// bytes that will be shown, unless they were published before and searched for the same private values.
  func copy(
    _ source: String, _ file: Files.Information, as path: String, in root: Int,
    look: (UnsafeRawBufferPointer) -> Void
  ) throws(MachineError) {
    if let digest = try keep(path, root, file) {
      record(
        path, root, "media", digest, file.size, modified: file.modified, isLinked: true)
      return
    }
    let twin = (0..<root).lazy.map { "\(Self.path(self.folder, $0))/\(path)" }.first {
      Files.information($0).map { $0.size == file.size && $0.modified == file.modified } ?? false
    }
    var modified = file.modified
    if let twin {
      try opened[root].folder.link(twin, as: path)
    } else {
      modified = try opened[root].folder.copy(source, as: path)
    }
    let bytes = try Files.read("\(Self.path(folder, root))/\(path)")
    bytes.withUnsafeBytes(look)
    record(
      path, root, "media", SHA256Digest(of: bytes).bytes, bytes.count, modified: modified,
      isLinked: twin != nil)
  }

  /// Links the published copy of a picture that has not changed since, and was searched for the same
  /// private values; gives its digest. Told by size and time, because pictures are large.
  private func keep(_ path: String, _ root: Int, _ file: Files.Information) throws(MachineError)
    -> [UInt8]?
  {
    guard root < secrets.count, old.wereSearched(roots[root], for: secrets[root]),
      let known = old.entry(roots[root], path), known.size == file.size,
      known.modified == file.modified.microseconds,
      // One that is a second name of the source, as builds once made them, is not the site's own.
      Files.information("\(project)/\(roots[root])/\(path)")?.inode != file.inode,
      try reuse(path, root, known.digest, known.size) != nil
    else { return nil }
    return known.digest
  }

  /// What has been put so far.
  var done: Counts { state.withLock { $0.counts } }

  /// Paths of all that was put into a root so far.
  func paths(in root: Int) -> [String] {
    state.withLock { $0.entries.filter { $0.root == root }.map(\.path) }
  }

  /// The manifest of all that was put, in order of root and path. Call it once, when everything has been
  /// put: it takes the list, which is large, instead of copying it.
  func manifest() -> SiteManifest {
    var all: [SiteManifest.Entry] = []
    state.withLock { swap(&$0.entries, &all) }
    all.sort { $0.root == $1.root ? $0.path < $1.path : $0.root < $1.root }
    return SiteManifest(generation: number, roots: roots, secrets: secrets, entries: all)
  }

  /// Links the published file if it has this content and nobody touched it since; gives when it was
  /// written.
  private func reuse(_ path: String, _ root: Int, _ digest: [UInt8], _ size: Int)
    throws(MachineError) -> Instant?
  {
    guard let known = old.entry(roots[root], path), known.digest == digest, known.size == size
    else { return nil }
    let source = "\(project)/\(roots[root])/\(path)"
    guard let file = Files.information(source), !file.isFolder, file.size == size,
      file.modified.microseconds == known.modified
    else { return nil }
    try opened[root].folder.link(source, as: path)
    return file.modified
  }

  private func record(
    _ path: String, _ root: Int, _ kind: String, _ digest: [UInt8], _ size: Int,
    modified: Instant, isLinked: Bool
  ) {
    let entry = SiteManifest.Entry(
      root: root, path: path, kind: kind, digest: digest, size: size,
      modified: modified.microseconds)
    state.withLock { state in
      state.entries.append(entry)
      if isLinked { state.counts.linked += 1 } else { state.counts.written += 1 }
      state.counts.bytes += size
    }
  }
}
