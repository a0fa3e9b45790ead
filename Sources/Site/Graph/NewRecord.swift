import Bytes
import Catalog
import Liquid
import Machine
import Storefront
import Diagnostics
import Settings
import LocalMirror

extension StorefrontBuild {
  /// What a full build remembers of itself.
  func fullRecord(
    _ plan: Plan, _ inputs: Inputs, _ outputs: Outputs, _ facts: PageFacts,
    _ sitemaps: [[SitemapFile]], _ seen: SeenInputs, _ manifest: SiteManifest
  ) throws -> BuildRecord {
    var record = BuildRecord()
    record.generation = manifest.generation
    record.inputs = seen.digests
    record.pullTimeUse = inputs.theme.useOfPullTime.rawValue
    record.showsSnapshot = inputs.theme.mentions(["snapshot_id"])
    record.clock = facts.clock.rawValue
    record.expires =
      expires(next: nextChange(plan, inputs), at: inputs.instant)?.microseconds ?? .max
    note(inputs, in: &record)
    record.roots = plan.roots.map { root in
      let (count, bytes) = manifest.total(root: root.index)
      return BuildRecord.Root(
        path: root.path,
        inode: Files.information("\(project.root)/\(root.path)")?.inode ?? 0,
        pageCount: facts.count(root: root.index), fileCount: count,
        byteCount: bytes, secretCount: root.scanner.secretCount,
        tooShortCount: root.scanner.tooShortCount, alsoPublicCount: root.scanner.alsoPublicCount,
        secretDigest: root.scanner.digest)
    }
    record.feeds = seen.feeds
    record.productFiles = productFiles(seen.productFiles, inputs.content)
    note(plan.survey, inputs.context, in: &record)
    for (index, collection) in record.collections.enumerated() {
      record.collections[index].traces = plan.objects.map {
        $0.state.trace(ofCollection: collection.id)
      }
      record.collections[index].pictures = plan.objects.map { $0.pictureDigest(of: index) }
      record.collections[index].pathHandles = plan.pathHandles(ofCollection: collection.id)
    }
    let sets = facts.lookups
    record.lookupSets = (0..<sets.count).map { sets[Int32($0 + 1)] ?? [] }
    facts.forEach { root, fact in
      guard fact.lookups > 0, let view = plan.view(of: fact.file, root: root) else { return }
      record.lookups.append(Self.lookups(fact, view, fact.lookups))
    }
    record.lookups.sort { ($0.view, $0.product, $0.file) < ($1.view, $1.product, $1.file) }
    record.pictures = plan.roots.map { outputs.pictureCounts(in: $0.index) }
    record.sitemaps = sitemaps
    return record
  }

  /// What an update remembers of itself.
  func newRecord(
    _ update: Update, _ facts: PageFacts, _ files: UpdatedFiles
  ) -> BuildRecord {
    var record = update.record
    let old = update.record
    record.patch += 1
    record.clock = max(record.clock, facts.clock.rawValue)
    record.expires = expires(of: update)?.microseconds ?? .max
    note(update.inputs, in: &record)
    note(update.updated.survey, update.inputs.context, in: &record)
    for index in record.collections.indices {
      let known = update.updated.collections.old(index).map { old.collections[$0] }
      record.collections[index].traces = update.affected.traces[index] ?? known?.traces ?? []
      record.collections[index].pictures = update.affected.pictures[index] ?? known?.pictures ?? []
      record.collections[index].pathHandles = known?.pathHandles ?? []
    }
    for root in update.plan.roots {
      record.roots[root.index].secretCount = root.scanner.secretCount
      record.roots[root.index].tooShortCount = root.scanner.tooShortCount
      record.roots[root.index].alsoPublicCount = root.scanner.alsoPublicCount
      record.roots[root.index].secretDigest = root.scanner.digest
    }
    record.feeds = files.feeds
    record.productFiles = update.productFiles
    record.pictures = files.pictures
    record.sitemaps = files.sitemaps
    count(update, facts, files, in: &record)
    let sets = facts.lookups
    var made: Set<String> = []
    record.lookups = []
    facts.forEach { root, fact in
      guard let view = update.plan.view(of: fact.file, root: root) else { return }
      made.insert("\(view) \(fact.file)")
      guard let set = sets[fact.lookups] else { return }
      record.lookups.append(Self.lookups(fact, view, record.number(ofLookups: set)))
    }
    // Where a page was there may be a redirect now.
    let gone = Set(
      update.affected.gone.map { page in
        let state = update.plan.objects[page.view].state
        return "\(page.view) \(update.plan.roots[state.root].file(of: page.key, in: state))"
      })
    for page in old.lookups {
      var page = page
      let root = update.plan.objects[page.view].state.root
      var file = page.file
      if page.product >= 0 {
        let number = update.updated.numbers[Int(page.product)]
        guard number >= 0, update.updated.survey.isVisible(Int(number), in: page.view) else {
          continue
        }
        page.product = number
        file = update.plan.roots[root].file(
          of: .product(Int(number)), in: update.plan.objects[page.view].state)
      }
      if case .gone? = update.patch.action(file, in: root) { continue }
      let name = "\(page.view) \(file)"
      if !made.contains(name), !gone.contains(name) { record.lookups.append(page) }
    }
    record.lookups.sort { ($0.view, $0.product, $0.file) < ($1.view, $1.product, $1.file) }
    return record
  }

  /// Content files with the products that they are about.
  func productFiles(_ files: [BuildRecord.ForeignFile], _ content: ContentLibrary)
    -> [BuildRecord.ProductFile]
  {
    let products = Dictionary(
      content.productHandles.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
    return files.map { file in
      let name = file.name.dropLast(3)
      // `name.fr.md` is the French text of `name.md`.
      let plain = name.lastIndex(of: ".").map { name[..<$0] }
      let product = products[String(name)] ?? plain.flatMap { products[String($0)] }
      return BuildRecord.ProductFile(file: file, product: product ?? "")
    }
  }

  private static func lookups(_ fact: PageFacts.Fact, _ view: Int, _ set: Int32)
    -> BuildRecord.PageLookups
  {
    if case .product(let number) = fact.key {
      return BuildRecord.PageLookups(view: view, product: Int32(number), file: "", set: set)
    }
    return BuildRecord.PageLookups(view: view, product: -1, file: fact.file, set: set)
  }

  func note(_ inputs: Inputs, in record: inout BuildRecord) {
    record.instant = max(record.instant, inputs.instant)
    record.nextSharedChange = nextSharedChange(inputs)
    record.nextCollectionChange = nextCollectionChange(inputs)
    record.asOf = inputs.asOf
    record.snapshotID = inputs.readers[0].snapshotID
    record.mirrorID = inputs.readers[0].mirrorID
    record.revision = inputs.readers[0].revision
  }

  func note(_ survey: Survey, _ context: CatalogContext, in record: inout BuildRecord) {
    record.ids = survey.ids
    record.handles = survey.handles
    record.translatedHandles = survey.translatedHandles
    record.flags = survey.flags.map { $0.map(\.bits) }
    record.traces = survey.traces
    record.collections = context.collections.enumerated().map { index, collection in
      BuildRecord.Collection(
        id: collection.record.id, handle: collection.record.handle,
        rule: collection.record.ruleDigest, members: survey.members[index])
    }
    record.keep(survey.ledgers)
  }

  /// When anybody can next see another collection, or one no more.
  func nextCollectionChange(_ inputs: Inputs) -> Int64 {
    inputs.context.nextCollectionChange(after: inputs.instant)?.microseconds ?? .max
  }

  /// When an article is due, or an entitlement or gate that is of no product and of no collection.
  func nextSharedChange(_ inputs: Inputs) -> Int64 {
    var next = inputs.context.nextSharedChange(after: inputs.instant)?.microseconds ?? .max
    for handle in inputs.content.all(.article) {
      let entry = inputs.content.entry(.article, handle, in: storefront.defaultLocale)?.entry
      guard let date = entry?.instant("published_at"), date > inputs.instant else { continue }
      next = min(next, date.microseconds)
    }
    return next
  }

  /// Numbers of pages, files and bytes after an update.
  private func count(
    _ update: Update, _ facts: PageFacts, _ files: UpdatedFiles, in record: inout BuildRecord
  ) {
    for change in update.patch.changes {
      let root = change.place.root
      switch change.action {
      case .same: break
      case .gone(let old):
        record.roots[root].fileCount -= 1
        record.roots[root].byteCount -= old.byteCount
      case .put(let entry, _, let old):
        record.roots[root].fileCount += old == nil ? 1 : 0
        record.roots[root].byteCount += entry.size - (old?.byteCount ?? 0)
        if let old, PageKey.kinds.contains(old.kind) { continue }
        if facts.fact(root: root, path: entry.path) != nil { record.roots[root].pageCount += 1 }
      }
    }
    for page in files.gonePages { record.roots[page.root].pageCount -= 1 }
  }

  /// The report of an update.
  func updateReport(
    _ update: Update, _ facts: PageFacts, _ record: BuildRecord, at instant: Instant,
    _ start: Double
  ) -> BuildReport {
    let changes = update.patch.changes
    var report = idleReport(record, update.inputs.readers[0], at: instant, start)
    report.extent = .update
    report.changes = changes.map { change in
      let path = "\(update.patch.roots[change.place.root])/\(change.place.path)"
      return switch change.action {
      case .gone: OutputChange(kind: .gone, path: path)
      case .put(_, _, let old): OutputChange(kind: old == nil ? .new : .changed, path: path)
      case .same: OutputChange(kind: .changed, path: path)
      }
    }
    report.removedCount = report.changes.count { $0.kind == .gone }
    report.renderedCount = update.plan.roots.reduce(0) { $0 + facts.count(root: $1.index) }
    report.setCounts(
      written: report.changes.count - report.removedCount,
      scanned: update.outputs.scannedByteCount)
    return report
  }
}

extension StorefrontBuild.Plan {
  /// Number of the view whose page a file is.
  func view(of file: String, root: Int) -> Int? {
    roots[root].states.first { file.hasPrefix("\($0.pathPrefix)/") }?.index
  }
}
