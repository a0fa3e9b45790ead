import CGlue

/// Names of languages and countries, as they stand in a menu of the given language.
public enum LanguageNames {
  private static let learned = Learned<[String], String>()

  /// The name of a language or locale (BCP 47): `fr` in `fr` is `Français`, `fr-CA` in `en` is
  /// `French (Canada)`; the tag itself where ICU does not know it.
  public static func name(of tag: String, in locale: String) -> String {
    let language = ICU.name(tag)
    if language.isEmpty { return tag }
    return learned.value([tag, locale]) {
      ICU.text { glue_icu_display_name(ICU.name(locale), language, nil, $0, $1) } ?? tag
    }
  }
}

/// Names of countries.
public enum CountryNames {
  private static let learned = Learned<[String], String>()

  /// The name of a country (ISO 3166-1 alpha-2): `JP` in `fr` is `Japon`; the code itself where ICU
  /// does not know it.
  public static func name(of code: String, in locale: String) -> String {
    guard code.utf8.count == 2, code.utf8.allSatisfy({ (65...90).contains($0) }) else {
      return code
    }
    return learned.value([code, locale]) {
      ICU.text { glue_icu_display_name(ICU.name(locale), nil, code, $0, $1) } ?? code
    }
  }
}
