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

  private static let learned = Learned<String, PluralRules>()

  /// Learns the rules of `locale` (BCP 47), once in the life of the process.
  public init(locale: String) {
    self = Self.learned.value(locale) { PluralRules(asking: ICU.name(locale)) }
  }

  private init(asking name: String) {
    self.name = name
    let categories = PluralCategory.allCases
    let numbers = [UInt8](unsafeUninitializedCapacity: Int(Self.tableSize)) { buffer, count in
      let known = glue_icu_plurals(name, Int32(buffer.count), buffer.baseAddress)
      count = max(Int(known), 0)
    }
    table =
      numbers.count == Int(Self.tableSize)
      ? numbers.map { categories[Int($0)] } : (0..<Self.tableSize).map { Self.ask(name, $0) }
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
