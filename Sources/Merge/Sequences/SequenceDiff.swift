/// The difference of two sequences of numbered kinds (a line's or a word's text is its kind).
///
/// E. Myers, "An O(ND) Difference Algorithm and Its Variations" (Algorithmica 1, 1986), in the form
/// with linear space, with two departures that git made usual and that its results depend on:
/// elements which the other side does not have, or has too often to be a landmark, are set aside
/// first, and a search that costs too much takes the furthest point reached. So time is
/// O((n + m) · min(D, limit)) with a limit of 256 or the square root of the length; space O(n + m).
struct SequenceDiff {
  /// The stretches in which `new` differs from `old`; where a stretch can be moved, it stands where
  /// `ChangeCompaction` puts it.
  static func changes(from old: [Int32], to new: [Int32]) -> [SequenceChange] {
    if old == new { return [] }
    var marks = ChangeMarks(
      old: [Bool](repeating: false, count: old.count),
      new: [Bool](repeating: false, count: new.count))
    let landmarks = Landmarks(old, new, marks: &marks)
    var search = PathSearch(landmarks)
    search.run()
    for (position, place) in landmarks.oldPlaces.enumerated() where search.oldChanged[position] {
      marks.old[place] = true
    }
    for (position, place) in landmarks.newPlaces.enumerated() where search.newChanged[position] {
      marks.new[place] = true
    }
    ChangeCompaction.compact(&marks.old, of: old, beside: marks.new)
    ChangeCompaction.compact(&marks.new, of: new, beside: marks.old)
    return marks.changes
  }

  /// A power of two near the square root of `count`, at least 1.
  static func roughRoot(_ count: Int) -> Int {
    var (root, rest) = (1, count)
    while rest > 0 {
      root <<= 1
      rest >>= 2
    }
    return root
  }
}

/// The elements that the path search looks at: between the common beginning and end, and with a
/// partner on the other side that is worth looking for.
struct Landmarks {
  /// Kinds and places of the elements kept.
  private(set) var oldKinds: [Int32] = []
  private(set) var newKinds: [Int32] = []
  private(set) var oldPlaces: [Int] = []
  private(set) var newPlaces: [Int] = []

  /// What the other side says about an element.
  private enum Partner: UInt8 {
    case none, some, tooMany
  }

  /// How often a kind may occur on the other side at most before it is too common to be a landmark.
  private static let mostOccurrences = 1024
  /// How far around a common element its neighbours are looked at.
  private static let neighbourhood = 100
  /// How many common neighbours a lonely one outweighs.
  private static let weight = 4

  /// Sorts the elements; those set aside are marked as changed.
  init(_ old: [Int32], _ new: [Int32], marks: inout ChangeMarks) {
    let limit = min(old.count, new.count)
    var start = 0
    while start < limit, old[start] == new[start] { start += 1 }
    var end = 0
    while end < limit - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
    let kinds = Int(max(old.max() ?? 0, new.max() ?? 0)) + 1
    let (inOld, inNew) = (Self.occurrences(old, kinds), Self.occurrences(new, kinds))
    Self.sort(
      old, start..<(old.count - end), occurrences: inNew, &oldKinds, &oldPlaces, &marks.old)
    Self.sort(
      new, start..<(new.count - end), occurrences: inOld, &newKinds, &newPlaces, &marks.new)
  }

  private static func occurrences(_ elements: [Int32], _ kinds: Int) -> [Int32] {
    var counts = [Int32](repeating: 0, count: kinds)
    for element in elements { counts[Int(element)] += 1 }
    return counts
  }

  private static func sort(
    _ elements: [Int32], _ range: Range<Int>, occurrences: [Int32], _ keptKinds: inout [Int32],
    _ keptPlaces: inout [Int], _ marks: inout [Bool]
  ) {
    let common = Int32(min(SequenceDiff.roughRoot(elements.count), mostOccurrences))
    var partners: [Partner] = []
    partners.reserveCapacity(range.count)
    var hasCommon = false
    for place in range {
      let count = occurrences[Int(elements[place])]
      hasCommon = hasCommon || count >= common
      partners.append(count == 0 ? .none : count >= common ? .tooMany : .some)
    }
    keptKinds.reserveCapacity(range.count)
    keptPlaces.reserveCapacity(range.count)
    for (position, place) in range.enumerated() {
      let isSetAside =
        partners[position] == .none
        || (hasCommon && partners[position] == .tooMany && isLost(position, partners))
      if isSetAside {
        marks[place] = true
      } else {
        keptKinds.append(elements[place])
        keptPlaces.append(place)
      }
    }
  }

  /// Whether a common element stands among elements without a partner, so that it says nothing.
  private static func isLost(_ position: Int, _ partners: [Partner]) -> Bool {
    func scan(_ step: Int) -> (lonely: Int, common: Int) {
      var (lonely, common) = (0, 1)
      var (at, left) = (position + step, neighbourhood)
      while left > 0, at >= 0, at < partners.count {
        switch partners[at] {
        case .none: lonely += 1
        case .tooMany: common += 1
        case .some: return (lonely, common)
        }
        at += step
        left -= 1
      }
      return (lonely, common)
    }
    let before = scan(-1)
    guard before.lonely > 0 else { return false }
    let after = scan(1)
    guard after.lonely > 0 else { return false }
    let (lonely, common) = (before.lonely + after.lonely, before.common + after.common)
    return common * weight < common + lonely
  }
}
