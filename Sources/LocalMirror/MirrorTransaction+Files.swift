import Bytes
public import Contract
import Machine
import SQL

/// What an edit of a copy began from.
public enum EditOrigin: Sendable, Hashable {
  /// A value that the server had at a version.
  case known(FieldValue, version: Int64)
  /// Nobody can tell: the shop's value and ours are to be compared by a person.
  case unknown
}

extension MirrorTransaction {
  /// Sets fields from a copy that was made earlier, a file or a spreadsheet: the base of an edit is
  /// what the copy said, not what the server has by now. A field that is edited already keeps its
  /// base. A value that the server has by now is no edit.
  ///
  /// - Parameter origins: by field; those that are not named began from the server's value of now.
  /// - Throws: what `edit` throws.
  @discardableResult
  public func edit(
    _ key: RecordKey, _ changes: [FieldEdit], startingFrom origins: [String: EditOrigin],
    source: EditSource
  ) throws -> [EditLogEntry] {
    let before = Set(try localValues(of: key).map(\.field))
    let entries = try edit(key, changes, source: source)
    for field in Set(changes.map(\.field)).subtracting(before) {
      if let origin = origins[field] { try begin(key, field, from: origin) }
    }
    return entries
  }

  /// Says what an edit that has just been made began from; without effect on a field that is not
  /// edited.
  public func begin(_ key: RecordKey, _ field: String, from origin: EditOrigin) throws {
    guard try localValues(of: key).contains(where: { $0.field == field }) else { return }
    switch origin {
    case .known(let base, let version): try edits.putBase(key, field, base, version: version)
    case .unknown:
      try database.run(
        "DELETE FROM base WHERE type = ? AND id = ? AND field = ?", key.type.rawValue, key.id,
        field)
    }
  }

  /// The id that the server gave to a record that was made here; nil where it has none yet.
  public func remoteID(of localID: String) throws -> String? {
    try database.text("SELECT remote_id FROM idmap WHERE local_id = ?", localID)
  }

  /// The log of one record, oldest first, also of before the server gave it its id.
  public func editLog(of key: RecordKey) throws -> [EditLogEntry] { try edits.log(of: key) }

  /// What is known of content files.
  public var fileLedger: FileLedger { FileLedger(database: database, path: store.path) }

  /// The translations of a record into a language, as readers see them, by the field translated.
  public func translations(of key: RecordKey, locale: String) throws -> [String: RecordKey] {
    let rows = try database.prepare(
      """
      SELECT key, id FROM translation WHERE resource_type = ? AND resource_id = ? AND locale = ?
      ORDER BY id
      """)
    try rows.bind(1, key.type.rawValue)
    try rows.bind(2, key.id)
    try rows.bind(3, locale)
    var found: [String: RecordKey] = [:]
    while try rows.step() { found[rows.text(0)] = RecordKey(.translation, rows.text(1)) }
    return found
  }

  /// Whether another product than this one has a handle.
  public func isTaken(handle: String, byOtherThan id: String) throws -> Bool {
    try database.integer(
      "SELECT EXISTS(SELECT 1 FROM product WHERE handle = ? AND id <> ?)", handle, id) == 1
  }

  /// Stores what is known of a file. What was known under its name in another composition (NFC, NFD)
  /// is forgotten: on many disks the two are one file.
  public func put(_ file: FileState) throws {
    for other in try spellings(of: file.path) { try removeFile(other) }
    try database.run(
      """
      INSERT OR REPLACE INTO file_state(path, type, id, content_hash, rendered_from_version, mtime,
        inode, size, rendered, marked, is_waiting) VALUES(?,?,?,?,?,?,?,?,?,?,?)
      """, file.path, file.key.type.rawValue, file.key.id, file.contentHash, file.version,
      file.modified.microseconds, Int64(bitPattern: file.inode), file.size,
      FileState.json(file.rendered), file.marked?.stored.json, file.isWaiting ? 1 : 0)
  }

  /// Paths of known files that are a path composed in another way. O(log n) for n files, and none
  /// is looked for where the path is ASCII.
  private func spellings(of path: String) throws -> [String] {
    guard path.utf8.contains(where: { $0 >= 0x80 }) else { return [] }
    // Two compositions have the same letters, so they begin with the same plain ones.
    let plain = String(path.prefix { $0.isASCII })
    let rows = try database.prepare("SELECT path FROM file_state WHERE path >= ?1 AND path < ?2")
    try rows.bind(1, plain)
    try rows.bind(2, plain + "\u{10FFFF}")
    var found: [String] = []
    while try rows.step() {
      let other = rows.text(0)
      if other == path, !other.utf8.elementsEqual(path.utf8) { found.append(other) }
    }
    return found
  }

  /// Forgets a file.
  public func removeFile(_ path: String) throws {
    try database.run("DELETE FROM file_state WHERE path = ?", path)
  }
}
