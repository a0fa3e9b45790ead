import Bytes
public import Contract
public import LocalMirror
public import Machine
import Merge

/// Takes a push back: its values before become edits again, with what was sent as their base. They are
/// planned, merged and sent like all others, so that what the shop changed since is asked about and
/// never overwritten.
public struct Undo {
  private let mirror: MirrorStore
  private let random: any RandomSource

  /// What is brought back, or why not.
  public struct Change: Sendable, Hashable {
    /// What is done.
    public enum Action: Sendable, Hashable {
      /// A field gets the value back that it had.
      case set(field: String, from: FieldValue, to: FieldValue)
      /// A counter is moved back.
      case move(field: String, by: Int64)
      /// What was made is deleted.
      case delete
      /// What was deleted is made again, with a new id.
      case create(fields: [String: FieldValue])
      /// It stays as it is.
      case skip(reason: String)
    }

    /// The record.
    public var key: RecordKey
    /// What people call it.
    public var name: String
    /// What is done.
    public var action: Action
  }

  /// Prepares to undo.
  public init(mirror: MirrorStore, random: any RandomSource = SystemRandom()) {
    self.mirror = mirror
    self.random = random
  }

  /// The last push that sent something and has not been undone; nil where there is none.
  public func lastPush() throws -> PushEntry? {
    try mirror.ledger.pushes().first { $0.sent > 0 && $0.undoneBy == nil }
  }

  /// What undoing a push would do, the last request first. Nothing is stored.
  public func changes(of push: Int64) throws -> [Change] {
    try mirror.settle { transaction in try changes(of: push, transaction) }
  }

  /// Stores the edits that undo a push.
  ///
  /// - Returns: the records that are edited by it.
  public func apply(_ push: Int64) throws -> Set<RecordKey> {
    try mirror.settle { transaction in
      var keys: Set<RecordKey> = []
      for change in try changes(of: push, transaction) {
        if let key = try apply(change, transaction) { keys.insert(key) }
      }
      return keys
    }
  }

  /// Notes that one push has undone another.
  public func note(_ push: Int64, undoneBy other: Int64) throws {
    try mirror.settle { try $0.markUndone(push, by: other) }
  }

  // MARK: Finding out

  private func changes(of push: Int64, _ transaction: MirrorTransaction) throws -> [Change] {
    let entries = try transaction.ledger.outbox(of: push).filter { $0.state == .done }
    let made = Set(
      entries.filter { $0.operation == Mutation.Operation.create.rawValue }.map(\.key))
    var changes: [Change] = []
    for entry in entries.reversed() {
      guard let frozen = FrozenMutation(entry) else { continue }
      let key = RecordKey(entry.key.type, try transaction.resolved(entry.key.id))
      let isMade = made.contains(entry.key) || made.contains { $0.id == key.id }
      if isMade, frozen.mutation.operation != .create { continue }  // it goes as a whole
      changes += try actions(frozen, entry, key, transaction).map {
        Change(key: key, name: frozen.name, action: $0)
      }
    }
    return changes
  }

  private func actions(
    _ frozen: FrozenMutation, _ entry: OutboxEntry, _ key: RecordKey,
    _ transaction: MirrorTransaction
  ) throws -> [Change.Action] {
    let before = (try? FieldValue(json: entry.before)) ?? .null  // then nothing is brought back
    if frozen.mutation.operation == .delete {
      let fields = (before.members ?? []).map { ($0.name, $0.value) }
      return [.create(fields: Dictionary(fields) { first, _ in first })]
    }
    let server = try transaction.serverRecord(key)
    guard let server, server.state != .deleted, try transaction.operation(of: key) == .none else {
      return [.skip(reason: "it has been deleted since")]
    }
    if frozen.mutation.operation == .create { return [.delete] }
    let edited = Set(try transaction.localValues(of: key).map(\.field))
    return frozen.fields.filter { !$0.isInterim }.map { field in
      if edited.contains(field.name) {
        return .skip(reason: "\(field.name) has been edited since")
      }
      if let movement = field.movement { return .move(field: field.name, by: -movement) }
      let value = before[field.name] ?? .null
      if server.value(field.name) == value {
        return .skip(reason: "\(field.name) is so again already")
      }
      return .set(field: field.name, from: field.value, to: value)
    }
  }

  // MARK: Storing

  private func apply(
    _ change: Change, _ transaction: MirrorTransaction
  ) throws -> RecordKey? {
    let key = change.key
    let server = try transaction.serverRecord(key)
    switch change.action {
    case .skip: return nil
    case .delete: try transaction.delete(key, source: .cli)
    case .create(let fields):
      let made = RecordKey(key.type, random.uuidV7(at: transaction.now))
      try transaction.create(made, fields: fields, source: .cli)
      return made
    case .move(let field, let movement):
      let now = server?.value(field).integer ?? 0
      try transaction.edit(
        key, [FieldEdit(field, .integer(max(now + movement, 0)))], source: .cli)
    case .set(let field, let sent, let value):
      try transaction.edit(key, [FieldEdit(field, value)], source: .cli)
      // What was sent is what it starts from: if the shop has another value by now, both are asked.
      let version = server?.version ?? 0
      try transaction.rebase(key, field, base: sent, baseVersion: version, value: value)
    }
    return key
  }
}
