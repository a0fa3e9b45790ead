import Bytes
import Contract
import LocalMirror
import Machine

extension PullSession {
  // MARK: Everything

  /// Reads a snapshot into a generation of its own, going on with one that was broken off.
  mutating func readEverything(_ description: SourceDescription) throws {
    begun = pull.time.now
    done = 0
    tell(.snapshot)
    var isRestart = false
    var (snapshot, cursor) = try patiently { session in
      let snapshot = try session.begin(description, restarting: isRestart)
      isRestart = false
      do {
        return (snapshot, try session.read(snapshot))
      } catch let error as ConnectorError where error.code == .cursorExpired {
        // The source does not keep what was begun: what is stored of it may be mixed with nothing.
        isRestart = true
        throw ConnectorError(.unavailable, error.message, retryAfter: 0)
      }
    }
    try guardShrink(of: try mirror.missing(in: snapshot), abandoning: snapshot)
    if mirror.knownBugs.contains(.snapshotMissesFeed) { try skipFeed(from: &cursor) }
    note(try mirror.finish(snapshot, cursor: cursor))
  }

  /// The mistake `snapshotMissesFeed`.
  private func skipFeed(from cursor: inout String) throws {
    var newest = cursor
    try source.changes(from: cursor, limit: pull.options.pageSize) { newest = $0.cursor }
    cursor = newest
  }

  private mutating func begin(
    _ description: SourceDescription, restarting: Bool
  ) throws -> SnapshotGeneration {
    var snapshot = try mirror.beginSnapshot(
      of: description, connector: pull.connector, restarting: restarting)
    if let token = snapshot.resumeToken {
      if token.isEmpty {  // the source cannot resume
        snapshot = try mirror.beginSnapshot(
          of: description, connector: pull.connector, restarting: true)
      } else {
        report.wasResumed = true
      }
    }
    done = snapshot.received
    return snapshot
  }

  /// Reads and stores the pages of a snapshot; gives the cursor of the change feed after it.
  ///
  /// However the reading ends, the page that is being written is waited for.
  private mutating func read(_ snapshot: SnapshotGeneration) throws -> String {
    let writer = PageWriter(mirror, isInline: pull.options.isSingleThreaded)
    let cursor: String
    do {
      cursor = try source.snapshot(resume: snapshot.resumeToken) { page in
        try checkInterrupt()
        expected = page.expectedTotal ?? expected
        let prepared = PreparedPage(page)  // while the page before is written
        try settle(writer)
        writer.begin(prepared, of: snapshot)
      }
    } catch {
      try settle(writer)
      throw error
    }
    try settle(writer)
    return cursor
  }

  /// Waits for the page that is being written and takes it into account.
  private mutating func settle(_ writer: PageWriter) throws {
    guard let (applied, count) = try writer.finish() else { return }
    note(applied)
    done += count
    attempt = 0
    tell(.snapshot)
  }

  // MARK: Changes

  /// Reads the change feed from the stored cursor to its end.
  mutating func readChanges() throws {
    begun = pull.time.now
    done = 0
    expected = nil
    tell(.changes)
    try patiently { session in
      guard let cursor = try session.mirror.cursor() else {
        throw ConnectorError(.cursorExpired, "the mirror has no place in the change feed")
      }
      try session.source.changes(from: cursor.token, limit: session.pull.options.pageSize) {
        page in
        try session.storeChanges(page)
      }
    }
  }

  private mutating func storeChanges(_ page: SourcePage) throws {
    try checkInterrupt()
    for tombstone in page.tombstones { vanished[tombstone.type, default: 0] += 1 }
    try guardShrink(of: vanished, abandoning: nil)
    note(try mirror.apply(page))
    done += page.records.count + page.tombstones.count + page.rejects.count
    attempt = 0
    tell(.changes)
  }

  // MARK: Shrinking

  /// Fewer records than this may always vanish: a share of few says nothing.
  private static let smallest = 10

  /// Stops where more would vanish than the settings allow; nothing of it has been stored then.
  private func guardShrink(
    of vanishing: [ResourceType: Int], abandoning snapshot: SnapshotGeneration?
  ) throws {
    guard !pull.options.allowsShrink else { return }
    let tooMany = vanishing.filter { type, count in
      count >= Self.smallest && count * 100 > (before[type] ?? 0) * pull.options.maxShrink
    }
    guard !tooMany.isEmpty else { return }
    if let snapshot { try mirror.abandon(snapshot) }
    let words = tooMany.sorted { $0.key < $1.key }.map { type, count in
      "\(count) of \(before[type] ?? 0) \(type.path)"
    }
    throw PullError(
      .shrink,
      "\(words.joined(separator: ", ")) would vanish, more than the \(pull.options.maxShrink) % "
        + "that max_shrink allows; nothing was removed",
      help: "If that is right, run the pull once with --allow-shrink.")
  }
}
