import BuildComparison
import Bytes
import Diagnostics
import Machine
import Storefront
import Support
import Testing

@testable import Site

@Suite("A build of a small house")
struct SiteBuildTests {
  @Test("has a page for each product, collection, text and language, also at /")
  func pages() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let report = try site.build()
    for path in [
      "index.html", "en-eu/index.html", "fr-eu/index.html", "en-jp/index.html",
      "en-eu/products/open-square/index.html", "products/open-square/index.html",
      "en-eu/collections/silk/index.html", "en-eu/collections/silk/page/2/index.html",
      "en-eu/collections/index.html", "en-eu/membership/index.html", "en-eu/about/index.html",
      "en-eu/journal/index.html", "en-eu/journal/first/index.html", "en-eu/journal/feed.xml",
      "404.html", "robots.txt", "sitemap.xml", "sitemaps/en-eu-1.xml", "_redirects", ".gitignore",
      "media/open.svg",
    ] { #expect(site.exists("public/\(path)"), "\(path)") }
    #expect(report.pageCount > 30)
    #expect(try site.read("public/.gitignore") == "*\n!.gitignore\n")
  }

  @Test("writes each market's price in its own way and currency")
  func prices() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let euro = try site.read("public/en-eu/products/open-square/index.html")
    #expect(euro.contains("€420.50") && euro.contains("\"price\":\"420.50\""))
    #expect(try site.read("public/en-jp/products/open-square/index.html").contains("68,000"))
    let french = try site.read("public/fr-eu/products/open-square/index.html")
    #expect(french.contains("420,50") && french.contains("Carré ouvert"))
  }

  @Test("joins the shop's own words to a product by its id")
  func story() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let page = try site.read("public/en-eu/products/open-square/index.html")
    #expect(page.contains("A <strong>story</strong> of its own."))
    #expect(page.contains("Wash it cold") && page.contains("<em>silk</em>"))
  }

  @Test("shows a product's variants' pictures where it has none of its own, each once")
  func variantPictures() throws {
    let own = #""links":{"parent":{"type":"product","id":"prd_open"}}}"#
    let variants = #""links":{"parent":{"type":"variant","id":"var_open"}}}"#
    let second = """
      {"type":"variant","id":"var_open2","attributes":{"sku":"OPEN-SQ-2","position":2},"links":{"product":"prd_open"}}
      {"type":"media","id":"med_open2","attributes":{"kind":"image","url":"/media/open.svg","alt":"The same","width":1600,"height":2000,"position":1},"links":{"parent":{"type":"variant","id":"var_open2"}}}
      -- media/open.svg --
      """
    let site = try VirtualSite(
      SmallHouse.archive.replacing(own, with: variants)
        .replacing("-- media/open.svg --", with: second))
    try site.build()
    let page = try site.read("public/en-eu/products/open-square/index.html")
    #expect(page.split(separator: "<img src=\"/media/open.svg\"").count == 2)
    #expect(page.contains("property=\"og:image\""))
    #expect(try site.read("public/sitemaps/en-eu-1.xml").contains("/media/open"))
  }

  @Test("looks for its own pictures in its folder, and leaves those of other hosts to them")
  func pictures() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.folder.write("media/own.svg", "<svg></svg>\n")
    try site.folder.write(
      "content/pages/note.md",
      BuildFailureTests.page(
        "![a](https://house.example/media/own.svg) ![b](https://shop.example/media/theirs.jpg)"))
    let report = try site.build()
    #expect(site.exists("public/media/own.svg"))
    #expect(!report.diagnostics.contains { $0.message.contains("theirs.jpg") })
  }

  @Test("shows copies of pictures: one for all roots, and the same one until the source changes")
  func copies() throws {
    let site = try VirtualSite(SmallHouse.archive)
    func inode(_ path: String) -> UInt64? { Files.information("\(site.path)/\(path)")?.inode }
    let (one, other) = ("public/media/open.svg", "private/main/gold/media/open.svg")
    try site.build()
    let first = try #require(inode(one))
    #expect(inode(other) == first && inode("media/open.svg") != first)
    try site.build(.init(workers: 2, isFull: true))
    #expect(inode(one) == first && inode(other) == first)
    try site.folder.write("media/open.svg", try site.read("media/open.svg") + "\n")
    try site.build()
    #expect(try site.read(one) == site.read("media/open.svg") && inode(one) != first)
  }

  @Test("keeps hidden products and members' prices in the members' root")
  func audiences() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let gold = "private/main/gold/en-eu"
    #expect(site.exists("\(gold)/products/velvet-ombre/index.html"))
    #expect(site.exists("\(gold)/collections/the-cabinet/index.html"))
    #expect(try site.read("\(gold)/products/open-square/index.html").contains("member €399.15"))
    #expect(site.exists("private/main/gold/media/velvet-front.svg"))
    #expect(!site.exists("public/media/velvet-front.svg"))
    for (path, bytes) in try site.content(["public"]) {
      let text = String(decoding: bytes, as: UTF8.self)
      for secret in ["velvet", "Velvet", "VELVET", "399.15", "Cabinet Noir", "SHY-SQ-1"] {
        #expect(!text.contains(secret) && !path.contains("velvet"), "\(secret) in \(path)")
      }
    }
    let teaser = try site.read("public/en-eu/products/shy-square/index.html")
    #expect(
      teaser.contains("Shy Square") && !teaser.contains("550") && !teaser.contains("members."))
  }

  @Test("gives pages of a listing their own files")
  func pagination() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let first = try site.read("public/en-eu/collections/silk/index.html")
    let second = try site.read("public/en-eu/collections/silk/page/2/index.html")
    #expect(first.contains("Open Square") && first.contains("Second Square"))
    #expect(second.contains("Shy Square") && !second.contains("Open Square"))
    #expect(first.contains("/en-eu/collections/silk/page/2/"))
    #expect(!site.exists("public/en-eu/collections/silk/page/3/index.html"))
  }

  @Test("names versions of a page in both directions, real translations only")
  func alternates() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let english = try site.read("public/en-eu/products/open-square/index.html")
    let french = try site.read("public/fr-eu/products/open-square/index.html")
    let links = Self.alternates(english)
    #expect(links == Self.alternates(french))
    #expect(
      links == [
        "en https://house.example/en-eu/products/open-square/",
        "fr https://house.example/fr-eu/products/open-square/",
        "en-JP https://house.example/en-jp/products/open-square/",
        "x-default https://house.example/en-eu/products/open-square/",
      ])
    #expect(
      try site.read("public/fr-eu/products/second-square/index.html")
        .contains("rel=\"canonical\" href=\"https://house.example/en-eu/products/second-square/\""))
    #expect(!(try site.read("public/sitemaps/fr-eu-1.xml").contains("second-square/</loc>")))
    #expect(try site.read("public/sitemaps/fr-eu-1.xml").contains("open-square/</loc>"))
  }

  static func alternates(_ html: String) -> [String] {
    html.split(separator: "\n").compactMap { line in
      guard line.hasPrefix("<link rel=\"alternate\" hreflang=\"") else { return nil }
      let parts = line.split(separator: "\"")
      return "\(parts[3]) \(parts[5])"
    }
  }

  @Test("redirects old addresses, never towards what is hidden")
  func redirects() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let lines = try site.read("public/_redirects").split(separator: "\n")
    #expect(lines.contains("/en-eu/products/old-square /en-eu/products/open-square/ 301"))
    #expect(lines.contains("/products/old-square /en-eu/products/open-square/ 301"))
    #expect(lines.contains("/en-eu/products/lost-square /404.html 410"))
    #expect(!lines.contains { $0.contains("velour") })
    #expect(
      try site.read("private/main/gold/_redirects").contains("/products/velvet-ombre/"))
    #expect(
      try site.read("public/en-eu/products/old-square/index.html")
        .contains("url=/en-eu/products/open-square/"))
  }

  @Test("writes the same bytes on one thread and on many")
  func determinism() throws {
    let one = try VirtualSite(SmallHouse.archive)
    let many = try VirtualSite(SmallHouse.archive)
    try one.build(.init(workers: 1))
    try many.build(.init(workers: 4))
    #expect(try one.content() == many.content())
  }

  @Test("a second build of the same inputs writes nothing anew")
  func unchanged() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let before = try site.content()
    for isFull in [false, true] {
      let report = try site.build(.init(workers: 2, isFull: isFull))
      #expect(report.writtenCount == 0)
      #expect(try site.content() == before)
    }
  }

  @Test("what vanished from the shop vanishes from the site; feeds stay")
  func stale() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.folder.write("public/feeds/google.xml", "<rss/>")
    let kept = SmallHouse.seed.split(separator: "\n").filter {
      !$0.contains("_second") && $0.hasPrefix("{")
    }.joined(separator: "\n").replacing("\"prd_second\",", with: "")
    try site.fill(kept)
    try site.build()
    #expect(!site.exists("public/en-eu/products/second-square"))
    #expect(!site.exists("public/products/second-square"))
    #expect(try site.read("public/feeds/google.xml") == "<rss/>")
  }

  @Test("a feed that names what has become private is left out until it is written anew")
  func outdatedFeed() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.folder.write("public/feeds/old.xml", "<rss>Velvet Ombré</rss>")
    try site.folder.write("public/feeds/good.xml", "<rss>Open Square</rss>")
    let report = try site.build()
    #expect(report.diagnostics.map(\.code).contains("feed.outdated"))
    #expect(!site.exists("public/feeds/old.xml") && site.exists("public/feeds/good.xml"))
  }

  @Test("cut short while publishing, the old site or the new one is there, whole")
  func cutShort() throws {
    struct Cut: Error {}
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let old = try site.content(["public"])
    try site.folder.write(
      "content/pages/about.md", "---\ntitle: About us\n---\nOther words.\n")
    for step in [PublishStep.treeComplete, .synced] {
      #expect(throws: Cut.self) {
        try site.build(after: { if $0 == step { throw Cut() } })
      }
      #expect(try site.content(["public"]) == old)
    }
    #expect(throws: Cut.self) {
      try site.build(after: { if $0 == .intentWritten { throw Cut() } })
    }
    try site.build()
    #expect(try site.read("public/en-eu/about/index.html").contains("Other words."))
  }
}
