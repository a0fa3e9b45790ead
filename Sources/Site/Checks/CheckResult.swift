public import Diagnostics

/// What a check of a built site found.
public struct CheckResult: Sendable {
  /// How many pages or redirects it looked at.
  public internal(set) var checkedCount = 0
  /// What is wrong.
  public internal(set) var findings: [Diagnostic] = []
}
