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
    let media = media(bundle.media, translations: bundle.translations, title: words.title)
    let images = media.compactMap(\.image)
    let variants = isTeaser ? [] : variants(bundle, words, images.first)
    var nextChange = access.nextChange
    for (_, change) in variants { nextChange = NextChange.earliest(nextChange, change) }
    return ProductView(
      id: record.id, handle: record.handle, url: addresses.product(record.handle),
      title: words.title, vendor: record.vendor, type: words.type, sourceType: record.productType,
      tags: isTeaser ? [] : record.tags, visibility: access.visibility,
      description: isTeaser ? nil : words.description,
      seoTitle: isTeaser ? nil : words.seoTitle,
      seoDescription: isTeaser ? nil : words.seoDescription,
      googleCategory: isTeaser ? nil : record.googleCategory,
      options: isTeaser ? [] : words.options, variants: variants.map(\.0),
      media: isTeaser ? images.prefix(1).map { .image($0) } : media,
      images: isTeaser ? Array(images.prefix(1)) : images,
      metafields: isTeaser ? [] : words.metafields,
      gate: gate(access, access.visibility < .purchasable),
      earlyAccess: gate(access, access.visibility == .purchasable && access.publicFrom != nil),
      collectionIDs: bundle.collectionIDs, isTranslated: words.isTranslated,
      nextChange: nextChange)
  }

  private func gate(_ access: Access, _ isWanted: Bool) -> ProductView.Gate? {
    guard isWanted, let gate = access.gate else { return nil }
    return ProductView.Gate(tierName: tierName(of: gate.audience), publicFrom: gate.publicFrom)
  }

  private func variants(_ bundle: ProductBundle, _ words: ProductWords, _ first: ImageView?)
    -> [(VariantView, Instant?)]
  {
    bundle.variants.compactMap { record in
      let access = Gatekeeper.access(
        to: record, of: bundle.product, for: viewer, in: context, at: instant)
      guard access.visibility > .teaser else { return nil }
      return variant(record, access, bundle, words, first)
    }
  }

  private func variant(
    _ record: VariantRecord, _ access: Access, _ bundle: ProductBundle, _ words: ProductWords,
    _ first: ImageView?
  ) -> (VariantView, Instant?) {
    let own = Pricing.resolve(
      record, prices: bundle.prices[record.id] ?? [], for: viewer, in: context, at: instant)
    let open =
      viewer.tier == nil
      ? own
      : Pricing.resolve(
        record, prices: bundle.prices[record.id] ?? [], for: publicViewer, in: context,
        at: instant)
    let shown = open.price ?? own.price
    let stock = bundle.stockSummary(of: record, market: market, in: context)
    let canBuy = access.visibility == .purchasable && shown != nil
    let values = words.values(of: record)
    let chosen = values.filter { !$0.isEmpty }
    let ownImages = images(
      bundle.variantMedia[record.id] ?? [], translations: bundle.translations, title: words.title)
    let view = VariantView(
      record: record, title: chosen.isEmpty ? words.title : chosen.joined(separator: " / "),
      options: values, price: shown?.amount, compareAt: shown?.compareAt,
      memberPrice: memberPrice(own.price),
      availability: canBuy ? stock.availability : .outOfStock,
      stock: stock.places.compactMap(place),
      url: addresses.variant(record.id, of: bundle.product.handle),
      image: ownImages.first ?? first)
    let change = NextChange.earliest(
      access.nextChange, NextChange.earliest(own.nextChange, open.nextChange))
    return (view, change)
  }

  private func place(_ place: StockSummary.Place) -> VariantView.Stock? {
    servingLocations.first { $0.id == place.locationID }
      .map { VariantView.Stock(location: $0, available: place.available) }
  }

  private func memberPrice(_ price: ResolvedPrice?) -> MemberPrice? {
    guard let price, price.isMemberPrice, let tier = viewer.tier else { return nil }
    return MemberPrice(tier: tier.key, tierName: name(of: tier), amount: price.amount)
  }
}
