import Bytes
import Contract
import Glibc
import Machine
import SQL
import Synchronization

/// Snapshots as files beside the store: one for each tenant, scope and position of the log that
/// somebody asked for, kept for a while so that a broken download can be resumed.
final class SnapshotFiles: Sendable {
  /// A snapshot.
  struct Snapshot {
    let path: String
    let etag: String
    let seq: Int64
    let count: Int
  }

  private struct Key: Hashable {
    let tenant: Int64
    let scope: String
    let types: String
  }

  let folder: String
  private let store: CommerceStore
  private let keptSeconds: Int
  private let lock = Mutex<[Key: Snapshot]>([:])

  init(store: CommerceStore, keptSeconds: Int) {
    self.store = store
    self.keptSeconds = keptSeconds
    folder = "\(store.path)-snapshots"
  }

  /// The snapshot of now.
  func current(_ caller: Caller, types: [ResourceType]) throws -> Snapshot {
    let key = Key(
      tenant: caller.tenant, scope: caller.scopeDigest,
      types: types.map(\.rawValue).joined(separator: ","))
    return try lock.withLock { known in
      let head = try store.read { try RecordQueries.log(of: caller.tenant, in: $0).head }
      if let kept = known[key], kept.seq == head, Files.exists(kept.path) { return kept }
      try Files.makeFolders(folder)
      removeOld()
      let made = try make(key, types, seesOnlyPublished: caller.seesOnlyPublished)
      known[key] = made
      return made
    }
  }

  /// An older snapshot that is still there, by its tag; nil where it is not, or is not the
  /// caller's to read.
  func kept(etag: String, _ caller: Caller, types: [ResourceType]) -> Snapshot? {
    let parts = etag.dropFirst().dropLast().split(separator: ".").map(String.init)
    guard etag.hasPrefix("\""), etag.hasSuffix("\""), parts.count == 5, parts[0] == "snap",
      let seq = Int64(parts[2]), let count = Int(parts[4])
    else { return nil }
    let expected = mark(
      tenant: caller.tenant, scope: caller.scopeDigest,
      types: types.map(\.rawValue).joined(separator: ","))
    guard parts[1] == store.epoch, parts[3] == expected else { return nil }
    let path = self.path(mark: parts[3], seq: seq, count: count)
    return Files.exists(path) ? Snapshot(path: path, etag: etag, seq: seq, count: count) : nil
  }

  private func mark(tenant: Int64, scope: String, types: String) -> String {
    String(SHA256Digest(of: "\(tenant) \(scope) \(types)").hex.prefix(16))
  }

  private func path(mark: String, seq: Int64, count: Int) -> String {
    "\(folder)/\(store.epoch)-\(mark)-\(seq)-\(count).jsonl"
  }

  private func make(
    _ key: Key, _ types: [ResourceType], seesOnlyPublished: Bool
  ) throws -> Snapshot {
    let temporary = "\(folder)/\(getpid())-\(store.random.sortableID(at: store.clock.now)).new"
    let file = try OpenFile(creating: temporary, mode: 0o600, exclusive: true)
    do {
      let (seq, count) = try write(
        to: file, tenant: key.tenant, types, seesOnlyPublished: seesOnlyPublished)
      try file.close()
      let mark = mark(tenant: key.tenant, scope: key.scope, types: key.types)
      let path = path(mark: mark, seq: seq, count: count)
      try Files.rename(temporary, to: path)
      return Snapshot(
        path: path, etag: "\"snap.\(store.epoch).\(seq).\(mark).\(count)\"", seq: seq,
        count: count)
    } catch {
      try? Files.remove(temporary)  // the first error is the one to report
      throw error
    }
  }

  /// All records at one position of the log, in the order of their last change.
  private func write(
    to file: borrowing OpenFile, tenant: Int64, _ types: [ResourceType], seesOnlyPublished: Bool
  ) throws -> (seq: Int64, count: Int) {
    var buffer = ByteBuffer(capacity: 1 << 20)
    var count = 0
    let connection = try Database(store.path, mode: .readOnly)
    return try connection.reading {
      let head = try RecordQueries.log(of: tenant, in: connection).head
      let statement = try connection.prepare(
        """
        SELECT body FROM record
        WHERE tenant = ? AND deleted_at IS NULL \(seesOnlyPublished ? "AND hidden = 0" : "")
          \(API.clause(types)) ORDER BY seq
        """)
      try statement.bind(1, tenant)
      while try statement.step() {
        buffer.append(statement.bytes(0))
        buffer.append(UInt8(ascii: "\n"))
        count += 1
        if buffer.count > 1 << 20 {
          try file.write(buffer)
          buffer.removeAll()
        }
      }
      try file.write(buffer)
      return (head, count)
    }
  }

  private func removeOld() {
    // A file that cannot be removed now is tried again with the next snapshot.
    guard let names = try? Files.list(folder) else { return }
    let limit = SystemTime().now.adding(seconds: -Int64(keptSeconds))
    for name in names {
      let path = "\(folder)/\(name)"
      if let found = Files.information(path), found.modified < limit { try? Files.remove(path) }
    }
  }
}
