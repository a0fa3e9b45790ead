/// Conflict markers in a text, as git and most programs write them.
enum ConflictMarkers {
  /// The body with both readings of it between markers.
  static func text(mine: String, before: String?, shop: String) -> String {
    func ended(_ text: String) -> String {
      text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    }
    var result = "<<<<<<< mine\n" + ended(mine)
    if let before { result += "||||||| before\n" + ended(before) }
    return result + "=======\n" + ended(shop) + ">>>>>>> shop\n"
  }

  /// The line, from 0, of the first marker; nil where there are none.
  ///
  /// A line of `=======` alone is the underline of a heading, and `>>>>>>>` alone is a quotation in a
  /// quotation: two marks in their order make a conflict.
  static func firstLine(in body: String) -> Int? {
    var seen: (rank: Int, line: Int)?
    let lines = body.utf8.split(separator: 10, omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated() {
      guard let rank = rank(of: line.last == 13 ? line.dropLast() : line) else { continue }
      if let seen, seen.rank < rank { return seen.line }
      seen = (rank, number)
    }
    return nil
  }

  private static func rank(of line: Substring.UTF8View.SubSequence) -> Int? {
    guard line.count >= 7, let mark = line.first, line.prefix(7).allSatisfy({ $0 == mark }) else {
      return nil
    }
    let rest = line.dropFirst(7)
    guard rest.isEmpty || rest.first == 0x20 else { return nil }
    switch mark {
    case UInt8(ascii: "<"): return 0
    case UInt8(ascii: "|"): return 1
    case UInt8(ascii: "="): return rest.isEmpty ? 2 : nil
    case UInt8(ascii: ">"): return rest.isEmpty ? nil : 3
    default: return nil
    }
  }
}
