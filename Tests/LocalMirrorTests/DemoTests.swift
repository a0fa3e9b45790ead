import Bytes
import Catalog
import Contract
import Formats
import LocalMirror
import Machine
import Support
import Testing

@Suite("The demo catalogue in a mirror")
struct DemoTests {
  @Test("every line fits, streams as a bundle and is sound")
  func demo() throws {
    var records: [SourceRecord] = []
    let seed = try Files.readText("\(SharedFolder.repository)/demo/catalogue.jsonl")
    for line in seed.split(separator: "\n") {
      let body = try JSON.parse(String(line)).value
      let type = try #require(body["type"]?.string.flatMap(ResourceType.init(rawValue:)))
      records.append(
        try Shop.record(
          type, #require(body["id"]?.string), JSON.text(#require(body["attributes"])),
          links: body["links"].map { JSON.text($0) } ?? "{}"))
    }
    let shop = try Shop()
    let store = try shop.open()
    let snapshot = try store.beginSnapshot(of: Shop.source(), connector: "native")
    let report = try store.apply(
      SourcePage(records: records, cursor: "p", hasMore: false), of: snapshot)
    _ = try store.finish(snapshot, cursor: "c")
    #expect(report.inserted == records.count)
    #expect(try store.quarantine().map { "\($0.id) \($0.pointer ?? ""): \($0.reason)" } == [])
    #expect(try store.danglingReferences().isEmpty)
    let reader = try shop.reader()
    let context = try reader.context(at: shop.clock.now)
    let collections = CollectionIndex(context)
    var figures = (products: 0, variants: 0, prices: 0)
    try reader.forEachProduct(in: collections) { bundle in
      figures.products += 1
      figures.variants += bundle.variants.count
      figures.prices += bundle.variants.reduce(0) { $0 + (bundle.prices[$1.id]?.count ?? 0) }
    }
    let counts = try reader.counts()
    #expect(figures.products == counts[.product])
    #expect(figures.variants == counts[.variant])
    #expect(figures.prices == counts[.price])
    #expect(context.collections.allSatisfy { !$0.productIDs.isEmpty })
    #expect(try reader.verify().isSound)
  }
}
