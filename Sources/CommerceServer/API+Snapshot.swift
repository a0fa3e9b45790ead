import Bytes
import Contract
import HTTPServer
import SQL
import Synchronization

extension API {
  /// `GET /v/{date}/snapshot`.
  func snapshot(_ call: Call) throws -> Response {
    let parameters = try call.parameters(["types"])
    let asked = try parameters.types("types", of: call.caller)
    let types = asked ?? call.caller.readableTypes
    let snapshot: SnapshotFiles.Snapshot
    if let tag = call.request.headers["If-Range"],
      let kept = snapshots.kept(etag: tag, call.caller, types: types)
    {
      snapshot = kept
    } else {
      snapshot = try snapshots.current(call.caller, types: types)
    }
    let cursor = FeedCursor(
      epoch: store.epoch, seq: snapshot.seq, scope: call.caller.scopeDigest, types: asked)
    let headers: Headers = [
      "Commerce-Cursor": cursor.text, "Commerce-Seq": "\(snapshot.seq)",
      "Commerce-Record-Count": "\(snapshot.count)", "Commerce-Epoch": store.epoch,
    ]
    guard
      let response = Response.file(
        snapshot.path, for: call.request, contentType: "application/jsonl; charset=utf-8",
        etag: snapshot.etag, headers: headers)
    else { throw Problem(.overloaded, "The snapshot was replaced meanwhile.") }
    switch response.status {
    case 412: throw Problem(.staleVersion, "The snapshot of If-Match is no longer there.")
    case 416:
      var answer = self.answer(
        to: Problem(.rangeNotSatisfiable, "The snapshot is shorter than the range."),
        call.request, call.requestID)
      answer.headers.set("Content-Range", response.headers["Content-Range"] ?? "bytes */0")
      return answer
    default: return response
    }
  }

  /// `GET /v/{date}/digest`.
  func digest(_ call: Call) throws -> Response {
    let parameters = try call.parameters(["type", "bucket"])
    guard let name = parameters["type"] else {
      throw Parameters.invalid("type", "it is required")
    }
    guard let type = ResourceType(rawValue: name) else {
      throw Parameters.invalid("type", "there is no type \(name)")
    }
    try call.caller.require(type.readScope)
    let bucket = try parameters.integer("bucket", 0...255)
    return try store.read { database in
      let head = try RecordQueries.log(of: call.caller.tenant, in: database).head
      if let bucket { return try identities(of: type, in: bucket, head, call.caller, database) }
      let buckets = try digests.buckets(of: type, at: head, call.caller) {
        try Self.buckets(of: type, call.caller, database)
      }
      var buffer = ByteBuffer(capacity: 32_768)
      Self.begin(type, head, &buffer)
      buffer.append(",\"buckets\":[")
      for (position, entry) in buckets.enumerated() {
        buffer.append(position == 0 ? "{\"bucket\":" : ",{\"bucket\":")
        buffer.append(decimal: Int(entry.bucket))
        buffer.append(",\"count\":")
        buffer.append(decimal: entry.count)
        buffer.append(",\"hash\":\"")
        buffer.append(entry.hash)
        buffer.append("\"}")
      }
      buffer.append("]}")
      return Response(contentType: "application/json", buffer: buffer)
    }
  }

  private static func begin(_ type: ResourceType, _ head: Int64, _ buffer: inout ByteBuffer) {
    buffer.append("{\"type\":\"")
    buffer.append(type.rawValue)
    buffer.append("\",\"seq\":")
    buffer.append(decimal: head)
  }

  private static func forEachIdentity(
    of type: ResourceType, _ caller: Caller, _ database: Database,
    _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void
  ) throws {
    let statement = try database.prepare(
      """
      SELECT id, content_hash FROM record
      WHERE tenant = ? AND type = ? AND deleted_at IS NULL
        \(caller.seesOnlyPublished ? "AND hidden = 0" : "") ORDER BY id
      """)
    try statement.bind(1, caller.tenant)
    try statement.bind(2, type.rawValue)
    while try statement.step() { body(statement.bytes(0), statement.bytes(1)) }
  }

  private static func buckets(
    of type: ResourceType, _ caller: Caller, _ database: Database
  ) throws -> [DigestBucket] {
    var accumulator = DigestAccumulator()
    try forEachIdentity(of: type, caller, database) { accumulator.add(id: $0, contentHash: $1) }
    return accumulator.finish()
  }

  private func identities(
    of type: ResourceType, in bucket: Int, _ head: Int64, _ caller: Caller, _ database: Database
  ) throws -> Response {
    var buffer = ByteBuffer(capacity: 32_768)
    Self.begin(type, head, &buffer)
    buffer.append(",\"bucket\":")
    buffer.append(decimal: bucket)
    buffer.append(",\"records\":[")
    var isFirst = true
    try Self.forEachIdentity(of: type, caller, database) { id, hash in
      guard Int(DigestAccumulator.bucket(of: id)) == bucket else { return }
      buffer.append(isFirst ? "{\"id\":" : ",{\"id\":")
      isFirst = false
      buffer.append(jsonString: id)
      buffer.append(",\"content_hash\":\"")
      buffer.append(hash)
      buffer.append("\"}")
    }
    buffer.append("]}")
    return Response(contentType: "application/json", buffer: buffer)
  }
}

/// The digests that were computed last; they hold as long as the log stands still.
final class DigestCache: Sendable {
  private struct Key: Hashable {
    let tenant: Int64
    let type: ResourceType
    let scope: String
  }

  private struct Entry {
    let head: Int64
    let buckets: [DigestBucket]
  }

  private let entries = Mutex<[Key: Entry]>([:])

  /// The buckets of a type at a position of the log, computed where they are not known.
  func buckets(
    of type: ResourceType, at head: Int64, _ caller: Caller, _ compute: () throws -> [DigestBucket]
  ) throws -> [DigestBucket] {
    let key = Key(tenant: caller.tenant, type: type, scope: caller.scopeDigest)
    if let entry = entries.withLock({ $0[key] }), entry.head == head { return entry.buckets }
    let buckets = try compute()
    entries.withLock { entries in
      if entries.count >= 256 { entries.removeAll() }
      entries[key] = Entry(head: head, buckets: buckets)
    }
    return buckets
  }
}
