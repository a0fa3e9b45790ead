import Bytes
public import Contract
public import LocalMirror
public import Machine
public import Merge

/// What waits for a person: questions, and their answers.
///
/// An answer is a new edit over what the shop has, or the end of one; it is sent with the next push.
/// It is refused where the shop's value, or the edit itself, is no longer the one that was shown.
public struct Inbox {
  let mirror: MirrorStore
  let rules: SettlementRules
  let random: any RandomSource
  /// Who answers, as the log says it.
  let editor: String

  /// Prepares an inbox.
  public init(
    mirror: MirrorStore, rules: SettlementRules = SettlementRules(),
    random: any RandomSource = SystemRandom(), editor: String = "editor"
  ) {
    self.mirror = mirror
    self.rules = rules
    self.random = random
    self.editor = editor
  }

  /// What a person answers.
  public struct Answer: Sendable, Hashable {
    /// What is chosen.
    public var choice: Alternative
    /// The value that goes with it: a text of one's own, a count, a name, a parent's id, the name of
    /// another field, the path of the file that stays.
    public var value: FieldValue?

    /// Answers.
    public init(_ choice: Alternative, value: FieldValue? = nil) {
      self.choice = choice
      self.value = value
    }
  }

  /// Where it is stored.
  public var store: MirrorStore { mirror }

  /// All open questions, the oldest first.
  public func questions() throws -> [Question] {
    try mirror.ledger.openConflicts().compactMap { Question($0) }
  }

  /// One open question.
  ///
  /// - Throws: `InboxError` with `none` or `answered`.
  public func question(_ number: Int64) throws -> Question {
    guard let entry = try mirror.ledger.conflict(number), let question = Question(entry) else {
      throw InboxError(
        .none, "there is no question \(number)", help: "See `trumeau conflicts` for the numbers.")
    }
    guard entry.isOpen else {
      throw InboxError(
        .answered, "question \(number) has been answered: \(entry.decision ?? "closed")",
        help: "See `trumeau conflicts` for what is open.")
    }
    return question
  }

  /// What can be chosen, the usual choice first.
  public static func choices(of question: Question) -> [Alternative] {
    question.kind.alternatives.filter { choice in
      switch choice {
      case .mapField: !(question.mine?.isNull ?? true)
      case .resync: question.detail.comparison == nil
      case .keepOne: question.detail.files.count > 1
      case .newID: question.detail.files.contains { !$0.isKnown && $0.isWhole }
      case .backorder: question.detail.proposal?.integer != nil
      case .both: text(ofBoth: question) != nil || question.detail.proposal != nil
      case .swapNames: question.detail.other != nil && question.before != nil
      case .merge: question.detail.other != nil
      case .recreate where question.kind == .parentDeleted: false
      default: true
      }
    }
  }

  /// Answers one question.
  ///
  /// - Throws: `InboxError`; then nothing has changed.
  public func answer(_ number: Int64, _ answer: Answer) throws {
    let question = try question(number)
    try mirror.settle { transaction in
      try store(answer, to: question, transaction)
    }
  }

  /// Gives the same answer to several questions, in one transaction: to all of them or to none.
  public func answer(_ questions: [Question], _ answer: Answer) throws {
    try self.answer(questions.map { ($0, answer) })
  }

  /// Answers several questions in one transaction: all of them or none.
  public func answer(_ answers: [(Question, Answer)]) throws {
    try mirror.settle { transaction in
      for (question, answer) in answers { try store(answer, to: question, transaction) }
    }
  }

  /// Whether a question waits until the next pull has compared everything.
  public static func isComparisonDue(_ ledger: SyncLedger) throws -> Bool {
    try Comparison.isDue(ledger)
  }

  /// The other open questions that ask the same: the same kind, field and three values.
  public func same(as question: Question) throws -> [Question] {
    // Each of these is about files of its own.
    guard question.kind != .duplicateFile else { return [] }
    return try questions().filter { other in
      other.number != question.number && other.kind == question.kind
        && other.field == question.field && other.before == question.before
        && other.mine == question.mine && other.shop == question.shop
        && other.key.type == question.key.type
    }
  }

  /// A text with both readings of every place that both changed, mine first; nil where it is no text.
  static func text(ofBoth question: Question) -> FieldValue? {
    guard !question.detail.segments.isEmpty else { return nil }
    var text = ""
    for segment in question.detail.segments {
      switch segment {
      case .text(let settled, _): text += settled
      case .conflict(let conflict):
        let isSpaced = conflict.mine.last?.isWhitespace ?? true
        text += conflict.mine + (isSpaced ? "" : " ") + conflict.shop
      }
    }
    return whole(text, like: question.mine ?? question.shop)
  }

  /// A text in the form that the field has: alone, or under the name of its format.
  public static func whole(_ text: String, like value: FieldValue?) -> FieldValue {
    guard let members = value?.members, members.count == 1 else { return .text(text) }
    return .object([.init(members[0].name, .text(text))])
  }

  /// The text of a field's value, whatever its form; nil where it is no text.
  public static func text(of value: FieldValue?) -> String? {
    guard let members = value?.members, members.count == 1 else { return value?.text }
    return members[0].value.text
  }
}

/// Why a question could not be answered. Nothing has changed.
public struct InboxError: Error, Sendable, CustomStringConvertible {
  /// What sort of failure; part of the public contract.
  public enum Code: String, Sendable, CaseIterable {
    /// There is no question of this number.
    case none = "inbox.none"
    /// It has been answered already.
    case answered = "inbox.answered"
    /// The answer is none of the choices.
    case noChoice = "inbox.no-choice"
    /// A value is needed.
    case noValue = "inbox.no-value"
    /// The record has no such field.
    case unknownField = "inbox.unknown-field"
    /// The value is none that the other field can have, or may not be put there.
    case doesNotFit = "inbox.does-not-fit"
    /// The file is none of those that the question is about.
    case noFile = "inbox.no-file"
    /// The shop's value, or the editor's, is not the one that was shown.
    case changed = "inbox.changed"
  }

  /// What sort of failure.
  public let code: Code
  /// The cause in one sentence.
  public let message: String
  /// What to do about it.
  public let help: String?

  /// Makes an error from its parts.
  public init(_ code: Code, _ message: String, help: String? = nil) {
    self.code = code
    self.message = message
    self.help = help
  }

  /// One line for a person.
  public var description: String { message }
}
