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

/// The reading rows of the acceptance table in the commerce API's section 4, for django-oscar: each
/// test provokes the trap and looks at the mirror.
@Suite("What django-oscar does to a client", .serialized)
struct OscarAcceptanceTests {
  @Test("updated-since is ignored by the shop and never relied upon", arguments: OscarKind.present)
  func updatedSince(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Plain")
    let answer = try JSON.parse(
      try shop.call("GET", "/products/?date_updated__gte=2099-01-01&limit=1").body)
    #expect((answer.value["count"]?.integer ?? 0) > 0, "the trap: the filter is ignored")
    try shop.pull()
    try shop.change(id, #"{"title":"Changed"}"#)
    #expect(shop.figures(try shop.pull(), .product) == [0, 1, 0])
    #expect(try shop.attribute(.product, "osc_prd_\(id)", "title")?.string == "Changed")
  }

  @Test("a price change that moves no stamp is seen", arguments: OscarKind.present)
  func priceStamp(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Priced", price: "10.00")
    try shop.pull()
    let before = try shop.stamp(id)
    try shop.changeStock(id, #"{"price":"12.34"}"#)
    #expect(try shop.stamp(id) == before, "the trap: the product's stamp stands still")
    #expect(shop.figures(try shop.pull(), .price) == [0, 1, 0])
    #expect(try shop.attribute(.price, "osc_prc_\(id)_EUR", "amount")?.integer == 1234)
  }

  @Test("a stock change that moves no stamp is seen", arguments: OscarKind.present)
  func stockStamp(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Stocked", count: 5)
    try shop.pull()
    let before = try shop.stamp(id)
    try shop.changeStock(id, #"{"num_in_stock":2}"#)
    #expect(try shop.stamp(id) == before, "the trap: the product's stamp stands still")
    #expect(shop.figures(try shop.pull(), .inventoryLevel) == [0, 1, 0])
    #expect(
      try shop.value(
        "SELECT available FROM stock WHERE variant_id = 'osc_var_\(id)'") == "2")
  }

  @Test("a product that is withdrawn is no longer active", arguments: OscarKind.present)
  func listing(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Listed")
    try shop.pull()
    #expect(try shop.attribute(.product, "osc_prd_\(id)", "status")?.string == "active")
    try shop.change(id, #"{"is_public":false}"#)
    try shop.pull()
    #expect(try shop.attribute(.product, "osc_prd_\(id)", "status")?.string == "draft")
  }

  @Test("a product that enters and leaves a category moves the collection")
  func membership() throws {
    let shop = try OscarPeer()
    let id = try shop.create("Grouped")
    try shop.pull()
    func members(_ collection: Int) throws -> [String] {
      (try shop.attribute(.collection, "osc_col_\(collection)", "products")?.children ?? [])
        .compactMap(\.string)
    }
    #expect(try members(2) == [])
    try shop.change(id, #"{"categories":["Books > Novels"]}"#)
    #expect(shop.figures(try shop.pull(), .collection) == [0, 2, 0])
    #expect(try members(2) == ["osc_prd_\(id)"])
    #expect(try members(1) == ["osc_prd_\(id)"], "a branch belongs to its root")
    try shop.change(id, #"{"categories":[]}"#)
    try shop.pull()
    #expect(try members(2) == [])
  }

  @Test("a write that changes nothing but the stamp is no change", arguments: OscarKind.present)
  func noOp(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Same")
    try shop.pull()
    let before = try shop.stamp(id)
    try shop.change(id, #"{"title":"Same"}"#)
    #expect(try shop.stamp(id) != before, "the trap: the stamp moves")
    let report = try shop.pull()
    #expect(!report.hasChanges)
    #expect(report.isComplete)
  }

  @Test("rows that an insertion repeats and a deletion skips while paging are all found")
  func pagingRace() throws {
    let shop = try OscarPeer()
    let fake = try #require(shop.fake)
    for number in 0..<40 { fake.add("Thing \(number)") }
    shop.configuration.pageSize = 10
    fake.state.withLock { state in
      state.beforeList = { [unowned fake] list in
        switch list {
        case 3: fake.add("Inserted while paging")  // repeats a row of the page before
        case 4:  // skips a row: everything behind it moves up
          fake.state.withLock { _ = $0.products.removeValue(forKey: 39) }
        case 8: fake.add("Inserted between the passes")
        case 12: fake.state.withLock { _ = $0.products.removeValue(forKey: 2) }
        default: break
        }
      }
    }
    let report = try shop.pull()
    #expect(report.isComplete)
    #expect(fake.state.withLock { $0.lists } > 12, "the race was noticed and read again")
    fake.state.withLock { $0.beforeList = nil }
    try shop.expectSameProducts()
    #expect(try shop.count(.product) == 40)
  }

  @Test("products that come and go during a pull leave a mirror that is right after the next")
  func busyShop() throws {
    for kind in OscarKind.present where kind == .real {
      let shop = try OscarPeer(kind)
      shop.configuration.pageSize = 50
      let ids = try (0..<6).map { try shop.create("Busy \($0)") }
      let (url, token) = (shop.url, shop.token)
      let done = Atomic<Bool>(false)
      Parallel.forEach(count: 2, chunk: 1, workers: 2) { _, range in
        if range.lowerBound == 0 {
          let client = HTTPClient()
          for id in ids {
            SystemTime().sleep(milliseconds: 700)
            _ = try? client.send(  // the shop may be busy; the mirror is compared below
              HTTPRequest(
                "DELETE", "\(url)/admin/products/\(id)/",
                headers: ["Authorization": "Token \(token)"]))
          }
          done.store(true, ordering: .relaxed)
        } else {
          let folder = try? ScratchFolder()
          while !done.load(ordering: .relaxed) {
            var configuration = OscarConnector.Configuration()
            configuration.pageSize = 50
            let connector = OscarConnector(url: url, token: token, configuration: configuration)
            _ = try? connector.snapshot(resume: nil) { _ in }
          }
          _ = folder
        }
      }
      try shop.pull()
      try shop.expectSameProducts()
    }
  }

  @Test("a deletion that nothing announces is found by absence", arguments: OscarKind.present)
  func deletion(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Doomed")
    _ = try shop.create("Kept")
    try shop.pull()
    try shop.delete(id)
    let report = try shop.pull()
    #expect(shop.figures(report, .product) == [0, 0, 1])
    #expect(shop.figures(report, .variant) == [0, 0, 1])
    #expect(shop.figures(report, .price) == [0, 0, 1])
    #expect(shop.figures(report, .inventoryLevel) == [0, 0, 1])
    #expect(try shop.json(.product, "osc_prd_\(id)") == nil)
    try shop.expectSameProducts()
  }

  @Test("two changes within one second of a coarse clock are both seen")
  func coarseStamps() throws {
    let shop = try OscarPeer()
    let id = try shop.create("One")
    shop.fake?.state.withLock { $0.hasCoarseClock = true }
    try shop.change(id, #"{"title":"Two"}"#)
    try shop.pull()
    let before = try shop.stamp(id)
    try shop.change(id, #"{"title":"Three"}"#)
    #expect(try shop.stamp(id) == before, "the trap: the stamp is the same")
    #expect(shop.figures(try shop.pull(), .product) == [0, 1, 0])
    #expect(try shop.attribute(.product, "osc_prd_\(id)", "title")?.string == "Three")
  }

  @Test(
    "money as a JSON number is taken by its digits",
    arguments: [("4.35", 435), ("0.1", 10), ("1234567890.07", 123_456_789_007)])
  func numberMoney(price: String, minor: Int64) throws {
    let shop = try OscarPeer()
    shop.fake?.state.withLock { $0.hasNumberMoney = true }
    let id = try #require(shop.fake).add("Number", price: price)
    try shop.pull()
    #expect(try shop.attribute(.price, "osc_prc_\(id)_EUR", "amount")?.integer == minor)
  }

  @Test("an amount that is no whole number of minor units goes to quarantine, not rounded")
  func fractionOfACent() throws {
    let shop = try OscarPeer()
    let id = try #require(shop.fake).add("Odd", price: "0.005")
    let report = try shop.pull()
    #expect(report.isComplete)
    #expect(try shop.json(.price, "osc_prc_\(id)_EUR") == nil)
    #expect(report.streams.first { $0.type == .price }?.inQuarantine == 1)
    #expect(
      try shop.value("SELECT reason FROM quarantine")
        == "0.005 EUR is no amount in whole minor units")
  }

  @Test("HTML error pages are waited out and read around")
  func htmlErrors() throws {
    let shop = try OscarPeer()
    let fake = try #require(shop.fake)
    for number in 0..<20 { fake.add("Thing \(number)") }
    let html = ScriptedAnswer.reply(
      500, headers: [("Content-Type", "text/html")], body: FakeOscar.page("Server Error (500)"))
    fake.state.withLock { $0.faults = [html, html] }
    #expect(try shop.pull().isComplete)
    try shop.expectSameProducts()
  }

  @Test("a shop that answers HTML for good is reported in words, and the mirror stays as it was")
  func htmlForGood() throws {
    let shop = try OscarPeer()
    let fake = try #require(shop.fake)
    let id = fake.add("Thing")
    try shop.pull()
    let html = ScriptedAnswer.reply(
      500, headers: [("Content-Type", "text/html")], body: FakeOscar.page("Server Error (500)"))
    fake.state.withLock { $0.faults = Array(repeating: html, count: 500) }
    let error = #expect(throws: PullError.self) { try shop.pull() }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("an HTML page titled “Server Error (500)”") == true)
    #expect(try shop.json(.product, "osc_prd_\(id)") != nil)
  }

  @Test("an HTML page with status 200 is not taken for data")
  func htmlSuccess() throws {
    let shop = try OscarPeer()
    let fake = try #require(shop.fake)
    fake.add("Thing")
    try shop.pull()
    fake.state.withLock {
      $0.faults = [
        .reply(200, headers: [("Content-Type", "text/html")], body: FakeOscar.page("Maintenance"))
      ]
    }
    let error = #expect(throws: PullError.self) { try shop.pull() }
    #expect(error?.code == .malformed)
    #expect(error?.message.contains("titled “Maintenance”") == true)
    #expect(try shop.count(.product) == 1)
  }

  @Test("429 in the middle of the bodies is waited out as Retry-After says")
  func rateLimited() throws {
    let shop = try OscarPeer()
    let fake = try #require(shop.fake)
    for number in 0..<10 { fake.add("Thing \(number)") }
    let start = shop.time.now
    fake.state.withLock {
      $0.beforeList = { [unowned fake] list in
        guard list == 2 else { return }  // the first list is the description's
        let answer = ScriptedAnswer.json(
          #"{"detail":"Request was throttled. Expected available in 58 seconds."}"#, status: 429,
          headers: [("Retry-After", "58")])
        fake.state.withLock { $0.faults = [answer, answer, answer] }
      }
    }
    #expect(try shop.pull().isComplete)
    #expect(shop.time.now.microseconds - start.microseconds >= 58_000_000)
    try shop.expectSameProducts()
  }

  @Test("a wrong token stops the pull and touches nothing", arguments: OscarKind.present)
  func wrongToken(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Mine")
    try shop.pull()
    let error = #expect(throws: PullError.self) { try shop.pull(token: "wrong") }
    #expect(error?.code == .unauthenticated)
    #expect(error?.message.contains("wrong") == false, "no token is shown")
    #expect(try shop.json(.product, "osc_prd_\(id)") != nil)
  }

  @Test("a token without the right to read is told apart from a wrong one")
  func shopper() throws {
    let shop = try OscarPeer()
    let error = #expect(throws: PullError.self) { try shop.pull(token: "shopper") }
    #expect(error?.code == .forbidden)
  }

  @Test(
    "If-Match is ignored by the shop, and the capabilities say so", arguments: OscarKind.present)
  func precondition(kind: OscarKind) throws {
    let shop = try OscarPeer(kind)
    let id = try shop.create("Guarded")
    let response = try shop.call(
      "PATCH", "/admin/products/\(id)/", #"{"title":"Overwritten"}"#, ifMatch: "\"stale\"")
    #expect(response.status == 200, "the trap: the stale tag is accepted")
    let table = OscarConnector.capabilities
    for type in OscarConnector.types { #expect(table.of(type).isUnprotected) }
    #expect(table.of(.price, field: "amount").signal == .none)
    #expect(table.of(.inventoryLevel, field: "available").signal == .none)
    #expect(table.of(.product).deletions == .byIdentityList)
    #expect(!table.of(.product).hasStableOrder)
  }
}
