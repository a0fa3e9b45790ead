import Bytes
public import Contract
import Machine
import SQL

/// What storing a page did.
public struct ApplyReport: Sendable, Hashable {
  /// Records that were not there before.
  public var inserted = 0
  /// Records whose content or version changed.
  public var updated = 0
  /// Records that came as they were.
  public var unchanged = 0
  /// Records and deletions older than what is stored.
  public var outdated = 0
  /// Records that are gone.
  public var deleted = 0
  /// Bodies that went to quarantine.
  public var quarantined = 0
  /// The same figures by type; what came under an unknown type is only in the totals.
  public private(set) var byType: [ResourceType: ApplyReport] = [:]

  /// Makes a report of nothing.
  public init() {}

  /// Whether the page changed what a page or feed is made from.
  public var hasChanges: Bool { inserted + updated + deleted > 0 }

  /// Adds the figures of one record.
  mutating func add(_ one: ApplyReport, of type: ResourceType) {
    self += one
    byType[type, default: ApplyReport()] += one
  }

  /// Adds another page's figures.
  public static func += (left: inout ApplyReport, right: ApplyReport) {
    left.inserted += right.inserted
    left.updated += right.updated
    left.unchanged += right.unchanged
    left.outdated += right.outdated
    left.deleted += right.deleted
    left.quarantined += right.quarantined
    for (type, figures) in right.byType { left.byType[type, default: ApplyReport()] += figures }
  }
}

extension MirrorStore {
  /// Stores a page of the change feed and its cursor in one transaction.
  ///
  /// A record older than the stored one is skipped, an equal one only noted as seen; a body that
  /// does not fit goes to quarantine with its bytes, and the last good one stays, marked outdated.
  public func apply(
    _ page: SourcePage, scope: String = MirrorCursor.changes
  ) throws -> ApplyReport {
    if knownBugs.contains(.cursorBeforeData) { try moveOnly(to: page.cursor, scope: scope) }
    return try write { revision in
      let generation = try database.integer("SELECT max(n) FROM generation") ?? 0
      let report = try store(
        PreparedPage(page), generation: generation, revision: revision)
      onMoment?(.cursor)
      try storeCursor(page.cursor, scope: scope, isFull: false)
      return report
    }
  }

  /// The mistake `cursorBeforeData`.
  private func moveOnly(to cursor: String, scope: String) throws {
    try write { _ in try storeCursor(cursor, scope: scope, isFull: false) }
  }

  /// Stores the rows of a page; the caller stores the cursor in the same transaction.
  func store(
    _ prepared: PreparedPage, generation: Int64, revision: Int64
  ) throws -> ApplyReport {
    onMoment?(.records)
    let page = prepared.page
    var report = ApplyReport()
    var circumstances = try Circumstances(
      database, Place(generation: generation, revision: revision, seenAt: clock.now.rfc3339))
    for (record, body) in zip(page.records, prepared.bodies) {
      var one = ApplyReport()
      try store(record, body, &circumstances, &one)
      report.add(one, of: record.type)
    }
    let skips = knownBugs.contains(.tombstonesSkipped) && !page.records.isEmpty
    for tombstone in page.tombstones where !skips {
      var one = ApplyReport()
      try bury(tombstone, circumstances, &one)
      report.add(one, of: tombstone.type)
    }
    for reject in page.rejects {
      var one = ApplyReport()
      try quarantine(
        type: reject.typeName, id: reject.id, version: 0, seq: reject.seq, hash: nil, reject.json,
        Misfit(reason: reject.reason, pointer: nil), &circumstances, &one)
      if let type = ResourceType(rawValue: reject.typeName) {
        report.add(one, of: type)
      } else {
        report += one
      }
    }
    return report
  }

  private func store(
    _ record: SourceRecord, _ prepared: Result<PreparedBody, Misfit>,
    _ circumstances: inout Circumstances, _ report: inout ApplyReport
  ) throws {
    let place = circumstances.place
    let comesBack = try knownBugs.contains(.creationComesBack) && takeForNew(record)
    let old = try writer.stored(record.type, record.id)
    if let old {
      let isOfEpoch = old.generation >= circumstances.epochGeneration
      let isComparable = isOfEpoch && !knownBugs.contains(.olderOverwrites)
      if isComparable, try isOlder(record, than: old, circumstances) {
        report.outdated += 1
        return try writer.stamp(old, generation: place.generation, isNewest: false)
      }
      if !comesBack, old.isLive, !old.hash.isEmpty, record.version == old.version,
        record.contentHash == old.hash
      {
        report.unchanged += 1
        // The numbers of a change log that began anew are lower: with the old one a record that goes
        // and comes back would count as older than its own tombstone.
        return try writer.stamp(
          old, generation: place.generation, seq: isOfEpoch ? nil : record.seq)
      }
    } else {
      let isOld =
        try isOlder(record, than: nil, circumstances)
        || (circumstances.hasTombstones && !rises(record))
      guard !isOld else {
        report.outdated += 1
        return
      }
      if circumstances.hasTombstones {
        try writer.exhume(record.type, record.id)
        try LostParts(database: database).forget(RecordKey(record.type, record.id))
      }
    }
    if knownBugs.contains(.pullErasesEdits) { try eraseEdits(record.type, record.id) }
    do {
      let fit = try prepared.get()
      let overlay =
        circumstances.hasEdits
        ? try LocalEdits(database).overlay(RecordKey(record.type, record.id), over: fit.body) : nil
      let shown = overlay.map(\.body) ?? fit.body
      if let shown { try writer.projection(record.type)?.bind(shown, isNew: old == nil) }
      if old != nil, circumstances.hasEdits {
        try LostPlaces(database: database).note(record, seenAt: clock.now)
      }
      try writer.store(
        record, shown: shown, hash: fit.hash, handle: fit.body.handle, over: old, at: place)
      if let overlay {
        try LocalEdits(database).storeOverlay(overlay, RecordKey(record.type, record.id))
      }
      if circumstances.hasQuarantine { try release(record.type.rawValue, record.id) }
      if old == nil { report.inserted += 1 } else { report.updated += 1 }
    } catch let misfit as Misfit {
      try quarantine(
        type: record.type.rawValue, id: record.id, version: record.version, seq: record.seq,
        hash: record.contentHash, record.json, misfit, &circumstances, &report)
    }
  }

  /// Whether a newer form of a record has come in this epoch, by its version, or where there are no
  /// versions by its place in the change log. A newer form that did not fit is in quarantine, while
  /// what is stored may be from an earlier epoch.
  ///
  /// - Parameter old: what is stored, in this epoch; nil where nothing is.
  private func isOlder(
    _ record: SourceRecord, than old: RecordWriter.Stored?, _ circumstances: Circumstances
  ) throws(SQLError) -> Bool {
    var (version, seq) = (old?.version ?? 0, old?.seq ?? 0)
    if circumstances.hasQuarantine, old.map({ !$0.isLive && !$0.isDeleted }) ?? true {
      let held = try database.prepare(
        """
        SELECT version, seq FROM quarantine WHERE type = ? AND id = ? AND generation >= ?
        """)
      try held.bind(1, record.type.rawValue)
      try held.bind(2, record.id)
      try held.bind(3, circumstances.epochGeneration)
      if try held.step() { (version, seq) = (held.integer(0), held.integer(1)) }
    }
    return record.version > 0 ? record.version < version : record.seq > 0 && record.seq < seq
  }

  /// The mistake `pullErasesEdits`.
  private func eraseEdits(_ type: ResourceType, _ id: String) throws(SQLError) {
    try database.run("DELETE FROM local WHERE type = ? AND id = ?", type.rawValue, id)
    try database.run("DELETE FROM base WHERE type = ? AND id = ?", type.rawValue, id)
  }

  /// The mistake `creationComesBack`: whether a record was made here and is deleted here, which is
  /// forgotten.
  private func takeForNew(_ record: SourceRecord) throws(SQLError) -> Bool {
    try database.run(
      """
      DELETE FROM local_record WHERE type = ? AND id = ? AND op = 'delete'
        AND id IN (SELECT remote_id FROM idmap)
      """, record.type.rawValue, record.id)
    return database.changedRowCount > 0
  }

  /// Whether a record that is not stored is newer than its own tombstone, or has none.
  private func rises(_ record: SourceRecord) throws(SQLError) -> Bool {
    let row = try database.prepare(
      "SELECT seq, version FROM tombstone WHERE type = ? AND id = ?")
    try row.bind(1, record.type.rawValue)
    try row.bind(2, record.id)
    guard try row.step() else { return true }
    if record.seq > 0, row.integer(0) > 0 { return record.seq > row.integer(0) }
    if record.version > 0, row.integer(1) > 0 { return record.version > row.integer(1) }
    return true
  }

  private func bury(
    _ tombstone: SourceTombstone, _ circumstances: Circumstances, _ report: inout ApplyReport
  ) throws {
    let (type, id) = (tombstone.type, tombstone.id)
    let old = try writer.stored(type, id)
    if let old, old.generation >= circumstances.epochGeneration, tombstone.seq > 0,
      old.seq > tombstone.seq
    {
      report.outdated += 1
      return
    }
    if type.isPersonal, !tombstone.isGone {
      // A person's data goes, and what was edited of it with it.
      let transaction = MirrorTransaction(
        store: self, place: circumstances.place, now: clock.now)
      report.deleted += try transaction.purge(RecordKey(type, id)) ? 1 : 0
    } else if let old {
      if circumstances.hasEdits, !tombstone.isGone {
        try LostParts(database: database).keep(
          RecordKey(type, id), at: tombstone.at ?? clock.now)
      }
      try removeOrKeep(old, type, id, hasEdits: circumstances.hasEdits)
      report.deleted += 1
    }
    try writer.entomb(
      type, id, op: tombstone.isGone ? "gone" : "delete", version: tombstone.version,
      seq: tombstone.seq, at: tombstone.at, circumstances.place)
    if circumstances.hasQuarantine { try release(type.rawValue, id) }
  }

  /// Removes a record that the server has no more; one that carries local edits stays, marked, and
  /// becomes a conflict, because an edit is never lost to a deletion.
  func removeOrKeep(
    _ old: RecordWriter.Stored, _ type: ResourceType, _ id: String, hasEdits: Bool
  ) throws {
    let edits = LocalEdits(database)
    let key = RecordKey(type, id)
    let isKept = hasEdits && !knownBugs.contains(.deletionWinsSilently)
    guard isKept, try edits.isEdited(key) else { return try writer.remove(old, type, id) }
    if old.isCounted { try writer.discount(type, id: id, hash: old.hash) }
    try database.run("UPDATE record SET state = 'deleted' WHERE n = ?", old.n)
    try writer.removeTyped(type, n: old.n)
    // Deleted on both sides is agreement.
    guard try edits.operation(of: key) != .delete else { return }
    try database.run(
      """
      INSERT OR IGNORE INTO conflict(kind, type, record_id, theirs_version, opened_at)
      VALUES('edit-delete', ?, ?, ?, ?)
      """, type.rawValue, id, old.version, clock.now.rfc3339)
  }

  // MARK: Quarantine

  private func quarantine(
    type: String, id: String, version: Int64, seq: Int64, hash: String?, _ json: [UInt8],
    _ misfit: Misfit, _ circumstances: inout Circumstances, _ report: inout ApplyReport
  ) throws(SQLError) {
    report.quarantined += 1
    if knownBugs.contains(.misfitsDropped) { return }
    circumstances.hasQuarantine = true
    let place = circumstances.place
    // A body without a name of its own is kept under the digest of its bytes.
    let name = id.isEmpty ? "sha256:\(SHA256Digest(of: json).hex)" : id
    try database.run(
      """
      INSERT INTO quarantine(type, id, version, seq, server_hash, reason, pointer, body, generation,
        seen_at)
      VALUES(?,?,?,?,?,?,?,?,?,?)
      ON CONFLICT(type, id) DO UPDATE SET version = excluded.version, seq = excluded.seq,
        server_hash = excluded.server_hash, reason = excluded.reason, pointer = excluded.pointer,
        body = excluded.body, generation = excluded.generation, seen_at = excluded.seen_at
      """, type, name, version, seq, hash, misfit.reason, misfit.pointer, json, place.generation,
      place.seenAt)
    // What stands there from an earlier epoch stays of that epoch.
    try database.run(
      """
      UPDATE record SET state = 'outdated',
        generation = iif(generation >= (SELECT epoch_generation FROM sync_meta), ?, generation)
      WHERE type = ? AND id = ? AND state <> 'deleted'
      """, place.generation, type, name)
  }

  private func release(_ type: String, _ id: String) throws(SQLError) {
    try database.run("DELETE FROM quarantine WHERE type = ? AND id = ?", type, id)
  }
}

/// What decides about the rows of a page and is looked up once a page.
struct Circumstances {
  let place: Place
  let epochGeneration: Int64
  let hasTombstones: Bool
  let hasEdits: Bool
  var hasQuarantine: Bool

  init(_ database: Database, _ place: Place) throws(SQLError) {
    self.place = place
    epochGeneration = try database.integer("SELECT epoch_generation FROM sync_meta") ?? 0
    hasTombstones = try database.integer("SELECT EXISTS(SELECT 1 FROM tombstone)") == 1
    hasQuarantine = try database.integer("SELECT EXISTS(SELECT 1 FROM quarantine)") == 1
    hasEdits =
      try database.integer(
        "SELECT EXISTS(SELECT 1 FROM local) OR EXISTS(SELECT 1 FROM local_record)") == 1
  }
}
