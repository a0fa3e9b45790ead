import Bytes
import Contract
import LocalMirror
import Machine
import Merge

extension PushSession {
  /// What the shop has now, where an outcome does not say.
  enum Reading {
    /// It was not asked.
    case none
    case record(SourceRecord)
    case gone
    /// It could not be asked.
    case failed(String)
    /// Several records carry the reference of a creation.
    case ambiguous(String)
  }

  /// What follows from an outcome after it has been stored.
  enum Sequel {
    case settled
    /// The same bytes are to be sent again.
    case again(seconds: Int?, isUnknown: Bool)
    /// It was not done, and is to be merged with what the shop has now.
    case merge(isStale: Bool)
    /// Its outcome must be found by reading.
    case read
    case stop(ConnectorError)
  }

  // MARK: Sending

  /// Sends frozen requests and stores what became of them.
  mutating func transmit(_ batch: [FrozenMutation], unknowns: [Int64: Int]) throws {
    tell(.sending)
    let isSpoilt = mirror.knownBugs.contains(.keyNotOfMutation)
    let requests = isSpoilt ? try keyedByBatch(batch) : batch.map(\.request)
    var outcomes: [WriteOutcome]
    do {
      outcomes = try push.target.send(requests)
      contactFailures = 0
    } catch {
      outcomes = try withoutContact(batch, error)
    }
    while outcomes.count < batch.count {
      outcomes.append(.unknown(reason: "the answer did not speak of it"))
    }
    var readings: [Reading] = []
    for (frozen, outcome) in zip(batch, outcomes) {
      readings.append(try reading(for: outcome, of: frozen))
    }
    tell(.storing)
    let before = report
    var sequels: [Sequel] = []
    do {
      sequels = try mirror.settle { transaction in
        var sequels: [Sequel] = []
        for (index, frozen) in batch.enumerated() {
          sequels.append(
            try store(outcomes[index], readings[index], of: frozen, transaction))
        }
        return sequels
      }
    } catch {
      report = before
      throw error
    }
    try follow(sequels, batch, unknowns)
  }

  /// The mistake `keyNotOfMutation`: the key changes when the batch is cut differently.
  private func keyedByBatch(_ batch: [FrozenMutation]) throws -> [WriteRequest] {
    try batch.enumerated().map { place, frozen in
      var mutation = frozen.mutation
      mutation.id = "\(batch[0].mutation.id)-\(batch.count)-\(place)"
      return try push.target.request(for: mutation)
    }
  }

  /// The server was not reached, before anything was sent.
  private mutating func withoutContact(
    _ batch: [FrozenMutation], _ error: ConnectorError
  ) throws -> [WriteOutcome] {
    contactFailures += 1
    for frozen in batch { misses[frozen.number, default: 0] += 1 }
    guard error.isRetryable, contactFailures <= options.contactTries else {
      try mirror.settle { transaction in
        for frozen in batch {
          // Where every try of it met no shop at all, nothing of it has arrived. A try of an earlier
          // push may have, whatever happens to this one.
          let isMissed = frozen.attempts <= misses[frozen.number, default: 0]
          try transaction.mark(
            frozen.number, as: isMissed ? .withdrawn : .unknown, reason: error.message)
        }
      }
      throw error
    }
    return batch.map { _ in .postponed(seconds: error.retryAfter, reason: error.message) }
  }

  /// Nothing of it has arrived, unless an earlier try of the same bytes did.
  func withdraw(
    _ frozen: FrozenMutation, _ reason: String, _ transaction: MirrorTransaction
  ) throws {
    try transaction.mark(
      frozen.number, as: frozen.attempts > 1 ? .unknown : .withdrawn, reason: reason)
  }

  // MARK: Reading

  private func reading(for outcome: WriteOutcome, of frozen: FrozenMutation) throws -> Reading {
    switch outcome {
    case .done(nil) where frozen.mutation.operation != .delete: return try read(frozen)
    case .stale(nil): return try read(frozen)
    case .missing where frozen.mutation.operation != .delete: return try read(frozen)
    default: return .none
    }
  }

  /// The record of a request as it is now, asked for with patience.
  func read(_ frozen: FrozenMutation) throws -> Reading {
    tell(.reading)
    let mutation = frozen.mutation
    let whole = push.capabilities.of(frozen.key.type)
    for attempt in 1...max(options.contactTries, 1) {
      do {
        var found = try push.target.record(mutation.record.type, mutation.record.id)
        if found == nil, mutation.operation == .create, whole.hasExternalReference,
          let reference = mutation.externalReference
        {
          found = try push.target.record(mutation.record.type, externalReference: reference)
        }
        return found.map(Reading.record) ?? .gone
      } catch {
        guard error.isRetryable else {
          if error.code == .unauthenticated || error.code == .forbidden { throw error }
          let isDouble = error.code == .refused && mutation.operation == .create
          return isDouble ? .ambiguous(error.message) : .failed(error.message)
        }
        guard attempt < options.contactTries,
          let wait = options.backoff.wait(
            attempt: attempt, askedSeconds: error.retryAfter, random: push.random)
        else { return .failed(error.message) }
        try rest(
          until: Instant(microseconds: push.time.now.microseconds + Int64(wait) * 1000),
          because: error.message)
      }
    }
    return .failed("the shop was not to be reached")
  }

  // MARK: What follows

  private mutating func follow(
    _ sequels: [Sequel], _ batch: [FrozenMutation], _ unknowns: [Int64: Int]
  ) throws {
    var stop: ConnectorError?
    for (sequel, frozen) in zip(sequels, batch) {
      switch sequel {
      case .settled: break
      case .again(let seconds, let isUnknown):
        let count = (unknowns[frozen.number] ?? 0) + (isUnknown ? 1 : 0)
        try sendLater(frozen, seconds, isUnknown: isUnknown, unknowns: count)
      case .merge(let isStale): try mergeAnew(frozen, isStale: isStale)
      case .read: try settleByReading(frozen)
      case .stop(let error): stop = stop ?? error
      }
    }
    if let stop { throw stop }
  }

  private mutating func sendLater(
    _ frozen: FrozenMutation, _ seconds: Int?, isUnknown: Bool, unknowns: Int
  ) throws {
    if frozen.attempts >= options.largestAttempts { return try giveUp(frozen, isUnknown) }
    if isUnknown, unknowns >= options.unknownTries {
      note(frozen, .unknown, words: "no answer")
      if let place = frozen.place { states[place] = .failed }
      return
    }
    let wait =
      options.backoff.wait(
        attempt: min(frozen.attempts, options.backoff.tries), askedSeconds: seconds,
        random: push.random) ?? options.backoff.capMs
    let due = Instant(microseconds: push.time.now.microseconds + Int64(wait) * 1000)
    if seconds != nil { restUntil = max(restUntil, due) }
    retries.append(Retry(frozen: frozen, due: due, unknowns: unknowns))
  }

  /// A request that never comes through goes to the inbox, so that it holds up nothing else.
  private mutating func giveUp(_ frozen: FrozenMutation, _ isUnknown: Bool) throws {
    if isUnknown || frozen.mutation.operation == .adjust {
      return try settleByReading(frozen)
    }
    let words = "the shop did not take it in \(frozen.attempts) tries"
    try mirror.settle { transaction in
      try refuse(frozen, WriteRefusal(words), transaction)
    }
    note(frozen, .asked, kind: .rejected, words: words)
    if let place = frozen.place { states[place] = .failed }
  }

  // MARK: Merging anew

  /// Merges an operation with what the shop has now. What both changed is asked; the rest is sent again
  /// in this push only where it is what the plan showed.
  mutating func mergeAnew(_ frozen: FrozenMutation, isStale: Bool) throws {
    guard let place = frozen.place else { return note(frozen, .missed) }
    let planned = operations[place]
    remerges[place] += 1
    guard remerges[place] <= options.remergeLimit else {
      states[place] = .failed
      return note(frozen, .changed, words: "the shop changes it faster than it can be sent")
    }
    let key = frozen.key
    let settled = try mirror.settle { transaction in
      try SettlementPass.settle(key, in: transaction, push.rules)
    }
    guard let settled else {
      // Nothing of it is left to send: the shop has what the editor wanted.
      states[place] = .done
      return note(frozen, .found)
    }
    let asked = settled.questions.filter { question in
      question.field == nil || planned.fields.contains { $0.name == question.field }
    }
    if let question = asked.first {
      noteAsked(frozen, asked)
      // The other fields of the operation go on without the ones that are asked about.
      operations[place].fields.removeAll { field in asked.contains { $0.field == field.name } }
      guard question.field != nil, !operations[place].fields.isEmpty else {
        states[place] = .failed
        return
      }
    }
    let rest = operations[place]
    guard let renewed = renewed(rest, by: settled) else {
      states[place] = .failed
      return note(frozen, .changed, words: "the shop changed it; look at the new plan")
    }
    let isSame = renewed == planned && renewed.version == frozen.mutation.seenVersion
    if isStale, isSame, remerges[place] > 1 {
      return try refuseUnchanged(frozen, place)
    }
    operations[place] = renewed
    states[place] = .waiting
    parked.append(place)
  }

  private mutating func noteAsked(_ frozen: FrozenMutation, _ questions: [Question]) {
    let fields = Set(questions.compactMap(\.field))
    let part = FrozenMutation(frozen, keeping: { fields.isEmpty || fields.contains($0.name) })
    note(part, .asked, kind: questions.first?.kind)
  }

  /// The shop says that something has changed, and the record is as it was: sending it again would
  /// never end.
  private mutating func refuseUnchanged(_ frozen: FrozenMutation, _ place: Int) throws {
    let words =
      frozen.key.type == .translation
      ? "the text that it translates has changed; look at the translation and save it again"
      : "the shop says that it was changed, and it is as it was"
    try mirror.settle { transaction in
      try refuse(frozen, WriteRefusal(words), transaction)
    }
    states[place] = .failed
    note(frozen, .asked, kind: .rejected, words: words)
  }

  /// The operation against the shop's values of now; nil where it would send something else.
  private func renewed(
    _ planned: PlannedOperation, by settled: SettledRecord
  ) -> PlannedOperation? {
    var renewed = planned
    renewed.version = settled.server?.version ?? 0
    if planned.operation == .delete { return settled.operation == .delete ? renewed : nil }
    let fields = Dictionary(settled.fields.map { ($0.name, $0) }) { first, _ in first }
    for index in renewed.fields.indices {
      let old = planned.fields[index]
      guard let new = fields[old.name], let outgoing = new.outgoing else { return nil }
      if let movement = old.movement {
        guard outgoing.movement == movement else { return nil }
      } else if !old.isInterim, outgoing.value != old.value {
        return nil
      }
      renewed.fields[index].shop = new.shop
    }
    return renewed
  }
}
