import Bytes
public import Contract
import SQL

extension MirrorTransaction {
  /// Stores that the server has taken values.
  ///
  /// The stored record becomes what the server answered. Of the fields of `sent`, those whose local
  /// value is still the one that was sent are no edits any more; one that was edited again meanwhile
  /// stays, and starts from what was confirmed. Other edits are not touched. A record that was made
  /// here is the server's from now on.
  ///
  /// - Parameters:
  ///   - sent: the fields and values of the request.
  ///   - server: the record as the server has it now. Nil where the answer did not say: then the
  ///     values that were sent become the base, so that nothing is left to send, and the next pull
  ///     brings the record.
  ///   - written: the fields that the request wrote. A deletion of the record, or of what it is a part
  ///     of, is not asked about because of them.
  public func confirm(
    _ key: RecordKey, sent: [String: FieldValue], server: SourceRecord?, written: Set<String> = []
  ) throws {
    let values = try edits.values(of: key)
    let deletions = written.isEmpty ? [] : try deletions(over: key, server)
    let before = deletions.isEmpty ? nil : try stand(of: key)
    if let server { try take(server) }
    let stored = try edits.serverRecord(key)
    if let before { try carry(deletions, over: key, from: before, written) }
    for value in values {
      guard let confirmed = sent[value.field] else { continue }
      if server == nil {
        try edits.putBase(key, value.field, confirmed, version: value.baseVersion)
      } else if value.value == confirmed
        || store.knownBugs.contains(.editWhileSendingConfirmed)
      {
        try edits.remove(key, value.field)
      } else {
        // What is stored is not always the answer: one that does not fit is in quarantine, and the
        // form of before stays. What was sent is in the shop all the same.
        let isAnswer = stored?.state == .live && stored?.version == server?.version
        try edits.putBase(
          key, value.field, isAnswer ? stored?.value(value.field) ?? confirmed : confirmed,
          version: server?.version ?? 0)
      }
    }
    if server != nil, try edits.operation(of: key) == .create {
      try edits.setOperation(.none, of: key)
    }
    // The shop has deleted it and the editor has given it up, while the answer was on its way.
    guard let row = try row(key) else { return }
    try show(key, row, strictly: false)
  }

  /// Stores that the server has deleted a record as asked: it is gone with all its edits.
  public func confirmDeletion(_ key: RecordKey) throws {
    for value in try edits.values(of: key) { try edits.remove(key, value.field) }
    try edits.setOperation(.none, of: key)
    guard let stored = try store.writer.stored(key.type, key.id) else { return }
    try store.writer.remove(stored, key.type, key.id)
    try store.entomb(stored, key.type, key.id, op: "delete", at: now, place)
  }

  /// Stores a decision about a field that both sides changed.
  ///
  /// - Parameters:
  ///   - base: the shop's value that was decided against; the edit starts from it now.
  ///   - baseVersion: the version of the record that has it.
  ///   - value: our value from now on; nil takes the shop's, and nothing is left to send.
  ///   - isCount: whether our value is a stock count; nil leaves that as it is.
  public func rebase(
    _ key: RecordKey, _ field: String, base: FieldValue, baseVersion: Int64, value: FieldValue?,
    isCount: Bool? = nil
  ) throws {
    let row = try existing(key)
    let old = try edits.values(of: key).first { $0.field == field }
    let theirs = try edits.serverRecord(key)?.value(field) ?? .null
    let value = try value.map { try resolved($0, of: field, in: key.type) }
    let after = value ?? theirs
    if let value, value != base {
      let edit = FieldEdit(field, value, isCount: isCount ?? old?.isCount ?? false)
      // An edit that stays what it was keeps its time.
      let at = old?.value == value ? old?.at ?? now : now
      try edits.put(key, edit, source: old?.source ?? .cli, at: at)
      try edits.putBase(key, field, base, version: baseVersion)
    } else {
      try edits.remove(key, field)
    }
    let before = old?.value ?? theirs
    if before != after {
      _ = try edits.log(key, field, from: before, to: after, .decision, at: now)
    }
    try show(key, row, strictly: false)
  }

  /// Stores a decision about a record as a whole: `none` takes a deletion back, or makes an edited
  /// record that the server has deleted follow it when its edits are gone; `create` makes such a
  /// record anew.
  public func decide(_ operation: LocalOperation, of key: RecordKey) throws {
    let row = try existing(key)
    let before = try edits.operation(of: key)
    guard before != operation else { return }
    try edits.setOperation(operation, of: key)
    func value(_ operation: LocalOperation) -> FieldValue {
      operation == .none ? .null : .text(operation.rawValue)
    }
    _ = try edits.log(key, "", from: value(before), to: value(operation), .decision, at: now)
    try show(key, row, strictly: false)
  }

  /// Stores the id that the server gave to a record that was made here. Edits, and links of other
  /// records that are made here, follow; the log is found under both ids.
  public func mapCreated(
    local: RecordKey, to remote: RecordKey, externalReference: String?
  ) throws {
    try database.run(
      "INSERT OR REPLACE INTO idmap(local_id, remote_id, external_ref) VALUES(?,?,?)", local.id,
      remote.id, externalReference)
    guard local != remote else { return }
    if try row(remote) != nil {
      // A pull was faster than the answer.
      if let stored = try store.writer.stored(local.type, local.id) {
        try store.writer.remove(stored, local.type, local.id)
      }
    } else {
      try database.run(
        "UPDATE record SET id = ? WHERE type = ? AND id = ?", remote.id, local.type.rawValue,
        local.id)
    }
    try giveWay(local, to: remote)
    for table in ["local", "base", "local_record"] {
      try database.run(
        "UPDATE OR REPLACE \(table) SET id = ? WHERE type = ? AND id = ?", remote.id,
        local.type.rawValue, local.id)
    }
    // Its files say the old id; they are to be looked at again.
    try database.run(
      "UPDATE file_state SET id = ?, is_waiting = 1 WHERE type = ? AND id = ?", remote.id,
      local.type.rawValue, local.id)
    try show(remote, try existing(remote), strictly: false)
    try relink(local.id)
  }

  /// A pull that was faster than the answer has brought the record under its new id, and somebody may have
  /// edited or deleted it there before both were known to be one: that is the later edit, and stands.
  private func giveWay(_ local: RecordKey, to remote: RecordKey) throws {
    let later = Dictionary(try edits.values(of: remote).map { ($0.field, $0.value) }) { $1 }
    for value in try edits.values(of: local) {
      guard let result = later[value.field] else { continue }
      try note(
        DecisionEntry(
          rule: "edited-while-sending", key: remote, field: value.field, outcome: "later",
          base: value.base, ours: value.value, result: result, by: "rule"))
      try edits.remove(local, value.field)
    }
    if try edits.operation(of: remote) != .none { try edits.setOperation(.none, of: local) }
  }

  private func relink(_ old: String) throws {
    for key in try edits.keys(mentioning: old) {
      var isTouched = false
      for value in try edits.values(of: key) {
        let linked = try resolved(value.value, of: value.field, in: key.type)
        guard linked != value.value else { continue }
        try edits.put(
          key, FieldEdit(value.field, linked, isCount: value.isCount), source: value.source,
          at: value.at)
        isTouched = true
      }
      if isTouched, let row = try row(key) { try show(key, row, strictly: false) }
    }
  }

  /// Stores a record as the server has it now, as a pull does.
  private func take(_ server: SourceRecord) throws {
    let page = SourcePage(records: [server], cursor: "", hasMore: false)
    _ = try store.store(
      PreparedPage(page), generation: place.generation, revision: place.revision)
  }
}
