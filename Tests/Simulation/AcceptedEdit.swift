public import Contract
import LocalMirror
import SQL

/// An edit that was accepted: from here on it must never be lost (invariant I2).
public struct AcceptedEdit: Sendable {
  /// Who brought it about.
  public enum Origin: Sendable, Hashable {
    /// A person, in a step of the simulation.
    case typed
    /// The program, carrying out what a person asked for: an undo, an answer. It stands in the
    /// program's log as an edit.
    case carriedOut
    /// A decision that left a value here which is still to be sent.
    case decided
  }

  /// The record, by its id here at the time.
  public var key: RecordKey
  /// The field; "" for the record as a whole.
  public var field: String
  /// What was there before, edits included.
  public var before: FieldValue
  /// What a push of it starts from: the shop's value as it was known when the field was first edited.
  public var start: FieldValue
  /// The new value; for the record as a whole the word of the operation.
  public var value: FieldValue
  /// Who brought it about.
  public var origin: Origin
  /// Whether a person typed the value itself, in an edit or in an answer.
  public var isTyped: Bool
  /// How many writes the server had seen.
  public var place: Int
  /// Its row in the program's log and the newest decision then: what is later may be about it.
  public var marks: Marks
  /// Whether the editor took it back or wrote something else over it.
  public var isOver = false

  /// Places in what a mirror only ever adds to.
  public struct Marks: Sendable, Hashable {
    /// The row of `edit_log`.
    public var log: Int64
    /// The newest row of `decision`.
    public var decision: Int64
  }
}

extension EditorSite {
  /// Notes edits that the program has accepted from a person, and before them all that it has logged
  /// meanwhile by itself.
  ///
  /// - Parameter starts: what the edits began from; what is missing began from what was before.
  func accept(_ entries: [EditLogEntry], starts: [String: FieldValue] = [:], place: Int) throws {
    guard let first = entries.first else { return }
    try adoptLogged(place: place, before: first.n)
    for entry in entries {
      knownLog = max(knownLog, entry.n)
      if entry.origin == .withdrawal { continue }
      try accept(
        entry.key, entry.field, from: entry.from, start: starts[entry.field] ?? entry.from,
        to: entry.to, .typed, row: entry.n, place: place)
    }
  }

  /// Notes an edit that the program has accepted. Older ones of the same field are over, unless a
  /// decision took their place: then the decision must name them.
  func accept(
    _ key: RecordKey, _ field: String, from before: FieldValue, start: FieldValue,
    to value: FieldValue, _ origin: AcceptedEdit.Origin, row: Int64, place: Int
  ) throws {
    let now = try current(key)
    if origin != .decided {
      for index in accepted.indices where accepted[index].field == field {
        if try current(accepted[index].key) == now { accepted[index].isOver = true }
      }
    }
    accepted.append(
      AcceptedEdit(
        key: key, field: field, before: before, start: start, value: value, origin: origin,
        isTyped: origin == .typed, place: place,
        marks: AcceptedEdit.Marks(log: row, decision: knownDecision)))
    if origin == .typed { lastEdit = (key, field) }
  }

  /// Takes over what the program has logged by itself: what it carried out, what was decided and is
  /// still to be sent, and what it could not acknowledge because the machine died right after.
  ///
  /// - Parameters:
  ///   - origin: who brought about what is no decision.
  ///   - typed: the value that a person gave with an answer.
  ///   - end: rows from this one on are left for later.
  func adoptLogged(
    place: Int, as origin: AcceptedEdit.Origin = .carriedOut, typed: FieldValue? = nil,
    before end: Int64 = .max
  ) throws {
    struct Row {
      let n: Int64
      let key: RecordKey
      let field: String
      let from: FieldValue
      let to: FieldValue
      let isDecision: Bool
    }
    let rows = try look().prepare(
      """
      SELECT n, type, id, field, "from", "to", source FROM edit_log
      WHERE n > ? AND n < ? AND source <> 'withdrawal' ORDER BY n
      """)
    try rows.bind(1, knownLog)
    try rows.bind(2, end)
    var found: [Row] = []
    while try rows.step() {
      knownLog = rows.integer(0)
      guard let type = ResourceType(rawValue: rows.text(1)) else { continue }
      found.append(
        Row(
          n: knownLog, key: RecordKey(type, rows.text(2)), field: rows.text(3),
          from: try rows.optionalText(4).map { try FieldValue(json: $0) } ?? .null,
          to: try rows.optionalText(5).map { try FieldValue(json: $0) } ?? .null,
          isDecision: rows.text(6) == "decision"))
    }
    for row in found {
      let held = try localValue(row.key, row.field)
      // A decision for the shop's value leaves nothing to send.
      if row.isDecision, held != row.to { continue }
      let start = try self.start(of: row.field, row.key)
      let former = try edits(of: row.key).last { $0.field == row.field && !$0.isOver }?.start
      try accept(
        row.key, row.field, from: row.from, start: start, to: row.to,
        row.isDecision ? .decided : origin, row: row.n, place: place)
      if row.to == typed { accepted[accepted.count - 1].isTyped = true }
      // Who writes what the edit began from takes the edit back.
      if !row.field.isEmpty, held == nil, row.to == start || row.to == former {
        accepted[accepted.count - 1].isOver = true
      }
    }
    knownDecision = try look().integer("SELECT coalesce(max(n), 0) FROM decision") ?? 0
  }

  /// Notes that all that is logged so far is known.
  func knowLog() throws {
    knownLog = try look().integer("SELECT coalesce(max(n), 0) FROM edit_log") ?? 0
    knownDecision = try look().integer("SELECT coalesce(max(n), 0) FROM decision") ?? 0
  }

  /// The value that is to be sent of a field; nil where it is not edited.
  private func localValue(_ key: RecordKey, _ field: String) throws -> FieldValue? {
    let now = try current(key)
    let rows = try look().prepare("SELECT value FROM local WHERE type = ? AND id = ? AND field = ?")
    try rows.bind([now.type.rawValue, now.id, field])
    guard try rows.step() else { return nil }
    return try rows.optionalText(0).map { try FieldValue(json: $0) } ?? .null
  }

  /// Notes that edits were taken back.
  func takeBack(_ key: RecordKey) throws {
    let now = try current(key)
    for index in accepted.indices where try current(accepted[index].key) == now {
      accepted[index].isOver = true
    }
  }

  /// Edits of the record that a write is about, also where its new id has not become known here.
  func edits(of write: ServerModel.Write) throws -> [AcceptedEdit] {
    let known = try edits(of: write.key)
    guard let local = write.mutation?.record, write.operation == .create else { return known }
    return try known + (identities(of: write.key).contains(local.id) ? [] : edits(of: local))
  }

  /// Edits of a record, under whichever id, that were ever accepted.
  func edits(of key: RecordKey) throws -> [AcceptedEdit] {
    let ids = try identities(of: key)
    return accepted.filter { $0.key.type == key.type && ids.contains($0.key.id) }
  }
}
