import Glibc

/// Sends bytes to a port and reads until the server closes.
struct WireClient {
  let port: Int

  func send(_ text: String) -> Answer? {
    guard let descriptor = connect() else { return nil }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { break }
      rest = rest.dropFirst(count)
    }
    var received: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &room, room.count, 0)
      if count <= 0 { break }
      received.append(contentsOf: room[..<count])
    }
    return parse(received)
  }

  private func connect() -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 30, tv_usec: 0)
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
