import Bytes
import Glibc
import Synchronization

/// What a client sent to a `ScriptedServer`.
public struct ScriptedRequest: Sendable {
  /// The method.
  public let method: String
  /// The target as sent: path and query.
  public let target: String
  /// Header fields; names in lower case.
  public let headers: [String: String]
  /// The body.
  public let body: [UInt8]

  /// The target without its query.
  public var path: String { String(target.prefix { $0 != "?" }) }

  /// The first value of a query item, percent-decoded.
  public func query(_ name: String) -> String? {
    guard let mark = target.firstIndex(of: "?") else { return nil }
    for item in target[target.index(after: mark)...].split(separator: "&") {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard Self.decode(parts[0]) == name else { continue }
      return parts.count > 1 ? Self.decode(parts[1]) : ""
    }
    return nil
  }

  private static func decode(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, let high = Hex.value(rest[rest.startIndex]),
        let low = Hex.value(rest[rest.startIndex + 1])
      {
        bytes.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// What a `ScriptedServer` does with a request: an answer, or one of the ways to misbehave.
public enum ScriptedAnswer: Sendable {
  /// A proper answer with its length; the connection stays.
  case reply(Int, headers: [(String, String)] = [], body: [UInt8] = [])
  /// Bytes as they are, then the connection is closed.
  case raw([UInt8])
  /// Announces `length` bytes, sends `body`, closes.
  case truncated(Int, headers: [(String, String)] = [], length: Int, body: [UInt8])
  /// Says nothing for that many milliseconds, then closes.
  case silence(milliseconds: Int)

  /// A proper answer in JSON.
  public static func json(
    _ text: String, status: Int = 200, headers: [(String, String)] = []
  ) -> ScriptedAnswer {
    .reply(
      status, headers: [("Content-Type", "application/json")] + headers, body: Array(text.utf8))
  }
}

/// An HTTP/1.1 server on loopback whose answers, good and bad, are written by a test.
///
/// A thread a connection; the script may be called from several at once.
public final class ScriptedServer: Sendable {
  /// The script of a test.
  public typealias Script = @Sendable (ScriptedRequest) -> ScriptedAnswer

  /// Its address, without a slash at the end.
  public let url: String
  private let listener: Int32
  private let script: Script
  private let log = Mutex<[ScriptedRequest]>([])
  private let connections = Mutex<(open: Set<Int32>, made: Int)>(([], 0))

  /// Starts on a free port.
  public init(_ script: @escaping Script) throws {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && listen(descriptor, 64) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard descriptor >= 0, bound else { throw ScriptedServerError.cannotListen }
    listener = descriptor
    self.script = script
    url = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
    spawn { [self] in accept() }
  }

  /// Why a server did not start.
  public enum ScriptedServerError: Error {
    /// No loopback port could be had.
    case cannotListen
  }

  /// All requests so far.
  public var requests: [ScriptedRequest] { log.withLock { $0 } }

  /// How many connections clients have made so far.
  public var connectionCount: Int { connections.withLock { $0.made } }

  /// Ends the server and its connections. Call it at the end of a test.
  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))  // the accepting thread closes it
    connections.withLock { for one in $0.open { shutdown(one, Int32(SHUT_RDWR)) } }
  }

  private func accept() {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else {
        close(listener)
        return
      }
      connections.withLock {
        $0.open.insert(connection)
        $0.made += 1
      }
      spawn { [self] in
        serve(connection)
        connections.withLock { _ = $0.open.remove(connection) }
        close(connection)
      }
    }
  }

  private func serve(_ connection: Int32) {
    var buffer: [UInt8] = []
    while let request = Self.read(connection, &buffer) {
      log.withLock { $0.append(request) }
      let isHead = request.method == "HEAD"
      switch script(request) {
      case .reply(let status, let headers, let body):
        let head = Self.head(status, headers, length: body.count)
        guard Self.send(connection, head + (isHead ? [] : body)) else { return }
      case .raw(let bytes):
        _ = Self.send(connection, bytes)
        return
      case .truncated(let status, let headers, let length, let body):
        _ = Self.send(connection, Self.head(status, headers, length: length) + body)
        return
      case .silence(let milliseconds):
        usleep(UInt32(milliseconds) * 1000)
        return
      }
    }
  }

  private static func head(_ status: Int, _ headers: [(String, String)], length: Int) -> [UInt8] {
    var text = "HTTP/1.1 \(status) Scripted\r\nContent-Length: \(length)\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    return Array((text + "\r\n").utf8)
  }

  private static func send(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          connection, $0.baseAddress.map { $0 + sent }, bytes.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  private static func read(_ connection: Int32, _ buffer: inout [UInt8]) -> ScriptedRequest? {
    var headEnd: Int?
    while true {
      headEnd = end(of: buffer)
      if let first = buffer.first, first < 0x41 || first > 0x5A { return nil }  // TLS, not HTTP
      if headEnd != nil { break }
      guard fill(connection, &buffer) else { return nil }
    }
    guard let headEnd else { return nil }
    let lines = String(decoding: buffer[..<headEnd], as: UTF8.self).split(separator: "\r\n")
    let first = lines[0].split(separator: " ")
    guard first.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    let length = Int(headers["content-length"] ?? "0") ?? 0
    while buffer.count < headEnd + length {
      guard fill(connection, &buffer) else { return nil }
    }
    let body = Array(buffer[headEnd..<(headEnd + length)])
    buffer.removeFirst(headEnd + length)
    return ScriptedRequest(
      method: String(first[0]), target: String(first[1]), headers: headers, body: body)
  }

  private static func end(of buffer: [UInt8]) -> Int? {
    guard buffer.count >= 4 else { return nil }
    for index in 3..<buffer.count
    where buffer[index] == 10 && buffer[index - 1] == 13 && buffer[index - 2] == 10
      && buffer[index - 3] == 13
    {
      return index + 1
    }
    return nil
  }

  private static func fill(_ connection: Int32, _ buffer: inout [UInt8]) -> Bool {
    let piece = [UInt8](unsafeUninitializedCapacity: 16 << 10) { room, count in
      count = max(recv(connection, room.baseAddress, room.count, 0), 0)
    }
    buffer += piece
    return !piece.isEmpty
  }
}

/// Runs work on a thread of its own.
private func spawn(_ work: @escaping @Sendable () -> Void) {
  let box = Unmanaged.passRetained(ThreadWork(work))
  var thread = pthread_t()
  pthread_create(&thread, nil, ThreadWork.begin, box.toOpaque())
  pthread_detach(thread)
}

private final class ThreadWork: Sendable {
  let work: @Sendable () -> Void
  init(_ work: @escaping @Sendable () -> Void) { self.work = work }

  static let begin: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    context in
    if let context { Unmanaged<ThreadWork>.fromOpaque(context).takeRetainedValue().work() }
    return nil
  }
}
