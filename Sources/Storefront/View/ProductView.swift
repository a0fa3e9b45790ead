public import Bytes
public import Catalog

/// A product as one audience may see it. What it may not see is not in it: a teaser has no
/// variants, prices, codes, long text or further pictures. Immutable.
public final class ProductView: Sendable {
  /// Something to choose, in the view's language.
  public struct Option: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its values in order.
    public let values: [String]
  }

  /// A field of the merchant's own.
  public struct Metafield: Sendable {
    /// Its key within the namespace.
    public let key: String
    /// Its value as the record has it.
    public let value: TapeValue
    /// Its text in the view's language, where it has been translated.
    public let translated: String?
  }

  /// What keeps part of a product back, or lets members have it before others.
  public struct Gate: Hashable, Sendable {
    /// The name of the tier that may have it.
    public let tierName: String?
    /// From when everybody may.
    public let publicFrom: Instant?
  }

  /// Stable id.
  public let id: String
  /// Last part of its address.
  public let handle: String
  /// Path of its page.
  public let url: String
  /// What it is called.
  public let title: String
  /// Who makes it.
  public let vendor: String?
  /// Its kind in the view's language.
  public let type: String?
  /// Its kind as the record has it.
  public let sourceType: String?
  /// Words for rules and filters.
  public let tags: [String]
  /// How much the audience gets.
  public let visibility: Visibility
  /// Long text.
  public let description: RichText?
  /// Title for search engines.
  public let seoTitle: String?
  /// Description for search engines.
  public let seoDescription: String?
  /// Category of Google's taxonomy.
  public let googleCategory: String?
  /// What distinguishes the variants.
  public let options: [Option]
  /// Its forms, as far as the audience may see them.
  public let variants: [VariantView]
  /// Its pictures and films.
  public let media: [MediaView]
  /// Its pictures.
  public let images: [ImageView]
  /// The merchant's own fields by namespace.
  public let metafields: [(namespace: String, fields: [Metafield])]
  /// What keeps something back from this audience.
  public let gate: Gate?
  /// Until when this audience has it before others.
  public let earlyAccess: Gate?
  /// Ids of the collections that it is in, whether or not this audience may see them.
  public let collectionIDs: [String]
  /// Whether title and long text exist in the view's language.
  public let isTranslated: Bool
  /// The next instant at which any of this can be different.
  public let nextChange: Instant?
  private let descriptionForms = DescriptionOnce()

  init(
    id: String, handle: String, url: String, title: String, vendor: String?, type: String?,
    sourceType: String?, tags: [String], visibility: Visibility, description: RichText?,
    seoTitle: String?, seoDescription: String?, googleCategory: String?, options: [Option],
    variants: [VariantView], media: [MediaView], images: [ImageView],
    metafields: [(namespace: String, fields: [Metafield])], gate: Gate?, earlyAccess: Gate?,
    collectionIDs: [String], isTranslated: Bool, nextChange: Instant?
  ) {
    self.id = id
    self.handle = handle
    self.url = url
    self.title = title
    self.vendor = vendor
    self.type = type
    self.sourceType = sourceType
    self.tags = tags
    self.visibility = visibility
    self.description = description
    self.seoTitle = seoTitle
    self.seoDescription = seoDescription
    self.googleCategory = googleCategory
    self.options = options
    self.variants = variants
    self.media = media
    self.images = images
    self.metafields = metafields
    self.gate = gate
    self.earlyAccess = earlyAccess
    self.collectionIDs = collectionIDs
    self.isTranslated = isTranslated
    self.nextChange = nextChange
  }

  /// The long text without markup, "" where there is none. Made when it is first asked for.
  public var plainDescription: String { descriptionForms.text(of: description) }
  /// The long text as HTML, "" where there is none. Made when it is first asked for, together with
  /// the text without markup: whoever needs both asks for this one first.
  public var descriptionHTML: String { descriptionForms.html(of: description) }

  /// Whether only its existence is shown.
  public var isTeaser: Bool { visibility == .teaser }
  /// Whether it can be bought now.
  public var isAvailable: Bool {
    visibility == .purchasable && variants.contains(where: \.isAvailable)
  }
  /// The variant that a page shows first: the first that can be bought, else the first.
  public var leadVariant: VariantView? { variants.first(where: \.isAvailable) ?? variants.first }
  /// The best of what its variants promise.
  public var availability: Availability {
    var best = Availability.outOfStock
    for variant in variants { best = best.better(variant.availability) }
    return best
  }
  /// The variant with the lowest price.
  public var cheapestVariant: VariantView? {
    var cheapest: (index: Int, minor: Int64)?
    for (index, variant) in variants.enumerated() {
      guard let minor = variant.price?.minor else { continue }
      if let known = cheapest, minor >= known.minor { continue }
      cheapest = (index, minor)
    }
    return cheapest.map { variants[$0.index] }
  }
  /// Lowest and highest price.
  public var priceRange: (lowest: Money, highest: Money)? {
    var range: (lowest: Money, highest: Money)?
    for variant in variants {
      guard let price = variant.price else { continue }
      guard let known = range else {
        range = (price, price)
        continue
      }
      if price.minor < known.lowest.minor { range?.lowest = price }
      if price.minor >= known.highest.minor { range?.highest = price }
    }
    return range
  }
}

/// A price that holders of a tier pay.
public struct MemberPrice: Hashable, Sendable {
  /// Key of the tier.
  public let tier: String
  /// Its name in the view's language.
  public let tierName: String
  /// The amount.
  public let amount: Money
}

/// A variant as one audience may see it. Immutable.
public final class VariantView: Sendable {
  /// What one place has of it.
  public struct Stock: Hashable, Sendable {
    /// The place.
    public let location: LocationRecord
    /// Pieces that can be sold there.
    public let available: Int64
  }

  /// The record.
  public let record: VariantRecord
  /// Its chosen values in the view's language, joined, or the product's title.
  public let title: String
  /// Chosen value by option of the product, in the view's language.
  public let options: [String]
  /// The price that anybody pays, or where the public has none, what this audience pays.
  public let price: Money?
  /// A higher price to compare with.
  public let compareAt: Money?
  /// What this audience pays, where that is a members' price.
  public let memberPrice: MemberPrice?
  /// Whether and how it can be bought.
  public let availability: Availability
  /// What the places that serve the market have.
  public let stock: [Stock]
  /// Path of its product's page with this variant chosen.
  public let url: String
  /// Its picture: its own, else the product's first.
  public let image: ImageView?

  init(
    record: VariantRecord, title: String, options: [String], price: Money?, compareAt: Money?,
    memberPrice: MemberPrice?, availability: Availability, stock: [Stock], url: String,
    image: ImageView?
  ) {
    self.record = record
    self.title = title
    self.options = options
    self.price = price
    self.compareAt = compareAt
    self.memberPrice = memberPrice
    self.availability = availability
    self.stock = stock
    self.url = url
    self.image = image
  }

  /// Whether it can be bought now.
  public var isAvailable: Bool { availability.isOrderable }
}
