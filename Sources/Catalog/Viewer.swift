import Bytes

/// Whom a page is rendered for: everybody of a market without membership, or everybody of a market
/// who holds a tier. Never one person.
///
/// Making one works out which price lists apply, so make it once for a market and tier and use it
/// for all products. O(price lists).
public struct Viewer: Sendable {
  /// The market whose currency and tax rule apply.
  public let market: MarketRecord
  /// The tier that is held, or nil for the public.
  public let tier: TierRecord?
  /// Ids of the tiers that count as held: the own one and the lower ones of its programme.
  public let heldTierIDs: [String]
  /// The countries that the page is read from.
  public let countries: [String]
  /// The price lists that apply, by whatever window.
  private(set) var lists: [EligibleList]
  /// The numbers of `lists`, side by side for the search.
  private(set) var listSymbols: [SymbolID]

  /// Makes a viewer of all countries of the market, or of one of them.
  public init(
    market: MarketRecord, tier: TierRecord? = nil, country: String? = nil,
    in context: CatalogContext
  ) {
    self.market = market
    self.tier = tier
    heldTierIDs = tier.map { context.tiersHeld(with: $0).map(\.id) } ?? []
    countries = country.map { [$0] } ?? market.countries
    lists = []
    listSymbols = []
    lists = EligibleList.all(for: self, in: context)
    listSymbols = lists.map(\.symbol)
  }

  /// Which root the viewer's pages stand in.
  public var audience: AudienceID { tier.map { .tier($0.key) } ?? .everyone }

  /// Index of a price list among `lists`, or -1 where it does not apply. O(lists).
  func listIndex(_ symbol: SymbolID) -> Int {
    for index in listSymbols.indices where listSymbols[index] == symbol { return index }
    return -1
  }
}

/// A price list that applies to a viewer, with what its rank depends on.
struct EligibleList: Sendable {
  let record: PriceListRecord
  let symbol: SymbolID
  let specificity: Int
  /// Whether the public of the same market does not get its prices.
  let isForMembers: Bool
  /// The exchange rate, where the list is in the currency of another market.
  let rate: Rate?

  /// The lists in the market's currency (or, by a conversion, in that of its source market) whose
  /// audience includes the viewer. A list that is the own list of some market is for the markets
  /// that link it; any other is for all markets of its currency.
  static func all(for viewer: Viewer, in context: CatalogContext) -> [EligibleList] {
    let conversion = context.conversions.first { $0.marketID == viewer.market.id }
    let source = conversion.flatMap { context.market($0.sourceMarketID) }
    let markets =
      [(viewer.market, Rate?.none)] + (source.map { [($0, conversion?.rate)] } ?? [])
    var result: [EligibleList] = []
    for (market, rate) in markets {
      for list in context.priceLists where list.currency == market.currency {
        let isOwned = context.ownedPriceListIDs.contains(list.id)
        guard !isOwned || market.priceListID == list.id, list.audience.includes(viewer),
          !result.contains(where: { $0.record.id == list.id })
        else { continue }
        result.append(
          EligibleList(
            record: list, symbol: Symbols.shared.intern(list.id),
            specificity: list.audience.specificity(in: context),
            isForMembers: !list.audience.holdsForPublic(of: viewer), rate: rate))
      }
    }
    return result
  }
}

extension AudienceExpression {
  /// Whether the public of the viewer's countries is included too.
  func holdsForPublic(of viewer: Viewer) -> Bool {
    viewer.tier == nil || includes(viewer.withoutTier)
  }
}

extension Viewer {
  /// The public of the same market and countries, without price lists.
  fileprivate var withoutTier: Viewer {
    Viewer(market: market, countries: countries)
  }

  private init(market: MarketRecord, countries: [String]) {
    self.market = market
    self.countries = countries
    tier = nil
    heldTierIDs = []
    lists = []
    listSymbols = []
  }
}
