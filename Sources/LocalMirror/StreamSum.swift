import Bytes
import Contract
import SQL

/// Number of the records of a type and a sum over their contents that does not depend on the order
/// in which they came: equal streams have equal sums, whatever way led there.
///
/// The sum adds the 128-bit fingerprints of `id\nhash`, so that one changed record costs two
/// additions. It names a state; proof of completeness is by the contract's SHA-256 buckets.
struct StreamSum {
  var count: Int64 = 0
  var sum: UInt128 = 0
  var isChanged = false

  mutating func add(id: String, hash: String) {
    count += 1
    sum &+= Self.fingerprint(id, hash)
    isChanged = true
  }

  mutating func remove(id: String, hash: String) {
    count -= 1
    sum &-= Self.fingerprint(id, hash)
    isChanged = true
  }

  static func fingerprint(_ id: String, _ hash: String) -> UInt128 {
    withUnsafeTemporaryAllocation(byteCount: id.utf8.count + hash.utf8.count + 1, alignment: 16) {
      var end = 0
      for byte in id.utf8 {
        $0[end] = byte
        end += 1
      }
      $0[end] = 0x0A
      end += 1
      for byte in hash.utf8 {
        $0[end] = byte
        end += 1
      }
      let mark = Fingerprint(of: UnsafeRawBufferPointer($0))
      return UInt128(mark.high) << 64 | UInt128(mark.low)
    }
  }

  /// The sum as 16 bytes, the highest first.
  var bytes: [UInt8] {
    (0..<16).map { UInt8(truncatingIfNeeded: sum >> UInt128(120 - $0 * 8)) }
  }

  static func stored(_ type: ResourceType, in database: Database) throws(SQLError) -> StreamSum {
    let row = try database.prepare("SELECT count, sum FROM stream WHERE type = ?")
    try row.bind(1, type.rawValue)
    guard try row.step() else { return StreamSum() }
    let sum = row.bytes(1).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    return StreamSum(count: row.integer(0), sum: sum)
  }

  func store(_ type: ResourceType, in database: Database) throws(SQLError) {
    let statement = try database.prepare(
      """
      INSERT INTO stream(type, count, sum) VALUES(?1, ?2, ?3)
      ON CONFLICT(type) DO UPDATE SET count = ?2, sum = ?3, proven_at = NULL
      """)
    try statement.bind(1, type.rawValue)
    try statement.bind(2, count)
    try statement.bind(3, bytes: bytes)
    try statement.run()
  }

  /// A name for the state of all streams that pages and feeds are made from, edits included: 32
  /// hexadecimal digits that depend on the contents alone.
  static func snapshotID(in database: Database) throws(SQLError) -> String {
    var text = ByteBuffer(capacity: 1024)
    for type in ResourceType.allCases where !type.isPersonal {
      let sum = try stored(type, in: database)
      text.append("\(type.rawValue) \(sum.count) \(Hex.encode(sum.bytes))\n")
    }
    try LocalEdits(database).name(into: &text)
    return text.withBytes { Fingerprint(of: $0).hex }
  }
}
