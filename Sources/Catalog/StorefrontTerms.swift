public import Bytes

/// What a storefront lays down beside the shop's records, and before anybody sees them: how its markets
/// round, which market lends another its prices, and which products are kept back until a drop.
///
/// Whoever makes a `CatalogContext` for pages or feeds of a storefront makes it with its terms, so that
/// all of them see the same prices and the same gates.
public struct StorefrontTerms: Sendable, Hashable {
  /// Rounding rules by id of the market, in place of the market's own.
  public var roundings: [String: RoundingText]
  /// Markets that take over what they have no prices of.
  public var conversions: [PriceConversion]
  /// Products and collections that open at a time.
  public var drops: [Drop]

  /// Lays down nothing.
  public static let none = StorefrontTerms()

  /// Lays down terms.
  public init(
    roundings: [String: RoundingText] = [:], conversions: [PriceConversion] = [],
    drops: [Drop] = []
  ) {
    self.roundings = roundings
    self.conversions = conversions
    self.drops = drops
  }

  /// A market under these terms.
  ///
  /// - Throws: `CatalogError` where its rounding rule does not fit its currency.
  public func applied(to market: MarketRecord) throws(CatalogError) -> MarketRecord {
    guard let text = roundings[market.id] else { return market }
    do {
      return market.with(rounding: try text.rule(in: market.currency))
    } catch {
      throw CatalogError(
        error.code, "the rounding rule of the market \(market.id): \(error.message)",
        at: "/rounding\(error.pointer)")
    }
  }
}

/// Something that opens to everybody at a time, and to members of some tiers earlier.
///
/// A drop is an embargo: until it opens, nothing but its own early access gets through, neither another
/// gate of the shop nor an entitlement.
public struct Drop: Sendable, Hashable {
  /// Earlier access of a tier.
  public struct Early: Sendable, Hashable {
    /// Key of the tier; holders of a higher one of its programme are let in too.
    public var tier: String
    /// From when.
    public var from: Instant

    /// Describes early access.
    public init(tier: String, from: Instant) {
      self.tier = tier
      self.from = from
    }
  }

  /// What it is called.
  public var name: String
  /// From when everybody is let in.
  public var opens: Instant
  /// From when nobody is let in any more, if ever.
  public var closes: Instant?
  /// What those outside get.
  public var mode: GateRecord.Mode
  /// Tiers that are let in earlier.
  public var early: [Early]
  /// Handles or ids of products.
  public var products: [String]
  /// Handles or ids of collections.
  public var collections: [String]

  /// Describes a drop.
  public init(
    name: String, opens: Instant, closes: Instant? = nil, mode: GateRecord.Mode = .hidden,
    early: [Early] = [], products: [String] = [], collections: [String] = []
  ) {
    self.name = name
    self.opens = opens
    self.closes = closes
    self.mode = mode
    self.early = early
    self.products = products
    self.collections = collections
  }

  /// Its gates for a record: one for each tier that is let in earlier, else one for nobody.
  ///
  /// - Throws: `CatalogError` where a tier is not known.
  public func gates(of resource: ResourceReference, tiers: [TierRecord]) throws(CatalogError)
    -> [GateRecord]
  {
    func gate(_ suffix: String, _ audience: AudienceExpression, from: Instant?) -> GateRecord {
      GateRecord(
        id: "drop:\(name):\(resource.type):\(resource.id)\(suffix)", resource: resource, mode: mode,
        audience: audience, window: Window(from: from, until: closes), publicFrom: opens,
        drop: name)
    }
    var gates: [GateRecord] = []
    for entry in early {
      guard let tier = tiers.first(where: { $0.key == entry.tier }) else {
        let known = tiers.map(\.key).joined(separator: ", ")
        throw CatalogError(
          .value,
          "the drop \(name) lets the tier \(entry.tier) in, which the shop has not; "
            + "it has \(known)")
      }
      gates.append(gate(":\(tier.key)", .tierAtLeast(tier.id), from: entry.from))
    }
    return gates.isEmpty ? [gate("", .any([]), from: nil)] : gates
  }
}
