import Bytes
import Catalog
import Diagnostics
import Liquid
import LocalMirror
import Machine
import Settings
import Storefront
import Synchronization

/// The build of one storefront.
struct StorefrontBuild {
  let build: SiteBuild
  let storefront: StorefrontSettings
  /// Where builds are noted, and what keeps a second one out; a preview has none.
  let openLedger: BuildLedger?
  let progress: @Sendable (BuildProgress) -> Void
  let sink = DiagnosticSink()

  var project: Project { build.project }

  var ledger: BuildLedger {
    get throws(SiteError) {
      guard let openLedger else { throw SiteError(.locked, "a preview publishes nothing") }
      return openLedger
    }
  }

  /// Everything that is read before the first product.
  struct Inputs {
    /// One a worker, and one for all of them.
    var readers: [MirrorReader]
    /// The last of the readers.
    var sharedReader: SharedReader
    var context: CatalogContext
    var instant: Instant
    var asOf: Instant
    var content: ContentLibrary
    var theme: ThemeFolder
    var set: TemplateSet
    var library: SectionLibrary
    var media: MediaFolder
  }

  /// Everything that pages are made from.
  struct Plan {
    var roots: [RootState]
    var objects: [ViewObjects]
    var survey: Survey
    var articles: [String]
    var wholeProducts: WholeProducts

    /// What went wrong while products were read because a template asked for them.
    var failure: (any Error)? { survey.cards.failure ?? wholeProducts.failure }
  }

  /// Builds what has to be built: nothing, single outputs, or everything.
  func run() throws -> BuildReport {
    let start = SystemTime.monotonicSeconds
    let publisher = publisher
    let published = try publisher.recoverGeneration()
    try requireTheme()
    // Before anything is read: what changes while it is read is noticed by the next build.
    let seen = try inputs.look()
    let instant = build.options.at ?? build.time.now
    let reason: String
    let (standing, readers) = try stand(published, seen, publisher, at: instant)
    switch standing {
    case .unchanged(let record):
      if let path = differingOutput(publisher) {
        reason = "\(path) is not what was published"
      } else {
        return idleReport(record, readers[0], at: instant, start)
      }
    case .unknown(let why): reason = why
    case .changed(let record, let changes):
      do {
        return try update(record, changes, seen, readers, publisher, at: instant, start)
      } catch let insufficient as SurveyUpdate.Insufficient {
        reason = insufficient.reason
      }
    }
    var report = try runFull(readers, publisher, seen, at: instant, start)
    report.extent = .full(reason)
    return report
  }

  private func requireTheme() throws {
    if Files.isFolder(project.path(storefront.theme)) { return }
    sink.report(
      Diagnostic(
        "theme.folder", .error, "there is no folder `\(storefront.theme)` with a theme",
        at: storefront.themeLocation,
        help: "`theme` of a storefront names the folder of its templates"))
    try stopAtErrors()
  }

  /// How the storefront stands, and readers of the state by which that was found out: as many as an update
  /// needs where one is to be made, else one.
  private func stand(
    _ published: Int?, _ seen: SeenInputs, _ publisher: Publisher, at instant: Instant
  ) throws -> (Standing, [MirrorReader]) {
    for _ in 0..<100 {
      let reader = try openReaders(1)[0]
      try checkAge(reader)
      let standing = try standing(published, seen, publisher, reader, at: instant)
      guard case .changed = standing else { return (standing, [reader]) }
      if let others = try reader.companions(build.options.workers) {
        return (standing, [reader] + others)
      }
    }
    throw MirrorReader.neverAtRest(project.site.mirrorPath)
  }

  /// What puts outputs in place, and knows how to end what was begun.
  var publisher: Publisher {
    Publisher(
      project: project.root, storefront: storefront.name, store: storeRecovered,
      storeChanges: storeChanges, takeBack: takeBack, after: build.afterStep)
  }

  private func runFull(
    _ readers: [MirrorReader], _ publisher: Publisher, _ seen: SeenInputs, at instant: Instant,
    _ start: Double
  ) throws -> BuildReport {
    let inputs = try read(at: instant, with: readers)
    try stopAtErrors()
    let number = try ledger.begin(
      storefront: storefront.name, snapshotID: inputs.readers[0].snapshotID,
      revision: inputs.readers[0].revision, asOf: inputs.asOf)
    do {
      return try run(number, inputs, publisher, seen, start)
    } catch {
      try? ledger.fail(number, because: "\(type(of: error))")  // the build's own error matters more
      throw error
    }
  }

  private func run(
    _ number: Int64, _ inputs: Inputs, _ publisher: Publisher, _ seen: SeenInputs, _ start: Double
  ) throws -> BuildReport {
    let plan = try plan(inputs)
    try stopAtErrors()
    if let root = plan.roots.first {
      let before = try ledger.outputCount(
        in: root.path, kind: "product", below: root.states[0].pathPrefix)
      try checkShrink(plan, before: before)
    }
    let files = publisher.publishedFiles()
    let published = files?.head
    try refuseForeignFiles(plan.roots.map(\.path), published)
    let generation = try publisher.begin(
      roots: plan.roots.map(\.path), secrets: plan.roots.map(\.scanner.digest),
      published: files ?? PublishedFiles(nil))
    do {
      let outputs = Outputs(
        target: generation, scanners: plan.roots.map(\.scanner),
        mediaBase: project.site.media.base, siteURL: storefront.baseURL)
      let book = AvailabilityBook()
      let facts = try render(plan, inputs, outputs, book)
      if let failure = plan.failure { throw failure }
      try stopAtErrors()
      let made = try writeFiles(plan, inputs, outputs, generation, facts, book)
      try stopAtErrors()
      let leaks = outputs.leaks
      if !leaks.isEmpty { throw LeakError(leaks: leaks) }
      if build.options.isDry {
        try ledger.fail(number, because: "dry run")
        return try dryReport(plan, inputs, outputs, generation, publisher, facts, start)
      }
      report(.publish, 0, 0)
      let manifest = try publisher.with(store: { manifest in
        try store(manifest, number, outputs, facts, published)
      }).publish(generation, replacing: published)
      try Files.replace(datesPath, with: made.dates.text().array)
      let record = try fullRecord(
        plan, inputs, outputs, facts, made.sitemaps, seen, manifest)
      try Files.replace(publisher.recordPath, with: record.encoded())
      return summary(plan, inputs, outputs, generation.done, manifest, facts, start)
    } catch {
      publisher.discard(generation)
      throw error
    }
  }

  /// Tells what a full build would change, and throws it away.
  private func dryReport(
    _ plan: Plan, _ inputs: Inputs, _ outputs: Outputs, _ generation: Generation,
    _ publisher: Publisher, _ facts: PageFacts, _ start: Double
  ) throws -> BuildReport {
    let manifest = generation.manifest()
    var report = summary(plan, inputs, outputs, generation.done, manifest, facts, start)
    report.changes = manifest.changes(since: publisher.manifest())
    report.removedCount = report.changes.count { $0.kind == .gone }
    publisher.discard(generation)
    return report
  }

  /// Where the dates of sitemaps are kept.
  var datesPath: String { "\(project.root)/.trumeau/generations/\(storefront.name)/dates" }

  func report(_ phase: BuildProgress.Phase, _ done: Int, _ total: Int) {
    reporter(phase)(done, total)
  }

  /// Reports one phase, from any thread.
  func reporter(_ phase: BuildProgress.Phase) -> @Sendable (Int, Int) -> Void {
    let name = storefront.name
    let progress = progress
    return { done, total in
      progress(BuildProgress(storefront: name, phase: phase, done: done, total: total))
    }
  }

  func stopAtErrors() throws {
    guard sink.hasErrors else { return }
    let all = sink.all
    let count = all.count { $0.severity == .error }
    throw SiteError(
      .diagnostics, count == 1 ? "the build has 1 error" : "the build has \(count) errors",
      help: "the old site stays as it was", diagnostics: all)
  }

  /// Refuses to publish a site that lost most of its products, which is more often an accident of a
  /// source than somebody's wish.
  func checkShrink(_ plan: Plan, before: Int) throws {
    guard !build.options.allowsShrink, let root = plan.roots.first else { return }
    let now = plan.survey.flags[root.states[0].index].count(where: \.isVisible)
    let least = before * (100 - project.site.maxShrink) / 100
    guard before >= 10, now < least else { return }
    throw SiteError(
      .shrunk, "\(root.path) would show \(now) products where it showed \(before)",
      help: "if that is right, build with --allow-shrink")
  }

  /// Refuses to replace a folder that is no site: settings may name the wrong one.
  private func refuseForeignFiles(_ roots: [String], _ published: SiteManifest?) throws {
    for path in roots where published?.roots.contains(path) != true {
      let folder = "\(project.root)/\(path)"
      guard Files.isFolder(folder), !Files.exists("\(folder)/\(SnapshotFile.path)") else {
        continue
      }
      let names = try Files.list(folder).filter { ![".gitignore", "feeds"].contains($0) }
      guard let name = names.first else { continue }
      throw SiteError(
        .foreignFiles, "\(path) has files that no build made, as \(name)",
        help: "a build replaces the whole folder: move them away, or set another `output`")
    }
  }

  // MARK: The manifest in the mirror

  private func store(
    _ manifest: SiteManifest, _ number: Int64, _ outputs: Outputs, _ facts: PageFacts,
    _ published: SiteManifest?
  ) throws {
    let hasChanges = outputs.hasNextChanges
    let entries = manifest.entries.lazy.map { entry in
      let page = facts.fact(root: entry.root, path: entry.path)
      return OutputEntry(
        root: manifest.roots[entry.root], path: entry.path, kind: entry.kind,
        digest: entry.digest, byteCount: entry.size, contentDigest: page?.digest.bytes,
        lastModified: page?.lastModified,
        nextChange: hasChanges ? outputs.nextChange(entry.root, entry.path) : nil)
    }
    try ledger.finish(
      number, roots: manifest.roots, outputs: entries, reads: facts.reads,
      publication: publication(manifest.generation, replacing: published?.roots ?? []))
  }

  private func publication(_ generation: Int, replacing roots: [String]) -> Publication {
    Publication(
      storefront: storefront.name, mark: "generation \(generation)", replaced: roots)
  }

  /// Puts back in the mirror what a publication replaced.
  private func takeBack(_ taken: TakenBack) throws {
    switch taken {
    case .generation(let number, let roots, let before):
      try ledger.takeBack(publication(number, replacing: before), roots: roots)
    case .patch(let back):
      try ledger.takeBack(back.changes, storefront: storefront.name, mark: back.mark)
    }
  }

  /// Stores the manifest of a publication that was cut short and has now been ended.
  private func storeRecovered(_ manifest: SiteManifest) throws {
    let number = try ledger.begin(
      storefront: storefront.name, snapshotID: "", revision: 0, asOf: Instant(microseconds: 0))
    let entries = manifest.entries.lazy.map { entry in
      OutputEntry(
        root: manifest.roots[entry.root], path: entry.path, kind: entry.kind,
        digest: entry.digest, byteCount: entry.size)
    }
    let folder = "\(publisher.generations)/\(manifest.generation)"
    let before = try? Files.read(publisher.before(folder, "manifest"))
    try ledger.finish(
      number, roots: manifest.roots, outputs: entries,
      publication: publication(
        manifest.generation, replacing: before.map { ManifestLines($0).roots } ?? []))
  }

  /// Notes in the mirror what a patch changed, at once or at the next start.
  private func storeChanges(_ intent: PatchIntent) throws {
    try ledger.finish(
      intent.changes, storefront: storefront.name, snapshotID: intent.snapshotID,
      revision: intent.revision, asOf: intent.asOf, outputCount: intent.outputCount,
      mark: intent.mark)
  }

  private func summary(
    _ plan: Plan, _ inputs: Inputs, _ outputs: Outputs, _ done: Generation.Counts,
    _ manifest: SiteManifest, _ facts: PageFacts, _ start: Double
  ) -> BuildReport {
    let roots = plan.roots.map { root in
      let (count, bytes) = manifest.total(root: root.index)
      return BuildReport.Root(
        path: root.path, pageCount: facts.count(root: root.index), fileCount: count,
        byteCount: bytes, secretCount: root.scanner.secretCount,
        tooShortCount: root.scanner.tooShortCount,
        alsoPublicCount: root.scanner.alsoPublicCount)
    }
    let next = nextChange(plan, inputs)
    var report = BuildReport(
      storefront: storefront.name, snapshotID: inputs.readers[0].snapshotID, asOf: inputs.asOf,
      at: inputs.instant, roots: roots, writtenCount: done.written, linkedCount: done.linked,
      scannedByteCount: outputs.scannedByteCount, nextChange: next,
      nextWake: wake(next: next, clock: facts.clock, at: inputs.instant), diagnostics: sink.all,
      seconds: SystemTime.monotonicSeconds - start,
      profile: facts.profile)
    report.renderedCount = report.pageCount
    return report
  }
}
