public import Bytes

/// Where records come from: the reading half of a connector.
///
/// All calls are made from one thread at a time. A page is handed out only when it is whole; what
/// the receiver throws ends the reading and comes out unchanged.
public protocol CatalogSource: Sendable {
  /// Who the server is and what it can do.
  func describe() throws(ConnectorError) -> SourceDescription

  /// Reads all records, or the rest after the page whose `cursor` was `resume`.
  ///
  /// - Returns: the feed cursor to go on from, "" where there is no change feed.
  func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String

  /// Reads what changed after `cursor`, in pages of at most `limit` records, until there is no
  /// more.
  func changes(from cursor: String, limit: Int, page: (SourcePage) throws -> Void) throws

  /// Counts and hashes of a type, for proving that a mirror is complete.
  func digest(of type: ResourceType) throws(ConnectorError) -> [DigestBucket]

  /// Ids and content hashes of one bucket.
  func identities(of type: ResourceType, bucket: UInt8) throws(ConnectorError) -> [RecordIdentity]

  /// One record as it is now; nil where there is none.
  func record(_ type: ResourceType, _ id: String) throws(ConnectorError) -> SourceRecord?
}

/// Who a server is, what a token sees of it, and what it can do.
public struct SourceDescription: Sendable {
  /// Names the server, for good.
  public var serverID: String
  /// Names its change log; another epoch means that everything must be compared.
  public var epoch: String
  /// The tenant whose records these are.
  public var tenant: String
  /// Digest of what the token may see; another scope means that everything must be compared.
  public var scope: String
  /// The types that can be read.
  public var types: [ResourceType]
  /// Whether there is a change feed.
  public var hasChangeFeed: Bool
  /// What is protected and what shows.
  public var capabilities: Capabilities
  /// The most records on a page.
  public var pageMax: Int
  /// What the server's clock showed when it answered; nil where it does not say. How long a key is kept
  /// is counted by this clock, and that of an editor's machine may have been set meanwhile.
  public var now: Instant?

  /// Describes a source.
  public init(
    serverID: String, epoch: String, tenant: String, scope: String, types: [ResourceType],
    hasChangeFeed: Bool, capabilities: Capabilities, pageMax: Int, now: Instant? = nil
  ) {
    self.serverID = serverID
    self.epoch = epoch
    self.tenant = tenant
    self.scope = scope
    self.types = types
    self.hasChangeFeed = hasChangeFeed
    self.capabilities = capabilities
    self.pageMax = pageMax
    self.now = now
  }
}

/// A record as a source gave it.
public struct SourceRecord: Sendable {
  /// What kind of record.
  public var type: ResourceType
  /// Its id.
  public var id: String
  /// Counts its writes.
  public var version: Int64
  /// Position of its last write in the change log; 0 where there is none.
  public var seq: Int64
  /// Strong entity tag with its quotes; "" where there is none.
  public var etag: String
  /// `sha256:` and the digest of type, id, attributes and links: see `ContentHash`.
  public var contentHash: String
  /// When it was last written, if the platform says so.
  public var updatedAt: Instant?
  /// The whole envelope, parsed once: `attributes`, `links` and the rest.
  public var body: Tape
  /// The envelope's JSON as it came, without line feeds.
  public var json: [UInt8]

  /// Makes a record from its parts.
  public init(
    type: ResourceType, id: String, version: Int64, seq: Int64, etag: String, contentHash: String,
    updatedAt: Instant?, body: Tape, json: [UInt8]
  ) {
    self.type = type
    self.id = id
    self.version = version
    self.seq = seq
    self.etag = etag
    self.contentHash = contentHash
    self.updatedAt = updatedAt
    self.body = body
    self.json = json
  }

  /// The object of its attributes.
  public var attributes: TapeValue { body.value["attributes"] ?? Tape.null.value }

  /// The object of its links, if there is one.
  public var links: TapeValue? { body.value["links"] }

  /// The id of the record that it is a part of, if its type has a parent.
  public var parent: String? { ResourceSchema.of(type).parent(in: links) }

  /// What the schema of its type does not allow; a record with faults belongs into quarantine.
  public func faults() -> [SchemaFault] {
    ResourceSchema.of(type).check(attributes: attributes, links: links, isReading: true)
  }
}

/// A record that is no more, or that the token may no longer see.
public struct SourceTombstone: Sendable {
  /// What kind of record.
  public var type: ResourceType
  /// Its id.
  public var id: String
  /// Its version after the deletion.
  public var version: Int64
  /// Position of the deletion in the change log.
  public var seq: Int64
  /// Whether it still exists and only left what the token may see.
  public var isGone: Bool
  /// When it was deleted.
  public var at: Instant?

  /// Makes a tombstone from its parts.
  public init(
    type: ResourceType, id: String, version: Int64, seq: Int64, isGone: Bool, at: Instant?
  ) {
    self.type = type
    self.id = id
    self.version = version
    self.seq = seq
    self.isGone = isGone
    self.at = at
  }
}

/// Something that came in place of a record: kept with its bytes, never dropped.
public struct SourceReject: Sendable {
  /// The type as it was named; "" where it was not.
  public var typeName: String
  /// The id as it was named; "" where it was not.
  public var id: String
  /// Position in the change log; 0 where it is not known.
  public var seq: Int64
  /// The bytes as they came.
  public var json: [UInt8]
  /// What is wrong with them, in one sentence.
  public var reason: String

  /// Makes a reject from its parts.
  public init(typeName: String, id: String, seq: Int64, json: [UInt8], reason: String) {
    self.typeName = typeName
    self.id = id
    self.seq = seq
    self.json = json
    self.reason = reason
  }
}

/// What is stored in one transaction together with its cursor.
public struct SourcePage: Sendable {
  /// Records that exist.
  public var records: [SourceRecord]
  /// Records that are no more.
  public var tombstones: [SourceTombstone]
  /// What could not be read as a record.
  public var rejects: [SourceReject]
  /// What to store with the page: a feed cursor, or the resume token of a snapshot.
  public var cursor: String
  /// Whether more follows.
  public var hasMore: Bool
  /// How many records the whole reading will bring, where that is known.
  public var expectedTotal: Int?

  /// Makes a page from its parts.
  public init(
    records: [SourceRecord], tombstones: [SourceTombstone] = [], rejects: [SourceReject] = [],
    cursor: String, hasMore: Bool, expectedTotal: Int? = nil
  ) {
    self.records = records
    self.tombstones = tombstones
    self.rejects = rejects
    self.cursor = cursor
    self.hasMore = hasMore
    self.expectedTotal = expectedTotal
  }
}

/// Why a source could not be read.
public struct ConnectorError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure: it decides what the caller does next.
  public enum Code: String, Sendable, CaseIterable {
    /// No token, a wrong one or an expired one: stop all work.
    case unauthenticated
    /// The token may not do this: stop work on the type.
    case forbidden
    /// The cursor is too old: read a snapshot.
    case cursorExpired = "cursor-expired"
    /// The server's log began anew: read a snapshot and compare everything.
    case epochChanged = "epoch-changed"
    /// The token's scope changed: read a snapshot.
    case scopeChanged = "scope-changed"
    /// Too many requests: wait.
    case rateLimited = "rate-limited"
    /// The server is there but cannot serve now: wait.
    case unavailable
    /// No connection, or it broke: wait.
    case unreachable
    /// The answer is not what the contract says.
    case malformed
    /// The server refused the request for a reason of its own.
    case refused
    /// The user asked to stop.
    case interrupted
  }

  /// What sort.
  public var code: Code
  /// One sentence for a person; never holds a token.
  public var message: String
  /// Seconds after which the server wants to be asked again.
  public var retryAfter: Int?
  /// The server's own problem document, if it sent one.
  public var problem: Problem?

  /// Makes an error from its parts.
  public init(
    _ code: Code, _ message: String, retryAfter: Int? = nil, problem: Problem? = nil
  ) {
    self.code = code
    self.message = message
    self.retryAfter = retryAfter
    self.problem = problem
  }

  /// Whether waiting and asking again may help.
  public var isRetryable: Bool {
    code == .rateLimited || code == .unavailable || code == .unreachable
  }

  /// One line for a person.
  public var description: String { message }
}
