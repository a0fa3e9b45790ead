import Machine
import Site

/// A shop that changes some times, with both builds compared after each change; now and then a build is
/// taken back and made again.
package struct BuildSequence {
  /// What came of sequences.
  package struct Tally {
    /// How often builds had how much to do, by words.
    package var extents: [String: Int] = [:]
    /// What was otherwise than it must be, in words.
    package var differences: [String] = []

    /// Nothing yet.
    package init() {}

    /// Adds another one.
    package static func += (left: inout Tally, right: Tally) {
      left.extents.merge(right.extents, uniquingKeysWith: +)
      left.differences += right.differences
    }
  }

  /// Makes the shop and its changes.
  package var seed: UInt64
  /// How many changes.
  package var length: Int

  /// Describes a sequence.
  package init(seed: UInt64, length: Int) {
    self.seed = seed
    self.length = length
  }

  /// Plays it.
  package func run() throws -> Tally {
    let houses = try TwoHouses(seed: seed)
    var tally = Tally()
    var steps: [String] = []
    var before: PublishedSite?
    for number in 0...length {
      if number > 0 {
        let step = try houses.shop.next()
        steps.append(step.name)
        try houses.take(step)
        // Where the last build was refused, what stands is what stood.
        if before == nil { before = try PublishedSite(houses.one) } else { before?.follow(step) }
      }
      let name = "seed \(seed), step \(number): \(steps.joined(separator: ", "))"
      var result = try houses.compareBuilds(name)
      tally.differences += result.differences
      // What is published first, because all before it was refused, replaces nothing.
      if let before, before.isThere, let report = result.report, report.extent != .nothing,
        houses.shop.random.below(5) == 0
      {
        tally.differences += try takeBack(houses, to: before, name)
        result = try houses.compareBuilds("taken back and built again, \(name)")
        tally.differences += result.differences
        tally.extents["taken back", default: 0] += 1
      }
      before = result.state
      tally.extents[result.report?.extent.word ?? "refused", default: 0] += 1
      if case .full(let reason)? = result.report?.extent, number > 0 {
        tally.extents["full: \(reason)", default: 0] += 1
      }
    }
    return tally
  }

  private func takeBack(
    _ houses: TwoHouses, to before: PublishedSite, _ name: String
  ) throws -> [String] {
    guard try houses.one.rollBack() != nil else { return ["nothing to take back, \(name)"] }
    let found = try PublishedSite(houses.one).differences(since: before)
    return found.isEmpty
      ? [] : ["taken back is not as before, \(name): \(found.joined(separator: "; "))"]
  }
}
