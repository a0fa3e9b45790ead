import Bytes
import Contract
import LocalMirror
import Machine
import Merge
import SQL
import Sync
import Synchronization

extension World {
  /// Faults stop, everybody syncs until all is quiet; then all must agree.
  func settleDown() throws {
    for editor in editors {
      editor.line.arm(nil)
      editor.line.deliverLate()
      editor.line.meanwhile.withLock { $0 = nil }
      editor.line.whileSending = nil
      editor.extras.ownedByShop = []
      editor.restart()
    }
    for key in server.poisoned.sorted() { server.poison(key, false) }
    server.setCommitLag(seconds: 0)
    time.sleep(milliseconds: 900_000)
    try syncUntilQuiet()
    for (number, editor) in editors.enumerated() {
      for round in 0..<4 {
        let random = SeededRandom(seed: options.seed ^ UInt64(number * 16 + round))
        let words = try resolve(editor, random)
        trace.note("at rest: \(words)")
      }
    }
    try syncUntilQuiet()
    for editor in editors { try checkAtRest(editor) }
    checkMovements()
    checkReplay()
    for editor in editors {
      let dump = try MirrorDump(editor.look())
      trace.note(dump.lines.joined(separator: "\n"))
    }
  }

  /// I12: without faults the outbox empties in a bounded number of rounds.
  private func syncUntilQuiet() throws {
    for round in 0..<12 {
      let before = server.history.count
      var isQuiet = true
      for editor in editors {
        let words: String
        do {
          words = try push(editor)
        } catch {
          violate("I12", "editor \(editor.number) cannot push without faults: \(error)")
          return
        }
        trace.note("rest \(round): editor \(editor.number): \(words)")
        try checkWrites()
        try checkCursor(editor)
        try checkBases(editor)
        try checkEdits(editor)
        try checkDecisions(editor)
        checkOrder(editor)
        try editor.learn(place: server.history.count)
        if !violations.isEmpty { return }
        let plan = try plan(editor)
        if !plan.operations.isEmpty || !plan.unsettled.isEmpty { isQuiet = false }
      }
      time.sleep(milliseconds: 60_000)
      if isQuiet, server.history.count == before { break }
      if round == 11 {
        let words = try stuck()
        violate("I12", "it does not come to rest: \(words)")
      }
    }
    checked("I12")
    for editor in editors {
      if try report(ofPullBy: editor).kind == .full {
        violate("I12", "editor \(editor.number) reads everything again, and nothing has happened")
      }
    }
  }

  private func stuck() throws -> String {
    try editors.map { editor in
      let plan = try plan(editor)
      let names = plan.operations.map { "\($0.operation.rawValue) \($0.key)" }
      return "editor \(editor.number) \(names) \(plan.unsettled.map(\.key))"
    }.joined(separator: "; ")
  }

  // MARK: At rest

  /// I1: every mirror has what the server has, except what is asked about or waits.
  func checkAtRest(_ editor: EditorSite) throws {
    checked("I1")
    var wanted = server.contentHashes
    let rows = try editor.look().prepare(
      "SELECT type, id, server_hash, state FROM record WHERE server_hash <> ''")
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)) else { continue }
      let key = RecordKey(type, rows.text(1))
      if rows.text(3) == "deleted" {
        if wanted[key] != nil {
          violate("I1", of: key, by: editor, "\(key) counts as deleted and is on the server")
        }
        continue
      }
      let hash = wanted.removeValue(forKey: key)
      // What nobody can use, such as a price that ends before it begins, is here as the server has it,
      // with its bytes in quarantine.
      if hash != rows.text(2), try hash == nil || !editor.quarantines(key, hash: hash) {
        violate(
          "I1", of: key, by: editor,
          "editor \(editor.number): \(key) is not as the server has it "
            + "(\(hash == nil ? "it has none" : "other content"))")
      }
    }
    for key in wanted.keys.sorted() where try !editor.quarantines(key, hash: wanted[key]) {
      violate("I1", of: key, by: editor, "editor \(editor.number) lacks \(key)")
    }
    try checkLeftOver(editor)
    let report = try MirrorReader(path: editor.path, tenant: "demo", vfs: editor.disk.name).verify()
    checked("verify")
    if let finding = report.findings.first { violate("verify", "\(finding)") }
  }

  /// An edit that is left has a question, or waits for something that has one.
  private func checkLeftOver(_ editor: EditorSite) throws {
    let plan = try plan(editor)
    let asked = Set(try editor.mirror().ledger.openConflicts().map(\.key))
    let blocked = Set(plan.blocked.map(\.key))
    let rows = try editor.look().prepare(
      "SELECT DISTINCT type, id FROM local UNION SELECT type, id FROM local_record")
    while try rows.step() {
      guard let type = ResourceType(rawValue: rows.text(0)) else { continue }
      let key = RecordKey(type, rows.text(1))
      if !asked.contains(key), !blocked.contains(key) {
        violate(
          "I1", of: key, by: editor,
          "editor \(editor.number): \(key) is edited, not asked about and not sent")
      }
    }
  }

  /// I5: the movements of stock that arrived are the movements that were made. Where the network
  /// doubles a request and the platform has neither key nor guard, no client can help it.
  func checkMovements() {
    guard server.profile.hasDelta else { return }
    for editor in editors {
      let stocks = Set(editor.accepted.filter { $0.key.type == .inventoryLevel }.map(\.key))
      for key in stocks.sorted() {
        guard let made = try? editor.madeMovements(of: key) else { continue }
        checked("I5")
        let applied = server.history(of: key).reduce(Int64(0)) { sum, write in
          guard write.actor == .editor(editor.number) else { return sum }
          return sum + (write.mutation?.adjustments["available"] ?? 0)
        }
        if applied != made + editor.line.doubledMovement(of: key) {
          violate(
            "I5", of: key, by: editor,
            "editor \(editor.number): \(key) was moved by \(made), the server by \(applied)")
        }
      }
    }
  }

  /// I6: sending again what was sent changes nothing, as long as the server can know it: by its key,
  /// by the version that it was made for, or by the reference of a record that is still there. A
  /// comparison of old values alone cannot know it once somebody has put the old value back.
  func checkReplay() {
    let before = server.contentHashes
    let now = time.now
    for editor in editors {
      var first: [String: Int64] = [:]
      for arrival in editor.line.arrivals {
        let mutation = arrival.request.mutation
        let start = first[mutation.id] ?? arrival.at
        first[mutation.id] = start
        guard isKnown(mutation, since: Instant(microseconds: start), now) else { continue }
        checked("I6")
        _ = server.execute(arrival.request, by: editor.line.actor)
        if server.contentHashes != before {
          return violate(
            "I6", of: mutation.record, by: editor,
            "\(mutation.operation) \(mutation.record) was sent again and did something")
        }
      }
    }
  }

  private func isKnown(_ mutation: Mutation, since start: Instant, _ now: Instant) -> Bool {
    // A restored server knows neither the keys nor the versions of before.
    guard start >= server.keysSince else { return false }
    if let retention = server.profile.keyRetention,
      now < start.adding(seconds: Int64(retention))
    {
      return true
    }
    switch mutation.operation {
    case .update, .delete: return server.profile.guard == .version
    case .create:
      return mutation.externalReference.map { server.hasReference($0) } ?? false
    case .adjust: return false
    }
  }

  /// Which rows of the taxonomy came up.
  func countRows() throws {
    for editor in editors {
      figures.questions += Int(try editor.look().integer("SELECT count(*) FROM conflict") ?? 0)
      for table in ["SELECT kind FROM conflict", "SELECT rule FROM decision"] {
        let rows = try editor.look().prepare(table)
        while try rows.step() {
          let word = rows.text(0)
          let kind = ConflictKind(rawValue: word) ?? MergeRule(rawValue: word)?.kind
          if let kind { figures.rows[kind, default: 0] += 1 }
        }
      }
    }
  }
}

extension EditorSite {
  /// Whether the form of a record with this hash lies in quarantine.
  fileprivate func quarantines(_ key: RecordKey, hash: String?) throws -> Bool {
    try look().integer(
      "SELECT EXISTS(SELECT 1 FROM quarantine WHERE type = ? AND id = ? AND server_hash = ?)",
      key.type.rawValue, key.id, hash) == 1
  }

  /// The sum of the movements of stock that were made and not taken back; nil where something else
  /// than movements came in: a count, a decision, a withdrawal.
  func madeMovements(of key: RecordKey) throws -> Int64? {
    let others = try look().integer(
      """
      SELECT (SELECT count(*) FROM decision WHERE type = ?1 AND id = ?2 AND by <> 'rule')
        + (SELECT count(*) FROM conflict WHERE type = ?1 AND record_id = ?2)
        + (SELECT count(*) FROM edit_log WHERE type = ?1 AND id = ?2
            AND source IN ('withdrawal', 'decision'))
        + (SELECT count(*) FROM local WHERE type = ?1 AND id = ?2)
        + (SELECT count(*) FROM outbox WHERE type = ?1 AND id = ?2 AND op <> 'adjust')
      """, key.type.rawValue, key.id)
    guard others == 0, !counted.contains(key), !extras.uncountable.contains(key) else { return nil }
    return accepted.filter { $0.key == key && $0.field == "available" }.reduce(0) {
      $0 + ($1.value.integer ?? 0) - ($1.before.integer ?? 0)
    }
  }
}
