import Bytes
import Contract
import SQL

/// The statements by which records get into and out of a mirror, and the sums of their streams.
/// Everything here runs inside a transaction that `MirrorStore.write` opened.
final class RecordWriter {
  /// A stored record, as far as deciding needs it.
  struct Stored {
    let n: Int64
    let version: Int64
    let hash: String
    let generation: Int64
    let isLive: Bool
    let isDeleted: Bool
    let handle: String?
    let seq: Int64

    /// Whether it is part of its stream: not where the server has it no more, or never had it.
    var isCounted: Bool { !isDeleted && !hash.isEmpty }
  }

  let database: Database
  /// Made when the first record of their type comes.
  private var projections: [ProjectionWriter?]
  private var streams: [StreamSum?]

  init(_ database: Database) {
    self.database = database
    projections = Array(repeating: nil, count: ResourceType.allCases.count)
    streams = Array(repeating: nil, count: ResourceType.allCases.count)
  }

  /// What writes the typed rows of a type; nil where it has none.
  func projection(_ type: ResourceType) -> ProjectionWriter? {
    if let known = projections[type.rank] { return known }
    guard let projection = Projection.of(type) else { return nil }
    let made = ProjectionWriter(type, projection, database)
    projections[type.rank] = made
    return made
  }

  func stored(_ type: ResourceType, _ id: String) throws(SQLError) -> Stored? {
    let find = try database.prepare(RecordStatements.find)
    try find.bind(1, type.rawValue)
    try find.bind(2, id)
    guard try find.step() else { return nil }
    return Stored(
      n: find.integer(0), version: find.integer(1), hash: find.text(2),
      generation: find.integer(3), isLive: find.bytes(4).count == 4,
      isDeleted: find.bytes(4).elementsEqual("deleted".utf8), handle: find.optionalText(5),
      seq: find.integer(6))
  }

  /// Stores a new or changed record; its typed row must have been bound.
  ///
  /// - Parameter shown: what readers see of it; nil where it is deleted here and has no typed row.
  func store(
    _ record: SourceRecord, shown: RecordBody?, hash: String, handle: String?, over old: Stored?,
    at place: Place
  ) throws {
    try record.json.withUnsafeBufferPointer { (json) throws(SQLError) in
      let json = UnsafeRawBufferPointer(json)
      if let old {
        let update = try database.prepare(RecordStatements.update)
        try bind(update, record, hash: hash, handle: handle, json, at: place)
        try update.bind(12, old.n)
        try update.run()
      } else {
        let insert = try database.prepare(RecordStatements.insert)
        try bind(insert, record, hash: hash, handle: handle, json, at: place)
        try insert.run()
      }
    }
    let n = old?.n ?? database.lastInsertedRow
    if let shown { try storeTyped(record.type, n: n, record.id, shown) }
    if let handle, handle != old?.handle {
      let history = try database.prepare(RecordStatements.handle)
      try history.bind(1, record.type.rawValue)
      try history.bind(2, handle)
      try history.bind(3, record.id)
      try history.bind(4, place.seenAt)
      try history.run()
    }
    try count(record.type) { sum in
      if let old, old.isCounted { sum.remove(id: record.id, hash: old.hash) }
      sum.add(id: record.id, hash: hash)
    }
  }

  /// Writes the typed row that was bound.
  func storeTyped(_ type: ResourceType, n: Int64, _ id: String, _ body: RecordBody) throws {
    guard let projection = projection(type) else { return }
    var id = id
    try id.withUTF8 { try projection.store(n: n, id: UnsafeRawBufferPointer($0), body) }
    if type == .translation, body.isOfHandle {
      let history = try database.prepare(RecordStatements.translatedHandle)
      try history.bind(1, n)
      try history.run()
    }
  }

  /// Removes the typed row of a record that readers do not see.
  func removeTyped(_ type: ResourceType, n: Int64) throws(SQLError) {
    guard let table = Projection.of(type)?.table else { return }
    try database.run("DELETE FROM \(table) WHERE n = ?", n)
  }

  private func bind(
    _ statement: borrowing Statement, _ record: SourceRecord, hash: String, handle: String?,
    _ json: UnsafeRawBufferPointer, at place: Place
  ) throws(SQLError) {
    try statement.bind(1, record.type.rawValue)
    try statement.bind(2, record.id)
    try statement.bind(3, handle)
    try statement.bind(4, record.version)
    try statement.bind(5, record.etag.isEmpty ? nil : record.etag)
    try statement.bind(6, hash)
    try statement.bind(7, keptText: json)
    try statement.bind(8, record.seq)
    try statement.bind(9, place.generation)
    try statement.bind(10, place.revision)
    try statement.bind(11, place.seenAt)
  }

  /// Notes that the newest generation has seen a record that did not change.
  ///
  /// - Parameters:
  ///   - isNewest: whether it is as it was seen; otherwise what stands of it stays.
  ///   - seq: its place in the change log of an epoch that is new; nil where the stored one is of this
  ///     epoch.
  func stamp(
    _ old: Stored, generation: Int64, isNewest: Bool = true, seq: Int64? = nil
  ) throws(SQLError) {
    guard old.generation != generation || (isNewest && !old.isLive) else { return }
    let stamp = try database.prepare(RecordStatements.stamp)
    try stamp.bind(1, generation)
    try stamp.bind(2, old.n)
    try stamp.bind(3, seq)
    try stamp.bind(4, isNewest ? "live" : nil)
    try stamp.run()
  }

  /// Removes a record with all that hangs on it.
  func remove(_ old: Stored, _ type: ResourceType, _ id: String) throws(SQLError) {
    let remove = try database.prepare(RecordStatements.remove)
    try remove.bind(1, old.n)
    try remove.run()
    if old.isCounted { try count(type) { $0.remove(id: id, hash: old.hash) } }
  }

  func entomb(
    _ type: ResourceType, _ id: String, op: String, version: Int64, seq: Int64, at: Instant?,
    _ place: Place
  ) throws(SQLError) {
    let entomb = try database.prepare(RecordStatements.entomb)
    try entomb.bind(1, type.rawValue)
    try entomb.bind(2, id)
    try entomb.bind(3, op)
    try entomb.bind(4, version)
    try entomb.bind(5, seq)
    try entomb.bind(6, at?.rfc3339)
    try entomb.bind(7, place.revision)
    try entomb.bind(8, place.seenAt)
    try entomb.run()
  }

  func exhume(_ type: ResourceType, _ id: String) throws(SQLError) {
    let exhume = try database.prepare(RecordStatements.exhume)
    try exhume.bind(1, type.rawValue)
    try exhume.bind(2, id)
    try exhume.run()
  }

  // MARK: Streams

  /// Takes a record out of the sum of its stream without removing it.
  func discount(_ type: ResourceType, id: String, hash: String) throws(SQLError) {
    try count(type) { $0.remove(id: id, hash: hash) }
  }

  private func count(_ type: ResourceType, _ change: (inout StreamSum) -> Void) throws(SQLError) {
    var sum: StreamSum
    if let known = streams[type.rank] {
      sum = known
    } else {
      sum = try StreamSum.stored(type, in: database)
    }
    change(&sum)
    streams[type.rank] = sum
  }

  /// Writes the sums that changed.
  func storeStreams() throws(SQLError) {
    for type in ResourceType.allCases {
      guard let sum = streams[type.rank], sum.isChanged else { continue }
      try sum.store(type, in: database)
      streams[type.rank]?.isChanged = false
    }
  }

  /// After a rollback the sums are read anew.
  func forgetStreams() {
    streams = Array(repeating: nil, count: ResourceType.allCases.count)
  }
}

/// What all rows of one transaction share.
struct Place {
  let generation: Int64
  let revision: Int64
  let seenAt: String
}

/// What is asked of the tables of records, in words that never change, so that each is compiled once
/// by a connection, when it is first needed.
private enum RecordStatements {
  static let find = """
    SELECT n, version, server_hash, generation, state, handle, seen_seq FROM record
    WHERE type = ? AND id = ?
    """
  static let insert = """
    INSERT INTO record(type, id, handle, version, etag, server_hash, server_json, seen_seq,
      state, generation, revision, seen_at)
    VALUES(?,?,?,?,?,?,?,?,'live',?,?,?)
    """
  static let update = """
    UPDATE record SET handle = ?3, version = ?4, etag = ?5, server_hash = ?6, server_json = ?7,
      seen_seq = ?8, state = 'live', generation = ?9, revision = ?10, seen_at = ?11
    WHERE n = ?12 AND ?1 IS NOT NULL AND ?2 IS NOT NULL
    """
  static let stamp = """
    UPDATE record SET generation = ?1, state = coalesce(?4, state),
      seen_seq = coalesce(?3, seen_seq) WHERE n = ?2
    """
  static let remove = "DELETE FROM record WHERE n = ?"
  static let handle =
    "INSERT OR IGNORE INTO handle_history(type, handle, id, first_seen) VALUES(?,?,?,?)"
  static let translatedHandle = """
    INSERT OR IGNORE INTO translated_handle_history(type, id, locale, handle, first_seen)
    SELECT t.resource_type, t.resource_id, t.locale, t.value, r.seen_at
    FROM translation t JOIN record r ON r.n = t.n WHERE t.n = ?
    """
  static let entomb = """
    INSERT OR REPLACE INTO tombstone(type, id, op, version, seq, epoch, at, revision, seen_at)
    VALUES(?,?,?,?,?,(SELECT epoch FROM sync_meta),?,?,?)
    """
  static let exhume = "DELETE FROM tombstone WHERE type = ? AND id = ?"
}
