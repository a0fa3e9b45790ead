import Bytes
import Catalog
import Contract
import Machine
import SQL
import Support
import Testing

@testable import LocalMirror

@Suite("Copies of a mirror, and mirrors of older programs")
struct CopyTests {
  private func client(_ path: String) throws -> String? {
    try Database(path).text("SELECT client_id FROM sync_meta")
  }

  private func open(_ path: String, machine: String = "m1", seed: UInt64 = 7) throws -> MirrorStore
  {
    try MirrorStore(
      path: path, tenant: "demo", random: SeededRandom(seed: seed), machineID: machine)
  }

  private func sendWithoutAnswer(_ path: String) throws {
    try Database(path).execute(
      """
      INSERT INTO outbox(mutation_id, type, id, op, payload, state) VALUES
        ('m-1', 'product', 'prd_a', 'update', x'7b7d', 'sending'),
        ('m-2', 'product', 'prd_b', 'update', x'7b7d', 'unknown'),
        ('m-3', 'product', 'prd_c', 'update', x'7b7d', 'done');
      """)
  }

  private func mayResend(_ path: String) throws -> [Int64] {
    let database = try Database(path)
    let rows = try database.prepare("SELECT may_resend FROM outbox ORDER BY n")
    var found: [Int64] = []
    while try rows.step() { found.append(rows.integer(0)) }
    return found
  }

  @Test("a copied file gets a name of its own, and sends nothing again that was awaited")
  func copied() throws {
    let folder = try ScratchFolder()
    let (original, copy) = ("\(folder.path)/a.sqlite", "\(folder.path)/b.sqlite")
    #expect(try open(original).copy == nil)
    try sendWithoutAnswer(original)
    let store = try open(original)
    #expect(store.copy == nil)
    try store.checkpoint()
    try Files.replace(copy, with: try Files.read(original))
    let before = try client(original)
    let opened = try open(copy, seed: 8)
    #expect(opened.copy?.awaitedCount == 2)
    #expect(opened.copy?.formerClientID == before)
    #expect(try client(copy) != before)
    #expect(try client(copy) == opened.copy?.clientID)
    #expect(try client(original) == before)
    #expect(try mayResend(copy) == [0, 0, 1])
    #expect(try mayResend(original) == [1, 1, 1])
  }

  @Test("stock that was moved and not sent is asked about in a copy: both machines would move it")
  func movements() throws {
    let folder = try ScratchFolder()
    let (original, copy) = ("\(folder.path)/a.sqlite", "\(folder.path)/b.sqlite")
    do {
      let store = try open(original)
      try Database(original).execute(
        """
        INSERT INTO base(type, id, field, value, version)
          VALUES('inventory_level', 'inv_1', 'available', '12', 3);
        INSERT INTO local(type, id, field, value, source, at, mode) VALUES
          ('inventory_level', 'inv_1', 'available', '9', 'cli', 't', 'set'),
          ('inventory_level', 'inv_2', 'available', '9', 'cli', 't', 'count');
        """)
      try store.checkpoint()
    }
    try Files.replace(copy, with: try Files.read(original))
    let asked = try open(copy, seed: 8).ledger.openConflicts()
    #expect(asked.map(\.kind) == ["uncertain"])
    #expect(asked.map(\.key) == [RecordKey(.inventoryLevel, "inv_1")])
    #expect(asked.first?.base == .integer(12))
    #expect(asked.first?.ours == .integer(9))
    #expect(try open(original).ledger.openConflicts().isEmpty)
  }

  @Test("told once: the copy is a mirror like any other afterwards")
  func once() throws {
    let folder = try ScratchFolder()
    let path = "\(folder.path)/a.sqlite"
    _ = try open(path)
    let before = try client(path)
    #expect(try open(path, machine: "m2", seed: 8).copy != nil)
    let after = try client(path)
    #expect(after != before)
    #expect(try open(path, machine: "m2", seed: 9).copy == nil)
    #expect(try client(path) == after)
  }

  @Test("a file that was moved is the same file")
  func moved() throws {
    let folder = try ScratchFolder()
    _ = try open("\(folder.path)/a.sqlite")
    let before = try client("\(folder.path)/a.sqlite")
    try Files.rename("\(folder.path)/a.sqlite", to: "\(folder.path)/b.sqlite")
    #expect(try open("\(folder.path)/b.sqlite", seed: 8).copy == nil)
    #expect(try client("\(folder.path)/b.sqlite") == before)
  }

  /// A mirror as version 4 of the schema left it, with edits, an awaited operation and a question: the
  /// records of the small shop, copied by SQL into a file that the first four steps made.
  private func version4(_ shop: Shop) throws {
    let filled = try Shop()
    try filled.fill(try filled.open())
    try Files.makeFolders(Path.folder(of: shop.path))
    let old = try Database(shop.path)
    try old.migrate(Array(Schema.steps.prefix(4)))
    try old.run("ATTACH ? AS filled", filled.path)
    try old.execute("PRAGMA foreign_keys=OFF")
    var tables: [String: [String]] = [:]
    let rows = try old.prepare(
      """
      SELECT s.name, c.name FROM main.sqlite_schema s JOIN pragma_table_info(s.name, 'main') c
      WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%'
      """)
    while try rows.step() { tables[rows.text(0), default: []].append("\"\(rows.text(1))\"") }
    rows.reset()
    for (table, columns) in tables {
      let names = columns.joined(separator: ",")
      try old.execute(
        "INSERT INTO main.\(table)(\(names)) SELECT \(names) FROM filled.\(table)")
    }
    try old.execute(
      """
      DETACH filled;
      INSERT INTO base VALUES('product', 'prd_a', 'title', '"Alpha"', 1);
      INSERT INTO local VALUES
        ('product', 'prd_a', 'title', '"Mine"', 'cli', '2026-11-01T00:00:00Z');
      INSERT INTO base VALUES('price', 'prc_a1', 'amount', '42000', 1);
      INSERT INTO local VALUES
        ('price', 'prc_a1', 'amount', '43000', 'csv', '2026-11-01T00:00:00Z');
      INSERT INTO local_record VALUES('product', 'prd_c', 'delete');
      INSERT INTO edit_log(type, id, field, "from", "to", source, at) VALUES
        ('product', 'prd_a', 'title', '"Alpha"', '"Mine"', 'cli', '2026-11-01T00:00:00Z');
      INSERT INTO outbox(mutation_id, type, id, op, payload, idem_key, attempts, state) VALUES
        ('m-1', 'product', 'prd_a', 'update', x'7b7d', 'key-1', 1, 'unknown');
      INSERT INTO conflict(kind, type, record_id, opened_at) VALUES
        ('edit-edit', 'product', 'prd_a', '2026-11-01T00:00:00Z');
      """)
  }

  @Test("a mirror of version 4 with edits, outbox and inbox keeps all, and shows the edits")
  func upgrade() throws {
    let shop = try Shop()
    try version4(shop)
    #expect(throws: MirrorError.self) { try shop.reader() }
    let store = try shop.open()
    #expect(store.copy == nil)
    let reader = try shop.reader()
    #expect(try reader.product("prd_a", in: .none)?.product.title == "Mine")
    #expect(try reader.product("prd_c", in: .none) == nil)
    #expect(
      try reader.product("prd_a", in: .none)?.prices["var_a1"]?.map(\.amount.minor).sorted()
        == [39_000, 43_000])
    #expect(try reader.localValues().map(\.isCount) == [false, false])
    #expect(try reader.log().count == 1)
    #expect(try mayResend(shop.path) == [1])
    #expect(
      try MirrorQuery(path: shop.path).run("SELECT idem_key, state, attempts FROM outbox").rows
        == [[.text("key-1"), .text("unknown"), .integer(1)]])
    #expect(try MirrorQuery(path: shop.path).run("SELECT kind FROM conflict").rows.count == 1)
    #expect(try reader.verify().findings.isEmpty)
  }

  @Test("an upgrade that is interrupted after its schema lays the edits at the next start")
  func interruptedUpgrade() throws {
    let shop = try Shop()
    try version4(shop)
    // The schema's step alone, as a crash right after it leaves the file.
    _ = try shop.open()
    try Database(shop.path).execute(
      """
      UPDATE record SET local_json = NULL;
      UPDATE sync_meta SET edits_waiting = 1;
      UPDATE product SET title = 'Alpha' WHERE id = 'prd_a';
      """)
    #expect(try shop.reader().verify().isSound == false)
    _ = try shop.open()
    #expect(try shop.reader().verify().findings.isEmpty)
  }
}
