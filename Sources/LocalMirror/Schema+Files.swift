extension Schema {
  /// What content files need beside the hash of what was last known of them: the values as they
  /// were rendered, the size for a quick look, and the markers that a person asked for.
  static let files = """
    ALTER TABLE file_state ADD COLUMN size INTEGER NOT NULL DEFAULT -1;
    ALTER TABLE file_state ADD COLUMN rendered TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE file_state ADD COLUMN marked TEXT;
    ALTER TABLE file_state ADD COLUMN is_waiting INTEGER NOT NULL DEFAULT 0
      CHECK(is_waiting IN (0, 1));
    CREATE INDEX file_state_record ON file_state(type, id);

    ALTER TABLE sync_meta ADD COLUMN files_revision INTEGER NOT NULL DEFAULT 0;
    """
}
