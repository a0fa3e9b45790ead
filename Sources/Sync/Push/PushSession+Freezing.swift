import Bytes
import Contract
import LocalMirror
import Machine
import Merge

extension PushSession {
  /// Puts operations into the outbox as they will be sent, in one transaction. What is no longer as
  /// the plan shows it is left out.
  mutating func freeze(_ batch: [Int]) throws -> [FrozenMutation] {
    let before = report
    do {
      return try mirror.settle { transaction in
        var frozen: [FrozenMutation] = []
        for index in batch {
          if let one = try freeze(index, transaction) { frozen.append(one) }
        }
        return frozen
      }
    } catch {
      report = before  // nothing of it was stored
      throw error
    }
  }

  private mutating func freeze(
    _ index: Int, _ transaction: MirrorTransaction
  ) throws -> FrozenMutation? {
    let operation = operations[index]
    let key = RecordKey(operation.key.type, try transaction.resolved(operation.key.id))
    guard let fields = try unchangedFields(of: operation, key, transaction) else {
      states[index] = .failed
      note(index, .changed, words: "it was changed after the plan was made")
      return nil
    }
    let mutation = try mutation(operation, key, fields, transaction)
    let request: WriteRequest
    do {
      request = try push.target.request(for: mutation)
    } catch {
      states[index] = .failed
      try refuse(operation, key, WriteRefusal(error.message), transaction)
      note(index, .asked, kind: .rejected, words: error.message)
      return nil
    }
    let number = try transaction.enqueue(
      OutboxDraft(
        mutationID: mutation.id, key: key, operation: operation.operation.rawValue,
        payload: FrozenMutation.payload(
          operation.name, fields, epoch: try transaction.epoch(), sentByShop: push.shopNow),
        baseVersion: mutation.seenVersion,
        push: try pushNumber(transaction), request: FrozenMutation.text(of: request),
        before: try before(operation, key, fields, transaction).json))
    states[index] = .sent
    return FrozenMutation(
      number: number, key: key, name: operation.name, request: request, fields: fields,
      epoch: try transaction.epoch(), sentByShop: push.shopNow, firstSentAt: transaction.now,
      attempts: 1, mayResend: true, place: index)
  }

  /// What the shop has before it is sent, for undo: the fields, or a whole record with all that goes
  /// with it.
  private func before(
    _ operation: PlannedOperation, _ key: RecordKey, _ fields: [FrozenMutation.Field],
    _ transaction: MirrorTransaction
  ) throws -> FieldValue {
    guard operation.operation == .delete else {
      return .object(of: fields.map { .init($0.name, $0.shop) })
    }
    let keys = try [key] + transaction.parts(of: key)
    let records = try keys.compactMap { key -> FieldValue? in
      guard let record = try transaction.serverRecord(key) else { return nil }
      let fields = record.fields(of: key.type).map { FieldValue.Member($0.key, $0.value) }
      return .object(of: [
        .init("type", .text(key.type.rawValue)), .init("id", .text(key.id)),
        .init("fields", .object(of: fields)),
      ])
    }
    let lists = try keys.flatMap { try transaction.places(of: $0) }
    return .object(of: [
      .init("records", .list(records)), .init("lists", .list(lists.map(\.stored))),
    ])
  }

  /// The fields of an operation as they will be sent; nil where the editor or the shop has changed
  /// one since the plan was made.
  private func unchangedFields(
    of operation: PlannedOperation, _ key: RecordKey, _ transaction: MirrorTransaction
  ) throws -> [FrozenMutation.Field]? {
    let here = try transaction.operation(of: key)
    let server = try transaction.serverRecord(key)
    let isLive = server.map { $0.state != .deleted } ?? false
    switch operation.operation {
    case .create: guard here == .create, server == nil else { return nil }
    case .delete: guard here == .delete, isLive else { return nil }
    case .update, .adjust: guard here == .none, isLive else { return nil }
    }
    let local = Dictionary(
      try transaction.localValues(of: key).map { ($0.field, $0) }
    ) { first, _ in first }
    var fields: [FrozenMutation.Field] = []
    for field in operation.fields {
      let shop = server?.value(field.name) ?? .null
      let resolved = try transaction.resolved(field.mine, of: field.name, in: key.type)
      guard let value = local[field.name], value.value == field.mine || value.value == resolved,
        field.movement != nil || operation.operation == .create || shop == field.shop
      else { return nil }
      // What has been counted since the plan was made is no movement any more.
      if value.isCount, field.movement != nil || field.value != field.mine { return nil }
      fields.append(
        FrozenMutation.Field(
          name: field.name, mine: value.value,
          value: transaction.knownBugs.contains(.temporaryIDsBaked)
            ? field.value : try transaction.resolved(field.value, of: field.name, in: key.type),
          movement: field.movement, shop: shop, isInterim: field.isInterim,
          isCount: value.isCount))
    }
    return fields
  }

  private func mutation(
    _ operation: PlannedOperation, _ key: RecordKey, _ fields: [FrozenMutation.Field],
    _ transaction: MirrorTransaction
  ) throws -> Mutation {
    let server = try transaction.serverRecord(key)
    var mutation = Mutation(
      id: push.random.uuidV7(at: push.time.now), record: key, operation: operation.operation)
    for field in fields {
      mutation.seen[field.name] = field.shop
      if let movement = field.movement {
        mutation.adjustments[field.name] = movement
      } else if operation.operation != .create || !field.value.isNull {
        mutation.fields[field.name] = field.value
      }
    }
    if operation.operation == .create {
      mutation.seen = [:]
      mutation.externalReference = mutation.fields["external_ref"]?.text ?? operation.key.id
      mutation.links = mutation.fields.reduce(into: [:]) { links, field in
        if field.key.hasPrefix("links.") { links[String(field.key.dropFirst(6))] = field.value }
      }
    } else if let server {
      mutation.seenVersion = server.version
      mutation.seenETag = server.etag
      mutation.externalReference = server.value("external_ref").text
      for (name, value) in server.links?.members ?? [] { mutation.links[name] = FieldValue(value) }
      if operation.operation == .delete { mutation.seen = server.fields(of: key.type) }
      // Whoever corrects a translation of a text that stayed as it was has edited its value alone; shops
      // take a value together with what it was made from.
      if key.type == .translation, mutation.seen["source_digest"] == nil {
        mutation.seen["source_digest"] = server.value("source_digest")
      }
    }
    return transaction.knownBugs.isEmpty
      ? mutation : spoilt(mutation, transaction.knownBugs, server)
  }

  /// The mistakes that a test has built in.
  private func spoilt(
    _ mutation: Mutation, _ bugs: Set<KnownBug>, _ server: StoredServerRecord?
  ) -> Mutation {
    var mutation = mutation
    if bugs.contains(.uneditedFieldsSent), mutation.operation == .update, let server {
      mutation.fields.merge(server.fields(of: mutation.record.type)) { mine, _ in mine }
    }
    // The mistake is the point: `bugs` is empty wherever a test has not built one in.
    if bugs.contains(.amountsAsFloats), let amount = mutation.fields["amount"]?.integer {
      mutation.fields["amount"] = .integer(Int64(Double(amount) / 100 * 100))
    }
    return mutation
  }
}
