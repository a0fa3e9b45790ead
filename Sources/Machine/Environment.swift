import CGlue
import Glibc

/// What the process was given by whoever started it, and what it uses.
public enum Environment {
  /// The value of an environment variable; nil where it is unset or empty.
  public static func value(_ name: String) -> String? {
    guard let text = getenv(name), text.pointee != 0 else { return nil }
    return String(cString: text)
  }

  /// Columns of the terminal behind a descriptor, or nil where it is no terminal.
  public static func terminalColumns(_ descriptor: Int32) -> Int? {
    let columns = glue_terminal_columns(descriptor)
    return columns > 0 ? Int(columns) : nil
  }

  /// Whether a descriptor is a terminal.
  public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

  /// Largest resident memory of this process so far, in bytes.
  public static var peakResidentBytes: Int { Int(glue_peak_resident_bytes()) }

  /// The name that this installation of the system has for good (machine-id(5)); nil where it has
  /// none. It is confidential: only digests of it leave the machine.
  public static var machineID: String? {
    for path in ["/etc/machine-id", "/var/lib/dbus/machine-id"] {
      let text = (try? Files.readText(path)) ?? ""  // a system without one has no name
      if let word = text.split(whereSeparator: \.isWhitespace).first { return String(word) }
    }
    return nil
  }

  /// The number of this process.
  public static var processID: Int { Int(getpid()) }
}

/// Writing to the standard streams, straight to the descriptor: nothing is lost in a buffer.
public enum StandardStream: Int32, Sendable {
  /// Data.
  case output = 1
  /// Everything else.
  case error = 2

  /// Writes text; false where the reader has gone.
  @discardableResult
  public func write(_ text: String) -> Bool {
    var copy = text
    return copy.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  /// Writes bytes; false where the reader has gone.
  @discardableResult
  public func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var done = 0
    while done < bytes.count {
      let wrote = Glibc.write(rawValue, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if wrote < 0 {
        if errno == EINTR { continue }
        return false
      }
      done += wrote
    }
    return true
  }
}
