import Contract
import LocalMirror
import Machine
import Simulation
import Support
import Sync
import Synchronization
import Testing

@Suite("Simulation")
struct SimulationTests {
  @Test("seeds of every kind of server break no invariant", arguments: ServerProfile.Kind.allCases)
  func seeds(kind: ServerProfile.Kind) throws {
    for seed in 1...2 as ClosedRange<UInt64> {
      var options = World.Options(seed: seed)
      options.profile = kind
      let failures = try SeedRun.run(options).report.failures
      #expect(failures.isEmpty, "seed \(seed): \(failures.first?.words ?? "")")
    }
  }

  @Test("a seed replays a run; another seed is another run (I17)")
  func determinism() throws {
    var hashes: Set<UInt64> = []
    for seed in 1...2 as ClosedRange<UInt64> {
      let first = try SeedRun.run(World.Options(seed: seed))
      let second = try SeedRun.run(World.Options(seed: seed))
      #expect(first.hash == second.hash, "seed \(seed)")
      hashes.insert(first.hash)
    }
    #expect(hashes.count == 2)
  }

  @Test("seeds on several threads are the runs that they are on one")
  func threads() throws {
    let together = Mutex<[Int: UInt64]>([:])
    try Parallel.forEach(count: 4, chunk: 1, workers: 4) { (_, range) throws(SeedError) in
      for seed in range {
        do {
          let hash = try Self.hash(seed)
          together.withLock { $0[seed] = hash }
        } catch { throw SeedError(cause: error) }
      }
    }
    for seed in 0..<4 {
      let alone = try Self.hash(seed)
      #expect(together.withLock { $0[seed] } == alone, "seed \(seed)")
    }
  }

  private static func hash(_ seed: Int) throws -> UInt64 {
    var options = World.Options(seed: UInt64(seed))
    options.steps = 40
    return try SeedRun.run(options).hash
  }

  private struct SeedError: Error { let cause: any Error }

  @Test("a failing run is made smaller, and still fails in the same way")
  func shrinking() throws {
    var options = World.Options(seed: 1)
    options.profile = .versions
    options.bugs = [.pullErasesEdits]
    for seed in 1...8 as ClosedRange<UInt64> {
      options.seed = seed
      guard let failure = try SeedRun.run(options).report.failures.first else { continue }
      let steps = try World(options).steps
      let small = try Shrinker.shrink(options, steps, breaking: failure.invariant, limit: 8)
      #expect(small.count < steps.count)
      let again = try SeedRun.run(options, steps: small).report.failures.first
      #expect(again?.invariant == failure.invariant)
      return
    }
    Issue.record("the mistake was not found")
  }

  @Test("a push survives each fault of a call", arguments: [0, 6])
  func callFaults(number: Int) throws {
    let scenario = SyncScenario.all[number]
    let calm = try scenario.run(.versions)
    #expect(calm.violations.isEmpty, "\(calm.violations.first ?? "")")
    #expect(calm.calls > 5)
    for fault in CallFault.allCases {
      for call in stride(from: 1 + number % 3, through: calm.calls, by: 7) {
        let outcome = try scenario.run(.versions, call: (fault, call))
        #expect(
          outcome.violations.isEmpty, "\(fault) at \(call): \(outcome.violations.first ?? "")")
      }
    }
  }

  @Test("a push survives each fault of the disk", arguments: [1, 5])
  func diskFaults(number: Int) throws {
    let scenario = SyncScenario.all[number]
    let calm = try scenario.run(.versions)
    #expect(calm.diskCalls > 50)
    for fault in DiskFault.allCases {
      for call in stride(from: 1 + number, through: calm.diskCalls, by: 61) {
        let outcome = try scenario.run(.versions, disk: (fault, call))
        #expect(
          outcome.violations.isEmpty, "\(fault) at \(call): \(outcome.violations.first ?? "")")
      }
    }
  }
}

@Suite("What the simulation found")
struct FoundTests {
  @Test("a record in quarantine is not taken for deleted by a second snapshot in a new epoch")
  func quarantinedTwice() throws {
    let world = try World.calm(.versions, seed: 1)
    _ = try world.pullOnce()
    world.server.poison(Shop.product(1), true)
    _ = try world.pullOnce()
    for _ in 0..<2 {
      world.server.beginEpoch()
      let report = try world.pullOnce()
      #expect(report.streams.allSatisfy { $0.deleted == 0 })
    }
    world.server.poison(Shop.product(1), false)
    let last = try world.pullOnce()
    #expect(last.isComplete)
    #expect(last.streams.first { $0.type == .product }?.count == 4)
  }

  @Test("a restored server's record that did not fit is newer than that of the lost epoch")
  func quarantinedBackup() throws {
    let world = try World.calm(.versions, seed: 1)
    world.server.poison(Shop.product(1), true)
    let backup = world.server.save()
    world.server.poison(Shop.product(1), false)
    world.server.put(Shop.product(1), ["vendor": .text("Lost")])
    _ = try world.pullOnce()
    world.server.restoreBackup(backup)
    #expect(try world.pullOnce().streams.contains { $0.inQuarantine == 1 })
    world.server.poison(Shop.product(1), false)
    let last = try world.pullOnce()
    #expect(last.isComplete)
    #expect(last.streams.allSatisfy { $0.inQuarantine == 0 })
  }

  @Test("a record that was missing in a new epoch can come back")
  func missingComesBack() throws {
    let world = try World.calm(.versions, seed: 1)
    _ = try world.pullOnce()
    for _ in 0..<30 {
      world.server.put(Shop.product(2), ["vendor": .text("A")])
      world.server.put(Shop.product(2), ["vendor": .text("B")])
    }
    _ = try world.pullOnce()
    let fields = try #require(world.server.fields(of: Shop.product(2)))
    world.server.remove(Shop.product(2))
    world.server.beginEpoch()
    _ = try world.pullOnce()
    world.server.put(Shop.product(2), fields)
    let last = try world.pullOnce()
    #expect(last.isComplete)
    #expect(last.streams.first { $0.type == .product }?.repaired == 0)
  }

  @Test("a record that is put right behind the feed's back leaves quarantine")
  func lateRepair() throws {
    let world = try World.calm(.stamps, seed: 1)
    world.server.poison(Shop.product(1), true)
    let first = try world.pullOnce()
    #expect(first.streams.contains { $0.inQuarantine == 1 })
    world.server.setCommitLag(seconds: 7200)
    world.server.poison(Shop.product(1), false)
    let second = try world.pullOnce()
    #expect(second.streams.allSatisfy { $0.inQuarantine == 0 })
    #expect(second.isComplete)
  }
}
