/// What a setting may be: the one description that reading, error messages, `trumeau schema` and
/// `trumeau config show` come from.
public indirect enum SettingKind: Sendable {
  /// Text, exactly as it is written.
  case text
  /// One of a few words.
  case choice([String])
  /// One of a few words, or such a word for each of some keys: `{ gold: sealed }`.
  case choiceByKey([String])
  /// A whole number within bounds.
  case integer(ClosedRange<Int64>)
  /// `true` or `false`.
  case boolean
  /// A share such as `20%`.
  case percent
  /// A span of time such as `24h`.
  case span
  /// Text, or a text for each locale: `{ en: …, fr: … }`.
  case localizedText
  /// An `http` or `https` address.
  case address
  /// Several of a kind.
  case list(SettingKind)
  /// Named keys.
  case section([SettingKey])
  /// Keys that the person chooses, each with such a value.
  case table(SettingKind)
}

/// One key of a section.
public struct SettingKey: Sendable {
  /// As it is written in the file.
  public let name: String
  /// What it may hold.
  public let kind: SettingKind
  /// What it is for, in one sentence.
  public let summary: String
  /// Whether it must be there.
  public let isRequired: Bool
  /// What holds where it is not written, as it would be written.
  public let fallback: String?

  init(
    _ name: String, _ kind: SettingKind, _ summary: String, isRequired: Bool = false,
    fallback: String? = nil
  ) {
    self.name = name
    self.kind = kind
    self.summary = summary
    self.isRequired = isRequired
    self.fallback = fallback
  }
}

/// The kinds of settings files.
public enum SettingsFile: String, CaseIterable, Sendable {
  /// `trumeau.yaml`.
  case config
  /// `storefronts/<name>.yaml`.
  case storefront
  /// `channels/<name>.yaml`.
  case channel
  /// `drops/<name>.yaml`.
  case drop

  /// The keys at the top of the file.
  public var keys: [SettingKey] {
    switch self {
    case .config: Self.configKeys
    case .storefront: Self.storefrontKeys
    case .channel: Self.channelKeys
    case .drop: Self.dropKeys
    }
  }

  private static let tryton = SettingKind.section([
    SettingKey("database", .text, "name of its database", fallback: "tryton"),
    SettingKey(
      "company", .integer(1...1_000_000_000), "key of the company that sells", fallback: "1"),
    SettingKey(
      "unit", .integer(1...1_000_000_000), "key of the unit that new products are counted in",
      fallback: "1"),
    SettingKey("country", .text, "country of its warehouses", fallback: "BE"),
    SettingKey(
      "time_zone", .text, "zone where the company names none", fallback: "Europe/Brussels"),
    SettingKey("locales", .list(.text), "languages of its texts, the first the usual one"),
    SettingKey(
      "prices_include_tax", .boolean, "whether its list prices include tax", fallback: "false"),
  ])

  private static let configKeys: [SettingKey] = [
    SettingKey("site", .text, "name of the site", isRequired: true),
    SettingKey("tenant", .text, "whose catalogue the mirror holds", fallback: "demo"),
    SettingKey(
      "api",
      .section([
        SettingKey(
          "connector", .choice(ConnectorKind.allCases.map(\.rawValue)), "kind of platform",
          fallback: "native"),
        SettingKey("url", .address, "address of its API", fallback: "http://127.0.0.1:8787"),
        SettingKey("token_file", .text, "file that holds the token", fallback: ".trumeau/token"),
        SettingKey(
          "oscar",
          .section([
            SettingKey("country", .text, "country of its partners", fallback: "GB"),
            SettingKey("time_zone", .text, "zone of its partners", fallback: "Europe/London"),
            SettingKey("locales", .list(.text), "languages of its texts, the first the usual one"),
            SettingKey(
              "prices_include_tax", .boolean, "whether its prices include tax", fallback: "true"),
          ]), "what a django-oscar shop does not say of itself"),
        SettingKey("tryton", tryton, "what a Tryton server does not say of itself"),
      ]), "where the catalogue is pulled from"),
    SettingKey("mirror", .text, "the mirror's file (default .trumeau/<tenant>.sqlite)"),
    SettingKey(
      "max_shrink", .percent, "share of a stream or feed that may vanish at once",
      fallback: "20%"),
    SettingKey(
      "editing",
      .section([
        SettingKey(
          "price_limit", .percent, "how far a price may move without being asked about",
          fallback: "30%")
      ]), "how edits are looked at before they are sent"),
    SettingKey("time_zone", .text, "zone in which dates are written", fallback: "UTC"),
    SettingKey(
      "source_locale", .text,
      "language of the shop's own texts (default: the first of the storefront's default market)"),
    SettingKey(
      "media",
      .section([
        SettingKey("folder", .text, "folder of the pictures", fallback: "media"),
        SettingKey("base", .text, "address below which pages find them", fallback: "/media/"),
        SettingKey("raster", .text, "ending of a drawing's raster twin, for feeds and cards"),
        SettingKey(
          "pattern", .text,
          "how an address asks for a size, as {url}?width={width}; without it pictures have one"),
      ]), "pictures that belong to the site"),
    SettingKey("templates", templates, "how templates are read and bounded"),
    SettingKey(
      "fields",
      .table(
        .section([
          SettingKey(
            "owner", .choice(["api", "local", "shared"]), "who may change the field",
            isRequired: true)
        ])), "who owns a field, as product.story"),
  ]

  private static let templates = SettingKind.section([
    SettingKey(
      "undefined", .choice(["off", "warn", "error"]),
      "what happens where a template uses a variable that does not exist", fallback: "warn"),
    SettingKey(
      "escape", .boolean, "whether .html templates escape what they print, but for `raw`",
      fallback: "false"),
    SettingKey(
      "limits",
      .section([
        SettingKey(
          "output_bytes", .integer(1024...1_073_741_824), "bytes of one page",
          fallback: "67108864"),
        SettingKey(
          "loop_steps", .integer(1...1_000_000_000), "passes through all loops of one page",
          fallback: "20000000"),
        SettingKey("nesting", .integer(1...100), "blocks in blocks of a template", fallback: "100"),
        SettingKey(
          "depth", .integer(2...100), "templates and blocks in each other while rendering",
          fallback: "100"),
        SettingKey("seconds", .integer(1...3600), "seconds for one page", fallback: "30"),
      ]), "bounds against templates that run away"),
  ])

  private static let storefrontKeys: [SettingKey] = [
    SettingKey("base_url", .address, "where the site will be", isRequired: true),
    SettingKey("theme", .text, "folder of the templates", fallback: "templates"),
    SettingKey("content", .text, "folder of the content", fallback: "content"),
    SettingKey("output", .text, "folder of the public pages", fallback: "public"),
    SettingKey(
      "shop",
      .section([
        SettingKey("name", .text, "name of the house", isRequired: true),
        SettingKey("email", .text, "where visitors write to"),
        SettingKey("tagline", .localizedText, "one line about the house"),
        SettingKey("description", .localizedText, "two lines about the house"),
      ]), "what pages say about the house", isRequired: true),
    SettingKey(
      "default_market", .text, "key of the market at the root; needed where there is more than one"),
    SettingKey(
      "markets",
      .table(
        .section([
          SettingKey("market", .text, "id of the market in the catalogue (default mkt_<key>)"),
          SettingKey(
            "locales", .list(.text), "languages, the first is the usual one",
            isRequired: true),
          SettingKey(
            "money_format", .text,
            "how money is written, as €{{amount}} (default: as the language writes it)"),
          SettingKey(
            "rounding", .section(rounding + [categories]),
            "how prices are rounded (default: the market's own rule); figures are major units"),
          SettingKey(
            "prices_from",
            .section([
              SettingKey("market", .text, "key or id of the other market", isRequired: true),
              SettingKey(
                "rate", .text, "units of this market's currency for one of the other's",
                isRequired: true),
            ]), "a market whose prices are converted where this one has none"),
        ])), "the markets that this storefront serves", isRequired: true),
    SettingKey("tiers", .list(.text), "keys of the tiers that get pages of their own"),
    SettingKey(
      "gating", .choiceByKey(GatingMode.allCases.map(\.rawValue)),
      "how a static host keeps tiers' pages from others, for all tiers or as { gold: sealed }",
      fallback: "teaser"),
    SettingKey(
      "page_size", .integer(1...1000), "products on a page of a collection", fallback: "24"),
    SettingKey(
      "related_products", .integer(0...100), "related products that a product's page names",
      fallback: "4"),
    SettingKey("menus", .table(menu), "menus, as main, footer and legal"),
    SettingKey("cache", cache, "how long outputs may be kept by browsers and hosts"),
    SettingKey(
      "host", .choice(["none", "cloudflare", "netlify", "apache", "s3", "cloudfront"]),
      "whose limits on redirects are checked", fallback: "none"),
    SettingKey(
      "forms",
      .section([
        SettingKey("contact", .address, "where contact forms are sent"),
        SettingKey("product", .address, "where product forms are sent"),
      ]), "addresses that answer forms; a static site has none of its own"),
  ]

  private static let cache = SettingKind.section([
    SettingKey("pages", .span, "pages, sitemaps and feeds", fallback: "10m"),
    SettingKey("availability", .span, "what is in stock", fallback: "60s"),
    SettingKey("assets", .span, "styles, scripts and pictures", fallback: "1d"),
  ])

  private static let rounding: [SettingKey] =
    [
      SettingKey(
        "mode",
        .choice(["nearest", "half-up", "half-down", "half-even", "up", "down", "cash"]),
        "direction; cash is the published rule for cash in the currency", isRequired: true)
    ] + grid + [
      SettingKey(
        "bands",
        .list(
          .section([SettingKey("from", .text, "from which amount on", isRequired: true)] + grid)),
        "other steps from an amount on; one begins at 0"),
      SettingKey("floor", .text, "the lowest price"),
      SettingKey("ceiling", .text, "the highest price"),
    ]

  private static let grid: [SettingKey] = [
    SettingKey("step", .text, "distance of the prices, as 0.05 or 100"),
    SettingKey("ending", .text, "what prices end in, as .95"),
    SettingKey("endings", .list(.text), "several of these, as [.00, .95]"),
  ]

  private static let categories = SettingKey(
    "categories",
    .list(
      .section(
        [
          SettingKey("product_type", .text, "products of this kind"),
          SettingKey("tag", .text, "products with this tag"),
          SettingKey("google_category", .text, "products of this category, or one below it"),
        ] + rounding)), "other rules for some products; the first that fits counts")

  private static let dropKeys: [SettingKey] = [
    SettingKey(
      "opens", .text, "when everybody is let in, by the clocks of the zone, as 2026-12-01T09:00",
      isRequired: true),
    SettingKey("closes", .text, "when nobody is let in any more"),
    SettingKey("zone", .text, "IANA zone (default: time_zone of trumeau.yaml)"),
    SettingKey(
      "before", .choice(["hidden", "teaser", "view_only"]), "what others get before it opens",
      fallback: "hidden"),
    SettingKey("early", .table(.span), "how much earlier tiers are let in, as gold: 24h"),
    SettingKey("products", .list(.text), "handles or ids of products"),
    SettingKey("collections", .list(.text), "handles or ids of collections"),
    SettingKey("storefronts", .list(.text), "names of storefronts (default: all)"),
  ]

  private static let link: [SettingKey] = [
    SettingKey("title", .localizedText, "the words", isRequired: true),
    SettingKey(
      "url", .text, "path below the market's root, or a whole address",
      isRequired: true),
  ]

  private static let menu = SettingKind.section([
    SettingKey("title", .localizedText, "heading of the menu"),
    SettingKey(
      "links",
      .list(
        .section(
          link + [SettingKey("links", .list(.section(link)), "links below this one")])),
      "its links", isRequired: true),
  ])

  private static let channelKeys: [SettingKey] = [
    SettingKey("kind", .choice(["google_merchant"]), "what it is for", isRequired: true),
    SettingKey("storefront", .text, "name of the storefront", isRequired: true),
    SettingKey("market", .text, "key of the market", isRequired: true),
    SettingKey("locale", .text, "language of the items", isRequired: true),
    SettingKey("output", .text, "name of the files (default: the channel's)"),
    SettingKey("formats", .list(.choice(["gz", "xml"])), "files to write", fallback: "[gz]"),
    SettingKey("title", .text, "title of the feed"),
    SettingKey("description", .text, "description of the feed"),
    SettingKey("max_shrink", .percent, "share of the items that may vanish at once"),
    SettingKey(
      "loyalty",
      .list(
        .section([
          SettingKey("tier", .text, "key of the tier", isRequired: true),
          SettingKey("program_label", .text, "the programme's label there", isRequired: true),
          SettingKey("tier_label", .text, "the tier's label there"),
        ])), "tiers whose prices may be told, as loyalty prices"),
    SettingKey(
      "attributes", .table(.text), "where an attribute comes from, as color: \"option:Colour\""),
    SettingKey("exclude_tags", .list(.text), "products with one of these tags stay out"),
  ]
}
