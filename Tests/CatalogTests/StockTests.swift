import Catalog
import Testing

@Suite("Stock")
struct StockTests {
  private func location(_ id: String, _ country: String) throws -> LocationRecord {
    try LocationRecord(
      id: id,
      attributes: Make.value(
        #"{"name":"\#(id)","country":"\#(country)","time_zone":"Europe/Paris"}"#))
  }

  private func level(_ location: String, _ available: Int64, variant: String = "v1") throws
    -> InventoryLevelRecord
  {
    try InventoryLevelRecord(
      id: "\(variant)-\(location)", attributes: Make.value(#"{"available":\#(available)}"#),
      links: Make.value(#"{"variant":"\#(variant)","location":"\#(location)"}"#))
  }

  private func summary(
    _ levels: [InventoryLevelRecord], countries: String = #"["FR","DE"]"#, product: String = ""
  ) throws -> StockSummary {
    let market = try Make.market(countries: countries)
    let context = CatalogContext(
      markets: [market],
      locations: [try location("paris", "FR"), try location("london", "GB")])
    return StockSummary(
      of: "v1", product: try Make.product(product), levels: levels, market: market, in: context)
  }

  @Test("a market is served by the locations in its countries")
  func serving() throws {
    let levels = [try level("paris", 0), try level("london", 7)]
    #expect(try summary(levels).availability == .outOfStock)
    #expect(try summary(levels, countries: #"["GB"]"#).available == 7)
    #expect(try summary(levels, countries: #"["GB"]"#).availability == .inStock)
  }

  @Test("a market without a location of its own is served by all")
  func abroad() throws {
    let levels = [try level("paris", 1), try level("london", 7)]
    let abroad = try summary(levels, countries: #"["JP"]"#)
    #expect(abroad.available == 8)
    #expect(abroad.places.map(\.locationID) == ["paris", "london"])
  }

  @Test("a shortage counts against the rest and is never shown as negative")
  func shortage() throws {
    let levels = [try level("paris", -3), try level("london", 2)]
    let abroad = try summary(levels, countries: #"["JP"]"#)
    #expect(abroad.available == 0)
    #expect(abroad.availability == .outOfStock)
    #expect(abroad.places.map(\.available) == [0, 2])
  }

  @Test("what nobody counted is not promised; what is another variant's does not count")
  func uncounted() throws {
    #expect(try summary([]).availability == .outOfStock)
    #expect(try summary([level("paris", 5, variant: "v2")]).availability == .outOfStock)
  }

  @Test("the product may say that it can be ordered all the same")
  func policy() throws {
    let policy = #","metafields":{"inventory":{"policy":"backorder"}}"#
    #expect(try summary([level("paris", 0)], product: policy).availability == .backorder)
    #expect(try summary([level("paris", 1)], product: policy).availability == .inStock)
  }

  @Test("a product is as available as the best of its variants")
  func best() {
    #expect(Availability.outOfStock.better(.backorder) == .backorder)
    #expect(Availability.preorder.better(.inStock) == .inStock)
    #expect(Availability.backorder.better(.outOfStock) == .backorder)
  }
}
