/// Where a snapshot was left: enough to go on in another run of the program.
struct SnapshotToken: Equatable {
  /// Bytes of the snapshot that are stored; a line ends there.
  var offset: Int64
  /// How many records the snapshot has, if the server says so.
  var total: Int?
  /// Where the change feed goes on after the snapshot.
  var cursor: String
  /// The entity tag that names the snapshot.
  var etag: String

  /// The token as the mirror stores it.
  var text: String { "1 \(offset) \(total.map(String.init) ?? "-") \(cursor) \(etag)" }

  init(offset: Int64, total: Int?, cursor: String, etag: String) {
    self.offset = offset
    self.total = total
    self.cursor = cursor
    self.etag = etag
  }

  /// Reads a stored token; nil where it is of another version or damaged.
  init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
    guard parts.count == 5, parts[0] == "1", let offset = Int64(parts[1]), offset > 0 else {
      return nil
    }
    self.init(
      offset: offset, total: Int(parts[2]), cursor: String(parts[3]), etag: String(parts[4]))
  }
}
