public import Bytes
public import Contract
import SQL

extension MirrorReader {
  /// Local values of a record, or of all, in order of record and field.
  public func localValues(of key: RecordKey? = nil) throws -> [LocalValue] {
    try checked { try LocalEdits(database).values(of: key) }
  }

  /// Records that are made or deleted here, in order.
  public func localOperations() throws -> [(RecordKey, LocalOperation)] {
    try checked { try LocalEdits(database).operations() }
  }

  /// What is done here to a record as a whole.
  public func localOperation(of key: RecordKey) throws -> LocalOperation {
    try checked { try LocalEdits(database).operation(of: key) }
  }

  /// Records with an edit that the server has not confirmed, in order.
  public func editedKeys() throws -> [RecordKey] { try checked { try LocalEdits(database).keys() } }

  /// The log of edits of a record, or of all, oldest first.
  ///
  /// - Parameter n: only what came after the entry of this number.
  public func log(of key: RecordKey? = nil, after n: Int64 = 0) throws -> [EditLogEntry] {
    try checked { try LocalEdits(database).log(of: key, after: n) }
  }

  /// A record as the server has it; nil where the server never had it.
  public func serverRecord(_ key: RecordKey) throws -> StoredServerRecord? {
    try checked { try LocalEdits(database).serverRecord(key) }
  }

  /// A record with its edits, as pages and feeds are made from it; nil where there is none.
  ///
  /// - Parameter includingHidden: gives those too that are deleted here or on the server.
  public func effectiveRecord(_ key: RecordKey, includingHidden: Bool = false) throws -> Tape? {
    try checked { try lookup.record(key, includingHidden: includingHidden) }
  }

  /// The id that the server gave to a record that was made here; nil where it has none yet.
  public func remoteID(of localID: String) throws -> String? {
    try checked {
      try database.text("SELECT remote_id FROM idmap WHERE local_id = ?", localID)
    }
  }

  /// How many records of each type the shop deleted together with one that is kept here because of edits.
  public func lostParts(of whole: RecordKey) throws -> [ResourceType: Int] {
    try checked {
      try LostParts(database: database).parts(of: whole).reduce(into: [:]) { counts, part in
        counts[part.key.type, default: 0] += 1
      }
    }
  }

  /// The lists that a record goes back into which the shop deleted and which is kept here because of edits.
  public func lostPlaces(of key: RecordKey) throws -> [ListPlace] {
    try checked { try LostPlaces(database: database).toPutBack(key) }
  }
}
