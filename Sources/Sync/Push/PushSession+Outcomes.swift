import Bytes
import Contract
import LocalMirror
import Merge

extension PushSession {
  /// Stores what became of a request, in the transaction of its batch.
  mutating func store(
    _ outcome: WriteOutcome, _ reading: Reading, of frozen: FrozenMutation,
    _ transaction: MirrorTransaction
  ) throws -> Sequel {
    switch outcome {
    case .done(let record): return try storeDone(record, reading, frozen, transaction)
    case .deleted:
      try confirmDeletion(frozen, "deleted", transaction)
      return .settled
    case .stale(let record): return try storeStale(record, reading, frozen, transaction)
    case .overwritten(let record):
      try storeOverwritten(record, frozen, transaction)
      return .settled
    case .missing: return try storeMissing(reading, frozen, transaction)
    case .taken(let holder, let problem):
      try storeTaken(holder, problem, frozen, transaction)
      return .settled
    case .refused(let refusal):
      try refuse(frozen, refusal, transaction)
      settle(frozen, .asked, kind: .rejected, words: refusal.message)
      return .settled
    case .postponed(let seconds, let reason):
      try transaction.mark(frozen.number, as: .waiting, reason: reason)
      return .again(seconds: seconds, isUnknown: false)
    case .unknown(let reason):
      if transaction.knownBugs.contains(.unknownTakenForFailed) {
        try transaction.mark(frozen.number, as: .withdrawn, reason: reason)
        settle(frozen, .missed)
        return .settled
      }
      try transaction.mark(frozen.number, as: .unknown, reason: reason)
      return mayResend(frozen) ? .again(seconds: nil, isUnknown: true) : .read
    case .unauthorized(let error):
      try withdraw(frozen, error.message, transaction)
      return .stop(error)
    }
  }

  /// Notes an end of a request, in the plan and in the report.
  mutating func settle(
    _ frozen: FrozenMutation, _ outcome: PushReport.Outcome, key: RecordKey? = nil,
    kind: ConflictKind? = nil, words: String? = nil
  ) {
    if let place = frozen.place {
      states[place] = outcome == .done || outcome == .found ? .done : .failed
    }
    note(frozen, outcome, key: key, kind: kind, words: words)
  }

  // MARK: Done

  private mutating func storeDone(
    _ record: SourceRecord?, _ reading: Reading, _ frozen: FrozenMutation,
    _ transaction: MirrorTransaction
  ) throws -> Sequel {
    if frozen.mutation.operation == .delete {
      try confirmDeletion(frozen, "deleted", transaction)
      return .settled
    }
    var server = record
    if server == nil, case .record(let read) = reading { server = read }
    if let server {
      let key = try confirm(frozen, server, "done", transaction)
      settle(frozen, .done, key: key)
      return .settled
    }
    if case .gone = reading {
      // It was done, and the record was deleted right after.
      try transaction.mark(frozen.number, as: .done, answer: "gone")
      try transaction.lose(frozen.key)
      settle(frozen, .asked, kind: .editDelete)
      return .settled
    }
    // It is done, and what the shop has now could not be read: the next push reads it.
    try transaction.mark(frozen.number, as: .unknown, answer: "done", reason: "not read back")
    settle(frozen, .unknown, words: "done, but it could not be read back")
    return .settled
  }

  /// Stores that the shop has what was sent: exactly these values are no edits any more.
  ///
  /// - Returns: the record's id on the server.
  @discardableResult
  mutating func confirm(
    _ frozen: FrozenMutation, _ server: SourceRecord, _ answer: String,
    _ transaction: MirrorTransaction
  ) throws -> RecordKey {
    var key = frozen.key
    if frozen.mutation.operation == .create {
      let remote = RecordKey(key.type, server.id)
      try transaction.mapCreated(
        local: key, to: remote, externalReference: frozen.mutation.externalReference)
      try transaction.moveQuestions(from: key, to: remote)
      key = remote
    }
    let local = Dictionary(
      try transaction.localValues(of: key).map { ($0.field, $0) }
    ) { first, _ in first }
    var sent: [String: FieldValue] = [:]
    var later: [(FrozenMutation.Field, LocalValue)] = []
    for field in frozen.fields {
      guard let value = local[field.name] else { continue }  // withdrawn meanwhile
      let resolved = try transaction.resolved(field.mine, of: field.name, in: key.type)
      let isAsSent = value.value == field.mine || value.value == resolved
      if field.isInterim || value.isCount && !field.isCount {
        later.append((field, value))
      } else if isAsSent {
        sent[field.name] = value.value
      } else if field.movement == nil, field.value == field.mine,
        !isMoved(field, value, server, key)
      {
        sent[field.name] = field.mine  // edited again: it starts from what was confirmed
      } else {
        later.append((field, value))
      }
    }
    try transaction.confirm(
      key, sent: sent, server: server, written: Set(frozen.fields.map(\.name)))
    for (field, value) in later { try carryOn(field, value, server, key, transaction) }
    try noteChangedByShop(frozen, server, key, transaction)
    try transaction.mark(frozen.number, as: .done, answer: answer)
    return key
  }

  /// Whether a counter that was made with its record has been moved by others since: then what is edited is
  /// a movement from what was sent, not from what the shop has now.
  private func isMoved(
    _ field: FrozenMutation.Field, _ value: LocalValue, _ server: SourceRecord, _ key: RecordKey
  ) -> Bool {
    !value.isCount && push.rules.policy(key.type, field.name) == .counterDelta
      && server.value(field.name) != field.mine
  }

  /// An edit that goes on from a value that was sent on its way: an interim one, a merged one that the
  /// editor changed while it was sent, or a counter that was counted meanwhile.
  private func carryOn(
    _ field: FrozenMutation.Field, _ value: LocalValue, _ server: SourceRecord, _ key: RecordKey,
    _ transaction: MirrorTransaction
  ) throws {
    let shop = server.value(field.name)
    if field.isInterim {
      try transaction.rebase(
        key, field.name, base: shop, baseVersion: server.version, value: value.value)
      return
    }
    if value.isCount, !field.isCount {
      // Counted while a movement was sent: the count holds as it is. Where others moved it as well it
      // stays an edit of what it began from, and is asked about.
      guard shop == field.mine else { return }
      try transaction.rebase(
        key, field.name, base: shop, baseVersion: server.version, value: value.value)
      return
    }
    let policy = push.rules.policy(key.type, field.name)
    let merged = RecordMerge.merge(
      base: [field.name: field.mine], ours: [field.name: value.value],
      theirs: [field.name: shop], options: push.rules.merging, policy: { _ in policy })
    // Otherwise it stays an edit of what it began from, and the difference is asked about.
    guard merged.conflicts.isEmpty, let result = merged.merged?[field.name] else { return }
    try transaction.rebase(
      key, field.name, base: shop, baseVersion: server.version, value: result)
    try transaction.note(
      DecisionEntry(
        rule: "edited-while-sending", key: key, field: field.name, outcome: "merge",
        base: field.mine, ours: value.value, theirs: shop, result: result, by: "rule"))
  }

  /// A value that the platform stores otherwise than it was sent has a line of its own.
  private func noteChangedByShop(
    _ frozen: FrozenMutation, _ server: SourceRecord, _ key: RecordKey,
    _ transaction: MirrorTransaction
  ) throws {
    for field in frozen.fields where field.movement == nil {
      let shop = server.value(field.name)
      guard shop != field.value else { continue }
      try transaction.note(
        DecisionEntry(
          rule: "changed-by-shop", key: key, field: field.name, outcome: "shop",
          base: field.shop, ours: field.value, theirs: shop, result: shop, by: "shop"))
    }
  }

  /// The shop has what was sent without having said that it came from here: by an answer that was
  /// lost, or from somebody who wrote the same. Nothing tells, so the log says that it was found.
  func noteFound(
    _ frozen: FrozenMutation, _ server: SourceRecord, _ key: RecordKey,
    _ transaction: MirrorTransaction
  ) throws {
    for field in frozen.fields where field.movement == nil && !field.isInterim {
      let shop = server.value(field.name)
      guard shop == field.value else { continue }
      try transaction.note(
        DecisionEntry(
          rule: "found-there", key: key, field: field.name, outcome: "shop", base: field.shop,
          ours: field.value, theirs: shop, result: shop, by: "rule"))
    }
  }

  /// Stores that the shop does not have what was to be deleted.
  ///
  /// - Parameter isAgreement: whether nothing says that it was this request: then both wanted it.
  mutating func confirmDeletion(
    _ frozen: FrozenMutation, _ answer: String, isAgreement: Bool = false,
    _ transaction: MirrorTransaction
  ) throws {
    try transaction.mark(frozen.number, as: .done, answer: answer)
    guard try transaction.operation(of: frozen.key) == .delete else {
      // Taken back while it was on its way: what is edited since is kept, and asked about.
      let isEdited = try !transaction.localValues(of: frozen.key).isEmpty
      try transaction.lose(frozen.key)
      return settle(frozen, isEdited ? .asked : .done, kind: isEdited ? .editDelete : nil)
    }
    if isAgreement {
      try transaction.note(
        DecisionEntry(
          rule: MergeRule.sameDelete.rawValue, key: frozen.key, outcome: "delete", by: "rule"))
    }
    try transaction.confirmDeletion(frozen.key)
    settle(frozen, .done)
  }

  // MARK: Stale and missing

  private mutating func storeStale(
    _ record: SourceRecord?, _ reading: Reading, _ frozen: FrozenMutation,
    _ transaction: MirrorTransaction
  ) throws -> Sequel {
    var server = record
    if server == nil, case .record(let read) = reading { server = read }
    guard let server else {
      if case .gone = reading { return try storeMissing(reading, frozen, transaction) }
      try transaction.mark(frozen.number, as: .unknown, reason: "stale, and not readable")
      settle(frozen, .unknown, words: "the shop changed it and could not be read")
      return .settled
    }
    if frozen.mutation.operation == .create || frozen.isSaid(by: server), !frozen.fields.isEmpty {
      // The first copy of the request had arrived; only its answer was lost.
      let key = try confirm(frozen, server, "found", transaction)
      try noteFound(frozen, server, key, transaction)
      settle(frozen, .found, key: key)
      return .settled
    }
    try transaction.confirm(frozen.key, sent: [:], server: server)
    if frozen.mutation.operation == .adjust, frozen.attempts > 1 {
      // The guard may have failed because of the movement itself.
      try askUncertain(frozen, server, transaction)
      settle(frozen, .asked, kind: .uncertain)
      return .settled
    }
    try transaction.mark(frozen.number, as: .withdrawn, answer: "stale")
    return .merge(isStale: true)
  }

  private mutating func storeMissing(
    _ reading: Reading, _ frozen: FrozenMutation, _ transaction: MirrorTransaction
  ) throws -> Sequel {
    if frozen.mutation.operation == .delete {
      try confirmDeletion(frozen, "missing", isAgreement: true, transaction)
      return .settled
    }
    if frozen.mutation.operation == .create {
      let words = "the shop does not have what it belongs to"
      try refuse(frozen, WriteRefusal(words), transaction)
      settle(frozen, .asked, kind: .rejected, words: words)
      return .settled
    }
    switch reading {
    case .record(let server):
      try transaction.confirm(frozen.key, sent: [:], server: server)
      try transaction.mark(frozen.number, as: .withdrawn, answer: "missing")
      return .merge(isStale: false)
    case .gone:
      try transaction.mark(frozen.number, as: .withdrawn, answer: "missing")
      try transaction.lose(frozen.key)
      settle(frozen, .asked, kind: .editDelete)
    case .none, .failed, .ambiguous:
      try transaction.mark(frozen.number, as: .unknown, reason: "missing, and not readable")
      settle(frozen, .unknown, words: "the shop did not find it and could not be read")
    }
    return .settled
  }

  // MARK: To the inbox

  private mutating func storeOverwritten(
    _ server: SourceRecord, _ frozen: FrozenMutation, _ transaction: MirrorTransaction
  ) throws {
    let differing = frozen.fields.filter { server.value($0.name) != $0.value }
    let key = try confirm(
      FrozenMutation(frozen, keeping: { field in !differing.contains(field) }), server,
      "overwritten", transaction)
    for field in differing {
      var question = question(.overwrittenRace, frozen, field: field.name, key: key)
      question.before = field.shop
      question.mine = field.mine
      question.shop = server.value(field.name)
      question.shopVersion = server.version
      question.detail.who = server.body.value["updated_by"]?.string
      question.detail.when = server.updatedAt?.rfc3339
      try transaction.open(question.draft)
    }
    settle(
      frozen, differing.isEmpty ? .done : .asked, key: key,
      kind: differing.isEmpty ? nil : .overwrittenRace)
  }

  private mutating func storeTaken(
    _ holder: RecordKey?, _ problem: WriteRefusal, _ frozen: FrozenMutation,
    _ transaction: MirrorTransaction
  ) throws {
    let kind: ConflictKind = frozen.mutation.operation == .create ? .createCreate : .nameTaken
    let field = frozen.fields.first { field in
      field.name == problem.field
        || problem.field == nil
          && RecordLinks.isUnique(field.name, frozen.key.type)
    }
    let isWhole = kind == .createCreate
    var question = question(kind, frozen, field: isWhole ? nil : field?.name)
    question.mine = isWhole ? content(of: frozen) : field?.mine ?? content(of: frozen)
    question.before = isWhole ? nil : field?.shop
    question.detail.words = problem.message
    question.detail.other = holder
    try transaction.open(question.draft)
    try transaction.mark(frozen.number, as: .refused, answer: "taken", reason: problem.message)
    settle(frozen, .asked, kind: kind, words: problem.message)
  }

  /// The shop will not have it: the inbox says why, everything else goes on.
  func refuse(
    _ frozen: FrozenMutation, _ refusal: WriteRefusal, _ transaction: MirrorTransaction
  ) throws {
    let field = frozen.fields.first { $0.name == refusal.field }
    var question = question(.rejected, frozen, field: field?.name)
    question.mine = field?.mine ?? content(of: frozen)
    question.shop = field?.shop
    question.detail.words = refusal.message
    let isForgotten = transaction.knownBugs.contains(.refusalForgotten)
    if !isForgotten { try transaction.open(question.draft) }
    try transaction.mark(
      frozen.number, as: .refused, answer: refusal.code ?? "refused", reason: refusal.message)
  }

  /// The platform has no way to do it: nothing was sent.
  func refuse(
    _ operation: PlannedOperation, _ key: RecordKey, _ refusal: WriteRefusal,
    _ transaction: MirrorTransaction
  ) throws {
    var question = Question(.rejected, key)
    let single = operation.fields.count == 1 && operation.operation != .create
    question.field = single ? operation.fields[0].name : nil
    question.mine =
      single
      ? operation.fields[0].mine
      : operation.operation == .delete
        ? .text("delete")
        : .object(of: try transaction.localValues(of: key).map { .init($0.field, $0.value) })
    question.detail.name = operation.name
    question.detail.words = refusal.message
    question.detail.isFromPush = true
    try transaction.open(question.draft)
  }

  /// It cannot be found out what became of it: it is never repeated without a word.
  func askUncertain(
    _ frozen: FrozenMutation, _ server: SourceRecord?, _ transaction: MirrorTransaction
  ) throws {
    for field in frozen.fields where frozen.mutation.operation != .create {
      var question = question(.uncertain, frozen, field: field.name)
      question.before = field.shop
      question.mine = field.mine
      question.shop = server?.value(field.name)
      question.shopVersion = server?.version ?? 0
      question.detail.when = frozen.firstSentAt.rfc3339
      if let movement = field.movement {
        question.detail.words = movement < 0 ? "\(movement)" : "+\(movement)"
      }
      try transaction.open(question.draft)
    }
    if frozen.mutation.operation == .create {
      var question = question(.uncertain, frozen, field: nil)
      question.mine = content(of: frozen)
      question.detail.when = frozen.firstSentAt.rfc3339
      try transaction.open(question.draft)
    }
    try transaction.mark(frozen.number, as: .refused, answer: "uncertain")
  }

  private func question(
    _ kind: ConflictKind, _ frozen: FrozenMutation, field: String?, key: RecordKey? = nil
  ) -> Question {
    var question = Question(kind, key ?? frozen.key, field: field)
    question.detail.name = frozen.name
    question.detail.isFromPush = true
    return question
  }

  /// All that an editor had in a request, as one value.
  private func content(of frozen: FrozenMutation) -> FieldValue {
    if frozen.mutation.operation == .delete { return .text("delete") }
    return .object(of: frozen.fields.map { .init($0.name, $0.mine) })
  }
}
