import Bytes
import Diagnostics
public import Machine
public import Settings
import Storefront
import Synchronization

/// What sealing did.
public struct SealedReport: Sendable {
  /// One sealed tree.
  public struct Tree: Sendable {
    /// Key of the tier.
    public let tier: String
    /// Path below the project.
    public let path: String
    /// The epoch whose key opens it.
    public let epoch: Int
    /// Number of sealed files.
    public let fileCount: Int
    /// How many of them are under content keys of earlier epochs, because they have not changed since.
    public let earlierCount: Int
  }

  /// The trees, in the order of the settings.
  public let trees: [Tree]
  /// Files that were sealed.
  public let sealedCount: Int
  /// Files that went.
  public let removedCount: Int
  /// How long it took, in seconds.
  public let seconds: Double
}

/// Seals the roots of the tiers whose gating says so, and publishes them beside the roots in clear text.
///
/// It comes after a build and starts from what that published: every file of a tier's root by the
/// manifest, and no other. What has not changed is not sealed again. It publishes in the same steps as
/// a build, so that a crash leaves a whole tree; where a build was cut short before it, the next one
/// makes up for it.
public struct SealedTrees: Sendable {
  let project: Project
  let storefront: StorefrontSettings
  let time: any TimeSource
  let random: any RandomSource
  let workers: Int
  /// Called after each step of a publication; tests cut it short here.
  var afterStep: @Sendable (PublishStep) throws -> Void = { _ in }

  /// Prepares sealing for one storefront.
  public init(
    project: Project, storefront: StorefrontSettings, time: any TimeSource = SystemTime(),
    random: any RandomSource = SystemRandom(), workers: Int = Parallel.workerCount
  ) {
    self.project = project
    self.storefront = storefront
    self.time = time
    self.random = random
    self.workers = max(1, workers)
  }

  private var store: TierKeyStore { TierKeyStore(project: project.root) }

  private var publisher: Publisher {
    Publisher(
      project: project.root, storefront: "\(storefront.name)/sealed", store: { _ in },
      after: afterStep)
  }

  /// One tier with all that its tree is made from.
  struct Tier {
    var keys: TierKeys
    /// Path of its root in clear text.
    var source: String
    /// Path of its sealed tree.
    var path: String
  }

  /// Seals what has to be sealed. Nil where no tier is sealed, nor was.
  ///
  /// - Throws: `SiteError` where there is no build to seal, a key file is damaged, or a tier's root is
  ///   not what was published; `LeakError` where the public part of a tree names what is private.
  public func run() throws -> SealedReport? {
    let start = SystemTime.monotonicSeconds
    let names = storefront.tiers(gatedBy: .sealed)
    guard !names.isEmpty || Files.exists(publisher.manifestPath) else { return nil }
    let published = try publisher.recover()
    let manifestPath = "\(project.root)/.trumeau/generations/\(storefront.name)/manifest"
    guard let bytes = try? Files.read(manifestPath), let site = SiteManifest(reading: bytes) else {
      throw SiteError(
        .notBuilt, "there is no build of \(storefront.name) to seal", help: "run `trumeau build`")
    }
    let tiers = try names.map { name in
      Tier(
        keys: try store.keysMade(
          storefront: storefront.name, tier: name, at: time.now, random: random),
        source: storefront.privateOutput(tier: name),
        path: storefront.sealedOutput(tier: name))
    }
    let shell = try SealedShell(
      theme: project.path(storefront.theme), storefront: storefront)
    var work = SealedWork(
      project: project.root, tiers: tiers, shell: shell, site: site, published: published,
      source: Self.digest(bytes, tiers, shell))
    if let record = work.known(try? Files.read(publisher.recordPath)), record.source == work.source,
      let text = try? Files.read(publisher.manifestPath),
      SiteManifest.firstDifference(in: text, below: project.root, workers: workers) == nil
    {
      return report(record, tiers, sealed: 0, removed: 0, start)
    }
    try work.compare()
    try checkShell(work)
    let record: SealedRecord
    if let published, work.isSmall {
      record = try work.publishPatch(publisher, over: published, workers: workers)
    } else {
      record = try work.publishAll(publisher, workers: workers)
    }
    return report(
      record, tiers, sealed: work.jobs.count, removed: work.gone.count, start)
  }

  private static func digest(_ site: [UInt8], _ tiers: [Tier], _ shell: SealedShell) -> String {
    var hasher = SHA256Hasher()
    hasher.update(String(decoding: SealedFile.magic, as: UTF8.self))
    hasher.update(site.withUnsafeBytes { Fingerprint(of: $0) }.hex)
    for tier in tiers { hasher.update("\n\(tier.path) \(tier.keys.mark)") }
    for file in shell.files { hasher.update("\n\(file.path) \(SHA256Digest(of: file.bytes).hex)") }
    return hasher.digest().hex
  }

  /// Searches what of a tree can be read, and the names of all its files, for what is private in the
  /// public root.
  private func checkShell(_ work: SealedWork) throws {
    let record =
      (try? Files.read(
        "\(project.root)/.trumeau/generations/\(storefront.name)/record")).flatMap(
        BuildRecord.init(reading:))
    guard let record, record.generation == work.site.generation, !record.leaks.isEmpty,
      let scanner = record.ledger(ofRoot: 0).map({ LeakScanner($0) })
    else {
      throw SiteError(
        .notBuilt, "what is private is not known of the last build", help: "run `trumeau build`")
    }
    var scratch = LeakScratch()
    var leaks: [Leak] = []
    for (index, tier) in work.tiers.enumerated() {
      for file in work.openFiles(ofRoot: index) {
        let found = file.bytes.withUnsafeBytes {
          scanner.scan(file: file.path, $0, scratch: &scratch)
        }
        leaks += found.map { $0.below(tier.path) }
      }
      for name in work.record.roots[index].keys.sorted() {
        leaks += scanner.scan(
          file: name, UnsafeRawBufferPointer(start: nil, count: 0), scratch: &scratch
        )
        .map { $0.below(tier.path) }
      }
    }
    if !leaks.isEmpty { throw LeakError(leaks: Array(leaks.prefix(Outputs.leakLimit))) }
  }

  private func report(
    _ record: SealedRecord, _ tiers: [Tier], sealed: Int, removed: Int, _ start: Double
  ) -> SealedReport {
    let trees = zip(tiers, record.roots).map { tier, files in
      SealedReport.Tree(
        tier: tier.keys.tier, path: tier.path, epoch: tier.keys.epoch, fileCount: files.count,
        earlierCount: files.values.count { $0.epoch < tier.keys.epoch })
    }
    return SealedReport(
      trees: trees, sealedCount: sealed, removedCount: removed,
      seconds: SystemTime.monotonicSeconds - start)
  }
}
