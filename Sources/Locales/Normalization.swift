import CGlue

/// Normal forms of Unicode text (UAX 15), and the form by which texts are searched.
public enum Normalization {
  /// The composed form: what files, handles and comparisons use.
  public static func nfc(_ text: String) -> String { isASCII(text) ? text : form(0, text) }

  /// The decomposed form.
  public static func nfd(_ text: String) -> String { isASCII(text) ? text : form(1, text) }

  /// The form by which a search matches: compatibility forms and capitals folded (NFKC_Casefold),
  /// and the accents of Latin, Greek and Cyrillic letters dropped; the voicing marks of kana, which
  /// tell words apart, stay.
  public static func foldForSearch(_ text: String) -> String {
    if isASCII(text) { return text.lowercased() }
    var kept = String.UnicodeScalarView()
    for scalar in form(1, form(2, text)).unicodeScalars
    where !(0x0300...0x036F).contains(scalar.value) {
      kept.append(scalar)
    }
    return form(0, String(kept))
  }

  private static func isASCII(_ text: String) -> Bool { text.utf8.allSatisfy { $0 < 0x80 } }

  private static func form(_ form: Int32, _ text: String) -> String {
    var copy = text
    return copy.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { bytes in
        // The longest growth of any form is eighteenfold in UTF-16, at most three bytes a unit.
        let capacity = bytes.count * 54 + 4
        guard bytes.count < 1 << 24, let base = bytes.baseAddress else { return text }
        let small = ICU.text(capacity: bytes.count * 3 + 64) {
          glue_icu_normalize(form, base, Int32(bytes.count), $0, $1)
        }
        return small
          ?? ICU.text(capacity: capacity) {
            glue_icu_normalize(form, base, Int32(bytes.count), $0, $1)
          } ?? text
      }
    }
  }
}
