import Bytes
import Catalog
import Testing

@Suite("Properties of the price function")
struct PricingPropertyTests {
  /// A market with random tax and rounding, and random lists and prices for it.
  private struct Shop {
    let market: MarketRecord
    let context: CatalogContext
    var prices: [PriceRecord] = []

    init(_ random: inout SplitMix, membersPayMore: Bool) throws {
      let modes = Rounding.Mode.allCases.map(\.rawValue)
      let step = Int.random(in: 1...500, using: &random)
      market = try Make.market(
        taxIncluded: .random(using: &random),
        taxRate: ["0", "0.055", "0.20", "0.077"].randomElement(using: &random),
        rounding:
          #"{"mode":"\#(modes.randomElement(using: &random) ?? "up")","step":\#(step)}"#)
      let isTaxed = Bool.random(using: &random)
      let audiences = [
        ("pl_eu", #""public""#), ("pl_member", #"{"tier_at_least":"tier_member"}"#),
        ("pl_gold", #"{"tier_at_least":"tier_gold"}"#),
      ]
      var lists: [PriceListRecord] = []
      let base = Int64.random(in: 100...1_000_000, using: &random)
      for (id, audience) in audiences {
        lists.append(
          try Make.list(
            id, audience: audience, priority: .random(in: 0...9, using: &random),
            taxIncluded: isTaxed))
        let off = Int64.random(in: 0...99, using: &random)
        let amount = id == "pl_eu" || membersPayMore ? base + off : base - off
        let start = Int64.random(in: 0...40, using: &random)
        let extra =
          id != "pl_eu" && Bool.random(using: &random)
          ? #","from":"\#(Instant(seconds: 1_000 + start).rfc3339)""# : ""
        prices.append(try Make.price("price_\(id)", list: id, amount, extra: extra))
      }
      context = CatalogContext(
        markets: [market], priceLists: lists, tiers: try Make.ladder())
    }

    func shown(_ viewer: Viewer, at seconds: Int64, _ prices: [PriceRecord]) throws
      -> ResolvedPrice
    {
      try #require(
        Pricing.price(
          of: try Make.variant(), prices: prices, for: viewer, in: context,
          at: Instant(seconds: seconds)))
    }
  }

  @Test("the order of the prices does not matter, and the same question has the same answer")
  func deterministic() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<300 {
      let shop = try Shop(&random, membersPayMore: .random(using: &random))
      for viewer in AudienceRoster(market: shop.market, in: shop.context).viewers {
        let first = try shop.shown(viewer, at: 1_020, shop.prices)
        let second = try shop.shown(viewer, at: 1_020, shop.prices.shuffled(using: &random))
        #expect(first.amount == second.amount, "seed \(seed)")
        #expect(first.priceID == second.priceID, "seed \(seed)")
        #expect(first.validUntil == second.validUntil, "seed \(seed)")
      }
    }
  }

  @Test("a member never pays more than the public unless the member's list says so")
  func membersPayLess() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<300 {
      let shop = try Shop(&random, membersPayMore: false)
      let viewers = AudienceRoster(market: shop.market, in: shop.context).viewers
      let publicPrice = try shop.shown(viewers[0], at: 1_020, shop.prices)
      #expect(!publicPrice.isMemberPrice)
      for viewer in viewers.dropFirst() {
        let price = try shop.shown(viewer, at: 1_020, shop.prices)
        #expect(price.amount.minor <= publicPrice.amount.minor, "seed \(seed)")
      }
    }
  }

  @Test("net and tax make the shown price, and the shown price is on the market's grid")
  func sums() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<300 {
      let shop = try Shop(&random, membersPayMore: .random(using: &random))
      let viewer = Viewer(market: shop.market, in: shop.context)
      let price = try shop.shown(viewer, at: 1_000, shop.prices)
      let rounding = try #require(shop.market.rounding)
      #expect(price.amount.minor % rounding.step == 0, "seed \(seed)")
      #expect(price.amount == (shop.market.taxIncluded ? price.gross : price.net))
      #expect(price.net.minor <= price.gross.minor, "seed \(seed)")
      if shop.market.taxIncluded {
        let again = try #require(price.taxRate.adding(to: price.net.minor))
        #expect(abs(again - price.gross.minor) <= 1, "seed \(seed)")
      }
    }
  }

  @Test("a price is the same until the instant that it is valid until")
  func validity() throws {
    let seed = UInt64.random(in: .min ... .max)
    var random = SplitMix(state: seed)
    for _ in 0..<100 {
      let shop = try Shop(&random, membersPayMore: .random(using: &random))
      for viewer in AudienceRoster(market: shop.market, in: shop.context).viewers {
        for start in Int64(995)..<1_045 {
          let price = try shop.shown(viewer, at: start, shop.prices)
          let end = price.validUntil?.seconds ?? 1_050
          let later = try shop.shown(viewer, at: max(start, end - 1), shop.prices)
          #expect(later.amount == price.amount, "seed \(seed)")
        }
      }
    }
  }
}
