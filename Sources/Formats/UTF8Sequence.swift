import Bytes

/// One code point in UTF-8 (RFC 3629): neither overlong nor a surrogate, at most U+10FFFF.
enum UTF8Sequence {
  /// How many bytes the well-formed sequence at `start` has, or 0 where there is none.
  @inline(__always)
  static func length(_ start: UnsafeRawPointer, available: Int) -> Int {
    guard available > 0 else { return 0 }
    let first = start.load(as: UInt8.self)
    if first < 0x80 { return 1 }
    guard available > 1, first >= 0xC2 else { return 0 }
    let second = start.load(fromByteOffset: 1, as: UInt8.self)
    if first < 0xE0 { return second & 0xC0 == 0x80 ? 2 : 0 }
    guard available > 2, start.load(fromByteOffset: 2, as: UInt8.self) & 0xC0 == 0x80 else {
      return 0
    }
    if first < 0xF0 {
      let lowest: UInt8 = first == 0xE0 ? 0xA0 : 0x80
      let highest: UInt8 = first == 0xED ? 0x9F : 0xBF
      return second >= lowest && second <= highest ? 3 : 0
    }
    guard first <= 0xF4, available > 3,
      start.load(fromByteOffset: 3, as: UInt8.self) & 0xC0 == 0x80
    else { return 0 }
    let lowest: UInt8 = first == 0xF0 ? 0x90 : 0x80
    let highest: UInt8 = first == 0xF4 ? 0x8F : 0xBF
    return second >= lowest && second <= highest ? 4 : 0
  }

  /// Writes a scalar value.
  static func append(_ scalar: UInt32, to text: inout ByteBuffer) {
    switch scalar {
    case 0..<0x80: text.append(UInt8(truncatingIfNeeded: scalar))
    case 0x80..<0x800:
      text.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
      text.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    case 0x800..<0x10000:
      text.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
      text.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
      text.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    default:
      text.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
      text.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F))
      text.append(0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F))
      text.append(0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F))
    }
  }
}
