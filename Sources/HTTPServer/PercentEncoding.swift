import Bytes

/// Percent-encoded text (RFC 3986 §2.1).
enum PercentEncoding {
  /// The text behind escapes; nil where an escape is malformed, the result is not UTF-8 or holds
  /// NUL. O(n).
  static func decode(_ text: Substring.UTF8View, plusIsSpace: Bool) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var position = text.startIndex
    while position < text.endIndex {
      let byte = text[position]
      position = text.index(after: position)
      if byte == UInt8(ascii: "%") {
        guard position < text.endIndex, let high = Hex.value(text[position]) else { return nil }
        position = text.index(after: position)
        guard position < text.endIndex, let low = Hex.value(text[position]) else { return nil }
        position = text.index(after: position)
        bytes.append(high << 4 | low)
      } else {
        bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
  }
}
