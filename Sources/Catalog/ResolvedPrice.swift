public import Bytes

/// One step on the way to a price, as `trumeau explain price` prints it.
public struct PriceStep: Hashable, Sendable {
  /// What the step is about; the raw value is part of the public contract.
  public enum Kind: String, Sendable {
    /// A price that was looked at and left out, with the reason.
    case rejected
    /// A price that could have been taken.
    case candidate
    /// The price that was taken, with the reason.
    case chosen
    /// An exchange rate.
    case conversion
    /// Tax added or taken out.
    case tax
    /// The rounding rule, and the points between which the amount lies.
    case rounding
    /// The lowest or highest price of the rule, where it decided.
    case limit
    /// The figure that is shown.
    case shown
    /// The part without tax.
    case net
    /// The tax in the shown figure, or on top of it.
    case taxPart = "tax-part"
    /// What the price is compared with.
    case compareAt = "compare-at"
  }

  /// What the step is about.
  public let kind: Kind
  /// The step in words.
  public let text: String
  /// The amount after the step, where it is one of whole minor units.
  public let amount: Money?
  /// The amount after the step before it is rounded, in major units: at most eight decimals, and `…`
  /// behind them where there are more.
  public let exact: String?

  /// Describes a step.
  public init(_ kind: Kind, _ text: String, _ amount: Money? = nil, exact: String? = nil) {
    self.kind = kind
    self.text = text
    self.amount = amount
    self.exact = exact
  }
}

/// The price of a variant for a viewer at an instant: the one figure that page, JSON-LD and feed
/// show.
public struct ResolvedPrice: Sendable {
  /// What is shown: with tax where the market shows prices with tax.
  public let amount: Money
  /// What it is compared with, treated like `amount`; only where it is higher.
  public let compareAt: Money?
  /// The part without tax, derived from the shown figure, so that invoice and page agree.
  public let net: Money
  /// The figure with tax.
  public let gross: Money
  /// The market's tax rate; zero where it states none.
  public let taxRate: Rate
  /// Whether `amount` contains tax.
  public let taxIncluded: Bool
  /// The price list that it comes from.
  public let priceListID: String
  /// The price record that it comes from.
  public let priceID: String
  /// Whether the public of the market pays another price: never to be written into a public page.
  public let isMemberPrice: Bool
  /// Whether it was converted from another market's price.
  public let isConverted: Bool
  /// The next instant at which it can be another.
  public let validUntil: Instant?
  /// How it came about, where that was asked for.
  public let trail: [PriceStep]
}

/// What the price function found, also where there is no price.
public struct PriceResolution: Sendable {
  /// The price, or nil where the variant is not for sale to the viewer.
  public let price: ResolvedPrice?
  /// The next instant at which the answer can be another.
  public let nextChange: Instant?
  /// How it came about, where that was asked for.
  public let trail: [PriceStep]
}

/// The lowest and the highest price of several variants.
public struct PriceRange: Sendable {
  /// The lowest.
  public let lowest: ResolvedPrice
  /// The highest.
  public let highest: ResolvedPrice
  /// Whether the two differ.
  public var varies: Bool { lowest.amount != highest.amount }
}
