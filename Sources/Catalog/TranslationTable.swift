/// Texts of records in other languages.
public struct TranslationTable: Sendable {
  private struct Key: Hashable {
    let locale: String
    let resource: ResourceReference
    let key: String
  }

  private var texts: [Key: String] = [:]

  /// Makes an empty table.
  public init() {}

  /// Makes a table of these records; a later one replaces an earlier one of the same field.
  public init(_ records: some Sequence<TranslationRecord>) {
    for record in records { add(record) }
  }

  /// Adds a translation.
  public mutating func add(_ record: TranslationRecord) {
    texts[Key(locale: record.locale, resource: record.resource, key: record.key)] = record.value
  }

  /// Whether there is none.
  public var isEmpty: Bool { texts.isEmpty }

  /// The text of a field in `locale`, else in its language without region; nil where there is none
  /// and the record's own text is to be shown.
  public func text(_ locale: String, of resource: ResourceReference, _ key: String) -> String? {
    if texts.isEmpty { return nil }
    if let found = texts[Key(locale: locale, resource: resource, key: key)] { return found }
    guard let end = locale.firstIndex(where: { $0 == "-" || $0 == "_" }) else { return nil }
    return texts[Key(locale: String(locale[..<end]), resource: resource, key: key)]
  }
}
