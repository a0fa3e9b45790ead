import Synchronization

/// What ICU has said, kept for the life of the process: it says the same each time, and takes up to some
/// milliseconds, a quarter of a small build.
///
/// What comes beyond the first thousand keys is not kept, so that names from outside cannot fill the memory.
final class Learned<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private let known = Mutex<[Key: Value]>([:])

  /// What is known under a key, else what `ask` gives, which is then known.
  func value(_ key: Key, _ ask: () -> Value) -> Value {
    if let value = known.withLock({ $0[key] }) { return value }
    let value = ask()
    known.withLock { if $0.count < 1_000 { $0[key] = value } }
    return value
  }
}
