public import Bytes
import CGlue
import Glibc

/// An open file with one owner, closed when it goes away.
public struct OpenFile: ~Copyable {
  /// The system's number for it.
  public let descriptor: Int32
  private let path: String

  /// Opens a file to read.
  public init(reading path: String) throws(MachineError) {
    self.path = path
    descriptor = glue_open(path, O_RDONLY, 0)
    if descriptor < 0 { throw .last("read", path) }
  }

  /// Opens a file to write, made or emptied. With `exclusive` it must not exist.
  public init(creating path: String, mode: UInt32 = 0o644, exclusive: Bool = false)
    throws(MachineError)
  {
    self.path = path
    descriptor = glue_open(
      path, O_WRONLY | O_CREAT | (exclusive ? O_EXCL : O_TRUNC), mode)
    if descriptor < 0 { throw .last("write", path) }
  }

  /// Opens a file to write at its end, made where there is none.
  public init(appending path: String, mode: UInt32 = 0o644) throws(MachineError) {
    self.path = path
    descriptor = glue_open(path, O_WRONLY | O_CREAT | O_APPEND, mode)
    if descriptor < 0 { throw .last("write", path) }
  }

  /// Opens what is handed to this process on standard input, be it a file, a pipe or a socket.
  public static func standardInput() throws(MachineError) -> OpenFile {
    let copy = dup(0)
    if copy < 0 { throw .last("read", "standard input") }
    return OpenFile(adopting: copy, path: "standard input")
  }

  init(adopting descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { Glibc.close(descriptor) }

  /// Writes all bytes.
  public borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(MachineError) {
    var done = 0
    while done < bytes.count {
      let wrote = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if wrote < 0 {
        if errno == EINTR { continue }
        throw .last("write", path)
      }
      done += wrote
    }
  }

  /// Writes all bytes of an array.
  public borrowing func write(_ bytes: [UInt8]) throws(MachineError) {
    try bytes.withUnsafeBufferPointer { (raw) throws(MachineError) in
      try write(UnsafeRawBufferPointer(raw))
    }
  }

  /// Writes all bytes of a buffer.
  public borrowing func write(_ buffer: borrowing ByteBuffer) throws(MachineError) {
    try buffer.withBytes { (raw) throws(MachineError) in try write(raw) }
  }

  /// Reads up to `room.count` bytes; 0 at the end.
  public borrowing func read(into room: UnsafeMutableRawBufferPointer) throws(MachineError) -> Int {
    while true {
      let got = Glibc.read(descriptor, room.baseAddress, room.count)
      if got >= 0 { return got }
      if errno != EINTR { throw .last("read", path) }
    }
  }

  /// Reads all that is left.
  public borrowing func readAll() throws(MachineError) -> [UInt8] {
    var bytes: [UInt8] = []
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { room.deallocate() }
    while true {
      let got = try read(into: room)
      if got == 0 { return bytes }
      bytes.append(contentsOf: room[..<got])
    }
  }

  /// Reads a file from here to its end, into room of its size.
  borrowing func readWhole() throws(MachineError) -> [UInt8] {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0
    else { return try readAll() }
    var failure: MachineError?
    // One byte more than there is: what does not fill it has come to the end.
    let room = Int(status.st_size) + 1
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
      while count < room {
        let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, room - count)
        if got < 0 {
          if errno == EINTR { continue }
          failure = .last("read", path)
          return
        }
        count += got
        if got == 0 || count < room { return }
      }
    }
    if let failure { throw failure }
    // It has grown meanwhile.
    return bytes.count == room ? bytes + (try readAll()) : bytes
  }

  /// Waits until the content is on the disk.
  public borrowing func sync() throws(MachineError) {
    if fsync(descriptor) != 0 { throw .last("sync", path) }
  }

  /// Takes an exclusive lock without waiting; false where another process has it.
  public borrowing func lock() -> Bool { glue_lock_exclusive(descriptor) == 0 }

  /// Gives the lock up, also where a process that is just being started has the descriptor too.
  public borrowing func unlock() { _ = glue_unlock(descriptor) }

  /// Closes and reports what a late write error would say.
  public consuming func close() throws(MachineError) {
    let descriptor = self.descriptor
    let path = self.path
    let copy = dup(descriptor)
    if copy >= 0, Glibc.close(copy) != 0 { throw .last("close", path) }
  }
}
