public import Bytes
public import Diagnostics
public import Liquid

/// How far a build is.
public struct BuildProgress: Sendable {
  /// What is being done.
  public enum Phase: String, Sendable, CaseIterable {
    /// Every product is looked at once.
    case survey
    /// Pages are rendered.
    case pages
    /// Pictures, redirects, sitemaps.
    case files
    /// The new site is put in place.
    case publish
  }

  /// Name of the storefront.
  public let storefront: String
  /// What is being done.
  public let phase: Phase
  /// How many are done.
  public let done: Int
  /// How many there are; 0 where that is not known.
  public let total: Int
}

/// What a build made.
public struct BuildReport: Sendable {
  /// One output root.
  public struct Root: Sendable {
    /// Path below the project.
    public let path: String
    /// Number of pages, each counted once though it may have two addresses.
    public let pageCount: Int
    /// Number of files.
    public let fileCount: Int
    /// Bytes of all files.
    public let byteCount: Int
    /// How many texts were searched for in every file of the root.
    public let secretCount: Int
    /// How many private texts were too short to search for.
    public let tooShortCount: Int
    /// How many private texts are public in this root as well, and therefore no secrets.
    public let alsoPublicCount: Int
  }

  /// Name of the storefront.
  public let storefront: String
  /// The state of the mirror that all pages come from.
  public let snapshotID: String
  /// When the mirror last heard from its server.
  public let asOf: Instant
  /// The instant that windows were looked at from.
  public let at: Instant
  /// The roots.
  public let roots: [Root]
  /// Files that were written anew.
  public let writtenCount: Int
  /// Files that had not changed since the last build.
  public let linkedCount: Int
  /// Bytes that were searched for private values.
  public let scannedByteCount: Int
  /// The next instant at which a page can be different without any change in the shop.
  public let nextChange: Instant?
  /// Warnings and notes.
  public let diagnostics: [Diagnostic]
  /// How long it took, in seconds.
  public let seconds: Double
  /// Where rendering took its time, if that was measured; seconds of all workers together.
  public let profile: Profile?

  /// Pages in all roots.
  public var pageCount: Int { roots.reduce(0) { $0 + $1.pageCount } }
}
