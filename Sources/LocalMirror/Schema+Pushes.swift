extension Schema {
  /// What pushes need beside the outbox: which push sent a row, its frozen request, what was there
  /// before, and how it was answered; and what a person sees of an open question.
  static let pushes = """
    CREATE TABLE push(
      n INTEGER PRIMARY KEY AUTOINCREMENT,
      plan_hash TEXT NOT NULL,
      started_at TEXT NOT NULL,
      finished_at TEXT,
      sent INTEGER NOT NULL DEFAULT 0,
      refused INTEGER NOT NULL DEFAULT 0,
      unknown INTEGER NOT NULL DEFAULT 0,
      undone_by INTEGER REFERENCES push(n)
    ) STRICT;

    ALTER TABLE outbox ADD COLUMN push INTEGER REFERENCES push(n);
    ALTER TABLE outbox ADD COLUMN request TEXT;
    ALTER TABLE outbox ADD COLUMN before TEXT;
    ALTER TABLE outbox ADD COLUMN answer TEXT;
    ALTER TABLE outbox ADD COLUMN reason TEXT;
    CREATE INDEX outbox_open ON outbox(state) WHERE state IN ('waiting', 'sending', 'unknown');
    CREATE INDEX outbox_record ON outbox(type, id);
    CREATE INDEX outbox_push ON outbox(push);

    ALTER TABLE conflict ADD COLUMN detail TEXT;
    CREATE INDEX conflict_record ON conflict(type, record_id);

    ALTER TABLE decision ADD COLUMN base TEXT;
    ALTER TABLE decision ADD COLUMN ours TEXT;
    ALTER TABLE decision ADD COLUMN theirs TEXT;
    ALTER TABLE decision ADD COLUMN result TEXT;
    ALTER TABLE decision ADD COLUMN push INTEGER REFERENCES push(n);
    CREATE INDEX decision_record ON decision(type, id);
    """

  /// What the platform said at the last pull that it protects, so that a plan can be made offline.
  static let capabilities = "ALTER TABLE sync_meta ADD COLUMN capabilities TEXT;"
}
