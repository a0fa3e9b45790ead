import Bytes
import Catalog
import Testing

@Suite("The price function")
struct PricingTests {
  private let now = Instant(seconds: 1_800_000_000)

  private func context(_ lists: [PriceListRecord], _ markets: [MarketRecord]) throws
    -> CatalogContext
  {
    CatalogContext(markets: markets, priceLists: lists, tiers: try Make.ladder())
  }

  private func amounts(
    _ prices: [PriceRecord], _ lists: [PriceListRecord], _ market: MarketRecord,
    at instant: Instant? = nil
  ) throws -> [Int64?] {
    let context = try context(lists, [market])
    return try AudienceRoster(market: market, in: context).viewers.map {
      Pricing.price(
        of: try Make.variant(), prices: prices, for: $0, in: context, at: instant ?? now)?
        .amount.minor
    }
  }

  @Test("the most specific audience wins, each tier falling back to the next lower one")
  func specificity() throws {
    let lists = [
      try Make.list("pl_eu"),
      try Make.list("pl_member", audience: #"{"tier_at_least":"tier_member"}"#, priority: 99),
      try Make.list("pl_atelier", audience: #"{"tier_at_least":"tier_atelier"}"#),
    ]
    let prices = [
      try Make.price("a", list: "pl_eu", 42_000), try Make.price("b", list: "pl_member", 39_900),
      try Make.price("c", list: "pl_atelier", 37_000),
    ]
    #expect(
      try amounts(prices, lists, Make.market()) == [42_000, 39_900, 39_900, 37_000, 42_000])
  }

  @Test("among equally specific lists the higher priority wins, then the lower price")
  func priority() throws {
    let lists = [
      try Make.list("pl_eu"), try Make.list("pl_sale", priority: 5),
      try Make.list("pl_sale_too", priority: 5),
    ]
    let base = try Make.price("a", list: "pl_eu", 10_000)
    let sale = try Make.price("b", list: "pl_sale", 12_000)
    let other = try Make.price("c", list: "pl_sale_too", 11_000)
    #expect(try amounts([base, sale], lists, Make.market())[0] == 12_000)
    #expect(try amounts([base, sale, other], lists, Make.market())[0] == 11_000)
    #expect(try amounts([other, sale, base], lists, Make.market())[0] == 11_000)
  }

  @Test("a list in another currency or of another market does not apply")
  func markets() throws {
    let lists = [
      try Make.list("pl_eu"), try Make.list("pl_uk", currency: "GBP"), try Make.list("pl_north"),
    ]
    let north = try Make.market("mkt_north", list: "pl_north")
    let context = try context(lists, [try Make.market(), north])
    let prices = [
      try Make.price("a", list: "pl_eu", 10_000),
      try Make.price("b", list: "pl_uk", 1, currency: "GBP"),
      try Make.price("c", list: "pl_north", 9_000),
    ]
    func shown(_ market: MarketRecord) throws -> Int64? {
      Pricing.price(
        of: try Make.variant(), prices: prices, for: Viewer(market: market, in: context),
        in: context, at: now)?.amount.minor
    }
    #expect(try shown(Make.market()) == 10_000)
    #expect(try shown(north) == 9_000)
  }

  @Test("windows of list and price are half-open, and the next border is told")
  func windows() throws {
    let start = now.adding(seconds: 60)
    let end = now.adding(seconds: 120)
    let sale = #","from":"\#(start.rfc3339)","until":"\#(end.rfc3339)""#
    let lists = [try Make.list("pl_eu"), try Make.list("pl_sale", priority: 1, extra: sale)]
    let market = try Make.market()
    let prices = [
      try Make.price("a", list: "pl_eu", 10_000), try Make.price("b", list: "pl_sale", 8_000),
    ]
    let context = try context(lists, [market])
    let viewer = Viewer(market: market, in: context)
    func price(_ seconds: Int64) throws -> ResolvedPrice? {
      Pricing.price(
        of: try Make.variant(), prices: prices, for: viewer, in: context,
        at: now.adding(seconds: seconds))
    }
    #expect(try price(59)?.amount.minor == 10_000)
    #expect(try price(59)?.validUntil == start)
    #expect(try price(60)?.amount.minor == 8_000)
    #expect(try price(60)?.validUntil == end)
    #expect(try price(119)?.amount.minor == 8_000)
    #expect(try price(120)?.amount.minor == 10_000)
    #expect(try price(120)?.validUntil == nil)
  }

  @Test("where there is no price yet, the hour of the first one is told")
  func futurePrice() throws {
    let market = try Make.market()
    let context = try context([try Make.list("pl_eu")], [market])
    let start = now.adding(seconds: 60)
    let price = try Make.price("a", list: "pl_eu", 5, extra: #","from":"\#(start.rfc3339)""#)
    let resolution = Pricing.resolve(
      try Make.variant(), prices: [price], for: Viewer(market: market, in: context), in: context,
      at: now)
    #expect(resolution.price == nil)
    #expect(resolution.nextChange == start)
  }

  @Test("prices from several pieces on hold only from that number")
  func quantity() throws {
    let market = try Make.market()
    let context = try context([try Make.list("pl_eu")], [market])
    let prices = [
      try Make.price("a", list: "pl_eu", 10_000),
      try Make.price("b", list: "pl_eu", 9_000, extra: #","min_quantity":10"#),
    ]
    func shown(_ quantity: Int) throws -> Int64? {
      Pricing.price(
        of: try Make.variant(), prices: prices, for: Viewer(market: market, in: context),
        in: context, at: now, quantity: quantity)?.amount.minor
    }
    #expect(try shown(1) == 10_000)
    #expect(try shown(9) == 10_000)
    #expect(try shown(10) == 9_000)
  }

  @Test(
    "tax is added or taken out as the market shows prices, and rounded afterwards",
    arguments: [
      (true, true, "null", 12_000, 12_000, 10_000, 12_000),
      (false, true, "null", 10_000, 12_000, 10_000, 12_000),
      (true, false, "null", 12_000, 10_000, 10_000, 12_000),
      (false, false, "null", 10_000, 10_000, 10_000, 12_000),
      (false, true, #"{"mode":"nearest","step":500}"#, 9_899, 12_000, 10_000, 12_000),
      (false, true, #"{"mode":"up","step":100,"ending":95}"#, 9_950, 11_995, 9_996, 11_995),
      (false, true, #"{"mode":"nearest","step":100}"#, 9_999, 12_000, 10_000, 12_000),
    ] as [(Bool, Bool, String, Int64, Int64, Int64, Int64)])
  func tax(
    list: Bool, market: Bool, rounding: String, given: Int64, shown: Int64, net: Int64,
    gross: Int64
  ) throws {
    let market = try Make.market(taxIncluded: market, rounding: rounding)
    let context = try context([try Make.list("pl_eu", taxIncluded: list)], [market])
    let price = try #require(
      Pricing.price(
        of: try Make.variant(), prices: [try Make.price("a", list: "pl_eu", given)],
        for: Viewer(market: market, in: context), in: context, at: now))
    #expect(price.amount.minor == shown)
    #expect(price.net.minor == net)
    #expect(price.gross.minor == gross)
  }

  @Test("tax and rounding are one step: nothing is rounded twice")
  func roundedOnce() throws {
    // 1,000 and 0.01 % tax are 1,000.1: upwards to a step of 10 that is 1,010. Brought to a whole
    // minor unit first it would have stayed 1,000.
    let market = try Make.market(taxRate: "0.0001", rounding: #"{"mode":"up","step":10}"#)
    let context = try context([try Make.list("pl_eu", taxIncluded: false)], [market])
    let price = Pricing.price(
      of: try Make.variant(), prices: [try Make.price("a", list: "pl_eu", 1_000)],
      for: Viewer(market: market, in: context), in: context, at: now)
    #expect(price?.amount.minor == 1_010)
  }

  @Test("the price to compare with is treated alike and shown only where it is higher")
  func compareAt() throws {
    let market = try Make.market(rounding: #"{"mode":"nearest","step":100}"#)
    let context = try context([try Make.list("pl_eu", taxIncluded: false)], [market])
    func compared(_ minor: Int64) throws -> Int64? {
      Pricing.price(
        of: try Make.variant(),
        prices: [try Make.price("a", list: "pl_eu", 10_000, extra: #","compare_at":\#(minor)"#)],
        for: Viewer(market: market, in: context), in: context, at: now)?.compareAt?.minor
    }
    #expect(try compared(12_500) == 15_000)
    #expect(try compared(10_000) == nil)
    #expect(try compared(10_020) == nil)
    #expect(try compared(9_000) == nil)
  }

  @Test("a market without prices of its own converts another market's, if told the rate")
  func conversion() throws {
    let japan = try Make.market(
      "mkt_jp", currency: "JPY", countries: #"["JP"]"#, taxRate: "0.10",
      rounding: #"{"mode":"up","step":1000}"#, list: "pl_jp")
    let lists = [
      try Make.list("pl_eu", taxIncluded: false), try Make.list("pl_jp", currency: "JPY"),
    ]
    let context = CatalogContext(
      markets: [try Make.market(), japan], priceLists: lists,
      conversions: [
        PriceConversion(marketID: "mkt_jp", sourceMarketID: "mkt_eu", rate: try Rate("161.25"))
      ])
    let viewer = Viewer(market: japan, in: context)
    let euro = try Make.price("a", list: "pl_eu", 10_000)
    let yen = try Make.price("b", list: "pl_jp", 99_000, currency: "JPY")
    let variant = try Make.variant()
    let converted = try #require(
      Pricing.price(of: variant, prices: [euro], for: viewer, in: context, at: now))
    #expect(converted.amount == Money(minor: 18_000, currency: .jpy))
    #expect(converted.isConverted)
    let own = try #require(
      Pricing.price(of: variant, prices: [euro, yen], for: viewer, in: context, at: now))
    #expect(own.amount == Money(minor: 99_000, currency: .jpy))
    #expect(!own.isConverted)
  }

  @Test("a price behind a gate is not taken by those outside")
  func priceGate() throws {
    let market = try Make.market()
    let context = CatalogContext(
      markets: [market], priceLists: [try Make.list("pl_eu")], tiers: try Make.ladder(),
      gates: [try Make.gate("g", mode: "hidden", resource: #"{"type":"price","id":"b"}"#)])
    let prices = [
      try Make.price("a", list: "pl_eu", 10_000), try Make.price("b", list: "pl_eu", 9_000),
    ]
    let shown = try AudienceRoster(market: market, in: context).viewers.map {
      Pricing.price(of: try Make.variant(), prices: prices, for: $0, in: context, at: now)?
        .amount.minor
    }
    #expect(shown == [10_000, 10_000, 9_000, 9_000, 10_000])
  }

  @Test("only what the public does not pay is a member's price")
  func memberPrice() throws {
    let market = try Make.market()
    let lists = [
      try Make.list("pl_eu"),
      try Make.list("pl_gold", audience: #"{"tier_at_least":"tier_gold"}"#),
    ]
    let context = try context(lists, [market])
    let prices = [
      try Make.price("a", list: "pl_eu", 10_000), try Make.price("b", list: "pl_gold", 9_000),
    ]
    let flags = try AudienceRoster(market: market, in: context).viewers.map {
      Pricing.price(of: try Make.variant(), prices: prices, for: $0, in: context, at: now)?
        .isMemberPrice
    }
    #expect(flags == [false, false, true, true, false])
    let roster = AudienceRoster(market: market, in: context)
    #expect(!roster.mayWrite(roster.set(pricesOf: "pl_gold", in: context), to: .everyone))
    #expect(roster.mayWrite(roster.set(pricesOf: "pl_gold", in: context), to: .tier("gold")))
    #expect(roster.set(pricesOf: "unknown", in: context) == .nobody)
  }

  @Test("the trail names every price that was looked at and every step that was taken")
  func trail() throws {
    let market = try Make.market(
      taxRate: "0.055", rounding: #"{"mode":"nearest","step":"0.05"}"#)
    let lists = [
      try Make.list("pl_eu", taxIncluded: false),
      try Make.list("pl_gold", audience: #"{"tier_at_least":"tier_gold"}"#),
    ]
    let context = try context(lists, [market])
    let prices = [
      try Make.price("a", list: "pl_eu", 10_000), try Make.price("b", list: "pl_gold", 9_000),
      try Make.price("c", list: "pl_eu", 1, extra: #","until":"2020-01-01T00:00:00Z""#),
    ]
    let price = try #require(
      Pricing.price(
        of: try Make.variant(), prices: prices, for: Viewer(market: market, in: context),
        in: context, at: now, explaining: true))
    #expect(
      price.trail.map { "\($0.kind.rawValue): \($0.text)" } == [
        "candidate: price a of list pl_eu for everyone, priority 0",
        "rejected: price b of list pl_gold is for tier tier_gold or higher",
        "rejected: price c of list pl_eu is not in force at 2027-01-15T08:00:00Z",
        "chosen: list pl_eu (pl_eu): the only price that applies",
        "tax: tax of 5.5 % added",
        "rounding: nearest, step 0.05 EUR",
        "shown: shown, tax included",
        "net: net, derived from the shown price at 5.5 %",
        "tax-part: tax in it: shown less net",
      ])
    #expect(price.trail.first { $0.kind == .net }?.amount == price.net)
    #expect(
      price.trail.last?.amount?.minor == price.gross.minor - price.net.minor)
    #expect(price.amount.decimal == "105.50")
  }

  @Test("a price in another currency than its list is not taken")
  func wrongCurrency() throws {
    let market = try Make.market()
    let context = try context([try Make.list("pl_eu")], [market])
    let resolution = Pricing.resolve(
      try Make.variant(), prices: [try Make.price("a", list: "pl_eu", 5, currency: "GBP")],
      for: Viewer(market: market, in: context), in: context, at: now, explaining: true)
    #expect(resolution.price == nil)
    #expect(
      resolution.trail.map(\.text)
        == ["price a of list pl_eu is not in the currency of its list, EUR"])
  }
}
