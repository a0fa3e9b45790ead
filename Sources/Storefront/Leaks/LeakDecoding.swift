import Bytes

/// Takes off the encodings in which text can stand in an output.
enum LeakDecoding {
  /// How files of packed pictures and fonts begin.
  private static let marks: [[UInt8]] = [
    [0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], Array("GIF8".utf8), Array("RIFF".utf8),
    Array("wOF2".utf8),
  ]

  /// Whether this is a picture or font whose bytes are packed, so that text stands in it only as
  /// it is, in its notes: what looks like an escape or like base64 there is chance.
  static func isPacked(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if marks.contains(where: { bytes.starts(with: $0) }) { return true }
    return bytes.count > 8 && bytes[4..<8].elementsEqual("ftyp".utf8)
  }

  /// Replaces HTML entities, percent-escapes and JSON escapes by the bytes they stand for.
  ///
  /// Returns whether anything was replaced. With `limit` it stops as soon as that many bytes are
  /// written, and `consumed` tells how far in the source that was: how a place in decoded text is
  /// traced back. With `entitiesOnly` the other two escapes stay.
  static func unescape(
    _ source: UnsafeRawBufferPointer, into buffer: inout ByteBuffer, limit: Int = .max,
    entitiesOnly: Bool = false, consumed: inout Int
  ) -> Bool {
    var changed = false
    var position = 0
    var start = 0
    let first = buffer.count
    while position < source.count {
      if limit == .max {
        position = ByteScan.nextEscape(source, from: position)
        guard position < source.count else { break }
      }
      let byte = source[position]
      guard byte == 0x26 || (!entitiesOnly && (byte == 0x25 || byte == 0x5C)),
        let escape = escape(source, at: position, byte)
      else {
        position &+= 1
        if limit != .max, buffer.count - first + position - start >= limit { break }
        continue
      }
      buffer.append(UnsafeRawBufferPointer(rebasing: source[start..<position]))
      append(escape, to: &buffer)
      changed = true
      position += escape.length
      start = position
      if buffer.count - first >= limit { break }
    }
    buffer.append(UnsafeRawBufferPointer(rebasing: source[start..<position]))
    consumed = position
    return changed
  }

  /// One escape: what it stands for and how many bytes it takes.
  private struct Escape {
    var scalar: UInt32
    var length: Int
    /// A percent-escape is one byte, everything else one character.
    var isByte = false
  }

  private static func append(_ escape: Escape, to buffer: inout ByteBuffer) {
    if escape.isByte {
      buffer.append(UInt8(truncatingIfNeeded: escape.scalar))
    } else if let scalar = Unicode.Scalar(escape.scalar) {
      for unit in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { buffer.append(unit) }
    }
  }

  private static func escape(_ text: UnsafeRawBufferPointer, at position: Int, _ byte: UInt8)
    -> Escape?
  {
    switch byte {
    case 0x26: entity(text, at: position)
    case 0x25: percent(text, at: position)
    default: backslash(text, at: position)
    }
  }

  private static func percent(_ text: UnsafeRawBufferPointer, at position: Int) -> Escape? {
    guard position + 2 < text.count, let high = Hex.value(text[position + 1]),
      let low = Hex.value(text[position + 2])
    else { return nil }
    return Escape(scalar: UInt32(high << 4 | low), length: 3, isByte: true)
  }

  private static func backslash(_ text: UnsafeRawBufferPointer, at position: Int) -> Escape? {
    guard position + 1 < text.count else { return nil }
    switch text[position + 1] {
    case 0x22, 0x5C, 0x2F, 0x27:
      return Escape(scalar: UInt32(text[position + 1]), length: 2)
    case 0x75:
      guard let high = unit(text, at: position + 2) else { return nil }
      if high & 0xFC00 == 0xD800, position + 7 < text.count, text[position + 6] == 0x5C,
        text[position + 7] == 0x75, let low = unit(text, at: position + 8), low & 0xFC00 == 0xDC00
      {
        return Escape(scalar: 0x10000 + (high & 0x3FF) << 10 + (low & 0x3FF), length: 12)
      }
      return Escape(scalar: high, length: 6)
    default: return nil
    }
  }

  private static func unit(_ text: UnsafeRawBufferPointer, at position: Int) -> UInt32? {
    guard position + 4 <= text.count else { return nil }
    var value: UInt32 = 0
    for index in position..<(position + 4) {
      guard let digit = Hex.value(text[index]) else { return nil }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private static func entity(_ text: UnsafeRawBufferPointer, at position: Int) -> Escape? {
    var end = position + 1
    let last = min(text.count, position + 12)
    while end < last, text[end] != 0x3B { end += 1 }
    guard end < last, end > position + 1 else { return nil }
    let length = end + 1 - position
    if text[position + 1] == 0x23 {
      return numericEntity(text[(position + 2)..<end]).map { Escape(scalar: $0, length: length) }
    }
    let name = String(decoding: text[(position + 1)..<end], as: UTF8.self)
    return EntityNames.scalar(name).map { Escape(scalar: $0, length: length) }
  }

  private static func numericEntity(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt32? {
    guard let first = digits.first else { return nil }
    var value: UInt32 = 0
    let isHex = first == 0x78 || first == 0x58
    let rest = isHex ? digits.dropFirst() : digits
    guard !rest.isEmpty else { return nil }
    for byte in rest {
      guard let digit = Hex.value(byte), isHex || digit < 10 else { return nil }
      value = value &* (isHex ? 16 : 10) &+ UInt32(digit)
    }
    return value
  }

  // MARK: Places

  /// Calls `body` with each stretch of the source that has escapes in it and `reach` bytes around
  /// them, so that a text of at most `reach` bytes that an escape is part of lies in one stretch.
  static func stretches(
    _ source: UnsafeRawBufferPointer, reach: Int, _ body: (Range<Int>) -> Void
  ) {
    var open: Range<Int>?
    var position = 0
    while true {
      position = ByteScan.nextEscape(source, from: position)
      guard position < source.count else { break }
      guard let escape = escape(source, at: position, source[position]) else {
        position &+= 1
        continue
      }
      let end = position + escape.length
      if let last = open, position - last.upperBound > reach {
        body(widened(last, by: reach, in: source))
        open = nil
      }
      open = (open?.lowerBound ?? position)..<end
      position = end
    }
    if let open { body(widened(open, by: reach, in: source)) }
  }

  private static let longestNumber = 32

  private static func widened(
    _ range: Range<Int>, by reach: Int, in source: UnsafeRawBufferPointer
  ) -> Range<Int> {
    let start = max(0, range.lowerBound - reach)
    var end = min(source.count, range.upperBound + reach)
    // A number that is cut would read as another one.
    let last = min(source.count, end + longestNumber)
    while end < last, PatternMatcher.isNumberCut(source, at: end) { end += 1 }
    return start..<end
  }

  /// Calls `body` with the letters of each run of base64 that is broken into lines, as mail breaks
  /// it, and with where the run begins.
  static func brokenBase64(
    _ source: UnsafeRawBufferPointer, _ body: (Int, UnsafeRawBufferPointer) -> Void
  ) {
    var position = 0
    while true {
      position = ByteScan.nextLineEnd(source, from: position)
      guard position < source.count else { break }
      guard isBreak(source, position) else {
        position &+= 1
        continue
      }
      var start = position
      while start > 0, isLetter(source[start - 1]) || isLineEnd(source[start - 1]) { start -= 1 }
      var end = position
      while end < source.count, isLetter(source[end]) || isLineEnd(source[end]) { end += 1 }
      let letters = source[start..<end].filter(isLetter)
      letters.withUnsafeBytes { body(start, $0) }
      position = end
    }
  }

  /// Lines of base64 are long: a few letters before the end of a line are a word.
  private static func isBreak(_ source: UnsafeRawBufferPointer, _ position: Int) -> Bool {
    let last = position > 0 && source[position - 1] == 13 ? position - 1 : position
    return last >= 16 && position + 1 < source.count && isLetter(source[position + 1])
      && source[(last - 16)..<last].allSatisfy(isLetter)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { Base64Letters.values[Int(byte)] < 64 }

  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }
}

/// The named character references that occur in texts of western Europe; a numeric one needs no
/// table, and our own output writes only the first five.
enum EntityNames {
  /// The character behind a name without `&` and `;`.
  static func scalar(_ name: String) -> UInt32? { table[name] }

  private static let table: [String: UInt32] = {
    var table: [String: UInt32] = [
      "amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "OElig": 0x152,
      "oelig": 0x153, "Scaron": 0x160, "scaron": 0x161, "Yuml": 0x178, "ndash": 0x2013,
      "mdash": 0x2014, "lsquo": 0x2018, "rsquo": 0x2019, "sbquo": 0x201A, "ldquo": 0x201C,
      "rdquo": 0x201D, "bdquo": 0x201E, "hellip": 0x2026, "euro": 0x20AC, "trade": 0x2122,
    ]
    let latin = """
      nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn \
      sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave \
      Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml \
      ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN \
      szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave \
      iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute \
      ucirc uuml yacute thorn yuml
      """
    for (index, name) in latin.split(separator: " ").enumerated() {
      table[String(name)] = 0xA0 + UInt32(index)
    }
    return table
  }()
}
