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
///    is rounded by the market's rule, all in one exact fraction that is rounded once.
/// 4. The net part of a shown price with tax is derived from the shown figure.
public enum Pricing {
  /// The price of a variant, or nil where it is not for sale to the viewer.
  ///
  /// `prices` are prices of the variant; those of others are passed over. O(prices).
  public static func price(
    of variant: VariantRecord, prices: [PriceRecord], for viewer: Viewer,
    in context: CatalogContext, at instant: Instant, quantity: Int = 1, explaining: Bool = false
  ) -> ResolvedPrice? {
    resolve(
      variant, prices: prices, for: viewer, in: context, at: instant, quantity: quantity,
      explaining: explaining
    ).price
  }

  /// As `price`, with the next change and the trail also where there is no price.
  public static func resolve(
    _ variant: VariantRecord, prices: [PriceRecord], for viewer: Viewer,
    in context: CatalogContext, at instant: Instant, quantity: Int = 1, explaining: Bool = false
  ) -> PriceResolution {
    var trail: [PriceStep] = []
    var next: Instant?
    var best: Candidate?
    for price in prices where price.variantID == variant.id {
      guard let list = viewer.list(price.priceListSymbol) else {
        if explaining {
          trail.append(rejected(price, ineligible(price, viewer, context)))
        }
        continue
      }
      guard price.minQuantity <= quantity else {
        if explaining { trail.append(rejected(price, "holds from \(price.minQuantity) pieces")) }
        continue
      }
      next = NextChange.earliest(
        next,
        NextChange.earliest(
          price.window.nextBorder(after: instant), list.record.window.nextBorder(after: instant)))
      guard list.record.window.contains(instant), price.window.contains(instant) else {
        if explaining { trail.append(rejected(price, "is not in force at \(instant.rfc3339)")) }
        continue
      }
      if context.hasPriceGates {
        let access = Gatekeeper.access(
          to: ResourceReference(type: "price", id: price.id), for: viewer, in: context, at: instant)
        next = NextChange.earliest(next, access.nextChange)
        guard access.visibility == .purchasable else {
          if explaining { trail.append(rejected(price, "is behind a gate")) }
          continue
        }
      }
      guard let candidate = Candidate(price: price, list: list, market: viewer.market) else {
        if explaining { trail.append(rejected(price, "is too large to be converted")) }
        continue
      }
      if explaining { trail.append(considered(candidate)) }
      if best.map({ candidate.isBetter(than: $0) }) ?? true { best = candidate }
    }
    guard let best else { return PriceResolution(price: nil, nextChange: next, trail: trail) }
    if explaining { explain(best, viewer.market, into: &trail) }
    return PriceResolution(
      price: best.resolved(in: viewer.market, validUntil: next, trail: trail), nextChange: next,
      trail: trail)
  }

  /// The prices of several variants together, or nil where none has one. Variants that the viewer
  /// may not see must be left out by the caller.
  public static func range(
    of variants: [VariantRecord], prices: [String: [PriceRecord]], for viewer: Viewer,
    in context: CatalogContext, at instant: Instant
  ) -> PriceRange? {
    var lowest: ResolvedPrice?
    var highest: ResolvedPrice?
    for variant in variants {
      guard
        let price = price(
          of: variant, prices: prices[variant.id] ?? [], for: viewer, in: context, at: instant)
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

  private static func considered(_ candidate: Candidate) -> PriceStep {
    let list = candidate.list.record
    return PriceStep(
      .candidate,
      "price \(candidate.price.id) of list \(list.id) for \(list.audience), "
        + "priority \(list.priority)", candidate.price.amount)
  }

  private static func explain(
    _ best: Candidate, _ market: MarketRecord, into trail: inout [PriceStep]
  ) {
    let list = best.list.record
    let rivals = trail.count { $0.kind == .candidate }
    let reason =
      rivals > 1
      ? "most specific audience, then priority, then lowest price" : "the only price that applies"
    trail.append(PriceStep(.chosen, "list \(list.id) (\(list.name)): \(reason)", best.price.amount))
    if let rate = best.list.rate {
      trail.append(
        PriceStep(
          .conversion, "× \(rate.decimal) from \(list.currency) into \(market.currency)"))
    }
    let rate = market.taxRate ?? .zero
    switch (list.taxIncluded, market.taxIncluded) {
    case (false, true): trail.append(PriceStep(.tax, "tax of \(rate.percent) % added"))
    case (true, false): trail.append(PriceStep(.tax, "tax of \(rate.percent) % taken out"))
    case (true, true): trail.append(PriceStep(.tax, "list and market both include tax"))
    case (false, false): trail.append(PriceStep(.tax, "list and market are both without tax"))
    }
    if let rule = market.rounding {
      let step = Money(minor: rule.step, currency: market.currency)
      let ending =
        rule.ending > 0
        ? ", ending in \(Money(minor: rule.ending, currency: market.currency).decimal)" : ""
      trail.append(PriceStep(.rounding, "\(rule.mode.rawValue), step \(step)\(ending)"))
    }
    trail.append(
      PriceStep(
        .shown, market.taxIncluded ? "shown, tax included" : "shown, tax excluded", best.shown))
    if market.taxIncluded {
      trail.append(
        PriceStep(
          .net, "net, derived from the shown price at \(rate.percent) %",
          Money(minor: rate.removing(from: best.shown.minor), currency: market.currency)))
    }
  }
}

/// A price that could be shown, with the figure that it would show.
private struct Candidate {
  let price: PriceRecord
  let list: EligibleList
  let shown: Money

  init?(price: PriceRecord, list: EligibleList, market: MarketRecord) {
    guard let shown = Self.shown(price.amount, list, market) else { return nil }
    self.price = price
    self.list = list
    self.shown = shown
  }

  /// The amount as the market shows it: converted, taxed and rounded, as one fraction.
  static func shown(_ amount: Money, _ list: EligibleList, _ market: MarketRecord) -> Money? {
    var numerator = Int128(amount.minor)
    var denominator: Int128 = 1
    if let rate = list.rate {
      numerator *= Int128(rate.digits) * Int128(market.currency.minorPerMajor)
      denominator *= Int128(rate.denominator) * Int128(amount.currency.minorPerMajor)
    } else if amount.currency != market.currency {
      return nil
    }
    if let tax = market.taxRate, list.record.taxIncluded != market.taxIncluded {
      let whole = Int128(tax.denominator)
      if market.taxIncluded {
        numerator *= whole + Int128(tax.digits)
        denominator *= whole
      } else {
        numerator *= whole
        denominator *= whole + Int128(tax.digits)
      }
    }
    return (market.rounding ?? .exact).apply(to: numerator, over: denominator)
      .map { Money(minor: $0, currency: market.currency) }
  }

  func isBetter(than other: Candidate) -> Bool {
    if (list.rate == nil) != (other.list.rate == nil) { return list.rate == nil }
    if list.specificity != other.list.specificity {
      return list.specificity > other.list.specificity
    }
    if list.record.priority != other.list.record.priority {
      return list.record.priority > other.list.record.priority
    }
    if shown.minor != other.shown.minor { return shown.minor < other.shown.minor }
    return price.id < other.price.id
  }

  func resolved(in market: MarketRecord, validUntil: Instant?, trail: [PriceStep])
    -> ResolvedPrice
  {
    let rate = market.taxRate ?? .zero
    let net = market.taxIncluded ? rate.removing(from: shown.minor) : shown.minor
    let gross = market.taxIncluded ? shown.minor : rate.adding(to: shown.minor) ?? shown.minor
    let compared = price.compareAt.flatMap { Self.shown($0, list, market) }
    return ResolvedPrice(
      amount: shown, compareAt: compared.flatMap { $0.minor > shown.minor ? $0 : nil },
      net: Money(minor: net, currency: market.currency),
      gross: Money(minor: gross, currency: market.currency), taxRate: rate,
      taxIncluded: market.taxIncluded, priceListID: price.priceListID, priceID: price.id,
      isMemberPrice: list.isForMembers, isConverted: list.rate != nil, validUntil: validUntil,
      trail: trail)
  }
}
