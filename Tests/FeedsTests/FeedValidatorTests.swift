import Bytes
import Diagnostics
import Feeds
import Machine
import Support
import Testing

@Suite("The feed validator")
struct FeedValidatorTests {
  private static let right = [
    "id": "A-1", "title": "Carré de soie", "description": "Soie, 90 cm.",
    "link": "https://maison.example/p/a/", "image_link": "https://maison.example/a.jpg",
    "price": "420.00 EUR", "availability": "in_stock", "brand": "Maison",
    "gtin": "4006381333931",
  ]

  private func codes(
    _ items: [[(String, String)]], options change: (inout FeedValidator.Options) -> Void = { _ in }
  ) throws -> [String] {
    let body = items.map { fields in
      "<item>\(fields.map { "<g:\($0.0)>\($0.1)</g:\($0.0)>" }.joined())</item>"
    }.joined(separator: "\n")
    return try codes(
      document: "<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\"><channel>"
        + "<title>t</title><link>https://maison.example/</link><description>d</description>"
        + "\(body)</channel></rss>", options: change)
  }

  private func codes(
    document: String, options change: (inout FeedValidator.Options) -> Void = { _ in }
  ) throws -> [String] {
    let folder = try ScratchFolder()
    let path = try folder.write("feed.xml", document)
    var options = FeedValidator.Options(now: Instant(seconds: 1_795_500_000))
    change(&options)
    return try FeedValidator(options).validate(file: path).counts.map(\.code)
  }

  /// A right item with some fields changed; nil removes one.
  private func item(
    _ changes: [(String, String?)] = [], adding: [(String, String)] = []
  ) -> [(String, String)] {
    var fields = Self.right
    for (name, value) in changes { fields[name] = value }
    return fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } + adding
  }

  @Test("a right item has no findings")
  func right() throws { #expect(try codes([item()]) == []) }

  @Test(
    "one wrong value gives one code",
    arguments: [
      ("price", "420", "price-format"), ("price", "€420.00", "price-format"),
      ("price", "420,00 EUR", "price-format"), ("price", "1 420.00 EUR", "price-format"),
      ("price", "420.00 EUX", "price-currency"), ("price", "420.5 JPY", "price-minor-units"),
      ("price", "0.00 EUR", "price-not-positive"), ("price", nil, "required-missing:price"),
      ("sale_price", "420.00 EUR", "sale-not-lower"),
      ("sale_price_effective_date", "2026-01-01/2026-02-01", "sale-date-without-sale-price"),
      ("availability", "in stock", "enum-normalise:availability"),
      ("availability", "maybe", "enum:availability"),
      ("availability", "preorder", "availability-date-missing"),
      ("availability_date", "tomorrow", "date-format:availability_date"),
      ("gtin", "4006381333932", "gtin-check-digit"), ("gtin", "123", "gtin-length"),
      ("gtin", "40063813A3931", "gtin-format"), ("gtin", "2006381333933", "gtin-restricted"),
      ("gtin", "0000000000000", "gtin-placeholder"), ("gtin", nil, "identifiers-missing"),
      ("identifier_exists", "no", "identifier-exists-conflict"), ("brand", nil, "brand-missing"),
      ("link", "ftp://maison.example/a", "url-scheme"), ("link", "/p/a", "url-invalid"),
      ("link", "https://maison.example/é", "url-not-encoded"),
      ("image_link", "https://maison.example/a.svg", "image-format"),
      ("additional_image_link", "https://maison.example/a.jpg", "image-duplicate"),
      ("title", "CARRÉ DE SOIE JARDIN", "title-style"), ("title", "Buy now: carré", "title-style"),
      ("description", "Soie &lt;b&gt;90&lt;/b&gt;", "description-html"),
      ("description", "Soie &amp;amp; lin", "double-escape"), ("brand", "", "empty-value"),
      ("condition", "New", "enum-normalise:condition"), ("colour", "red", "unknown-attribute"),
      ("multipack", "1", "range:multipack"), ("shipping_weight", "65 grams", "unit-mismatch"),
      ("tax", "", "subattribute-missing:tax.rate"),
      ("expiration_date", "2028-01-01", "expiration-far"),
      ("google_product_category", "Apparel &amp; Accessories &gt; Shoes", "apparel-missing:size"),
    ] as [(String, String?, String)])
  func oneFault(_ sample: (name: String, value: String?, code: String)) throws {
    #expect(try codes([item([(sample.name, sample.value)])]).contains(sample.code))
  }

  @Test("texts are counted in Unicode scalars")
  func lengths() throws {
    #expect(try codes([item([("title", String(repeating: "é", count: 150))])]) == [])
    #expect(
      try codes([item([("title", String(repeating: "é", count: 151))])]) == ["title-length"])
    #expect(try codes([item([("id", String(repeating: "x", count: 51))])]) == ["id-length"])
  }

  @Test("rules across items see ids, numbers and groups")
  func across() throws {
    #expect(
      try codes([item(), item([("gtin", "4006381333948")])]).contains("id-duplicate"))
    #expect(try codes([item(), item([("id", "a-1")])]) == ["gtin-shared", "id-case-collision"])
    func variant(_ id: String, _ colour: String?, _ gtin: String) -> [(String, String)] {
      item([("id", id), ("item_group_id", "G"), ("color", colour), ("gtin", gtin)])
    }
    let first = variant("A-1", "red", "4006381333931")
    #expect(try codes([first, variant("A-2", "blue", "4006381333948")]) == [])
    #expect(
      try codes([first, variant("A-2", "red", "4006381333948")]) == ["variants-not-distinct"])
    #expect(
      try codes([first, variant("A-2", nil, "4006381333948")]) == ["variants-uneven-attributes"])
    #expect(try codes([first]) == ["group-singleton"])
    #expect(
      try codes([item(), item([("id", "B"), ("gtin", "4006381333948"), ("price", "4 GBP")])])
        == ["currency-mixed"])
  }

  @Test("members' prices are lower, labelled and of tiers that may be told")
  func loyalty() throws {
    func group(_ tier: String, _ price: String) -> (String, String) {
      (
        "loyalty_program",
        "<g:program_label>cercle</g:program_label><g:tier_label>\(tier)</g:tier_label>"
          + "<g:price>\(price)</g:price>"
      )
    }
    #expect(try codes([item(adding: [group("gold", "400.00 EUR")])]) == [])
    #expect(
      try codes([item(adding: [group("gold", "420.00 EUR")])]) == ["loyalty-price-not-lower"])
    #expect(
      try codes([item(adding: [group("gold", "400.00 EUR"), group("gold", "390.00 EUR")])])
        == ["loyalty-tier-duplicate"])
    #expect(
      try codes([item(adding: [group("black", "300.00 EUR")])]) { $0.privateTierLabels = ["black"] }
        == ["loyalty-private-tier"])
    #expect(
      try codes([item(adding: [group("gold", "400.00 EUR")])]) { $0.loyaltyLabels = [] }
        == ["loyalty-label-unknown"])
  }

  @Test(
    "a document that is none is told by its code",
    arguments: [
      ("<rss><channel></channel></rss>", "feed-empty"), ("<html></html>", "feed-root"),
      ("<rss><channel>", "xml-wellformed"), ("<!DOCTYPE rss><rss/>", "xml-doctype"),
      ("<rss>\u{1}</rss>", "xml-illegal-char"), ("<rss>&#x1;</rss>", "xml-illegal-char"),
      (
        "<rss xmlns:g=\"https://base.google.com/ns/1.0\"><channel><item><g:id>1</g:id></item>"
          + "</channel></rss>", "feed-namespace"
      ), ("\u{FEFF}<rss/>", "xml-bom"),
    ])
  func documents(_ sample: (text: String, code: String)) throws {
    #expect(try codes(document: sample.text).contains(sample.code))
  }

  @Test("pages of another host are found, and a finding names line, item and remedy")
  func host() throws {
    #expect(
      try codes([item([("link", "https://other.example/")])]) { $0.host = "maison.example" }
        == ["url-domain"])
    let folder = try ScratchFolder()
    let path = try folder.write(
      "f.xml",
      """
      <feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
      <title>t</title>
      <entry>
      <g:id>X</g:id>
      <title>Carré</title><summary>Soie.</summary>
      <link href="https://maison.example/p/"/>
      <g:image_link>https://maison.example/a.jpg</g:image_link>
      <g:availability>in_stock</g:availability><g:brand>M</g:brand><g:mpn>1</g:mpn>
      <g:price>15 EURO</g:price>
      </entry></feed>
      """)
    let report = try FeedValidator(.init(now: Demo.now)).validate(file: path)
    #expect(report.findings.map(\.code) == ["price-format"])
    let finding = try #require(report.findings.first)
    #expect(finding.location?.line == 9)
    #expect(finding.record?.id == "X")
    #expect(finding.help != nil)
    #expect(report.hasErrors)
  }

  @Test("a file that cannot be read is an error, not a finding")
  func unreadable() {
    #expect(throws: FeedError.self) {
      try FeedValidator(.init(now: Demo.now)).validate(file: "no such file")
    }
  }
}
