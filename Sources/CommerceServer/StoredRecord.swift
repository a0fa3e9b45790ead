import Bytes
import Contract
import Formats
import SQL

/// A row of the table `record`.
struct StoredRecord {
  let row: Int64
  let type: ResourceType
  let id: String
  let seq: Int64
  let version: Int64
  let isHidden: Bool
  let createdAt: Instant
  let updatedAt: Instant
  let deletedAt: Instant?
  let externalRef: String?
  let contentHash: String
  let body: [UInt8]

  /// The columns that `init` reads, in its order.
  static let columns = """
    row, type, id, seq, version, hidden, created_at, updated_at, deleted_at, external_ref, \
    content_hash, body
    """

  init?(_ statement: borrowing Statement) {
    guard let type = ResourceType(rawValue: statement.text(1)) else { return nil }
    row = statement.integer(0)
    self.type = type
    id = statement.text(2)
    seq = statement.integer(3)
    version = statement.integer(4)
    isHidden = statement.integer(5) != 0
    createdAt = Instant(microseconds: statement.integer(6))
    updatedAt = Instant(microseconds: statement.integer(7))
    deletedAt = statement.optionalInteger(8).map { Instant(microseconds: $0) }
    externalRef = statement.optionalText(9)
    contentHash = statement.text(10)
    body = [UInt8](statement.bytes(11))
  }

  /// Strong entity tag with its quotes.
  var etag: String { Self.etag(type, version) }

  /// The tag of a version of a record of a type.
  static func etag(_ type: ResourceType, _ version: Int64) -> String {
    "\"\(type.idPrefix)-\(version)\""
  }

  /// What the record is now, as a draft.
  func draft(symbols: Symbols) throws -> RecordDraft {
    let envelope = try envelope(symbols: symbols)
    return RecordDraft(
      type: type, id: id, externalRef: externalRef, createdAt: createdAt, updatedAt: updatedAt,
      attributes: envelope.attributes, links: envelope.links)
  }

  /// The envelope, read with these symbols.
  func envelope(symbols: Symbols) throws -> Envelope {
    let tape = try body.withUnsafeBytes { try JSON.parse($0, symbols: symbols) }
    return try Envelope(tape.value)
  }
}

/// What somebody wants a record to be.
struct RecordDraft {
  var type: ResourceType
  var id: String
  var externalRef: String?
  var createdAt: Instant?
  var updatedAt: Instant?
  var attributes: TapeValue
  var links: TapeValue?
}

/// The names of a record that must be unique, and their values.
enum NaturalKeys {
  /// Rule and value; a rule of which a part is absent uses "" for it.
  static func of(_ draft: RecordDraft) -> [(rule: String, value: String)] {
    let reference = draft.externalRef.map { [(rule: "external_ref", value: $0)] } ?? []
    return reference
      + ResourceSchema.of(draft.type).uniqueKeys.map { key in
        let parts = key.parts.map { path -> String in
          let top = path[0] == "links" ? draft.links : draft.attributes
          guard let value = top?[path[1]] else { return "" }
          if let text = value.string { return text }
          if let type = value["type"]?.string, let id = value["id"]?.string {
            return "\(type)/\(id)"
          }
          return JSON.text(value)
        }
        return (rule: key.name, value: parts.joined(separator: "\u{1F}"))
      }
  }

  /// Where a rule's value stands, as a pointer into the record.
  static func pointer(_ type: ResourceType, rule: String) -> String {
    if rule == "external_ref" { return "/external_ref" }
    let key = ResourceSchema.of(type).uniqueKeys.first { $0.name == rule }
    return "/" + (key?.parts.first ?? []).joined(separator: "/")
  }
}
