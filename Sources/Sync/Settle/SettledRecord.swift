public import Contract
public import LocalMirror
public import Merge

/// An edited record after merging: what would be sent, what is already so, and what a person must
/// decide.
public struct SettledRecord: Sendable {
  /// The record.
  public var key: RecordKey
  /// What people call it.
  public var name: String
  /// What is done to it as a whole.
  public var operation: LocalOperation
  /// Version, tag and content as the server has it; nil where it never had it.
  public var server: StoredServerRecord?
  /// Its edited fields, in byte order of their names.
  public var fields: [SettledField]
  /// A question about the whole record: nothing of it is sent while it is open.
  public var question: Question?
  /// Whether its last mutation has no answer yet: nothing of it is touched until that is settled.
  public var isUnsettled = false
  /// What the shop deletes with it, where it is deleted.
  public var parts: Set<RecordKey> = []
  /// What an editor should know although nothing is asked, such as a translation of an older text.
  public var remarks: [ConflictKind] = []

  /// Whether something of it may be sent.
  public var isSendable: Bool {
    guard question == nil, !isUnsettled else { return false }
    return operation != .none || fields.contains { $0.outgoing != nil }
  }

  /// All questions about it.
  public var questions: [Question] {
    (question.map { [$0] } ?? []) + fields.compactMap(\.question)
  }
}

/// An edited field after merging.
public struct SettledField: Sendable {
  /// The field.
  public var name: String
  /// The edit.
  public var local: LocalValue
  /// The shop's value now.
  public var shop: FieldValue
  /// What would be sent; nil where nothing is, or not yet.
  public var outgoing: Outgoing?
  /// What a person must decide about it.
  public var question: Question?
  /// The rule that decided.
  public var rule: MergeRule?
  /// What an editor should know of a merged text.
  public var notes: [TextNote] = []

  /// A value on its way to the shop.
  public struct Outgoing: Sendable, Hashable {
    /// The value that the shop shall have.
    public var value: FieldValue
    /// By how much a counter is moved; nil where the value is set.
    public var movement: Int64?
  }
}

/// Something that a person must decide.
public struct Question: Sendable, Hashable {
  /// Its row of the taxonomy.
  public var kind: ConflictKind
  /// The record.
  public var key: RecordKey
  /// The field; nil for the whole record.
  public var field: String?
  /// What the editor started from.
  public var before: FieldValue?
  /// The editor's value.
  public var mine: FieldValue?
  /// The shop's value.
  public var shop: FieldValue?
  /// The version of the shop's value.
  public var shopVersion: Int64 = 0
  /// What else a person must see.
  public var detail = QuestionDetail()
  /// Its number in the inbox, once it stands there.
  public var number: Int64?

  /// Asks.
  public init(
    _ kind: ConflictKind, _ key: RecordKey, field: String? = nil, before: FieldValue? = nil,
    mine: FieldValue? = nil, shop: FieldValue? = nil, shopVersion: Int64 = 0,
    detail: QuestionDetail = QuestionDetail()
  ) {
    self.kind = kind
    self.key = key
    self.field = field
    self.before = before
    self.mine = mine
    self.shop = shop
    self.shopVersion = shopVersion
    self.detail = detail
  }

  /// Whether it is about the shop as a whole and not about one of its records.
  public var isAboutShop: Bool { kind == .otherShop }

  /// Whether it is the same question, whatever the values are by now.
  func isSame(as other: Question) -> Bool {
    kind == other.kind && key == other.key && field == other.field
  }
}

extension RecordKey {
  /// What a question about a shop as a whole stands under: no market has the id of a server.
  static func ofShop(_ serverID: String) -> RecordKey { RecordKey(.market, serverID) }
}
