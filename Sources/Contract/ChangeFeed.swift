public import Bytes
import Formats

/// What happened to a record.
public enum ChangeOperation: String, Sendable, CaseIterable {
  /// It was written; the row carries it.
  case upsert
  /// It was deleted.
  case delete
  /// It still exists, but the token may no longer see it.
  case gone
}

/// One row of the change feed.
public struct Change: Sendable {
  /// Position in commit order.
  public var seq: Int64
  /// What happened.
  public var operation: ChangeOperation
  /// Type of the record.
  public var type: ResourceType
  /// Its id.
  public var id: String
  /// Id of the record that it is a part of.
  public var parent: String?
  /// Its version after the change.
  public var version: Int64
  /// When it was deleted.
  public var at: Instant?
  /// The record itself, for an upsert.
  public var resource: TapeValue?
}

/// A page of the change feed, as the client reads it.
public struct ChangePage: Sendable {
  /// The rows that this client understands, in order of `seq`.
  public var changes: [Change]
  /// Rows whose type or operation this client does not know: they are kept, not lost.
  public var unknown: [TapeValue]
  /// Where the next page begins.
  public var cursor: String
  /// Whether there is more already.
  public var hasMore: Bool
  /// The newest seq in the log.
  public var head: Int64
  /// No row with a smaller seq can appear any more.
  public var watermark: Int64
  /// Names the log; another epoch means that everything must be compared.
  public var epoch: String

  /// Reads a page from JSON.
  public init(_ value: TapeValue) throws(EnvelopeError) {
    guard let rows = value["changes"], rows.kind == .array else {
      throw EnvelopeError(member: "changes", reason: "an array is needed here")
    }
    guard let cursor = value["cursor"]?.string else {
      throw EnvelopeError(member: "cursor", reason: "text is needed here")
    }
    guard let hasMore = value["has_more"]?.boolean else {
      throw EnvelopeError(member: "has_more", reason: "true or false is needed here")
    }
    guard let head = value["head"]?.integer, let watermark = value["watermark"]?.integer else {
      throw EnvelopeError(member: "head", reason: "whole numbers head and watermark are needed")
    }
    guard let epoch = value["epoch"]?.string else {
      throw EnvelopeError(member: "epoch", reason: "text is needed here")
    }
    var changes: [Change] = []
    var unknown: [TapeValue] = []
    changes.reserveCapacity(rows.count)
    for row in rows.children {
      if let change = Change(row) { changes.append(change) } else { unknown.append(row) }
    }
    self.changes = changes
    self.unknown = unknown
    self.cursor = cursor
    self.hasMore = hasMore
    self.head = head
    self.watermark = watermark
    self.epoch = epoch
  }
}

extension Change {
  /// Reads a row; nil where its type or operation is unknown or a member is missing.
  public init?(_ row: TapeValue) {
    guard let seq = row["seq"]?.integer,
      let operation = row["op"]?.string.flatMap(ChangeOperation.init(rawValue:)),
      let type = row["type"]?.string.flatMap(ResourceType.init(rawValue:)),
      let id = row["id"]?.string, let version = row["version"]?.integer
    else { return nil }
    let resource = row["resource"]
    if operation == .upsert, resource?.kind != .object { return nil }
    self.init(
      seq: seq, operation: operation, type: type, id: id, parent: row["parent"]?.string,
      version: version, at: row["at"]?.string.flatMap(Instant.init(rfc3339:)), resource: resource)
  }

  /// Appends the row as JSON; `resource` is the record's own JSON, put in as it is.
  public static func append(
    seq: Int64, _ operation: ChangeOperation, type: ResourceType, id: String, parent: String?,
    version: Int64, at: Instant?, resource: UnsafeRawBufferPointer?, to buffer: inout ByteBuffer
  ) {
    buffer.append("{\"seq\":")
    buffer.append(decimal: seq)
    buffer.append(",\"op\":\"")
    buffer.append(operation.rawValue)
    buffer.append("\",\"type\":\"")
    buffer.append(type.rawValue)
    buffer.append("\",\"id\":")
    buffer.append(jsonString: id)
    if let parent {
      buffer.append(",\"parent\":")
      buffer.append(jsonString: parent)
    }
    buffer.append(",\"version\":")
    buffer.append(decimal: version)
    if let at {
      buffer.append(",\"at\":\"")
      buffer.append(rfc3339: at)
      buffer.append("\"")
    }
    if let resource {
      buffer.append(",\"resource\":")
      buffer.append(resource)
    }
    buffer.append("}")
  }
}
