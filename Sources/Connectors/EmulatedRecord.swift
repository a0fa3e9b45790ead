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

  /// Makes a record of links and of the attributes that `write` puts into an object.
  ///
  /// - Parameters:
  ///   - typedLinks: links that name a type beside the id.
  ///   - stamp: what the platform guards writes by, without quotes; nil takes a part of the content
  ///     hash, which guards nothing.
  static func make(
    _ type: ResourceType, _ id: String, externalRef: String?, createdAt: Instant? = nil,
    updatedAt: Instant?, by author: String, stamp: String? = nil, links: [(String, String)] = [],
    typedLinks: [(String, ResourceType, String)] = [], _ write: (inout JSONWriter) -> Void
  ) -> EmulatedRecord {
    var attributes = JSONWriter(capacity: 512)
    attributes.beginObject()
    write(&attributes)
    attributes.end()
    var linked = JSONWriter(capacity: 128)
    linked.beginObject()
    for (name, id) in links { linked.key(name); linked.value(id) }
    for (name, type, id) in typedLinks {
      linked.key(name)
      linked.beginObject()
      linked.key("type"); linked.value(type.name)
      linked.key("id"); linked.value(id)
      linked.end()
    }
    linked.end()
    return seal(
      type, id, externalRef: externalRef, createdAt: createdAt, updatedAt: updatedAt, by: author,
      stamp: stamp, attributes: attributes.finish().array, links: linked.finish().array)
  }

  /// Puts an envelope around attributes and links, both JSON objects.
  private static func seal(
    _ type: ResourceType, _ id: String, externalRef: String?, createdAt: Instant?,
    updatedAt: Instant?, by author: String, stamp: String?, attributes: [UInt8],
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
