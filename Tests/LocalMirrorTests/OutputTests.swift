import Bytes
import Contract
import Formats
import LocalMirror
import Machine
import SQL
import Support
import Testing

@Suite("Exports, questions and the ledger of builds")
struct OutputTests {
  private func filled() throws -> Shop {
    let shop = try Shop()
    try shop.fill(try shop.open())
    return shop
  }

  @Test("an export is a file of lines for each type and two tables, without persons")
  func export() throws {
    let shop = try filled()
    let target = "\(shop.folder.path)/out"
    let report = try shop.reader().export(to: target)
    #expect(report.files.contains("products.jsonl") && report.files.contains("prices.csv"))
    #expect(!report.files.contains("customers.jsonl"))
    #expect(!report.files.contains("memberships.jsonl"))
    let lines = try Files.readText("\(target)/products.jsonl").split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].contains(#""id":"prd_a""#))
    let prices = try Files.readText("\(target)/prices.csv").split(separator: "\r\n")
    #expect(prices.count == 5)
    #expect(prices[0].hasPrefix("handle,sku,price_list,currency,amount_minor"))
    #expect(prices.contains { $0.hasPrefix("a,SKU-a1,Europe,EUR,42000,") })
    let products = try Files.readText("\(target)/products.csv")
    #expect(products.contains(#""{""Colour"":""ivory""}""#))
    let all = try shop.reader().export(to: target, includingPersonal: true)
    #expect(all.files.contains("customers.jsonl"))
    #expect(all.recordCount == report.recordCount + 2)
    #expect(try !Files.list(target).contains { $0.hasSuffix(".new") })
  }

  @Test("an export can be pulled into another mirror, which then has the same contents")
  func exportIsComplete() throws {
    let shop = try filled()
    let target = "\(shop.folder.path)/out"
    let report = try shop.reader().export(to: target, includingPersonal: true)
    var records: [SourceRecord] = []
    for file in report.files where file.hasSuffix(".jsonl") {
      for line in try Files.readText("\(target)/\(file)").split(separator: "\n") {
        let body = try JSON.parse(String(line))
        let envelope = try Envelope(body.value)
        records.append(
          SourceRecord(
            type: envelope.type, id: envelope.id, version: envelope.version, seq: envelope.seq,
            etag: envelope.etag, contentHash: envelope.contentHash, updatedAt: nil, body: body,
            json: Array(line.utf8)))
      }
    }
    let other = try Shop()
    let store = try other.open()
    let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
    let applied = try store.apply(
      SourcePage(records: records, cursor: "p", hasMore: false), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c")
    #expect(applied.inserted == records.count)
    #expect(try shop.reader().snapshotID == other.reader().snapshotID)
  }

  @Test("a question is answered as a table")
  func question() throws {
    let shop = try filled()
    let query = try MirrorQuery(path: shop.path)
    let result = try query.run(
      "SELECT handle, sku, amount_minor FROM offer WHERE price_list = 'Europe' ORDER BY sku")
    #expect(
      result.table() == """
        handle  sku     amount_minor
        ------  ------  ------------
        a       SKU-a0         40000
        a       SKU-a1         42000
        b       SKU-b1         42000

        """)
    let cut = try query.run("SELECT id FROM product", limit: 2)
    #expect(cut.isCut && cut.rows.count == 2)
  }

  @Test("control characters in somebody's data do not reach the terminal")
  func controlCharacters() throws {
    let shop = try filled()
    let result = try MirrorQuery(path: shop.path).run("SELECT 'a' || char(27) || '[2J' AS x")
    #expect(!result.table().unicodeScalars.contains { $0.value == 27 })
  }

  @Test(
    "what is not a question is refused",
    arguments: [
      "DELETE FROM record", "UPDATE price SET amount_minor = 1", "DROP TABLE price",
      "ATTACH 'x' AS x", "PRAGMA journal_mode = DELETE", "VACUUM", "CREATE TEMP TABLE t(a)",
      "SELEKT 1", "SELECT 1; DELETE FROM record", "",
    ])
  func refused(_ sql: String) throws {
    let shop = try filled()
    let query = try MirrorQuery(path: shop.path)
    do {
      _ = try query.run(sql)
      Issue.record("\(sql) was to be refused")
    } catch {
      #expect((error as? MirrorError)?.code == .question)
    }
    #expect(try shop.reader().verify().isSound)
  }

  @Test("a manifest is replaced whole, and roots do not disturb each other")
  func manifest() throws {
    let shop = try filled()
    let reader = try shop.reader()
    let ledger = try BuildLedger(path: shop.path, clock: shop.clock)
    func entry(_ root: String, _ path: String) -> OutputEntry {
      OutputEntry(
        root: root, path: path, kind: "page", digest: [1, 2], byteCount: 10,
        lastModified: shop.clock.now)
    }
    func build(_ roots: [String], _ outputs: [OutputEntry], _ reads: [OutputReads] = []) throws {
      let number = try ledger.begin(
        storefront: "maison", snapshotID: reader.snapshotID, revision: reader.revision,
        asOf: shop.clock.now)
      try ledger.finish(number, roots: roots, outputs: outputs, reads: reads)
    }
    try build(["public", "private/gold"], [entry("public", "a"), entry("private/gold", "a")])
    try build(["public"], [entry("public", "b")])
    #expect(try ledger.outputs(in: "public") == [entry("public", "b")])
    #expect(try ledger.outputs(in: "private/gold") == [entry("private/gold", "a")])
    #expect(try ledger.roots() == ["private/gold", "public"])
    let built = try shop.reader()
    let last = try #require(try built.builds(of: "maison").last)
    #expect(last.state == .done && last.outputCount == 1)
    #expect(last.snapshotID == reader.snapshotID)
    #expect(try built.builds(of: "other").last == nil)
  }

  @Test("recorded reads come back as they were noted, and go with their root")
  func reads() throws {
    let shop = try filled()
    let ledger = try BuildLedger(path: shop.path, clock: shop.clock)
    let keys = (0..<500).map { "product/prd_\($0 % 300)/title" }
    let number = try ledger.begin(
      storefront: "m", snapshotID: "s", revision: 1, asOf: shop.clock.now)
    try ledger.finish(
      number, roots: ["public"], outputs: [],
      reads: [OutputReads(root: "public", path: "a", keys: keys)])
    #expect(try Set(ledger.reads(of: "a", in: "public")) == Set(keys))
    try ledger.finish(number, roots: ["public"], outputs: [])
    #expect(try ledger.reads(of: "a", in: "public").isEmpty)
  }

  @Test("a build and a pull can go on side by side, two builds cannot")
  func locks() throws {
    let shop = try filled()
    let store = try shop.open()
    let ledger = try BuildLedger(path: shop.path, clock: shop.clock)
    #expect(throws: MirrorError.self) {
      _ = try BuildLedger(path: shop.path, clock: shop.clock, patience: 0)
    }
    _ = try store.apply(
      SourcePage(
        records: [Shop.product("a", title: "New", version: 2, seq: 101)], cursor: "c",
        hasMore: false))
    #expect(try ledger.outputs(in: "public").isEmpty)
  }

  @Test("a build waits for another one that ends soon")
  func waits() async throws {
    let shop = try filled()
    let ledger = try BuildLedger(path: shop.path, clock: shop.clock)
    let path = shop.path
    async let second: Void = Task.detached { _ = try BuildLedger(path: path) }.value
    try await Task.sleep(for: .milliseconds(100))
    _ = consume ledger
    try await second
  }

  @Test("a failed build is noted with its reason")
  func failedBuild() throws {
    let shop = try filled()
    let ledger = try BuildLedger(path: shop.path, clock: shop.clock)
    let number = try ledger.begin(
      storefront: "m", snapshotID: "s", revision: 1, asOf: shop.clock.now)
    try ledger.fail(number, because: "leak")
    let reader = try MirrorReader(path: shop.path)
    #expect(try reader.builds(of: "m").last?.state == .failed)
    #expect(try reader.builds(of: "m").published == nil)
  }

  @Test("the status tells counts, sizes and age")
  func status() throws {
    let shop = try filled()
    let status = try shop.reader().status()
    #expect(status.tenant == "demo" && status.serverID == "srv_1" && status.connector == "native")
    #expect(try status.recordCount == Shop.catalogue().count)
    #expect(status.streams.first { $0.type == .variant }?.count == 3)
    #expect(status.lastPull == shop.clock.now && status.fullSince == shop.clock.now)
    #expect(status.fileBytes > 0 && status.quarantineCount == 0 && !status.hasOpenSnapshot)
  }

  @Test("a copy is a mirror of its own with the same contents")
  func copies() throws {
    let shop = try filled()
    let target = "\(shop.folder.path)/copy.sqlite"
    let reader = try shop.reader()
    try reader.copy(to: target)
    let copy = try MirrorReader(path: target, tenant: "demo")
    #expect(copy.snapshotID == reader.snapshotID)
    #expect(try copy.verify().isSound)
    #expect(try reader.counts()[.product] == 3)
  }
}
