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
    /// Outputs that stay are searched for what is newly private.
    case leaks
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

/// How much a build had to do.
public enum BuildExtent: Sendable, Hashable {
  /// Nothing that pages are made from has changed.
  case nothing
  /// Single outputs were made and put in place.
  case update
  /// All was built, for a reason in words: "the theme changed".
  case full(String)

  /// `nothing`, `update` or `full`.
  public var word: String {
    switch self {
    case .nothing: "nothing"
    case .update: "update"
    case .full: "full"
    }
  }
}

/// An output that a build made, or would make.
public struct OutputChange: Sendable, Hashable {
  /// What becomes of it.
  public enum Kind: String, Sendable {
    /// It was not there before.
    case new
    /// It is different.
    case changed
    /// It is not there any more.
    case gone
  }

  /// What becomes of it.
  public let kind: Kind
  /// Its path below the project.
  public let path: String
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
  public private(set) var writtenCount: Int
  /// Files that had not changed since the last build.
  public private(set) var linkedCount: Int
  /// Bytes that were searched for private values.
  public private(set) var scannedByteCount: Int
  /// The next instant at which a page can be different without any change in the shop.
  public let nextChange: Instant?
  /// When the next build is due: at `nextChange`, or before it, when caches must be told to end there.
  public let nextWake: Instant?
  /// Warnings and notes.
  public let diagnostics: [Diagnostic]
  /// How long it took, in seconds.
  public let seconds: Double
  /// Where rendering took its time, if that was measured; seconds of all workers together.
  public let profile: Profile?
  /// How much there was to do.
  public var extent = BuildExtent.full("")
  /// Pages that were rendered.
  public var renderedCount = 0
  /// Outputs that were taken away.
  public var removedCount = 0
  /// Outputs that an update left as they were and searched, because something is private that was not
  /// before.
  public internal(set) var searchedCount = 0
  /// How many values those were searched for.
  public internal(set) var newSecretCount = 0
  /// What changed, in order of path; empty for a full build.
  public var changes: [OutputChange] = []

  /// What was sealed after it; nil where no tier is.
  public var sealed: SealedReport?

  /// Sets what an update did.
  mutating func setCounts(written: Int, scanned: Int) {
    linkedCount = max(0, linkedCount - written)
    writtenCount = written
    scannedByteCount = scanned
  }

  /// Pages in all roots.
  public var pageCount: Int { roots.reduce(0) { $0 + $1.pageCount } }
}
