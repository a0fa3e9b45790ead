import Bytes
import Catalog
import Contract
import Formats
import LocalMirror
import Machine
import SQL
import Support
import Testing

@Suite("What a push settles")
struct SettlementTests {
  static let product = RecordKey(.product, "prd_a")
  let shop: Shop
  let store: MirrorStore

  init() throws {
    shop = try Shop()
    store = try shop.open()
    try shop.fill(store)
  }

  func expectSound(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let report = try shop.reader().verify()
    #expect(report.findings.isEmpty, sourceLocation: sourceLocation)
  }

  func title() throws -> String? { try shop.reader().product("prd_a", in: .none)?.product.title }

  @Test("a settlement that changes nothing makes no revision and writes nothing")
  func nothing() throws {
    try store.edit(Self.product, [FieldEdit("title", .text("One"))], source: .cli)
    let before = try shop.reader().revision
    let log = "\(shop.path)-wal"
    let bytes = try Files.read(log)
    try store.settle { transaction in _ = try transaction.localValues(of: nil) }
    #expect(try shop.reader().revision == before)
    #expect(try Files.read(log) == bytes)
  }

  @Test("a confirmed value is no edit any more; a later one stays and starts from it")
  func confirm() throws {
    try store.edit(
      Self.product, [FieldEdit("title", .text("One")), FieldEdit("vendor", .text("V"))],
      source: .cli)
    // Edited again while the request was on its way.
    try store.edit(Self.product, [FieldEdit("title", .text("Two"))], source: .cli)
    let answer = try Shop.record(
      .product, "prd_a", #"{"handle":"a","title":"One","vendor":"V","status":"active"}"#,
      version: 2, seq: 101)
    try store.settle {
      try $0.confirm(
        Self.product, sent: ["title": .text("One"), "vendor": .text("V")], server: answer)
    }
    let value = try #require(try shop.reader().localValues().first)
    #expect(try shop.reader().localValues().count == 1)
    #expect(value.field == "title")
    #expect(value.base == .text("One"))
    #expect(value.baseVersion == 2)
    #expect(value.value == .text("Two"))
    #expect(try title() == "Two")
    #expect(try shop.reader().serverRecord(Self.product)?.version == 2)
    try expectSound()
  }

  @Test("an answer without the record leaves nothing to send and keeps showing the value")
  func partial() throws {
    try store.edit(Self.product, [FieldEdit("title", .text("One"))], source: .cli)
    try store.settle {
      try $0.confirm(Self.product, sent: ["title": .text("One")], server: nil)
    }
    let value = try #require(try shop.reader().localValues().first)
    #expect(value.value == value.base)
    #expect(try title() == "One")
    try expectSound()
  }

  @Test("a decision for the shop ends the edit, one for ours starts from the shop's value")
  func rebase() throws {
    try store.edit(
      Self.product, [FieldEdit("title", .text("Mine")), FieldEdit("vendor", .text("V"))],
      source: .web)
    _ = try store.apply(
      SourcePage(
        records: [Shop.product("a", title: "Theirs", handle: "a", version: 2, seq: 101)],
        cursor: "c", hasMore: false))
    try store.settle {
      try $0.rebase(
        Self.product, "title", base: .text("Theirs"), baseVersion: 2, value: .text("Both"))
      try $0.rebase(
        Self.product, "vendor", base: .text("Maison"), baseVersion: 2, value: nil)
    }
    let value = try #require(try shop.reader().localValues().first)
    #expect(try shop.reader().localValues().count == 1)
    #expect(value.base == .text("Theirs"))
    #expect(value.value == .text("Both"))
    #expect(value.source == .web)
    #expect(try title() == "Both")
    #expect(
      try shop.reader().log(of: Self.product).filter { $0.origin == .decision }.map(\.to)
        == [.text("Both"), .text("Maison")])
    try expectSound()
  }

  @Test("a record made here takes the id that the server gives it, and what links to it follows")
  func mapped() throws {
    let mine = RecordKey(.product, "prd_01LOCAL")
    let variant = RecordKey(.variant, "var_01LOCAL")
    try store.settle { transaction in
      try transaction.create(
        mine,
        fields: [
          "handle": .text("new"), "title": .text("New"), "status": .text("draft"),
          "external_ref": .text(mine.id),
        ], source: .cli)
      try transaction.create(
        variant,
        fields: [
          "sku": .text("NEW-1"), "position": .integer(1), "links.product": .text(mine.id),
        ], source: .cli)
    }
    let remote = RecordKey(.product, "prd_77")
    let answer = try Shop.record(
      .product, "prd_77", #"{"handle":"new","title":"New","status":"draft"}"#, version: 1, seq: 90)
    try store.settle {
      try $0.mapCreated(local: mine, to: remote, externalReference: mine.id)
      try $0.confirm(
        remote,
        sent: [
          "handle": .text("new"), "title": .text("New"), "status": .text("draft"),
          "external_ref": .text(mine.id),
        ], server: answer)
    }
    let reader = try shop.reader()
    #expect(try reader.localOperations().map(\.0) == [variant])
    #expect(try reader.editedKeys() == [variant])
    #expect(try reader.remoteID(of: mine.id) == "prd_77")
    #expect(try reader.product("prd_77", in: .none)?.variants.map(\.sku) == ["NEW-1"])
    #expect(try reader.log(of: remote).count == 5)
    #expect(try reader.counts()[.product] == 4)
    try expectSound()
  }

  @Test("a pull that brings a record made here before its answer does makes no second one")
  func early() throws {
    let key = RecordKey(.product, "prd_01LOCAL")
    let fields: [String: FieldValue] = [
      "handle": .text("new"), "title": .text("New"), "status": .text("draft"),
    ]
    try store.create(key, fields: fields, source: .cli)
    let came = try Shop.record(
      .product, key.id, #"{"handle":"new","title":"New","status":"draft"}"#, version: 1, seq: 90)
    _ = try store.apply(SourcePage(records: [came], cursor: "c", hasMore: false))
    #expect(try shop.reader().counts()[.product] == 4)
    try expectSound()
    try store.settle { try $0.confirm(key, sent: fields, server: came) }
    #expect(try shop.reader().editedKeys().isEmpty)
    try expectSound()
  }

  @Test("a confirmed deletion removes the record with its edits")
  func deletion() throws {
    try store.edit(Self.product, [FieldEdit("title", .text("Mine"))], source: .cli)
    try store.delete(Self.product, source: .cli)
    try store.settle { try $0.confirmDeletion(Self.product) }
    let reader = try shop.reader()
    #expect(try reader.editedKeys().isEmpty)
    #expect(try reader.serverRecord(Self.product) == nil)
    #expect(try reader.counts()[.product] == 2)
    try expectSound()
  }

  @Test("what a transaction's caller throws undoes all of it and comes out unchanged")
  func thrown() throws {
    struct Mine: Error {}
    #expect(throws: Mine.self) {
      try store.settle { transaction in
        try transaction.edit(Self.product, [FieldEdit("title", .text("x"))], source: .cli)
        throw Mine()
      }
    }
    #expect(try shop.reader().localValues().isEmpty)
    #expect(try title() == "Alpha")
  }
}
