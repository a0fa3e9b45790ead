/// How amounts of a market are brought to figures that people like to see: a grid of `step` minor
/// units, moved by `ending`, and the direction in which an amount goes to a point of that grid.
///
/// `step: 100` on yen gives ¥158,100; `step: 5` on francs is Swiss cash rounding; `step: 100,
/// ending: 95` on euro gives prices that end in .95.
public struct Rounding: Hashable, Sendable {
  /// The direction of rounding.
  public enum Mode: String, Sendable, CaseIterable {
    /// To the nearest point; from the middle away from zero.
    case nearest
    /// Never to a lower price.
    case up
    /// Never to a higher price, except that a price never becomes nothing.
    case down
    /// To the nearest point; from the middle to the point with an even number (IEEE 754).
    case halfEven = "half-even"
  }

  /// The direction.
  public let mode: Mode
  /// Distance of the grid's points in minor units, at least 1.
  public let step: Int64
  /// By how many minor units the grid is moved; from 0 up to, but less than, the step.
  public let ending: Int64

  /// Makes a rule. A step below 1 counts as 1; the ending is taken modulo the step.
  public init(mode: Mode, step: Int64, ending: Int64 = 0) {
    self.mode = mode
    self.step = max(step, 1)
    self.ending = ((ending % self.step) + self.step) % self.step
  }

  /// The rule that leaves every whole minor unit alone.
  public static let exact = Rounding(mode: .nearest, step: 1)

  /// The amount on the grid. A positive amount never becomes zero or less: it becomes the lowest
  /// positive point instead.
  public func apply(to minor: Int64) -> Int64 {
    apply(to: Int128(minor), over: 1) ?? minor
  }

  /// The fraction `numerator ÷ denominator` (in minor units) brought to the grid in one step, so
  /// that nothing is rounded twice; nil where it overflows. The denominator is positive.
  func apply(to numerator: Int128, over denominator: Int128) -> Int64? {
    let wide = Int128(step)
    let steps = Self.divide(
      numerator - Int128(ending) * denominator, by: wide * denominator, mode)
    let moved = steps * wide + Int128(ending)
    if numerator > 0, moved <= 0 { return ending > 0 ? ending : step }
    return Int64(exactly: moved)
  }

  /// The quotient rounded to a whole number in the given direction; `divisor` is positive.
  static func divide(_ dividend: Int128, by divisor: Int128, _ mode: Mode) -> Int128 {
    var quotient = dividend / divisor
    var rest = dividend % divisor
    if rest < 0 {
      quotient -= 1
      rest += divisor
    }
    guard rest != 0 else { return quotient }
    switch mode {
    case .up: return quotient + 1
    case .down: return quotient
    case .nearest:
      if rest * 2 == divisor { return dividend > 0 ? quotient + 1 : quotient }
      return rest * 2 > divisor ? quotient + 1 : quotient
    case .halfEven:
      if rest * 2 == divisor { return quotient % 2 == 0 ? quotient : quotient + 1 }
      return rest * 2 > divisor ? quotient + 1 : quotient
    }
  }
}
