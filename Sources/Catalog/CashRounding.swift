/// What is published about paying cash where the smallest coins are gone: the step to which an amount is
/// brought, the way that the middle goes, and who says so.
public struct CashRounding: Sendable {
  /// Three letters of ISO 4217.
  public let code: String
  /// The step as a decimal of major units.
  public let step: String
  /// The direction.
  public let mode: Rounding.Mode
  /// Who published the rule.
  public let source: String

  private init(_ code: String, _ step: String, _ mode: Rounding.Mode, _ source: String) {
    self.code = code
    self.step = step
    self.mode = mode
    self.source = source
  }

  /// The rule for cash of a currency; whole minor units where none is published.
  public static func rule(for currency: Currency) -> Rounding {
    guard let known = all.first(where: { $0.code == currency.code }),
      let step = try? Money(decimal: known.step, currency: currency)  // a test reads each of them
    else { return .exact }
    return Rounding(mode: known.mode, step: step.minor)
  }

  /// All rules that are known, by currency.
  public static let all = [
    CashRounding("AUD", "0.05", .nearest, "Royal Australian Mint: one and two cent coins, 1992"),
    CashRounding("BHD", "0.005", .nearest, "Central Bank of Bahrain: smallest coin five fils"),
    CashRounding("CAD", "0.05", .nearest, "Department of Finance Canada: end of the penny, 2013"),
    CashRounding("CHF", "0.05", .nearest, "Swiss coinage ordinance (SR 941.101): five rappen"),
    CashRounding("CLP", "10", .halfDown, "Ley 20.956 (Chile, 2016), art. 14: 1 to 5 down"),
    CashRounding("CZK", "1", .nearest, "Czech National Bank: end of the 50 heller coin, 2008"),
    CashRounding("DKK", "0.50", .nearest, "Danmarks Nationalbank: end of the 25 øre coin, 2008"),
    CashRounding("EUR", "0.05", .nearest, "Laki 890/2000 (Finland); also NL, BE, IE, IT, SK, EE"),
    CashRounding("GBP", "0.01", .nearest, "Royal Mint: the penny is legal tender"),
    CashRounding("HKD", "0.10", .nearest, "Hong Kong Monetary Authority: smallest coin ten cents"),
    CashRounding("HUF", "5", .nearest, "2008. évi III. törvény (Hungary): one and two forint"),
    CashRounding("ILS", "0.10", .nearest, "Bank of Israel: end of the five agorot coin, 2008"),
    CashRounding("ISK", "1", .nearest, "Central Bank of Iceland: end of the aurar, 2003"),
    CashRounding("JPY", "1", .nearest, "Japan Mint: smallest coin one yen"),
    CashRounding("KRW", "10", .nearest, "Bank of Korea: smallest coin in circulation ten won"),
    CashRounding("KWD", "0.005", .nearest, "Central Bank of Kuwait: smallest coin five fils"),
    CashRounding("MYR", "0.05", .nearest, "Bank Negara Malaysia: rounding mechanism, 2008"),
    CashRounding("NOK", "1", .nearest, "Norges Bank: end of the 50 øre coin, 2012"),
    CashRounding("NZD", "0.10", .halfDown, "New Zealand Retailers Association, 2006: 1 to 5 down"),
    CashRounding("OMR", "0.005", .nearest, "Central Bank of Oman: smallest coin five baisa"),
    CashRounding("PHP", "0.05", .nearest, "Bangko Sentral ng Pilipinas: five sentimo"),
    CashRounding("SEK", "1", .nearest, "Lag (1970:1029) om avrundning; Riksbanken, 2010"),
    CashRounding("SGD", "0.05", .nearest, "Monetary Authority of Singapore: one cent, 2002"),
    CashRounding("THB", "0.25", .nearest, "Bank of Thailand: smallest coin in use 25 satang"),
    CashRounding("TWD", "1", .nearest, "Central Bank of the Republic of China: one dollar"),
    CashRounding("USD", "0.01", .nearest, "United States Mint: the cent is legal tender"),
    CashRounding(
      "ZAR", "0.10", .nearest, "South African Reserve Bank: end of the five cent coin, 2012"),
  ]
}
