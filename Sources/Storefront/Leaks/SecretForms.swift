import Bytes

/// The byte strings in which a secret can stand in a text: as it is, and inside base64.
///
/// Base64 writes three bytes as four letters, so a secret reads in one of three ways there,
/// depending on how many bytes stand before it. The letters that hold bits of the secret alone are
/// the same whatever surrounds it, and are searched for like any other text. In both, a secret that
/// ends in a digit is none where another digit follows, as `PatternMatcher` explains.
struct SecretForms: Sendable {
  /// One way to write a secret.
  struct Form: Sendable {
    /// Index of the secret.
    var secret: Int
    /// How many bytes of a group of three stand before it, or nil where it is written as it is.
    var phase: Int?
  }

  /// What each pattern of the matcher writes.
  let forms: [Form]
  /// All patterns.
  let matcher: PatternMatcher
  /// Length of the longest pattern in bytes.
  let longest: Int
  private let secrets: [[UInt8]]

  /// Prepares the search for `secrets`.
  init(_ secrets: [[UInt8]]) {
    var forms: [Form] = []
    var patterns: [[UInt8]] = []
    for (index, secret) in secrets.enumerated() where secret.count >= PatternMatcher.shortest {
      forms.append(Form(secret: index, phase: nil))
      patterns.append(secret)
      for phase in 0..<3 {
        let letters = Self.letters(of: secret, phase: phase)
        for alphabet in Self.spellings(letters) {
          forms.append(Form(secret: index, phase: phase))
          patterns.append(alphabet)
        }
      }
    }
    self.forms = forms
    self.secrets = secrets
    matcher = PatternMatcher(patterns, wholeNumbers: false)
    longest = patterns.map(\.count).max() ?? 0
  }

  /// Calls `found` with the place of each secret, its index and whether it stands in base64.
  func search(_ text: UnsafeRawBufferPointer, _ found: (Int, Int, Bool) -> Void) {
    matcher.search(text) { offset, pattern in
      let form = forms[pattern]
      guard let phase = form.phase else {
        let end = offset + secrets[form.secret].count
        return PatternMatcher.isNumberCut(text, at: end) ? () : found(offset, form.secret, false)
      }
      if isEncoded(secrets[form.secret], phase, at: offset, in: text) {
        found(offset, form.secret, true)
      }
    }
  }

  /// Whether the letters at the edges, which hold bits of the neighbours too, fit as well.
  private func isEncoded(
    _ secret: [UInt8], _ phase: Int, at offset: Int, in text: UnsafeRawBufferPointer
  ) -> Bool {
    let start = offset - (phase * 8 + 5) / 6
    guard start >= 0 else { return false }
    let letters = ((secret.count + phase) * 8 + 5) / 6
    // Two more tell the byte that follows.
    let beyond = 2
    var bits: UInt32 = 0
    var count = 0
    var index = -phase
    for position in start..<min(start + letters + beyond, text.count) {
      let value = Base64Letters.values[Int(text[position])]
      guard value < 64 else { break }
      bits = bits << 6 | UInt32(value)
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      let byte = UInt8(truncatingIfNeeded: bits >> UInt32(count))
      if index >= secret.count {
        let last = secret[secret.count - 1]
        return !ByteScan.isDigit(byte) || !ByteScan.isDigit(last)
      }
      if index >= 0, secret[index] != byte { return false }
      index += 1
    }
    return index >= secret.count
  }

  /// The letters that hold bits of the secret alone.
  private static func letters(of secret: [UInt8], phase: Int) -> [UInt8] {
    var letters: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in [UInt8](repeating: 0, count: phase) + secret {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        letters.append(Base64Letters.standard[Int(bits >> UInt32(count) & 63)])
      }
    }
    return Array(letters.dropFirst((phase * 8 + 5) / 6))
  }

  /// The letters in the alphabet of RFC 4648 §4, and in that of §5 where it differs.
  private static func spellings(_ letters: [UInt8]) -> [[UInt8]] {
    let safe = letters.map { $0 == 0x2B ? 0x2D : $0 == 0x2F ? 0x5F : $0 }
    return safe == letters ? [letters] : [letters, safe]
  }
}

/// The 64 letters of base64, RFC 4648.
enum Base64Letters {
  /// Letters of the alphabet of §4 by value.
  static let standard = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// Values of the letters of both alphabets; 255 for every other byte.
  static let values: [UInt8] = {
    var table = [UInt8](repeating: 255, count: 256)
    for (value, letter) in standard.enumerated() { table[Int(letter)] = UInt8(value) }
    table[Int(UInt8(ascii: "-"))] = 62
    table[Int(UInt8(ascii: "_"))] = 63
    return table
  }()
}
