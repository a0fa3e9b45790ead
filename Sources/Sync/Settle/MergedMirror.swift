import Bytes
import Contract
import LocalMirror
import Merge

/// The mirror as the shop will be when all that is settled has been sent: what the second check looks
/// at.
///
/// A failure to read is kept until the check is over, because the check itself cannot fail.
final class MergedMirror: MergedState {
  private(set) var failure: (any Error)?
  private let transaction: MirrorTransaction
  private let settled: [RecordKey: SettledRecord]
  private var merged: [RecordKey: RecordMerge.Fields?] = [:]
  private var indexes: [Lookup: [[FieldValue]: [RecordKey]]] = [:]

  private struct Lookup: Hashable {
    let type: ResourceType
    let fields: [String]
  }

  init(_ transaction: MirrorTransaction, _ records: [SettledRecord]) {
    self.transaction = transaction
    settled = Dictionary(records.map { ($0.key, $0) }) { first, _ in first }
  }

  private func reading<Value>(_ otherwise: Value, _ body: () throws -> Value) -> Value {
    do {
      return try body()
    } catch {
      failure = failure ?? error
      return otherwise
    }
  }

  // MARK: MergedState

  func fields(of record: RecordKey) -> RecordMerge.Fields? {
    if let known = merged[record] { return known }
    guard let settled = settled[record] else {
      let fields = reading(nil) {
        try transaction.effectiveRecord(record).map { Self.fields(of: $0, record.type) }
      }
      // There are few lists, and every price asks for its own.
      if record.type == .priceList { merged[record] = .some(fields) }
      return fields
    }
    let fields = Self.fields(of: settled)
    merged[record] = .some(fields)
    return fields
  }

  func records(of type: ResourceType, having values: RecordMerge.Fields) -> [RecordKey] {
    let names = values.keys.sorted()
    let wanted = names.map { values[$0] ?? .null }
    let unedited = reading([]) { try transaction.records(of: type, having: values) }
      .filter { settled[$0] == nil }
    let edited = index(Lookup(type: type, fields: names))[wanted] ?? []
    return (unedited + edited).sorted()
  }

  func references(to record: RecordKey) -> [RecordKey] {
    reading([]) { try transaction.references(to: record) }
  }

  // MARK: Edited records

  private func index(_ lookup: Lookup) -> [[FieldValue]: [RecordKey]] {
    if let known = indexes[lookup] { return known }
    var index: [[FieldValue]: [RecordKey]] = [:]
    for key in settled.keys.sorted() where key.type == lookup.type {
      guard let fields = fields(of: key) else { continue }
      index[lookup.fields.map { fields[$0] ?? .null }, default: []].append(key)
    }
    indexes[lookup] = index
    return index
  }

  private static func fields(of envelope: Tape, _ type: ResourceType) -> RecordMerge.Fields {
    var fields = RecordFields.fields(
      of: type, attributes: envelope.value["attributes"] ?? Tape.null.value,
      links: envelope.value["links"])
    if let reference = envelope.value["external_ref"] {
      fields["external_ref"] = FieldValue(reference)
    }
    return fields
  }

  /// The shop's values with all that will be sent; in a question the shop's value stands.
  private static func fields(of record: SettledRecord) -> RecordMerge.Fields? {
    if record.operation == .delete, record.question == nil { return nil }
    if record.server?.state == .deleted { return nil }
    var fields = record.server.map { Self.fields(of: $0.tape, record.key.type) } ?? [:]
    // Of a record that is asked about as a whole nothing is sent.
    let isHeld = record.question != nil
    for field in record.fields {
      let sent = isHeld ? nil : field.outgoing?.value
      let value = record.operation == .create ? field.local.value : sent ?? field.shop
      fields[field.name] = value.isNull ? nil : value
    }
    return fields
  }
}
