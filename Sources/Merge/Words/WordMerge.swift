/// The three-way merge of texts by the words of tokenizer T1.
public struct WordMerge: Sendable {
  /// A piece of the result.
  public enum Segment: Sendable, Hashable {
    /// Text that is settled.
    case text(String)
    /// Text that both changed, differently.
    case conflict(ours: String, base: String, theirs: String)
  }

  /// What a merge came to: settled text and conflicts in turn, never two settled ones in a row, none
  /// empty.
  public struct Result: Sendable, Hashable {
    /// The pieces, in order.
    public let segments: [Segment]

    /// How many conflicts it holds.
    public var conflicts: Int {
      segments.count {
        if case .conflict = $0 { true } else { false }
      }
    }

    /// The pieces as those of any merged text; what is settled is not told apart.
    var textSegments: [TextSegment] {
      segments.map {
        switch $0 {
        case .text(let text): .text(text, from: .before)
        case .conflict(let ours, let base, let theirs):
          .conflict(TextConflict(mine: ours, before: base, shop: theirs))
        }
      }
    }

    /// The text, if there is no conflict.
    public var text: String? {
      switch segments.count {
      case 0: return ""
      case 1:
        if case .text(let text) = segments[0] { return text }
        return nil
      default: return nil
      }
    }
  }

  /// Merges three texts: what `git merge-file --diff3` gives for one token a line. Changes that
  /// overlap or touch are a conflict. Swapped sides give the mirrored result.
  public static func merge(base: String, ours: String, theirs: String) -> Result {
    let tokens = PieceTriple(
      base: base.utf8, ours: ours.utf8, theirs: theirs.utf8, end: WordTokens.end)
    var segments: [Segment] = []
    var settled: [UInt8] = []
    settled.reserveCapacity(ours.utf8.count + theirs.utf8.count / 4)
    func settle(_ side: PieceTriple.Side, _ range: Range<Int>) {
      settled.append(contentsOf: tokens.bytes[side.bytes(range)])
    }
    func flush() {
      if !settled.isEmpty { segments.append(.text(String(decoding: settled, as: UTF8.self))) }
      settled.removeAll(keepingCapacity: true)
    }
    var written = 0
    for hunk in tokens.diff.hunks() {
      settle(tokens.ours, written..<hunk.ours.lowerBound)
      written = hunk.ours.upperBound
      switch hunk.origin {
      case .ours, .both: settle(tokens.ours, hunk.ours)
      case .theirs: settle(tokens.theirs, hunk.theirs)
      case .conflict:
        flush()
        segments.append(
          .conflict(
            ours: tokens.text(tokens.ours, hunk.ours), base: tokens.text(tokens.base, hunk.base),
            theirs: tokens.text(tokens.theirs, hunk.theirs)))
      }
    }
    settle(tokens.ours, written..<tokens.ours.count)
    flush()
    return Result(segments: segments)
  }
}
