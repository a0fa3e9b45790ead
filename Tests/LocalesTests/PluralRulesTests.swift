import Locales
import Testing

@Suite("Plurals")
struct PluralRulesTests {
  @Test(
    "the form is that of CLDR",
    arguments: [
      ("en", 0, "other"), ("en", 1, "one"), ("en", 2, "other"), ("fr", 0, "one"), ("fr", 1, "one"),
      ("fr", 2, "other"), ("fr", 1_000_000, "many"), ("fr", 1_000_001, "other"),
      ("ja", 1, "other"), ("de", 1, "one"), ("ru", 1, "one"), ("ru", 2, "few"), ("ru", 5, "many"),
      ("ru", 11, "many"), ("ru", 21, "one"), ("ru", 1_021, "one"), ("pl", 22, "few"),
      ("ar", 0, "zero"), ("ar", 1, "one"), ("ar", 2, "two"), ("ar", 3, "few"), ("ar", 11, "many"),
      ("ar", 100, "other"), ("cy", 6, "many"), ("lv", 0, "zero"), ("kw", 100_000, "two"),
      ("en", -1, "one"),
    ] as [(String, Int64, String)])
  func forms(locale: String, number: Int64, category: String) {
    #expect(PluralRules(locale: locale).category(number) == category)
  }

  @Test("a number of any size has a form")
  func extremes() {
    #expect(PluralRules(locale: "en").plural(.min) == .other)
    #expect(PluralRules(locale: "en").plural(.max) == .other)
  }
}
