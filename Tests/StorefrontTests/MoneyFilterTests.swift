import Storefront
import Testing

@Suite("Filters of money")
struct MoneyFilterTests {
  @Test(
    "the eight placeholders group, point and round half up, all on whole numbers",
    arguments: [
      ("{{amount}}", "1,134.65", "1,000,000.00", "0.05", "-0.50"),
      ("{{amount_no_decimals}}", "1,135", "1,000,000", "0", "-1"),
      ("{{amount_with_comma_separator}}", "1.134,65", "1.000.000,00", "0,05", "-0,50"),
      ("{{amount_no_decimals_with_comma_separator}}", "1.135", "1.000.000", "0", "-1"),
      ("{{amount_with_apostrophe_separator}}", "1'134.65", "1'000'000.00", "0.05", "-0.50"),
      ("{{amount_no_decimals_with_space_separator}}", "1 135", "1 000 000", "0", "-1"),
      ("{{amount_with_space_separator}}", "1 134,65", "1 000 000,00", "0,05", "-0,50"),
      ("{{amount_with_period_and_space_separator}}", "1 134.65", "1 000 000.00", "0.05", "-0.50"),
    ])
  func placeholders(
    _ format: String, _ usual: String, _ large: String, _ small: String, _ minus: String
  )
    throws
  {
    let stage = Stage(moneyFormat: "€\(format) ttc")
    let template = "{{ 113465 | money }}|{{ 100000000 | money }}|{{ 5 | money }}|{{ -50 | money }}"
    let expected = [usual, large, small, minus].map { "€\($0) ttc" }.joined(separator: "|")
    #expect(try stage.render(template) == expected)
  }

  @Test("no amount is lost in rounding, however large", arguments: [Int64.max, Int64.min + 1])
  func extremes(_ minor: Int64) throws {
    let digits = "\(minor.magnitude)"
    let whole = digits.dropLast(2)
    let stage = Stage(moneyFormat: "{{ amount_with_space_separator }}")
    let text = try stage.render("{{ \(minor) | money }}").replacing(" ", with: "")
    #expect(text == "\(minor < 0 ? "-" : "")\(whole),\(digits.suffix(2))")
  }

  @Test(
    "every filter in the shop's own way",
    arguments: [
      Row("{{ 113400 | money_with_currency }}", "$1,134.00 EUR"),
      Row("{{ 113400 | money_without_currency }}", "1,134.00"),
      Row("{{ 113400 | money_amount }}", "1,134.00"),
      Row("{{ 113400 | money_without_trailing_zeros }}", "$1,134"),
      Row("{{ 113450 | money_without_trailing_zeros }}", "$1,134.50"),
      Row("{{ nil | money }}", ""),
      Row("{{ '1250' | money }}", "$12.50"),
    ])
  func ownWay(_ row: Row) throws {
    #expect(try Stage(moneyFormat: "${{ amount }}").render(row.template) == row.output)
  }

  @Test(
    "without it in the language's way, with the currency's own decimals",
    arguments: [
      ("en", "EUR", "{{ 113465 | money }}", "€1,134.65"),
      ("en", "JPY", "{{ 158000 | money }}", "¥158,000"),
      ("en", "GBP", "{{ 113465 | money_with_currency }}", "£1,134.65 GBP"),
      ("fr", "EUR", "{{ 113400 | money_without_trailing_zeros }}", "1\u{202F}134\u{A0}€"),
      ("fr", "EUR", "{{ 113465 | money_without_currency }}", "1\u{202F}134,65"),
    ])
  func languages(_ locale: String, _ currency: String, _ template: String, _ output: String) throws
  {
    #expect(try Stage(locale: locale, currency: currency).render(template) == output)
  }

  @Test(
    "the price of a unit names what it is the price of",
    arguments: [
      Row("{{ 400 | unit_price_with_measurement: m }}", "€4.00/100ml"),
      Row("{{ 400 | unit_price_with_measurement: one }}", "€4.00/l"),
      Row("{{ 400 | unit_price_with_measurement: 'piece' }}", "€4.00/piece"),
      Row("{{ 400 | unit_price_with_measurement: m, '100 ml' }}", "€4.00/100 ml"),
      Row("{{ 400 | unit_price_with_measurement: nil }}", "€4.00"),
      Row("{{ nil | unit_price_with_measurement: m }}", ""),
    ])
  func unitPrice(_ row: Row) throws {
    let data = """
      {"m":{"reference_value":100,"reference_unit":"ml"},
      "one":{"reference_value":1,"reference_unit":"l"}}
      """
    #expect(try Stage(data: data).render(row.template) == row.output)
  }

  @Test("text that is no number is an error, not nothing")
  func noNumber() throws {
    #expect(try Stage().error("{{ 'dear' | money }}") == "invalid integer")
  }

  @Test(
    "a way of writing money without a known placeholder is none",
    arguments: ["", "€", "{{ price }}", "}}{{amount", "{{amount"])
  func noPattern(_ text: String) { #expect(MoneyPattern(text) == nil) }
}
