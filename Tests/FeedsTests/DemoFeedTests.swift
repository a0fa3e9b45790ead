import Bytes
import Diagnostics
import Feeds
import Formats
import Machine
import Settings
import Support
import Testing

@Suite("The feeds of the demo")
struct DemoFeedTests {
  @Test("three channels are built, valid by our rules and by the grammar, and reproducible")
  func demo() throws {
    let demo = try Demo()
    let sink = DiagnosticSink()
    let reports = try demo.feeds.build(at: Demo.now, sink: sink)
    #expect(reports.map(\.channel) == ["google-eu", "google-jp", "google-uk"])
    #expect(reports.allSatisfy { $0.itemCount > 500 })
    #expect(sink.all.filter { $0.severity == .error }.map(\.message) == [])
    let taxonomy = "\(SharedFolder.path)/data/taxonomy-with-ids.en-US.txt"
    for name in demo.feeds.names {
      let files = try demo.feeds.files(of: name)
      let report = try demo.feeds.validate(
        file: try #require(files.last), as: name,
        taxonomyFile: Files.exists(taxonomy) ? taxonomy : nil, at: Demo.now)
      #expect(report.itemCount == reports.first { $0.channel == name }?.itemCount)
      #expect(report.counts.filter { $0.severity == .error } == [], "\(name)")
      #expect(report.counts.allSatisfy { $0.code == "category-too-broad" }, "\(name)")
    }
    let first = try demo.read("google-eu.xml")
    _ = try demo.feeds.build(["google-eu"], at: Demo.now, sink: sink)
    #expect(try demo.read("google-eu.xml") == first)
    #expect(
      try Gzip.decompress(Files.read("\(demo.folder.path)/public/feeds/google-eu.xml.gz"))
        == Array(first.utf8))
    try grammar("\(demo.folder.path)/public/feeds/google-eu.xml")
    try prices(first, yen: String(decoding: try yen(demo), as: UTF8.self))
    try nothingPrivate(first)
  }

  @Test("a feed in another language leads to the addresses that products have in it")
  func translatedHandles() throws {
    let demo = try Demo()
    let channel = try demo.folder.read("channels/google-eu.yaml")
    try demo.folder.write(
      "channels/google-eu.yaml", channel.replacing("locale: en", with: "locale: fr"))
    let project = try Project.load(from: demo.folder.path, sink: DiagnosticSink())
    _ = try ProductFeeds(project).build(["google-eu"], at: Demo.now, sink: DiagnosticSink())
    let feed = try demo.read("google-eu.xml")
    #expect(feed.contains("/fr-eu/products/pendentif-aureole/?variant="))
    #expect(feed.contains("/fr-eu/products/carre-jardin-90/?variant="))
    #expect(!feed.contains("/products/aureole-pendant/"))
  }

  private func yen(_ demo: Demo) throws -> [UInt8] {
    try Gzip.decompress(Files.read("\(demo.folder.path)/public/feeds/google-jp.xml.gz"))
  }

  private func grammar(_ file: String) throws {
    guard SharedFolder.has("schemas/google-merchant-own.rng"), Files.exists("/usr/bin/xmllint")
    else { return print("skipped: \(SharedFolder.absent), or xmllint is not installed") }
    for schema in ["google-merchant-own.rng", "rss20-own.rng"] {
      #expect(
        Subprocess.wait(
          try Subprocess.start([
            "/usr/bin/xmllint", "--noout", "--nonet", "--relaxng",
            "\(SharedFolder.path)/schemas/\(schema)", file,
          ])) == 0, "\(schema)")
    }
  }

  private func prices(_ euro: String, yen: String) throws {
    #expect(euro.contains("<g:price>420.00 EUR</g:price>"))
    #expect(!yen.contains(".00 JPY"))
    #expect(yen.contains(" JPY</g:price>"))
    #expect(
      euro.contains(
        "<g:link>https://www.maison-aurelle.example/en-eu/products/carre-jardin-90/?variant="))
    #expect(euro.contains("<g:tier_label>member</g:tier_label>"))
    #expect(!euro.contains("<g:tier_label>gold</g:tier_label>"))
  }

  private func nothingPrivate(_ text: String) throws {
    let canary = try Files.readText("\(SharedFolder.repository)/demo/canary.txt")
    for word in canary.split(separator: "\n") where !word.hasPrefix("#") && word.count > 5 {
      #expect(!text.contains(word), "\(word)")
    }
  }

  @Test("a feed that shrinks too far is not published, unless it is allowed")
  func shrink() throws {
    let demo = try Demo { type, _ in type != "translation" }
    let sink = DiagnosticSink()
    _ = try demo.feeds.build(["google-uk"], at: Demo.now, sink: sink)
    let before = try demo.read("google-uk.xml")
    let state = "\(demo.folder.path)/.trumeau/feeds/google-uk.json"
    try Files.write(
      "{\"items\":10000,\"snapshot_id\":\"x\",\"as_of\":\"2026-01-01T00:00:00Z\"}", to: state)
    #expect(throws: FeedError.self) {
      try demo.feeds.build(["google-uk"], at: Demo.now, sink: sink)
    }
    #expect(try demo.read("google-uk.xml") == before)
    let names = try Files.list("\(demo.folder.path)/public/feeds").sorted()
    #expect(names == ["google-uk.xml", "google-uk.xml.gz"])
    let report = try demo.feeds.build(
      ["google-uk"], at: Demo.now, isShrinkAllowed: true, sink: sink)
    #expect(report[0].previousItemCount == 10_000)
  }

  @Test("a channel that does not exist is named with the nearest that does")
  func unknownChannel() throws {
    let demo = try Demo { type, _ in type == "market" }
    do {
      _ = try demo.feeds.build(["google-eux"], at: Demo.now, sink: DiagnosticSink())
      Issue.record("an unknown channel was built")
    } catch let error as FeedError {
      #expect(error.code == .settings)
      #expect(error.help == "did you mean google-eu?")
    }
    do {
      _ = try demo.feeds.build(["google-eu"], at: Demo.now, sink: DiagnosticSink())
      Issue.record("an empty feed was published")
    } catch let error as FeedError {
      #expect(error.code == .settings || error.code == .empty)
    }
  }

  @Test("feed and page are compared to the cent")
  func consistency() throws {
    let demo = try Demo { type, line in type != "translation" }
    let sink = DiagnosticSink()
    _ = try demo.feeds.build(["google-eu"], at: Demo.now, sink: sink)
    #expect(try demo.feeds.checkConsistency(["google-eu"]).findings.count > 500)
    try writePages(demo, wrongSKU: "AU-SC-001-IVC")
    let result = try demo.feeds.checkConsistency(["google-eu"])
    #expect(result.itemCount > 500)
    #expect(result.findings.map(\.code) == ["price-page-mismatch", "jsonld-feed-mismatch"])
    #expect(result.findings.allSatisfy { $0.record?.id == "AU-SC-001-IVC" })
  }

  /// Pages whose JSON-LD says what the feed says, but for one item.
  private func writePages(_ demo: Demo, wrongSKU: String) throws {
    var offers: [String: [String]] = [:]
    var item: [String: String] = [:]
    var text = ""
    try XMLReader.read(file: "\(demo.folder.path)/public/feeds/google-eu.xml") { event, _ in
      switch event {
      case .start(let name, _):
        if name.local == "item" { item = [:] }
        text = ""
      case .text(let bytes): text += String(decoding: bytes, as: UTF8.self)
      case .end(let name):
        if item[name.local] == nil { item[name.local] = text }
        text = ""
        guard name.local == "item", let link = item["link"], let id = item["id"] else { return }
        let price = (item["sale_price"] ?? item["price"] ?? "").split(separator: " ")
        let isWrong = id == wrongSKU
        let word = item["availability"] == "in_stock" ? "InStock" : "OutOfStock"
        let path = String(link.prefix { $0 != "?" })
        offers[path, default: []].append(
          """
          {"@type":"Product","sku":"\(id)","offers":{"@type":"Offer","price":\
          "\(isWrong ? "1.00" : String(price[0]))","priceCurrency":"\(price[1])","availability":\
          "https://schema.org/\(isWrong ? "Discontinued" : word)"}}
          """)
      }
    }
    for (url, products) in offers {
      let path = url.dropFirst("https://www.maison-aurelle.example/".count)
      try demo.folder.write(
        "public/\(path)index.html",
        """
        <html><script type="application/ld+json">{"@type":"ProductGroup","hasVariant":\
        [\(products.joined(separator: ","))]}</script></html>
        """)
    }
  }
}
