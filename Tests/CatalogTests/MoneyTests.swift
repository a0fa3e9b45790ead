import Catalog
import Testing

@Suite("Money")
struct MoneyTests {
  @Test(
    "a decimal and its minor units are the same amount",
    arguments: [
      ("123.45", "EUR", 12345), ("0.05", "CHF", 5), ("158000", "JPY", 158_000),
      ("1.234", "KWD", 1234), ("-0.01", "GBP", -1), ("24.0001", "CLF", 240_001),
      ("0", "ISK", 0), ("1000000000.00", "USD", 100_000_000_000),
    ] as [(String, String, Int64)])
  func roundTrip(text: String, code: String, minor: Int64) throws {
    let currency = try #require(Currency(code))
    let money = try Money(decimal: text, currency: currency)
    #expect(money.minor == minor)
    #expect(Money(minor: minor, currency: currency).decimal.hasPrefix(text))
    #expect(try Money(decimal: money.decimal, currency: currency) == money)
  }

  @Test(
    "what is not a plain decimal is refused",
    arguments: ["", ".5", "1.", "1,5", "1e3", "+1", "1 000", "€1", "--1", "1.2.3", "٣"])
  func malformed(text: String) {
    #expect(throws: CatalogError.self) { try Money(decimal: text, currency: .eur) }
  }

  @Test("digits that the currency does not have are refused unless they are zeros")
  func decimals() throws {
    #expect(try Money(decimal: "5.000", currency: .jpy).minor == 5)
    let error = #expect(throws: CatalogError.self) {
      try Money(decimal: "5.005", currency: .eur)
    }
    #expect(error?.code == .tooManyDecimals)
  }

  @Test("an amount that does not fit is refused, not cut")
  func overflow() {
    let error = #expect(throws: CatalogError.self) {
      try Money(decimal: "92233720368547758.08", currency: .eur)
    }
    #expect(error?.code == .range)
  }

  @Test("a rate keeps the digits that it was written with")
  func rates() throws {
    #expect(try Rate("0.20").decimal == "0.20")
    #expect(try Rate("0.055").percent == "5.5")
    #expect(try Rate("0.20").percent == "20")
    #expect(try Rate("0").percent == "0")
    #expect(throws: CatalogError.self) { try Rate("-0.1") }
    #expect(throws: CatalogError.self) { try Rate("0.123456789") }
  }

  @Test("tax added and taken out again gives the same amount")
  func tax() throws {
    let rate = try Rate("0.20")
    #expect(rate.adding(to: 10_000) == 12_000)
    #expect(rate.removing(from: 12_000) == 10_000)
    #expect(rate.removing(from: 42_000) == 35_000)
    #expect(try Rate("0.077").adding(to: 9_999) == 10_769)
  }

  @Test("conversion counts with the minor units of both currencies")
  func conversion() throws {
    let euro = Money(minor: 100_00, currency: .eur)
    #expect(euro.converted(at: try Rate("161.25"), to: .jpy)?.minor == 16_125)
    let dinar = try #require(Currency("KWD"))
    #expect(euro.converted(at: try Rate("0.3333"), to: dinar)?.minor == 33_330)
  }
}
