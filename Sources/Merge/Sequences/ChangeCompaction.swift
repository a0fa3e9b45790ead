/// Moves stretches of changed elements to where people would put them, as far as the equality of
/// elements leaves a choice: stretches that can touch become one, and one that can stand beside a
/// stretch of the other side does so; otherwise it stands as late as possible.
struct ChangeCompaction {
  /// A run of changed elements, possibly empty, before an unchanged one or the end.
  private struct Group {
    var start: Int
    var end: Int
    var isEmpty: Bool { start == end }

    init(firstOf marks: [Bool]) {
      start = 0
      end = 0
      while end < marks.count, marks[end] { end += 1 }
    }

    /// Goes to the next group; false where there is none.
    mutating func next(_ marks: [Bool]) -> Bool {
      guard end < marks.count else { return false }
      start = end + 1
      end = start
      while end < marks.count, marks[end] { end += 1 }
      return true
    }

    /// Goes to the group before; false where there is none.
    mutating func previous(_ marks: [Bool]) -> Bool {
      guard start > 0 else { return false }
      end = start - 1
      start = end
      while start > 0, marks[start - 1] { start -= 1 }
      return true
    }
  }

  private let elements: [Int32]
  private let otherMarks: [Bool]
  private var marks: [Bool]
  private var group: Group
  private var other: Group

  /// Compacts the marks of `elements`; `otherMarks` are those of the other sequence.
  static func compact(
    _ marks: inout [Bool], of elements: [Int32], beside otherMarks: [Bool]
  ) {
    guard marks.contains(true) else { return }
    var work = ChangeCompaction(marks: marks, elements: elements, otherMarks: otherMarks)
    work.run()
    marks = work.marks
  }

  private init(marks: [Bool], elements: [Int32], otherMarks: [Bool]) {
    self.marks = marks
    self.elements = elements
    self.otherMarks = otherMarks
    group = Group(firstOf: marks)
    other = Group(firstOf: otherMarks)
  }

  private mutating func run() {
    repeat {
      if !group.isEmpty { place() }
      guard group.next(marks) else { return }
    } while other.next(otherMarks)
  }

  private mutating func place() {
    var earliest = group.end
    var isBesideOther = false
    var size = -1
    while size != group.end - group.start {
      size = group.end - group.start
      isBesideOther = false
      while slideUp() {}
      earliest = group.end
      isBesideOther = !other.isEmpty
      while slideDown() { isBesideOther = isBesideOther || !other.isEmpty }
    }
    guard group.end != earliest, isBesideOther else { return }
    while other.isEmpty, slideUp() {}
  }

  private mutating func slideUp() -> Bool {
    guard group.start > 0, elements[group.start - 1] == elements[group.end - 1] else {
      return false
    }
    group.start -= 1
    group.end -= 1
    marks[group.start] = true
    marks[group.end] = false
    while group.start > 0, marks[group.start - 1] { group.start -= 1 }
    return other.previous(otherMarks)
  }

  private mutating func slideDown() -> Bool {
    guard group.end < elements.count, elements[group.start] == elements[group.end] else {
      return false
    }
    marks[group.start] = false
    marks[group.end] = true
    group.start += 1
    group.end += 1
    while group.end < elements.count, marks[group.end] { group.end += 1 }
    return other.next(otherMarks)
  }
}
