/// Which block of an edited text is which block of the text before.
///
/// Equal blocks are aligned in order (LCS); in the gaps, blocks of which at least half of the words are
/// shared are the same block, edited; what is left over is the same block if it occurs once on each
/// side, and then it was moved.
struct BlockAlignment {
  /// For each block of the text before, its place in the edited text.
  private(set) var places: [Int?]
  /// For each block of the edited text, its place in the text before.
  private(set) var origins: [Int?]

  /// How much two blocks must share to be the same, in hundredths.
  private static let leastShare = 50
  /// Fewer words than this say too little to recognise a moved and edited block.
  private static let leastWords = 6
  /// The most pairs of blocks whose words are compared in one gap.
  private static let mostPairs = 10_000

  private let before: [BlockWords]
  private let after: [BlockWords]

  init(_ before: [BlockWords], _ after: [BlockWords]) {
    self.before = before
    self.after = after
    places = [Int?](repeating: nil, count: before.count)
    origins = [Int?](repeating: nil, count: after.count)
    alignInOrder()
    findMoved()
  }

  private mutating func pair(_ old: Int, _ new: Int) {
    places[old] = new
    origins[new] = old
  }

  private mutating func alignInOrder() {
    var numbers: [BlockWords.Key: Int32] = [:]
    func numbered(_ blocks: [BlockWords]) -> [Int32] {
      blocks.map { block in
        if let number = numbers[block.key] { return number }
        let number = Int32(numbers.count)
        numbers[block.key] = number
        return number
      }
    }
    let changes = SequenceDiff.changes(from: numbered(before), to: numbered(after))
    var (old, new) = (0, 0)
    for change in changes {
      while old < change.old.lowerBound {
        pair(old, new)
        old += 1
        new += 1
      }
      alignGap(change)
      (old, new) = (change.old.upperBound, change.new.upperBound)
    }
    while old < before.count, new < after.count {
      pair(old, new)
      old += 1
      new += 1
    }
  }

  /// The pairs of a gap, in order, that share most.
  private mutating func alignGap(_ gap: SequenceChange) {
    let (rows, columns) = (gap.old.count, gap.new.count)
    guard rows > 0, columns > 0, rows * columns <= Self.mostPairs else { return }
    if rows == 1, columns == 1 {
      let (old, new) = (gap.old.lowerBound, gap.new.lowerBound)
      if before[old].key.kind == after[new].key.kind { pair(old, new) }
      return
    }
    let (olds, news) = (gap.old.map { before[$0].counts }, gap.new.map { after[$0].counts })
    var shares = [[Int]](repeating: [Int](repeating: 0, count: columns), count: rows)
    var best = [[Int]](repeating: [Int](repeating: 0, count: columns + 1), count: rows + 1)
    for row in (0..<rows).reversed() {
      for column in (0..<columns).reversed() {
        let share = olds[row].share(news[column])
        shares[row][column] = share >= Self.leastShare ? share : 0
        let paired = shares[row][column] > 0 ? shares[row][column] + best[row + 1][column + 1] : 0
        best[row][column] = max(paired, best[row + 1][column], best[row][column + 1])
      }
    }
    var (row, column) = (0, 0)
    while row < rows, column < columns {
      let share = shares[row][column]
      if share > 0, best[row][column] == share + best[row + 1][column + 1] {
        pair(gap.old.lowerBound + row, gap.new.lowerBound + column)
        row += 1
        column += 1
      } else if best[row][column] == best[row + 1][column] {
        row += 1
      } else {
        column += 1
      }
    }
  }

  /// Blocks that left their place: equal and unique, or alike in words and like no other.
  private mutating func findMoved() {
    let left = places.indices.filter { places[$0] == nil }
    let found = origins.indices.filter { origins[$0] == nil }
    guard !left.isEmpty, !found.isEmpty, left.count * found.count <= Self.mostPairs else { return }
    for old in left {
      let key = before[old].key
      let same = found.filter { after[$0].key == key }
      if same.count == 1, left.count(where: { before[$0].key == key }) == 1,
        before.count(where: { $0.key == key }) == 1, after.count(where: { $0.key == key }) == 1
      {
        pair(old, same[0])
      }
    }
    findEdited(left.filter { places[$0] == nil }, found.filter { origins[$0] == nil })
  }

  private mutating func findEdited(_ left: [Int], _ found: [Int]) {
    let (olds, news) = (left.map { before[$0].counts }, found.map { after[$0].counts })
    for (old, counts) in zip(left, olds) where counts.total >= Self.leastWords {
      let alike = found.indices.filter {
        origins[found[$0]] == nil && counts.share(news[$0]) >= Self.leastShare
      }
      guard alike.count == 1 else { continue }
      let rivals = left.indices.filter {
        places[left[$0]] == nil && olds[$0].share(news[alike[0]]) >= Self.leastShare
      }
      if rivals.count == 1 { pair(old, found[alike[0]]) }
    }
  }
}

/// What a block is compared by.
struct BlockWords {
  /// The kind and the text with one space for any white space and straight quotation marks; the
  /// number of a list item does not count.
  struct Key: Hashable {
    let kind: ProseBlock.Kind
    let text: String
  }

  /// How often each word of a block occurs.
  struct Counts {
    let kind: ProseBlock.Kind
    let words: [String: Int]
    let total: Int

    /// How much of the words of both are in both, in hundredths (Dice's coefficient); 0 for blocks of
    /// different kinds.
    func share(_ other: Counts) -> Int {
      guard kind == other.kind, total + other.total > 0 else { return 0 }
      let shared = words.reduce(0) { $0 + min($1.value, other.words[$1.key] ?? 0) }
      return shared * 200 / (total + other.total)
    }
  }

  let key: Key
  private let text: String

  init(_ block: ProseBlock) {
    text = block.kind.isProse ? ListMarker(block)?.rest ?? block.text : block.text
    key = Key(kind: block.kind, text: block.kind.isProse ? Self.folded(text) : text)
  }

  /// Counts the words: dear, so only for blocks without an equal partner.
  var counts: Counts {
    let found =
      key.kind.isProse
      ? ProseToken.tokens(of: text).filter(\.isSubstance).map(\.key)
      : text.split { $0 == " " || $0 == "\n" }.map(String.init)
    let words = Dictionary(found.map { ($0, 1) }, uniquingKeysWith: +)
    return Counts(kind: key.kind, words: words, total: found.count)
  }

  /// One space for spaces, tabs and soft line breaks; a hard line break stays one.
  private static func folded(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var spaces = 0
    var hasCurly = false
    for byte in text.utf8 {
      switch byte {
      case 0x20, 0x09: spaces += 1
      case 0x0A:
        bytes.append(contentsOf: spaces > 1 ? [0x20, 0x0A] : [])
        spaces = 1
      default:
        if spaces > 0 { bytes.append(0x20) }
        spaces = 0
        hasCurly = hasCurly || byte == 0xE2
        bytes.append(byte)
      }
    }
    if spaces > 0 { bytes.append(0x20) }
    let folded = String(decoding: bytes, as: UTF8.self)
    return hasCurly ? ProseToken.straight(folded) : folded
  }
}

/// The marker of an ordered list item, apart from its text.
struct ListMarker {
  /// White space before the number.
  let indent: Substring
  let number: Int
  /// What is between the number and the text: `. `.
  let mark: Substring
  let rest: String

  /// nil where the block is no ordered item.
  init?(_ block: ProseBlock) {
    guard block.kind == .listItem else { return nil }
    indent = block.text.prefix { $0 == " " || $0 == "\t" }
    let content = block.text.dropFirst(indent.count)
    guard let marker = LineShape.itemMarker(content.prefix { $0 != "\n" }),
      let number = Int(marker.prefix { $0.isASCII && $0.isNumber })
    else { return nil }
    self.number = number
    mark = marker.drop { $0.isASCII && $0.isNumber }
    rest = String(content.dropFirst(marker.count))
  }
}
