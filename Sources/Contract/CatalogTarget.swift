/// Where edits go: the writing half of a connector.
///
/// A request is made before it is sent and kept as bytes, so that what is sent again after an unknown
/// outcome is the same to the last byte. Tokens are no part of it.
///
/// All calls are made from one thread at a time.
public protocol CatalogTarget: CatalogSource {
  /// The request that brings a mutation about. No network, no clock: equal mutations give equal
  /// requests.
  ///
  /// - Throws: `ConnectorError` with `refused` where the platform has no way to do it; the message
  ///   says so to a person.
  func request(for mutation: Mutation) throws(ConnectorError) -> WriteRequest

  /// Sends requests that do not depend on each other, at most `largestBatch` of the capabilities at
  /// once, and says for each, in their order, what became of it.
  ///
  /// Where the platform has no guard, the connector reads right before it writes, compares with the
  /// mutation's `seen` values, writes, reads back and compares again.
  /// - Throws: `ConnectorError` only for what concerns all of them and happened before any was sent
  ///   (no token, not reachable); everything else is an outcome.
  func send(_ requests: [WriteRequest]) throws(ConnectorError) -> [WriteOutcome]

  /// The record that carries this external reference; nil where there is none.
  ///
  /// - Throws: `refused` with two records of the same reference.
  func record(_ type: ResourceType, externalReference: String) throws(ConnectorError)
    -> SourceRecord?
}

/// One change of one record, as the planner wants it.
public struct Mutation: Sendable, Hashable {
  /// What is done to the record.
  public enum Operation: String, Sendable, CaseIterable {
    /// It is made, with `fields` as its content.
    case create
    /// `fields` are set; nothing else is touched.
    case update
    /// `adjustments` are added to counters.
    case adjust
    /// It is deleted.
    case delete
  }

  /// Names the mutation for good: a UUIDv7, also the idempotency key.
  public var id: String
  /// The record, by its id on the server; for a creation by the id that it shall have.
  public var record: RecordKey
  /// The client's own name for the record, on platforms that keep one.
  public var externalReference: String?
  /// What is done.
  public var operation: Operation
  /// The fields to set, and their new values; null clears.
  public var fields: [String: FieldValue]
  /// By how much counters change.
  public var adjustments: [String: Int64]
  /// What the server had in these fields when the decision was made.
  public var seen: [String: FieldValue]
  /// The version that was seen; 0 where the platform has none.
  public var seenVersion: Int64
  /// The entity tag that was seen, with its quotes; "" where there is none.
  public var seenETag: String
  /// The record's links as they are, for platforms that address a record by its parents.
  public var links: [String: FieldValue]

  /// Describes a change.
  public init(
    id: String, record: RecordKey, externalReference: String? = nil, operation: Operation,
    fields: [String: FieldValue] = [:], adjustments: [String: Int64] = [:],
    seen: [String: FieldValue] = [:], seenVersion: Int64 = 0, seenETag: String = "",
    links: [String: FieldValue] = [:]
  ) {
    self.id = id
    self.record = record
    self.externalReference = externalReference
    self.operation = operation
    self.fields = fields
    self.adjustments = adjustments
    self.seen = seen
    self.seenVersion = seenVersion
    self.seenETag = seenETag
    self.links = links
  }
}

/// A request as it is stored before it is sent, and sent.
public struct WriteRequest: Sendable, Hashable {
  /// The mutation that it brings about.
  public var mutation: Mutation
  /// The HTTP method, or the platform's word for the call.
  public var method: String
  /// The path below the platform's address.
  public var path: String
  /// Guards and content type; never a token.
  public var headers: [Header]
  /// The body, frozen.
  public var body: [UInt8]

  /// A header of a request.
  public struct Header: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its value.
    public var value: String

    /// Makes a header.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Makes a request from its parts.
  public init(
    mutation: Mutation, method: String, path: String, headers: [Header] = [], body: [UInt8] = []
  ) {
    self.mutation = mutation
    self.method = method
    self.path = path
    self.headers = headers
    self.body = body
  }
}

/// What became of a request.
public enum WriteOutcome: Sendable {
  /// Done; the record as the server has it now, where the answer or a read-back says so.
  case done(SourceRecord?)
  /// The record is deleted.
  case deleted
  /// Somebody else wrote in between; the record as it is now, where that is known.
  case stale(SourceRecord?)
  /// Written, and read back with other values than were sent although the platform has no guard:
  /// somebody wrote at the same time, or the platform changed the value.
  case overwritten(SourceRecord)
  /// The record is not there.
  case missing
  /// Another record has the unique value; its id, where that is known.
  case taken(holder: RecordKey?, problem: WriteRefusal)
  /// The platform refuses the content; it will refuse it again.
  case refused(WriteRefusal)
  /// Not now: the server asks to wait, or failed before it did anything.
  case postponed(seconds: Int?, reason: String)
  /// No answer, or one that does not say; it may or may not have been done.
  case unknown(reason: String)
  /// The token may not do this, or is no longer valid: stop everything.
  case unauthorized(ConnectorError)
}

/// Why a platform will not have a change.
public struct WriteRefusal: Sendable, Hashable {
  /// The platform's own words, for the editor.
  public var message: String
  /// The field concerned, if the platform says so.
  public var field: String?
  /// The platform's code, if it has one.
  public var code: String?

  /// States a refusal.
  public init(_ message: String, field: String? = nil, code: String? = nil) {
    self.message = message
    self.field = field
    self.code = code
  }
}
