public import Bytes
import Machine
import SQL

/// A publication of whole roots, which can be taken back as long as it is the last.
public struct Publication: Sendable, Hashable {
  /// The storefront.
  public var storefront: String
  /// Names it among the publications of the storefront.
  public var mark: String
  /// Roots that were published before.
  public var replaced: [String]

  /// Describes a publication.
  public init(storefront: String, mark: String, replaced: [String]) {
    self.storefront = storefront
    self.mark = mark
    self.replaced = replaced
  }
}

extension BuildLedger {
  /// Keeps the manifests of the roots that were published before, unless that was done for this publication
  /// already.
  func keepOutputs(replacedBy publication: Publication) throws(SQLError) {
    let known = try mark(of: publication.storefront)
    if known == publication.mark { return }
    try database.run(
      "DELETE FROM output_before WHERE storefront = ?", publication.storefront)
    for root in publication.replaced {
      try database.run(
        """
        INSERT INTO output_before(storefront, root, path, kind, digest, byte_count, content_digest,
          last_modified, next_change, build)
        SELECT ?, root, path, kind, digest, byte_count, content_digest, last_modified, next_change,
          build FROM output WHERE root = ?
        """, publication.storefront, root)
    }
    try note(publication.mark, of: publication.storefront)
  }

  /// Notes what the last publication of a storefront is.
  func note(_ mark: String, of storefront: String) throws(SQLError) {
    try database.run(
      "INSERT OR REPLACE INTO publication(storefront, mark) VALUES(?, ?)", storefront, mark)
  }

  private func mark(of storefront: String) throws(SQLError) -> String? {
    let row = try database.prepare("SELECT mark FROM publication WHERE storefront = ?")
    try row.bind(1, storefront)
    return try row.step() ? row.text(0) : nil
  }

  /// Puts back the manifests that a publication of whole roots replaced, in one transaction. Call it after
  /// the files are in place. Doing it twice changes nothing more.
  ///
  /// - Parameter roots: the roots that the publication made.
  public func takeBack(_ publication: Publication, roots: [String]) throws {
    try takeBack(publication.storefront, publication.mark) { (build) throws(SQLError) in
      for root in Set(roots).union(publication.replaced).sorted() {
        try database.run("DELETE FROM output WHERE root = ?", root)
        try database.run("DELETE FROM output_read WHERE root = ?", root)
      }
      try database.run(
        """
        INSERT INTO output(root, path, kind, digest, byte_count, content_digest, last_modified,
          next_change, build)
        SELECT root, path, kind, digest, byte_count, content_digest, last_modified, next_change, ?
        FROM output_before WHERE storefront = ?
        """, build, publication.storefront)
      try database.run(
        "DELETE FROM output_before WHERE storefront = ?", publication.storefront)
    }
  }

  /// Puts back single outputs that a publication replaced, in one transaction. Call it after the files are
  /// in place. Doing it twice changes nothing more.
  ///
  /// - Parameter changes: what leads back.
  public func takeBack(_ changes: OutputChanges, storefront: String, mark: String) throws {
    try takeBack(storefront, mark) { (build) throws(SQLError) in try apply(changes, build) }
  }

  private func takeBack(
    _ storefront: String, _ mark: String, _ change: (Int64) throws(SQLError) -> Void
  ) throws {
    try write {
      guard try self.mark(of: storefront) == mark else { return }
      try database.run(
        """
        UPDATE build SET state = 'failed', note = 'taken back' WHERE n = (
          SELECT max(n) FROM build WHERE storefront = ? AND state = 'done')
        """, storefront)
      try database.run(
        """
        INSERT INTO build(storefront, snapshot_id, revision, as_of, state, started_at, finished_at,
          output_count, byte_count, note)
        SELECT storefront, snapshot_id, revision, as_of, 'done', ?, ?, output_count, byte_count,
          'rollback'
        FROM build WHERE storefront = ? AND state = 'done' ORDER BY n DESC LIMIT 1
        """, clock.now.rfc3339, clock.now.rfc3339, storefront)
      try change(database.lastInsertedRow)
      try database.run("DELETE FROM publication WHERE storefront = ?", storefront)
    }
  }

  /// When the last builds of a storefront that were published were done, the newest first, and of which
  /// state of the mirror.
  public func published(of storefront: String, limit: Int = 2) throws
    -> [(finished: Instant, snapshotID: String)]
  {
    try checked {
      let rows = try database.prepare(
        """
        SELECT finished_at, snapshot_id FROM build WHERE storefront = ? AND state = 'done'
        ORDER BY n DESC LIMIT ?
        """)
      try rows.bind(1, storefront)
      try rows.bind(2, limit)
      var found: [(finished: Instant, snapshotID: String)] = []
      while try rows.step() {
        found.append(
          (Instant(rfc3339: rows.text(0)) ?? Instant(microseconds: 0), rows.text(1)))
      }
      return found
    }
  }
}
