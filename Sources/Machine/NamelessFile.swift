import Glibc
import Synchronization

/// A file that has no name, for what does not fit into memory: it goes with the process.
///
/// Any thread may append and read.
public final class NamelessFile: Sendable {
  private let descriptor: Int32
  private let path: String
  private let count = Atomic<Int>(0)

  private static let made = Atomic<Int>(0)

  /// Makes an empty file in a folder, whose file system holds it.
  public init(in folder: String) throws(MachineError) {
    let number = Self.made.wrappingAdd(1, ordering: .relaxed).newValue
    path = "\(folder)/nameless.\(getpid()).\(number)"
    try Files.makeFolders(folder)
    descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    if descriptor < 0 { throw .last("write", path) }
    try Files.remove(path)
  }

  deinit { close(descriptor) }

  /// Adds bytes at the end and gives where they begin.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(MachineError) -> Int {
    let start = count.wrappingAdd(bytes.count, ordering: .relaxed).oldValue
    var done = 0
    while done < bytes.count {
      let wrote = pwrite(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, start + done)
      if wrote < 0 {
        if errno == EINTR { continue }
        throw .last("write", path)
      }
      done += wrote
    }
    return start
  }

  /// Fills `room` with the bytes from `start` on.
  public func read(from start: Int, into room: UnsafeMutableRawBufferPointer)
    throws(MachineError)
  {
    var done = 0
    while done < room.count {
      let got = pread(
        descriptor, room.baseAddress.map { $0 + done }, room.count - done, start + done)
      if got < 0, errno == EINTR { continue }
      if got <= 0 { throw .last("read", path) }
      done += got
    }
  }
}
