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
  public borrowing func create(_ relative: String, _ bytes: UnsafeRawBufferPointer)
    throws(MachineError)
  {
    let flags = O_WRONLY | O_CREAT | O_EXCL
    var opened = glue_open_beneath(descriptor, relative, flags, 0o644)
    if opened < 0, errno == ENOENT {
      try makeFolders(for: relative)
      opened = glue_open_beneath(descriptor, relative, flags, 0o644)
    }
    guard opened >= 0 else { throw .last("create", "\(path)/\(relative)") }
    let file = OpenFile(adopting: opened, path: "\(path)/\(relative)")
    try file.write(bytes)
  }

  /// Gives a file elsewhere a second name here; copies it where a link is not possible.
  public borrowing func link(_ source: String, as relative: String) throws(MachineError) {
    guard Path.staysBeneath(relative) else {
      throw MachineError(
        call: "link", subject: relative, number: 0, reason: "the path leaves the folder")
    }
    if linkat(AT_FDCWD, source, descriptor, relative, AT_SYMLINK_FOLLOW) == 0 { return }
    if errno == ENOENT, Files.exists(source) {
      try makeFolders(for: relative)
      if linkat(AT_FDCWD, source, descriptor, relative, AT_SYMLINK_FOLLOW) == 0 { return }
    }
    guard errno == EXDEV || errno == EPERM || errno == EMLINK else {
      throw .last("link", "\(path)/\(relative)")
    }
    let bytes = try Files.read(source)
    try bytes.withUnsafeBufferPointer { (raw) throws(MachineError) in
      try create(relative, UnsafeRawBufferPointer(raw))
    }
  }

  private borrowing func makeFolders(for relative: String) throws(MachineError) {
    guard Path.staysBeneath(relative) else {
      throw MachineError(
        call: "create", subject: relative, number: 0, reason: "the path leaves the folder")
    }
    var partial = ""
    for part in Path.folder(of: relative).split(separator: "/") {
      partial += partial.isEmpty ? part : "/\(part)"
      if mkdirat(descriptor, partial, 0o755) != 0, errno != EEXIST {
        throw .last("make folder", "\(path)/\(partial)")
      }
    }
  }
}
