import Bytes
import Contract
import LocalMirror
import Machine
import Merge

extension PushSession {
  /// Finds out what became of requests without an answer: within the retention of their keys by
  /// sending the same bytes again, otherwise by reading and comparing.
  mutating func settleUnsettled() throws {
    let (entries, epoch) = try mirror.settle { transaction in
      try transaction.forgetSending()
      return (try transaction.ledger.unsettled(), try transaction.epoch())
    }
    guard !entries.isEmpty else { return }
    tell(.settling)
    for entry in entries {
      try checkInterrupt()
      guard var frozen = FrozenMutation(entry) else {
        try mirror.settle { transaction in
          guard !transaction.knownBugs.contains(.upgradeStopsOutbox) else { return }
          try transaction.mark(entry.number, as: .withdrawn, reason: "its request is not kept")
        }
        continue
      }
      frozen.isOfEpoch = frozen.epoch == nil || frozen.epoch == epoch
      let isWanted = try isStillWanted(frozen)
      if !frozen.isKnownDone, frozen.attempts < options.largestAttempts, isWanted,
        mayResend(frozen)
      {
        try resend([Retry(frozen: frozen, due: push.time.now, unknowns: 0)])
      } else {
        try settleByReading(frozen)
      }
    }
    while !retries.isEmpty {
      try checkInterrupt()
      try resendDue()
    }
  }

  /// Whether a deletion has not been taken back since it was sent: what nobody wants any more is not sent
  /// again to find out whether it was done.
  private func isStillWanted(_ frozen: FrozenMutation) throws -> Bool {
    guard frozen.mutation.operation == .delete else { return true }
    return try mirror.settle { try $0.operation(of: frozen.key) == .delete }
  }

  /// Whether the server still knows the key, so that sending again changes nothing.
  func mayResend(_ frozen: FrozenMutation) -> Bool {
    guard frozen.mayResend, frozen.isOfEpoch else { return false }
    let fields = frozen.fields.map { push.capabilities.of(frozen.key.type, field: $0.name) }
    let capabilities = fields.isEmpty ? [push.capabilities.of(frozen.key.type)] : fields
    return capabilities.allSatisfy { capability in
      guard case .key(let retention) = capability.idempotency else { return false }
      // By the shop's clock where it is known, since it counts the retention. One of this machine that was
      // set back says nothing about the age.
      let age =
        if let sent = frozen.sentByShop, let now = push.shopNow {
          now.seconds - sent.seconds
        } else {
          push.time.now.seconds - frozen.firstSentAt.seconds
        }
      return age >= 0 && age < Int64(retention) - options.retentionMargin
    }
  }

  /// Reads the record and decides by content: done, not done, or not to be told.
  mutating func settleByReading(_ frozen: FrozenMutation) throws {
    let reading = try read(frozen)
    if case .failed(let reason) = reading {
      note(frozen, .unknown, words: reason)
      if let place = frozen.place { states[place] = .failed }
      return
    }
    tell(.storing)
    let before = report
    let sequel: Sequel
    do {
      sequel = try mirror.settle { transaction in
        try decide(frozen, reading, transaction)
      }
    } catch {
      report = before
      throw error
    }
    if case .merge(let isStale) = sequel { try mergeAnew(frozen, isStale: isStale) }
  }

  private mutating func decide(
    _ frozen: FrozenMutation, _ reading: Reading, _ transaction: MirrorTransaction
  ) throws -> Sequel {
    let mutation = frozen.mutation
    if case .ambiguous(let words) = reading {
      // Two records of one reference: nothing is done before a person has looked.
      try askUncertain(frozen, nil, transaction)
      settle(frozen, .asked, kind: .uncertain, words: words)
      return .settled
    }
    var server: SourceRecord?
    if case .record(let record) = reading { server = record }
    if frozen.isKnownDone, let server {
      let key = try confirm(frozen, server, "done", transaction)
      settle(frozen, .done, key: key)
      return .settled
    }
    switch (mutation.operation, server) {
    case (.delete, nil):
      try confirmDeletion(frozen, "found", isAgreement: true, transaction)
      return .settled
    case (.create, let server?):
      let key = try confirm(frozen, server, "found", transaction)
      settle(frozen, .found, key: key)
      return .settled
    case (.create, nil):
      return try decideMissingCreation(frozen, transaction)
    case (_, nil):
      try transaction.mark(frozen.number, as: .withdrawn, answer: "missing")
      try transaction.lose(frozen.key)
      settle(frozen, .asked, kind: .editDelete)
      return .settled
    case (.update, let server?) where frozen.isSaid(by: server):
      let key = try confirm(frozen, server, "found", transaction)
      try noteFound(frozen, server, key, transaction)
      settle(frozen, .found, key: key)
      return .settled
    case (.adjust, let server?)
    where !frozen.isOfEpoch || server.version != mutation.seenVersion || server.version == 0:
      // Somebody wrote: it may have been this movement, and nothing tells.
      try transaction.confirm(frozen.key, sent: [:], server: server)
      try askUncertain(frozen, server, transaction)
      settle(frozen, .asked, kind: .uncertain)
      return .settled
    case (_, let server?):
      try transaction.confirm(frozen.key, sent: [:], server: server)
      try transaction.mark(frozen.number, as: .withdrawn, answer: "missed")
      return .merge(isStale: false)
    }
  }

  /// Nothing carries the reference of a creation. Where the platform can be asked for references, or
  /// would recognise a second creation, it was not made.
  private mutating func decideMissingCreation(
    _ frozen: FrozenMutation, _ transaction: MirrorTransaction
  ) throws -> Sequel {
    let whole = push.capabilities.of(frozen.key.type)
    guard whole.hasExternalReference || whole.idempotency == .natural else {
      try askUncertain(frozen, nil, transaction)
      settle(frozen, .asked, kind: .uncertain)
      return .settled
    }
    try transaction.mark(frozen.number, as: .withdrawn, answer: "missed")
    return .merge(isStale: false)
  }
}
