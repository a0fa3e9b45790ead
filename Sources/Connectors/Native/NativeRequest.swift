import Bytes
import Contract
import Formats

/// Requests of the contract for changes, made without network and clock.
///
/// | change | request | guard |
/// |---|---|---|
/// | create | `POST /{types}` | the key, and the id that the record shall have |
/// | update | `PATCH /{types}/{id}`, a merge patch | `If-Match` with the tag seen |
/// | elements of a list come and go | `POST /{types}/{id}/actions` | none needed: others' stay |
/// | a stock level to a number, or by a difference | `POST /inventory/commands` | the number seen; the key |
/// | delete | `DELETE /{types}/{id}` | `If-Match` with the tag seen |
///
/// Each carries the mutation's id as `Idempotency-Key`.
enum NativeRequest {
  static let keyHeader = "Idempotency-Key"
  static let guardHeader = "If-Match"

  static func make(_ mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    switch mutation.operation {
    case .create: return creation(mutation)
    case .update:
      if let command = count(mutation) { return inventory(mutation, command) }
      if let actions = NativeListActions.of(mutation) { return commands(mutation, actions) }
      return try change(mutation)
    case .adjust: return inventory(mutation, try movement(mutation))
    case .delete: return try deletion(mutation)
    }
  }

  private static func creation(_ mutation: Mutation) -> WriteRequest {
    var members = [
      FieldValue.Member("type", .text(mutation.record.type.name)),
      FieldValue.Member("id", .text(mutation.record.id)),
    ]
    let content = RecordFields.patch(mutation.fields.filter { !$0.value.isNull })
    members += (content.members ?? []).filter { $0.name != "external_ref" }
    if content["attributes"] == nil { members.append(.init("attributes", .object([]))) }
    let reference = mutation.externalReference ?? content["external_ref"]?.text
    if let reference { members.append(.init("external_ref", .text(reference))) }
    return WriteRequest(
      mutation: mutation, method: "POST",
      path: "\(ContractVersion.root)/\(mutation.record.type.path)",
      headers: [.init("Content-Type", "application/json"), .init(keyHeader, mutation.id)],
      body: bytes(.object(of: members)))
  }

  private static func change(_ mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    var fields = mutation.fields
    if mutation.record.type == .translation, fields["value"] != nil,
      fields["source_digest"] == nil
    {
      // The server takes a new text only with the digest of what it was translated from.
      guard let digest = mutation.seen["source_digest"] else {
        throw ConnectorError(
          .refused, "which text \(mutation.record) translates is not known; pull before you push")
      }
      fields["source_digest"] = digest
    }
    return WriteRequest(
      mutation: mutation, method: "PATCH", path: path(mutation.record),
      headers: [
        .init("Content-Type", "application/merge-patch+json"),
        .init(guardHeader, try tag(mutation)), .init(keyHeader, mutation.id),
      ], body: bytes(RecordFields.patch(fields, over: mutation.seen)))
  }

  private static func commands(_ mutation: Mutation, _ actions: FieldValue) -> WriteRequest {
    WriteRequest(
      mutation: mutation, method: "POST", path: path(mutation.record) + "/actions",
      headers: [.init("Content-Type", "application/json"), .init(keyHeader, mutation.id)],
      body: bytes(actions))
  }

  private static func deletion(_ mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    WriteRequest(
      mutation: mutation, method: "DELETE", path: path(mutation.record),
      headers: [.init(guardHeader, try tag(mutation)), .init(keyHeader, mutation.id)])
  }

  // MARK: Stock

  /// The command that sets a level from the number seen; nil for any other change.
  private static func count(_ mutation: Mutation) -> [FieldValue.Member]? {
    guard mutation.record.type == .inventoryLevel, mutation.fields.count == 1,
      let wanted = mutation.fields["available"]?.integer,
      let seen = mutation.seen["available"]?.integer
    else { return nil }
    return [
      .init("op", .text("set")), .init("id", .text(mutation.record.id)),
      .init("from", .integer(seen)), .init("to", .integer(wanted)),
    ]
  }

  private static func movement(
    _ mutation: Mutation
  ) throws(ConnectorError) -> [FieldValue.Member] {
    guard mutation.record.type == .inventoryLevel, mutation.adjustments.count == 1,
      let delta = mutation.adjustments["available"]
    else {
      throw ConnectorError(
        .refused, "only the number of pieces at a place can be changed by a difference")
    }
    return [
      .init("op", .text("adjust")), .init("id", .text(mutation.record.id)),
      .init("delta", .integer(delta)),
    ]
  }

  private static func inventory(
    _ mutation: Mutation, _ command: [FieldValue.Member]
  ) -> WriteRequest {
    let body = FieldValue.object([.init("commands", .list([.object(of: command)]))])
    return WriteRequest(
      mutation: mutation, method: "POST", path: inventoryPath,
      headers: [.init("Content-Type", "application/json"), .init(keyHeader, mutation.id)],
      body: bytes(body))
  }

  // MARK: Parts

  static var inventoryPath: String { "\(ContractVersion.root)/inventory/commands" }

  private static func path(_ record: RecordKey) -> String {
    var path = ByteBuffer(capacity: 64)
    path.append("\(ContractVersion.root)/\(record.type.path)/")
    path.append(percentEncoding: record.id)
    return path.string
  }

  private static func tag(_ mutation: Mutation) throws(ConnectorError) -> String {
    guard !mutation.seenETag.isEmpty else {
      throw ConnectorError(
        .refused,
        "which version of \(mutation.record) was seen is not known; pull before you push")
    }
    return mutation.seenETag
  }

  private static func bytes(_ value: FieldValue) -> [UInt8] {
    var json = JSONWriter(capacity: 256)
    value.write(into: &json)
    return json.finish().array
  }
}
