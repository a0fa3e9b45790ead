extension Schema {
  /// What lets every reader see edits at no cost where there are none: the edited body beside the
  /// server's, and typed tables that are made from it.
  static let readableEdits = """
    ALTER TABLE record ADD COLUMN local_json TEXT;
    CREATE INDEX record_edited ON record(type, id) WHERE local_json IS NOT NULL;

    ALTER TABLE local ADD COLUMN mode TEXT NOT NULL DEFAULT 'set' CHECK(mode IN ('set', 'count'));
    ALTER TABLE outbox ADD COLUMN may_resend INTEGER NOT NULL DEFAULT 1
      CHECK(may_resend IN (0, 1));
    CREATE INDEX edit_log_record ON edit_log(type, id);

    ALTER TABLE sync_meta ADD COLUMN machine TEXT;
    ALTER TABLE sync_meta ADD COLUMN file_place TEXT;
    ALTER TABLE sync_meta ADD COLUMN edits_waiting INTEGER NOT NULL DEFAULT 0;
    UPDATE sync_meta SET edits_waiting =
      EXISTS(SELECT 1 FROM local) OR EXISTS(SELECT 1 FROM local_record);
    """

  /// The body that readers see of a record `r`: the server's, or with edits laid over it.
  static let shownBody = "coalesce(r.local_json, r.server_json)"

  /// Whether a record `r` is not deleted here.
  static let isNotDeletedHere = """
    NOT EXISTS (SELECT 1 FROM local_record l
      WHERE l.type = r.type AND l.id = r.id AND l.op = 'delete')
    """

  /// What the shop deleted together with a record that is edited here: kept so that the whole can be made
  /// again, and under which id it was.
  static let lostParts = """
    CREATE TABLE lost_part(
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      whole_type TEXT NOT NULL,
      whole_id TEXT NOT NULL,
      body TEXT NOT NULL,
      at TEXT NOT NULL,
      made_id TEXT,
      PRIMARY KEY(type, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX lost_part_whole ON lost_part(whole_type, whole_id);
    """

  /// Where in lists kept by hand an edited record stood that the shop took out of them.
  static let lostPlaces = """
    CREATE TABLE lost_place(
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      holder_type TEXT NOT NULL,
      holder_id TEXT NOT NULL,
      field TEXT NOT NULL,
      place TEXT NOT NULL,
      at TEXT NOT NULL,
      seen_at TEXT NOT NULL,
      PRIMARY KEY(type, id, holder_type, holder_id, field)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX lost_place_holder ON lost_place(holder_type, holder_id, field);
    """
}
