import Glibc

/// The files of a program that must lose nothing: few calls, each one step that a crash can come
/// before or after. What is built from them (`replace`, `createExclusive`) is built here, once, so that
/// a test which crashes at each step tests what ships.
///
/// The product passes `SystemFiles`. Paths mean what they mean to the system.
public protocol FileSystem: Sendable {
  /// All bytes of a file.
  func read(_ path: String) throws(MachineError) -> [UInt8]

  /// Names in a folder, without `.` and `..`, in byte order.
  func list(_ path: String) throws(MachineError) -> [String]

  /// What stands at a path, or nil.
  func information(_ path: String) -> Files.Information?

  /// Makes a file, or empties one, writes these bytes and waits until they are on the disk. The
  /// name is not on the disk before `syncFolder`; a crash may leave a part of the bytes.
  func writeSynced(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(MachineError)

  /// Renames, replacing what stands there, in one step.
  func rename(_ from: String, to target: String) throws(MachineError)

  /// Gives a file a second name; fails with `EEXIST` where something bears it.
  func link(_ from: String, to target: String) throws(MachineError)

  /// Removes a file; fine where there is none.
  func remove(_ path: String) throws(MachineError)

  /// Waits until the names in a folder are on the disk; "" is the current one.
  func syncFolder(_ path: String) throws(MachineError)

  /// Makes a folder and those above it; fine where they exist.
  func makeFolders(_ path: String) throws(MachineError)

  /// Tells the temporary files of one process from those of another.
  var processMark: String { get }
}

/// The end of the name of every temporary file: who lists a folder passes them over.
private let temporaryEnding = ".new"

extension FileSystem {
  /// Whether a name is that of a temporary file, which a crash may leave behind.
  public func isTemporary(_ name: String) -> Bool { name.hasSuffix(temporaryEnding) }

  /// Replaces a file, or makes it, so that after a crash at any moment it holds the old content or
  /// the new, whole; after the return it is the new, whatever happens.
  public func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644
  ) throws(MachineError) {
    try throughTemporary(path, bytes, mode) { (temporary) throws(MachineError) in
      try rename(temporary, to: path)
    }
  }

  /// Makes a file that must not exist. After a crash at any moment it is there whole or not at all.
  ///
  /// - Throws: `MachineError` whose `isAlreadyThere` is true where something bears the name.
  public func createExclusive(
    _ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644
  ) throws(MachineError) {
    try throughTemporary(path, bytes, mode) { (temporary) throws(MachineError) in
      try link(temporary, to: path)
      try remove(temporary)
    }
  }

  /// A name beside a file that no other program takes. The longest names are cut: a file system gives a
  /// name 255 bytes.
  private func temporary(for path: String) -> String {
    let ending = ".\(processMark)\(temporaryEnding)"
    var kept = path
    var surplus = Path.name(of: path).utf8.count + ending.utf8.count - 255
    while surplus > 0, let cut = kept.unicodeScalars.popLast() { surplus -= UTF8.width(cut) }
    return kept + ending
  }

  private func throughTemporary(
    _ path: String, _ bytes: [UInt8], _ mode: UInt32,
    _ putInPlace: (String) throws(MachineError) -> Void
  ) throws(MachineError) {
    let temporary = temporary(for: path)
    do throws(MachineError) {
      try writeSynced(temporary, bytes, mode: mode)
      try putInPlace(temporary)
    } catch {
      try? remove(temporary)  // what matters is the first error
      throw error
    }
    try syncFolder(Path.folder(of: path))
  }
}

/// The machine's own files.
public struct SystemFiles: FileSystem {
  /// Makes the door to them; it holds nothing.
  public init() {}

  /// The number of this process.
  public var processMark: String { "\(getpid())" }

  /// All bytes of a file.
  public func read(_ path: String) throws(MachineError) -> [UInt8] { try Files.read(path) }

  /// Names in a folder, in byte order.
  public func list(_ path: String) throws(MachineError) -> [String] { try Files.list(path) }

  /// What stands at a path, links followed, or nil.
  public func information(_ path: String) -> Files.Information? { Files.information(path) }

  /// Writes a file and syncs it.
  public func writeSynced(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(MachineError) {
    let file = try OpenFile(creating: path, mode: mode)
    try file.write(bytes)
    try file.sync()
    try file.close()
  }

  /// Renames, replacing what stands there.
  public func rename(_ from: String, to target: String) throws(MachineError) {
    try Files.rename(from, to: target)
  }

  /// Gives a file a second name on the same file system.
  public func link(_ from: String, to target: String) throws(MachineError) {
    try Files.link(from, to: target)
  }

  /// Removes a file; fine where there is none.
  public func remove(_ path: String) throws(MachineError) { try Files.remove(path) }

  /// Syncs a folder.
  public func syncFolder(_ path: String) throws(MachineError) { try Files.syncFolder(path) }

  /// Makes a folder and those above it.
  public func makeFolders(_ path: String) throws(MachineError) { try Files.makeFolders(path) }
}
