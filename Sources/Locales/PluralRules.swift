import CGlue

/// The plural categories of CLDR.
public enum PluralCategory: String, Sendable, CaseIterable {
  /// For nought, in languages that have a form for it.
  case zero
  /// For one, or what a language treats like one.
  case one
  /// For two.
  case two
  /// For a few.
  case few
  /// For many.
  case many
  /// For everything else.
  case other
}

/// Which plural form a locale uses for a whole number.
///
/// Numbers below 1,000 are answered from a table that ICU fills once; larger ones are rare on pages
/// and are asked of ICU each time, so that languages with rules for thousands are right too.
public struct PluralRules: Sendable {
  private static let tableSize: Int64 = 1_000
  private let name: String
  private let table: [PluralCategory]

  /// Learns the rules of `locale` (BCP 47).
  public init(locale: String) {
    let name = ICU.name(locale)
    self.name = name
    table = (0..<Self.tableSize).map { Self.ask(name, $0) }
  }

  /// The form for `number`; its sign does not matter.
  public func plural(_ number: Int64) -> PluralCategory {
    let magnitude = number == .min ? Int64.max : abs(number)
    return magnitude < Self.tableSize ? table[Int(magnitude)] : Self.ask(name, magnitude)
  }

  /// The name of the form for `number`: `zero`, `one`, `two`, `few`, `many` or `other`.
  public func category(_ number: Int64) -> String { plural(number).rawValue }

  private static func ask(_ name: String, _ number: Int64) -> PluralCategory {
    ICU.text(capacity: 16) { glue_icu_plural(name, number, $0, $1) }
      .flatMap(PluralCategory.init) ?? .other
  }
}
