import CommandTree

/// Which words of two texts differ, marked so that it shows without colour as well.
struct WordMarks {
  /// The text before, with what went struck out.
  private(set) var before = ""
  /// The text after, with what came underlined.
  private(set) var after = ""

  /// Texts of more words than this are compared at their ends only.
  private static let limit = 600

  /// Compares two texts by words; without colour what went stands in `[-…-]` and what came in `{+…+}`.
  init(before: String, after: String, _ console: Console) {
    let old = Self.words(before)
    let new = Self.words(after)
    let (keptOld, keptNew) = Self.kept(old, new)
    self.before = Self.marked(old, keptOld, console.isColoured, open: ("\u{1B}[9;31m", "[-"), "-]")
    self.after = Self.marked(new, keptNew, console.isColoured, open: ("\u{1B}[4;32m", "{+"), "+}")
  }

  /// Words and the spaces after them, so that joining gives the text back.
  private static func words(_ text: String) -> [Substring] {
    var words: [Substring] = []
    var start = text.startIndex
    var isSpace = false
    for index in text.indices {
      let space = text[index].isWhitespace
      if isSpace, !space {
        words.append(text[start..<index])
        start = index
      }
      isSpace = space
    }
    if start < text.endIndex { words.append(text[start...]) }
    return words
  }

  private static func same(_ left: Substring, _ right: Substring) -> Bool {
    func core(_ word: Substring) -> Substring {
      var word = word
      while word.last?.isWhitespace == true { word.removeLast() }
      return word
    }
    return core(left) == core(right)
  }

  /// Which words of both are in their longest common sequence.
  private static func kept(_ old: [Substring], _ new: [Substring]) -> ([Bool], [Bool]) {
    var keptOld = Array(repeating: false, count: old.count)
    var keptNew = Array(repeating: false, count: new.count)
    var head = 0
    while head < min(old.count, new.count), same(old[head], new[head]) {
      (keptOld[head], keptNew[head]) = (true, true)
      head += 1
    }
    var tail = 0
    while tail < min(old.count, new.count) - head,
      same(old[old.count - 1 - tail], new[new.count - 1 - tail])
    {
      (keptOld[old.count - 1 - tail], keptNew[new.count - 1 - tail]) = (true, true)
      tail += 1
    }
    let (rows, columns) = (old.count - head - tail, new.count - head - tail)
    guard rows > 0, columns > 0, max(rows, columns) <= limit else { return (keptOld, keptNew) }
    var lengths = Array(repeating: Array(repeating: 0, count: columns + 1), count: rows + 1)
    for row in stride(from: rows - 1, through: 0, by: -1) {
      for column in stride(from: columns - 1, through: 0, by: -1) {
        lengths[row][column] =
          same(old[head + row], new[head + column])
          ? lengths[row + 1][column + 1] + 1
          : max(lengths[row + 1][column], lengths[row][column + 1])
      }
    }
    var (row, column) = (0, 0)
    while row < rows, column < columns {
      if same(old[head + row], new[head + column]) {
        (keptOld[head + row], keptNew[head + column]) = (true, true)
        (row, column) = (row + 1, column + 1)
      } else if lengths[row + 1][column] >= lengths[row][column + 1] {
        row += 1
      } else {
        column += 1
      }
    }
    return (keptOld, keptNew)
  }

  private static func marked(
    _ words: [Substring], _ kept: [Bool], _ isColoured: Bool,
    open: (colour: String, plain: String), _ close: String
  ) -> String {
    var text = ""
    var index = 0
    while index < words.count {
      if kept[index] {
        text += words[index]
        index += 1
        continue
      }
      var run = ""
      while index < words.count, !kept[index] {
        run += words[index]
        index += 1
      }
      var space = ""
      while let last = run.last, last.isWhitespace { space = String(run.removeLast()) + space }
      text += isColoured ? open.colour + run + "\u{1B}[0m" : open.plain + run + close
      text += space
    }
    return text
  }
}
