import Contract
import Merge
import Testing

/// What holds for every merge. A failure names its seed: `TRUMEAU_SEED=n TRUMEAU_SEEDS=1` runs it
/// alone.
@Suite("Merges of lines, whatever the texts")
struct LinePropertyTests {
  @Test("an edit of one side alone is the result, and so is the same edit of both")
  func oneSide() {
    for seed in Seeds.range(1500) {
      let (base, edit, _) = Generator(seed: seed).lines()
      for (ours, theirs) in [(edit, base), (base, edit), (edit, edit)] {
        let result = LineMerge.merge(base: base, ours: ours, theirs: theirs)
        #expect(result.text.utf8.elementsEqual(edit.utf8), "seed \(seed)")
        #expect(result.conflicts == 0, "seed \(seed)")
      }
    }
  }

  @Test("swapped sides give the mirrored text, the same number of conflicts, and the same twice")
  func mirrored() {
    for seed in Seeds.range(1500) {
      let (base, ours, theirs) = Generator(seed: seed).lines()
      for style in [LineMerge.Style.merge, .diff3, .zdiff3] {
        let there = LineMerge.merge(base: base, ours: ours, theirs: theirs, style: style)
        let back = LineMerge.merge(base: base, ours: theirs, theirs: ours, style: style)
        #expect(there.conflicts == back.conflicts, "seed \(seed)")
        #expect(Markers(there.text).mirrored == Markers(back.text), "seed \(seed) \(style)")
        #expect(
          there == LineMerge.merge(base: base, ours: ours, theirs: theirs, style: style),
          "seed \(seed)")
      }
    }
  }

  @Test("no line that one side added is lost")
  func nothingLost() {
    for seed in Seeds.range(1500) {
      let (base, ours, theirs) = Generator(seed: seed).lines()
      let result = LineMerge.merge(base: base, ours: ours, theirs: theirs)
      let found = Self.counts(result.text)
      let before = Self.counts(base)
      for side in [ours, theirs] {
        for (line, count) in Self.counts(side) {
          let added = count - (before[line] ?? 0)
          #expect(found[line] ?? 0 >= added, "seed \(seed): \(line)")
        }
      }
    }
  }

  private static func counts(_ text: String) -> [Substring: Int] {
    let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }
    return Dictionary(lines.map { ($0, 1) }, uniquingKeysWith: +)
  }
}

/// A text with conflict markers, read.
private struct Markers: Equatable {
  var parts: [[Substring]] = [[]]

  init(_ text: String) {
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].contains(where: { line.hasPrefix($0) }) {
        parts.append(["\(line.prefix(7))"])
        parts.append([])
      } else {
        parts[parts.count - 1].append(line)
      }
    }
  }

  /// The same with the readings of each conflict exchanged.
  var mirrored: Markers {
    var result = self
    var ours: Int?
    for place in parts.indices {
      switch parts[place] {
      case ["<<<<<<<"]: ours = place + 1
      case ["======="]:
        if let ours { result.parts.swapAt(ours, place + 1) }
      default: break
      }
    }
    return result
  }
}

@Suite("Merges of words and prose, whatever the texts")
struct ProsePropertyTests {
  @Test("an edit of one side alone is the result")
  func oneSide() {
    for seed in Seeds.range(600) {
      let texts = Generator(seed: seed).prose()
      for edit in texts.dropFirst() {
        for (mine, shop) in [(edit, texts[0]), (texts[0], edit), (edit, edit)] {
          #expect(
            ProseMerge.merge(base: texts[0], mine: mine, shop: shop).text == edit, "seed \(seed)")
          let words = WordMerge.merge(base: texts[0], ours: mine, theirs: shop)
          #expect(words.text == edit, "seed \(seed)")
        }
      }
    }
  }

  @Test("no word is lost, and none is made up")
  func nothingLost() {
    for seed in Seeds.range(1000) {
      let texts = Generator(seed: seed).prose()
      let result = ProseMerge.merge(base: texts[0], mine: texts[1], shop: texts[2])
      Loss.check(texts, result.segments, "seed \(seed)")
    }
  }

  @Test("swapped sides give the mirrored result; merging twice gives the same")
  func mirrored() {
    for seed in Seeds.range(1000) {
      let texts = Generator(seed: seed).prose()
      let there = ProseMerge.merge(base: texts[0], mine: texts[1], shop: texts[2])
      let back = ProseMerge.merge(base: texts[0], mine: texts[2], shop: texts[1])
      #expect(there == ProseMerge.merge(base: texts[0], mine: texts[1], shop: texts[2]))
      #expect(there.conflicts == back.conflicts, "seed \(seed)")
      let mirrored = back.undecided.map {
        TextConflict(mine: $0.shop, before: $0.before, shop: $0.mine)
      }
      let plain = there.undecided.map {
        TextConflict(mine: $0.mine, before: $0.before, shop: $0.shop)
      }
      #expect(plain == mirrored, "seed \(seed)")
      if there.conflicts == 0 {
        #expect(Self.folded(there.text) == Self.folded(back.text), "seed \(seed)")
      }
      let words = WordMerge.merge(base: texts[0], ours: texts[1], theirs: texts[2])
      let swapped = WordMerge.merge(base: texts[0], ours: texts[2], theirs: texts[1])
      let exchanged = swapped.segments.map { segment in
        if case .conflict(let ours, let base, let theirs) = segment {
          return WordMerge.Segment.conflict(ours: theirs, base: base, theirs: ours)
        }
        return segment
      }
      #expect(words.segments == exchanged, "seed \(seed)")
    }
  }

  /// A text whose white space does not count: two ways to wrap are the same.
  private static func folded(_ text: String) -> String {
    text.split { $0.isWhitespace }.joined(separator: " ")
  }
}

@Suite("Merges of records, whatever the records")
struct RecordPropertyTests {
  private func merge(_ states: [RecordMerge.Fields?]) -> RecordMerge.Result {
    RecordMerge.merge(
      base: states[0], ours: states[1], theirs: states[2], policy: Generator.policy)
  }

  @Test("an edit of one side alone is the result, and pushing it is enough")
  func oneSide() {
    for seed in Seeds.range(1500) {
      let states = Generator(seed: seed).records()
      guard let base = states[0], let edit = states[1] else { continue }
      let theirs = merge([base, base, edit])
      #expect(theirs.merged == edit, "seed \(seed)")
      #expect(theirs.push == .nothing, "seed \(seed)")
      #expect(theirs.conflicts.isEmpty, "seed \(seed)")
      let both = merge([base, edit, edit])
      #expect(both.conflicts.map(\.kind).allSatisfy { $0 == .readOnly || $0 == .stockNegative })
    }
  }

  @Test(
    "what is pushed brings the shop's record to the merged one, but for what is to be confirmed")
  func pushIsEnough() {
    for seed in Seeds.range(1500) {
      let states = Generator(seed: seed).records()
      let result = merge(states)
      guard let merged = result.merged, var shop = states[2] else { continue }
      if case .update(let set, let add) = result.push {
        for (field, value) in set { shop[field] = value }
        for (field, movement) in add {
          shop[field] = .integer((shop[field]?.integer ?? 0) + movement)
        }
      }
      let open = Set(result.confirmations.map(\.field))
      for (field, policy) in Generator.policies where !open.contains(field) {
        let (left, right) = (merged[field] ?? .null, shop[field] ?? .null)
        #expect(left == right || Self.isSameSet(left, right, policy), "seed \(seed): \(field)")
      }
    }
  }

  private static func isSameSet(
    _ left: FieldValue, _ right: FieldValue, _ policy: FieldPolicy
  ) -> Bool {
    policy == .set && Set(left.list ?? []) == Set(right.list ?? [])
  }

  @Test("every edit is in the merged record, in a conflict, or in a rule's decision")
  func nothingLost() {
    for seed in Seeds.range(1500) {
      let states = Generator(seed: seed).records()
      let result = merge(states)
      guard let base = states[0], let ours = states[1], states[2] != nil else { continue }
      let settled = Set(result.conflicts.map(\.field) + result.decisions.map(\.field))
      if settled.contains(RecordMerge.wholeRecord) { continue }
      for (field, policy) in Generator.policies where base[field] != ours[field] {
        if Self.isSameSet(base[field] ?? .null, ours[field] ?? .null, policy) { continue }
        #expect(settled.contains(field), "seed \(seed): \(field)")
      }
    }
  }

  @Test("in every conflict the shop's value stands and nothing of it is sent")
  func conflictsOverwriteNothing() {
    for seed in Seeds.range(1500) {
      let states = Generator(seed: seed).records()
      let result = merge(states)
      for conflict in result.conflicts {
        if conflict.field == RecordMerge.wholeRecord {
          #expect(result.merged == states[2] && result.push == .nothing, "seed \(seed)")
        } else {
          #expect(result.merged?[conflict.field] == states[2]?[conflict.field], "seed \(seed)")
          if case .update(let set, let add) = result.push {
            #expect(set[conflict.field] == nil && add[conflict.field] == nil, "seed \(seed)")
          }
        }
      }
    }
  }

  @Test("swapped sides ask about the same fields, and the same input gives the same result")
  func mirrored() {
    for seed in Seeds.range(1500) {
      let states = Generator(seed: seed).records()
      #expect(merge(states) == merge(states), "seed \(seed)")
      let there = merge(states).conflicts.filter {
        $0.kind != .readOnly && $0.kind != .stockNegative
      }
      let back = merge([states[0], states[2], states[1]]).conflicts.filter {
        $0.kind != .readOnly && $0.kind != .stockNegative
      }
      func field(_ conflict: FieldConflict) -> String {
        ["from", "until"].contains(conflict.field) ? "window" : conflict.field
      }
      #expect(Set(there.map(field)) == Set(back.map(field)), "seed \(seed)")
    }
  }
}
