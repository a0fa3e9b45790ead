import CGlue
import Locales
import Testing

@Suite("Money in the words of a locale")
struct MoneyFormatTests {
  @Test(
    "symbol, separators and digits are the locale's",
    arguments: [
      ("en", "GBP", 123_456, "£1,234.56"), ("en", "EUR", 5, "€0.05"),
      ("en", "JPY", 158_000, "¥158,000"), ("en", "KWD", 1_234_567, "KWD\u{A0}1,234.567"),
      ("fr", "EUR", 123_456, "1\u{202F}234,56\u{A0}€"),
      ("fr", "EUR", 123_456_789, "1\u{202F}234\u{202F}567,89\u{A0}€"),
      ("de", "EUR", 123_456, "1.234,56\u{A0}€"), ("de-CH", "CHF", 123_456, "CHF\u{A0}1’234.56"),
      ("de-AT", "EUR", 123_456, "€\u{A0}1.234,56"), ("ja", "JPY", 158_000, "￥158,000"),
      ("es", "EUR", 123_456, "1234,56\u{A0}€"), ("es", "EUR", 1_234_567, "12.345,67\u{A0}€"),
      ("en-IN", "INR", 123_456_789, "₹12,34,567.89"), ("sv", "SEK", 10_000, "100,00\u{A0}kr"),
      ("en-US", "USD", -123_456, "-$1,234.56"), ("pl", "PLN", 123_456, "1234,56\u{A0}zł"),
    ] as [(String, String, Int64, String)])
  func symbol(locale: String, currency: String, minor: Int64, text: String) {
    #expect(MoneyFormat(locale: locale, currency: currency).string(minor) == text)
  }

  @Test("other styles leave out or add what they say")
  func styles() {
    let french = MoneyFormat(locale: "fr", currency: "EUR")
    #expect(french.string(120_000, .withoutTrailingZeros) == "1\u{202F}200\u{A0}€")
    #expect(french.string(120_050, .withoutTrailingZeros) == "1\u{202F}200,50\u{A0}€")
    #expect(french.string(120_000, .amount) == "1\u{202F}200,00")
    #expect(french.string(120_000, .symbolAndCode) == "1\u{202F}200,00\u{A0}€ EUR")
    #expect(french.string(-120_000, .amount) == "-1\u{202F}200,00")
    let yen = MoneyFormat(locale: "ja", currency: "JPY")
    #expect(yen.string(0) == "￥0")
    #expect(yen.string(.min) == "-￥9,223,372,036,854,775,808")
  }

  @Test("the tables write what ICU writes, for every locale and currency tried")
  func sameAsICU() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    let locales = [
      "en", "en-GB", "en-IN", "fr", "fr-CH", "de", "de-CH", "de-AT", "ja", "zh", "ko", "es",
      "es-MX", "pt", "pt-PT", "it", "nl", "sv", "nb", "da", "fi", "pl", "cs", "hu", "ru", "tr",
      "ar", "ar-EG", "he", "hi", "bn", "fa", "th", "vi", "el", "bg", "ca", "lv", "lt", "et",
    ]
    for locale in locales {
      for currency in ["EUR", "USD", "GBP", "JPY", "CHF", "KWD", "CLF", "SEK", "INR"] {
        let format = MoneyFormat(locale: locale, currency: currency)
        for digits in 0..<14 {
          let bound = (0..<digits).reduce(Int64(10)) { value, _ in value * 10 }
          let minor = Int64.random(in: -bound...bound, using: &random)
          let expected = try #require(
            Self.asICUSays(locale, currency, minor, decimals: format.exponent))
          #expect(format.string(minor) == expected, "seed \(seed): \(locale) \(currency) \(minor)")
        }
      }
    }
  }

  private static func asICUSays(
    _ locale: String, _ currency: String, _ minor: Int64, decimals: Int
  ) -> String? {
    var digits = String(minor.magnitude)
    digits = String(repeating: "0", count: max(decimals + 1 - digits.count, 0)) + digits
    if decimals > 0 { digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals)) }
    var buffer = [CChar](repeating: 0, count: 256)
    let length = glue_icu_number(
      locale, currency, (minor < 0 ? "-" : "") + digits, Int32(decimals), &buffer, 256)
    guard length >= 0 else { return nil }
    return String(decoding: buffer.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  @Test("whole numbers are grouped as the locale does")
  func numbers() {
    #expect(NumberFormat(locale: "en").string(-1_234_567) == "-1,234,567")
    #expect(NumberFormat(locale: "fr").string(1_234) == "1\u{202F}234")
    #expect(NumberFormat(locale: "es").string(1_234) == "1234")
    #expect(NumberFormat(locale: "hi").string(1_234_567) == "12,34,567")
    #expect(NumberFormat(locale: "en").string(0) == "0")
    #expect(NumberFormat(locale: "not a locale").string(1_234_567) == "1,234,567")
  }
}

/// Random numbers that can be had again: SplitMix64.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
