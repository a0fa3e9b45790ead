import Bytes
import Catalog
import Contract
import LocalMirror
import Machine
import SQL
import Support
import Testing

@Suite("Pages of the change feed")
struct PageTests {
  private func page(
    _ records: [SourceRecord], _ tombstones: [SourceTombstone] = [],
    rejects: [SourceReject] = [], cursor: String = "c"
  ) -> SourcePage {
    SourcePage(
      records: records, tombstones: tombstones, rejects: rejects, cursor: cursor, hasMore: false)
  }

  private func tombstone(
    _ type: ResourceType, _ id: String, version: Int64, seq: Int64, isGone: Bool = false
  ) -> SourceTombstone {
    SourceTombstone(type: type, id: id, version: version, seq: seq, isGone: isGone, at: nil)
  }

  private func ask(_ shop: Shop, _ sql: String) throws -> [[SQLValue]] {
    try MirrorQuery(path: shop.path).run(sql).rows
  }

  @Test("a page and its cursor are stored together")
  func cursorWithPage() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    #expect(try store.cursor()?.token == "c100")
    let report = try store.apply(
      page([Shop.product("a", title: "New", version: 2, seq: 101)], cursor: "c101"))
    #expect(report.updated == 1)
    #expect(try store.cursor()?.token == "c101")
    #expect(try ask(shop, "SELECT title FROM product WHERE id='prd_a'") == [[.text("New")]])
  }

  @Test("who listens is told records, cursor and commit, and only after the last is the page there")
  func moments() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    var seen: [(moment: MirrorMoment, title: SQLValue, cursor: SQLValue)] = []
    var failure: (any Error)?
    store.onMoment = { moment in
      do {
        let row = try ask(
          shop, "SELECT (SELECT title FROM product WHERE id='prd_a'), (SELECT token FROM cursor)")
        seen.append((moment, row[0][0], row[0][1]))
      } catch { failure = error }
    }
    let old = try ask(shop, "SELECT title FROM product WHERE id='prd_a'")[0][0]
    _ = try store.apply(
      page([Shop.product("a", title: "New", version: 2, seq: 101)], cursor: "c101"))
    #expect(failure == nil)
    #expect(seen.map(\.moment) == [.records, .cursor, .committed])
    #expect(seen.map(\.title) == [old, old, .text("New")])
    #expect(seen.map(\.cursor) == [.text("c100"), .text("c100"), .text("c101")])
  }

  @Test("a page sent twice changes nothing the second time")
  func replay() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let change = try page([Shop.product("a", title: "New", version: 2, seq: 101)])
    _ = try store.apply(change)
    let before = try shop.reader().snapshotID
    let again = try store.apply(change)
    #expect(again.unchanged == 1 && !again.hasChanges)
    #expect(try shop.reader().snapshotID == before)
    #expect(try shop.reader().verify().isSound)
  }

  @Test("an older version that comes late is skipped")
  func olderVersion() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    _ = try store.apply(page([Shop.product("a", title: "Third", version: 3, seq: 103)]))
    let late = try store.apply(page([Shop.product("a", title: "Second", version: 2, seq: 102)]))
    #expect(late.outdated == 1)
    #expect(try ask(shop, "SELECT title FROM product WHERE id='prd_a'") == [[.text("Third")]])
  }

  @Test("a deletion removes the record with all that was projected from it")
  func deletion() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let report = try store.apply(
      page([], [tombstone(.product, "prd_a", version: 2, seq: 101)]))
    #expect(report.deleted == 1)
    for table in ["product", "product_tag", "option", "option_value", "record"] {
      let column = table == "product" || table == "record" ? "id" : "product_id"
      #expect(
        try ask(shop, "SELECT count(*) FROM \(table) WHERE \(column)='prd_a'") == [[.integer(0)]])
    }
    #expect(try ask(shop, "SELECT op FROM tombstone") == [[.text("delete")]])
    #expect(try shop.reader().verify().isSound)
  }

  @Test("a record that leaves the token's scope is gone, not deleted")
  func gone() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    _ = try store.apply(
      page([], [tombstone(.product, "prd_a", version: 1, seq: 101, isGone: true)]))
    #expect(try ask(shop, "SELECT op FROM tombstone") == [[.text("gone")]])
  }

  @Test("after a deletion an older record stays away and a newer one comes back")
  func tombstoneThenCreation() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    _ = try store.apply(page([], [tombstone(.product, "prd_a", version: 5, seq: 105)]))
    let stale = try store.apply(page([Shop.product("a", version: 4, seq: 104)]))
    #expect(stale.outdated == 1)
    #expect(try shop.reader().json(of: .product, "prd_a") == nil)
    let fresh = try store.apply(page([Shop.product("a", title: "Again", version: 6, seq: 106)]))
    #expect(fresh.inserted == 1)
    #expect(try ask(shop, "SELECT count(*) FROM tombstone") == [[.integer(0)]])
    #expect(try ask(shop, "SELECT title FROM product WHERE id='prd_a'") == [[.text("Again")]])
  }

  @Test("a deletion older than the stored record is skipped")
  func staleDeletion() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    _ = try store.apply(page([Shop.product("a", version: 7, seq: 107)]))
    let report = try store.apply(page([], [tombstone(.product, "prd_a", version: 2, seq: 102)]))
    #expect(report.outdated == 1 && report.deleted == 0)
    #expect(try shop.reader().json(of: .product, "prd_a") != nil)
  }

  @Test("a deletion of a record with local edits keeps it and opens a conflict")
  func editedRecordDeleted() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    try store.edit(
      RecordKey(.product, "prd_a"), [FieldEdit("title", .text("Mine"))], source: .cli)
    for seq in [101, 102] as [Int64] {
      _ = try store.apply(page([], [tombstone(.product, "prd_a", version: 2, seq: seq)]))
    }
    #expect(try ask(shop, "SELECT kind FROM conflict") == [[.text("edit-delete")]])
    #expect(
      try ask(shop, "SELECT state FROM record WHERE id='prd_a'") == [[.text("deleted")]])
    let reader = try shop.reader()
    #expect(try reader.counts()[.product] == 2)
    #expect(try reader.product("prd_a", in: .none) == nil)
    #expect(try reader.verify().isSound)
  }

  @Test(
    "a body that does not fit is kept with its bytes and its reason, and the last good one stays")
  func quarantine() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let bad = try Shop.record(
      .product, "prd_a", #"{"handle":"a","title":7,"status":"active"}"#, version: 2, seq: 101)
    let report = try store.apply(page([bad], cursor: "c101"))
    #expect(report.quarantined == 1)
    let kept = try #require(try store.quarantine().first)
    #expect(kept.pointer == "/attributes/title")
    #expect(kept.body == bad.json)
    #expect(try store.cursor()?.token == "c101")
    #expect(try ask(shop, "SELECT title FROM product WHERE id='prd_a'") == [[.text("Alpha")]])
    #expect(
      try ask(shop, "SELECT state FROM record WHERE id='prd_a'") == [[.text("outdated")]])
    let digest = try store.digest(of: .product)
    #expect(digest.reduce(0) { $0 + $1.count } == 3)
    _ = try store.apply(page([Shop.product("a", title: "Mended", version: 3, seq: 102)]))
    #expect(try store.quarantine().isEmpty)
    #expect(try ask(shop, "SELECT state FROM record WHERE id='prd_a'") == [[.text("live")]])
  }

  @Test("what is not even a record goes to quarantine too")
  func reject() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let rejects = [
      SourceReject(typeName: "", id: "", seq: 0, json: Array("{".utf8), reason: "not JSON"),
      SourceReject(
        typeName: "hologram", id: "h1", seq: 9, json: Array("{}".utf8), reason: "unknown type"),
    ]
    let report = try store.apply(page([], rejects: rejects))
    #expect(report.quarantined == 2)
    #expect(Set(try store.quarantine().map(\.reason)) == ["not JSON", "unknown type"])
  }

  @Test("a body that lost a byte on its way is told by its hash")
  func damagedOnTheWay() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let other = try Shop.product("c", title: "Gamma")
    let bad = try Shop.record(
      .product, "prd_c", #"{"handle":"c","title":"Gamna","status":"active"}"#, version: 2, seq: 101,
      hash: other.contentHash)
    #expect(try store.apply(page([bad])).quarantined == 1)
    #expect(try store.quarantine().first?.pointer == "/content_hash")
  }

  @Test("a page that fails in the middle leaves nothing of itself")
  func failureInTheMiddle() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let before = try shop.reader().snapshotID
    let breaker = try Database(shop.path)
    try breaker.execute(
      """
      CREATE TRIGGER stop BEFORE INSERT ON variant WHEN NEW.id = 'var_z2'
      BEGIN SELECT RAISE(ABORT, 'no'); END
      """)
    let broken = try page(
      [
        Shop.product("z", version: 1, seq: 101), Shop.variant("z1", of: "z"),
        Shop.variant("z2", of: "z"),
      ], cursor: "c101")
    #expect(throws: MirrorError.self) { try store.apply(broken) }
    #expect(try shop.reader().snapshotID == before)
    #expect(try store.cursor()?.token == "c100")
    #expect(try ask(shop, "SELECT count(*) FROM record WHERE id LIKE '%z%'") == [[.integer(0)]])
    try breaker.execute("DROP TRIGGER stop")
    #expect(try store.apply(broken).inserted == 3)
    #expect(try shop.reader().verify().isSound)
  }

  @Test("the same contents have the same snapshot id, whatever way led there")
  func snapshotID() throws {
    let one = try Shop()
    let other = try Shop()
    let store = try one.open()
    try one.fill(store)
    _ = try store.apply(page([Shop.product("a", title: "X", version: 2, seq: 101)]))
    _ = try store.apply(page([Shop.product("a", title: "Alpha", version: 3, seq: 102)]))
    try other.fill(try other.open())
    #expect(try one.reader().snapshotID == other.reader().snapshotID)
    _ = try store.apply(page([Shop.product("a", title: "X", version: 4, seq: 103)]))
    #expect(try one.reader().snapshotID != other.reader().snapshotID)
  }

  @Test("nothing about a person takes part in the snapshot id or in a typed table")
  func persons() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let before = try shop.reader().snapshotID
    _ = try store.apply(
      page([
        Shop.record(
          .customer, "cus_2", #"{"email":"ines@example.com","name":"Ines Torrado"}"#, seq: 101)
      ]))
    #expect(try shop.reader().snapshotID == before)
    let tables = try ask(
      shop,
      """
      SELECT name FROM sqlite_schema WHERE type='table' AND name NOT IN
        ('record','quarantine','sync_meta','stream','tombstone','cursor','generation')
      """)
    for case .text(let table) in tables.map({ $0[0] }) {
      let rows = try MirrorQuery(path: shop.path).run("SELECT * FROM \"\(table)\"").rows
      let words = rows.joined().map { QueryResult.text($0) }
      #expect(!words.contains { $0.contains("Camille") || $0.contains("cus_") }, "\(table)")
    }
  }

  @Test("every handle that a product ever had is remembered")
  func handles() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    shop.clock.sleep(milliseconds: 1000)
    _ = try store.apply(page([Shop.product("a", handle: "alpha", version: 2, seq: 101)]))
    let reader = try shop.reader()
    #expect(try reader.handles(of: .product, "prd_a") == ["a", "alpha"])
    #expect(try reader.productID(handle: "alpha") == "prd_a")
    #expect(try reader.productID(handle: "a") == "prd_a")
    #expect(try reader.formerProductHandles().map(\.handle) == ["a"])
    _ = try store.apply(page([Shop.product("d", handle: "a", seq: 102)]))
    #expect(try shop.reader().productID(handle: "a") == "prd_d")
    #expect(try shop.reader().formerProductHandles().isEmpty)
  }

  @Test("what changed since a revision is told, removals too")
  func changes() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let revision = try shop.reader().revision
    _ = try store.apply(
      page(
        [Shop.product("a", title: "New", version: 2, seq: 101), Shop.product("b", title: "Beta")],
        [tombstone(.price, "prc_a1", version: 2, seq: 102)]))
    let changes = try shop.reader().changes(since: revision)
    #expect(changes.map(\.id) == ["prc_a1", "prd_a"])
    #expect(changes.map(\.isRemoved) == [true, false])
  }

  @Test("links to records that are not here are told")
  func dangling() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    #expect(try store.danglingReferences().isEmpty)
    _ = try store.apply(page([Shop.variant("q", of: "q")]))
    let found = try store.danglingReferences()
    #expect(found.map(\.targetID) == ["prd_q"])
    var seen: [String] = []
    try shop.reader().forEachProduct(in: .none) { seen += $0.variants.map(\.id) }
    #expect(!seen.contains("var_q"))
  }
}
