import Bytes
import Catalog
import Diagnostics
import Machine
import Storefront
import LocalMirror
import Settings

/// What an update made besides pages.
struct UpdatedFiles {
  /// Sitemaps of each view of the public root.
  var sitemaps: [[SitemapFile]] = []
  /// Lines for the dates of sitemaps.
  var dates: [String] = []
  /// How many outputs of each root show each picture.
  var pictures: [[Fingerprint: UInt32]] = []
  /// What others wrote into the public root.
  var feeds: [BuildRecord.ForeignFile] = []
  /// Pages that are gone.
  var gonePages: [GonePage] = []

  /// A page that is gone: its root, its file and its address.
  struct GonePage {
    var root: Int
    var file: String
    var path: String
  }
}

extension StorefrontBuild {
  /// Takes away what is gone and brings sitemaps, redirects, pictures and feeds up to date.
  func makeFiles(_ update: Update, _ facts: PageFacts) throws -> UpdatedFiles {
    report(.files, 0, update.plan.roots.count)
    var files = UpdatedFiles()
    files.gonePages = try removeGone(update)
    // A former handle is told as long as no collection has it that is private.
    let touchesRedirects =
      update.changes.hasRedirects || update.changes.hasCollections
      || update.updated.touchesAddresses || update.affected.touchesAddresses
    let former =
      touchesRedirects
      ? try FormerHandles(
        update.readers[0], update.updated.survey, update.inputs.context.redirects) : nil
    for root in update.plan.roots {
      if let former { try updateRedirects(root, update, former) }
      try updateAvailability(root, update)
      try writeHeads(
        root, update.inputs, update.outputs,
        shards: AvailabilityFiles.shardCount(products: update.updated.survey.ids.count),
        expires: expires(of: update))
      if root.isPublic {
        try updateSitemaps(root, update, facts, &files)
        files.feeds = try updateFeeds(root, update)
      }
    }
    for root in update.plan.roots { files.pictures.append(try updatePictures(root, update)) }
    return files
  }

  private func removeGone(_ update: Update) throws -> [UpdatedFiles.GonePage] {
    var gone: [UpdatedFiles.GonePage] = []
    func remove(_ path: String, _ view: Int) throws {
      let root = update.plan.objects[view].state.root
      let file = Addresses.file(of: path)
      for name in [file] + update.plan.aliases(of: file, root: root) {
        try update.patch.remove(name, in: root)
      }
      if case .gone? = update.patch.action(file, in: root) {
        gone.append(UpdatedFiles.GonePage(root: root, file: file, path: path))
      }
    }
    for product in update.affected.goneProducts {
      let addresses = update.plan.objects[product.view].state.view.addresses
      try remove(addresses.product(product.handle), product.view)
    }
    for page in update.affected.gone {
      let state = update.plan.objects[page.view].state
      try remove(
        state.view.addresses.prefix
          + update.plan.roots[state.root].suffix(of: page.key, row: state.row), page.view)
    }
    return gone
  }

  // MARK: Redirects

  private func updateRedirects(
    _ root: RootState, _ update: Update, _ former: FormerHandles
  ) throws {
    let old = try ledger.paths(ofKind: "redirect", in: root.path)
    let made = try writeRedirects(root, update.plan, update.inputs, update.outputs, former) {
      file in
      let kind = try update.patch.kind(of: file, in: root.index)
      return kind.map { $0 == "asset" || PageKey.kinds.contains($0) } ?? false
    }
    for path in old where !made.contains(path) {
      if try update.patch.kind(of: path, in: root.index) == "redirect" {
        try update.patch.remove(path, in: root.index)
      }
    }
  }

  // MARK: Sitemaps

  private func updateSitemaps(
    _ root: RootState, _ update: Update, _ facts: PageFacts, _ files: inout UpdatedFiles
  ) throws {
    var pages: [PageFacts.Fact] = []
    facts.forEach { if $0 == root.index { pages.append($1) } }
    pages.sort { $0.file < $1.file }
    for (place, state) in root.states.enumerated() {
      let mark = "\(state.pathPrefix)/"
      let work = try listing(
        root, state, pages.filter { $0.file.hasPrefix(mark) },
        files.gonePages.filter { $0.root == root.index && $0.file.hasPrefix(mark) },
        update, facts, &files)
      let result = try SitemapUpdate(
        root: root, state: state, content: update.inputs.content, survey: update.updated.survey,
        baseURL: storefront.baseURL, folder: "\(project.root)/\(root.path)",
        files: update.record.sitemaps[place], lines: work.lines, oldDates: work.oldDates,
        gone: work.gone,
        isReordered: update.updated.movesAddresses || update.affected.movesAddresses
      ).run()
      try put(result, over: update.record.sitemaps[place], root, update)
      files.sitemaps.append(result.files)
    }
    let all = files.sitemaps.flatMap(\.self)
    if all != update.record.sitemaps.flatMap(\.self) {
      try update.outputs.put(
        SitemapIndex.path, in: root.index, kind: "sitemap",
        SitemapIndex.xml(of: all, baseURL: storefront.baseURL))
    }
  }

  private func put(
    _ result: SitemapUpdate.Result, over old: [SitemapFile], _ root: RootState, _ update: Update
  ) throws {
    for file in result.changed {
      if let ranges = file.ranges {
        try update.outputs.put(
          file.path, in: root.index, kind: "sitemap", file.bytes, differentIn: ranges)
        continue
      }
      var scratch = LeakScratch()
      try file.bytes.withUnsafeBufferPointer { (raw) throws(MachineError) in
        _ = try update.outputs.put(
          [file.path], in: root.index, kind: "sitemap", UnsafeRawBufferPointer(raw),
          scratch: &scratch)
      }
    }
    let paths = Set(result.files.map(\.path))
    for file in old where !paths.contains(file.path) {
      try update.patch.remove(file.path, in: root.index)
    }
  }

  private struct Listing {
    var lines: [String: SitemapEntry.Written] = [:]
    var oldDates: [String: Instant] = [:]
    var gone: Set<String> = []
  }

  /// What the sitemap of a view says of pages that were made again or are gone.
  private func listing(
    _ root: RootState, _ state: ViewState, _ pages: [PageFacts.Fact],
    _ gone: [UpdatedFiles.GonePage],
    _ update: Update, _ facts: PageFacts, _ files: inout UpdatedFiles
  ) throws -> Listing {
    var listing = Listing()
    var known: [(path: String, digest: Fingerprint, date: Instant)] = []
    for page in pages {
      let path = state.view.addresses.prefix + root.suffix(of: page.key, row: state.row)
      guard let old = try update.patch.published(page.file, in: root.index),
        let date = old.lastModified,
        let digest = old.contentDigest.flatMap(Fingerprint.init(bytes:))
      else { continue }
      known.append((path, digest, date))
      listing.oldDates[state.view.addresses.absolute(path)] = date
    }
    let listed = ListedPages(
      root: root, state: state, content: update.inputs.content, facts: facts,
      dates: SitemapDates(known: known), asOf: update.inputs.asOf)
    for page in pages {
      let path = state.view.addresses.prefix + root.suffix(of: page.key, row: state.row)
      if let made = listed.page(page.key) {
        listing.lines[made.entry.location] = made.entry
        facts.setLastModified([(page.file, made.dated.date)], root: root.index)
        files.dates.append(SitemapDates.line(path, page.digest, made.dated.date))
      } else if listing.oldDates[state.view.addresses.absolute(path)] != nil {
        listing.gone.insert(state.view.addresses.absolute(path))
        files.dates.append(SitemapDates.line(path, nil, update.inputs.asOf))
      }
    }
    try addGone(gone, state, root, update, &listing, &files)
    return listing
  }

  private func addGone(
    _ gone: [UpdatedFiles.GonePage], _ state: ViewState, _ root: RootState, _ update: Update,
    _ listing: inout Listing, _ files: inout UpdatedFiles
  ) throws {
    for page in gone {
      guard let old = try update.patch.published(page.file, in: root.index),
        old.lastModified != nil
      else { continue }
      listing.gone.insert(state.view.addresses.absolute(page.path))
      files.dates.append(SitemapDates.line(page.path, nil, update.inputs.asOf))
    }
  }

  // MARK: Feeds

  /// Feeds that were written since the last build, as a full build carries them over.
  private func updateFeeds(_ root: RootState, _ update: Update) throws
    -> [BuildRecord.ForeignFile]
  {
    let found = update.seen.feeds
    let folder = "\(project.root)/\(root.path)/feeds"
    let known = Dictionary(uniqueKeysWithValues: update.record.feeds.map { ($0.name, $0) })
    for file in found where known[file.name] != file {
      let path = "feeds/\(file.name)"
      let bytes = try Files.read("\(folder)/\(file.name)")
      var scratch = LeakScratch()
      let mayStay = bytes.withUnsafeBytes {
        update.outputs.mayKeep(path, in: root.index, $0, scratch: &scratch)
      }
      guard mayStay else {
        throw SurveyUpdate.Insufficient(reason: "\(root.path)/\(path) names what is private")
      }
      try update.patch.adopt(
        path, in: root.index, kind: "feed", digest: SHA256Digest(of: bytes).bytes,
        size: bytes.count, modified: Instant(microseconds: file.modified))
    }
    let names = Set(found.map(\.name))
    for file in update.record.feeds where !names.contains(file.name) {
      try update.patch.remove("feeds/\(file.name)", in: root.index)
    }
    return found
  }

  // MARK: Pictures

  /// Counts the pictures of what is different, links those that are shown for the first time and removes
  /// those that nothing shows any more.
  private func updatePictures(_ root: RootState, _ update: Update) throws -> [Fingerprint: UInt32] {
    var changes = PictureChanges()
    for change in update.patch.changes where change.place.root == root.index {
      try count(change, root, update, &changes)
    }
    var counts = update.record.pictures[root.index]
    for (picture, difference) in changes.differences where difference != 0 {
      let before = Int(counts[picture] ?? 0)
      let now = before + difference
      counts[picture] = now > 0 ? UInt32(now) : nil
      guard let address = changes.names[picture] else { continue }
      if before == 0, now > 0 { try putPicture(address, root, update) }
      if before > 0, now <= 0 {
        try update.patch.remove(Addresses.file(of: address), in: root.index)
      }
    }
    return counts
  }

  private func count(
    _ change: (place: Patch.Place, action: Patch.Action), _ root: RootState, _ update: Update,
    _ changes: inout PictureChanges
  ) throws {
    func count(_ path: String, _ kind: String, _ step: Int) throws {
      guard kind != "feed", kind != "media", !(isName && PageKey.kinds.contains(kind)) else {
        return
      }
      let bytes = try Files.read(path)
      bytes.withUnsafeBytes { raw in
        update.outputs.forEachPicture(in: raw, kind: kind) { changes.add($0, of: raw, step) }
      }
    }
    // A page counts once, whatever the number of its names.
    let isName = !root.states.contains { change.place.path.hasPrefix("\($0.pathPrefix)/") }
    let published = "\(project.root)/\(root.path)/\(change.place.path)"
    switch change.action {
    case .same: break
    case .gone(let old): try count(published, old.kind, -1)
    case .put(let entry, let file, let old):
      if let old { try count(published, old.kind, -1) }
      if let file { try count("\(update.patch.folder)/\(file)", entry.kind, 1) }
    }
  }

  private func putPicture(_ address: String, _ root: RootState, _ update: Update) throws {
    guard let source = update.inputs.media.source(of: address),
      Files.information(source)?.isFolder == false
    else { return }
    let path = Addresses.file(of: address)
    var scratch = LeakScratch()
    try update.patch.copy(source, as: path, in: root.index) {
      update.outputs.scan(path, in: root.index, $0, scratch: &scratch)
    }
  }
}

/// How the numbers of outputs that show pictures change.
struct PictureChanges {
  private(set) var differences: [Fingerprint: Int] = [:]
  private(set) var names: [Fingerprint: String] = [:]

  mutating func add(
    _ found: [(Fingerprint, Range<Int>)], of bytes: UnsafeRawBufferPointer, _ step: Int
  ) {
    for (picture, range) in found {
      differences[picture, default: 0] += step
      if names[picture] == nil { names[picture] = String(decoding: bytes[range], as: UTF8.self) }
    }
  }
}

extension Fingerprint {
  /// A fingerprint from its sixteen bytes.
  init?(bytes: [UInt8]) { self.init(hex: Hex.encode(bytes)) }
}
