import Contract
import LocalMirror
import Machine
import SQL
import Support
import Sync

/// A project's folder as it was at some moment: the mirror, and the files of products; and what the
/// simulation knew then.
struct FolderCopy {
  /// The mirror's files, by the end of their names.
  var mirror: [String: [UInt8]]
  /// Files of products, by path.
  var files: [String: [UInt8]]
  /// What had been answered about files, as in `EditorFolder`.
  var chosen: Set<String>
  var givenUp: [String: String]
  var accepted: [AcceptedEdit]
  var counted: Set<RecordKey>
  var held: [RecordKey: Int]
  /// The name that the mirror had to the server.
  var client: String
  /// Which file it was.
  var file: (editor: Int, number: Int)
}

extension EditorSite {
  /// Makes a copy of the folder, as a backup program does while nothing runs.
  func copyFolder() throws -> FolderCopy {
    _ = try mirror()  // a mirror that was never opened has no place of its own
    let client = try look().text("SELECT client_id FROM sync_meta") ?? ""
    close()
    var mirror: [String: [UInt8]] = [:]
    for name in try Files.list(folder.path)
    where name.hasPrefix("demo.sqlite") && !name.hasSuffix(".lock") && !name.contains(".old-") {
      mirror[String(name.dropFirst("demo.sqlite".count))] = try Files.read("\(folder.path)/\(name)")
    }
    return FolderCopy(
      mirror: mirror, files: extras.desk.snapshot(), chosen: extras.desk.chosen,
      givenUp: extras.desk.givenUp, accepted: accepted,
      counted: counted, held: extras.held, client: client, file: extras.file)
  }

  /// Puts a copy in the place of the folder.
  ///
  /// - Parameters:
  ///   - isSameFile: whether the bytes are written into the file that is there, so that the program
  ///     cannot see that anything happened.
  ///   - withFiles: whether files of products are put back too.
  func putBack(_ copy: FolderCopy, isSameFile: Bool, withFiles: Bool) throws {
    _ = try mirror()  // what a crash has left in the log is not to be played into the copy
    close()
    for name in try Files.list(folder.path)
    where name.hasPrefix("demo.sqlite") && !name.hasSuffix(".lock") && !name.contains(".old-") {
      if name == "demo.sqlite" {
        guard !isSameFile else { continue }
        // Kept under another name, so that its number is not given to the new file.
        extras.oldFiles += 1
        try Files.rename(path, to: "\(path).old-\(extras.oldFiles)")
        extras.file = (number, extras.oldFiles)
      } else {
        try Files.remove("\(folder.path)/\(name)")
      }
    }
    for (ending, bytes) in copy.mirror {
      try bytes.withUnsafeBufferPointer {
        try Files.write(UnsafeRawBufferPointer($0), to: path + ending)
      }
    }
    disk.restart()
    if withFiles { extras.desk.restore(copy.files) } else { extras.desk.forgetTyped() }
    extras.desk.knowAgain(chosen: copy.chosen, givenUp: copy.givenUp)
  }
}

extension World {
  /// An editor's folder is put back from its backup: what was typed since is lost with the folder, and
  /// what was sent since is on the server.
  func restoreFolder(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    guard let copy = editor.extras.backup else { return try backUp(editor) }
    let isSameFile = random.below(2) == 0
    try editor.putBack(copy, isSameFile: isSameFile, withFiles: random.below(2) == 0)
    try adopt(copy, editor)
    try checkCopy(editor, copy)
    return "put back\(isSameFile ? " unseen" : "")"
  }

  /// An editor's folder is copied by a backup program.
  func backUp(_ editor: EditorSite) throws -> String {
    editor.extras.backup = try editor.copyFolder()
    return "\(editor.accepted.count) edits"
  }

  /// An editor's machine is replaced by a clone of another's: two machines with one folder.
  func cloneFolder(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let others = editors.filter { $0.number != editor.number }
    guard !others.isEmpty else { return "is alone" }
    let original = others[random.below(others.count)]
    let copy = try original.copyFolder()
    try editor.putBack(copy, isSameFile: false, withFiles: true)
    try adopt(copy, editor)
    editor.extras.ownedByShop = original.extras.ownedByShop
    // Both may send what was moved before; neither can know of the other.
    let moved = Set(copy.accepted.filter { $0.key.type == .inventoryLevel }.map(\.key))
    original.extras.uncountable.formUnion(moved)
    let kin = editor.extras.kin.union(original.extras.kin)
    for one in editors where kin.contains(one.number) { one.extras.kin.formUnion(kin) }
    try checkCopy(editor, copy)
    return "is a clone of \(original.number)"
  }

  /// What the simulation knows after a folder was put back: edits of then are made again, edits since
  /// are on the server or thrown away.
  private func adopt(_ copy: FolderCopy, _ editor: EditorSite) throws {
    let place = server.history.count
    var known = editor.accepted
    for index in known.indices { known[index].isOver = true }
    editor.accepted = known
    for var edit in copy.accepted {
      // What was done with when the copy was made is its own editor's business.
      if try editor.isWaiting(edit) {
        edit.place = place
      } else {
        edit.isOver = true
      }
      editor.accepted.append(edit)
    }
    editor.counted.formUnion(copy.counted)
    editor.extras.held = copy.held
    editor.extras.uncountable.formUnion(
      editor.accepted.filter { $0.key.type == .inventoryLevel }.map(\.key))
    try editor.knowLog()
    editor.checkedDecision =
      try editor.look().integer("SELECT coalesce(max(n), 0) FROM decision") ?? 0
    editor.lastEdit = nil
  }

  /// A copy is noticed, and has a name of its own from then on.
  private func checkCopy(_ editor: EditorSite, _ copy: FolderCopy) throws {
    checked("copies")
    let isNoticed = copy.file != editor.extras.file
    let mirror = try editor.mirror()
    let client = try editor.look().text("SELECT client_id FROM sync_meta") ?? ""
    if isNoticed, mirror.copy == nil || client == copy.client {
      violate("copies", "editor \(editor.number) works with the name of another machine")
    }
    if isNoticed { try checkMovements(of: copy, editor) }
    if !isNoticed, mirror.copy != nil {
      violate("copies", "editor \(editor.number) takes its own file for a copy")
    }
  }

  /// What would count twice is asked about.
  private func checkMovements(of copy: FolderCopy, _ editor: EditorSite) throws {
    for edit in editor.accepted where edit.key.type == .inventoryLevel && !edit.isOver {
      guard edit.field == "available", try editor.isWaiting(edit) else { continue }
      let key = try editor.current(edit.key)
      let asked = try editor.look().integer(
        """
        SELECT (SELECT count(*) FROM conflict WHERE type = ?1 AND record_id = ?2
            AND decided_at IS NULL)
          + (SELECT count(*) FROM local WHERE type = ?1 AND id = ?2 AND mode = 'count')
          + (SELECT count(*) FROM local_record WHERE type = ?1 AND id = ?2)
          + (SELECT count(*) FROM outbox WHERE type = ?1 AND id = ?2
            AND state IN ('waiting', 'sending', 'unknown'))
        """, key.type.rawValue, key.id)
      if asked == 0 {
        violate("copies", "editor \(editor.number): \(key) would be moved by both machines")
      }
    }
  }

  // MARK: Another program

  /// The program is replaced by a newer one while requests are on their way: the mirror is what an older
  /// one left, and is brought up to date when it is opened.
  func upgrade(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    editor.line.arm(.errorAfterCommit)
    let sent: String
    do {
      sent = try push(editor)
    } catch let error as PushError {
      sent = "push \(error.code)"
    }
    editor.line.arm(nil)
    let waiting = try editor.look().integer(
      "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending', 'unknown')")
    editor.close()
    do {
      let database = try Database(editor.path, vfs: editor.disk.name)
      try OlderMirror.make(of: database, hasFiles: !editor.extras.desk.paths.isEmpty)
    }
    _ = try editor.mirror()
    checked("upgrade")
    let left = try editor.look().integer(
      "SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending', 'unknown')")
    if left != waiting {
      violate("upgrade", "editor \(editor.number): \(waiting ?? 0) requests became \(left ?? 0)")
    }
    return "\(waiting ?? 0) waiting; \(sent)"
  }
}

/// Takes a mirror back to what an older program left: its last migrations undone.
enum OlderMirror {
  private static let files = """
    DROP INDEX file_state_record;
    ALTER TABLE file_state DROP COLUMN size;
    ALTER TABLE file_state DROP COLUMN rendered;
    ALTER TABLE file_state DROP COLUMN marked;
    ALTER TABLE file_state DROP COLUMN is_waiting;
    ALTER TABLE sync_meta DROP COLUMN files_revision;
    """

  /// - Parameter hasFiles: whether what is known of files must stay, which older programs did not have.
  static func make(of database: Database, hasFiles: Bool) throws {
    // Steps after the eighth leave what they made; only those that are undone here run again.
    guard try database.userVersion == 8 else { return }
    try database.execute("ALTER TABLE sync_meta DROP COLUMN capabilities; PRAGMA user_version = 7")
    if !hasFiles { try database.execute("\(files) PRAGMA user_version = 6") }
  }
}
