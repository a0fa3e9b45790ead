import Simulation
import Support
import Testing

@Suite("A pull survives every crash")
struct PullCrashTests {
  @Test("at every call to the disk, in every way", arguments: 0..<PullScenarios.all.count)
  func everyCall(number: Int) throws {
    let scenario = PullScenarios.all[number]
    let report = try CrashRun(scenario, share: 97, rotation: number * 7).run()
    #expect(
      report.violations.isEmpty, "\(report.violations.count): \(report.violations.first ?? "")")
    #expect(report.calls.calls > 20)
    #expect(report.hits.count >= DiskFault.allCases.count - 1)
  }
}
