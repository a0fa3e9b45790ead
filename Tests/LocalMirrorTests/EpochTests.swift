import Bytes
import Catalog
import Contract
@testable import LocalMirror
import Machine
import Testing

/// Where the server's change log begins anew, its numbers start over.
@Suite("A new epoch")
struct EpochTests {
  private let shop: Shop
  private let store: MirrorStore
  private static let key = RecordKey(.product, "prd_a")

  init() throws {
    shop = try Shop()
    store = try shop.open()
  }

  private func readAll(_ records: [SourceRecord], epoch: String) throws {
    let snapshot = try store.beginSnapshot(of: Shop.source(epoch: epoch), connector: "native")
    _ = try store.apply(SourcePage(records: records, cursor: "p", hasMore: false), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c-\(epoch)")
  }

  private func read(
    _ records: [SourceRecord], _ tombstones: [SourceTombstone] = []
  ) throws -> ApplyReport {
    try store.apply(
      SourcePage(records: records, tombstones: tombstones, cursor: "c", hasMore: false))
  }

  private func tombstone(seq: Int64) -> SourceTombstone {
    SourceTombstone(type: .product, id: "prd_a", version: 0, seq: seq, isGone: true, at: nil)
  }

  private func misfit(version: Int64, seq: Int64) throws -> SourceRecord {
    try Shop.record(
      .product, "prd_a", #"{"handle":"a","title":7,"status":"active"}"#, version: version, seq: seq)
  }

  private func expectThere(sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try shop.reader().counts()[.product] == 1, sourceLocation: sourceLocation)
    #expect(try shop.reader().verify().isSound, sourceLocation: sourceLocation)
  }

  @Test("a record that is as it was has its new place in the log, so that it may go and come back")
  func unchanged() throws {
    try readAll([Shop.product("a", version: 0, seq: 80)], epoch: "e1")
    try readAll([Shop.product("a", version: 0, seq: 2)], epoch: "e2")
    _ = try read([], [tombstone(seq: 3)])
    _ = try read([Shop.product("a", version: 0, seq: 4)])
    try expectThere()
  }

  @Test("what a snapshot of the same epoch no longer has may come back too")
  func missingInSnapshot() throws {
    try readAll([Shop.product("a", version: 0, seq: 80)], epoch: "e1")
    try readAll([Shop.product("a", version: 0, seq: 2)], epoch: "e2")
    try readAll([], epoch: "e2")
    _ = try read([Shop.product("a", version: 0, seq: 4)])
    try expectThere()
  }

  @Test("what both sides deleted may come back, whatever its number was before")
  func deletedOnBothSides() throws {
    try readAll([Shop.product("a", version: 0, seq: 80)], epoch: "e1")
    try store.delete(Self.key, source: .cli)
    try readAll([], epoch: "e2")
    try store.settle { try $0.confirmDeletion(Self.key) }
    _ = try read([Shop.product("a", version: 0, seq: 4)])
    try expectThere()
  }

  @Test("a form that does not fit keeps the record, whose version guards no write any more")
  func misfitOfNewEpoch() throws {
    try readAll([Shop.product("a", version: 2, seq: 80)], epoch: "e1")
    try readAll([misfit(version: 2, seq: 2)], epoch: "e2")
    let record = try #require(try store.settle { try $0.serverRecord(Self.key) })
    #expect(record.state == .outdated)
    #expect(record.version == 0)
    #expect(record.etag == "")
    try expectThere()
    _ = try read([Shop.product("a", version: 3, seq: 3)])
    #expect(try store.settle { try $0.serverRecord(Self.key) }?.version == 3)
    #expect(try store.quarantine().isEmpty)
  }

  @Test("within an epoch the version stands, and guards")
  func misfitOfSameEpoch() throws {
    try readAll([Shop.product("a", version: 2, seq: 80)], epoch: "e1")
    _ = try read([misfit(version: 3, seq: 81)])
    #expect(try store.settle { try $0.serverRecord(Self.key) }?.version == 2)
  }

  // MARK: Older forms

  @Test("without versions the place in the log says which form is older")
  func olderByPlace() throws {
    try readAll([Shop.product("a", title: "New", version: 0, seq: 9)], epoch: "e1")
    let report = try read([Shop.product("a", title: "Old", version: 0, seq: 5)])
    #expect(report.outdated == 1)
    #expect(try shop.reader().product("prd_a", in: .none)?.product.title == "New")
  }

  @Test("an older form does not take the place of a newer one that lies in quarantine")
  func olderThanQuarantine() throws {
    try readAll([misfit(version: 0, seq: 9)], epoch: "e1")
    #expect(try read([Shop.product("a", version: 0, seq: 5)]).outdated == 1)
    #expect(try store.quarantine().count == 1)
    #expect(try read([Shop.product("a", version: 0, seq: 10)]).inserted == 1)
    #expect(try store.quarantine().isEmpty)
  }

  @Test("an older form that comes late does not make an outdated record the newest")
  func lateOlderForm() throws {
    try readAll([Shop.product("a", title: "Two", version: 2, seq: 2)], epoch: "e1")
    _ = try read([misfit(version: 3, seq: 3)])
    _ = try read([Shop.product("a", title: "One", version: 1, seq: 1)])
    #expect(try store.settle { try $0.serverRecord(Self.key) }?.state == .outdated)
  }

  // MARK: Answers that do not fit

  @Test(
    "an edit made while its field was sent starts from what was sent, where the answer does not fit"
  )
  func answerInQuarantine() throws {
    try readAll([Shop.product("a", version: 2, seq: 2)], epoch: "e1")
    try store.edit(Self.key, [FieldEdit("vendor", .text("Later"))], source: .cli)
    try store.settle {
      try $0.confirm(
        Self.key, sent: ["vendor": .text("Sent")], server: misfit(version: 3, seq: 3),
        written: ["vendor"])
    }
    let value = try #require(try shop.reader().localValues().first)
    #expect(value.base == .text("Sent"))
    #expect(value.baseVersion == 3)
  }
}
