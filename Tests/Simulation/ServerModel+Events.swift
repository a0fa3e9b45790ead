import Bytes
public import Contract
import Machine
import Synchronization

/// What happens to a server once in a while: a record is no longer shared, the schema grows, the log is
/// cut off, a backup is put back.
extension ServerModel {
  /// The field that a newer server serves and no schema here knows.
  static let novelField = "repairability"

  // MARK: Who sees what

  /// Shares a record and its parts no longer with the editors. Where deletions are not shown, it is
  /// just not there.
  ///
  /// - Returns: whether it was; not where something guards it.
  @discardableResult
  public func withdraw(_ key: RecordKey) -> Bool {
    state.withLock { state in
      let before = state.records
      guard delete(key, .staff, nil, &state) else { return false }
      for (one, record) in before where state.records[one] == nil {
        state.tombstones[one]?.isGone = true
        state.hidden[one] = record
      }
      return true
    }
  }

  /// Records that are no longer shared, in order: what is linked to comes first.
  public var hidden: [RecordKey] { state.withLock { $0.hidden.keys.sorted() } }

  /// Shares what was withdrawn again, as far as the rules allow it.
  public func shareAgain() {
    state.withLock { state in
      for key in state.hidden.keys.sorted() {
        guard let record = state.hidden.removeValue(forKey: key), state.records[key] == nil,
          objection(to: record.fields, of: key, state) == nil
        else { continue }
        commit(key, record.fields, .create, .staff, nil, &state)
      }
    }
  }

  // MARK: The schema

  /// Serves a record from now on with a field that is new.
  public func addNovelty(_ key: RecordKey, _ value: FieldValue) {
    state.withLock { state in
      guard let record = state.records[key] else { return }
      state.novelties[key] = value
      commit(key, record.fields, .update, .staff, nil, &state)
    }
  }

  // MARK: The log

  /// Forgets rows of the log, tombstones and keys that are older than this.
  public func keep(days: Int64) {
    state.withLock { state in
      let limit = clock.now.adding(seconds: -days * 86_400)
      let old = state.logTimes.prefix { $0 < limit }.count
      state.oldestCursor = max(state.oldestCursor, Int64(old))
      state.tombstones = state.tombstones.filter { $0.value.at >= limit }
      state.answers = state.answers.filter { $0.value.at >= limit }
      state.snapshots = [:]
    }
  }

  /// Puts a backup back: records are as they were, the log begins anew, and what was written since is
  /// lost there. The history is the simulation's own memory and keeps it.
  public func restoreBackup(_ saved: Saved) {
    state.withLock { state in
      let old = saved.state
      let lost = state.records
      state.records = old.records
      state.references = old.references
      state.executed = old.executed
      state.hidden = old.hidden
      state.novelties = old.novelties
      state.digests = [:]
      state.previous = [:]
      state.epoch += 1
      renumber(&state)
      noteReturn(from: lost, &state)
    }
  }

  /// What a restored backup changes stands in the history like any other change.
  private func noteReturn(from lost: [RecordKey: Stored], _ state: inout State) {
    for key in Set(lost.keys).union(state.records.keys).sorted() {
      let (old, new) = (lost[key], state.records[key])
      guard old?.fields != new?.fields else { continue }
      note(
        key, old?.fields ?? [:], new?.fields ?? [:],
        new == nil ? .delete : old == nil ? .create : .update, .backup, new?.version ?? 0, nil,
        &state)
    }
  }

  /// Same records, other numbers, nothing of before is known.
  func renumber(_ state: inout State) {
    state.snapshots = [:]
    state.tombstones = [:]
    state.log = []
    state.logTimes = []
    state.answers = [:]
    state.keysSince = clock.now
    state.oldestCursor = 0
    for key in state.records.keys.sorted() {
      guard var record = state.records[key] else { continue }
      log(key, &state)
      record.seq = Int64(state.log.count)
      state.records[key] = record
      render(key, &state)
    }
  }
}
