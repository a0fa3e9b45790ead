public import Contract

extension OscarConnector {
  /// What django-oscar protects and shows, as found by trying it: nearly nothing.
  ///
  /// `If-Match` is accepted and ignored, so no write is guarded anywhere. `date_updated` of a
  /// product moves with its own fields only; stock records have a stamp of their own, but no list
  /// of them can be asked for by it.
  public static let capabilities: Capabilities = {
    var table = Capabilities(standard: FieldCapability(deletions: .byIdentityList))
    table.set(
      .product,
      FieldCapability(
        idempotency: .natural, hasExternalReference: true, deletions: .byIdentityList,
        signal: .stamp))
    table.set(
      .variant,
      FieldCapability(
        idempotency: .natural, hasExternalReference: true, deletions: .byIdentityList,
        signal: .stamp))
    // The product's stamp stays when a category gains or loses it, or a picture is added.
    for (type, field) in [
      (ResourceType.collection, "products"), (.media, "url"), (.media, "alt"),
      (.inventoryLevel, "available"), (.price, "amount"), (.price, "currency"),
      (.product, "metafields"), (.product, "options"), (.variant, "options"),
    ] {
      table.set(type, field: field, FieldCapability(deletions: .byIdentityList, signal: .none))
    }
    return table
  }()
}
