import Bytes

/// A number as filters compute with it: whole of any size, or decimal, never binary.
enum Number {
  case small(Int64)
  case big(BigInteger)
  /// The coefficient over ten to the power of the scale.
  case decimal(BigInteger, scale: Int)
  /// The decimal zero that remembers a sign: what is left of a negative number, printed `-0.0`.
  case negativeZero
  /// Infinite, or not a number.
  case special(Double)

  /// Exponents beyond this are not computed with.
  static let maximalScale = 2_000

  init(_ value: Int64) { self = .small(value) }

  init(_ value: BigInteger) {
    self = value.small.map { .small($0) } ?? .big(value)
  }

  init(_ value: Double) {
    guard value.isFinite else {
      self = .special(value)
      return
    }
    var text = "\(value)"
    self = text.withUTF8 { Number(decimal: UnsafeRawBufferPointer($0)) ?? .special(value) }
    if case .small(let whole) = self { self = .decimal(BigInteger(whole), scale: 0) }
    if case .big(let whole) = self { self = .decimal(whole, scale: 0) }
  }

  /// A decimal; a zero keeps the sign that it had.
  init(_ coefficient: BigInteger, scale: Int, isNegative: Bool) {
    let isSigned = isNegative && coefficient.isZero
    self = isSigned ? .negativeZero : .decimal(coefficient, scale: scale)
  }

  /// Reads digits with an optional fraction and exponent.
  init?(decimal text: UnsafeRawBufferPointer) {
    var digits: [UInt8] = []
    var scale = 0
    var position = 0
    var hasDot = false
    while position < text.count, text[position] | 32 != UInt8(ascii: "e") {
      let byte = text[position]
      if byte == UInt8(ascii: ".") {
        guard !hasDot else { return nil }
        hasDot = true
      } else {
        digits.append(byte)
        if hasDot { scale += 1 }
      }
      position += 1
    }
    var hasExponent = false
    if position < text.count {
      hasExponent = true
      let exponent = UnsafeRawBufferPointer(rebasing: text[(position + 1)...])
      guard let power = BigInteger(digits: exponent) else { return nil }
      guard let small = power.small, abs(small) <= Int64(Self.maximalScale) else {
        self = .special(power.isNegative ? 0 : .infinity)
        return
      }
      scale -= Int(small)
    }
    guard let coefficient = digits.withUnsafeBytes({ BigInteger(digits: $0) }),
      coefficient.limbs.count <= BigInteger.maximalLimbs
    else { return nil }
    guard hasDot || hasExponent else {
      self = Number(coefficient)
      return
    }
    self.init(coefficient, scale: scale, isNegative: digits.first == UInt8(ascii: "-"))
  }

  /// The number that a value is; nil for anything but a number.
  init?(exactly value: Value) {
    switch value.kind {
    case .integer: self = .small(value.whole)
    case .float: self.init(value.double)
    case .big, .decimal:
      guard let number = Number(decimal: value.bytes) else { return nil }
      self = number
    default: return nil
    }
  }

  /// The number that a filter takes a value for: text by the digits that begin it, 0 for the rest.
  init(lenient value: Value) {
    if let number = Number(exactly: value) {
      self = number
    } else if value.kind == .text {
      self.init(lenient: value.bytes)
    } else {
      self = .small(0)
    }
  }

  private init(lenient text: UnsafeRawBufferPointer) {
    let bytes = Array(text).trimmingLiquidSpace
    var position = 0
    if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
      position = 1
    }
    let isPlus = bytes.first == UInt8(ascii: "+")
    let start = position
    while position < bytes.count, bytes[position].isDigit { position += 1 }
    if position > start, !isPlus, position + 1 < bytes.count,
      bytes[position] == UInt8(ascii: "."), bytes[(position + 1)...].allSatisfy(\.isDigit),
      let number = bytes.withUnsafeBytes({ Number(decimal: $0) })
    {
      self = number
      return
    }
    // Ruby's to_i: digits, single underscores between them, and nothing of the rest.
    var digits = Array(bytes[0..<start])
    position = start
    var wasDigit = false
    while position < bytes.count {
      if bytes[position].isDigit {
        digits.append(bytes[position])
        wasDigit = true
      } else if bytes[position] == UInt8(ascii: "_"), wasDigit {
        wasDigit = false
      } else {
        break
      }
      position += 1
    }
    let whole = digits.withUnsafeBytes { BigInteger(digits: $0) }
    self = whole.map { Number($0) } ?? .small(0)
  }

  var isDecimal: Bool {
    switch self {
    case .decimal, .negativeZero: true
    default: false
    }
  }

  var isNegative: Bool {
    switch self {
    case .small(let value): value < 0
    case .big(let value): value.isNegative
    case .decimal(let coefficient, _): coefficient.isNegative
    case .negativeZero: true
    case .special(let value): value < 0
    }
  }

  /// The whole number, if it is one; decimals are none.
  var whole: BigInteger? {
    switch self {
    case .small(let value): BigInteger(value)
    case .big(let value): value
    default: nil
    }
  }

  /// Coefficient and scale of any finite number.
  var parts: (BigInteger, Int) {
    switch self {
    case .small(let value): (BigInteger(value), 0)
    case .big(let value): (value, 0)
    case .decimal(let coefficient, let scale): (coefficient, scale)
    case .negativeZero, .special: (BigInteger(0), 0)
    }
  }

  var special: Double? {
    if case .special(let value) = self { return value }
    return nil
  }

  /// The nearest binary number.
  var double: Double {
    switch self {
    case .small(let value): return Double(value)
    case .special(let value): return value
    case .negativeZero: return -0.0
    default:
      let (coefficient, scale) = parts
      return Double("\(coefficient.description)e\(-scale)") ?? 0
    }
  }

  /// Two numbers as coefficients of one scale.
  static func aligned(_ left: Number, _ right: Number) -> (BigInteger, BigInteger, Int) {
    let (a, first) = left.parts
    let (b, second) = right.parts
    let scale = max(first, second)
    return (a.scaled(by: scale - first), b.scaled(by: scale - second), scale)
  }

  /// Negative, zero or positive; nil where one is not a number.
  func compare(_ other: Number) -> Int {
    if case .small(let a) = self, case .small(let b) = other { return a < b ? -1 : a == b ? 0 : 1 }
    if special != nil || other.special != nil {
      let (a, b) = (double, other.double)
      return a < b ? -1 : a == b ? 0 : 1
    }
    let (a, b, _) = Self.aligned(self, other)
    return a.compare(b)
  }

  /// Whether neither is what is not a number.
  func isOrdered(with other: Number) -> Bool {
    special?.isNaN != true && other.special?.isNaN != true
  }

  var isZero: Bool { special == nil ? parts.0.isZero : double == 0 }
}
