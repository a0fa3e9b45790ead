import LocalMirror
import Machine
import Simulation
import Synchronization

extension Columns {
  /// `museum [--kept] [--seeds N] [--only NUMBER] [--all] [--jobs N]`: which check finds each built-in
  /// mistake, as a table.
  ///
  /// Its scene must find it, and find nothing without it. Where random seeds are expected to find it
  /// too, one of the first N must, and pass without it; `--kept` leaves the seeds out, `--all` asks
  /// them for every mistake.
  static func museum(_ arguments: Arguments) throws -> Bool {
    let start = SystemTime.monotonicSeconds
    let exhibits = Museum.exhibits.filter { exhibit in
      !arguments.has("only") || exhibit.bug.number == arguments.number("only", or: 0)
    }
    let limit = UInt64(max(arguments.number("seeds", or: 1000), 1))
    let rows = Mutex<[Int: MuseumRow]>([:])
    Parallel.forEach(
      count: exhibits.count, chunk: 1,
      workers: arguments.number("jobs", or: Parallel.workerCount)
    ) { _, range in
      for place in range {
        let asksSeeds = exhibits[place].isFoundBySeeds || arguments.has("all")
        let row = MuseumRow(
          exhibits[place], seeds: asksSeeds && !arguments.has("kept") ? limit : nil)
        rows.withLock { $0[place] = row }
      }
    }
    let table = rows.withLock { rows in exhibits.indices.compactMap { rows[$0] } }
    print(MuseumRow.heading)
    for row in table { print(row.line) }
    for row in table where !row.isFound { print(row.complaint) }
    let found = table.count(where: \.isFound)
    let seconds = Int(SystemTime.monotonicSeconds - start)
    print("\(found) of \(exhibits.count) found in \(seconds) s")
    return found == exhibits.count
  }
}

/// What was found of one exhibit.
private struct MuseumRow: Sendable {
  private let exhibit: Exhibit
  private let scene: Exhibit.Finding?
  private let without: Exhibit.Finding?
  /// How many seeds were asked; nil where none was.
  private let limit: UInt64?
  private let seed: (seed: UInt64, finding: Exhibit.Finding)?

  init(_ exhibit: Exhibit, seeds limit: UInt64?) {
    self.exhibit = exhibit
    self.limit = limit
    scene = exhibit.run(withMistake: true)
    without = exhibit.run(withMistake: false)
    seed = limit.flatMap { exhibit.firstSeed(upTo: $0) }
  }

  var isFound: Bool {
    scene != nil && without == nil && (limit == nil || seed != nil || !exhibit.isFoundBySeeds)
  }

  static let heading = row("no", "mistake", "scene", "seed", "what happens in the scene")

  var line: String {
    let bySeed = seed.map { "\($0.seed) \($0.finding.invariant)" }
    return Self.row(
      "\(exhibit.bug.number)", exhibit.bug.rawValue,
      without == nil ? scene?.invariant ?? "NOT FOUND" : "FAILS",
      bySeed ?? (limit == nil ? "" : "none"), exhibit.scene)
  }

  var complaint: String {
    let name = exhibit.description
    if let without { return "\(name): its scene fails without it: \(without.words.prefix(400))" }
    if scene == nil { return "\(name): its scene does not find it" }
    return "\(name): no seed up to \(limit ?? 0) finds it"
  }

  private static func row(
    _ number: String, _ name: String, _ scene: String, _ seed: String, _ words: String
  ) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(width - text.count, 0))
    }
    return
      "\(padded(number, 3)) \(padded(name, 29)) \(padded(scene, 9)) \(padded(seed, 10)) \(words)"
  }
}
