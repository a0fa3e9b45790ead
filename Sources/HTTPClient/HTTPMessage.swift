/// What is asked of a server.
public struct HTTPRequest: Sendable {
  /// How long to wait.
  public struct Patience: Sendable {
    /// Milliseconds until a connection must stand.
    public var connectMs = 10_000
    /// Seconds without a byte after which a transfer counts as dead.
    public var stallSeconds = 60
    /// Milliseconds for the whole exchange; 0 sets no limit.
    public var totalMs = 0

    /// Makes the usual patience.
    public init() {}
  }

  /// The method, in upper case.
  public var method: String
  /// An absolute `http` or `https` address.
  public var url: String
  /// Header fields to send.
  public var headers: HTTPHeaders
  /// The body to send; nil sends none.
  public var body: [UInt8]?
  /// How long to wait.
  public var patience = Patience()
  /// Whether compressed answers are asked for and decoded. Switch off where bytes are counted, as
  /// with `Range`.
  public var acceptsCompression = true
  /// The largest body that `send` and `sendAll` keep, in bytes after decoding.
  public var bodyLimit = 256 << 20

  /// Makes a request.
  public init(
    _ method: String = "GET", _ url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// The beginning of an answer.
public struct HTTPResponseHead: Sendable {
  /// The status code.
  public var status: Int
  /// The header fields.
  public var headers: HTTPHeaders

  /// Makes a head.
  public init(status: Int, headers: HTTPHeaders) {
    self.status = status
    self.headers = headers
  }

  /// Whether the status is one of success.
  public var isSuccess: Bool { (200..<300).contains(status) }
}

/// A whole answer.
public struct HTTPResponse: Sendable {
  /// Its status and header fields.
  public var head: HTTPResponseHead
  /// Its body, decoded.
  public var body: [UInt8]

  /// Makes an answer.
  public init(head: HTTPResponseHead, body: [UInt8]) {
    self.head = head
    self.body = body
  }

  /// The status code.
  public var status: Int { head.status }
  /// The header fields.
  public var headers: HTTPHeaders { head.headers }
  /// The body as text; malformed UTF-8 becomes U+FFFD.
  public var text: String { String(decoding: body, as: UTF8.self) }
}
