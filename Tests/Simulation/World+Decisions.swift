import Contract
import LocalMirror
import Merge
import SQL

extension World {
  /// I10: no rule lets one side win without a word. What rules have noted since the last check must
  /// have a rule's name and lose nothing of ours.
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
      let key = ResourceType(rawValue: rows.text(0)).map { RecordKey($0, rows.text(1)) }
      let (rule, ours) = (rows.text(3), try value(6))
      if !Self.rules.contains(rule) { violate("I10", "\(place): there is no rule \"\(rule)\"") }
      if rows.text(4) == "shop" {
        let theirs = try value(7)
        // Of a set only the elements count: another order of them is no change.
        let policy = key.map { FieldPolicy.of(type: $0.type, field: rows.text(2)) }
        let isUnchanged = try policy == .set && Likeness.isSame(ours, value(5))
        // A plain text that is merged by words may be theirs, and have all that ours did in it.
        let isHeld = try policy == .text && Likeness.holdsWords(theirs, all: ours, from: value(5))
        if try !isUnchanged && !isHeld && !Likeness.holds(theirs, all: ours, from: value(5)) {
          violate(
            "I10", of: key, by: editor,
            "\(place): the rule \(rule) took \(theirs.json) over \(ours.json)")
        }
      } else if rows.text(4) == "merge" {
        let lost = Likeness.lost(from: ours, base: try value(5), in: try value(8))
        if let lost {
          violate("I10", of: key, by: editor, "\(place): the rule \(rule) lost \"\(lost)\"")
        }
      }
    }
    editor.checkedDecision =
      try editor.look().integer("SELECT coalesce(max(n), 0) FROM decision") ?? 0
  }

  /// The names that a rule's decision can bear: those of the merge, and those of a push.
  private static let rules = Set(MergeRule.allCases.map(\.rawValue)).union([
    "compared", "edited-while-sending", "file-and-editor", "found-there", "no-change",
  ])

  /// I10 on what the server committed: each value is what the editor has typed, or a decision says
  /// what came of it.
  func checkResult(_ write: ServerModel.Write, _ mutation: Mutation, _ editor: EditorSite) throws {
    guard write.mutation?.record == mutation.record, write.operation != .delete else { return }
    let edits = try editor.edits(of: write)
    let keys = try editor.identities(of: write.key).map { RecordKey(write.key.type, $0) }
    var evidence: Evidence?
    func isDecided(
      _ field: String, _ holds: (Evidence, Evidence.Place) throws -> Bool
    ) throws -> Bool {
      let known = try evidence ?? Evidence(editor.look())
      evidence = known
      return try keys.contains { try holds(known, Evidence.Place(key: $0, field: field)) }
    }
    for (field, sent) in mutation.fields.sorted(by: { $0.key < $1.key }) {
      checked("I10")
      let isTyped = try edits.contains {
        try $0.field == field && ($0.value == sent || editor.resolved($0.value) == sent)
      }
      if isTyped || field == "external_ref" { continue }
      if isInterim(field, sent, write, mutation) { continue }
      if try isDecided(field, { $0.isResult(sent, at: $1) }) { continue }
      // What was still to be created has the id of before in it.
      let isMeant = try isDecided(field) { known, place in
        try known.results(at: place).contains { try editor.resolved($0) == sent }
      }
      if isMeant { continue }
      violate(
        "I10", of: write.key, by: editor,
        "\(write.key) \(field) became \(sent.json), which was neither typed nor decided")
    }
    for (field, moved) in mutation.adjustments.sorted(by: { $0.key < $1.key }) {
      checked("I10")
      let isMade = edits.contains { $0.field == field && isMovement(moved, of: $0, editor) }
      if try !isMade && !isDecided(field, { $0.isMovement(moved, at: $1) }) {
        violate(
          "I10", of: write.key, by: editor,
          "\(write.key) \(field) was moved by \(moved), which nobody did")
      }
    }
  }

  /// What stands for a moment and gives way in the same push: between two names that change hands the
  /// one that the record had with eight digits, and the draft as which a product is made that is
  /// published when its parts are there.
  private func isInterim(
    _ field: String, _ sent: FieldValue, _ write: ServerModel.Write, _ mutation: Mutation
  ) -> Bool {
    if write.operation == .create, write.key.type == .product, field == "status" {
      return sent == .text("draft")
    }
    // As it was seen: where nothing guards a write, somebody may have changed it since.
    let isName = ResourceSchema.of(write.key.type).uniqueKeys.contains {
      $0.parts == [["attributes", field]]
    }
    guard isName, let text = sent.text, let before = mutation.seen[field]?.text else {
      return false
    }
    let digits = text.dropFirst(before.count + 1)
    return text.hasPrefix("\(before)-") && digits.count == 8 && digits.allSatisfy(\.isHexDigit)
  }
}
