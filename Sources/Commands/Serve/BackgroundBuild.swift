import Diagnostics
import Dispatch
import LocalMirror
import Machine
import Settings
import Site
import Synchronization

/// Keeps the published site up to date behind a preview, on a thread of its own.
final class BackgroundBuild: Sendable {
  private struct State {
    var project: Project?
    /// When to build, on the clock that never goes back; nil for not at all.
    var due: Double?
    var isStopped = false
  }

  private let storefront: String
  private let state = Mutex(State())
  private let bell = DispatchSemaphore(value: 0)
  private let done: @Sendable (Result<[BuildReport], any Error>) -> Void

  /// - Parameter done: is told the end of each build, on the thread that builds.
  init(
    storefront: String, done: @escaping @Sendable (Result<[BuildReport], any Error>) -> Void
  ) {
    self.storefront = storefront
    self.done = done
  }

  /// Starts the thread.
  func start() { BackgroundThread.start { [self] in run() } }

  /// Asks for a build after some time; a later request moves an earlier one.
  func request(_ project: Project, afterMilliseconds pause: Int) {
    state.withLock { state in
      state.project = project
      state.due = SystemTime.monotonicSeconds + Double(pause) / 1000
    }
    bell.signal()
  }

  /// Forgets a request: what is there cannot be built.
  func cancel() { state.withLock { $0.due = nil } }

  /// Ends the thread when the build that goes on is done. A build that the end of the process cuts
  /// short leaves the site whole.
  func stop() {
    state.withLock { $0.isStopped = true }
    bell.signal()
  }

  private func run() {
    while true {
      let (due, isStopped) = state.withLock { ($0.due, $0.isStopped) }
      if isStopped { return }
      guard let due else {
        bell.wait()
        continue
      }
      let left = due - SystemTime.monotonicSeconds
      if left > 0 {
        _ = bell.wait(timeout: .now() + left)
        continue
      }
      let project = state.withLock { state in
        state.due = nil
        return state.project
      }
      if let project { build(project) }
    }
  }

  private func build(_ project: Project) {
    // A thread is left for pages.
    let options = SiteBuild.Options(
      storefronts: [storefront], workers: max(1, Parallel.workerCount - 1))
    do {
      done(.success(try SiteBuild(project: project, options: options).run()))
    } catch let error as MirrorError where error.code == .inUse {
      // Somebody builds in another terminal.
      request(project, afterMilliseconds: 1_000)
    } catch {
      done(.failure(error))
    }
  }
}
