/// An amount of money: a whole number of minor units (cents, yen, fils) of a currency.
///
/// There is no other representation of money in the project; no amount is ever a floating-point
/// number.
public struct Money: Hashable, Sendable, BitwiseCopyable {
  /// Whole minor units: 12345 for €123.45, 158000 for ¥158,000.
  public var minor: Int64
  /// The currency.
  public var currency: Currency

  /// Makes an amount.
  public init(minor: Int64, currency: Currency) {
    self.minor = minor
    self.currency = currency
  }

  /// Reads a plain decimal amount of major units exactly: `123.45` EUR is 12345 minor units.
  ///
  /// An optional minus, digits, and at most as many digits after the point as the currency has;
  /// further digits are accepted only if they are zeros. No grouping, no exponent, no symbol.
  /// - Throws: `CatalogError` with the code `format`, `too-many-decimals` or `range`.
  public init(decimal text: some StringProtocol, currency: Currency) throws(CatalogError) {
    let number = try Decimal(text)
    let shift = currency.exponent - number.scale
    var minor = number.digits
    if shift >= 0 {
      for _ in 0..<shift { minor *= 10 }
    } else {
      for _ in 0..<(-shift) {
        guard minor % 10 == 0 else {
          throw CatalogError(
            .tooManyDecimals,
            "\"\(text)\" has more than \(currency.exponent) decimals, which \(currency) allows")
        }
        minor /= 10
      }
    }
    guard let exact = Int64(exactly: minor) else {
      throw CatalogError(.range, "\"\(text)\" is too large for an amount of money")
    }
    self.init(minor: exact, currency: currency)
  }

  /// The amount in major units with a point and exactly the currency's decimals: `123.45`,
  /// `158000`, `-0.05`. Feeds and JSON-LD write this form.
  public var decimal: String {
    let decimals = currency.exponent
    // Twenty digits of the magnitude, or more zeros before it than any currency has, and two signs.
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { room in
      var position = 32
      var rest = minor.magnitude
      var written = 0
      repeat {
        if written == decimals, decimals > 0 {
          position -= 1
          room[position] = UInt8(ascii: ".")
        }
        position -= 1
        room[position] = UInt8(truncatingIfNeeded: rest % 10) + 48
        rest /= 10
        written += 1
      } while rest > 0 || written <= decimals
      if minor < 0 {
        position -= 1
        room[position] = UInt8(ascii: "-")
      }
      return String(
        decoding: UnsafeMutableBufferPointer(rebasing: room[position...]), as: UTF8.self)
    }
  }

  /// The amount converted into another currency at `rate` (units of `currency` for one unit of the
  /// own currency), rounded half away from zero to a minor unit, or nil where it overflows.
  public func converted(at rate: Rate, to currency: Currency) -> Money? {
    let numerator = Int128(minor) * Int128(rate.digits) * Int128(currency.minorPerMajor)
    let denominator = Int128(rate.denominator) * Int128(self.currency.minorPerMajor)
    return Int64(exactly: Rounding.divide(numerator, by: denominator, .nearest))
      .map { Money(minor: $0, currency: currency) }
  }
}

extension Money: CustomStringConvertible {
  /// The amount and the code: `123.45 EUR`.
  public var description: String { "\(decimal) \(currency.code)" }
}

/// A decimal number as it was written: `digits` divided by ten to the power of `scale`.
struct Decimal {
  let digits: Int128
  let scale: Int

  /// Reads an optional minus, digits, and a point with digits.
  init(_ text: some StringProtocol) throws(CatalogError) {
    var digits: Int128 = 0
    var scale = 0
    var count = 0
    var isNegative = false
    var isFraction = false
    for (index, byte) in text.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "-") where index == 0: isNegative = true
      case UInt8(ascii: ".") where !isFraction && count > 0: isFraction = true
      case 48...57:
        count += 1
        guard count <= 30 else {
          throw CatalogError(.range, "\"\(text)\" has too many digits")
        }
        digits = digits * 10 + Int128(byte - 48)
        if isFraction { scale += 1 }
      default: throw Self.malformed(text)
      }
    }
    guard count > 0, !isFraction || scale > 0 else { throw Self.malformed(text) }
    self.digits = isNegative ? -digits : digits
    self.scale = scale
  }

  private static func malformed(_ text: some StringProtocol) -> CatalogError {
    CatalogError(.format, "\"\(text)\" is not a plain decimal number such as 123.45")
  }
}
