/// BLAKE3 with its usual 256 bits, without key: what templates call `blake3`.
///
/// The bytes are cut into chunks of 1,024; their digests are joined in pairs, as a tree that is
/// whole on the left (section 2 of the BLAKE3 paper). O(bytes).
public enum Blake3 {
  private static let start: [UInt32] = [
    0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB,
    0x5BE0_CD19,
  ]
  private static let order = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]
  private static let chunkSize = 1024
  private static let blockSize = 64

  private enum Flag {
    static let chunkStart: UInt32 = 1
    static let chunkEnd: UInt32 = 2
    static let parent: UInt32 = 4
    static let root: UInt32 = 8
  }

  /// What the last compression of a node needs: the root's is done with a flag of its own.
  private struct Node {
    var chaining: [UInt32]
    var block: [UInt32]
    var counter: UInt64
    var length: UInt32
    var flags: UInt32

    func value(_ extra: UInt32 = 0) -> [UInt32] {
      Blake3.compress(chaining, block, counter, length, flags | extra)
    }
  }

  /// The digest of `bytes` in lower-case hexadecimal digits.
  public static func hex(of bytes: UnsafeRawBufferPointer) -> String {
    let words = tree(bytes, firstChunk: 0).value(Flag.root)
    return Hex.encode(
      words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } })
  }

  /// The node over a run of chunks: the left half is the largest power of two that leaves a rest.
  private static func tree(_ bytes: UnsafeRawBufferPointer, firstChunk: UInt64) -> Node {
    let chunkCount = max(1, (bytes.count + chunkSize - 1) / chunkSize)
    guard chunkCount > 1 else { return chunk(bytes, number: firstChunk) }
    var left = 1
    while left * 2 < chunkCount { left *= 2 }
    let cut = left * chunkSize
    let first = tree(UnsafeRawBufferPointer(rebasing: bytes[..<cut]), firstChunk: firstChunk)
    let second = tree(
      UnsafeRawBufferPointer(rebasing: bytes[cut...]), firstChunk: firstChunk + UInt64(left))
    return Node(
      chaining: start, block: first.value() + second.value(), counter: 0,
      length: UInt32(blockSize), flags: Flag.parent)
  }

  private static func chunk(_ bytes: UnsafeRawBufferPointer, number: UInt64) -> Node {
    var chaining = start
    var position = 0
    while true {
      let length = min(blockSize, bytes.count - position)
      var block = [UInt32](repeating: 0, count: 16)
      for offset in 0..<length {
        block[offset / 4] |= UInt32(bytes[position + offset]) << (offset % 4 * 8)
      }
      var flags: UInt32 = position == 0 ? Flag.chunkStart : 0
      position += length
      let isLast = position >= bytes.count
      if isLast { flags |= Flag.chunkEnd }
      let node = Node(
        chaining: chaining, block: block, counter: number, length: UInt32(length), flags: flags)
      if isLast { return node }
      chaining = node.value()
    }
  }

  private static func compress(
    _ chaining: [UInt32], _ block: [UInt32], _ counter: UInt64, _ length: UInt32, _ flags: UInt32
  ) -> [UInt32] {
    var state =
      chaining + start[..<4] + [
        UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), length,
        flags,
      ]
    var words = block
    for round in 0..<7 {
      for column in 0..<4 {
        mix(
          &state, column, column + 4, column + 8, column + 12, words[column * 2],
          words[column * 2 + 1])
      }
      for column in 0..<4 {
        mix(
          &state, column, 4 + (column + 1) % 4, 8 + (column + 2) % 4, 12 + (column + 3) % 4,
          words[8 + column * 2], words[9 + column * 2])
      }
      if round < 6 { words = order.map { words[$0] } }
    }
    return (0..<8).map { state[$0] ^ state[$0 + 8] }
  }

  private static func mix(
    _ state: inout [UInt32], _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ x: UInt32, _ y: UInt32
  ) {
    state[a] = state[a] &+ state[b] &+ x
    state[d] = rotated(state[d] ^ state[a], 16)
    state[c] = state[c] &+ state[d]
    state[b] = rotated(state[b] ^ state[c], 12)
    state[a] = state[a] &+ state[b] &+ y
    state[d] = rotated(state[d] ^ state[a], 8)
    state[c] = state[c] &+ state[d]
    state[b] = rotated(state[b] ^ state[c], 7)
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    word >> count | word << (32 - count)
  }
}
