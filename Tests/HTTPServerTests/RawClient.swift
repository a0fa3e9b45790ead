import Glibc

/// Speaks bytes to a port, so that tests can say what no client library would.
struct RawClient {
  struct Answer {
    let status: Int
    let head: String
    let body: String

    func header(_ name: String) -> String? {
      for line in head.split(separator: "\r\n") {
        let halves = line.split(separator: ":", maxSplits: 1)
        if halves.count == 2, halves[0].lowercased() == name.lowercased() {
          return String(halves[1].drop { $0 == " " })
        }
      }
      return nil
    }
  }

  let port: Int

  /// Sends a whole request and reads until the server closes.
  func send(_ text: String) -> Answer? {
    guard let bytes = exchange(Array(text.utf8)) else { return nil }
    return parse(bytes)
  }

  func get(_ target: String, _ headers: String...) -> Answer? {
    request("GET", target, headers)
  }

  func request(_ method: String, _ target: String, _ headers: [String] = [], body: String = "")
    -> Answer?
  {
    var lines = ["\(method) \(target) HTTP/1.1", "Host: test", "Connection: close"] + headers
    if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
    return send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
  }

  func exchange(_ bytes: [UInt8]) -> [UInt8]? {
    guard let descriptor = connect() else { return nil }
    defer { close(descriptor) }
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent,
          Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { break }
      sent += count
    }
    var received: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &room, room.count, 0)
      if count <= 0 { break }
      received.append(contentsOf: room[..<count])
    }
    return received
  }

  func connect() -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return status == 0 ? descriptor : nil
  }

  private func parse(_ bytes: [UInt8]) -> Answer? {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
    let head = String(text[..<end.lowerBound])
    let words = head.split(separator: " ")
    guard words.count > 1, let status = Int(words[1].prefix(3)) else { return nil }
    return Answer(status: status, head: head, body: String(text[end.upperBound...]))
  }
}
