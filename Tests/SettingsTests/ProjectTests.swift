import Diagnostics
import Settings
import Support
import Testing

private let storefront = """
  -- storefronts/main.yaml --
  base_url: https://shop.example/
  shop: { name: House, tagline: { en: Hello, fr: Bonjour } }
  default_market: eu
  markets:
    eu: { locales: [en, fr] }
    no: { market: mkt_norway, locales: [en] }
  tiers: [member]
  menus:
    main:
      links:
        - { title: Silk, url: collections/silk }

  """

private func load(_ archive: String, environment: [String: String] = [:]) throws -> (
  Project, [Diagnostic]
) {
  let scratch = try ScratchFolder()
  try scratch.unpack(archive)
  let sink = DiagnosticSink()
  let project = try Project.load(from: scratch.path, sink: sink) { environment[$0] }
  return (project, sink.all)
}

@Suite("A project's settings")
struct ProjectTests {
  @Test("what is written counts, what is not has its default")
  func values() throws {
    let (project, findings) = try load(
      "-- trumeau.yaml --\nsite: demo\nmax_shrink: 5%\nediting: { price_limit: 10% }\nfields:\n  product.title: { owner: shared }\n"
        + storefront)
    #expect(findings.isEmpty)
    #expect(project.site.maxShrink == 5)
    #expect(project.site.priceLimit == 10)
    #expect(project.site.mirrorPath == ".trumeau/demo.sqlite")
    #expect(project.site.fieldOwners["product.title"] == .shared)
    #expect(project.site.fieldOwners["product.story"] == .local)
    let main = try #require(project.storefronts.first)
    #expect(main.baseURL == "https://shop.example")
    #expect(main.markets.map(\.marketID) == ["mkt_eu", "mkt_norway"])
    #expect(main.markets[1].key == "no")
    #expect(main.shop.tagline.text(in: "fr") == "Bonjour")
    #expect(main.shop.tagline.text(in: "ja") == "Hello")
    #expect(main.privateOutput(tier: "member") == "private/main/member")
  }

  @Test(
    "the market at the root need be named only where there is more than one",
    arguments: [
      ("{ eu: { locales: [en] } }", nil),
      (
        "{ eu: { locales: [en] }, no: { locales: [en] } }",
        "does not say which of its markets is at the root"
      ),
      ("{}", "has no market with a language"),
      ("{ eu: { locales: [] } }", "has no market with a language"),
    ] as [(String, String?)])
  func onlyMarket(_ markets: String, _ expected: String?) throws {
    let text = """
      -- trumeau.yaml --
      site: demo
      -- storefronts/main.yaml --
      base_url: https://shop.example/
      shop: { name: House }
      markets: \(markets)

      """
    let (project, findings) = try load(text)
    guard let expected else {
      #expect(findings.isEmpty)
      #expect(project.storefronts.first?.defaultMarket.key == "eu")
      return
    }
    #expect(findings.map(\.message).joined().contains(expected))
    #expect(findings.contains { $0.severity == .error })
  }

  @Test("a Tryton server needs its database, and what it does not say of itself has defaults")
  func tryton() throws {
    let (project, findings) = try load(
      "-- trumeau.yaml --\nsite: demo\napi:\n  connector: tryton\n  tryton: { database: shop, "
        + "company: 3, locales: [fr, nl], prices_include_tax: true }\n" + storefront)
    #expect(findings.isEmpty)
    #expect(project.site.connector == .tryton)
    let tryton = project.site.tryton
    #expect((tryton.database, tryton.company, tryton.unit) == ("shop", 3, 1))
    #expect(tryton.locales == ["fr", "nl"] && tryton.pricesIncludeTax)
    #expect((tryton.country, tryton.timeZone) == ("BE", "Europe/Brussels"))
  }

  @Test("templates warn of what is not there, escape nothing and have high bounds by default")
  func templates() throws {
    let usual = try load("-- trumeau.yaml --\nsite: demo\n" + storefront).0.site.templates
    #expect(usual.undefined == .warn && !usual.escapes)
    #expect(usual.outputBytes == 67_108_864 && usual.seconds == 30)
    let (project, findings) = try load(
      """
      -- trumeau.yaml --
      site: demo
      media: { pattern: "{url}?w={width}" }
      templates:
        undefined: error
        escape: true
        limits: { loop_steps: 5, nesting: 6, depth: 7, seconds: 8, output_bytes: 2048 }

      """ + storefront)
    let own = project.site.templates
    #expect(findings.isEmpty && own.undefined == .error && own.escapes)
    #expect((own.loopSteps, own.nesting, own.depth) == (5, 6, 7))
    #expect((own.seconds, own.outputBytes) == (8, 2048))
    #expect(project.site.media.pattern == "{url}?w={width}")
    #expect(project.storefronts.first?.forms == [:])
  }

  @Test("a policy that does not exist is told with those that do")
  func badPolicy() throws {
    let (_, findings) = try load(
      "-- trumeau.yaml --\nsite: demo\ntemplates:\n  undefined: loud\n" + storefront)
    #expect(findings.map(\.code) == ["config.wrong-value"])
    #expect(findings.first?.location?.line == 3)
  }

  @Test(
    "pages have a folder of their own, because a build replaces it",
    arguments: [
      "templates", "templates/../templates/pages", "content", ".", "..", "media", "media/x",
      ".trumeau/x", "private", "./storefronts",
    ])
  func outputFolder(_ path: String) throws {
    let site = "-- trumeau.yaml --\nsite: demo\n"
    let (_, findings) = try load(site + storefront + "output: \(path)\n")
    #expect(findings.map(\.code) == ["config.output-folder"])
    #expect(findings.first?.location?.excerpt == "output: \(path)")
    for fine in ["public", "docs/site", "templates-built", "../elsewhere"] {
      #expect(try load(site + storefront + "output: \(fine)\n").1.isEmpty, "\(fine)")
    }
  }

  @Test(
    "languages and keys of markets, which become part of addresses, are told where they cannot",
    arguments: [
      ("eu: { locales: [en, fr] }", "eu: { locales: [en_US] }", 5),
      ("eu: { locales: [en, fr] }", "eu: { locales: [../x] }", 5),
      ("no: {", "../no: {", 6),
    ])
  func addresses(_ written: String, _ wrong: String, _ line: Int) throws {
    let text = "-- trumeau.yaml --\nsite: demo\n" + storefront.replacing(written, with: wrong)
    let (_, findings) = try load(text)
    #expect(findings.map(\.code) == ["config.wrong-value"])
    #expect(findings.first?.location?.line == line)
  }

  @Test("the mark that some editors put before a file is none of its text")
  func mark() throws {
    let text = storefront.replacing("base_url", with: "\u{FEFF}base_url")
    #expect(try load("-- trumeau.yaml --\n\u{FEFF}site: demo\n" + text).1.isEmpty)
  }

  @Test("gating is one word for all tiers or one for each, and teaser where nobody said")
  func gating() throws {
    let site = "-- trumeau.yaml --\nsite: demo\n"
    let usual = try #require(try load(site + storefront).0.storefronts.first)
    #expect(usual.tiers(gatedBy: .teaser) == ["member"] && usual.tiers(gatedBy: .sealed).isEmpty)
    let all = try load(site + storefront + "gating: edge\n")
    #expect(all.1.isEmpty)
    #expect(all.0.storefronts.first?.tiers(gatedBy: .edge) == ["member"])
    let each = try load(site + storefront + "gating: { member: sealed }\n")
    #expect(each.1.isEmpty)
    #expect(each.0.storefronts.first?.tiers(gatedBy: .sealed) == ["member"])
    #expect(each.0.storefronts.first?.sealedOutput(tier: "member") == "sealed/main/member")
  }

  @Test(
    "a gating that does not exist, or of a tier that does not, is told with what was meant",
    arguments: [
      ("gating: seald", "config.wrong-value", "did you mean `sealed`?"),
      ("gating: { member: edgy }", "config.wrong-value", "did you mean `edge`?"),
      ("gating: { membre: edge }", "config.unknown-tier", "did you mean `member`?"),
    ])
  func badGating(line: String, code: String, help: String) throws {
    let (_, findings) = try load("-- trumeau.yaml --\nsite: demo\n" + storefront + line + "\n")
    #expect(findings.map(\.code) == [code])
    #expect(findings.first?.help == help)
    #expect(findings.first?.location?.file == "storefronts/main.yaml")
  }

  @Test("the environment goes before the file, and each value knows where it came from")
  func origin() throws {
    let (project, _) = try load(
      "-- trumeau.yaml --\nsite: demo\napi:\n  url: https://a.example\n" + storefront,
      environment: ["TRUMEAU_API_URL": "http://127.0.0.1:9/"])
    #expect(project.site.apiURL == "http://127.0.0.1:9")
    let origins = Dictionary(
      uniqueKeysWithValues: project.values.map { ($0.path, $0.origin.words) })
    #expect(origins["api.url"] == "environment TRUMEAU_API_URL")
    #expect(origins["site"] == "trumeau.yaml:1")
    #expect(origins["tenant"] == "default")
  }

  @Test("an unknown key is an error at its place, with the word that was meant")
  func unknownKey() throws {
    let (_, findings) = try load(
      "-- trumeau.yaml --\nsite: demo\napi:\n  urll: https://a.example\n" + storefront)
    let finding = try #require(findings.first)
    #expect(finding.code == "config.unknown-key")
    #expect(finding.location?.line == 3)
    #expect(finding.location?.column == 3)
    #expect(finding.help == "did you mean `url`?")
  }

  @Test(
    "a value of the wrong kind is refused",
    arguments: [
      "max_shrink: many", "editing: { price_limit: 120% }", "api: { connector: shopify }",
      "api: { url: ftp://x }", "site: [a]",
      "media: yes", "fields: { product.title: { owner: nobody } }",
    ])
  func wrongValue(line: String) throws {
    let site = line.hasPrefix("site") ? "" : "site: demo\n"
    let (_, findings) = try load("-- trumeau.yaml --\n\(site)\(line)\n" + storefront)
    #expect(findings.map(\.code) == ["config.wrong-value"])
  }

  @Test("a missing key is named with what it is for")
  func missing() throws {
    let (_, findings) = try load("-- trumeau.yaml --\ntenant: demo\n" + storefront)
    #expect(findings.map(\.code) == ["config.missing-key"])
    #expect(findings.first?.help == "site: name of the site")
  }

  @Test("without a trumeau.yaml there is no project")
  func noProject() throws {
    let scratch = try ScratchFolder()
    let error = #expect(throws: SettingsError.self) {
      try Project.load(from: scratch.path, sink: DiagnosticSink())
    }
    #expect(error?.code == .noProject)
  }

  @Test("the demo's own files are right")
  func demo() throws {
    let sink = DiagnosticSink()
    let project = try Project.load(from: SharedFolder.repository, sink: sink) { _ in nil }
    #expect(sink.all.map(\.message) == [])
    #expect(project.storefronts.map(\.name) == ["main"])
  }

  @Test("the JSON Schema of each file is JSON and refuses unknown keys")
  func schema() {
    for file in SettingsFile.allCases {
      #expect(file.jsonSchema.contains("\"additionalProperties\":false"))
    }
  }
}
