import Bytes
import Connectors
import Contract
import Testing

extension WriteOutcome {
  /// The case in one word, for comparing.
  var word: String {
    switch self {
    case .done: "done"
    case .deleted: "deleted"
    case .stale: "stale"
    case .overwritten: "overwritten"
    case .missing: "missing"
    case .taken: "taken"
    case .refused: "refused"
    case .postponed: "postponed"
    case .unknown: "unknown"
    case .unauthorized: "unauthorized"
    }
  }

  /// The record that it shows, if it shows one.
  var record: SourceRecord? {
    switch self {
    case .done(let record), .stale(let record): record
    case .overwritten(let record): record
    default: nil
    }
  }

  /// The refusal that it gives, if it gives one.
  var refusal: WriteRefusal? {
    switch self {
    case .refused(let refusal): refusal
    case .taken(_, let refusal): refusal
    default: nil
    }
  }

  /// Seconds to wait, where it says so.
  var seconds: Int? { if case .postponed(let seconds, _) = self { seconds } else { nil } }

  /// Why, where it is in words.
  var reason: String? {
    switch self {
    case .postponed(_, let reason), .unknown(let reason): reason
    case .unauthorized(let error): error.message
    default: refusal?.message
    }
  }
}

extension SourceRecord {
  /// The value of an attribute.
  func value(_ name: String) -> FieldValue {
    RecordFields.value(name, attributes: attributes, links: links)
  }
}

extension CatalogTarget {
  /// Makes and sends the request for one mutation.
  func write(_ mutation: Mutation) throws -> WriteOutcome {
    let outcomes = try send([try request(for: mutation)])
    return try #require(outcomes.count == 1 ? outcomes[0] : nil)
  }
}

/// Mutation ids that differ: the tests' own, in order.
final class MutationNames {
  private var count = 0
  private let prefix: String

  init(_ prefix: String = "mutation") { self.prefix = prefix }

  func next() -> String {
    count += 1
    return "\(prefix)-\(count)"
  }
}

extension Mutation {
  /// The change of fields of a record, as it was seen.
  static func update(
    _ id: String, _ record: SourceRecord, _ fields: [String: FieldValue]
  ) -> Mutation {
    var seen: [String: FieldValue] = [:]
    for name in fields.keys {
      seen[name] =
        name == "external_ref"
        ? record.body.value["external_ref"].map(FieldValue.init) ?? .null : record.value(name)
    }
    if record.type == .translation { seen["source_digest"] = record.value("source_digest") }
    return Mutation(
      id: id, record: RecordKey(record.type, record.id), operation: .update, fields: fields,
      seen: seen, seenVersion: record.version, seenETag: record.etag)
  }

  /// The deletion of a record, as it was seen.
  static func delete(_ id: String, _ record: SourceRecord) -> Mutation {
    Mutation(
      id: id, record: RecordKey(record.type, record.id), operation: .delete,
      seenVersion: record.version, seenETag: record.etag)
  }

  /// A change of a stock level by a difference.
  static func adjust(_ id: String, _ record: SourceRecord, by delta: Int64) -> Mutation {
    Mutation(
      id: id, record: RecordKey(record.type, record.id), operation: .adjust,
      adjustments: ["available": delta], seenVersion: record.version, seenETag: record.etag)
  }
}
