import Simulation
import Support
import Testing

@Suite("Edits and files survive every crash")
struct EditCrashTests {
  @Test(
    "at every call to the mirror's disk and to that of the files, in every way",
    arguments: 0..<EditScenario.all.count)
  func everyCall(number: Int) throws {
    let scenario = EditScenario.all[number]
    let report = try EditCrashRun(scenario, share: 61, rotation: number * 7).run()
    #expect(
      report.violations.isEmpty, "\(report.violations.count): \(report.violations.first ?? "")")
    #expect(report.calls.calls > 100)
    #expect(report.hits.count >= DiskFault.allCases.count - 1)
  }
}
