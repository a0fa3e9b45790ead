import Bytes
import Contract
public import Diagnostics
import Formats
import Machine
import SQL
import Synchronization

/// What a seed did.
public struct SeedReport: Sendable {
  /// Records that were not there before.
  public internal(set) var created = 0
  /// Records that got a new version.
  public internal(set) var updated = 0
  /// Records that were the same already.
  public internal(set) var unchanged = 0
  /// Lines by type.
  public internal(set) var byType: [String: Int] = [:]

  /// All records of the seed.
  public var total: Int { created + updated + unchanged }
}

/// Why a seed was refused: nothing of it was stored.
public struct SeedError: Error, Sendable, CustomStringConvertible {
  /// What is wrong, with file and line; at most 100 findings.
  public let findings: [Diagnostic]

  /// One line for a person.
  public var description: String {
    let first = findings.first.map { finding in
      finding.location.map { "\($0.file):\($0.line): \(finding.message)" } ?? finding.message
    }
    return "the seed has faults; the first: \(first ?? "unknown")"
  }
}

extension CommerceStore {
  /// Loads a file of seed lines into a tenant, which is made where there is none: all or nothing,
  /// in one transaction. References may go forwards. Seeding twice changes nothing.
  ///
  /// - Throws: `SeedError` where lines are at fault, `StoreError` where the store is,
  ///   `MachineError` where the file cannot be read.
  @discardableResult
  public func seed(tenant: String, path: String) throws -> SeedReport {
    let file = try OpenFile(reading: path)
    return try seed(tenant: tenant, name: path) { room in try file.read(into: room) }
  }

  /// Loads seed lines that `read` delivers: it fills the memory given and returns the number of
  /// bytes, 0 at the end.
  ///
  /// - Parameter name: what findings call the source, for example `-`.
  @discardableResult
  public func seed(
    tenant: String, name: String, read: (UnsafeMutableRawBufferPointer) throws -> Int
  ) throws -> SeedReport {
    do {
      return try write { database in
        let number = try makeTenant(named: tenant, in: database)
        let writer = try RecordWriter(database, tenant: number, actor: "seed", now: clock.now)
        let seeder = try Seeder(writer: writer, file: name)
        try seeder.load(read)
        try writer.finish()
        return seeder.report
      }
    } catch let error as SQLError {
      try StoreError.wrap("seed", path) { throw error }
      throw error
    }
  }

  /// Loads seed lines from text.
  @discardableResult
  public func seed(tenant: String, lines: String, name: String = "seed.jsonl") throws -> SeedReport
  {
    var rest = Array(lines.utf8)[...]
    return try seed(tenant: tenant, name: name) { room in
      let piece = rest.prefix(room.count)
      room.copyBytes(from: piece)
      rest = rest.dropFirst(piece.count)
      return piece.count
    }
  }
}

/// Loads one seed within a transaction.
final class Seeder {
  private struct Name: Hashable {
    let type: ResourceType
    let id: String
  }

  private enum Slot {
    /// A line of this seed.
    case line(row: Int64, number: Int)
    /// A record that was there before.
    case stored(row: Int64)
    /// Named by lines, and not seen yet.
    case awaited(row: Int64, [(line: Int, pointer: String)])

    var row: Int64 {
      switch self {
      case .line(let row, _), .stored(let row), .awaited(let row, _): row
      }
    }
  }

  private struct PendingKey {
    let line: SeedLine
    let row: Int64
    let rule: String
    let value: String
  }

  private let writer: RecordWriter
  private let mutations: RecordMutations
  private let file: String
  private let tenantIsEmpty: Bool
  private var nextRow: Int64
  private var slots: [Name: Slot] = [:]
  private var pendingKeys: [PendingKey] = []
  private var turned: [(id: String, row: Int64, isHidden: Bool)] = []
  private var findings: [Diagnostic] = []
  private(set) var report = SeedReport()

  init(writer: RecordWriter, file: String) throws {
    self.writer = writer
    self.file = file
    mutations = RecordMutations(writer: writer, symbols: .shared)
    tenantIsEmpty =
      try writer.database.integer(
        "SELECT 1 FROM record WHERE tenant = ? LIMIT 1", writer.tenant) == nil
    nextRow = try writer.freeRow()
  }

  /// Reads all lines, in batches that are parsed on all cores and stored in order.
  func load(_ read: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { room.deallocate() }
    var scanner = LineScanner()
    var batch: [[UInt8]] = []
    var first = 1
    while true {
      let count = try read(room)
      if count == 0 { break }
      scanner.feed(UnsafeRawBufferPointer(rebasing: room[..<count])) { batch.append([UInt8]($0)) }
      if batch.count >= 4096 {
        try store(batch, firstNumber: first)
        first += batch.count
        batch.removeAll(keepingCapacity: true)
      }
      if findings.count >= 100 { break }
    }
    scanner.finish { batch.append([UInt8]($0)) }
    if findings.count < 100 { try store(batch, firstNumber: first) }
    try settle()
    if !findings.isEmpty { throw SeedError(findings: Array(findings.prefix(100))) }
  }

  private func store(_ batch: [[UInt8]], firstNumber: Int) throws {
    let file = self.file
    let readings = Mutex<[Int: [SeedLine.Reading]]>([:])
    Parallel.forEach(count: batch.count, chunk: 256) { _, range in
      let some = range.map { index in
        batch[index].withUnsafeBytes {
          SeedLine.read($0, number: firstNumber + index, file: file)
        }
      }
      readings.withLock { $0[range.lowerBound] = some }
    }
    for (_, some) in readings.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      for reading in some {
        switch reading {
        case .blank: break
        case .faults(let faults): findings.append(contentsOf: faults)
        case .record(let line): try store(line)
        }
      }
    }
  }

  private func fault(_ code: String, _ line: Int, _ message: String, _ draft: RecordDraft? = nil) {
    findings.append(
      Diagnostic(
        code, .error, message, at: SourceLocation(file: file, line: line, column: 1),
        record: draft.map {
          RecordReference(
            type: $0.type.rawValue, id: $0.id, title: $0.attributes["title"]?.string)
        }))
  }

  private func store(_ line: SeedLine) throws {
    let name = Name(type: line.draft.type, id: line.draft.id)
    report.byType[name.type.rawValue, default: 0] += 1
    var row: Int64?
    switch slots[name] {
    case .line(_, let earlier):
      return fault(
        "seed.repeated", line.number,
        "\(name.type.rawValue) \(name.id) stands in line \(earlier) already", line.draft)
    case .awaited(let given, _): row = given
    case .stored, nil: break
    }
    let old = tenantIsEmpty ? nil : try writer.find(name.type, name.id)
    let settled = old?.row ?? row ?? takeRow()
    slots[name] = .line(row: settled, number: line.number)
    guard findings.isEmpty else { return }
    if let old, old.deletedAt == nil {
      try change(old, to: line)
    } else {
      _ = try writer.insert(
        line.draft, row: settled, contentHash: line.contentHash, isHidden: isHidden(line),
        after: old)
      try takeKeys(of: line, row: settled)
      try note(line, row: settled)
      report.created += 1
    }
  }

  private func change(_ old: StoredRecord, to line: SeedLine) throws {
    if line.contentHash == old.contentHash, line.draft.externalRef == old.externalRef {
      report.unchanged += 1
      return
    }
    let before = try old.draft(symbols: .shared)
    let kept = line.keys
    try writer.removeKeys(
      NaturalKeys.of(before).filter { key in !kept.contains { $0 == key } }, of: old)
    var mentions: [RecordMention] = []
    _ = ResourceSchema.of(old.type).check(
      attributes: before.attributes, links: before.links, mentions: &mentions)
    for mention in mentions {
      if let target = try writer.find(mention.type, mention.id)?.row {
        try writer.removeMention(of: target, in: old.row)
      }
    }
    let hidden = old.type == .product ? isHidden(line) : old.isHidden
    _ = try writer.update(old, to: line.draft, contentHash: line.contentHash, isHidden: hidden)
    try takeKeys(of: line, row: old.row)
    try note(line, row: old.row)
    if hidden != old.isHidden { turned.append((old.id, old.row, hidden)) }
    report.updated += 1
  }

  private func isHidden(_ line: SeedLine) -> Bool {
    line.draft.type == .product && line.draft.attributes["status"]?.string != "active"
  }

  private func takeRow() -> Int64 {
    defer { nextRow += 1 }
    return nextRow
  }

  private func takeKeys(of line: SeedLine, row: Int64) throws {
    for key in line.keys
    where try writer.takeKey(line.draft.type, rule: key.rule, value: key.value, row: row) != nil {
      // A later line may free the name: two records may swap theirs.
      pendingKeys.append(PendingKey(line: line, row: row, rule: key.rule, value: key.value))
    }
  }

  private func note(_ line: SeedLine, row: Int64) throws {
    for mention in line.mentions {
      let name = Name(type: mention.type, id: mention.id)
      let target: Int64
      switch slots[name] {
      case .line(let found, _), .stored(let found): target = found
      case .awaited(let found, var places):
        target = found
        if places.count < 10 {
          places.append((line.number, mention.pointer))
          slots[name] = .awaited(row: found, places)
        }
      case nil:
        let old = tenantIsEmpty ? nil : try writer.find(mention.type, mention.id)
        if let old, old.deletedAt == nil {
          target = old.row
          slots[name] = .stored(row: target)
        } else {
          target = old?.row ?? takeRow()
          slots[name] = .awaited(row: target, [(line.number, mention.pointer)])
        }
      }
      try writer.addMention(of: target, in: row, policy: mention.policy)
    }
  }

  /// What can be decided only when all lines are known.
  private func settle() throws {
    for (name, slot) in slots {
      guard case .awaited(_, let places) = slot else { continue }
      for place in places {
        fault(
          "seed.dangling", place.line,
          "\(place.pointer): there is no \(name.type.rawValue) \(name.id)")
      }
    }
    findings.sort { ($0.location?.line ?? 0) < ($1.location?.line ?? 0) }
    guard findings.isEmpty else { return }
    for key in pendingKeys {
      guard
        let holder = try writer.takeKey(
          key.line.draft.type, rule: key.rule, value: key.value, row: key.row)
      else { continue }
      fault(
        "seed.unique-violation", key.line.number,
        "\(key.line.draft.type.rawValue) \(try writer.id(ofRow: holder)) has the same "
          + "\(key.rule) already", key.line.draft)
    }
    guard findings.isEmpty else { return }
    for product in turned {
      try mutations.spread(product.isHidden, from: .product, product.id, row: product.row)
    }
    try hideParts()
  }

  /// Marks the parts of products that are not active; new parts came with this very transaction,
  /// so their place in the log is right already.
  private func hideParts() throws {
    try writer.database.run(
      """
      WITH RECURSIVE hidden_row(row, id) AS (
        SELECT row, id FROM record
        WHERE tenant = ?1 AND type = 'product' AND hidden = 1 AND deleted_at IS NULL
        UNION
        SELECT part.row, part.id FROM hidden_row
        JOIN mention ON mention.target = hidden_row.row AND mention.policy = 1
        JOIN record part ON part.row = mention.source AND part.parent = hidden_row.id)
      UPDATE record SET hidden = 1
      WHERE hidden = 0 AND row IN (SELECT row FROM hidden_row)
      """, writer.tenant)
  }
}
