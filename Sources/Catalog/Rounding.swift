/// How a market's prices are brought to figures that people like to see: a set of *points*, the only
/// amounts that a price may have, and the direction in which an amount goes to one of them.
///
/// The points are a grid of `step` minor units with one or several *endings*; the grid can be another
/// from some amount on (`bands`), and ends at a floor and a ceiling. `step: 100` on yen gives ¥158,100;
/// `step: 5` on francs is Swiss cash rounding; `step: 100, ending: 95` on euro gives prices that end in
/// .95; a step of 10 euro is the prestige ending 0.
///
/// There is one direction for all points. So whatever the grid, a price that is a point stays as it is,
/// and a dearer thing never becomes cheaper than one that cost less.
public struct Rounding: Hashable, Sendable {
  /// The direction of rounding.
  public enum Mode: String, Sendable, CaseIterable {
    /// To the nearest point; from the middle to the higher one.
    case nearest
    /// To the nearest point; from the middle to the lower one.
    case halfDown = "half-down"
    /// To the nearest point; from the middle to the point with an even number (IEEE 754).
    case halfEven = "half-even"
    /// Never to a lower price.
    case up
    /// Never to a higher price, except that a price never becomes nothing.
    case down
  }

  /// The grid of points from an amount on.
  public struct Band: Hashable, Sendable {
    /// The lowest amount in minor units that it holds for.
    public let from: Int64
    /// Distance of the grid's points in minor units, at least 1.
    public let step: Int64
    /// By how many minor units the grid is moved, in ascending order, each from 0 up to, but less than,
    /// the step; at least one.
    public let endings: [Int64]

    /// Makes a band. A step below 1 counts as 1; endings are taken modulo the step.
    public init(from: Int64 = 0, step: Int64, endings: [Int64] = [0]) {
      self.from = max(from, 0)
      let step = max(step, 1)
      self.step = step
      let moved = Set(endings.map { (($0 % step) + step) % step })
      self.endings = moved.isEmpty ? [0] : moved.sorted()
    }
  }

  /// Products for which other points hold.
  public struct Category: Hashable, Sendable {
    /// What is looked at.
    public enum Field: String, Sendable, CaseIterable {
      /// The product's kind.
      case productType = "product_type"
      /// One of its tags.
      case tag
      /// Its category of Google's taxonomy, or one above it.
      case googleCategory = "google_category"
    }

    /// What is looked at.
    public let field: Field
    /// What it must be.
    public let value: String
    /// The rule for them; it has no categories itself.
    public let rule: Rounding

    /// Whether a product is one of them.
    public func matches(_ product: ProductRecord) -> Bool {
      switch field {
      case .productType: return product.productType == value
      case .tag: return product.tags.contains(value)
      case .googleCategory:
        guard let path = product.googleCategory else { return false }
        return path == value || path.hasPrefix("\(value) > ")
      }
    }
  }

  /// The direction.
  public let mode: Mode
  /// The grids, by the amount from which they hold; the first holds from 0.
  public let bands: [Band]
  /// The lowest price, if there is one: the lowest point that is not below it.
  public let floor: Int64?
  /// The highest price, if there is one: the highest point that is not above it.
  public let ceiling: Int64?
  /// Products for which another rule holds; the first that matches counts.
  public let categories: [Category]

  /// Makes a rule of one grid. A step below 1 counts as 1; the ending is taken modulo the step.
  public init(mode: Mode, step: Int64, ending: Int64 = 0) {
    self.init(mode: mode, bands: [Band(step: step, endings: [ending])])
  }

  /// Makes a rule. Bands are put in order; the lowest one holds from 0 on.
  public init(
    mode: Mode, bands: [Band], floor: Int64? = nil, ceiling: Int64? = nil,
    categories: [Category] = []
  ) {
    self.mode = mode
    let sorted = bands.sorted { $0.from < $1.from }
    let first = sorted.first ?? Band(step: 1)
    self.bands =
      [Band(from: 0, step: first.step, endings: first.endings)] + sorted.dropFirst()
    self.floor = floor
    self.ceiling = ceiling
    self.categories = categories
  }

  /// The rule that leaves every whole minor unit alone.
  public static let exact = Rounding(mode: .nearest, step: 1)

  /// Distance of the points of the lowest band.
  public var step: Int64 { bands[0].step }

  /// The rule for a product: that of the first category that it is in, else this one.
  public func rule(for product: ProductRecord?) -> Rounding {
    guard let product, !categories.isEmpty else { return self }
    return categories.first { $0.matches(product) }?.rule ?? self
  }

  /// The point that an amount is brought to. An amount of nothing stays nothing; a positive one becomes
  /// a positive point.
  public func apply(to minor: Int64) -> Int64 {
    apply(to: Int128(minor), over: 1) ?? minor
  }

  /// The fraction `numerator ÷ denominator` (in minor units) brought to a point in one step, so that
  /// nothing is rounded twice; nil where it overflows or there is no point. The denominator is positive.
  func apply(to numerator: Int128, over denominator: Int128) -> Int64? {
    if numerator <= 0 {
      return Int64(exactly: Self.divide(numerator, by: denominator, .nearest))
    }
    return neighbours(of: numerator, over: denominator)
      .flatMap { choose($0, numerator, denominator) }
  }

  /// The highest point that is not above a positive fraction and the lowest that is not below it, both
  /// within floor and ceiling; one for both where only one will do.
  func neighbours(of numerator: Int128, over denominator: Int128) -> (below: Point, above: Point)? {
    let whole = numerator / denominator
    let isWhole = numerator % denominator == 0
    let lowest = lowestPoint(from: Int128(max(floor ?? 1, 1)))
    let highest = ceiling.map { highestPoint(upTo: Int128($0)) }
    if let highest, highest == nil { return nil }
    guard let lowest else { return nil }
    var below = highestPoint(upTo: whole) ?? lowest
    var above = lowestPoint(from: isWhole ? whole : whole + 1) ?? below
    if below.amount < lowest.amount { below = lowest }
    if above.amount < lowest.amount { above = lowest }
    if let highest = highest ?? nil {
      guard highest.amount >= lowest.amount else { return nil }
      if below.amount > highest.amount { below = highest }
      if above.amount > highest.amount { above = highest }
    }
    return (below, above)
  }

  private func choose(
    _ points: (below: Point, above: Point), _ numerator: Int128, _ denominator: Int128
  ) -> Int64? {
    let (below, above) = points
    if below.amount == above.amount { return Int64(exactly: below.amount) }
    let (low, isLowTooLarge) = below.amount.multipliedReportingOverflow(by: denominator)
    let (high, isHighTooLarge) = above.amount.multipliedReportingOverflow(by: denominator)
    if isLowTooLarge || isHighTooLarge { return nil }
    let toBelow = numerator - low
    let toAbove = high - numerator
    let isUp: Bool
    switch mode {
    case .up: isUp = true
    case .down: isUp = false
    case .nearest: isUp = toAbove <= toBelow
    case .halfDown: isUp = toAbove < toBelow
    case .halfEven: isUp = toAbove == toBelow ? below.number % 2 != 0 : toAbove < toBelow
    }
    return Int64(exactly: isUp ? above.amount : below.amount)
  }

  /// A point, with its number in its band.
  struct Point {
    let amount: Int128
    let number: Int128
  }

  private func highestPoint(upTo amount: Int128) -> Point? {
    for index in bands.indices.reversed() {
      let band = bands[index]
      let end = index + 1 < bands.count ? Int128(bands[index + 1].from) - 1 : amount
      guard let point = band.highestPoint(upTo: min(amount, end)) else { continue }
      if point.amount >= Int128(max(band.from, 1)) { return point }
    }
    return nil
  }

  private func lowestPoint(from amount: Int128) -> Point? {
    for index in bands.indices {
      let band = bands[index]
      let point = band.lowestPoint(from: max(amount, Int128(max(band.from, 1))))
      if index + 1 == bands.count || point.amount < Int128(bands[index + 1].from) { return point }
    }
    return nil
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
    case .halfDown: return rest * 2 > divisor ? quotient + 1 : quotient
    case .halfEven:
      if rest * 2 == divisor { return quotient % 2 == 0 ? quotient : quotient + 1 }
      return rest * 2 > divisor ? quotient + 1 : quotient
    }
  }
}

extension Rounding.Band {
  /// The highest point of the grid, without ends, that is not above `amount`; nil where `amount` is
  /// below every point from 0 on.
  fileprivate func highestPoint(upTo amount: Int128) -> Rounding.Point? {
    guard amount >= 0 else { return nil }
    let steps = amount / Int128(step)
    let rest = amount % Int128(step)
    let count = Int128(endings.count)
    if let place = endings.lastIndex(where: { Int128($0) <= rest }) {
      return Rounding.Point(
        amount: steps * Int128(step) + Int128(endings[place]),
        number: steps * count + Int128(place))
    }
    guard steps > 0 else { return nil }
    return Rounding.Point(
      amount: (steps - 1) * Int128(step) + Int128(endings[endings.count - 1]),
      number: steps * count - 1)
  }

  /// The lowest point of the grid, without ends, that is not below `amount`, which is not negative.
  fileprivate func lowestPoint(from amount: Int128) -> Rounding.Point {
    let steps = amount / Int128(step)
    let rest = amount % Int128(step)
    let count = Int128(endings.count)
    if let place = endings.firstIndex(where: { Int128($0) >= rest }) {
      return Rounding.Point(
        amount: steps * Int128(step) + Int128(endings[place]),
        number: steps * count + Int128(place))
    }
    return Rounding.Point(
      amount: (steps + 1) * Int128(step) + Int128(endings[0]), number: (steps + 1) * count)
  }
}
