public import Bytes
public import Contract
public import LocalMirror

/// Everything that is edited here and not confirmed, as a screen shows it: one card for each product
/// or other record, one line for each field.
public struct EditOverview: Sendable {
  /// A changed field, or what is done to a record as a whole.
  public struct Line: Sendable, Hashable {
    /// The record that has the field: of a product's card it may be a price or a translation.
    public let key: RecordKey
    /// The field's name in the mirror; "" for the record as a whole.
    public let field: String
    /// What a person types to mean the record.
    public let address: String
    /// The field as a person types it, for example `price.EUR`.
    public let words: String
    /// Whether the record is made or deleted here.
    public let operation: LocalOperation
    /// The value that the editor started from.
    public let before: FieldValue
    /// The editor's.
    public let mine: FieldValue
    /// The shop's, where it has changed since; nil where it is what it was before.
    public let shop: FieldValue?
    /// Whether the shop has deleted the record.
    public let isGone: Bool
    /// Whether `mine` is a stock count.
    public let isCount: Bool
    /// Where the edit came from; nil for a record as a whole.
    public let source: EditSource?
    /// When; nil for a record as a whole.
    public let at: Instant?
    /// Whether the value was sent and only the record's new version is awaited.
    public var isSent: Bool { source != nil && before == mine }
  }

  /// A product, or another record that stands by itself, with what is edited of it.
  public struct Card: Sendable, Hashable {
    /// The record.
    public let subject: RecordKey
    /// Its title or name.
    public let title: String
    /// What is edited of it and its parts.
    public let lines: [Line]
  }

  /// The cards, in order of title.
  public let cards: [Card]

  /// Looks through all edits.
  ///
  /// - Parameter subject: only this record's card.
  public init(_ reader: MirrorReader, of subject: RecordKey? = nil) throws {
    let words = try RecordWords(reader.lookup)
    var lines: [RecordKey: [Line]] = [:]
    var titles: [RecordKey: String] = [:]
    func add(_ key: RecordKey, _ make: (RecordWords.Name) throws -> Line) throws {
      let name = try words.name(of: key)
      if let subject, name.subject != subject { return }
      titles[name.subject] = name.title
      lines[name.subject, default: []].append(try make(name))
    }
    for (key, operation) in try reader.localOperations() {
      let isGone = try reader.serverRecord(key)?.state == .deleted
      try add(key) { name in
        Line(
          key: key, field: "", address: name.address, words: try words.field("", of: key),
          operation: operation, before: .null, mine: .text(operation.rawValue), shop: nil,
          isGone: isGone, isCount: false, source: nil, at: nil)
      }
    }
    for value in try reader.localValues() {
      let server = try reader.serverRecord(value.key)
      let theirs = server?.value(value.field) ?? .null
      try add(value.key) { name in
        Line(
          key: value.key, field: value.field, address: name.address,
          words: try words.field(value.field, of: value.key), operation: .none,
          before: value.base, mine: value.value,
          shop: theirs == value.base || theirs == value.value ? nil : theirs,
          isGone: server?.state == .deleted, isCount: value.isCount, source: value.source,
          at: value.at)
      }
    }
    cards = lines.map { Card(subject: $0.key, title: titles[$0.key] ?? $0.key.id, lines: $0.value) }
      .sorted { ($0.title, $0.subject) < ($1.title, $1.subject) }
  }

  /// How many records are changed, by type; made and deleted ones are counted apart.
  public struct Counts: Sendable, Hashable {
    /// Records of which fields are changed and not sent yet.
    public var changed: [ResourceType: Int] = [:]
    /// Records that are made here.
    public var created = 0
    /// Records that are deleted here.
    public var deleted = 0

    /// Whether there is nothing to send.
    public var isEmpty: Bool { changed.isEmpty && created == 0 && deleted == 0 }
  }

  /// Counts what is not sent yet. O(edits).
  public static func counts(_ reader: MirrorReader) throws -> Counts {
    var counts = Counts()
    var whole: Set<RecordKey> = []
    for (key, operation) in try reader.localOperations() {
      whole.insert(key)
      if operation == .create { counts.created += 1 } else { counts.deleted += 1 }
    }
    var seen: Set<RecordKey> = []
    for value in try reader.localValues() where value.value != value.base {
      guard !whole.contains(value.key), seen.insert(value.key).inserted else { continue }
      counts.changed[value.key.type, default: 0] += 1
    }
    return counts
  }
}
