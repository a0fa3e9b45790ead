import BuildComparison
import Bytes
import Diagnostics
import LocalMirror
import Machine
import Settings
import Storefront
import Support
import Testing

@testable import Site

/// What a preview shows, against what a build publishes.
struct PreviewComparison {
  let session = SitePreview()

  func project(_ site: VirtualSite) throws -> Project {
    try Project.load(from: site.path, sink: DiagnosticSink())
  }

  func open(_ site: VirtualSite, at: Instant? = nil) throws -> PreviewState {
    let project = try project(site)
    return try session.open(
      project, storefront: #require(project.storefronts.first), at: at, readers: 2,
      time: site.clock)
  }

  /// The bytes of a page, or nil where there is none.
  func page(_ state: PreviewState, _ path: String, as tier: String? = nil) throws -> String? {
    guard case .page(let page) = try state.look(at: path, as: tier) else { return nil }
    return String(decoding: page.bytes, as: UTF8.self)
  }

  /// Compares every page of every root; gives how many there are.
  @discardableResult
  func compare(_ state: PreviewState, with built: VirtualSite, _ name: String) throws -> Int {
    let ledger = try BuildLedger(path: "\(built.path)/.trumeau/demo.sqlite")
    var count = 0
    for root in try ledger.roots() {
      let tier = root == "public" ? nil : Path.name(of: root)
      for output in try ledger.outputs(in: root) {
        let address = "/" + Self.address(of: output.path)
        if output.kind == "redirect" {
          guard case .moved = try state.look(at: address, as: tier) else {
            Issue.record("\(address) in \(root) leads nowhere, \(name)")
            continue
          }
        }
        guard PageKey.kinds.contains(output.kind) else { continue }
        count += 1
        let expected = try built.read("\(root)/\(output.path)")
        let shown = try page(state, address, as: tier)
        if shown != expected {
          Issue.record(
            "\(address) in \(root) is “\(shown ?? "nothing")” where a build has “\(expected)”, \(name)"
          )
        }
      }
    }
    return count
  }

  private static func address(of file: String) -> String {
    file.hasSuffix("index.html") ? String(file.dropLast("index.html".count)) : file
  }
}

@Suite("A preview")
struct PreviewTests {
  let comparison = PreviewComparison()

  @Test("shows every page of every audience as a build publishes it, byte for byte")
  func equal() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    #expect(try comparison.compare(comparison.open(site), with: site, "after a build") > 60)
  }

  @Test("does so before there has been any build")
  func first() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let state = try comparison.open(site)
    #expect(!site.exists("public/index.html"))
    try site.build()
    try comparison.compare(state, with: site, "before a build")
  }

  @Test("follows every change as a full build does", arguments: 0..<3 as Range<UInt64>)
  func changes(seed: UInt64) throws {
    let houses = try TwoHouses(seed: seed)
    var compared = 0
    for number in 0..<10 {
      let step = try houses.shop.next()
      try houses.take(step)
      let name = "seed \(seed), step \(number): \(step.name)"
      do {
        try houses.whole.build(.init(allowsShrink: true, workers: 2, isFull: true))
      } catch is SiteError {
        continue
      } catch is LeakError {
        continue
      }
      compared += try comparison.compare(comparison.open(houses.one), with: houses.whole, name)
      // Now and then the record of a build is new, as it is behind a server.
      if number % 4 == 3 {
        try houses.one.build(.init(allowsShrink: true, workers: 2))
      }
    }
    #expect(compared > 100)
  }

  @Test("shows another time as a build for that time does")
  func time() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    _ = try comparison.open(site)
    let later = site.clock.now.adding(seconds: 400 * 86_400)
    let state = try comparison.open(site, at: later)
    #expect(!state.isPresent)
    let other = try VirtualSite(SmallHouse.archive)
    try other.build(.init(at: later, workers: 2))
    try comparison.compare(state, with: other, "a year later")
    #expect(try site.content() != [:], "and publishes nothing of it")
  }

  @Test("lists all mistakes of templates, and shows the page as soon as they are mended")
  func mistakes() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let whole = try site.read("templates/pages/collection.html.liquid")
    try site.folder.write("templates/pages/collection.html.liquid", "{% if x %}")
    try site.folder.write("templates/pages/page.html.liquid", "{{ page.title | capitalise }}")
    do {
      _ = try comparison.open(site)
      Issue.record("it opened")
    } catch let error as SiteError {
      #expect(
        Set(error.diagnostics.map(\.code)) == ["liquid.syntax", "liquid.undefined-filter"])
      #expect(error.diagnostics.allSatisfy { $0.location?.excerpt != nil })
    }
    try site.folder.write("templates/pages/collection.html.liquid", whole)
    try site.folder.write("templates/pages/page.html.liquid", "<p>{{ page.title }}</p>")
    let state = try comparison.open(site)
    #expect(try comparison.page(state, "/en-eu/about/")?.contains("<p>About</p>") == true)
  }

  @Test("tells what a template does wrong on the page that is looked at")
  func faultOfPage() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.folder.write(
      "templates/pages/product.html.liquid", "{{ product.title | divided_by: 0 }}")
    let state = try comparison.open(site)
    guard case .broken(let findings) = try state.look(at: "/en-eu/products/open-square/", as: nil)
    else {
      Issue.record("the page was shown")
      return
    }
    let finding = try #require(findings.first)
    #expect(finding.location?.file == "templates/pages/product.html.liquid")
    #expect(finding.record?.type == "product")
    #expect(finding.notes.contains { $0.contains("/en-eu/products/open-square/") })
    #expect(try comparison.page(state, "/en-eu/about/") != nil, "other pages are shown")
  }

  @Test("finds the same page in other markets and languages, else their home page")
  func sisters() throws {
    let state = try comparison.open(VirtualSite(SmallHouse.archive))
    let path = "/en-eu/products/open-square/"
    func sister(_ market: String?, _ locale: String?) -> String? {
      state.sister(of: path, market: market, locale: locale, as: nil)
    }
    #expect(sister("jp", nil) == "/en-jp/products/open-square/")
    #expect(sister(nil, "fr") == "/fr-eu/products/open-square/")
    #expect(sister("jp", "fr") == nil)
    #expect(sister("mars", nil) == nil)
    #expect(state.sister(of: "/nothing/", market: "jp", locale: nil, as: nil) == "/en-jp/")
    #expect(state.home(market: "jp", locale: nil) == "/en-jp/")
  }

  @Test("has nothing at addresses that are not quite a page's")
  func strictness() throws {
    let state = try comparison.open(VirtualSite(SmallHouse.archive))
    for path in [
      "/en-eu/collections/silk/page/1/", "/en-eu/collections/silk/page/02/",
      "/en-eu/collections/silk/page/99/", "/en-eu/collections/silk/page/-1/",
      "/en-eu/../en-eu/", "/en-eu/products/", "/en-eu/products/open-square", "/de-eu/",
      "/en-eu/products/open-square/index.html/", "/en-eu//",
    ] { #expect(try comparison.page(state, path) == nil, "\(path)") }
    #expect(try comparison.page(state, "/en-eu/", as: "platinum") == nil)
    #expect(state.picture("/media/../trumeau.yaml") == nil)
    #expect(state.picture("/media/%2e%2e/trumeau.yaml") == nil)
  }

  @Test("knows addresses that are written much like one that is not there")
  func near() throws {
    let state = try comparison.open(VirtualSite(SmallHouse.archive))
    #expect(state.near("/en-eu/products/opensquare/", as: nil) == ["/en-eu/products/open-square/"])
    #expect(state.near("/fr-eu/collections/sikl/", as: nil) == ["/fr-eu/collections/silk/"])
    #expect(state.near("/open-square/", as: nil).first == "/en-eu/products/open-square/")
    #expect(state.near("/en-eu/quite-another-thing/", as: nil) == [])
  }

  @Test("never suggests to the public what it may not see")
  func gated() throws {
    let state = try comparison.open(VirtualSite(SmallHouse.archive))
    let handle = "velvet-ombre"
    #expect(state.near("/en-eu/products/\(handle)x/", as: nil) == [])
    #expect(try comparison.page(state, "/en-eu/products/\(handle)/") == nil)
    #expect(try comparison.page(state, "/en-eu/products/\(handle)/", as: "gold") != nil)
  }

  @Test("says whether a build would have anything to do")
  func isBuilt() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let project = try comparison.project(site)
    let storefront = try #require(project.storefronts.first)
    func isBuilt() throws -> Bool {
      try comparison.session.isBuilt(project, storefront: storefront, time: site.clock)
    }
    #expect(try !isBuilt())
    try site.build()
    #expect(try isBuilt())
    try site.folder.write("templates/pages/page.html.liquid", "<p>new</p>")
    #expect(try !isBuilt())
  }
}
