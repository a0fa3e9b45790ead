public import Diagnostics

/// What a validator found in one file.
public struct ValidationReport: Sendable {
  /// How often a code was found.
  public struct Count: Sendable, Hashable {
    /// The code.
    public let code: String
    /// Its severity.
    public let severity: Severity
    /// How often it was found.
    public let count: Int
  }

  /// The file.
  public let file: String
  /// Items or pages read.
  public let itemCount: Int
  /// The first findings of each code, in the order of the file.
  public let findings: [Diagnostic]
  /// All codes found with how often, heaviest first, then by code.
  public let counts: [Count]

  /// Whether there is an error, which keeps a file from being published.
  public var hasErrors: Bool { counts.contains { $0.severity == .error } }

  /// How many findings have this severity.
  public func count(_ severity: Severity) -> Int {
    counts.reduce(0) { $0 + ($1.severity == severity ? $1.count : 0) }
  }
}

/// Collects findings and keeps only the first of each code, so that a file with a million equal
/// faults costs no memory.
struct FindingLog {
  let file: String
  let limit: Int
  private(set) var kept: [Diagnostic] = []
  private var counts: [String: (severity: Severity, count: Int)] = [:]

  init(file: String, limit: Int) {
    self.file = file
    self.limit = limit
  }

  mutating func add(_ finding: Diagnostic) {
    let known = counts[finding.code]
    let count = (known?.count ?? 0) + 1
    counts[finding.code] = (max(known?.severity ?? finding.severity, finding.severity), count)
    if count <= limit { kept.append(finding) }
  }

  func report(itemCount: Int) -> ValidationReport {
    let sorted = counts.sorted { ($1.value.severity, $0.key) < ($0.value.severity, $1.key) }
    return ValidationReport(
      file: file, itemCount: itemCount, findings: kept,
      counts: sorted.map {
        ValidationReport.Count(code: $0.key, severity: $0.value.severity, count: $0.value.count)
      })
  }
}
