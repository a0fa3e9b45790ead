import Bytes
import Catalog
import Diagnostics

/// Rules about prices, programmes of members and availability.
extension ItemChecker {
  /// Reads a price and reports what is wrong with it.
  func price(_ attribute: RawAttribute, _ name: String) -> Money? {
    let parts = attribute.value.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isAmount(parts[0]), parts[1].utf8.count == 3 else {
      find(
        "price-format", .error, "\(name) \(shown(attribute.value)) is not like 1850.00 EUR",
        at: attribute, help: "a point before decimals, no grouping, a space, the currency's code")
      return nil
    }
    guard let currency = Currency(String(parts[1])) else {
      find(
        "price-currency", .error, "\(name) has the currency \"\(parts[1])\", which ISO 4217 lacks",
        at: attribute)
      return nil
    }
    do throws(CatalogError) {
      let money = try Money(decimal: parts[0], currency: currency)
      noteCurrency(currency, attribute, name)
      return money
    } catch {
      find(
        "price-minor-units", .error,
        "\(name) \(shown(attribute.value)) has more decimals than \(currency) has",
        at: attribute, help: "\(currency) has \(currency.exponent)")
      return nil
    }
  }

  private static func isAmount(_ text: Substring) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count)
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } }
  }

  private func noteCurrency(_ currency: Currency, _ attribute: RawAttribute, _ name: String) {
    if let wanted = options.currency, currency.code != wanted {
      find(
        "currency-country", .warning,
        "\(name) is in \(currency); the feed's country pays in \(wanted)",
        at: attribute)
    }
    if feedCurrency == nil { feedCurrency = currency }
    if let first = feedCurrency, first != currency {
      find(
        "currency-mixed", .error, "\(name) is in \(currency), other prices are in \(first)",
        at: attribute)
    }
  }

  /// The price of an attribute without reporting its form, which has been done.
  private func amount(_ attribute: RawAttribute?) -> Money? {
    guard let parts = attribute?.value.split(separator: " "), parts.count == 2,
      let currency = Currency(String(parts[1]))
    else { return nil }
    return try? Money(decimal: parts[0], currency: currency)  // a wrong form is reported already
  }

  func checkPrices() {
    let sale = item.first("sale_price")
    let regular = amount(item.first("price"))
    for name in ["price", "sale_price"] {
      if let attribute = item.first(name), let money = amount(attribute), money.minor <= 0 {
        find("price-not-positive", .error, "\(name) is \(money)", at: attribute)
      }
    }
    if let sale, let reduced = amount(sale), let regular, reduced.currency == regular.currency,
      reduced.minor >= regular.minor
    {
      find(
        "sale-not-lower", .error, "sale_price \(reduced) is not below price \(regular)", at: sale,
        help: "leave sale_price out where there is no reduction")
    }
    if sale == nil, let dates = item.first("sale_price_effective_date") {
      find(
        "sale-date-without-sale-price", .warning,
        "sale_price_effective_date stands without sale_price", at: dates)
    }
  }

  // MARK: loyalty

  /// Countries in which the channel shows members' prices.
  private static let loyaltyCountries: Set<String> = [
    "US", "AU", "GB", "DE", "FR", "CA", "BR", "MX", "JP",
  ]

  func checkLoyalty() {
    let groups = item.all("loyalty_program")
    guard !groups.isEmpty else { return }
    if !options.countries.isEmpty, Self.loyaltyCountries.isDisjoint(with: options.countries) {
      find(
        "loyalty-country", .warning, "members' prices are not shown in these countries",
        at: groups.first)
    }
    let regular = amount(item.first("price"))
    var seen: Set<String> = []
    for group in groups {
      let program = group.first("program_label")?.value ?? ""
      let tier = group.first("tier_label")?.value ?? ""
      if groups.count > 1, program.isEmpty || tier.isEmpty {
        find(
          "loyalty-label-missing", .error,
          "with several tiers each needs program_label and tier_label", at: group)
      }
      if !seen.insert("\(program)\u{1}\(tier)").inserted {
        find("loyalty-tier-duplicate", .error, "the tier \(shown(tier)) stands twice", at: group)
      }
      if options.privateTierLabels.contains(tier) {
        find(
          "loyalty-private-tier", .error, "the prices of the tier \(shown(tier)) are private",
          at: group, help: "opt the channel out of the tier")
      }
      if let known = options.loyaltyLabels,
        !known.contains(where: { $0.program == program && ($0.tier ?? "") == tier })
      {
        find(
          "loyalty-label-unknown", .error,
          "the programme \(shown(program)) with the tier \(shown(tier)) is not set up", at: group)
      }
      checkMembersPrice(group, regular)
      if let points = group.first("loyalty_points"), Int(points.value).map({ $0 < 0 }) ?? true {
        find(
          "loyalty-points", .error, "loyalty_points \(shown(points.value)) is not a whole number",
          at: points)
      }
    }
  }

  private func checkMembersPrice(_ group: RawAttribute, _ regular: Money?) {
    guard let attribute = group.first("price"), let price = amount(attribute), let regular else {
      return
    }
    if price.currency != regular.currency || price.minor >= regular.minor {
      find(
        "loyalty-price-not-lower", .error, "the members' price \(price) is not below \(regular)",
        at: attribute, help: "leave the tier out where it pays what everybody pays")
    }
  }

  // MARK: availability

  func checkAvailability() {
    guard let availability = item.first("availability") else { return }
    let word = availability.value.lowercased().replacing(" ", with: "_")
    let date = item.first("availability_date")
    if word == "preorder" || word == "backorder", date == nil {
      find(
        "availability-date-missing", .error, "\(word) needs an availability_date",
        at: availability)
    }
    let year: Int64 = 366 * 86_400
    if let date, let instant = FeedDate.instant(date.value),
      instant > options.now.adding(seconds: year)
    {
      find("availability-date-far", .warning, "availability_date is over a year away", at: date)
    }
    if let expiry = item.first("expiration_date"), let instant = FeedDate.instant(expiry.value),
      instant > options.now.adding(seconds: 30 * 86_400)
    {
      find("expiration-far", .warning, "expiration_date is over 30 days away", at: expiry)
    }
    if let quantity = item.value("quantity").flatMap({ Int($0) }),
      (quantity <= 0) == (word == "in_stock"), word == "in_stock" || word == "out_of_stock"
    {
      find(
        "availability-inventory-conflict", .error,
        "the item is \(word) with a quantity of \(quantity)", at: availability)
    }
  }
}
