import Glibc

/// An HTTP/1.1 server on libmicrohttpd: a few threads that each wait on epoll.
///
/// The handler runs on these threads, several at a time; work that waits is answered with a
/// `DeferredResponse`. Nothing a client sends reaches the handler before its body is complete and
/// within the limit.
public final class HTTPServer: Sendable {
  /// What a server may be told.
  public struct Configuration: Sendable {
    /// Address to listen at; loopback unless somebody says otherwise.
    public var host = "127.0.0.1"
    /// Port; 0 takes a free one.
    public var port = 0
    /// Threads.
    public var threadCount = 4
    /// Connections at a time; further ones wait in the kernel's queue.
    public var connectionLimit = 1024
    /// Seconds after which a silent connection is closed.
    public var timeoutSeconds = 30
    /// Largest body in bytes.
    public var bodyLimit = 1 << 20
    /// Makes the answer to a body that is too large.
    public var tooLarge: @Sendable (Request) -> Response = { _ in
      Response(status: 413, contentType: "text/plain; charset=utf-8", text: "Body too large\n")
    }
    /// Is told about every request after it was answered.
    public var log: (@Sendable (LogEntry) -> Void)?

    /// Makes the defaults.
    public init() {}
  }

  /// One answered request.
  public struct LogEntry: Sendable {
    /// Method.
    public let method: String
    /// Path and query as they were sent.
    public let target: String
    /// Status of the answer.
    public let status: Int
    /// Microseconds from the first byte to the end of the answer.
    public let microseconds: Int
  }

  /// Port that the server listens at.
  public let port: Int
  /// Address that the server listens at.
  public let host: String
  private let core: ServerCore

  /// Starts a server that answers with what `handler` returns.
  public init(
    _ configuration: Configuration = Configuration(),
    handler: @escaping @Sendable (Request) -> Response
  ) throws(HTTPServerError) {
    let listener = try Listener(host: configuration.host, port: configuration.port)
    host = configuration.host
    port = listener.port
    core = ServerCore(configuration: configuration, handler: handler)
    try core.start(listener.descriptor)
  }

  /// Starts a server on a port of the loopback interface.
  public static func start(
    port: Int, handler: @escaping @Sendable (Request) -> Response
  ) throws(HTTPServerError) -> HTTPServer {
    var configuration = Configuration()
    configuration.port = port
    return try HTTPServer(configuration, handler: handler)
  }

  /// What clients put before a path, for example `http://127.0.0.1:8080`.
  public var baseURL: String {
    let shown = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
    return shown.contains(":") ? "http://[\(shown)]:\(port)" : "http://\(shown):\(port)"
  }

  /// Takes no more connections, lets running requests finish for at most `seconds`, and ends.
  /// Waiting requests are answered with 503. A second call does nothing.
  public func stop(withinSeconds seconds: Int = 5) { core.stop(withinSeconds: seconds) }

  deinit { core.stop(withinSeconds: 0) }
}

/// Why a server did not start.
public struct HTTPServerError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure.
  public enum Code: String, Sendable {
    /// The address is not one of this machine.
    case badAddress = "server.bad-address"
    /// Another program has the port.
    case portInUse = "server.port-in-use"
    /// The port needs rights that this process lacks.
    case notPermitted = "server.not-permitted"
    /// Something else.
    case failed = "server.failed"
  }

  /// What sort.
  public let code: Code
  /// One sentence for a person.
  public let message: String

  /// One line for a person.
  public var description: String { message }
}

/// A listening socket.
struct Listener {
  let descriptor: Int32
  let port: Int

  init(host: String, port: Int) throws(HTTPServerError) {
    guard (0...65_535).contains(port) else {
      throw HTTPServerError(code: .badAddress, message: "\(port) is not a port")
    }
    let isV6 = host.utf8.contains(UInt8(ascii: ":"))
    let made = socket(
      isV6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard made >= 0 else { throw Self.failure(host, port) }
    var isUsable = false
    defer { if !isUsable { close(made) } }
    var yes: Int32 = 1
    setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let status = isV6 ? Self.bindV6(made, host, port) : Self.bindV4(made, host, port)
    guard let status else {
      throw HTTPServerError(
        code: .badAddress, message: "\(host) is not an address; 127.0.0.1 or ::1 is one")
    }
    guard status == 0, listen(made, 512) == 0 else { throw Self.failure(host, port) }
    self.port = Self.boundPort(made)
    descriptor = made
    isUsable = true
  }

  private static func bindV4(_ descriptor: Int32, _ host: String, _ port: Int) -> Int32? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { return nil }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func bindV6(_ descriptor: Int32, _ host: String, _ port: Int) -> Int32? {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = in_port_t(UInt16(port).bigEndian)
    guard inet_pton(AF_INET6, host, &address.sin6_addr) == 1 else { return nil }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
      }
    }
  }

  private static func boundPort(_ descriptor: Int32) -> Int {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = getsockname(descriptor, $0, &length)
      }
    }
    // Port and family stand at the same place in the addresses of both families.
    return withUnsafePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
        Int(UInt16(bigEndian: $0.pointee.sin_port))
      }
    }
  }

  private static func failure(_ host: String, _ port: Int) -> HTTPServerError {
    let number = errno
    let reason = String(cString: strerror(number))
    switch number {
    case EADDRINUSE:
      return HTTPServerError(
        code: .portInUse, message: "port \(port) of \(host) is in use by another program")
    case EACCES, EPERM:
      return HTTPServerError(
        code: .notPermitted, message: "port \(port) needs rights that this process lacks")
    case EADDRNOTAVAIL:
      return HTTPServerError(
        code: .badAddress, message: "\(host) is not an address of this machine")
    default:
      return HTTPServerError(
        code: .failed, message: "cannot listen at port \(port) of \(host): \(reason)")
    }
  }
}
