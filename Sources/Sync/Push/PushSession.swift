import Bytes
import Contract
import LocalMirror
import Machine
import Merge

/// One run of a push.
struct PushSession {
  let push: Push
  var report = PushReport()

  /// Operations of the plan; merging anew replaces what one was seen against.
  var operations: [PlannedOperation]
  /// What became of each.
  var states: [State]
  var remerges: [Int]
  /// Operations that wait for another one, or are to be sent once more.
  var parked: [Int] = []
  /// Sent without success; to be sent again with the same bytes.
  var retries: [Retry] = []
  /// Until when the server asked for rest.
  var restUntil = Instant(microseconds: 0)
  /// Tries in a row in which the server was not reached.
  var contactFailures = 0
  /// Tries in this push in which no server was met, by the request's number.
  var misses: [Int64: Int] = [:]
  let planHash: String

  enum State {
    /// Not sent yet, or to be sent again.
    case waiting
    /// Sent, without an answer so far.
    case sent
    case done
    case failed
  }

  struct Retry {
    var frozen: FrozenMutation
    var due: Instant
    /// How often its outcome was unknown in this push.
    var unknowns: Int
  }

  init(_ push: Push, _ plan: Plan) {
    self.push = push
    operations = plan.operations
    states = Array(repeating: .waiting, count: plan.operations.count)
    remerges = Array(repeating: 0, count: plan.operations.count)
    planHash = PlanFile.hash(of: plan)
  }

  var mirror: MirrorStore { push.mirror }
  var options: Push.Options { push.options }

  /// Runs steps and stores the figures, also where they end with an error.
  mutating func finish(_ steps: (inout PushSession) throws -> Void) throws -> PushReport {
    let result = Result { try steps(&self) }
    try mirror.settle { transaction in
      if let number = report.number {
        try transaction.endPush(
          number, sent: report.count(.done) + report.count(.found), refused: report.count(.asked),
          unknown: report.count(.unknown))
      }
      report.openQuestions = try transaction.ledger.openConflictCount()
    }
    do {
      try result.get()
    } catch let error as ConnectorError {
      var error = PushError(connector: error)
      error.report = report
      throw error
    } catch var error as PushError {
      error.report = report
      throw error
    }
    return report
  }

  /// The push's number; it is opened with the first request.
  mutating func pushNumber(_ transaction: MirrorTransaction) throws -> Int64 {
    if let number = report.number { return number }
    let number = try transaction.beginPush(planHash: planHash)
    report.number = number
    return number
  }

  // MARK: All operations

  mutating func sendAll() throws {
    var waiting = operations.indices
    while true {
      try checkInterrupt()
      let batch = nextBatch(&waiting)
      if !batch.isEmpty {
        try rest(until: restUntil, because: "the shop asked to wait")
        tell(.freezing)
        let frozen = try freeze(batch)
        if !frozen.isEmpty { try transmit(frozen, unknowns: [:]) }
      } else if !retries.isEmpty {
        try resendDue()
      } else {
        break
      }
    }
  }

  /// Operations that can go together: none needs another, and all that they need is done.
  private mutating func nextBatch(_ waiting: inout Range<Int>) -> [Int] {
    var batch: [Int] = []
    var keys: Set<RecordKey> = []
    var limit = Int.max
    var stillParked: [Int] = []
    func room(for index: Int) -> Int {
      min(limit, push.capabilities.of(operations[index].key.type).largestBatch)
    }
    func take(_ index: Int) -> Bool {
      let room = room(for: index)
      guard batch.count < room, keys.insert(operations[index].key).inserted else { return false }
      limit = room
      batch.append(index)
      return true
    }
    for index in parked {
      switch readiness(of: index) {
      case .ready where take(index): break
      case .never: block(index)
      default: stillParked.append(index)
      }
    }
    while batch.count < limit, let index = waiting.first {
      switch readiness(of: index) {
      case .ready:
        guard take(index) else {
          parked = stillParked
          return batch
        }
      case .never: block(index)
      case .later: stillParked.append(index)
      }
      waiting = waiting.dropFirst()
    }
    parked = stillParked
    return batch
  }

  private enum Readiness {
    case ready
    case later
    case never
  }

  private func readiness(of index: Int) -> Readiness {
    var readiness = Readiness.ready
    for number in operations[index].dependsOn {
      switch states[number - 1] {
      case .done: break
      case .failed: return .never
      case .waiting, .sent: readiness = .later
      }
    }
    return readiness
  }

  private mutating func block(_ index: Int) {
    states[index] = .failed
    let failed = operations[index].dependsOn.first { number in
      if case .failed = states[number - 1] { true } else { false }
    }
    let cause = failed.map { operations[$0 - 1].name } ?? ""
    note(index, .blocked, words: "it waits for \(cause)")
  }

  // MARK: Time

  mutating func resendDue() throws {
    retries.sort { ($0.due, $0.frozen.number) < ($1.due, $1.frozen.number) }
    guard let first = retries.first else { return }
    try rest(until: max(first.due, restUntil), because: "waiting before the next try")
    let now = push.time.now
    var batch: [Retry] = []
    var limit = Int.max
    while let next = retries.first, next.due <= now || batch.isEmpty {
      limit = min(limit, push.capabilities.of(next.frozen.key.type).largestBatch)
      guard batch.count < limit else { break }
      batch.append(retries.removeFirst())
    }
    try resend(batch)
  }

  /// Sends frozen requests once more, with the same bytes.
  mutating func resend(_ batch: [Retry]) throws {
    try mirror.settle { transaction in
      for retry in batch { try transaction.noteResend(retry.frozen.number) }
    }
    report.retries += batch.count
    let frozen = batch.map { retry in
      var frozen = retry.frozen
      frozen.attempts += 1
      return frozen
    }
    let unknowns = Dictionary(batch.map { ($0.frozen.number, $0.unknowns) }) { first, _ in first }
    try transmit(frozen, unknowns: unknowns)
  }

  func rest(until instant: Instant, because reason: String) throws {
    var left = (instant.microseconds - push.time.now.microseconds + 999) / 1000
    guard left > 0 else { return }
    // A clock that was set back must not stop a push for a year.
    left = min(left, Int64(options.backoff.longestAskedSeconds + 60) * 1000)
    tell(.waiting(seconds: Int((left + 999) / 1000), reason: reason))
    while left > 0 {
      try checkInterrupt()
      push.time.sleep(milliseconds: Int(min(left, 250)))
      left -= 250
    }
  }

  func checkInterrupt() throws {
    if Signals.isInterrupted { throw ConnectorError(.interrupted, "interrupted") }
  }

  // MARK: Telling

  func tell(_ phase: PushProgress.Phase) {
    push.progress(
      PushProgress(phase: phase, done: report.items.count, total: operations.count))
  }

  /// Notes what became of an operation of the plan that has no request.
  mutating func note(
    _ index: Int, _ outcome: PushReport.Outcome, kind: ConflictKind? = nil, words: String? = nil
  ) {
    let operation = operations[index]
    report.items.append(
      PushReport.Item(
        mutationID: nil, operation: operation.operation, key: operation.key, name: operation.name,
        fields: operation.fields.map(\.name), outcome: outcome, kind: kind, words: words))
  }

  /// Notes what became of a request.
  mutating func note(
    _ frozen: FrozenMutation, _ outcome: PushReport.Outcome, key: RecordKey? = nil,
    kind: ConflictKind? = nil, words: String? = nil
  ) {
    report.items.append(
      PushReport.Item(
        mutationID: frozen.mutation.id, operation: frozen.mutation.operation,
        key: key ?? frozen.key, name: frozen.name, fields: frozen.fields.map(\.name),
        outcome: outcome, kind: kind, words: words))
  }
}
