import Bytes
import Contract
import LocalMirror
import Machine

/// One run of a pull.
struct PullSession {
  let pull: Pull
  var report = PullReport()
  var streams: [ResourceType: PullReport.Stream] = [:]
  /// Records of each stream when the pull began, for the shrink guard.
  var before: [ResourceType: Int] = [:]
  /// Deletions of each stream that the change feed brought so far.
  var vanished: [ResourceType: Int] = [:]
  /// Records stored since the reading began, and when that was.
  var done = 0
  var expected: Int?
  var begun = Instant(microseconds: 0)
  /// Tries in a row that brought nothing.
  var attempt = 0
  /// What the platform protects.
  var capabilities: Capabilities?

  init(_ pull: Pull) { self.pull = pull }

  var mirror: MirrorStore { pull.mirror }
  var source: any CatalogSource { pull.source }

  mutating func run() throws {
    let started = pull.time.now
    try bringUpToDate()
    if let capabilities { try mirror.keep(capabilities) }
    let compared = try Comparison.end(isWhole: isWholeCompared, in: mirror)
    if try mirror.ledger.hasWork() {
      try Settlement(mirror: mirror, rules: pull.options.rules).run()
    }
    if !compared.isEmpty {
      let left = Set(try mirror.ledger.openConflicts().map(\.number))
      report.comparison = PullReport.Comparison(
        asked: compared.count, open: compared.intersection(left).count)
    }
    finishReport()
    report.seconds = Double(pull.time.now.microseconds - started.microseconds) / 1e6
  }

  /// Whether this pull has read everything and proven that it has.
  private var isWholeCompared: Bool {
    report.kind == .full
      && streams.values.allSatisfy { stream in
        if case .incomplete = stream.proof { false } else { true }
      }
  }

  private mutating func bringUpToDate() throws {
    before = try mirror.counts()
    var isFull = pull.options.isFull
    var reason: String? = isFull ? "asked for" : nil
    // A source that refuses a cursor or begins a new epoch meanwhile is described anew.
    for _ in 0..<4 {
      tell(.connecting)
      let description = try describe()
      capabilities = description.capabilities
      if let why = try whyFull(description), !isFull { (isFull, reason) = (true, why) }
      do {
        if isFull {
          report.kind = .full
          report.reason = report.reason ?? reason
          try readEverything(description)
        }
        if description.hasChangeFeed { try readChanges() }
        return try prove(description)
      } catch let error as ConnectorError where error.asksForEverything {
        (isFull, reason) = (true, error.message)
      }
    }
    throw PullError(
      .refused, "the server refuses each place in its change log that it gave itself",
      help: "Ask whoever runs the server; the mirror is as it was.")
  }

  private mutating func describe() throws -> SourceDescription {
    try patiently(tries: pull.options.firstContactTries) { session in
      try session.source.describe()
    }
  }

  /// Why the change feed is not enough; nil where it is.
  private func whyFull(_ description: SourceDescription) throws -> String? {
    switch try mirror.standing(of: description, connector: pull.connector) {
    case .fresh: return "the first pull"
    case .changed(let why): return why
    case .known: break
    }
    guard description.hasChangeFeed else { return "the platform has no change feed" }
    if try Comparison.isDue(mirror.ledger) { return "you asked for it" }
    return try mirror.cursor() == nil ? "an earlier pull was broken off" : nil
  }

  // MARK: Patience

  /// Runs a step, and runs it again after a wait while it fails for the moment.
  ///
  /// The step counts as begun anew when `attempt` was set back to 0 in between, which a stored page
  /// does: only tries that bring nothing count.
  mutating func patiently<Value>(
    tries: Int? = nil, _ step: (inout PullSession) throws -> Value
  ) throws -> Value {
    attempt = 0
    while true {
      do {
        return try step(&self)
      } catch let error as ConnectorError where error.isRetryable {
        attempt += 1
        report.retries += 1
        guard attempt <= tries ?? Int.max,
          let wait = pull.options.backoff.wait(
            attempt: attempt, askedSeconds: error.retryAfter, random: pull.random)
        else { throw error }
        try pause(milliseconds: wait, because: error.message)
      }
    }
  }

  private func pause(milliseconds: Int, because reason: String) throws {
    tell(.waiting(seconds: (milliseconds + 999) / 1000, reason: reason))
    var left = milliseconds
    while left > 0 {
      try checkInterrupt()
      pull.time.sleep(milliseconds: min(left, 250))
      left -= 250
    }
  }

  func checkInterrupt() throws {
    if Signals.isInterrupted { throw ConnectorError(.interrupted, "interrupted") }
  }

  // MARK: Telling

  func tell(_ phase: PullProgress.Phase) {
    let elapsed = Double(pull.time.now.microseconds - begun.microseconds) / 1e6
    let isReading = begun.microseconds != 0 && elapsed > 0.2
    pull.progress(
      PullProgress(
        phase: phase, done: done, expected: expected,
        perSecond: isReading ? Double(done) / elapsed : 0))
  }

  /// Takes the figures of a stored page into the report.
  mutating func note(_ applied: ApplyReport) {
    report.pages += 1
    for (type, counts) in applied.byType {
      var stream = streams[type] ?? PullReport.Stream(type)
      stream.inserted += counts.inserted
      stream.updated += counts.updated
      stream.unchanged += counts.unchanged + counts.outdated
      stream.deleted += counts.deleted
      stream.quarantined += counts.quarantined
      streams[type] = stream
    }
  }

  private mutating func finishReport() {
    report.streams = streams.values.sorted { $0.type < $1.type }
  }
}

extension ConnectorError {
  /// Whether the change feed cannot go on and everything must be read.
  var asksForEverything: Bool {
    code == .cursorExpired || code == .epochChanged || code == .scopeChanged
  }
}
