import BuildComparison
import Bytes
import Contract
import Diagnostics
import LocalMirror
import Machine
import Settings
import Storefront
import Support
import Testing

@testable import Site

@Suite("A changed collection renders what shows it")
struct CollectionChangeTests {
  /// A house with a third product that is in no collection, built.
  private func house(_ text: String = "Nothing.") throws -> VirtualSite {
    let site = try VirtualSite(SmallHouse.archive)
    try site.change(
      #"{"type":"product","id":"prd_alone","attributes":{"handle":"alone","title":"All Alone","status":"active"}}"#
    )
    try site.folder.write("content/pages/about.md", "---\ntitle: About\n---\n\(text)\n")
    try site.build()
    return site
  }

  private func collection(
    title: String = "Silk", handle: String = "silk", text: String = "", _ site: VirtualSite,
    version: Int64 = 2
  ) throws {
    let words = text.isEmpty ? "" : #","description":{"markdown":"\#(text)"}"#
    try site.change(
      #"{"type":"collection","id":"col_silk","attributes":{"handle":"\#(handle)","title":"\#(title)","products":["prd_open","prd_hidden","prd_second","prd_teaser"]\#(words)}}"#,
      version: version)
  }

  /// Builds, demands an update that gives what a full build gives, and tells which pages are different, by
  /// their paths in English for Europe.
  private func update(_ site: VirtualSite) throws -> Set<String> {
    let report = try site.build()
    #expect(report.extent == .update)
    #expect(try site.build(.init(workers: 2, isFull: true, isDry: true)).changes == [])
    let mark = "public/en-eu/"
    return Set(
      report.changes.map(\.path).filter { $0.hasPrefix(mark) && $0.hasSuffix("/index.html") }
        .map { String($0.dropFirst(mark.count).dropLast("/index.html".count)) })
  }

  @Test(
    "a title: its pages, its list, what looked it up and the products in it, whose heads name it")
  func title() throws {
    let site = try house()
    let home = try site.read("public/en-eu/index.html")
    try collection(title: "Silks", site)
    #expect(
      try update(site) == [
        "collections", "collections/silk", "collections/silk/page/2", "products/open-square",
        "products/second-square", "products/shy-square",
      ])
    #expect(try site.read("public/en-eu/index.html") == home)
  }

  @Test("a long text: nothing but its pages")
  func text() throws {
    let site = try house()
    try site.folder.write(
      "templates/pages/collection.html.liquid", "{{ collection.description }}")
    try site.build()
    try collection(text: "Woven in Lyon.", site)
    #expect(try update(site) == ["collections/silk", "collections/silk/page/2"])
  }

  @Test("a card: all pages only where the words that its products have in common are others")
  func facets() throws {
    let site = try house()
    try site.folder.write(
      "templates/pages/collection.html.liquid",
      "{{ collection.all_tags | join }}{% for card in collection.products %}{{ card.title }}{% endfor %}"
    )
    try site.build()
    func change(_ fields: String, version: Int64) throws -> Set<String> {
      try site.change(
        #"{"type":"product","id":"prd_second","attributes":{"handle":"second-square","status":"active",\#(fields)}}"#,
        version: version)
      return try update(site)
    }
    let title = try change(#""title":"Another Square""#, version: 2)
    #expect(title.contains("collections/silk") && !title.contains("collections/silk/page/2"))
    let tags = try change(#""title":"Another Square","tags":["square"]"#, version: 3)
    #expect(tags.contains("collections/silk/page/2"))
  }

  @Test("a look-up by a word of the table, which a new product then has as its handle")
  func words() throws {
    let site = try house()
    try site.folder.write(
      "templates/pages/page.html.liquid",
      "{% assign word = 'size' %}{{ all_products[word].title | default: 'none' }}")
    try site.build()
    try site.change(
      #"{"type":"product","id":"prd_size","attributes":{"handle":"size","title":"Sized","status":"active"}}"#
    )
    #expect(try update(site).contains("about"))
    #expect(try site.read("public/en-eu/about/index.html").contains("Sized"))
  }

  @Test("another address: the old one leads to it, its pages are gone, links name the new ones")
  func handle() throws {
    let site = try house()
    try collection(handle: "silks", site)
    #expect(try update(site).contains("collections/silks/page/2"))
    for root in ["public", "public/en-eu"] {
      let old = try site.read("\(root)/collections/silk/index.html")
      #expect(old.contains(#"content="0; url=/en-eu/collections/silks/""#), "\(root)")
      #expect(!site.exists("\(root)/collections/silk/page/2/index.html"), "\(root)")
    }
    #expect(try site.read("public/en-eu/products/open-square/index.html").contains("/silks/"))
  }

  @Test("a new collection and one that is deleted")
  func comeAndGo() throws {
    let site = try house()
    try site.change(
      #"{"type":"collection","id":"col_new","attributes":{"handle":"new","title":"New","rule":{"all":[{"field":"title","op":"contains","value":"Alone"}]}}}"#
    )
    #expect(try update(site) == ["collections", "collections/new", "products/alone"])
    let store = try MirrorStore(
      path: "\(site.path)/.trumeau/demo.sqlite", tenant: "demo", clock: site.clock)
    _ = try store.apply(
      SourcePage(
        records: [],
        tombstones: [
          SourceTombstone(
            type: .collection, id: "col_new", version: 3, seq: 3, isGone: false, at: nil)
        ], cursor: "c", hasMore: false))
    #expect(try update(site) == ["collections", "collections/new", "products/alone"])
    #expect(!site.exists("public/en-eu/collections/new/index.html"))
  }

  @Test("two collections that exchange addresses change places in the sitemap")
  func exchange() throws {
    let site = try house()
    func other(_ handle: String, version: Int64) throws {
      try site.change(
        #"{"type":"collection","id":"col_a","attributes":{"handle":"\#(handle)","title":"Other","products":["prd_alone","prd_open","prd_second"]}}"#,
        version: version)
    }
    try other("other", version: 2)
    _ = try update(site)
    try other("silk", version: 3)
    try collection(handle: "other", site, version: 3)
    #expect(try update(site).contains("collections/other/page/2"))
    let sitemap = try site.read("public/sitemaps/en-eu-1.xml")
    let places = ["collections/silk/<", "collections/other/<"].map {
      sitemap.firstRange(of: $0)?.lowerBound
    }
    #expect(try #require(places[0]) < #require(places[1]))
  }

  @Test("a gate: what names the collection elsewhere is a leak, and nothing is published")
  func gate() throws {
    let site = try house("Come and see The Lyon Loom.")
    try collection(title: "The Lyon Loom", site)
    _ = try update(site)
    let before = try site.content()
    try site.change(
      #"{"type":"gate","id":"gate_silk","attributes":{"mode":"hidden","audience":{"tier_at_least":"tier_gold"}},"links":{"resource":{"type":"collection","id":"col_silk"}}}"#
    )
    #expect(
      try site.leaks().contains {
        $0.file == "public/en-eu/about/index.html" && $0.kind == .title
      })
    #expect(try site.content() == before)
    #expect(throws: LeakError.self) { try site.build(.init(workers: 2, isFull: true)) }
  }

  @Test("a gate where nothing names the collection: all that stays is searched")
  func quietGate() throws {
    let site = try house()
    try collection(title: "The Lyon Loom", site)
    _ = try update(site)
    try site.change(
      #"{"type":"gate","id":"gate_silk","attributes":{"mode":"hidden","audience":{"tier_at_least":"tier_gold"},"public_from":"2027-01-01T00:00:00Z"},"links":{"resource":{"type":"collection","id":"col_silk"}}}"#
    )
    let report = try site.build()
    #expect(report.extent == .update)
    #expect(report.newSecretCount > 0 && report.searchedCount > 10)
    #expect(!site.exists("public/en-eu/collections/silk/index.html"))
    #expect(site.exists("private/main/gold/en-eu/collections/silk/index.html"))
    site.clock.sleep(milliseconds: 366 * 86_400_000)
    let open = try site.build()
    // The year that pages may show is another, but none does.
    #expect(open.extent == .update)
    #expect(site.exists("public/en-eu/collections/silk/index.html"))
    #expect(try site.build(.init(workers: 2, isFull: true, isDry: true)).changes == [])
  }

  @Test("a page says which collections it names, and which it takes its related products from")
  func explained() throws {
    let site = try house()
    let project = try Project.load(from: site.path, sink: DiagnosticSink())
    func explain(_ address: String) throws -> PageExplanation? {
      try SiteBuild(project: project).explain(address)
    }
    let product = try explain("/en-eu/products/open-square/")
    #expect(product?.collections == ["col_silk"])
    #expect(product?.collection == "col_silk")
    #expect(product?.cards == ["prd_second", "prd_teaser"])
    #expect(try explain("/en-eu/products/alone/")?.collections == [])
    #expect(try explain("/en-eu/collections/silk/page/2/")?.cards == ["prd_teaser"])
    #expect(try explain("/en-eu/collections/")?.lookups == ["collections/*"])
  }

  @Test("a page is found in whichever storefront has it, unless one is named")
  func explainedElsewhere() throws {
    let site = try house()
    try site.folder.write(
      "storefronts/second.yaml",
      """
      base_url: https://second.example
      output: second
      shop: { name: Second, email: b@house.example }
      default_market: tokyo
      markets:
        tokyo: { market: mkt_jp, locales: [en] }
      page_size: 2
      """)
    try site.build()
    let project = try Project.load(from: site.path, sink: DiagnosticSink())
    let build = SiteBuild(project: project)
    let address = "/en-tokyo/products/open-square/"
    #expect(try build.explain(address)?.kind == "product")
    #expect(try build.explain(address, in: "main") == nil)
    #expect(try build.explain("/en-eu/products/open-square/")?.kind == "product")
  }
}

@Suite("Changed price lists and entitlements render the products that they are about")
struct SharedRecordChangeTests {
  private func list(_ window: String = "", priority: Int = 9) -> String {
    #"{"type":"price_list","id":"pl_gold","attributes":{"name":"Gold","currency":"EUR","audience":{"tier_at_least":"tier_gold"},"priority":\#(priority),"tax_included":true\#(window)}}"#
  }

  private func update(_ site: VirtualSite) throws -> [String] {
    let report = try site.build()
    #expect(report.extent == .update)
    #expect(try site.build(.init(workers: 2, isFull: true, isDry: true)).changes == [])
    return report.changes.map(\.path)
  }

  @Test("a price list, and its window as it passes")
  func lists() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let page = "private/main/gold/en-eu/products/open-square/index.html"
    let member = try site.read(page)
    let ends = site.clock.now.adding(seconds: 5000).rfc3339
    try site.change(list(#","until":"\#(ends)""#))
    #expect(try !update(site).contains(page))
    site.clock.sleep(milliseconds: 6_000_000)
    #expect(
      try update(site).filter { $0.contains("/products/") }.allSatisfy { $0.contains("open") })
    #expect(try site.read(page) != member)
    try site.change(list(), version: 3)
    #expect(try update(site).contains(page))
    #expect(try site.read(page) == member)
  }

  @Test("an entitlement of a tier to a product; one of a person concerns no page")
  func entitlements() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    func entitle(_ subject: String, version: Int64) throws {
      try site.change(
        #"{"type":"entitlement","id":"ent_1","attributes":{"effect":"deny"},"links":{"subject":\#(subject),"resource":{"type":"product","id":"prd_second"}}}"#,
        version: version)
    }
    let page = "private/main/gold/en-eu/products/second-square/index.html"
    try entitle(#"{"type":"tier","id":"tier_gold"}"#, version: 2)
    #expect(try update(site).contains(page))
    #expect(!site.exists(page))
    try entitle(#"{"type":"customer","id":"cus_1"}"#, version: 3)
    #expect(try update(site).contains(page))
    #expect(site.exists(page))
    try entitle(#"{"type":"customer","id":"cus_2"}"#, version: 4)
    #expect(try update(site).allSatisfy { $0.hasSuffix("snapshot.json") })
  }
}
