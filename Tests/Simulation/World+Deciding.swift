import Contract
import Machine
import Merge
import SQL
import Sync

extension World {
  /// An editor answers some of the open questions, each in one of the ways that are offered.
  func resolve(_ editor: EditorSite, _ random: SeededRandom) throws -> String {
    let inbox = Inbox(
      mirror: try editor.mirror(), rules: editor.rules, random: editor.random)
    var words: [String] = []
    for question in try inbox.questions() where random.below(3) > 0 {
      guard let number = question.number else { continue }
      // To save an edit to a file is to drop it, for all that is decided here.
      let choices = Inbox.choices(of: question).filter { $0 != .later && $0 != .export }
      guard !choices.isEmpty else { continue }
      let choice = choices[random.below(choices.count)]
      let value = try value(for: choice, question, random)
      editor.touch(question)
      let answer = Inbox.Answer(choice, value: value)
      do {
        try inbox.answer(number, answer)
      } catch {
        // What the disk does ends the step; what the program says to a person ends this answer.
        guard !(error is SQLError), let result = refusal(error), !editor.disk.isDown else {
          throw error
        }
        words.append("\(question.kind.rawValue) \(question.key) \(result)")
        continue
      }
      words.append("\(question.kind.rawValue) \(question.key) \(choice.rawValue)")
      if question.kind == .fileAndEditor, choice != .mine { try editor.giveUpFile(number) }
      // The file's value is an edit of the editor's own as soon as it is chosen.
      let isOfFile = question.kind == .fileAndEditor && choice == .mine
      if let field = question.field, let value = value ?? (isOfFile ? question.mine : nil) {
        try editor.accept(
          try editor.current(question.key), field, from: question.mine ?? .null, to: value,
          place: server.history.count)
      }
    }
    try editor.touchMade()
    return "\(words)"
  }

  /// What goes with an answer: a text of one's own, a count, another name.
  private func value(
    for choice: Alternative, _ question: Question, _ random: SeededRandom
  ) throws -> FieldValue? {
    switch choice {
    case .recount: return .integer(Int64(random.below(20)))
    case .rename: return .text("name-\(random.below(1000))")
    case .move: return .text(Shop.product(random.below(4)).id)
    case .edit:
      guard let field = question.field else { return nil }
      for _ in 0..<60 {
        let fields = [field: question.mine ?? .null]
        if let drawn = Changes.draw(question.key.type, fields, random), drawn.field == field {
          return drawn.value
        }
      }
      return question.mine
    default: return nil
    }
  }
}

extension EditorSite {
  /// What a question is about is the editor's business from the answer on.
  func touch(_ question: Question) {
    // What is mine may be put into the other record.
    if let other = question.detail.other { touchAll(other) }
    guard let field = question.field else { return touchAll(question.key) }
    touched[question.key, default: []].insert(field)
  }

  /// What is made here, also by a decision, is sent with all its fields.
  func touchMade() throws {
    let rows = try look().prepare("SELECT type, id FROM local_record WHERE op = 'create'")
    while try rows.step() {
      if let type = ResourceType(rawValue: rows.text(0)) {
        touchAll(RecordKey(type, rows.text(1)))
      }
    }
  }

  /// A record that is made anew is sent with all its fields.
  func touchAll(_ key: RecordKey) {
    touched[key, default: []].formUnion(RecordFieldsOfType.names(key.type))
  }
}

/// The fields that the simulation fills, by type: a record that is made anew is sent with all of them.
private enum RecordFieldsOfType {
  static func names(_ type: ResourceType) -> Set<String> {
    let schema = ResourceSchema.of(type)
    var found = Set(schema.attributes.map(\.name))
    found.formUnion(schema.links.map { "links.\($0.name)" })
    found.formUnion(["seo.title", "metafields.care", "options.Size"])
    return found
  }
}
