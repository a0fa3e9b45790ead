public import Bytes
import Machine
import SQL

/// What a build that replaced single outputs did to the manifests.
public struct OutputChanges: Sendable, Hashable {
  /// Outputs that are new or different.
  public var put: [OutputEntry] = []
  /// Root and path of those that are gone.
  public var gone: [OutputPlace] = []

  /// Makes a list of nothing.
  public init() {}
}

/// Where an output is.
public struct OutputPlace: Sendable, Hashable {
  /// Its root.
  public var root: String
  /// Its path below the root.
  public var path: String

  /// Names a place.
  public init(root: String, path: String) {
    self.root = root
    self.path = path
  }
}

extension BuildLedger {
  /// One output; nil where there is none. O(log outputs).
  public func output(_ path: String, in root: String) throws -> OutputEntry? {
    try checked {
      let row = try database.prepare(
        """
        SELECT kind, digest, byte_count, content_digest, last_modified, next_change
        FROM output WHERE root = ? AND path = ?
        """)
      try row.bind(1, root)
      try row.bind(2, path)
      guard try row.step() else { return nil }
      return OutputEntry(
        root: root, path: path, kind: row.text(0), digest: [UInt8](row.bytes(1)),
        byteCount: Int(row.integer(2)), contentDigest: row.isNull(3) ? nil : [UInt8](row.bytes(3)),
        lastModified: row.optionalText(4).flatMap(Instant.init(rfc3339:)),
        nextChange: row.optionalText(5).flatMap(Instant.init(rfc3339:)))
    }
  }

  /// Paths of all outputs of a kind in a root, in byte order. O(outputs of the root).
  public func paths(ofKind kind: String, in root: String) throws -> [String] {
    try checked {
      let rows = try database.prepare(
        "SELECT path FROM output WHERE root = ? AND kind = ? ORDER BY path")
      try rows.bind(1, root)
      try rows.bind(2, kind)
      var found: [String] = []
      while try rows.step() { found.append(rows.text(0)) }
      return found
    }
  }

  /// Notes a build that replaced single outputs, and changes the manifests, in one transaction. Call
  /// it after the files are in place. Doing it twice changes nothing but the log.
  ///
  /// - Parameters:
  ///   - outputCount: how many outputs there are now.
  ///   - mark: names the publication, where it can be taken back.
  @discardableResult
  public func finish(
    _ changes: OutputChanges, storefront: String, snapshotID: String, revision: Int64,
    asOf: Instant, outputCount: Int, mark: String? = nil
  ) throws -> Int64 {
    try write {
      try database.run(
        """
        INSERT INTO build(storefront, snapshot_id, revision, as_of, state, started_at, finished_at,
          output_count, note)
        VALUES(?, ?, ?, ?, 'done', ?, ?, ?, 'single outputs')
        """, storefront, snapshotID, revision, asOf.rfc3339, clock.now.rfc3339,
        clock.now.rfc3339, outputCount)
      let build = database.lastInsertedRow
      if let mark { try note(mark, of: storefront) }
      try apply(changes, build)
      try forgetParents()
      return build
    }
  }

  /// Changes the manifests.
  func apply(_ changes: OutputChanges, _ build: Int64) throws(SQLError) {
    for place in changes.gone {
      try database.run("DELETE FROM output WHERE root = ? AND path = ?", place.root, place.path)
      try database.run(
        "DELETE FROM output_read WHERE root = ? AND path = ?", place.root, place.path)
    }
    let insert = try database.prepare(
      """
      INSERT OR REPLACE INTO output(root, path, kind, digest, byte_count, content_digest,
        last_modified, next_change, build)
      VALUES(?,?,?,?,?,?,?,?,?)
      """)
    for output in changes.put {
      try Self.bind(insert, output, build)
      try insert.run()
    }
  }
}
