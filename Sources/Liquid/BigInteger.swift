import Bytes
import Glibc

/// A whole number of any size, for what exceeds 64 bits and for the digits of decimals.
struct BigInteger {
  /// Base 10⁹, lowest first, without leading zeros; nothing is zero. Decimal limbs make reading,
  /// printing and scaling by ten cheap, which is most of what templates do.
  private(set) var limbs: [UInt32]
  private(set) var isNegative: Bool

  static let base: UInt64 = 1_000_000_000
  /// Numbers beyond this many digits are refused, so that no template computes for ever.
  static let maximalLimbs = 4_000

  init(limbs: [UInt32], isNegative: Bool) {
    var trimmed = limbs
    while trimmed.last == 0 { trimmed.removeLast() }
    self.limbs = trimmed
    self.isNegative = isNegative && !trimmed.isEmpty
  }

  init(_ value: Int64) {
    var rest = value.magnitude
    var limbs: [UInt32] = []
    while rest > 0 {
      limbs.append(UInt32(rest % Self.base))
      rest /= Self.base
    }
    self.init(limbs: limbs, isNegative: value < 0)
  }

  /// Reads ASCII digits with an optional sign.
  init?(digits: UnsafeRawBufferPointer) {
    var start = 0
    var isNegative = false
    if let first = digits.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      isNegative = first == UInt8(ascii: "-")
      start = 1
    }
    guard start < digits.count else { return nil }
    var limbs: [UInt32] = []
    var end = digits.count
    while end > start {
      let begin = max(start, end - 9)
      var limb: UInt32 = 0
      for byte in digits[begin..<end] {
        guard byte.isDigit else { return nil }
        limb = limb * 10 + UInt32(byte - 48)
      }
      limbs.append(limb)
      end = begin
    }
    self.init(limbs: limbs, isNegative: isNegative)
  }

  /// Reads text as Ruby's `Integer()`: white space around, a sign, single underscores between
  /// digits, and the prefixes of other bases.
  init?(strictly text: UnsafeRawBufferPointer) {
    let bytes = Array(text).trimmingLiquidSpace
    var position = 0
    var isNegative = false
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      isNegative = first == UInt8(ascii: "-")
      position = 1
    }
    var radix: UInt32 = 10
    if position + 1 < bytes.count, bytes[position] == UInt8(ascii: "0") {
      switch bytes[position + 1] | 32 {
      case UInt8(ascii: "x"): radix = 16
      case UInt8(ascii: "b"): radix = 2
      case UInt8(ascii: "o"): radix = 8
      case UInt8(ascii: "d"): radix = 10
      default: radix = 8
      }
      position += (bytes[position + 1] | 32) > 96 ? 2 : 1
    }
    guard position < bytes.count else { return nil }
    var value = BigInteger(0)
    var wasDigit = false
    for byte in bytes[position...] {
      if byte == UInt8(ascii: "_"), wasDigit {
        wasDigit = false
        continue
      }
      guard let digit = Self.digit(byte), digit < radix else { return nil }
      guard value.limbs.count < Self.maximalLimbs else { return nil }
      value = value.multiplied(by: radix, adding: digit)
      wasDigit = true
    }
    guard wasDigit else { return nil }
    self.init(limbs: value.limbs, isNegative: isNegative)
  }

  private static func digit(_ byte: UInt8) -> UInt32? {
    if byte.isDigit { return UInt32(byte - 48) }
    guard byte.isLetter else { return nil }
    return UInt32((byte | 32) - 97 + 10)
  }

  private func multiplied(by factor: UInt32, adding addend: UInt32) -> BigInteger {
    var result = limbs
    var carry = UInt64(addend)
    for index in result.indices {
      let product = UInt64(result[index]) * UInt64(factor) + carry
      result[index] = UInt32(product % Self.base)
      carry = product / Self.base
    }
    if carry > 0 { result.append(UInt32(carry)) }
    return BigInteger(limbs: result, isNegative: isNegative)
  }

  var isZero: Bool { limbs.isEmpty }
  var negated: BigInteger { BigInteger(limbs: limbs, isNegative: !isNegative) }
  var magnitude: BigInteger { BigInteger(limbs: limbs, isNegative: false) }

  /// The number if it fits 64 bits.
  var small: Int64? {
    guard limbs.count <= 3 else { return nil }
    var value: Int64 = 0
    for limb in limbs.reversed() {
      let (product, first) = value.multipliedReportingOverflow(by: Int64(Self.base))
      let signed = isNegative ? -Int64(limb) : Int64(limb)
      let (sum, second) = product.addingReportingOverflow(signed)
      if first || second { return nil }
      value = sum
    }
    return value
  }

  /// The number, or the nearest that fits 64 bits.
  var clamped: Int64 { small ?? (isNegative ? .min : .max) }

  /// A bit of the number in two's complement.
  func bit(at index: Int64) -> Int64 {
    guard index >= 0 else { return 0 }
    guard index < Int64(limbs.count) * 30 else { return isNegative ? 1 : 0 }
    var rest = isNegative ? magnitude - BigInteger(1) : self
    for _ in 0..<(index / 24) { rest = rest.divided(byLimb: 1 << 24).quotient }
    let bit = rest.divided(byLimb: 1 << 24).remainder >> (index % 24) & 1
    return Int64(isNegative ? 1 - bit : bit)
  }

  /// Bytes that hold the magnitude in binary.
  var byteCount: Int {
    // Of very long numbers the logarithm says it, but for those at a border.
    if limbs.count > 64, let top = limbs.last {
      let below = Double(limbs[limbs.count - 2]) / Double(Self.base)
      let bits = log2(Double(top) + below) + Double(limbs.count - 1) * log2(Double(Self.base))
      return Int(bits / 8) + 1
    }
    var rest = magnitude
    var bytes = 0
    while !rest.isZero {
      // By 2²⁴ at a time: three bytes.
      let (quotient, remainder) = rest.divided(byLimb: 1 << 24)
      rest = quotient
      bytes += rest.isZero ? (remainder >> 16 > 0 ? 3 : remainder >> 8 > 0 ? 2 : 1) : 3
    }
    return bytes
  }

  private func divided(byLimb divisor: UInt32) -> (quotient: BigInteger, remainder: UInt32) {
    var quotient = limbs
    var remainder: UInt64 = 0
    for index in limbs.indices.reversed() {
      let part = remainder * Self.base + UInt64(limbs[index])
      quotient[index] = UInt32(part / UInt64(divisor))
      remainder = part % UInt64(divisor)
    }
    return (BigInteger(limbs: quotient, isNegative: false), UInt32(remainder))
  }

  /// Number of decimal digits of the magnitude; 1 for zero.
  var digitCount: Int {
    guard let top = limbs.last else { return 1 }
    var digits = 0
    var rest = top
    while rest > 0 {
      digits += 1
      rest /= 10
    }
    return (limbs.count - 1) * 9 + digits
  }

  func compareMagnitude(_ other: BigInteger) -> Int {
    if limbs.count != other.limbs.count { return limbs.count < other.limbs.count ? -1 : 1 }
    for (a, b) in zip(limbs.reversed(), other.limbs.reversed()) where a != b {
      return a < b ? -1 : 1
    }
    return 0
  }

  func compare(_ other: BigInteger) -> Int {
    if isNegative != other.isNegative { return isNegative ? -1 : 1 }
    let order = compareMagnitude(other)
    return isNegative ? -order : order
  }

  static func + (left: BigInteger, right: BigInteger) -> BigInteger {
    if left.isNegative == right.isNegative {
      var result: [UInt32] = []
      var carry: UInt32 = 0
      for index in 0..<max(left.limbs.count, right.limbs.count) {
        let a = index < left.limbs.count ? left.limbs[index] : 0
        let b = index < right.limbs.count ? right.limbs[index] : 0
        let sum = a + b + carry
        carry = sum >= UInt32(base) ? 1 : 0
        result.append(carry == 1 ? sum - UInt32(base) : sum)
      }
      if carry > 0 { result.append(carry) }
      return BigInteger(limbs: result, isNegative: left.isNegative)
    }
    let isLess = left.compareMagnitude(right) < 0
    let (big, small) = isLess ? (right, left) : (left, right)
    var result = big.limbs
    var borrow: Int64 = 0
    for index in result.indices {
      let b = index < small.limbs.count ? Int64(small.limbs[index]) : 0
      var difference = Int64(result[index]) - b - borrow
      borrow = difference < 0 ? 1 : 0
      if difference < 0 { difference += Int64(base) }
      result[index] = UInt32(difference)
    }
    return BigInteger(limbs: result, isNegative: big.isNegative)
  }

  static func - (left: BigInteger, right: BigInteger) -> BigInteger { left + right.negated }

  static func * (left: BigInteger, right: BigInteger) -> BigInteger {
    var result = [UInt32](repeating: 0, count: left.limbs.count + right.limbs.count)
    for (i, a) in left.limbs.enumerated() {
      var carry: UInt64 = 0
      for (j, b) in right.limbs.enumerated() {
        let product = UInt64(a) * UInt64(b) + UInt64(result[i + j]) + carry
        result[i + j] = UInt32(product % base)
        carry = product / base
      }
      if carry > 0 { result[i + right.limbs.count] = UInt32(carry) }
    }
    return BigInteger(limbs: result, isNegative: left.isNegative != right.isNegative)
  }

  /// Quotient toward zero and remainder with the sign of the dividend; the divisor is not zero.
  func dividedTruncating(by divisor: BigInteger) -> (quotient: BigInteger, remainder: BigInteger) {
    guard compareMagnitude(divisor) >= 0 else { return (BigInteger(0), self) }
    var quotient = [UInt32](repeating: 0, count: limbs.count)
    var remainder = BigInteger(0)
    let positive = divisor.magnitude
    for index in limbs.indices.reversed() {
      remainder = BigInteger(limbs: [limbs[index]] + remainder.limbs, isNegative: false)
      var limb = Self.nextLimb(of: remainder, by: positive)
      var product = positive.multiplied(by: limb, adding: 0)
      while product.compareMagnitude(remainder) > 0 {
        limb -= 1
        product = product - positive
      }
      quotient[index] = limb
      remainder = remainder - product
    }
    return (
      BigInteger(limbs: quotient, isNegative: isNegative != divisor.isNegative),
      BigInteger(limbs: remainder.limbs, isNegative: isNegative)
    )
  }

  /// The next limb of a long division from the leading limbs of what is left and of the divisor:
  /// right, or one or two too much.
  private static func nextLimb(of rest: BigInteger, by divisor: BigInteger) -> UInt32 {
    let count = divisor.limbs.count
    guard rest.limbs.count >= count else { return 0 }
    func leading(_ number: BigInteger, _ places: ClosedRange<Int>) -> UInt128 {
      var value: UInt128 = 0
      for place in places.reversed() {
        let limb = number.limbs.indices.contains(place) ? number.limbs[place] : 0
        value = value * UInt128(base) + UInt128(limb)
      }
      return value
    }
    let least = max(count - 2, 0)
    let quotient = leading(rest, least...count) / leading(divisor, least...(count - 1))
    return UInt32(min(quotient, UInt128(base - 1)))
  }

  /// Quotient rounded down and remainder with the sign of the divisor, as Ruby divides.
  func divided(by divisor: BigInteger) -> (quotient: BigInteger, remainder: BigInteger) {
    let (quotient, remainder) = dividedTruncating(by: divisor)
    if !remainder.isZero, remainder.isNegative != divisor.isNegative {
      return (quotient - BigInteger(1), remainder + divisor)
    }
    return (quotient, remainder)
  }

  /// The number times a power of ten.
  func scaled(by power: Int) -> BigInteger {
    guard power > 0, !isZero else { return self }
    var result = BigInteger(
      limbs: [UInt32](repeating: 0, count: power / 9) + limbs, isNegative: isNegative)
    var factor: UInt32 = 1
    for _ in 0..<(power % 9) { factor *= 10 }
    if factor > 1 { result = result.multiplied(by: factor, adding: 0) }
    return result
  }

  /// The decimal digits of the magnitude.
  var digits: String {
    guard let top = limbs.last else { return "0" }
    var text = String(top)
    for limb in limbs.dropLast().reversed() {
      let part = String(limb)
      text += String(repeating: "0", count: 9 - part.utf8.count) + part
    }
    return text
  }

  var description: String { (isNegative ? "-" : "") + digits }
}

extension [UInt8] {
  /// Without white space at both ends.
  var trimmingLiquidSpace: [UInt8] {
    var start = 0
    var end = count
    while start < end, self[start].isLiquidSpace { start += 1 }
    while end > start, self[end - 1].isLiquidSpace { end -= 1 }
    return Array(self[start..<end])
  }
}
