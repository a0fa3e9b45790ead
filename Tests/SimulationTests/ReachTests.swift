import Merge
import Simulation
import Support
import Testing

@Suite("What the simulation reaches")
struct ReachTests {
  @Test("a year of edits without the network, while the shop forgets its log after thirty days")
  func offlineYear() throws {
    var year = OfflineYear(seed: 1)
    year.edits = 300
    let report = try year.run()
    #expect(report.violations.isEmpty, "\(report.violations.first ?? "")")
    #expect(report.accepted >= 300)
    #expect(report.sent > 50)
    #expect(report.questions > 20)
  }

  @Test("scenes bring up rows of the taxonomy that chance hardly ever does")
  func rows() throws {
    var total = SeedRun.Report()
    for seed in 1...6 as ClosedRange<UInt64> {
      var options = World.Options(seed: seed)
      options.steps = 60
      let steps = try World(options).steps.map { step in
        var scene = step
        scene.action = .scene
        scene.diskFault = nil
        scene.callFault = nil
        return scene
      }
      total += try SeedRun.run(options, steps: steps).report
    }
    #expect(total.failures.isEmpty, "\(total.failures.first?.words ?? "")")
    let missing = total.rare(below: 1)
    #expect(missing.isEmpty, "\(missing.map(\.rawValue))")
  }
}
