import Catalog
import Testing

/// One published rule: cash rounding or the smallest coin, and what it makes of an amount.
struct PublishedRule: Sendable, CustomTestStringConvertible {
  let code: String
  let step: String
  let given: String
  let shown: String

  init(_ code: String, _ step: String, _ given: String, _ shown: String) {
    self.code = code
    self.step = step
    self.given = given
    self.shown = shown
  }

  var testDescription: String { "\(code) to \(step): \(given) becomes \(shown)" }

  static let all = [
    PublishedRule("CHF", "0.05", "12.32", "12.30"),
    PublishedRule("CHF", "0.05", "12.33", "12.35"),
    PublishedRule("AUD", "0.05", "9.98", "10.00"),
    PublishedRule("CAD", "0.05", "1.02", "1.00"),
    PublishedRule("NZD", "0.10", "1.96", "2.00"),
    PublishedRule("SEK", "1.00", "99.50", "100.00"),
    PublishedRule("NOK", "1.00", "99.49", "99.00"),
    PublishedRule("DKK", "0.50", "10.25", "10.50"),
    PublishedRule("DKK", "0.50", "10.24", "10.00"),
    PublishedRule("CZK", "1.00", "0.50", "1.00"),
    PublishedRule("HUF", "5.00", "1002.00", "1000.00"),
    PublishedRule("HUF", "5.00", "1003.00", "1005.00"),
    PublishedRule("ISK", "1", "1234", "1234"),
    PublishedRule("SGD", "0.05", "7.07", "7.05"),
    PublishedRule("MYR", "0.05", "7.08", "7.10"),
    PublishedRule("HKD", "0.10", "7.84", "7.80"),
    PublishedRule("ZAR", "0.10", "3.45", "3.50"),
    PublishedRule("ILS", "0.10", "4.94", "4.90"),
    PublishedRule("EUR", "0.05", "2.97", "2.95"),
    PublishedRule("GBP", "0.01", "2.97", "2.97"),
    PublishedRule("JPY", "100", "158050", "158100"),
    PublishedRule("KRW", "10", "12345", "12350"),
    PublishedRule("CLP", "10", "1994", "1990"),
    PublishedRule("COP", "50.00", "1025.00", "1050.00"),
    PublishedRule("KWD", "0.005", "1.232", "1.230"),
    PublishedRule("BHD", "0.005", "1.233", "1.235"),
    PublishedRule("JOD", "0.005", "0.002", "0.005"),
    PublishedRule("THB", "0.25", "3.12", "3.00"),
    PublishedRule("PHP", "0.05", "3.13", "3.15"),
    PublishedRule("TWD", "1.00", "30.49", "30.00"),
    PublishedRule("VND", "1000", "1500", "2000"),
    PublishedRule("MGA", "0.20", "5.30", "5.40"),
    PublishedRule("CLF", "0.0005", "24.0002", "24.0000"),
  ]
}

@Suite("Rounding")
struct RoundingTests {
  @Test("published cash rounding", arguments: PublishedRule.all)
  func published(rule: PublishedRule) throws {
    let currency = try #require(Currency(rule.code))
    let step = try Money(decimal: rule.step, currency: currency).minor
    let given = try Money(decimal: rule.given, currency: currency).minor
    let shown = Rounding(mode: .nearest, step: step).apply(to: given)
    #expect(Money(minor: shown, currency: currency).decimal == rule.shown)
  }

  @Test("the table covers at least twenty currencies")
  func coverage() {
    #expect(Set(PublishedRule.all.map(\.code)).count >= 20)
  }

  @Test(
    "each mode goes its way",
    arguments: [
      (.nearest, 149, 100), (.nearest, 150, 200), (.nearest, 250, 300), (.up, 101, 200),
      (.up, 100, 100), (.down, 199, 100), (.halfEven, 150, 200), (.halfEven, 250, 200),
      (.halfEven, 251, 300),
    ] as [(Rounding.Mode, Int64, Int64)])
  func modes(mode: Rounding.Mode, given: Int64, shown: Int64) {
    #expect(Rounding(mode: mode, step: 100).apply(to: given) == shown)
  }

  @Test(
    "prices can end in a charm figure",
    arguments: [
      (.nearest, 10_010, 9_995), (.nearest, 10_050, 10_095), (.up, 9_996, 10_095),
      (.down, 10_094, 9_995), (.nearest, 9_995, 9_995),
    ] as [(Rounding.Mode, Int64, Int64)])
  func charm(mode: Rounding.Mode, given: Int64, shown: Int64) {
    #expect(Rounding(mode: mode, step: 100, ending: 95).apply(to: given) == shown)
  }

  @Test("a price never becomes nothing")
  func neverNothing() {
    #expect(Rounding(mode: .down, step: 100).apply(to: 40) == 100)
    #expect(Rounding(mode: .nearest, step: 100).apply(to: 40) == 100)
    #expect(Rounding(mode: .down, step: 100, ending: 95).apply(to: 40) == 95)
    #expect(Rounding(mode: .down, step: 100).apply(to: 0) == 0)
  }

  @Test("rounding is on the grid, near, monotone and settled")
  func properties() {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<5_000 {
      let step = Int64.random(in: 1...10_000, using: &random)
      let ending = Int64.random(in: 0..<step, using: &random)
      let mode = Rounding.Mode.allCases.randomElement(using: &random) ?? .nearest
      let rule = Rounding(mode: mode, step: step, ending: ending)
      let low = Int64.random(in: 0...10_000_000, using: &random)
      let high = low + Int64.random(in: 0...10_000, using: &random)
      let shown = rule.apply(to: low)
      let note: Comment = "seed \(seed): \(rule) of \(low)"
      #expect((shown - ending) % step == 0 || shown == 0, note)
      #expect(abs(shown - low) < step || low < step, note)
      #expect(shown <= rule.apply(to: high), note)
      #expect(rule.apply(to: shown) == shown, note)
    }
  }

  @Test("a market's step is minor units as a number and major units as text")
  func decoding() throws {
    let text = try Make.market(rounding: #"{"mode":"nearest","step":"0.05"}"#)
    #expect(text.rounding == Rounding(mode: .nearest, step: 5))
    let number = try Make.market(
      currency: "JPY", rounding: #"{"mode":"half_even","step":100,"ending":50}"#)
    #expect(number.rounding == Rounding(mode: .halfEven, step: 100, ending: 50))
    let error = #expect(throws: CatalogError.self) {
      try Make.market(rounding: #"{"mode":"sideways","step":1}"#)
    }
    #expect(error?.pointer == "/attributes/rounding/mode")
  }
}
