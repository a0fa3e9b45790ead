public import Bytes
import Formats

/// A record as the API hands it out: who it is, which version, and what it says.
public struct Envelope: Sendable {
  /// What kind of record.
  public var type: ResourceType
  /// Stable, opaque, never used again.
  public var id: String
  /// The name under which another system knows it.
  public var externalRef: String?
  /// Counts the writes of the record and of what it embeds, from 1.
  public var version: Int64
  /// Strong entity tag with its quotes; it follows from the version.
  public var etag: String
  /// Position of the last write in the change log.
  public var seq: Int64
  /// When it was first written.
  public var createdAt: Instant
  /// When it was last written.
  public var updatedAt: Instant
  /// Who wrote it last: the name of a token, or `seed`.
  public var updatedBy: String
  /// `sha256:` and the digest of type, id, attributes and links: see `ContentHash`.
  public var contentHash: String
  /// The object of its attributes.
  public var attributes: TapeValue
  /// The object of its links; nil is an empty one.
  public var links: TapeValue?

  /// Makes an envelope from its parts.
  public init(
    type: ResourceType, id: String, externalRef: String? = nil, version: Int64, etag: String,
    seq: Int64, createdAt: Instant, updatedAt: Instant, updatedBy: String, contentHash: String,
    attributes: TapeValue, links: TapeValue?
  ) {
    self.type = type
    self.id = id
    self.externalRef = externalRef
    self.version = version
    self.etag = etag
    self.seq = seq
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.updatedBy = updatedBy
    self.contentHash = contentHash
    self.attributes = attributes
    self.links = links
  }

  /// Reads a record from JSON, overlooking members that it does not know.
  ///
  /// The attributes and links are not checked against the schema: see `faults()`.
  public init(_ value: TapeValue) throws(EnvelopeError) {
    func text(_ name: String) throws(EnvelopeError) -> String {
      guard let found = value[name]?.string else {
        throw EnvelopeError(member: name, reason: "text is needed here")
      }
      return found
    }
    func number(_ name: String) throws(EnvelopeError) -> Int64 {
      guard let found = value[name]?.integer else {
        throw EnvelopeError(member: name, reason: "a whole number is needed here")
      }
      return found
    }
    func instant(_ name: String) throws(EnvelopeError) -> Instant {
      guard let found = Instant(rfc3339: try text(name)) else {
        throw EnvelopeError(member: name, reason: "an RFC 3339 time is needed here")
      }
      return found
    }
    let typeName = try text("type")
    guard let type = ResourceType(rawValue: typeName) else {
      throw EnvelopeError(member: "type", reason: "unknown type \(typeName)")
    }
    let id = try text("id")
    guard RecordID.isValid(id) else {
      throw EnvelopeError(member: "id", reason: "not a valid id")
    }
    guard let attributes = value["attributes"], attributes.kind == .object else {
      throw EnvelopeError(member: "attributes", reason: "an object is needed here")
    }
    let links = value["links"]
    guard links == nil || links?.kind == .object || links?.isNull == true else {
      throw EnvelopeError(member: "links", reason: "an object is needed here")
    }
    self.init(
      type: type, id: id, externalRef: value["external_ref"]?.string,
      version: try number("version"), etag: try text("etag"), seq: try number("seq"),
      createdAt: try instant("created_at"), updatedAt: try instant("updated_at"),
      updatedBy: value["updated_by"]?.string ?? "", contentHash: try text("content_hash"),
      attributes: attributes, links: links?.isNull == true ? nil : links)
  }

  /// What the schema of its type does not allow in its attributes and links; empty where it fits.
  public func faults() -> [SchemaFault] {
    ResourceSchema.of(type).check(attributes: attributes, links: links, isReading: true)
  }

  /// The id that its parent link names, if its type has one.
  public var parent: String? { ResourceSchema.of(type).parent(in: links) }

  /// Appends the record as one line of compact JSON, without the line feed.
  public func append(to buffer: inout ByteBuffer) {
    buffer.append("{\"type\":\"")
    buffer.append(type.rawValue)
    buffer.append("\",\"id\":")
    buffer.append(jsonString: id)
    if let externalRef {
      buffer.append(",\"external_ref\":")
      buffer.append(jsonString: externalRef)
    }
    buffer.append(",\"version\":")
    buffer.append(decimal: version)
    buffer.append(",\"etag\":")
    buffer.append(jsonString: etag)
    buffer.append(",\"seq\":")
    buffer.append(decimal: seq)
    buffer.append(",\"created_at\":\"")
    buffer.append(rfc3339: createdAt)
    buffer.append("\",\"updated_at\":\"")
    buffer.append(rfc3339: updatedAt)
    buffer.append("\",\"updated_by\":")
    buffer.append(jsonString: updatedBy)
    buffer.append(",\"content_hash\":\"")
    buffer.append(contentHash)
    buffer.append("\",\"attributes\":")
    JSON.write(attributes, into: &buffer)
    buffer.append(",\"links\":")
    if let links { JSON.write(links, into: &buffer) } else { buffer.append("{}") }
    buffer.append("}")
  }
}

extension ResourceSchema {
  /// The id that the parent link names within an object of links.
  public func parent(in links: TapeValue?) -> String? {
    guard let parentLink, let value = links?[parentLink] else { return nil }
    return value.string ?? value["id"]?.string
  }
}

/// Why a JSON value is not a record.
public struct EnvelopeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The member concerned.
  public let member: String
  /// What is wrong with it.
  public let reason: String

  /// One line for a person.
  public var description: String { "\(member): \(reason)" }
}

/// The digest by which two sides see that they hold the same record.
public enum ContentHash {
  /// What every hash begins with.
  public static let prefix = "sha256:"

  /// SHA-256 of the RFC 8785 JSON of `{type, id, attributes, links}`; absent links are `{}`.
  public static func of(
    type: ResourceType, id: String, attributes: TapeValue, links: TapeValue?
  ) -> String {
    var buffer = ByteBuffer(capacity: 1024)
    // The four names are in the order of RFC 8785 already.
    buffer.append("{\"attributes\":")
    JSON.writeCanonical(attributes, into: &buffer)
    buffer.append(",\"id\":")
    buffer.append(jsonString: id)
    buffer.append(",\"links\":")
    if let links { JSON.writeCanonical(links, into: &buffer) } else { buffer.append("{}") }
    buffer.append(",\"type\":\"")
    buffer.append(type.rawValue)
    buffer.append("\"}")
    return prefix + buffer.withBytes { SHA256Digest(of: $0).hex }
  }

  /// The digest of one text, as a translation's `source_digest` names its source.
  public static func ofText(_ text: String) -> String { prefix + SHA256Digest(of: text).hex }
}

extension Envelope {
  /// Whether the content hash is the right one for the content.
  public var isContentHashRight: Bool {
    contentHash == ContentHash.of(type: type, id: id, attributes: attributes, links: links)
  }
}
