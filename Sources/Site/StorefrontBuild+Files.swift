import Bytes
import Catalog
import Diagnostics
import LocalMirror
import Machine
import Settings
import Storefront

extension StorefrontBuild {
  /// Writes everything that is not a page. Gives the dates of the sitemaps and the sitemaps of each view
  /// of the public root.
  func writeFiles(
    _ plan: Plan, _ inputs: Inputs, _ outputs: Outputs, _ generation: Generation,
    _ facts: PageFacts, _ book: AvailabilityBook
  ) throws -> (dates: SitemapDates, sitemaps: [[SitemapFile]]) {
    report(.files, 0, plan.roots.count)
    // At the first build there is none.
    var dates = SitemapDates(reading: (try? Files.read(datesPath)) ?? [])
    var sitemaps: [[SitemapFile]] = []
    let former = try FormerHandles(inputs.readers[0], plan.survey, inputs.context.redirects)
    let expires = expires(next: nextChange(plan, inputs), at: inputs.instant)
    for root in plan.roots {
      try writeFreshness(root, plan, inputs, outputs, book, expires: expires)
      for file in inputs.theme.assets.files.sorted(by: { $0.key < $1.key }).map(\.value) {
        try put(file.path, root, "asset", file.bytes, outputs)
      }
      // Made when first asked for: many shops redirect nothing.
      var taken: Set<String>?
      try writeRedirects(root, plan, inputs, outputs, former) { file in
        let known = taken ?? Set(generation.paths(in: root.index))
        taken = known
        return known.contains(file)
      }
      try outputs.put(
        "robots.txt", in: root.index, kind: "robots",
        RobotsFile.text(isPublic: root.isPublic, baseURL: storefront.baseURL))
      try writeJournalFeeds(root, plan, inputs, outputs)
      if root.isPublic {
        sitemaps = try writeSitemaps(root, plan, inputs, outputs, facts, &dates)
        try carryOver(root, outputs, generation)
        try keepIgnoreFile(root, outputs)
      }
      try putMedia(root, inputs, outputs, generation)
      report(.files, root.index + 1, plan.roots.count)
    }
    return (dates, sitemaps)
  }

  private func put(
    _ path: String, _ root: RootState, _ kind: String, _ bytes: [UInt8], _ outputs: Outputs
  ) throws {
    var scratch = LeakScratch()
    try bytes.withUnsafeBufferPointer { (raw) throws(MachineError) in
      _ = try outputs.put(
        [path], in: root.index, kind: kind, UnsafeRawBufferPointer(raw), scratch: &scratch)
    }
  }

  // MARK: Redirects

  /// Writes the redirects of a root and gives the files that stand at old addresses.
  ///
  /// - Parameter isTaken: whether something else than a redirect stands at a path.
  @discardableResult
  func writeRedirects(
    _ root: RootState, _ plan: Plan, _ inputs: Inputs, _ outputs: Outputs,
    _ former: FormerHandles, isTaken: (String) throws -> Bool
  ) throws -> Set<String> {
    let redirects = try RedirectFiles(
      inputs.context.redirects, root: root, survey: plan.survey, former: former, isPage: isTaken)
    if root.isPublic { report(redirects.faults) }
    let limited = RedirectLimits.file(for: storefront.host)
    for file in redirects.files(for: storefront.host) {
      if root.isPublic, file.path == limited {
        sink.report(RedirectLimits.findings(file.text, host: storefront.host))
      }
      try outputs.put(file.path, in: root.index, kind: "redirects", file.text)
    }
    var made: Set<String> = []
    for move in redirects.moves {
      let path = move.from.hasSuffix("/") ? move.from : "\(move.from)/"
      let file = Addresses.file(of: path)
      guard Path.staysBeneath(file) else { continue }
      let language = root.states.first(above: move.to)
      try outputs.put(
        file, in: root.index, kind: "redirect",
        RedirectFiles.stub(
          to: move.to, absolute: root.states[0].view.addresses.absolute(move.to),
          language: language?.view.locale ?? storefront.defaultLocale))
      made.insert(file)
    }
    return made
  }

  private func report(_ faults: [RedirectTable.Fault]) {
    for fault in faults {
      sink.report(
        Diagnostic(
          "catalogue.redirect-\(fault.kind.rawValue)", .warning,
          "the redirect \(fault.path.joined(separator: " → ")) is left out"
            + Self.reason(fault),
          record: RecordReference(type: "redirect", id: fault.recordID),
          help: "mend or remove it in the shop"))
    }
  }

  private static func reason(_ fault: RedirectTable.Fault) -> String {
    switch fault.kind {
    case .loop, .duplicate: ""
    case .shadowed: ": a page stands at \(fault.path[0])"
    case .query: ": hosts look at the path alone"
    }
  }

  // MARK: Feeds and sitemaps of the site itself

  private func writeJournalFeeds(
    _ root: RootState, _ plan: Plan, _ inputs: Inputs, _ outputs: Outputs
  ) throws {
    guard !plan.articles.isEmpty else { return }
    for state in root.states {
      let addresses = state.view.addresses
      let objects = plan.objects[state.index]
      let feed = AtomFeed(
        title: "\(objects.journalTitle) · \(storefront.shop.name)",
        url: addresses.absolute(addresses.journalFeed),
        page: addresses.absolute(addresses.journal), language: state.view.locale,
        author: storefront.shop.name,
        entries: plan.articles.compactMap { handle in
          inputs.content.entry(.article, handle, in: state.view.locale).map {
            entry(of: $0.entry, state.links)
          }
        })
      try outputs.put(
        Addresses.file(of: addresses.journalFeed), in: root.index, kind: "atom", feed.xml())
    }
  }

  private func entry(of entry: ContentEntry, _ links: ContentLinks) -> AtomFeed.Entry {
    let addresses = links.addresses
    let published = entry.instant("published_at") ?? Instant(seconds: 0)
    return AtomFeed.Entry(
      url: addresses.absolute(addresses.article(entry.handle)), title: entry.title,
      published: published, updated: entry.instant("updated_at") ?? published,
      author: entry.text("author"), summary: entry.text("excerpt"),
      html: links.resolve(inText: entry.html), tags: entry.texts("tags"))
  }

  private func writeSitemaps(
    _ root: RootState, _ plan: Plan, _ inputs: Inputs, _ outputs: Outputs, _ facts: PageFacts,
    _ dates: inout SitemapDates
  ) throws -> [[SitemapFile]] {
    var files: [[SitemapFile]] = []
    for state in root.states {
      var writer = SitemapWriter(
        name: state.pathPrefix, baseURL: storefront.baseURL, limits: .small, sink: sink)
      func emit(_ path: String, _ bytes: UnsafeRawBufferPointer) throws {
        var scratch = LeakScratch()
        _ = try outputs.put([path], in: root.index, kind: "sitemap", bytes, scratch: &scratch)
      }
      let listed = ListedPages(
        root: root, state: state, content: inputs.content, facts: facts, dates: dates,
        asOf: inputs.asOf)
      try listed.forEach(productCount: plan.survey.ids.count, workers: build.options.workers) {
        pages in
        for page in pages { try writer.add(page.entry, emit: emit) }
        dates.note(pages.map(\.dated))
        facts.setLastModified(pages.map { ($0.file, $0.dated.date) }, root: root.index)
      }
      try writer.finish(emit: emit)
      files.append(writer.files)
    }
    try outputs.put(
      SitemapIndex.path, in: root.index, kind: "sitemap",
      SitemapIndex.xml(of: files.flatMap(\.self), baseURL: storefront.baseURL))
    return files
  }

  // MARK: What others wrote

  /// Product feeds are written by `feed build` between two builds; the new tree keeps them. One that
  /// names what has become private since is left out rather than failing the build, because the way
  /// to a new feed leads over a build.
  private func carryOver(_ root: RootState, _ outputs: Outputs, _ generation: Generation) throws {
    let folder = "\(project.root)/\(root.path)/feeds"
    guard Files.isFolder(folder) else { return }
    var scratch = LeakScratch()
    for name in try Files.walk(folder) {
      let path = "feeds/\(name)"
      let bytes = try Files.read("\(folder)/\(name)")
      let mayStay = bytes.withUnsafeBytes {
        outputs.mayKeep(path, in: root.index, $0, scratch: &scratch)
      }
      guard mayStay else {
        sink.report(
          Diagnostic(
            "feed.outdated", .warning,
            "\(root.path)/\(path) names what is private by now; it is not in the new site",
            help: "write it anew with `trumeau feed build`"))
        continue
      }
      try generation.link(
        "\(folder)/\(name)", as: path, in: root.index, kind: "feed",
        digest: SHA256Digest(of: bytes).bytes, size: bytes.count)
    }
  }

  /// What is tracked of an output: nothing but this file.
  static let usualIgnoreFile = "*\n!.gitignore\n"

  /// The one file of an output that is tracked, so that a build never dirties the project's tree.
  private func keepIgnoreFile(_ root: RootState, _ outputs: Outputs) throws {
    // Where there is none, the usual one is written.
    let known = try? Files.readText("\(project.root)/\(root.path)/.gitignore")
    try outputs.put(
      ".gitignore", in: root.index, kind: "support", known ?? Self.usualIgnoreFile)
  }

  /// Puts the pictures into a root that its pages show, and no others.
  private func putMedia(
    _ root: RootState, _ inputs: Inputs, _ outputs: Outputs, _ generation: Generation
  ) throws {
    var scratch = LeakScratch()
    var missing: [String] = []
    for address in outputs.mediaShown(in: root.index) {
      let path = Addresses.file(of: address)
      guard let source = inputs.media.source(of: address),
        let file = Files.information(source), !file.isFolder
      else {
        missing.append(address)
        continue
      }
      try generation.copy(source, file, as: path, in: root.index) {
        outputs.scan(path, in: root.index, $0, scratch: &scratch)
      }
    }
    guard root.isPublic, let first = missing.first else { return }
    sink.report(
      Diagnostic(
        "media.missing", .warning,
        missing.count == 1
          ? "the picture \(first) is not in \(project.site.media.folder)"
          : "\(missing.count) pictures are not in \(project.site.media.folder), for example \(first)",
        help: "raster twins of drawings are made by `demo/rasterise` or your own tool"))
  }
}
