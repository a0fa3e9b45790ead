import Liquid

/// Where the time of rendering went, as a person and as a program reads it.
struct ProfileTable {
  private static let lineLimit = 10

  private let templates: [Profile.Entry]
  private let lines: ArraySlice<Profile.Line>
  private let places: [String: [Profile.Entry]]
  private let total: Double

  init(_ profile: Profile) {
    templates = profile.templates
    lines = profile.lines.prefix(Self.lineLimit)
    places = Dictionary(grouping: profile.entries.filter { !$0.from.isEmpty }, by: \.program)
    total = max(templates.reduce(0) { $0 + $1.ownSeconds }, 1e-9)
  }

  /// Two tables: all templates by their own time, then the slowest lines.
  var text: String {
    var rows = [["template", "calls", "total ms", "own ms", "share"]]
    for entry in templates {
      rows.append([
        entry.program, "\(entry.count)", Self.milliseconds(entry.seconds),
        Self.milliseconds(entry.ownSeconds), share(entry.ownSeconds),
      ])
    }
    var slowest = [["slowest lines", "visits", "", "own ms", "share"]]
    for line in lines {
      slowest.append([
        "\(line.program):\(line.line)", "\(line.count)", "", Self.milliseconds(line.seconds),
        share(line.seconds),
      ])
    }
    let widths = (0..<5).map { column in
      (rows + slowest).map { $0[column].count }.max() ?? 0
    }
    func shown(_ rows: [[String]]) -> String {
      rows.map { row in
        row.indices.map { row[$0].padding(to: widths[$0], before: $0 > 0) }.joined(separator: "  ")
      }.joined(separator: "\n")
    }
    return shown(rows) + "\n\n" + shown(slowest)
  }

  /// The same as fields; times are whole microseconds.
  func fill(_ document: Document) {
    document.list("templates", templates) { document, entry in
      document.field("template", entry.program)
      fill(document, entry)
      document.list("from", places[entry.program] ?? []) { document, place in
        document.field("template", place.from)
        document.field("line", place.line)
        fill(document, place)
      }
    }
    document.list("lines", Array(lines)) { document, line in
      document.field("template", line.program)
      document.field("line", line.line)
      document.field("visits", line.count)
      document.field("own_us", Self.microseconds(line.seconds))
    }
  }

  private func fill(_ document: Document, _ entry: Profile.Entry) {
    document.field("calls", entry.count)
    document.field("total_us", Self.microseconds(entry.seconds))
    document.field("own_us", Self.microseconds(entry.ownSeconds))
  }

  private func share(_ seconds: Double) -> String {
    let tenths = Int((seconds / total * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)%"
  }

  private static func milliseconds(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10_000).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func microseconds(_ seconds: Double) -> Int {
    Int((seconds * 1_000_000).rounded())
  }
}
