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
      entries.append(Entry(name: name, isFolder: isFolder(name, entry.pointee.d_type)))
    }
    return entries
  }

  private borrowing func isFolder(_ name: String, _ kind: UInt8) -> Bool {
    if Int(kind) != Int(DT_UNKNOWN) { return Int(kind) == Int(DT_DIR) }
    var status = stat()
    return fstatat(dirfd(stream), name, &status, AT_SYMLINK_NOFOLLOW) == 0
      && status.st_mode & S_IFMT == S_IFDIR
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
