public import Bytes
import Synchronization

/// An answer.
public struct Response: Sendable {
  /// HTTP status.
  public var status: Int
  /// Header fields; length, date and connection are the server's own business.
  public var headers: Headers
  /// What is sent.
  public var body: Body

  /// What is sent.
  public enum Body: Sendable {
    /// Nothing.
    case none
    /// Bytes in memory.
    case bytes([UInt8])
    /// A part of an open file, which the server closes.
    case file(FileSlice)
    /// Pieces in chunked coding: the closure appends some bytes and says whether there is more;
    /// where it throws the connection is cut, so that the reader knows that something is missing.
    case stream(@Sendable (inout ByteBuffer) throws -> Bool)
    /// An answer that comes later, from any thread; the connection waits without a thread.
    case deferred(DeferredResponse)
  }

  /// Makes an answer.
  public init(status: Int = 200, headers: Headers = Headers(), body: Body = .none) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Makes an answer of text.
  public init(status: Int = 200, contentType: String, text: String) {
    self.init(
      status: status, headers: ["Content-Type": contentType], body: .bytes(Array(text.utf8)))
  }

  /// Makes an answer of the bytes of a buffer.
  public init(status: Int = 200, contentType: String, buffer: borrowing ByteBuffer) {
    self.init(status: status, headers: ["Content-Type": contentType], body: .bytes(buffer.array))
  }

  /// An answer that is given later.
  public static func deferred(_ response: DeferredResponse) -> Response {
    Response(body: .deferred(response))
  }
}

/// An answer that somebody promised: complete it exactly once, from any thread.
public final class DeferredResponse: Sendable {
  private enum State {
    case open
    case waiting(@Sendable () -> Void)
    case completed(Response)
    case taken
  }

  private let state = Mutex(State.open)

  /// Makes a promise.
  public init() {}

  /// Gives the answer. Every call but the first is without effect.
  public func complete(_ response: Response) {
    let wake: (@Sendable () -> Void)? = state.withLock { state in
      switch state {
      case .open:
        state = .completed(response)
        return nil
      case .waiting(let wake):
        state = .completed(response)
        return wake
      case .completed, .taken: return nil
      }
    }
    wake?()
  }

  /// Whether the answer was given.
  public var isComplete: Bool {
    state.withLock {
      switch $0 {
      case .completed, .taken: true
      default: false
      }
    }
  }

  /// Has `wake` called once when the answer is there, at once where it is there already.
  func whenComplete(_ wake: @escaping @Sendable () -> Void) {
    let isThere = state.withLock { state in
      if case .open = state {
        state = .waiting(wake)
        return false
      }
      return true
    }
    if isThere { wake() }
  }

  /// The answer, handed over.
  func take() -> Response? {
    state.withLock { state in
      guard case .completed(let response) = state else { return nil }
      state = .taken
      return response
    }
  }
}
