import Bytes
public import Contract
import LocalMirror
import Merge

/// Makes the plan of a push from settled edits. Pure, apart from questions to the mirror about names.
public struct Planner {
  private let capabilities: Capabilities
  private let shop: String

  /// Prepares a planner.
  ///
  /// - Parameters:
  ///   - shop: the id of the shop's server, as the mirror knows it.
  public init(capabilities: Capabilities, shop: String) {
    self.capabilities = capabilities
    self.shop = shop
  }

  /// Plans what there is to send.
  ///
  /// - Parameter only: plans these records alone; nil plans all.
  public func plan(_ all: Settlement.State, only: Set<RecordKey>? = nil) -> Plan {
    var state = all
    var underWay = OperationDrafts()
    for record in state.records where record.isUnsettled { add(record, to: &underWay) }
    if let only { state.records.removeAll { !only.contains($0.key) } }
    var drafts = OperationDrafts()
    for record in state.records where record.isSendable { add(record, to: &drafts) }
    let held = Set(
      state.records.filter { $0.operation == .create && !$0.isSendable }.map(\.key))
    let order = OperationOrder(drafts.all, held: held, names: underWay.freed)
    let unsettled = state.unsettled.map { entry in
      UnsettledOperation(
        operation: entry.operation, key: entry.key,
        name: state.records.first { $0.key == entry.key }?.name ?? entry.key.id)
    }
    return Plan(
      shop: shop, operations: order.operations, blocked: order.blocked,
      questions: state.questions, unsettled: unsettled)
  }

  private func add(_ record: SettledRecord, to drafts: inout OperationDrafts) {
    switch record.operation {
    case .delete:
      drafts.add(draft(.delete, record, []), server: record.server, parts: record.parts)
    case .create:
      drafts.add(draft(.create, record, record.fields.compactMap(planned)), server: nil)
    case .none:
      let fields = record.fields.compactMap { field in planned(field).map(withoutDelta(record)) }
      let moved = fields.filter { $0.movement != nil }
      let set = fields.filter { $0.movement == nil }
      if !set.isEmpty { drafts.add(draft(.update, record, set), server: record.server) }
      if !moved.isEmpty { drafts.add(draft(.adjust, record, moved), server: record.server) }
    }
  }

  private func planned(_ field: SettledField) -> PlannedField? {
    guard let outgoing = field.outgoing else { return nil }
    return PlannedField(
      name: field.name, before: field.local.base, mine: field.local.value, shop: field.shop,
      value: outgoing.value, movement: outgoing.movement, rule: field.rule?.rawValue ?? "confirmed",
      isInterim: false, notes: field.notes)
  }

  /// Where a platform cannot move a counter, the sum is set, guarded by what was seen.
  private func withoutDelta(_ record: SettledRecord) -> (PlannedField) -> PlannedField {
    { field in
      var field = field
      if !capabilities.of(record.key.type, field: field.name).hasDelta { field.movement = nil }
      return field
    }
  }

  private func draft(
    _ operation: Mutation.Operation, _ record: SettledRecord, _ fields: [PlannedField]
  ) -> PlannedOperation {
    PlannedOperation(
      number: 0, operation: operation, key: record.key, name: record.name, step: nil,
      version: record.server?.version ?? 0, fields: fields, dependsOn: [],
      isProtected: isProtected(operation, record.key.type, fields), remarks: record.remarks)
  }

  private func isProtected(
    _ operation: Mutation.Operation, _ type: ResourceType, _ fields: [PlannedField]
  ) -> Bool {
    switch operation {
    case .create:
      let whole = capabilities.of(type)
      return whole.idempotency != .none || whole.hasExternalReference
    case .delete: return !capabilities.of(type).isUnprotected
    case .update, .adjust:
      return fields.allSatisfy {
        $0.movement != nil || !capabilities.of(type, field: $0.name).isUnprotected
      }
    }
  }
}

/// Operations as they are collected, with what the order needs to know of each.
struct OperationDrafts {
  /// One of them.
  struct Draft {
    var operation: PlannedOperation
    /// Ids in links and lists of links that it brings about.
    var refersTo: Set<String> = []
    /// Ids that the shop's record is a part of, or that this takes out of its lists.
    var lets: Set<String> = []
    /// What goes with it, where it is a deletion.
    var parts: Set<RecordKey> = []
    /// Unique values that it takes.
    var takes: [UniqueValue] = []
    /// Unique values that it sets free.
    var frees: [UniqueValue] = []
  }

  /// A value that only one record of a type can have.
  struct UniqueValue: Hashable {
    let type: ResourceType
    let attribute: String
    let value: FieldValue
  }

  private(set) var all: [Draft] = []

  /// All values that are set free, and by which record.
  var freed: [UniqueValue: RecordKey] {
    all.reduce(into: [:]) { freed, draft in
      for value in draft.frees { freed[value] = draft.operation.key }
    }
  }

  mutating func add(
    _ operation: PlannedOperation, server: StoredServerRecord?, parts: Set<RecordKey> = []
  ) {
    var draft = Draft(operation: operation)
    draft.parts = parts
    let type = operation.key.type
    for field in operation.fields {
      let after = RecordLinks.ids(in: field.value, of: field.name, type)
      draft.refersTo.formUnion(after)
      draft.lets.formUnion(RecordLinks.ids(in: field.shop, of: field.name, type).subtracting(after))
      if RecordLinks.isUnique(field.name, type) {
        draft.takes.append(
          UniqueValue(type: type, attribute: field.name, value: field.value))
        if !field.shop.isNull {
          draft.frees.append(UniqueValue(type: type, attribute: field.name, value: field.shop))
        }
      }
    }
    for (name, value) in server?.links?.members ?? [] {
      draft.lets.formUnion(RecordLinks.ids(in: FieldValue(value), of: "links.\(name)", type))
    }
    if operation.operation == .delete, let server {
      for (name, value) in server.fields(of: type) {
        draft.lets.formUnion(RecordLinks.ids(in: value, of: name, type))
        if RecordLinks.isUnique(name, type) {
          draft.frees.append(UniqueValue(type: type, attribute: name, value: value))
        }
      }
    }
    all.append(draft)
  }
}

/// Which fields name other records, and which must be unique.
enum RecordLinks {
  /// The ids of records that a field's value names.
  static func ids(in value: FieldValue, of field: String, _ type: ResourceType) -> Set<String> {
    if field.hasPrefix("links.") {
      if let id = value.text ?? value["id"]?.text { return [id] }
      return []
    }
    guard case .list(.reference, _, _)? = RecordFields.kind(of: field, in: type) else { return [] }
    return Set((value.list ?? []).compactMap(\.text))
  }

  /// The types that a field can name records of.
  static func targets(of field: String, _ type: ResourceType) -> [ResourceType] {
    if field.hasPrefix("links.") {
      let name = field.dropFirst(6)
      return ResourceSchema.of(type).links.first { $0.name == name }?.targets ?? []
    }
    if case .list(.reference(let target), _, _)? = RecordFields.kind(of: field, in: type) {
      return [target]
    }
    return []
  }

  /// Whether no two records of a type may have the same value of a field.
  static func isUnique(_ field: String, _ type: ResourceType) -> Bool {
    ResourceSchema.of(type).uniqueKeys.contains { $0.parts == [["attributes", field]] }
  }
}
