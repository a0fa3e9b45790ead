public import Contract

/// Writes under Tryton's stamps: see `TrytonRequest` for what can be written and by which guard.
extension TrytonConnector: CatalogTarget {
  /// The call that brings a change about.
  ///
  /// - Throws: `refused`, in words for an editor, for what this connector cannot write.
  public func request(for mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    try TrytonRequest.make(mutation, configuration)
  }

  /// Sends one after the other; each is a call and a reading back.
  public func send(_ requests: [WriteRequest]) throws(ConnectorError) -> [WriteOutcome] {
    let writer = TrytonWriter(rpc: rpc, rows: rows, configuration: configuration)
    return try OneByOne.send(requests) { request throws(ConnectorError) in
      try writer.send(request)
    }
  }

  /// Finds an active product, or a variant, by its code.
  public func record(
    _ type: ResourceType, externalReference: String
  ) throws(ConnectorError) -> SourceRecord? {
    let ids: [String]
    switch type {
    case .product:
      ids = try rows.templates(code: externalReference).filter(\.isActive)
        .map { TrytonIdentity.product($0.id) }
    case .variant:
      ids = try rows.products(code: externalReference).map { TrytonIdentity.variant($0.id) }
    default: return nil
    }
    guard ids.count < 2 else {
      throw ConnectorError(
        .refused, "\(ids.count) records have the code “\(externalReference)”")
    }
    guard let id = ids.first else { return nil }
    return try record(type, id)
  }
}
