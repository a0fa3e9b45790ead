/// One stretch of a three-way comparison in which at least one side differs from the base.
struct ThreeWayHunk: Equatable {
  /// Who changed it.
  enum Origin: Equatable {
    case ours, theirs
    /// Both, differently.
    case conflict
    /// Both, alike.
    case both
  }

  var origin: Origin
  var base: Range<Int>
  var ours: Range<Int>
  var theirs: Range<Int>
}

/// Lays the changes of both sides over the base (Khanna, Kunal, Pierce, "A Formal Investigation of
/// Diff3", 2007): changes that overlap or touch become one conflict, unless they are the same.
struct ThreeWayDiff {
  let base: [Int32]
  let ours: [Int32]
  let theirs: [Int32]

  /// The hunks, in order.
  ///
  /// - Parameter withSameChanges: includes the same changes of both sides, with the origin `both`;
  ///   without it they are left out, as if they were no change.
  func hunks(withSameChanges: Bool = false) -> [ThreeWayHunk] {
    var merger = ChangeMerger(ours: ours, theirs: theirs, keepsSameChanges: withSameChanges)
    let mine = SequenceDiff.changes(from: base, to: ours)
    let yours = ours == theirs ? mine : SequenceDiff.changes(from: base, to: theirs)
    merger.run(mine, yours, counts: (base.count, ours.count, theirs.count))
    return merger.hunks
  }

  /// Cuts each conflict into the parts in which the two sides differ; a conflict in which they do
  /// not is the same change. Conflicts with at most three lines between them stay one, and so do
  /// those between which `isSubstance` finds nothing.
  ///
  /// - Parameter isMirrored: compares theirs to ours instead. Which of several shortest differences
  ///   is found depends on the order; the caller chooses it so that swapped sides cut alike.
  func refined(
    _ hunks: [ThreeWayHunk], isMirrored: Bool, isSubstance: (_ ours: Range<Int>) -> Bool
  ) -> [ThreeWayHunk] {
    var cut: [ThreeWayHunk] = []
    for hunk in hunks {
      guard hunk.origin == .conflict, !hunk.ours.isEmpty, !hunk.theirs.isEmpty else {
        cut.append(hunk)
        continue
      }
      let parts = differences(hunk, isMirrored: isMirrored)
      if parts.isEmpty {
        cut.append(
          ThreeWayHunk(origin: .both, base: hunk.base, ours: hunk.ours, theirs: hunk.theirs))
      }
      cut += parts
    }
    return Self.joined(cut, isSubstance)
  }

  private func differences(_ hunk: ThreeWayHunk, isMirrored: Bool) -> [ThreeWayHunk] {
    let (mine, yours) = (Array(ours[hunk.ours]), Array(theirs[hunk.theirs]))
    let changes =
      isMirrored
      ? SequenceDiff.changes(from: yours, to: mine).map { SequenceChange(old: $0.new, new: $0.old) }
      : SequenceDiff.changes(from: mine, to: yours)
    let (left, right) = (hunk.ours.lowerBound, hunk.theirs.lowerBound)
    return changes.map { change in
      ThreeWayHunk(
        origin: .conflict, base: hunk.base,
        ours: left + change.old.lowerBound..<left + change.old.upperBound,
        theirs: right + change.new.lowerBound..<right + change.new.upperBound)
    }
  }

  private static func joined(
    _ hunks: [ThreeWayHunk], _ isSubstance: (Range<Int>) -> Bool
  ) -> [ThreeWayHunk] {
    var result: [ThreeWayHunk] = []
    for hunk in hunks {
      if let last = result.last, last.origin == .conflict, hunk.origin == .conflict {
        let gap = last.ours.upperBound..<hunk.ours.lowerBound
        if gap.count <= 3 || !isSubstance(gap) {
          result[result.count - 1].ours = last.ours.lowerBound..<hunk.ours.upperBound
          result[result.count - 1].theirs = last.theirs.lowerBound..<hunk.theirs.upperBound
          result[result.count - 1].base =
            min(
              last.base.lowerBound, hunk.base.lowerBound)..<max(
              last.base.upperBound, hunk.base.upperBound)
          continue
        }
      }
      result.append(hunk)
    }
    return result
  }
}

/// Walks two lists of changes of one base side by side.
private struct ChangeMerger {
  let ours: [Int32]
  let theirs: [Int32]
  let keepsSameChanges: Bool
  private(set) var hunks: [ThreeWayHunk] = []

  init(ours: [Int32], theirs: [Int32], keepsSameChanges: Bool) {
    self.ours = ours
    self.theirs = theirs
    self.keepsSameChanges = keepsSameChanges
  }

  mutating func run(
    _ mine: [SequenceChange], _ yours: [SequenceChange], counts: (base: Int, ours: Int, theirs: Int)
  ) {
    var (m, y) = (0, 0)
    while m < mine.count, y < yours.count {
      let (left, right) = (mine[m], yours[y])
      if left.old.upperBound < right.old.lowerBound {
        append(alone(left, .ours, shift: right.new.lowerBound - right.old.lowerBound))
        m += 1
      } else if right.old.upperBound < left.old.lowerBound {
        append(alone(right, .theirs, shift: left.new.lowerBound - left.old.lowerBound))
        y += 1
      } else {
        if !isSame(left, right) {
          append(overlap(left, right))
        } else if keepsSameChanges {
          append(
            ThreeWayHunk(origin: .both, base: left.old, ours: left.new, theirs: right.new))
        }
        if left.old.upperBound >= right.old.upperBound { y += 1 }
        if right.old.upperBound >= left.old.upperBound { m += 1 }
      }
    }
    for change in mine[m...] {
      append(alone(change, .ours, shift: counts.theirs - counts.base))
    }
    for change in yours[y...] {
      append(alone(change, .theirs, shift: counts.ours - counts.base))
    }
  }

  /// A change of one side; `shift` is how far the other side has moved against the base there.
  private func alone(
    _ change: SequenceChange, _ origin: ThreeWayHunk.Origin, shift: Int
  ) -> ThreeWayHunk {
    let other = change.old.lowerBound + shift..<change.old.upperBound + shift
    return origin == .ours
      ? ThreeWayHunk(origin: .ours, base: change.old, ours: change.new, theirs: other)
      : ThreeWayHunk(origin: .theirs, base: change.old, ours: other, theirs: change.new)
  }

  private func isSame(_ left: SequenceChange, _ right: SequenceChange) -> Bool {
    left.old == right.old && left.new.count == right.new.count
      && ours[left.new].elementsEqual(theirs[right.new])
  }

  private func overlap(_ left: SequenceChange, _ right: SequenceChange) -> ThreeWayHunk {
    let start = min(left.old.lowerBound, right.old.lowerBound)
    let end = max(left.old.upperBound, right.old.upperBound)
    func reach(_ change: SequenceChange) -> Range<Int> {
      let first = change.new.lowerBound - (change.old.lowerBound - start)
      return first..<(change.new.upperBound + (end - change.old.upperBound))
    }
    return ThreeWayHunk(
      origin: .conflict, base: start..<end, ours: reach(left), theirs: reach(right))
  }

  /// Appends a hunk, or makes it a part of the last one where they touch on either side.
  private mutating func append(_ hunk: ThreeWayHunk) {
    if let last = hunks.last,
      hunk.ours.lowerBound <= last.ours.upperBound
        || hunk.theirs.lowerBound <= last.theirs.upperBound
    {
      hunks[hunks.count - 1] = ThreeWayHunk(
        origin: last.origin == hunk.origin ? last.origin : .conflict,
        base: last.base.lowerBound..<hunk.base.upperBound,
        ours: last.ours.lowerBound..<hunk.ours.upperBound,
        theirs: last.theirs.lowerBound..<hunk.theirs.upperBound)
    } else {
      hunks.append(hunk)
    }
  }
}
