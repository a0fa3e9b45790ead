/// One block of the merged text, before it is put together.
struct PlannedBlock {
  /// What it is, so that the result can be parsed and compared.
  var kind: ProseBlock.Kind
  /// The empty lines before it.
  var lead: String
  var segments: [TextSegment]
  /// Where it is from, for what stands around it.
  var origin: TextOrigin

  var text: String { segments.text }
}

/// Puts the blocks of three bodies together.
struct BlockPlan {
  /// How careful the plan is; a plan that does not parse to what it says is made again more
  /// carefully.
  enum Care: CaseIterable {
    /// Words of blocks are merged.
    case words
    /// Blocks that both edited are asked about whole.
    case blocks
  }

  private(set) var blocks: [PlannedBlock] = []
  private(set) var notes: [TextNote] = []
  /// Both sides put the blocks into different orders: nothing was planned.
  private(set) var hasTwoOrders = false

  private let care: Care
  private let base: [ProseBlock]
  private let mine: Side
  private let shop: Side

  /// One edited body and how it lies over the text before.
  private struct Side {
    let blocks: [ProseBlock]
    let words: [BlockWords]
    let alignment: BlockAlignment

    init(_ blocks: [ProseBlock], _ before: [BlockWords]) {
      self.blocks = blocks
      words = blocks.map(BlockWords.init)
      alignment = BlockAlignment(before, words)
    }
  }

  private let baseWords: [BlockWords]

  init(base: [ProseBlock], mine: [ProseBlock], shop: [ProseBlock], care: Care) {
    self.base = base
    self.care = care
    baseWords = base.map(BlockWords.init)
    self.mine = Side(mine, baseWords)
    self.shop = Side(shop, baseWords)
    plan()
  }

  private mutating func plan() {
    let survivors = base.indices.filter(survives)
    guard let order = order(of: survivors) else {
      hasTwoOrders = true
      return
    }
    let additions = (
      mine: additions(mine, Set(survivors)), shop: additions(shop, Set(survivors))
    )
    insert(additions.mine[-1] ?? [], additions.shop[-1] ?? [])
    for block in order {
      merge(block)
      insert(additions.mine[block] ?? [], additions.shop[block] ?? [])
    }
    noteTwice(additions.mine, additions.shop)
    renumber()
  }

  /// Whether a block of the text before stays: kept by both, or deleted by one and edited by the
  /// other.
  private func survives(_ block: Int) -> Bool {
    switch (mine.alignment.places[block], shop.alignment.places[block]) {
    case (nil, nil): false
    case (let place?, nil): mine.words[place].key != baseWords[block].key
    case (nil, let place?): shop.words[place].key != baseWords[block].key
    default: true
    }
  }

  // MARK: Order

  /// The order of the blocks that stay: of the side that changed it. nil where both did, differently.
  private mutating func order(of survivors: [Int]) -> [Int]? {
    func order(_ side: Side) -> [Int] {
      survivors.filter { side.alignment.places[$0] != nil }
        .sorted { (side.alignment.places[$0] ?? 0) < (side.alignment.places[$1] ?? 0) }
    }
    let (left, right) = (order(mine), order(shop))
    let (isMine, isShops) = (left != left.sorted(), right != right.sorted())
    if !isMine, !isShops { return survivors }
    let common = Set(left).intersection(right)
    if isMine, isShops, left.filter(common.contains) != right.filter(common.contains) { return nil }
    var merged = isMine ? left : right
    for block in survivors where !merged.contains(block) {
      let before = survivors.last { $0 < block && merged.contains($0) }
      let place = before.flatMap { merged.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
      merged.insert(block, at: place)
    }
    noteMoved(survivors, merged, isMine ? mine : shop, other: isMine ? shop : mine)
    return merged
  }

  /// Notes moved blocks that the other side edited.
  private mutating func noteMoved(
    _ survivors: [Int], _ order: [Int], _ mover: Side, other: Side
  ) {
    for change in SequenceDiff.changes(from: survivors.map(Int32.init), to: order.map(Int32.init)) {
      for block in order[change.new] {
        guard let place = other.alignment.places[block],
          other.words[place].key != baseWords[block].key
        else { continue }
        notes.append(TextNote(.moved, other.blocks[place].text))
      }
    }
  }

  // MARK: Blocks that stay

  private mutating func merge(_ block: Int) {
    let old = base[block]
    let left = mine.alignment.places[block].map { mine.blocks[$0] }
    let right = shop.alignment.places[block].map { shop.blocks[$0] }
    guard let left, let right else {
      let kind = (left ?? right ?? old).kind
      add(
        kind, left?.lead ?? right?.lead ?? old.lead, whole(left?.text, old.text, right?.text),
        .before)
      return
    }
    let lead = Spelling.choose(base: old.lead, mine: left.lead, shop: right.lead)
    let (isMine, isShops) = (left.text != old.text, right.text != old.text)
    let kind = isMine && left.kind != old.kind ? left.kind : right.kind
    if left.text == right.text {
      add(kind, lead, [.text(right.text, from: isShops ? .both : .before)], .before)
    } else if !isShops {
      add(kind, lead, [.text(left.text, from: .mine)], .before)
    } else if !isMine {
      add(kind, lead, [.text(right.text, from: .shop)], .before)
    } else {
      add(kind, lead, edited(old, left, right), .before)
    }
  }

  private func whole(_ mine: String?, _ before: String, _ shop: String?) -> [TextSegment] {
    [.conflict(TextConflict(mine: mine ?? "", before: before, shop: shop ?? ""))]
  }

  /// A block that both edited.
  private mutating func edited(
    _ old: ProseBlock, _ left: ProseBlock, _ right: ProseBlock
  ) -> [TextSegment] {
    if care == .blocks { return whole(left.text, old.text, right.text) }
    if old.kind == .table, left.kind == .table, right.kind == .table {
      let merge = TableMerge(base: old.text, mine: left.text, shop: right.text)
      notes += merge?.notes ?? []
      return merge?.segments ?? whole(left.text, old.text, right.text)
    }
    if old.kind == .code || old.kind == .html {
      return LinewiseMerge.segments(base: old.text, mine: left.text, shop: right.text)
    }
    guard old.kind.isProse else { return whole(left.text, old.text, right.text) }
    if let old = ListMarker(old), let left = ListMarker(left), let right = ListMarker(right) {
      let merge = InlineMerge(base: old.rest, mine: left.rest, shop: right.rest)
      notes += merge.notes
      let number = left.number != old.number ? left.number : right.number
      // An item without text may lack the space behind its mark; one with text needs it.
      let isEmpty = merge.segments.text(\.mine).isEmpty && merge.segments.text.isEmpty
      let marks = [right.mark, left.mark, old.mark]
      let mark =
        isEmpty ? right.mark : marks.first { $0.last?.isWhitespace == true } ?? right.mark + " "
      let marker = TextSegment.text("\(right.indent)\(number)\(mark)", from: .before)
      return [marker] + merge.segments
    }
    let merge = InlineMerge(base: old.text, mine: left.text, shop: right.text)
    notes += merge.notes
    return merge.segments
  }

  private mutating func add(
    _ kind: ProseBlock.Kind, _ lead: String, _ segments: [TextSegment], _ origin: TextOrigin
  ) {
    blocks.append(PlannedBlock(kind: kind, lead: lead, segments: segments, origin: origin))
  }

  // MARK: Blocks that are new

  /// New blocks of a side by the block of the text before that they follow; -1 is the beginning.
  private func additions(_ side: Side, _ survivors: Set<Int>) -> [Int: [Int]] {
    var found: [Int: [Int]] = [:]
    var anchor = -1
    for (place, origin) in side.alignment.origins.enumerated() {
      if let origin {
        if survivors.contains(origin) { anchor = origin }
      } else {
        found[anchor, default: []].append(place)
      }
    }
    return found
  }

  private mutating func insert(_ left: [Int], _ right: [Int]) {
    if right.isEmpty || left.isEmpty {
      for place in left { add(mine, place, .mine) }
      for place in right { add(shop, place, .shop) }
      return
    }
    var numbers: [BlockWords.Key: Int32] = [:]
    func numbered(_ side: Side, _ places: [Int]) -> [Int32] {
      places.map { place in
        let key = side.words[place].key
        if let number = numbers[key] { return number }
        numbers[key] = Int32(numbers.count)
        return Int32(numbers.count - 1)
      }
    }
    let (own, others) = (numbered(mine, left), numbered(shop, right))
    // The difference of equal length is chosen by the texts, not by who is who.
    let isMirrored = right.map { shop.words[$0].key.text }
      .lexicographicallyPrecedes(left.map { mine.words[$0].key.text })
    let changes =
      isMirrored
      ? SequenceDiff.changes(from: others, to: own).map { SequenceChange(old: $0.new, new: $0.old) }
      : SequenceDiff.changes(from: own, to: others)
    var at = 0
    for change in changes {
      for place in right[at..<change.new.lowerBound] { add(shop, place, .both) }
      insertDifferent(Array(left[change.old]), Array(right[change.new]))
      at = change.new.upperBound
    }
    for place in right[at...] { add(shop, place, .both) }
  }

  private mutating func insertDifferent(_ left: [Int], _ right: [Int]) {
    guard let first = right.first, let own = left.first else {
      for place in left { add(mine, place, .mine) }
      for place in right { add(shop, place, .shop) }
      return
    }
    func joined(_ side: Side, _ places: [Int]) -> String {
      places.enumerated().reduce(into: "") { text, item in
        let block = side.blocks[item.element]
        text += item.offset == 0 ? block.text : "\n" + block.lead + block.text
      }
    }
    let conflict = TextConflict(
      mine: joined(mine, left), before: "", shop: joined(shop, right))
    // Whichever reading is chosen must find enough room.
    let heads = [mine.blocks[own], shop.blocks[first]]
    let lead = heads[0].lead.utf8.count > heads[1].lead.utf8.count ? heads[0].lead : heads[1].lead
    let kind = heads.contains { $0.kind == .paragraph } ? .paragraph : heads[1].kind
    add(kind, lead, [.conflict(conflict)], .shop)
  }

  private mutating func add(_ side: Side, _ place: Int, _ origin: TextOrigin) {
    let block = side.blocks[place]
    add(block.kind, block.lead, [.text(block.text, from: origin)], origin)
  }

  /// Notes passages that both added, at different places.
  private mutating func noteTwice(_ left: [Int: [Int]], _ right: [Int: [Int]]) {
    var anchors: [BlockWords.Key: Set<Int>] = [:]
    for (anchor, places) in left {
      for place in places { anchors[mine.words[place].key, default: []].insert(anchor) }
    }
    for anchor in right.keys.sorted() {
      for place in right[anchor] ?? [] {
        guard let others = anchors[shop.words[place].key], !others.contains(anchor) else {
          continue
        }
        notes.append(TextNote(.twice, shop.blocks[place].text))
      }
    }
  }

  // MARK: Numbers of lists

  /// Numbers ordered lists again whose items come from both sides, if each side counted them.
  private mutating func renumber() {
    let sides = [base, mine.blocks, shop.blocks]
    guard sides.allSatisfy(Self.isCounted) else { return }
    var expected: Int?
    var isRenumbered = false
    for place in blocks.indices {
      guard blocks[place].kind == .listItem,
        let marker = ListMarker(
          ProseBlock(kind: .listItem, lead: "", text: blocks[place].text))
      else {
        if blocks[place].kind != .listItem { expected = nil }
        continue
      }
      guard marker.indent.isEmpty else { continue }
      let number = expected ?? marker.number
      expected = number + 1
      if number != marker.number, case .text(let text, let origin)? = blocks[place].segments.first {
        let rest = text.drop { $0.isASCII && $0.isNumber }
        blocks[place].segments[0] = .text("\(number)\(rest)", from: origin)
        isRenumbered = true
      }
    }
    if isRenumbered { notes.append(TextNote(.renumbered, "")) }
  }

  /// Whether every ordered list counts up by one.
  private static func isCounted(_ blocks: [ProseBlock]) -> Bool {
    var last: Int?
    for block in blocks {
      if let marker = ListMarker(block) {
        guard marker.indent.isEmpty else { continue }
        if let last, marker.number != last + 1 { return false }
        last = marker.number
      } else if block.kind != .listItem {
        last = nil
      }
    }
    return true
  }
}
