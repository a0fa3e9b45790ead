public import Bytes

/// How a locale writes amounts of one currency, for example `1 234,56 €` in French with a narrow
/// no-break space, `£1,234.56` in English, `￥158,000` in Japanese.
///
/// Learned once for a locale and currency (some hundred microseconds); writing is table look-ups only.
/// The number of decimals is that of ISO 4217, so that pages say exactly what feeds say.
public struct MoneyFormat: Sendable {
  /// What is written besides the digits.
  public enum Style: Sendable {
    /// The currency's symbol where the locale puts it.
    case symbol
    /// As `symbol`, and the code behind it: `£1,234.56 GBP`.
    case symbolAndCode
    /// Digits and separators only.
    case amount
    /// As `symbol`, without decimals where all of them are noughts.
    case withoutTrailingZeros
  }

  private let format: NumberFormat
  /// The code of the currency.
  public let currency: String
  /// Digits of its minor unit.
  public let exponent: Int
  private let unitsPerMajor: UInt64

  private static let learned = Learned<[String], MoneyFormat>()

  /// Learns how `locale` (BCP 47) writes amounts of `currency` (ISO 4217), once in the life of the
  /// process; a currency that the table does not know has two decimals.
  public init(locale: String, currency: String) {
    self = Self.learned.value([locale, currency]) {
      MoneyFormat(asking: locale, currency: currency)
    }
  }

  private init(asking locale: String, currency: String) {
    self.currency = currency
    exponent = CurrencyTable.exponent(currency) ?? 2
    unitsPerMajor = (0..<exponent).reduce(1) { units, _ in units * 10 }
    format = NumberFormat(locale: locale, currency: currency)
  }

  /// Appends an amount of minor units.
  public func append(_ minor: Int64, _ style: Style = .symbol, into buffer: inout ByteBuffer) {
    var magnitude = minor.magnitude
    var decimals = exponent
    if style == .withoutTrailingZeros, magnitude % unitsPerMajor == 0 {
      magnitude /= unitsPerMajor
      decimals = 0
    }
    if style == .amount, minor < 0 { buffer.append(UInt8(ascii: "-")) }
    format.append(
      magnitude: magnitude, decimals: decimals, isNegative: minor < 0, affixes: style != .amount,
      into: &buffer)
    if style == .symbolAndCode {
      buffer.append(UInt8(ascii: " "))
      buffer.append(currency)
    }
  }

  /// The text of an amount of minor units.
  public func string(_ minor: Int64, _ style: Style = .symbol) -> String {
    var buffer = ByteBuffer(capacity: 32)
    append(minor, style, into: &buffer)
    return buffer.string
  }
}
