import Bytes
import Contract

/// The server as an editor reads it, with something that happens at a certain moment, or each time:
/// for what a `Line` with one fault a step does not do.
final class ScriptedSource: CatalogSource {
  private let server: ServerModel

  /// Called after each page of a snapshot, with the page. Unsafe only in name: the simulation has one
  /// thread.
  nonisolated(unsafe) var afterPage: (SourcePage) throws -> Void = { _ in }
  /// What is thrown instead of each proof.
  nonisolated(unsafe) var proofFails: ConnectorError?

  init(_ server: ServerModel) { self.server = server }

  func describe() throws(ConnectorError) -> SourceDescription { try server.describe() }

  func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String {
    try server.snapshot(resume: resume) { one in
      try page(one)
      try afterPage(one)
    }
  }

  func changes(from cursor: String, limit: Int, page: (SourcePage) throws -> Void) throws {
    try server.changes(from: cursor, limit: limit, page: page)
  }

  func digest(of type: ResourceType) throws(ConnectorError) -> [DigestBucket] {
    if let proofFails { throw proofFails }
    return try server.digest(of: type)
  }

  func identities(of type: ResourceType, bucket: UInt8) throws(ConnectorError) -> [RecordIdentity] {
    try server.identities(of: type, bucket: bucket)
  }

  func record(_ type: ResourceType, _ id: String) throws(ConnectorError) -> SourceRecord? {
    try server.record(type, id)
  }
}
