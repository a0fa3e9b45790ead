import Bytes
import Contract

extension OperationOrder {
  /// A unique value that passes from one operation's record to another's.
  struct Handover {
    let taker: Int
    let freer: Int
    let value: OperationDrafts.UniqueValue
  }

  /// Each name is freed before it is taken.
  mutating func orderNames() -> [Handover] {
    var freeing: [OperationDrafts.UniqueValue: Int] = [:]
    for (index, draft) in drafts.enumerated() {
      for value in draft.frees { freeing[value] = index }
    }
    var handovers: [Handover] = []
    for (index, draft) in drafts.enumerated() {
      for value in draft.takes {
        guard let other = freeing[value], other != index else { continue }
        before[index].insert(other)
        handovers.append(Handover(taker: index, freer: other, value: value))
      }
    }
    return handovers
  }

  /// Breaks each circle that a name passes through: at its smallest record that only changes names, or
  /// where there is none, since one that is deleted is not renamed first, at a record that is made.
  mutating func breakCircles(of handovers: [Handover]) {
    var left = handovers
    while !left.isEmpty {
      let circles = circles()
      let closed = Dictionary(
        grouping: left.indices.filter { circles[left[$0].taker] == circles[left[$0].freer] }
      ) { circles[left[$0].taker] }
      var broken: Set<Int> = []
      for places in closed.values.sorted(by: { ($0.first ?? 0) < ($1.first ?? 0) }) {
        guard let place = breakable(places, of: left) else { continue }
        let handover = left[place]
        broken.insert(place)
        if !left.indices.contains(where: { other in
          other != place && left[other].taker == handover.taker
            && left[other].freer == handover.freer
        }) {
          before[handover.taker].remove(handover.freer)
        }
        if drafts[handover.freer].operation.operation == .update {
          freeEarly(handover)
        } else {
          takeLate(handover)
        }
      }
      guard !broken.isEmpty else { return }
      left = left.indices.filter { !broken.contains($0) }.map { left[$0] }
    }
  }

  private func breakable(_ places: [Int], of handovers: [Handover]) -> Int? {
    func key(_ index: Int) -> RecordKey { drafts[index].operation.key }
    let renamed = places.filter { place in
      let handover = handovers[place]
      return drafts[handover.freer].operation.operation == .update
        && self.place(of: handover.value, in: handover.freer) != nil
    }
    if let place = renamed.min(by: { key(handovers[$0].freer) < key(handovers[$1].freer) }) {
      return place
    }
    return places.filter { place in
      let handover = handovers[place]
      return drafts[handover.taker].operation.operation == .create
        && self.place(of: handover.value, in: handover.taker) != nil
    }.min { key(handovers[$0].taker) < key(handovers[$1].taker) }
  }

  private func place(of value: OperationDrafts.UniqueValue, in index: Int) -> Int? {
    drafts[index].operation.fields.firstIndex { $0.name == value.attribute }
  }

  /// The record that has the name takes an interim one first.
  private mutating func freeEarly(_ handover: Handover) {
    let mover = handover.freer
    guard let place = place(of: handover.value, in: mover), let name = handover.value.value.text
    else { return }
    let interim = FieldValue.text(Self.interimName(name, of: drafts[mover].operation.key))
    var step = drafts[mover].operation
    step.step = .interimName
    step.fields = [drafts[mover].operation.fields[place]]
    step.fields[0].value = interim
    step.fields[0].isInterim = true
    drafts[mover].operation.fields[place].shop = interim
    drafts[mover].frees.removeAll { $0 == handover.value }
    drafts.append(OperationDrafts.Draft(operation: step, frees: [handover.value]))
    before.append([])
    before[handover.taker].insert(drafts.count - 1)
    before[mover].insert(drafts.count - 1)
  }

  /// The record that is made begins with an interim name, and is not shown before it has its own.
  private mutating func takeLate(_ handover: Handover) {
    let maker = handover.taker
    guard let place = place(of: handover.value, in: maker), let name = handover.value.value.text
    else { return }
    let key = drafts[maker].operation.key
    var rename = drafts[maker].operation
    rename.operation = .update
    rename.fields = [moveOn(place, of: maker, begun: .text(Self.interimName(name, of: key)))]
    if let status = drafts[maker].operation.fields.firstIndex(where: {
      $0.name == "status" && $0.value == .text("active")
    }) {
      rename.fields.append(moveOn(status, of: maker, begun: .text("draft")))
    }
    drafts[maker].takes.removeAll { $0 == handover.value }
    for index in drafts.indices
    where drafts[index].operation.key == key && drafts[index].operation.step == .publish {
      before[index].insert(drafts.count)
    }
    drafts.append(OperationDrafts.Draft(operation: rename, takes: [handover.value]))
    before.append([maker, handover.freer])
  }

  /// Lets a record begin with another value of a field.
  ///
  /// - Returns: the field as it is sent afterwards.
  private mutating func moveOn(_ place: Int, of maker: Int, begun value: FieldValue)
    -> PlannedField
  {
    var later = drafts[maker].operation.fields[place]
    later.shop = value
    drafts[maker].operation.fields[place].value = value
    drafts[maker].operation.fields[place].isInterim = true
    return later
  }

  /// A name that nobody has: the old one with eight digits of the record's digest.
  static func interimName(_ name: String, of key: RecordKey) -> String {
    "\(name)-\(SHA256Digest(of: "interim \(key)").hex.prefix(8))"
  }

  /// For each draft the number of its circle: those that are all before each other have the same, all
  /// others one of their own. (Tarjan 1972, with a stack of its own; linear.)
  private func circles() -> [Int] {
    var number = Array(repeating: -1, count: drafts.count)
    var low = number
    var circle = number
    var open: [Int] = []
    var next = 0
    for start in drafts.indices where number[start] < 0 {
      var way: [(index: Int, left: [Int])] = [(start, Array(before[start]))]
      while let step = way.popLast() {
        let index = step.index
        var left = step.left
        if number[index] < 0 {
          number[index] = next
          low[index] = next
          next += 1
          open.append(index)
        }
        if let other = left.popLast() {
          way.append((index, left))
          if number[other] < 0 {
            way.append((other, Array(before[other])))
          } else if circle[other] < 0 {
            low[index] = min(low[index], number[other])
          }
          continue
        }
        if low[index] == number[index] {
          while let member = open.popLast() {
            circle[member] = index
            if member == index { break }
          }
        }
        if let parent = way.last?.index { low[parent] = min(low[parent], low[index]) }
      }
    }
    return circle
  }
}
