public import Bytes
import Diagnostics
import LocalMirror
public import Machine
public import Settings
import Storefront

/// Builds the sites of a project from its mirror: plan, render, publish.
///
/// A build reads the mirror, the content, the theme and the settings, and nothing else. The same
/// inputs and the same clock give the same bytes, on one thread or many. Where anything is wrong
/// with them, nothing is published and the old site stays.
public struct SiteBuild: Sendable {
  /// What a build shall do.
  public struct Options: Sendable {
    /// The instant that windows are looked at from; the clock's where nil.
    public var at: Instant?
    /// Names of the storefronts to build; all where empty.
    public var storefronts: [String]
    /// Accepts that far fewer products are shown than at the last build.
    public var allowsShrink: Bool
    /// How many threads render.
    public var workers: Int
    /// Stores which fields of which records each page read.
    public var recordsReads: Bool
    /// Measures where rendering takes its time.
    public var measuresTime: Bool
    /// Renders every page, whatever changed since the last build.
    public var isFull: Bool
    /// Finds out what would change, and publishes nothing.
    public var isDry: Bool
    /// How old the mirror may be, in seconds; of any age where nil.
    public var maxAge: Int64?

    /// Describes a build.
    public init(
      at: Instant? = nil, storefronts: [String] = [], allowsShrink: Bool = false,
      workers: Int = Parallel.workerCount, recordsReads: Bool = false,
      measuresTime: Bool = false, isFull: Bool = false, isDry: Bool = false, maxAge: Int64? = nil
    ) {
      self.at = at
      self.storefronts = storefronts
      self.allowsShrink = allowsShrink
      self.workers = max(1, workers)
      self.recordsReads = recordsReads
      self.measuresTime = measuresTime
      self.isFull = isFull
      self.isDry = isDry
      self.maxAge = maxAge
    }
  }

  let project: Project
  let options: Options
  let time: any TimeSource
  /// Called after each step of a publication; tests cut it short here.
  package var afterStep: @Sendable (PublishStep) throws -> Void = { _ in }
  /// The same for the sealed trees.
  var afterSealingStep: @Sendable (PublishStep) throws -> Void = { _ in }
  /// Where keys of tiers come from.
  var random: any RandomSource = SystemRandom()

  /// Prepares a build.
  public init(project: Project, options: Options = Options(), time: any TimeSource = SystemTime()) {
    self.project = project
    self.options = options
    self.time = time
  }

  /// Builds each storefront in turn.
  ///
  /// - Throws: `SiteError` with all findings where content, theme or settings have errors, or with
  ///   `mirrorStale`,
  ///   `LeakError` where a private value was found in an output, `MirrorError`, `MachineError`.
  public func run(progress: @escaping @Sendable (BuildProgress) -> Void = { _ in }) throws
    -> [BuildReport]
  {
    let wanted = project.storefronts.filter {
      options.storefronts.isEmpty || options.storefronts.contains($0.name)
    }
    for name in options.storefronts where !project.storefronts.contains(where: { $0.name == name })
    {
      throw SiteError(
        .diagnostics, "there is no storefront called \(name)",
        help: Suggestion.nearest(to: name, among: project.storefronts.map(\.name))
          .map { "did you mean `\($0)`?" })
    }
    let mirrorPath = project.path(project.site.mirrorPath)
    guard Files.exists(mirrorPath) else {
      throw SiteError(
        .mirrorEmpty, "there is no mirror of the shop's catalogue yet", help: "run `trumeau pull`")
    }
    let ledger = try BuildLedger(path: mirrorPath, clock: time)
    return try wanted.map { storefront in
      var report = try StorefrontBuild(
        build: self, storefront: storefront, openLedger: ledger, progress: progress
      ).run()
      // What was built for another time says nothing of when the next build is due.
      if options.at == nil, !options.isDry {
        try NextWake.note(
          report.nextWake, storefront: storefront.name, of: project.storefronts.map(\.name),
          project: project.root)
      }
      if !options.isDry { report.sealed = try seal(storefront) }
      return report
    }
  }

  /// Seals what the settings say, from what has just been published.
  func seal(_ storefront: StorefrontSettings) throws -> SealedReport? {
    var trees = SealedTrees(
      project: project, storefront: storefront, time: time, random: random,
      workers: options.workers)
    trees.afterStep = afterSealingStep
    return try trees.run()
  }
}
