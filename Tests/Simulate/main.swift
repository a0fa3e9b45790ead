import Machine
import Simulation
import Support

let from = UInt64(CommandLine.arguments.dropFirst().first ?? "1") ?? 1
let count = UInt64(CommandLine.arguments.dropFirst(2).first ?? "1") ?? 1
var total = World.Figures()
let start = SystemTime.monotonicSeconds
var failed = 0
for seed in from..<(from + count) {
  var options = World.Options(seed: seed)
  if CommandLine.arguments.count > 3 {
    options.keepsTrace = true
  }
  let world = try World(options)
  try world.run(world.steps)
  if options.keepsTrace { for line in world.trace.lines { print(line) } }
  total += world.figures
  if let first = world.violations.first {
    failed += 1
    print("seed \(seed) \(world.server.profile.kind): \(first)")
  }
}
let seconds = SystemTime.monotonicSeconds - start
print(count, "seeds", failed, "failed", seconds, "s", total)
