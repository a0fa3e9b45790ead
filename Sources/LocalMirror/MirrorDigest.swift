import Bytes
public import Contract
import Machine
import SQL

/// Counts and hashes of what is stored, by the contract's 256 buckets.
enum MirrorDigest {
  /// The buckets of a type. With `quarantine`, bodies that came but did not fit count with the hash
  /// that the server gave them: then the digest says whether everything arrived.
  static func buckets(
    of type: ResourceType, in database: Database, quarantine: Bool
  ) throws(SQLError) -> [DigestBucket] {
    let rows = try database.prepare(quarantine ? withQuarantine : stored)
    try rows.bind(1, type.rawValue)
    var accumulator = DigestAccumulator()
    while try rows.step() { accumulator.add(id: rows.bytes(0), contentHash: rows.bytes(1)) }
    return accumulator.finish()
  }

  /// Ids and hashes of one bucket in byte order of id.
  static func identities(
    of type: ResourceType, bucket: UInt8, in database: Database, quarantine: Bool
  ) throws(SQLError) -> [RecordIdentity] {
    let rows = try database.prepare(quarantine ? withQuarantine : stored)
    try rows.bind(1, type.rawValue)
    var found: [RecordIdentity] = []
    while try rows.step() {
      guard DigestAccumulator.bucket(of: rows.bytes(0)) == bucket else { continue }
      found.append(RecordIdentity(id: rows.text(0), contentHash: rows.text(1)))
    }
    return found
  }

  private static let stored = """
    SELECT id, server_hash FROM record
    WHERE type = ?1 AND state <> 'deleted' AND server_hash <> '' ORDER BY id
    """

  private static let withQuarantine = """
    SELECT id, server_hash FROM record
      WHERE type = ?1 AND state = 'live' AND server_hash <> ''
    UNION ALL SELECT id, coalesce(server_hash, '') FROM quarantine WHERE type = ?1
    ORDER BY 1
    """
}

extension MirrorStore {
  /// Counts and hashes of a type as the server's digest has them, from the stored rows.
  ///
  /// A body in quarantine counts with the hash that the server gave it, so that equality says that
  /// everything arrived; what does not fit is said by `quarantine()`. Where nothing changed since
  /// the last call the answer is remembered.
  public func digest(of type: ResourceType) throws -> [DigestBucket] {
    try checked {
      let hasQuarantine =
        try database.integer(
          "SELECT EXISTS(SELECT 1 FROM quarantine WHERE type = ?)", type.rawValue) == 1
      if hasQuarantine {
        return try MirrorDigest.buckets(of: type, in: database, quarantine: true)
      }
      if let kept = try DigestCache.kept(type, in: database) { return kept }
      let buckets = try MirrorDigest.buckets(of: type, in: database, quarantine: false)
      try DigestCache.keep(buckets, type, in: database)
      return buckets
    }
  }

  /// Ids and content hashes of one bucket, those in quarantine included, in byte order of id.
  public func identities(of type: ResourceType, bucket: UInt8) throws -> [RecordIdentity] {
    try checked {
      try MirrorDigest.identities(of: type, bucket: bucket, in: database, quarantine: true)
    }
  }

  /// How many records the server has of each type that has any.
  public func counts() throws -> [ResourceType: Int] {
    try checked {
      var result: [ResourceType: Int] = [:]
      let rows = try database.prepare("SELECT type, count FROM stream WHERE count > 0")
      while try rows.step() {
        if let type = ResourceType(rawValue: rows.text(0)) { result[type] = Int(rows.integer(1)) }
      }
      return result
    }
  }

  /// Notes that the streams of these types were found equal to the server's.
  public func noteProven(_ types: [ResourceType]) throws {
    try checked {
      let now = clock.now.rfc3339
      try database.transaction {
        for type in types {
          try database.run(
            """
            INSERT INTO stream(type, count, sum, proven_at) VALUES(?1, 0, zeroblob(16), ?2)
            ON CONFLICT(type) DO UPDATE SET proven_at = ?2
            """, type.rawValue, now)
        }
      }
    }
  }
}

extension MirrorReader {
  /// Counts and hashes of a type from the stored rows, without what is in quarantine.
  public func digest(of type: ResourceType) throws -> [DigestBucket] {
    try checked { try MirrorDigest.buckets(of: type, in: database, quarantine: false) }
  }
}

/// The last digest of a type, good while the sum of its stream is the same.
private enum DigestCache {
  static func kept(_ type: ResourceType, in database: Database) throws(SQLError)
    -> [DigestBucket]?
  {
    let row = try database.prepare(
      "SELECT digest FROM stream WHERE type = ? AND digest_sum = sum AND digest IS NOT NULL")
    try row.bind(1, type.rawValue)
    guard try row.step() else { return nil }
    var buckets: [DigestBucket] = []
    buckets.reserveCapacity(256)
    // By bytes: characters would cost more than all else of a pull that finds nothing new.
    for line in row.bytes(0).split(separator: UInt8(ascii: "\n")) {
      guard let space = line.firstIndex(of: UInt8(ascii: " ")), buckets.count < 256,
        let count = Int(String(decoding: line[..<space], as: UTF8.self))
      else { return nil }
      let hash = String(decoding: line[line.index(after: space)...], as: UTF8.self)
      buckets.append(DigestBucket(bucket: UInt8(buckets.count), count: count, hash: hash))
    }
    guard buckets.count == 256 else { return nil }
    return buckets
  }

  static func keep(
    _ buckets: [DigestBucket], _ type: ResourceType, in database: Database
  ) throws(SQLError) {
    let text = buckets.map { "\($0.count) \($0.hash)\n" }.joined()
    let statement = try database.prepare(
      "UPDATE stream SET digest = ?, digest_sum = sum WHERE type = ?")
    try statement.bind(1, bytes: Array(text.utf8))
    try statement.bind(2, type.rawValue)
    try statement.run()
  }
}
