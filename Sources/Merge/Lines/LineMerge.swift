/// The three-way merge of texts by lines, as `git merge-file` does it.
///
/// A line is all up to and with its line feed; a last line without one differs from the same line
/// with one. The result is that of git 2.39 with the two sides put in byte order: whether there is a
/// conflict, and what is merged, does not depend on who is who, and a run with the sides swapped
/// gives the mirrored text.
public struct LineMerge: Sendable {
  /// How conflicts are written.
  public enum Style: String, CaseIterable, Sendable {
    /// Both sides between markers, what they share pulled out.
    case merge
    /// Both sides and the base between them.
    case diff3
    /// As `diff3`, without the lines that both sides begin or end with.
    case zdiff3
    /// No markers: ours in every conflict.
    case ours
    /// No markers: theirs in every conflict.
    case theirs
    /// No markers: ours, then theirs.
    case union
  }

  /// What stands beside the markers.
  public struct Labels: Sendable, Hashable {
    /// Beside `<<<<<<<`.
    public var ours: String
    /// Beside `|||||||`.
    public var base: String
    /// Beside `>>>>>>>`.
    public var theirs: String

    /// Names the three texts.
    public init(ours: String = "ours", base: String = "base", theirs: String = "theirs") {
      self.ours = ours
      self.base = base
      self.theirs = theirs
    }
  }

  /// What a merge came to.
  public struct Result: Sendable, Hashable {
    /// The merged text, with markers in the styles that have them.
    public let text: String
    /// How many conflicts it holds; 0 in the styles that decide.
    public let conflicts: Int
  }

  /// Merges three texts. O((n + m) · D) with a bound on D, see `SequenceDiff`.
  public static func merge(
    base: String, ours: String, theirs: String, labels: Labels = Labels(), style: Style = .merge
  ) -> Result {
    let lines = PieceTriple(base: base.utf8, ours: ours.utf8, theirs: theirs.utf8) {
      bytes, start, limit in
      var end = start
      while end < limit {
        end += 1
        if bytes[end - 1] == 0x0A { break }
      }
      return end
    }
    let isMirrored = theirs.utf8.lexicographicallyPrecedes(ours.utf8)
    let hunks = LineHunks(lines, style, isMirrored: isMirrored).hunks
    var writer = ConflictWriter(lines, labels, style)
    return writer.write(hunks)
  }
}

/// Prepares the hunks of a line merge for a style.
private struct LineHunks {
  let hunks: [ThreeWayHunk]

  init(_ lines: PieceTriple, _ style: LineMerge.Style, isMirrored: Bool) {
    let diff = lines.diff
    let raw = diff.hunks()
    switch style {
    case .diff3: hunks = raw
    case .zdiff3: hunks = raw.map { Self.trimmed($0, diff) }
    default:
      hunks = diff.refined(raw, isMirrored: isMirrored) { gap in
        lines.bytes[lines.ours.bytes(gap)].contains(where: Self.isLetterOrDigit)
      }
    }
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
  }

  /// Takes what both sides of a conflict begin or end with out of it.
  private static func trimmed(_ hunk: ThreeWayHunk, _ diff: ThreeWayDiff) -> ThreeWayHunk {
    guard hunk.origin == .conflict else { return hunk }
    var (ours, theirs) = (hunk.ours, hunk.theirs)
    while let left = ours.first, let right = theirs.first, diff.ours[left] == diff.theirs[right] {
      ours = ours.dropFirst()
      theirs = theirs.dropFirst()
    }
    while let left = ours.last, let right = theirs.last, diff.ours[left] == diff.theirs[right] {
      ours = ours.dropLast()
      theirs = theirs.dropLast()
    }
    return ThreeWayHunk(origin: .conflict, base: hunk.base, ours: ours, theirs: theirs)
  }
}

/// Writes the text of a line merge.
private struct ConflictWriter {
  private let lines: PieceTriple
  private let labels: LineMerge.Labels
  private let style: LineMerge.Style
  private var output: [UInt8] = []

  init(_ lines: PieceTriple, _ labels: LineMerge.Labels, _ style: LineMerge.Style) {
    self.lines = lines
    self.labels = labels
    self.style = style
    output.reserveCapacity(lines.bytes.count / 2)
  }

  mutating func write(_ hunks: [ThreeWayHunk]) -> LineMerge.Result {
    var written = 0
    var conflicts = 0
    for hunk in hunks where hunk.origin != .both {
      copy(lines.ours, written..<hunk.ours.lowerBound)
      switch hunk.origin {
      case .ours, .both: copy(lines.ours, hunk.ours)
      case .theirs: copy(lines.theirs, hunk.theirs)
      case .conflict:
        switch style {
        case .ours: copy(lines.ours, hunk.ours)
        case .theirs: copy(lines.theirs, hunk.theirs)
        case .union:
          copy(lines.ours, hunk.ours, endingIn: hasReturns(hunk))
          copy(lines.theirs, hunk.theirs)
        default:
          conflicts += 1
          writeConflict(hunk)
        }
      }
      written = hunk.ours.upperBound
    }
    copy(lines.ours, written..<lines.ours.count)
    return LineMerge.Result(
      text: String(decoding: output, as: UTF8.self), conflicts: conflicts)
  }

  private mutating func writeConflict(_ hunk: ThreeWayHunk) {
    let hasReturns = hasReturns(hunk)
    marker("<", labels.ours, hasReturns)
    copy(lines.ours, hunk.ours, endingIn: hasReturns)
    if style != .merge {
      marker("|", labels.base, hasReturns)
      copy(lines.base, hunk.base, endingIn: hasReturns)
    }
    marker("=", "", hasReturns)
    copy(lines.theirs, hunk.theirs, endingIn: hasReturns)
    marker(">", labels.theirs, hasReturns)
  }

  private mutating func marker(_ sign: Character, _ label: String, _ hasReturn: Bool) {
    output.append(contentsOf: String(repeating: sign, count: 7).utf8)
    if !label.isEmpty { output.append(contentsOf: " \(label)".utf8) }
    if hasReturn { output.append(0x0D) }
    output.append(0x0A)
  }

  private mutating func copy(_ side: PieceTriple.Side, _ range: Range<Int>) {
    output.append(contentsOf: lines.bytes[side.bytes(range)])
  }

  /// Copies lines so that the last has an end.
  private mutating func copy(
    _ side: PieceTriple.Side, _ range: Range<Int>, endingIn hasReturn: Bool
  ) {
    copy(side, range)
    guard !range.isEmpty, output.last != 0x0A else { return }
    if hasReturn { output.append(0x0D) }
    output.append(0x0A)
  }

  /// Whether a conflict's markers end in CR LF: as the line before it on both sides, or where there
  /// is none the first, or as the base begins.
  private func hasReturns(_ hunk: ThreeWayHunk) -> Bool {
    for (side, place) in [
      (lines.ours, hunk.ours.lowerBound), (lines.theirs, hunk.theirs.lowerBound),
    ]
    where endsInReturn(side, max(0, place - 1)) == false {
      return false
    }
    return endsInReturn(lines.base, 0) ?? false
  }

  /// Whether a line ends in CR LF; nil where it has no end and no line before it says.
  private func endsInReturn(_ side: PieceTriple.Side, _ place: Int) -> Bool? {
    guard side.count > 0 else { return nil }
    let range = side.bytes(place..<place + 1)
    if range.count > 0, lines.bytes[range.upperBound - 1] == 0x0A {
      return range.count > 1 && lines.bytes[range.upperBound - 2] == 0x0D
    }
    return place > 0 ? endsInReturn(side, place - 1) : nil
  }
}
