import Merge
import Testing

/// The invariant of every merge of texts: what one side added is in the result or in a conflict, and
/// the result has nothing that none of the three texts has.
enum Loss {
  /// The words of a text: runs of what is neither space nor punctuation.
  static func words(_ text: String) -> [String] {
    text.split { !($0.isLetter || $0.isNumber) }.map(String.init)
  }

  private static func counts(_ words: [String]) -> [String: Int] {
    Dictionary(words.map { ($0, 1) }, uniquingKeysWith: +)
  }

  /// - Parameter texts: base, mine, shop.
  static func check(
    _ texts: [String], _ segments: [TextSegment], _ name: String,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let base = counts(words(texts[0]))
    var kept = ""
    for segment in segments {
      switch segment {
      case .text(let text, _): kept += text
      case .conflict(let conflict): kept += " \(conflict.mine) \(conflict.shop) "
      }
    }
    let found = counts(words(kept))
    for side in texts.dropFirst() {
      for (word, count) in counts(words(side)) where count > base[word] ?? 0 {
        let added = count - (base[word] ?? 0)
        #expect(
          found[word] ?? 0 >= added, "\(name): \(word) was added and is lost",
          sourceLocation: location)
      }
    }
    let known = Set(texts.flatMap(words))
    for word in Set(
      words(
        segments.reduce(into: "") { text, segment in
          if case .text(let part, _) = segment { text += part } else { text += " " }
        })) where !known.contains(word)
    {
      Issue.record("\(name): \(word) is in none of the texts", sourceLocation: location)
    }
  }
}
