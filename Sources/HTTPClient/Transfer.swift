import Bytes

/// One request on its way: what has come of its answer so far. Used by one thread.
final class Transfer {
  let request: HTTPRequest
  /// Where the body goes; nil keeps it in `body`.
  var sink: ((HTTPResponseHead, UnsafeRawBufferPointer) throws -> Void)?
  /// The address asked now, which a redirect changes.
  var url: String
  var redirects = 0
  var head = HTTPResponseHead(status: 0, headers: [:])
  var body: [UInt8] = []
  var failure: HTTPError?
  /// What the sink threw.
  var thrown: (any Error)?
  var hasEndedHead = false

  init(
    _ request: HTTPRequest, sink: ((HTTPResponseHead, UnsafeRawBufferPointer) throws -> Void)?
  ) {
    self.request = request
    self.sink = sink
    url = request.url
  }

  /// Forgets an answer, before the request is sent anew.
  func startOver() {
    head = HTTPResponseHead(status: 0, headers: [:])
    body = []
    hasEndedHead = false
  }

  /// Whether the answer so far is one that points elsewhere and may be followed.
  var isRedirect: Bool {
    [301, 302, 303, 307, 308].contains(head.status) && head.headers["location"] != nil
      && (request.method == "GET" || request.method == "HEAD")
  }

  func fail(_ code: HTTPError.Code, _ message: String) {
    if failure == nil { failure = HTTPError(code: code, message: message, url: url) }
  }

  /// Takes one header line; false ends the transfer.
  func receiveHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    var end = line.count
    while end > 0, line[end - 1] == 0x0A || line[end - 1] == 0x0D { end -= 1 }
    if end == 0 {
      hasEndedHead = true
      return true
    }
    let bytes = UnsafeRawBufferPointer(rebasing: line[..<end])
    if bytes.starts(with: "HTTP/".utf8) {  // also after 1xx and proxies' answers
      head = HTTPResponseHead(status: Self.status(bytes), headers: [:])
      hasEndedHead = false
      return true
    }
    guard !hasEndedHead, let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return true }
    var start = colon + 1
    while start < bytes.count, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
    var stop = bytes.count
    while stop > start, bytes[stop - 1] == 0x20 || bytes[stop - 1] == 0x09 { stop -= 1 }
    head.headers.add(
      String(decoding: bytes[..<colon], as: UTF8.self),
      String(decoding: bytes[start..<stop], as: UTF8.self))
    return true
  }

  /// Takes a piece of the body; false ends the transfer.
  func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if isRedirect { return true }
    if let sink {
      do {
        try sink(head, bytes)
        return true
      } catch {
        thrown = error
        fail(.aborted, "the reader of the answer stopped")
        return false
      }
    }
    guard body.count + bytes.count <= request.bodyLimit else {
      fail(.tooLarge, "the answer is larger than \(request.bodyLimit) bytes")
      return false
    }
    body.append(contentsOf: bytes)
    return true
  }

  private static func status(_ line: UnsafeRawBufferPointer) -> Int {
    guard let space = line.firstIndex(of: 0x20) else { return 0 }
    var value = 0
    for byte in line[(space + 1)...].prefix(3) {
      guard byte >= 48, byte <= 57 else { return 0 }
      value = value * 10 + Int(byte - 48)
    }
    return value
  }
}
