/// The currencies of ISO 4217 that prices can be in, with the number of digits of their minor
/// units (amendment 179: XCG in, ANG and HRK out).
///
/// Metals, testing codes and units of account without a minor unit are left out on purpose.
public enum CurrencyTable {
  /// Currencies with two digits of minor units.
  private static let twoDigits = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD \
    CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL \
    GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR \
    LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD \
    PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC \
    SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR \
    ZMW ZWG
    """

  /// Currencies with another number of digits.
  private static let otherDigits: [(digits: Int, codes: String)] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
  ]

  private static let exponents: [String: Int] = {
    var table: [String: Int] = [:]
    for (digits, codes) in [(2, twoDigits)] + otherDigits {
      for code in codes.split(separator: " ") { table[String(code)] = digits }
    }
    return table
  }()

  /// Digits of the minor unit of the currency `code` (three capital letters): 2 for EUR, 0 for JPY,
  /// 3 for KWD; nil for what is not a current currency of ISO 4217.
  public static func exponent(_ code: String) -> Int? { exponents[code] }

  /// All codes, sorted.
  public static let codes: [String] = exponents.keys.sorted()
}
