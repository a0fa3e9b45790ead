import SQL
import Settings
import Bytes
import Catalog
import CommandTree
import Diagnostics
import LocalMirror

/// `trumeau explain price`: each step from the price lists to the figure that pages and feeds show.
enum PriceExplanation {
  static let command = Command(
    "price", "each step from the price lists to the figure that is shown",
    examples: [
      Example("trumeau explain price AU-SC-001-IVC --market jp", "for everybody"),
      Example("trumeau explain price AU-SC-001-IVC --tier gold", "for a gold member"),
    ],
    options: [
      .value("market", letter: "m", "KEY", "market (default: that at the storefront's root)"),
      .value("tier", letter: "t", "TIER", "as a member of this tier"),
      .value("at", "TIME", "at another time, as 2026-12-01T09:00:00Z"),
      .value("storefront", "NAME", "which storefront (default: the first that has the market)"),
    ],
    positionals: [Positional("SKU", "the variant's SKU")], work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let name =
      invocation.value("storefront")
      ?? invocation.value("market").flatMap { market in
        project.settings.storefronts.first { $0.markets.contains { $0.key == market } }?.name
      }
    let storefront = try project.storefront(named: name)
    let instant = try project.instant(invocation)
    let reader = try MirrorReader(path: project.mirrorPath, tenant: project.settings.site.tenant)
    let context = try reader.context(at: instant, terms: storefront.terms)

    let key = invocation.value("market") ?? storefront.defaultMarket.key
    guard let settings = storefront.markets.first(where: { $0.key == key }),
      let market = context.market(settings.marketID)
    else {
      throw unknown("market", key, storefront.markets.map(\.key), invocation)
    }
    var tier: TierRecord?
    if let wanted = invocation.value("tier") {
      guard let found = context.tiers.first(where: { $0.key == wanted }) else {
        throw unknown("tier", wanted, context.tiers.map(\.key), invocation)
      }
      tier = found
    }
    let sku = invocation.arguments[0]
    guard let found = try find(sku, reader, context) else {
      throw Failure(
        "mirror.no-such-sku", "no variant in the mirror has the SKU \"\(sku)\"",
        help: "trumeau mirror sql \"select sku from variant where sku like '\(sku.prefix(6))%'\"")
    }
    let (bundle, variant) = found
    let viewer = Viewer(market: market, tier: tier, in: context)
    let result = Pricing.resolve(
      variant, of: bundle.product, prices: bundle.prices[variant.id] ?? [], for: viewer,
      in: context, at: instant,
      explaining: true)
    let access = Gatekeeper.access(
      to: variant, of: bundle.product, for: viewer, in: context, at: instant)
    tell(result, access, bundle, variant, viewer, instant, console)
    return .done
  }

  private static func find(_ sku: String, _ reader: MirrorReader, _ context: CatalogContext) throws
    -> (ProductBundle, VariantRecord)?
  {
    let quoted = sku.replacing("'", with: "''")
    let rows = try MirrorQuery(path: reader.path).run(
      "SELECT product_id FROM variant WHERE sku = '\(quoted)'", limit: 1)
    guard let row = rows.rows.first, case .text(let id) = row[0],
      let bundle = try reader.product(id, in: CollectionIndex(context)),
      let variant = bundle.variants.first(where: { $0.sku == sku })
    else { return nil }
    return (bundle, variant)
  }

  private static func tell(
    _ result: PriceResolution, _ access: Access, _ bundle: ProductBundle, _ variant: VariantRecord,
    _ viewer: Viewer, _ instant: Instant, _ console: Console
  ) {
    let who = viewer.tier.map { "a \($0.key) member" } ?? "everybody"
    console.say(
      "\(console.bold(variant.sku))  \(bundle.product.title), in \(viewer.market.name) for \(who)")
    for step in result.trail {
      let amount = step.amount.map { "\($0)" } ?? step.exact ?? ""
      console.say(
        "  \(step.kind.rawValue.padding(to: 11))\(amount.padding(to: 18, before: true))  \(step.text)"
      )
    }
    if let price = result.price {
      console.say("  = \(console.bold("\(price.amount)"))")
    } else {
      console.say("  no price: the variant is not for sale to this viewer")
    }
    if access.visibility != .purchasable {
      console.say("  the piece is \(access.visibility) to this viewer: pages show no price")
    }
    if let change = result.nextChange { console.say("  may change at \(change.rfc3339)") }
    console.json(
      Document("explain price") { document in
        document.field("sku", variant.sku)
        document.field("market", viewer.market.id)
        document.field("tier", viewer.tier?.key)
        document.field("at", instant.rfc3339)
        document.field("visibility", "\(access.visibility)")
        if let price = result.price {
          document.field("amount_minor", price.amount.minor)
          document.field("currency", price.amount.currency.code)
          document.field("net_minor", price.net.minor)
          document.field("price_list", price.priceListID)
        }
        document.field("next_change", result.nextChange?.rfc3339)
        document.list("steps", result.trail) { document, step in
          document.field("kind", step.kind.rawValue)
          document.field("text", step.text)
          if let amount = step.amount {
            document.field("amount_minor", amount.minor)
            document.field("currency", amount.currency.code)
          }
          if let exact = step.exact { document.field("exact", exact) }
        }
      }.text)
  }

  private static func unknown(
    _ what: String, _ word: String, _ known: [String], _ invocation: Invocation
  ) -> UsageError {
    let near = Suggestion.nearest(to: word, among: known).map { "did you mean `\($0)`?" }
    return UsageError(
      "there is no \(what) \"\(word)\"", help: near ?? "there are \(known.joined(separator: ", "))",
      path: invocation.path)
  }
}
