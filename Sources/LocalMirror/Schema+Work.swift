extension Schema {
  /// Our side of the merge. Pull never drops a row of these tables.
  static let edits = """
    CREATE TABLE base(
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      field TEXT NOT NULL,
      value TEXT,
      version INTEGER NOT NULL,
      PRIMARY KEY(type, id, field)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE local(
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      field TEXT NOT NULL,
      value TEXT,
      source TEXT NOT NULL CHECK(source IN ('file', 'cli', 'web', 'csv')),
      at TEXT NOT NULL,
      PRIMARY KEY(type, id, field)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE local_record(
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      op TEXT NOT NULL CHECK(op IN ('create', 'delete', 'none')),
      PRIMARY KEY(type, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE edit_log(
      n INTEGER PRIMARY KEY AUTOINCREMENT,
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      field TEXT NOT NULL,
      "from" TEXT,
      "to" TEXT,
      source TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE outbox(
      n INTEGER PRIMARY KEY AUTOINCREMENT,
      mutation_id TEXT NOT NULL UNIQUE,
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      op TEXT NOT NULL,
      payload BLOB NOT NULL,
      base_version INTEGER,
      idem_key TEXT UNIQUE,
      sent_at TEXT,
      attempts INTEGER NOT NULL DEFAULT 0,
      state TEXT NOT NULL
        CHECK(state IN ('waiting', 'sending', 'unknown', 'done', 'refused', 'withdrawn')),
      depends_on INTEGER REFERENCES outbox(n)
    ) STRICT;

    CREATE TABLE conflict(
      n INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      type TEXT NOT NULL,
      record_id TEXT NOT NULL,
      field TEXT,
      base TEXT,
      ours TEXT,
      theirs TEXT,
      theirs_version INTEGER,
      opened_at TEXT NOT NULL,
      decision TEXT,
      decided_at TEXT,
      decided_by TEXT
    ) STRICT;
    CREATE UNIQUE INDEX conflict_open
      ON conflict(kind, type, record_id, coalesce(field, '')) WHERE decided_at IS NULL;

    CREATE TABLE decision(
      n INTEGER PRIMARY KEY AUTOINCREMENT,
      conflict INTEGER REFERENCES conflict(n),
      rule TEXT NOT NULL,
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      field TEXT,
      outcome TEXT NOT NULL,
      at TEXT NOT NULL,
      by TEXT NOT NULL
    ) STRICT;

    CREATE TABLE idmap(
      local_id TEXT PRIMARY KEY,
      remote_id TEXT UNIQUE,
      external_ref TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE file_state(
      path TEXT PRIMARY KEY,
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      content_hash TEXT NOT NULL,
      rendered_from_version INTEGER,
      mtime INTEGER NOT NULL,
      inode INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// What builds made from the mirror.
  static let outputs = """
    CREATE TABLE build(
      n INTEGER PRIMARY KEY,
      storefront TEXT NOT NULL,
      snapshot_id TEXT NOT NULL,
      revision INTEGER NOT NULL,
      as_of TEXT NOT NULL,
      state TEXT NOT NULL CHECK(state IN ('running', 'done', 'failed')),
      started_at TEXT NOT NULL,
      finished_at TEXT,
      output_count INTEGER,
      byte_count INTEGER,
      note TEXT
    ) STRICT;

    CREATE TABLE output(
      root TEXT NOT NULL,
      path TEXT NOT NULL,
      kind TEXT NOT NULL,
      digest BLOB NOT NULL,
      byte_count INTEGER NOT NULL,
      content_digest BLOB,
      last_modified TEXT,
      next_change TEXT,
      build INTEGER NOT NULL,
      PRIMARY KEY(root, path)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE read_key(
      n INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE output_read(
      root TEXT NOT NULL,
      path TEXT NOT NULL,
      reads BLOB NOT NULL,
      PRIMARY KEY(root, path)
    ) STRICT, WITHOUT ROWID;
    """
}
