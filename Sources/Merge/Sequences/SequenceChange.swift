/// One stretch in which two sequences differ: `old` of the first gave way to `new` of the second.
/// One of the two may be empty, not both.
struct SequenceChange: Equatable {
  var old: Range<Int>
  var new: Range<Int>
}

/// Which elements of two sequences have no partner in the other.
struct ChangeMarks {
  var old: [Bool]
  var new: [Bool]

  /// The stretches, in order. O(n).
  var changes: [SequenceChange] {
    var found: [SequenceChange] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      let (oldStart, newStart) = (i, j)
      while i < old.count, old[i] { i += 1 }
      while j < new.count, new[j] { j += 1 }
      if i > oldStart || j > newStart {
        found.append(SequenceChange(old: oldStart..<i, new: newStart..<j))
      }
      if i < old.count { i += 1 }
      if j < new.count { j += 1 }
    }
    return found
  }
}
