import Bytes
import Catalog
import Diagnostics
import Settings
import Support
import Testing

@Suite("What a storefront lays down beside the shop's records")
struct TermsTests {
  private func load(_ markets: String, _ drops: String = "") throws -> (Project, [Diagnostic]) {
    let scratch = try ScratchFolder()
    try scratch.unpack(
      """
      -- trumeau.yaml --
      site: demo
      time_zone: Europe/Paris
      -- storefronts/main.yaml --
      base_url: https://shop.example/
      shop: { name: House }
      default_market: eu
      host: cloudflare
      cache: { pages: 5m }
      markets:
      \(markets)
      \(drops)

      """)
    let sink = DiagnosticSink()
    return (try Project.load(from: scratch.path, sink: sink) { _ in nil }, sink.all)
  }

  @Test("a rounding rule is written in major units, and read in the market's currency")
  func rounding() throws {
    let (project, findings) = try load(
      """
        eu:
          locales: [en]
          rounding:
            mode: nearest
            floor: 5
            bands:
              - { from: 0, step: 1, endings: [.00, .95] }
              - { from: 100, step: 10 }
            categories:
              - { product_type: Watches, mode: up, step: 100 }
        jp: { locales: [en], rounding: { mode: cash } }
      """)
    #expect(findings.isEmpty)
    let terms = try #require(project.storefronts.first).terms
    let euro = try #require(try terms.roundings["mkt_eu"]?.rule(in: .eur))
    #expect(euro.bands[0] == Rounding.Band(step: 100, endings: [0, 95]))
    #expect(euro.bands[1] == Rounding.Band(from: 10_000, step: 1_000))
    #expect(euro.floor == 500)
    #expect(euro.categories.first?.rule == Rounding(mode: .up, step: 10_000))
    #expect(try terms.roundings["mkt_jp"]?.rule(in: .jpy) == Rounding(mode: .nearest, step: 1))
  }

  @Test("a rule that a currency cannot have is refused with its place")
  func wrongRule() throws {
    let (project, _) = try load(
      "  eu: { locales: [en], rounding: { mode: nearest, step: 0.05 } }")
    let terms = try #require(project.storefronts.first).terms
    let error = #expect(throws: CatalogError.self) {
      try terms.roundings["mkt_eu"]?.rule(in: .jpy)
    }
    #expect(error?.pointer == "/step")
  }

  @Test("a market can take its prices from another one, at a rate")
  func conversion() throws {
    let (project, findings) = try load(
      """
        eu: { locales: [en] }
        jp: { locales: [en], prices_from: { market: eu, rate: "161.25" } }
      """)
    #expect(findings.isEmpty)
    let terms = try #require(project.storefronts.first).terms
    #expect(
      terms.conversions == [
        PriceConversion(
          marketID: "mkt_jp", sourceMarketID: "mkt_eu", rate: try Rate("161.25"))
      ])
  }

  @Test("a drop is written by the clocks of a zone, with hours of early access that pass")
  func drop() throws {
    let (project, findings) = try load(
      "  eu: { locales: [en] }",
      """
      -- drops/spring.yaml --
      opens: 2027-03-28T09:00
      closes: 2027-04-01T18:00 Asia/Tokyo
      before: teaser
      early: { gold: 24h, member: 90m }
      products: [bag]
      collections: [spring]
      storefronts: [main]
      """)
    #expect(findings.isEmpty)
    let drop = try #require(project.storefronts.first?.drops.first)
    #expect(drop.opens.rfc3339 == "2027-03-28T07:00:00Z")
    #expect(drop.closes?.rfc3339 == "2027-04-01T09:00:00Z")
    #expect(drop.mode == .teaser)
    // A day before the clocks change 24 hours are 08:00 by the clock.
    #expect(
      drop.early.map { "\($0.tier) \($0.from.rfc3339)" } == [
        "gold 2027-03-27T07:00:00Z", "member 2027-03-28T05:30:00Z",
      ])
    #expect(drop.products == ["bag"] && drop.collections == ["spring"])
  }

  @Test(
    "a drop that is not understood is an error, never an open door",
    arguments: [
      "opens: tomorrow\nproducts: [bag]", "products: [bag]", "opens: 2027-03-28T09:00",
      "opens: 2027-03-28T09:00\nproducts: [bag]\nzone: Europe/Lutetia",
      "opens: 2027-03-28T09:00\nproducts: [bag]\nearly: { gold: soon }",
      "opens: 2027-03-28T09:00\ncloses: 2027-03-27T09:00\nproducts: [bag]",
      "opens: 2027-03-28T09:00\nproducts: [bag]\nstorefronts: [mian]",
      "opens: 2027-03-28T09:00\nproduct: [bag]",
    ])
  func wrongDrop(text: String) throws {
    let (_, findings) = try load("  eu: { locales: [en] }", "-- drops/x.yaml --\n\(text)")
    #expect(findings.contains { $0.severity == .error })
  }

  @Test("lifetimes and host have defaults")
  func defaults() throws {
    let (project, _) = try load("  eu: { locales: [en] }")
    let storefront = try #require(project.storefronts.first)
    #expect(storefront.host == .cloudflare)
    #expect(storefront.cache.pages == 300)
    #expect(storefront.cache.availability == 60 && storefront.cache.assets == 86_400)
  }
}
