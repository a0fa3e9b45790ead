import Bytes

/// Whether a variant can be bought, in the words of feeds and structured data.
public enum Availability: String, Sendable, CaseIterable {
  /// There are pieces.
  case inStock = "in_stock"
  /// There are none.
  case outOfStock = "out_of_stock"
  /// There are none, and it can be ordered all the same.
  case backorder
  /// It can be ordered before it is there.
  case preorder

  /// Whether it can be put into the bag.
  public var isOrderable: Bool { self != .outOfStock }
}

/// The stock of a variant for one market.
public struct StockSummary: Hashable, Sendable {
  /// Pieces at one place.
  public struct Place: Hashable, Sendable {
    /// The location's id.
    public let locationID: String
    /// Pieces, at least 0.
    public let available: Int64
  }

  /// The answer in a word.
  public let availability: Availability
  /// Pieces at all places that serve the market; a shortage at one counts against the others.
  public let available: Int64
  /// The places that serve the market and know the variant, in the catalogue's order.
  public let places: [Place]

  /// Sums the levels of a variant over the locations that serve the market.
  ///
  /// A variant that no serving location knows is out of stock: what is not counted is not promised.
  /// Where nothing is left the product's metafield `inventory.policy` (`backorder` or `preorder`)
  /// decides. O(levels × locations).
  public init(
    of variantID: String, product: ProductRecord, levels: [InventoryLevelRecord],
    market: MarketRecord, in context: CatalogContext
  ) {
    var places: [Place] = []
    var total: Int128 = 0
    for location in context.locations(serving: market) {
      for level in levels
      where level.variantID == variantID && level.locationID == location.id {
        places.append(Place(locationID: location.id, available: max(level.available, 0)))
        total += Int128(level.available)
      }
    }
    self.places = places
    available = Int64(clamping: max(total, 0))
    if available > 0 {
      availability = .inStock
    } else {
      switch product.metafield("inventory", "policy")?.string {
      case "backorder": availability = .backorder
      case "preorder": availability = .preorder
      default: availability = .outOfStock
      }
    }
  }
}

extension Availability {
  private var rank: Int {
    switch self {
    case .inStock: 0
    case .preorder: 1
    case .backorder: 2
    case .outOfStock: 3
    }
  }

  /// The one of two that promises more.
  public func better(_ other: Availability) -> Availability {
    other.rank < rank ? other : self
  }
}
