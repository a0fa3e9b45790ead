public import Bytes
public import Contract
import Machine
import SQL

/// One transaction on a mirror: edits, what the server confirmed, what was decided. All of it is
/// stored, or none.
///
/// It is lent by `MirrorStore.settle` and good only inside of its closure.
public struct MirrorTransaction {
  let store: MirrorStore
  let place: Place
  /// The time of everything that is written in it.
  public let now: Instant

  var database: Database { store.database }
  var edits: LocalEdits { LocalEdits(store.database) }
  /// Mistakes that a test has built in; none in the product.
  package var knownBugs: Set<KnownBug> { store.knownBugs }

  // MARK: Reading

  /// Local values of a record, or of all, in order of record and field.
  public func localValues(of key: RecordKey? = nil) throws -> [LocalValue] {
    try edits.values(of: key)
  }

  /// What is done here to a record as a whole.
  public func operation(of key: RecordKey) throws -> LocalOperation {
    try edits.operation(of: key)
  }

  /// A record as the server has it; nil where the server never had it.
  public func serverRecord(_ key: RecordKey) throws -> StoredServerRecord? {
    try edits.serverRecord(key)
  }

  // MARK: Edits

  /// Sets fields of a record. The first edit of a field stores the value that it had as its base; a
  /// value equal to the base takes the edit back. What readers see changes with it.
  ///
  /// - Returns: what was logged; empty where nothing changed.
  /// - Throws: `MirrorError` with `noRecord`, or `notEditable` where a field does not exist, no page
  ///   could be made from the result, or the record is deleted here.
  @discardableResult
  public func edit(
    _ key: RecordKey, _ changes: [FieldEdit], source: EditSource
  ) throws -> [EditLogEntry] {
    let row = try existing(key)
    guard try edits.operation(of: key) != .delete else {
      throw MirrorError(.notEditable, "the \(key) is deleted here; take that back first")
    }
    let server = try edits.serverRecord(key)
    let known = Dictionary(
      uniqueKeysWithValues: try edits.values(of: key).map { ($0.field, $0) })
    var entries: [EditLogEntry] = []
    for typed in changes {
      guard RecordFields.exists(typed.field, in: key.type) else {
        throw MirrorError(.notEditable, "a \(key.type.rawValue) has no field \(typed.field)")
      }
      let change = FieldEdit(
        typed.field, try resolved(typed.value, of: typed.field, in: key.type),
        isCount: typed.isCount)
      let old = known[change.field]
      let theirs = server?.value(change.field) ?? .null
      let before = old?.value ?? theirs
      if change.value == (old?.base ?? theirs), old?.isBaseKnown ?? true {
        guard old != nil else { continue }
        try edits.remove(key, change.field)
      } else {
        if let old, old.value == change.value, old.isCount == change.isCount { continue }
        try edits.put(key, change, source: source, at: now)
        if old == nil {
          try edits.putBase(key, change.field, theirs, version: server?.version ?? 0)
        }
      }
      entries.append(
        try edits.log(
          key, change.field, from: before, to: change.value,
          EditLogEntry.Origin(rawValue: source.rawValue) ?? .cli, at: now))
    }
    if !entries.isEmpty { try show(key, row) }
    return entries
  }

  /// Makes a record. It is seen by readers at once, and by the server after a push.
  ///
  /// - Throws: `MirrorError` with `notEditable` where there is a record of this id, or no page could
  ///   be made from the fields.
  @discardableResult
  public func create(
    _ key: RecordKey, fields: [String: FieldValue], source: EditSource
  ) throws -> [EditLogEntry] {
    guard try store.writer.stored(key.type, key.id) == nil else {
      throw MirrorError(.notEditable, "there is a \(key) already")
    }
    let generation = try database.integer("SELECT max(n) FROM generation") ?? 0
    try database.run(
      """
      INSERT INTO record(type, id, version, server_hash, server_json, seen_seq, state, generation,
        revision, seen_at)
      VALUES(?, ?, 0, '', '', 0, 'live', ?, ?, ?)
      """, key.type.rawValue, key.id, generation, place.revision, place.seenAt)
    try edits.setOperation(.create, of: key)
    let origin = EditLogEntry.Origin(rawValue: source.rawValue) ?? .cli
    var entries = [
      try edits.log(
        key, "", from: .null, to: .text(LocalOperation.create.rawValue), origin, at: now)
    ]
    for (field, typed) in fields.sorted(by: { $0.key < $1.key }) where !typed.isNull {
      guard RecordFields.exists(field, in: key.type) else {
        throw MirrorError(.notEditable, "a \(key.type.rawValue) has no field \(field)")
      }
      let value = try resolved(typed, of: field, in: key.type)
      try edits.put(key, FieldEdit(field, value), source: source, at: now)
      try edits.putBase(key, field, .null, version: 0)
      entries.append(try edits.log(key, field, from: .null, to: value, origin, at: now))
    }
    try show(key, try existing(key))
    return entries
  }

  /// Deletes a record here: readers see it no more, and the server loses it at the next push. One
  /// that was made here is just gone. Edits of its fields are kept, for taking the deletion back.
  ///
  /// - Throws: `MirrorError` with `noRecord`.
  @discardableResult
  public func delete(_ key: RecordKey, source: EditSource) throws -> [EditLogEntry] {
    let row = try existing(key)
    switch try edits.operation(of: key) {
    case .delete: return []
    case .create where !row.hasServerState: return try withdraw(key)
    case .create, .none: break
    }
    try edits.setOperation(.delete, of: key)
    try edits.putDeletionMark(key)
    let entry = try edits.log(
      key, "", from: .null, to: .text(LocalOperation.delete.rawValue),
      EditLogEntry.Origin(rawValue: source.rawValue) ?? .cli, at: now)
    try show(key, row)
    return [entry]
  }

  /// Takes edits back that are not sent yet: those of the named fields, or all of the record with its
  /// making or deletion.
  ///
  /// - Returns: what was logged; empty where nothing was edited.
  @discardableResult
  public func withdraw(_ key: RecordKey, fields: [String]? = nil) throws -> [EditLogEntry] {
    guard let row = try row(key) else { return [] }
    let server = try edits.serverRecord(key)
    var entries: [EditLogEntry] = []
    for value in try edits.values(of: key) where fields?.contains(value.field) ?? true {
      try edits.remove(key, value.field)
      entries.append(
        try edits.log(
          key, value.field, from: value.value, to: server?.value(value.field) ?? .null,
          .withdrawal, at: now))
      try closeConflicts(key, field: value.field)
    }
    let operation = try edits.operation(of: key)
    if fields == nil {
      if operation != .none {
        try edits.setOperation(.none, of: key)
        entries.append(
          try edits.log(
            key, "", from: .text(operation.rawValue), to: .null, .withdrawal, at: now))
      }
      try closeConflicts(key, field: nil)
    }
    if !entries.isEmpty { try show(key, row) }
    return entries
  }

  private func closeConflicts(_ key: RecordKey, field: String?) throws {
    try database.run(
      """
      UPDATE conflict SET decision = 'withdrawn', decided_at = ?1, decided_by = 'editor'
      WHERE type = ?2 AND record_id = ?3 AND decided_at IS NULL AND (?4 IS NULL OR field = ?4)
      """, now.rfc3339, key.type.rawValue, key.id, field)
  }

  // MARK: What readers see

  /// What deciding about a record needs.
  struct Row {
    let n: Int64
    let hasServerState: Bool
    let isGone: Bool
  }

  func row(_ key: RecordKey) throws -> Row? {
    guard let stored = try store.writer.stored(key.type, key.id) else { return nil }
    return Row(n: stored.n, hasServerState: !stored.hash.isEmpty, isGone: stored.isDeleted)
  }

  func existing(_ key: RecordKey) throws -> Row {
    guard let row = try row(key) else {
      throw MirrorError(.noRecord, "there is no \(key) in the mirror")
    }
    return row
  }

  /// Stores what readers see of a record after its edits changed; removes it where nothing is left
  /// of it, neither here nor on the server.
  func show(_ key: RecordKey, _ row: Row, strictly: Bool = true) throws {
    try database.run("UPDATE record SET revision = ? WHERE n = ?", place.revision, row.n)
    let operation = try edits.operation(of: key)
    let values = try edits.values(of: key)
    if operation == .none, row.isGone || !row.hasServerState {
      if values.isEmpty { return try forget(key) }
      guard row.hasServerState else {
        throw MirrorError(.notEditable, "the \(key) is known neither here nor to the shop")
      }
    }
    let server = try serverBody(key)
    let overlay = try overlay(values, operation, over: server, key, strictly: strictly)
    try edits.storeOverlay(overlay, key)
    try showTyped(key, row, overlay)
  }

  private func overlay(
    _ values: [LocalValue], _ operation: LocalOperation, over server: RecordBody?,
    _ key: RecordKey, strictly: Bool
  ) throws -> LocalOverlay {
    if operation == .delete { return LocalOverlay(json: nil, body: nil) }
    if let server, values.isEmpty { return LocalOverlay(json: nil, body: server) }
    if let server, !strictly {
      return LocalOverlay(fitting: LocalEdits.fields(values), over: server, key)
    }
    do throws(Misfit) {
      return try LocalOverlay(LocalEdits.fields(values), over: server, key)
    } catch {
      let place = error.pointer.map { " (\($0))" } ?? ""
      throw MirrorError(.notEditable, "the \(key) cannot be changed so: \(error.reason)\(place)")
    }
  }

  private func showTyped(_ key: RecordKey, _ row: Row, _ overlay: LocalOverlay) throws {
    guard let body = overlay.body, !row.isGone else {
      return try store.writer.removeTyped(key.type, n: row.n)
    }
    do {
      try store.writer.projection(key.type)?.bind(body, isNew: false)
    } catch let misfit as Misfit {
      throw MirrorError(.notEditable, "the \(key) cannot be changed so: \(misfit.reason)")
    }
    try store.writer.storeTyped(key.type, n: row.n, key.id, body)
  }

  /// Removes a record that neither the server nor an editor wants any more.
  func forget(_ key: RecordKey) throws {
    guard let stored = try store.writer.stored(key.type, key.id) else { return }
    try store.writer.remove(stored, key.type, key.id)
    if stored.hash.isEmpty {
      // Whoever builds from changes must hear that it is gone.
      try store.writer.entomb(
        key.type, key.id, op: "missing", version: 0, seq: 0, at: nil, place)
    }
  }

  private func serverBody(_ key: RecordKey) throws -> RecordBody? {
    guard let record = try edits.serverRecord(key) else { return nil }
    do throws(Misfit) {
      return try RecordBody(record.tape)
    } catch {
      throw MirrorError(
        .unreadable,
        "the stored \(key) cannot be read: \(error.reason); run trumeau mirror verify")
    }
  }
}

extension MirrorStore {
  /// Runs `body` in one transaction: all that it stores is there afterwards, or, when it throws,
  /// nothing. What it throws comes out unchanged.
  public func settle<Result>(_ body: (MirrorTransaction) throws -> Result) throws -> Result {
    var cause: (any Error)?
    do {
      return try write { revision in
        let now = clock.now
        let generation = try database.integer("SELECT max(n) FROM generation") ?? 0
        let place = Place(generation: generation, revision: revision, seenAt: now.rfc3339)
        do {
          return try body(MirrorTransaction(store: self, place: place, now: now))
        } catch {
          cause = error
          throw error
        }
      }
    } catch {
      if let cause { throw cause is SQLError ? error : cause }
      throw error
    }
  }

  /// Sets fields of a record in a transaction of its own: see `MirrorTransaction.edit`.
  @discardableResult
  public func edit(
    _ key: RecordKey, _ changes: [FieldEdit], source: EditSource
  ) throws -> [EditLogEntry] {
    try settle { try $0.edit(key, changes, source: source) }
  }

  /// Makes a record in a transaction of its own: see `MirrorTransaction.create`.
  @discardableResult
  public func create(
    _ key: RecordKey, fields: [String: FieldValue], source: EditSource
  ) throws -> [EditLogEntry] {
    try settle { try $0.create(key, fields: fields, source: source) }
  }

  /// Deletes a record here in a transaction of its own: see `MirrorTransaction.delete`.
  @discardableResult
  public func delete(_ key: RecordKey, source: EditSource) throws -> [EditLogEntry] {
    try settle { try $0.delete(key, source: source) }
  }

  /// Takes edits back in a transaction of its own: see `MirrorTransaction.withdraw`.
  @discardableResult
  public func withdraw(_ key: RecordKey, fields: [String]? = nil) throws -> [EditLogEntry] {
    try settle { try $0.withdraw(key, fields: fields) }
  }

  /// Lays the edits of a mirror of an older program over its records.
  func layWaitingEdits() throws {
    guard try database.integer("SELECT edits_waiting FROM sync_meta") == 1 else { return }
    try settle { transaction in
      for key in try LocalEdits(database).keys() {
        guard let row = try transaction.row(key) else { continue }
        try transaction.show(key, row, strictly: false)
      }
      try database.execute("UPDATE sync_meta SET edits_waiting = 0")
    }
  }
}
