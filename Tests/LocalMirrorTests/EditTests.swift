import Bytes
import Catalog
import Contract
import Formats
import LocalMirror
import Machine
import SQL
import Support
import Testing

@Suite("Edits in the mirror")
struct EditTests {
  static let product = RecordKey(.product, "prd_a")
  static let price = RecordKey(.price, "prc_a1")
  let shop: Shop
  let store: MirrorStore

  init() throws {
    shop = try Shop()
    store = try shop.open()
    try shop.fill(store)
  }

  func code(_ body: () throws -> Void) -> MirrorError.Code? {
    do {
      try body()
      return nil
    } catch {
      return (error as? MirrorError)?.code
    }
  }

  func bundle(_ id: String = "prd_a") throws -> ProductBundle? {
    try shop.reader().product(id, in: .none)
  }

  func expectSound(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let report = try shop.reader().verify()
    #expect(report.findings.isEmpty, sourceLocation: sourceLocation)
  }

  func ask(_ sql: String) throws -> [[SQLValue]] { try MirrorQuery(path: shop.path).run(sql).rows }

  // MARK: Fields

  @Test("an edit shows in bundle, typed table, body and context; the server's record stays")
  func shows() throws {
    let before = try shop.reader()
    try store.edit(Self.product, [FieldEdit("title", .text("Omega"))], source: .cli)
    try store.edit(
      Self.price,
      [FieldEdit("amount", .integer(41_000)), FieldEdit("compare_at", .integer(50_000))],
      source: .csv)
    let reader = try shop.reader()
    let bundle = try #require(try reader.product("prd_a", in: .none))
    #expect(bundle.product.title == "Omega")
    #expect(bundle.prices.values.joined().first { $0.id == "prc_a1" }?.amount.minor == 41_000)
    #expect(
      try ask("SELECT amount_minor, compare_at_minor FROM price WHERE id = 'prc_a1'")
        == [[.integer(41_000), .integer(50_000)]])
    #expect(try reader.serverRecord(Self.product)?.value("title") == .text("Alpha"))
    #expect(
      try reader.effectiveRecord(Self.product)?.value["attributes"]?["title"]?.string == "Omega")
    #expect(before.snapshotID != reader.snapshotID)
    #expect(before.revision < reader.revision)
    #expect(
      try reader.changes(since: before.revision).map(\.id).sorted() == ["prc_a1", "prd_a"])
    for type in [ResourceType.product, .price] {
      #expect(try before.digest(of: type) == reader.digest(of: type))
    }
    try expectSound()
  }

  @Test("the first edit keeps the base, later ones keep it, the base's value takes the edit back")
  func base() throws {
    let untouched = try shop.reader().snapshotID
    try store.edit(Self.product, [FieldEdit("title", .text("One"))], source: .cli)
    try store.edit(Self.product, [FieldEdit("title", .text("Two"))], source: .file)
    let value = try #require(try shop.reader().localValues(of: Self.product).first)
    #expect(value.base == .text("Alpha"))
    #expect(value.baseVersion == 1)
    #expect(value.isBaseKnown)
    #expect(value.value == .text("Two"))
    #expect(value.source == .file)
    #expect(
      try store.edit(Self.product, [FieldEdit("title", .text("Two"))], source: .web).isEmpty)
    try store.edit(Self.product, [FieldEdit("title", .text("Alpha"))], source: .web)
    let reader = try shop.reader()
    #expect(try reader.localValues().isEmpty)
    #expect(try reader.editedKeys().isEmpty)
    #expect(reader.snapshotID == untouched)
    #expect(
      try reader.log().map { [$0.from, $0.to] } == [
        [.text("Alpha"), .text("One")], [.text("One"), .text("Two")],
        [.text("Two"), .text("Alpha")],
      ])
    #expect(try reader.log().map(\.origin) == [.cli, .file, .web])
    try expectSound()
  }

  @Test("fields that hold members are edited one by one, a null takes a field away")
  func members() throws {
    try store.edit(
      Self.product,
      [
        FieldEdit("seo.title", .text("Silk")), FieldEdit("vendor", .null),
        FieldEdit("tags", .list([.text("new")])),
      ], source: .web)
    let bundle = try #require(try bundle())
    #expect(bundle.product.seoTitle == "Silk")
    #expect(bundle.product.vendor == nil)
    #expect(bundle.product.tags == ["new"])
    #expect(try ask("SELECT tag FROM product_tag WHERE product_id = 'prd_a'") == [[.text("new")]])
    try expectSound()
  }

  @Test("what no page could be made from is refused, and nothing of it stays")
  func refused() throws {
    #expect(
      code {
        try store.edit(
          Self.price, [FieldEdit("amount", .integer(1)), FieldEdit("currency", .text("euro"))],
          source: .cli)
      } == .notEditable)
    #expect(
      code { try store.edit(Self.price, [FieldEdit("prise", .integer(1))], source: .cli) }
        == .notEditable)
    #expect(
      code { try store.edit(Self.product, [FieldEdit("title", .null)], source: .cli) }
        == .notEditable)
    #expect(
      code {
        try store.edit(
          RecordKey(.product, "prd_x"), [FieldEdit("title", .text("x"))], source: .cli)
      } == .noRecord)
    let reader = try shop.reader()
    #expect(try reader.localValues().isEmpty)
    #expect(try reader.log().isEmpty)
    try expectSound()
  }

  @Test("rules of collections ask what is edited")
  func rules() throws {
    try store.edit(Self.product, [FieldEdit("tags", .list([.text("wool")]))], source: .cli)
    let context = try shop.reader().context(at: shop.clock.now)
    let silk = context.collections.first { $0.record.id == "col_2" }
    #expect(silk?.productIDs == ["prd_b", "prd_c"])
  }

  // MARK: Records

  @Test("a record that is made here is seen by readers and by nothing that speaks of the server")
  func create() throws {
    let before = try shop.reader()
    let key = RecordKey(.price, "prc_new")
    try store.create(
      key,
      fields: [
        "amount": .integer(9_900), "currency": .text("EUR"), "links.variant": .text("var_b1"),
        "links.price_list": .text("pl_gold"), "external_ref": .text("prc_new"),
      ], source: .cli)
    let reader = try shop.reader()
    let bundle = try #require(try reader.product("prd_b", in: .none))
    #expect(bundle.prices.values.joined().map(\.amount.minor).sorted() == [9_900, 42_000])
    #expect(try reader.counts() == before.counts())
    #expect(try reader.digest(of: .price) == before.digest(of: .price))
    #expect(try reader.serverRecord(key) == nil)
    #expect(try reader.localOperations().map(\.0) == [key])
    #expect(try reader.status().recordCount == before.status().recordCount)
    #expect(reader.snapshotID != before.snapshotID)
    try expectSound()
    // A snapshot that does not bring it leaves it alone.
    try shop.fill(store)
    #expect(try shop.reader().effectiveRecord(key) != nil)
    // Taken back, nothing is left of it.
    try store.withdraw(key)
    #expect(try shop.reader().snapshotID == before.snapshotID)
    #expect(try shop.reader().effectiveRecord(key, includingHidden: true) == nil)
    try expectSound()
  }

  @Test("a record that is deleted here is hidden until that is taken back; edits stay")
  func delete() throws {
    try store.edit(Self.product, [FieldEdit("title", .text("Omega"))], source: .cli)
    try store.delete(Self.product, source: .cli)
    let reader = try shop.reader()
    #expect(try reader.product("prd_a", in: .none) == nil)
    #expect(try reader.json(of: .product, "prd_a") == nil)
    #expect(try reader.productID(handle: "a") == nil)
    #expect(try ask("SELECT 1 FROM product WHERE id = 'prd_a'").isEmpty)
    #expect(try reader.serverRecord(Self.product) != nil)
    #expect(try store.danglingReferences().isEmpty)
    #expect(
      code { try store.edit(Self.product, [FieldEdit("title", .text("x"))], source: .cli) }
        == .notEditable)
    // A newer record of the server is stored, not shown.
    _ = try store.apply(
      SourcePage(
        records: [Shop.product("a", title: "Theirs", handle: "a", version: 2, seq: 101)],
        cursor: "c", hasMore: false))
    #expect(try bundle() == nil)
    try expectSound()
    try store.settle { try $0.decide(.none, of: Self.product) }
    #expect(try bundle()?.product.title == "Omega")
    try store.withdraw(Self.product)
    #expect(try bundle()?.product.title == "Theirs")
    try expectSound()
  }

  // MARK: Pull

  @Test("a pull stores the newer record and lays the edits over it")
  func pull() throws {
    try store.edit(Self.product, [FieldEdit("title", .text("Mine"))], source: .cli)
    _ = try store.apply(
      SourcePage(
        records: [
          Shop.product(
            "a", title: "Theirs", handle: "a", tags: "[\"wool\"]", version: 2, seq: 101)
        ], cursor: "c", hasMore: false))
    let reader = try shop.reader()
    let bundle = try #require(try reader.product("prd_a", in: .none))
    #expect(bundle.product.title == "Mine")
    #expect(bundle.product.tags == ["wool"])
    #expect(try reader.serverRecord(Self.product)?.value("title") == .text("Theirs"))
    let value = try #require(try reader.localValues(of: Self.product).first)
    #expect(value.base == .text("Alpha"))
    #expect(value.baseVersion == 1)
    try expectSound()
  }

  @Test(
    "where edit and newer record exclude each other the server's value shows and the edit waits")
  func exclusive() throws {
    let key = RecordKey(.collection, "col_1")
    try store.edit(
      key, [FieldEdit("products", .list([.text("prd_c")])), FieldEdit("title", .text("Mine"))],
      source: .cli)
    _ = try store.apply(
      SourcePage(
        records: [
          try Shop.record(
            .collection, "col_1",
            #"{"handle":"silk","title":"Silk","rule":{"all":[{"field":"tags","op":"contains","#
              + #""value":"silk"}]}}"#, version: 2, seq: 101)
        ], cursor: "c", hasMore: false))
    let context = try shop.reader().context(at: shop.clock.now)
    let collection = try #require(context.collections.first { $0.record.id == "col_1" })
    #expect(collection.record.title == "Mine")
    #expect(collection.productIDs == ["prd_a", "prd_b", "prd_c"])
    #expect(try shop.reader().localValues(of: key).map(\.field) == ["products", "title"])
    try expectSound()
  }

  @Test("a record that is edited here and vanishes from the server stays, hidden, with its edits")
  func vanished() throws {
    try store.edit(Self.product, [FieldEdit("title", .text("Mine"))], source: .cli)
    _ = try store.apply(
      SourcePage(
        records: [],
        tombstones: [
          SourceTombstone(type: .product, id: "prd_a", version: 2, seq: 101, isGone: false, at: nil)
        ], cursor: "c", hasMore: false))
    let reader = try shop.reader()
    #expect(try reader.product("prd_a", in: .none) == nil)
    #expect(try reader.serverRecord(Self.product)?.state == .deleted)
    #expect(try reader.localValues(of: Self.product).count == 1)
    let full = try reader.effectiveRecord(Self.product, includingHidden: true)
    #expect(full?.value["attributes"]?["title"]?.string == "Mine")
    #expect(try ask("SELECT kind FROM conflict") == [[.text("edit-delete")]])
    try expectSound()
    // With its edits it goes for good, and the question with it.
    try store.withdraw(Self.product)
    #expect(try shop.reader().effectiveRecord(Self.product, includingHidden: true) == nil)
    #expect(try ask("SELECT decision FROM conflict") == [[.text("withdrawn")]])
    try expectSound()
  }
}
