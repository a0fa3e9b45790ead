import Bytes
public import Contract
public import Machine
import Synchronization

/// The line from one editor to the server, with faults: what a connector and the network between do.
public final class Line: CatalogTarget {
  /// A request that reached the server.
  public struct Arrival: Sendable {
    /// The request, as its bytes were.
    public var request: WriteRequest
    /// The server's outcome.
    public var outcome: WriteOutcome
    /// When.
    public var at: Int64
    /// How many writes the server had seen before.
    public var place: Int
  }

  struct State {
    var calls = 0
    /// The fault of this step, and at which call it comes.
    var armed: (fault: CallFault, call: Int)?
    /// From which call on the server is not to be reached; nil where it is there.
    var awayFrom: Int?
    var arrivals: [Arrival] = []
    /// Requests that are still on their way.
    var late: [WriteRequest] = []
    var injected: [CallFault: Int] = [:]
    /// How often somebody wrote in the window of an unguarded platform.
    var windows = 0
    /// Mutations whose requests the network has doubled.
    var doubled: Set<String> = []
    /// Movements that the network brought a second time to a platform that cannot tell.
    var doubledMovements: [RecordKey: Int64] = [:]
    /// Which calls since `arm` wrote something.
    var writingCalls: [Int] = []
  }

  let server: ServerModel
  let actor: ServerModel.Actor
  let time: FixedTime
  private let state = Mutex(State())
  /// What somebody else does in the window of an unguarded write; set by the simulation.
  let meanwhile = Mutex<(@Sendable (ServerModel.Window, RecordKey) -> Bool)?>(nil)

  /// What the editor does while a request is under way; set by the simulation. Unsafe only in name:
  /// the simulation has one thread.
  nonisolated(unsafe) var whileSending: (([WriteRequest]) -> Void)?

  /// Connects an editor.
  public init(_ server: ServerModel, actor: ServerModel.Actor, time: FixedTime) {
    self.server = server
    self.actor = actor
    self.time = time
  }

  // MARK: What the simulation does with it

  /// Sets the fault that comes at the `call`-th call from now on.
  public func arm(_ fault: CallFault?, atCall call: Int = 1) {
    state.withLock {
      $0.calls = 0
      $0.writingCalls = []
      $0.armed = fault.map { ($0, call) }
      $0.awayFrom = nil
    }
  }

  /// The server is away from the `call`-th call from now on, until `arm` is called: nothing connects.
  public func lose(fromCall call: Int) {
    state.withLock {
      $0.calls = 0
      $0.awayFrom = call
    }
  }

  /// Calls since `arm`.
  public var calls: Int { state.withLock { $0.calls } }
  /// Which of them wrote something, counted from 1.
  public var writingCalls: [Int] { state.withLock { $0.writingCalls } }
  /// Movements of a record that arrived twice where no key and no guard tells: the sum of what nobody
  /// meant, and nobody can see, because the answer is that of the first.
  func doubledMovement(of key: RecordKey) -> Int64 {
    state.withLock { $0.doubledMovements[key, default: 0] }
  }
  /// How often each fault came.
  public var injected: [CallFault: Int] { state.withLock { $0.injected } }
  /// All requests that reached the server through this line.
  public var arrivals: [Arrival] { state.withLock { $0.arrivals } }
  /// How often somebody wrote in the window of an unguarded write.
  public var windows: Int { state.withLock { $0.windows } }

  /// Mutations whose requests the network has doubled.
  var doubled: Set<String> { state.withLock { $0.doubled } }

  /// Lets what is still on its way arrive.
  public func deliverLate() {
    let late = state.withLock { state in
      defer { state.late = [] }
      return state.late
    }
    for request in late { _ = execute(request) }
  }

  // MARK: Faults

  /// Counts a call; gives the fault whose turn it is.
  private func begin(writes: Bool = false) throws(ConnectorError) -> CallFault? {
    let isAway = state.withLock { state in
      state.awayFrom.map { state.calls + 1 >= $0 } ?? false
    }
    guard !isAway else {
      state.withLock { $0.calls += 1 }
      throw ConnectorError(.unreachable, "connection refused")
    }
    deliverLate()
    return state.withLock { state in
      state.calls += 1
      if writes { state.writingCalls.append(state.calls) }
      guard let armed = state.armed, armed.call == state.calls else { return nil }
      if armed.fault.concernsWriting, !writes {
        // It waits for a call that writes.
        state.armed?.call += 1
        return nil
      }
      state.injected[armed.fault, default: 0] += 1
      return armed.fault
    }
  }

  private static func error(_ fault: CallFault) -> ConnectorError? {
    switch fault {
    case .dropRequest, .dropAnswer, .truncate, .reorder, .delayPastRetention:
      ConnectorError(.unreachable, "the line broke (\(fault.rawValue))")
    case .wrongContentType, .redirect:
      ConnectorError(.malformed, "the answer is a page for people (\(fault.rawValue))")
    case .tooManyUntilDate: ConnectorError(.rateLimited, "too many requests", retryAfter: 61)
    case .tooManyForSeconds: ConnectorError(.rateLimited, "too many requests", retryAfter: 2)
    case .tooMany: ConnectorError(.rateLimited, "too many requests")
    case .errorBeforeCommit, .errorAfterCommit: ConnectorError(.unavailable, "the server failed")
    case .unavailable: ConnectorError(.unavailable, "the server is busy", retryAfter: 5)
    case .unauthorizedMidBatch: ConnectorError(.unauthenticated, "the token has expired")
    case .duplicate, .stalePage, .partialLines, .halfBatch, .conflict, .precondition,
      .unprocessable, .cursorRefused:
      nil
    }
  }

  private func mayFail(_ fault: CallFault?) throws(ConnectorError) {
    if let fault, let error = Self.error(fault) { throw error }
  }

  // MARK: Reading

  /// Who the server is.
  public func describe() throws(ConnectorError) -> SourceDescription {
    try mayFail(try begin())
    return try server.describe()
  }

  /// Reads everything; what breaks off does so after the first page.
  public func snapshot(resume: String?, page: (SourcePage) throws -> Void) throws -> String {
    let fault = try begin()
    return try withoutActuallyEscaping(page) { page in
      try broken(fault, page) { try server.snapshot(resume: resume, page: $0) }
    }
  }

  /// Reads changes; what breaks off does so after the first page.
  public func changes(
    from cursor: String, limit: Int, page: (SourcePage) throws -> Void
  ) throws {
    let fault = try begin()
    if fault == .cursorRefused { throw ConnectorError(.cursorExpired, "the cursor is too old") }
    if fault == .stalePage, server.profile.hasTombstones {
      // What a cache knows is the answer of earlier: nothing new.
      return try page(SourcePage(records: [], cursor: cursor, hasMore: false))
    }
    try withoutActuallyEscaping(page) { page in
      try broken(fault, page) { try server.changes(from: cursor, limit: limit, page: $0) }
    }
  }

  private func broken<Result>(
    _ fault: CallFault?, _ page: @escaping (SourcePage) throws -> Void,
    _ read: ((SourcePage) throws -> Void) throws -> Result
  ) throws -> Result {
    var pages = 0
    switch fault {
    case .dropAnswer?, .truncate?, .partialLines?:
      _ = try read { one in
        if pages == 1 { throw ConnectorError(.unreachable, "the answer broke off") }
        pages += 1
        try page(one)
      }
      throw ConnectorError(.unreachable, "the answer broke off at its end")
    case .duplicate?:
      return try read { one in
        try page(one)
        try page(one)
      }
    default:
      try mayFail(fault)
      return try read(page)
    }
  }

  /// Counts and hashes of a type.
  public func digest(of type: ResourceType) throws(ConnectorError) -> [DigestBucket] {
    try mayFail(try begin())
    return try server.digest(of: type)
  }

  /// Ids and hashes of a bucket.
  public func identities(of type: ResourceType, bucket: UInt8) throws(ConnectorError)
    -> [RecordIdentity]
  {
    try mayFail(try begin())
    return try server.identities(of: type, bucket: bucket)
  }

  /// One record; from a cache, as it was before its last write.
  public func record(_ type: ResourceType, _ id: String) throws(ConnectorError) -> SourceRecord? {
    let fault = try begin()
    try mayFail(fault)
    if fault == .stalePage, let old = server.previous(RecordKey(type, id)) { return old }
    return try server.record(type, id)
  }

  /// The record that bears an external reference.
  public func record(_ type: ResourceType, externalReference: String) throws(ConnectorError)
    -> SourceRecord?
  {
    try mayFail(try begin())
    return try server.record(type, externalReference: externalReference)
  }

  // MARK: Writing

  /// The frozen form of a mutation.
  public func request(for mutation: Mutation) throws(ConnectorError) -> WriteRequest {
    try server.request(for: mutation)
  }

  /// Sends requests in one call.
  public func send(_ requests: [WriteRequest]) throws(ConnectorError) -> [WriteOutcome] {
    let fault = try begin(writes: true)
    whileSending?(requests)
    let half = (requests.count + 1) / 2
    func unknown(_ reason: String) -> [WriteOutcome] {
      requests.map { _ in .unknown(reason: reason) }
    }
    switch fault {
    case nil: return requests.map(execute)
    case .stalePage?, .cursorRefused?: return requests.map(execute)
    case .duplicate?:
      state.withLock { $0.doubled.formUnion(requests.map(\.mutation.id)) }
      let first = requests.map(execute)
      let second = requests.map(execute)
      guard server.profile.keyRetention == nil else { return second }
      for (request, outcome) in zip(requests, second) {
        guard case .done = outcome, let moved = request.mutation.adjustments["available"]
        else { continue }
        state.withLock { $0.doubledMovements[request.mutation.record, default: 0] += moved }
      }
      return first
    case .dropRequest?, .errorBeforeCommit?: return unknown("no answer")
    case .dropAnswer?, .truncate?, .errorAfterCommit?, .wrongContentType?:
      _ = requests.map(execute)
      return unknown("no answer that says anything")
    case .delayPastRetention?:
      _ = requests.map(execute)
      time.sleep(milliseconds: ((server.profile.keyRetention ?? 86_400) + 3600) * 1000)
      return unknown("no answer for a long time")
    case .reorder?:
      state.withLock { $0.late += requests }
      return unknown("no answer yet")
    case .unauthorizedMidBatch?:
      let done = requests.prefix(half - 1).map(execute)
      let error = ConnectorError(.unauthenticated, "the token has expired")
      return done + requests.dropFirst(half - 1).map { _ in .unauthorized(error) }
    case .conflict?: return requests.map { _ in .stale(nil) }
    case .precondition?: return requests.map { .stale(server.current($0.mutation.record)) }
    case .unprocessable?:
      return requests.map { _ in .refused(WriteRefusal("not today", code: "rule")) }
    case .tooManyUntilDate?: return requests.map { _ in .postponed(seconds: 61, reason: "429") }
    case .tooManyForSeconds?: return requests.map { _ in .postponed(seconds: 2, reason: "429") }
    case .tooMany?: return requests.map { _ in .postponed(seconds: nil, reason: "429") }
    case .unavailable?: return requests.map { _ in .postponed(seconds: 5, reason: "503") }
    case .redirect?: return unknown("a page for people")
    case .partialLines?, .halfBatch?:
      let done = requests.prefix(half).map(execute)
      let rest = requests.dropFirst(half)
      if fault == .partialLines { _ = rest.map(execute) }
      return done + rest.map { _ in .unknown(reason: "the answer ended before it") }
    }
  }

  private func execute(_ request: WriteRequest) -> WriteOutcome {
    let meanwhile = meanwhile.withLock { $0 }
    let place = server.history.count
    let outcome = server.execute(request, by: actor) { window in
      if meanwhile?(window, request.mutation.record) == true {
        self.state.withLock { $0.windows += 1 }
      }
    }
    state.withLock {
      $0.arrivals.append(
        Arrival(request: request, outcome: outcome, at: time.now.microseconds, place: place))
    }
    return outcome
  }
}

extension ServerModel {
  /// A record as it is, without a call.
  func current(_ key: RecordKey) -> SourceRecord? { state.withLock { $0.records[key]?.source } }

  /// A record as it was before its last write, where it had an earlier form.
  func previous(_ key: RecordKey) -> SourceRecord? { state.withLock { $0.previous[key] } }
}
