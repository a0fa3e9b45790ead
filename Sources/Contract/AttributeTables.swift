import Bytes

/// Limits that many attributes share.
enum Limit {
  /// A name or title.
  static let name = 1...512
  /// A longer text such as a description.
  static let text = 0...262_144
  /// An address.
  static let address = 1...2048
  /// An amount of money in minor units, or a count of things.
  static let amount: ClosedRange<Int64> = 0...9_007_199_254_740_991
  /// A small position or rank.
  static let position: ClosedRange<Int64> = 0...1_000_000
  /// Ids.
  static let identifier = 1...255
}

/// The tables of the contract's section 1.2.1, one function a group of types.
extension ResourceSchema {
  static func describe(_ type: ResourceType) -> ResourceSchema {
    switch type {
    case .product: product
    case .variant: variant
    case .media: media
    case .collection: collection
    case .location: location
    case .inventoryLevel: inventoryLevel
    case .market: market
    case .priceList: priceList
    case .price: price
    case .translation: translation
    case .redirect: redirect
    case .program: program
    case .tier: tier
    case .membership: membership
    case .benefit: benefit
    case .entitlement: entitlement
    case .gate: gate
    case .customer: customer
    }
  }

  private static func schema(
    _ type: ResourceType, _ meaning: String, _ attributes: [Attribute], links: [Link] = [],
    parent: String? = nil, exactlyOne: [String] = [], unique: [UniqueKey] = []
  ) -> ResourceSchema {
    ResourceSchema(
      type: type, meaning: meaning, attributes: attributes, links: links, parentLink: parent,
      exactlyOne: exactlyOne, uniqueKeys: unique)
  }

  private static let title = AttributeKind.text(.line, length: Limit.name)
  private static let mayBeEmpty = AttributeKind.text(.line, length: 0...512)
  private static let handle = Attribute(
    "handle", .text(.handle, length: Limit.name), "Name in addresses, unique in its type.")
  private static let currency = Attribute(
    "currency", .text(.currency, length: 3...3), "ISO 4217 code.")
  private static let from = Attribute.optional(
    "from", .instant, "First instant at which it holds.")
  private static let until = Attribute.optional(
    "until", .instant, "First instant at which it no longer holds.")
  private static let localized = AttributeKind.map(
    .locale, .text(.any, length: Limit.text), count: 1...100)
  private static let description = Attribute.optional(
    "description",
    .oneOf([
      Attribute("markdown", .text(.any, length: Limit.text), "CommonMark."),
      Attribute("html", .text(.any, length: Limit.text), "HTML."),
    ]), "Text in one declared format.")

  private static func handleIsUnique() -> [UniqueKey] {
    [UniqueKey(name: "handle", parts: [["attributes", "handle"]])]
  }

  private static let product = schema(
    .product, "A product: what a page is about.",
    [
      handle,
      Attribute("title", title, "What people call it."),
      .optional("vendor", mayBeEmpty, "Brand or maker."),
      .optional("product_type", mayBeEmpty, "Kind of thing, in the shop's own words."),
      Attribute(
        "status", .choice(["active", "draft", "archived"]), "Only active products are on sale."),
      description,
      .optional(
        "tags", .list(.text(.line, length: Limit.name), count: 0...250, isUnique: true),
        "Free words for search and rules."),
      .optional(
        "options",
        .list(
          .object([
            Attribute("name", title, "For example Size."),
            Attribute(
              "values", .list(title, count: 1...250, isUnique: true), "In the order of display."),
          ]), count: 0...10, isUnique: false), "What its variants differ in."),
      .optional("google_category", mayBeEmpty, "Id or path in Google's product taxonomy."),
      .optional(
        "seo",
        .object([
          .optional("title", mayBeEmpty, "Title for search engines."),
          .optional("description", .text(.any, length: 0...5000), "Summary for search engines."),
        ]), "What search engines are told."),
      .optional(
        "metafields", .map(.key, .anything, count: 0...250),
        "Further fields by namespace and key."),
    ], unique: handleIsUnique())

  private static let variant = schema(
    .variant, "A product in one size, colour and so on: what is put into a basket.",
    [
      Attribute("sku", .text(.line, length: 1...255), "Stock-keeping unit, unique."),
      .optional("gtin", .text(.gtin, length: 8...14), "Global trade item number."),
      .optional("mpn", .text(.line, length: Limit.name), "The maker's part number."),
      Attribute("position", .integer(Limit.position), "Order within the product."),
      .optional(
        "options", .map(.line, title, count: 0...10), "A value for each option of the product."),
      .optional("weight_g", .integer(0...1_000_000_000), "Weight in grams."),
    ], links: [Link("product", [.product])], parent: "product",
    unique: [UniqueKey(name: "sku", parts: [["attributes", "sku"]])])

  private static let media = schema(
    .media, "A picture or film.",
    [
      Attribute("kind", .choice(["image", "video"]), "What it is."),
      Attribute("url", .text(.target, length: Limit.address), "Where its bytes are."),
      Attribute("alt", .text(.any, length: 0...5000), "What is to be seen, in words."),
      Attribute("width", .integer(1...1_000_000), "Pixels."),
      Attribute("height", .integer(1...1_000_000), "Pixels."),
      Attribute("position", .integer(Limit.position), "Order within the parent."),
    ], links: [Link("parent", [.product, .variant, .collection], isTyped: true)], parent: "parent")

  private static let ruleCondition = AttributeKind.object([
    Attribute("field", .text(.key, length: 1...255), "What is compared, for example tag."),
    Attribute("op", .text(.key, length: 1...64), "How, for example eq, contains or in."),
    .optional("value", .anything, "With what: text, a number, true or false, or a list of them."),
  ])

  private static let collection = schema(
    .collection, "Products that belong together, by hand or by rule.",
    [
      handle,
      Attribute("title", title, "What people call it."),
      description,
      .optional(
        "products", .list(.reference(.product), count: 0...100_000, isUnique: true),
        "The products by id, in order."),
      .optional(
        "rule",
        .oneOf([
          Attribute(
            "all", .list(ruleCondition, count: 1...100, isUnique: false), "All must hold."),
          Attribute("any", .list(ruleCondition, count: 1...100, isUnique: false), "One must hold."),
        ]), "Which products belong to it."),
    ], exactlyOne: ["products", "rule"], unique: handleIsUnique())

  private static let location = schema(
    .location, "Where stock lies.",
    [
      Attribute("name", title, "What people call it."),
      Attribute("country", .text(.country, length: 2...2), "ISO 3166-1 code."),
      Attribute("time_zone", .text(.timeZone, length: 1...64), "IANA zone."),
    ])

  private static let inventoryLevel = schema(
    .inventoryLevel, "How many of a variant lie at a location.",
    [
      Attribute(
        "available", .integer(-2_147_483_647...2_147_483_647),
        "Pieces that can be sold; below 0 where more were promised than there are.")
    ], links: [Link("variant", [.variant]), Link("location", [.location])], parent: "variant",
    unique: [
      UniqueKey(
        name: "variant_and_location", parts: [["links", "variant"], ["links", "location"]])
    ])

  private static let ending: [Attribute] = [
    .optional("ending", .figure, "By how much the prices are moved, in the same way."),
    .optional("endings", .list(.figure, count: 1...20, isUnique: true), "Several of them."),
  ]

  /// What a rounding rule and each of its categories hold.
  private static let rounding: [Attribute] =
    [
      Attribute(
        "mode", .text(.key, length: 1...64),
        "Direction: nearest, half-up, half-down, half-even, up, down; or cash."),
      .optional("step", .figure, "Distance of the prices: a number of minor units or a decimal."),
    ] + ending + [
      .optional(
        "bands",
        .list(
          .object(
            [
              Attribute("from", .figure, "From which amount on."),
              Attribute("step", .figure, "Distance of the prices."),
            ] + ending), count: 1...20, isUnique: false), "Another step from an amount on."),
      .optional("floor", .figure, "The lowest price."),
      .optional("ceiling", .figure, "The highest price."),
    ]

  private static let categories = Attribute.optional(
    "categories",
    .list(
      .object(
        [
          .optional("product_type", title, "Of this kind."),
          .optional("tag", title, "With this tag."),
          .optional("google_category", title, "Of this category, or one below it."),
        ] + rounding), count: 1...100, isUnique: false), "Other rules for some products.")

  private static let market = schema(
    .market, "Countries that see the same prices in the same currency.",
    [
      Attribute("name", title, "What people call it."),
      Attribute(
        "countries", .list(.text(.country, length: 2...2), count: 1...300, isUnique: true),
        "ISO 3166-1 codes."),
      currency,
      Attribute(
        "locales", .list(.text(.locale, length: 2...35), count: 1...100, isUnique: true),
        "BCP 47 tags; the first is the default."),
      Attribute("tax_included", .boolean, "Whether prices are shown with tax."),
      .optional("tax_rate", .text(.fraction, length: 1...8), "For example 0.20."),
      .optional("rounding", .object(rounding + [categories]), "How prices are rounded."),
    ], links: [Link("price_list", [.priceList], .guarded)])

  private static let priceList = schema(
    .priceList, "Prices in one currency for an audience.",
    [
      Attribute("name", title, "What people call it."),
      currency,
      .optional("audience", .audience, "Whom it is for; everybody where absent."),
      Attribute("priority", .integer(-1_000_000...1_000_000), "The higher one wins."),
      Attribute("tax_included", .boolean, "Whether its amounts hold tax."),
      from, until,
    ])

  private static let price = schema(
    .price, "What a variant costs in a price list.",
    [
      Attribute("amount", .integer(Limit.amount), "Minor units."),
      currency,
      .optional("compare_at", .integer(Limit.amount), "Former price, minor units."),
      .optional(
        "min_quantity", .integer(1...1_000_000), "From how many pieces on; 1 where absent."),
      from, until,
    ], links: [Link("variant", [.variant]), Link("price_list", [.priceList])], parent: "variant")

  private static let translation = schema(
    .translation, "One field of a record in another language.",
    [
      Attribute("key", .text(.line, length: Limit.name), "Field, for example title."),
      Attribute("locale", .text(.locale, length: 2...35), "BCP 47 tag."),
      Attribute("value", .text(.any, length: Limit.text), "The translated text."),
      Attribute(
        "source_digest", .text(.digest, length: 1...255), "Digest of the text it was made from."),
    ],
    links: [
      Link(
        "resource", [.product, .variant, .media, .collection, .market, .program, .tier, .benefit],
        isTyped: true)
    ], parent: "resource",
    unique: [
      UniqueKey(
        name: "resource_key_and_locale",
        parts: [["links", "resource"], ["attributes", "key"], ["attributes", "locale"]])
    ])

  private static let redirect = schema(
    .redirect, "An address that moved or is gone.",
    [
      Attribute("from", .text(.sitePath, length: Limit.address), "Old path."),
      Attribute(
        "to", .nullable(.text(.target, length: Limit.address)), "New place; null where gone."),
      Attribute("status", .number(of: [301, 410]), "301 moved, 410 gone."),
      .optional("locale", .text(.locale, length: 2...35), "Only for this language."),
    ],
    unique: [
      UniqueKey(
        name: "from_and_locale", parts: [["attributes", "from"], ["attributes", "locale"]])
    ])

  private static let program = schema(
    .program, "A membership programme.",
    [
      Attribute("name", title, "What people call it."),
      Attribute("kind", .choice(["earned", "paid", "invited", "b2b"]), "How one joins."),
      .optional("currency", .text(.currency, length: 3...3), "Of its thresholds."),
    ])

  private static let tier = schema(
    .tier, "A rank within a programme.",
    [
      Attribute("key", .text(.key, length: 1...64), "Short name, unique in its programme."),
      Attribute("rank", .integer(-1_000_000...1_000_000), "The higher one includes the lower."),
      Attribute("name", localized, "By locale."),
      .optional(
        "qualify",
        .object([
          Attribute("metric", .text(.key, length: 1...64), "For example spend or points."),
          Attribute("threshold", .integer(Limit.amount), "How much; money in minor units."),
          .optional("period", .text(.line, length: 1...64), "For example P1Y."),
        ]), "What it takes."),
    ], links: [Link("program", [.program], .guarded)], parent: "program",
    unique: [
      UniqueKey(name: "program_and_key", parts: [["links", "program"], ["attributes", "key"]])
    ])

  private static let membership = schema(
    .membership, "A customer in a programme.",
    [
      Attribute(
        "status", .choice(["candidate", "active", "grace", "suspended", "ended"]), "State."),
      Attribute("source", .choice(["earned", "bought", "granted", "imported"]), "Why."),
      Attribute("since", .instant, "When it began."),
      .optional("tier_from", .instant, "When the tier began."),
      .optional("tier_until", .instant, "When the tier ends."),
    ],
    links: [
      Link("customer", [.customer]), Link("program", [.program], .guarded),
      Link("tier", [.tier], isRequired: false, .guarded),
    ], parent: "customer",
    unique: [
      UniqueKey(
        name: "customer_and_program", parts: [["links", "customer"], ["links", "program"]])
    ])

  private static let benefit = schema(
    .benefit, "What members get.",
    [
      Attribute(
        "kind", .choice(["price", "shipping", "access", "early_access", "service", "points"]),
        "What sort."),
      Attribute("params", .map(.key, .anything, count: 0...100), "Figures of the benefit."),
      Attribute("text", localized, "By locale."),
    ])

  private static let entitlement = schema(
    .entitlement, "Who may have a benefit or see a resource; deny beats allow.",
    [Attribute("effect", .choice(["allow", "deny"]), "Which way."), from, until],
    links: [
      Link("subject", [.tier, .program, .membership, .customer], isTyped: true),
      Link("benefit", [.benefit], isRequired: false),
      Link(
        "resource", [.product, .variant, .collection, .price, .priceList], isRequired: false,
        isTyped: true),
    ], parent: "subject", exactlyOne: ["benefit", "resource"])

  private static let gate = schema(
    .gate, "Who may see or buy something, and when.",
    [
      Attribute("mode", .choice(["hidden", "teaser", "view_only", "purchase"]), "How much."),
      Attribute("audience", .audience, "Whom it lets in."),
      from, until,
      .optional("public_from", .instant, "When everybody is let in."),
    ],
    links: [
      Link("resource", [.product, .variant, .collection, .price], isTyped: true)
    ], parent: "resource")

  private static let customer = schema(
    .customer, "A person, as little of one as possible.",
    [
      Attribute("email", .text(.line, length: 3...320), "Address."),
      .optional("name", title, "Name."),
      .optional("locale", .text(.locale, length: 2...35), "BCP 47 tag."),
      .optional("country", .text(.country, length: 2...2), "ISO 3166-1 code."),
    ], unique: [UniqueKey(name: "email", parts: [["attributes", "email"]])])
}
