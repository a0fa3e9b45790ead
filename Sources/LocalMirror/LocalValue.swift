public import Bytes
public import Contract

/// Where an edit came from.
public enum EditSource: String, Sendable, CaseIterable {
  /// A content file.
  case file
  /// The command line.
  case cli
  /// The editor in the browser.
  case web
  /// A spreadsheet.
  case csv
}

/// One field that an editor sets.
public struct FieldEdit: Sendable, Hashable {
  /// The field, named as in `RecordFields`.
  public var field: String
  /// Its new value; null clears.
  public var value: FieldValue
  /// Whether the value is what somebody counted, not what it was moved to: a stock count replaces
  /// what the shop has, a movement is added to it.
  public var isCount: Bool

  /// Sets a field.
  public init(_ field: String, _ value: FieldValue, isCount: Bool = false) {
    self.field = field
    self.value = value
    self.isCount = isCount
  }
}

/// Our value of a field that is changed here and not yet confirmed.
public struct LocalValue: Sendable, Hashable {
  /// The record.
  public let key: RecordKey
  /// The field.
  public let field: String
  /// The value that the editor started from; null where there was none.
  public let base: FieldValue
  /// The record's version then; 0 for a record that is made here.
  public let baseVersion: Int64
  /// Whether `base` is stored. False only in a damaged mirror: nobody can tell then who changed it.
  public let isBaseKnown: Bool
  /// Our value.
  public let value: FieldValue
  /// Whether it is a stock count; otherwise a changed stock is a movement from `base`.
  public let isCount: Bool
  /// Where it came from.
  public let source: EditSource
  /// When.
  public let at: Instant
}

/// What is done here to a record as a whole.
public enum LocalOperation: String, Sendable, CaseIterable {
  /// Nothing: at most fields are changed.
  case none
  /// It is made here and the server does not have it yet.
  case create
  /// It is deleted here and the server still has it.
  case delete
}

/// One line of the log in which every accepted edit stands for good.
public struct EditLogEntry: Sendable, Hashable {
  /// What made the change.
  public enum Origin: String, Sendable, CaseIterable {
    /// A content file.
    case file
    /// The command line.
    case cli
    /// The editor in the browser.
    case web
    /// A spreadsheet.
    case csv
    /// The editor took an edit back.
    case withdrawal
    /// A person or a rule decided between our value and the shop's.
    case decision
  }

  /// Its number; later ones are higher.
  public let n: Int64
  /// The record.
  public let key: RecordKey
  /// The field; "" where the record as a whole is made or deleted, with the operation as value.
  public let field: String
  /// The value before.
  public let from: FieldValue
  /// The value after.
  public let to: FieldValue
  /// What made the change.
  public let origin: Origin
  /// When.
  public let at: Instant
}

/// A record as the server has it, whatever is edited here.
public struct StoredServerRecord: Sendable {
  /// How the stored record stands to the server's.
  public enum State: String, Sendable, CaseIterable {
    /// It is the newest that came.
    case live
    /// A newer one came and did not fit: it is in quarantine.
    case outdated
    /// The server has it no more; it is kept because of edits.
    case deleted
  }

  /// The envelope as it came.
  public let tape: Tape
  /// The server's count of writes; 0 where the platform has none.
  public let version: Int64
  /// The entity tag with its quotes; "" where there is none.
  public let etag: String
  /// How it stands to the server's.
  public let state: State

  /// The object of its attributes.
  public var attributes: TapeValue { tape.value["attributes"] ?? Tape.null.value }
  /// The object of its links.
  public var links: TapeValue? { tape.value["links"] }

  /// The value of a field; null where it is absent.
  public func value(_ field: String) -> FieldValue {
    if field == "external_ref" { return tape.value[field].map(FieldValue.init) ?? .null }
    return RecordFields.value(field, attributes: attributes, links: links)
  }

  /// All fields that it sets.
  public func fields(of type: ResourceType) -> [String: FieldValue] {
    RecordFields.fields(of: type, attributes: attributes, links: links)
  }
}
