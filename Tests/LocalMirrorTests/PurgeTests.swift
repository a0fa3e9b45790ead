import Bytes
import Contract
import LocalMirror
import Machine
import SQL
import Support
import Testing

@Suite("Data about persons")
struct PurgeTests {
  private static let customer = RecordKey(.customer, "cus_1")
  private static let secret = "Camille"

  private func holds(_ path: String, _ word: String) throws -> Bool {
    let needle = Array(word.utf8)
    for file in [path, "\(path)-wal"] where Files.exists(file) {
      let bytes = try Files.read(file)
      for start in bytes.indices.dropLast(needle.count)
      where bytes[start] == needle[0] && bytes[start..<start + needle.count].elementsEqual(needle) {
        return true
      }
    }
    return false
  }

  @Test("a customer's deletion purges what was edited of it everywhere and keeps digests")
  func purge() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    try store.edit(Self.customer, [FieldEdit("name", .text("Camille Q"))], source: .csv)
    try store.edit(Self.customer, [FieldEdit("name", .text("Camille R"))], source: .csv)
    try Database(shop.path).execute(
      """
      INSERT INTO outbox(mutation_id, type, id, op, payload, state) VALUES
        ('m-1', 'customer', 'cus_1', 'update', CAST('{"name":"Camille R"}' AS BLOB), 'waiting');
      INSERT INTO conflict(kind, type, record_id, field, base, ours, theirs, opened_at) VALUES
        ('edit-edit', 'customer', 'cus_1', 'name', '"Camille"', '"Camille R"', '"Camille S"', 't');
      """)
    try store.checkpoint()
    #expect(try holds(shop.path, Self.secret))
    let report = try store.apply(
      SourcePage(
        records: [],
        tombstones: [
          SourceTombstone(
            type: .customer, id: "cus_1", version: 2, seq: 101, isGone: false, at: nil)
        ], cursor: "c", hasMore: false))
    #expect(report.deleted == 1)
    try store.finishPurges()
    #expect(try holds(shop.path, Self.secret) == false)
    let reader = try shop.reader()
    #expect(try reader.editedKeys().isEmpty)
    #expect(try reader.effectiveRecord(Self.customer, includingHidden: true) == nil)
    let log = try reader.log(of: Self.customer)
    #expect(log.count == 2)
    #expect(
      log.last?.to["purged"]?.text
        == ContentHash.ofText(FieldValue.text("Camille R").json))
    let rows = try MirrorQuery(path: shop.path)
    #expect(
      try rows.run("SELECT decision, instr(ours, 'purged') > 0 FROM conflict").rows
        == [[.text("purged"), .integer(1)]])
    #expect(try rows.run("SELECT state FROM outbox").rows == [[.text("withdrawn")]])
    #expect(try reader.verify().findings.isEmpty)
  }

  @Test("a customer who only left what the token may see keeps the edits")
  func gone() throws {
    let shop = try Shop()
    let store = try shop.open()
    try shop.fill(store)
    try store.edit(Self.customer, [FieldEdit("name", .text("Camille Q"))], source: .csv)
    _ = try store.apply(
      SourcePage(
        records: [],
        tombstones: [
          SourceTombstone(
            type: .customer, id: "cus_1", version: 2, seq: 101, isGone: true, at: nil)
        ], cursor: "c", hasMore: false))
    #expect(try shop.reader().localValues(of: Self.customer).count == 1)
  }
}
