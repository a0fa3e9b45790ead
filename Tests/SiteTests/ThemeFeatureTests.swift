import BuildComparison
import Diagnostics
import Support
import Testing

@testable import Site

@Suite("A theme in a build")
struct ThemeFeatureTests {
  private static func page(
    _ template: String, _ more: [String: String] = [:], settings: String = ""
  )
    throws -> VirtualSite
  {
    var files = more
    files["templates/pages/page.html.liquid"] = template
    return try TemplateErrorTests.house(files, settings: settings)
  }

  private static func about(_ template: String, _ more: [String: String] = [:]) throws -> String {
    let site = try page("{% layout none %}\(template)", more)
    try site.build()
    return try site.read("public/en-eu/about/index.html")
  }

  @Test(
    "looks up records, content and pictures by handle",
    arguments: [
      ("{{ collections['silk'].title }} {{ collections.silk.all_products_count }}", "Silk 3"),
      ("{{ all_products['open-square'].title }}", "Open Square"),
      ("{{ all_products['velvet-ombre'].title | default: 'hidden' }}", "hidden"),
      ("{{ pages['about'].title }} {{ pages.about.url }}", "About /en-eu/about/"),
      (
        "{{ blogs['journal'].articles.first.title }} {{ blogs.journal.articles_count }}",
        "First letter 1"
      ),
      ("{{ articles['first'].title }}", "First letter"),
      ("{{ linklists['main'].links.first.title }}", "Silk"),
      ("{{ images['open.svg'].src }} {{ images['open.svg'].width }}", "/media/open.svg 1600"),
      ("{{ images['../trumeau.yaml'].src | default: 'none' }}", "none"),
      ("{{ program.name }} {{ programs.size }}", "The Ring 1"),
      ("{{ handle }} {{ current_page }}", "about 1"),
      (
        "{% for shelf in collections %}{{ shelf.products_count }} {{ shelf.products | map: 'title' | join: ', ' }};{% endfor %}",
        "2 Open Square, Second Square;"
      ),
      ("{{ collections.first.nothing | default: 'none' }}", "none"),
      ("{{ collections.silk.all_types.size }}{{ collections.silk.all_tags | join }}", "0"),
    ])
  func lookups(_ template: String, _ output: String) throws {
    #expect(try Self.about(template) == output)
  }

  @Test("shows of the collections of a product what it shows of any")
  func collectionsOfProduct() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.folder.write(
      "templates/pages/product.html.liquid",
      """
      {% layout none %}{% for shelf in product.collections %}{{ shelf.title }} {{ shelf.id }} \
      {{ shelf.all_products_count }}: {{ shelf.products | map: 'title' | join: ', ' }};{% endfor %}
      """)
    try site.build()
    #expect(
      try site.read("public/en-eu/products/open-square/index.html")
        == "Silk col_silk 3: Open Square, Second Square;")
  }

  @Test("shows of products in lists what their own pages show to the same audience")
  func wholeCards() throws {
    let site = try VirtualSite(SmallHouse.archive)
    try site.folder.write(
      "templates/pages/collection.html.liquid",
      """
      {% layout none %}{% for card in collection.products %}{{ card.title }}: \
      {{ card.description | strip_html | strip }} {{ card.variants | map: 'sku' | join }} \
      {{ card.variants.first.inventory_quantity }};{% endfor %}
      """)
    try site.build()
    let first = try site.read("public/en-eu/collections/silk/index.html")
    #expect(
      first == "Open Square: Plain silk. OPEN-SQ-1 5;Second Square:  SECOND-SQ-1 0;", "\(first)")
    let second = try site.read("public/en-eu/collections/silk/page/2/index.html")
    #expect(second == "Shy Square:   ;", "\(second)")
    let third = try site.read("private/main/gold/en-eu/collections/silk/page/2/index.html")
    #expect(third.contains("Shy Square: Only for members. SHY-SQ-1"), "\(third)")
  }

  @Test("names the kinds, makers and tags of a collection's products where templates ask")
  func facets() throws {
    let site = try VirtualSite(
      SmallHouse.archive.replacing(
        "\"title\":\"Second Square\"",
        with:
          "\"title\":\"Second Square\",\"product_type\":\"Twill\",\"vendor\":\"House\",\"tags\":[\"b\",\"a\"]"
      ))
    try site.folder.write(
      "templates/pages/collection.html.liquid",
      """
      {% layout none %}{{ collection.all_types | join }} {{ collection.all_vendors | join }} \
      {{ collection.all_tags | join: ',' }}
      """)
    try site.build()
    #expect(try site.read("public/en-eu/collections/silk/index.html") == "Twill House a,b")
  }

  @Test("gathers what sections say of style and behaviour into one file each, linked once")
  func gathered() throws {
    let site = try TemplateErrorTests.house([
      "templates/sections/header.html.liquid":
        "<nav></nav>{% stylesheet %}nav{margin:0}{% endstylesheet %}"
        + "{% javascript %}window.x=1{% endjavascript %}"
    ])
    try site.build()
    let page = try site.read("public/en-eu/about/index.html")
    let files = try site.content(["public"]).keys.filter { $0.contains("/assets/sections.") }
    #expect(files.count == 2)
    for file in files { #expect(page.contains(String(file.dropFirst("public".count)))) }
    #expect(!page.contains("nav{margin:0}"))
    let style = try #require(files.first { $0.hasSuffix(".css") })
    #expect(try site.read(style) == "nav{margin:0}\n")
  }

  @Test(
    "fills sections from groups and settings, and refuses values that do not fit, with their line")
  func sections() throws {
    let hero = """
      {{ section.settings.words }}{{ settings.motto }}
      {% schema %}{"settings":[{"type":"text","id":"words","default":"usual"}]}{% endschema %}
      """
    var files = [
      "templates/sections/hero.html.liquid": hero,
      "templates/sections/top.json":
        "{\"sections\":{\"a\":{\"type\":\"hero\",\"settings\":{\"words\":\"ours\"}}},\"order\":[\"a\"]}",
      "templates/config/settings_schema.json":
        "[{\"name\":\"Words\",\"settings\":[{\"type\":\"text\",\"id\":\"motto\",\"default\":\"!\"}]}]",
    ]
    #expect(
      try Self.about("{% sections 'top' %}{% section 'hero' %}", files)
        .split(separator: "\n").filter { $0 != "" } == ["ours!", "usual!"])
    files["templates/sections/top.json"] =
      "{\"sections\":{\"a\":{\"type\":\"hero\",\"settings\":{\n\"wrods\":\"ours\"}}},\"order\":[\"a\"]}"
    let found = try Self.page("{% sections 'top' %}", files).findings()
    #expect(found.map(\.message) == ["section `hero` has no setting `wrods`"])
    #expect(found.first?.location?.file == "templates/sections/top.json")
    #expect(found.first?.location?.line == 2 && found.first?.location?.column == 1)
    #expect(found.first?.help == "did you mean `words`?")
  }

  @Test("offers pictures in the sizes of the project's pattern and still links the file")
  func pictures() throws {
    let yaml = SmallHouse.archive.replacing(
      "  raster: png", with: "  raster: png\n  pattern: \"{url}?width={width}\"")
    let site = try VirtualSite(
      yaml.replacing("/media/open.svg", with: "/media/open.jpg")
        .replacing("-- media/open.svg --", with: "-- media/open.jpg --"))
    try site.folder.write(
      "templates/pages/product.html.liquid",
      "{% layout none %}{{ product | image_url: width: 400 | image_tag: widths: '200,400' }}")
    try site.build()
    #expect(
      try site.read("public/en-eu/products/open-square/index.html")
        == "<img src=\"/media/open.jpg?width=400\" alt=\"An open square\" "
        + "srcset=\"/media/open.jpg?width=200 200w, /media/open.jpg?width=400 400w\" "
        + "width=\"400\" height=\"500\">")
    #expect(site.exists("public/media/open.jpg"))
    let broken = try VirtualSite(
      SmallHouse.archive.replacing(
        "  raster: png", with: "  raster: png\n  pattern: \"{url}?width={wide}\""))
    #expect(try broken.findings().map(\.code) == ["config.media-pattern"])
  }

  @Test("writes money as each market's settings say")
  func money() throws {
    let own = SmallHouse.archive.replacing(
      "eu: { market: mkt_eu, locales: [en, fr] }",
      with:
        "eu: { market: mkt_eu, locales: [en, fr], money_format: \"{{amount_with_comma_separator}} €\" }"
    )
    let site = try VirtualSite(own)
    try site.build()
    #expect(try site.read("public/en-eu/products/open-square/index.html").contains("420,50 €"))
    #expect(try site.read("public/en-jp/products/open-square/index.html").contains("¥68,000"))
    let broken = try VirtualSite(own.replacing("amount_with_comma_separator", with: "sum"))
    #expect(try broken.findings().map(\.code) == ["config.money-format"])
  }

  @Test("sends forms where the storefront's settings say, and refuses others before a page is made")
  func forms() throws {
    let template = "{% layout none %}{% form 'contact' %}<button>Send</button>{% endform %}"
    let refused = try Self.page(template).findings()
    #expect(refused.map(\.code) == ["theme.form"])
    #expect(refused.first?.help == "set `forms.contact` in the storefront's settings")
    let site = try Self.page(template)
    try site.folder.write(
      "storefronts/main.yaml",
      site.read("storefronts/main.yaml") + "\nforms:\n  contact: https://forms.example/house\n")
    try site.build()
    #expect(
      try site.read("public/en-eu/about/index.html").contains(
        "<form method=\"post\" action=\"https://forms.example/house\""))
  }
}
