/// The divide-and-conquer search for a shortest path through the edit graph (Myers 1986, §4b).
///
/// Diagonal `d` holds the points with `old - new = d`. A forward and a backward search grow
/// towards each other; where they meet, the box is cut in two.
struct PathSearch {
  private let old: [Int32]
  private let new: [Int32]
  private(set) var oldChanged: [Bool]
  private(set) var newChanged: [Bool]
  /// The furthest old index on each diagonal, of the forward and the backward search.
  private var forward: [Int]
  private var backward: [Int]
  /// What is added to a diagonal to find its place in `forward` and `backward`.
  private let shift: Int
  private let costLimit: Int

  /// A part of the edit graph, and whether the shortest path in it must be found at any cost.
  private struct Box {
    var oldStart: Int
    var oldEnd: Int
    var newStart: Int
    var newEnd: Int
    var isExact: Bool
  }

  /// Where a box is cut.
  private struct Cut {
    var old: Int
    var new: Int
    var isLowExact: Bool
    var isHighExact: Bool
  }

  private static let unreachable = Int.max - 1
  private static let leastCostLimit = 256

  init(_ landmarks: Landmarks) {
    old = landmarks.oldKinds
    new = landmarks.newKinds
    oldChanged = [Bool](repeating: false, count: old.count)
    newChanged = [Bool](repeating: false, count: new.count)
    let diagonals = old.count + new.count + 3
    forward = [Int](repeating: 0, count: diagonals + 1)
    backward = forward
    shift = new.count + 1
    costLimit = max(Self.leastCostLimit, SequenceDiff.roughRoot(diagonals))
  }

  /// Marks the elements that are on no common path. The boxes still to do stand on a stack, so depth
  /// costs no call.
  mutating func run() {
    var boxes = [
      Box(oldStart: 0, oldEnd: old.count, newStart: 0, newEnd: new.count, isExact: false)
    ]
    while var box = boxes.popLast() {
      shrink(&box)
      if box.oldStart == box.oldEnd {
        for place in box.newStart..<box.newEnd { newChanged[place] = true }
      } else if box.newStart == box.newEnd {
        for place in box.oldStart..<box.oldEnd { oldChanged[place] = true }
      } else {
        let cut = split(box)
        boxes.append(
          Box(
            oldStart: cut.old, oldEnd: box.oldEnd, newStart: cut.new, newEnd: box.newEnd,
            isExact: cut.isHighExact))
        boxes.append(
          Box(
            oldStart: box.oldStart, oldEnd: cut.old, newStart: box.newStart, newEnd: cut.new,
            isExact: cut.isLowExact))
      }
    }
  }

  /// Takes equal elements off both ends.
  private func shrink(_ box: inout Box) {
    while box.oldStart < box.oldEnd, box.newStart < box.newEnd,
      old[box.oldStart] == new[box.newStart]
    {
      box.oldStart += 1
      box.newStart += 1
    }
    while box.oldStart < box.oldEnd, box.newStart < box.newEnd,
      old[box.oldEnd - 1] == new[box.newEnd - 1]
    {
      box.oldEnd -= 1
      box.newEnd -= 1
    }
  }

  /// The diagonals that a search has reached: every second one of `low...high`.
  private struct Reach {
    var low: Int
    var high: Int
  }

  private mutating func split(_ box: Box) -> Cut {
    let lowest = box.oldStart - box.newEnd
    let highest = box.oldEnd - box.newStart
    var ahead = Reach(low: box.oldStart - box.newStart, high: box.oldStart - box.newStart)
    var behind = Reach(low: box.oldEnd - box.newEnd, high: box.oldEnd - box.newEnd)
    let meetsAhead = (ahead.low - behind.low) & 1 != 0
    forward[ahead.low + shift] = box.oldStart
    backward[behind.low + shift] = box.oldEnd
    var cost = 1
    while true {
      Self.widen(&ahead, lowest, highest, &forward, shift, -1)
      if let cut = advance(box, ahead, meeting: meetsAhead ? behind : nil) { return cut }
      Self.widen(&behind, lowest, highest, &backward, shift, Self.unreachable)
      if let cut = retreat(box, behind, meeting: meetsAhead ? nil : ahead) { return cut }
      if !box.isExact, cost >= costLimit { return furthest(box, ahead, behind) }
      cost += 1
    }
  }

  /// One more diagonal on each side, or one less where the box ends. Static, because a method would hold
  /// the search beside the line of it that is changed, and the whole line would be copied each time.
  private static func widen(
    _ reach: inout Reach, _ lowest: Int, _ highest: Int, _ line: inout [Int], _ shift: Int,
    _ border: Int
  ) {
    if reach.low > lowest {
      reach.low -= 1
      line[reach.low - 1 + shift] = border
    } else {
      reach.low += 1
    }
    if reach.high < highest {
      reach.high += 1
      line[reach.high + 1 + shift] = border
    } else {
      reach.high -= 1
    }
  }

  private mutating func advance(_ box: Box, _ reach: Reach, meeting other: Reach?) -> Cut? {
    for diagonal in stride(from: reach.high, through: reach.low, by: -2) {
      let place = diagonal + shift
      var i = max(forward[place - 1] + 1, forward[place + 1])
      var j = i - diagonal
      while i < box.oldEnd, j < box.newEnd, old[i] == new[j] {
        i += 1
        j += 1
      }
      forward[place] = i
      if let other, other.low <= diagonal, diagonal <= other.high, backward[place] <= i {
        return Cut(old: i, new: j, isLowExact: true, isHighExact: true)
      }
    }
    return nil
  }

  private mutating func retreat(_ box: Box, _ reach: Reach, meeting other: Reach?) -> Cut? {
    for diagonal in stride(from: reach.high, through: reach.low, by: -2) {
      let place = diagonal + shift
      var i = min(backward[place - 1], backward[place + 1] - 1)
      var j = i - diagonal
      while i > box.oldStart, j > box.newStart, old[i - 1] == new[j - 1] {
        i -= 1
        j -= 1
      }
      backward[place] = i
      if let other, other.low <= diagonal, diagonal <= other.high, i <= forward[place] {
        return Cut(old: i, new: j, isLowExact: true, isHighExact: true)
      }
    }
    return nil
  }

  /// The point furthest from its own corner: what a search that became too dear is cut at.
  private func furthest(_ box: Box, _ ahead: Reach, _ behind: Reach) -> Cut {
    var (sumAhead, aheadOld) = (-1, -1)
    for diagonal in stride(from: ahead.high, through: ahead.low, by: -2) {
      var i = min(forward[diagonal + shift], box.oldEnd)
      var j = i - diagonal
      if j > box.newEnd { (i, j) = (box.newEnd + diagonal, box.newEnd) }
      if sumAhead < i + j { (sumAhead, aheadOld) = (i + j, i) }
    }
    var (sumBehind, behindOld) = (Self.unreachable, Self.unreachable)
    for diagonal in stride(from: behind.high, through: behind.low, by: -2) {
      var i = max(box.oldStart, backward[diagonal + shift])
      var j = i - diagonal
      if j < box.newStart { (i, j) = (box.newStart + diagonal, box.newStart) }
      if i + j < sumBehind { (sumBehind, behindOld) = (i + j, i) }
    }
    if (box.oldEnd + box.newEnd) - sumBehind < sumAhead - (box.oldStart + box.newStart) {
      return Cut(old: aheadOld, new: sumAhead - aheadOld, isLowExact: true, isHighExact: false)
    }
    return Cut(old: behindOld, new: sumBehind - behindOld, isLowExact: false, isHighExact: true)
  }
}
