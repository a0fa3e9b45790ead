public import Contract
import LocalMirror
import Machine
import Merge
import SQL
import Sync

extension World {
  /// Checks all that must hold after a step.
  func check(after step: Step) throws {
    try checkWrites()
    checkDoubles()
    switch step.action {
    case .staffEdit, .staffCreate, .staffDelete, .erpPrice, .erpStock, .poison, .expireCursors,
      .newEpoch, .commitLag, .wait, .clockJump, .withdrawRecord, .shareAgain, .addField,
      .backUpServer, .restoreServer, .trimLog:
      break
    default:
      let editor = editors[step.editor]
      try checkCursor(editor)
      try checkBases(editor)
      try checkEdits(editor)
      try checkDecisions(editor)
      try checkAttempts(editor)
      try checkLedger(editor)
      checkOrder(editor)
      try editor.learn(place: server.history.count)
    }
  }

  // MARK: What the server committed

  /// I3, I8, I10, I13 and I16 on each new write of an editor.
  func checkWrites() throws {
    let history = server.history
    for write in history[checkedWrites...] {
      guard case .editor(let number) = write.actor, let mutation = write.mutation else { continue }
      checkForeign(write, mutation)
      try checkMinimal(write, mutation, editors[number])
      try checkResult(write, mutation, editors[number])
      try checkMoney(write, mutation, editors[number])
      try checkResurrection(write, mutation, editors[number], history)
    }
    checkedWrites = history.count
  }

  /// I3: the value before each write of ours is the one that was seen.
  private func checkForeign(_ write: ServerModel.Write, _ mutation: Mutation) {
    guard write.key.id == mutation.record.id, mutation.operation == .update else { return }
    checked("I3")
    for (field, before) in write.before {
      guard let seen = mutation.seen[field] else {
        violate("I3", "\(write.key) \(field) was written without having been seen")
        continue
      }
      guard seen != before else { continue }
      // Without a guard there is a window, in which the simulation lets somebody write.
      if server.profile.guard == .none, isWindow(write) { continue }
      violate(
        "I3", of: write.key,
        "\(write.key) \(field): \(before.json) was overwritten, \(seen.json) was seen")
    }
  }

  /// Whether the write before in the history came from the window of this one.
  private func isWindow(_ write: ServerModel.Write) -> Bool {
    let history = server.history
    guard write.place >= 2 else { return false }
    let before = history[write.place - 2]
    return before.key == write.key && before.actor == .staff && before.at == write.at
  }

  /// I8: only fields are sent that the editor edited.
  private func checkMinimal(
    _ write: ServerModel.Write, _ mutation: Mutation, _ editor: EditorSite
  ) throws {
    checked("I8")
    let edited = Set(try editor.edits(of: mutation.record).map(\.field))
    let sent = Set(mutation.fields.keys).union(mutation.adjustments.keys)
    let foreign = sent.subtracting(edited)
    if !foreign.isEmpty {
      violate(
        "I8", of: write.key, by: editor,
        "\(mutation.record): \(foreign.sorted()) were sent and never edited")
    }
  }

  /// I16: an amount is only ever one that somebody typed for this price, to the unit. What an undo or
  /// an answer carries out may bring back an amount that was typed or stood in the shop before.
  private func checkMoney(
    _ write: ServerModel.Write, _ mutation: Mutation, _ editor: EditorSite
  ) throws {
    guard write.operation != .delete else { return }
    for (field, value) in write.after where field == "amount" || field == "compare_at" {
      checked("I16")
      let edits = try editor.edits(of: write).filter { $0.field == field && $0.value == value }
      if edits.contains(where: \.isTyped) { continue }
      // A record that was made without the field had none, which is what goes back as a null.
      let hadNone = server.history(of: write.key).contains {
        $0.place < write.place && $0.operation == .create && $0.after[field] == nil
      }
      let wasThere =
        server.history[..<(write.place - 1)].contains { $0.after[field] == value }
        || (value.isNull && hadNone)
        || editor.accepted.contains {
          $0.field == field && $0.value == value && $0.isTyped
        }
      if edits.isEmpty || !wasThere {
        violate(
          "I16", of: write.key, by: editor,
          "\(write.key) \(field) became \(value.json), which nobody typed")
      }
    }
  }

  /// I13: what was deleted does not come back without a new edit.
  private func checkResurrection(
    _ write: ServerModel.Write, _ mutation: Mutation, _ editor: EditorSite,
    _ history: [ServerModel.Write]
  ) throws {
    guard write.operation == .create else { return }
    checked("I13")
    let deletion = history[..<(write.place - 1)].last {
      $0.operation == .delete && ($0.key == write.key || $0.mutation?.record == mutation.record)
    }
    // What a restored backup does not have was deleted by nobody.
    guard let deletion, deletion.actor != .backup else { return }
    let isMeant = editor.accepted.contains {
      ($0.key == mutation.record || (try? editor.current($0.key)) == write.key)
        && $0.place >= deletion.place
    }
    let isDecided = editor.decidedToRecreate(mutation.record)
    if !isMeant, !isDecided, try !isUntold(of: deletion, write, editor) {
      violate("I13", of: write.key, by: editor, "\(write.key) came back from deletion by itself")
    }
  }

  /// Whether nothing has told a folder that what waits there to be made was made from a copy of it and
  /// deleted since: it never held the record, and has no tombstone of the name that the record has here.
  /// That is so where a platform shows no deletions, or gives names of its own. The record is then made
  /// because the person of this folder has made it, which is their edit and no resurrection.
  private func isUntold(
    of deletion: ServerModel.Write, _ write: ServerModel.Write, _ editor: EditorSite
  ) throws -> Bool {
    guard let name = write.mutation?.record,
      editor.extras.held[deletion.key].map({ $0 >= write.place }) ?? true
    else { return false }
    let buried = try editor.look().integer(
      "SELECT EXISTS(SELECT 1 FROM tombstone WHERE type = ? AND id = ?)", name.type.rawValue,
      name.id)
    return buried == 0
  }

  /// I4 and I6: nothing is made or executed twice.
  func checkDoubles() {
    checked("I4")
    for reference in server.sharedReferences {
      violate("I4", "two records bear the reference \(reference)")
    }
    let byNetwork = doubledByNetwork
    for double in server.doubles where !byNetwork.contains(double) {
      violate("I6", "the mutation \(double) was executed twice")
    }
  }

  /// Mutations that the network itself has doubled where nothing guards a write and there are no keys:
  /// no client can prevent that.
  var doubledByNetwork: Set<String> {
    let isOpen = server.profile.keyRetention == nil && server.profile.guard == .none
    return isOpen ? Set(editors.flatMap(\.line.doubled)) : []
  }

  /// I11: no request names a record that the server does not have yet, or by its id here.
  func checkOrder(_ editor: EditorSite) {
    let made = Set(editor.accepted.filter { $0.value == .text("create") }.map(\.key.id))
    let arrivals = editor.line.arrivals
    for arrival in arrivals[min(editor.checkedArrivals, arrivals.count)...] {
      checked("I11")
      guard case .refused(let refusal) = arrival.outcome else { continue }
      if refusal.code == "idempotency-mismatch" {
        violate("I6", "one key was used for two requests: \(arrival.request.mutation.record)")
      }
      guard refusal.code == "dangling-reference" else { continue }
      for (field, value) in arrival.request.mutation.fields where field.hasPrefix("links.") {
        guard let id = value.text ?? value["id"]?.text, made.contains(id) else { continue }
        // It was made, and is no longer shared, or deleted again.
        let wasMade = server.history.contains {
          $0.key.id == id && $0.operation == .create && $0.place <= arrival.place
        }
        if wasMade { continue }
        violate("I11", "\(arrival.request.mutation.record) was sent before \(id)")
      }
    }
    editor.checkedArrivals = arrivals.count
  }

  // MARK: What a mirror holds

  /// I9: the cursor lies before nothing that is not here.
  func checkCursor(_ editor: EditorSite) throws {
    checked("I9")
    for fault in try CursorCheck.faults(of: editor.look(), against: server) {
      violate("I9", "editor \(editor.number): \(fault)")
    }
  }

  /// I7: every base is a value that the server had, at the version that is named.
  func checkBases(_ editor: EditorSite) throws {
    let rows = try editor.look().prepare(
      """
      SELECT b.type, b.id, b.field, b.value, b.version FROM base b
      JOIN record r ON r.type = b.type AND r.id = b.id WHERE r.server_hash <> ''
      """)
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)) else { continue }
      let key = RecordKey(type, rows.text(1))
      let field = rows.text(2)
      guard RecordFields.exists(field, in: type), field != "external_ref" else { continue }
      let value = try rows.optionalText(3).map { try FieldValue(json: $0) } ?? .null
      checked("I7")
      var had = server.values(of: field, key, atVersion: rows.integer(4))
      if rows.integer(4) == 0, try isTold(value, of: field, key, editor) {
        // The log told it, and nothing the version that had it.
        had += server.history(of: key).compactMap { $0.after[field] }
      }
      if !had.contains(value) {
        violate(
          "I7", of: key, by: editor,
          "editor \(editor.number): \(key) \(field) starts from \(value.json) at version "
            + "\(rows.integer(4)), where the server had \(had.map(\.json))")
      }
    }
  }

  /// Whether a comparison of everything found out that an edit began from a value.
  private func isTold(
    _ value: FieldValue, of field: String, _ key: RecordKey, _ editor: EditorSite
  ) throws -> Bool {
    try editor.look().integer(
      """
      SELECT EXISTS(SELECT 1 FROM decision WHERE rule = 'compared' AND type = ?1 AND id = ?2
        AND field = ?3 AND base IS ?4)
      """, key.type.rawValue, key.id, field, value.json) == 1
  }

  /// I12, its limit: nothing is tried for ever.
  func checkAttempts(_ editor: EditorSite) throws {
    checked("I12")
    if let most = try editor.look().integer("SELECT max(attempts) FROM outbox"), most > 9 {
      violate("I12", "editor \(editor.number) sent something \(most) times")
    }
  }

  /// I18: what a push sends is what its plan showed.
  func checkShown(_ plan: Plan, _ editor: EditorSite, since known: Set<String>) throws {
    let shown = plan.operations.map(EditorSite.Shown.init)
    for arrival in editor.line.arrivals where !known.contains(arrival.request.mutation.id) {
      let sent = arrival.request.mutation
      checked("I18")
      let isShown = try shown.contains { one in
        guard one.operation == sent.operation, one.adjustments == sent.adjustments,
          try editor.current(one.key) == editor.current(sent.record) || one.key == sent.record
        else { return false }
        return try sent.fields.allSatisfy { field, value in
          guard let planned = one.fields[field] else { return false }
          return try planned == value || editor.resolved(planned) == value
        }
      }
      if !isShown {
        violate(
          "I18", of: sent.record, by: editor,
          "\(sent.operation) \(sent.record) was sent and not shown")
      }
    }
  }
}

extension EditorSite {
  /// Whether the editor chose to make a deleted record anew.
  func decidedToRecreate(_ key: RecordKey) -> Bool {
    let count = try? look().integer(
      """
      SELECT count(*) FROM edit_log WHERE type = ? AND id = ? AND field = '' AND "to" = '"create"'
        AND source = 'decision'
      """, key.type.rawValue, key.id)
    return (count ?? 0) > 0
  }

  /// A value with ids of records made here replaced by those that the server gave.
  func resolved(_ value: FieldValue) throws -> FieldValue {
    switch value {
    case .text(let text):
      return .text(try remoteID(text) ?? text)
    case .list(let values): return .list(try values.map(resolved))
    case .object(let members):
      return .object(try members.map { .init($0.name, try resolved($0.value)) })
    default: return value
    }
  }
}

extension ServerModel {
  /// The values that a field had at a version: one, or one in each life of a record that was made anew
  /// after the log had begun anew, when versions start over. Where there are no versions, the values
  /// that it ever had.
  public func values(of field: String, _ key: RecordKey, atVersion version: Int64) -> [FieldValue] {
    let writes = history(of: key)
    guard profile.hasVersions else { return [.null] + writes.compactMap { $0.after[field] } }
    if version == 0 {
      // What waits in quarantine when the log begins anew has no version that still says anything.
      return [.null] + (epoch == "e1" ? [] : writes.compactMap { $0.after[field] })
    }
    var (found, value): ([FieldValue], FieldValue) = ([], .null)
    for write in writes {
      if let after = write.after[field] { value = after }
      if write.version == version { found.append(value) }
    }
    return found
  }
}
