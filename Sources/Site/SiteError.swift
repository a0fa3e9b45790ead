public import Diagnostics

/// Why a build stopped. Problems of content and templates are diagnostics; this is the rest.
public struct SiteError: Error, Sendable, CustomStringConvertible {
  /// What went wrong, as part of the public contract.
  public enum Code: String, Sendable, CaseIterable {
    /// Content, templates or settings have errors; the old site stays.
    case diagnostics = "build.errors"
    /// Two routes of the plan have one path.
    case duplicatePath = "build.duplicate-path"
    /// The mirror changed while it was read.
    case mirrorChanged = "build.mirror-changed"
    /// The mirror has never been filled.
    case mirrorEmpty = "build.mirror-empty"
    /// The mirror is older than was allowed.
    case mirrorStale = "build.mirror-stale"
    /// Another build is at work.
    case locked = "build.locked"
    /// A file or folder refused.
    case files = "build.files"
    /// The folder of the pages has files that no build made.
    case foreignFiles = "build.foreign-files"
    /// A listing that had entries at the last build has none, or far fewer.
    case shrunk = "build.shrunk"
    /// A tier's key file is damaged, missing, or readable by others.
    case keys = "gating.keys"
    /// What a tier's gating asks for does not fit what was asked.
    case mode = "gating.mode"
    /// There is no build, or not this one, to seal or to search.
    case notBuilt = "gating.not-built"
  }

  /// What went wrong.
  public let code: Code
  /// The cause in one sentence.
  public let message: String
  /// What to do.
  public let help: String?
  /// All findings of the build, for `.diagnostics`.
  public let diagnostics: [Diagnostic]
  /// What another layer said.
  public let cause: (any Error)?

  /// Makes an error from its parts.
  public init(
    _ code: Code, _ message: String, help: String? = nil, diagnostics: [Diagnostic] = [],
    cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.help = help
    self.diagnostics = diagnostics
    self.cause = cause
  }

  /// One line for a person.
  public var description: String { "\(code.rawValue): \(message)" }
}
