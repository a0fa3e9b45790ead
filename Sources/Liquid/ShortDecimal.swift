import Bytes

/// A number of at most fifteen digits: a coefficient over ten to the power of a scale.
///
/// Prices, weights and ratings are such numbers, and all arithmetic with them fits 64 bits. What
/// does not is left to `Number`, which computes with digits of any count. Both agree: up to fifteen
/// digits a decimal and the binary number nearest to it name each other.
struct ShortDecimal: BitwiseCopyable {
  var coefficient: Int64
  var scale: Int

  /// Whole numbers up to here are binary numbers too.
  private static let limit: Int64 = 1 << 53
  private static let digitLimit = 1e15
  private static let maximalScale = 8

  /// The number that a value is, if it is a short one.
  @inline(__always)
  init?(_ value: Value) {
    switch value.kind {
    case .integer:
      guard value.whole.magnitude < UInt64(Self.limit) else { return nil }
      self.init(coefficient: value.whole, scale: 0)
    case .float:
      // The sign of a zero is left to `Number`.
      guard value.bits != (-0.0).bitPattern else { return nil }
      self.init(value.double)
    case .decimal: self.init(digits: value.bytes)
    default: return nil
    }
  }

  init(coefficient: Int64, scale: Int) {
    self.coefficient = coefficient
    self.scale = scale
  }

  /// The decimal with the fewest digits that names a binary number, if it is short.
  init?(_ value: Double) {
    guard abs(value) < Self.digitLimit else { return nil }
    var power = 1.0
    for scale in 0...Self.maximalScale {
      let shifted = (value * power).rounded()
      guard abs(shifted) < Self.digitLimit else { return nil }
      if shifted / power == value {
        self.init(coefficient: Int64(shifted), scale: scale)
        return
      }
      power *= 10
    }
    return nil
  }

  /// Reads digits with a fraction and without an exponent.
  private init?(digits: UnsafeRawBufferPointer) {
    guard digits.count <= 16 else { return nil }
    var (coefficient, scale) = (Int64(0), -1)
    for (index, byte) in digits.enumerated() {
      if byte.isDigit {
        coefficient = coefficient * 10 + Int64(byte - 48)
        if scale >= 0 { scale += 1 }
      } else if byte == UInt8(ascii: "."), scale < 0 {
        scale = 0
      } else if byte != UInt8(ascii: "-") || index > 0 {
        return nil
      }
    }
    guard scale <= Self.maximalScale, coefficient < Self.limit else { return nil }
    self.init(
      coefficient: digits.first == UInt8(ascii: "-") ? -coefficient : coefficient,
      scale: max(scale, 0))
  }

  private static func power(_ exponent: Int) -> Int64 {
    var power: Int64 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
  }

  /// The coefficient at another scale, if it fits.
  private func coefficient(at wanted: Int) -> Int64? {
    guard wanted > scale else { return coefficient }
    let (product, overflow) = coefficient.multipliedReportingOverflow(
      by: Self.power(wanted - scale))
    return overflow || product.magnitude >= UInt64(Self.limit) ? nil : product
  }

  /// The binary number nearest to a coefficient over a power of ten, both of which are exact; nil
  /// for zero, which may have a sign.
  private static func value(_ coefficient: Int64, scale: Int) -> Value? {
    guard coefficient != 0, coefficient.magnitude < UInt64(limit), scale <= 2 * maximalScale else {
      return nil
    }
    if scale == 0 { return Value(Double(coefficient)) }
    return Value(Double(coefficient) / Double(power(scale)))
  }

  /// What `Number.applying` gives for two values of which at least one is a decimal, if all of the
  /// computation is short.
  static func applying(_ operation: Number.Operation, _ left: Value, _ right: Value) -> Value? {
    guard left.kind != .integer || right.kind != .integer,
      let a = ShortDecimal(left), let b = ShortDecimal(right)
    else { return nil }
    if operation == .times {
      let (product, overflow) = a.coefficient.multipliedReportingOverflow(by: b.coefficient)
      return overflow ? nil : value(product, scale: a.scale + b.scale)
    }
    let scale = max(a.scale, b.scale)
    guard let x = a.coefficient(at: scale), let y = b.coefficient(at: scale) else { return nil }
    switch operation {
    case .plus: return value(x + y, scale: scale)
    case .minus: return value(x - y, scale: scale)
    case .dividedBy:
      guard x != 0, y != 0 else { return nil }
      return Value(Double(x) / Double(y))
    case .modulo:
      guard y != 0 else { return nil }
      let remainder = x % y
      return value(
        remainder != 0 && (remainder < 0) != (y < 0) ? remainder + y : remainder, scale: scale)
    case .times: return nil
    }
  }

  /// What `Number.rounded` to the nearest gives for a decimal with at least one digit behind the
  /// point left.
  func rounded(digits: Int) -> Value? {
    guard digits > 0, scale <= Self.maximalScale else { return nil }
    guard digits < scale else { return Self.value(coefficient, scale: scale) }
    let unit = Int64(Self.power(scale - digits))
    let half = coefficient < 0 ? -(unit / 2) : unit / 2
    return Self.value((coefficient + half) / unit, scale: digits)
  }
}

extension ByteBuffer {
  /// Appends a short decimal with a point and at least one digit behind it.
  mutating func append(_ number: ShortDecimal) {
    var unit: UInt64 = 1
    for _ in 0..<number.scale { unit *= 10 }
    let (whole, fraction) = number.coefficient.magnitude.quotientAndRemainder(dividingBy: unit)
    if number.coefficient < 0 { append(UInt8(ascii: "-")) }
    append(decimal: whole, width: 1)
    append(UInt8(ascii: "."))
    append(decimal: fraction, width: max(number.scale, 1))
  }
}
