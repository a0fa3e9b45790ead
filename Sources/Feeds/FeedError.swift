/// Why a feed cannot be made or read.
public struct FeedError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure; part of the public contract.
  public enum Code: String, Sendable, CaseIterable {
    /// The channel's settings name something that is not there.
    case settings = "feed.settings"
    /// Far fewer items than last time; nothing was published.
    case shrink = "feed-shrink"
    /// No item at all; nothing was published.
    case empty = "feed-empty"
    /// A file cannot be read or written.
    case files = "feed.files"
  }

  /// What sort of failure.
  public let code: Code
  /// The cause in one sentence.
  public let message: String
  /// What to do.
  public let help: String?

  /// Makes an error.
  public init(_ code: Code, _ message: String, help: String? = nil) {
    self.code = code
    self.message = message
    self.help = help
  }

  /// Cause and remedy.
  public var description: String { help.map { "\(message); \($0)" } ?? message }
}
