/// Finds the word that somebody probably meant.
public enum Suggestion {
  /// The nearest of `candidates` to `word` by edits (insert, delete, replace, swap), or nil where
  /// none is near enough: at most a third of the word's letters may differ. O(candidates × n²).
  public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let limit = max(1, min(word.unicodeScalars.count / 3 + 1, 4))
    var best: (distance: Int, name: String)?
    for candidate in candidates where candidate != word {
      let distance = distance(word.lowercased(), candidate.lowercased())
      if distance <= limit, best.map({ (distance, candidate) < ($0.distance, $0.name) }) ?? true {
        best = (distance, candidate)
      }
    }
    return best?.name
  }

  /// Optimal string alignment distance.
  static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.unicodeScalars)
    let b = Array(right.unicodeScalars)
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    if abs(a.count - b.count) > 4 { return 5 }
    var beforeLast: [Int] = []
    var last = Array(0...b.count)
    for i in 1...a.count {
      var row = [i] + Array(repeating: 0, count: b.count)
      for j in 1...b.count {
        let cost = a[i - 1] == b[j - 1] ? 0 : 1
        row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
      }
      beforeLast = last
      last = row
    }
    return last[b.count]
  }
}
