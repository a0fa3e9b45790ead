import Bytes
public import Contract
import SQL

/// What is known of content files, as one state of the mirror holds it.
public struct FileLedger {
  let database: Database
  let path: String

  private func checked<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw MirrorError.from(error, path: path) }
  }

  /// All files in a folder (path below the project), in byte order of their paths.
  public func files(in folder: String) throws -> [FileState] {
    try states("WHERE path >= ?1 AND path < ?2 ORDER BY path", "\(folder)/", "\(folder)0")
  }

  /// The files of a record.
  public func files(of key: RecordKey) throws -> [FileState] {
    try states("WHERE type = ?1 AND id = ?2 ORDER BY path", key.type.rawValue, key.id)
  }

  /// One file; nil where it is not known.
  public func file(_ path: String) throws -> FileState? {
    try states("WHERE path = ?1", path).first
  }

  private func states(_ condition: String, _ values: String...) throws -> [FileState] {
    try checked {
      let rows = try database.prepare(
        """
        SELECT path, type, id, content_hash, coalesce(rendered_from_version, 0), mtime, inode, size,
          rendered, marked, is_waiting FROM file_state \(condition)
        """)
      for (index, value) in values.enumerated() { try rows.bind(index + 1, value) }
      var found: [FileState] = []
      while try rows.step() {
        guard let type = ResourceType(rawValue: rows.text(1)) else { continue }
        found.append(
          FileState(
            path: rows.text(0), key: RecordKey(type, rows.text(2)), contentHash: rows.text(3),
            version: rows.integer(4), modified: Instant(microseconds: rows.integer(5)),
            inode: UInt64(bitPattern: rows.integer(6)), size: Int(rows.integer(7)),
            rendered: FileState.fields(rows.text(8)),
            marked: rows.optionalText(9).flatMap { try? FieldValue(json: $0) }
              .map(RenderedField.init(stored:)), isWaiting: rows.integer(10) == 1))
      }
      return found
    }
  }

  /// The id that a record has now: another one than it was made with here, where the shop gave it one.
  public func currentID(of id: String) throws -> String {
    try checked { try database.text("SELECT remote_id FROM idmap WHERE local_id = ?", id) } ?? id
  }

  /// Paths of the files in a folder that are renderings of records, not the site's own words alone.
  public func renderings(in folder: String) throws -> Set<String> {
    Set(try files(in: folder).filter { !$0.rendered.isEmpty }.map(\.path))
  }

  /// Whether there is any product, or was: before the first pull files have nothing to be compared
  /// with.
  public func hasProducts() throws -> Bool {
    try checked {
      try database.integer(
        """
        SELECT EXISTS(SELECT 1 FROM product)
          OR EXISTS(SELECT 1 FROM sync_meta WHERE last_pull_at IS NOT NULL)
        """) == 1
    }
  }

  /// Whether a question of a kind is open that only a look at the files can end.
  public func isAsked(kind: String) throws -> Bool {
    try checked {
      try database.integer(
        "SELECT EXISTS(SELECT 1 FROM conflict WHERE kind = ? AND decided_at IS NULL)", kind) == 1
    }
  }

  /// Whether anything was stored since files were last rendered.
  public func isRenderingDue() throws -> Bool {
    try checked {
      try database.integer(
        """
        SELECT revision > files_revision OR EXISTS(SELECT 1 FROM file_state WHERE is_waiting = 1)
        FROM sync_meta
        """) == 1
    }
  }

  /// The products with a file that changed or are gone, or whose translations did, since files were
  /// last rendered.
  public func staleProducts() throws -> Set<String> {
    try checked {
      let rows = try database.prepare(
        """
        WITH since(n) AS (SELECT files_revision FROM sync_meta)
        SELECT f.id FROM file_state f JOIN record r ON r.type = f.type AND r.id = f.id, since
          WHERE r.revision > since.n
        UNION SELECT f.id FROM file_state f
          JOIN translation t ON t.resource_type = f.type AND t.resource_id = f.id
          JOIN record r ON r.n = t.n, since WHERE r.revision > since.n
        UNION SELECT id FROM file_state WHERE is_waiting = 1
        UNION SELECT f.id FROM file_state f
          WHERE NOT EXISTS (SELECT 1 FROM record r WHERE r.type = f.type AND r.id = f.id)
        UNION SELECT f.id FROM file_state f, since
          WHERE EXISTS (SELECT 1 FROM tombstone WHERE revision > since.n
            AND type IN ('product', 'translation'))
        """)
      var found: Set<String> = []
      while try rows.step() { found.insert(rows.text(0)) }
      return found
    }
  }
}

extension MirrorReader {
  /// What is known of content files.
  public var fileLedger: FileLedger { FileLedger(database: database, path: path) }
}

extension MirrorStore {
  /// What is known of content files.
  public var fileLedger: FileLedger { FileLedger(database: database, path: path) }

  /// Stores that all files are as the mirror says, so that the next look need not compare them.
  public func markFilesRendered() throws {
    try write { revision in
      try database.run("UPDATE sync_meta SET files_revision = ?", revision)
    }
  }
}
