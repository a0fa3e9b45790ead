/// Bytes as text of 64 letters (RFC 4648): §4, or §5 for addresses.
public enum Base64 {
  private static func alphabet(_ isURL: Bool) -> [UInt8] {
    Array(
      ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + (isURL ? "-_" : "+/"))
        .utf8)
  }

  /// Appends bytes as text, padded with `=`.
  public static func encode(
    _ text: UnsafeRawBufferPointer, isURL: Bool, into output: inout ByteBuffer
  ) {
    let alphabet = alphabet(isURL)
    var position = 0
    while position < text.count {
      let left = min(text.count - position, 3)
      var group: UInt32 = 0
      for index in 0..<3 {
        group = group << 8 | UInt32(index < left ? text[position + index] : 0)
      }
      for index in 0..<4 {
        output.append(
          index <= left ? alphabet[Int(group >> (18 - 6 * UInt32(index)) & 63)] : UInt8(ascii: "="))
      }
      position += 3
    }
  }

  /// Appends the bytes behind text; false where it is not base64. The URL form may be padded or
  /// not; the bits left over must be zero.
  public static func decode(
    _ text: UnsafeRawBufferPointer, isURL: Bool, into output: inout ByteBuffer
  ) -> Bool {
    let alphabet = alphabet(isURL)
    var end = text.count
    while end > 0, text[end - 1] == UInt8(ascii: "="), text.count - end < 2 { end -= 1 }
    // The URL form may leave out its padding.
    guard text.count % 4 == 0 || (isURL && end == text.count), end % 4 != 1 else { return false }
    var group: UInt32 = 0
    var bits: UInt32 = 0
    for byte in text[..<end] {
      guard let digit = alphabet.firstIndex(of: byte) else { return false }
      group = group << 6 | UInt32(digit)
      bits += 6
      if bits >= 8 {
        bits -= 8
        output.append(UInt8(truncatingIfNeeded: group >> bits))
        group &= (1 << bits) - 1
      }
    }
    return group == 0
  }

  /// Bytes as text, padded with `=`.
  public static func encode(_ bytes: [UInt8], isURL: Bool = false) -> String {
    var buffer = ByteBuffer(capacity: bytes.count * 4 / 3 + 4)
    bytes.withUnsafeBytes { encode($0, isURL: isURL, into: &buffer) }
    return buffer.string
  }

  /// The bytes behind text, or nil where it is not base64.
  public static func decode(_ text: String, isURL: Bool = false) -> [UInt8]? {
    var buffer = ByteBuffer(capacity: text.utf8.count)
    var copy = text
    let isRight = copy.withUTF8 {
      decode(UnsafeRawBufferPointer($0), isURL: isURL, into: &buffer)
    }
    return isRight ? buffer.array : nil
  }
}
