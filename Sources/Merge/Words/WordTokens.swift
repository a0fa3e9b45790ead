/// The tokenizer T1: paragraph breaks, white space, words, and every other scalar by itself.
///
/// Source: `merge3/README.md` of the conformance suite. Joining the tokens gives the text back. The
/// first rule that matches wins:
/// 1. a paragraph break: two or more line ends with nothing but spaces and tabs before each;
/// 2. a run of other white space;
/// 3. a word: letters or digits, with inner `'` or U+2019 between them;
/// 4. one Unicode scalar.
enum WordTokens {
  /// The end of the token that begins at `start`. The bytes are well-formed UTF-8.
  static func end(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ limit: Int) -> Int {
    let first = bytes[start]
    if first < 0x80 {
      switch classes[Int(first)] {
      case .word: return wordEnd(bytes, start + 1, limit)
      case .space:
        return paragraphEnd(bytes, start, limit) ?? spaceEnd(bytes, start + 1, limit)
      case .other: return start + 1
      }
    }
    let (scalar, next) = decode(bytes, start, limit)
    switch scalarClass(scalar) {
    case .word: return wordEnd(bytes, next, limit)
    case .space: return spaceEnd(bytes, next, limit)
    case .other: return next
    }
  }

  /// What a scalar is to the tokenizer.
  enum ScalarClass {
    case word, space, other
  }

  /// What a scalar is to the tokenizer.
  static func scalarClass(_ scalar: Unicode.Scalar) -> ScalarClass {
    if scalar.value < 0x80 { return classes[Int(scalar.value)] }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      return .word
    default: return scalar.properties.isWhitespace ? .space : .other
    }
  }

  private static let classes: [ScalarClass] = (0..<128).map { byte in
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: .word
    case 0x09...0x0D, 0x1C...0x20: .space
    default: .other
    }
  }

  /// One scalar of well-formed UTF-8 and the offset behind it.
  static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ limit: Int
  ) -> (Unicode.Scalar, Int) {
    let first = bytes[start]
    if first < 0x80 { return (Unicode.Scalar(first), start + 1) }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    guard start + length <= limit else { return ("\u{FFFD}", limit) }
    var value = UInt32(first) & (0x7F >> UInt32(length))
    for offset in 1..<length { value = value << 6 | UInt32(bytes[start + offset] & 0x3F) }
    return (Unicode.Scalar(value) ?? "\u{FFFD}", start + length)
  }

  private static func wordEnd(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ limit: Int
  ) -> Int {
    var end = start
    while end < limit {
      let byte = bytes[end]
      if byte < 0x80 {
        if classes[Int(byte)] == .word {
          end += 1
        } else if byte == 0x27, let next = letterEnd(bytes, end + 1, limit) {
          end = next
        } else {
          return end
        }
      } else {
        let (scalar, next) = decode(bytes, end, limit)
        if scalarClass(scalar) == .word {
          end = next
        } else if scalar == "\u{2019}", let after = letterEnd(bytes, next, limit) {
          end = after
        } else {
          return end
        }
      }
    }
    return end
  }

  private static func letterEnd(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ limit: Int
  ) -> Int? {
    guard start < limit else { return nil }
    let (scalar, next) = decode(bytes, start, limit)
    return scalarClass(scalar) == .word ? next : nil
  }

  private static func spaceEnd(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ limit: Int
  ) -> Int {
    var end = start
    while end < limit {
      let (scalar, next) = decode(bytes, end, limit)
      guard scalarClass(scalar) == .space else { return end }
      end = next
    }
    return end
  }

  private static func paragraphEnd(
    _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ limit: Int
  ) -> Int? {
    var lines = 0
    var end = start
    var at = start
    while at < limit, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0A {
      at += 1
      if bytes[at - 1] == 0x0A {
        lines += 1
        end = at
      }
    }
    return lines > 1 ? end : nil
  }
}
