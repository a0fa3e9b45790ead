import Bytes
import Catalog
import Diagnostics
import Formats
import Liquid
import Locales
import Storefront
import Testing

/// A page with everything around it, made by hand: renders a template and gives what it prints.
struct Stage {
  /// Templates besides the one that is rendered, by name: `sections/hero`.
  var templates: [String: String] = [:]
  /// Further variables, as a JSON object.
  var data = "{}"
  var locale = "en"
  var currency = "EUR"
  var moneyFormat: String?
  var imagePattern: String?
  /// Words by key, as a JSON object.
  var words = "{}"
  var fallbackWords: String?
  var assets: [String: String] = [:]
  var paging: Paging?
  var forms: [String: String] = [:]
  /// Groups and settings by path: `sections/header.json`, `config/settings_data.json`.
  var files: [String: String] = [:]
  var template = "index"
  var path = "/en-eu/"
  var undefined = UndefinedPolicy.fail
  var escapes = false
  /// Whether errors are printed and the rest is rendered all the same.
  var printsErrors = false
  /// Whether `product` is the page's product.
  var hasProduct = false

  /// What came of it.
  struct Result {
    var output = ""
    var error: LiquidError?
    var warnings: [Diagnostic] = []
    var findings: [Diagnostic] = []
  }

  /// What a template prints; an error is a failure of the test.
  func render(
    _ text: String, at place: Testing.SourceLocation = #_sourceLocation
  ) throws -> String {
    let result = try run(text)
    #expect(result.error == nil, "\(result.error.map(\.fullMessage) ?? "")", sourceLocation: place)
    return result.output
  }

  /// The error that a template must end with.
  func error(_ text: String) throws -> String { try #require(try run(text).error).message }

  /// Renders a template.
  func run(_ text: String) throws -> Result {
    var result = Result()
    var dialect = StorefrontDialect.make()
    dialect.undefined = undefined
    if escapes { dialect.escapesMarkup = { _ in true } }
    let set = TemplateSet(dialect: dialect, loader: Loader(templates: templates))
    let library = try library(set, &result)
    let view = try Self.view(locale: locale, currency: currency, pattern: imagePattern)
    let product = hasProduct ? view.product(try Self.bundle()) : nil
    let frame = PageFrame(
      template: template, path: path, title: "A page", canonicalURL: "https://house.example/x",
      paging: paging, handle: product?.handle)
    let host = PageHost(
      view: view, theme: try services(view, library), page: frame, product: product,
      productData: product.flatMap { ProductJSONLD.text($0, in: view)?.array },
      structuredData: template == "article" ? [Array("{\"@type\":\"BlogPosting\"}".utf8)] : [])
    var globals = Globals()
    globals.addMembers(of: try page(frame, view, product).value)
    globals.addMembers(of: try JSON.parse(data).value)
    globals.set("settings", .tape(library.settings.value))
    globals.set(
      "collections",
      .object(
        LookupTable(
          find: { $0 == "silk" ? Self.shelf.value : nil }, all: { [Self.shelf.value] })))
    var renderer = Renderer(
      set: set,
      options: RenderOptions(
        now: Instant(seconds: 1_795_500_000), inlineErrors: printsErrors))
    var buffer = ByteBuffer()
    do throws(LiquidError) {
      let program = try set.compile(TemplateSource(name: "page.html.liquid", text: text))
      try renderer.render(program, globals: globals, host: host, into: &buffer)
    } catch {
      result.error = error
    }
    result.output = buffer.string
    result.warnings = renderer.warnings
    return result
  }

  private struct Loader: TemplateLoader {
    let templates: [String: String]
    func source(named name: String) -> TemplateSource? {
      templates[name].map { TemplateSource(name: "\(name).html.liquid", text: $0) }
    }
  }

  private func library(_ set: TemplateSet, _ result: inout Result) throws -> SectionLibrary {
    let sink = DiagnosticSink()
    sink.report(set.compileAll(templates.keys.sorted()))
    var programs: [String: Program] = [:]
    for name in templates.keys { programs[name] = try? set.program(named: name) }
    var source = SectionLibrary.Source()
    for (path, text) in files {
      let json = ThemeJSON(Array(text.utf8), file: path, sink: sink)
      switch path {
      case "config/settings_schema.json": source.settingsSchema = json
      case "config/settings_data.json": source.settingsData = json
      default: source.groups[String(path.dropFirst(9).dropLast(5))] = json
      }
    }
    let library = SectionLibrary(programs: programs, source: source, sink: sink)
    sink.report(
      ThemeCheck.check(
        programs, names: templates.keys.sorted(), library: library, formActions: forms))
    result.findings = sink.all
    return library
  }

  private func services(_ view: StorefrontView, _ library: SectionLibrary) throws -> ThemeServices {
    let assets = assets
    return ThemeServices(
      words: ThemeWords(
        try JSON.parse(words), fallback: try fallbackWords.map { try JSON.parse($0) }),
      plurals: PluralRules(locale: locale),
      money: MoneyFormat(locale: locale, currency: currency),
      moneyPattern: moneyFormat.flatMap(MoneyPattern.init),
      dates: DateFormat(locale: locale, zone: TimeZoneTable(identifier: "Europe/Paris") ?? .utc),
      assets: Dictionary(
        uniqueKeysWithValues: assets.keys.map { name in
          let dot = name.lastIndex(of: ".") ?? name.endIndex
          return (name, "/assets/\(name[..<dot]).1f2e\(name[dot...])")
        }),
      inlineAssets: { assets[$0].map { Array($0.utf8) } }, sections: library, formActions: forms)
  }

  private func page(_ frame: PageFrame, _ view: StorefrontView, _ product: ProductView?) throws
    -> Tape
  {
    var builder = TapeBuilder()
    builder.beginObject()
    let site = SiteFrame(
      shopTexts: [("email", "a@house.example")],
      menus: [
        Menu(
          handle: "main", title: "Main",
          links: [
            MenuLink(title: "Silk", url: "/en-eu/collections/silk/"),
            MenuLink(
              title: "House", url: "/en-eu/about/",
              links: [MenuLink(title: "Home", url: "/en-eu/")]),
          ])
      ],
      marketName: "Europe", taxText: view.taxText, languageName: "English",
      asOf: Instant(seconds: 1_795_500_000), snapshotID: "snap_1")
    builder.appendFrame(frame, site, view)
    if let product {
      builder.key("product")
      builder.append(
        product, story: ProductStory(), collections: [], related: { (_: inout TapeBuilder) in })
    }
    builder.end()
    return builder.finish()
  }

  // MARK: A small catalogue

  private static let shelf: Tape = {
    var builder = TapeBuilder()
    builder.beginObject()
    for (name, text) in [
      ("title", "Silk"), ("handle", "silk"), ("url", "/en-eu/collections/silk/"),
    ] {
      builder.key(name)
      builder.append(text)
    }
    builder.end()
    return builder.finish()
  }()

  static func view(locale: String = "en", currency: String = "EUR", pattern: String? = nil) throws
    -> StorefrontView
  {
    let market = try MarketRecord(
      id: "mkt_eu",
      attributes: record(
        """
        {"name":"Europe","countries":["FR","DE"],"currency":"\(currency)","locales":["en"],
        "tax_included":true}
        """), links: record("{\"price_list\":\"pl_eu\"}"))
    let list = try PriceListRecord(
      id: "pl_eu",
      attributes: record(
        "{\"name\":\"EU\",\"currency\":\"\(currency)\",\"audience\":\"public\",\"priority\":0}"))
    let paris = try LocationRecord(
      id: "loc_paris",
      attributes: record("{\"name\":\"Paris\",\"country\":\"FR\",\"time_zone\":\"Europe/Paris\"}"))
    return StorefrontView(
      shop: ShopFacts(
        name: "House", baseURL: "https://house.example",
        imagePattern: pattern.flatMap(ImagePattern.init)),
      context: CatalogContext(markets: [market], priceLists: [list], locations: [paris]),
      market: market, marketKey: "eu", locale: locale, at: Instant(seconds: 1_795_500_000))
  }

  /// A silk square in two colours, with two pictures, a film and a film of a host.
  static func bundle() throws -> ProductBundle {
    let product = try ProductRecord(
      id: "prd_1",
      attributes: record(
        """
        {"handle":"square","title":"Square & Co","status":"active","vendor":"House",
        "product_type":"Silk","tags":["silk","gift"],
        "description":{"markdown":"Fine *silk*."},
        "options":[{"name":"Colour","values":["Red","Blue"]}],
        "metafields":{"maison":{"material":"Silk <twill>","care":["Cold","By hand"],"grams":65,
        "made":"2026-01-05","lined":true,"link":"https://a.example/x?a=1&b=2",
        "text":"one\\ntwo","size":{"w":90,"note":"</script>"},"deposit":{"amount":123456,
        "currency":"EUR"}}}}
        """))
    let variants = try ["Red", "Blue"].enumerated().map { index, colour in
      try VariantRecord(
        id: "var_\(index + 1)",
        attributes: record(
          """
          {"sku":"SQ-\(index + 1)","position":\(index + 1),"weight_g":250,
          "gtin":"4006381333931","options":{"Colour":"\(colour)"}}
          """), links: record("{\"product\":\"prd_1\"}"))
    }
    let prices = try [(1, 42_000, 50_000), (2, 39_900, 0)].map { number, amount, compare in
      try PriceRecord(
        id: "prc_\(number)",
        attributes: record(
          compare > 0
            ? "{\"amount\":\(amount),\"currency\":\"EUR\",\"compare_at\":\(compare)}"
            : "{\"amount\":\(amount),\"currency\":\"EUR\"}"),
        links: record("{\"variant\":\"var_\(number)\",\"price_list\":\"pl_eu\"}"))
    }
    let stock = try InventoryLevelRecord(
      id: "inv_1", attributes: record("{\"available\":7}"),
      links: record("{\"variant\":\"var_2\",\"location\":\"loc_paris\"}"))
    let media = try [
      ("image", "/media/square.jpg", "A square", 1600, 2000),
      ("image", "/media/square.svg", "", 800, 800),
      ("video", "/media/square.mp4", "It moves", 0, 0),
      ("video", "https://www.youtube.com/watch?v=abc-1_2", "On air", 0, 0),
    ].enumerated().map { index, entry in
      try MediaRecord(
        id: "med_\(index)",
        attributes: record(
          """
          {"kind":"\(entry.0)","url":"\(entry.1)","alt":"\(entry.2)","width":\(entry.3),
          "height":\(entry.4),"position":\(index)}
          """), links: record("{\"parent\":{\"type\":\"product\",\"id\":\"prd_1\"}}"))
    }
    return ProductBundle(
      product: product, variants: variants, media: media, prices: prices, stock: [stock])
  }

  private static func record(_ json: String) throws -> TapeValue { try JSON.parse(json).value }
}

/// One row of a table: a template and what it must print.
struct Row: Sendable, CustomTestStringConvertible {
  let template: String
  let output: String

  init(_ template: String, _ output: String) {
    self.template = template
    self.output = output
  }

  var testDescription: String { template }
}
