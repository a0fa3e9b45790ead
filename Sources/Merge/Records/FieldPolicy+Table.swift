public import Contract

extension FieldPolicy {
  /// The policy of a field of a type, by the name that `RecordFields` gives it: `title`, `seo.title`,
  /// `metafields.care`, `links.tier`, `external_ref`. Names that the contract does not know are
  /// scalars.
  public static func of(type: ResourceType, field: String) -> FieldPolicy {
    exact(type, field) ?? whole(type, RecordFields.split(field).name) ?? .scalar
  }

  /// Fields whose policy their full name decides.
  private static func exact(_ type: ResourceType, _ field: String) -> FieldPolicy? {
    switch (type, field) {
    case (_, "handle"), (.tier, "key"): .handle
    case (.redirect, "from"): .scalar
    case (_, "from"), (_, "until"), (_, "tier_from"), (_, "tier_until"), (_, "public_from"): .window
    case (.product, "status"): .status
    case (.product, "seo.description"): .text
    case (.membership, "status"), (.membership, "links.tier"): .tier
    case (.price, "amount"), (.price, "compare_at"): .money
    case (.price, "currency"), (.priceList, "currency"): .currency
    case (.inventoryLevel, "available"): .counterDelta
    case (.translation, "value"), (.media, "alt"): .text
    case (.translation, "source_digest"): .scalar
    default: nil
    }
  }

  /// Fields whose policy their attribute decides, whatever the member.
  private static func whole(_ type: ResourceType, _ attribute: String) -> FieldPolicy? {
    switch (type, attribute) {
    case (.product, "description"), (.collection, "description"): .text
    case (.product, "tags"): .set
    case (.product, "options"), (.collection, "products"), (.market, "locales"): .list
    case (.market, "countries"): .set
    case (.market, "rounding"): .scalar
    case (.benefit, "text"): .text
    default: nil
    }
  }
}
