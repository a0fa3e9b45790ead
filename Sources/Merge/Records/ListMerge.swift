import Contract

/// Merges of sets, ordered lists and maps. nil where a value is of another kind; null is empty.
enum ListMerge {
  /// What was there and both kept, and what either added, sorted by code points.
  static func set(_ values: FieldMerger.Values) -> FieldValue? {
    guard let base = elements(values.base), let ours = elements(values.ours),
      let theirs = elements(values.theirs)
    else { return nil }
    let (old, mine, shops) = (
      Set(base.map(FieldComparison.key)), Set(ours.map(FieldComparison.key)),
      Set(theirs.map(FieldComparison.key))
    )
    var taken = Set<FieldValue>()
    let kept = (theirs + ours).filter { element in
      let key = FieldComparison.key(element)
      let stays = old.contains(key) ? mine.contains(key) && shops.contains(key) : true
      return stays && taken.insert(key).inserted
    }
    return .list(kept.sorted(by: precedes))
  }

  private static func precedes(_ left: FieldValue, _ right: FieldValue) -> Bool {
    let (a, b) = (left.text ?? left.json, right.text ?? right.json)
    return a.utf8.lexicographicallyPrecedes(b.utf8)
  }

  private static func elements(_ value: FieldValue) -> [FieldValue]? {
    value.isNull ? [] : value.list
  }

  /// An element and which of several equal ones it is, so that lists may repeat themselves.
  private struct Element: Hashable {
    let key: FieldValue
    let occurrence: Int
  }

  private static func numbered(_ value: FieldValue) -> (order: [Element], values: [FieldValue])? {
    guard let values = elements(value) else { return nil }
    var counts: [FieldValue: Int] = [:]
    let order = values.map { element in
      let key = FieldComparison.key(element)
      let occurrence = counts[key, default: 0]
      counts[key] = occurrence + 1
      return Element(key: key, occurrence: occurrence)
    }
    return (order, values)
  }

  /// Membership and order apart: removals of both; the order of the one who reordered; then the
  /// shop's additions and then ours, each after its nearest earlier neighbour. With two different new
  /// orders the shop's is kept and `hasTwoOrders` says so.
  static func list(_ values: FieldMerger.Values) -> (value: FieldValue, hasTwoOrders: Bool)? {
    guard let base = numbered(values.base), let ours = numbered(values.ours),
      let theirs = numbered(values.theirs)
    else { return nil }
    let kept = Set(base.order).intersection(ours.order).intersection(theirs.order)
    let old = base.order.filter(kept.contains)
    let mine = ours.order.filter(kept.contains)
    let shops = theirs.order.filter(kept.contains)
    var merged = mine != old && shops == old ? mine : shops
    let known = Set(base.order)
    for side in [theirs.order, ours.order] { insert(side, known, into: &merged) }
    var spelled: [Element: FieldValue] = [:]
    for side in [base, ours, theirs] {
      for (element, value) in zip(side.order, side.values) { spelled[element] = value }
    }
    return (
      .list(merged.compactMap { spelled[$0] }), mine != old && shops != old && mine != shops
    )
  }

  private static func insert(
    _ side: [Element], _ known: Set<Element>, into merged: inout [Element]
  ) {
    var places: [Element: Int] = [:]
    for (place, element) in merged.enumerated() { places[element] = place }
    var last: Element?
    for element in side {
      if places[element] == nil, !known.contains(element) {
        let place = last.flatMap { places[$0] }.map { $0 + 1 } ?? 0
        merged.insert(element, at: place)
        for later in place..<merged.count { places[merged[later]] = later }
      }
      if places[element] != nil { last = element }
    }
  }

  /// Each member by itself; `differs` names the members that both changed differently, where the
  /// shop's value is kept.
  static func map(_ values: FieldMerger.Values) -> (value: FieldValue, differs: [String])? {
    guard let base = members(values.base), let ours = members(values.ours),
      let theirs = members(values.theirs)
    else { return nil }
    var merged = theirs
    var differs: [String] = []
    for name in Set(base.keys).union(ours.keys).union(theirs.keys) {
      let (old, mine, shops) = (base[name] ?? .null, ours[name] ?? .null, theirs[name] ?? .null)
      if FieldComparison.isSame(old, mine, .scalar)
        || FieldComparison.isSame(mine, shops, .scalar)
      {
        continue
      }
      if FieldComparison.isSame(old, shops, .scalar) {
        merged[name] = ours[name]
      } else {
        differs.append(name)
      }
    }
    let result = merged.map { FieldValue.Member($0.key, $0.value) }
    return (.object(of: result), differs.sorted())
  }

  private static func members(_ value: FieldValue) -> [String: FieldValue]? {
    if value.isNull { return [:] }
    guard let members = value.members else { return nil }
    return Dictionary(members.map { ($0.name, $0.value) }) { first, _ in first }
  }
}
