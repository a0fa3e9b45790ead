public import Bytes
import Glibc

/// Keeps a second process out of a place, until it goes away or the process dies.
public struct LockFile: ~Copyable {
  private let file: OpenFile

  /// Takes the lock. The file says which process has it since when, and stays after.
  ///
  /// - Throws: `MachineError` with `EWOULDBLOCK` and the holder's words where it is taken.
  public init(_ path: String, at instant: Instant) throws(MachineError) {
    let opened = try OpenFile(appending: path)
    guard opened.lock() else {
      let holder = (try? Files.readText(path)) ?? ""  // only makes the message richer
      throw MachineError(
        call: "lock", subject: path, number: EWOULDBLOCK,
        reason: "in use by \(holder.isEmpty ? "another process" : holder)")
    }
    ftruncate(opened.descriptor, 0)
    let words = "process \(getpid()) since \(instant.rfc3339)"
    let bytes = Array(words.utf8)
    try opened.write(bytes)
    file = opened
  }

  deinit { file.unlock() }
}
