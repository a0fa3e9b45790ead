extension Schema {
  /// Every handle that a record ever had in another language, for redirects; and what finds the records
  /// that have a handle now.
  static let translatedHandles = """
    CREATE TABLE translated_handle_history(
      type TEXT NOT NULL,
      id TEXT NOT NULL,
      locale TEXT NOT NULL,
      handle TEXT NOT NULL,
      first_seen TEXT NOT NULL,
      PRIMARY KEY(type, id, locale, handle)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX translation_handle ON translation(value) WHERE key = 'handle';
    INSERT OR IGNORE INTO translated_handle_history(type, id, locale, handle, first_seen)
      SELECT t.resource_type, t.resource_id, t.locale, t.value, r.seen_at
      FROM translation t JOIN record r ON r.n = t.n WHERE t.key = 'handle';
    """
}
