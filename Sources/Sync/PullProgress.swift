/// How far a pull is, for a progress line.
public struct PullProgress: Sendable {
  /// What is being done.
  public enum Phase: Sendable, Hashable {
    /// The server is asked who it is.
    case connecting
    /// Everything is being read.
    case snapshot
    /// Changes are being read.
    case changes
    /// Something failed for the moment; so many seconds are waited.
    case waiting(seconds: Int, reason: String)
    /// The streams are being compared with the server.
    case proving(String)
  }

  /// What is being done.
  public let phase: Phase
  /// Records stored so far.
  public let done: Int
  /// Records expected in all, where the source says so.
  public let expected: Int?
  /// Records a second since the reading began; 0 before there is a figure.
  public let perSecond: Double

  /// Seconds that remain at this rate, where that can be said.
  public var secondsLeft: Int? {
    guard let expected, perSecond > 0, expected >= done else { return nil }
    return Int((Double(expected - done) / perSecond).rounded(.up))
  }
}
