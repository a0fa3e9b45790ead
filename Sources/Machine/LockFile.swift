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

  /// Takes the lock when whoever has it lets go.
  ///
  /// - Parameters:
  ///   - milliseconds: how long one waits at most, in real time, since no other clock ends a wait for
  ///     another process.
  ///   - toldAfter: after how many of them `tell` is called, once, with the holder's words.
  /// - Throws: `MachineError` with `EWOULDBLOCK` where it is still taken then.
  public init(
    _ path: String, at instant: Instant, waiting milliseconds: Int, toldAfter: Int = 1_000,
    tell: (String) -> Void = { _ in }
  ) throws(MachineError) {
    let step = 10
    var waited = 0
    while true {
      do {
        self = try LockFile(path, at: instant)
        return
      } catch {
        guard error.call == "lock", waited < milliseconds else { throw error }
        if waited == toldAfter { tell(error.reason) }
        SystemTime().sleep(milliseconds: step)
        waited += step
      }
    }
  }

  deinit { file.unlock() }
}
