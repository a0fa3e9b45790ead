extension Number {
  enum Operation {
    case plus, minus, times, dividedBy, modulo
  }

  /// Whole numbers stay whole; with a decimal the result is decimal.
  func applying(_ operation: Operation, _ other: Number) throws(LiquidError) -> Number {
    if case .small(let a) = self, case .small(let b) = other,
      let result = try Self.small(operation, a, b)
    {
      return .small(result)
    }
    if special != nil || other.special != nil {
      if operation == .modulo, other.isZero, !double.isNaN { throw Self.byZero }
      return .special(Self.binary(operation, double, other.double))
    }
    if let a = whole, let b = other.whole { return try Self.whole(operation, a, b) }
    if operation == .dividedBy, other.isZero {
      if isZero { return .special(.nan) }
      return .special(isNegative == other.isNegative ? .infinity : -.infinity)
    }
    let result = try Self.decimal(operation, self, other)
    guard result.0.limbs.count <= BigInteger.maximalLimbs else { throw Self.tooLarge }
    return Number(
      result.0, scale: result.1, isNegative: isZeroNegative(after: operation, other))
  }

  /// The sign of a decimal result that is zero.
  private func isZeroNegative(after operation: Operation, _ other: Number) -> Bool {
    switch operation {
    case .times, .dividedBy: isNegative != other.isNegative
    case .plus: isZero && isNegative && other.isNegative
    case .minus: isZero && isNegative && !other.isNegative
    case .modulo: false
    }
  }

  private static var tooLarge: LiquidError { LiquidError(.memory, "Memory limits exceeded") }
  private static var byZero: LiquidError { LiquidError(.zeroDivision, "divided by 0") }

  private static func small(
    _ operation: Operation, _ a: Int64, _ b: Int64
  ) throws(LiquidError) -> Int64? {
    let (result, overflow): (Int64, Bool)
    switch operation {
    case .plus: (result, overflow) = a.addingReportingOverflow(b)
    case .minus: (result, overflow) = a.subtractingReportingOverflow(b)
    case .times: (result, overflow) = a.multipliedReportingOverflow(by: b)
    case .dividedBy, .modulo:
      guard b != 0 else { throw byZero }
      guard b != -1 else {
        if operation == .modulo { return 0 }
        return a == .min ? nil : -a
      }
      let remainder = a % b
      let isOff = remainder != 0 && (remainder < 0) != (b < 0)
      if operation == .modulo { return isOff ? remainder + b : remainder }
      return isOff ? a / b - 1 : a / b
    }
    return overflow ? nil : result
  }

  private static func whole(
    _ operation: Operation, _ a: BigInteger, _ b: BigInteger
  ) throws(LiquidError) -> Number {
    switch operation {
    case .plus: return Number(a + b)
    case .minus: return Number(a - b)
    case .times:
      guard a.limbs.count + b.limbs.count <= BigInteger.maximalLimbs else { throw tooLarge }
      return Number(a * b)
    case .dividedBy, .modulo:
      guard !b.isZero else { throw byZero }
      let (quotient, remainder) = a.divided(by: b)
      return Number(operation == .modulo ? remainder : quotient)
    }
  }

  private static func decimal(
    _ operation: Operation, _ left: Number, _ right: Number
  ) throws(LiquidError) -> (BigInteger, Int) {
    switch operation {
    case .plus:
      let (a, b, scale) = aligned(left, right)
      return (a + b, scale)
    case .minus:
      let (a, b, scale) = aligned(left, right)
      return (a - b, scale)
    case .times:
      let (a, b) = (left.parts, right.parts)
      guard a.0.limbs.count + b.0.limbs.count <= BigInteger.maximalLimbs else { throw tooLarge }
      return (a.0 * b.0, a.1 + b.1)
    case .modulo:
      let (a, b, scale) = aligned(left, right)
      guard !b.isZero else { throw byZero }
      return (a.divided(by: b).remainder, scale)
    case .dividedBy:
      let (a, b, _) = aligned(left, right)
      // Enough digits for the nearest binary number and to spare.
      let scale = max(40 + b.digitCount - a.digitCount, 0)
      return (a.scaled(by: scale).dividedTruncating(by: b).quotient, scale)
    }
  }

  private static func binary(_ operation: Operation, _ a: Double, _ b: Double) -> Double {
    switch operation {
    case .plus: return a + b
    case .minus: return a - b
    case .times: return a * b
    case .dividedBy: return a / b
    case .modulo: return a.isFinite ? a : .nan
    }
  }

  var absolute: Number {
    switch self {
    case .small(let value): value == .min ? .big(BigInteger(value).magnitude) : .small(abs(value))
    case .big(let value): .big(value.magnitude)
    case .decimal(let coefficient, let scale): .decimal(coefficient.magnitude, scale: scale)
    case .negativeZero: .decimal(BigInteger(0), scale: 0)
    case .special(let value): .special(value.magnitude)
    }
  }

  enum Direction {
    case nearest, up, down
  }

  /// The number with `digits` digits behind the point; halves go away from zero. A whole number
  /// where `digits` is not positive.
  func rounded(_ direction: Direction, digits: Int) throws(LiquidError) -> Number {
    if let special {
      if digits > 0 { return self }
      let name = special.isNaN ? "'NaN' (Not a Number)" : special < 0 ? "'-Infinity'" : "'Infinity'"
      throw LiquidError(.floatDomain, "Computation results in \(name)")
    }
    let (coefficient, scale) = parts
    guard digits < scale, abs(digits) < 10_000 else {
      if isDecimal, digits <= 0 { return Number(coefficient.scaled(by: -scale)) }
      return self
    }
    let unit = BigInteger(1).scaled(by: scale - digits)
    var (quotient, remainder) = coefficient.divided(by: unit)
    switch direction {
    case .down: break
    case .up: if !remainder.isZero { quotient = quotient + BigInteger(1) }
    case .nearest:
      remainder = remainder + remainder
      let order = remainder.compareMagnitude(unit)
      if order > 0 || (order == 0 && !coefficient.isNegative) {
        quotient = quotient + BigInteger(1)
      }
    }
    if digits <= 0 { return Number(quotient.scaled(by: -digits)) }
    return Number(quotient, scale: digits, isNegative: isNegative)
  }
}
