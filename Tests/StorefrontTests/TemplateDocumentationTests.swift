import Diagnostics
import Liquid
import Machine
import Storefront
import Support
import Testing

@Suite("docs/templates.md")
struct TemplateDocumentationTests {
  /// The first cells and second cells of the tables below a heading.
  private static func rows(_ heading: String) throws -> [(name: String, rest: String)] {
    let text = try Files.readText("\(SharedFolder.repository)/docs/templates.md")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.firstIndex { $0 == heading })
    let rest = lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
    return rest.filter { $0.hasPrefix("| `") }.map { line in
      let cells = line.split(separator: "|")
      return (quoted(cells[0]).first ?? "", cells.count > 1 ? String(cells[1]) : "")
    }
  }

  private static func quoted(_ text: some StringProtocol) -> [String] {
    text.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset % 2 == 1 }.map { String($0.element) }
  }

  /// The words of a paragraph that begins so.
  private static func list(_ beginning: String) throws -> [String] {
    let text = try Files.readText("\(SharedFolder.repository)/docs/templates.md")
    let start = try #require(text.firstRange(of: beginning)?.upperBound)
    let end = text[start...].firstRange(of: "\n\n")?.lowerBound ?? text.endIndex
    return quoted(text[start..<end])
  }

  private static func firstWord(_ text: String) -> String {
    String(text.prefix { $0 != " " && $0 != ":" })
  }

  @Test("names every filter and no other")
  func filters() throws {
    let own = try Self.rows("## Filters").map { Self.firstWord($0.name) }
      .filter { !$0.hasPrefix("{{") }
    let documented = own + (try Self.list("Filters of the language:"))
    let known = StorefrontDialect.make().filterNames
    // `date` is the language's own and a theme's.
    #expect(Set(documented).symmetricDifference(known) == [])
    #expect(documented.count == Set(documented).count, "each once")
  }

  @Test("names every tag and no other")
  func tags() throws {
    let documented = try Self.rows("## Tags").map { Self.firstWord($0.name) }
    #expect(Set(documented) == Set(StorefrontDialect.make().tagNames))
    let set = TemplateSet(dialect: StorefrontDialect.make(), loader: nil)
    for tag in try Self.list("Of the language itself:") {
      do throws(LiquidError) {
        _ = try set.compile(TemplateSource(name: "x", text: "{% \(tag) %}"))
      } catch {
        #expect(!error.message.contains("Unknown tag"), "\(tag)")
      }
    }
  }

  @Test("names only properties that there are")
  func properties() throws {
    let paging = Paging(page: 2, pageSize: 2, itemCount: 5) { "/c/\($0)/" }
    let stage = Stage(
      templates: [
        "sections/s": """
        {% schema %}{"blocks":[{"type":"b"}],"default":{"blocks":[{"type":"b"}]}}{% endschema %}
        """
      ], paging: paging, forms: ["contact": "https://f.example"], hasProduct: true)
    let ways = [
      "product": "product", "variant": "product.variants[0]",
      "option": "product.options_with_values[0]", "image": "product.images[0]",
      "video": "product.media[2]", "metafield": "product.metafields.maison.material",
      "request": "request", "localization": "localization", "routes": "routes",
      "linklist": "linklists.main", "link": "linklists.main.links[0]", "paginate": "paginate",
      "part": "paginate.parts[0]", "viewer": "viewer", "market": "localization.market",
      "language": "localization.language",
    ]
    var seen: Set<String> = []
    for (name, properties) in try Self.rows("## Objects") {
      guard let way = ways[name] else { continue }
      seen.insert(name)
      // What follows a semicolon is said of the same thing in another place.
      for property in Self.quoted(properties.prefix { $0 != ";" && $0 != ":" }) {
        let result = try stage.run("{{ \(way).\(property) }}")
        #expect(result.error == nil, "\(name).\(property)")
      }
    }
    #expect(seen == Set(ways.keys))
  }

  @Test("names every property of a product, a variant and a picture")
  func complete() throws {
    let stage = Stage(hasProduct: true)
    for (name, way) in [
      ("product", "product"), ("variant", "product.variants[0]"), ("image", "product.images[0]"),
    ] {
      let row = try #require(try Self.rows("## Objects").first { $0.name == name })
      let keys = try stage.render(
        "{% for pair in \(way) %}{{ pair[0] }},{% endfor %}")
      #expect(Set(keys.split(separator: ",").map(String.init)) == Set(Self.quoted(row.rest)))
    }
  }

  @Test("names only types of settings that there are")
  func settingTypes() throws {
    for type in try Self.list("Types:") {
      let stage = Stage(
        templates: [
          "sections/a":
            "{% schema %}{\"settings\":[{\"type\":\"\(type)\",\"id\":\"x\"}]}{% endschema %}"
        ])
      let found = try stage.run("").findings
      #expect(!found.contains { $0.message.contains("no settings of type") }, "\(type)")
    }
  }
}
