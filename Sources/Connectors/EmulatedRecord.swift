import Bytes
import Contract
import Formats

/// A record of a platform that has no content hashes of its own, or what is wrong with it.
enum EmulatedRecord {
  /// Ready to be stored.
  case record(SourceRecord)
  /// What could not become a record.
  case reject(SourceReject)

  /// The id of the record or of what came in its place.
  var id: String {
    switch self {
    case .record(let record): record.id
    case .reject(let reject): reject.id
    }
  }

  /// Puts an envelope around attributes and links, both JSON objects.
  ///
  /// - Parameter stamp: what the platform guards writes by, without quotes; nil takes a part of the
  ///   content hash, which guards nothing.
  static func make(
    _ type: ResourceType, _ id: String, externalRef: String?, createdAt: Instant?,
    updatedAt: Instant?, by author: String, stamp: String? = nil, attributes: [UInt8],
    links: [UInt8]
  ) -> EmulatedRecord {
    func reject(_ reason: String) -> EmulatedRecord {
      .reject(
        SourceReject(typeName: type.name, id: id, seq: 0, json: attributes, reason: reason))
    }
    do throws(FormatError) {
      let content = try JSON.parse(attributes)
      let linked = try JSON.parse(links)
      let hash = ContentHash.of(
        type: type, id: id, attributes: content.value, links: linked.value)
      let epoch = Instant(seconds: 0)
      let tag = stamp ?? String(hash.dropFirst(ContentHash.prefix.count).prefix(16))
      let etag = "\"\(tag)\""
      let envelope = Envelope(
        type: type, id: id, externalRef: externalRef, version: 1, etag: etag, seq: 0,
        createdAt: createdAt ?? epoch, updatedAt: updatedAt ?? createdAt ?? epoch,
        updatedBy: author, contentHash: hash, attributes: content.value, links: linked.value)
      var buffer = ByteBuffer(capacity: attributes.count + links.count + 512)
      envelope.append(to: &buffer)
      let json = buffer.array
      let body = try JSON.parse(json)
      return .record(
        SourceRecord(
          type: type, id: id, version: 1, seq: 0, etag: etag, contentHash: hash,
          updatedAt: updatedAt, body: body, json: json))
    } catch {
      return reject(error.message)
    }
  }
}
