import Bytes
import Connectors
import Contract
import Support
import Sync
import Synchronization
import Testing

@Suite("Records from django-oscar")
struct OscarMappingTests {
  @Test("a parent becomes a product, its children variants with the options they differ in")
  func parent() throws {
    let shop = try OscarPeer()
    let fake = try #require(shop.fake)
    let parent = fake.add(
      "Trousers", upc: "P1", structure: "parent", categories: ["Books > Novels"])
    for size in ["36", "38"] {
      fake.add(
        "Trousers \(size)", upc: "T\(size)", structure: "child", parent: parent,
        attributes: [("size", size), ("brand", "Aurelle"), ("color", "brown")], price: "187.50",
        count: 3)
    }
    #expect(try shop.pull().isComplete)
    let id = "osc_prd_\(parent)"
    #expect(try shop.count(.product) == 1)
    #expect(try shop.count(.variant) == 2)
    #expect(try shop.attribute(.product, id, "handle")?.string == "thing-\(parent)")
    #expect(try shop.attribute(.product, id, "vendor")?.string == "Aurelle")
    let options = try #require(try shop.attribute(.product, id, "options"))
    #expect(options.count == 1)
    #expect(options.children[0]["name"]?.string == "Size")
    #expect(options.children[0]["values"]?.children.compactMap(\.string) == ["36", "38"])
    let shared = try shop.attribute(.product, id, "metafields")?["oscar"]
    #expect(shared?["color"]?.string == "brown")
    #expect(shared?["size"] == nil)
    let second = try #require(try shop.json(.variant, "osc_var_\(parent + 2)")?.value)
    #expect(second["attributes"]?["position"]?.integer == 2)
    #expect(second["attributes"]?["options"]?["Size"]?.string == "38")
    #expect(second["attributes"]?["sku"]?.string == "T38")
    #expect(second["links"]?["product"]?.string == id)
    #expect(second["external_ref"]?.string == "T38")
  }

  @Test("a product that stands alone becomes a product with one variant")
  func standalone() throws {
    let shop = try OscarPeer()
    let id = try #require(shop.fake).add("Book", upc: "9780306406157", price: "12.99", count: 7)
    #expect(try shop.pull().isComplete)
    #expect(try shop.attribute(.variant, "osc_var_\(id)", "gtin")?.string == "9780306406157")
    #expect(try shop.attribute(.inventoryLevel, "osc_inv_1", "available")?.integer == 7)
    #expect(try shop.attribute(.price, "osc_prc_\(id)_EUR", "amount")?.integer == 1299)
    #expect(try shop.attribute(.location, "osc_loc_1", "name")?.string == "Main warehouse")
  }

  @Test("a currency becomes a price list and a market")
  func currencies() throws {
    let shop = try OscarPeer()
    let fake = try #require(shop.fake)
    fake.add("Euro", currency: "EUR")
    fake.add("Pound", currency: "GBP")
    fake.add("Yen", price: "158000.00", currency: "JPY")
    #expect(try shop.pull().isComplete)
    #expect(try shop.count(.market) == 3)
    #expect(try shop.attribute(.price, "osc_prc_3_JPY", "amount")?.integer == 158_000)
    #expect(try shop.attribute(.market, "osc_mkt_GBP", "countries")?.children[0].string == "GB")
    shop.configuration.markets = [
      OscarConnector.Market(name: "uk", countries: ["GB"], currency: "GBP", locales: ["en"])
    ]
    #expect(try shop.pull().isComplete)
    #expect(try shop.count(.market) == 1)
    #expect(
      try shop.json(.market, "osc_mkt_uk")?.value["links"]?["price_list"]?.string == "osc_pls_GBP")
  }

  @Test("hidden categories are left out, others keep their place in their handle")
  func categories() throws {
    let shop = try OscarPeer()
    try #require(shop.fake).add("Map", categories: ["Books > Maps & Plans"])
    #expect(try shop.pull().isComplete)
    #expect(try shop.count(.collection) == 3)
    #expect(try shop.attribute(.collection, "osc_col_3", "handle")?.string == "books-maps")
    #expect(try shop.attribute(.collection, "osc_col_3", "products")?.count == 1)
  }

  @Test("a picture's size is read from its file; one that cannot be read is kept aside")
  func pictures() throws {
    let png: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
      + [0, 0, 6, 64, 0, 0, 7, 208]
    let files = try ScriptedServer { request in
      request.path == "/a.png" ? .reply(200, body: png) : .reply(404)
    }
    defer { files.stop() }
    let shop = try OscarPeer()
    let fake = try #require(shop.fake)
    let id = fake.add("Pictured")
    let address = files.url
    fake.state.withLock {
      $0.products[id]?.images = [
        (1, "\(address)/a.png", "A front view"), (2, "\(address)/gone.png", ""),
      ]
    }
    let report = try shop.pull()
    #expect(report.isComplete)
    #expect(try shop.attribute(.media, "osc_med_1", "width")?.integer == 1600)
    #expect(try shop.attribute(.media, "osc_med_1", "alt")?.string == "A front view")
    #expect(report.streams.first { $0.type == .media }?.inQuarantine == 1)
    #expect(files.requests.allSatisfy { $0.headers["authorization"] == nil })
  }

  @Test("a body that is not a product is kept aside with its bytes")
  func malformed() throws {
    let shop = try OscarPeer()
    let fake = try #require(shop.fake)
    fake.add("Fine")
    let id = fake.add("Odd")
    fake.state.withLock { $0.products[id]?.structure = "hologram" }
    let report = try shop.pull()
    #expect(report.isComplete)
    #expect(try shop.count(.product) == 1)
    #expect(
      try shop.value("SELECT reason FROM quarantine")
        == "its structure is none of parent, child and standalone")
  }

  @Test("article numbers that two variants share are told apart")
  func sharedNumbers() throws {
    let shop = try OscarPeer()
    let fake = try #require(shop.fake)
    let ids = ["One", "Two"].map { fake.add($0, upc: "SAME") }
    #expect(try shop.pull().isComplete)
    #expect(try shop.attribute(.variant, "osc_var_\(ids[0])", "sku")?.string == "SAME-\(ids[0])")
    #expect(try shop.attribute(.variant, "osc_var_\(ids[1])", "sku")?.string == "SAME-\(ids[1])")
  }
}
