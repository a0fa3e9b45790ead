import BuildComparison
import Glibc

// Compares builds of what is different with full builds: see scripts/incremental.
let numbers = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
guard numbers.count == 3, CommandLine.arguments.count == 4 else {
  print("usage: incremental SEQUENCES STEPS SEED")
  exit(2)
}
let (count, steps, seed) = (numbers[0], Int(numbers[1]), numbers[2])
var tally = BuildSequence.Tally()
for sequence in 0..<count {
  do {
    let one = try BuildSequence(seed: seed + sequence, length: steps).run()
    for difference in one.differences { print("error: \(difference)") }
    tally += one
  } catch {
    print("error: seed \(seed + sequence): \(error)")
    tally.differences.append("\(error)")
  }
  fflush(nil)
}
if tally.extents["update", default: 0] == 0 {
  print("error: no build rendered what is different")
  tally.differences.append("no update")
}
let extents = tally.extents.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
print("incremental builds with seed \(seed): \(extents.joined(separator: ", "))")
exit(tally.differences.isEmpty ? 0 : 1)
