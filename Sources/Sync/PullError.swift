import Contract

/// Why a pull could not do its work. What was stored before stays; the next pull goes on from it.
public struct PullError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure; part of the public contract.
  public enum Code: String, Sendable, CaseIterable {
    /// The server does not accept the token: sign in anew.
    case unauthenticated = "pull.unauthenticated"
    /// The token may not read something that is needed.
    case forbidden = "pull.forbidden"
    /// The server was not to be reached, in spite of waiting.
    case unreachable = "pull.unreachable"
    /// The server kept asking to wait, or failed again and again.
    case unavailable = "pull.unavailable"
    /// What the server answers is not what was agreed.
    case malformed = "pull.malformed"
    /// The server refused the request.
    case refused = "pull.refused"
    /// Too much would vanish at once.
    case shrink = "pull.shrink"
    /// The user stopped it.
    case interrupted = "pull.interrupted"
  }

  /// What sort of failure.
  public let code: Code
  /// One sentence for a person; never holds a token.
  public let message: String
  /// What to do about it.
  public let help: String
  /// What led to it.
  public let cause: (any Error)?

  /// Makes an error from its parts.
  public init(_ code: Code, _ message: String, help: String, cause: (any Error)? = nil) {
    self.code = code
    self.message = message
    self.help = help
    self.cause = cause
  }

  /// One line for a person.
  public var description: String { message }

  /// What a connector's failure means for a pull.
  init(_ error: ConnectorError) {
    let (code, help): (Code, String)
    switch error.code {
    case .unauthenticated: (code, help) = (.unauthenticated, "Sign in again with a valid token.")
    case .forbidden:
      (code, help) = (.forbidden, "Use a token that may read all types of the catalogue.")
    case .rateLimited, .unavailable:
      (code, help) = (.unavailable, "Run the pull again later; it goes on where it stopped.")
    case .unreachable:
      (code, help) = (
        .unreachable,
        "Check the address in the settings and the network; the pull goes on where it stopped."
      )
    case .interrupted: (code, help) = (.interrupted, "Run the pull again; it goes on from here.")
    case .malformed:
      (code, help) = (.malformed, "Check that the address is that of the API and not of the shop.")
    case .refused, .cursorExpired, .epochChanged, .scopeChanged:
      (code, help) = (.refused, "Run the pull with --full, or ask whoever runs the server.")
    }
    self.init(code, error.message, help: help, cause: error)
  }
}
