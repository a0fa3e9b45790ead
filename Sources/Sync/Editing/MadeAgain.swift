import Bytes
import Contract
import LocalMirror
import Machine

/// Records that are made again after they were deleted, under new ids: links to them and among them
/// follow.
struct MadeAgain {
  /// The new ids by the old ones.
  private(set) var ids: [String: String]

  init(ids: [String: String] = [:]) { self.ids = ids }

  /// Gives a record a new id.
  mutating func add(_ id: String, at now: Instant, _ random: any RandomSource) {
    ids[id] = random.uuidV7(at: now)
  }

  /// Makes a record under its new id.
  func make(
    _ old: RecordKey, _ fields: [String: FieldValue], _ transaction: MirrorTransaction
  ) throws -> RecordKey {
    let key = RecordKey(old.type, ids[old.id] ?? old.id)
    try transaction.create(
      key,
      fields: fields.reduce(into: [:]) { relinked, field in
        relinked[field.key] = self.relinked(field.value, field.key, old.type)
      }, source: .cli)
    return key
  }

  /// A field's value with the new ids of the records that it names.
  func relinked(_ value: FieldValue, _ field: String, _ type: ResourceType) -> FieldValue {
    value.renaming(recordsOf: field, in: type) { ids[$0] ?? $0 }
  }
}
