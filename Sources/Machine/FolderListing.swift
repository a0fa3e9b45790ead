import CGlue
import Glibc

/// An open folder whose entries are looked at. Folders in it are opened by their names alone, which spares
/// the system a way down from the root for each of them.
struct FolderListing: ~Copyable {
  /// What stands in a folder.
  struct Entry {
    let name: String
    /// Whether it is a folder itself; a link to one is not.
    let isFolder: Bool
    /// Whether it is a file, or a link to whatever there may be: no pipe, which whoever opens it waits at,
    /// no socket and no device.
    let isFile: Bool

    /// By bytes of the name.
    static func precedes(_ one: Entry, _ other: Entry) -> Bool {
      one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
    }
  }

  private let stream: OpaquePointer
  /// Where it is, for errors.
  private let path: String

  /// Opens a folder.
  init(_ path: String) throws(MachineError) {
    try self.init(glue_open(path, O_RDONLY | O_DIRECTORY, 0), path)
  }

  /// Opens a folder that stands in another one.
  init(_ name: String, in folder: borrowing FolderListing) throws(MachineError) {
    try self.init(
      glue_openat(dirfd(folder.stream), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0),
      "\(folder.path)/\(name)")
  }

  private init(_ descriptor: Int32, _ path: String) throws(MachineError) {
    guard descriptor >= 0 else { throw .last("list", path) }
    guard let stream = fdopendir(descriptor) else {
      let error = MachineError.last("list", path)
      Glibc.close(descriptor)
      throw error
    }
    self.stream = stream
    self.path = path
  }

  deinit { closedir(stream) }

  /// All entries but `.` and `..`, in the file system's order, which most times tells what each is. Call it
  /// once.
  borrowing func entries() -> [Entry] {
    var entries: [Entry] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name == "." || name == ".." { continue }
      let kind = kind(name, entry.pointee.d_type)
      entries.append(
        Entry(
          name: name, isFolder: kind == Int(DT_DIR),
          isFile: kind == Int(DT_REG) || kind == Int(DT_LNK)))
    }
    return entries
  }

  /// What an entry is; not every file system says it in its listing.
  private borrowing func kind(_ name: String, _ told: UInt8) -> Int {
    if Int(told) != Int(DT_UNKNOWN) { return Int(told) }
    var status = stat()
    guard fstatat(dirfd(stream), name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      return Int(DT_UNKNOWN)
    }
    return switch status.st_mode & S_IFMT {
    case S_IFDIR: Int(DT_DIR)
    case S_IFREG: Int(DT_REG)
    case S_IFLNK: Int(DT_LNK)
    default: Int(DT_UNKNOWN)
    }
  }

  /// Removes all that is in it; what others remove meanwhile is fine.
  borrowing func removeEntries() throws(MachineError) {
    for entry in entries() {
      if entry.isFolder { try FolderListing(entry.name, in: self).removeEntries() }
      let flag = entry.isFolder ? AT_REMOVEDIR : 0
      if unlinkat(dirfd(stream), entry.name, flag) != 0, errno != ENOENT {
        throw .last(entry.isFolder ? "remove folder" : "remove", "\(path)/\(entry.name)")
      }
    }
  }
}
