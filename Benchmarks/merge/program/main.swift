import Bytes
import Formats
import Glibc
import Machine
import Merge

/// Merges the texts of the merge benchmark, each of the cases in turn.
///
/// usage: MergeBenchmark CASES PASSES [--answers]
///
/// CASES has one JSON object a line with `base`, `ours` and `theirs`. Without `--answers` the median
/// and the least time of a merge are written as JSON, in microseconds, for the word merge, the prose
/// merge and the line merge; with it, the answers of the word merge.
struct Bench {
  let cases: [(base: String, ours: String, theirs: String)]

  init(_ path: String) throws {
    cases = try Files.readText(path).split(separator: "\n").map { line in
      let fields = try Dictionary(
        uniqueKeysWithValues: JSON.parse(String(line)).value.members.map {
          ($0.name, $0.value.string ?? "")
        })
      return (fields["base"] ?? "", fields["ours"] ?? "", fields["theirs"] ?? "")
    }
  }

  /// Microseconds of each merge, sorted.
  func times(_ passes: Int, _ merge: (String, String, String) -> Int) -> [Double] {
    var times: [Double] = []
    var sum = 0
    for _ in 0..<passes {
      for work in cases {
        let start = Self.now()
        sum &+= merge(work.base, work.ours, work.theirs)
        times.append((Self.now() - start) * 1e6)
      }
    }
    precondition(sum >= 0, "the work is used")
    return times.sorted()
  }

  private static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

let arguments = CommandLine.arguments
guard arguments.count >= 3, let passes = Int(arguments[2]) else {
  _ = StandardStream.error.write("usage: MergeBenchmark CASES PASSES [--answers]\n")
  exit(2)
}
let bench = try Bench(arguments[1])
if arguments.contains("--answers") {
  for line in try Files.readText(arguments[1]).split(separator: "\n") {
    print(MergeCase.answer(Array(line.utf8)))
  }
} else {
  var json = JSONWriter()
  json.beginObject()
  let engines: [(String, (String, String, String) -> Int)] = [
    ("words", { WordMerge.merge(base: $0, ours: $1, theirs: $2).segments.count }),
    ("prose", { ProseMerge.merge(base: $0, mine: $1, shop: $2).segments.count }),
    ("lines", { LineMerge.merge(base: $0, ours: $1, theirs: $2).text.utf8.count }),
  ]
  for (name, merge) in engines {
    let times = bench.times(passes, merge)
    json.key(name)
    json.beginObject()
    json.key("n")
    json.value(times.count)
    json.key("median_ns")
    json.value(Int(times[times.count / 2] * 1000))
    json.key("least_ns")
    json.value(Int((times.first ?? 0) * 1000))
    json.end()
  }
  json.end()
  print(json.finish().string)
}
