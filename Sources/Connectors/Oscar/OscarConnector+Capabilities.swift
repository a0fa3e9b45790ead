public import Contract

extension OscarConnector {
  /// What django-oscar protects, shows and lets be changed, as found by trying it: nearly nothing.
  ///
  /// `If-Match` is accepted and ignored, so no write is guarded anywhere: a window of one exchange
  /// remains between reading and writing. `date_updated` of a product moves with its own fields
  /// only; stock records have a stamp of their own, but no list of them can be asked for by it.
  public static let capabilities: Capabilities = {
    let readOnly = FieldCapability(deletions: .byIdentityList, isWritable: false)
    var table = Capabilities(standard: readOnly)
    var named = FieldCapability(
      idempotency: .natural, hasExternalReference: true, deletions: .byIdentityList,
      signal: .stamp)
    table.set(.product, named)
    named.isWritable = false
    table.set(.variant, named)
    for field in OscarRequest.readOnlyProductFields {
      table.set(.product, field: field, named)
    }
    // The product's stamp stays when a category gains or loses it, or a picture is added, and with
    // every change of stock and price.
    let silent = FieldCapability(deletions: .byIdentityList, signal: .none)
    table.set(.price, readOnly)
    table.set(.price, field: "amount", silent)
    table.set(.inventoryLevel, readOnly)
    table.set(.inventoryLevel, field: "available", silent)
    for (type, field) in [
      (ResourceType.collection, "products"), (.media, "url"), (.media, "alt"),
      (.product, "metafields"), (.product, "options"), (.variant, "options"),
    ] {
      table.set(type, field: field, readOnly)
    }
    return table
  }()
}
