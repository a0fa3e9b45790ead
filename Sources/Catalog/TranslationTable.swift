/// Texts of records in other languages.
public struct TranslationTable: Sendable {
  private struct Key: Hashable {
    let locale: String
    let resource: ResourceReference
    let key: String
  }

  private var texts: [Key: String] = [:]
  /// Whether any record has a handle of its own in another language.
  public private(set) var hasHandles = false

  /// Makes an empty table.
  public init() {}

  /// Makes a table of these records; a later one replaces an earlier one of the same field.
  public init(_ records: some Sequence<TranslationRecord>) {
    for record in records { add(record) }
  }

  /// Adds a translation.
  public mutating func add(_ record: TranslationRecord) {
    texts[Key(locale: record.locale, resource: record.resource, key: record.key)] = record.value
    if record.key == Self.handleKey { hasHandles = true }
  }

  /// The field whose translation is a handle.
  public static let handleKey = "handle"

  /// Whether there is none.
  public var isEmpty: Bool { texts.isEmpty }

  /// The text of a field in `locale`, else in its language without region; nil where there is none
  /// and the record's own text is to be shown.
  public func text(_ locale: String, of resource: ResourceReference, _ key: String) -> String? {
    if texts.isEmpty { return nil }
    if let found = texts[Key(locale: locale, resource: resource, key: key)] { return found }
    guard let language = Self.language(of: locale) else { return nil }
    return texts[Key(locale: language, resource: resource, key: key)]
  }

  /// Whether readers of a locale are shown texts in `other`: where it is theirs, or theirs without region.
  public static func shows(_ locale: String, textsIn other: String) -> Bool {
    locale == other || language(of: locale) == other
  }

  /// A locale without region; nil where it has none.
  private static func language(of locale: String) -> String? {
    locale.firstIndex { $0 == "-" || $0 == "_" }.map { String(locale[..<$0]) }
  }
}
