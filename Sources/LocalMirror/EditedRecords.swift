import SQL

/// The records whose typed row does not tell the whole truth: those that somebody has edited here,
/// and those that the shop has deleted and that stay because of an edit. They are read as JSON.
///
/// Used by one thread, with the reader that it belongs to.
final class EditedRecords {
  private let database: Database
  private let numbers: Set<Int64>
  /// What typed rows have in common, kept here because it is the reader's too.
  let memory = TypedRow.Memory()

  /// Finds them. O(edited records).
  init(_ database: Database) throws(SQLError) {
    self.database = database
    let rows = try database.prepare(
      """
      SELECT r.n FROM record r JOIN (
        SELECT type, id FROM local UNION SELECT type, id FROM local_record
        UNION SELECT type, record_id FROM conflict) e ON r.type = e.type AND r.id = e.id
      """)
    var found: Set<Int64> = []
    while try rows.step() { found.insert(rows.integer(0)) }
    numbers = found
  }

  /// Whether the record with this number is one of them.
  func contains(_ number: Int64) -> Bool { !numbers.isEmpty && numbers.contains(number) }

  /// The JSON of a record; nil where it is deleted.
  func json(_ number: Int64) throws(SQLError) -> [UInt8]? {
    let row = try database.prepare(
      "SELECT server_json FROM record WHERE n = ? AND state <> 'deleted'")
    try row.bind(1, number)
    return try row.step() ? [UInt8](row.bytes(0)) : nil
  }
}
