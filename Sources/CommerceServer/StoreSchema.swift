import SQL

/// The tables of the reference server's file.
///
/// There is no table of log rows: a record's `seq` is its last row of the log, so the log is
/// compacted by nature, every mutation and its log row are one row, and the feed reads one index.
enum StoreSchema {
  static var migrations: [Migration] {
    [
      Migration(
        "first tables",
        sql: """
          CREATE TABLE meta(
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
          ) STRICT, WITHOUT ROWID;

          -- seq: newest position of the tenant's change log.
          -- compacted: tombstones up to here may have been removed.
          CREATE TABLE tenant(
            tenant INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            seq INTEGER NOT NULL DEFAULT 0,
            compacted INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL
          ) STRICT;

          -- hash: SHA-256 of the token; the token itself is stored nowhere.
          CREATE TABLE token(
            id TEXT PRIMARY KEY,
            tenant INTEGER NOT NULL REFERENCES tenant,
            name TEXT NOT NULL,
            hash BLOB NOT NULL UNIQUE,
            scopes TEXT NOT NULL,
            published_only INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER,
            revoked_at INTEGER
          ) STRICT;

          -- body: the whole envelope as one line of JSON.
          -- deleted_at: the record is a tombstone.
          -- hidden: it is, or is a part of, a product that is not active.
          CREATE TABLE record(
            row INTEGER PRIMARY KEY,
            tenant INTEGER NOT NULL REFERENCES tenant,
            type TEXT NOT NULL,
            id TEXT NOT NULL,
            seq INTEGER NOT NULL,
            version INTEGER NOT NULL,
            hidden INTEGER NOT NULL DEFAULT 0,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            deleted_at INTEGER,
            external_ref TEXT,
            parent TEXT,
            content_hash TEXT NOT NULL,
            body BLOB NOT NULL
          ) STRICT;
          CREATE UNIQUE INDEX record_id ON record(tenant, type, id);
          CREATE UNIQUE INDEX record_seq ON record(tenant, seq);
          CREATE INDEX record_updated ON record(tenant, type, updated_at, id)
            WHERE deleted_at IS NULL;
          CREATE INDEX record_external ON record(tenant, type, external_ref)
            WHERE external_ref IS NOT NULL;
          CREATE INDEX record_tombstone ON record(deleted_at) WHERE deleted_at IS NOT NULL;

          -- Names that no two records of a tenant and type may share, by rule.
          CREATE TABLE natural_key(
            tenant INTEGER NOT NULL,
            type TEXT NOT NULL,
            rule TEXT NOT NULL,
            value TEXT NOT NULL,
            record INTEGER NOT NULL,
            PRIMARY KEY(tenant, type, rule, value)
          ) STRICT, WITHOUT ROWID;

          -- Who links to or names whom. policy: 0 named in a list, 1 owned, 2 guarded.
          CREATE TABLE mention(
            target INTEGER NOT NULL,
            source INTEGER NOT NULL,
            policy INTEGER NOT NULL,
            PRIMARY KEY(target, source, policy)
          ) STRICT, WITHOUT ROWID;
          """),
      Migration(
        "answers under idempotency keys",
        sql: """
          -- fingerprint: SHA-256 of what was asked for. content_type, etag, location: the headers
          -- that belong to the answer itself.
          CREATE TABLE kept_answer(
            answer INTEGER PRIMARY KEY,
            token TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint BLOB NOT NULL,
            kept_at INTEGER NOT NULL,
            status INTEGER NOT NULL,
            content_type TEXT,
            etag TEXT,
            location TEXT,
            body BLOB NOT NULL
          ) STRICT;
          CREATE UNIQUE INDEX kept_answer_key ON kept_answer(token, key);
          CREATE INDEX kept_answer_age ON kept_answer(kept_at);
          """),
      Migration(
        "webhooks",
        sql: """
          -- secret: as it was shown; without it nothing can be signed.
          -- seq: position of the log up to which it was told.
          -- failures: in a row. reason: of the last one.
          CREATE TABLE webhook(
            id TEXT PRIMARY KEY,
            tenant INTEGER NOT NULL REFERENCES tenant,
            url TEXT NOT NULL,
            secret TEXT NOT NULL,
            types TEXT NOT NULL,
            seq INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            failures INTEGER NOT NULL DEFAULT 0,
            next_at INTEGER NOT NULL DEFAULT 0,
            reason TEXT,
            disabled_at INTEGER
          ) STRICT;
          """),
      Migration(
        "webhooks managed over HTTP",
        sql: """
          -- old_secret: signs beside the new one until old_until.
          -- deleted_at: what is left of one that was deleted says so, without its secrets.
          ALTER TABLE webhook ADD COLUMN old_secret TEXT;
          ALTER TABLE webhook ADD COLUMN old_until INTEGER;
          ALTER TABLE webhook ADD COLUMN deleted_at INTEGER;
          """),
    ]
  }
}
