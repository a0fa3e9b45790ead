import Merge
import Testing

/// A merge of Markdown, and what is expected of it.
func mergeProse(_ base: String, _ mine: String, _ shop: String) -> ProseMerge.Result {
  ProseMerge.merge(base: base, mine: mine, shop: shop)
}

/// Expects a merge without open places, the same with the sides swapped.
func expectClean(
  _ base: String, _ mine: String, _ shop: String, _ merged: String,
  _ location: SourceLocation = #_sourceLocation
) {
  for (left, right) in [(mine, shop), (shop, mine)] {
    let result = mergeProse(base, left, right)
    #expect(result.conflicts == 0, "\(result.undecided)", sourceLocation: location)
    #expect(result.text == merged, sourceLocation: location)
  }
}

/// Expects open places and no others, the same with the sides swapped.
func expectOpen(
  _ base: String, _ mine: String, _ shop: String, _ open: [(String, String, String)],
  _ location: SourceLocation = #_sourceLocation
) {
  let there = mergeProse(base, mine, shop).undecided.map { [$0.mine, $0.before, $0.shop] }
  #expect(there == open.map { [$0.0, $0.1, $0.2] }, sourceLocation: location)
  let back = mergeProse(base, shop, mine).undecided.map { [$0.shop, $0.before, $0.mine] }
  #expect(back == there, sourceLocation: location)
}

/// A description of three paragraphs.
let satchel = """
  A structured satchel cut from one hide. The edges are painted by hand in seven coats.

  The interior is lined with undyed linen. It holds a tablet and a wallet.

  Each satchel is numbered. Repairs are free for ten years.

  """

extension String {
  /// The text with each `old` replaced by `new`.
  func with(_ old: String, _ new: String) -> String {
    var text = ""
    var rest = self[...]
    while !rest.isEmpty {
      if rest.hasPrefix(old) {
        text += new
        rest = rest.dropFirst(old.count)
      } else {
        text.append(rest.removeFirst())
      }
    }
    return text
  }
}
