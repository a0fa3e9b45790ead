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
      let (sum, hasQuarantine) = try StreamDigest.standing(of: type, in: database)
      if hasQuarantine {
        return try MirrorDigest.buckets(of: type, in: database, quarantine: true)
      }
      if let known = digests[type], known.sum == sum { return known.buckets }
      if let kept = try StreamDigest.kept(type, in: database) {
        digests[type] = StreamDigest(sum: sum, buckets: kept, isStored: true)
        return kept
      }
      let buckets = try MirrorDigest.buckets(of: type, in: database, quarantine: false)
      digests[type] = StreamDigest(sum: sum, buckets: buckets, isStored: false)
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

  /// Notes that the streams of these types were found equal to the server's, and stores the digests
  /// that were computed for that, so that a later run need not: one transaction.
  public func noteProven(_ types: [ResourceType]) throws {
    try checked {
      let now = clock.now.rfc3339
      let names = types.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
      try database.transaction {
        try database.run(
          """
          INSERT INTO stream(type, count, sum, proven_at)
            SELECT value, 0, zeroblob(16), ?2 FROM json_each(?1) WHERE true
          ON CONFLICT(type) DO UPDATE SET proven_at = ?2
          """, "[\(names)]", now)
        for type in types {
          if let digest = digests[type], !digest.isStored { try digest.store(type, in: database) }
        }
      }
      for type in types { digests[type]?.isStored = true }
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
struct StreamDigest {
  /// The stream's sum when it was computed; empty where the stream had no row.
  let sum: [UInt8]
  let buckets: [DigestBucket]
  var isStored: Bool

  /// The sum of a stream as it is, and whether bodies of the type lie in quarantine.
  static func standing(
    of type: ResourceType, in database: Database
  ) throws(SQLError) -> (sum: [UInt8], hasQuarantine: Bool) {
    let row = try database.prepare(
      """
      SELECT (SELECT sum FROM stream WHERE type = ?1),
        EXISTS(SELECT 1 FROM quarantine WHERE type = ?1)
      """)
    try row.bind(1, type.rawValue)
    try row.step()
    return ([UInt8](row.bytes(0)), row.integer(1) == 1)
  }

  /// The stored digest, if it is of the stream as it is.
  static func kept(_ type: ResourceType, in database: Database) throws(SQLError)
    -> [DigestBucket]?
  {
    let row = try database.prepare(
      "SELECT digest FROM stream WHERE type = ? AND digest_sum = sum AND digest IS NOT NULL")
    try row.bind(1, type.rawValue)
    return try row.step() ? parse(row.bytes(0)) : nil
  }

  func store(_ type: ResourceType, in database: Database) throws(SQLError) {
    var text = ByteBuffer(capacity: 1024)
    for bucket in buckets where bucket.count > 0 {
      text.append("\(bucket.bucket) \(bucket.count) \(bucket.hash)\n")
    }
    let statement = try database.prepare(
      "UPDATE stream SET digest = ?1, digest_sum = ?2 WHERE type = ?3")
    try text.withBytes { (bytes) throws(SQLError) in try statement.bind(1, bytes: bytes) }
    try statement.bind(2, bytes: sum)
    try statement.bind(3, type.rawValue)
    try statement.run()
  }

  /// Reads lines of bucket, count and hash, one for each bucket that is not empty; nil where it is
  /// something else, as the form of earlier versions.
  private static func parse(_ text: UnsafeRawBufferPointer) -> [DigestBucket]? {
    var buckets = DigestAccumulator.empty
    var place = 0
    func number(below limit: Int, endingWith end: UInt8) -> Int? {
      var value = 0
      let start = place
      while place < text.count, text[place] != end {
        guard (0x30...0x39).contains(text[place]) else { return nil }
        value = value * 10 + Int(text[place] - 0x30)
        guard value < limit else { return nil }
        place += 1
      }
      guard place > start, place < text.count else { return nil }
      place += 1
      return value
    }
    while place < text.count {
      guard let bucket = number(below: 256, endingWith: 0x20),
        let count = number(below: 1 << 40, endingWith: 0x20),
        let end = text[place...].firstIndex(of: 0x0A)
      else { return nil }
      buckets[bucket].count = count
      buckets[bucket].hash = String(decoding: text[place..<end], as: UTF8.self)
      place = end + 1
    }
    return buckets
  }
}
