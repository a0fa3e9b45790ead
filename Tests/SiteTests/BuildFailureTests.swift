import BuildComparison
import Bytes
import Diagnostics
import Machine
import Storefront
import Support
import Testing

@testable import Site

@Suite("A build that must not be published")
struct BuildFailureTests {
  /// A small house with one more file.
  static func house(_ path: String, _ text: String) throws -> VirtualSite {
    let site = try VirtualSite(SmallHouse.archive)
    try site.folder.write(path, text)
    return site
  }

  static func page(_ body: String) -> String { "---\ntitle: Note\n---\n\(body)\n" }

  @Test(
    "is stopped by a leak wherever it is planted",
    arguments: [
      ("title in a text", "content/pages/note.md", page("Soon: the Velvet Ombré.")),
      ("title in alternative text", "content/pages/note.md", page("![Velvet Ombré](/media/x.svg)")),
      ("SKU in base64", "content/pages/note.md", page("dmVsdmV0IFZFTFZFVC03Nw==")),
      ("percent-encoded handle", "content/pages/note.md", page("[x](/search?q=velvet%2Dombre)")),
      ("entity-encoded title", "content/pages/note.md", page("`Velvet Ombr&eacute;`")),
      ("handle in a file's name", "content/pages/velvet-ombre.md", page("Nothing.")),
      (
        "title in the journal's feed", "content/journal/second.md",
        "---\ntitle: Velvet Ombré\npublished_at: 2026-01-06\n---\nHello.\n"
      ),
      (
        "title in a description", "content/pages/note.md",
        "---\ntitle: Note\ndescription: About Velvet Ombré\n---\nHello.\n"
      ),
      ("SKU in a theme file", "templates/assets/list.js", "const known = ['VELVET-77'];\n"),
      ("SKU in a drawing", "media/open.svg", "<svg><!-- VELVET-77 --></svg>\n"),
      (
        "picture of a hidden product", "content/pages/note.md",
        page("![x](/media/velvet-front.svg)")
      ),
      (
        "title in a source map", "templates/assets/app.js.map",
        "{\"version\":3,\"sourcesContent\":[\"const name = 'Velvet Ombr\\u00e9';\"]}\n"
      ),
      ("handle in a list for machines", "templates/assets/llms.txt", "- /products/velvet-ombre/\n"),
      (
        "title in JSON-LD", "templates/partials/card.html.liquid",
        "<script type=\"application/ld+json\">{\"isRelatedTo\":[{\"name\":\"Velvet Ombr\\u00e9\"}]}</script>\n"
      ),
      ("private collection's title", "content/pages/note.md", page("The Cabinet Noir opens.")),
      ("member's price beside its code", "content/pages/note.md", page("OPEN-SQ-1 for €399.15")),
      ("teaser's code", "content/pages/note.md", page("Ask for SHY-SQ-1.")),
    ])
  func leak(_ name: String, _ path: String, _ text: String) throws {
    let site = try Self.house(path, text)
    let leaks = try site.leaks()
    #expect(!leaks.isEmpty, "\(name)")
    #expect(leaks.allSatisfy { $0.file.hasPrefix("public/") }, "gold members may see it")
    #expect(!site.exists("public/index.html"), "nothing is published")
  }

  @Test("tells file, record and what to do, never the value")
  func leakWords() throws {
    let site = try Self.house("content/pages/note.md", Self.page("Soon: VELVET-77."))
    let leak = try #require(try site.leaks().first { $0.file == "public/en-eu/note/index.html" })
    #expect(leak.kind == .sku && leak.record.id == "var_hidden" && leak.offset > 0)
    #expect(!"\(leak.diagnostic)".contains("VELVET-77"))
  }

  @Test("leaves the old site and lists all errors of all files")
  func errors() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.build()
    let before = try site.content()
    try site.folder.write("content/pages/about.md", "---\ntitel: About\n---\n")
    try site.folder.write("content/journal/first.md", "---\ntitle: A\npublished_at: soon\n---\n")
    try site.folder.write("content/products/open-square.md", "---\nid: prd_open\nprice: 3\n---\n")
    let found = try site.findings()
    #expect(
      Set(found.map(\.code)) == ["content.unknown-key", "content.type", "content.not-owned"])
    let unknown = try #require(found.first { $0.code == "content.unknown-key" })
    #expect(unknown.location?.file == "content/pages/about.md" && unknown.location?.line == 2)
    #expect(unknown.help == "did you mean `title`?")
    #expect(try site.content() == before)
  }

  @Test("refuses to lose most of its products unless told that this is right")
  func shrink() throws {
    var lines = SmallHouse.seed.split(separator: "\n").filter { $0.hasPrefix("{") }.map(String.init)
    let few = lines.joined(separator: "\n")
    for number in 1...20 {
      lines.append(
        """
        {"type":"product","id":"prd_n\(number)","attributes":{"handle":"number-\(number)",\
        "title":"Number \(number)","status":"active"}}
        """)
    }
    let site = try VirtualSite(SmallHouse.archive)
    try site.fill(lines.joined(separator: "\n"))
    try site.build()
    try site.fill(few)
    #expect(throws: SiteError.self) { try site.build() }
    #expect(site.exists("public/en-eu/products/number-1/index.html"))
    try site.build(.init(allowsShrink: true, workers: 2))
    #expect(!site.exists("public/en-eu/products/number-1/index.html"))
  }

  @Test("says what to do where there is no mirror")
  func noMirror() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try Files.removeTree("\(site.path)/.trumeau")
    #expect(throws: SiteError.self) { try site.build() }
  }
}
