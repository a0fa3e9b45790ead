import Bytes
import Catalog
import Formats
import Machine
import Support
import Testing

/// The demo's seed, decoded record by record.
private struct Demo {
  var markets: [MarketRecord] = []
  var lists: [PriceListRecord] = []
  var tiers: [TierRecord] = []
  var gates: [GateRecord] = []
  var benefits: [BenefitRecord] = []
  var entitlements: [EntitlementRecord] = []
  var products: [ProductRecord] = []
  var variants: [VariantRecord] = []
  var prices: [String: [PriceRecord]] = [:]
  var redirects: [RedirectRecord] = []

  init() throws {
    let path = "\(SharedFolder.repository)/demo/catalogue.jsonl"
    for line in try Files.readText(path).split(separator: "\n") {
      let record = try JSON.parse(String(line)).value
      guard let type = record["type"]?.string, let id = record["id"]?.string,
        let attributes = record["attributes"]
      else { throw CatalogError(.required, "a line without type, id or attributes") }
      try decode(type, id, attributes, record["links"])
    }
  }

  private mutating func decode(
    _ type: String, _ id: String, _ attributes: TapeValue, _ links: TapeValue?
  ) throws {
    switch type {
    case "market": markets.append(try MarketRecord(id: id, attributes: attributes, links: links))
    case "price_list":
      lists.append(try PriceListRecord(id: id, attributes: attributes, links: links))
    case "tier": tiers.append(try TierRecord(id: id, attributes: attributes, links: links))
    case "gate": gates.append(try GateRecord(id: id, attributes: attributes, links: links))
    case "benefit":
      benefits.append(try BenefitRecord(id: id, attributes: attributes, links: links))
    case "entitlement":
      entitlements.append(try EntitlementRecord(id: id, attributes: attributes, links: links))
    case "product":
      products.append(try ProductRecord(id: id, attributes: attributes, links: links))
    case "variant":
      variants.append(try VariantRecord(id: id, attributes: attributes, links: links))
    case "price":
      let price = try PriceRecord(id: id, attributes: attributes, links: links)
      prices[price.variantID, default: []].append(price)
    case "redirect":
      redirects.append(try RedirectRecord(id: id, attributes: attributes, links: links))
    case "media": _ = try MediaRecord(id: id, attributes: attributes, links: links)
    case "collection": _ = try CollectionRecord(id: id, attributes: attributes, links: links)
    case "location": _ = try LocationRecord(id: id, attributes: attributes, links: links)
    case "inventory_level":
      _ = try InventoryLevelRecord(id: id, attributes: attributes, links: links)
    case "translation": _ = try TranslationRecord(id: id, attributes: attributes, links: links)
    case "program": _ = try ProgramRecord(id: id, attributes: attributes, links: links)
    default: break
    }
  }

  var context: CatalogContext {
    CatalogContext(
      markets: markets, priceLists: lists, tiers: tiers, benefits: benefits,
      entitlements: entitlements, gates: gates, redirects: redirects)
  }
}

@Suite("The demo's catalogue")
struct DemoCatalogueTests {
  private let now = Instant(rfc3339: "2026-11-24T09:00:00Z") ?? Instant(seconds: 0)

  @Test("what is for sale has a public price somewhere, and no tier pays more than the public")
  func prices() throws {
    let demo = try Demo()
    let context = demo.context
    #expect(demo.markets.count == 3)
    let active = Set(demo.products.filter { $0.status == .active }.map(\.id))
    var priced: Set<String> = []
    for market in demo.markets {
      let viewers = AudienceRoster(market: market, in: context).viewers
      for variant in demo.variants where active.contains(variant.productID) {
        let shown = viewers.map {
          Pricing.price(
            of: variant, prices: demo.prices[variant.id] ?? [], for: $0, in: context, at: now)
        }
        guard let publicPrice = shown[0] else { continue }
        priced.insert(variant.id)
        #expect(publicPrice.amount.currency == market.currency)
        for price in shown { #expect(price?.amount.minor ?? .max <= publicPrice.amount.minor) }
      }
    }
    #expect(priced.count == demo.variants.count { active.contains($0.productID) })
  }

  @Test("each tier has every benefit of the one below it")
  func benefits() throws {
    let context = try Demo().context
    let counts = context.tiersByLadder.map { context.benefits(of: $0, at: now).count }
    #expect(counts == counts.sorted())
    #expect((counts.first ?? 0) > 0)
    #expect((counts.last ?? 0) > (counts.first ?? 0))
  }

  @Test("trade item numbers are right and redirects lead somewhere")
  func numbers() throws {
    let demo = try Demo()
    for variant in demo.variants {
      guard let text = variant.gtin else { continue }
      #expect(throws: Never.self, "\(variant.id)") { try GTIN(text) }
    }
    let (records, duplicates) = RedirectTable.distinct(demo.redirects)
    let table = RedirectTable(
      records.map { RedirectTable.Redirect(from: $0.from, to: $0.to, recordID: $0.id) }
    ) { _ in false }
    #expect(duplicates.isEmpty && table.faults.isEmpty && !table.entries.isEmpty)
  }
}
