package import LocalMirror
import Support

/// A mistake of another product, and a scene in which it shows: a few steps of editors, staff and
/// faults, written down one by one, that go through the shipped code.
///
/// Unlike a seed, a scene stays what it is when the simulation draws other steps.
public struct Exhibit: Sendable, CustomStringConvertible {
  /// The mistake.
  package let bug: KnownBug
  /// What happens, in a few words.
  public let scene: String
  /// Whether the random steps of a seed lead there often enough to be relied on.
  public let isFoundBySeeds: Bool
  let play: @Sendable (Set<KnownBug>) throws -> World

  /// Its number in the design and its name.
  public var description: String { "\(bug.number) \(bug.rawValue)" }

  /// Describes an exhibit.
  ///
  /// - Parameter play: plays the scene in a world with these mistakes, until something is wrong or
  ///   all has come to rest; gives that world.
  init(
    _ bug: KnownBug, _ scene: String, bySeeds: Bool = false,
    play: @escaping @Sendable (Set<KnownBug>) throws -> World
  ) {
    self.bug = bug
    self.scene = scene
    isFoundBySeeds = bySeeds
    self.play = play
  }

  /// What the checks say.
  public struct Finding: Sendable, Hashable {
    /// The invariant that did not hold; `error` where the program threw what no caller expects.
    public var invariant: String
    /// In words.
    public var words: String
  }

  /// Plays the scene.
  ///
  /// - Returns: the first thing that is wrong; nil where nothing is.
  public func run(withMistake isBuiltIn: Bool) -> Finding? {
    let world: World
    do {
      world = try play(isBuiltIn ? [bug] : [])
    } catch {
      return Finding(invariant: "error", words: "\(error)")
    }
    guard let invariant = world.broken, let words = world.violations.first else { return nil }
    return Finding(invariant: invariant, words: words)
  }

  /// The first seed whose run fails with the mistake and passes without it.
  ///
  /// - Returns: nil where there is none from 1 to `limit`. O(limit) runs.
  public func firstSeed(upTo limit: UInt64) -> (seed: UInt64, finding: Finding)? {
    for seed in 1...max(limit, 1) {
      var options = World.Options(seed: seed)
      options.bugs = [bug]
      guard let finding = Self.finding(of: options) else { continue }
      options.bugs = []
      if Self.finding(of: options) == nil { return (seed, finding) }
    }
    return nil
  }

  private static func finding(of options: World.Options) -> Finding? {
    do {
      let failure = try SeedRun.run(options).report.failures.first
      return failure.map { Finding(invariant: $0.invariant, words: $0.words) }
    } catch {
      return Finding(invariant: "error", words: "\(error)")
    }
  }
}

extension World {
  /// A calm world of one editor, who has pulled unless `isPulled` says otherwise.
  static func scene(
    _ bugs: Set<KnownBug>, _ kind: ServerProfile.Kind = .versions, isPulled: Bool = true
  ) throws -> World {
    var options = Options(seed: 7)
    options.profile = kind
    options.editors = 1
    options.isCalm = true
    options.bugs = bugs
    let world = try World(options)
    if isPulled { _ = try world.pull(world.editors[0]) }
    return world
  }

  /// The editor takes a step, and all is checked after it. Nothing happens once something is wrong.
  func act(
    _ action: Step.Action, call: (fault: CallFault, at: Int)? = nil,
    disk: (fault: DiskFault, at: Int)? = nil
  ) throws {
    guard violations.isEmpty else { return }
    var step = Step(action: action, editor: 0, seed: 1)
    step.callFault = call?.fault
    step.call = call?.at ?? 1
    step.diskFault = disk?.fault
    step.diskCall = disk?.at ?? 1
    _ = try take(step)
    try check(after: step)
  }

  /// Faults stop and everybody syncs until all is quiet, unless something is wrong already.
  func comeToRest() throws -> World {
    if violations.isEmpty { try settleDown() }
    return self
  }
}
