public import Contract

/// Writes without any guard of the platform's own: see `OscarWriter` for what is done instead, and
/// `OscarRequest` for what can be written.
extension OscarConnector: CatalogTarget {
  /// The request that brings a change about.
  ///
  /// - Throws: `refused`, in words for an editor, for what the platform's API has no way to do.
  public func request(for mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    try OscarRequest.make(mutation)
  }

  /// Sends one after the other; each costs an exchange to read, one to write and one to read back.
  public func send(_ requests: [WriteRequest]) throws(ConnectorError) -> [WriteOutcome] {
    let writer = OscarWriter(session: session, rows: rows)
    return try OneByOne.send(requests) { request throws(ConnectorError) in
      try writer.send(request)
    }
  }

  /// Finds a product by its UPC, or a variant by that of its row.
  public func record(
    _ type: ResourceType, externalReference: String
  ) throws(ConnectorError) -> SourceRecord? {
    guard type == .product || type == .variant else { return nil }
    let found = try rows.products(upc: externalReference)
    guard found.count < 2 else {
      throw ConnectorError(
        .refused, "\(found.count) products have the UPC “\(externalReference)”")
    }
    guard let id = found.first else { return nil }
    return type == .product
      ? try record(.product, OscarIdentity.product(id))
      : try record(.variant, OscarIdentity.variant(id))
  }

  var rows: OscarRows { OscarRows(session: session, configuration: configuration) }
}
