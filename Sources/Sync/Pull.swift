import Bytes
public import Contract
public import LocalMirror
public import Machine

/// Brings a mirror up to date with its source and proves that it is.
///
/// The first pull reads a snapshot, later ones the change feed from the stored cursor on; where the
/// cursor is refused or server, epoch or scope have changed, everything is read into a new
/// generation and what it does not bring is removed. A page and its cursor are one transaction, so
/// that a pull may be killed at any moment and goes on from the last page. Local edits are never
/// touched.
///
/// Used by one thread; everything that waits or draws lots goes through `time` and `random`, so
/// that a whole pull can be simulated.
public struct Pull {
  /// What a caller may choose.
  public struct Options: Sendable {
    /// Changes on a page, at most.
    public var pageSize = 1000
    /// Whether to read everything even if the change feed would do.
    public var isFull = false
    /// The share of a stream in per cent that may vanish in one pull.
    public var maxShrink = 20
    /// Whether more may vanish this once.
    public var allowsShrink = false
    /// Patience with what fails for the moment.
    public var backoff = Backoff()
    /// New tries before giving up on a server that has not answered at all yet.
    public var firstContactTries = 3
    /// How many records of a stream are read one by one to repair it, at most.
    public var repairLimit = 2000
    /// How local edits are merged with what came.
    public var rules = SettlementRules()
    /// Whether all work is done on the calling thread, so that a run can be replayed call by call.
    public var isSingleThreaded = false

    /// Makes the usual options.
    public init() {}
  }

  let source: any CatalogSource
  let mirror: MirrorStore
  let connector: String
  let options: Options
  let time: any TimeSource
  let random: any RandomSource
  let progress: (PullProgress) -> Void

  /// Prepares a pull.
  ///
  /// - Parameters:
  ///   - connector: the connector's name as the mirror notes it, for example `native`.
  ///   - progress: called on the pull's thread, about once a page.
  public init(
    source: any CatalogSource, mirror: MirrorStore, connector: String,
    options: Options = Options(), time: any TimeSource = SystemTime(),
    random: any RandomSource = SystemRandom(), progress: @escaping (PullProgress) -> Void = { _ in }
  ) {
    self.source = source
    self.mirror = mirror
    self.connector = connector
    self.options = options
    self.time = time
    self.random = random
    self.progress = progress
  }

  /// Pulls.
  ///
  /// A report whose `isComplete` is false is no error here: the mirror holds what came, and the
  /// report says which stream lacks how much.
  /// - Throws: `PullError`, or `MirrorError` where the mirror cannot be written.
  public func run() throws -> PullReport {
    var session = PullSession(self)
    do {
      try session.run()
      try mirror.finishPurges()
    } catch let error as ConnectorError {
      throw PullError(error)
    }
    return session.report
  }
}
