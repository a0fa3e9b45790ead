import BuildComparison
import Contract
import Diagnostics
import Settings
import Storefront
import Support
import Testing

@testable import Site

@Suite("A collection's handle in another language")
struct TranslatedCollectionTests {
  /// A house whose silk is `soie` in French, built.
  private func house(_ settings: [(String, String)] = []) throws -> TranslatedHouse {
    let house = try TranslatedHouse(settings: settings)
    try translate("soie", house)
    try house.site.build()
    return house
  }

  private func translate(
    _ handle: String, _ house: TranslatedHouse, of collection: String = "col_silk",
    version: Int64 = 2
  ) throws {
    try house.site.change(
      #"{"type":"translation","id":"tr_\#(collection)_h","attributes":{"key":"handle","locale":"fr","value":"\#(handle)","source_digest":"sha256:00"},"links":{"resource":{"type":"collection","id":"\#(collection)"}}}"#,
      version: version)
  }

  @Test("is where its pages stand in that language, and what names them leads there")
  func place() throws {
    let house = try house([("See [the silk]", "See [more](collections/silk/page/2) [the silk]")])
    let site = house.site
    let first = try site.read("public/fr-eu/collections/soie/index.html")
    #expect(first.contains("/fr-eu/collections/soie/page/2/"))
    #expect(site.exists("public/fr-eu/collections/soie/page/2/index.html"))
    #expect(site.exists("public/en-eu/collections/silk/page/2/index.html"))
    #expect(!site.exists("public/en-eu/collections/soie/index.html"))
    let about = try site.read("public/fr-eu/about/index.html")
    #expect(about.contains(#"<nav><a href="/fr-eu/collections/soie/">"#))
    #expect(about.contains(#"<a href="/fr-eu/collections/soie/page/2/">more</a>"#))
    #expect(about.contains(#"<a href="/fr-eu/collections/soie/">the silk</a>"#))
    #expect(
      try site.read("public/fr-eu/collections/index.html").contains("/fr-eu/collections/soie/"))
    // Look-ups know it by its own handle.
    #expect(try site.read("public/fr-eu/index.html").contains("carre-ouvert"))
  }

  @Test("is in head and sitemap where it is translated, and checks find nothing")
  func versions() throws {
    let house = try house()
    try house.site.change(
      #"{"type":"translation","id":"tr_silk_t","attributes":{"key":"title","locale":"fr","value":"Soie","source_digest":"sha256:00"},"links":{"resource":{"type":"collection","id":"col_silk"}}}"#
    )
    try house.expectUpdate()
    let english = try house.site.read("public/en-eu/collections/silk/index.html")
    #expect(
      english.contains(#"hreflang="fr" href="https://house.example/fr-eu/collections/soie/""#))
    #expect(
      try house.site.read("public/sitemaps/fr-eu-1.xml").contains("/fr-eu/collections/soie/</loc>"))
    let project = try Project.load(from: house.site.path, sink: DiagnosticSink())
    let storefront = try #require(project.storefronts.first)
    #expect(try HreflangCheck(project, storefront).run().findings.map(\.message) == [])
    #expect(try RedirectCheck(project, storefront).run().findings.map(\.message) == [])
  }

  @Test("is answered to by its own and by former ones, and a change is a full build")
  func former() throws {
    let house = try house()
    #expect(
      try house.redirects().contains("/fr-eu/collections/silk/ /fr-eu/collections/soie/ 301"))
    try translate("soieries", house, version: 3)
    let report = try house.site.build()
    #expect(
      report.extent == .full("a collection with handles in other languages has other addresses"))
    #expect(!house.site.exists("public/fr-eu/collections/soie/page/2/index.html"))
    #expect(
      try house.redirects().isSuperset(of: [
        "/fr-eu/collections/silk/ /fr-eu/collections/soieries/ 301",
        "/fr-eu/collections/soie/ /fr-eu/collections/soieries/ 301",
      ]))
  }

  @Test("a change that moves nothing is an update")
  func update() throws {
    let house = try house()
    try house.site.change(
      #"{"type":"collection","id":"col_silk","attributes":{"handle":"silk","title":"Silks","products":["prd_second","prd_open"]}}"#
    )
    try house.expectUpdate()
    #expect(!house.site.exists("public/fr-eu/collections/soie/page/2/index.html"))
  }

  @Test("two at one address, and what cannot be part of one, are errors")
  func faults() throws {
    let house = try house()
    try house.site.change(
      #"{"type":"collection","id":"col_other","attributes":{"handle":"soie","title":"Other","products":[]}}"#
    )
    #expect(try house.errors().map(\.code) == ["build.duplicate-path"])
    try house.remove(.collection, "col_other")
    try translate("a/b", house, version: 4)
    let error = try #require(try house.errors().first)
    #expect(error.code == "catalogue.handle" && error.record?.id == "col_silk")
    #expect(error.message == "the collection's French handle cannot be part of an address")
  }

  @Test(
    "that of a collection behind a gate is nowhere in the public root, and one that it took over is not told"
  )
  func secret() throws {
    let house = try house()
    try translate("soieries", house, version: 3)
    try house.site.build()
    try translate("soie", house, of: "col_cabinet")
    try house.site.build()
    try house.expectWhole()
    #expect(house.site.exists("private/main/gold/fr-eu/collections/soie/index.html"))
    #expect(try !house.redirects().contains { $0.contains("/collections/soie/") })
    try translate("cabinet-noir", house, of: "col_cabinet", version: 3)
    try house.site.build()
    for (file, bytes) in try house.site.content(["public"]) {
      #expect(!String(decoding: bytes, as: UTF8.self).contains("cabinet-noir"), "\(file)")
    }
    try house.site.folder.write(
      "content/pages/about.md", "---\ntitle: About\n---\nSee cabinet-noir.\n")
    #expect(try house.site.leaks().contains { $0.kind == .handle && $0.record.id == "col_cabinet" })
  }

  @Test("a preview and `explain page` know its pages by it")
  func preview() throws {
    let house = try house()
    let comparison = PreviewComparison()
    let state = try comparison.open(house.site)
    try comparison.compare(state, with: house.site, "with a collection's handle in French")
    let (english, french) = ("/en-eu/collections/silk/page/2/", "/fr-eu/collections/soie/page/2/")
    #expect(state.sister(of: english, market: nil, locale: "fr", as: nil) == french)
    #expect(state.sister(of: french, market: nil, locale: "en", as: nil) == english)
    #expect(state.near("/fr-eu/collections/soi/", as: nil).contains("/fr-eu/collections/soie/"))
    let build = SiteBuild(project: try comparison.project(house.site))
    #expect(try build.explain(french)?.collection == "col_silk")
    #expect(try build.explain(french)?.cards == ["prd_teaser"])
  }
}
