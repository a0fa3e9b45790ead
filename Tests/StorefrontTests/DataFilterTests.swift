import Diagnostics
import Liquid
import Testing

@testable import Storefront

@Suite("Filters of data, links and addresses of people")
struct DataFilterTests {
  @Test(
    "JSON that can stand in a script element",
    arguments: [
      Row("{{ nil | json }}", "null"), Row("{{ true | json }}", "true"),
      Row("{{ false | json }}", "false"), Row("{{ 12 | json }}", "12"),
      Row("{{ 1.50 | json }}", "1.5"), Row("{{ x.rate | json }}", "0.1"),
      Row("{{ x.huge | json }}", "123456789012345678901234567890"),
      Row("{{ '' | json }}", "\"\""),
      Row(
        "{{ '</script><!-- & \"' | json }}",
        "\"\\u003C/script\\u003E\\u003C!-- \\u0026 \\\"\""),
      Row("{{ x.tags | json }}", "[\"a\",\"\\u003Cb\\u003E\"]"),
      Row(
        "{{ x | json }}",
        "{\"rate\":0.10,\"huge\":123456789012345678901234567890,"
          + "\"tags\":[\"a\",\"\\u003Cb\\u003E\"],\"none\":null}"),
      Row("{{ 'a,b' | split: ',' | json }}", "[\"a\",\"b\"]"),
      Row("{{ (1..3) | json }}", "[1,2,3]"),
      Row("{{ x.tags | reverse | json }}", "[\"\\u003Cb\\u003E\",\"a\"]"),
      Row(
        "{{ collections | json }}",
        "[{\"title\":\"Silk\",\"handle\":\"silk\",\"url\":\"/en-eu/collections/silk/\"}]"),
    ])
  func json(_ row: Row) throws {
    let data = """
      {"x":{"rate":0.10,"huge":123456789012345678901234567890,"tags":["a","<b>"],"none":null}}
      """
    let output = try Stage(data: data).render(row.template)
    #expect(output.lowercased() == row.output.lowercased())
  }

  @Test("structured_data describes the page's own product, safely, and nothing else")
  func structuredData() throws {
    let stage = Stage(template: "product", hasProduct: true)
    let text = try stage.render("{{ product | structured_data }}")
    #expect(text.hasPrefix("{\"@context\":\"https://schema.org\",\"@type\":\"ProductGroup\""))
    #expect(text.contains("\"price\":\"399.00\""))
    #expect(!text.contains("<") && !text.contains("Square & Co"))
    let other = try stage.run("{{ collections['silk'] | structured_data }}")
    #expect(other.output.isEmpty && other.warnings.map(\.code) == ["theme.structured-data"])
  }

  @Test("structured_data describes the page's own article")
  func article() throws {
    let stage = Stage(
      data: "{\"article\":{\"url\":\"/en-eu/journal/a/\"}}", template: "article",
      path: "/en-eu/journal/a/")
    #expect(try stage.render("{{ article | structured_data }}") == "{\"@type\":\"BlogPosting\"}")
  }

  @Test(
    "a merchant's own fields as elements and as text",
    arguments: [
      (
        "material", "<span class=\"metafield-single_line_text_field\">Silk &lt;twill&gt;</span>",
        "Silk <twill>"
      ),
      (
        "care",
        "<ul class=\"metafield-single_line_text_field-array\">"
          + "<li class=\"metafield-single_line_text_field\">Cold</li>"
          + "<li class=\"metafield-single_line_text_field\">By hand</li></ul>", "Cold, By hand"
      ),
      ("grams", "<span class=\"metafield-number_integer\">65</span>", "65"),
      (
        "made", "<time class=\"metafield-date\" datetime=\"2026-01-05\">January 5, 2026</time>",
        "January 5, 2026"
      ),
      ("lined", "<span class=\"metafield-boolean\">true</span>", "true"),
      (
        "link",
        "<a class=\"metafield-url\" href=\"https://a.example/x?a=1&amp;b=2\">"
          + "https://a.example/x?a=1&amp;b=2</a>", "https://a.example/x?a=1&b=2"
      ),
      ("text", "<span class=\"metafield-multi_line_text_field\">one<br>two</span>", "one\ntwo"),
      ("deposit", "<span class=\"metafield-money\">€1,234.56</span>", "€1,234.56"),
    ])
  func metafields(_ key: String, _ element: String, _ text: String) throws {
    let stage = Stage(hasProduct: true)
    let field = "product.metafields.maison.\(key)"
    #expect(try stage.render("{{ \(field) | metafield_tag }}") == element)
    #expect(try stage.render("{{ \(field) | metafield_text }}") == text)
  }

  @Test("a field of data is a script that cannot end early; a missing one is nothing")
  func dataField() throws {
    let stage = Stage(undefined: .ignore, hasProduct: true)
    let text = try stage.render("{{ product.metafields.maison.size | metafield_tag }}")
    #expect(text.hasPrefix("<script class=\"metafield-json\" type=\"application/json\">{\"w\":90"))
    #expect(text.components(separatedBy: "</script>") == 2)
    #expect(try stage.render("{{ product.metafields.maison.nothing | metafield_tag }}") == "")
    #expect(
      try stage.error("{{ product.metafields.maison.material.value | metafield_tag }}")
        == "metafield_tag and metafield_text need a metafield")
  }

  @Test(
    "links",
    arguments: [
      Row("{{ 'A & B' | link_to: '/x?a=1&b=2' }}", "<a href=\"/x?a=1&amp;b=2\">A &amp; B</a>"),
      Row("{{ 'X' | link_to: '/x', 'Go' }}", "<a href=\"/x\" title=\"Go\">X</a>"),
      Row("{{ 'X' | link_to: '/x', class: 'b' }}", "<a href=\"/x\" class=\"b\">X</a>"),
      Row(
        "{{ '/a.jpg' | image_tag | link_to: '/x' }}",
        "<a href=\"/x\"><img src=\"/a.jpg\" alt=\"\"></a>"),
      Row("{{ '/products/a' | within: collections['silk'] }}", "/products/a"),
    ])
  func links(_ row: Row) throws { #expect(try Stage().render(row.template) == row.output) }

  @Test("the row of page links marks this page, leaves gaps and takes words")
  func pagination() throws {
    let paging = Paging(page: 5, pageSize: 10, itemCount: 95) { "/c/page/\($0)/" }
    let stage = Stage(paging: paging)
    let row = try stage.render("{{ paginate | default_pagination }}")
    #expect(row.hasPrefix("<span class=\"prev\"><a rel=\"prev\" href=\"/c/page/4/\">«</a></span> "))
    #expect(row.contains("<span class=\"page current\" aria-current=\"page\">5</span>"))
    #expect(row.contains("<span class=\"deco\">…</span>"))
    #expect(row.contains("<span class=\"page\"><a href=\"/c/page/10/\">10</a></span>"))
    let worded = try stage.render(
      "{{ paginate | default_pagination: next: 'Older', previous: 'Newer', anchor: 'list' }}")
    #expect(worded.contains("href=\"/c/page/6/#list\">Older</a>") && worded.contains(">Newer<"))
    #expect(paging.parts == [1, nil, 3, 4, 5, 6, 7, nil, 10])
    #expect(Paging(page: 2, pageSize: 1, itemCount: 3) { "\($0)" }.parts == [1, 2, 3])
    let single = Stage(paging: Paging(page: 1, pageSize: 10, itemCount: 3) { "/c/\($0)/" })
    #expect(try single.render("{{ paginate | default_pagination }}") == "")
  }

  static let people = """
    {"fr":{"first_name":"Ada","last_name":"B","company":"C & D","address1":"1 rue X","city":"Paris",
    "zip":"75001","country_code":"FR"},
    "us":{"name":"Ada","address1":"1 Main St","address2":"Apt 2","city":"Austin",
    "province_code":"TX","zip":"78701","country":"United States","country_code":"US"},
    "gb":{"address1":"1 High St","city":"London","zip":"W1","country_code":"GB"},
    "jp":{"address1":"1-2","city":"Shibuya","province":"Tokyo","zip":"150-0001",
    "country_code":"JP"},"it":{"city":"Roma","zip":"00100","province":"RM","country_code":"IT"}}
    """

  @Test(
    "addresses in the order of their country",
    arguments: [
      Row(
        "{{ fr | format_address }}",
        "<p>Ada B<br>C &amp; D<br>1 rue X<br>75001 Paris<br>France</p>"),
      Row(
        "{{ us | format_address }}",
        "<p>Ada<br>1 Main St<br>Apt 2<br>Austin, TX 78701<br>United States</p>"),
      Row(
        "{{ gb | format_address }}",
        "<p>1 High St<br>London<br>W1<br>United Kingdom</p>"),
      Row("{{ jp | format_address }}", "<p>1-2<br>〒150-0001<br>Tokyo Shibuya<br>Japan</p>"),
      Row("{{ it | format_address }}", "<p>00100 Roma (RM)<br>Italy</p>"),
      Row("{{ nil | format_address }}", ""),
    ])
  func addresses(_ row: Row) throws {
    #expect(try Stage(data: Self.people).render(row.template) == row.output)
  }
}

extension String {
  /// How many parts a separator makes.
  fileprivate func components(separatedBy separator: String) -> Int {
    var count = 1
    var rest = self[...]
    while let range = rest.firstRange(of: separator) {
      count += 1
      rest = rest[range.upperBound...]
    }
    return count
  }
}
