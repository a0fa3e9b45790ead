import Bytes
import Glibc

/// Finds which of many byte strings, each of at least six bytes, occur in a text.
///
/// Four bytes are looked at every three: wherever a string stands, one of the three groups of four in
/// its first six bytes is looked at (after Wu and Manber, "A fast algorithm for multi-pattern
/// searching", 1994). Only where a table of bits knows such a group are the six bytes at the three
/// places around it looked up, and only where these hit are the strings that begin with them compared,
/// a binary search for each length among them. That is exact, as an Aho–Corasick automaton is, and its
/// memory is the strings' own and not 256 transitions a byte.
///
/// Asked for whole numbers, it does not find a string that ends in a digit where another digit follows:
/// `lamp-12` is no part of `lamp-120`, which is another product's. Else most secrets of a shop that
/// numbers its handles would be part of something public, and not be searched for.
struct PatternMatcher: Sendable {
  /// Shorter strings occur by chance and are not searched for.
  static let shortest = 6

  private struct Bucket {
    /// Range of `patterns`, which are in byte order.
    var range: Range<Int>
    /// The lengths that occur in the range.
    var lengths: [Int]
  }

  private let patterns: [(bytes: [UInt8], number: Int)]
  private let buckets: [UInt64: Bucket]
  private let bits: [UInt64]
  private let shift: UInt64
  /// For the hash of each group of four bytes whether it stands in the first six of a string.
  private let groups: [UInt64]
  private let groupShift: UInt32
  private let findsWholeNumbers: Bool

  /// Prepares the search for `strings`; a hit is told by the string's index. Strings that are too
  /// short are never found.
  init(_ strings: [[UInt8]], wholeNumbers: Bool) {
    findsWholeNumbers = wholeNumbers
    let sorted = strings.enumerated().filter { $0.element.count >= Self.shortest }
      .map { (bytes: $0.element, number: $0.offset) }
      .sorted { left, right in
        left.bytes == right.bytes
          ? left.number < right.number : left.bytes.lexicographicallyPrecedes(right.bytes)
      }
    var tableBits = 15
    while 1 << tableBits < sorted.count * 32, tableBits < 24 { tableBits += 1 }
    shift = UInt64(64 - tableBits)
    var groupBits = 15
    while 1 << groupBits < sorted.count * 48, groupBits < 22 { groupBits += 1 }
    groupShift = UInt32(32 - groupBits)
    var groups = [UInt64](repeating: 0, count: 1 << (groupBits - 6))
    var bits = [UInt64](repeating: 0, count: 1 << (tableBits - 6))
    var buckets: [UInt64: Bucket] = [:]
    var start = 0
    while start < sorted.count {
      let key = sorted[start].bytes.withUnsafeBytes { Self.tailKey($0, at: 0) }
      var end = start + 1
      while end < sorted.count,
        sorted[end].bytes.withUnsafeBytes({ Self.tailKey($0, at: 0) }) == key
      {
        end += 1
      }
      let lengths = Set(sorted[start..<end].map(\.bytes.count)).sorted()
      buckets[key] = Bucket(range: start..<end, lengths: lengths)
      let hash = Self.hash(key, shift)
      bits[hash >> 6] |= 1 << UInt64(hash & 63)
      for offset in 0..<Self.stride {
        let group = UInt32(truncatingIfNeeded: key >> UInt64(offset * 8))
        let hash = Self.hash(group, groupShift)
        groups[hash >> 6] |= 1 << UInt64(hash & 63)
      }
      start = end
    }
    patterns = sorted
    self.buckets = buckets
    self.bits = bits
    self.groups = groups
  }

  /// How far apart the groups are that are looked at: so many of them begin in six bytes.
  private static let stride = 3

  /// Whether there is nothing to find.
  var isEmpty: Bool { patterns.isEmpty }

  /// Calls `found` with the offset of each hit and the indices of the strings that stand there.
  func search(_ text: UnsafeRawBufferPointer, _ found: (Int, Int) -> Void) {
    guard !patterns.isEmpty, text.count >= Self.shortest, let base = text.baseAddress else {
      return
    }
    groups.withUnsafeBufferPointer { groups in
      bits.withUnsafeBufferPointer { bits in
        var position = 0
        let last = text.count &- 4
        while position <= last {
          let group = base.loadUnaligned(fromByteOffset: position, as: UInt32.self)
          let hash = Self.hash(UInt32(littleEndian: group), groupShift)
          if groups[hash >> 6] & (1 << UInt64(hash & 63)) != 0 {
            look(text, before: position, bits, found)
          }
          position &+= Self.stride
        }
      }
    }
  }

  /// Looks at the places whose first six bytes hold the group at `position`.
  private func look(
    _ text: UnsafeRawBufferPointer, before position: Int, _ bits: UnsafeBufferPointer<UInt64>,
    _ found: (Int, Int) -> Void
  ) {
    let first = max(0, position &- Self.stride &+ 1)
    let last = min(position, text.count &- Self.shortest)
    var place = first
    while place <= last {
      let key = Self.key(text, at: place)
      let hash = Self.hash(key, shift)
      if bits[hash >> 6] & (1 << UInt64(hash & 63)) != 0 { compare(text, at: place, key, found) }
      place &+= 1
    }
  }

  /// The six bytes at a place as a number.
  @inline(__always)
  private static func key(_ text: UnsafeRawBufferPointer, at place: Int) -> UInt64 {
    guard place &+ 8 <= text.count else { return tailKey(text, at: place) }
    let word = text.loadUnaligned(fromByteOffset: place, as: UInt64.self)
    return UInt64(littleEndian: word) & 0x0000_FFFF_FFFF_FFFF
  }

  private func compare(
    _ text: UnsafeRawBufferPointer, at position: Int, _ key: UInt64, _ found: (Int, Int) -> Void
  ) {
    guard let bucket = buckets[key] else { return }
    for length in bucket.lengths where position + length <= text.count {
      let candidate = UnsafeRawBufferPointer(rebasing: text[position..<(position + length)])
      var low = bucket.range.lowerBound
      var high = bucket.range.upperBound
      while low < high {
        let middle = (low + high) / 2
        if Self.precedes(patterns[middle].bytes, candidate) {
          low = middle + 1
        } else {
          high = middle
        }
      }
      guard low < bucket.range.upperBound, Self.equals(patterns[low].bytes, candidate),
        !findsWholeNumbers || !Self.isNumberCut(text, at: position + length)
      else { continue }
      while low < bucket.range.upperBound, Self.equals(patterns[low].bytes, candidate) {
        found(position, patterns[low].number)
        low += 1
      }
    }
  }

  /// Whether a place is between two digits.
  static func isNumberCut(_ text: UnsafeRawBufferPointer, at place: Int) -> Bool {
    place < text.count && ByteScan.isDigit(text[place]) && ByteScan.isDigit(text[place - 1])
  }

  private static func precedes(_ left: [UInt8], _ right: UnsafeRawBufferPointer) -> Bool {
    left.withUnsafeBytes { left in
      let order = order(left, right)
      return order == 0 ? left.count < right.count : order < 0
    }
  }

  private static func equals(_ left: [UInt8], _ right: UnsafeRawBufferPointer) -> Bool {
    left.withUnsafeBytes { $0.count == right.count && order($0, right) == 0 }
  }

  private static func order(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer)
    -> Int32
  {
    guard let one = left.baseAddress, let other = right.baseAddress else { return 0 }
    return memcmp(one, other, min(left.count, right.count))
  }

  private static func tailKey(_ text: UnsafeRawBufferPointer, at position: Int) -> UInt64 {
    var key: UInt64 = 0
    for index in 0..<shortest { key |= UInt64(text[position + index]) << UInt64(index * 8) }
    return key
  }

  @inline(__always)
  private static func hash(_ key: UInt64, _ shift: UInt64) -> Int {
    Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
  }

  @inline(__always)
  private static func hash(_ group: UInt32, _ shift: UInt32) -> Int {
    Int(truncatingIfNeeded: (group &* 0x9E37_79B1) >> shift)
  }
}
