import Locales
import Testing

@Suite("The table of currencies")
struct CurrencyTableTests {
  @Test(
    "the digits of minor units are those of ISO 4217",
    arguments: [
      ("EUR", 2), ("GBP", 2), ("JPY", 0), ("KWD", 3), ("HUF", 2), ("ISK", 0), ("CLF", 4),
      ("MGA", 2), ("UYW", 4), ("TND", 3), ("KRW", 0), ("XPF", 0), ("XCG", 2), ("MRU", 2),
    ])
  func digits(code: String, exponent: Int) {
    #expect(CurrencyTable.exponent(code) == exponent)
  }

  @Test(
    "metals, retired and unknown codes are no currencies", arguments: ["XAU", "HRK", "eur", ""])
  func unknown(code: String) {
    #expect(CurrencyTable.exponent(code) == nil)
  }

  @Test("there are no codes but three capital letters, each once")
  func codes() {
    #expect(Set(CurrencyTable.codes).count == CurrencyTable.codes.count)
    #expect(CurrencyTable.codes.allSatisfy { $0.utf8.allSatisfy { (65...90).contains($0) } })
    #expect(CurrencyTable.codes.allSatisfy { $0.utf8.count == 3 })
  }
}
