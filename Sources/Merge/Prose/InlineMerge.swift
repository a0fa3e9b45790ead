/// Merges the words of one block that both sides edited.
struct InlineMerge {
  /// The pieces, in order.
  private(set) var segments: [TextSegment] = []
  /// Sentences or the paragraph that should be read again.
  private(set) var notes: [TextNote] = []

  private let base: [ProseToken]
  private let mine: [ProseToken]
  private let shop: [ProseToken]

  /// Merges three readings of a block.
  init(base: String, mine: String, shop: String) {
    self.base = ProseToken.tokens(of: base)
    self.mine = ProseToken.tokens(of: mine)
    self.shop = ProseToken.tokens(of: shop)
    let hunks = Self.apart(compare(), self.base)
    write(hunks)
    note(hunks)
  }

  private func compare() -> [ThreeWayHunk] {
    var numbers: [String: Int32] = [:]
    func numbered(_ tokens: [ProseToken]) -> [Int32] {
      tokens.map { token in
        if let number = numbers[token.key] { return number }
        let number = Int32(numbers.count)
        numbers[token.key] = number
        return number
      }
    }
    let diff = ThreeWayDiff(base: numbered(base), ours: numbered(mine), theirs: numbered(shop))
    return diff.hunks(withSameChanges: true)
  }

  /// Edits of the two sides without an unchanged word between them are one conflict.
  private static func apart(_ hunks: [ThreeWayHunk], _ base: [ProseToken]) -> [ThreeWayHunk] {
    var result: [ThreeWayHunk] = []
    for hunk in hunks {
      if let last = result.last, isContrary(last.origin, hunk.origin),
        !base[last.base.upperBound..<hunk.base.lowerBound].contains(where: \.isSubstance)
      {
        result[result.count - 1] = ThreeWayHunk(
          origin: .conflict, base: last.base.lowerBound..<hunk.base.upperBound,
          ours: last.ours.lowerBound..<hunk.ours.upperBound,
          theirs: last.theirs.lowerBound..<hunk.theirs.upperBound)
      } else {
        result.append(hunk)
      }
    }
    return result
  }

  private static func isContrary(_ a: ThreeWayHunk.Origin, _ b: ThreeWayHunk.Origin) -> Bool {
    a != .both && b != .both && (a != b || a == .conflict)
  }

  private mutating func write(_ hunks: [ThreeWayHunk]) {
    var (b, m, s) = (0, 0, 0)
    for hunk in hunks {
      writeShared(b, m, s, hunk.base.lowerBound - b)
      switch hunk.origin {
      case .ours: segments.add(Self.text(mine, hunk.ours), .mine)
      case .theirs: segments.add(Self.text(shop, hunk.theirs), .shop)
      case .both: segments.add(Self.text(shop, hunk.theirs), .both)
      case .conflict: segments.append(.conflict(conflict(hunk)))
      }
      (b, m, s) = (hunk.base.upperBound, hunk.ours.upperBound, hunk.theirs.upperBound)
    }
    writeShared(b, m, s, base.count - b)
  }

  /// Writes tokens that have partners on both sides. Where they are written differently, the side that
  /// changed the way of writing has its way.
  private mutating func writeShared(_ b: Int, _ m: Int, _ s: Int, _ count: Int) {
    for offset in 0..<count {
      let spelled = Spelling.choose(
        base: base[b + offset].text, mine: mine[m + offset].text, shop: shop[s + offset].text)
      segments.add(spelled, .before)
    }
  }

  private func conflict(_ hunk: ThreeWayHunk) -> TextConflict {
    TextConflict(
      mine: Self.text(mine, hunk.ours), before: Self.text(base, hunk.base),
      shop: Self.text(shop, hunk.theirs),
      sentence: TextConflict.Sentence(
        mine: Self.sentence(mine, hunk.ours), before: Self.sentence(base, hunk.base),
        shop: Self.sentence(shop, hunk.theirs)))
  }

  private static func text(_ tokens: [ProseToken], _ range: Range<Int>) -> String {
    tokens[range].reduce(into: "") { $0 += $1.text }
  }

  // MARK: Sentences

  /// Whether a sentence ends before a token.
  private static func isBoundary(_ tokens: [ProseToken], _ place: Int) -> Bool {
    guard place > 0, place < tokens.count else { return true }
    guard tokens[place - 1].kind == .space else { return false }
    var mark = place - 2
    while mark >= 0, ["\"", "'", ")", "]"].contains(tokens[mark].key) { mark -= 1 }
    return mark >= 0 && [".", "!", "?", "…", "。"].contains(tokens[mark].key)
  }

  private static func sentence(_ tokens: [ProseToken], _ range: Range<Int>) -> String {
    var (start, end) = (range.lowerBound, max(range.upperBound, range.lowerBound))
    while !isBoundary(tokens, start) { start -= 1 }
    while end < tokens.count, end == start || !isBoundary(tokens, end) { end += 1 }
    var sentence = tokens[start..<end]
    while sentence.last?.kind == .space { sentence.removeLast() }
    return sentence.reduce(into: "") { $0 += $1.text }
  }

  /// Notes where both edited one sentence, or else one paragraph.
  private mutating func note(_ hunks: [ThreeWayHunk]) {
    let own = hunks.filter { $0.origin == .ours }
    let others = hunks.filter { $0.origin == .theirs }
    guard !own.isEmpty, !others.isEmpty else { return }
    let merged = ProseToken.tokens(of: segments.text)
    let numbers = sentenceNumbers()
    func touched(_ hunks: [ThreeWayHunk]) -> Set<Int> {
      Set(
        hunks.flatMap { hunk in
          let last = max(hunk.base.lowerBound, hunk.base.upperBound - 1)
          return numbers[hunk.base.lowerBound]...numbers[last]
        })
    }
    let shared = touched(own).intersection(touched(others))
    guard !shared.isEmpty else {
      notes.append(TextNote(.sameParagraph, segments.text))
      return
    }
    var starts = merged.indices.filter { Self.isBoundary(merged, $0) }
    starts.append(merged.count)
    for number in shared.sorted() where number + 1 < starts.count {
      notes.append(TextNote(.sameSentence, Self.sentence(merged, starts[number]..<starts[number])))
    }
    if notes.isEmpty { notes.append(TextNote(.sameSentence, segments.text)) }
  }

  /// The number of the sentence that each token of the base, and its end, belongs to.
  private func sentenceNumbers() -> [Int] {
    var number = -1
    var numbers = base.indices.map { place in
      if Self.isBoundary(base, place) { number += 1 }
      return max(number, 0)
    }
    numbers.append(max(number, 0))
    return numbers
  }
}

extension [TextSegment] {
  /// Appends settled text, to the last segment where that is from the same.
  mutating func add(_ text: String, _ origin: TextOrigin) {
    guard !text.isEmpty else { return }
    if case .text(let last, origin)? = self.last {
      self[count - 1] = .text(last + text, from: origin)
    } else {
      append(.text(text, from: origin))
    }
  }

  /// Appends segments.
  mutating func add(_ segments: [TextSegment]) {
    for segment in segments {
      if case .text(let text, let origin) = segment {
        add(text, origin)
      } else {
        append(segment)
      }
    }
  }

  /// The text, with the shop's reading in every conflict.
  var text: String { text(\.shop) }

  /// The text, with one reading in every conflict.
  func text(_ reading: KeyPath<TextConflict, String>) -> String {
    resolved { $0[keyPath: reading] }
  }

  var conflicts: Int {
    count {
      if case .conflict = $0 { true } else { false }
    }
  }
}

/// Which of three ways to write the same thing stands: that of the side that changed it; the shop's
/// where both did, or where the ways are canonically equivalent Unicode.
enum Spelling {
  static func choose(base: String, mine: String, shop: String) -> String {
    mine != base && shop.utf8.elementsEqual(base.utf8) ? mine : shop
  }
}
