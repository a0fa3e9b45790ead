import Bytes
import Contract
import Formats
import LocalMirror
import Merge
import SQL
import Sync

extension World {
  /// The second check (design 3.3), by an oracle of its own: what is planned, laid over what the mirror
  /// knows of the shop, gives no two products one handle and no former price below the price.
  func checkRules(_ plan: Plan, _ editor: EditorSite) throws {
    checked("rules")
    try checkNames(plan, editor)
    try checkFormerPrices(plan, editor)
  }

  private func checkNames(_ plan: Plan, _ editor: EditorSite) throws {
    var handles: [String: FieldValue] = [:]
    let rows = try editor.look().prepare(
      """
      SELECT id, handle FROM record
      WHERE type = 'product' AND state <> 'deleted' AND server_hash <> '' AND handle IS NOT NULL
      """)
    while try rows.step() { handles[rows.text(0)] = .text(rows.text(1)) }
    var changed: Set<String> = []
    for operation in plan.operations where operation.key.type == .product {
      if operation.operation == .delete { handles[operation.key.id] = nil }
      guard let field = operation.fields.first(where: { $0.name == "handle" }) else { continue }
      handles[operation.key.id] = field.value
      changed.insert(operation.key.id)
    }
    for id in changed.sorted() {
      let others = handles.filter { $0.value == handles[id] && $0.key != id }.keys.sorted()
      if let other = others.first, let handle = handles[id] {
        violate("rules", "editor \(editor.number) plans \(handle.json) for \(id); \(other) has it")
      }
    }
  }

  private func checkFormerPrices(_ plan: Plan, _ editor: EditorSite) throws {
    for operation in plan.operations where operation.key.type == .price {
      let server = try editor.serverFields(of: operation.key)
      var after = server
      for field in operation.fields { after[field.name] = field.value }
      guard let amount = after["amount"]?.integer, let former = after["compare_at"]?.integer,
        former <= amount
      else { continue }
      // What is so in the shop already is not asked about, and what a person has decided stands.
      if let amount = server["amount"]?.integer, let former = server["compare_at"]?.integer,
        former <= amount
      {
        continue
      }
      if try editor.wasAsked(about: operation.key) { continue }
      violate(
        "rules", "editor \(editor.number) plans \(operation.key) with \(former) before \(amount)")
    }
  }

  /// What else must hold of an editor's ledger: every refusal has a question, and no text that was
  /// merged by a rule says the same thing twice.
  func checkLedger(_ editor: EditorSite) throws {
    try checkRefused(editor)
    try checkDoubledWords(editor)
  }

  /// I10 for words: where both replaced one word there is nothing that a rule could decide.
  private func checkDoubledWords(_ editor: EditorSite) throws {
    let rows = try editor.look().prepare(
      """
      SELECT type, id, rule, base, ours, theirs FROM decision
      WHERE outcome = 'merge' AND field = 'description' AND by = 'rule' ORDER BY n DESC LIMIT 8
      """)
    while try rows.step() {
      let texts = (3...5).map { rows.optionalText($0) }
      // The same texts are as they were found.
      guard !editor.extras.undoubled.contains(texts) else { continue }
      func value(_ column: Int) throws -> FieldValue {
        try texts[column - 3].map { try FieldValue(json: $0) } ?? .null
      }
      let (base, ours, theirs) = try (value(3), value(4), value(5))
      if !Likeness.isDoubled(ours, theirs, from: base) {
        editor.extras.undoubled.insert(texts)
      } else {
        violate(
          "I10",
          "\(rows.text(0)) \(rows.text(1)): both replaced one word, and \(rows.text(2)) merged it: "
            + "\(base.json), \(ours.json), \(theirs.json)")
      }
    }
  }

  /// I12, the inbox explains: what the shop refused has a question, open or answered.
  private func checkRefused(_ editor: EditorSite) throws {
    checked("I12")
    let rows = try editor.look().prepare(
      """
      SELECT type, id FROM outbox o WHERE state = 'refused' AND NOT EXISTS(
        SELECT 1 FROM conflict c WHERE c.type = o.type AND (c.record_id = o.id
          OR c.record_id = (SELECT remote_id FROM idmap WHERE local_id = o.id)))
      """)
    while try rows.step() {
      violate(
        "I12",
        "editor \(editor.number): the shop refused \(rows.text(0)) \(rows.text(1)), without a word")
    }
  }
}

extension EditorSite {
  /// The fields of a record as the mirror knows them from the shop; empty where it has none.
  func serverFields(of key: RecordKey) throws -> [String: FieldValue] {
    let rows = try look().prepare(
      "SELECT nullif(server_json, '') FROM record WHERE type = ? AND id = ?")
    try rows.bind([key.type.rawValue, key.id])
    guard try rows.step(), !rows.isNull(0), let tape = try? JSON.parse(Array(rows.text(0).utf8))
    else { return [:] }
    return RecordFields.fields(
      of: key.type, attributes: tape.value["attributes"] ?? Tape.null.value,
      links: tape.value["links"])
  }

  /// Whether a person has answered a question about a record.
  func wasAsked(about key: RecordKey) throws -> Bool {
    let count = try look().integer(
      """
      SELECT count(*) FROM conflict
      WHERE type = ? AND record_id = ? AND decided_at IS NOT NULL AND decided_by <> 'rule'
      """, key.type.rawValue, key.id)
    return (count ?? 0) > 0
  }
}

extension Likeness {
  /// Whether both sides replaced one and the same word of a text, by different ones, and did nothing
  /// else: then no merged text is right, and the place must be asked about. A sentence that one of them
  /// put at the end of the line above is something else, although no word stands between the two.
  static func isDoubled(_ ours: FieldValue, _ theirs: FieldValue, from base: FieldValue) -> Bool {
    guard let old = base["markdown"]?.text, let mine = ours["markdown"]?.text,
      let other = theirs["markdown"]?.text
    else { return false }
    let before = lines(old)
    guard let left = replaced(before, by: lines(mine)),
      let right = replaced(before, by: lines(other)), left.line == right.line
    else { return false }
    let line = before[left.line].map(String.init)
    guard let mine = replaced(line, by: left.words), let other = replaced(line, by: right.words)
    else { return false }
    return mine.place == other.place && mine.words != other.words
  }

  private static func lines(_ text: String) -> [[Substring]] {
    text.split(separator: "\n").map { $0.split(separator: " ") }
  }

  /// The one line that a text changed, and its words since; nil where it did anything else. A word that
  /// a line came with is not a word replaced by words.
  private static func replaced(
    _ before: [[Substring]], by after: [[Substring]]
  ) -> (line: Int, words: [String])? {
    guard before.count == after.count else { return nil }
    let changed = before.indices.filter { before[$0] != after[$0] }
    guard let line = changed.first, changed.count == 1 else { return nil }
    return (line, after[line].map(String.init))
  }

  /// The one word that a text replaced, and by which; nil where it did anything else.
  private static func replaced(
    _ before: [String], by after: [String]
  ) -> (place: Int, words: [String])? {
    guard after.count >= before.count, !before.isEmpty else { return nil }
    var head = 0
    while head < before.count, before[head] == after[head] { head += 1 }
    var tail = 0
    while tail < before.count - head,
      before[before.count - 1 - tail] == after[after.count - 1 - tail]
    { tail += 1 }
    guard head + tail == before.count - 1 else { return nil }
    return (head, Array(after[head..<(after.count - tail)]))
  }
}
