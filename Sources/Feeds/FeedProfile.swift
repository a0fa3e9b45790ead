/// How one channel wants items: names, order, limits. The canonical item knows nothing of it.
public struct FeedProfile: Sendable {
  /// A part of the canonical item.
  public enum Field: Sendable, CaseIterable {
    case id, title, description, link, image, furtherImages, availability, availableFrom, price
    case salePrice, groupID, brand, gtin, mpn, identifierExists, condition, googleCategory
    case productType, weight, attributes, furtherOptions, loyalty
  }

  /// Prefix of attribute names with its colon, and the namespace behind it.
  public let prefix: String
  /// URI of the namespace.
  public let namespace: String
  /// Fields in the order in which they are written, with the attribute's name.
  public let fields: [(field: Field, name: String)]
  /// The channel's attributes.
  public let table: AttributeTable
  /// Most further pictures.
  public let furtherImageLimit: Int

  /// Most Unicode scalars of an attribute's text.
  public func limit(_ name: String) -> Int {
    if case .text(let limit)? = table[name]?.kind { limit } else { .max }
  }

  /// The element that an attribute is written as. The description is RSS's own element, because an
  /// RSS item needs one; the channel reads it like its own.
  func element(_ name: String) -> String { name == "description" ? name : prefix + name }

  /// Whether the channel has an attribute.
  public func isKnown(_ name: String) -> Bool { table[name] != nil }

  /// Google Merchant Center, RSS 2.0.
  public static let google = FeedProfile(
    prefix: "g:", namespace: "http://base.google.com/ns/1.0",
    fields: [
      (.id, "id"), (.title, "title"), (.description, "description"), (.link, "link"),
      (.image, "image_link"), (.furtherImages, "additional_image_link"),
      (.availability, "availability"), (.availableFrom, "availability_date"), (.price, "price"),
      (.salePrice, "sale_price"), (.groupID, "item_group_id"), (.brand, "brand"), (.gtin, "gtin"),
      (.mpn, "mpn"), (.identifierExists, "identifier_exists"), (.condition, "condition"),
      (.googleCategory, "google_product_category"), (.productType, "product_type"),
      (.attributes, ""), (.furtherOptions, "variant_option"), (.weight, "shipping_weight"),
      (.loyalty, "loyalty_program"),
    ],
    table: .google, furtherImageLimit: 10)
}
