import Bytes
import CommandTree
import Contract
import LocalMirror
import Merge
import Sync

/// A question of the inbox in words: what happened, the values beside each other, and the choices.
struct QuestionScreen {
  private let reader: MirrorReader
  private let words: RecordWords
  private let console: Console

  init(_ reader: MirrorReader, _ console: Console) throws {
    self.reader = reader
    words = try RecordWords(reader.lookup)
    self.console = console
  }

  // MARK: Words

  /// The record and field as a person knows them.
  func subject(_ question: Question) throws -> (title: String, field: String) {
    guard !question.isAboutShop else { return (question.detail.name, "") }
    let name = try words.name(of: question.key)
    let title = name.title == question.key.id ? question.detail.name : name.title
    let field = try question.field.map { try words.field($0, of: question.key) } ?? ""
    return (title.isEmpty ? question.key.id : title, field)
  }

  /// What happened and what is asked.
  func sentence(_ question: Question) throws -> String {
    let (title, field) = try subject(question)
    var facts = ConflictFacts(record: title, field: field.isEmpty ? nil : field)
    facts.mine = try short(question.mine, question)
    facts.shop = try short(question.shop, question)
    facts.before = try short(question.before, question)
    facts.who = question.detail.who
    facts.when = question.detail.when.map(Self.time)
    facts.detail = try detail(question)
    return question.kind.sentence(facts)
  }

  private func detail(_ question: Question) throws -> String? {
    if let words = question.detail.words { return words }
    if question.kind == .stockNegative || question.kind == .stockCount {
      return Self.equation(question)
    }
    guard question.field == nil, !question.detail.differs.isEmpty else { return nil }
    return try question.detail.differs.map { field in
      RecordFields.exists(field, in: question.key.type)
        ? try words.field(field, of: question.key) : field
    }.joined(separator: ", ")
  }

  /// `12, you -3, shop +5 = 14`.
  private static func equation(_ question: Question) -> String? {
    guard let before = question.before?.integer, let mine = question.mine?.integer,
      let shop = question.shop?.integer
    else { return nil }
    func signed(_ number: Int64) -> String { number >= 0 ? "+\(number)" : "\(number)" }
    let sum = before + (mine - before) + (shop - before)
    return "\(before), you \(signed(mine - before)), shop \(signed(shop - before)) = \(sum)"
  }

  private func short(_ value: FieldValue?, _ question: Question) throws -> String? {
    guard let value, question.field != nil else { return nil }
    let text = try words.text(value, question.field ?? "", of: question.key)
    return EditedText.cut(text, text).0
  }

  /// `Mon 09:12` would need a zone; the day and the minute in UTC are the same everywhere.
  private static func time(_ text: String) -> String {
    guard let instant = Instant(rfc3339: text) else { return text }
    let whole = instant.rfc3339
    return "\(whole.prefix(10)) \(whole.dropFirst(11).prefix(5)) UTC"
  }

  // MARK: Lists

  /// One line a question.
  func line(_ question: Question) throws -> String {
    let (title, field) = try subject(question)
    let number = "\(question.number ?? 0)".padding(to: 4)
    return "\(number)\(title.padding(to: 24)) \(field.padding(to: 16)) "
      + question.kind.title.lowercasedFirst
  }

  /// The whole question.
  func show(_ question: Question) throws {
    let (title, field) = try subject(question)
    let head = field.isEmpty ? title : "\(title), \(field)"
    console.say("\(question.number ?? 0)  \(console.bold(head))   \(question.kind.title)")
    let isText = question.detail.segments.contains { segment in
      if case .conflict = segment { true } else { false }
    }
    if isText {
      showPlaces(question)
    } else {
      console.say("   \(try sentence(question))")
      if question.kind == .editDelete { try showWhatComesBack(question) }
      try showValues(question)
    }
  }

  /// What is made again together with a record: what the shop deleted with it.
  private func showWhatComesBack(_ question: Question) throws {
    let parts = try reader.lostParts(of: question.key).sorted { $0.key < $1.key }
      .map { "\($0.value) \(StatusCommand.noun($0.key, $0.value))" }
    let lists = try Set(reader.lostPlaces(of: question.key).map(\.holder)).count
    guard !parts.isEmpty || lists > 0 else { return }
    let with = parts.isEmpty ? "" : ", and comes with its \(parts.joined(separator: ", "))"
    let back =
      lists == 0
      ? "" : " It is put back into \(lists) \(StatusCommand.noun(.collection, lists))."
    console.say("   Made again, it has your text\(with).\(back)")
  }

  private func showPlaces(_ question: Question) {
    for segment in question.detail.segments {
      guard case .conflict(let conflict) = segment else { continue }
      let sentence =
        conflict.sentence
        ?? TextConflict.Sentence(mine: conflict.mine, before: conflict.before, shop: conflict.shop)
      let mine = WordMarks(before: sentence.before, after: sentence.mine, console)
      let shop = WordMarks(before: sentence.before, after: sentence.shop, console)
      row("before", sentence.before)
      row("mine", mine.after)
      row("shop", shop.after)
    }
    console.say("   The rest of the text is merged.")
  }

  private func showValues(_ question: Question) throws {
    guard question.field != nil else { return }
    func text(_ value: FieldValue?) throws -> String? {
      try value.map { try words.text($0, question.field ?? "", of: question.key) }
    }
    let before = try text(question.before)
    let mine = try text(question.mine)
    let shop = try text(question.shop)
    guard [before, mine, shop].compactMap(\.self).contains(where: { $0.count > 40 }) else { return }
    let old = before ?? ""
    if let before { row("before", before) }
    if let mine { row("mine", WordMarks(before: old, after: mine, console).after) }
    if let shop { row("shop", WordMarks(before: old, after: shop, console).after) }
  }

  private func row(_ name: String, _ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      console.say("   \((index == 0 ? name : "").padding(to: 8)) \(line)")
    }
  }

  /// The choices, as buttons: a letter in brackets.
  static func buttons(_ question: Question) -> [(key: Character, choice: Alternative)] {
    var taken: Set<Character> = ["v", "?"]
    return Inbox.choices(of: question).map { choice in
      let letters = (choice == .later ? "l" : choice.rawValue + "abcdefghijk").filter(\.isLetter)
      let key = letters.first { taken.insert($0).inserted } ?? "x"
      return (key, choice)
    }
  }

  // MARK: JSON

  /// Everything that a screen needs of a question.
  func fill(_ document: Document, _ question: Question, same: Int) throws {
    let (title, field) = try subject(question)
    document.field("number", question.number ?? 0)
    document.field("kind", question.kind.rawValue)
    document.field("row", question.kind.row)
    document.field("title", question.kind.title)
    document.field("sentence", try sentence(question))
    document.field("type", question.isAboutShop ? "shop" : question.key.type.rawValue)
    document.field("id", question.key.id)
    document.field("name", title)
    document.field(
      "address", question.isAboutShop ? title : try words.name(of: question.key).address)
    document.field("field", question.field)
    document.field("field_words", field.isEmpty ? nil : field)
    document.raw("before", question.before?.json ?? "null")
    document.raw("mine", question.mine?.json ?? "null")
    document.raw("shop", question.shop?.json ?? "null")
    document.field("shop_version", question.shopVersion)
    document.field("before_text", try text(question.before, question))
    document.field("mine_text", try text(question.mine, question))
    document.field("shop_text", try text(question.shop, question))
    document.raw("detail", question.storedDetail)
    document.field("same", same)
    document.list("choices", Inbox.choices(of: question)) { document, choice in
      document.field("choice", choice.rawValue)
      document.field("label", choice.label)
      document.field("type", Self.typed(choice))
    }
  }

  /// How a choice is typed behind `trumeau conflicts resolve N`.
  static func typed(_ choice: Alternative) -> String {
    switch choice {
    case .mapField: "--field NAME"
    case .keepOne: "--keep FILE"
    case .newID: "--new-id"
    default: "--as \(choice.rawValue)"
    }
  }

  /// A value of a field in the words of people; the shop may not know the field any more.
  func text(_ value: FieldValue, _ field: String, of key: RecordKey) throws -> String {
    guard !value.isNull else { return "" }
    guard RecordFields.exists(field, in: key.type) else { return value.text ?? value.json }
    if let text = Inbox.text(of: value) { return text }
    return try words.text(value, field, of: key)
  }

  private func text(_ value: FieldValue?, _ question: Question) throws -> String? {
    guard let value, let field = question.field else { return nil }
    return try words.text(value, field, of: question.key)
  }
}
