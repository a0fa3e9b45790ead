/// A rate as a decimal that was written down, held exactly: a tax rate `0.20`, an exchange rate
/// `161.25`. At most eight digits after the point and eleven in all, so that an amount, an exchange rate
/// and a tax rate multiply within 128 bits.
public struct Rate: Hashable, Sendable, BitwiseCopyable {
  /// The digits without the point: 20 for `0.20`.
  public let digits: Int64
  /// How many of them stand after the point.
  public let scale: Int

  /// The rate nought.
  public static let zero = Rate(digits: 0, scale: 0)

  private init(digits: Int64, scale: Int) {
    self.digits = digits
    self.scale = scale
  }

  /// Reads a rate that is not negative.
  /// - Throws: `CatalogError` with the code `format` or `range`.
  public init(_ text: some StringProtocol) throws(CatalogError) {
    let number = try Decimal(text)
    guard number.digits >= 0 else { throw CatalogError(.range, "a rate is not negative") }
    guard number.scale <= 8, number.digits < 100_000_000_000 else {
      throw CatalogError(.range, "\"\(text)\" has more digits than a rate may have")
    }
    self.init(digits: Int64(number.digits), scale: number.scale)
  }

  /// Ten to the power of `scale`.
  public var denominator: Int64 {
    var value: Int64 = 1
    for _ in 0..<scale { value *= 10 }
    return value
  }

  /// The rate as a decimal, with the digits that it was written with.
  public var decimal: String {
    var text = String(digits)
    guard scale > 0 else { return text }
    if text.utf8.count <= scale {
      text = String(repeating: "0", count: scale + 1 - text.utf8.count) + text
    }
    text.insert(".", at: text.index(text.endIndex, offsetBy: -scale))
    return text
  }

  /// The rate as a percentage without superfluous zeros: `20` for `0.20`, `5.5` for `0.055`.
  public var percent: String {
    let shifted = Rate(digits: digits * 100, scale: scale)
    var text = shifted.decimal
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text
  }

  /// `minor` with the tax of this rate added: `minor × (1 + rate)`, rounded half away from zero; nil
  /// where it overflows.
  public func adding(to minor: Int64) -> Int64? {
    let base = Int128(denominator)
    return Int64(
      exactly: Rounding.divide(Int128(minor) * (base + Int128(digits)), by: base, .nearest))
  }

  /// The part of a tax-included `minor` that is not tax: `minor ÷ (1 + rate)`, rounded half away
  /// from zero.
  public func removing(from minor: Int64) -> Int64 {
    let base = Int128(denominator)
    let net = Rounding.divide(Int128(minor) * base, by: base + Int128(digits), .nearest)
    return Int64(truncatingIfNeeded: net)
  }
}
