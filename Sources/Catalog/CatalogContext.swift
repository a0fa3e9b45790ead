public import Bytes

/// A price list in another currency that stands in where a market has no price of its own.
public struct PriceConversion: Hashable, Sendable {
  /// The market that lacks prices.
  public let marketID: String
  /// The market whose prices are converted.
  public let sourceMarketID: String
  /// Units of the market's currency for one unit of the source's.
  public let rate: Rate

  /// Describes a conversion.
  public init(marketID: String, sourceMarketID: String, rate: Rate) {
    self.marketID = marketID
    self.sourceMarketID = sourceMarketID
    self.rate = rate
  }
}

/// The small parts of a catalogue that every page needs, held in memory: markets, price lists,
/// tiers, gates, collections. Products are streamed as `ProductBundle`s instead.
///
/// Immutable; a class, because every view of every product holds it.
public final class CatalogContext: Sendable {
  /// Markets by id order.
  public let markets: [MarketRecord]
  /// Price lists.
  public let priceLists: [PriceListRecord]
  /// Membership programmes.
  public let programs: [ProgramRecord]
  /// Tiers of all programmes.
  public let tiers: [TierRecord]
  /// Benefits.
  public let benefits: [BenefitRecord]
  /// Entitlements of tiers and programmes; those of persons are no part of a catalogue.
  public let entitlements: [EntitlementRecord]
  /// Gates.
  public let gates: [GateRecord]
  /// Places that hold stock.
  public let locations: [LocationRecord]
  /// Collections with their products.
  public let collections: [ResolvedCollection]
  /// Redirects as written; `RedirectTable` resolves them.
  public let redirects: [RedirectRecord]
  /// Conversions for markets without prices of their own.
  public let conversions: [PriceConversion]
  /// Translations of everything but products, variants and their media.
  public let translations: TranslationTable
  /// Media of collections, by collection id, in order of position.
  public let collectionMedia: [String: [MediaRecord]]

  /// Tiers by programme, then rank, lowest first.
  public let tiersByLadder: [TierRecord]
  /// Ids of the price lists that are the own list of a market.
  let ownedPriceListIDs: Set<String>
  let hasPriceGates: Bool
  private let marketIndex: [String: Int]
  private let priceListIndex: [String: Int]
  private let collectionIndex: [String: Int]
  private let gatesByResource: [ResourceReference: [GateRecord]]
  private let entitlementsByResource: [ResourceReference: [EntitlementRecord]]
  private let ladderPositions: [String: Int]
  private let servingLocations: [String: [LocationRecord]]

  /// Joins the parts and lays the indexes. O(size).
  public init(
    markets: [MarketRecord] = [], priceLists: [PriceListRecord] = [],
    programs: [ProgramRecord] = [], tiers: [TierRecord] = [], benefits: [BenefitRecord] = [],
    entitlements: [EntitlementRecord] = [], gates: [GateRecord] = [],
    locations: [LocationRecord] = [], collections: [ResolvedCollection] = [],
    redirects: [RedirectRecord] = [], conversions: [PriceConversion] = [],
    translations: TranslationTable = TranslationTable(), collectionMedia: [MediaRecord] = []
  ) {
    self.markets = markets
    self.priceLists = priceLists
    self.programs = programs
    self.tiers = tiers
    self.benefits = benefits
    self.entitlements = entitlements
    self.gates = gates
    self.locations = locations
    self.collections = collections
    self.redirects = redirects
    self.conversions = conversions
    self.translations = translations
    self.collectionMedia = Dictionary(grouping: collectionMedia) { $0.parent.id }
      .mapValues { $0.sorted { ($0.position, $0.id) < ($1.position, $1.id) } }
    tiersByLadder = tiers.sorted { ($0.programID, $0.rank, $0.id) < ($1.programID, $1.rank, $1.id) }
    ownedPriceListIDs = Set(markets.compactMap(\.priceListID))
    hasPriceGates = gates.contains { $0.resource.type == "price" }
    marketIndex = Self.index(markets.map(\.id))
    priceListIndex = Self.index(priceLists.map(\.id))
    collectionIndex = Self.index(collections.map(\.record.id))
    gatesByResource = Dictionary(grouping: gates, by: \.resource)
    var rights: [ResourceReference: [EntitlementRecord]] = [:]
    for entitlement in entitlements {
      if let resource = entitlement.resource { rights[resource, default: []].append(entitlement) }
    }
    entitlementsByResource = rights
    var positions: [String: Int] = [:]
    for (programID, ladder) in Dictionary(grouping: tiersByLadder, by: \.programID) {
      for (position, tier) in ladder.enumerated() where tier.programID == programID {
        positions[tier.id] = position
      }
    }
    ladderPositions = positions
    var serving: [String: [LocationRecord]] = [:]
    for market in markets {
      let near = locations.filter { market.countries.contains($0.country) }
      serving[market.id] = near.isEmpty ? locations : near
    }
    servingLocations = serving
  }

  private static func index(_ ids: [String]) -> [String: Int] {
    Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The market with this id. O(1).
  public func market(_ id: String) -> MarketRecord? { marketIndex[id].map { markets[$0] } }

  /// The price list with this id. O(1).
  public func priceList(_ id: String) -> PriceListRecord? {
    priceListIndex[id].map { priceLists[$0] }
  }

  /// The collection with this id. O(1).
  public func collection(_ id: String) -> ResolvedCollection? {
    collectionIndex[id].map { collections[$0] }
  }

  /// The collection with this handle. O(collections).
  public func collection(handle: String) -> ResolvedCollection? {
    collections.first { $0.record.handle == handle }
  }

  /// The tier with this id. O(tiers).
  public func tier(_ id: String) -> TierRecord? { tiers.first { $0.id == id } }

  /// The tier with this key, the first one by programme where several have it. O(tiers).
  public func tier(key: String) -> TierRecord? { tiersByLadder.first { $0.key == key } }

  /// Whether anything is kept from anybody by a gate or entitlement.
  var hasGatesOrEntitlements: Bool { !gates.isEmpty || !entitlementsByResource.isEmpty }

  /// The gates of a record. O(1).
  public func gates(of resource: ResourceReference) -> [GateRecord] {
    gates.isEmpty ? [] : gatesByResource[resource] ?? []
  }

  /// The entitlements to a record. O(1).
  public func entitlements(to resource: ResourceReference) -> [EntitlementRecord] {
    entitlementsByResource.isEmpty ? [] : entitlementsByResource[resource] ?? []
  }

  /// The tiers that somebody with this tier holds: it and the lower ones of its programme.
  public func tiersHeld(with tier: TierRecord) -> [TierRecord] {
    tiersByLadder.filter { $0.programID == tier.programID && $0.rank <= tier.rank }
  }

  /// The benefits that holders of a tier have at an instant, in the record's order: allowed to it
  /// or to a lower tier of the programme, or to the whole programme, and not denied to any of them.
  public func benefits(of tier: TierRecord, at instant: Instant) -> [BenefitRecord] {
    let held = Set(tiersHeld(with: tier).map(\.id))
    var allowed: Set<String> = []
    var denied: Set<String> = []
    for entitlement in entitlements where entitlement.window.contains(instant) {
      guard let benefitID = entitlement.benefitID,
        entitlement.subject.type == "tier" && held.contains(entitlement.subject.id)
          || entitlement.subject.type == "program" && entitlement.subject.id == tier.programID
      else { continue }
      if entitlement.effect == .allow {
        allowed.insert(benefitID)
      } else {
        denied.insert(benefitID)
      }
    }
    return benefits.filter { allowed.contains($0.id) && !denied.contains($0.id) }
  }

  /// The locations that serve a market, in the catalogue's order: those in its countries, or all
  /// where none is.
  public func locations(serving market: MarketRecord) -> [LocationRecord] {
    servingLocations[market.id] ?? locations
  }

  /// Place of a tier in its programme's ladder, from 0.
  func ladderPosition(ofTier id: String) -> Int { ladderPositions[id] ?? 0 }
}
