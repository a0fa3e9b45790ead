import BuildComparison
import Diagnostics
import Support
import Testing

@testable import Site

@Suite("What templates do wrong")
struct TemplateErrorTests {
  static func house(_ files: [String: String], settings: String = "") throws -> VirtualSite {
    let site = try VirtualSite(SmallHouse.archive)
    for (path, text) in files { try site.folder.write(path, text) }
    if !settings.isEmpty {
      try site.folder.write("trumeau.yaml", site.read("trumeau.yaml") + settings)
    }
    return site
  }

  @Test("is told of all templates at once, each with its place and excerpt")
  func parseErrors() throws {
    let site = try Self.house([
      "templates/pages/product.html.liquid": "<h1>{{ product.title }}</h1>\n{% if product %}\n",
      "templates/partials/card.html.liquid": "{{ card.title | moneys }}",
      "templates/sections/header.html.liquid": "\n  {% nav %}",
      "templates/pages/page.html.liquid": "{% render 'crad' %}",
      "templates/pages/blog.html.liquid": "{% section 'haeder' %}",
    ])
    let found = try site.findings()
    let places = Set(
      found.map { "\($0.code) \($0.location?.file ?? "") \($0.location?.line ?? 0)" })
    #expect(
      places == [
        "liquid.syntax templates/pages/product.html.liquid 2",
        "liquid.undefined-filter templates/partials/card.html.liquid 1",
        "liquid.syntax templates/sections/header.html.liquid 2",
        "liquid.partial templates/pages/page.html.liquid 1",
        "theme.section templates/pages/blog.html.liquid 1",
      ])
    #expect(found.count == places.count, "each once")
    let filter = try #require(found.first { $0.code == "liquid.undefined-filter" })
    #expect(filter.help == "did you mean 'money'?")
    #expect(filter.location?.excerpt == "{{ card.title | moneys }}")
    let partial = try #require(found.first { $0.code == "liquid.partial" })
    #expect(partial.location?.excerpt == "{% render 'crad' %}")
    #expect(!site.exists("public/index.html"))
  }

  @Test("while rendering is told of all pages, with the way that led there and the record")
  func renderErrors() throws {
    let site = try Self.house([
      "templates/partials/price.html.liquid": "\n{{ item.price | divided_by: 0 }}",
      "templates/pages/product.html.liquid":
        "{% if product.handle == 'open-square' %}\n{% render 'price', item: product %}{% endif %}",
      "templates/pages/page.html.liquid": "{{ page.title | money }}",
    ])
    let found = try site.findings()
    #expect(
      found.map { "\($0.code) \($0.location?.file ?? "") \($0.location?.line ?? 0)" } == [
        "liquid.argument templates/pages/page.html.liquid 1",
        "liquid.zero-division templates/partials/price.html.liquid 2",
      ])
    let division = try #require(found.last)
    #expect(division.record?.id == "prd_open" && division.record?.title != nil)
    #expect(division.notes.first == "included from templates/pages/product.html.liquid:2")
    #expect(division.notes.contains("while rendering /en-eu/products/open-square/"))
    // Two languages for two audiences, and Japan for both: six pages have the fault.
    #expect(division.notes.last == "and 5 more pages")
    #expect(division.location?.column == 1)
  }

  @Test("is looked for no further once there are a hundred different faults")
  func cap() throws {
    let lines = (1...150).map { "{% if n == \($0) %}\n{{ page.title | money }}{% endif %}" }
    var files = [
      "templates/pages/page.html.liquid":
        "{% assign n = page.title | plus: 0 %}" + lines.joined(separator: "\n")
    ]
    for number in 1...150 {
      files["content/pages/p\(number).md"] = "---\ntitle: \"\(number)x\"\n---\nText.\n"
    }
    let found = try Self.house(files).findings()
    #expect(found.count >= 100 && found.count < 150)
  }

  static let optional = [
    "templates/pages/page.html.liquid": """
    {{ page.titel }}{{ page.extra | default: 'none' }}{% if page.other %}x{% endif %}
    {% unless page.that %}y{% endunless %}{% if page.more == 'z' %}{% endif %}{{ pge }}
    """
  ]

  @Test("a variable that is not there is a warning by default, with its whole way")
  func undefinedWarns() throws {
    let report = try Self.house(Self.optional).build()
    let found = report.diagnostics.filter { $0.code == "liquid.undefined-variable" }
    #expect(
      found.map { "\($0.severity.word) \($0.location?.line ?? 0) \($0.message)" } == [
        "warning 1 undefined variable page.titel", "warning 2 undefined variable pge",
      ])
    #expect(found.last?.help == "did you mean 'page'?")
    #expect(found.first?.record?.id == "content/pages/about.md")
  }

  @Test("it is told once for all pages, with the templates that led there")
  func undefinedOnce() throws {
    let report = try Self.house([
      "templates/partials/card.html.liquid": "{{ card.titel }}",
      "templates/pages/product.html.liquid": "{% render 'card', card: product %}",
    ]).build()
    let found = report.diagnostics.filter { $0.code == "liquid.undefined-variable" }
    #expect(found.count == 1 && found.first?.message == "undefined variable card.titel")
    #expect(found.first?.notes.contains { $0.hasPrefix("included from templates/pages/") } == true)
  }

  @Test("it is an error or nothing where the settings say so")
  func undefinedPolicies() throws {
    let strict = try Self.house(Self.optional, settings: "\ntemplates:\n  undefined: error\n")
    let found = try strict.findings()
    #expect(found.map(\.code) == ["liquid.undefined-variable"])
    #expect(found.first?.severity == .error && found.first?.location?.line == 1)
    let lenient = try Self.house(Self.optional, settings: "\ntemplates:\n  undefined: off\n")
    #expect(try lenient.build().diagnostics.allSatisfy { $0.code != "liquid.undefined-variable" })
  }

  @Test(
    "a template that runs away ends at the project's limits, and is named",
    arguments: [
      ("loop_steps: 50", "{% for i in (1..100) %}{% endfor %}"),
      ("output_bytes: 2048", "{% for i in (1..500) %}0123456789{% endfor %}"),
      ("depth: 5", "{% include 'again' %}"),
    ])
  func limits(_ limit: String, _ template: String) throws {
    let site = try Self.house(
      [
        "templates/pages/page.html.liquid": template,
        "templates/partials/again.html.liquid": "{% include 'again' %}",
      ], settings: "\ntemplates:\n  limits:\n    \(limit)\n")
    let found = try #require(try site.findings().first)
    #expect(found.code == "liquid.limit" || found.code == "liquid.nesting")
    #expect(found.location?.file.hasPrefix("templates/") == true)
  }

  @Test("output is escaped by default where the settings say so, but for what is marked raw")
  func escape() throws {
    let files = [
      "templates/pages/page.html.liquid":
        "{% capture c %}<i>{{ page.title }}</i>{% endcapture %}<p>{{ page.title }}</p>{{ c }}"
        + "{{ page.content | raw }}",
      "content/pages/note.md": "---\ntitle: A < B\n---\n*Text*.\n",
    ]
    let plain = try Self.house(files)
    try plain.build()
    #expect(try plain.read("public/en-eu/note/index.html").contains("<p>A < B</p><i>A < B</i>"))
    let escaped = try Self.house(files, settings: "\ntemplates:\n  escape: true\n")
    try escaped.build()
    let page = try escaped.read("public/en-eu/note/index.html")
    #expect(page.contains("<p>A &lt; B</p><i>A &lt; B</i>"))
    #expect(page.contains("<em>Text</em>") && page.contains("<link rel=\"canonical\""))
  }
}
