/// Text cut to what a channel takes.
enum PlainText {
  /// At most `limit` Unicode scalars, cut between words, with an ellipsis where something is
  /// missing.
  static func cut(_ text: String, to limit: Int) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > limit else { return text }
    let room = scalars.prefix(limit - 1)
    let atWord = room.lastIndex { $0.properties.isWhitespace }
    // A cut that would lose half of the room is made within the word: some languages have no spaces.
    let end =
      atWord.flatMap { scalars.distance(from: scalars.startIndex, to: $0) > limit / 2 ? $0 : nil }
      ?? room.endIndex
    return String(scalars[..<end].trimmedEnd) + "…"
  }
}

extension Substring.UnicodeScalarView {
  /// Without white space at the end.
  fileprivate var trimmedEnd: Substring.UnicodeScalarView {
    var rest = self
    while let last = rest.last, last.properties.isWhitespace { rest.removeLast() }
    return rest
  }
}
