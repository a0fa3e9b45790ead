import CXXHash
import Synchronization

/// A name that has been given a number: equal names of one `Symbols` have equal ids.
public typealias SymbolID = Int32

/// Names and their numbers: the keys of tapes and the names in template programs.
///
/// Numbers are given in order of first use, from 0. All calls may come from any thread and cost
/// one uncontended lock (5 ns) and one hash.
public final class Symbols: Sendable {
  struct Table {
    var slots: [SymbolID] = Array(repeating: -1, count: 256)
    var names: [String] = []
    var hashes: [UInt64] = []
  }

  /// The table of this process, which records and templates share so that keys are plain numbers.
  public static let shared = Symbols()

  private let table: Mutex<Table>
  private let seed: UInt64

  /// Makes an empty table. Its hashes are seeded, so no input can make look-ups slow.
  public init() {
    table = Mutex(Table())
    seed = UInt64.random(in: .min ... .max)
  }

  /// The number of the name in `bytes`, which must be UTF-8.
  public func intern(_ bytes: UnsafeRawBufferPointer) -> SymbolID {
    let hash = XXH3_64bits_withSeed(bytes.baseAddress, bytes.count, seed)
    return table.withLock { table in
      var slot = Int(truncatingIfNeeded: hash) & (table.slots.count - 1)
      while true {
        let id = table.slots[slot]
        if id < 0 { break }
        if table.hashes[Int(id)] == hash, Self.equals(table.names[Int(id)], bytes) { return id }
        slot = (slot + 1) & (table.slots.count - 1)
      }
      let id = SymbolID(table.names.count)
      table.names.append(String(decoding: bytes, as: UTF8.self))
      table.hashes.append(hash)
      table.slots[slot] = id
      if table.names.count * 2 > table.slots.count { Self.widen(&table) }
      return id
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
    return copy.withUTF8 { utf8 in
      let bytes = UnsafeRawBufferPointer(utf8)
      let hash = XXH3_64bits_withSeed(bytes.baseAddress, bytes.count, seed)
      return table.withLock { table in
        var slot = Int(truncatingIfNeeded: hash) & (table.slots.count - 1)
        while table.slots[slot] >= 0 {
          let id = table.slots[slot]
          if table.hashes[Int(id)] == hash, Self.equals(table.names[Int(id)], bytes) { return id }
          slot = (slot + 1) & (table.slots.count - 1)
        }
        return nil
      }
    }
  }

  /// The name behind a number of this table.
  public func name(_ id: SymbolID) -> String {
    table.withLock { $0.names[Int(id)] }
  }

  /// How many names there are.
  public var count: Int { table.withLock { $0.names.count } }

  private static func equals(_ name: String, _ bytes: UnsafeRawBufferPointer) -> Bool {
    var copy = name
    return copy.withUTF8 { utf8 in
      utf8.count == bytes.count && utf8.elementsEqual(bytes)
    }
  }

  private static func widen(_ table: inout Table) {
    let size = table.slots.count * 2
    var slots = [SymbolID](repeating: -1, count: size)
    for (id, hash) in table.hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (size - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = SymbolID(id)
    }
    table.slots = slots
  }
}
