import Contract
import LocalMirror

extension PullSession {
  /// Compares every stream with its source by count and digest, reads what differs again, and says
  /// what still differs.
  ///
  /// A record in quarantine is not a hole: its bytes are here and the report names it. So a stream
  /// whose only differences are records in quarantine is complete.
  mutating func prove(_ description: SourceDescription) throws {
    for type in description.types.sorted() {
      tell(.proving(type.path))
      try checkInterrupt()
      var stream = streams[type] ?? PullReport.Stream(type)
      stream.proof = .incomplete(missing: 0, surplus: 0, different: 0)
      streams[type] = stream
      let namesAll = description.hasChangeFeed
      var difference = try compare(type, namesAll: namesAll)
      // The source may have moved on since the last page: that is no fault of the mirror.
      if !difference.isEmpty, description.hasChangeFeed {
        try readChanges()
        tell(.proving(type.path))
        difference = try compare(type, namesAll: namesAll)
      }
      if !difference.isEmpty, difference.count <= pull.options.repairLimit {
        try repair(type, difference)
        tell(.proving(type.path))
        difference = try compare(type, namesAll: namesAll)
      }
      streams[type]?.proof =
        difference.isEmpty
        ? .complete
        : .incomplete(
          missing: difference.missing.count, surplus: difference.surplus.count,
          different: difference.different.count)
    }
    try resolveReferences(description)
    try close(description)
  }

  /// Reads the records that others link to and that did not come, each once; what is then still
  /// not there is counted in the report.
  private mutating func resolveReferences(_ description: SourceDescription) throws {
    var dangling = try mirror.danglingReferences()
    if description.hasChangeFeed, !dangling.isEmpty {
      let cursor = try mirror.cursor()?.token ?? ""
      var page = SourcePage(records: [], cursor: cursor, hasMore: false)
      var asked: Set<DanglingReference.Target> = []
      for reference in dangling where description.types.contains(reference.targetType) {
        guard asked.insert(reference.target).inserted else { continue }
        try checkInterrupt()
        let found = try patiently { session in
          try session.source.record(reference.targetType, reference.targetID)
        }
        if let found { page.records.append(found) }
      }
      if !page.records.isEmpty {
        note(try mirror.apply(page))
        dangling = try mirror.danglingReferences()
      }
    }
    report.danglingReferences = dangling.count
  }

  private mutating func close(_ description: SourceDescription) throws {
    let counts = try mirror.counts()
    var quarantined: [String: Int] = [:]
    for record in try mirror.quarantine() { quarantined[record.type, default: 0] += 1 }
    for type in description.types {
      streams[type]?.count = counts[type] ?? 0
      streams[type]?.inQuarantine = quarantined.removeValue(forKey: type.name) ?? 0
    }
    report.unknownInQuarantine = quarantined.values.reduce(0, +)
    try mirror.noteProven(description.types.filter { streams[$0]?.isProven == true })
  }

  /// In what a stream of the mirror differs from its source, without what lies in quarantine.
  struct Difference {
    /// Ids that the source has and the mirror lacks.
    var missing: [String] = []
    /// Ids that the mirror has and the source lacks.
    var surplus: [String] = []
    /// Ids whose content differs.
    var different: [String] = []

    var count: Int { missing.count + surplus.count + different.count }
    var isEmpty: Bool { count == 0 }
  }

  /// - Parameter namesAll: whether the source's identities are all of its records. A source that is
  ///   always read whole names those that it could read, and what lies in quarantine is none of them.
  private mutating func compare(_ type: ResourceType, namesAll: Bool) throws -> Difference {
    let theirs = try patiently { session in try session.source.digest(of: type) }
    let ours = try mirror.digest(of: type)
    var difference = Difference()
    guard theirs != ours else { return difference }
    let quarantined = Set(
      try mirror.quarantine().lazy.filter { $0.type == type.name }.map(\.id))
    let known = Dictionary(
      ours.map { ($0.bucket, $0) }, uniquingKeysWith: { first, _ in first })
    for bucket in theirs where known[bucket.bucket] != bucket {
      try checkInterrupt()
      let there = try patiently { session in
        try session.source.identities(of: type, bucket: bucket.bucket)
      }
      let here = try mirror.identities(of: type, bucket: bucket.bucket)
      difference.add(there, here, except: quarantined, namesAll: namesAll)
    }
    return difference
  }

  /// Reads the differing records one by one and stores them with the cursor as it is.
  private mutating func repair(_ type: ResourceType, _ difference: Difference) throws {
    var page = SourcePage(records: [], cursor: try mirror.cursor()?.token ?? "", hasMore: false)
    for id in difference.missing + difference.different + difference.surplus {
      try checkInterrupt()
      let found = try patiently { session in try session.source.record(type, id) }
      if let found {
        page.records.append(found)
      } else {
        page.tombstones.append(
          SourceTombstone(type: type, id: id, version: 0, seq: 0, isGone: false, at: nil))
      }
    }
    note(try mirror.apply(page))
    streams[type]?.repaired += difference.count
  }
}

extension PullSession.Difference {
  /// Compares the contents of one bucket.
  fileprivate mutating func add(
    _ there: [RecordIdentity], _ here: [RecordIdentity], except quarantined: Set<String>,
    namesAll: Bool
  ) {
    var left = Dictionary(
      here.map { ($0.id, $0.contentHash) }, uniquingKeysWith: { first, _ in first })
    for record in there {
      let hash = left.removeValue(forKey: record.id)
      // What lies in quarantine as it came is known; what has changed since is read again.
      if quarantined.contains(record.id), hash?.isEmpty ?? true { continue }
      if hash == nil {
        missing.append(record.id)
      } else if hash != record.contentHash {
        different.append(record.id)
      }
    }
    // What has no id of its own is in quarantine under the digest of its bytes.
    surplus += left.keys.filter { id in
      namesAll ? !id.hasPrefix(ContentHash.prefix) : !quarantined.contains(id)
    }.sorted()
  }
}

extension DanglingReference {
  /// The record that is not there.
  fileprivate struct Target: Hashable {
    let type: ResourceType
    let id: String
  }

  fileprivate var target: Target { Target(type: targetType, id: targetID) }
}
