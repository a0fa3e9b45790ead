import BuildComparison
import Contract
import Diagnostics
import LocalMirror
import Machine
import Settings
import Storefront
import Support
import Testing

@testable import Site

@Suite("Handles in other languages that cannot be, or must not be told")
struct TranslatedHandleFaultTests {
  @Test("two products with one in a language are an error that names both and the way out")
  func twice() throws {
    let house = try TranslatedHouse()
    try house.translate("prd_second", "carre-ouvert")
    let error = try #require(try house.errors().first)
    #expect(error.code == "catalogue.handle-twice")
    #expect(error.message.contains("carre-ouvert in French"))
    #expect(error.message.contains("prd_open") && error.message.contains("prd_second"))
    #expect(error.record?.id == "prd_second")
    #expect(error.help?.contains("translate the handle of one of them otherwise") == true)
  }

  @Test("one that is another product's own where that has none in the language")
  func another() throws {
    let house = try TranslatedHouse()
    try house.translate("prd_open", "second-square", version: 3)
    let error = try #require(try house.errors().first)
    #expect(error.code == "catalogue.handle-twice")
    #expect(error.record?.id == "prd_open" && error.message.contains("prd_second"))
  }

  @Test("a new handle of a product's own that another has in a language")
  func own() throws {
    let house = try TranslatedHouse()
    try house.site.change(
      #"{"type":"product","id":"prd_second","attributes":{"handle":"carre-ouvert","title":"Second Square","status":"active"}}"#
    )
    #expect(try house.errors().map(\.code) == ["catalogue.handle-twice"])
  }

  @Test("two products may have exchanged theirs in a language")
  func exchanged() throws {
    let house = try TranslatedHouse()
    try house.translate("prd_open", "second-square", version: 3)
    try house.translate("prd_second", "open-square")
    #expect(try house.errors().isEmpty)
    #expect(
      try house.site.read("public/fr-eu/products/second-square/index.html")
        .contains("<h1>Carré ouvert"))
    #expect(
      try house.site.read("public/fr-eu/products/open-square/index.html").contains("<h1>Second"))
    #expect(try !house.redirects().contains { $0.hasPrefix("/fr-eu/products/open-square") })
    try house.expectWhole()
  }

  @Test(
    "one that cannot be part of an address is an error that names the language",
    arguments: ["carre/ouvert", "..", "a b", "100%", ""])
  func unsafe(handle: String) throws {
    let house = try TranslatedHouse()
    try house.translate("prd_open", handle, version: 3)
    let error = try #require(try house.errors().first)
    #expect(error.code == "catalogue.handle")
    #expect(error.message == "the product's French handle cannot be part of an address")
    #expect(error.record?.id == "prd_open")
    #expect(house.site.exists("public/fr-eu/products/carre-ouvert/index.html"))
  }

  @Test(
    "that of a product behind a gate is nowhere in the public root, and a page that names it leaks")
  func secret() throws {
    let house = try TranslatedHouse()
    try house.translate("prd_hidden", "velours-ombre")
    try house.site.build()
    #expect(house.site.exists("private/main/gold/fr-eu/products/velours-ombre/index.html"))
    for (file, bytes) in try house.site.content(["public"]) {
      #expect(!String(decoding: bytes, as: UTF8.self).contains("velours-ombre"), "\(file)")
    }
    try house.site.folder.write(
      "content/pages/about.md", "---\ntitle: About\n---\nSee velours-ombre.\n")
    #expect(
      try house.site.leaks().contains {
        $0.file == "public/en-eu/about/index.html" && $0.kind == .handle
          && $0.record.id == "prd_hidden"
      })
  }

  @Test("a former one is not told where a product has it now that the root does not show")
  func claimed() throws {
    let house = try TranslatedHouse("velours-ombre")
    try house.translate("prd_open", "carre-ouvert", version: 3)
    try house.site.build()
    #expect(try house.redirects().contains { $0.hasPrefix("/fr-eu/products/velours-ombre/ ") })
    try house.translate("prd_hidden", "velours-ombre")
    try house.site.build()
    try house.expectWhole()
    #expect(try !house.redirects().contains { $0.contains("velours-ombre") })
    #expect(
      try house.redirects("private/main/gold").allSatisfy {
        !$0.hasPrefix("/fr-eu/products/velours-ombre/ ")
      })
  }

  @Test("an archived product's may be told, as its own may")
  func archived() throws {
    let house = try TranslatedHouse()
    try house.translate("prd_second", "second-carre")
    try house.site.build()
    try house.site.change(
      #"{"type":"product","id":"prd_second","attributes":{"handle":"second-square","title":"Second Square","status":"archived"}}"#
    )
    try house.site.change(
      #"{"type":"redirect","id":"red_9","attributes":{"from":"/products/second-square","to":null,"status":410}}"#
    )
    try house.site.build()
    try house.expectWhole()
    #expect(try house.redirects().contains("/fr-eu/products/second-carre/ /404.html 410"))
  }
}

@Suite("Builds and previews of a house with handles in other languages")
struct TranslatedHandleBuildTests {
  @Test("a price or text of a product that has one is an update")
  func update() throws {
    let house = try TranslatedHouse()
    try house.site.change(
      #"{"type":"price","id":"prc_open","attributes":{"amount":43050,"currency":"EUR"},"links":{"variant":"var_open","price_list":"pl_eu"}}"#
    )
    let report = try house.site.build()
    #expect(report.extent == .update)
    #expect(report.changes.contains { $0.path == "public/fr-eu/products/carre-ouvert/index.html" })
    try house.expectWhole()
  }

  @Test("one that a link of a page names changes any page, so everything is built")
  func linked() throws {
    let house = try TranslatedHouse(
      settings: [("See [the silk](collections/silk).", "See [it](products/open-square).")])
    try house.translate("prd_open", "carre-clair", version: 3)
    let report = try house.site.build()
    #expect(
      report.extent == .full("links name a product that has another address in a language"))
    #expect(
      try house.site.read("public/fr-eu/about/index.html").contains("/products/carre-clair/"))
    try house.translate("prd_second", "second-carre")
    try house.expectUpdate()
  }

  @Test("a product that has none comes and goes as an update")
  func others() throws {
    let house = try TranslatedHouse()
    try house.site.change(
      #"{"type":"product","id":"prd_alone","attributes":{"handle":"alone","title":"All Alone","status":"active"}}"#
    )
    #expect(try house.site.build().extent == .update)
    try house.expectWhole()
    try house.remove(.product, "prd_alone")
    #expect(try house.site.build().extent == .update)
    try house.expectWhole()
    #expect(house.site.exists("public/fr-eu/products/carre-ouvert/index.html"))
  }

  @Test("a dry run lists both addresses and leaves the site")
  func dry() throws {
    let house = try TranslatedHouse()
    try house.translate("prd_open", "carre-clair", version: 3)
    let report = try house.site.build(.init(workers: 2, isDry: true))
    let paths = report.changes.map(\.path)
    #expect(paths.contains("public/fr-eu/products/carre-clair/index.html"))
    #expect(house.site.exists("public/fr-eu/products/carre-ouvert/index.html"))
    #expect(!house.site.exists("public/fr-eu/products/carre-clair/index.html"))
  }

  @Test("a build that is taken back has the old addresses again")
  func takenBack() throws {
    let house = try TranslatedHouse()
    let before = try house.site.content()
    try house.translate("prd_open", "carre-clair", version: 3)
    try house.site.build()
    try house.site.rollBack()
    #expect(try house.site.content() == before)
    try house.site.build()
    #expect(house.site.exists("public/fr-eu/products/carre-clair/index.html"))
    try house.expectWhole()
  }

  @Test("`explain page` finds the product by either address")
  func explained() throws {
    let house = try TranslatedHouse()
    let project = try Project.load(from: house.site.path, sink: DiagnosticSink())
    let build = SiteBuild(project: project)
    #expect(try build.explain("/fr-eu/products/carre-ouvert/")?.product == "prd_open")
    #expect(try build.explain("/en-eu/products/open-square/")?.product == "prd_open")
    #expect(try build.explain("/fr-eu/products/open-square/")?.kind == "redirect")
    #expect(try build.explain("/fr-eu/products/open-square/")?.product == nil)
  }

  @Test("a preview shows each page at its address, and a switch of language keeps the product")
  func preview() throws {
    let house = try TranslatedHouse()
    let comparison = PreviewComparison()
    let state = try comparison.open(house.site)
    try comparison.compare(state, with: house.site, "with handles in French")
    let (english, french) = ("/en-eu/products/open-square/", "/fr-eu/products/carre-ouvert/")
    #expect(state.sister(of: english, market: nil, locale: "fr", as: nil) == french)
    #expect(state.sister(of: french, market: nil, locale: "en", as: nil) == english)
    #expect(
      state.sister(of: french, market: "jp", locale: nil, as: nil) == "/en-jp/products/open-square/"
    )
    guard case .moved(let target) = try state.look(at: "/fr-eu/products/open-square/", as: nil)
    else {
      Issue.record("the product's own handle does not answer in French")
      return
    }
    #expect(target == french)
    #expect(state.near("/fr-eu/products/carre-ouver/", as: nil).first == french)
  }
}
