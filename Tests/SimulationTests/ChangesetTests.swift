import Contract
import LocalMirror
import Machine
import SQL
@testable import Simulation
import Support
import Sync
import Testing

/// The mirror before and after each step of an editor, compared by SQLite's session extension with
/// what the program says of itself.
@Suite("What the mirror says has changed is what has changed")
struct ChangesetTests {
  /// A world whose editor's file is compared after each step.
  private final class Comparison {
    let world: World
    let editor: EditorSite
    let seed: UInt64
    let folder: ScratchFolder
    private(set) var compared = 0

    init(seed: UInt64, kind: ServerProfile.Kind) throws {
      self.seed = seed
      var options = World.Options(seed: seed)
      options.profile = kind
      options.editors = 1
      options.isCalm = true
      world = try World(options)
      editor = world.editors[0]
      folder = try ScratchFolder()
    }

    /// Takes a step and holds the two opinions against each other.
    func take(_ step: Step) throws {
      editor.close()
      let before = "\(folder.path)/before.sqlite"
      for end in ["", "-wal", "-shm"] { try Files.remove(before + end) }
      try Files.read(editor.path).withUnsafeBufferPointer {
        try Files.write(UnsafeRawBufferPointer($0), to: before)
      }
      let revision = try MirrorReader(path: before).revision
      let accepted = editor.accepted.count
      let report = step.action == .pull ? try world.pullOnce() : nil
      if report == nil { _ = try world.take(step) }
      editor.close()
      let changeset = try Changeset(from: before, to: editor.path)
      compared += changeset.changes.count
      let place = "seed \(seed), \(step)"
      expectAppendOnly(changeset, place)
      try expectListed(changeset, since: revision, place)
      if let report { try expectReported(changeset, report, place) }
      if step.action == .edit || step.action == .create {
        expectLogged(changeset, Array(editor.accepted[accepted...]), place)
      }
      if step.action == .push { try expectExplained(changeset, place) }
    }

    /// The log and the decisions only grow.
    private func expectAppendOnly(_ changeset: Changeset, _ place: String) {
      for table in ["edit_log", "decision"] {
        #expect(changeset.of(table).allSatisfy { $0.operation == .insert }, "\(table): \(place)")
      }
    }

    /// The list of changed records, from which pages and files are made anew, has all whose rows are other.
    private func expectListed(
      _ changeset: Changeset, since revision: Int64, _ place: String
    ) throws {
      let reader = try MirrorReader(path: editor.path)
      let listed = try reader.changes(since: revision)
      let keys = Set(listed.map { "\($0.type.rawValue) \($0.id)" })
      let database = try Database(editor.path, mode: .readOnly)
      // What counts runs and places in the feed says nothing about content.
      let bookkeeping: Set<String> = ["revision", "generation", "seen_at", "seen_seq", "etag"]
      var touched: Set<String> = []
      for change in changeset.of("record") {
        let key = try database.text(
          "SELECT type || ' ' || id FROM record WHERE n = ?", Int64(change["n"] ?? "") ?? 0)
        // A row that is gone was never on the server and is no longer here.
        guard let key else { continue }
        touched.insert(key)
        var content = change.changed.subtracting(bookkeeping)
        // A newer body that fits no schema marks the record and leaves what readers see.
        let marks = [change.old["state"], change.new["state"]].compactMap { $0 ?? nil }
        if change.operation == .update, marks.allSatisfy({ $0 != "deleted" }) {
          content.remove("state")
        }
        if content.isEmpty { continue }
        #expect(keys.contains(key), "\(key) \(change.changed.sorted()) is not listed: \(place)")
      }
      for table in ["product", "variant", "price", "stock", "collection", "translation"] {
        for change in changeset.of(table) where change.operation != .delete {
          let key = try database.text(
            "SELECT type || ' ' || id FROM record WHERE n = ?", Int64(change["n"] ?? "") ?? 0)
          #expect(key.map(keys.contains) == true, "a row of \(table) is not listed: \(place)")
        }
      }
      let buried = Set(changeset.of("tombstone").map { "\($0["type"] ?? "") \($0["id"] ?? "")" })
      #expect(
        keys.subtracting(touched).subtracting(buried).isEmpty, "listed and not changed: \(place)")
    }

    /// What a pull counts is what SQLite counts, and a pull touches nobody's edits but by a decision.
    private func expectReported(
      _ changeset: Changeset, _ report: PullReport, _ place: String
    ) throws {
      let old = try Self.serverSide("\(folder.path)/before.sqlite")
      let new = try Self.serverSide(editor.path)
      for stream in report.streams {
        let type = stream.type.rawValue
        var counts = (inserted: 0, updated: 0, deleted: 0)
        for change in changeset.of("record") {
          let number = change["n"] ?? ""
          let (was, now) = (old[number], new[number])
          guard (was ?? now)?.type == type else { continue }
          switch (was?.isThere ?? false, now?.isThere ?? false) {
          case (false, true): counts.inserted += 1
          case (true, false): counts.deleted += 1
          case (true, true):
            if change.changed.contains("server_hash") || change.changed.contains("version") {
              counts.updated += 1
            }
          default: break
          }
        }
        #expect(stream.inserted == counts.inserted, "\(type) inserted: \(place)")
        #expect(stream.updated == counts.updated, "\(type) updated: \(place)")
        #expect(stream.deleted == counts.deleted, "\(type) deleted: \(place)")
      }
      for table in ["outbox", "idmap", "edit_log"] {
        #expect(changeset.of(table).isEmpty, "a pull changed \(table): \(place)")
      }
      try expectExplained(changeset, place)
    }

    private struct ServerSide {
      let type: String
      let isThere: Bool
    }

    private static func serverSide(_ path: String) throws -> [String: ServerSide] {
      let database = try Database(path, mode: .readOnly)
      let rows = try database.prepare(
        "SELECT n, type, server_hash <> '' AND state <> 'deleted' FROM record")
      var found: [String: ServerSide] = [:]
      while try rows.step() {
        found[rows.text(0)] = ServerSide(type: rows.text(1), isThere: rows.integer(2) == 1)
      }
      return found
    }

    /// The entries that an edit gave back are those that stand in the log, no more and no fewer.
    private func expectLogged(
      _ changeset: Changeset, _ accepted: [AcceptedEdit], _ place: String
    ) {
      let logged = changeset.of("edit_log").map { change in
        [change["type"], change["id"], change["field"], change["from"], change["to"]]
          .map { $0 ?? "null" }.joined(separator: " ")
      }
      let given = accepted.map { edit in
        "\(edit.key.type.rawValue) \(edit.key.id) \(edit.field) \(edit.before.json) \(edit.value.json)"
      }
      #expect(Set(given).isSubset(of: logged), "\(given) \(logged): \(place)")
      let fields = Set(
        changeset.of("local").map { "\($0["type"] ?? "") \($0["id"] ?? "") \($0["field"] ?? "")" })
      let named = Set(
        changeset.of("edit_log").map {
          "\($0["type"] ?? "") \($0["id"] ?? "") \($0["field"] ?? "")"
        })
      #expect(fields.isSubset(of: named), "values changed without an entry: \(place)")
    }

    /// A value that is no edit any more was sent, or a decision names it.
    private func expectExplained(_ changeset: Changeset, _ place: String) throws {
      let sent = Set(
        changeset.of("outbox").filter { $0["state"] == "done" }.compactMap { $0["n"] })
      let database = try Database(editor.path, mode: .readOnly)
      var records = Set(changeset.of("decision").map { "\($0["type"] ?? "") \($0["id"] ?? "")" })
      for number in sent {
        let key = try database.text(
          "SELECT type || ' ' || id FROM outbox WHERE n = ?", Int64(number) ?? 0)
        if let key { records.insert(key) }
      }
      for change in changeset.of("conflict") {
        if let id = change["record_id"] { records.insert("\(change["type"] ?? "") \(id)") }
      }
      for change in changeset.of("local") where change.operation == .delete {
        let key = "\(change["type"] ?? "") \(change["id"] ?? "")"
        #expect(records.contains(key), "\(key) \(change["field"] ?? "") is gone: \(place)")
      }
    }
  }

  @Test("after every pull, push and edit of a random run", arguments: ServerProfile.Kind.allCases)
  func randomRuns(kind: ServerProfile.Kind) throws {
    let seed: UInt64 = 1
    let comparison = try Comparison(seed: seed, kind: kind)
    try comparison.take(Step(action: .pull, editor: 0, seed: 1))
    let steps = Step.steps(seed: seed, count: 120, editors: 1, faultPercent: 0)
    for step in steps where step.action != .restoreFolder { try comparison.take(step) }
    #expect(comparison.compared > 300)
  }
}
