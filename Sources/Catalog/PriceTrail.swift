/// An amount of minor units as a fraction, before it is rounded. The denominator is positive.
struct ExactAmount {
  var numerator: Int128
  var denominator: Int128
  let currency: Currency

  /// The amount in major units, with at least the currency's decimals and at most eight; `…` says that
  /// there are more.
  var decimal: String {
    var denominator = denominator
    let (wide, isTooLarge) = denominator.multipliedReportingOverflow(
      by: Int128(currency.minorPerMajor))
    if !isTooLarge { denominator = wide }
    var text = String(numerator / denominator)
    var rest = numerator % denominator
    var digits = ""
    while digits.utf8.count < 8, rest != 0 || digits.utf8.count < currency.exponent {
      let (next, isTooLarge) = rest.multipliedReportingOverflow(by: 10)
      if isTooLarge { break }
      digits += String(next / denominator)
      rest = next % denominator
    }
    if !digits.isEmpty { text += ".\(digits)" }
    return rest == 0 ? text : "\(text)…"
  }
}

/// Tells how a chosen price becomes the figure that is shown, by the very steps that make it.
struct PriceTrail {
  let price: PriceRecord
  let list: EligibleList
  let market: MarketRecord
  let rule: Rounding?

  /// Adds the steps from the list's price to the shown figure.
  func explain(_ shown: Money, into trail: inout [PriceStep]) {
    let record = list.record
    let rivals = trail.count { $0.kind == .candidate }
    let reason =
      rivals > 1
      ? "most specific audience, then priority, then lowest price" : "the only price that applies"
    trail.append(PriceStep(.chosen, "list \(record.id) (\(record.name)): \(reason)", price.amount))
    let converted = list.converted(price.amount, into: market)
    if let rate = list.rate {
      trail.append(
        PriceStep(
          .conversion, "× \(rate.decimal) from \(record.currency) into \(market.currency)",
          exact: converted.decimal))
    }
    let taxed = list.taxed(converted, in: market)
    trail.append(PriceStep(.tax, taxWords, exact: taxed.decimal))
    if let rule { round(taxed, rule, shown, into: &trail) }
    trail.append(
      PriceStep(.shown, market.taxIncluded ? "shown, tax included" : "shown, tax excluded", shown))
    addParts(shown, into: &trail)
  }

  private var taxWords: String {
    let rate = market.taxRate ?? .zero
    switch (list.record.taxIncluded, market.taxIncluded) {
    case (false, true): return "tax of \(rate.percent) % added"
    case (true, false): return "tax of \(rate.percent) % taken out"
    case (true, true): return "list and market both include tax"
    case (false, false): return "list and market are both without tax"
    }
  }

  private func money(_ minor: Int64) -> Money { Money(minor: minor, currency: market.currency) }

  private func round(
    _ exact: ExactAmount, _ rule: Rounding, _ shown: Money, into trail: inout [PriceStep]
  ) {
    var text = words(rule, exact)
    if let category = market.rounding?.categories.first(where: { $0.rule == rule }) {
      text += ", for \(category.field.rawValue) \"\(category.value)\""
    }
    let unlimited = Rounding(mode: rule.mode, bands: rule.bands)
    if let points = unlimited.neighbours(of: exact.numerator, over: exact.denominator),
      let below = Int64(exactly: points.below.amount),
      let above = Int64(exactly: points.above.amount), below != above
    {
      text += "; between \(money(below).decimal) and \(money(above).decimal)"
    }
    let rounded = unlimited.apply(to: exact.numerator, over: exact.denominator)
    trail.append(PriceStep(.rounding, text, rounded.map { money($0) }))
    guard let rounded, rounded != shown.minor else { return }
    if let floor = rule.floor, rounded < shown.minor {
      trail.append(PriceStep(.limit, "raised to the floor of \(money(floor).decimal)", shown))
    } else if let ceiling = rule.ceiling, rounded > shown.minor {
      trail.append(PriceStep(.limit, "lowered to the ceiling of \(money(ceiling).decimal)", shown))
    }
  }

  private func words(_ rule: Rounding, _ exact: ExactAmount) -> String {
    let whole = exact.numerator / exact.denominator
    let band = rule.bands.last { Int128($0.from) <= whole } ?? rule.bands[0]
    var text = "\(rule.mode.rawValue), step \(money(band.step))"
    if band.endings != [0] {
      let endings = band.endings.map { money($0).decimal }.joined(separator: " or ")
      text += ", ending in \(endings)"
    }
    if band.from > 0 { text += ", from \(money(band.from).decimal) on" }
    return text
  }

  private func addParts(_ shown: Money, into trail: inout [PriceStep]) {
    let rate = market.taxRate ?? .zero
    if market.taxIncluded {
      let net = rate.removing(from: shown.minor)
      trail.append(
        PriceStep(.net, "net, derived from the shown price at \(rate.percent) %", money(net)))
      trail.append(
        PriceStep(.taxPart, "tax in it: shown less net", money(shown.minor - net)))
    } else if let gross = rate.adding(to: shown.minor), market.taxRate != nil {
      trail.append(
        PriceStep(.taxPart, "tax on top at \(rate.percent) %", money(gross - shown.minor)))
    }
    guard let given = price.compareAt,
      let compared = list.shown(given, in: market, by: rule)
    else { return }
    let isShown = compared.minor > shown.minor
    trail.append(
      PriceStep(
        .compareAt,
        isShown ? "compared with, treated alike" : "not higher, so nothing is compared", compared))
  }
}
