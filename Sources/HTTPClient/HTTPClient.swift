import Machine
import Synchronization

/// Asks servers over HTTP/1.1 and HTTP/2 (libcurl), with connections kept for the next request.
///
/// Calls block the calling thread and may come from any thread, also from inside a body closure:
/// each call takes a set of connections of its own and gives it back. Redirects are followed only
/// within the same scheme, host and port, so that no credential reaches another place. A signal
/// (`Signals.isInterrupted`) ends every transfer within a quarter of a second.
public final class HTTPClient: Sendable {
  /// What all requests of a client share.
  public struct Configuration: Sendable {
    /// What the client calls itself.
    public var userAgent = "trumeau"
    /// A file of certificates (PEM) to trust instead of the system's.
    public var certificateFile: String?
    /// Asked several times a second; true ends all transfers.
    public var isCancelled: @Sendable () -> Bool = { Signals.isInterrupted }

    /// Makes the usual configuration.
    public init() {}
  }

  let configuration: Configuration
  private let idle = Mutex<[Transport]>([])

  /// Makes a client; no connection is opened before the first request.
  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
  }

  /// Whether whoever made the client wants all work to end.
  public var isCancelled: Bool { configuration.isCancelled() }

  /// Sends a request and gives the whole answer, of whatever status.
  ///
  /// - Throws: `HTTPError` where no whole answer came.
  public func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
    let results = sendAll([request], concurrency: 1)
    return try results[0].get()
  }

  /// Sends many requests, at most `concurrency` at a time, and gives the answers in the order of
  /// the requests. One that fails does not stop the others.
  public func sendAll(
    _ requests: [HTTPRequest], concurrency: Int = 8
  ) -> [Result<HTTPResponse, HTTPError>] {
    let transfers = requests.map { Transfer($0, sink: nil) }
    run(transfers, concurrency: concurrency)
    return transfers.map { transfer in
      if let error = transfer.failure { return .failure(error) }
      return .success(HTTPResponse(head: transfer.head, body: transfer.body))
    }
  }

  /// Sends a request and hands on the body as it comes.
  ///
  /// `receive` gets the head of the answer and a piece of its decoded body, valid only inside the
  /// call; it is not called for an answer without a body. An error that it throws ends the
  /// transfer and is thrown on.
  /// - Throws: `HTTPError`, or what `receive` threw.
  public func stream(
    _ request: HTTPRequest, receive: (HTTPResponseHead, UnsafeRawBufferPointer) throws -> Void
  ) throws -> HTTPResponseHead {
    try withoutActuallyEscaping(receive) { receive in
      let transfer = Transfer(request, sink: receive)
      run([transfer], concurrency: 1)
      transfer.sink = nil
      if let thrown = transfer.thrown { throw thrown }
      if let error = transfer.failure { throw error }
      return transfer.head
    }
  }

  private func run(_ transfers: [Transfer], concurrency: Int) {
    let taken = idle.withLock { $0.popLast() }
    let transport = taken ?? Transport()
    transport.run(transfers, concurrency: max(concurrency, 1), configuration: configuration)
    idle.withLock { if $0.count < 8 { $0.append(transport) } }
  }
}
