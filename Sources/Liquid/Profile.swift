import Machine

/// Where the time of rendering went: for each template and the line that brought it in, how often
/// and how long, with and without what it brought in itself.
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
  }

  private struct Key: Hashable {
    let program: String
    let from: String
    let line: Int
  }

  private var table: [Key: Entry] = [:]
  private var inner: [Double] = []

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

  /// All entries, the longest first.
  public var entries: [Entry] {
    table.values.sorted {
      ($1.seconds, $0.program, $0.from, $0.line) < ($0.seconds, $1.program, $1.from, $1.line)
    }
  }

  /// Adds what another worker measured.
  public mutating func merge(_ other: Profile) {
    for (key, entry) in other.table {
      var sum = table[key] ?? Entry(program: key.program, from: key.from, line: key.line)
      sum.count += entry.count
      sum.seconds += entry.seconds
      sum.ownSeconds += entry.ownSeconds
      table[key] = sum
    }
  }
}
