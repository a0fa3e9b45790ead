public import Bytes
import CGlue
import Glibc

/// Whole files and folders by path. No call here syncs unless its name says so.
public enum Files {
  /// What stands at a path.
  public struct Information: Sendable {
    /// Size in bytes.
    public let size: Int
    /// Whether it is a folder.
    public let isFolder: Bool
    /// Whether it is a file, and no folder, pipe, socket or device.
    public let isFile: Bool
    /// Last change of the content.
    public let modified: Instant
    /// Number of the file on its device.
    public let inode: UInt64
    /// Number of the device; the system may give it another one when it starts again.
    public let device: UInt64
    /// The nine bits of who may do what.
    public let permissions: UInt32

    /// Describes what stands at a path.
    public init(
      size: Int, isFolder: Bool, isFile: Bool? = nil, modified: Instant, inode: UInt64,
      device: UInt64 = 0, permissions: UInt32
    ) {
      self.size = size
      self.isFolder = isFolder
      self.isFile = isFile ?? !isFolder
      self.modified = modified
      self.inode = inode
      self.device = device
      self.permissions = permissions
    }
  }

  /// What stands at `path`, links followed, or nil.
  public static func information(_ path: String) -> Information? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Information(
      size: Int(status.st_size), isFolder: status.st_mode & S_IFMT == S_IFDIR,
      isFile: status.st_mode & S_IFMT == S_IFREG, modified: instant(status.st_mtim),
      inode: UInt64(status.st_ino), device: UInt64(status.st_dev),
      permissions: UInt32(status.st_mode & 0o777))
  }

  /// Lets nobody but the owner read or write a file (mode 600).
  public static func makePrivate(_ path: String) throws(MachineError) {
    if chmod(path, 0o600) != 0 { throw MachineError.last("chmod", path) }
  }

  static func instant(_ time: timespec) -> Instant {
    Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }

  /// Whether something stands at `path`.
  public static func exists(_ path: String) -> Bool { information(path) != nil }

  /// Whether a folder stands at `path`.
  public static func isFolder(_ path: String) -> Bool { information(path)?.isFolder ?? false }

  /// Whether a link stands at `path`, wherever it leads.
  public static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  /// All bytes of a file.
  public static func read(_ path: String) throws(MachineError) -> [UInt8] {
    let file = try OpenFile(reading: path)
    return try file.readWhole()
  }

  /// A file's text; malformed UTF-8 becomes U+FFFD.
  public static func readText(_ path: String) throws(MachineError) -> String {
    String(decoding: try read(path), as: UTF8.self)
  }

  /// Writes a new file, or replaces the content of an old one. Not safe against a crash.
  public static func write(
    _ bytes: UnsafeRawBufferPointer, to path: String, mode: UInt32 = 0o644
  ) throws(MachineError) {
    let file = try OpenFile(creating: path, mode: mode)
    try file.write(bytes)
    try file.close()
  }

  /// Writes text to a file. Not safe against a crash.
  public static func write(_ text: String, to path: String, mode: UInt32 = 0o644)
    throws(MachineError)
  {
    let bytes = Array(text.utf8)
    let file = try OpenFile(creating: path, mode: mode)
    try file.write(bytes)
    try file.close()
  }

  /// Replaces a file so that after a crash it holds the old content or the new, whole: written
  /// beside it, synced, renamed, folder synced.
  public static func replace(
    _ path: String, with bytes: [UInt8], mode: UInt32 = 0o644
  ) throws(MachineError) {
    let temporary = "\(path).\(getpid()).new"
    let file = try OpenFile(creating: temporary, mode: mode)
    do throws(MachineError) {
      try file.write(bytes)
      try file.sync()
      try file.close()
      try rename(temporary, to: path)
      try syncFolder(Path.folder(of: path))
    } catch {
      unlink(temporary)
      throw error
    }
  }

  /// Makes a folder and those above it; fine where they exist.
  public static func makeFolders(_ path: String, mode: UInt32 = 0o755) throws(MachineError) {
    if path.isEmpty || mkdir(path, mode) == 0 { return }
    if errno == ENOENT {
      let above = Path.folder(of: path)
      if above != path {
        try makeFolders(above, mode: mode)
        if mkdir(path, mode) == 0 { return }
      }
    }
    guard errno == EEXIST, isFolder(path) else { throw .last("make folder", path) }
  }

  /// Names in a folder, without `.` and `..`, in byte order.
  public static func list(_ path: String) throws(MachineError) -> [String] {
    try FolderListing(path).entries().sorted(by: FolderListing.Entry.precedes).map(\.name)
  }

  /// Paths of all files and links below a folder, relative to it, in byte order of their parts.
  public static func walk(_ root: String) throws(MachineError) -> [String] {
    var found: [String] = []
    func visit(_ folder: borrowing FolderListing, _ prefix: String) throws(MachineError) {
      for entry in folder.entries().sorted(by: FolderListing.Entry.precedes) {
        let inner = prefix + entry.name
        if entry.isFolder {
          try visit(FolderListing(entry.name, in: folder), "\(inner)/")
        } else if entry.isFile {
          found.append(inner)
        }
      }
    }
    try visit(FolderListing(root), "")
    return found
  }

  /// Removes a file; fine where there is none.
  public static func remove(_ path: String) throws(MachineError) {
    if unlink(path) != 0, errno != ENOENT { throw .last("remove", path) }
  }

  /// Removes a folder with all that is in it; fine where there is none. Links are not followed.
  public static func removeTree(_ path: String) throws(MachineError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else { return try remove(path) }
    try FolderListing(path).removeEntries()
    if rmdir(path) != 0, errno != ENOENT { throw .last("remove folder", path) }
  }

  /// Removes a folder that is empty; gives whether it did.
  public static func removeEmptyFolder(_ path: String) -> Bool { rmdir(path) == 0 }

  /// Cuts a file off behind its first bytes.
  public static func truncate(_ path: String, to count: Int) throws(MachineError) {
    if Glibc.truncate(path, count) != 0 { throw .last("truncate", path) }
  }

  /// Renames, replacing what stands there.
  public static func rename(_ from: String, to target: String) throws(MachineError) {
    if Glibc.rename(from, target) != 0 { throw .last("rename to \(target)", from) }
  }

  /// Swaps two existing paths in one step (renameat2 with RENAME_EXCHANGE).
  public static func exchange(_ one: String, _ other: String) throws(MachineError) {
    if glue_rename_exchange(AT_FDCWD, one, AT_FDCWD, other) != 0 {
      throw .last("swap with \(other)", one)
    }
  }

  /// Gives a file a second name on the same file system.
  public static func link(_ from: String, to target: String) throws(MachineError) {
    if Glibc.link(from, target) != 0 { throw .last("link to \(target)", from) }
  }

  /// Syncs a folder, so that renames in it survive a power loss.
  public static func syncFolder(_ path: String) throws(MachineError) {
    let descriptor = glue_open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY, 0)
    guard descriptor >= 0 else { throw .last("open folder", path) }
    defer { Glibc.close(descriptor) }
    if fsync(descriptor) != 0 { throw .last("sync folder", path) }
  }

  /// Syncs the whole file system that holds `path`: one call for a tree of new files.
  public static func syncFileSystem(_ path: String) throws(MachineError) {
    let descriptor = glue_open(path, O_RDONLY, 0)
    guard descriptor >= 0 else { throw .last("open", path) }
    defer { Glibc.close(descriptor) }
    if glue_syncfs(descriptor) != 0 { throw .last("sync", path) }
  }

  /// Free bytes on the file system of `path` for an ordinary process, or nil.
  public static func freeBytes(_ path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }

  /// The folder in which this process stands.
  public static var currentFolder: String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }
}

/// Paths as text.
public enum Path {
  /// All before the last `/`; "" where there is none.
  public static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// All after the last `/`.
  public static func name(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// Two paths joined; an absolute second one stands alone.
  public static func join(_ base: String, _ path: String) -> String {
    if path.hasPrefix("/") || base.isEmpty { return path }
    if path.isEmpty { return base }
    return base.hasSuffix("/") ? base + path : "\(base)/\(path)"
  }

  /// Whether a relative path stays below its root: not absolute, no `..`, no empty part, no NUL.
  public static func staysBeneath(_ path: String) -> Bool {
    // Length of the part so far, and whether it is dots alone.
    var length = 0
    var isDots = true
    func isPart() -> Bool { length > 0 && !(isDots && length <= 2) }
    for byte in path.utf8 {
      if byte == 0 { return false }
      if byte == UInt8(ascii: "/") {
        guard isPart() else { return false }
        length = 0
        isDots = true
      } else {
        length += 1
        if byte != UInt8(ascii: ".") { isDots = false }
      }
    }
    return isPart()
  }
}
