import Glibc

/// Why the machine refused something.
public struct MachineError: Error, Sendable, CustomStringConvertible {
  /// The call that failed, for example `open`.
  public let call: String
  /// The path or object concerned.
  public let subject: String
  /// The system's error number; 0 where the refusal is ours.
  public let number: Int32
  /// What the system says.
  public let reason: String

  /// Makes an error from its parts.
  public init(call: String, subject: String, number: Int32, reason: String? = nil) {
    self.call = call
    self.subject = subject
    self.number = number
    self.reason = reason ?? String(cString: strerror(number))
  }

  /// The error that `errno` names now.
  static func last(_ call: String, _ subject: String) -> MachineError {
    MachineError(call: call, subject: subject, number: errno)
  }

  /// Whether the thing does not exist.
  public var isNotFound: Bool { number == ENOENT || number == ENOTDIR }

  /// Whether something bears the name already.
  public var isAlreadyThere: Bool { number == EEXIST }

  /// Whether the disk is full.
  public var isDiskFull: Bool { number == ENOSPC || number == EDQUOT }

  /// Whether whoever runs this process may not do it.
  public var isForbidden: Bool { number == EACCES || number == EPERM }

  /// Whether the disk can only be read.
  public var isReadOnly: Bool { number == EROFS }

  /// One line for a person.
  public var description: String { "cannot \(call) \(subject): \(reason)" }
}
