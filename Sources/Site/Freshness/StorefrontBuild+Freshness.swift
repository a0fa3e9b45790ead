import Bytes
import Diagnostics
import Liquid
import LocalMirror
import Machine
import Settings
import Storefront

extension StorefrontBuild {
  /// The first view of each market in a root: what can be bought does not depend on the language.
  static func marketStates(of root: RootState) -> [ViewState] {
    var seen: Set<String> = []
    return root.states.filter { seen.insert($0.view.marketKey).inserted }
  }

  /// Views that availability is told of, with the number of root and market of each.
  static func availabilitySlots(_ roots: [RootState]) -> [(view: Int, slot: Int)] {
    roots.flatMap { marketStates(of: $0) }.enumerated().map { ($0.element.index, $0.offset) }
  }

  // MARK: A full build

  /// Writes what can be bought, and what everything was made from.
  func writeFreshness(
    _ root: RootState, _ plan: Plan, _ inputs: Inputs, _ outputs: Outputs, _ book: AvailabilityBook,
    expires: Instant?
  ) throws {
    let ids = plan.survey.ids
    let count = AvailabilityFiles.shardCount(products: ids.count)
    let slots = Self.availabilitySlots(plan.roots)
    for state in Self.marketStates(of: root) {
      guard let slot = slots.first(where: { $0.view == state.index })?.slot else { continue }
      for (number, shard) in book.shards(slot: slot, ids: ids, count: count).enumerated() {
        try outputs.put(
          AvailabilityFiles.path(market: state.view.marketKey, shard: number), in: root.index,
          kind: "availability", AvailabilityFiles.text(shard))
      }
    }
    try writeHeads(root, inputs, outputs, shards: count, expires: expires)
  }

  /// Writes the files that change with every pull or at the approach of a window.
  func writeHeads(
    _ root: RootState, _ inputs: Inputs, _ outputs: Outputs, shards: Int, expires: Instant?
  ) throws {
    try outputs.put(
      SnapshotFile.path, in: root.index, kind: "snapshot",
      SnapshotFile.text(
        snapshotID: inputs.readers[0].snapshotID, asOf: inputs.asOf, shards: shards))
    let rules = CacheRules(
      isPublic: root.isPublic, settings: storefront.cache, mediaBase: project.site.media.base,
      segments: segments(root, inputs.content), expires: expires)
    if root.isPublic { sink.report(rules.findings(for: storefront.host)) }
    for file in rules.files {
      try outputs.put(file.path, in: root.index, kind: "headers", file.text)
    }
  }

  /// First parts of the addresses of pages in a root.
  private func segments(_ root: RootState, _ content: ContentLibrary) -> Set<String> {
    var segments: Set<String> = ["sitemap.xml", "sitemaps", "robots.txt", "404.html"]
    if root.isPublic { segments.insert("feeds") }
    for state in root.states {
      segments.insert(state.pathPrefix)
      guard state.isDefault else { continue }
      segments.formUnion(["products", "collections", "journal", "membership"])
      for page in content.all(.page) {
        let first = root.suffix(of: .page(page), row: state.row).split(separator: "/").first
        if let first { segments.insert(String(first)) }
      }
    }
    return segments
  }

  // MARK: An update

  /// Brings what can be bought up to date: the shards of the products that were looked at.
  func updateAvailability(_ root: RootState, _ update: Update) throws {
    let survey = update.updated.survey
    let count = AvailabilityFiles.shardCount(products: survey.ids.count)
    guard count == AvailabilityFiles.shardCount(products: update.record.ids.count) else {
      throw SurveyUpdate.Insufficient(reason: "what is in stock takes another number of files")
    }
    let gone = update.updated.old.filter { update.updated.numbers[$0] < 0 }
      .map { update.record.ids[$0] }
    for state in Self.marketStates(of: root) {
      var changes: [Int: [(id: String, json: String?)]] = [:]
      for id in gone {
        changes[AvailabilityFiles.shard(of: id, count: count), default: []].append((id, nil))
      }
      for (number, bundle) in update.updated.bundles {
        let id = survey.ids[number]
        let entry =
          survey.isVisible(number, in: state.index)
          ? AvailabilityFiles.entry(of: state.view.product(bundle)) : nil
        changes[AvailabilityFiles.shard(of: id, count: count), default: []].append((id, entry))
      }
      for (shard, entries) in changes {
        let path = AvailabilityFiles.path(market: state.view.marketKey, shard: shard)
        let published = "\(project.root)/\(root.path)/\(path)"
        guard let bytes = try? Files.read(published), var known = AvailabilityFiles.read(bytes)
        else {
          throw SurveyUpdate.Insufficient(reason: "\(root.path)/\(path) cannot be read")
        }
        for entry in entries { known[entry.id] = entry.json }
        let sorted = known.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        try update.outputs.put(
          path, in: root.index, kind: "availability",
          AvailabilityFiles.text(sorted.map { (id: $0.key, json: $0.value) }))
      }
    }
  }

  /// The instant at which pages end after an update, if it is near.
  func expires(of update: Update) -> Instant? {
    expires(
      next: nextChange(
        update.inputs, traces: update.updated.survey.traces), at: update.inputs.instant)
  }

  // MARK: The next window

  /// The next instant at which something can be different without any change in the shop.
  func nextChange(_ inputs: Inputs, traces: ProductTraces) -> Instant? {
    traces.nextChange(
      after: inputs.instant, or: nextSharedChange(inputs), nextCollectionChange(inputs))
  }

  /// The same for a full build.
  func nextChange(_ plan: Plan, _ inputs: Inputs) -> Instant? {
    nextChange(inputs, traces: plan.survey.traces)
  }

  /// The instant at which pages end, if it is near.
  func expires(next: Instant?, at instant: Instant) -> Instant? {
    CacheRules.expires(next: next, at: instant, pages: storefront.cache.pages)
  }

  /// When the next build is due: because of a window, or because pages show the year (month, day) and it
  /// ends.
  func wake(next: Instant?, clock: ClockUse, at instant: Instant) -> Instant? {
    [
      CacheRules.wake(next: next, at: instant, pages: storefront.cache.pages),
      inputs.nextTurn(of: clock, after: instant),
    ].compactMap(\.self).min()
  }

  /// Refuses a mirror that is older than somebody allows.
  func checkAge(_ reader: MirrorReader) throws {
    guard let most = build.options.maxAge, let asOf = reader.lastPull else { return }
    let age = (build.time.now.microseconds - asOf.microseconds) / 1_000_000
    guard age > most else { return }
    throw SiteError(
      .mirrorStale,
      "the mirror last heard from the shop at \(asOf.rfc3339), more than \(most) s ago",
      help: "run `trumeau pull`, or allow a greater --max-age")
  }
}
