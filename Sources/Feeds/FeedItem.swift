public import Bytes
public import Catalog

/// One variant as any channel could offer it: the canonical model, which a profile turns into the
/// names, order and forms of one channel.
public struct FeedItem: Sendable {
  /// What holders of a tier pay, for channels that know loyalty programmes.
  public struct Loyalty: Hashable, Sendable {
    /// The programme as the channel knows it.
    public var programLabel: String
    /// The tier as the channel knows it.
    public var tierLabel: String?
    /// The members' price, always lower than what anybody pays.
    public var price: Money
  }

  /// Stable id of the item in the channel.
  public var id: String
  /// Id that all variants of a product share; nil where it has only one.
  public var groupID: String?
  /// Id of the product, for findings.
  public var productID: String
  /// Plain text.
  public var title: String
  /// Plain text.
  public var description: String
  /// Absolute URL of the page, with the variant chosen.
  public var link: String
  /// Absolute URL of a raster picture.
  public var image: String?
  /// Further pictures.
  public var furtherImages: [String]
  /// The regular price.
  public var price: Money
  /// A lower price that anybody pays now.
  public var salePrice: Money?
  /// Whether it can be bought.
  public var availability: Availability
  /// From when it can be had, for orders ahead.
  public var availableFrom: Instant?
  /// Who makes it.
  public var brand: String?
  /// Trade item number with a right check digit.
  public var gtin: String?
  /// The maker's part number.
  public var mpn: String?
  /// Google's category, by number or path.
  public var googleCategory: String?
  /// The shop's own category.
  public var productType: String?
  /// Weight in grams.
  public var weightG: Int?
  /// Members' prices of the tiers that the channel was opted in for.
  public var loyalty: [Loyalty]
  /// Options in which the variants differ and that no attribute tells.
  public var furtherOptions: [(name: String, value: String)]
  /// All other attributes by the channel's name, in the order of the channel's settings.
  public var attributes: [(name: String, value: String)]

  /// What anybody pays now.
  public var activePrice: Money { salePrice ?? price }
}

/// Why a product or variant is not in a feed.
public enum Omission: String, Sendable, CaseIterable {
  /// The public may not see it or not buy it: drafts, gates, drops to come, early access.
  case notPublic = "not public"
  /// The market has no price for it.
  case noPrice = "no price in the market"
  /// One of its tags is excluded by the channel.
  case excluded = "excluded by tag"
  /// It has no picture, which the channel demands.
  case noImage = "no picture"
  /// Its id is too long for the channel, or another item has it.
  case badID = "id too long or taken"
}
