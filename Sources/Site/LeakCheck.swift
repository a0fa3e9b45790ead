public import Bytes
import Diagnostics
import LocalMirror
public import Machine
public import Settings
public import Storefront
import Synchronization

/// What a search of all that is published found.
public struct LeakCheckReport: Sendable {
  /// One root.
  public struct Root: Sendable {
    /// Path below the project.
    public let path: String
    /// Files that were searched.
    public let fileCount: Int
    /// How many texts were searched for.
    public let secretCount: Int
    /// How many private texts were too short to search for.
    public let tooShortCount: Int
  }

  /// Name of the storefront.
  public let storefront: String
  /// The roots, sealed trees last.
  public let roots: [Root]
  /// Bytes that were searched.
  public let byteCount: Int
  /// How long reading and searching took, without finding out what is private; in seconds.
  public let seconds: Double
  /// What was found, at most a hundred, in order of file and place.
  public let leaks: [Leak]
}

/// Searches everything that is published for what is private now: also files that no build made, and
/// values that became private after the last build.
public struct LeakCheck: Sendable {
  let project: Project
  let storefront: StorefrontSettings
  let instant: Instant
  let time: any TimeSource
  let workers: Int

  /// Prepares the search of one storefront's roots.
  public init(
    project: Project, storefront: StorefrontSettings, at instant: Instant,
    time: any TimeSource = SystemTime(), workers: Int = Parallel.workerCount
  ) {
    self.project = project
    self.storefront = storefront
    self.instant = instant
    self.time = time
    self.workers = max(1, workers)
  }

  /// A root with what it is searched for.
  private struct Root {
    var path: String
    var scanner: LeakScanner
    var isSealed = false
  }

  /// Reads the catalogue to learn what is private, then every file of every root.
  ///
  /// - Throws: `SiteError` where a root is not there, and what a build throws.
  public func run() throws -> LeakCheckReport {
    let mirror = project.path(project.site.mirrorPath)
    guard Files.exists(mirror) else {
      throw SiteError(
        .mirrorEmpty, "there is no mirror of the shop's catalogue yet", help: "run `trumeau pull`")
    }
    let build = StorefrontBuild(
      build: SiteBuild(
        project: project, options: SiteBuild.Options(at: instant, workers: workers), time: time),
      storefront: storefront, openLedger: try BuildLedger(path: mirror, clock: time),
      progress: { _ in })
    let plan = try build.plan(try build.read(at: instant))
    var roots = plan.roots.map { Root(path: $0.path, scanner: $0.scanner) }
    if let scanner = roots.first?.scanner {
      for tier in storefront.tiers(gatedBy: .sealed) {
        roots.append(
          Root(path: storefront.sealedOutput(tier: tier), scanner: scanner, isSealed: true))
      }
    }
    let start = SystemTime.monotonicSeconds
    var report: [LeakCheckReport.Root] = []
    var leaks: [Leak] = []
    var bytes = 0
    for root in roots {
      guard Files.isFolder("\(project.root)/\(root.path)") else {
        throw SiteError(.notBuilt, "there is no \(root.path)", help: "run `trumeau build`")
      }
      let files = try Files.walk("\(project.root)/\(root.path)")
      let found = try search(root, files)
      leaks += found.leaks
      bytes += found.bytes
      report.append(
        LeakCheckReport.Root(
          path: root.path, fileCount: files.count, secretCount: root.scanner.secretCount,
          tooShortCount: root.scanner.tooShortCount))
    }
    leaks.sort { ($0.file, $0.offset) < ($1.file, $1.offset) }
    return LeakCheckReport(
      storefront: storefront.name, roots: report, byteCount: bytes,
      seconds: SystemTime.monotonicSeconds - start,
      leaks: Array(leaks.prefix(Outputs.leakLimit)))
  }

  private func search(_ root: Root, _ files: [String]) throws -> (leaks: [Leak], bytes: Int) {
    let result = Mutex<(leaks: [Leak], bytes: Int)>(([], 0))
    let folder = "\(project.root)/\(root.path)"
    try Parallel.forEach(count: files.count, chunk: 64, workers: workers) {
      _, range throws(any Error) in
      var scratch = LeakScratch()
      var leaks: [Leak] = []
      var count = 0
      for file in files[range] {
        let bytes = try Files.read("\(folder)/\(file)")
        count += bytes.count
        // What is encrypted has only a name to tell anything by.
        let isEncrypted = root.isSealed && SealedFile.epoch(of: bytes) != nil
        leaks += bytes.withUnsafeBytes { raw in
          root.scanner.scan(
            file: file, isEncrypted ? UnsafeRawBufferPointer(rebasing: raw[..<0]) : raw,
            hasAmounts: !RedirectFiles.isOne(file), scratch: &scratch)
        }.filter { leak in
          // Channels may be told to publish members' prices, which is for `feed build` to decide.
          leak.kind != .price || !file.hasPrefix("feeds/")
        }
      }
      let found = leaks.map { $0.below(root.path) }
      result.withLock { result in
        result.leaks += found
        result.bytes += count
      }
    }
    return result.withLock { $0 }
  }
}
