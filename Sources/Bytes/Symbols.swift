import CXXHash
import Glibc
import Synchronization

/// A name that has been given a number: equal names of one `Symbols` have equal ids.
public typealias SymbolID = Int32

/// Names and their numbers: the keys of tapes and the names in template programs.
///
/// Numbers are given in order of first use, from 0. All calls may come from any thread. A name that
/// has been used often costs one hash and no lock: it is found in a published table that never
/// changes. Newer names are looked up under a lock until the next table is published.
public final class Symbols: Sendable {
  private struct State: ~Copyable, Sendable {
    var table = SymbolTable(capacity: 256)
    /// Look-ups since then that the published table could not answer.
    var misses = 0
    /// All tables that were published: somebody may still be reading an old one.
    var tables: [PublishedTable] = []
    /// How many of the names the last of them has.
    var published: Int { tables.last?.table.count ?? 0 }
  }

  /// The table of this process, which records and templates share so that keys are plain numbers.
  public static let shared = Symbols()

  private let state = Mutex(State())
  /// Address of the published table, 0 before the first; `State.tables` keeps it.
  private let current: Atomic<UInt>
  private let seed: UInt64

  /// Makes an empty table. Its hashes are seeded, so no input can make look-ups slow.
  public init() {
    current = Atomic(0)
    seed = UInt64.random(in: .min ... .max)
  }

  /// The number of the name in `bytes`, which must be UTF-8.
  public func intern(_ bytes: UnsafeRawBufferPointer) -> SymbolID {
    let hash = XXH3_64bits_withSeed(bytes.baseAddress, bytes.count, seed)
    if let id = published(hash, bytes) { return id }
    return state.withLock { state in
      defer { publishIfWorthIt(&state) }
      return state.table.find(hash, bytes) ?? state.table.add(hash, bytes)
    }
  }

  /// The number of `name`.
  public func intern(_ name: String) -> SymbolID {
    var copy = name
    return copy.withUTF8 { intern(UnsafeRawBufferPointer($0)) }
  }

  /// The number of a name if it has one already; never adds a name.
  public func find(_ name: String) -> SymbolID? {
    var copy = name
    return copy.withUTF8 { find(UnsafeRawBufferPointer($0)) }
  }

  /// The number of the name in `bytes` if it has one already; never adds a name.
  public func find(_ bytes: UnsafeRawBufferPointer) -> SymbolID? {
    let hash = XXH3_64bits_withSeed(bytes.baseAddress, bytes.count, seed)
    if let id = published(hash, bytes) { return id }
    return state.withLock { $0.table.find(hash, bytes) }
  }

  /// The name behind a number of this table.
  public func name(_ id: SymbolID) -> String {
    if let table = UnsafeRawPointer(bitPattern: current.load(ordering: .acquiring)),
      let name = Unmanaged<PublishedTable>.fromOpaque(table)
        ._withUnsafeGuaranteedRef({ $0.table.name(id) })
    {
      return name
    }
    guard let name = state.withLock({ $0.table.name(id) }) else {
      preconditionFailure("a symbol of another table")
    }
    return name
  }

  /// A hash of the name behind a number of this table: the same in every process.
  public func hash(_ id: SymbolID) -> UInt64 {
    if let table = UnsafeRawPointer(bitPattern: current.load(ordering: .acquiring)),
      let hash = Unmanaged<PublishedTable>.fromOpaque(table)
        ._withUnsafeGuaranteedRef({ $0.table.stableHash(id) })
    {
      return hash
    }
    return SymbolTable.stableHash(of: name(id))
  }

  /// Appends the name behind a number of this table.
  public func append(_ id: SymbolID, to buffer: inout ByteBuffer) {
    if let table = UnsafeRawPointer(bitPattern: current.load(ordering: .acquiring)),
      let text = Unmanaged<PublishedTable>.fromOpaque(table)
        ._withUnsafeGuaranteedRef({ $0.table.text(id) })
    {
      buffer.append(text)
    } else {
      buffer.append(name(id))
    }
  }

  /// How many names there are.
  public var count: Int { state.withLock { $0.table.count } }

  @inline(__always)
  private func published(_ hash: UInt64, _ bytes: UnsafeRawBufferPointer) -> SymbolID? {
    guard let table = UnsafeRawPointer(bitPattern: current.load(ordering: .acquiring)) else {
      return nil
    }
    return Unmanaged<PublishedTable>.fromOpaque(table)
      ._withUnsafeGuaranteedRef { $0.table.find(hash, bytes) }
  }

  /// Publishes the names so far when a quarter of them is new, or when new ones are asked for so
  /// often that a table pays.
  private func publishIfWorthIt(_ state: inout State) {
    state.misses += 1
    let count = state.table.count
    let isDue = count >= 64 && count * 4 >= state.published * 5
    let isWanted = count > state.published && state.misses > 8 * count + 1024
    guard isDue || isWanted else { return }
    state.misses = 0
    let copy = PublishedTable(state.table.copied())
    state.tables.append(copy)
    let address = UInt(bitPattern: Unmanaged.passUnretained(copy).toOpaque())
    current.store(address, ordering: .releasing)
  }
}

/// A table that is only read.
///
/// `@unchecked Sendable`: nobody changes it after it is made.
private final class PublishedTable: @unchecked Sendable {
  let table: SymbolTable
  init(_ table: consuming SymbolTable) { self.table = table }
}

/// An open hash table of names. Copies of a table point to the first one's texts.
///
/// `@unchecked Sendable`: its memory is its own, and texts never change once they are there.
private struct SymbolTable: ~Copyable, @unchecked Sendable {
  private struct Entry {
    var hash: UInt64
    /// Without this table's seed.
    var stableHash: UInt64
    var text: UnsafeRawBufferPointer
    var name: String
  }

  private var slots: UnsafeMutableBufferPointer<SymbolID>
  private var entries: UnsafeMutableBufferPointer<Entry>
  private(set) var count = 0
  private var ownsTexts: Bool

  init(capacity: Int, ownsTexts: Bool = true) {
    self.ownsTexts = ownsTexts
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: -1)
    entries = .allocate(capacity: capacity / 2)
  }

  deinit {
    if ownsTexts { for entry in entries.extracting(0..<count) { entry.text.deallocate() } }
    entries.extracting(0..<count).deinitialize()
    entries.deallocate()
    slots.deallocate()
  }

  borrowing func copied() -> SymbolTable {
    var copy = SymbolTable(capacity: slots.count, ownsTexts: false)
    for entry in entries.extracting(0..<count) { copy.append(entry) }
    return copy
  }

  borrowing func name(_ id: SymbolID) -> String? {
    id >= 0 && Int(id) < count ? entries[Int(id)].name : nil
  }

  borrowing func stableHash(_ id: SymbolID) -> UInt64? {
    id >= 0 && Int(id) < count ? entries[Int(id)].stableHash : nil
  }

  static func stableHash(of name: String) -> UInt64 {
    var copy = name
    return copy.withUTF8 { XXH3_64bits($0.baseAddress, $0.count) }
  }

  borrowing func text(_ id: SymbolID) -> UnsafeRawBufferPointer? {
    id >= 0 && Int(id) < count ? entries[Int(id)].text : nil
  }

  @inline(__always)
  borrowing func find(_ hash: UInt64, _ bytes: UnsafeRawBufferPointer) -> SymbolID? {
    let mask = slots.count &- 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while true {
      let id = slots[slot]
      if id < 0 { return nil }
      if entries[Int(id)].hash == hash, Self.equals(entries[Int(id)].text, bytes) { return id }
      slot = (slot &+ 1) & mask
    }
  }

  /// Adds a name that is not in the table.
  mutating func add(_ hash: UInt64, _ bytes: UnsafeRawBufferPointer) -> SymbolID {
    if count == entries.count { widen() }
    let text = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 1)
    text.copyMemory(from: bytes)
    append(
      Entry(
        hash: hash, stableHash: XXH3_64bits(bytes.baseAddress, bytes.count),
        text: UnsafeRawBufferPointer(rebasing: text[..<bytes.count]),
        name: String(decoding: bytes, as: UTF8.self)))
    return SymbolID(count - 1)
  }

  private mutating func append(_ entry: Entry) {
    entries.initializeElement(at: count, to: entry)
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: entry.hash) & mask
    while slots[slot] >= 0 { slot = (slot + 1) & mask }
    slots[slot] = SymbolID(count)
    count += 1
  }

  private mutating func widen() {
    var wider = SymbolTable(capacity: slots.count * 2)
    for entry in entries.extracting(0..<count) { wider.append(entry) }
    ownsTexts = false
    self = wider
  }

  @inline(__always)
  private static func equals(_ one: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer)
    -> Bool
  {
    guard one.count == other.count else { return false }
    guard let left = one.baseAddress, let right = other.baseAddress else { return true }
    return memcmp(left, right, one.count) == 0
  }
}
