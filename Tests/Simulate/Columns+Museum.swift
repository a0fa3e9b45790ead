import LocalMirror
import Machine
import Simulation

extension Columns {
  /// `museum [--kept] [--seeds N] [--only NUMBER]`: which check finds each built-in mistake. Its scene
  /// must find it and pass without it; where seeds are expected to find it too, one of the first N must,
  /// unless only what is kept is asked for.
  static func museum(_ arguments: Arguments) throws -> Bool {
    let limit = UInt64(arguments.number("seeds", or: 1000))
    let start = SystemTime.monotonicSeconds
    var found = 0
    let exhibits = Museum.exhibits.filter { exhibit in
      !arguments.has("only") || exhibit.bug.number == arguments.number("only", or: 0)
    }
    for exhibit in exhibits {
      var isFound = tell(exhibit)
      let asksSeeds = exhibit.isFoundBySeeds || arguments.has("all")
      if asksSeeds, !arguments.has("kept") {
        if let (seed, finding) = exhibit.firstSeed(upTo: limit) {
          print("     seed \(seed): \(finding.invariant): \(finding.words.prefix(160))")
        } else {
          print("     not found in \(limit) seeds")
          if exhibit.isFoundBySeeds { isFound = false }
        }
      }
      if isFound { found += 1 }
    }
    let seconds = Int(SystemTime.monotonicSeconds - start)
    print("\(found) of \(exhibits.count) found in \(seconds) s")
    return found == exhibits.count
  }

  private static func tell(_ exhibit: Exhibit) -> Bool {
    let finding = exhibit.run(withMistake: true)
    let without = exhibit.run(withMistake: false)
    let number = exhibit.bug.number < 10 ? " \(exhibit.bug.number)" : "\(exhibit.bug.number)"
    print("\(number)  \(exhibit.bug.rawValue): \(exhibit.scene)")
    if let finding {
      print("     scene: \(finding.invariant): \(finding.words.prefix(160))")
    } else {
      print("     scene: NOT FOUND")
    }
    if let without { print("     WITHOUT the mistake: \(without.invariant): \(without.words)") }
    return finding != nil && without == nil
  }
}
