extension ByteBuffer {
  /// Appends UTF-8 with `& < > " '` as HTML and XML write them in text and attributes.
  ///
  /// Eight bytes are looked at a time; runs without any of the five are copied whole.
  public mutating func append(escapingMarkup bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    reserve(bytes.count + 16)
    var start = 0
    var position = 0
    let count = bytes.count
    while position < count {
      if position &+ 8 <= count {
        let word = base.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        if !Self.holdsMarkup(word) {
          position &+= 8
          continue
        }
      }
      if let entity = Self.entity(bytes[position]) {
        append(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
        append(entity)
        start = position &+ 1
      }
      position &+= 1
    }
    append(UnsafeRawBufferPointer(rebasing: bytes[start..<count]))
  }

  /// Appends text with `& < > " '` as HTML and XML write them.
  public mutating func append(escapingMarkup text: String) {
    var copy = text
    copy.withUTF8 { append(escapingMarkup: UnsafeRawBufferPointer($0)) }
  }

  /// Appends the inside of a JSON string: `"`, `\` and control bytes escaped (RFC 8259 §7).
  ///
  /// With `insideScript`, `<`, `>`, `&`, U+2028 and U+2029 are written as `\u` escapes too, so
  /// that the text can stand in a script element.
  public mutating func append(
    escapingJSON bytes: UnsafeRawBufferPointer, insideScript: Bool = false
  ) {
    guard let base = bytes.baseAddress else { return }
    reserve(bytes.count + 16)
    var start = 0
    var position = 0
    while position < bytes.count {
      if position &+ 8 <= bytes.count {
        let word = base.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        let special = Self.special(word, insideScript: insideScript)
        if special == 0 {
          position &+= 8
          continue
        }
        // The lowest mark is exact; marks above it may be borrowed from it.
        position &+= special.trailingZeroBitCount >> 3
      }
      let byte = bytes[position]
      let plain =
        byte >= 0x20 && byte != 0x22 && byte != 0x5C
        && !(insideScript && (byte == 0x3C || byte == 0x3E || byte == 0x26 || byte == 0xE2))
      if plain {
        position &+= 1
        continue
      }
      if byte == 0xE2 {
        let isSeparator =
          position + 2 < bytes.count && bytes[position + 1] == 0x80
          && bytes[position + 2] & 0xFE == 0xA8
        if !isSeparator {
          position &+= 1
          continue
        }
        append(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
        append(bytes[position + 2] == 0xA8 ? "\\u2028" : "\\u2029")
        position &+= 3
        start = position
        continue
      }
      append(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
      appendJSONEscape(byte)
      position &+= 1
      start = position
    }
    append(UnsafeRawBufferPointer(rebasing: bytes[start..<bytes.count]))
  }

  /// Appends a JSON string with its quotes.
  public mutating func append(jsonString text: String, insideScript: Bool = false) {
    append(UInt8(ascii: "\""))
    append(escapingJSON: text, insideScript: insideScript)
    append(UInt8(ascii: "\""))
  }

  /// Appends text as it stands between the quotes of a JSON string.
  public mutating func append(escapingJSON text: String, insideScript: Bool = false) {
    let isAppended: Void? = text.utf8.withContiguousStorageIfAvailable {
      append(escapingJSON: UnsafeRawBufferPointer($0), insideScript: insideScript)
    }
    guard isAppended == nil else { return }
    var copy = text
    copy.withUTF8 {
      append(escapingJSON: UnsafeRawBufferPointer($0), insideScript: insideScript)
    }
  }

  /// Appends a JSON string with its quotes.
  public mutating func append(jsonString bytes: UnsafeRawBufferPointer) {
    append(UInt8(ascii: "\""))
    append(escapingJSON: bytes)
    append(UInt8(ascii: "\""))
  }

  private mutating func appendJSONEscape(_ byte: UInt8) {
    switch byte {
    case 0x22: append("\\\"")
    case 0x5C: append("\\\\")
    case 0x08: append("\\b")
    case 0x09: append("\\t")
    case 0x0A: append("\\n")
    case 0x0C: append("\\f")
    case 0x0D: append("\\r")
    default:
      append("\\u00")
      append(Hex.digit(byte >> 4))
      append(Hex.digit(byte & 15))
    }
  }

  /// Appends the percent-escape of a byte, whatever it is.
  public mutating func append(percentEncoding byte: UInt8) {
    append(UInt8(ascii: "%"))
    append(Hex.digit(byte >> 4) & ~(byte >> 4 > 9 ? 0x20 : 0))
    append(Hex.digit(byte & 15) & ~(byte & 15 > 9 ? 0x20 : 0))
  }

  /// Appends text percent-encoded as RFC 3986 wants it in a path segment or query value: all but
  /// unreserved characters. With `keepingSlash` a `/` stays.
  public mutating func append(percentEncoding text: String, keepingSlash: Bool = false) {
    var copy = text
    copy.withUTF8 { utf8 in
      let bytes = UnsafeRawBufferPointer(utf8)
      reserve(bytes.count)
      var start = 0
      for position in 0..<bytes.count {
        let byte = bytes[position]
        let unreserved =
          (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A)
          || (byte >= 0x30 && byte <= 0x39) || byte == 0x2D || byte == 0x2E || byte == 0x5F
          || byte == 0x7E || (keepingSlash && byte == 0x2F)
        if unreserved { continue }
        append(UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
        append(percentEncoding: byte)
        start = position + 1
      }
      append(UnsafeRawBufferPointer(rebasing: bytes[start...]))
    }
  }

  @inline(__always)
  private static func holds(_ word: UInt64, _ byte: UInt8) -> UInt64 {
    let mixed = word ^ (0x0101_0101_0101_0101 &* UInt64(byte))
    return (mixed &- 0x0101_0101_0101_0101) & ~mixed & 0x8080_8080_8080_8080
  }

  /// Marks the bytes of a word that JSON, or JSON inside a script element, may have to escape.
  @inline(__always)
  private static func special(_ word: UInt64, insideScript: Bool) -> UInt64 {
    // A byte below 0x20 borrows into its high bit; bytes outside ASCII are no control bytes.
    let control = (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
    let quoted = control | holds(word, 0x22) | holds(word, 0x5C)
    guard insideScript else { return quoted }
    return quoted | holds(word, 0x3C) | holds(word, 0x3E) | holds(word, 0x26) | holds(word, 0xE2)
  }

  @inline(__always)
  private static func holdsMarkup(_ word: UInt64) -> Bool {
    (holds(word, 0x26) | holds(word, 0x3C) | holds(word, 0x3E) | holds(word, 0x22)
      | holds(word, 0x27)) != 0
  }

  @inline(__always)
  private static func entity(_ byte: UInt8) -> StaticString? {
    switch byte {
    case 0x26: "&amp;"
    case 0x3C: "&lt;"
    case 0x3E: "&gt;"
    case 0x22: "&quot;"
    case 0x27: "&#39;"
    default: nil
    }
  }
}
