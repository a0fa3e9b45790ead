import Bytes
import Machine
import Synchronization

/// What is to be done to bring the sealed trees of a storefront up to date.
struct SealedWork {
  /// A file that is to be sealed.
  struct Job: Sendable {
    var root: Int
    var name: String
    /// Path below the root in clear text, which is its address.
    var address: String
    var digest: [UInt8]
  }

  let project: String
  let tiers: [SealedTrees.Tier]
  let shell: SealedShell
  let site: SiteManifest
  let published: SiteManifest?
  /// See `SealedRecord.source`.
  let source: String
  /// What the trees will be made from.
  private(set) var record = SealedRecord()
  /// What is sealed anew.
  private(set) var jobs: [Job] = []
  /// What stays as it is published.
  private(set) var kept: [SiteManifest.Entry] = []
  /// Published files that go.
  private(set) var gone: [SiteManifest.Entry] = []

  private var old = SealedRecord()

  init(
    project: String, tiers: [SealedTrees.Tier], shell: SealedShell, site: SiteManifest,
    published: SiteManifest?, source: String
  ) {
    self.project = project
    self.tiers = tiers
    self.shell = shell
    self.site = site
    self.published = published
    self.source = source
  }

  /// Kinds of files of a root in clear text that servers read, and scripts that ask the host for what is
  /// in stock; not readers.
  static let skipped: Set<String> = [
    "robots", "redirects", "headers", "support", "snapshot", "availability",
  ]

  /// Takes the record of what is published, where it fits.
  mutating func known(_ bytes: [UInt8]?) -> SealedRecord? {
    guard let found = bytes.flatMap(SealedRecord.init(reading:)), let published,
      found.generation == published.generation, found.roots.count == published.roots.count
    else { return nil }
    old = found
    return found
  }

  /// Finds what is different from what is published.
  mutating func compare() throws {
    record = SealedRecord()
    record.source = source
    let roots = tiers.map(\.path)
    let known = PublishedFiles(published)
    var wanted: Set<String> = []
    for (root, tier) in tiers.enumerated() {
      guard let number = site.roots.firstIndex(of: tier.source) else {
        throw SiteError(
          .notBuilt, "the last build has no \(tier.source)", help: "run `trumeau build`")
      }
      let before = published?.roots.firstIndex(of: tier.path).map { old.roots[safe: $0] ?? [:] }
      var files: [String: SealedRecord.Entry] = [:]
      for entry in site.entries where entry.root == number && !Self.skipped.contains(entry.kind) {
        let name = tier.keys.name(of: entry.path)
        wanted.insert("\(tier.path)/\(name)")
        if let last = before?[name], last.digest == entry.digest,
          tier.keys.content(ofEpoch: last.epoch) != nil, let stands = known.entry(tier.path, name),
          isThere(stands, in: tier.path)
        {
          files[name] = last
          kept.append(place(stands, root))
        } else {
          files[name] = SealedRecord.Entry(epoch: tier.keys.epoch, digest: entry.digest)
          jobs.append(Job(root: root, name: name, address: entry.path, digest: entry.digest))
        }
      }
      record.roots.append(files)
      for file in openFiles(ofRoot: root) { wanted.insert("\(tier.path)/\(file.path)") }
    }
    for entry in published?.entries ?? [] {
      guard let path = published?.roots[entry.root] else { continue }
      if !wanted.contains("\(path)/\(entry.path)") { gone.append(entry) }
    }
    precondition(record.roots.count == roots.count, "each tier has a tree")
  }

  private func isThere(_ entry: SiteManifest.Entry, in root: String) -> Bool {
    guard let file = Files.information("\(project)/\(root)/\(entry.path)") else { return false }
    return file.size == entry.size && file.modified.microseconds == entry.modified
  }

  private func place(_ entry: SiteManifest.Entry, _ root: Int) -> SiteManifest.Entry {
    var entry = entry
    entry.root = root
    return entry
  }

  /// What of a tree anybody can read: the shell, and the list of wrapped keys.
  func openFiles(ofRoot root: Int) -> [SealedShell.File] {
    let keys = tiers[root].keys
    let envelope = keys.envelope(
      epochs: record.roots.indices.contains(root)
        ? record.epochs(ofRoot: root) : [])
    return shell.files + [SealedShell.File(path: "keys.json", bytes: Array(envelope.utf8))]
  }

  /// The most files that are replaced one by one; of more, whole roots are exchanged.
  private static let patchLimit = 2_000

  /// Whether single files are replaced, and not whole roots.
  var isSmall: Bool {
    published?.roots == tiers.map(\.path) && jobs.count + gone.count <= Self.patchLimit
  }

  // MARK: Sealing

  /// Calls `put` with each file that is sealed anew.
  private func seal(
    workers: Int, _ put: @Sendable (Job, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let project = project
    let jobs = jobs
    let tiers = tiers
    let seals = try tiers.map { tier in
      guard let seal = SealedFile(tier.keys, epoch: tier.keys.epoch) else {
        throw SiteError(.keys, "the keys of \(tier.keys.tier) have no epoch")
      }
      return seal
    }
    try Parallel.forEach(count: jobs.count, chunk: 16, workers: jobs.count < 32 ? 1 : workers) {
      _, range throws(any Error) in
      for job in jobs[range] {
        let path = "\(tiers[job.root].source)/\(job.address)"
        let bytes = try Files.read("\(project)/\(path)")
        guard SHA256Digest(of: bytes).bytes == job.digest else {
          throw SiteError(
            .notBuilt, "\(path) is not what was published", help: "run `trumeau build --full`")
        }
        let sealed = bytes.withUnsafeBytes { seals[job.root].sealed($0, address: job.address) }
        try sealed.withUnsafeBytes { try put(job, $0) }
      }
    }
  }

  // MARK: Publishing

  /// Publishes whole trees.
  mutating func publishAll(_ publisher: Publisher, workers: Int) throws -> SealedRecord {
    let generation = try publisher.begin(
      roots: tiers.map(\.path), published: PublishedFiles(published))
    do {
      for entry in kept {
        let root = tiers[entry.root].path
        try generation.link(
          "\(project)/\(root)/\(entry.path)", as: entry.path, in: entry.root, kind: entry.kind,
          digest: entry.digest, size: entry.size)
      }
      try seal(workers: workers) { job, bytes in
        try generation.put([job.name], in: job.root, kind: "sealed", bytes)
      }
      for root in tiers.indices {
        for file in openFiles(ofRoot: root) {
          try file.bytes.withUnsafeBufferPointer { (raw) throws(MachineError) in
            _ = try generation.put(
              [file.path], in: root, kind: "shell", UnsafeRawBufferPointer(raw))
          }
        }
      }
      let manifest = try publisher.publish(generation, replacing: published)
      record.generation = manifest.generation
      try Files.replace(publisher.recordPath, with: record.encoded())
      return record
    } catch {
      publisher.discard(generation)
      throw error
    }
  }

  /// Replaces single files, in the steps of a build's patch.
  mutating func publishPatch(
    _ publisher: Publisher, over published: SiteManifest, workers: Int
  ) throws -> SealedRecord {
    let folder = publisher.patchFolder(old.patch + 1)
    try Files.removeTree(folder)
    try Files.makeFolders(folder)
    let known = PublishedFiles(published)
    let puts = Mutex<[PatchIntent.Put]>([])
    let roots = tiers.map(\.path)
    let project = project
    let put: @Sendable (Int, String, String, UnsafeRawBufferPointer) throws -> Void = {
      root, path, kind, bytes in
      let digest = SHA256Digest(of: bytes).bytes
      if let stands = known.entry(roots[root], path), stands.digest == digest,
        Files.information("\(project)/\(roots[root])/\(path)")?.size == bytes.count
      {
        return
      }
      let number = puts.withLock { puts in
        puts.append(
          PatchIntent.Put(
            file: puts.count + 1,
            entry: SiteManifest.Entry(
              root: root, path: path, kind: kind, digest: digest, size: bytes.count, modified: 0)))
        return puts.count
      }
      try Files.write(bytes, to: "\(folder)/\(number)")
      let modified = Files.information("\(folder)/\(number)")?.modified.microseconds ?? 0
      puts.withLock { $0[number - 1].entry.modified = modified }
    }
    try seal(workers: workers) { job, bytes in try put(job.root, job.name, "sealed", bytes) }
    for root in tiers.indices {
      for file in openFiles(ofRoot: root) {
        try file.bytes.withUnsafeBytes { try put(root, file.path, "shell", $0) }
      }
    }
    record.generation = published.generation
    record.patch = old.patch + 1
    let sizes = publisher.sizes
    var intent = PatchIntent(
      generation: published.generation, number: record.patch, roots: roots, snapshotID: "",
      revision: 0, asOf: Instant(microseconds: 0), outputCount: 0, manifestSize: sizes.manifest,
      datesSize: sizes.dates)
    intent.put = puts.withLock { $0 }.sorted {
      ($0.entry.root, $0.entry.path) < ($1.entry.root, $1.entry.path)
    }
    intent.gone = gone.map { PatchIntent.Gone(root: $0.root, path: $0.path) }
    try publisher.publish(intent, back: nil, record: record.encoded())
    return record
  }
}

extension Array {
  /// The element, or nil beyond the end.
  fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
