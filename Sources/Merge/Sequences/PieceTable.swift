/// Numbers the pieces (lines, words) of several texts so that equal pieces have equal numbers.
///
/// The texts lie one after another in one buffer; a piece is a range of it. Open addressing with
/// linear probing, at most half full.
struct PieceTable {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var slots: [Int32]
  private var hashes: [UInt32] = []
  private var starts: [Int32] = []
  private var lengths: [Int32] = []

  /// - Parameter pieces: how many there may be at most.
  init(_ bytes: UnsafeBufferPointer<UInt8>, pieces: Int) {
    self.bytes = bytes
    var room = 64
    while room < pieces * 2 { room *= 2 }
    slots = [Int32](repeating: -1, count: room)
  }

  /// The number of the piece at `range`.
  mutating func number(_ range: Range<Int>) -> Int32 {
    var hash: UInt32 = 2_166_136_261
    for place in range { hash = (hash ^ UInt32(bytes[place])) &* 16_777_619 }
    hash ^= hash >> 15
    let mask = slots.count - 1
    var slot = Int(hash) & mask
    while case let found = slots[slot], found >= 0 {
      if isEqual(Int(found), hash, range) { return found }
      slot = (slot + 1) & mask
    }
    let number = Int32(starts.count)
    slots[slot] = number
    hashes.append(hash)
    starts.append(Int32(range.lowerBound))
    lengths.append(Int32(range.count))
    return number
  }

  private func isEqual(_ known: Int, _ hash: UInt32, _ range: Range<Int>) -> Bool {
    guard hashes[known] == hash, lengths[known] == range.count else { return false }
    let start = Int(starts[known])
    for offset in 0..<range.count where bytes[start + offset] != bytes[range.lowerBound + offset] {
      return false
    }
    return true
  }
}

/// Three texts cut into pieces, and the pieces as numbers.
struct PieceTriple {
  /// One text: where its pieces begin and end in `bytes`, and their numbers.
  struct Side {
    /// Offset of each piece, and of the end.
    fileprivate(set) var bounds: [Int32] = []
    fileprivate(set) var numbers: [Int32] = []

    var count: Int { numbers.count }

    /// The bytes of pieces that stand together.
    func bytes(_ pieces: Range<Int>) -> Range<Int> {
      Int(bounds[pieces.lowerBound])..<Int(bounds[pieces.upperBound])
    }
  }

  /// All three texts, one after another.
  let bytes: [UInt8]
  private(set) var base = Side()
  private(set) var ours = Side()
  private(set) var theirs = Side()

  /// Cuts the texts. `end` finds the end of the piece that begins at an offset.
  init(
    base: some Collection<UInt8>, ours: some Collection<UInt8>, theirs: some Collection<UInt8>,
    end: (_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ limit: Int) -> Int
  ) {
    var all: [UInt8] = []
    all.reserveCapacity(base.count + ours.count + theirs.count)
    all.append(contentsOf: base)
    let afterBase = all.count
    all.append(contentsOf: ours)
    let afterOurs = all.count
    all.append(contentsOf: theirs)
    bytes = all
    var sides = [Side(), Side(), Side()]
    all.withUnsafeBufferPointer { buffer in
      let limits = [0, afterBase, afterOurs, buffer.count]
      for side in 0..<3 {
        let limit = limits[side + 1]
        var start = limits[side]
        sides[side].bounds.reserveCapacity((limit - start) / 3 + 2)
        sides[side].bounds.append(Int32(start))
        while start < limit {
          start = end(buffer, start, limit)
          sides[side].bounds.append(Int32(start))
        }
      }
      var table = PieceTable(buffer, pieces: sides.reduce(0) { $0 + $1.bounds.count })
      for side in 0..<3 {
        let bounds = sides[side].bounds
        sides[side].numbers.reserveCapacity(bounds.count)
        for place in 1..<bounds.count {
          sides[side].numbers.append(
            table.number(Int(bounds[place - 1])..<Int(bounds[place])))
        }
      }
    }
    self.base = sides[0]
    self.ours = sides[1]
    self.theirs = sides[2]
  }

  var diff: ThreeWayDiff {
    ThreeWayDiff(base: base.numbers, ours: ours.numbers, theirs: theirs.numbers)
  }

  /// Text of pieces.
  func text(_ side: Side, _ pieces: Range<Int>) -> String {
    String(decoding: bytes[side.bytes(pieces)], as: UTF8.self)
  }
}
