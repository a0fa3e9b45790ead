public import Contract

extension RecordMerge {
  /// What a merge came to.
  public struct Result: Sendable, Hashable {
    /// The merged record, with the shop's value in every conflict; nil where it is gone.
    public var merged: Fields?
    /// What a person must decide, in the order of the fields.
    public var conflicts: [FieldConflict]
    /// What was decided by rule, in the order of the fields. Fields that neither changed have none.
    public var decisions: [FieldDecision]
    /// Edits that are in `merged` and are sent only once a person has confirmed them.
    public var confirmations: [FieldConfirmation]
    /// The least that must be sent to bring the shop's record to `merged`.
    public var push: Push

    init(
      merged: Fields?, conflicts: [FieldConflict] = [], decisions: [FieldDecision] = [],
      confirmations: [FieldConfirmation] = [], push: Push = .nothing
    ) {
      self.merged = merged
      self.conflicts = conflicts
      self.decisions = decisions
      self.confirmations = confirmations
      self.push = push
    }

    /// A whole record decided by a rule.
    init(merged: Fields?, rule: MergeRule?, push: Push = .nothing) {
      self.init(
        merged: merged,
        decisions: rule.map { [FieldDecision(field: RecordMerge.wholeRecord, rule: $0)] } ?? [],
        push: push)
    }

    /// A conflict about a whole record.
    init(merged: Fields?, whole kind: ConflictKind, differs: [String]) {
      self.init(
        merged: merged,
        conflicts: [
          FieldConflict(field: RecordMerge.wholeRecord, kind: kind, differs: differs)
        ])
    }

    /// Whether nothing is to be decided or confirmed.
    public var isClean: Bool { conflicts.isEmpty && confirmations.isEmpty }

    /// Each side changed other fields: row 3 of the taxonomy.
    public var hasEditsOfBoth: Bool {
      decisions.contains { $0.rule == .oursOnly } && decisions.contains { $0.rule == .theirsOnly }
    }
  }

  /// Stands for the whole record where a field is named.
  public static let wholeRecord = "*"

  /// What is sent.
  public enum Push: Sendable, Hashable {
    /// Nothing.
    case nothing
    /// The record is made with these fields.
    case create(Fields)
    /// The record is deleted.
    case delete
    /// Fields are set (null clears), counters are moved.
    case update(set: Fields, add: [String: Int64])
  }
}

/// A field that a person must decide about.
public struct FieldConflict: Sendable, Hashable {
  /// The field, or `*` for the whole record.
  public var field: String
  /// What it is.
  public var kind: ConflictKind
  /// The value that the edit began from.
  public var before: FieldValue
  /// The value here.
  public var mine: FieldValue
  /// The shop's value.
  public var shop: FieldValue
  /// Fields, or members of a map, in which the sides differ.
  public var differs: [String]
  /// A text in pieces, where there is one.
  public var segments: [TextSegment]
  /// What a merge would give if it were allowed: the list with the members of both in the shop's
  /// order, the map without its differing members, the count after both movements.
  public var proposal: FieldValue?
  /// What holds in previews until it is decided, where that is not the shop's value.
  public var interim: FieldValue?

  init(
    field: String, kind: ConflictKind, before: FieldValue = .null, mine: FieldValue = .null,
    shop: FieldValue = .null, differs: [String] = [], segments: [TextSegment] = [],
    proposal: FieldValue? = nil, interim: FieldValue? = nil
  ) {
    self.field = field
    self.kind = kind
    self.before = before
    self.mine = mine
    self.shop = shop
    self.differs = differs
    self.segments = segments
    self.proposal = proposal
    self.interim = interim
  }
}

/// A field that a rule decided about.
public struct FieldDecision: Sendable, Hashable {
  /// The field, or `*` for the whole record.
  public var field: String
  /// The rule.
  public var rule: MergeRule
  /// What an editor should know of a merged text.
  public var notes: [TextNote]
  /// A merged text in pieces, so that a screen can show what is whose.
  public var segments: [TextSegment]

  /// The row of the taxonomy that was settled: that of the rule, or row 6 where a paragraph was moved;
  /// nil where only one side did anything.
  public var kind: ConflictKind? {
    notes.contains { $0.kind == .moved } ? .textMoved : rule.kind
  }

  init(
    field: String, rule: MergeRule, notes: [TextNote] = [], segments: [TextSegment] = []
  ) {
    self.field = field
    self.rule = rule
    self.notes = notes
    self.segments = segments
  }
}

/// An edit that a person must confirm before it is sent.
public struct FieldConfirmation: Sendable, Hashable {
  /// The field.
  public var field: String
  /// The amount before.
  public var before: FieldValue
  /// The amount now.
  public var mine: FieldValue
  /// Why it is asked.
  public var reasons: [PriceGuardReason]
  /// Always row 10 of the taxonomy.
  public var kind: ConflictKind { .priceGuard }
}

/// The rules that decide without a person; the name is logged with each decision.
public enum MergeRule: String, CaseIterable, Sendable, Hashable {
  case oursOnly = "ours-only"
  case theirsOnly = "theirs-only"
  case sameChange = "same-change"
  case textMerged = "text-merged"
  case setMerged = "set-merged"
  case listMerged = "list-merged"
  case mapMerged = "map-merged"
  case deltaAdded = "delta-added"
  case consentRestrictive = "consent-restrictive"
  case deleteOurs = "delete-ours"
  case deleteTheirs = "delete-theirs"
  case sameDelete = "same-delete"
  case createOurs = "create-ours"
  case createTheirs = "create-theirs"
  case adopted

  /// The row of the taxonomy that the rule settles; nil where only one side did anything.
  public var kind: ConflictKind? {
    switch self {
    case .sameChange: .sameChange
    case .textMerged: .textMerged
    case .setMerged, .listMerged, .mapMerged: .setMerged
    case .deltaAdded: .stockMovement
    case .consentRestrictive: .membership
    case .sameDelete: .deleteDelete
    case .adopted: .createCreate
    case .oursOnly, .theirsOnly, .deleteOurs, .deleteTheirs, .createOurs, .createTheirs: nil
    }
  }
}
