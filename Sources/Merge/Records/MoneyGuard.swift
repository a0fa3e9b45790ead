import Catalog
import Contract

/// An amount as a field holds it: a whole number of minor units, or an object of `amount` (a decimal
/// as text) and `currency`.
struct MoneyValue: Hashable {
  let amount: ExactDecimal
  /// nil where another field says it.
  let currency: String?

  /// nil where the value is no amount.
  init?(_ value: FieldValue) {
    switch value {
    case .integer(let minor):
      amount = ExactDecimal(digits: minor, exponent: 0)
      currency = nil
    case .text(let text), .number(let text):
      guard let amount = ExactDecimal(text) else { return nil }
      self.amount = amount
      currency = nil
    case .object:
      switch value["amount"] {
      case .text(let text)?, .number(let text)?:
        guard let amount = ExactDecimal(text) else { return nil }
        self.amount = amount
      case .integer(let number)?: amount = ExactDecimal(digits: number, exponent: 0)
      default: return nil
      }
      currency = value["currency"]?.text
    default: return nil
    }
  }

  /// Whether it has more decimals than its currency.
  var hasTooManyDecimals: Bool {
    guard let currency, let known = Currency(currency) else { return false }
    return amount.decimals > known.exponent
  }
}

/// Why a change of an amount may be a slip.
public enum PriceGuardReason: String, CaseIterable, Sendable, Hashable {
  /// It changes by more than the limit.
  case limit
  /// There was no amount or 0.
  case fromNothing = "from-nothing"
  /// There is no amount or 0 now.
  case toNothing = "to-nothing"
  /// It is in another currency.
  case currency
  /// It is below zero.
  case sign
  /// It has more decimals than its currency.
  case decimals
  /// It is no amount at all.
  case malformed

  /// The reason in words.
  public var words: String {
    switch self {
    case .limit: "a large change"
    case .fromNothing: "there was no price"
    case .toNothing: "there would be no price"
    case .currency: "another currency"
    case .sign: "below zero"
    case .decimals: "more decimals than the currency has"
    case .malformed: "not an amount"
    }
  }
}

/// The limits of a shop for changes of amounts that are sent without a question.
public struct PriceLimits: Sendable, Hashable {
  /// The largest change in percent of the amount before.
  public var percent: Int64

  /// Sets limits; 30 % unless the settings say otherwise (`sync.md`, §3.6, row 10).
  public init(percent: Int64 = 30) { self.percent = percent }

  /// What is unusual about a change made here alone; empty where nothing is.
  func reasons(from before: FieldValue, to mine: FieldValue) -> [PriceGuardReason] {
    let (old, new) = (MoneyValue(before), MoneyValue(mine))
    if (old == nil && !before.isNull) || (new == nil && !mine.isNull) { return [.malformed] }
    var reasons: [PriceGuardReason] = []
    let wasNothing = old?.amount.isZero ?? true
    let isNothing = new?.amount.isZero ?? true
    if wasNothing { reasons.append(.fromNothing) }
    if isNothing { reasons.append(.toNothing) }
    if let old, let new {
      if old.currency != new.currency { reasons.append(.currency) }
      if !wasNothing, !isNothing, old.amount.isFurther(new.amount, thanPercent: percent) {
        reasons.append(.limit)
      }
    }
    if let new {
      if new.amount.isNegative { reasons.append(.sign) }
      if new.hasTooManyDecimals { reasons.append(.decimals) }
    }
    return reasons
  }
}
