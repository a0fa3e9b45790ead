import Contract
import LocalMirror
import Machine
import SQL
public import Support

/// Runs a scenario with a fault at every call to the disk, and looks after each at what is left.
public struct CrashRun {
  /// What came of it.
  public struct Report: Sendable {
    /// Calls to the disk that the undisturbed run makes.
    public var calls = FaultyDisk.Counts()
    /// Runs with a fault, by its kind.
    public var runs: [DiskFault: Int] = [:]
    /// Faults that struck, by kind.
    public var hits: [DiskFault: Int] = [:]
    /// What was found wrong; empty where nothing was.
    public var violations: [String] = []
  }

  let scenario: CrashScenario
  /// Every how manieth call is taken, and which of them, for a share of the whole.
  let (stride, offset): (Int, Int)
  let seeds: Int

  /// Prepares the runs.
  ///
  /// - Parameters:
  ///   - share: one of that many calls is taken.
  ///   - rotation: which of them.
  ///   - seeds: how many subsets of the unsynced are tried for a power loss.
  public init(_ scenario: CrashScenario, share: Int = 1, rotation: Int = 0, seeds: Int = 1) {
    self.scenario = scenario
    stride = share
    offset = rotation % share
    self.seeds = seeds
  }

  /// Runs it with these faults.
  public func run(_ faults: [DiskFault] = DiskFault.allCases) throws -> Report {
    let site = try CrashSite(scenario.profile)
    try scenario.prepare(site)
    let before = try site.copyState()
    let server = site.server.save()
    var report = Report()

    // The undisturbed run: what has to come out, and how many calls there are.
    site.disk.arm(nil)
    try? scenario.act(site)  // an error that it ends with is compared by what it leaves
    report.calls = site.disk.counts
    site.disk.restart()
    let wanted = try MirrorDump(site.path, vfs: site.disk.name)
    for fault in faults {
      for call in Swift.stride(from: 1 + offset, through: report.calls.calls, by: stride) {
        for seed in 0..<(fault == .reorder ? seeds : 1) {
          try site.putBack(before)
          site.server.restore(server)
          site.disk.restart()
          let edits = try LocalSide(site.path, vfs: site.disk.name, isThere: !before.isEmpty)
          site.disk.arm(fault, atCall: call, seed: UInt64(seed * 1_000_003 + call))
          try? scenario.act(site)  // what it says is not the question here
          let hits = site.disk.counts.hits
          // Where nothing is written any more there is no room to lack.
          if hits == 0, fault == .full { continue }
          let place = "\(scenario.name): \(fault) at call \(call), seed \(seed)"
          report.runs[fault, default: 0] += 1
          report.hits[fault, default: 0] += min(hits, 1)
          if hits == 0 { report.violations.append("\(place): the fault did not strike") }
          if fault.isCrash, !site.disk.isDown {
            report.violations.append("\(place): the machine is not off")
          }
          site.disk.restart()
          report.violations += try look(site, edits, wanted).map { "\(place): \($0)" }
        }
      }
    }
    return report
  }

  /// What is wrong with what is left, and with what a second run makes of it.
  private func look(_ site: CrashSite, _ edits: LocalSide, _ wanted: MirrorDump) throws -> [String]
  {
    var found: [String] = []
    if Files.exists(site.path) {
      let database = try Database(site.path, vfs: site.disk.name)
      found += try Soundness.faults(of: database)
      if try database.integer("SELECT count(*) FROM sqlite_schema WHERE name = 'cursor'") == 1 {
        found += try CursorCheck.faults(of: database, against: site.server)
      }
      let left = try LocalSide(site.path, vfs: site.disk.name, isThere: true)
      if left != edits { found.append("local edits are not what they were") }
    }
    try? scenario.act(site)  // compared by what it leaves
    let dump = try MirrorDump(site.path, vfs: site.disk.name)
    if let difference = dump.firstDifference(from: wanted) {
      found.append("the second run left something else: \(difference)")
    }
    let reader = try MirrorReader(path: site.path, tenant: "demo", vfs: site.disk.name)
    let verified = try reader.verify()
    if !verified.isSound {
      found.append("verify: \(verified.findings.first.map { "\($0)" } ?? "")")
    }
    return found
  }
}
