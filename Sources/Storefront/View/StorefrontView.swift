public import Bytes
public import Catalog
import Locales

/// What all pages of a storefront have in common.
public struct ShopFacts: Sendable {
  /// Name of the shop.
  public var name: String
  /// Scheme and host without a final slash.
  public var baseURL: String
  /// The language that records and content are written in.
  public var sourceLocale: String
  /// First part of the path of pictures that the site itself serves: `/media/`.
  public var mediaBase: String
  /// Ending of the raster twin of a vector picture, without a dot.
  public var rasterExtension: String
  /// How pictures' addresses ask for a size; without it they have one size.
  public var imagePattern: ImagePattern?

  /// Describes a shop.
  public init(
    name: String, baseURL: String, sourceLocale: String = "en", mediaBase: String = "/media/",
    rasterExtension: String = "png", imagePattern: ImagePattern? = nil
  ) {
    self.name = name
    self.baseURL = baseURL
    self.sourceLocale = sourceLocale
    self.mediaBase = mediaBase
    self.rasterExtension = rasterExtension
    self.imagePattern = imagePattern
  }
}

/// The catalogue as one audience of one market reads it in one language at one instant.
///
/// Everything that a page or feed item shows comes through a view, and what the audience may not
/// see is not in what the view gives: a template cannot print what it was never handed.
///
/// Immutable; a class, because everything that is made from a product holds its view.
public final class StorefrontView: Sendable {
  /// What all pages of the storefront have in common.
  public let shop: ShopFacts
  /// The small parts of the catalogue.
  public let context: CatalogContext
  /// Key of the market in addresses: `eu`.
  public let marketKey: String
  /// The language.
  public let locale: String
  /// Market and tier.
  public let viewer: Viewer
  /// The public of the same market, whose price members compare theirs with.
  public let publicViewer: Viewer
  /// The instant that windows are looked at from.
  public let instant: Instant
  /// Where the pages are.
  public let addresses: Addresses
  /// Places that serve the market, in the catalogue's order.
  let servingLocations: [LocationRecord]
  /// The host in the shop's address.
  let host: String?

  /// The market.
  public var market: MarketRecord { viewer.market }
  /// Which root the view's pages stand in.
  public var audience: AudienceID { viewer.audience }

  /// Makes a view. O(price lists); make it once and use it for all products.
  public init(
    shop: ShopFacts, context: CatalogContext, market: MarketRecord, marketKey: String,
    locale: String, tier: TierRecord? = nil, at instant: Instant
  ) {
    self.shop = shop
    self.context = context
    self.marketKey = marketKey
    self.locale = locale
    viewer = Viewer(market: market, tier: tier, in: context)
    publicViewer = Viewer(market: market, in: context)
    self.instant = instant
    addresses = Addresses(base: shop.baseURL, locale: locale, market: marketKey)
    let parts = shop.baseURL.split(separator: "/")
    host = parts.count > 1 ? String(parts[1]) : nil
    servingLocations = context.locations(serving: market)
  }

  /// Whether this is the language that records are written in.
  public var isSourceLocale: Bool { locale == shop.sourceLocale }

  /// The name of a tier in the view's language.
  public func name(of tier: TierRecord) -> String { tier.name.text(in: locale) ?? tier.key }

  /// The name of the lowest tier that an audience asks for, or nil where it asks for none.
  public func tierName(of audience: AudienceExpression) -> String? {
    lowestTier(of: audience).map { name(of: $0) }
  }

  private func lowestTier(of audience: AudienceExpression) -> TierRecord? {
    switch audience {
    case .tierAtLeast(let id): context.tier(id)
    case .program(let id): context.tiersByLadder.first { $0.programID == id }
    case .any(let parts), .all(let parts):
      parts.compactMap { lowestTier(of: $0) }.min { $0.rank < $1.rank }
    case .everyone, .country, .not: nil
    }
  }
}
