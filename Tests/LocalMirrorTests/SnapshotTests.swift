import Bytes
import Contract
@testable import LocalMirror
import Machine
import SQL
import Support
import Testing

@Suite("Snapshots")
struct SnapshotTests {
  private func page(_ records: [SourceRecord], _ cursor: String) -> SourcePage {
    SourcePage(records: records, cursor: cursor, hasMore: true)
  }

  @Test("a snapshot goes on in a later run where it stopped")
  func resume() throws {
    let shop = try Shop()
    let records = try Shop.catalogue()
    do {
      let store = try shop.open()
      let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
      #expect(snapshot.resumeToken == nil)
      _ = try store.apply(page(Array(records[..<10]), "ten"), of: snapshot)
    }
    let store = try shop.open()
    #expect(try store.cursor() == nil)
    let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
    #expect(snapshot.resumeToken == "ten")
    #expect(snapshot.received == 10)
    _ = try store.apply(page(Array(records[10...]), "all"), of: snapshot)
    let report = try store.finish(snapshot, cursor: "c1")
    #expect(report.deleted == 0)
    #expect(try store.openSnapshot() == nil)
    #expect(try shop.reader().counts()[.product] == 3)
    #expect(try shop.reader().verify().isSound)
  }

  @Test("only the pages of a snapshot are not waited for on the disk; its end is")
  func durability() throws {
    let shop = try Shop()
    let store = try shop.open()
    func level() throws -> Int64? { try store.database.integer("PRAGMA synchronous") }
    #expect(try level() == 2)
    let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
    #expect(try level() == 1)
    _ = try store.apply(page(try Shop.catalogue(), "all"), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c1")
    #expect(try level() == 2)
    let other = try store.beginSnapshot(of: Shop.source(), connector: "native")
    try store.abandon(other)
    #expect(try level() == 2)
  }

  @Test("what a snapshot does not bring is counted first and removed at its end")
  func shrink() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let left = try Shop.catalogue().filter { $0.id != "prd_c" && $0.id != "prc_a1g" }
    let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
    _ = try store.apply(page(left, "p"), of: snapshot)
    #expect(try store.missing(in: snapshot) == [.product: 1, .price: 1])
    #expect(try shop.reader().counts()[.product] == 3)
    #expect(try store.finish(snapshot, cursor: "c2").deleted == 2)
    #expect(try shop.reader().counts()[.product] == 2)
    #expect(try store.missing(in: snapshot).isEmpty)
    #expect(try shop.reader().verify().isSound)
  }

  @Test("an end that fails in the middle leaves the snapshot open and everything in place")
  func failingEnd() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
    let left = try Shop.catalogue().filter { $0.id != "prd_c" && $0.id != "prc_a1g" }
    _ = try store.apply(page(left, "p"), of: snapshot)
    let breaker = try Database(shop.path)
    try breaker.execute(
      """
      CREATE TRIGGER stop BEFORE INSERT ON tombstone WHEN NEW.id = 'prd_c'
      BEGIN SELECT RAISE(ABORT, 'no'); END
      """)
    #expect(throws: MirrorError.self) { try store.finish(snapshot, cursor: "c2") }
    #expect(try store.openSnapshot()?.resumeToken == "p")
    #expect(try store.missing(in: snapshot) == [.product: 1, .price: 1])
    #expect(try shop.reader().verify().isSound)
    try breaker.execute("DROP TRIGGER stop")
    #expect(try store.finish(snapshot, cursor: "c2").deleted == 2)
    #expect(try shop.reader().verify().isSound)
  }

  @Test("a record that the feed brings while a snapshot is open survives its end")
  func changedMeanwhile() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
    _ = try store.apply(page(try Shop.catalogue(), "p"), of: snapshot)
    _ = try store.apply(page([try Shop.product("new", seq: 200)], "c200"))
    #expect(try store.finish(snapshot, cursor: "c200").deleted == 0)
    #expect(try shop.reader().counts()[.product] == 4)
  }

  @Test("a record that the feed deleted while a snapshot is open does not come back with it")
  func deletedMeanwhile() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
    let stone = SourceTombstone(
      type: .product, id: "prd_c", version: 2, seq: 150, isGone: false, at: nil)
    _ = try store.apply(
      SourcePage(records: [], tombstones: [stone], cursor: "c150", hasMore: false))
    _ = try store.apply(page(try Shop.catalogue(), "p"), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c150")
    #expect(try shop.reader().counts()[.product] == 2)
  }

  @Test("in a new epoch lower versions are taken and old tombstones forgotten")
  func newEpoch() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    _ = try store.apply(
      SourcePage(
        records: [Shop.product("a", title: "Ninth", version: 9, seq: 900)],
        tombstones: [
          SourceTombstone(
            type: .product, id: "prd_b", version: 9, seq: 901, isGone: false, at: nil)
        ], cursor: "c901", hasMore: false))
    let source = Shop.source(epoch: "e2")
    #expect(
      try store.standing(of: source, connector: "native")
        == .changed("the server's change log began anew"))
    let snapshot = try store.beginSnapshot(of: source, connector: "native")
    #expect(try store.cursor() == nil)
    _ = try store.apply(page(try Shop.catalogue(), "p"), of: snapshot)
    _ = try store.finish(snapshot, cursor: "n1")
    let rows = try MirrorQuery(path: shop.path).run("SELECT title FROM product ORDER BY id").rows
    #expect(rows == [[.text("Alpha")], [.text("Beta")], [.text("Gamma")]])
    #expect(try store.standing(of: source, connector: "native") == .known)
  }

  @Test("a snapshot of another epoch is given up for a new one")
  func abandonedByEpoch() throws {
    let shop = try Shop()
    let store = try shop.open()
    let first = try store.beginSnapshot(of: Shop.source(), connector: "native")
    _ = try store.apply(page(try Shop.catalogue(), "p"), of: first)
    let second = try store.beginSnapshot(of: Shop.source(epoch: "e2"), connector: "native")
    #expect(second.number > first.number && second.resumeToken == nil)
    #expect(throws: MirrorError.self) {
      try store.apply(page(try Shop.catalogue(), "q"), of: first)
    }
  }

  @Test("a source that forgot the resume token begins anew, and nothing is lost")
  func restart() throws {
    let shop = try Shop()
    let store = try shop.open()
    let first = try store.beginSnapshot(of: Shop.source(), connector: "native")
    _ = try store.apply(page(try Shop.catalogue(), "p"), of: first)
    let second = try store.beginSnapshot(
      of: Shop.source(), connector: "native", restarting: true)
    #expect(second.resumeToken == nil)
    _ = try store.apply(page(try Shop.catalogue(), "p"), of: second)
    #expect(try store.finish(second, cursor: "c").deleted == 0)
    #expect(try shop.reader().counts()[.product] == 3)
  }

  @Test("a quarantined body that the next snapshot does not bring is forgotten")
  func quarantineEnds() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    _ = try store.apply(
      page([try Shop.record(.product, "prd_bad", #"{"title":1}"#, seq: 5)], "c5"))
    #expect(try store.quarantine().count == 1)
    let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
    _ = try store.apply(page(try Shop.catalogue(), "p"), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c")
    #expect(try store.quarantine().isEmpty)
  }

  @Test("the digest is the contract's, computed from the stored rows")
  func digest() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    var accumulator = DigestAccumulator()
    let variants = try Shop.catalogue().filter { $0.type == .variant }.sorted { $0.id < $1.id }
    for record in variants {
      accumulator.add(RecordIdentity(id: record.id, contentHash: record.contentHash))
    }
    let expected = accumulator.finish()
    #expect(try store.digest(of: .variant) == expected)
    #expect(try store.digest(of: .variant) == expected)  // from memory
    let bucket = DigestAccumulator.bucket(of: "var_a1")
    let listed = try store.identities(of: .variant, bucket: bucket)
    #expect(listed.contains { $0.id == "var_a1" })
    _ = try store.apply(page([try Shop.variant("a9", of: "a")], "c"))
    #expect(try store.digest(of: .variant) != expected)
  }

  /// What a program that has ended by now found of the variants, and proved.
  private func provenDigest(_ shop: Shop) throws -> [DigestBucket] {
    let store = try shop.open()
    try shop.fill(store)
    let digest = try store.digest(of: .variant)
    try store.noteProven([.variant])
    return digest
  }

  @Test("a digest that was proven is kept for the next program, in a few bytes")
  func keptDigest() throws {
    let shop = try Shop()
    let expected = try provenDigest(shop)
    do {
      let database = try Database(shop.path)
      let row = try database.prepare(
        "SELECT length(digest), digest_sum = sum FROM stream WHERE type = 'variant'")
      let isThere = try row.step()
      let (length, isOfThisSum) = (row.integer(0), row.integer(1))
      #expect(isThere && length < 1000 && isOfThisSum == 1)
      row.reset()
      // What is computed anew would show this.
      try database.run("UPDATE record SET server_hash = 'sha256:00' WHERE type = 'variant'")
    }
    #expect(try shop.open().digest(of: .variant) == expected)
  }

  @Test("a kept digest in the form of an earlier version is computed anew")
  func earlierDigest() throws {
    let shop = try Shop()
    let expected = try provenDigest(shop)
    do {
      let lines = (0..<256).map { _ in "0 sha256:00\n" }.joined()
      let database = try Database(shop.path)
      try database.run(
        "UPDATE stream SET digest = ? WHERE type = 'variant'", Array(lines.utf8))
    }
    #expect(try shop.open().digest(of: .variant) == expected)
  }

  @Test("a stream that was proven is no longer so after a change")
  func proof() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    try store.noteProven([.product, .variant])
    func proven() throws -> [ResourceType] {
      try shop.reader().status().streams.filter { $0.provenAt != nil }.map(\.type)
    }
    #expect(try proven() == [.product, .variant])
    _ = try store.apply(page([try Shop.product("a", title: "N", version: 2, seq: 101)], "c"))
    #expect(try proven() == [.variant])
  }
}
