import Bytes
import Contract
import LocalMirror
import Machine
import SQL
import Support
import Testing

@Suite("Checking a mirror")
struct VerifyTests {
  /// The findings after a statement of somebody who meddles with the file.
  private func findings(after sql: String) throws -> [MirrorReport.Finding] {
    let shop = try Shop()
    try shop.fill(try shop.open())
    try Database(shop.path).execute(sql)
    return try shop.reader().verify().findings
  }

  @Test("a mirror that nobody touched is sound, and every record was looked at")
  func sound() throws {
    let shop = try Shop()
    try shop.fill(try shop.open())
    let report = try shop.reader().verify()
    #expect(report.isSound, "\(report.findings)")
    #expect(try report.checkedCount == Shop.catalogue().count)
  }

  @Test("a changed letter in a body is found, with record and bucket")
  func changedBody() throws {
    let found = try findings(
      after: "UPDATE record SET server_json = replace(server_json, 'Beta', 'Bela')")
    let finding = try #require(found.first { $0.kind == .hash })
    #expect(finding.type == .product && finding.id == "prd_b")
    #expect(finding.bucket == DigestAccumulator.bucket(of: "prd_b"))
    #expect(found.contains { $0.kind == .projection && $0.message.contains("product.title") })
  }

  @Test("a flipped byte in the file is found")
  func flippedByte() throws {
    let shop = try Shop()
    do {
      let store = try shop.open()
      try shop.fill(store)
      try store.checkpoint()
    }
    var bytes = try Files.read(shop.path)
    let needle = Array("Twill.".utf8)
    let places = bytes.indices.filter { bytes[$0...].starts(with: needle) }
    #expect(!places.isEmpty)
    for place in places { bytes[place] = UInt8(ascii: "t") }
    try Files.replace(shop.path, with: bytes)
    let report = try shop.reader().verify()
    #expect(Set(report.findings.filter { $0.kind == .hash }.map(\.id)).count == 3)
  }

  @Test("a body that is no longer JSON is found")
  func brokenBody() throws {
    let found = try findings(
      after: "UPDATE record SET server_json = substr(server_json, 1, 100) WHERE id = 'var_a1'")
    #expect(found.contains { $0.kind == .body && $0.id == "var_a1" })
  }

  @Test(
    "a value changed in a typed table is found",
    arguments: [
      ("UPDATE price SET amount_minor = 1 WHERE id = 'prc_a1'", "price.amount_minor"),
      ("UPDATE stock SET available = 99", "stock.available"),
      ("UPDATE product_tag SET tag = 'wool' WHERE product_id = 'prd_a'", "product_tag"),
      ("DELETE FROM option_value WHERE product_id = 'prd_a' AND position = 1", "option_value"),
      ("DELETE FROM collection_product WHERE position = 1", "collection_product"),
      ("DELETE FROM variant WHERE id = 'var_b1'", "variant"),
      ("UPDATE price_list SET valid_from = NULL", "price_list.valid_from"),
      ("UPDATE tier SET name = '{}'", "tier.name"),
    ])
  func changedProjection(_ sql: String, _ place: String) throws {
    let found = try findings(after: sql)
    #expect(found.contains { $0.kind == .projection && $0.message.contains(place) }, "\(found)")
  }

  @Test("a record that was taken away is found by the stream's figures")
  func missingRecord() throws {
    let found = try findings(
      after: "PRAGMA foreign_keys=ON; DELETE FROM record WHERE id = 'prc_a1'")
    #expect(found.map(\.kind) == [.stream])
    #expect(found.first?.type == .price)
  }

  @Test("a changed hash, handle or version is found")
  func changedColumns() throws {
    let found = try findings(
      after: """
        UPDATE record SET server_hash = 'sha256:00' WHERE id = 'prd_a';
        UPDATE record SET handle = 'x' WHERE id = 'prd_b';
        UPDATE record SET version = 7 WHERE id = 'prd_c';
        """)
    #expect(found.contains { $0.kind == .hash && $0.id == "prd_a" })
    #expect(found.contains { $0.kind == .column && $0.id == "prd_b" })
    #expect(found.contains { $0.kind == .column && $0.id == "prd_c" })
    #expect(found.contains { $0.kind == .stream })
  }

  @Test("times in typed tables are UTC, whatever zone they came in")
  func normalisedTimes() throws {
    let shop = try Shop()
    try shop.fill(try shop.open())
    let rows = try MirrorQuery(path: shop.path).run(
      "SELECT valid_from FROM price_list WHERE id = 'pl_gold'"
    ).rows
    #expect(rows == [[.text("2026-05-01T00:00:00Z")]])
  }
}
