extension Schema {
  /// What tells a build which products a change concerns although the changed row is gone or hangs on
  /// another product now: whatever leaves its parent is noted with that parent. Triggers, so that no
  /// way of removing a row can forget it; a replaced row leaves its parent too, because
  /// `MirrorStore` has `recursive_triggers` on.
  static let parents: String = {
    let children = [
      ("variant", "'product'", "OLD.product_id"), ("price", "'variant'", "OLD.variant_id"),
      ("stock", "'variant'", "OLD.variant_id"), ("media", "OLD.parent_type", "OLD.parent_id"),
      ("translation", "OLD.resource_type", "OLD.resource_id"),
      ("gate", "OLD.resource_type", "OLD.resource_id"),
    ]
    let table = """
      CREATE TABLE parent_change(
        type TEXT NOT NULL,
        id TEXT NOT NULL,
        revision INTEGER NOT NULL,
        PRIMARY KEY(type, id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX parent_change_revision ON parent_change(revision);

      """
    // The revision is stored at the end of the transaction that it names.
    return children.reduce(table) { sql, child in
      sql + """
        CREATE TRIGGER \(child.0)_leaves AFTER DELETE ON \(child.0) BEGIN
          INSERT OR REPLACE INTO parent_change(type, id, revision)
          VALUES(\(child.1), \(child.2), (SELECT revision + 1 FROM sync_meta));
        END;

        """
    }
  }()

  /// The same for entitlements that a tier or programme has to a record or benefit: those of persons
  /// concern no page.
  static let entitledParents = """
    CREATE TRIGGER entitlement_leaves AFTER DELETE ON entitlement
    WHEN OLD.subject_type IN ('tier', 'program') BEGIN
      INSERT OR REPLACE INTO parent_change(type, id, revision)
      VALUES(
        iif(OLD.benefit_id IS NULL, coalesce(OLD.resource_type, 'benefit'), 'benefit'),
        coalesce(OLD.benefit_id, OLD.resource_id, ''),
        (SELECT revision + 1 FROM sync_meta));
    END;
    """

  /// What `rollback` puts back: the manifest that a whole new one replaced, and what the last publication
  /// of each storefront was.
  static let publishedBefore = """
    CREATE TABLE output_before(
      storefront TEXT NOT NULL,
      root TEXT NOT NULL,
      path TEXT NOT NULL,
      kind TEXT NOT NULL,
      digest BLOB NOT NULL,
      byte_count INTEGER NOT NULL,
      content_digest BLOB,
      last_modified TEXT,
      next_change TEXT,
      build INTEGER NOT NULL,
      PRIMARY KEY(storefront, root, path)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE publication(
      storefront TEXT PRIMARY KEY,
      mark TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
