public import Bytes

/// A half-open stretch of time `[from, until)`; a missing border is open for ever.
///
/// Borders are instants, so summer time cannot move them.
public struct Window: Hashable, Sendable {
  /// First instant within, or nil for "always was".
  public var from: Instant?
  /// First instant after, or nil for "without end".
  public var until: Instant?

  /// Makes a window.
  public init(from: Instant? = nil, until: Instant? = nil) {
    self.from = from
    self.until = until
  }

  /// The window without borders.
  public static let always = Window()

  /// Whether the instant lies within: `from` does, `until` does not.
  public func contains(_ instant: Instant) -> Bool {
    if let from, instant < from { return false }
    if let until, instant >= until { return false }
    return true
  }

  /// The next border after `instant`, which is the next moment at which `contains` can change.
  public func nextBorder(after instant: Instant) -> Instant? {
    NextChange.earliest(
      from.flatMap { $0 > instant ? $0 : nil }, until.flatMap { $0 > instant ? $0 : nil })
  }
}

/// Gathers the next instant at which an answer changes.
public enum NextChange {
  /// The earlier of two instants that may be missing.
  public static func earliest(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one else { return other }
    guard let other else { return one }
    return min(one, other)
  }
}
