import Bytes
import Catalog
import Diagnostics
import LocalMirror
import Machine
import Storefront
import Settings

extension StorefrontBuild {
  /// What an update has worked out before it makes anything.
  struct Update {
    let record: BuildRecord
    let changes: ChangeSet
    let inputs: Inputs
    let updated: UpdatedSurvey
    let plan: Plan
    let affected: AffectedPages
    let patch: Patch
    let outputs: Outputs
    let readers: WorkerReaders
    let seen: SeenInputs
    let productFiles: [BuildRecord.ProductFile]
  }

  /// Makes the outputs that can be different and puts them in place one by one.
  ///
  /// - Throws: `SurveyUpdate.Insufficient` where only a full build is sure to be right; nothing has been
  ///   published then. Else what a full build throws.
  func update(
    _ record: BuildRecord, _ changes: ChangeSet, _ seen: SeenInputs, _ readers: [MirrorReader],
    _ publisher: Publisher, at instant: Instant, _ start: Double
  ) throws -> BuildReport {
    let update = try prepare(record, changes, seen, readers, publisher, at: instant)
    let facts = try render(update)
    if let failure = update.plan.failure { throw failure }
    try stopAtErrors()
    let files = try makeFiles(update, facts)
    try stopAtErrors()
    let searched = try StandingOutputs(
      project: project.root, manifestPath: publisher.manifestPath, patch: update.patch,
      outputs: update.outputs, news: update.updated.news,
      prefixes: update.plan.roots.map { $0.states.map { "\($0.pathPrefix)/" } }
    ).search(workers: build.options.workers, progress: reporter(.leaks))
    let leaks = update.outputs.leaks
    if !leaks.isEmpty { throw LeakError(leaks: leaks) }
    if update.patch.isTooLarge {
      throw SurveyUpdate.Insufficient(reason: "more than \(Patch.limit) outputs are different")
    }
    let new = newRecord(update, facts, files)
    if build.options.isDry {
      try Files.removeTree(update.patch.folder)
    } else {
      report(.publish, 0, 0)
      try publish(update, facts, files, new, publisher)
    }
    var report = updateReport(update, facts, new, at: instant, start)
    report.searchedCount = searched
    report.newSecretCount = update.updated.news.reduce(0) { $0 + ($1?.count ?? 0) }
    return report
  }

  private func prepare(
    _ record: BuildRecord, _ changes: ChangeSet, _ seen: SeenInputs, _ readers: [MirrorReader],
    _ publisher: Publisher, at instant: Instant
  ) throws -> Update {
    let inputs = try read(readers, at: instant) {
      try $0.contextWithoutMembers(terms: storefront.terms)
    }
    try stopAtErrors()
    let views = try makeViews(inputs)
    guard views.all.count == record.flags.count, views.audiences.count == record.roots.count else {
      throw SurveyUpdate.Insufficient(reason: "there are other markets, languages or tiers")
    }
    let files = productFiles(seen.productFiles, inputs.content)
    let changed = try changes.products.union(products(files, record))
    let updated = try updatedSurvey(
      record, changed, hasCollections: changes.hasCollections, surveyor(views, inputs), views,
      inputs, common: { commonBooks(views, in: $0) })
    let plan = makePlan(inputs, views, updated.survey)
    if changes.hasCollections { try requireSameCollectionHandles(record, plan, updated) }
    try checkShrink(record, plan)
    let affected = AffectedPages(
      record, updated, plan, inputs.content, hasCollections: changes.hasCollections)
    guard affected.count <= Patch.limit else {
      throw SurveyUpdate.Insufficient(reason: "\(affected.count) outputs are to be made")
    }
    let patch = try Patch(
      folder: build.options.isDry
        ? "\(publisher.generations)/dry" : publisher.patchFolder(record.patch + 1),
      roots: plan.roots.map(\.path),
      published: PublishedOutputs(ledger))
    let outputs = Outputs(
      target: patch, scanners: plan.roots.map(\.scanner), mediaBase: project.site.media.base,
      siteURL: storefront.baseURL)
    outputs.searchWhole(roots: updated.news.indices.filter { updated.news[$0] != nil })
    return Update(
      record: record, changes: changes, inputs: inputs, updated: updated, plan: plan,
      affected: affected, patch: patch, outputs: outputs,
      readers: WorkerReaders(readers),
      seen: seen, productFiles: files)
  }

  /// Products of which a content file is new, different or gone.
  private func products(_ files: [BuildRecord.ProductFile], _ record: BuildRecord) throws
    -> Set<String>
  {
    func byName(_ files: [BuildRecord.ProductFile]) -> [String: BuildRecord.ProductFile] {
      Dictionary(files.map { ($0.file.name, $0) }, uniquingKeysWith: { first, _ in first })
    }
    let (old, new) = (byName(record.productFiles), byName(files))
    var found: Set<String> = []
    for name in Set(old.keys).union(new.keys) where old[name]?.file != new[name]?.file {
      for entry in [old[name], new[name]] {
        guard let entry else { continue }
        guard !entry.product.isEmpty else {
          throw SurveyUpdate.Insufficient(reason: "\(name) is about no known product")
        }
        found.insert(entry.product)
      }
    }
    guard found.count <= Self.updateLimit else {
      throw SurveyUpdate.Insufficient(reason: "\(found.count) files of products changed")
    }
    return found
  }

  /// The same refusal as that of a full build.
  private func checkShrink(_ record: BuildRecord, _ plan: Plan) throws {
    guard let root = plan.roots.first else { return }
    let view = root.states[0].index
    let before = record.flags[view].count { Survey.Flags(bits: $0).isVisible }
    try checkShrink(plan, before: before)
  }

  // MARK: Pages

  private func render(_ update: Update) throws -> PageFacts {
    let facts = PageFacts()
    let workers = pageWorkers(update.inputs)
    let makers = update.plan.objects.map { objects in
      PageMaker(
        root: update.plan.roots[objects.state.root], objects: objects,
        content: update.inputs.content)
    }
    let run = PageRun(
      outputs: update.outputs, facts: facts, findings: RenderFindings(), makers: makers,
      makesAliases: true)
    defer { sink.report(run.findings.all) }
    try renderProducts(update, run, workers)
    let others = update.affected.others.flatMap { view, keys in keys.map { (view, $0) } }
    try forEach(others, workers.count) { worker, job in
      let maker = run.makers[job.0]
      guard let page = maker.page(job.1) else { return }
      try run.make(page, maker, workers[worker])
    }
    for worker in workers { facts.note(clock: worker.clock) }
    return facts
  }

  private func renderProducts(_ update: Update, _ run: PageRun, _ workers: [PageWorker]) throws {
    let survey = update.updated.survey
    let affected = update.affected
    let numbers = Set(affected.products.keys).union(affected.neighbours.keys).sorted()
    let index = SurveyUpdate.index(
      of: numbers.map { survey.ids[$0] }, survey.members, survey.ids, update.inputs.context)
    let bundles = update.updated.bundles
    let readers = update.readers
    try forEach(numbers, workers.count) { worker, number in
      guard
        let bundle = try bundles[number]
          ?? readers[worker].product(survey.ids[number], in: index)
      else { return }
      for (view, maker) in run.makers.enumerated() where survey.isVisible(number, in: view) {
        let isWanted = affected.products[number]?.contains(view) ?? false
        let neighbourhoods = affected.neighbours[number]?[view] ?? []
        guard isWanted || !neighbourhoods.isEmpty,
          let product = maker.objects.state.view.product(bundle)
        else { continue }
        if !isWanted {
          // Related products come from its first collection alone.
          let first = maker.objects.state.collections(of: product).first?.view.id ?? ""
          guard neighbourhoods.contains(first) else { continue }
        }
        try run.make(maker.product(product, number: number), maker, workers[worker])
      }
    }
  }

  /// Calls `body` for each job: on one thread where there are few, because starting threads takes longer.
  private func forEach<Job: Sendable>(
    _ jobs: [Job], _ workers: Int, _ body: @Sendable (Int, Job) throws -> Void
  ) throws {
    try Parallel.forEach(count: jobs.count, chunk: 8, workers: jobs.count < 32 ? 1 : workers) {
      worker, range throws(any Error) in
      for job in jobs[range] { try body(worker, job) }
    }
  }

  // MARK: Publishing

  private func publish(
    _ update: Update, _ facts: PageFacts, _ files: UpdatedFiles, _ new: BuildRecord,
    _ publisher: Publisher
  ) throws {
    let intent = try intent(update, facts, files, new, publisher)
    let back = try intent.reversed {
      try update.patch.published($0.path, in: $0.root)
    }
    try publisher.publish(intent, back: back, record: new.encoded())
  }

  private func intent(
    _ update: Update, _ facts: PageFacts, _ files: UpdatedFiles, _ new: BuildRecord,
    _ publisher: Publisher
  ) throws -> PatchIntent {
    let sizes = publisher.sizes
    var intent = PatchIntent(
      generation: new.generation, number: new.patch, roots: update.patch.roots,
      snapshotID: new.snapshotID, revision: new.revision, asOf: new.asOf,
      outputCount: new.roots.reduce(0) { $0 + $1.fileCount }, manifestSize: sizes.manifest,
      datesSize: sizes.dates)
    intent.dates = files.dates
    let digests = update.plan.roots.map(\.scanner.digest)
    if digests != update.record.roots.map(\.secretDigest) { intent.secrets = digests }
    for change in update.patch.changes {
      switch change.action {
      case .same: break
      case .gone:
        intent.gone.append(
          PatchIntent.Gone(
            root: change.place.root, path: change.place.path,
            aside: update.patch.fileCount + intent.gone.count + 1))
      case .put(let entry, let file, _):
        let fact = facts.fact(root: entry.root, path: entry.path)
        intent.put.append(
          PatchIntent.Put(
            file: file, entry: entry, contentDigest: fact?.digest.bytes,
            lastModified: fact?.lastModified,
            nextChange: update.outputs.nextChange(entry.root, entry.path)))
      }
    }
    try addNotes(update, facts, to: &intent)
    return intent
  }

  /// Pages with the same bytes of which other things are known now.
  private func addNotes(_ update: Update, _ facts: PageFacts, to intent: inout PatchIntent) throws {
    var pages: [(root: Int, fact: PageFacts.Fact)] = []
    facts.forEach { pages.append(($0, $1)) }
    for (root, fact) in pages {
      for path in [fact.file] + update.plan.aliases(of: fact.file, root: root) {
        guard case .same? = update.patch.action(path, in: root),
          let old = try update.patch.published(path, in: root)
        else { continue }
        let isPage = path == fact.file
        let put = PatchIntent.Put(
          file: nil, isOnlyNoted: true,
          entry: SiteManifest.Entry(
            root: root, path: path, kind: old.kind, digest: old.digest, size: old.byteCount,
            modified: 0),
          contentDigest: isPage ? fact.digest.bytes : nil,
          lastModified: isPage ? fact.lastModified : nil,
          nextChange: update.outputs.nextChange(root, path))
        let isKnown =
          put.contentDigest == old.contentDigest && put.lastModified == old.lastModified
          && put.nextChange == old.nextChange
        if !isKnown { intent.put.append(put) }
      }
    }
    intent.put.sort { ($0.entry.root, $0.entry.path) < ($1.entry.root, $1.entry.path) }
  }
}

extension StorefrontBuild.Plan {
  /// The other names of a page's file: pages of the first language of the default market are also at
  /// `/`.
  func aliases(of file: String, root: Int) -> [String] {
    guard let state = roots[root].states.first(where: \.isDefault),
      file.hasPrefix("\(state.pathPrefix)/")
    else { return [] }
    return [String(file.dropFirst(state.pathPrefix.count + 1))]
  }
}
