/// Why no answer came.
///
/// An answer of any status is no error here; the caller judges it. Neither the description nor a
/// member holds header fields, user names, passwords or query values.
public struct HTTPError: Error, Sendable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Code: String, Sendable {
    /// The name has no address, or no way leads there.
    case unreachable = "http.unreachable"
    /// The machine answers, but nothing listens on that port.
    case refused = "http.refused"
    /// Connecting took too long, or the transfer stood still.
    case timedOut = "http.timed-out"
    /// The certificate or handshake is not acceptable.
    case tls = "http.tls"
    /// The connection broke before the answer was whole.
    case broken = "http.broken"
    /// What came is not HTTP, or its coding is damaged.
    case malformed = "http.malformed"
    /// The answer is larger than the caller allowed.
    case tooLarge = "http.too-large"
    /// The server points to another place, where credentials must not go, or points in circles.
    case redirected = "http.redirected"
    /// The request itself cannot be sent.
    case invalidRequest = "http.invalid-request"
    /// The person or the caller ended it.
    case aborted = "http.aborted"
  }

  /// The kind of failure.
  public let code: Code
  /// One sentence for a person, without the address.
  public let message: String
  /// The address, without user, password, query and fragment.
  public let address: String

  /// Makes an error; the address is cleaned of secrets.
  public init(code: Code, message: String, url: String) {
    self.code = code
    self.message = message
    address = Self.withoutSecrets(url)
  }

  /// One line for a person.
  public var description: String { "\(address): \(message)" }

  /// Whether the same request may succeed a little later.
  public var isTransient: Bool {
    switch code {
    case .unreachable, .refused, .timedOut, .broken, .malformed: true
    case .tls, .tooLarge, .redirected, .invalidRequest, .aborted: false
    }
  }

  /// An address without user, password, query and fragment.
  public static func withoutSecrets(_ url: String) -> String {
    let bytes = Array(url.utf8)
    let end = bytes.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? bytes.count
    var begin = 0
    var index = 0
    while index + 2 < end {
      if bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == UInt8(ascii: "/"),
        bytes[index + 2] == UInt8(ascii: "/")
      {
        begin = index + 3
        break
      }
      index += 1
    }
    let hostEnd = bytes[begin..<end].firstIndex(of: UInt8(ascii: "/")) ?? end
    let host = bytes[begin..<hostEnd].lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? begin
    return String(decoding: bytes[..<begin] + bytes[host..<end], as: UTF8.self)
  }
}
