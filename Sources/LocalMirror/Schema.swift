import SQL

/// The mirror's tables, as the steps that made them. A step that has been released is never edited;
/// docs/mirror.md describes what the last one leaves.
enum Schema {
  /// All steps; step n leads from `user_version` n to n + 1.
  static let steps = [
    Migration("records, streams and cursors", sql: records),
    Migration("projections of the catalogue", sql: catalogue + membership),
    Migration("local edits, outbox and inbox", sql: edits),
    Migration("outputs and builds", sql: outputs),
    Migration("edits in every reading", sql: readableEdits),
    Migration("pushes, answers and decisions", sql: pushes),
    Migration("content files as they were rendered", sql: files),
    Migration("what the platform protects", sql: capabilities),
    Migration("parents of what is gone", sql: parents),
    Migration("what was published before", sql: publishedBefore),
    Migration("what entitlements were to", sql: entitledParents),
    Migration("what was deleted with an edited record", sql: lostParts),
    Migration("handles in other languages", sql: translatedHandles),
    Migration("places in lists that edited records lost", sql: lostPlaces),
  ]

  static let records = """
    CREATE TABLE sync_meta(
      one INTEGER PRIMARY KEY CHECK(one = 1),
      tenant TEXT NOT NULL,
      server_id TEXT,
      shop TEXT,
      connector TEXT,
      schema_version TEXT,
      filter_hash TEXT,
      client_id TEXT NOT NULL,
      created_at TEXT NOT NULL,
      epoch TEXT,
      epoch_generation INTEGER NOT NULL DEFAULT 0,
      revision INTEGER NOT NULL DEFAULT 0,
      last_pull_at TEXT
    ) STRICT;

    CREATE TABLE record(
      n INTEGER PRIMARY KEY,
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      handle TEXT,
      version INTEGER NOT NULL,
      etag TEXT,
      server_hash TEXT NOT NULL,
      server_json TEXT NOT NULL,
      seen_seq INTEGER NOT NULL,
      state TEXT NOT NULL CHECK(state IN ('live', 'outdated', 'deleted')),
      generation INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      seen_at TEXT NOT NULL,
      UNIQUE(type, id)
    ) STRICT;
    CREATE INDEX record_revision ON record(revision);

    CREATE TABLE stream(
      type TEXT PRIMARY KEY,
      count INTEGER NOT NULL,
      sum BLOB NOT NULL,
      digest_sum BLOB,
      digest BLOB,
      proven_at TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE tombstone(
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      op TEXT NOT NULL CHECK(op IN ('delete', 'gone', 'missing')),
      version INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      epoch TEXT,
      at TEXT,
      revision INTEGER NOT NULL,
      seen_at TEXT NOT NULL,
      PRIMARY KEY(type, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tombstone_revision ON tombstone(revision);

    CREATE TABLE quarantine(
      n INTEGER PRIMARY KEY,
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      version INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      server_hash TEXT,
      reason TEXT NOT NULL,
      pointer TEXT,
      body BLOB NOT NULL,
      generation INTEGER NOT NULL,
      seen_at TEXT NOT NULL,
      UNIQUE(type, id)
    ) STRICT;

    CREATE TABLE cursor(
      scope TEXT PRIMARY KEY,
      token TEXT,
      epoch TEXT,
      watermark INTEGER,
      full_since TEXT,
      window_start TEXT,
      updated_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE generation(
      n INTEGER PRIMARY KEY,
      scope TEXT NOT NULL,
      types TEXT NOT NULL,
      epoch TEXT,
      resume_token TEXT,
      snapshot_seq INTEGER,
      received INTEGER NOT NULL DEFAULT 0,
      removed INTEGER,
      state TEXT NOT NULL CHECK(state IN ('open', 'done', 'abandoned')),
      started_at TEXT NOT NULL,
      finished_at TEXT
    ) STRICT;
    CREATE UNIQUE INDEX generation_open ON generation(scope) WHERE state = 'open';

    CREATE TABLE handle_history(
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      handle TEXT NOT NULL,
      first_seen TEXT NOT NULL,
      PRIMARY KEY(type, handle, id)
    ) STRICT, WITHOUT ROWID;
    """
}
