import Bytes
import Catalog
import Formats
import Testing

/// One example of a published rule: what a rule makes of an amount, and who published it.
struct PublishedRule: Sendable, CustomTestStringConvertible {
  let code: String
  let given: String
  let shown: String
  let source: String

  init(_ code: String, _ given: String, _ shown: String, _ source: String) {
    self.code = code
    self.given = given
    self.shown = shown
    self.source = source
  }

  var testDescription: String { "\(code) \(given) becomes \(shown) (\(source))" }

  /// Rules for cash, which `mode: cash` follows.
  static let cash = [
    PublishedRule("CHF", "12.32", "12.30", "coinage ordinance: five rappen"),
    PublishedRule("CHF", "12.33", "12.35", "coinage ordinance: five rappen"),
    PublishedRule("AUD", "9.97", "9.95", "Royal Australian Mint: 6 and 7 down"),
    PublishedRule("AUD", "9.98", "10.00", "Royal Australian Mint: 8 and 9 up"),
    PublishedRule("CAD", "1.02", "1.00", "Department of Finance: 1 and 2 down"),
    PublishedRule("CAD", "1.03", "1.05", "Department of Finance: 3 and 4 up"),
    PublishedRule("NZD", "1.94", "1.90", "NZ Retailers Association: 1 to 5 down"),
    PublishedRule("NZD", "1.95", "1.90", "NZ Retailers Association: 1 to 5 down"),
    PublishedRule("NZD", "1.96", "2.00", "NZ Retailers Association: 6 to 9 up"),
    PublishedRule("SEK", "99.49", "99.00", "lag 1970:1029: under 50 öre down"),
    PublishedRule("SEK", "99.50", "100.00", "lag 1970:1029: from 50 öre up"),
    PublishedRule("NOK", "99.49", "99.00", "Norges Bank: to the nearest krone"),
    PublishedRule("NOK", "99.50", "100.00", "Norges Bank: to the nearest krone"),
    PublishedRule("DKK", "10.24", "10.00", "Nationalbanken: 1 to 24 øre down"),
    PublishedRule("DKK", "10.25", "10.50", "Nationalbanken: 25 to 49 øre up to 50"),
    PublishedRule("DKK", "10.74", "10.50", "Nationalbanken: 51 to 74 øre down to 50"),
    PublishedRule("DKK", "10.75", "11.00", "Nationalbanken: 75 to 99 øre up"),
    PublishedRule("CZK", "10.49", "10.00", "ČNB: to the nearest koruna"),
    PublishedRule("CZK", "10.50", "11.00", "ČNB: to the nearest koruna"),
    PublishedRule("HUF", "1002.00", "1000.00", "2008. évi III. tv.: 1 and 2 to 0"),
    PublishedRule("HUF", "1003.00", "1005.00", "2008. évi III. tv.: 3 and 4 to 5"),
    PublishedRule("HUF", "1007.00", "1005.00", "2008. évi III. tv.: 6 and 7 to 5"),
    PublishedRule("HUF", "1008.00", "1010.00", "2008. évi III. tv.: 8 and 9 to 10"),
    PublishedRule("ISK", "1234", "1234", "no aurar since 2003"),
    PublishedRule("SGD", "7.07", "7.05", "Monetary Authority of Singapore"),
    PublishedRule("MYR", "7.02", "7.00", "Bank Negara: 1, 2, 6, 7 down"),
    PublishedRule("MYR", "7.08", "7.10", "Bank Negara: 3, 4, 8, 9 up"),
    PublishedRule("HKD", "7.84", "7.80", "smallest coin ten cents"),
    PublishedRule("ZAR", "3.44", "3.40", "smallest coin ten cents"),
    PublishedRule("ILS", "4.94", "4.90", "Bank of Israel: 1 to 4 down"),
    PublishedRule("ILS", "4.95", "5.00", "Bank of Israel: 5 to 9 up"),
    PublishedRule("EUR", "2.97", "2.95", "Finland, laki 890/2000: 1, 2, 6, 7 down"),
    PublishedRule("EUR", "2.98", "3.00", "Finland, laki 890/2000: 3, 4, 8, 9 up"),
    PublishedRule("GBP", "2.97", "2.97", "the penny is legal tender"),
    PublishedRule("USD", "2.97", "2.97", "the cent is legal tender"),
    PublishedRule("JPY", "158051", "158051", "smallest coin one yen"),
    PublishedRule("KRW", "12345", "12350", "smallest coin ten won"),
    PublishedRule("CLP", "1995", "1990", "Ley 20.956: 1 to 5 down"),
    PublishedRule("CLP", "1996", "2000", "Ley 20.956: 6 to 9 up"),
    PublishedRule("KWD", "1.232", "1.230", "smallest coin five fils"),
    PublishedRule("KWD", "1.233", "1.235", "smallest coin five fils"),
    PublishedRule("BHD", "1.233", "1.235", "smallest coin five fils"),
    PublishedRule("OMR", "0.002", "0.005", "a price never becomes nothing"),
    PublishedRule("THB", "3.12", "3.00", "smallest coin in use 25 satang"),
    PublishedRule("PHP", "3.13", "3.15", "five sentimo"),
    PublishedRule("TWD", "30.49", "30.00", "smallest coin one dollar"),
  ]

  /// A seller's rule with bands: London Stock Exchange Group, currency rounding policy for AUD, CAD, CHF,
  /// EUR, GBP, NZD, SGD and USD: below 25 up to 0.01, from 25 up to 1, from 500 up to 5.
  static let bands = [
    PublishedRule("EUR", "24.99", "24.99", "LSEG: under 25"),
    PublishedRule("EUR", "25.01", "26.00", "LSEG: from 25"),
    PublishedRule("CHF", "499.10", "500.00", "LSEG: from 25"),
    PublishedRule("GBP", "500.01", "505.00", "LSEG: from 500"),
    PublishedRule("USD", "505.00", "505.00", "LSEG: from 500"),
    PublishedRule("JPY", "2499", "2500", "LSEG: under 2,500 up to 10"),
    PublishedRule("JPY", "2501", "2600", "LSEG: from 2,500 up to 100"),
    PublishedRule("KRW", "100001", "101000", "LSEG: from 100,000 up to 1,000"),
    PublishedRule("HKD", "1000.01", "1010.00", "LSEG: from 1,000 up to 10"),
  ]
}

@Suite("Rounding")
struct RoundingTests {
  private func rule(_ json: String, _ code: String) throws -> Rounding {
    let currency = try #require(Currency(code))
    return try Rounding(try JSON.parse(json).value, currency: currency, at: "/rounding")
  }

  private func expect(_ example: PublishedRule, by rule: Rounding) throws {
    let currency = try #require(Currency(example.code))
    let given = try Money(decimal: example.given, currency: currency).minor
    #expect(
      Money(minor: rule.apply(to: given), currency: currency).decimal == example.shown)
  }

  @Test("the published rules for cash", arguments: PublishedRule.cash)
  func cash(example: PublishedRule) throws {
    try expect(example, by: try rule(#"{"mode":"cash"}"#, example.code))
  }

  @Test("a published rule of a seller with bands", arguments: PublishedRule.bands)
  func bands(example: PublishedRule) throws {
    let bands =
      switch example.code {
      case "JPY", "KRW": [("0", "10"), ("2500", "100"), ("100000", "1000")]
      case "HKD": [("0", "0.01"), ("25", "1"), ("1000", "10")]
      default: [("0", "0.01"), ("25", "1"), ("500", "5")]
      }
    let text = bands.map { #"{"from":"\#($0)","step":"\#($1)"}"# }.joined(separator: ",")
    try expect(example, by: try rule(#"{"mode":"up","bands":[\#(text)]}"#, example.code))
  }

  @Test("every rule for cash can be read, names its source, and has an example")
  func coverage() throws {
    for cash in CashRounding.all {
      let currency = try #require(Currency(cash.code))
      #expect(throws: Never.self) { try Money(decimal: cash.step, currency: currency) }
      #expect(!cash.source.isEmpty)
    }
    let codes = CashRounding.all.map(\.code)
    #expect(Set(codes).count == codes.count)
    #expect(Set(codes) == Set(PublishedRule.cash.map(\.code)))
    #expect(codes.count >= 20)
  }

  @Test(
    "each mode goes its way",
    arguments: [
      (.nearest, 149, 100), (.nearest, 150, 200), (.nearest, 250, 300), (.up, 101, 200),
      (.up, 100, 100), (.down, 199, 100), (.halfEven, 150, 200), (.halfEven, 250, 200),
      (.halfEven, 251, 300), (.halfDown, 150, 100), (.halfDown, 151, 200),
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

  @Test(
    "prices can end in one of several figures",
    arguments: [
      (10_010, 10_000), (10_060, 10_095), (10_047, 10_000), (10_097, 10_099), (10_099, 10_099),
      (10_199, 10_199), (10_096, 10_095),
    ] as [(Int64, Int64)])
  func endings(given: Int64, shown: Int64) throws {
    let rule = try rule(
      #"{"mode":"nearest","step":"1","endings":[".00",".95",".99"]}"#, "EUR")
    #expect(rule.apply(to: given) == shown)
  }

  @Test("prestige prices end in nought")
  func prestige() throws {
    let rule = try rule(#"{"mode":"nearest","step":"10"}"#, "EUR")
    #expect(rule.apply(to: 1_234_567) == 1_235_000)
    #expect(rule.apply(to: 1_234_400) == 1_234_000)
  }

  @Test("a price does not leave floor and ceiling, which are points themselves")
  func limits() throws {
    let rule = try rule(
      #"{"mode":"down","step":"1","ending":"0.95","floor":"10","ceiling":"100"}"#, "EUR")
    #expect(rule.apply(to: 1) == 1_095)
    #expect(rule.apply(to: 5_000) == 4_995)
    #expect(rule.apply(to: 500_000) == 9_995)
    #expect(rule.apply(to: 0) == 0)
  }

  @Test("a band's last price gives way to the next band's first")
  func border() throws {
    let rule = try rule(
      #"{"mode":"nearest","bands":[{"from":"0","step":"1","ending":"0.95"},{"from":"100","step":"10","ending":"9"}]}"#,
      "EUR")
    #expect(rule.apply(to: 9_900) == 9_895)
    #expect(rule.apply(to: 9_999) == 9_995)
    // 99 would be a price of the band below.
    #expect(rule.apply(to: 10_100) == 9_995)
    #expect(rule.apply(to: 10_500) == 10_900)
  }

  @Test("rounding is on a point, near, monotone and settled, whatever the rule")
  func properties() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<5_000 {
      let rule = Self.random(&random)
      let low = Int64.random(in: 1...1_000_000, using: &random)
      let high = low + Int64.random(in: 0...10_000, using: &random)
      let shown = rule.apply(to: low)
      let note: Comment = "seed \(seed): \(rule) of \(low) is \(shown)"
      #expect(shown > 0, note)
      #expect(shown <= rule.apply(to: high), note)
      #expect(rule.apply(to: shown) == shown, note)
      #expect(Self.isPoint(shown, of: rule), note)
      // No point lies strictly between the amount and its figure.
      let between = min(low, shown)..<max(low, shown)
      let inner = between.dropFirst().prefix(2_000)
      #expect(!inner.contains { Self.isPoint($0, of: rule) }, note)
    }
  }

  private static func random(_ random: inout SplitMix) -> Rounding {
    var bands: [Rounding.Band] = []
    var from: Int64 = 0
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let step = Int64.random(in: 1...500, using: &random)
      let endings = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        Int64.random(in: 0..<step, using: &random)
      }
      bands.append(Rounding.Band(from: from, step: step, endings: endings))
      from += Int64.random(in: 1...400_000, using: &random)
    }
    let mode = Rounding.Mode.allCases.randomElement(using: &random) ?? .nearest
    let floor = Bool.random(using: &random) ? Int64.random(in: 1...5_000, using: &random) : nil
    let ceiling =
      Bool.random(using: &random) ? Int64.random(in: 500_000...900_000, using: &random) : nil
    return Rounding(mode: mode, bands: bands, floor: floor, ceiling: ceiling)
  }

  private static func isPoint(_ amount: Int64, of rule: Rounding) -> Bool {
    guard let band = rule.bands.last(where: { $0.from <= amount }), amount > 0 else { return false }
    if let floor = rule.floor, amount < floor { return false }
    if let ceiling = rule.ceiling, amount > ceiling { return false }
    return band.endings.contains(amount % band.step)
  }

  @Test("a market's step is minor units as a number and major units as text")
  func decoding() throws {
    let text = try Make.market(rounding: #"{"mode":"nearest","step":"0.05"}"#)
    #expect(text.rounding == Rounding(mode: .nearest, step: 5))
    let number = try Make.market(
      currency: "JPY", rounding: #"{"mode":"half_even","step":100,"ending":50}"#)
    #expect(number.rounding == Rounding(mode: .halfEven, step: 100, ending: 50))
    #expect(try rule(#"{"mode":"half-up","step":1}"#, "EUR") == Rounding(mode: .nearest, step: 1))
  }

  @Test(
    "what cannot be a rule is refused, with its place",
    arguments: [
      (#"{"mode":"sideways","step":1}"#, "/rounding/mode"),
      (#"{"mode":"up"}"#, "/rounding/step"),
      (#"{"mode":"up","step":"0.001"}"#, "/rounding/step"),
      (#"{"mode":"up","step":"1","ending":"1"}"#, "/rounding/ending"),
      (#"{"mode":"up","step":"1","endings":["0.5","1.5"]}"#, "/rounding/endings"),
      (#"{"mode":"cash","step":"1"}"#, "/rounding/step"),
      (#"{"mode":"up","step":"1","bands":[{"from":0,"step":1}]}"#, "/rounding/step"),
      (#"{"mode":"up","bands":[{"from":5,"step":1}]}"#, "/rounding/bands"),
      (
        #"{"mode":"up","bands":[{"from":0,"step":1},{"from":0,"step":2}]}"#,
        "/rounding/bands/1/from"
      ),
      (#"{"mode":"up","step":"1","floor":"2","ceiling":"1"}"#, "/rounding/ceiling"),
      (#"{"mode":"up","step":"10","floor":"11","ceiling":"12"}"#, "/rounding"),
      (#"{"mode":"up","step":1,"categories":[{"mode":"up","step":1}]}"#, "/rounding/categories/0"),
    ])
  func refused(json: String, pointer: String) throws {
    let error = #expect(throws: CatalogError.self) { try rule(json, "EUR") }
    #expect(error?.pointer == pointer)
  }

  @Test("another rule holds for products of a category")
  func categories() throws {
    let market = try Make.market(
      rounding: #"""
        {"mode":"nearest","step":"1","categories":[
          {"product_type":"Watches","mode":"up","step":"100"},
          {"tag":"sale","mode":"nearest","step":"1","ending":"0.99"},
          {"google_category":"Apparel","mode":"down","step":"5"}]}
        """#)
    let context = CatalogContext(markets: [market], priceLists: [try Make.list("pl_eu")])
    func shown(_ extra: String) throws -> String? {
      Pricing.price(
        of: try Make.variant(), product: try Make.product(extra),
        prices: [try Make.price("p", list: "pl_eu", 123_410)],
        for: Viewer(market: market, in: context), in: context, at: Instant(seconds: 0)
      )?.amount.decimal
    }
    #expect(try shown("") == "1234.00")
    #expect(try shown(#","product_type":"Watches""#) == "1300.00")
    #expect(try shown(#","tags":["new","sale"]"#) == "1233.99")
    #expect(try shown(#","google_category":"Apparel > Scarves""#) == "1230.00")
    #expect(try shown(#","google_category":"Apparels""#) == "1234.00")
  }

  @Test("each step from base to figure is told, with the exact amounts between")
  func trail() throws {
    let yen = try Make.market(
      "mkt_jp", currency: "JPY", countries: #"["JP"]"#, taxRate: "0.10",
      rounding: #"{"mode":"nearest","step":"100","floor":"90000"}"#, list: nil)
    let euro = try Make.market()
    let context = CatalogContext(
      markets: [euro, yen], priceLists: [try Make.list("pl_eu", taxIncluded: false)],
      conversions: [
        PriceConversion(
          marketID: "mkt_jp", sourceMarketID: "mkt_eu", rate: try Rate("161.257"))
      ])
    func steps(_ minor: Int64) throws -> [String] {
      let result = Pricing.resolve(
        try Make.variant(), prices: [try Make.price("p", list: "pl_eu", minor)],
        for: Viewer(market: yen, in: context), in: context, at: Instant(seconds: 0),
        explaining: true)
      return result.trail.map { step in
        "\(step.kind.rawValue) \(step.amount.map { "\($0.decimal)" } ?? step.exact ?? "-")"
      }
    }
    #expect(
      try steps(123_457) == [
        "candidate 1234.57", "chosen 1234.57", "conversion 199083.05449", "tax 218991.359939",
        "rounding 219000", "shown 219000", "net 199091", "tax-part 19909",
      ])
    #expect(
      try steps(10_000) == [
        "candidate 100.00", "chosen 100.00", "conversion 16125.7", "tax 17738.27",
        "rounding 17700", "limit 90000", "shown 90000", "net 81818", "tax-part 8182",
      ])
  }
}
