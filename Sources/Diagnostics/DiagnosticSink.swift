import Synchronization

/// Collects what is found, from any thread, in the order in which it came.
public final class DiagnosticSink: Sendable {
  private let found = Mutex<[Diagnostic]>([])

  /// Makes an empty sink.
  public init() {}

  /// Adds one finding.
  public func report(_ diagnostic: Diagnostic) { found.withLock { $0.append(diagnostic) } }

  /// Adds several findings.
  public func report(_ diagnostics: [Diagnostic]) {
    found.withLock { $0.append(contentsOf: diagnostics) }
  }

  /// All findings so far.
  public var all: [Diagnostic] { found.withLock { $0 } }

  /// How many findings weigh at least `severity`.
  public func count(atLeast severity: Severity) -> Int {
    found.withLock { $0.count { $0.severity >= severity } }
  }

  /// Whether there is an error.
  public var hasErrors: Bool { count(atLeast: .error) > 0 }
}
