public import Bytes

/// The one price function. Pages, structured data, feeds and explanations all ask it.
///
/// The way of a price:
///
/// 1. Candidates are the variant's prices in lists that apply to the viewer (`EligibleList`), with
///    list, price and minimum quantity in force and no shut gate.
/// 2. A price in the market's own currency beats a converted one; then the most specific audience
///    wins, then the higher priority, then the lower price, then the smaller id.
/// 3. The amount is converted, tax is added or taken out as the market shows prices, and the result
///    is brought to a point of the market's rounding rule (that of the product's category where it has
///    one), all in one exact fraction that is rounded once. Floor and ceiling are part of the rule.
/// 4. The net part of a shown price with tax is derived from the shown figure.
public enum Pricing {
  /// The price of a variant, or nil where it is not for sale to the viewer.
  ///
  /// `prices` are prices of the variant; those of others are passed over. `product` is the product that
  /// it belongs to, by which categories of the rounding rule are told; without it none applies.
  /// O(prices).
  public static func price(
    of variant: VariantRecord, product: ProductRecord? = nil, prices: [PriceRecord],
    for viewer: Viewer, in context: CatalogContext, at instant: Instant, quantity: Int = 1,
    explaining: Bool = false
  ) -> ResolvedPrice? {
    resolve(
      variant, of: product, prices: prices, for: viewer, in: context, at: instant,
      quantity: quantity, explaining: explaining
    ).price
  }

  /// As `price`, with the next change and the trail also where there is no price.
  public static func resolve(
    _ variant: VariantRecord, of product: ProductRecord? = nil, prices: [PriceRecord],
    for viewer: Viewer, in context: CatalogContext, at instant: Instant, quantity: Int = 1,
    explaining: Bool = false
  ) -> PriceResolution {
    let rule = viewer.market.rounding?.rule(for: product)
    var trail: [PriceStep] = []
    var next: Instant?
    var best: Candidate?
    for index in prices.indices {
      let position = viewer.listIndex(prices[index].priceListSymbol)
      if position < 0 {
        if explaining, prices[index].variantID == variant.id {
          trail.append(rejected(prices[index], ineligible(prices[index], viewer, context)))
        }
        continue
      }
      guard prices[index].variantID == variant.id else { continue }
      let priceWindow = prices[index].window
      let listWindow = viewer.lists[position].record.window
      if prices[index].minQuantity <= quantity {
        next = NextChange.earliest(next, priceWindow.nextBorder(after: instant))
        next = NextChange.earliest(next, listWindow.nextBorder(after: instant))
      }
      let isInForce = priceWindow.contains(instant) && listWindow.contains(instant)
      guard isInForce, prices[index].minQuantity <= quantity,
        prices[index].amount.currency == viewer.lists[position].record.currency,
        !context.hasPriceGates
          || isPast(gatesOf: prices[index].id, viewer, context, instant, &next)
      else {
        if explaining {
          let reason = unfit(prices[index], viewer.lists[position].record, quantity, instant)
          trail.append(rejected(prices[index], reason))
        }
        continue
      }
      if explaining { trail.append(considered(prices[index], viewer.lists[position].record)) }
      let candidate = Candidate(price: index, list: position)
      if best.map({ candidate.isBetter(than: $0, among: prices, for: viewer, by: rule) }) ?? true {
        best = candidate
      }
    }
    guard let best, let shown = best.shown(prices, viewer, rule) else {
      return PriceResolution(price: nil, nextChange: next, trail: trail)
    }
    let list = viewer.lists[best.list]
    if explaining {
      PriceTrail(price: prices[best.price], list: list, market: viewer.market, rule: rule)
        .explain(shown, into: &trail)
    }
    return PriceResolution(
      price: ResolvedPrice(
        prices[best.price], list, rule, shown: shown, in: viewer.market, validUntil: next,
        trail: trail),
      nextChange: next, trail: trail)
  }

  /// The prices of several variants together, or nil where none has one. Variants that the viewer
  /// may not see must be left out by the caller.
  public static func range(
    of variants: [VariantRecord], product: ProductRecord? = nil,
    prices: [String: [PriceRecord]], for viewer: Viewer, in context: CatalogContext,
    at instant: Instant
  ) -> PriceRange? {
    var lowest: ResolvedPrice?
    var highest: ResolvedPrice?
    for variant in variants {
      guard
        let price = price(
          of: variant, product: product, prices: prices[variant.id] ?? [], for: viewer, in: context,
          at: instant)
      else { continue }
      if lowest.map({ price.amount.minor < $0.amount.minor }) ?? true { lowest = price }
      if highest.map({ price.amount.minor > $0.amount.minor }) ?? true { highest = price }
    }
    guard let lowest, let highest else { return nil }
    return PriceRange(lowest: lowest, highest: highest)
  }

  private static func rejected(_ price: PriceRecord, _ reason: String) -> PriceStep {
    PriceStep(.rejected, "price \(price.id) of list \(price.priceListID) \(reason)", price.amount)
  }

  private static func ineligible(
    _ price: PriceRecord, _ viewer: Viewer, _ context: CatalogContext
  ) -> String {
    guard let list = context.priceList(price.priceListID) else { return "names an unknown list" }
    if list.currency != viewer.market.currency {
      return "is in \(list.currency), not in \(viewer.market.currency)"
    }
    if !list.audience.includes(viewer) { return "is for \(list.audience)" }
    return "belongs to another market"
  }

  private static func unfit(
    _ price: PriceRecord, _ list: PriceListRecord, _ quantity: Int, _ instant: Instant
  ) -> String {
    if price.minQuantity > quantity { return "holds from \(price.minQuantity) pieces" }
    if price.amount.currency != list.currency {
      return "is not in the currency of its list, \(list.currency)"
    }
    if !price.window.contains(instant) || !list.window.contains(instant) {
      return "is not in force at \(instant.rfc3339)"
    }
    return "is behind a gate"
  }

  private static func isPast(
    gatesOf id: String, _ viewer: Viewer, _ context: CatalogContext, _ instant: Instant,
    _ next: inout Instant?
  ) -> Bool {
    let access = Gatekeeper.access(
      to: ResourceReference(type: "price", id: id), for: viewer, in: context, at: instant)
    next = NextChange.earliest(next, access.nextChange)
    return access.visibility == .purchasable
  }

  private static func considered(_ price: PriceRecord, _ list: PriceListRecord) -> PriceStep {
    PriceStep(
      .candidate,
      "price \(price.id) of list \(list.id) for \(list.audience), priority \(list.priority)",
      price.amount)
  }
}

/// A price that could be shown, by its place among the prices and that of its list among the
/// viewer's: trivial to copy, which is what makes the search cheap.
private struct Candidate {
  let price: Int
  let list: Int

  /// Whether it goes before another one; the figures are worked out only where all else is equal.
  func isBetter(
    than other: Candidate, among prices: [PriceRecord], for viewer: Viewer, by rule: Rounding?
  ) -> Bool {
    let isOwn = viewer.lists[list].rate == nil
    if isOwn != (viewer.lists[other.list].rate == nil) { return isOwn }
    let specificity = viewer.lists[list].specificity
    if specificity != viewer.lists[other.list].specificity {
      return specificity > viewer.lists[other.list].specificity
    }
    let priority = viewer.lists[list].record.priority
    if priority != viewer.lists[other.list].record.priority {
      return priority > viewer.lists[other.list].record.priority
    }
    let figure = shown(prices, viewer, rule)?.minor ?? .max
    let otherFigure = other.shown(prices, viewer, rule)?.minor ?? .max
    if figure != otherFigure { return figure < otherFigure }
    return prices[price].id < prices[other.price].id
  }

  func shown(_ prices: [PriceRecord], _ viewer: Viewer, _ rule: Rounding?) -> Money? {
    viewer.lists[list].shown(prices[price].amount, in: viewer.market, by: rule)
  }
}

extension EligibleList {
  /// An amount of the list as the market shows it: converted, taxed and rounded, as one fraction;
  /// nil where it overflows.
  func shown(_ amount: Money, in market: MarketRecord, by rule: Rounding?) -> Money? {
    if rate == nil, !isTaxed(in: market), rule == nil { return amount }
    let exact = taxed(converted(amount, into: market), in: market)
    return (rule ?? .exact).apply(to: exact.numerator, over: exact.denominator)
      .map { Money(minor: $0, currency: market.currency) }
  }

  /// Whether tax is to be added or taken out.
  private func isTaxed(in market: MarketRecord) -> Bool {
    market.taxRate != nil && record.taxIncluded != market.taxIncluded
  }

  /// An amount in the market's currency.
  func converted(_ amount: Money, into market: MarketRecord) -> ExactAmount {
    var exact = ExactAmount(
      numerator: Int128(amount.minor), denominator: 1, currency: market.currency)
    if let rate {
      exact.numerator *= Int128(rate.digits) * Int128(market.currency.minorPerMajor)
      exact.denominator *= Int128(rate.denominator) * Int128(amount.currency.minorPerMajor)
    }
    return exact
  }

  /// An amount with or without tax, as the market shows prices.
  func taxed(_ amount: ExactAmount, in market: MarketRecord) -> ExactAmount {
    guard isTaxed(in: market), let tax = market.taxRate else { return amount }
    var exact = amount
    let whole = Int128(tax.denominator)
    if market.taxIncluded {
      exact.numerator *= whole + Int128(tax.digits)
      exact.denominator *= whole
    } else {
      exact.numerator *= whole
      exact.denominator *= whole + Int128(tax.digits)
    }
    return exact
  }
}

extension ResolvedPrice {
  /// Derives net, gross and comparison from the shown figure.
  fileprivate init(
    _ price: PriceRecord, _ list: EligibleList, _ rule: Rounding?, shown: Money,
    in market: MarketRecord, validUntil: Instant?, trail: [PriceStep]
  ) {
    let rate = market.taxRate ?? .zero
    let net = market.taxIncluded ? rate.removing(from: shown.minor) : shown.minor
    let gross = market.taxIncluded ? shown.minor : rate.adding(to: shown.minor) ?? shown.minor
    let compared = price.compareAt.flatMap { list.shown($0, in: market, by: rule) }
    self.init(
      amount: shown, compareAt: compared.flatMap { $0.minor > shown.minor ? $0 : nil },
      net: Money(minor: net, currency: market.currency),
      gross: Money(minor: gross, currency: market.currency), taxRate: rate,
      taxIncluded: market.taxIncluded, priceListID: price.priceListID, priceID: price.id,
      isMemberPrice: list.isForMembers, isConverted: list.rate != nil, validUntil: validUntil,
      trail: trail)
  }
}
