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
      if question.kind == .fileAndEditor, choice != .mine { try editor.giveUpFile(number) }
      // The file's value is an edit of the editor's own as soon as it is chosen.
      let isOfFile = question.kind == .fileAndEditor && choice == .mine
      try editor.adoptLogged(
        place: server.history.count, typed: value ?? (isOfFile ? question.mine : nil))
      words.append("\(question.kind.rawValue) \(question.key) \(choice.rawValue)")
    }
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
