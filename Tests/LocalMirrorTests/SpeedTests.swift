import Bytes
import Catalog
import Contract
import LocalMirror
import Machine
import Support
import Testing

/// Measurements, made only where `TRUMEAU_MEASURE` is set: `swift test -c release --filter Speed`.
@Suite("Speed of the mirror", .enabled(if: Environment.value("TRUMEAU_MEASURE") != nil))
struct SpeedTests {
  /// Products with 5 variants each, 2 prices and 1 stock level a variant, media and translations.
  static func pages(products: Int) throws -> [[SourceRecord]] {
    var records: [SourceRecord] = try Shop.catalogue().filter {
      [.location, .priceList, .market].contains($0.type)
    }
    let text = String(repeating: "A winter garden seen through panes of glass. ", count: 12)
    for number in 0..<products {
      let id = "\(1_000_000 + number)"
      records.append(try Shop.product(id, title: "Square \(number)", handle: "square-\(number)"))
      for part in 0..<5 {
        let key = "\(id)-\(part)"
        records.append(try Shop.variant(key, of: id, position: part))
        records.append(try Shop.price("\(key)-eu", of: key))
        records.append(try Shop.price("\(key)-gold", of: key, list: "pl_gold"))
        records.append(
          try Shop.record(
            .inventoryLevel, "inv_\(key)", #"{"available":5}"#,
            links: #"{"variant":"var_\#(key)","location":"loc_paris"}"#))
      }
      records.append(
        try Shop.record(
          .media, "med_\(id)",
          #"{"kind":"image","url":"/m.svg","alt":"A","width":1,"height":2,"position":1}"#,
          links: #"{"parent":{"type":"product","id":"prd_\#(id)"}}"#))
      records.append(
        try Shop.record(
          .translation, "tr_\(id)",
          #"{"key":"description","locale":"fr","value":"\#(text)","source_digest":"sha256:00"}"#,
          links: #"{"resource":{"type":"product","id":"prd_\#(id)"}}"#))
    }
    records.sort { ($0.type, $0.id) < ($1.type, $1.id) }
    return stride(from: 0, to: records.count, by: 500).map {
      Array(records[$0..<min($0 + 500, records.count)])
    }
  }

  @Test("a first pull, a second look, streaming, digest and check")
  func rates() throws {
    let shop = try Shop()
    let pages = try Self.pages(products: 4000)
    let total = pages.reduce(0) { $0 + $1.count }
    func measure(_ name: String, _ count: Int, _ body: () throws -> Void) rethrows {
      let start = SystemTime.monotonicSeconds
      try body()
      let seconds = SystemTime.monotonicSeconds - start
      print(
        "\(name): \(count) in \(Int(seconds * 1000)) ms, \(Int(Double(count) / seconds)) a second")
    }
    let store = try shop.open()
    let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
    try measure("first pull, records", total) {
      for page in pages {
        _ = try store.apply(SourcePage(records: page, cursor: "x", hasMore: true), of: snapshot)
      }
    }
    try measure("finish", total) { _ = try store.finish(snapshot, cursor: "c") }
    try measure("digest", total) {
      for type in ResourceType.allCases { _ = try store.digest(of: type) }
    }
    try measure("digest again", total) {
      for type in ResourceType.allCases { _ = try store.digest(of: type) }
    }
    let second = try store.beginSnapshot(of: Shop.source(), connector: "native", restarting: true)
    try measure("second pull without changes", total) {
      for page in pages {
        _ = try store.apply(SourcePage(records: page, cursor: "x", hasMore: true), of: second)
      }
    }
    let reader = try shop.reader()
    var prices = 0
    try measure("streaming, products", 4000) {
      try reader.forEachProduct(in: .none) { prices += $0.prices.count }
    }
    #expect(prices == 20_000)
    try measure("context", 1) { _ = try reader.context(at: shop.clock.now) }
    var report = MirrorReport()
    try measure("verify", total) { report = try reader.verify() }
    #expect(report.isSound)
    try measure("export", total) { _ = try reader.export(to: "\(shop.folder.path)/out") }
    print("file: \(try reader.status().fileBytes / total) bytes a record")
    print("peak memory: \(Environment.peakResidentBytes >> 20) MiB")
  }
}
