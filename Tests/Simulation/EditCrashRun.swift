import LocalMirror
import Machine
import SQL
public import Support

/// Runs an editor's commands with a fault at every call to SQLite's disk and to that of the files.
///
/// After each fault the machine starts again, and it is looked at what is left: the mirror is sound; what was
/// acknowledged is there; an edit that was under way is there whole or not at all. Then the rest of the
/// commands runs, and mirror and files must be as if nothing had happened.
public struct EditCrashRun {
  /// Which disk a fault comes to.
  enum Place: String, CaseIterable {
    case mirror
    case files
  }

  let scenario: EditScenario
  let (stride, offset): (Int, Int)
  let seeds: Int

  /// Prepares the runs; the parameters are those of `CrashRun`.
  public init(_ scenario: EditScenario, share: Int = 1, rotation: Int = 0, seeds: Int = 1) {
    self.scenario = scenario
    stride = share
    offset = rotation % share
    self.seeds = seeds
  }

  /// The state of all that lasts.
  private struct State {
    let dump: MirrorDump
    let log: [String]
    let files: [String: [UInt8]]

    init(_ site: CrashSite) throws {
      dump = try MirrorDump(site.path, vfs: site.disk.name)
      log = dump.log
      files = try Dictionary(
        uniqueKeysWithValues: site.files.paths.filter { !site.files.isTemporary($0) }
          .map { ($0, try site.files.read($0)) })
    }
  }

  /// Runs it with these faults.
  public func run(_ faults: [DiskFault] = DiskFault.allCases) throws -> CrashRun.Report {
    let site = try CrashSite(ServerProfile(.versions))
    Shop.fill(site.server, products: 4)
    try site.pull()
    try scenario.prepare(site)
    let mirror = try site.copyState()
    let files = FaultyFiles(copying: site.files)
    let server = site.server.save()
    func reset() throws {
      try site.putBack(mirror)
      site.putBack(files)
      site.files.disarm()
      site.server.restore(server)
      site.disk.restart()
    }

    // The undisturbed run: the states that an editor has seen, and how many calls there are.
    try reset()
    var states = [try State(site)]
    var calls = [Place.mirror: 0, .files: 0]
    for command in scenario.commands {
      site.disk.arm(nil)
      site.files.disarm()
      try command.run(site)
      calls[.mirror]? += site.disk.counts.calls
      calls[.files]? += site.files.calls
      states.append(try State(site))
    }
    var report = CrashRun.Report()
    report.calls.calls = calls.values.reduce(0, +)
    var number = 0
    for place in Place.allCases {
      for fault in faults {
        for call in 1..<(calls[place, default: 0] + 1) {
          for seed in 0..<(fault == .reorder ? seeds : 1) {
            number += 1
            guard number % stride == offset else { continue }
            try reset()
            let seed = UInt64(seed * 1_000_003 + call)
            let words = try strike(site, place, fault, call, seed, states, &report)
            report.violations += words.map {
              "\(scenario.name): \(fault) at call \(call) of the \(place), seed \(seed): \($0)"
            }
          }
        }
      }
    }
    return report
  }

  private func strike(
    _ site: CrashSite, _ place: Place, _ fault: DiskFault, _ call: Int, _ seed: UInt64,
    _ states: [State], _ report: inout CrashRun.Report
  ) throws -> [String] {
    switch place {
    case .mirror: site.disk.arm(fault, atCall: call, seed: seed)
    case .files: site.files.arm(fault, atCall: call, seed: seed)
    }
    var done = 0
    while done < scenario.commands.count {
      do {
        try scenario.commands[done].run(site)
      } catch {
        break  // what it says is not the question here
      }
      done += 1
      if site.disk.isDown || site.files.isDown { break }
    }
    let hits = place == .mirror ? site.disk.counts.hits : site.files.hits
    // Where nothing is written any more there is no room to lack.
    if hits == 0, fault == .full { return [] }
    report.runs[fault, default: 0] += 1
    report.hits[fault, default: 0] += min(hits, 1)
    if hits == 0 { return ["the fault did not strike"] }
    if site.disk.isDown { site.files.turnOff(fault, seed: seed) }
    site.files.restart()
    site.disk.restart()
    return try look(site, done, states)
  }

  /// What is wrong with what is left, and with what the rest of the commands makes of it.
  private func look(_ site: CrashSite, _ acknowledged: Int, _ states: [State]) throws -> [String] {
    var done = acknowledged
    var found = try Soundness.faults(of: Database(site.path, vfs: site.disk.name))
    let left = try State(site)
    if done < scenario.commands.count {
      let before = states[done]
      let after = states[done + 1]
      if left.log == after.log, left.dump.firstDifference(from: after.dump) == nil {
        if scenario.commands[done].isWhole { done += 1 }
      } else if scenario.commands[done].isWhole {
        if let words = left.dump.firstDifference(from: before.dump) {
          found.append("\(scenario.commands[done].name) is there in half: \(words)")
        }
      } else if !left.log.starts(with: before.log) || !after.log.starts(with: left.log) {
        found.append("the log after \(scenario.commands[done].name) is \(left.log)")
      }
    }
    for command in scenario.commands[done...] {
      do {
        try command.run(site)
      } catch {
        found.append("\(command.name) does not work any more: \(error)")
        return found
      }
    }
    let end = try State(site)
    if let wanted = states.last {
      if let words = end.dump.firstDifference(from: wanted.dump) {
        found.append("in the end something else is there: \(words)")
      }
      for path in Set(end.files.keys).union(wanted.files.keys).sorted()
      where end.files[path] != wanted.files[path] {
        let text = end.files[path].map { String(decoding: $0, as: UTF8.self) } ?? "missing"
        found.append("in the end \(path) is other: \(text.prefix(200))")
      }
    }
    let verified = try MirrorReader(
      path: site.path, tenant: "demo", vfs: site.disk.name
    ).verify()
    if let finding = verified.findings.first { found.append("verify: \(finding)") }
    return found
  }
}
