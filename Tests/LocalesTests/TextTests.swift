import Locales
import Testing

@Suite("Text in many languages")
struct TextTests {
  @Test("composed and decomposed forms are the same text in other bytes")
  func forms() {
    let composed = "Carr\u{E9}"
    let decomposed = "Carre\u{301}"
    #expect(Array(Normalization.nfc(decomposed).utf8) == Array(composed.utf8))
    #expect(Array(Normalization.nfd(composed).utf8) == Array(decomposed.utf8))
    #expect(Normalization.nfc("plain") == "plain")
    #expect(Array(Normalization.nfc("\u{212B}").utf8) == Array("\u{C5}".utf8))
  }

  @Test(
    "texts that a person would search for alike fold alike",
    arguments: [
      ("Carré", "carre"), ("CARRE\u{301}", "carre"), ("Straße", "strasse"), ("ﬁn", "fin"),
      ("ＡＢＣ", "abc"), ("Ὀδυσσεύς", "οδυσσευσ"), ("Ёлка", "елка"), ("ガラス", "ガラス"), ("ｶﾞﾗｽ", "ガラス"),
      ("plain TEXT", "plain text"), ("", ""), ("Œuvre", "œuvre"),
    ])
  func folding(text: String, folded: String) {
    #expect(Array(Normalization.foldForSearch(text).utf8) == Array(folded.utf8))
    #expect(Normalization.foldForSearch(folded) == folded)
  }

  @Test("a text of any length and growth is folded whole")
  func growth() {
    let phrase = "\u{FDFA}"
    let text = String(repeating: phrase, count: 2_000)
    #expect(
      Normalization.foldForSearch(text)
        == String(repeating: Normalization.foldForSearch(phrase), count: 2_000))
    #expect(Normalization.foldForSearch(phrase).unicodeScalars.count == 18)
  }

  @Test(
    "languages are called as they stand in a menu",
    arguments: [
      ("fr", "fr", "Français"), ("en", "en", "English"), ("ja", "ja", "日本語"),
      ("de", "de", "Deutsch"), ("fr", "en", "French"), ("fr-CA", "en", "French (Canada)"),
      ("en", "fr", "Anglais"),
      ("a b", "en", "a b"),
    ])
  func languages(tag: String, locale: String, name: String) {
    #expect(LanguageNames.name(of: tag, in: locale) == name)
  }

  @Test(
    "countries are called in the language",
    arguments: [
      ("JP", "fr", "Japon"), ("DE", "de", "Deutschland"), ("GB", "en", "United Kingdom"),
      ("FR", "ja", "フランス"), ("NO", "en", "Norway"), ("fr", "en", "fr"), ("", "en", ""),
    ])
  func countries(code: String, locale: String, name: String) {
    #expect(CountryNames.name(of: code, in: locale) == name)
  }

  @Test("sort keys follow the language, not the bytes")
  func collation() {
    func sorted(_ words: [String], _ locale: String) -> [String] {
      let collator = Collator(locale: locale)
      return words.map { (collator.sortKey($0), $0) }
        .sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }
    #expect(
      sorted(["zèbre", "Écharpe", "eau", "été"], "fr") == ["eau", "Écharpe", "été", "zèbre"])
    #expect(sorted(["öl", "zu", "offen"], "de") == ["offen", "öl", "zu"])
    #expect(sorted(["öl", "zu", "ol"], "sv") == ["ol", "zu", "öl"])
    #expect(sorted(["う", "ア", "い"], "ja") == ["ア", "い", "う"])
  }
}
