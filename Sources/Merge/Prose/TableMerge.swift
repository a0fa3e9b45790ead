/// Merges the rows of a table that both sides edited, and the words of rows.
struct TableMerge {
  let segments: [TextSegment]
  let notes: [TextNote]

  /// nil where rows of different length would stand in one table, as after a column was added: then
  /// the table is asked about whole.
  init?(base: String, mine: String, shop: String) {
    let plan = BlockPlan(
      base: Self.rows(base), mine: Self.rows(mine), shop: Self.rows(shop), care: .words)
    guard !plan.hasTwoOrders else { return nil }
    var segments: [TextSegment] = []
    for (place, row) in plan.blocks.enumerated() {
      if place > 0 { segments.add("\n", row.origin) }
      segments.add(row.segments)
    }
    for reading in [\TextConflict.mine, \.shop] {
      let rows = Self.rows(segments.text(reading)).filter { !$0.text.isEmpty }
      guard Set(rows.map { Self.cells($0.text) }).count == 1, rows.count > 1,
        LineShape.isTableRule(rows[1].text[...])
      else { return nil }
    }
    self.segments = segments
    notes = plan.notes
  }

  private static func rows(_ table: String) -> [ProseBlock] {
    table.split(separator: "\n").map {
      ProseBlock(kind: .tableRow, lead: "", text: String($0))
    }
  }

  /// How many cells a row has, with or without bars at its ends.
  private static func cells(_ row: String) -> Int {
    var cells = row[...]
    while let last = cells.last, last == " " { cells.removeLast() }
    cells = cells.drop { $0 == " " }
    if cells.first == "|" { cells.removeFirst() }
    if cells.last == "|" { cells.removeLast() }
    return cells.count { $0 == "|" } + 1
  }
}

/// Merges what is made of lines, not of words.
enum LinewiseMerge {
  static func segments(base: String, mine: String, shop: String) -> [TextSegment] {
    let lines = PieceTriple(
      base: (base + "\n").utf8, ours: (mine + "\n").utf8, theirs: (shop + "\n").utf8
    ) { bytes, start, limit in
      var end = start
      while end < limit {
        end += 1
        if bytes[end - 1] == 0x0A { break }
      }
      return end
    }
    var segments: [TextSegment] = []
    var written = 0
    for hunk in lines.diff.hunks() {
      segments.add(lines.text(lines.ours, written..<hunk.ours.lowerBound), .before)
      written = hunk.ours.upperBound
      switch hunk.origin {
      case .ours, .both: segments.add(lines.text(lines.ours, hunk.ours), .mine)
      case .theirs: segments.add(lines.text(lines.theirs, hunk.theirs), .shop)
      case .conflict:
        segments.append(
          .conflict(
            TextConflict(
              mine: lines.text(lines.ours, hunk.ours), before: lines.text(lines.base, hunk.base),
              shop: lines.text(lines.theirs, hunk.theirs))))
      }
    }
    segments.add(lines.text(lines.ours, written..<lines.ours.count), .before)
    return withoutLastLineFeed(segments)
  }

  /// Takes the line feed off that was added so that last lines compare equal.
  private static func withoutLastLineFeed(_ segments: [TextSegment]) -> [TextSegment] {
    var segments = segments
    switch segments.last {
    case .text(let text, let origin)?:
      segments.removeLast()
      segments.add(String(text.dropLast()), origin)
    case .conflict(var conflict)?:
      for path in [\TextConflict.mine, \.before, \.shop] where conflict[keyPath: path].last == "\n"
      {
        conflict[keyPath: path].removeLast()
      }
      segments[segments.count - 1] = .conflict(conflict)
    case nil: break
    }
    return segments
  }
}
