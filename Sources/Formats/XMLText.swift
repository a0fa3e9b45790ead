import Bytes

/// Which characters XML 1.0 allows (§2.2): tab, line feed, carriage return and all from U+0020 but
/// surrogates, U+FFFE and U+FFFF.
public enum XMLText {
  /// Whether a character may stand in a document.
  public static func allows(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: true
    case 0..<0x20, 0xFFFE, 0xFFFF: false
    default: true
    }
  }

  /// Whether all bytes are ASCII from U+0020, so that only markup needs a look. 8 bytes a step.
  static func isPlain(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    let ones: UInt64 = 0x0101_0101_0101_0101
    var position = 0
    while position &+ 8 <= bytes.count {
      let word = base.loadUnaligned(fromByteOffset: position, as: UInt64.self)
      if (((word &- ones &* 0x20) & ~word) | word) & 0x8080_8080_8080_8080 != 0 { return false }
      position &+= 8
    }
    while position < bytes.count {
      if bytes[position] < 0x20 || bytes[position] >= 0x80 { return false }
      position &+= 1
    }
    return true
  }

  /// Appends text with markup escaped and what is not allowed left out; gives how often that was.
  /// In an attribute tab and line ends are written as references, since a parser would make them
  /// spaces; a carriage return is one everywhere, since a parser would make it a line feed.
  static func append(
    _ bytes: UnsafeRawBufferPointer, isAttribute: Bool, to buffer: inout ByteBuffer
  ) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    var cleaned = 0
    var start = 0
    var position = 0
    func flush(_ buffer: inout ByteBuffer) {
      buffer.append(escapingMarkup: UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
    }
    while position < bytes.count {
      let byte = bytes[position]
      if byte < 0x20 {
        if !isAttribute, byte == 0x09 || byte == 0x0A {
          position += 1
          continue
        }
        flush(&buffer)
        switch byte {
        case 0x09: buffer.append("&#9;")
        case 0x0A: buffer.append("&#10;")
        case 0x0D: buffer.append("&#13;")
        default: cleaned += 1
        }
        position += 1
        start = position
      } else if byte < 0x80 {
        position += 1
      } else {
        let length = UTF8Sequence.length(base + position, available: bytes.count - position)
        let isForbidden =
          byte == 0xEF && length == 3 && bytes[position + 1] == 0xBF && bytes[position + 2] >= 0xBE
        if length > 0, !isForbidden {
          position += length
          continue
        }
        flush(&buffer)
        if length == 0 { buffer.append("\u{FFFD}") }
        cleaned += 1
        position += max(length, 1)
        start = position
      }
    }
    flush(&buffer)
    return cleaned
  }
}
