import Bytes
public import Catalog

extension StorefrontView {
  /// The product as this view's audience may see it, or nil where it may not see it at all.
  public func product(_ bundle: ProductBundle) -> ProductView? {
    let record = bundle.product
    let access = Gatekeeper.access(to: record, for: viewer, in: context, at: instant)
    guard access.visibility != .hidden else { return nil }
    let isTeaser = access.visibility == .teaser
    let words = ProductWords(view: self, bundle: bundle)
    let media = media(
      pictures(of: bundle, access), translations: bundle.translations, title: words.title)
    let images = media.compactMap(\.image)
    let url = addresses.product(words.handle)
    var nextChange = access.nextChange
    let variants =
      isTeaser
      ? []
      : variants(bundle, access, words, bundle.media.isEmpty ? nil : images.first, url, &nextChange)
    return ProductView(
      id: record.id, handle: record.handle, url: url,
      title: words.title, vendor: record.vendor, type: words.type, sourceType: record.productType,
      tags: isTeaser ? [] : record.tags, visibility: access.visibility,
      description: isTeaser ? nil : words.description,
      seoTitle: isTeaser ? nil : words.seoTitle,
      seoDescription: isTeaser ? nil : words.seoDescription,
      googleCategory: isTeaser ? nil : record.googleCategory,
      options: isTeaser ? [] : words.options, variants: variants,
      media: isTeaser ? images.prefix(1).map { .image($0) } : media,
      images: isTeaser ? Array(images.prefix(1)) : images,
      metafields: isTeaser ? [] : words.metafields,
      gate: gate(access, access.visibility < .purchasable),
      earlyAccess: gate(access, access.visibility == .purchasable && access.publicFrom != nil),
      collectionIDs: bundle.collectionIDs, isTranslated: words.isTranslated,
      nextChange: nextChange)
  }

  /// The last part of the address of a product's page in this view: its handle in the view's language, or its
  /// own.
  public func handle(of bundle: ProductBundle) -> String {
    ProductWords(view: self, bundle: bundle).handle
  }

  /// The product's media; where it has none of its own, those of the variants that are shown, each file
  /// once: many catalogues hang pictures on variants alone.
  private func pictures(of bundle: ProductBundle, _ whole: Access) -> [MediaRecord] {
    guard bundle.media.isEmpty, !bundle.variantMedia.isEmpty else { return bundle.media }
    var seen: Set<String> = []
    return bundle.variants.flatMap { variant -> [MediaRecord] in
      guard let media = bundle.variantMedia[variant.id] else { return [] }
      let access = Gatekeeper.access(
        to: variant, within: whole, for: viewer, in: context, at: instant)
      return access.visibility >= .teaser ? media.filter { seen.insert($0.url).inserted } : []
    }
  }

  private func gate(_ access: Access, _ isWanted: Bool) -> ProductView.Gate? {
    guard isWanted, let gate = access.gate else { return nil }
    return ProductView.Gate(tierName: tierName(of: gate.audience), publicFrom: gate.publicFrom)
  }

  private func variants(
    _ bundle: ProductBundle, _ whole: Access, _ words: ProductWords, _ first: ImageView?,
    _ url: String, _ nextChange: inout Instant?
  ) -> [VariantView] {
    var views: [VariantView] = []
    views.reserveCapacity(bundle.variants.count)
    for record in bundle.variants {
      let access = Gatekeeper.access(
        to: record, within: whole, for: viewer, in: context, at: instant)
      guard access.visibility > .teaser else { continue }
      nextChange = NextChange.earliest(nextChange, access.nextChange)
      views.append(variant(record, access, bundle, words, first, url, &nextChange))
    }
    return views
  }

  private func variant(
    _ record: VariantRecord, _ access: Access, _ bundle: ProductBundle, _ words: ProductWords,
    _ first: ImageView?, _ url: String, _ nextChange: inout Instant?
  ) -> VariantView {
    let prices = bundle.prices[record.id] ?? []
    let own = Pricing.resolve(
      record, of: bundle.product, prices: prices, for: viewer, in: context, at: instant)
    nextChange = NextChange.earliest(nextChange, own.nextChange)
    var shown = own.price
    var open: ResolvedPrice?
    if viewer.tier != nil {
      let everybody = Pricing.resolve(
        record, of: bundle.product, prices: prices, for: publicViewer, in: context, at: instant)
      nextChange = NextChange.earliest(nextChange, everybody.nextChange)
      open = everybody.price
      shown = open ?? own.price
    }
    let stock = bundle.stockSummary(of: record, market: market, in: context)
    let canBuy = access.visibility == .purchasable && shown != nil
    let values = words.values(of: record)
    let ownImages =
      bundle.variantMedia.isEmpty
      ? []
      : images(
        bundle.variantMedia[record.id] ?? [], translations: bundle.translations, title: words.title)
    return VariantView(
      record: record, title: Self.title(values) ?? words.title, options: values,
      price: shown?.amount, compareAt: shown?.compareAt,
      memberPrice: memberPrice(own.price, beside: open),
      availability: canBuy ? stock.availability : .outOfStock,
      stock: stock.places.compactMap(place), url: addresses.variant(record.id, at: url),
      image: ownImages.first ?? first)
  }

  /// The values that are chosen, joined; nil where there are none.
  private static func title(_ values: [String]) -> String? {
    var title: String?
    for value in values where !value.isEmpty {
      title = title.map { String(joining: $0, " / ", value) } ?? value
    }
    return title
  }

  private func place(_ place: StockSummary.Place) -> VariantView.Stock? {
    servingLocations.first { $0.id == place.locationID }
      .map { VariantView.Stock(location: $0, available: place.available) }
  }

  /// The price that the viewer gets as a member; nil where everybody pays as much.
  private func memberPrice(_ price: ResolvedPrice?, beside open: ResolvedPrice?) -> MemberPrice? {
    guard let price, price.isMemberPrice, let tier = viewer.tier, price.amount != open?.amount
    else { return nil }
    return MemberPrice(tier: tier.key, tierName: name(of: tier), amount: price.amount)
  }
}
