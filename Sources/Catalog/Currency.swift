import Locales

/// A currency of ISO 4217: three letters and the number of digits of its minor unit, in five
/// trivial bytes.
public struct Currency: Hashable, Sendable, BitwiseCopyable {
  private let letters: UInt32
  private let digits: UInt8

  /// Digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD.
  public var exponent: Int { Int(digits) }

  /// The currency called `code` in ISO 4217 (capital letters), or nil where there is none.
  public init?(_ code: String) {
    guard let exponent = CurrencyTable.exponent(code) else { return nil }
    self.init(letters: code, exponent: exponent)
  }

  private init(letters code: String, exponent: Int) {
    letters = code.utf8.reduce(0) { $0 << 8 | UInt32($1) }
    digits = UInt8(exponent)
  }

  /// The three letters, for example `EUR`.
  public var code: String {
    String(unsafeUninitializedCapacity: 3) { room in
      for index in 0..<3 {
        room[index] = UInt8(truncatingIfNeeded: letters >> UInt32(16 - 8 * index))
      }
      return 3
    }
  }

  /// How many minor units one major unit has: 100 for EUR, 1 for JPY.
  public var minorPerMajor: Int64 {
    var value: Int64 = 1
    for _ in 0..<digits { value *= 10 }
    return value
  }

  /// Euro.
  public static let eur = Currency(letters: "EUR", exponent: 2)
  /// Pound sterling.
  public static let gbp = Currency(letters: "GBP", exponent: 2)
  /// Yen.
  public static let jpy = Currency(letters: "JPY", exponent: 0)
  /// United States dollar.
  public static let usd = Currency(letters: "USD", exponent: 2)
  /// Swiss franc.
  public static let chf = Currency(letters: "CHF", exponent: 2)
}

extension Currency: CustomStringConvertible {
  /// The three letters.
  public var description: String { code }
}
