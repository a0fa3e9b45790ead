import CGlue

/// Calls ICU with room for its answers.
enum ICU {
  /// The text that `ask` writes, or nil where ICU refuses.
  static func text(capacity: Int = 512, _ ask: (UnsafeMutablePointer<CChar>, Int32) -> Int32)
    -> String?
  {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
      guard let base = buffer.baseAddress else { return nil }
      let length = ask(base, Int32(capacity))
      guard length >= 0 else { return nil }
      return String(
        decoding: UnsafeRawBufferPointer(start: base, count: Int(length)), as: UTF8.self)
    }
  }

  /// The locale's name as ICU writes it: `fr-CA` becomes `fr_CA`. What is no locale name becomes
  /// the root locale, so that nothing but letters, digits and joints reaches ICU.
  static func name(_ locale: String) -> String {
    let isPlain =
      locale.utf8.count < 40
      && locale.utf8.allSatisfy {
        switch $0 {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
    return isPlain ? String(locale.map { $0 == "-" ? "_" : $0 }) : ""
  }
}
