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

  /// Puts a record into a list where it was.
  ///
  /// - Parameter holder: the record that has the list, by its id of today; it may be made again too.
  /// - Returns: the record that has the list now.
  @discardableResult
  func putBack(
    _ place: ListPlace, in holder: RecordKey, _ transaction: MirrorTransaction
  ) throws -> RecordKey {
    let holder = RecordKey(holder.type, ids[holder.id] ?? holder.id)
    let now = try transaction.list(place.field, of: holder) ?? []
    var place = place
    // Its neighbours may have been made again before it.
    place.order = place.order.map { $0 == place.member ? $0 : ids[$0] ?? $0 }
    let list = place.list(now, with: ids[place.member] ?? place.member)
    if list != now {
      try transaction.edit(
        holder, [FieldEdit(place.field, .list(list.map { .text($0) }))], source: .cli)
    }
    return holder
  }

  /// A field's value with the new ids of the records that it names.
  func relinked(_ value: FieldValue, _ field: String, _ type: ResourceType) -> FieldValue {
    value.renaming(recordsOf: field, in: type) { ids[$0] ?? $0 }
  }
}

extension MirrorTransaction {
  /// A list as readers see it; nil where the record has none.
  func list(_ field: String, of key: RecordKey) throws -> [String]? {
    guard let body = try effectiveRecord(key), let attributes = body.value["attributes"] else {
      return nil
    }
    return RecordFields.value(field, attributes: attributes, links: nil).list?.compactMap(\.text)
  }
}
