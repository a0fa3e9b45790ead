import Contract
import Machine
import SQL
import Support

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

  /// What stood in an editor's files before a look and stands there now, and what the mirror knows of them,
  /// for whoever looks into a failure.
  func storyOfFiles(_ editor: EditorSite, before: [String: [UInt8]]) throws -> [String] {
    let desk = editor.extras.desk
    func words(_ bytes: [UInt8]) -> String {
      FieldValue.text(String(decoding: bytes, as: UTF8.self)).json
    }
    var lines: [String] = []
    let root = EditorFolder.absolute(EditorFolder.folder) + "/"
    for path in desk.disk.paths.filter({ $0.hasPrefix(root) && !$0.hasSuffix(".md") }).sorted() {
      lines.append("aside \(path) \(words((try? desk.disk.read(path)) ?? []))")
    }
    let after = desk.snapshot()
    for path in Set(before.keys).union(after.keys).sorted() {
      if before[path] == after[path] {
        lines.append("stays \(path) \(words(after[path] ?? []))")
        continue
      }
      if let bytes = before[path] { lines.append("before \(path) \(words(bytes))") }
      if let bytes = after[path] { lines.append("after \(path) \(words(bytes))") }
    }
    lines += try TableText.lines(of: "file_state", in: editor.look(), without: ["mtime", "inode"])
      .map { "file_state \($0)" }
    for kind in ["duplicate-file", "file-and-editor"] {
      lines += try TableText.lines(
        of: "conflict", in: editor.look(), without: ["opened_at", "decided_at"], where: "kind",
        is: kind
      ).map { "conflict \($0)" }
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
