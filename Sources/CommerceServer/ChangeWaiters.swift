import Bytes
import Glibc
import Machine
import Synchronization

/// Requests that wait for a change, looked after by one thread; none of them holds a thread of its
/// own. Changes of other processes are seen too, because the store itself is asked.
final class ChangeWaiters: Sendable {
  /// Answers the request, or returns the position from which to go on waiting.
  typealias Attempt = @Sendable (_ isOver: Bool) -> Int64?

  private struct Waiter {
    let tenant: Int64
    var after: Int64
    let deadline: Double
    let attempt: Attempt
  }

  private struct State {
    var waiters: [Waiter] = []
    var isStopping = false
    var isRunning = false
  }

  /// How long a change of the store may go unseen.
  private static let pauseMilliseconds = 50
  private let store: CommerceStore
  private let state = Mutex(State())

  init(store: CommerceStore) { self.store = store }

  /// Starts the thread.
  func start() { BackgroundThread.start { [self] in run() } }

  /// Ends the thread after answering everybody.
  func stop() { state.withLock { $0.isStopping = true } }

  /// Lets a request wait.
  func add(tenant: Int64, after: Int64, seconds: Int, _ attempt: @escaping Attempt) {
    let waiter = Waiter(
      tenant: tenant, after: after, deadline: SystemTime.monotonicSeconds + Double(seconds),
      attempt: attempt)
    let isStopping = state.withLock { state in
      if !state.isStopping { state.waiters.append(waiter) }
      return state.isStopping
    }
    if isStopping { _ = attempt(true) }
  }

  private func run() {
    while true {
      let (waiters, isStopping) = state.withLock { state in
        let taken = state.waiters
        state.waiters = []
        return (taken, state.isStopping)
      }
      let left = look(after: waiters, isOver: isStopping)
      state.withLock { $0.waiters.append(contentsOf: left) }
      if isStopping, state.withLock({ $0.waiters.isEmpty }) { return }
      usleep(useconds_t(Self.pauseMilliseconds * 1000))
    }
  }

  private func look(after waiters: [Waiter], isOver: Bool) -> [Waiter] {
    guard !waiters.isEmpty else { return [] }
    var heads: [Int64: Int64] = [:]
    for tenant in Set(waiters.map(\.tenant)) {
      // A store that cannot be read shows itself in the attempt, when the time is over.
      heads[tenant] = try? store.read { try RecordQueries.log(of: tenant, in: $0).head }
    }
    let now = SystemTime.monotonicSeconds
    var left: [Waiter] = []
    for var waiter in waiters {
      let isLate = isOver || now >= waiter.deadline
      if isLate || heads[waiter.tenant] ?? 0 > waiter.after {
        guard let next = waiter.attempt(isLate) else { continue }
        waiter.after = next
      }
      left.append(waiter)
    }
    return left
  }
}
