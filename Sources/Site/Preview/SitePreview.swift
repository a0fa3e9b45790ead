public import Bytes
import Catalog
import LocalMirror
public import Machine
public import Settings
import Storefront
import Synchronization

/// Looks at a storefront without building it: pages are made when somebody asks for them, by the code
/// that builds them, from the templates, the content and the mirror as they are now.
///
/// Who may see which product is not found out anew each time: what the last build remembers
/// (`BuildRecord`) is brought up to date, as an update of the site does it. Only where that is not
/// enough (a price list, a market, an instant far away) are all products looked at, once.
public final class SitePreview: Sendable {
  /// What was found of all products at some state of the mirror and some instant.
  struct Base: Sendable {
    let record: BuildRecord
    /// The views that it is about.
    let views: String
  }

  private struct Known {
    var bases: [Base] = []
    /// The file that was read last, by number and time.
    var file: [Int64] = []
  }

  /// How many states of all products are kept in memory; each costs about 100 bytes a product and view.
  private static let baseLimit = 3
  private let known = Mutex(Known())

  /// Knows nothing yet.
  public init() {}

  /// Opens a storefront as it is now.
  ///
  /// - Parameters:
  ///   - at: the instant that windows are looked at from; the clock's where nil.
  ///   - readers: how many threads may make pages at once.
  /// - Throws: `SiteError` with all findings where content, theme or settings have errors,
  ///   `MirrorError`, `MachineError`.
  public func open(
    _ project: Project, storefront: StorefrontSettings, at: Instant? = nil, readers: Int = 4,
    time: any TimeSource = SystemTime()
  ) throws -> PreviewState {
    guard Files.exists(project.path(project.site.mirrorPath)) else {
      throw SiteError(
        .mirrorEmpty, "there is no mirror of the shop's catalogue yet", help: "run `trumeau pull`")
    }
    let build = StorefrontBuild(
      build: SiteBuild(project: project, options: .init(workers: readers), time: time),
      storefront: storefront, openLedger: nil, progress: { _ in })
    return try build.preview(self, at: at ?? time.now, isPresent: at == nil)
  }

  /// Whether all that pages are made from is as the last build saw it, so that a build has nothing to do.
  public func isBuilt(
    _ project: Project, storefront: StorefrontSettings, time: any TimeSource = SystemTime()
  ) throws -> Bool {
    let build = StorefrontBuild(
      build: SiteBuild(project: project, options: .init(workers: 1), time: time),
      storefront: storefront, openLedger: nil, progress: { _ in })
    return try build.isBuilt(at: time.now)
  }

  // MARK: Bases

  /// States of all products that may be brought up to date, the newest first.
  func bases(for build: StorefrontBuild) -> [Base] {
    known.withLock { known in
      let path = build.recordPath
      let stamp =
        Files.information(path).map { [Int64($0.inode), $0.modified.microseconds] } ?? []
      if stamp != known.file,
        let record = (try? Files.read(path)).flatMap({ BuildRecord(reading: $0) }),
        let seen = try? build.inputs.look(),
        record.inputs.first(where: { $0.name == "the settings" })
          == seen.digests.first(where: { $0.name == "the settings" })
      {
        known.file = stamp
        Self.put(Base(record: record, views: build.viewNames), into: &known)
      }
      return known.bases
    }
  }

  /// Keeps what a look at all products found.
  func keep(_ base: Base) { known.withLock { Self.put(base, into: &$0) } }

  private static func put(_ base: Base, into known: inout Known) {
    known.bases.insert(base, at: 0)
    if known.bases.count > baseLimit { known.bases.removeLast() }
  }
}

extension StorefrontBuild {
  var recordPath: String { "\(project.root)/.trumeau/generations/\(storefront.name)/record" }

  /// Names all that decides which views there are and what they see of a product: where it is equal, so
  /// are they.
  var viewNames: String {
    let markets = markets.map { "\($0.key)=\($0.marketID):\($0.locales.joined(separator: ","))" }
    return "\(storefront.tiers) \(markets) \(sourceLocale) \(storefront.content) "
      + "\(storefront.terms)"
  }

  func isBuilt(at instant: Instant) throws -> Bool {
    guard let record = (try? Files.read(recordPath)).flatMap({ BuildRecord(reading: $0) }) else {
      return false
    }
    let standing = try standing(
      record.generation, inputs.look(), publisher, openReaders(1)[0], at: instant)
    if case .unchanged = standing { return true }
    return false
  }

  // MARK: Opening

  func preview(_ session: SitePreview, at instant: Instant, isPresent: Bool) throws -> PreviewState
  {
    // One more than pages need: cards are made by a reader of their own.
    let readers = try openReaders(build.options.workers + 1)
    let inputs = try read(readers, at: instant) {
      try $0.contextWithoutMembers(terms: storefront.terms)
    }
    try stopAtErrors()
    let views = try makeViews(inputs)
    let survey =
      try updatedSurvey(session.bases(for: self), views, inputs)
      ?? fullSurvey(session, views, inputs)
    let plan = makePlan(inputs, views, survey)
    return PreviewState(
      build: self, plan: plan, inputs: inputs, workers: pageWorkers(inputs), isPresent: isPresent)
  }

  /// The most products that are looked at one by one.
  private static let previewLimit = 5_000

  private func updatedSurvey(_ bases: [SitePreview.Base], _ views: Views, _ inputs: Inputs) throws
    -> Survey?
  {
    for base in bases {
      guard let changed = try changes(since: base, views, inputs) else { continue }
      do {
        return try survey(base.record, changed, views, inputs)
      } catch is SurveyUpdate.Insufficient {
        continue
      }
    }
    return nil
  }

  /// Products and collections that can be others than a base has them; nil where that cannot be told.
  private func changes(since base: SitePreview.Base, _ views: Views, _ inputs: Inputs) throws
    -> ChangeSet?
  {
    let reader = inputs.readers[0]
    let record = base.record
    guard record.mirrorID == reader.mirrorID, record.revision <= reader.revision,
      base.views == viewNames, record.flags.count == views.all.count,
      record.instant <= inputs.instant,
      var changes = try reader.changeSet(since: record.revision), !changes.hasUnknown,
      changes.others.isEmpty
    else { return nil }
    if let next = inputs.context.nextSharedChange(after: record.instant), next <= inputs.instant {
      return nil
    }
    record.addPassedWindows(at: inputs.instant, to: &changes)
    return changes.products.count <= Self.previewLimit ? changes : nil
  }

  private func survey(
    _ record: BuildRecord, _ changes: ChangeSet, _ views: Views, _ inputs: Inputs
  ) throws -> Survey {
    var surveyor = surveyor(views, inputs)
    surveyor.notesSecrets = false
    return try updatedSurvey(
      record, changes.products, hasCollections: changes.hasCollections, surveyor, views, inputs,
      common: { $0 }
    ).survey
  }

  /// Looks at all products, and keeps what it finds for the next time.
  private func fullSurvey(_ session: SitePreview, _ views: Views, _ inputs: Inputs) throws -> Survey
  {
    var whole = inputs
    whole.context = try inputs.readers[0].context(
      at: inputs.instant, pricesOfMarket: storefront.defaultMarket.marketID,
      terms: storefront.terms)
    let wholeViews = try makeViews(whole)
    var surveyor = surveyor(wholeViews, whole)
    surveyor.notesSecrets = false
    let found = try surveyor.run(
      readers: inputs.readers,
      base: Array(repeating: SecretBook(), count: views.audiences.count), progress: { _, _ in })
    try stopAtErrors()
    var record = BuildRecord()
    note(whole, in: &record)
    note(found, whole.context, in: &record)
    session.keep(SitePreview.Base(record: record, views: viewNames))
    return try survey(record, ChangeSet(), views, inputs)
  }
}
