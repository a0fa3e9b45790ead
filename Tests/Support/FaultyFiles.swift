import Bytes
public import Machine
import Synchronization

/// What goes wrong at one call of a faulty disk, the same words for files and for SQLite's.
public enum DiskFault: String, Sendable, CaseIterable {
  /// The process dies before the call does anything; the system lives on and keeps what it was given.
  case before
  /// The process dies in the middle of the call.
  case torn
  /// The process dies when the call is done, before it hears of it.
  case after
  /// The power fails at the call: all that was not synced is gone.
  case drop
  /// The power fails at the call: of what was not synced, any part is on the disk, in any order.
  case reorder
  /// The call fails with an I/O error and nothing else happens; the next one works.
  case failure
  /// The disk is full from this call on, until it is emptied.
  case full

  /// Whether the process is dead after it.
  public var isCrash: Bool { self != .failure && self != .full }
}

/// A file system in memory that knows what is on the disk and what the system only has in memory, and
/// that fails at the n-th call that changes something.
///
/// Folders are durable as soon as they are made; names and contents are not.
public final class FaultyFiles: FileSystem {
  fileprivate struct Inode {
    var current: [UInt8]
    /// What a power loss leaves; nil where nothing was synced yet.
    var durable: [UInt8]?
    var mode: UInt32
    var modified: Int64
  }

  /// A change of a name that no `syncFolder` has made durable.
  fileprivate struct Renaming {
    var removed: String?
    var added: (path: String, inode: UInt64)?
    var folder: String
  }

  fileprivate struct State {
    var inodes: [UInt64: Inode] = [:]
    var names: [String: UInt64] = [:]
    var durableNames: [String: UInt64] = [:]
    var pending: [Renaming] = []
    var folders: Set<String> = ["", "/"]
    var nextInode: UInt64 = 1
    var tick: Int64 = 0
    var calls = 0
    var armed: (fault: DiskFault, call: Int, random: SeededRandom)?
    var isDown = false
    var isFull = false
    var hits = 0
  }

  /// The other disk of the same machine: when one is down, both are.
  public struct Companion: Sendable {
    let isDown: @Sendable () -> Bool
    let turnOff: @Sendable (DiskFault) -> Void

    /// Describes it by what is asked of it.
    public init(
      isDown: @escaping @Sendable () -> Bool, turnOff: @escaping @Sendable (DiskFault) -> Void
    ) {
      self.isDown = isDown
      self.turnOff = turnOff
    }
  }

  private let state: Mutex<State>
  private let companion: Companion?

  /// Makes an empty disk.
  public init(companion: Companion? = nil) {
    state = Mutex(State())
    self.companion = companion
  }

  /// Makes a disk that holds what another one holds.
  public init(copying other: FaultyFiles, companion: Companion? = nil) {
    state = Mutex(other.state.withLock { $0 })
    self.companion = companion
  }

  /// The same in each run.
  public let processMark = "1"

  // MARK: What the test does with it

  /// Sets the fault that comes at the `call`-th change from now on, counted from 1.
  public func arm(_ fault: DiskFault, atCall call: Int, seed: UInt64 = 0) {
    state.withLock {
      $0.calls = 0
      $0.armed = (fault, call, SeededRandom(seed: seed))
    }
  }

  /// Takes the fault away and counts anew; a full disk is emptied.
  public func disarm() {
    state.withLock {
      $0.armed = nil
      $0.calls = 0
      $0.isFull = false
    }
  }

  /// Changes since the last `arm` or `disarm`.
  public var calls: Int { state.withLock { $0.calls } }

  /// Whether the machine is off.
  public var isDown: Bool { state.withLock { $0.isDown } }

  /// How many faults have struck.
  public var hits: Int { state.withLock { $0.hits } }

  /// Turns the machine off now, as the fault says: the other disk has struck.
  public func turnOff(_ fault: DiskFault, seed: UInt64) {
    state.withLock { state in
      guard !state.isDown else { return }
      if fault == .drop || fault == .reorder {
        state.losePower(SeededRandom(seed: seed), keepsParts: fault == .reorder)
      }
      state.isDown = true
    }
  }

  /// Starts the machine again, with what is on the disk.
  public func restart() {
    state.withLock {
      $0.isDown = false
      $0.armed = nil
      $0.isFull = false
    }
  }

  /// Puts a file there as a person's own program would, long ago: durable.
  public func place(_ path: String, _ text: String) {
    state.withLock { state in
      let inode = state.make(Array(text.utf8), mode: 0o644)
      state.inodes[inode]?.durable = Array(text.utf8)
      state.names[path] = inode
      state.durableNames[path] = inode
      state.pending.removeAll { $0.removed == path || $0.added?.path == path }
    }
  }

  /// Paths of all files that can be seen, in byte order.
  public var paths: [String] { state.withLock { $0.names.keys.sorted() } }

  // MARK: FileSystem

  /// All bytes of a file as the system sees it.
  public func read(_ path: String) throws(MachineError) -> [UInt8] {
    try state.withLock { state throws(MachineError) in
      try mustRun("read", path, state)
      guard let inode = state.names[path], let file = state.inodes[inode] else {
        throw .missing("read", path)
      }
      return file.current
    }
  }

  /// Names in a folder.
  public func list(_ path: String) throws(MachineError) -> [String] {
    try state.withLock { state throws(MachineError) in
      try mustRun("list", path, state)
      let start = path.isEmpty || path.hasSuffix("/") ? path : path + "/"
      guard
        state.folders.contains(path) || state.names.keys.contains(where: { $0.hasPrefix(start) })
      else { throw .missing("list", path) }
      var found: Set<String> = []
      for one in Array(state.names.keys) + Array(state.folders)
      where one.hasPrefix(start) && one.count > start.count {
        found.insert(String(one.dropFirst(start.count).prefix { $0 != "/" }))
      }
      return found.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }
  }

  /// What stands at a path.
  public func information(_ path: String) -> Files.Information? {
    state.withLock { state in
      guard !state.isDown, companion?.isDown() != true else { return nil }
      if let number = state.names[path], let file = state.inodes[number] {
        return Files.Information(
          size: file.current.count, isFolder: false, modified: Instant(seconds: file.modified),
          inode: number, permissions: file.mode)
      }
      let start = path.hasSuffix("/") ? path : path + "/"
      guard
        state.folders.contains(path) || state.names.keys.contains(where: { $0.hasPrefix(start) })
      else { return nil }
      return Files.Information(
        size: 0, isFolder: true, modified: Instant(seconds: 0), inode: 0, permissions: 0o755)
    }
  }

  /// Two calls: a write, which may tear, and a sync.
  public func writeSynced(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(MachineError) {
    try change("write", path) { state, isTorn in
      let half = isTorn ? Array(bytes[..<(bytes.count / 2)]) : bytes
      if let number = state.names[path] {
        state.inodes[number]?.current = half
        state.inodes[number]?.modified = state.tick
      } else {
        state.bind(path, to: state.make(half, mode: mode))
      }
    }
    try change("sync", path) { state, isTorn in
      guard let number = state.names[path], !isTorn else { return }
      let current = state.inodes[number]?.current
      state.inodes[number]?.durable = current
    }
  }

  /// One call.
  public func rename(_ from: String, to target: String) throws(MachineError) {
    try state.withLock { state throws(MachineError) in
      try mustRun("rename", from, state)
      guard state.names[from] != nil else { throw .missing("rename", from) }
    }
    try change("rename", from) { state, isTorn in
      guard !isTorn, let number = state.names.removeValue(forKey: from) else { return }
      state.names[target] = number
      state.pending.append(
        Renaming(removed: from, added: (target, number), folder: Path.folder(of: target)))
    }
  }

  /// One call.
  public func link(_ from: String, to target: String) throws(MachineError) {
    try state.withLock { state throws(MachineError) in
      try mustRun("link", from, state)
      guard state.names[from] != nil else { throw .missing("link", from) }
      guard state.names[target] == nil else {
        throw MachineError(call: "link to \(target)", subject: from, number: 17)  // EEXIST
      }
    }
    try change("link", from) { state, isTorn in
      guard !isTorn, let number = state.names[from] else { return }
      state.bind(target, to: number)
    }
  }

  /// One call.
  public func remove(_ path: String) throws(MachineError) {
    try change("remove", path) { state, isTorn in
      guard !isTorn, state.names.removeValue(forKey: path) != nil else { return }
      state.pending.append(Renaming(removed: path, added: nil, folder: Path.folder(of: path)))
    }
  }

  /// One call: the names in the folder are durable after it.
  public func syncFolder(_ path: String) throws(MachineError) {
    try change("sync folder", path) { state, isTorn in
      guard !isTorn else { return }
      for one in state.pending where one.folder == path { state.settle(one) }
      state.pending.removeAll { $0.folder == path }
    }
  }

  /// One call.
  public func makeFolders(_ path: String) throws(MachineError) {
    try change("make folder", path) { state, isTorn in
      guard !isTorn else { return }
      var one = path
      while !one.isEmpty, one != "/" {
        state.folders.insert(one)
        one = Path.folder(of: one)
      }
    }
  }

  private func mustRun(_ call: String, _ path: String, _ state: State) throws(MachineError) {
    if state.isDown || companion?.isDown() == true { throw .down(call, path) }
  }

  /// One call that changes something: counted, and struck by the fault whose turn it is.
  private func change(
    _ call: String, _ path: String, _ body: (inout State, _ isTorn: Bool) -> Void
  ) throws(MachineError) {
    try state.withLock { state throws(MachineError) in
      try mustRun(call, path, state)
      state.calls += 1
      state.tick += 1
      guard let armed = state.armed, armed.call == state.calls || state.isFull else {
        return body(&state, false)
      }
      if armed.call == state.calls { state.hits += 1 }
      switch armed.fault {
      case .before: break
      case .torn: body(&state, true)
      case .after: body(&state, false)
      case .drop: state.losePower(armed.random, keepsParts: false)
      case .reorder: state.losePower(armed.random, keepsParts: true)
      case .failure: throw MachineError(call: call, subject: path, number: 5)  // EIO
      case .full:
        state.isFull = true
        // Only what needs room fails; a write leaves its first half.
        guard call == "write" || call == "make folder" else { return body(&state, false) }
        body(&state, true)
        throw MachineError(call: call, subject: path, number: 28)  // ENOSPC
      }
      state.isDown = true
      companion?.turnOff(armed.fault)
      throw .down(call, path)
    }
  }
}

extension MachineError {
  fileprivate static func missing(_ call: String, _ path: String) -> MachineError {
    MachineError(call: call, subject: path, number: 2)  // ENOENT
  }

  fileprivate static func down(_ call: String, _ path: String) -> MachineError {
    MachineError(call: call, subject: path, number: 5, reason: "the machine is off")
  }
}

extension FaultyFiles.State {
  fileprivate mutating func make(_ bytes: [UInt8], mode: UInt32) -> UInt64 {
    defer { nextInode += 1 }
    inodes[nextInode] = .init(current: bytes, durable: nil, mode: mode, modified: tick)
    return nextInode
  }

  fileprivate mutating func bind(_ path: String, to number: UInt64) {
    names[path] = number
    pending.append(.init(removed: nil, added: (path, number), folder: Path.folder(of: path)))
  }

  fileprivate mutating func settle(_ renaming: FaultyFiles.Renaming) {
    if let removed = renaming.removed { durableNames[removed] = nil }
    if let added = renaming.added { durableNames[added.path] = added.inode }
  }

  /// Leaves what a disk holds after a power loss: all that was synced and, if so wished, any part
  /// of the rest.
  fileprivate mutating func losePower(_ random: SeededRandom, keepsParts: Bool) {
    if keepsParts {
      for one in pending where random.below(2) == 0 { settle(one) }
    }
    names = durableNames
    pending = []
    for (number, file) in inodes.sorted(by: { $0.key < $1.key }) {
      var left = file.durable ?? []
      if keepsParts, file.current != left, random.below(2) == 0 {
        left = Array(file.current.prefix(random.below(file.current.count + 1)))
      }
      inodes[number]?.current = left
      inodes[number]?.durable = left
    }
  }
}
