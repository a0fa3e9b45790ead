import BuildComparison
import Contract
import Diagnostics
import LocalMirror
import Settings
import Storefront
import Support
import Testing

@testable import Site

/// The small house with handles in other languages.
struct TranslatedHouse {
  let site: VirtualSite

  /// A house whose open square is `carre-ouvert` in French, built.
  init(_ handle: String = "carre-ouvert", settings: [(String, String)] = []) throws {
    var archive = SmallHouse.archive
    for (old, new) in settings { archive = archive.replacing(old, with: new) }
    site = try VirtualSite(archive)
    try translate("prd_open", handle)
    try site.build()
  }

  /// Translates the handle of a product.
  func translate(
    _ product: String, _ handle: String, locale: String = "fr", version: Int64 = 2
  ) throws {
    try site.change(
      #"{"type":"translation","id":"tr_\#(product)_\#(locale)_h","attributes":{"key":"handle","locale":"\#(locale)","value":"\#(handle)","source_digest":"sha256:00"},"links":{"resource":{"type":"product","id":"\#(product)"}}}"#,
      version: version)
  }

  /// Takes a record away, as a pull does.
  func remove(_ type: ResourceType, _ id: String, version: Int64 = 9) throws {
    let store = try MirrorStore(
      path: "\(site.path)/.trumeau/demo.sqlite", tenant: "demo", clock: site.clock)
    _ = try store.apply(
      SourcePage(
        records: [],
        tombstones: [
          SourceTombstone(
            type: type, id: id, version: version, seq: version, isGone: false, at: nil)
        ], cursor: "c", hasMore: false))
  }

  /// The redirects for Netlify, line by line.
  func redirects(_ root: String = "public") throws -> Set<String> {
    Set(try site.read("\(root)/_redirects").split(separator: "\n").map(String.init))
  }

  /// Builds, and gives the errors of a build that was refused.
  func errors() throws -> [Diagnostic] {
    do {
      try site.build()
      return []
    } catch let error as SiteError {
      return error.diagnostics.filter { $0.severity == .error }
    }
  }

  /// Demands that what stands is what a full build makes.
  func expectWhole(_ location: SourceLocation = #_sourceLocation) throws {
    let changes = try site.build(.init(workers: 2, isFull: true, isDry: true)).changes
    #expect(changes == [], sourceLocation: location)
  }

  /// Builds, and demands an update after which all is as a full build makes it.
  func expectUpdate(_ location: SourceLocation = #_sourceLocation) throws {
    #expect(try site.build().extent == .update, sourceLocation: location)
    try expectWhole(location)
  }

  typealias SourceLocation = Testing.SourceLocation
}

@Suite("A product's handle in another language")
struct TranslatedHandleTests {
  private static let french = "public/fr-eu/products/carre-ouvert/index.html"
  private static let english = "public/en-eu/products/open-square/index.html"

  @Test("is where its page stands in that language, and only there")
  func place() throws {
    let house = try TranslatedHouse()
    #expect(try house.site.read(Self.french).contains("<h1>Carré ouvert"))
    #expect(try house.site.read(Self.english).contains("<h1>Open Square"))
    for prefix in ["en-eu", "en-jp", "products"] {
      #expect(!house.site.exists("public/\(prefix)/products/carre-ouvert/index.html"))
    }
    #expect(house.site.exists("private/main/gold/fr-eu/products/carre-ouvert/index.html"))
  }

  @Test("is in the one table of versions: head, canonical address and sitemap agree")
  func versions() throws {
    let house = try TranslatedHouse()
    let (french, english) = (try house.site.read(Self.french), try house.site.read(Self.english))
    for page in [french, english] {
      #expect(
        page.contains(#"hreflang="fr" href="https://house.example/fr-eu/products/carre-ouvert/""#))
      #expect(
        page.contains(#"hreflang="en" href="https://house.example/en-eu/products/open-square/""#))
    }
    #expect(
      french.contains(#"rel="canonical" href="https://house.example/fr-eu/products/carre-ouvert/""#)
    )
    let sitemap = try house.site.read("public/sitemaps/fr-eu-1.xml")
    #expect(sitemap.contains("<loc>https://house.example/fr-eu/products/carre-ouvert/</loc>"))
    #expect(!sitemap.contains("fr-eu/products/open-square"))
    let project = try Project.load(from: house.site.path, sink: DiagnosticSink())
    let storefront = try #require(project.storefronts.first)
    #expect(try HreflangCheck(project, storefront).run().findings.map(\.message) == [])
    #expect(try RedirectCheck(project, storefront).run().findings.map(\.message) == [])
  }

  @Test("is in what names the page: cards, structured data and the switch of languages")
  func names() throws {
    let house = try TranslatedHouse(
      settings: [
        (
          "{% section 'header' %}",
          "{% section 'header' %}{% for language in localization.available_languages %}<a hreflang=\"{{ language.iso_code }}\" href=\"{{ language.url }}\"></a>{% endfor %}"
        )
      ])
    #expect(
      try house.site.read("public/fr-eu/collections/silk/index.html")
        .contains("/fr-eu/products/carre-ouvert/"))
    #expect(
      try house.site.read("public/fr-eu/index.html").contains("/fr-eu/products/carre-ouvert/"))
    let english = try house.site.read(Self.english)
    #expect(english.contains(#"<a hreflang="fr" href="/fr-eu/products/carre-ouvert/">"#))
    let french = try house.site.read(Self.french)
    #expect(french.contains(#"<a hreflang="en" href="/en-eu/products/open-square/">"#))
    #expect(french.contains(#""url":"https://house.example/fr-eu/products/carre-ouvert/"#))
    #expect(!french.contains("/fr-eu/products/open-square"))
  }

  @Test("is not what templates know a product by, which is the same in all languages")
  func identity() throws {
    let house = try TranslatedHouse(
      settings: [
        (
          "<h1>{{ product.title | escape }}</h1>",
          "<h1>{{ product.title | escape }}</h1>{{ product.handle }} {{ all_products[product.handle].url }}"
        )
      ])
    #expect(
      try house.site.read(Self.french).contains("open-square /fr-eu/products/carre-ouvert/"))
  }

  @Test("is where links of menus, front matter and texts lead that name the product's own")
  func links() throws {
    let house = try TranslatedHouse(
      settings: [
        ("url: collections/silk", "url: products/open-square"),
        (
          "See [the silk](collections/silk).",
          "[a](products/open-square) [b](/products/open-square?variant=1#x) [c](products/second-square) [d](products/open-square/more)"
        ),
      ])
    let french = try house.site.read("public/fr-eu/about/index.html")
    #expect(french.contains(#"<nav><a href="/fr-eu/products/carre-ouvert/">"#))
    #expect(french.contains(#"<a href="/fr-eu/products/carre-ouvert/">a</a>"#))
    #expect(french.contains(#"<a href="/fr-eu/products/carre-ouvert/?variant=1#x">b</a>"#))
    #expect(french.contains(#"<a href="/fr-eu/products/second-square/">c</a>"#))
    #expect(french.contains(#"<a href="/fr-eu/products/open-square/more/">d</a>"#))
    let english = try house.site.read("public/en-eu/about/index.html")
    #expect(english.contains(#"<a href="/en-eu/products/open-square/">a</a>"#))
  }

  @Test("is that of the language where a region has none")
  func fallback() throws {
    let house = try TranslatedHouse(settings: [("locales: [en, fr] }", "locales: [en, fr-CH] }")])
    #expect(house.site.exists("public/fr-ch-eu/products/carre-ouvert/index.html"))
    try house.translate("prd_open", "carre-suisse", locale: "fr-CH", version: 3)
    try house.site.build()
    #expect(house.site.exists("public/fr-ch-eu/products/carre-suisse/index.html"))
    #expect(
      try house.redirects().contains(
        "/fr-ch-eu/products/carre-ouvert/ /fr-ch-eu/products/carre-suisse/ 301"))
    // What the language has is another now, and was not the region's in between.
    try house.translate("prd_open", "carre-neuf", version: 4)
    try house.site.build()
    try house.expectWhole()
  }

  @Test("does not make a page a real version: the canonical address is that of a translated one")
  func untranslated() throws {
    let house = try TranslatedHouse()
    try house.translate("prd_second", "second-carre")
    try house.site.build()
    let french = try house.site.read("public/fr-eu/products/second-carre/index.html")
    #expect(
      french.contains(
        #"rel="canonical" href="https://house.example/en-eu/products/second-square/""#))
    #expect(!(try house.site.read("public/sitemaps/fr-eu-1.xml").contains("second-carre")))
  }

  // MARK: Old addresses

  @Test("is answered to by the product's own, with a page for hosts that know no redirects")
  func ownHandle() throws {
    let house = try TranslatedHouse()
    #expect(
      try house.redirects().contains(
        "/fr-eu/products/open-square/ /fr-eu/products/carre-ouvert/ 301"))
    #expect(
      try house.site.read("public/fr-eu/products/open-square/index.html")
        .contains("0; url=/fr-eu/products/carre-ouvert/"))
    #expect(try !house.redirects().contains { $0.hasPrefix("/en-eu/products/open-square/ ") })
  }

  @Test("is answered to by those that it had before, and gives way to its own when it is gone")
  func former() throws {
    let house = try TranslatedHouse()
    try house.translate("prd_open", "carre-clair", version: 3)
    try house.expectUpdate()
    #expect(
      try house.redirects().isSuperset(of: [
        "/fr-eu/products/carre-ouvert/ /fr-eu/products/carre-clair/ 301",
        "/fr-eu/products/open-square/ /fr-eu/products/carre-clair/ 301",
      ]))
    try house.remove(.translation, "tr_prd_open_fr_h")
    try house.expectUpdate()
    #expect(house.site.exists("public/fr-eu/products/open-square/index.html"))
    #expect(
      try house.redirects().isSuperset(of: [
        "/fr-eu/products/carre-ouvert/ /fr-eu/products/open-square/ 301",
        "/fr-eu/products/carre-clair/ /fr-eu/products/open-square/ 301",
      ]))
    #expect(try !house.redirects().contains { $0.hasPrefix("/en-eu/products/carre-clair") })
  }

  @Test("is where former handles of its own and redirects of the shop lead in that language")
  func targets() throws {
    let house = try TranslatedHouse()
    try house.site.change(
      #"{"type":"product","id":"prd_open","attributes":{"handle":"wide-square","title":"Open Square","status":"active","description":{"markdown":"Plain *silk*."}}}"#
    )
    try house.site.change(
      #"{"type":"redirect","id":"red_1","attributes":{"from":"/products/old-square","to":"/products/wide-square","status":301}}"#
    )
    try house.site.build()
    try house.expectWhole()
    #expect(
      try house.redirects().isSuperset(of: [
        "/fr-eu/products/wide-square/ /fr-eu/products/carre-ouvert/ 301",
        "/fr-eu/products/open-square/ /fr-eu/products/carre-ouvert/ 301",
        "/fr-eu/products/old-square /fr-eu/products/carre-ouvert/ 301",
        "/en-eu/products/old-square /en-eu/products/wide-square/ 301",
      ]))
  }

  @Test(
    "is redirected or gone with the product's own when the product is", arguments: [true, false])
  func gone(isMoved: Bool) throws {
    let house = try TranslatedHouse()
    try house.translate("prd_second", "second-carre")
    try house.site.build()
    try house.remove(.product, "prd_second")
    try house.site.change(
      #"{"type":"redirect","id":"red_9","attributes":{"from":"/products/second-square",\#(isMoved ? #""to":"/products/open-square","status":301"# : #""to":null,"status":410"#)}}"#
    )
    try house.site.build()
    try house.expectWhole()
    #expect(!house.site.exists("public/fr-eu/products/second-carre/index.html") || isMoved)
    let answer = isMoved ? "/fr-eu/products/carre-ouvert/ 301" : "/404.html 410"
    #expect(
      try house.redirects().isSuperset(of: [
        "/fr-eu/products/second-square \(answer)", "/fr-eu/products/second-carre/ \(answer)",
      ]))
    #expect(try !house.redirects().contains { $0.hasPrefix("/en-eu/products/second-carre") })
  }
}
