import Catalog
import Storefront

/// A collection as it was and as it is.
private struct ComparedCollection {
  let id: String
  /// Its number in the context; nil where it is gone.
  let number: Int?
  /// What the record says of it; nil where it is new.
  let old: BuildRecord.Collection?
  /// What views showed of it.
  let before: [CollectionTrace]
  /// What they show of it now.
  let after: [CollectionTrace]
}

extension AffectedPages {
  /// Compares collections that can be others: those with products that changed and, where collections
  /// themselves can have changed, all.
  mutating func addCollections(hasCollections: Bool) {
    let all = roots[0].states[0].view.context.collections
    var isTouched = [Bool](repeating: false, count: survey.ids.count + 1)
    for number in updated.bundles.keys { isTouched[number] = true }
    for (number, collection) in all.enumerated() {
      let old = updated.collections.old(number).map { record.collections[$0] }
      let traces =
        hasCollections
        ? objects.map { $0.state.trace(ofCollection: collection.record.id) } : old?.traces ?? []
      let isOfInterest =
        old == nil || traces != old?.traces
        || survey.members[number].contains { isTouched[Int($0)] }
        || old?.members.contains { updated.old.contains(Int($0)) } ?? false
        || (hasCollections && !isSame(old?.members ?? [], survey.members[number]))
      guard isOfInterest else { continue }
      self.traces[number] = traces
      pictures[number] = objects.map { $0.pictureDigest(of: number) }
      compare(
        ComparedCollection(
          id: collection.record.id, number: number, old: old,
          before: old?.traces ?? nothing, after: traces))
    }
    for number in updated.collections.gone {
      let old = record.collections[number]
      compare(
        ComparedCollection(
          id: old.id, number: nil, old: old, before: old.traces, after: nothing))
    }
  }

  private var nothing: [CollectionTrace] {
    Array(repeating: CollectionTrace(), count: objects.count)
  }

  private func isSame(_ old: [Int32], _ now: [Int32]) -> Bool {
    old.count == now.count && zip(old, now).allSatisfy { updated.numbers[Int($0)] == $1 }
  }

  private mutating func compare(_ collection: ComparedCollection) {
    for root in roots {
      for state in root.states { compare(collection, state, root) }
    }
  }

  /// Compares what one view shows of a collection.
  private mutating func compare(
    _ collection: ComparedCollection, _ state: ViewState, _ root: RootState
  ) {
    let view = state.index
    let (before, after) = (collection.before[view], collection.after[view])
    let new = state.collection(id: collection.id)
    guard before.isShown || new != nil else { return }
    // By today's numbers, with who is gone as -1.
    let old =
      before.isShown
      ? (collection.old?.members ?? [])
        .filter { Survey.Flags(bits: record.flags[view][Int($0)]).isVisible }
        .map { updated.numbers[Int($0)] } : []
    let now = new?.products ?? []
    let dirty = now.indices.filter { place in
      place >= old.count || old[place] != now[place] || changedCards[view].contains(now[place])
    }
    if before == after, dirty.isEmpty, old.count == now.count { return }
    let showsOther =
      collection.number.map { number in
        collection.old?.pictures[view] != pictures[number]?[view]
      } ?? true
    let isWhole = before != after || old.count != now.count || showsOther
    if let new { addListing(new, isWhole ? Array(now.indices) : dirty, isWhole: isWhole, state) }
    addAddresses(collection, old: old, new, state, root)
    addProducts(collection, old: old, new, view)
  }

  // MARK: Its own pages

  private mutating func addListing(
    _ new: CollectionState, _ dirty: [Int], isWhole: Bool, _ state: ViewState
  ) {
    let view = state.index
    let handle = new.view.handle
    let size = objects[view].pageSize
    var numbers = Set(dirty.map { $0 / size + 1 })
    // An empty one has a page as well.
    if isWhole { numbers.insert(1) }
    for number in numbers { note(.collection(handle, page: number), view) }
    if numbers.contains(1) { note("collections/\(handle)", view) }
    if isWhole { note("collections/*", view) }
  }

  /// Pages that came or went, and their sisters in other languages and markets, which name them or do so
  /// no more.
  private mutating func addAddresses(
    _ collection: ComparedCollection, old: [Int32], _ new: CollectionState?, _ state: ViewState,
    _ root: RootState
  ) {
    let view = state.index
    let (before, after) = (collection.before[view], collection.after[view])
    let size = objects[view].pageSize
    func keys(_ handle: String?, _ count: Int) -> Set<PageKey> {
      guard let handle else { return [] }
      return Set(
        (1...Paging.pageCount(of: count, size: size)).map { .collection(handle, page: $0) })
    }
    let oldHandle = before.isShown ? collection.old?.handle : nil
    let oldKeys = keys(oldHandle, old.count)
    let newKeys = keys(new?.view.handle, new?.products.count ?? 0)
    if oldHandle != new?.view.handle {
      movesAddresses = true
      for handle in [oldHandle, new?.view.handle].compactMap(\.self) {
        note("collections/\(handle)", view)
      }
      note("collections/*", view)
    }
    let isOther = oldHandle != new?.view.handle || before.isReal != after.isReal
    let touched = isOther ? oldKeys.union(newKeys) : oldKeys.symmetricDifference(newKeys)
    if !touched.isEmpty { touchesAddresses = true }
    for key in touched {
      for other in root.states {
        if root.exists(key, row: other.row) {
          note(key, other.index)
        } else if other.index == view {
          gone.append((view, key))
        }
      }
    }
  }

  // MARK: Its products

  private mutating func addProducts(
    _ collection: ComparedCollection, old: [Int32], _ new: CollectionState?, _ view: Int
  ) {
    let now = new?.products ?? []
    func add(_ numbers: some Sequence<Int32>) {
      for number in numbers where number >= 0 && survey.isVisible(Int(number), in: view) {
        products[Int(number), default: []].insert(view)
      }
    }
    guard collection.before[view].link == collection.after[view].link, let new else {
      // They name it otherwise, or first, or no more.
      add(old)
      add(now)
      return
    }
    if old != now {
      var counts: [Int32: Int] = [:]
      for number in old { counts[number, default: 0] += 1 }
      for number in now { counts[number, default: 0] -= 1 }
      add(counts.lazy.filter { $0.value != 0 }.map(\.key))
    }
    addNeighbours(new, old, view)
  }

  /// Products whose related ones, which follow them in the collection, are others or have other cards.
  private mutating func addNeighbours(_ new: CollectionState, _ old: [Int32], _ view: Int) {
    let reach = objects[view].relatedCount
    let now = new.products
    guard reach > 0, !now.isEmpty else { return }
    let count = min(reach, now.count - 1)
    if old == now {
      for place in now.indices where changedCards[view].contains(now[place]) {
        for step in 0..<count {
          addNeighbour(now[(place - step - 1 + now.count) % now.count], new, view)
        }
      }
      return
    }
    var places: [Int32: Int] = [:]
    for (place, number) in old.enumerated() where places[number] == nil { places[number] = place }
    var isDone: Set<Int32> = []
    for (place, number) in now.enumerated() where isDone.insert(number).inserted {
      // Those that were not in it are made in any case.
      guard let before = places[number] else { continue }
      let isOther =
        count != min(reach, old.count - 1)
        || (0..<count).contains { step in
          let next = now[(place + step + 1) % now.count]
          return next != old[(before + step + 1) % old.count] || changedCards[view].contains(next)
        }
      if isOther { addNeighbour(number, new, view) }
    }
  }

  private mutating func addNeighbour(_ number: Int32, _ new: CollectionState, _ view: Int) {
    neighbours[Int(number), default: [:]][view, default: []].insert(new.view.id)
  }
}
