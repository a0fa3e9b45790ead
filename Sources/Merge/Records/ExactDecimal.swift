/// A decimal number as it was written, held exactly: `2400.00` and `2.4E+3` are equal.
///
/// At most 18 significant digits and exponents of at most two digits; longer numbers are not read.
struct ExactDecimal: Hashable {
  /// Significant digits with the sign, without zeros at the end.
  let digits: Int64
  /// The power of ten that they are multiplied by; 0 for zero.
  let exponent: Int

  init?(_ text: String) {
    var digits: Int64 = 0
    var exponent = 0
    var count = 0
    var seen = (point: false, digit: false)
    var rest = Array(text.utf8)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    while let byte = rest.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if byte == UInt8(ascii: "."), !seen.point {
        seen.point = true
        continue
      }
      guard (0x30...0x39).contains(byte) else { return nil }
      seen.digit = true
      if digits != 0 || byte != 0x30 { count += 1 }
      guard count <= 18 else { return nil }
      digits = digits * 10 + Int64(byte - 0x30)
      if seen.point { exponent -= 1 }
    }
    guard seen.digit, let written = Self.written(rest) else { return nil }
    self.init(digits: isNegative ? -digits : digits, exponent: exponent + written)
  }

  init(digits: Int64, exponent: Int) {
    var (value, power) = (digits, exponent)
    while value != 0, value % 10 == 0 {
      value /= 10
      power += 1
    }
    self.digits = value
    self.exponent = value == 0 ? 0 : power
  }

  /// What stands behind the `E`; 0 where there is none.
  private static func written(_ part: ArraySlice<UInt8>) -> Int? {
    guard !part.isEmpty else { return 0 }
    var rest = part.dropFirst()
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    guard (1...2).contains(rest.count), rest.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    let value = rest.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return isNegative ? -value : value
  }

  var isZero: Bool { digits == 0 }
  var isNegative: Bool { digits < 0 }
  /// How many digits stand after the point.
  var decimals: Int { max(0, -exponent) }

  /// Whether `other` is further from this than `percent` of it; true where it cannot be computed.
  func isFurther(_ other: ExactDecimal, thanPercent percent: Int64) -> Bool {
    let power = min(exponent, other.exponent)
    guard let left = scaled(to: power), let right = other.scaled(to: power) else { return true }
    let (difference, overflow) = right.subtractingReportingOverflow(left)
    if overflow { return true }
    let (hundredfold, tooLarge) = difference.magnitude.multipliedReportingOverflow(by: 100)
    let (share, tooDear) = left.magnitude.multipliedReportingOverflow(
      by: UInt128(percent.magnitude))
    return tooLarge || tooDear || hundredfold > share
  }

  private func scaled(to power: Int) -> Int128? {
    var value = Int128(digits)
    for _ in 0..<(exponent - power) {
      let (next, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = next
    }
    return value
  }
}
