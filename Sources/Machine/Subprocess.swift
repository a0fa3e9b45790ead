import Glibc

/// Another program, run to its end.
public enum Subprocess {
  /// Starts a program found on PATH with these arguments and this process's streams and
  /// environment, and gives its process id.
  public static func start(_ arguments: [String]) throws(MachineError) -> Int32 {
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
    words.append(nil)
    defer { for word in words { free(word) } }
    guard let program = words[0] else {
      throw MachineError(call: "start", subject: "", number: EINVAL)
    }
    var process: pid_t = 0
    let result = posix_spawnp(&process, program, nil, nil, words, environ)
    guard result == 0 else {
      throw MachineError(call: "start", subject: arguments.first ?? "", number: result)
    }
    return process
  }

  /// Waits for a started program; its exit code, or 128 + the signal that ended it.
  public static func wait(_ process: Int32) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
  }
}
