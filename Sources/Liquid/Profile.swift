import Machine

/// Where the time of rendering went: for each template and the line that brought it in, how often
/// and how long, with and without what it brought in itself; and for each line by itself.
public struct Profile: Sendable {
  /// One template from one place.
  public struct Entry: Sendable {
    /// Name of the template.
    public let program: String
    /// The template that brought it in, empty for pages.
    public let from: String
    /// Line of the tag that brought it in.
    public let line: Int
    /// How often it ran.
    public var count = 0
    /// Seconds with what it brought in.
    public var seconds = 0.0
    /// Seconds without.
    public var ownSeconds = 0.0

    mutating func add(_ other: Entry) {
      count += other.count
      seconds += other.seconds
      ownSeconds += other.ownSeconds
    }
  }

  /// One line of one template, without what it brought in.
  public struct Line: Sendable {
    /// Name of the template.
    public let program: String
    /// Number of the line, from 1.
    public let line: Int
    /// How often rendering came to the line.
    public let count: Int
    /// Seconds spent there.
    public let seconds: Double
  }

  private struct Key: Hashable {
    let program: String
    let from: String
    let line: Int
  }

  /// What the lines of one template took. It keeps the template, by whose identity it is found.
  private struct Lines {
    let program: Program
    var counts: [Int] = []
    var seconds: [Double] = []

    mutating func add(_ line: Int, count: Int, seconds more: Double) {
      while counts.count <= line {
        counts.append(0)
        seconds.append(0)
      }
      counts[line] += count
      seconds[line] += more
    }
  }

  private var table: [Key: Entry] = [:]
  private var inner: [Double] = []
  private var lineTable: [ObjectIdentifier: Lines] = [:]
  private var current: (program: Program, line: Int, since: Double)?

  mutating func start() -> Double {
    inner.append(0)
    return SystemTime.monotonicSeconds
  }

  mutating func end(_ started: Double, program: String, from: String, line: Int) {
    let seconds = SystemTime.monotonicSeconds - started
    let within = inner.popLast() ?? 0
    if !inner.isEmpty { inner[inner.count - 1] += seconds }
    let key = Key(program: program, from: from, line: line)
    var entry = table[key] ?? Entry(program: program, from: from, line: line)
    entry.count += 1
    entry.seconds += seconds
    entry.ownSeconds += seconds - within
    table[key] = entry
  }

  /// Rendering has come to a line: what went by since the last one belongs to that.
  mutating func visit(_ program: Program, line: Int) {
    if let current, current.program === program, current.line == line { return }
    let now = SystemTime.monotonicSeconds
    closeLine(at: now)
    current = (program, line, now)
  }

  /// The line that rendering is at.
  var currentLine: Int { current?.line ?? 1 }

  /// Rendering of a page has ended.
  mutating func endLines() {
    closeLine(at: SystemTime.monotonicSeconds)
    current = nil
  }

  private mutating func closeLine(at now: Double) {
    guard let (program, line, since) = current else { return }
    lineTable[ObjectIdentifier(program), default: Lines(program: program)]
      .add(line, count: 1, seconds: now - since)
  }

  /// All entries, the longest first.
  public var entries: [Entry] {
    table.values.sorted {
      ($1.seconds, $0.program, $0.from, $0.line) < ($0.seconds, $1.program, $1.from, $1.line)
    }
  }

  /// The entries of each template as one, whatever brought it in; the longest first by what they
  /// took themselves.
  public var templates: [Entry] {
    var sums: [String: Entry] = [:]
    for entry in table.values {
      sums[entry.program, default: Entry(program: entry.program, from: "", line: 0)].add(entry)
    }
    return sums.values.sorted { ($1.ownSeconds, $0.program) < ($0.ownSeconds, $1.program) }
  }

  /// All lines that rendering came to, the longest first.
  public var lines: [Line] {
    lineTable.values.flatMap { lines in
      lines.counts.indices.filter { lines.counts[$0] > 0 }.map {
        Line(
          program: lines.program.name, line: $0, count: lines.counts[$0], seconds: lines.seconds[$0]
        )
      }
    }.sorted { ($1.seconds, $0.program, $0.line) < ($0.seconds, $1.program, $1.line) }
  }

  /// Adds what another worker measured.
  public mutating func merge(_ other: Profile) {
    for (key, entry) in other.table {
      table[key, default: Entry(program: key.program, from: key.from, line: key.line)].add(entry)
    }
    for (identity, lines) in other.lineTable {
      for line in lines.counts.indices {
        lineTable[identity, default: Lines(program: lines.program)]
          .add(line, count: lines.counts[line], seconds: lines.seconds[line])
      }
    }
  }
}
