import Glibc
import HTTPServer

/// Which names a browser may know this server by.
///
/// A page of another site can have its own name point to 127.0.0.1 and then read what is served there
/// ("DNS rebinding"); the name that it must send tells. Addresses of numbers cannot be rebound.
struct HostCheck: Sendable {
  /// Names beside the usual ones.
  var allowed: Set<String>

  init(allowing names: [String]) { allowed = Set(names.map { $0.lowercased() }) }

  /// Whether a request may be answered.
  func allows(_ request: Request) -> Bool {
    let fields = request.headers.values("Host")
    guard fields.count == 1, let name = Self.name(of: fields[0]) else { return false }
    return name == "localhost" || name.hasSuffix(".localhost") || allowed.contains(name)
      || Self.isNumeric(name)
  }

  /// A host without its port, in small letters; nil where it is none.
  private static func name(of text: String) -> String? {
    let lowered = text.lowercased()
    if lowered.hasPrefix("[") {
      guard let end = lowered.firstIndex(of: "]") else { return nil }
      return String(lowered[lowered.index(after: lowered.startIndex)..<end])
    }
    let parts = lowered.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, !parts[0].isEmpty else { return nil }
    return String(parts[0])
  }

  private static func isNumeric(_ name: String) -> Bool {
    var v4 = in_addr()
    var v6 = in6_addr()
    return inet_pton(AF_INET, name, &v4) == 1 || inet_pton(AF_INET6, name, &v6) == 1
  }

  /// The answer to all others.
  func refusal(_ request: Request) -> Response {
    let name = request.headers["Host"].flatMap(Self.name) ?? ""
    return Response(
      status: 403, contentType: "text/plain; charset=utf-8",
      text: """
        This preview is not served under the name "\(name.prefix(120).filter { $0.isASCII })".
        Open it at http://127.0.0.1 or http://localhost, or allow the name with --allow-host.

        """)
  }
}
