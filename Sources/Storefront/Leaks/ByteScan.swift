/// Finds the next byte of a kind in a text, eight bytes at a time.
enum ByteScan {
  /// Whether a byte is a digit of ASCII.
  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// Where the next `&`, `%` or `\` stands at or behind `start`, or the count of bytes.
  static func nextEscape(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    next(text, from: start) { word in
      equals(word, 0x26) | equals(word, 0x25) | equals(word, 0x5C)
    } isWanted: { byte in
      byte == 0x26 || byte == 0x25 || byte == 0x5C
    }
  }

  /// Where the next decimal digit stands at or behind `start`, or the count of bytes.
  static func nextDigit(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    next(text, from: start) { word in
      // Digits are the bytes below ten once their high half is taken off.
      let low = word ^ 0x3030_3030_3030_3030
      return (low &- 0x0A0A_0A0A_0A0A_0A0A) & ~low & 0x8080_8080_8080_8080
    } isWanted: {
      isDigit($0)
    }
  }

  /// Where the next end of a line stands at or behind `start`, or the count of bytes.
  static func nextLineEnd(_ text: UnsafeRawBufferPointer, from start: Int) -> Int {
    next(text, from: start) {
      equals($0, 0x0A)
    } isWanted: {
      $0 == 0x0A
    }
  }

  /// `marks` sets the high bit of each byte of a word that is wanted. Marks above the lowest may be
  /// borrowed from it; the lowest is exact.
  @inline(__always)
  private static func next(
    _ text: UnsafeRawBufferPointer, from start: Int, _ marks: (UInt64) -> UInt64,
    isWanted: (UInt8) -> Bool
  ) -> Int {
    var position = start
    let count = text.count
    if let base = text.baseAddress {
      while position &+ 8 <= count {
        let word = UInt64(
          littleEndian: base.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let found = marks(word)
        if found != 0 { return position &+ found.trailingZeroBitCount >> 3 }
        position &+= 8
      }
    }
    while position < count, !isWanted(text[position]) { position &+= 1 }
    return position
  }

  @inline(__always)
  private static func equals(_ word: UInt64, _ byte: UInt8) -> UInt64 {
    let mixed = word ^ (0x0101_0101_0101_0101 &* UInt64(byte))
    return (mixed &- 0x0101_0101_0101_0101) & ~mixed & 0x8080_8080_8080_8080
  }
}
