import Bytes
import Contract
import LocalMirror
import Machine
import Merge
import SQL

/// What an editor's mirror says about edits, read once a check.
private struct Evidence {
  struct Place: Hashable {
    let key: RecordKey
    let field: String
  }

  var local: [Place: FieldValue] = [:]
  var operations: [RecordKey: String] = [:]
  /// Values that decisions name, by place; and records about which something was decided as a whole.
  var decided: [Place: Set<FieldValue>] = [:]
  var whole: Set<RecordKey> = []

  init(_ database: Database) throws {
    func value(_ json: String?) throws -> FieldValue {
      try json.map { try FieldValue(json: $0) } ?? .null
    }
    let values = try database.prepare("SELECT type, id, field, value FROM local")
    while try values.step() {
      guard let key = Self.key(values) else { continue }
      local[Place(key: key, field: values.text(2))] = try value(values.optionalText(3))
    }
    let operations = try database.prepare("SELECT type, id, op FROM local_record")
    while try operations.step() {
      if let key = Self.key(operations) { self.operations[key] = operations.text(2) }
    }
    let decisions = try database.prepare("SELECT type, id, field, ours, result FROM decision")
    while try decisions.step() {
      guard let key = Self.key(decisions) else { continue }
      guard let field = decisions.optionalText(2) else {
        whole.insert(key)
        continue
      }
      let place = Place(key: key, field: field)
      decided[place, default: []].insert(try value(decisions.optionalText(3)))
      decided[place, default: []].insert(try value(decisions.optionalText(4)))
    }
    // What a person decided stands in the log with the value that it replaced.
    let log = try database.prepare(
      """
      SELECT type, id, field, "from" FROM edit_log WHERE source IN ('decision', 'withdrawal')
      """)
    while try log.step() {
      guard let key = Self.key(log) else { continue }
      if log.text(2).isEmpty { whole.insert(key) }
      decided[Place(key: key, field: log.text(2)), default: []].insert(
        try value(log.optionalText(3)))
    }
  }

  private static func key(_ row: borrowing Statement) -> RecordKey? {
    ResourceType(rawValue: row.text(0)).map { RecordKey($0, row.text(1)) }
  }
}

extension World {
  /// I2: every accepted edit is on the server, decided about, waiting here, or taken back.
  func checkEdits(_ editor: EditorSite) throws {
    let evidence = try Evidence(editor.look())
    for edit in editor.accepted where !edit.isOver {
      checked("I2")
      if try !isAccountedFor(edit, editor, evidence) {
        violate(
          "I2", of: edit.key, by: editor,
          "editor \(editor.number): \(edit.key) \(edit.field)=\(edit.value.json) is lost")
      }
    }
  }

  private func isAccountedFor(
    _ edit: AcceptedEdit, _ editor: EditorSite, _ evidence: Evidence
  ) throws -> Bool {
    let keys = [edit.key, try editor.current(edit.key)]
    for key in keys {
      if edit.field.isEmpty {
        if evidence.operations[key] == edit.value.text || evidence.whole.contains(key) {
          return true
        }
      } else {
        let place = Evidence.Place(key: key, field: edit.field)
        if let local = evidence.local[place] {
          if try local == edit.value || local == editor.resolved(edit.value) { return true }
        }
        if evidence.decided[place]?.contains(edit.value) ?? false { return true }
        // The editor deleted the record afterwards, or it was decided about as a whole.
        if evidence.operations[key] == "delete" || evidence.whole.contains(key) { return true }
      }
    }
    return try isOnServer(edit, keys, editor)
  }

  /// Checked against the server's own history, not the client's word.
  private func isOnServer(
    _ edit: AcceptedEdit, _ keys: [RecordKey], _ editor: EditorSite
  ) throws -> Bool {
    let resolved = try editor.resolved(edit.value)
    for key in Set(keys) {
      let writes = server.history(of: key).filter { $0.place > edit.place }
      // The same value from somebody else is there all the same.
      if writes.contains(where: { $0.after[edit.field] == resolved }) { return true }
      for write in writes where editor.isKin(write.actor) {
        switch edit.value.text {
        case "create" where edit.field.isEmpty: if write.operation == .create { return true }
        case "delete" where edit.field.isEmpty: if write.operation == .delete { return true }
        default: break
        }
        if let after = write.after[edit.field], after == edit.value || after == resolved {
          return true
        }
        // A movement of stock is on the server as a movement.
        if write.operation == .adjust, write.mutation?.adjustments[edit.field] != nil {
          return true
        }
        // The record was deleted by the same editor after the edit.
        if write.operation == .delete { return true }
      }
      // Deleted as a part of what the editor deleted, or twice by two: it is gone as wished.
      if edit.field.isEmpty, edit.value == .text("delete"), server.wasDeleted(key) { return true }
    }
    return false
  }

  /// I10: no rule lets one side win without a word.
  func checkDecisions(_ editor: EditorSite) throws {
    let rows = try editor.look().prepare(
      """
      SELECT type, id, field, rule, outcome, base, ours, theirs, result FROM decision
      WHERE by = 'rule' AND n > ? ORDER BY n
      """)
    try rows.bind(1, editor.checkedDecision)
    while try rows.step() {
      checked("I10")
      func value(_ column: Int) throws -> FieldValue {
        try rows.optionalText(column).map { try FieldValue(json: $0) } ?? .null
      }
      let place = "\(rows.text(0)) \(rows.text(1)) \(rows.optionalText(2) ?? "")"
      let ours = try value(6)
      if rows.text(4) == "shop" {
        let theirs = try value(7)
        if try !Likeness.holds(theirs, all: ours, from: value(5)) {
          violate(
            "I10", "\(place): the rule \(rows.text(3)) took \(theirs.json) over \(ours.json)")
        }
      } else if rows.text(4) == "merge" {
        let lost = Likeness.lost(from: ours, base: try value(5), in: try value(8))
        if let lost { violate("I10", "\(place): the rule \(rows.text(3)) lost \"\(lost)\"") }
      }
    }
    editor.checkedDecision =
      try editor.look().integer("SELECT coalesce(max(n), 0) FROM decision") ?? 0
  }
}

/// Whether one value says what another says, as far as a rule may take them for the same.
enum Likeness {
  /// Equal, or texts that differ in their Unicode form only, or lists in their order only.
  static func isSame(_ one: FieldValue, _ other: FieldValue) -> Bool {
    if one == other { return true }
    // Texts are compared by canonical equivalence.
    if let one = one.text, let other = other.text { return one == other }
    if let one = one.list, let other = other.list { return Set(one) == Set(other) }
    if let one = one["markdown"]?.text, let other = other["markdown"]?.text {
      return words(one) == words(other)
    }
    return false
  }

  /// Whether nothing of ours is lost where the shop's value stands: it is the same, or ours changed
  /// nothing, or all that ours added to a text or set is in it.
  static func holds(_ theirs: FieldValue, all ours: FieldValue, from base: FieldValue) -> Bool {
    if isSame(ours, theirs) || ours == base { return true }
    let isMergeable = theirs.list != nil || theirs["markdown"] != nil
    return isMergeable && lost(from: ours, base: base, in: theirs) == nil
  }

  /// A word or element that ours added to the base and the result lacks.
  static func lost(from ours: FieldValue, base: FieldValue, in result: FieldValue) -> String? {
    func parts(_ value: FieldValue) -> Set<String>? {
      if let list = value.list { return Set(list.map(\.json)) }
      if let text = value["markdown"]?.text { return Set(words(text)) }
      return value.isNull ? [] : nil
    }
    guard let mine = parts(ours), let before = parts(base), let after = parts(result) else {
      return nil
    }
    return mine.subtracting(before).subtracting(after).min()
  }

  static func words(_ text: String) -> [String] {
    text.split { $0 == " " || $0 == "\n" }.map(String.init)
  }
}
