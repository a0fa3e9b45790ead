public import Bytes
public import Catalog
public import Diagnostics
public import Storefront

/// Makes the items of a product: one for each variant that the public of the channel's market can
/// buy. Everything comes through the view of the public, so nothing gated can get in; members'
/// prices come through the views of the tiers that the channel was opted in for, and only as such.
public struct ItemBuilder: Sendable {
  /// The items of one product, and how many variants were left out for which reason.
  public struct Result: Sendable {
    /// One for each variant that is offered, in the product's order.
    public var items: [FeedItem] = []
    /// Variants left out.
    public var omitted: [Omission: Int] = [:]
    /// The next instant at which any of it can be different.
    public var nextChange: Instant?
  }

  private let channel: Channel
  private let profile: FeedProfile
  private let view: StorefrontView
  private let tiers: [(loyalty: Channel.Loyalty, view: StorefrontView)]
  /// What must not get into the feed.
  let leaks: LeakCheck

  /// Makes a builder. O(price lists × tiers).
  /// - Throws: `FeedError.settings` where the channel names a tier that the catalogue has not.
  public init(
    channel: Channel, profile: FeedProfile = .google, shop: ShopFacts, context: CatalogContext,
    market: MarketRecord, at instant: Instant
  ) throws(FeedError) {
    self.channel = channel
    self.profile = profile
    func view(_ tier: TierRecord?) -> StorefrontView {
      StorefrontView(
        shop: shop, context: context, market: market, marketKey: channel.market,
        locale: channel.locale, tier: tier, at: instant)
    }
    self.view = view(nil)
    var tiers: [(loyalty: Channel.Loyalty, view: StorefrontView)] = []
    for loyalty in channel.loyalty {
      guard let tier = context.tier(key: loyalty.tier) else {
        let near = Suggestion.nearest(to: loyalty.tier, among: context.tiers.map(\.key))
        throw FeedError(
          .settings,
          "the channel \(channel.name) names the tier \"\(loyalty.tier)\", which is not "
            + "in the catalogue", help: near.map { "did you mean \($0)?" })
      }
      tiers.append((loyalty, view(tier)))
    }
    self.tiers = tiers
    let keys = Set(channel.loyalty.map(\.tier))
    leaks = LeakCheck(
      view: self.view, optedIn: tiers.map(\.view),
      others: context.tiers.filter { !keys.contains($0.key) }.map { view($0) })
  }

  /// Absolute URL of the market's home page.
  public var home: String { view.addresses.absolute(view.addresses.home) }

  /// The items of a product. What had to be left out or changed is reported to `sink`.
  public func items(of bundle: ProductBundle, sink: DiagnosticSink) -> Result {
    var result = Result()
    guard let product = view.product(bundle) else {
      result.omitted[.notPublic] = max(bundle.variants.count, 1)
      return result
    }
    result.nextChange = product.nextChange
    guard product.visibility == .purchasable else {
      result.omitted[.notPublic] = max(bundle.variants.count, 1)
      return result
    }
    if !channel.excludedTags.isEmpty, product.tags.contains(where: channel.excludedTags.contains) {
      result.omitted[.excluded] = bundle.variants.count
      return result
    }
    let seen = Set(product.variants.map(\.record.id))
    let unseen = bundle.variants.count { !seen.contains($0.id) }
    if unseen > 0 { result.omitted[.notPublic] = unseen }
    let members = tiers.map { ($0.loyalty, $0.view.product(bundle)) }
    for variant in product.variants {
      do throws(Omitted) {
        result.items.append(
          try item(of: variant, in: product, from: bundle, members: members, sink: sink))
      } catch {
        result.omitted[error.reason, default: 0] += 1
      }
    }
    if result.items.count < 2 {
      for index in result.items.indices { result.items[index].groupID = nil }
    }
    return result
  }

  private struct Omitted: Error {
    let reason: Omission
  }

  private func item(
    of variant: VariantView, in product: ProductView, from bundle: ProductBundle,
    members: [(Channel.Loyalty, ProductView?)], sink: DiagnosticSink
  ) throws(Omitted) -> FeedItem {
    guard let shown = variant.price else { throw Omitted(reason: .noPrice) }
    var values: [(name: String, value: String)] = []
    var told: Set<String> = []
    for attribute in channel.attributes {
      if let found = attribute.source.value(of: variant, in: product, from: bundle) {
        values.append((attribute.name, found.value))
        if let option = found.option { told.insert(option) }
      }
    }
    func taken(_ name: String) -> String? {
      values.firstIndex { $0.name == name }.map { values.remove(at: $0).value }
    }
    let record = RecordReference(type: "variant", id: variant.record.id, title: product.title)
    let id = collapsed(taken("id") ?? variant.record.sku)
    guard !id.isEmpty, id.unicodeScalars.count <= profile.limit("id") else {
      report(
        "id-length", .warning, "the id \"\(id)\" has not 1 to 50 characters; left out", record, sink
      )
      throw Omitted(reason: .badID)
    }
    guard let image = variant.image ?? product.images.first else {
      report(
        "required-missing:image_link", .warning, "there is no picture; left out", record, sink,
        help: "add a picture to the product")
      throw Omitted(reason: .noImage)
    }
    let regular = variant.compareAt.flatMap { $0.minor > shown.minor ? $0 : nil }
    let brand = taken("brand") ?? product.vendor
    return FeedItem(
      id: id, groupID: groupID(taken("item_group_id") ?? product.id), productID: product.id,
      title: title(taken("title") ?? product.title, variant, product),
      description: description(taken("description"), product),
      link: view.addresses.absolute(product.variants.count == 1 ? product.url : variant.url),
      image: view.addresses.absolute(image.raster),
      furtherImages: product.images.filter { $0.raster != image.raster }
        .prefix(profile.furtherImageLimit).map { view.addresses.absolute($0.raster) },
      price: regular ?? shown, salePrice: regular == nil ? nil : shown,
      availability: variant.availability,
      availableFrom: availableFrom(variant, bundle, record, sink),
      brand: brand.map { PlainText.cut($0, to: profile.limit("brand")) },
      gtin: gtin(taken("gtin") ?? variant.record.gtin, record, sink),
      mpn: (taken("mpn") ?? variant.record.mpn).map {
        PlainText.cut($0, to: profile.limit("mpn"))
      },
      googleCategory: taken("google_product_category") ?? product.googleCategory,
      productType: (taken("product_type") ?? product.type).map {
        PlainText.cut($0, to: profile.limit("product_type"))
      },
      weightG: variant.record.weightG, loyalty: loyalty(variant, shown, members),
      furtherOptions: product.variants.count > 1
        ? furtherOptions(of: variant, product, bundle, told: told) : [],
      attributes: values.map { ($0.name, PlainText.cut($0.value, to: profile.limit($0.name))) })
  }

  // MARK: parts

  /// Two variants of one product must not look alike in a list of results.
  private func title(_ title: String, _ variant: VariantView, _ product: ProductView) -> String {
    let chosen = product.variants.count > 1 ? variant.options.filter { !$0.isEmpty } : []
    let missing = chosen.filter { !title.contains($0) }
    let whole = missing.isEmpty ? title : "\(title), \(missing.joined(separator: ", "))"
    return PlainText.cut(collapsed(whole), to: profile.limit("title"))
  }

  /// Options that no attribute of the channel tells: without them two variants would look the same.
  private func furtherOptions(
    of variant: VariantView, _ product: ProductView, _ bundle: ProductBundle, told: Set<String>
  ) -> [(name: String, value: String)] {
    zip(bundle.product.options, zip(product.options, variant.options)).compactMap { own, shown in
      told.contains(own.name) || shown.1.isEmpty ? nil : (shown.0.name, shown.1)
    }
  }

  private func description(_ given: String?, _ product: ProductView) -> String {
    let told = [given, product.plainDescription, product.seoDescription].compactMap(\.self)
    let words = told.first { !$0.isEmpty } ?? product.title
    return PlainText.cut(words, to: profile.limit("description"))
  }

  private func groupID(_ id: String) -> String {
    guard id.unicodeScalars.count > profile.limit("item_group_id") else { return id }
    return "\(id.unicodeScalars.prefix(33))-\(Fingerprint(of: id).hex.prefix(16))"
  }

  /// Runs of white space as one space: Google does that too, and two ids must not meet by it.
  private func collapsed(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private func gtin(_ text: String?, _ record: RecordReference, _ sink: DiagnosticSink) -> String? {
    guard let text, !text.isEmpty else { return nil }
    do throws(GTIN.Fault) {
      let number = try GTIN(text)
      if number.use == .item { return number.digits }
      report(
        "gtin-restricted", .warning, "the GTIN \(text) is of a range for internal use; left out",
        record, sink)
    } catch {
      report(
        "gtin-\(error == .notDigits ? "format" : error.rawValue)", .warning,
        "the GTIN \(text) is wrong; left out", record, sink,
        help: "mend it in the catalogue, or remove it")
    }
    return nil
  }

  /// The day from which an order ahead can be had: the metafield `inventory.available_from`.
  private func availableFrom(
    _ variant: VariantView, _ bundle: ProductBundle, _ record: RecordReference,
    _ sink: DiagnosticSink
  ) -> Instant? {
    guard variant.availability == .preorder || variant.availability == .backorder else {
      return nil
    }
    let text = bundle.product.metafield("inventory", "available_from")?.string ?? ""
    if let instant = Instant(rfc3339: text) ?? Instant(rfc3339: text + "T00:00:00Z") {
      return instant
    }
    report(
      "availability-date-missing", .error,
      "the item can be ordered ahead, but nothing says from when it can be had", record, sink,
      help: "set the metafield inventory.available_from to a date such as 2026-12-24")
    return nil
  }

  /// The members' prices that are lower than what anybody pays.
  private func loyalty(
    _ variant: VariantView, _ shown: Money, _ members: [(Channel.Loyalty, ProductView?)]
  ) -> [FeedItem.Loyalty] {
    members.compactMap { settings, product in
      guard
        let price = product?.variants.first(where: { $0.record.id == variant.record.id })?
          .memberPrice?.amount,
        price.currency == shown.currency, price.minor < shown.minor
      else { return nil }
      return FeedItem.Loyalty(
        programLabel: settings.programLabel, tierLabel: settings.tierLabel, price: price)
    }
  }

  private func report(
    _ code: String, _ severity: Severity, _ message: String, _ record: RecordReference,
    _ sink: DiagnosticSink, help: String? = nil
  ) {
    sink.report(Diagnostic(code, severity, message, record: record, help: help))
  }
}
