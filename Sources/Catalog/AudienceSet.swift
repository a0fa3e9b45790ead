public import Bytes

/// Names one output root: the public one, or that of a tier.
public enum AudienceID: Hashable, Sendable {
  /// Everybody.
  case everyone
  /// Holders of the tier with this key.
  case tier(String)

  /// `public`, or the key of the tier.
  public var name: String {
    switch self {
    case .everyone: "public"
    case .tier(let key): key
    }
  }
}

/// The viewers of one market, one for each output root: the public first, then the tiers by
/// programme and rank.
public struct AudienceRoster: Sendable {
  /// The market.
  public let market: MarketRecord
  /// One viewer a root.
  public let viewers: [Viewer]

  /// Makes the viewers of a market. Tiers beyond the sixty-third are left out, which makes every
  /// value private from them.
  public init(market: MarketRecord, in context: CatalogContext) {
    self.market = market
    viewers =
      [Viewer(market: market, in: context)]
      + context.tiersByLadder.prefix(63).map { Viewer(market: market, tier: $0, in: context) }
  }

  /// The set of roots whose viewers `isMeant` says yes to.
  public func set(where isMeant: (Viewer) -> Bool) -> AudienceSet {
    var bits: UInt64 = 0
    for (index, viewer) in viewers.enumerated() where isMeant(viewer) { bits |= 1 << index }
    return AudienceSet(bits: bits)
  }

  /// Everybody in the audience.
  public func set(of audience: AudienceExpression) -> AudienceSet {
    set { audience.includes($0) }
  }

  /// Everybody who sees the record at least as well as `level`.
  public func set(
    seeing resource: ResourceReference, atLeast level: Visibility, in context: CatalogContext,
    at instant: Instant
  ) -> AudienceSet {
    set {
      Gatekeeper.access(to: resource, for: $0, in: context, at: instant).visibility >= level
    }
  }

  /// Everybody to whom a price of the list may be shown.
  public func set(pricesOf listID: String, in context: CatalogContext) -> AudienceSet {
    guard let list = context.priceList(listID) else { return .nobody }
    return set(of: list.audience)
  }

  /// Whether a value for `audience` may be written into the root of `root`.
  ///
  /// The public root is read by everybody, so it takes only what includes the public.
  public func mayWrite(_ audience: AudienceSet, to root: AudienceID) -> Bool {
    guard let index = viewers.firstIndex(where: { $0.audience == root }) else { return false }
    return audience.bits & (1 << index) != 0
  }
}

/// A set of output roots of one roster: where a value may stand.
public struct AudienceSet: Hashable, Sendable, BitwiseCopyable {
  let bits: UInt64

  /// Every root.
  public static let everybody = AudienceSet(bits: .max)
  /// No root.
  public static let nobody = AudienceSet(bits: 0)

  /// Where a value made from both may stand: an aggregate inherits the strictest audience of its
  /// inputs.
  public func intersection(_ other: AudienceSet) -> AudienceSet {
    AudienceSet(bits: bits & other.bits)
  }

  /// Whether each root of this set is in the other.
  public func isSubset(of other: AudienceSet) -> Bool { bits & ~other.bits == 0 }

  /// Whether the public is in the set.
  public var includesPublic: Bool { bits & 1 != 0 }
}
