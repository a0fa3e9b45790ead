import Bytes
import Contract
import SQL

/// Reading single records.
enum RecordQueries {
  /// The record of a type and id, tombstones too.
  static func find(
    _ type: ResourceType, _ id: String, tenant: Int64, in database: Database
  ) throws -> StoredRecord? {
    let statement = try database.prepare(
      "SELECT \(StoredRecord.columns) FROM record WHERE tenant = ? AND type = ? AND id = ?")
    try statement.bind(1, tenant)
    try statement.bind(2, type.rawValue)
    try statement.bind(3, id)
    return try statement.step() ? StoredRecord(statement) : nil
  }

  /// The record that another system knows under a name.
  static func find(
    _ type: ResourceType, externalRef: String, tenant: Int64, in database: Database
  ) throws -> StoredRecord? {
    let statement = try database.prepare(
      """
      SELECT \(StoredRecord.columns) FROM record
      WHERE tenant = ? AND type = ? AND external_ref = ?
      """)
    try statement.bind(1, tenant)
    try statement.bind(2, type.rawValue)
    try statement.bind(3, externalRef)
    return try statement.step() ? StoredRecord(statement) : nil
  }

  /// Newest position of a tenant's log, and up to where tombstones may have been removed.
  static func log(of tenant: Int64, in database: Database) throws -> (head: Int64, compacted: Int64)
  {
    let statement = try database.prepare("SELECT seq, compacted FROM tenant WHERE tenant = ?")
    try statement.bind(1, tenant)
    guard try statement.step() else { return (0, 0) }
    return (statement.integer(0), statement.integer(1))
  }
}
