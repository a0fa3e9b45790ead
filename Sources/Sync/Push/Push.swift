public import Bytes
public import Contract
public import LocalMirror
public import Machine
import Merge

/// Sends a plan and stores what became of every part of it.
///
/// The bytes and the key of a request stand in the outbox before the first of them is sent, and an
/// answer is one transaction with what follows from it; so a push may be killed at any moment, and the
/// next one finds out what became of what was under way. What the editor changes meanwhile stays an
/// edit: only the value that was sent is confirmed.
///
/// Used by one thread; time, randomness and network come through the parameters, so that a whole push
/// can be simulated.
public struct Push {
  /// What a caller may choose.
  public struct Options: Sendable {
    /// Patience with what fails for the moment: 1 s doubling to 5 min.
    public var backoff: Backoff
    /// New tries before giving up on a server that cannot be reached at all.
    public var contactTries = 3
    /// How often a request without an answer is sent again within one push.
    public var unknownTries = 3
    /// After how many sendings a request goes to the inbox.
    public var largestAttempts = 8
    /// How often an operation is merged anew within one push because the shop changed.
    public var remergeLimit = 5
    /// Seconds before the end of a key's retention in which it is no longer relied on.
    public var retentionMargin: Int64 = 60

    /// Makes the usual options.
    public init() {
      backoff = Backoff()
      backoff.firstMs = 1000
      backoff.capMs = 300_000
    }
  }

  let target: any CatalogTarget
  let mirror: MirrorStore
  let rules: SettlementRules
  let capabilities: Capabilities
  let options: Options
  let time: any TimeSource
  let random: any RandomSource
  let progress: (PushProgress) -> Void
  /// By how many microseconds the shop's clock is ahead; nil where it does not say.
  let shopIsAhead: Int64?

  /// Prepares a push.
  ///
  /// - Parameters:
  ///   - capabilities: what the platform protects, as `describe()` says.
  ///   - shopNow: what the shop's clock shows, as `describe()` says.
  public init(
    target: any CatalogTarget, mirror: MirrorStore, capabilities: Capabilities,
    shopNow: Instant? = nil, rules: SettlementRules = SettlementRules(),
    options: Options = Options(), time: any TimeSource = SystemTime(),
    random: any RandomSource = SystemRandom(),
    progress: @escaping (PushProgress) -> Void = { _ in }
  ) {
    self.target = target
    self.mirror = mirror
    self.capabilities = capabilities
    self.rules = rules
    self.options = options
    self.time = time
    self.random = random
    self.progress = progress
    shopIsAhead = shopNow.map { $0.microseconds - time.now.microseconds }
  }

  /// What the shop's clock shows now; nil where it does not say.
  var shopNow: Instant? {
    shopIsAhead.map { Instant(microseconds: time.now.microseconds + $0) }
  }

  /// Looks whether a shop is the one that a mirror was filled from, before anything is sent. Where it was
  /// restored, that becomes a question too (row 30), which ends with the next pull.
  ///
  /// - Returns: what the shop says of itself.
  /// - Throws: `PushError` with `otherShop` where everything must be compared first, or `MirrorError`
  ///   where it is another server.
  public static func check(
    _ target: any CatalogTarget, against mirror: MirrorStore, connector: String
  ) throws -> SourceDescription {
    let description: SourceDescription
    do throws(ConnectorError) {
      description = try target.describe()
    } catch {
      throw PushError(connector: error)
    }
    switch try mirror.standing(of: description, connector: connector) {
    case .known: return description
    case .fresh:
      throw PushError(
        .otherShop, "nothing has been pulled from this shop yet", help: "Run `trumeau pull` first.")
    case .changed(let why):
      try ask(description, why, in: mirror)
      throw PushError(
        .otherShop, "nothing was sent: \(why)",
        help: "Run `trumeau pull`: it compares everything and keeps your edits. Then plan again.")
    }
  }

  private static func ask(
    _ shop: SourceDescription, _ why: String, in mirror: MirrorStore
  ) throws {
    var question = Question(.otherShop, .ofShop(shop.serverID))
    question.detail.name = shop.tenant.isEmpty ? shop.serverID : shop.tenant
    question.detail.words = why
    let open = try mirror.ledger.openConflicts().contains {
      $0.kind == ConflictKind.otherShop.rawValue && $0.key == question.key
    }
    if !open { try mirror.settle { _ = try $0.open(question.draft) } }
  }

  /// Finds out what became of requests without an answer. A plan is made after this.
  ///
  /// - Throws: `PushError`, or `MirrorError` where the mirror cannot be written.
  @discardableResult
  public func settleUnsettled() throws -> PushReport {
    var session = PushSession(self, Plan(shop: "", operations: []))
    return try session.finish { try $0.settleUnsettled() }
  }

  /// Sends a plan, which must be the plan of the mirror as it is.
  ///
  /// - Throws: `PushError`, or `MirrorError` where the mirror cannot be written.
  @discardableResult
  public func run(_ plan: Plan) throws -> PushReport {
    var session = PushSession(self, plan)
    return try session.finish { session in
      try session.settleUnsettled()
      try session.sendAll()
    }
  }
}

extension RandomSource {
  /// A UUID of version 7 (RFC 9562, §5.7): 48 bits of milliseconds, the rest random. It sorts by time.
  func uuidV7(at instant: Instant) -> String {
    let milliseconds = UInt64(max(instant.microseconds / 1000, 0))
    var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * $0)) }
    bytes += self.bytes(10)
    bytes[6] = bytes[6] & 0x0F | 0x70
    bytes[8] = bytes[8] & 0x3F | 0x80
    let hex = Hex.encode(bytes)
    let cuts = [0, 8, 12, 16, 20, 32]
    return zip(cuts, cuts.dropFirst()).map { from, to in
      String(hex.dropFirst(from).prefix(to - from))
    }.joined(separator: "-")
  }
}
