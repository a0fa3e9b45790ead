import Bytes
public import Contract
import HTTPClient

/// Writes of the contract's section 1.5: every one guarded, every one keyed, many in one request.
extension NativeConnector: CatalogTarget {
  /// The request of the contract for a change; it can be sent alone or as part of a batch.
  public func request(for mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    try NativeRequest.make(mutation)
  }

  /// Sends one request as it is and several as batches that are not atomic: what one operation
  /// meets does not touch the others.
  public func send(_ requests: [WriteRequest]) throws(ConnectorError) -> [WriteOutcome] {
    try NativeSender(session: session).send(requests)
  }

  /// Asks for a record by the client's own name; the server keeps that unique.
  public func record(
    _ type: ResourceType, externalReference: String
  ) throws(ConnectorError) -> SourceRecord? {
    var path = ByteBuffer(capacity: 128)
    path.append("\(ContractVersion.root)/\(type.path)/by-external-ref/")
    path.append(percentEncoding: externalReference)
    return try record(at: path.string, type, externalReference)
  }
}
