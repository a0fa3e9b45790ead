import Bytes
import Contract
import LocalMirror
import Machine
import Merge
import SQL
import Sync

extension World {
  // MARK: Requests

  /// Scenes in which the way to the server matters.
  func speak(_ scene: Scene, _ editor: EditorSite, _ random: SeededRandom) throws -> String {
    switch scene {
    case .uncertain:
      let key = try free(.inventoryLevel, editor, random) { ($0["available"]?.integer ?? 0) > 2 }
      guard let key, let there = server.fields(of: key)?["available"]?.integer else {
        return "no stock"
      }
      let words = try set(editor, key, "available", .integer(there + 2))
      let isKept = server.profile.keyRetention != nil
      return "\(words); \(try pushing(editor, isKept ? .delayPastRetention : .errorAfterCommit))"
    case .refused:
      guard let key = try free(.product, editor, random) else { return "no product" }
      let words = try set(editor, key, "vendor", .text("Mine \(random.below(1000))"))
      return "\(words); \(try pushing(editor, .unprocessable))"
    case .restoredServer:
      if let backup = extras.backup, random.below(2) == 0 {
        server.restoreBackup(backup)
      } else {
        server.beginEpoch()
      }
      return try push(editor)
    default: return try planLater(editor, random)
    }
  }

  private func pushing(_ editor: EditorSite, _ fault: CallFault) throws -> String {
    editor.line.arm(fault)
    defer { editor.line.arm(nil) }
    do {
      return try push(editor)
    } catch let error as PushError {
      return "push \(error.code)"
    } catch let error as PullError {
      return "pull \(error.code)"
    }
  }

  /// A plan is kept and sent some time later: what is not as it was shown is not sent (I18).
  private func planLater(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    _ = try self.edit(editor, random)
    let shown = try plan(editor)
    for _ in 0..<random.below(3) {
      if let key = server.keys.filter({ $0.type == .product }).first(where: { _ in
        random.below(2) == 0
      }) {
        server.put(key, ["vendor": .text("Shop \(random.below(1000))")])
      }
    }
    if random.below(3) == 0 { _ = try self.edit(editor, random) }
    _ = try pull(editor)
    let push = try push(of: editor)
    _ = try push.settleUnsettled()
    let now = try plan(editor)
    let difference = PlanDifference(shown: shown, now: now)
    checked("I18")
    guard difference.isEmpty else { return "not sent: \(difference.entries.count) differ" }
    let known = Set(editor.line.arrivals.map(\.request.mutation.id))
    _ = try push.run(now)
    try checkShown(shown, editor, since: known)
    return "\(now.operations.count) sent"
  }

  // MARK: Strange records

  /// Scenes about fields and records that are not what they were.
  func strange(_ scene: Scene, _ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let number = random.below(1000)
    switch scene {
    case .forgotten: return try forget(editor, number)
    case .staleTranslation:
      guard let key = try free(.translation, editor, random),
        let id = server.fields(of: key)?["links.resource"]?["id"]?.text
      else { return "no translation" }
      let words = try set(editor, key, "value", .text("Chose \(number)"))
      server.put(RecordKey(.product, id), ["title": .text("Shop \(number)")])
      _ = try pull(editor)
      _ = try plan(editor)
      return words
    default: break
    }
    guard let key = try free(.product, editor, random) else { return "no product" }
    switch scene {
    case .ownedByShop:
      if editor.extras.ownedByShop.isEmpty {
        let words = try set(editor, key, "vendor", .text("Mine \(number)"))
        editor.extras.ownedByShop = ["product.vendor"]
        return "\(words), owned by the shop; \(try pull(editor))"
      }
      editor.extras.ownedByShop = []
      return "shared again; \(try pull(editor))"
    case .oldField: return try leaveOldField(editor, key, number)
    case .newField:
      let words = try set(editor, key, "title", .text("Mine \(number)"))
      server.addNovelty(key, .integer(Int64(number)))
      let pulled = try pull(editor)
      if try isNovel(editor, key, number) { note(.fieldAdded, "\(editor.number) \(key) \(number)") }
      return "\(words); \(pulled)"
    default:
      let words = try set(editor, key, "title", .text("Mine \(number)"))
      // A damaged mirror: what the edit began from is gone.
      try editor.look().run(
        "DELETE FROM base WHERE type = ? AND id = ? AND field = 'title'", key.type.rawValue, key.id)
      return "\(words), base lost; \(try pull(editor))"
    }
  }

  /// An edit of a field that an older program knew and this one does not.
  private func leaveOldField(
    _ editor: EditorSite, _ key: RecordKey, _ number: Int
  ) throws -> String {
    let value = FieldValue.text("Old \(number)")
    let now = editor.clock.now.rfc3339
    let database = try editor.look()
    try database.transaction {
      try database.run(
        "INSERT INTO base(type, id, field, value, version) VALUES(?, ?, 'lining', NULL, 1)",
        key.type.rawValue, key.id)
      try database.run(
        """
        INSERT INTO local(type, id, field, value, source, at, mode)
        VALUES(?, ?, 'lining', ?, 'cli', ?, 'set')
        """, key.type.rawValue, key.id, value.json, now)
      try database.run(
        """
        INSERT INTO edit_log(type, id, field, "from", "to", source, at)
        VALUES(?, ?, 'lining', NULL, ?, 'cli', ?)
        """, key.type.rawValue, key.id, value.json, now)
      // The older program has laid its edits over the record, as this one does when it opens the mirror.
      try database.execute("UPDATE sync_meta SET edits_waiting = 1")
    }
    editor.close()
    try editor.adoptLogged(place: server.history.count, as: .typed)
    return "\(key) lining; \(try pull(editor))"
  }

  /// Row 27: the new field is here, and the edit still is.
  private func isNovel(_ editor: EditorSite, _ key: RecordKey, _ number: Int) throws -> Bool {
    let json = try editor.look().text(
      "SELECT server_json FROM record WHERE type = ? AND id = ?", key.type.rawValue, key.id)
    let isHere = json?.contains("\"\(ServerModel.novelField)\":\(number)") ?? false
    return try isHere && editor.isEdited(key, "title")
  }

  /// A person asks the shop to be forgotten: what was edited of them goes with them.
  private func forget(_ editor: EditorSite, _ number: Int) throws -> String {
    guard let customer = server.keys.filter({ $0.type == .customer }).first else { return "nobody" }
    let member = server.keys.first {
      $0.type == .membership && server.fields(of: $0)?["links.customer"]?.text == customer.id
    }
    if let member, try editor.visible([.membership]).contains(member) {
      try set(editor, member, "tier_from", .text("2026-0\(1 + number % 9)-02T00:00:00Z"))
    }
    server.remove(customer)
    extras.made += 1
    Shop.addMember(extras.made, to: server)
    for one in editors {
      for index in one.accepted.indices
      where one.accepted[index].key.type.isPersonal && server.wasDeleted(one.accepted[index].key) {
        one.accepted[index].isOver = true
      }
    }
    let pulled = try pull(editor)
    if server.profile.hasTombstones, let member { try checkForgotten(editor, member) }
    return "\(customer); \(pulled)"
  }

  /// Nothing of a person who was deleted is left in a mirror.
  private func checkForgotten(_ editor: EditorSite, _ key: RecordKey) throws {
    checked("forgotten")
    let left = try editor.look().integer(
      """
      SELECT (SELECT count(*) FROM local WHERE type = ?1 AND id = ?2)
        + (SELECT count(*) FROM base WHERE type = ?1 AND id = ?2)
        + (SELECT count(*) FROM record WHERE type = ?1 AND id = ?2)
        + (SELECT count(*) FROM edit_log WHERE type = ?1 AND id = ?2
            AND "to" IS NOT NULL AND "to" NOT LIKE '%purged%')
      """, key.type.rawValue, key.id)
    if left != 0 {
      violate("forgotten", "editor \(editor.number): \(left ?? 0) traces of \(key) are left")
    }
  }

  // MARK: Files

  /// Scenes in a folder of files.
  func inFiles(_ scene: Scene, _ editor: EditorSite, _ random: SeededRandom) throws -> String {
    guard let key = try free(.product, editor, random) else { return "no product" }
    let desk = editor.extras.desk
    let number = random.below(1000)
    let mine = FieldValue.text("File \(number)")
    if scene == .writtenFile { return try writtenFile(editor, key, mine) }
    guard let path = try writeFile(editor, key), !desk.copies.contains(path) else {
      return "not written"
    }
    var words: String
    switch scene {
    case .fileAndEditor:
      words = try type([("title", mine)], into: path, editor, random)
      words += "; " + (try set(editor, key, "title", .text("Editor \(number)")))
    case .fileAndShop:
      words = try type([("title", mine), ("description", nil)], into: path, editor, random)
      server.put(key, ["title": .text("Shop \(number)")])
      _ = try pull(editor)
    case .fileInUse:
      words = try type([("title", mine)], into: path, editor, random)
      if let typed = desk.typed[path] {
        desk.save(path, typed.clean.text + "\n<<<<<<< mine\n=======\n>>>>>>> shop\n")
      }
      server.put(key, ["vendor": .text("Shop \(number)")])
      _ = try pull(editor)
      let report = try takeInFiles(editor)
      words += ", spoilt: \(report.incoming)"
      if let typed = desk.typed[path] { desk.save(path, typed.clean.text) }
    default:
      words = try copyFile(editor, path, as: "copy-of-\(number).md")
    }
    try takeInFiles(editor)
    return words
  }

  /// A file that a person wrote without the program: nobody knows what it began from.
  private func writtenFile(
    _ editor: EditorSite, _ key: RecordKey, _ title: FieldValue
  ) throws -> String {
    let desk = editor.extras.desk
    guard let handle = try editor.fields(of: key)["handle"]?.text else { return "no name" }
    let path = "\(EditorFolder.folder)/\(handle).md"
    let isKnown = try !editor.mirror().fileLedger.files(of: key).isEmpty
    guard !isKnown, desk.bytes(path) == nil else { return "is written" }
    desk.save(path, "---\nid: \(key.id)\ntitle: \(title.json)\n---\n")
    if var typed = try typed(path, editor) {
      typed.before = [:]
      typed.changes = ["title": title]
      desk.typed[path] = typed
    }
    try takeInFiles(editor)
    return "\(path) by hand; \(try pull(editor))"
  }
}
