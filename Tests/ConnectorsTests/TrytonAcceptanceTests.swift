import Bytes
import Connectors
import Contract
import Formats
import HTTPClient
import Machine
import Support
import Sync
import Synchronization
import Testing

/// The reading rows of the acceptance table in the commerce API's section 4, for Tryton.
@Suite("What Tryton does to a client", .serialized)
struct TrytonAcceptanceTests {
  @Test("products, variants, prices, stock and places are read", arguments: TrytonKind.present)
  func whole(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Read", price: "12.30")
    #expect(try shop.pull().isComplete)
    #expect(try shop.attribute(.product, "try_prd_\(keys.template)", "title")?.string == "Read")
    #expect(try shop.attribute(.product, "try_prd_\(keys.template)", "status")?.string == "active")
    let code = try #require(
      try shop.attribute(.variant, "try_var_\(keys.product)", "sku")?.string)
    #expect(code.hasPrefix("T"))
    let price = "try_prc_EUR_\(keys.template)_\(keys.product)"
    #expect(try shop.attribute(.price, price, "amount")?.integer == 1230)
    #expect(
      try shop.attribute(.inventoryLevel, "try_inv_\(keys.product)_5", "available")?.integer == 0)
    #expect(try shop.attribute(.location, "try_loc_5", "name")?.string == "Warehouse")
    let again = try shop.pull()
    #expect(!again.hasChanges)
    #expect(again.isComplete)
    try shop.delete(keys.template)
  }

  @Test("changes of price, name and stock are found", arguments: TrytonKind.present)
  func changes(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Changing")
    try shop.pull()
    try shop.changeProduct(
      keys.product, #"{"list_price":{"__class__":"Decimal","decimal":"9.99"}}"#)
    try shop.change(keys.template, #"{"name":"Changed"}"#)
    let report = try shop.pull()
    #expect(shop.figures(report, .product) == [0, 1, 0])
    #expect(shop.figures(report, .price) == [0, 1, 0])
    try shop.delete(keys.template)
  }

  @Test("a deletion that nothing announces is found by absence", arguments: TrytonKind.present)
  func deletion(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    let keys = try shop.create("Doomed")
    _ = try shop.create("Kept")
    try shop.pull()
    try shop.delete(keys.template)
    let report = try shop.pull()
    #expect(shop.figures(report, .product) == [0, 0, 1])
    #expect(shop.figures(report, .variant) == [0, 0, 1])
    #expect(shop.figures(report, .price) == [0, 0, 1])
  }

  @Test("pages go by ascending key, so nothing is skipped or repeated")
  func pages() throws {
    let shop = try TrytonPeer()
    for number in 0..<25 { _ = try shop.create("Thing \(number)") }
    var configuration = TrytonPeer.configuration
    configuration.pageSize = 7
    let connector = TrytonConnector(
      url: shop.url, token: shop.token, configuration: configuration)
    var ids: [String] = []
    _ = try connector.snapshot(resume: nil) { page in
      ids += page.records.filter { $0.type == .product }.map(\.id)
    }
    #expect(ids.count == 25)
    #expect(Set(ids).count == 25)
  }

  @Test("an amount with parts of a cent goes to quarantine, not rounded")
  func fractions() throws {
    let shop = try TrytonPeer()
    _ = try shop.create("Odd", price: "0.0050")
    let even = try shop.create("Even", price: "0.5000")
    let report = try shop.pull()
    #expect(report.streams.first { $0.type == .price }?.inQuarantine == 1)
    let price = "try_prc_EUR_\(even.template)_\(even.product)"
    #expect(try shop.attribute(.price, price, "amount")?.integer == 50)
  }

  @Test("an inactive product is archived, one that is not sold a draft")
  func status() throws {
    let shop = try TrytonPeer()
    let (first, second) = (try shop.create("One"), try shop.create("Two"))
    try shop.change(first.template, #"{"active":false}"#)
    try shop.change(second.template, #"{"salable":false}"#)
    #expect(try shop.product(first.template).value("status") == .text("archived"))
    #expect(try shop.product(second.template).value("status") == .text("draft"))
  }

  @Test("a wrong password stops the pull in words", arguments: TrytonKind.present)
  func wrongPassword(kind: TrytonKind) throws {
    let shop = try TrytonPeer(kind)
    for token in ["admin:wrong", "admin", ""] {
      let error = #expect(throws: ConnectorError.self) {
        try shop.connector(token: token).describe()
      }
      #expect(error?.code == .unauthenticated)
      #expect(error?.message.contains("wrong") == false, "no password is shown")
    }
  }

  @Test("a session that has ended is begun again")
  func endedSession() throws {
    let shop = try TrytonPeer()
    let connector = shop.connector()
    let keys = try shop.create("Lasting")
    #expect(try connector.record(.product, "try_prd_\(keys.template)") != nil)
    shop.fake?.endSessions()
    #expect(try connector.record(.product, "try_prd_\(keys.template)") != nil)
    let mutation = try shop.rename(keys.template, "Renamed", "m")
    shop.fake?.endSessions()
    #expect(try connector.write(mutation).word == "done")
  }

  @Test("a database without the company, and HTML pages, are reported in words")
  func words() throws {
    let shop = try TrytonPeer()
    shop.fake?.state.withLock { $0.faults = [FakeTryton.page(404, "Not Found")] }
    let error = #expect(throws: ConnectorError.self) { try shop.connector().describe() }
    #expect(error?.message.contains("an HTML page titled “404 Not Found”") == true)
  }
}
