public import Bytes
public import Contract
import Machine
import SQL

/// One reading of everything, which may take several runs of the program.
public struct SnapshotGeneration: Sendable, Hashable {
  /// Its number; higher is later.
  public let number: Int64
  /// The resume token of the last page that was stored; nil before the first.
  public let resumeToken: String?
  /// How many records were received so far.
  public let received: Int
  /// When it was begun.
  public let startedAt: Instant
}

extension MirrorStore {
  /// Begins to read everything, or goes on where the last run stopped.
  ///
  /// A snapshot of another epoch, scope of the token or set of types is given up for a new one. In
  /// a new epoch versions and sequence numbers start over: old ones are no longer compared, and the
  /// old cursors and tombstones are dropped.
  ///
  /// - Parameter restarting: true where the source does not know the resume token any more.
  public func beginSnapshot(
    of source: SourceDescription, connector: String, restarting: Bool = false
  ) throws -> SnapshotGeneration {
    let types = source.types.sorted().map(\.rawValue).joined(separator: ",")
    let generation: SnapshotGeneration = try write { _ in
      let isSameSource =
        try database.integer(
          """
          SELECT EXISTS(SELECT 1 FROM sync_meta
            WHERE server_id = ? AND connector = ? AND epoch = ? AND filter_hash = ?)
          """, source.serverID, connector, source.epoch, source.scope) == 1
      let mayResume = isSameSource && !restarting && !knownBugs.contains(.snapshotFromZero)
      if mayResume, let open = try openSnapshot(types: types) { return open }
      try database.run("UPDATE generation SET state = 'abandoned' WHERE state = 'open'")
      let started = clock.now
      try database.run(
        """
        INSERT INTO generation(scope, types, epoch, state, started_at)
        VALUES('all', ?, ?, 'open', ?)
        """, types, source.epoch, started.rfc3339)
      let number = database.lastInsertedRow
      try identify(source, connector: connector, generation: number)
      return SnapshotGeneration(
        number: number, resumeToken: nil, received: 0, startedAt: started)
    }
    try waitForDisk(false)
    return generation
  }

  /// Whether commits wait for the disk, as all do but those of a snapshot's pages.
  ///
  /// A power loss may take the last of them back, each with the place to go on from: they are read
  /// again. Waiting at each page would be half of a first pull.
  private func waitForDisk(_ waits: Bool) throws {
    try checked {
      try database.promise(waits ? .full : .normal)
      // In pages of the file; 1000 is SQLite's own.
      try database.execute("PRAGMA wal_autocheckpoint=\(waits ? 1000 : 16_384)")
    }
  }

  /// The snapshot that is open, if there is one.
  public func openSnapshot() throws -> SnapshotGeneration? {
    try checked { try openSnapshot(types: nil) }
  }

  private func openSnapshot(types: String?) throws(SQLError) -> SnapshotGeneration? {
    let row = try database.prepare(
      """
      SELECT n, resume_token, received, started_at FROM generation
      WHERE state = 'open' AND types = coalesce(?, types)
      """)
    try row.bind(1, types)
    guard try row.step() else { return nil }
    return SnapshotGeneration(
      number: row.integer(0), resumeToken: row.optionalText(1), received: Int(row.integer(2)),
      startedAt: Instant(rfc3339: row.text(3)) ?? Instant(microseconds: 0))
  }

  private func identify(
    _ source: SourceDescription, connector: String, generation: Int64
  ) throws(SQLError) {
    if try database.text("SELECT epoch FROM sync_meta") != source.epoch {
      try database.run("UPDATE sync_meta SET epoch_generation = ?", generation)
      try database.execute("DELETE FROM tombstone")
    }
    try database.execute("DELETE FROM cursor")
    let isKept = knownBugs.contains(.migrationNotStored)
    let version = isKept ? try database.text("SELECT schema_version FROM sync_meta") : nil
    try database.run(
      """
      UPDATE sync_meta SET server_id = ?, shop = ?, connector = ?, epoch = ?, filter_hash = ?,
        schema_version = ?
      """, source.serverID, source.tenant, connector, source.epoch, source.scope,
      version ?? ContractVersion.current)
  }

  /// Stores a page of a snapshot and its resume token in one transaction.
  ///
  /// - Throws: `MirrorError` with `noSnapshot` where the snapshot is no longer open.
  public func apply(
    _ page: SourcePage, of snapshot: SnapshotGeneration
  ) throws -> ApplyReport {
    try apply(PreparedPage(page), of: snapshot)
  }

  /// Stores a page of a snapshot that was checked before, as the other `apply` does.
  public func apply(
    _ prepared: PreparedPage, of snapshot: SnapshotGeneration
  ) throws -> ApplyReport {
    let page = prepared.page
    return try write { revision in
      let report = try store(prepared, generation: snapshot.number, revision: revision)
      onMoment?(.cursor)
      try database.run(
        """
        UPDATE generation SET resume_token = ?, received = received + ?
        WHERE n = ? AND state = 'open'
        """, page.cursor, page.records.count + page.rejects.count, snapshot.number)
      guard database.changedRowCount == 1 else { throw Self.closed(snapshot) }
      return report
    }
  }

  /// How many records of each type the snapshot did not bring and finishing it would remove, for a
  /// guard against a source that has suddenly shrunk. Types without any are left out.
  public func missing(in snapshot: SnapshotGeneration) throws -> [ResourceType: Int] {
    try checked {
      var result: [ResourceType: Int] = [:]
      let rows = try database.prepare(
        """
        SELECT type, count(*) FROM record WHERE \(Self.unseen)
        GROUP BY +type  -- in the order of the file, not by the index of types
        """)
      try rows.bind(1, snapshot.number)
      while try rows.step() {
        if let type = ResourceType(rawValue: rows.text(0)) { result[type] = Int(rows.integer(1)) }
      }
      return result
    }
  }

  /// Ends a snapshot in one transaction: what it did not bring and no later page of the feed
  /// brought is removed, and the feed goes on from `cursor`.
  ///
  /// - Returns: the figures; `deleted` is what was removed.
  public func finish(
    _ snapshot: SnapshotGeneration, cursor: String, scope: String = MirrorCursor.changes
  ) throws -> ApplyReport {
    try waitForDisk(true)
    return try write { revision in
      onMoment?(.records)
      var report = ApplyReport()
      let circumstances = try Circumstances(
        database,
        Place(
          generation: snapshot.number, revision: revision, seenAt: clock.now.rfc3339))
      for (type, id) in try unseen(before: snapshot.number) {
        guard let old = try writer.stored(type, id) else { continue }
        if circumstances.hasEdits {
          try LostParts(database: database).keep(RecordKey(type, id), at: clock.now)
        }
        try removeOrKeep(old, type, id, hasEdits: circumstances.hasEdits)
        try entomb(old, type, id, op: "missing", at: nil, circumstances.place)
        var one = ApplyReport()
        one.deleted = 1
        report.add(one, of: type)
      }
      try database.run("DELETE FROM quarantine WHERE generation < ?", snapshot.number)
      onMoment?(.cursor)
      try database.run(
        """
        UPDATE generation SET state = 'done', removed = ?, finished_at = ?
        WHERE n = ? AND state = 'open'
        """, report.deleted, circumstances.place.seenAt, snapshot.number)
      guard database.changedRowCount == 1 else { throw Self.closed(snapshot) }
      try database.run("DELETE FROM generation WHERE n < ? AND state <> 'open'", snapshot.number)
      try storeCursor(cursor, scope: scope, isFull: true)
      return report
    }
  }

  /// Notes that a stored record is gone, as of the last form of it that was seen. Numbers of an earlier
  /// epoch say nothing in this one: with them a record that comes back would count as older.
  func entomb(
    _ old: RecordWriter.Stored, _ type: ResourceType, _ id: String, op: String, at: Instant?,
    _ place: Place
  ) throws(SQLError) {
    let epoch = try database.integer("SELECT epoch_generation FROM sync_meta") ?? 0
    let isComparable = old.generation >= epoch
    try writer.entomb(
      type, id, op: op, version: isComparable ? old.version : 0,
      seq: isComparable ? old.seq : 0, at: at, place)
  }

  /// What a generation did not bring, neither in a form that fits nor in one that does not.
  private static let unseen = """
    generation < ?1 AND state <> 'deleted' AND server_hash <> '' AND NOT EXISTS (
      SELECT 1 FROM quarantine q
      WHERE q.type = record.type AND q.id = record.id AND q.generation >= ?1)
    """

  private func unseen(before generation: Int64) throws(SQLError) -> [(ResourceType, String)] {
    let rows = try database.prepare(
      """
      SELECT type, id FROM record WHERE \(Self.unseen)
      """)
    try rows.bind(1, generation)
    var found: [(ResourceType, String)] = []
    while try rows.step() {
      if let type = ResourceType(rawValue: rows.text(0)) { found.append((type, rows.text(1))) }
    }
    return found
  }

  /// Gives a snapshot up: what it brought stays, nothing is removed.
  public func abandon(_ snapshot: SnapshotGeneration) throws {
    try waitForDisk(true)
    try write { _ in
      try database.run(
        "UPDATE generation SET state = 'abandoned' WHERE n = ? AND state = 'open'",
        snapshot.number)
    }
  }

  private static func closed(_ snapshot: SnapshotGeneration) -> MirrorError {
    MirrorError(
      .noSnapshot, "the snapshot \(snapshot.number) is not open; another pull has begun a new one")
  }
}
