import Bytes
import Contract
import SQL

/// What was written from here has changed a record that is deleted here, or a part of one: the deletion
/// starts from what is there now, for its author made that change too. Without it, a push that is
/// interrupted between an edit of a part and the deletion of the whole would ask about the editor's own
/// edit.
extension MirrorTransaction {
  /// What the server has of a record.
  struct Stand {
    /// Its content hash; "" where it has none.
    let hash: String
    let fields: [String: FieldValue]
  }

  /// What the server has of a record, as far as it is known here.
  func stand(of key: RecordKey) throws -> Stand {
    let hash = try database.text(
      "SELECT server_hash FROM record WHERE type = ? AND id = ?", key.type.rawValue, key.id)
    return Stand(
      hash: hash ?? "", fields: try edits.serverRecord(key)?.fields(of: key.type) ?? [:])
  }

  /// Of a record and those that it is a part of, the ones that are deleted here.
  func deletions(over key: RecordKey, _ server: SourceRecord?) throws -> [RecordKey] {
    guard let server else { return [] }
    return try ([key] + wholes(of: server)).filter { try edits.operation(of: $0) == .delete }
  }

  /// Renews what deletions start from. A change that came from somebody else is seen all the same.
  ///
  /// - Parameters:
  ///   - before: what the server had before it was written.
  ///   - written: the fields that were written.
  func carry(
    _ deletions: [RecordKey], over key: RecordKey, from before: Stand, _ written: Set<String>
  ) throws {
    let now = try stand(of: key)
    // What was made from here is ours with all that the server filled in.
    let isOurs =
      before.hash.isEmpty
      || Set(before.fields.keys).union(now.fields.keys).allSatisfy {
        written.contains($0) || before.fields[$0] == now.fields[$0]
      }
    guard isOurs, before.hash != now.hash else { return }
    func line(_ hash: String) -> FieldValue { .text("\(key.type.rawValue) \(key.id) \(hash)") }
    for deleted in deletions {
      guard let mark = try edits.deletionMark(of: deleted) else { continue }
      var content = mark["content"] ?? .text("")
      var parts = mark["parts"]?.list ?? []
      if deleted == key {
        guard content == .text(before.hash) else { continue }
        content = .text(now.hash)
      } else {
        guard before.hash.isEmpty || parts.contains(line(before.hash)) else { continue }
        parts = parts.filter { $0 != line(before.hash) } + [line(now.hash)]
      }
      let renewed = FieldValue.object(of: [.init("content", content), .init("parts", .list(parts))])
      try edits.putBase(
        deleted, LocalEdits.whole, renewed, version: try edits.serverRecord(deleted)?.version ?? 0)
    }
  }

  /// The records that a record belongs to, by its links.
  private func wholes(of server: SourceRecord) -> [RecordKey] {
    guard let links = server.body.value["links"] else { return [] }
    return ResourceSchema.of(server.type).links.flatMap { link -> [RecordKey] in
      guard link.policy == .owned, let value = links[link.name] else { return [] }
      if let id = value.string { return link.targets.map { RecordKey($0, id) } }
      guard let id = value["id"]?.string,
        let type = value["type"]?.string.flatMap(ResourceType.init(rawValue:))
      else { return [] }
      return [RecordKey(type, id)]
    }
  }
}
