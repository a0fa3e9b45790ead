public import Bytes
public import Machine
import SQL

/// A file that a build made: a row of the manifest.
public struct OutputEntry: Sendable, Hashable {
  /// The root that it stands in, for example `public`.
  public var root: String
  /// Its path below the root.
  public var path: String
  /// What it is, for example `page`, `asset`, `feed`.
  public var kind: String
  /// Digest of its bytes.
  public var digest: [UInt8]
  /// How many bytes.
  public var byteCount: Int
  /// Digest of what a reader sees of it, by which `lastModified` moves; nil where it has none.
  public var contentDigest: [UInt8]?
  /// When that last changed.
  public var lastModified: Instant?
  /// The next instant at which a window that it looked at opens or shuts.
  public var nextChange: Instant?

  /// Describes an output.
  public init(
    root: String, path: String, kind: String, digest: [UInt8], byteCount: Int,
    contentDigest: [UInt8]? = nil, lastModified: Instant? = nil, nextChange: Instant? = nil
  ) {
    self.root = root
    self.path = path
    self.kind = kind
    self.digest = digest
    self.byteCount = byteCount
    self.contentDigest = contentDigest
    self.lastModified = lastModified
    self.nextChange = nextChange
  }
}

/// What an output was made from: recorded reads by key, for example `product/prd_1/title`.
public struct OutputReads: Sendable, Hashable {
  /// The root of the output.
  public var root: String
  /// Its path below the root.
  public var path: String
  /// The keys, in any order.
  public var keys: [String]

  /// Describes the reads of an output.
  public init(root: String, path: String, keys: [String]) {
    self.root = root
    self.path = path
    self.keys = keys
  }
}

/// A build that was begun.
public struct BuildEntry: Sendable, Hashable {
  /// How a build stands.
  public enum State: String, Sendable {
    /// It goes on, or its process died.
    case running
    /// Its outputs are published.
    case done
    /// It failed; nothing of it was published.
    case failed
  }

  /// Its number.
  public let number: Int64
  /// The storefront built.
  public let storefront: String
  /// The state of the catalogue that it was made from.
  public let snapshotID: String
  /// The revision of the mirror that it was made from.
  public let revision: Int64
  /// The instant that pages show.
  public let asOf: Instant
  /// How it stands.
  public let state: State
  /// How many outputs it has.
  public let outputCount: Int?
}

/// The manifests, recorded reads and log of builds, kept in the mirror's file.
///
/// It has a lock of its own, so that a build and a pull can go on side by side; SQLite orders
/// their transactions. Used by one thread at a time.
public final class BuildLedger {
  private let path: String
  let database: Database
  let clock: any TimeSource
  private let lock: LockFile

  /// Opens the ledger in the mirror at `path`, which must exist and be up to date. Another build is
  /// waited for, `patience` milliseconds at most: `serve` builds whenever something is saved.
  ///
  /// - Throws: `MirrorError` with `missing` or `inUse`.
  public init(path: String, clock: any TimeSource = SystemTime(), patience: Int = 10_000) throws {
    guard Files.exists(path) else {
      throw MirrorError(.missing, "there is no mirror at \(path) yet; run trumeau pull")
    }
    self.path = path
    self.clock = clock
    do {
      lock = try LockFile("\(path).build.lock", at: clock.now, waiting: patience)
      database = try Database(path)
      try database.migrate(Schema.steps)
    } catch let error as MachineError where error.call == "lock" {
      throw MirrorError(
        .inUse, "another build of \(path) is going on: it is \(error.reason)", cause: error)
    } catch {
      throw MirrorError.from(error, path: path)
    }
  }

  func write<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try database.transaction(body) } catch { throw MirrorError.from(error, path: path) }
  }

  func checked<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw MirrorError.from(error, path: path) }
  }

  /// Notes that a build begins and gives its number.
  public func begin(
    storefront: String, snapshotID: String, revision: Int64, asOf: Instant
  ) throws -> Int64 {
    try write {
      try database.run(
        """
        INSERT INTO build(storefront, snapshot_id, revision, as_of, state, started_at)
        VALUES(?, ?, ?, ?, 'running', ?)
        """, storefront, snapshotID, revision, asOf.rfc3339, clock.now.rfc3339)
      return database.lastInsertedRow
    }
  }

  /// Replaces the manifests of `roots` and their recorded reads in one transaction, and notes that
  /// the build is done. Call it after the files are in place. With a `publication`, the manifests that
  /// are replaced are kept, so that they can be taken back; doing it twice keeps them.
  public func finish(
    _ build: Int64, roots: [String], outputs: some Sequence<OutputEntry>, reads: [OutputReads] = [],
    publication: Publication? = nil
  ) throws {
    try write {
      if let publication { try keepOutputs(replacedBy: publication) }
      for root in roots + (publication?.replaced ?? []) {
        try database.run("DELETE FROM output WHERE root = ?", root)
        try database.run("DELETE FROM output_read WHERE root = ?", root)
      }
      let insert = try database.prepare(
        """
        INSERT INTO output(root, path, kind, digest, byte_count, content_digest, last_modified,
          next_change, build)
        VALUES(?,?,?,?,?,?,?,?,?)
        """)
      var (count, byteCount) = (0, 0)
      for output in outputs {
        try Self.bind(insert, output, build)
        try insert.run()
        count += 1
        byteCount += output.byteCount
      }
      try store(reads)
      try database.run(
        """
        UPDATE build SET state = 'done', finished_at = ?, output_count = ?, byte_count = ?
        WHERE n = ?
        """, clock.now.rfc3339, count, byteCount, build)
      try forgetParents()
    }
  }

  /// What every storefront has been built from already need not be known any more; the last build but one
  /// counts, because the last can be taken back.
  func forgetParents() throws(SQLError) {
    try database.run(
      """
      DELETE FROM parent_change WHERE revision <= (
        SELECT min(kept) FROM (
          SELECT (
            SELECT min(revision) FROM (
              SELECT revision FROM build
              WHERE storefront = shop.storefront AND state = 'done' ORDER BY n DESC LIMIT 2)
          ) AS kept
          FROM (SELECT DISTINCT storefront FROM build WHERE state = 'done') AS shop))
      """)
  }

  static func bind(
    _ insert: borrowing Statement, _ output: OutputEntry, _ build: Int64
  ) throws(SQLError) {
    try insert.bind(1, output.root)
    try insert.bind(2, output.path)
    try insert.bind(3, output.kind)
    try insert.bind(4, bytes: output.digest)
    try insert.bind(5, output.byteCount)
    if let digest = output.contentDigest {
      try insert.bind(6, bytes: digest)
    } else {
      try insert.bindNull(6)
    }
    try insert.bind(7, output.lastModified?.rfc3339)
    try insert.bind(8, output.nextChange?.rfc3339)
    try insert.bind(9, build)
  }

  /// Notes that a build failed and why.
  public func fail(_ build: Int64, because note: String) throws {
    try write {
      try database.run(
        "UPDATE build SET state = 'failed', finished_at = ?, note = ? WHERE n = ?",
        clock.now.rfc3339, note, build)
    }
  }

  /// The manifest of a root in byte order of path.
  public func outputs(in root: String) throws -> [OutputEntry] {
    try checked {
      let rows = try database.prepare(
        """
        SELECT path, kind, digest, byte_count, content_digest, last_modified, next_change
        FROM output WHERE root = ? ORDER BY path
        """)
      try rows.bind(1, root)
      var found: [OutputEntry] = []
      while try rows.step() {
        found.append(
          OutputEntry(
            root: root, path: rows.text(0), kind: rows.text(1), digest: [UInt8](rows.bytes(2)),
            byteCount: Int(rows.integer(3)),
            contentDigest: rows.isNull(4) ? nil : [UInt8](rows.bytes(4)),
            lastModified: rows.optionalText(5).flatMap(Instant.init(rfc3339:)),
            nextChange: rows.optionalText(6).flatMap(Instant.init(rfc3339:))))
      }
      return found
    }
  }

  /// How many outputs of a kind a root has in a folder.
  public func outputCount(in root: String, kind: String, below folder: String) throws -> Int {
    try checked {
      // The character behind `/` ends the range of paths that begin with the folder.
      Int(
        try database.integer(
          "SELECT count(*) FROM output WHERE root = ? AND path > ? AND path < ? AND kind = ?", root,
          "\(folder)/", "\(folder)0", kind) ?? 0)
    }
  }

  /// The roots that have a manifest, in byte order.
  public func roots() throws -> [String] {
    try checked {
      let rows = try database.prepare("SELECT DISTINCT root FROM output ORDER BY root")
      var found: [String] = []
      while try rows.step() { found.append(rows.text(0)) }
      return found
    }
  }

  // MARK: Recorded reads

  private func store(_ reads: [OutputReads]) throws(SQLError) {
    guard !reads.isEmpty else { return }
    var numbers: [String: Int64] = [:]
    let find = try database.prepare("SELECT n FROM read_key WHERE key = ?")
    let add = try database.prepare("INSERT INTO read_key(key) VALUES(?)")
    let insert = try database.prepare(
      "INSERT OR REPLACE INTO output_read(root, path, reads) VALUES(?,?,?)")
    for output in reads {
      var found: [Int64] = []
      for key in output.keys {
        if let known = numbers[key] {
          found.append(known)
          continue
        }
        try find.bind(1, key)
        let known = try find.step() ? find.integer(0) : nil
        find.reset()
        if known == nil {
          try add.bind(1, key)
          try add.run()
        }
        let number = known ?? database.lastInsertedRow
        numbers[key] = number
        found.append(number)
      }
      try insert.bind(1, output.root)
      try insert.bind(2, output.path)
      try insert.bind(3, bytes: ReadCode.encode(found))
      try insert.run()
    }
  }

  /// What an output was made from, in no particular order; empty where nothing was recorded.
  public func reads(of path: String, in root: String) throws -> [String] {
    try checked {
      let row = try database.prepare("SELECT reads FROM output_read WHERE root = ? AND path = ?")
      try row.bind(1, root)
      try row.bind(2, path)
      guard try row.step() else { return [] }
      let numbers = ReadCode.decode(row.bytes(0))
      let key = try database.prepare("SELECT key FROM read_key WHERE n = ?")
      var keys: [String] = []
      for number in numbers {
        try key.bind(1, number)
        if try key.step() { keys.append(key.text(0)) }
        key.reset()
      }
      return keys
    }
  }
}

/// Numbers in ascending order as differences of seven bits a byte: about 1.3 bytes a read.
enum ReadCode {
  static func encode(_ numbers: [Int64]) -> [UInt8] {
    var bytes: [UInt8] = []
    var last: Int64 = 0
    for number in Set(numbers).sorted() {
      var rest = UInt64(number - last)
      last = number
      while rest >= 0x80 {
        bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
      }
      bytes.append(UInt8(rest))
    }
    return bytes
  }

  static func decode(_ bytes: UnsafeRawBufferPointer) -> [Int64] {
    var numbers: [Int64] = []
    var last: Int64 = 0
    var rest: UInt64 = 0
    var shift: UInt64 = 0
    for byte in bytes {
      rest |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte & 0x80 == 0 {
        last += Int64(truncatingIfNeeded: rest)
        numbers.append(last)
        rest = 0
        shift = 0
      }
    }
    return numbers
  }
}

extension BuildEntry {
  /// The newest build of a storefront.
  ///
  /// - Parameter state: only among those that ended like this.
  fileprivate static func last(
    of storefront: String, _ state: State? = nil, in database: Database
  ) throws(SQLError) -> BuildEntry? {
    let row = try database.prepare(
      """
      SELECT n, snapshot_id, revision, as_of, state, output_count FROM build
      WHERE storefront = ?1 AND (?2 IS NULL OR state = ?2) ORDER BY n DESC LIMIT 1
      """)
    try row.bind(1, storefront)
    try row.bind(2, state?.rawValue)
    guard try row.step() else { return nil }
    return BuildEntry(
      number: row.integer(0), storefront: storefront, snapshotID: row.text(1),
      revision: row.integer(2), asOf: Instant(rfc3339: row.text(3)) ?? Instant(microseconds: 0),
      state: State(rawValue: row.text(4)) ?? .failed,
      outputCount: row.optionalInteger(5).map { Int($0) })
  }
}

extension MirrorReader {
  /// The build of a storefront that is published, and the newest one, whatever became of it. Another build
  /// may be going on.
  public func builds(of storefront: String) throws -> (published: BuildEntry?, last: BuildEntry?) {
    try checked {
      (
        try BuildEntry.last(of: storefront, .done, in: database),
        try BuildEntry.last(of: storefront, in: database)
      )
    }
  }
}
