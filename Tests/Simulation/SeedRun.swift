public import Merge

/// Runs seeds and adds up what they did.
public struct SeedRun {
  /// A seed that failed.
  public struct Failure: Sendable {
    /// The seed; with the commit it replays the run.
    public var seed: UInt64
    /// What was wrong first.
    public var words: String
    /// The invariant that did not hold.
    public var invariant: String

    /// Notes a failure.
    public init(seed: UInt64, words: String, invariant: String) {
      self.seed = seed
      self.words = words
      self.invariant = invariant
    }
  }

  /// What came of the seeds.
  public struct Report: Sendable {
    /// How many were run.
    public var seeds = 0
    /// How many had at least one question for a person.
    public var seedsWithQuestions = 0
    /// The figures of all.
    public var figures = World.Figures()
    /// Seeds that failed.
    public var failures: [Failure] = []

    /// Makes a report of nothing.
    public init() {}

    /// Adds another report.
    public static func += (left: inout Report, right: Report) {
      left.seeds += right.seeds
      left.seedsWithQuestions += right.seedsWithQuestions
      left.figures += right.figures
      left.failures += right.failures
    }

    /// The rows of the taxonomy that came up less often than this.
    public func rare(below count: Int) -> [ConflictKind] {
      ConflictKind.allCases.filter { figures.rows[$0, default: 0] < count }
    }
  }

  /// What of a run is compared when it is run twice.
  public struct Result: Sendable {
    /// The world after it.
    public var report: Report
    /// The trace's hash (invariant I17).
    public var hash: UInt64
  }

  /// Runs one seed.
  public static func run(_ options: World.Options, steps: [Step]? = nil) throws -> Result {
    let world = try World(options)
    world.run(steps ?? world.steps)
    var report = Report()
    report.seeds = 1
    report.seedsWithQuestions = world.figures.questions > 0 ? 1 : 0
    report.figures = world.figures
    if let broken = world.broken, let words = world.violations.first {
      report.failures = [Failure(seed: options.seed, words: words, invariant: broken)]
    }
    return Result(report: report, hash: world.trace.hash)
  }
}

/// Makes a failing run smaller: leaves out steps, then editors, then faults, as long as the same
/// invariant breaks.
public enum Shrinker {
  /// The smallest list of steps found. O(n log n) runs for n steps, at most `limit`.
  public static func shrink(
    _ options: World.Options, _ steps: [Step], breaking invariant: String, limit: Int = 400
  ) throws -> [Step] {
    var left = limit
    func fails(_ steps: [Step]) -> Bool {
      guard left > 0 else { return false }
      left -= 1
      // A world that cannot be made does not break the same invariant.
      guard let result = try? SeedRun.run(options, steps: steps) else { return false }
      return result.report.failures.first?.invariant == invariant
    }
    var best = steps
    var size = max(best.count / 2, 1)
    while true {
      var start = 0
      while start < best.count {
        let shorter = Array(best[..<start]) + best[min(start + size, best.count)...]
        if fails(shorter) { best = shorter } else { start += size }
      }
      if size == 1 { break }
      size /= 2
    }
    for editor in Set(best.map(\.editor)).sorted() {
      let fewer = best.filter { $0.editor != editor }
      if fewer.count < best.count, fails(fewer) { best = fewer }
    }
    for index in best.indices where best[index].callFault != nil || best[index].diskFault != nil {
      var calmer = best
      calmer[index].callFault = nil
      calmer[index].diskFault = nil
      if fails(calmer) { best = calmer }
    }
    return best
  }
}
