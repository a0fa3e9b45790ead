public import Bytes
import CGlue
import Glibc

/// An open folder beneath which files are made: no path given to it can leave it.
public struct Folder: ~Copyable, Sendable {
  private let descriptor: Int32
  /// Where the folder is.
  public let path: String

  /// Opens a folder, making it and those above it first.
  public init(making path: String) throws(MachineError) {
    try Files.makeFolders(path)
    let opened = glue_open(path, O_RDONLY | O_DIRECTORY, 0)
    guard opened >= 0 else { throw .last("open folder", path) }
    descriptor = opened
    self.path = path
  }

  deinit { Glibc.close(descriptor) }

  /// Makes a new file with these bytes; it must not exist. Folders on the way are made as needed.
  /// Gives when it was written.
  @discardableResult
  public borrowing func create(_ relative: String, _ bytes: UnsafeRawBufferPointer)
    throws(MachineError) -> Instant
  {
    let file = try make(relative)
    try file.write(bytes)
    return Files.instant(try information(file, relative).st_mtim)
  }

  /// Opens a new file, which must not exist, and makes the folders on the way.
  private borrowing func make(_ relative: String) throws(MachineError) -> OpenFile {
    let flags = O_WRONLY | O_CREAT | O_EXCL
    let isExpected = try makeOwnFolder(of: relative)
    var opened = glue_open_beneath(descriptor, relative, flags, 0o644)
    if opened < 0, errno == ENOENT, !isExpected {
      try makeFolders(for: relative)
      opened = glue_open_beneath(descriptor, relative, flags, 0o644)
    }
    guard opened >= 0 else { throw .last("create", "\(path)/\(relative)") }
    return OpenFile(adopting: opened, path: "\(path)/\(relative)")
  }

  /// Copies a file from elsewhere, with the time of its last change; gives that time. Nothing that happens
  /// to the source afterwards shows in the copy; a file system that can share blocks until then copies no
  /// byte (copy_file_range(2)). The copy must not exist.
  public borrowing func copy(_ source: String, as relative: String) throws(MachineError) -> Instant
  {
    let original = try OpenFile(reading: source)
    let copy = try make(relative)
    var (count, more) = (0, 1)
    while more > 0 {
      more = glue_copy_range(original.descriptor, copy.descriptor, 1 << 30)
      count += max(0, more)
    }
    if more < 0, count > 0 { throw .last("copy", source) }
    // Between some file systems, and from files that the system makes up, that call copies nothing.
    if count == 0 { try copy.write(try original.readWhole()) }
    let changed = try information(original, relative).st_mtim
    var times = [changed, changed]
    guard futimens(copy.descriptor, &times) == 0 else {
      throw .last("set the time of", "\(path)/\(relative)")
    }
    return Files.instant(try information(copy, relative).st_mtim)
  }

  private borrowing func information(_ file: borrowing OpenFile, _ name: String)
    throws(MachineError) -> stat
  {
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { throw .last("look at", "\(path)/\(name)") }
    return status
  }

  /// Gives a file elsewhere a second name here; copies it where a link is not possible.
  public borrowing func link(_ source: String, as relative: String) throws(MachineError) {
    try link(AT_FDCWD, source, as: relative)
  }

  /// Gives a file of this folder a second name here; copies it where a link is not possible.
  public borrowing func link(own source: String, as relative: String) throws(MachineError) {
    try link(descriptor, source, as: relative)
  }

  private borrowing func link(
    _ folder: Int32, _ source: String, as relative: String
  ) throws(MachineError) {
    guard Path.staysBeneath(relative) else {
      throw MachineError(
        call: "link", subject: relative, number: 0, reason: "the path leaves the folder")
    }
    let isExpected = try makeOwnFolder(of: relative)
    if linkat(folder, source, descriptor, relative, AT_SYMLINK_FOLLOW) == 0 { return }
    let whole = folder == descriptor ? "\(path)/\(source)" : source
    if errno == ENOENT, !isExpected, Files.exists(whole) {
      try makeFolders(for: relative)
      if linkat(folder, source, descriptor, relative, AT_SYMLINK_FOLLOW) == 0 { return }
    }
    guard errno == EXDEV || errno == EPERM || errno == EMLINK else {
      throw .last("link", "\(path)/\(relative)")
    }
    let bytes = try Files.read(whole)
    try bytes.withUnsafeBufferPointer { (raw) throws(MachineError) in
      _ = try create(relative, UnsafeRawBufferPointer(raw))
    }
  }

  /// Most pages stand alone in a folder of their own: making that first saves a call that fails.
  /// Whether the folder is there now; where the name tells nothing, nobody has looked.
  private borrowing func makeOwnFolder(of relative: String) throws(MachineError) -> Bool {
    guard relative.hasSuffix("/index.html"), Path.staysBeneath(relative) else { return false }
    let folder = String(relative.dropLast("/index.html".utf8.count))
    if mkdirat(descriptor, folder, 0o755) == 0 || errno == EEXIST { return true }
    guard errno == ENOENT else { throw .last("make folder", "\(path)/\(folder)") }
    try makeFolders(for: relative)
    return true
  }

  private borrowing func makeFolders(for relative: String) throws(MachineError) {
    guard Path.staysBeneath(relative) else {
      throw MachineError(
        call: "create", subject: relative, number: 0, reason: "the path leaves the folder")
    }
    try makeFolder(Path.folder(of: relative))
  }

  /// Makes a folder here and, where they lack, those above it.
  private borrowing func makeFolder(_ relative: String) throws(MachineError) {
    if relative.isEmpty || mkdirat(descriptor, relative, 0o755) == 0 || errno == EEXIST { return }
    if errno == ENOENT {
      try makeFolder(Path.folder(of: relative))
      if mkdirat(descriptor, relative, 0o755) == 0 || errno == EEXIST { return }
    }
    throw .last("make folder", "\(path)/\(relative)")
  }
}
