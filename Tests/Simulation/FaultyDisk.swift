import FaultVFS
import Machine
public import Support
import Synchronization

/// A disk for SQLite's files that fails at the n-th call that changes something; `name` is what a
/// `Database` is given as its `vfs`. Without a fault it behaves like the system's own, but does not
/// wait for the real disk.
///
/// Used by one thread at a time. `@unchecked Sendable`: the pointer is set once and freed at the end;
/// SQLite itself is given the name only.
public final class FaultyDisk: @unchecked Sendable {
  /// Calls that changed something, by what they were, since the fault was set.
  public struct Counts: Sendable, Hashable {
    /// All together.
    public var calls = 0
    /// Writes into files.
    public var writes = 0
    /// Syncs.
    public var syncs = 0
    /// Truncations.
    public var truncates = 0
    /// Removals.
    public var deletes = 0
    /// Files made.
    public var creates = 0
    /// How often the fault struck.
    public var hits = 0
  }

  /// SQLite's name for it.
  public let name: String
  private let disk: OpaquePointer

  private static let number = Mutex(0)

  /// Registers a disk of its own.
  ///
  /// - Parameter isQuick: whether files are read and written in mapped memory and locked by
  ///   counters, so that SQLite's calls cost no call of the system. All that opens the files must
  ///   then go through this disk as long as one of them is open.
  public init(isQuick: Bool = true) {
    let number = Self.number.withLock { number in
      number += 1
      return number
    }
    name = "faulty-\(number)"
    guard let made = fault_disk_new(name, isQuick ? 1 : 0) else {
      preconditionFailure("there is memory")
    }
    disk = made
  }

  deinit { fault_disk_free(disk) }

  /// Sets the fault that comes at the `call`-th change from now on, counted from 1; nil takes it
  /// away.
  public func arm(_ fault: DiskFault?, atCall call: Int = 0, seed: UInt64 = 0) {
    fault_disk_arm(disk, Self.kind(fault), Int64(call), seed)
  }

  /// Turns the machine off now, as the fault says: the same machine's other files have struck.
  public func turnOff(_ fault: DiskFault, seed: UInt64) {
    fault_disk_turn_off(disk, Self.kind(fault), seed)
  }

  private static func kind(_ fault: DiskFault?) -> fault_kind {
    switch fault {
    case nil: FAULT_NONE
    case .before: FAULT_BEFORE
    case .torn: FAULT_TORN
    case .after: FAULT_AFTER
    case .drop: FAULT_DROP
    case .reorder: FAULT_REORDER
    case .failure: FAULT_FAILURE
    case .full: FAULT_FULL
    }
  }

  /// How many files SQLite has open.
  public var openFiles: Int { Int(fault_disk_open_files(disk)) }

  /// Whether the machine is off.
  public var isDown: Bool { fault_disk_is_down(disk) != 0 }

  /// What was counted since `arm`.
  public var counts: Counts {
    let raw = fault_disk_counts(disk)
    return Counts(
      calls: Int(raw.calls), writes: Int(raw.writes), syncs: Int(raw.syncs),
      truncates: Int(raw.truncates), deletes: Int(raw.deletes), creates: Int(raw.creates),
      hits: Int(raw.hits))
  }

  /// Starts the machine again. All connections of before must be gone.
  public func restart() { fault_disk_restart(disk) }
}
