import Contract
import Machine
import SQL

extension World {
  /// All that the server and an editor's mirror say of a record, for whoever looks into a failure.
  func story(of key: RecordKey, _ editor: EditorSite) throws -> [String] {
    var lines: [String] = []
    let ids = try editor.identities(of: key)
    for write in server.history where ids.contains(write.key.id) {
      let changes = write.after.sorted { $0.key < $1.key }.map { name, value in
        "\(name) \((write.before[name] ?? .null).json) > \(value.json)"
      }
      lines.append(
        "server \(write.place) by \(write.actor) \(write.operation) \(write.key) v\(write.version) "
          + "\(changes)")
    }
    for edit in editor.accepted where ids.contains(edit.key.id) {
      lines.append(
        "accepted \(edit.key) \(edit.field)=\(edit.value.json) at \(edit.place)"
          + (edit.isOver ? ", over" : ""))
    }
    for (table, column) in [
      ("local", "id"), ("local_record", "id"), ("base", "id"), ("edit_log", "id"),
      ("decision", "id"), ("conflict", "record_id"),
    ] {
      for id in ids.sorted() {
        lines += try TableText.lines(
          of: table, in: editor.look(), without: ["at", "opened_at", "decided_at"],
          where: column, is: id
        ).map { "\(table) \($0)" }
      }
    }
    for arrival in editor.line.arrivals where ids.contains(arrival.request.mutation.record.id) {
      let mutation = arrival.request.mutation
      lines.append(
        "arrival \(mutation.id) \(mutation.operation) \(mutation.fields.mapValues(\.json)) "
          + "\(mutation.adjustments) seen v\(mutation.seenVersion): \(arrival.outcome.word)")
    }
    return lines
  }
}

extension EditorSite {
  /// The ids under which a record is known, here and on the server.
  func identities(of key: RecordKey) throws -> Set<String> {
    var found: Set<String> = [key.id]
    let rows = try look().prepare(
      "SELECT local_id, remote_id FROM idmap WHERE local_id = ?1 OR remote_id = ?1")
    try rows.bind(1, key.id)
    while try rows.step() { found.formUnion([rows.text(0), rows.text(1)]) }
    return found
  }
}

extension WriteOutcome {
  /// Its case, without the record that it carries.
  fileprivate var word: String {
    switch self {
    case .refused(let refusal): "refused \(refusal.code ?? "") \(refusal.message)"
    case .taken(let holder, _): "taken \(holder.map { "\($0)" } ?? "")"
    default: "\(self)".prefix { $0 != "(" }.description
    }
  }
}
