import Bytes
public import Contract
import SQL

/// The places in lists that edited records have lost. A shop takes a record out of the lists that are kept
/// by hand, such as a collection's, when it deletes it, maybe a moment before; whoever makes it again wants
/// it where it was.
struct LostPlaces {
  let database: Database

  /// How many neighbours on either side are noted: a list may be long, and much of it edited.
  static let reach = 50

  /// Notes which edited records a list does not have any more. To be called before the record that has the
  /// list is written over.
  ///
  /// - Parameters:
  ///   - record: the record that has the list, as it comes.
  ///   - seenAt: now.
  func note(_ record: SourceRecord, seenAt: Instant) throws {
    let fields = ListPlace.fields(of: record.type)
    guard !fields.isEmpty else { return }
    let holder = RecordKey(record.type, record.id)
    let edits = LocalEdits(database)
    guard let old = try edits.serverRecord(holder) else { return }
    for (field, type) in fields {
      let new = RecordFields.value(
        field, attributes: record.body.value["attributes"] ?? Tape.null.value, links: nil)
      let order = old.value(field).list?.compactMap(\.text) ?? []
      let stays = Set(new.list?.compactMap(\.text) ?? [])
      try forget(holder, field, members: stays)
      for (index, member) in order.enumerated() where !stays.contains(member) {
        guard try edits.isEdited(RecordKey(type, member)) else { continue }
        let near = max(0, index - Self.reach)..<min(order.count, index + Self.reach + 1)
        let place = ListPlace(
          holder: holder, field: field, member: member, order: Array(order[near]))
        try put(place, type, at: record.updatedAt ?? seenAt, seenAt: seenAt)
      }
    }
  }

  private func put(
    _ place: ListPlace, _ type: ResourceType, at: Instant, seenAt: Instant
  ) throws(SQLError) {
    try database.run(
      """
      INSERT OR REPLACE INTO lost_place(type, id, holder_type, holder_id, field, place, at, seen_at)
      VALUES(?, ?, ?, ?, ?, ?, ?, ?)
      """, type.rawValue, place.member, place.holder.type.rawValue, place.holder.id, place.field,
      place.stored.json, at.rfc3339, seenAt.rfc3339)
  }

  /// A list has these records, again or still.
  private func forget(_ holder: RecordKey, _ field: String, members: Set<String>) throws {
    let rows = try database.prepare(
      "SELECT id FROM lost_place WHERE holder_type = ? AND holder_id = ? AND field = ?")
    try rows.bind(1, holder.type.rawValue)
    try rows.bind(2, holder.id)
    try rows.bind(3, field)
    var back: [String] = []
    while try rows.step() {
      if members.contains(rows.text(0)) { back.append(rows.text(0)) }
    }
    for id in back {
      try database.run(
        "DELETE FROM lost_place WHERE holder_type = ? AND holder_id = ? AND field = ? AND id = ?",
        holder.type.rawValue, holder.id, field, id)
    }
  }

  /// The places that a record lost when the shop deleted it: not those that it had lost before, in another
  /// act. Where the shop does not say when it deleted it, the moments count at which both were seen.
  func places(of key: RecordKey) throws -> [ListPlace] {
    let rows = try database.prepare(
      """
      SELECT p.place, p.at, p.seen_at, t.at, t.seen_at FROM lost_place p
      LEFT JOIN tombstone t ON t.type = p.type AND t.id = p.id
      WHERE p.type = ? AND p.id = ? ORDER BY p.holder_type, p.holder_id, p.field
      """)
    try rows.bind(1, key.type.rawValue)
    try rows.bind(2, key.id)
    var found: [ListPlace] = []
    while try rows.step() {
      let (lost, gone) = rows.isNull(3) ? (2, 4) : (1, 3)
      guard let lost = Instant(rfc3339: rows.text(lost)),
        let gone = rows.optionalText(gone).flatMap(Instant.init(rfc3339:)),
        lost <= gone.adding(seconds: LostParts.secondsOfOneAct),
        gone <= lost.adding(seconds: LostParts.secondsOfOneAct),
        let place = (try? FieldValue(json: rows.text(0))).flatMap(ListPlace.init)
      else { continue }
      found.append(place)
    }
    return found
  }

  /// Nothing is kept of records whose edits have ended.
  func forgetEnded() throws(SQLError) {
    try database.execute(
      """
      DELETE FROM lost_place WHERE
        NOT EXISTS (SELECT 1 FROM local l WHERE l.type = lost_place.type AND l.id = lost_place.id)
        AND NOT EXISTS (SELECT 1 FROM local_record l
          WHERE l.type = lost_place.type AND l.id = lost_place.id);
      """)
  }
}

extension LostPlaces {
  /// All lists that name a record on the server.
  func standing(_ key: RecordKey) throws -> [ListPlace] {
    try RecordRelations(database: database).references(to: key).flatMap { holder -> [ListPlace] in
      guard let server = try LocalEdits(database).serverRecord(holder), server.state != .deleted
      else { return [] }
      return ListPlace.fields(of: holder.type).compactMap { field, type in
        let order = server.value(field).list?.compactMap(\.text) ?? []
        guard type == key.type, order.contains(key.id) else { return nil }
        return ListPlace(holder: holder, field: field, member: key.id, order: order)
      }
    }
  }

  /// Where a record that the shop deleted goes back to: the places that it lost in that act, and those where
  /// it stands still.
  func toPutBack(_ key: RecordKey) throws -> [ListPlace] {
    let lost = try places(of: key)
    return lost
      + (try standing(key)).filter { place in
        !lost.contains { $0.holder == place.holder && $0.field == place.field }
      }
  }
}

extension MirrorTransaction {
  /// The places in lists of a record that the shop has deleted and that is kept here because of edits: those
  /// that it lost in that act, and those where it stands still.
  public func lostPlaces(of key: RecordKey) throws -> [ListPlace] {
    try LostPlaces(database: database).toPutBack(key)
  }

  /// All lists that name a record on the server.
  public func places(of key: RecordKey) throws -> [ListPlace] {
    try LostPlaces(database: database).standing(key)
  }
}
