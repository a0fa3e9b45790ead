import Bytes
import Formats
import HTTPServer
import Machine
import Synchronization

/// What browsers are told: that pages are others now. A browser asks and is answered when there is
/// something to tell (long polling), so that it costs neither threads nor a protocol of its own.
final class LiveEvents: Sendable {
  /// What a browser should do.
  enum Event: Sendable, Equatable {
    /// Fetch its page again.
    case reload
    /// Put other style sheets in place: old and new paths.
    case styles([String: String])
    /// Show how many problems the last build has.
    case problems
  }

  private struct Waiter {
    let since: Int
    let deadline: Double
    let promise: DeferredResponse
  }

  private struct State {
    var version = 1
    var events: [(version: Int, event: Event)] = []
    var waiters: [Waiter] = []
    var problemCount = 0
    var isStopping = false
  }

  /// Tells two runs of the server apart.
  let session: String
  private let state = Mutex(State())

  /// Seconds after which a browser is answered that nothing happened, and asks again.
  private static let patience = 25.0
  /// How many events are remembered; who missed more reloads.
  private static let memory = 64
  /// How many browsers may wait; further ones are told to come again.
  static let waiterLimit = 512

  init(session: String) { self.session = session }

  /// The number of the last event: what a page that is made now knows.
  var version: Int { state.withLock { $0.version } }

  /// How many browsers wait.
  var waiterCount: Int { state.withLock { $0.waiters.count } }

  /// Tells all browsers.
  func tell(_ event: Event, problems: Int) {
    let waiting = state.withLock { state in
      state.version += 1
      state.problemCount = problems
      state.events.append((state.version, event))
      if state.events.count > Self.memory { state.events.removeFirst() }
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiting { waiter.promise.complete(answer(since: waiter.since)) }
  }

  /// The answer to a browser that knows all events up to `since`.
  func respond(session known: String?, since: Int) -> Response {
    let promise = DeferredResponse()
    let isWaiting = state.withLock { state in
      guard known == session, since == state.version, !state.isStopping,
        state.waiters.count < Self.waiterLimit
      else { return false }
      state.waiters.append(
        Waiter(
          since: since, deadline: SystemTime.monotonicSeconds + Self.patience, promise: promise))
      return true
    }
    return isWaiting ? .deferred(promise) : answer(since: known == session ? since : -1)
  }

  /// Milliseconds until somebody will have waited long. Who begins to wait meanwhile has that time too.
  var patience: Int {
    let first = state.withLock { $0.waiters.map(\.deadline).min() }
    let left = first.map { $0 - SystemTime.monotonicSeconds } ?? Self.patience
    return max(1, Int((left * 1000).rounded(.up)))
  }

  /// Answers those that have waited long.
  func tick() {
    let now = SystemTime.monotonicSeconds
    let late = state.withLock { state in
      let late = state.waiters.filter { $0.deadline <= now }
      state.waiters.removeAll { $0.deadline <= now }
      return late
    }
    for waiter in late { waiter.promise.complete(answer(since: waiter.since)) }
  }

  /// Answers everybody.
  func stop() {
    let all = state.withLock { state in
      state.isStopping = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in all { waiter.promise.complete(answer(since: waiter.since)) }
  }

  private func answer(since: Int) -> Response {
    let (version, event, problems) = state.withLock { state in
      (
        state.version, Self.sum(state.events, since: since, version: state.version),
        state.problemCount
      )
    }
    var writer = JSONWriter(capacity: 256)
    writer.beginObject()
    writer.key("session")
    writer.value(session)
    writer.key("version")
    writer.value(Int64(version))
    writer.key("problems")
    writer.value(Int64(problems))
    writer.key("kind")
    switch event {
    case .reload: writer.value("reload")
    case .problems: writer.value("none")
    case .styles(let names):
      writer.value("styles")
      writer.key("styles")
      writer.beginObject()
      for (old, new) in names.sorted(by: { $0.key < $1.key }) {
        writer.key(old)
        writer.value(new)
      }
      writer.end()
    }
    writer.end()
    return Response(
      headers: [
        "Content-Type": "application/json", "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
      ], body: .bytes(writer.finish().array))
  }

  /// All events since one, as one.
  static func sum(_ events: [(version: Int, event: Event)], since: Int, version: Int) -> Event {
    guard since >= 0, since <= version else { return .reload }
    if since == version { return .problems }
    guard let first = events.first, first.version <= since + 1 else { return .reload }
    var names: [String: String] = [:]
    for (number, event) in events where number > since {
      switch event {
      case .reload: return .reload
      case .problems: continue
      case .styles(let more):
        // A sheet that changed twice is swapped once.
        for (old, new) in names { names[old] = more[new] ?? new }
        for (old, new) in more where !names.values.contains(new) { names[old] = new }
      }
    }
    return names.isEmpty ? .problems : .styles(names)
  }
}
