public import Bytes
public import Catalog

/// Asks the rules of collections about single products, with the same answers as
/// `MirrorReader.context(at:pricesOfMarket:)` has for all.
public struct CollectionMatcher: Sendable {
  private let rules: [CollectionRule?]
  private let context: CatalogContext
  private let viewer: Viewer?
  private let instant: Instant
  private let asksPrices: Bool

  /// Prepares the rules of a context's collections; prices are the public's at `instant` in the market
  /// named, or in the one with the lowest id.
  public init(_ context: CatalogContext, at instant: Instant, pricesOfMarket market: String? = nil)
  {
    self.context = context
    self.instant = instant
    rules = context.collections.map {
      if case .rule(let rule) = $0.record.membership { rule } else { nil }
    }
    let fields = Set(rules.flatMap { $0?.conditions.map(\.field) ?? [] })
    asksPrices = fields.contains("sku") || fields.contains("price")
    let chosen = market.flatMap { context.market($0) } ?? context.markets.first
    viewer = chosen.map { Viewer(market: $0, in: context) }
  }

  /// Numbers of the collections by rule that the product is in.
  public func matches(_ bundle: ProductBundle) -> [Int] {
    guard bundle.product.status == .active else { return [] }
    var facts = ProductFacts(product: bundle.product, skus: [], priceMinor: nil)
    if asksPrices {
      let range = viewer.flatMap { bundle.priceRange(for: $0, in: context, at: instant) }
      facts = bundle.facts(lowestPriceMinor: range?.lowest.amount.minor)
    }
    return rules.indices.filter { rules[$0]?.matches(facts) ?? false }
  }
}
