import Bytes
import LocalMirror
import Machine
import Synchronization

/// Outputs that shall take the place of single files of the published roots.
///
/// New files are written beside the roots, under numbers; what has the bytes that are published already
/// is not written. Nothing is visible until `Publisher` puts them in place.
final class Patch: OutputTarget {
  /// Where new files are, and in `old` later those that they replaced.
  let folder: String
  let roots: [String]
  /// The most outputs that are replaced one by one; more are published as a whole generation.
  static let limit = 20_000

  /// What becomes of an output.
  enum Action: Sendable {
    /// It stays as it is.
    case same
    /// It is new or different. `file` is its number in the folder; nil where it stands in its place
    /// already.
    case put(SiteManifest.Entry, file: Int?, old: OutputEntry?)
    /// It goes.
    case gone(OutputEntry)
  }

  struct Place: Hashable, Comparable {
    let root: Int
    let path: String

    static func < (left: Place, right: Place) -> Bool {
      left.root == right.root ? left.path < right.path : left.root < right.root
    }
  }

  private struct State {
    var actions: [Place: Action] = [:]
    var fileCount = 0
    var putCount = 0
  }

  private let staging: FolderBox
  private let ledger: PublishedOutputs
  private let state = Mutex(State())

  private final class FolderBox: Sendable {
    let folder: Folder
    init(_ path: String) throws(MachineError) { folder = try Folder(making: path) }
  }

  /// Begins a patch in an empty folder.
  init(folder: String, roots: [String], published: PublishedOutputs) throws(MachineError) {
    try Files.removeTree(folder)
    self.folder = folder
    self.roots = roots
    ledger = published
    staging = try FolderBox(folder)
  }

  @discardableResult
  func put(
    _ paths: [String], in root: Int, kind: String, _ bytes: UnsafeRawBufferPointer
  ) throws(MachineError) -> [UInt8] {
    let digest = SHA256Digest(of: bytes).bytes
    var first: (file: Int, modified: Instant)?
    for path in paths {
      let old = try ledger.entry(path, in: roots[root])
      let place = Place(root: root, path: path)
      if let old, old.digest == digest, old.byteCount == bytes.count, old.kind == kind {
        state.withLock { $0.actions[place] = .same }
        continue
      }
      let number = state.withLock { state in
        state.fileCount += 1
        return state.fileCount
      }
      if let first {
        try staging.folder.link(own: "\(first.file)", as: "\(number)")
      } else {
        first = (number, try staging.folder.create("\(number)", bytes))
      }
      let entry = SiteManifest.Entry(
        root: root, path: path, kind: kind, digest: digest, size: bytes.count,
        modified: first?.modified.microseconds ?? 0)
      note(place, .put(entry, file: number, old: old))
    }
    return digest
  }

  /// Copies a picture into a root: what stands there is the site's own, so that nobody who writes over the
  /// source changes what is published. `look` sees the bytes that will be shown.
  func copy(
    _ source: String, as path: String, in root: Int, look: (UnsafeRawBufferPointer) -> Void
  ) throws(MachineError) {
    let number = state.withLock { state in
      state.fileCount += 1
      return state.fileCount
    }
    let modified = try staging.folder.copy(source, as: "\(number)")
    let bytes = try Files.read("\(folder)/\(number)")
    bytes.withUnsafeBytes(look)
    let digest = SHA256Digest(of: bytes).bytes
    let old = try ledger.entry(path, in: roots[root])
    let place = Place(root: root, path: path)
    if let old, old.digest == digest, old.byteCount == bytes.count, old.kind == "media" {
      try Files.remove("\(folder)/\(number)")
      state.withLock { $0.actions[place] = .same }
      return
    }
    let entry = SiteManifest.Entry(
      root: root, path: path, kind: "media", digest: digest, size: bytes.count,
      modified: modified.microseconds)
    note(place, .put(entry, file: number, old: old))
  }

  /// Notes a file that others have put into a root.
  func adopt(
    _ path: String, in root: Int, kind: String, digest: [UInt8], size: Int, modified: Instant
  ) throws(MachineError) {
    let old = try ledger.entry(path, in: roots[root])
    let entry = SiteManifest.Entry(
      root: root, path: path, kind: kind, digest: digest, size: size,
      modified: modified.microseconds)
    note(Place(root: root, path: path), .put(entry, file: nil, old: old))
  }

  private func note(_ place: Place, _ action: Action) {
    state.withLock { state in
      state.actions[place] = action
      state.putCount += 1
    }
  }

  /// Takes an output away, unless this patch puts another into its place. Gives whether there was one.
  @discardableResult
  func remove(_ path: String, in root: Int) throws(MachineError) -> Bool {
    guard let old = try ledger.entry(path, in: roots[root]) else { return false }
    let place = Place(root: root, path: path)
    state.withLock { state in
      if state.actions[place] == nil { state.actions[place] = .gone(old) }
    }
    return true
  }

  /// The kind of the output that will stand at a path, or nil.
  func kind(of path: String, in root: Int) throws(MachineError) -> String? {
    switch action(path, in: root) {
    case .put(let entry, _, _): entry.kind
    case .gone: nil
    case .same, nil: try ledger.entry(path, in: roots[root])?.kind
    }
  }

  /// What this patch does to a path.
  func action(_ path: String, in root: Int) -> Action? {
    state.withLock { $0.actions[Place(root: root, path: path)] }
  }

  /// What is published at a path now.
  func published(_ path: String, in root: Int) throws(MachineError) -> OutputEntry? {
    try ledger.entry(path, in: roots[root])
  }

  /// Whether so much is different that a whole generation is better.
  var isTooLarge: Bool { state.withLock { $0.putCount > Self.limit } }

  /// How many new files wait in the folder.
  var fileCount: Int { state.withLock { $0.fileCount } }

  /// All that is different, in order of root and path.
  var changes: [(place: Place, action: Action)] {
    state.withLock { $0.actions }.filter { entry in
      if case .same = entry.value { false } else { true }
    }.sorted { $0.key < $1.key }.map { (place: $0.key, action: $0.value) }
  }
}

/// The outputs that are published, as the mirror has them.
///
/// `@unchecked Sendable`: the ledger is used only under the lock.
final class PublishedOutputs: @unchecked Sendable {
  private let ledger: BuildLedger
  private let lock = Mutex(())

  init(_ ledger: BuildLedger) { self.ledger = ledger }

  /// What is published at a path of a root.
  func entry(_ path: String, in root: String) throws(MachineError) -> OutputEntry? {
    do {
      return try lock.withLock { _ in try ledger.output(path, in: root) }
    } catch {
      throw MachineError(call: "look up", subject: path, number: 0, reason: "\(error)")
    }
  }
}
