public import Bytes

extension ProductBundle {
  /// The price of one of the product's variants: `Pricing.price` with the bundle's prices.
  public func price(
    of variant: VariantRecord, for viewer: Viewer, in context: CatalogContext, at instant: Instant,
    explaining: Bool = false
  ) -> ResolvedPrice? {
    Pricing.price(
      of: variant, product: product, prices: prices[variant.id] ?? [], for: viewer, in: context,
      at: instant, explaining: explaining)
  }

  /// The lowest and highest price of the variants that the viewer sees.
  public func priceRange(for viewer: Viewer, in context: CatalogContext, at instant: Instant)
    -> PriceRange?
  {
    let seen = variants.filter {
      Gatekeeper.access(to: $0, of: product, for: viewer, in: context, at: instant).visibility
        >= .viewOnly
    }
    return Pricing.range(
      of: seen, product: product, prices: prices, for: viewer, in: context, at: instant)
  }

  /// The next instant at which a price, gate or entitlement of the product can change for the
  /// viewer.
  public func nextChange(for viewer: Viewer, in context: CatalogContext, after instant: Instant)
    -> Instant?
  {
    var next = Gatekeeper.access(to: product, for: viewer, in: context, at: instant).nextChange
    for variant in variants {
      let access = Gatekeeper.access(
        to: variant, of: product, for: viewer, in: context, at: instant)
      let resolution = Pricing.resolve(
        variant, of: product, prices: prices[variant.id] ?? [], for: viewer, in: context,
        at: instant)
      next = NextChange.earliest(
        next, NextChange.earliest(access.nextChange, resolution.nextChange))
    }
    return next
  }
}
