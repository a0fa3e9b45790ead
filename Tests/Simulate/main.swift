import Machine
import Simulation
import Support

// Development: times of the crash runs.
for scenario in PullScenarios.all {
  for fault in DiskFault.allCases {
    let start = SystemTime.monotonicSeconds
    let report = try CrashRun(scenario, share: 10).run([fault])
    print(
      scenario.name, fault, report.calls, "runs", report.runs, "hits", report.hits,
      SystemTime.monotonicSeconds - start, report.violations.count, report.violations.first ?? "")
  }
}
