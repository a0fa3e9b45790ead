import BuildComparison
import Bytes
import Diagnostics
import Machine
import Settings
import Support
import Testing

@testable import Site

@Suite("Links of a built site")
struct LinkCheckTests {
  private static let page = "public/en-eu/index.html"

  /// What is found in a small house with this at the end of its first page.
  private func findings(_ html: String = "") throws -> [Diagnostic] {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    try site.folder.write(Self.page, site.read(Self.page) + html)
    let project = try Project.load(from: site.path, sink: DiagnosticSink())
    let result = try LinkCheck(project, try #require(project.storefronts.first)).run()
    #expect(result.checkedCount > 10)
    return result.findings
  }

  @Test("nothing is found in what a build made")
  func clean() throws { #expect(try findings().map(\.message) == []) }

  @Test(
    "what was not built is found, however the address is written",
    arguments: [
      (#"<a href="/en-eu/products/opn-square/">x</a>"#, "/en-eu/products/opn-square/"),
      (#"<a href='products/opn-square/?a#b'>x</a>"#, "/en-eu/products/opn-square/"),
      ("<A class=x HREF=../nowhere>x</A>", "/nowhere"),
      (#"<img alt="a > b" src="/media/none.png">"#, "/media/none.png"),
      (#"<img srcset="/media/a.png 1x, /media/b.png 2x">"#, "/media/a.png"),
      (#"<a href="https://house.example/none/">x</a>"#, "/none/"),
      (#"<base href="/far/"><a href="away/">x</a>"#, "/far/away/"),
      (#"<a href="/caf%C3%A9/">x</a>"#, "/café/"),
    ])
  func missing(html: String, path: String) throws {
    let found = try findings(html)
    #expect(found.map(\.code).allSatisfy { $0 == "check.link" })
    #expect(found.contains { $0.message == "\(path) leads to nothing that was built" }, "\(found)")
  }

  @Test("the place in the file is told, and the nearest address beside it")
  func place() throws {
    let found = try findings("\n\n <a href=\"/en-eu/products/opn-square/\">x</a>")
    let finding = try #require(found.first)
    #expect(finding.location?.file == Self.page)
    #expect(finding.location?.column == 11)
    #expect(finding.help == "did you mean /en-eu/products/open-square/?")
  }

  @Test(
    "other sites, other schemes, and what is no link are not asked",
    arguments: [
      #"<a href="https://elsewhere.example/x">x</a>"#, #"<a href="//elsewhere.example/x">x</a>"#,
      #"<a href="https://house.example.org/x">x</a>"#, #"<a href="mailto:a@house.example">x</a>"#,
      #"<img src="data:image/png;base64,AAAA">"#, #"<!-- <a href="/none/"> -->"#,
      #"<script>let x = '<a href="/none/">'</script>"#, ##"<a href="#top">x</a><a href="">y</a>"##,
      #"<a href="/en-eu/products/open-square">without its slash</a>"#,
      #"<a href="./">here</a><a href="products/../">here</a>"#,
    ])
  func notAsked(html: String) throws { #expect(try findings(html).map(\.message) == []) }

  @Test("a link that is only redirected is a warning that names the new address")
  func redirected() throws {
    let found = try findings(#"<a href="/en-eu/products/old-square/">x</a>"#)
    #expect(found.map(\.severity) == [.warning])
    #expect(
      found.first?.message
        == "/en-eu/products/old-square/ leads on to /en-eu/products/open-square/")
  }

  @Test("a place that a page does not have is found, on the page itself and on others")
  func places() throws {
    let found = try findings(
      ##"""
      <p id="here">x</p><a href="#here">x</a><a href="#there">x</a>
      <a href="/fr-eu/#nowhere">x</a>
      """##)
    #expect(
      found.map(\.message) == [
        "/en-eu/index.html has no place #there", "/fr-eu/ has no place #nowhere",
        // The first market's pages are also at the root.
        "/index.html has no place #there",
      ])
  }

  @Test("a link on many pages is told once, with their number")
  func manyPages() throws {
    let site = try VirtualSite(SmallHouse.archive)
    let layout = "templates/layouts/theme.html.liquid"
    try site.folder.write(
      layout, site.read(layout).replacing("</body>", with: "<a href=\"/none/\">x</a></body>"))
    try site.build()
    let project = try Project.load(from: site.path, sink: DiagnosticSink())
    let found = try LinkCheck(project, try #require(project.storefronts.first)).run().findings
    #expect(found.count == 1)
    #expect(found.first?.notes.first?.hasSuffix(" pages link to it") == true)
  }

  @Test("any bytes are read to their end")
  func anyBytes() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    let random = SeededRandom(seed: seed)
    let parts = [
      "<", ">", "</", "<a", " href", "=", "\"", "'", " ", "/", "<!--", "-->", "<script",
      "</script>",
      "é", "\u{0}", "&amp;", "<title>", "x", "\n",
    ]
    for _ in 0..<2_000 {
      let text = (0..<random.below(30)).map { _ in parts[random.below(parts.count)] }.joined()
      let bytes = Array(text.utf8.dropLast(random.below(3)))
      bytes.withUnsafeBytes { raw in
        var reader = TagReader(raw)
        var count = 0
        while reader.next() != nil { count += 1 }
        #expect(count <= bytes.count, "seed \(seed): \(text)")
      }
    }
  }
}
