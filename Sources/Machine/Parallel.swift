import Dispatch
import Glibc
import Synchronization

/// Loops over records on all cores.
public enum Parallel {
  /// How many workers loops use: `TRUMEAU_THREADS`, or the number of cores.
  public static let workerCount: Int = {
    if let text = Environment.value("TRUMEAU_THREADS"), let wanted = Int(text), wanted > 0 {
      return min(wanted, 256)
    }
    return max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  }()

  /// Calls `body` for ranges that together cover `0 ..< count`, each of at most `chunk`.
  ///
  /// `worker` is below `workerCount` and never in two calls at once, so state may be kept by it.
  /// With one worker the ranges come in order. Order is otherwise free. 7 ns a call.
  /// Throws the first error; ranges begun are ended, others are not begun.
  public static func forEach<Failure: Error>(
    count: Int, chunk: Int, workers: Int = workerCount,
    _ body: @Sendable (_ worker: Int, _ range: Range<Int>) throws(Failure) -> Void
  ) throws(Failure) {
    let chunks = (count + chunk - 1) / max(chunk, 1)
    guard chunks > 0 else { return }
    let next = Atomic<Int>(0)
    let failure = Mutex<Failure?>(nil)
    let stop = Atomic<Bool>(false)
    @Sendable func work(_ worker: Int) {
      while !stop.load(ordering: .relaxed) {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < chunks else { return }
        do throws(Failure) {
          try body(worker, (index * chunk)..<min(count, (index + 1) * chunk))
        } catch {
          failure.withLock { if $0 == nil { $0 = error } }
          stop.store(true, ordering: .relaxed)
        }
      }
    }
    let used = min(max(workers, 1), chunks)
    if used == 1 {
      work(0)
    } else {
      DispatchQueue.concurrentPerform(iterations: used) { work($0) }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }
}
