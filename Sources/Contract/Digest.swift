public import Bytes

/// Number and hash of the records whose ids fall into one of 256 buckets.
public struct DigestBucket: Sendable, Hashable {
  /// First byte of SHA-256(id).
  public var bucket: UInt8
  /// How many records.
  public var count: Int
  /// `sha256:` and the digest over `id\ncontent_hash\n` in byte order of id.
  public var hash: String

  /// Makes a bucket from its parts.
  public init(bucket: UInt8, count: Int, hash: String) {
    self.bucket = bucket
    self.count = count
    self.hash = hash
  }
}

/// Id and content hash of a record.
public struct RecordIdentity: Sendable, Hashable {
  /// The id.
  public var id: String
  /// The content hash.
  public var contentHash: String

  /// Names a record's content.
  public init(id: String, contentHash: String) {
    self.id = id
    self.contentHash = contentHash
  }
}

/// Computes the 256 buckets of a type from its records, which must come in byte order of id.
public struct DigestAccumulator: ~Copyable {
  /// One of the 256. What was added goes into the hash some kilobytes at a time, so that memory
  /// does not grow with the catalogue.
  private final class Bucket {
    static let portion = 4096
    private var hasher: SHA256Hasher?
    private var text: [UInt8] = []
    private(set) var count = 0

    func add(_ id: UnsafeRawBufferPointer, _ contentHash: UnsafeRawBufferPointer) {
      count += 1
      text.append(contentsOf: id)
      text.append(0x0A)
      text.append(contentsOf: contentHash)
      text.append(0x0A)
      if text.count >= Self.portion { feed() }
    }

    /// The hash; nil where nothing was added.
    func finish() -> String? {
      feed()
      guard let hasher = hasher.take() else { return nil }
      return ContentHash.prefix + hasher.digest().hex
    }

    private func feed() {
      if hasher == nil { hasher = SHA256Hasher() }
      text.withUnsafeBytes { bytes in hasher?.update(bytes) }
      text.removeAll(keepingCapacity: true)
    }
  }

  /// Nil where nothing was added, as in most buckets of a small shop.
  private var buckets = [Bucket?](repeating: nil, count: 256)

  /// Starts with no records.
  public init() {}

  /// The bucket of an id.
  public static func bucket(of id: UnsafeRawBufferPointer) -> UInt8 {
    SHA256Digest(of: id).bytes[0]
  }

  /// The bucket of an id.
  public static func bucket(of id: String) -> UInt8 { SHA256Digest(of: id).bytes[0] }

  /// Adds a record. Records of one bucket must come in byte order of their ids.
  public mutating func add(id: UnsafeRawBufferPointer, contentHash: UnsafeRawBufferPointer) {
    let number = Int(Self.bucket(of: id))
    let bucket = buckets[number] ?? Bucket()
    buckets[number] = bucket
    bucket.add(id, contentHash)
  }

  /// Adds a record. Records of one bucket must come in byte order of their ids.
  public mutating func add(_ identity: RecordIdentity) {
    var id = identity.id
    var hash = identity.contentHash
    id.withUTF8 { id in
      hash.withUTF8 { hash in
        add(id: UnsafeRawBufferPointer(id), contentHash: UnsafeRawBufferPointer(hash))
      }
    }
  }

  /// The 256 buckets of a type without records.
  public static let empty: [DigestBucket] = {
    let hash = ContentHash.prefix + SHA256Digest(of: []).hex
    return (0..<256).map { DigestBucket(bucket: UInt8($0), count: 0, hash: hash) }
  }()

  /// All 256 buckets, empty ones too.
  public consuming func finish() -> [DigestBucket] {
    var digest = Self.empty
    for (number, bucket) in buckets.enumerated() {
      guard let bucket, let hash = bucket.finish() else { continue }
      digest[number].count = bucket.count
      digest[number].hash = hash
    }
    return digest
  }
}

/// Reading the answers of `GET /digest`.
public enum DigestAnswer {
  /// The buckets of an answer without `bucket`.
  public static func buckets(_ value: TapeValue) throws(EnvelopeError) -> [DigestBucket] {
    var buckets: [DigestBucket] = []
    for row in value["buckets"]?.children ?? [] {
      guard let bucket = row["bucket"]?.integer, (0..<256).contains(bucket),
        let count = row["count"]?.integer, count >= 0, let hash = row["hash"]?.string
      else { throw EnvelopeError(member: "buckets", reason: "a bucket has bucket, count, hash") }
      buckets.append(DigestBucket(bucket: UInt8(bucket), count: Int(count), hash: hash))
    }
    guard buckets.count == 256 else {
      throw EnvelopeError(member: "buckets", reason: "256 buckets are needed")
    }
    return buckets
  }

  /// The records of an answer with `bucket`.
  public static func records(_ value: TapeValue) throws(EnvelopeError) -> [RecordIdentity] {
    guard let rows = value["records"], rows.kind == .array else {
      throw EnvelopeError(member: "records", reason: "an array is needed here")
    }
    var records: [RecordIdentity] = []
    for row in rows.children {
      guard let id = row["id"]?.string, let hash = row["content_hash"]?.string else {
        throw EnvelopeError(member: "records", reason: "a record has id and content_hash")
      }
      records.append(RecordIdentity(id: id, contentHash: hash))
    }
    return records
  }
}
