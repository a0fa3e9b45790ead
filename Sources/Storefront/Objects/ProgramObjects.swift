public import Bytes
public import Catalog
import Locales

/// Sentences of the product itself, where a theme has none of its own.
struct BuiltInWords {
  let isFrench: Bool

  init(locale: String) { isFrench = locale == "fr" || locale.hasPrefix("fr-") }

  func tax(isIncluded: Bool) -> String {
    switch (isIncluded, isFrench) {
    case (true, false): "tax included"
    case (true, true): "taxes comprises"
    case (false, false): "tax excluded"
    case (false, true): "hors taxes"
    }
  }

  func qualification(_ metric: String, amount: String?, threshold: Int64, period: String) -> String
  {
    if threshold == 0 { return isFrench ? "Ouvert à tous" : "Open to everybody" }
    let span = self.period(period)
    let goal = amount ?? "\(threshold)"
    switch (metric, isFrench) {
    case ("spend", false): return "From \(goal) of purchases\(span)"
    case ("spend", true): return "À partir de \(goal) d’achats\(span)"
    case (_, false): return "From \(goal) \(metric)\(span)"
    case (_, true): return "À partir de \(goal) \(metric)\(span)"
    }
  }

  /// ` in a year` of `P1Y`.
  private func period(_ text: String) -> String {
    guard text.hasPrefix("P"), let unit = text.last, let count = Int(text.dropFirst().dropLast())
    else { return "" }
    let names: [Character: (String, String, String, String)] = [
      "Y": ("a year", "years", "un an", "ans"), "M": ("a month", "months", "un mois", "mois"),
      "D": ("a day", "days", "un jour", "jours"),
      "W": ("a week", "weeks", "une semaine", "semaines"),
    ]
    guard let name = names[unit] else { return "" }
    if isFrench { return count == 1 ? " en \(name.2)" : " en \(count) \(name.3)" }
    return count == 1 ? " in \(name.0)" : " in \(count) \(name.1)"
  }
}

extension StorefrontView {
  /// Words on tax for beside a price.
  public var taxText: String {
    BuiltInWords(locale: locale).tax(isIncluded: market.taxIncluded)
  }
}

extension TapeBuilder {
  /// Appends a membership programme with its tiers, lowest first, and what each has.
  public mutating func append(_ program: ProgramRecord, in view: StorefrontView) {
    let context = view.context
    beginObject()
    member(Key.id, program.id)
    member(
      Key.name,
      context.translations.text(
        view.locale, of: ResourceReference(type: "program", id: program.id), "name")
        ?? program.name)
    member(Key.kind, program.kind.rawValue)
    key(Key.tiers)
    beginArray()
    for tier in context.tiersByLadder where tier.programID == program.id {
      beginObject()
      member(Key.id, tier.id)
      member(Key.key, tier.key)
      member(Key.name, view.name(of: tier))
      key(Key.rank)
      append(tier.rank)
      key(Key.qualify)
      qualification(tier, program, view)
      key(Key.benefits)
      beginArray()
      for benefit in context.benefits(of: tier, at: view.instant) {
        beginObject()
        member(Key.kind, benefit.kind.rawValue)
        member(Key.text, benefit.text.text(in: view.locale))
        end()
      }
      end()
      end()
    }
    end()
    end()
  }

  private mutating func qualification(
    _ tier: TierRecord, _ program: ProgramRecord, _ view: StorefrontView
  ) {
    guard let rule = tier.qualify else { return appendNull() }
    beginObject()
    member(Key.metric, rule.metric)
    key(Key.threshold)
    append(rule.threshold)
    member(Key.period, rule.period)
    var amount: String?
    if rule.metric == "spend", let currency = program.currency {
      var text = ByteBuffer(capacity: 32)
      MoneyFormat(locale: view.locale, currency: currency.code).append(rule.threshold, into: &text)
      amount = text.string
    }
    member(
      Key.text,
      BuiltInWords(locale: view.locale).qualification(
        rule.metric, amount: amount, threshold: rule.threshold, period: rule.period))
    end()
  }
}
