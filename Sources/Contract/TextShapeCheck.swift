import Bytes

extension TextShape {
  /// Whether UTF-8 has this shape; the same language as `pattern`, without a regular expression.
  func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    switch self {
    case .any: true
    case .line: !bytes.contains { $0 < 0x20 || $0 == 0x7F }
    case .handle:
      bytes.first != UInt8(ascii: ".") && !bytes.isEmpty
        && bytes.allSatisfy { !Self.isReserved($0) && !(0x41...0x5A).contains($0) }
        && !bytes.contains(UInt8(ascii: "/")) && !bytes.contains(where: Self.endsPath)
    case .currency: bytes.count == 3 && bytes.allSatisfy { (0x41...0x5A).contains($0) }
    case .country: bytes.count == 2 && bytes.allSatisfy { (0x41...0x5A).contains($0) }
    case .locale: Self.isLocale(bytes)
    case .timeZone:
      bytes.first.map(Self.isLetter) == true
        && bytes.allSatisfy {
          Self.isLetter($0) || Self.isDigit($0) || $0 == 0x5F || $0 == 0x2B || $0 == 0x2F
            || $0 == 0x2D
        }
    case .fraction: Self.isFraction(bytes)
    case .decimal: Self.isDecimal(bytes)
    case .gtin:
      (bytes.count == 8 || (12...14).contains(bytes.count)) && bytes.allSatisfy(Self.isDigit)
    case .sitePath: bytes.first == 0x2F && !bytes.contains(where: Self.isReserved)
    case .target:
      (bytes.first == 0x2F || bytes.starts(with: "http://".utf8)
        || bytes.starts(with: "https://".utf8)) && !bytes.contains(where: Self.isReserved)
    case .digest: !bytes.isEmpty && !bytes.contains { $0 <= 0x20 || $0 == 0x7F }
    case .key:
      bytes.first.map { Self.isLetter($0) || Self.isDigit($0) || $0 == 0x5F } == true
        && bytes.allSatisfy {
          Self.isLetter($0) || Self.isDigit($0) || $0 == 0x5F || $0 == 0x2E || $0 == 0x2D
        }
    }
  }

  /// What a person is told a text should look like.
  var expectation: String {
    switch self {
    case .any: "text"
    case .line: "one line of text without control characters"
    case .handle: "a handle: lower case, without spaces, slashes or reserved marks"
    case .currency: "an ISO 4217 code such as EUR"
    case .country: "an ISO 3166-1 code such as FR"
    case .locale: "a language tag such as fr or fr-CA"
    case .timeZone: "an IANA zone such as Europe/Paris"
    case .fraction: "a fraction from 0 to 1 as text, such as \"0.20\""
    case .decimal: "a decimal as text, such as \"0.05\""
    case .gtin: "8, 12, 13 or 14 digits"
    case .target: "a path that begins with / or an http(s) address"
    case .sitePath: "a path that begins with /"
    case .digest: "a digest such as sha256:…"
    case .key: "letters, digits, _, - and ."
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// Control characters, space and `" < > \ ^ ` { | }`: never in an address as they are.
  private static func isReserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0...0x20, 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D, 0x7F: true
    default: false
    }
  }

  private static func endsPath(_ byte: UInt8) -> Bool {
    byte == 0x23 || byte == 0x25 || byte == 0x3F || byte == 0x5B || byte == 0x5D
  }

  private static func isLocale(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let parts = bytes.split(separator: 0x2D, omittingEmptySubsequences: false)
    guard let first = parts.first, (2...3).contains(first.count), first.allSatisfy(isLetter) else {
      return false
    }
    return parts.dropFirst().allSatisfy {
      (2...8).contains($0.count) && $0.allSatisfy { isLetter($0) || isDigit($0) }
    }
  }

  private static func isDecimal(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let parts = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard parts.count <= 2, parts.allSatisfy({ $0.allSatisfy(isDigit) }) else { return false }
    return (1...12).contains(parts[0].count)
      && (parts.count == 1 || (1...6).contains(parts[1].count))
  }

  private static func isFraction(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let first = bytes.first, first == 0x30 || first == 0x31 else { return false }
    if bytes.count == 1 { return true }
    guard bytes[1] == 0x2E, (3...8).contains(bytes.count) else { return false }
    return bytes[2...].allSatisfy { first == 0x30 ? isDigit($0) : $0 == 0x30 }
  }
}
