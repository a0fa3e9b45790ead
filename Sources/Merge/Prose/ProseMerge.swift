import Markdown

/// The three-way merge of prose: by blocks, then words, and sentences for showing (`sync.md`, §5).
///
/// - Moved and rewrapped paragraphs are recognised, edits go with them.
/// - Between two edits of different sides must be an unchanged word, or it is a conflict.
/// - Links, pictures, tags, code, numbers, prices and SKUs are never merged inside.
/// - The result is cut into blocks again; if that does not give what was planned, less is merged and
///   more is asked.
///
/// Pure, and mirrored when the sides are swapped, but for the ways to write that do not count; where what
/// was put together would be cut into other blocks, one order may ask about more than the other.
public struct ProseMerge: Sendable {
  /// What the texts are written in.
  public enum Format: String, Sendable, Hashable {
    /// CommonMark with pipe tables, front matter and template tags.
    case markdown
    /// HTML: words are merged, tags are not.
    case html
  }

  /// What a merge came to.
  public struct Result: Sendable, Hashable {
    /// The merged text, with the shop's reading where both changed the same place.
    public let text: String
    /// The text in pieces: what is whose, and what must be decided.
    public let segments: [TextSegment]
    /// What should be read again.
    public let notes: [TextNote]
    /// How many places must be decided.
    public var conflicts: Int { segments.conflicts }
    /// The places that must be decided, in order.
    public var undecided: [TextConflict] {
      segments.compactMap {
        if case .conflict(let conflict) = $0 { conflict } else { nil }
      }
    }

    init(_ segments: [TextSegment], _ notes: [TextNote] = []) {
      self.segments = segments
      self.notes = notes
      text = segments.text
    }
  }

  /// Merges two edits of a text.
  public static func merge(
    base: String, mine: String, shop: String, format: Format = .markdown
  ) -> Result {
    func only(_ text: String, _ origin: TextOrigin) -> Result {
      var segments: [TextSegment] = []
      segments.add(text, origin)
      return Result(segments)
    }
    if mine.utf8.elementsEqual(shop.utf8) {
      return only(mine, mine.utf8.elementsEqual(base.utf8) ? .before : .both)
    }
    if mine.utf8.elementsEqual(base.utf8) { return only(shop, .shop) }
    if shop.utf8.elementsEqual(base.utf8) { return only(mine, .mine) }
    let outward = OutwardForm(base: base, mine: mine, shop: shop)
    let plain = [base, mine, shop].map(OutwardForm.plain)
    let merged =
      format == .html
      ? inline(plain[0], plain[1], plain[2]) : document(plain[0], plain[1], plain[2])
    return Result(outward.applied(to: merged.segments), merged.notes)
  }

  private static func inline(_ base: String, _ mine: String, _ shop: String) -> Result {
    let merge = InlineMerge(base: base, mine: mine, shop: shop)
    return Result(merge.segments, merge.notes)
  }

  private static func document(_ base: String, _ mine: String, _ shop: String) -> Result {
    let parts = [base, mine, shop].map(FrontMatter.split)
    guard parts.contains(where: { $0.yaml != nil }), !parts.contains(where: \.isUnclosed) else {
      return body(base, mine, shop)
    }
    var segments = FrontMatterMerge.segments(
      base: parts[0].yaml, mine: parts[1].yaml, shop: parts[2].yaml)
    let body = body(parts[0].body, parts[1].body, parts[2].body)
    segments.add(body.segments)
    return Result(segments, body.notes)
  }

  private static func body(_ base: String, _ mine: String, _ shop: String) -> Result {
    if mine == shop || shop == base || mine == base {
      var segments: [TextSegment] = []
      let isMine = shop == base && mine != base
      segments.add(isMine ? mine : shop, isMine ? .mine : mine == base ? .shop : .both)
      return Result(segments)
    }
    let (old, left, right) = (ProseBlocks(base), ProseBlocks(mine), ProseBlocks(shop))
    if isClearedAgainstNews(old, left, right) || isClearedAgainstNews(old, right, left) {
      return Result([.conflict(TextConflict(mine: mine, before: base, shop: shop))])
    }
    // White space that is all of a text ends no block: behind one it would be part of it.
    func tail(_ side: ProseBlocks) -> String { side.blocks.isEmpty ? old.tail : side.tail }
    let tail = Spelling.choose(base: old.tail, mine: tail(left), shop: tail(right))
    for care in BlockPlan.Care.allCases {
      let plan = BlockPlan(base: old.blocks, mine: left.blocks, shop: right.blocks, care: care)
      if plan.hasTwoOrders { break }
      let assembly = Assembly(plan.blocks, tail: tail)
      if assembly.isFaithful { return Result(assembly.segments, plan.notes) }
    }
    return Result([.conflict(TextConflict(mine: mine, before: base, shop: shop))])
  }
}

/// Whether one side has emptied a text to which the other has written something new: no paragraph of the
/// one could stand alone in the result without being asked about.
private func isClearedAgainstNews(
  _ base: ProseBlocks, _ cleared: ProseBlocks, _ other: ProseBlocks
) -> Bool {
  guard cleared.blocks.isEmpty, !base.blocks.isEmpty, !other.blocks.isEmpty else { return false }
  func words(_ block: ProseBlock) -> [Substring] { block.text.split { $0.isWhitespace } }
  let known = Set(base.blocks.map(words))
  return other.blocks.contains { !known.contains(words($0)) }
}

/// Puts planned blocks into one text and checks it.
private struct Assembly {
  private let blocks: [PlannedBlock]
  private let tail: String
  private(set) var segments: [TextSegment] = []

  init(_ blocks: [PlannedBlock], tail: String) {
    self.blocks = blocks
    self.tail = tail
    for (place, block) in blocks.enumerated() {
      if place > 0 { segments.add("\n", block.origin) }
      segments.add(lead(place), block.origin)
      segments.add(block.segments)
    }
    if !blocks.isEmpty || !tail.isEmpty { segments.add(tail, .before) }
  }

  /// The empty lines before a block: its own, and one where without it two blocks would be one.
  private func lead(_ place: Int) -> String {
    let block = blocks[place]
    guard place > 0, block.lead.isEmpty else { return block.lead }
    let before = blocks[place - 1].kind
    let needsLine =
      before != .heading && before != .rule && before != .tag && before != .code
      && (block.kind == .paragraph || block.kind == .definition || block.kind == .table
        || (block.kind == .listItem && before == .paragraph))
    return needsLine ? "\n" : ""
  }

  /// Whether the text is cut into the blocks that were planned: with the shop's reading of what is to
  /// be decided, and with mine.
  var isFaithful: Bool {
    let readings: [KeyPath<TextConflict, String>] =
      segments.conflicts == 0 ? [\.shop] : [\.shop, \.mine]
    return readings.allSatisfy { reading in
      let planned = blocks.flatMap { block -> [String] in
        let text = block.segments.text(reading)
        guard block.segments.count == 1, block.segments.conflicts == 1 else {
          return text.isEmpty ? [] : [text]
        }
        return ProseBlocks(text).blocks.map(\.text)
      }
      return planned == ProseBlocks(segments.text(reading)).blocks.map(\.text)
    }
  }
}

/// What the bytes of a text are beside its words: a byte order mark and the kind of line ends.
private struct OutwardForm {
  private let hasMark: Bool
  private let hasReturns: Bool

  init(base: String, mine: String, shop: String) {
    func choose(_ property: (String) -> Bool) -> Bool {
      property(mine) != property(base) ? property(mine) : property(shop)
    }
    hasMark = choose(Self.hasMark)
    hasReturns = choose(Self.hasReturns)
  }

  private static func hasMark(_ text: String) -> Bool {
    text.utf8.starts(with: [0xEF, 0xBB, 0xBF])
  }

  /// Whether most lines end in CR LF.
  private static func hasReturns(_ text: String) -> Bool {
    var (returns, feeds, last) = (0, 0, UInt8(0))
    for byte in text.utf8 {
      if byte == 0x0A {
        feeds += 1
        if last == 0x0D { returns += 1 }
      }
      last = byte
    }
    return returns * 2 > feeds
  }

  /// A text without mark and with line feeds alone.
  static func plain(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for byte in text.utf8.dropFirst(hasMark(text) ? 3 : 0) {
      while byte == 0x0A, bytes.last == 0x0D { bytes.removeLast() }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func written(_ text: String) -> String {
    guard hasReturns else { return text }
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if byte == 0x0A { bytes.append(0x0D) }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  func applied(to segments: [TextSegment]) -> [TextSegment] {
    var result: [TextSegment] = []
    if hasMark { result.add("\u{FEFF}", .before) }
    for segment in segments {
      switch segment {
      case .text(let text, let origin): result.add(written(text), origin)
      case .conflict(var conflict):
        conflict.mine = written(conflict.mine)
        conflict.before = written(conflict.before)
        conflict.shop = written(conflict.shop)
        result.append(.conflict(conflict))
      }
    }
    return result
  }
}
