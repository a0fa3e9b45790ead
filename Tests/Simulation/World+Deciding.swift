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
    // What came later to be answered is drawn beside, so that all else is drawn as before.
    let beside = SeededRandom(seed: (current?.seed ?? options.seed) &* 31 &+ 7)
    for question in try inbox.questions()
    where !Self.isBeside(question) && random.below(3) > 0 {
      guard let number = question.number else { continue }
      // To save an edit to a file is to drop it, for all that is decided here.
      let all = Inbox.choices(of: question).filter { $0 != .later && $0 != .export }
      let choices = all.filter { $0 != .mapField && $0 != .resync }
      guard !choices.isEmpty else { continue }
      var choice = choices[random.below(choices.count)]
      var value = try value(for: choice, question, random)
      if let other = all.first(where: { !choices.contains($0) }), beside.below(2) == 0 {
        choice = other
        value = choice == .mapField ? .text(Self.otherFields[beside.below(6)]) : nil
      }
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
      figures.choices[choice, default: 0] += 1
      if question.kind == .fileAndEditor, choice != .mine { try editor.giveUpFile(number) }
      // The file's value is an edit of the editor's own as soon as it is chosen.
      let isOfFile = question.kind == .fileAndEditor && choice == .mine
      try editor.adoptLogged(
        place: server.history.count, typed: value ?? (isOfFile ? question.mine : nil))
      words.append("\(question.kind.rawValue) \(question.key) \(choice.rawValue)")
    }
    words += try resolveBeside(editor, inbox, beside)
    return "\(words)"
  }

  /// Fields into which a value is put that has lost its own; some of them cannot have it.
  private static let otherFields = [
    "metafields.lining", "seo.title", "vendor", "tags", "status", "linning",
  ]

  private static func isBeside(_ question: Question) -> Bool {
    question.kind == .duplicateFile || question.kind == .otherShop
  }

  /// Answers questions about files and about the shop as a whole.
  private func resolveBeside(
    _ editor: EditorSite, _ inbox: Inbox, _ random: SeededRandom
  ) throws -> [String] {
    var words: [String] = []
    for question in try inbox.questions()
    where Self.isBeside(question) && random.below(3) > 0 {
      let choices = Inbox.choices(of: question).filter { $0 != .later }
      guard !choices.isEmpty else { continue }
      let choice = choices[random.below(choices.count)]
      var value: FieldValue?
      let files = question.detail.files
      if !files.isEmpty, choice == .keepOne || random.below(2) == 0 {
        value = .text(files[random.below(files.count)].path)
      }
      do {
        try inbox.answer([question], Inbox.Answer(choice, value: value))
        figures.choices[choice, default: 0] += 1
        if question.kind == .duplicateFile {
          editor.extras.desk.note(FileAnswer(choice, value?.text, about: question))
        }
        words.append(
          "\(question.kind.rawValue) \(question.key) \(choice.rawValue) \(value?.json ?? "")")
      } catch {
        // It may have been stored before the machine died.
        if error is SQLError || editor.disk.isDown, let path = value?.text {
          editor.extras.desk.chosen.insert(path)
        }
        guard !(error is SQLError), let result = refusal(error), !editor.disk.isDown else {
          throw error
        }
        words.append("\(question.kind.rawValue) \(question.key) \(result)")
      }
    }
    return words
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
