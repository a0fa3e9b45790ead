import Bytes
import Contract

/// Puts operations into an order in which each finds what it needs: what is linked to before what
/// links to it, a freed name before its new holder, parts before their whole where it is deleted.
///
/// Names that change hands in a circle are broken with one interim name; a product that is made with
/// its parts is made as a draft and published when they are there.
struct OperationOrder {
  private(set) var operations: [PlannedOperation] = []
  private(set) var blocked: [BlockedOperation] = []

  var drafts: [OperationDrafts.Draft]
  /// For each of the drafts, those that come before it.
  var before: [Set<Int>] = []

  /// - Parameters:
  ///   - held: records that are to be made and wait for a person.
  ///   - names: unique values that are set free by what was sent without an answer, and by which record.
  init(
    _ drafts: [OperationDrafts.Draft], held: Set<RecordKey>,
    names: [OperationDrafts.UniqueValue: RecordKey] = [:]
  ) {
    self.drafts = drafts
    splitPublishing()
    before = Array(repeating: [], count: self.drafts.count)
    orderReferences()
    breakCircles(of: orderNames())
    let waiting = findWaiting(held, names)
    number(without: waiting)
  }

  // MARK: Publishing

  /// A product that is shown at once would be shown without its parts.
  private mutating func splitPublishing() {
    let parents = drafts.reduce(into: Set<String>()) { ids, draft in
      if draft.operation.operation == .create { ids.formUnion(draft.refersTo) }
    }
    for index in drafts.indices {
      let operation = drafts[index].operation
      guard operation.operation == .create, operation.key.type == .product,
        parents.contains(operation.key.id),
        let place = operation.fields.firstIndex(where: {
          $0.name == "status" && $0.value == .text("active")
        })
      else { continue }
      var publish = operation
      publish.operation = .update
      publish.step = .publish
      publish.fields = [operation.fields[place]]
      publish.fields[0].shop = .text("draft")
      drafts[index].operation.fields[place].value = .text("draft")
      drafts[index].operation.fields[place].isInterim = true
      drafts.append(OperationDrafts.Draft(operation: publish))
    }
  }

  // MARK: References

  private mutating func orderReferences() {
    var makers: [String: Int] = [:]
    var sameRecord: [RecordKey: [Int]] = [:]
    var deletions: [String: Int] = [:]
    for (index, draft) in drafts.enumerated() {
      if draft.operation.operation == .create { makers[draft.operation.key.id] = index }
      if draft.operation.operation == .delete { deletions[draft.operation.key.id] = index }
      sameRecord[draft.operation.key, default: []].append(index)
    }
    for indices in sameRecord.values where indices.count > 1 {
      for (earlier, later) in zip(indices, indices.dropFirst()) { before[later].insert(earlier) }
    }
    for (index, draft) in drafts.enumerated() {
      for id in draft.refersTo {
        if let maker = makers[id], maker != index { before[index].insert(maker) }
      }
      for id in draft.lets {
        if let deletion = deletions[id], deletion != index { before[deletion].insert(index) }
      }
    }
    // What is edited in any part of a record is sent before the record goes with all its parts.
    for (index, draft) in drafts.enumerated() {
      for part in draft.parts { before[index].formUnion(sameRecord[part] ?? []) }
    }
    orderPublishing(makers)
  }

  /// Publishing comes after all that belongs to the product, and to its parts.
  private mutating func orderPublishing(_ makers: [String: Int]) {
    let publishing = drafts.indices.filter { drafts[$0].operation.step == .publish }
    guard !publishing.isEmpty else { return }
    var parts: [String: [Int]] = [:]
    for (index, draft) in drafts.enumerated() {
      for id in draft.refersTo where makers[id] != nil { parts[id, default: []].append(index) }
    }
    for index in publishing {
      var left = [drafts[index].operation.key.id]
      var seen: Set<Int> = [index]
      while let id = left.popLast() {
        for part in parts[id] ?? [] where seen.insert(part).inserted {
          before[index].insert(part)
          let operation = drafts[part].operation
          if operation.operation == .create { left.append(operation.key.id) }
        }
      }
    }
  }

  // MARK: Order

  /// Operations that wait for a record that a person must decide about, or whose outcome is not known,
  /// and which record that is.
  private func findWaiting(
    _ held: Set<RecordKey>, _ names: [OperationDrafts.UniqueValue: RecordKey]
  ) -> [Int: RecordKey] {
    guard !held.isEmpty || !names.isEmpty else { return [:] }
    var waiting: [Int: RecordKey] = [:]
    let heldByID = Dictionary(held.map { ($0.id, $0) }) { first, _ in first }
    for (index, draft) in drafts.enumerated() {
      let cause = draft.refersTo.compactMap { heldByID[$0] }.min()
      waiting[index] = cause ?? draft.takes.compactMap { names[$0] }.min()
    }
    var isGrowing = true
    while isGrowing {
      isGrowing = false
      for index in drafts.indices where waiting[index] == nil {
        guard let cause = before[index].filter({ waiting[$0] != nil }).min() else { continue }
        waiting[index] = drafts[cause].operation.key
        isGrowing = true
      }
    }
    return waiting
  }

  private mutating func number(without waiting: [Int: RecordKey]) {
    let depths = depths()
    func comesFirst(_ left: Int, _ right: Int) -> Bool {
      let (a, b) = (drafts[left].operation, drafts[right].operation)
      let deletions = (a.operation == .delete, b.operation == .delete)
      if depths[left] != depths[right] { return depths[left] < depths[right] }
      if deletions.0 != deletions.1 { return deletions.1 }
      if a.key != b.key { return deletions.0 ? b.key < a.key : a.key < b.key }
      return left < right
    }
    var numbers: [Int: Int] = [:]
    for index in drafts.indices.sorted(by: comesFirst) {
      var operation = drafts[index].operation
      if let cause = waiting[index] {
        blocked.append(
          BlockedOperation(
            operation: operation.operation, key: operation.key, name: operation.name,
            waitsFor: cause))
        continue
      }
      operation.number = operations.count + 1
      operation.dependsOn = before[index].compactMap { numbers[$0] }.sorted()
      numbers[index] = operation.number
      operations.append(operation)
    }
  }

  /// How long the longest chain of operations before each one is.
  private func depths() -> [Int] {
    var depths = Array(repeating: -1, count: drafts.count)
    for start in drafts.indices where depths[start] < 0 {
      var stack = [start]
      var isOpen: Set<Int> = []
      while let index = stack.last {
        if depths[index] >= 0 {
          stack.removeLast()
          continue
        }
        // What is open already would be a circle of links; it is cut where it closes.
        let missing = before[index].filter { depths[$0] < 0 && !isOpen.contains($0) }.sorted()
        if isOpen.insert(index).inserted, !missing.isEmpty {
          stack.append(contentsOf: missing)
          continue
        }
        depths[index] = (before[index].map { depths[$0] }.max() ?? -1) + 1
        isOpen.remove(index)
        stack.removeLast()
      }
    }
    return depths
  }
}
