public import Contract

/// Why a push stopped before its end. What was answered until then is stored; nothing else is marked
/// as failed, and the next push goes on.
public struct PushError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure; part of the public contract.
  public enum Code: String, Sendable, CaseIterable {
    /// The server does not accept the token: sign in anew.
    case unauthenticated = "push.unauthenticated"
    /// The token may not write something that is edited.
    case forbidden = "push.forbidden"
    /// The server was not to be reached, in spite of waiting.
    case unreachable = "push.unreachable"
    /// The server answers what is not in the contract.
    case malformed = "push.malformed"
    /// The server refuses to be written to at all.
    case refused = "push.refused"
    /// It is another server than the mirror was filled from, or it was restored.
    case otherShop = "push.other-shop"
    /// The user asked to stop.
    case interrupted = "push.interrupted"
  }

  /// What sort of failure.
  public let code: Code
  /// The cause in one sentence.
  public let message: String
  /// What to do about it.
  public let help: String?
  /// What was done before; nil where the push had not begun.
  public internal(set) var report: PushReport?

  /// Makes an error from its parts.
  public init(_ code: Code, _ message: String, help: String? = nil) {
    self.code = code
    self.message = message
    self.help = help
  }

  /// One line for a person.
  public var description: String { message }

  /// Says what a connector's failure means for a push.
  public init(connector error: ConnectorError) {
    let code: Code
    var help: String?
    switch error.code {
    case .unauthenticated:
      code = .unauthenticated
      help = "Put a valid token into the token file; nothing was lost. Then push again."
    case .forbidden:
      code = .forbidden
      help = "Ask for a token that may write this; nothing was lost. Then push again."
    case .rateLimited, .unavailable, .unreachable:
      code = .unreachable
      help = "Your edits are kept; push again when the shop is there."
    case .malformed: code = .malformed
    case .interrupted: code = .interrupted
    case .cursorExpired, .epochChanged, .scopeChanged, .refused: code = .refused
    }
    self.init(code, error.message, help: help)
  }
}
