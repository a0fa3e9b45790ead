/// How exactly templates have looked at the time: a page that prints the year is the same until it ends.
public enum ClockUse: Int, Sendable, Comparable {
  /// Not at all.
  case none
  /// Only at the year.
  case year
  /// At year and month.
  case month
  /// At the day.
  case day
  /// At the instant itself.
  case instant

  /// The more exact of two.
  public static func < (left: ClockUse, right: ClockUse) -> Bool { left.rawValue < right.rawValue }

  /// What a pattern of `date` shows of a time.
  init(pattern: UnsafeRawBufferPointer) {
    var use = ClockUse.none
    var position = 0
    while position < pattern.count {
      guard pattern[position] == UInt8(ascii: "%") else {
        position += 1
        continue
      }
      position += 1
      while position < pattern.count, Self.isFlag(pattern[position]) { position += 1 }
      guard position < pattern.count else {
        use = .instant
        break
      }
      use = max(use, Self.use(of: pattern[position]))
      position += 1
    }
    self = use
  }

  private static func isFlag(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "#"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func use(of directive: UInt8) -> ClockUse {
    switch Character(Unicode.Scalar(directive)) {
    case "%", "n", "t": .none
    case "Y", "y", "C": .year
    case "m", "B", "b", "h": .month
    case "d", "e", "j", "a", "A", "u", "w", "F", "D", "x", "U", "W", "V", "G", "g": .day
    default: .instant
    }
  }
}

extension RenderContext {
  /// Notes that the page depends on the time.
  public mutating func note(clock use: ClockUse) { clock = max(clock, use) }
}
