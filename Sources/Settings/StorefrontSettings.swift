public import Catalog
public import Diagnostics
import Formats

/// What pages say about the house.
public struct ShopSettings: Sendable, Equatable {
  /// Name of the house.
  public var name: String
  /// Where visitors write to; "" where nobody said.
  public var email: String
  /// One line about the house.
  public var tagline: LocalizedText
  /// Two lines about the house.
  public var description: LocalizedText
}

/// A market that a storefront serves.
public struct MarketSettings: Sendable, Equatable {
  /// Short name in addresses, as `eu`.
  public var key: String
  /// Id of the market in the catalogue.
  public var marketID: String
  /// Locales; the first is the usual one.
  public var locales: [String]
  /// How money is written, as `€{{amount}}`; nil where as the language writes it.
  public var moneyFormat: String?
  /// How prices are rounded; nil where as the market's record says.
  public var rounding: RoundingText?
  /// Whose prices are converted where the market has none; nil where nobody's.
  public var source: PriceSource?

  /// Another market and a rate of exchange.
  public struct PriceSource: Sendable, Equatable {
    /// Id of the other market in the catalogue.
    public var marketID: String
    /// Units of this market's currency for one of the other's.
    public var rate: Rate
  }
}

/// How long outputs may be kept by browsers and hosts, in seconds.
public struct CacheSettings: Sendable, Equatable {
  /// Pages, sitemaps and feeds.
  public var pages: Int64
  /// What is in stock.
  public var availability: Int64
  /// Styles, scripts and pictures.
  public var assets: Int64

  init(_ reader: SettingsReader) {
    func seconds(_ name: String, _ usual: Int64) -> Int64 {
      reader.text("cache.\(name)").flatMap { AuthoredSpan.seconds($0) } ?? usual
    }
    pages = seconds("pages", 600)
    availability = seconds("availability", 60)
    assets = seconds("assets", 86_400)
  }
}

/// The host whose limits on redirects are checked.
public enum StaticHost: String, Sendable {
  /// None in particular.
  case none
  /// Cloudflare Pages.
  case cloudflare
  /// Netlify.
  case netlify
  /// Apache's httpd.
  case apache
  /// Amazon S3, as a website.
  case s3
  /// Amazon CloudFront.
  case cloudfront
}

/// A link of a menu.
public struct LinkSettings: Sendable, Equatable {
  /// The words.
  public var title: LocalizedText
  /// Path below the market's root, or a whole address.
  public var url: String
  /// Links below this one.
  public var links: [LinkSettings]
}

/// A menu.
public struct MenuSettings: Sendable, Equatable {
  /// Name by which templates find it.
  public var handle: String
  /// Heading.
  public var title: LocalizedText
  /// Its links.
  public var links: [LinkSettings]
}

/// What `storefronts/<name>.yaml` says.
public struct StorefrontSettings: Sendable {
  /// Name of the file without its ending.
  public var name: String
  /// Where the site will be, without a slash at the end.
  public var baseURL: String
  /// Folder of the templates.
  public var theme: String
  /// Folder of the content.
  public var content: String
  /// Folder of the public pages.
  public var output: String
  /// What pages say about the house.
  public var shop: ShopSettings
  /// The markets, in the order of the file.
  public var markets: [MarketSettings]
  /// The market that stands at the root.
  public var defaultMarket: MarketSettings
  /// Keys of the tiers that get pages of their own.
  public var tiers: [String]
  /// How each tier's pages are kept from others; what is not here is `teaser`.
  public var gating: [String: GatingMode]
  /// Products on a page of a collection.
  public var pageSize: Int
  /// How many related products a product's page names.
  public var relatedCount: Int
  /// Menus, in the order of the file.
  public var menus: [MenuSettings]
  /// How long outputs may be kept.
  public var cache: CacheSettings
  /// Whose limits on redirects are checked.
  public var host: StaticHost
  /// Drops that keep products back here.
  public internal(set) var drops: [Drop] = []
  /// Addresses that answer forms, by the form's type.
  public var forms: [String: String]
  /// Where the file is.
  public var location: SourceLocation
  /// Where it names the folder of its pages, else where it begins.
  public var outputLocation: SourceLocation
  /// Where it names its theme, else where it begins.
  public var themeLocation: SourceLocation

  /// The usual locale of the default market.
  public var defaultLocale: String { defaultMarket.locales.first ?? "en" }

  /// Folder of a tier's pages: outside the public one.
  public func privateOutput(tier: String) -> String { "private/\(name)/\(tier)" }

  /// Folder of a tier's pages when they are encrypted: it may be put on any host.
  public func sealedOutput(tier: String) -> String { "sealed/\(name)/\(tier)" }

  /// The tiers whose pages are kept from others in this way, in the order of the file.
  public func tiers(gatedBy mode: GatingMode) -> [String] {
    tiers.filter { (gating[$0] ?? .teaser) == mode }
  }

  init?(_ reader: SettingsReader, name: String, sink: DiagnosticSink) {
    guard let node = reader.node, let baseURL = reader.text("base_url"),
      let shopName = reader.text("shop.name")
    else { return nil }
    self.name = name
    location = node.location
    outputLocation = reader.find("output")?.location ?? node.location
    themeLocation = reader.find("theme")?.location ?? node.location
    self.baseURL = baseURL
    while self.baseURL.hasSuffix("/") { self.baseURL.removeLast() }
    theme = reader.text("theme") ?? "templates"
    content = reader.text("content") ?? "content"
    output = reader.text("output") ?? "public"
    shop = ShopSettings(
      name: shopName, email: reader.text("shop.email") ?? "",
      tagline: LocalizedText(reader.find("shop.tagline")) ?? LocalizedText(""),
      description: LocalizedText(reader.find("shop.description")) ?? LocalizedText(""))
    markets = Self.markets(reader, sink)
    cache = CacheSettings(reader)
    host = reader.text("host").flatMap(StaticHost.init(rawValue:)) ?? .none
    tiers = reader.find("tiers")?.sequence?.compactMap(\.string) ?? []
    gating = Self.gating(reader, tiers: tiers, sink)
    pageSize = reader.text("page_size").flatMap { Int($0) } ?? 24
    relatedCount = reader.text("related_products").flatMap { Int($0) } ?? 4
    menus = (reader.find("menus")?.mapping ?? []).map { member in
      MenuSettings(
        handle: member.key.string ?? "",
        title: LocalizedText(member.value["title"]) ?? LocalizedText(""),
        links: Self.links(member.value["links"]))
    }
    forms = [:]
    for member in reader.find("forms")?.mapping ?? [] {
      guard let type = member.key.string else { continue }
      forms[type] = member.value.string
    }
    let wanted = reader.text("default_market") ?? (markets.count == 1 ? markets[0].key : nil)
    guard let market = markets.first(where: { $0.key == wanted }) else {
      Self.reportNoMarket(wanted, reader, markets, sink)
      return nil
    }
    defaultMarket = market
  }

  private static func markets(_ reader: SettingsReader, _ sink: DiagnosticSink)
    -> [MarketSettings]
  {
    let members = reader.find("markets")?.mapping ?? []
    func id(_ key: String) -> String? {
      members.first { $0.key.string == key }.map { $0.value["market"]?.string ?? "mkt_\(key)" }
    }
    for member in members { checkAddress(member, sink) }
    return members.map { member in
      let key = member.key.string ?? ""
      return MarketSettings(
        key: key, marketID: id(key) ?? "mkt_\(key)",
        locales: member.value["locales"]?.sequence?.compactMap(\.string) ?? [],
        moneyFormat: member.value["money_format"]?.string,
        rounding: member.value["rounding"].map { RoundingText(json: $0.json) },
        source: member.value["prices_from"].flatMap { source($0, id, sink) })
    }.filter { !$0.locales.isEmpty }
  }

  /// Looks at what becomes the first part of addresses: a market's key and its languages.
  private static func checkAddress(
    _ market: (key: YAMLNode, value: YAMLNode), _ sink: DiagnosticSink
  ) {
    func isWord(_ text: Substring) -> Bool {
      !text.isEmpty && text.utf8.allSatisfy { $0 == 0x5F || isLetterOrDigit($0) }
    }
    if let key = market.key.string,
      !key.split(separator: "-", omittingEmptySubsequences: false)
        .allSatisfy(isWord)
    {
      sink.report(
        Diagnostic(
          "config.wrong-value", .error, "`\(key)` cannot be part of an address",
          at: market.key.location, help: "name the market with letters, digits and hyphens"))
    }
    for locale in market.value["locales"]?.sequence ?? [] {
      guard let text = locale.string, !isLanguageTag(text) else { continue }
      sink.report(
        Diagnostic(
          "config.wrong-value", .error, "`\(text)` is no language tag", at: locale.location,
          help: "write a tag of BCP 47, as fr or fr-CA"))
    }
  }

  private static func isLanguageTag(_ text: String) -> Bool {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    return parts.allSatisfy {
      (1...8).contains($0.utf8.count) && $0.utf8.allSatisfy(isLetterOrDigit)
    }
      && (parts.first?.utf8.count ?? 0) > 1
      && parts.first?.utf8.allSatisfy { ($0 | 0x20) &- 97 < 26 } == true
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 97 < 26
  }

  private static func source(
    _ node: YAMLNode, _ id: (String) -> String?, _ sink: DiagnosticSink
  ) -> MarketSettings.PriceSource? {
    guard let market = node["market"]?.string, let text = node["rate"]?.string else { return nil }
    do throws(CatalogError) {
      return MarketSettings.PriceSource(marketID: id(market) ?? market, rate: try Rate(text))
    } catch {
      sink.report(
        Diagnostic(
          "config.wrong-value", .error, "`prices_from.rate`: \(error.message)",
          at: node["rate"]?.location, label: "this is no rate of exchange"))
      return nil
    }
  }

  /// What this storefront lays down beside the shop's records.
  public var terms: StorefrontTerms {
    StorefrontTerms(
      roundings: Dictionary(
        markets.compactMap { market in market.rounding.map { (market.marketID, $0) } },
        uniquingKeysWith: { first, _ in first }),
      conversions: markets.compactMap { market in
        market.source.map {
          PriceConversion(
            marketID: market.marketID, sourceMarketID: $0.marketID, rate: $0.rate)
        }
      }, drops: drops)
  }

  private static func links(_ node: YAMLNode?) -> [LinkSettings] {
    (node?.sequence ?? []).compactMap { link in
      guard let title = LocalizedText(link["title"]), let url = link["url"]?.string else {
        return nil
      }
      return LinkSettings(title: title, url: url, links: links(link["links"]))
    }
  }

  private static func reportNoMarket(
    _ wanted: String?, _ reader: SettingsReader, _ markets: [MarketSettings],
    _ sink: DiagnosticSink
  ) {
    let known = markets.map(\.key)
    guard !known.isEmpty, let wanted else {
      // Without `markets` there is an error already.
      guard !sink.hasErrors else { return }
      let help =
        known.isEmpty
        ? "name one under `markets`, with its `locales`"
        : "default_market: one of \(known.joined(separator: ", "))"
      return sink.report(
        Diagnostic(
          "config.missing-key", .error,
          known.isEmpty
            ? "this storefront has no market with a language"
            : "this storefront does not say which of its markets is at the root",
          at: reader.find("markets")?.location, help: help))
    }
    let near = Suggestion.nearest(to: wanted, among: known).map { "did you mean `\($0)`?" }
    sink.report(
      Diagnostic(
        "config.unknown-market", .error, "there is no market `\(wanted)` in this storefront",
        at: reader.find("default_market")?.location,
        help: near ?? "markets are \(known.joined(separator: ", "))"))
  }
}
