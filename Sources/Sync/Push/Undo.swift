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
      /// What was deleted is made again with its parts, under new ids.
      case create([Deleted])
      /// What is made again is put back into a list that is kept by hand.
      case join(ListPlace)
      /// It stays as it is.
      case skip(reason: String)
    }

    /// A record that was deleted, as it was.
    public struct Deleted: Sendable, Hashable {
      /// The record, by its id then.
      public var key: RecordKey
      /// Its content.
      public var fields: [String: FieldValue]
    }

    /// The record.
    public var key: RecordKey
    /// What people call it.
    public var name: String
    /// What is done.
    public var action: Action
    /// The version of the record that the push left behind; 0 where the platform has none.
    public var version: Int64
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
      let changes = try changes(of: push, transaction)
      // All new ids first: what is made again may name what is made again after it.
      var again = MadeAgain()
      for case .create(let records) in changes.map(\.action) {
        for record in records { again.add(record.key.id, at: transaction.now, random) }
      }
      for change in changes { keys.formUnion(try apply(change, again, transaction)) }
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
    let remade = Set(
      entries.filter { $0.operation == Mutation.Operation.delete.rawValue }.map(\.key))
    var changes: [Change] = []
    var lists: [Change] = []
    for entry in entries.reversed() {
      guard let frozen = FrozenMutation(entry) else { continue }
      let key = RecordKey(entry.key.type, try transaction.resolved(entry.key.id))
      let isMade = made.contains(entry.key) || made.contains { $0.id == key.id }
      if isMade, frozen.mutation.operation != .create { continue }  // it goes as a whole
      if frozen.mutation.operation == .delete {
        lists += try joins(entry, among: remade, transaction)
      }
      changes += try actions(frozen, entry, key, transaction).map {
        Change(
          key: key, name: frozen.name, action: $0,
          version: entry.baseVersion == 0 ? 0 : entry.baseVersion + 1)
      }
    }
    return changes + lists  // when all that they name is there again
  }

  /// The lists that a deleted record goes back into; those that it cannot, with the reason.
  ///
  /// - Parameter remade: what is made again as well, lists among it.
  private func joins(
    _ entry: OutboxEntry, among remade: Set<RecordKey>, _ transaction: MirrorTransaction
  ) throws -> [Change] {
    let before = (try? FieldValue(json: entry.before)) ?? .null  // then nothing is brought back
    var names = RecordNames(transaction)
    return try (before["lists"]?.list ?? []).compactMap(ListPlace.init).map { place in
      let key = RecordKey(place.holder.type, try transaction.resolved(place.holder.id))
      let name = try names.name(of: key)
      let reason: String? =
        if remade.contains(place.holder) {
          nil
        } else if try transaction.effectiveRecord(key) == nil {
          "it is gone, and nothing is put back into it"
        } else if try transaction.list(place.field, of: key) == nil {
          "it is not kept by hand any more, and nothing is put back into it"
        } else {
          nil
        }
      return Change(
        key: key, name: name, action: reason.map { .skip(reason: $0) } ?? .join(place), version: 0)
    }
  }

  private func actions(
    _ frozen: FrozenMutation, _ entry: OutboxEntry, _ key: RecordKey,
    _ transaction: MirrorTransaction
  ) throws -> [Change.Action] {
    let before = (try? FieldValue(json: entry.before)) ?? .null  // then nothing is brought back
    if frozen.mutation.operation == .delete {
      return [.create((before["records"]?.list ?? []).compactMap(Self.deleted))]
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
    _ change: Change, _ again: MadeAgain, _ transaction: MirrorTransaction
  ) throws -> [RecordKey] {
    let key = change.key
    let server = try transaction.serverRecord(key)
    switch change.action {
    case .skip: return []
    case .delete: try transaction.delete(key, source: .cli)
    case .create(let records):
      return try records.map { try again.make($0.key, $0.fields, transaction) }
    case .join(let place):
      return [try again.putBack(place, in: key, transaction)]
    case .move(let field, let movement):
      let now = server?.value(field).integer ?? 0
      try transaction.edit(
        key, [FieldEdit(field, .integer(max(now + movement, min(now, 0))))], source: .cli)
    case .set(let field, let sent, let before):
      // What it names may have been made again.
      let value = again.relinked(before, field, key.type)
      try transaction.edit(key, [FieldEdit(field, value)], source: .cli)
      // What was sent is what it starts from: if the shop has another value by now, both are asked.
      let isAsLeft = server?.value(field) == sent
      try transaction.rebase(
        key, field, base: sent,
        baseVersion: isAsLeft ? server?.version ?? 0 : change.version, value: value)
    }
    return [key]
  }

  private static func deleted(_ value: FieldValue) -> Change.Deleted? {
    guard let type = value["type"]?.text.flatMap(ResourceType.init(rawValue:)),
      let id = value["id"]?.text, let fields = value["fields"]?.members
    else { return nil }
    return Change.Deleted(
      key: RecordKey(type, id),
      fields: Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first })
  }
}
