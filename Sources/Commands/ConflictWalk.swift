import CommandTree
import Contract
import LocalMirror
import Machine
import Merge
import Sync

/// The inbox on a terminal: a question, its choices, an answer of one key.
struct ConflictWalk {
  private let project: OpenProject
  private let inbox: Inbox
  private let console: Console

  init(_ project: OpenProject, _ inbox: Inbox, _ console: Console) {
    self.project = project
    self.inbox = inbox
    self.console = console
  }

  func run() throws -> ExitCode {
    var later: Set<Int64> = []
    var answered = 0
    while let question = try inbox.questions().first(where: { !later.contains($0.number ?? 0) }) {
      let screen = try QuestionScreen(try project.openReader(), console)
      try screen.show(question)
      switch try ask(question, screen) {
      case .answered(let count): answered += count
      case .waits:
        answered += 1
        later.insert(question.number ?? 0)
      case .later: later.insert(question.number ?? 0)
      case .end: return try finish(answered)
      }
      console.say("")
    }
    return try finish(answered)
  }

  private func finish(_ answered: Int) throws -> ExitCode {
    let left = try inbox.questions().count
    if answered == 0, left == 0 {
      console.say("Nothing needs your decision.")
      return .done
    }
    console.say(
      "\(answered) decided, \(left) left. Next: \(left > 0 ? "trumeau conflicts" : "trumeau push")")
    return left > 0 ? .decisionsOpen : .done
  }

  private enum Step {
    case answered(Int)
    /// Answered, and open until the next pull.
    case waits
    case later
    case end
  }

  private func ask(_ question: Question, _ screen: QuestionScreen) throws -> Step {
    let buttons = QuestionScreen.buttons(question)
    let line = buttons.map { "[\($0.key)] \($0.choice.label)" } + ["[q] stop"]
    while true {
      console.say("   \(line.joined(separator: "  "))")
      let typed = StandardInput.line()
      guard let key = typed.first else { return .end }
      if key == "q" { return .end }
      guard let button = buttons.first(where: { $0.key == key }) else {
        console.say("   Please type one of the letters in brackets.")
        continue
      }
      if button.choice == .later { return .later }
      do {
        if button.choice == .export {
          try save(question)
          return .answered(1)
        }
        if button.choice == .resync {
          try inbox.answer(question.number ?? 0, Inbox.Answer(.resync))
          console.say("   The next `trumeau pull` compares everything; by what that tells it ends.")
          return .waits
        }
        guard let answer = try completed(button.choice, question) else { continue }
        return .answered(try give(answer, question, screen))
      } catch let error as InboxError {
        console.complain("   \(error.message). \(error.help ?? "")")
      } catch let error as EditError {
        console.complain("   \(error.message). \(error.help ?? "")")
      } catch let error as Failure where error.code == "inbox.file-exists" {
        console.complain("   \(error.message).")
      }
    }
  }

  /// Saves an edit into a file and ends it.
  private func save(_ question: Question) throws {
    console.say("   The file to save it in [\(KeptEditFile.standardName(question))]:")
    let typed = StandardInput.line()
    let file = try KeptEditFile([question], inbox, path: typed.isEmpty ? nil : typed, project)
    try file.save(try project.openReader(), console)
    try inbox.answer(question.number ?? 0, Inbox.Answer(.export))
    console.say("   Saved: \(file.path)")
  }

  /// Asks for the value that a choice needs; nil where none is given.
  private func completed(
    _ choice: Alternative, _ question: Question
  ) throws -> Inbox.Answer? {
    let prompt: String
    switch choice {
    case .edit where question.field == nil: return Inbox.Answer(choice)
    case .edit:
      if let text = Inbox.text(of: question.mine), text.contains("\n") || text.count > 80 {
        return try editor(question, text)
      }
      prompt = "The value that shall stand:"
    case .recount: prompt = "How many are there?"
    case .rename: prompt = "Its new name:"
    case .move: prompt = "The id of what it shall belong to:"
    case .mapField:
      let fields = try inbox.fields(for: question).joined(separator: ", ")
      prompt = "The field to put it into, as metafields.care\(fields.isEmpty ? "" : ", \(fields)"):"
    case .keepOne, .newID: return fileAnswer(choice, question)
    default: return Inbox.Answer(choice)
    }
    console.say("   \(prompt)")
    let typed = StandardInput.line()
    guard !typed.isEmpty else { return nil }
    if choice == .mapField { return Inbox.Answer(choice, value: .text(typed)) }
    return Inbox.Answer(
      choice, value: try ConflictAnswer.value(typed, question, project.openReader()))
  }

  /// Asks which of several files stays, by its place in the list; nil where none is named.
  private func fileAnswer(_ choice: Alternative, _ question: Question) -> Inbox.Answer? {
    let files = question.detail.files
    console.say("   Which one stays?")
    for (index, file) in files.enumerated() { console.say("   \(index + 1)  \(file.path)") }
    guard let number = Int(StandardInput.line()), files.indices.contains(number - 1) else {
      return nil
    }
    return Inbox.Answer(choice, value: .text(files[number - 1].path))
  }

  /// A longer text is written in the editor of the person's own choice.
  private func editor(_ question: Question, _ text: String) throws -> Inbox.Answer? {
    let path = Path.join(project.root, ".trumeau/decision-\(question.number ?? 0).md")
    try Files.write(text, to: path)
    defer { try? Files.remove(path) }  // a file that stays is overwritten by the next decision
    let program = Environment.value("VISUAL") ?? Environment.value("EDITOR") ?? "vi"
    let words = program.split(separator: " ").map(String.init) + [path]
    guard Subprocess.wait(try Subprocess.start(words)) == 0 else { return nil }
    let written = try Files.readText(path)
    return Inbox.Answer(.edit, value: Inbox.whole(written, like: question.mine))
  }

  /// Stores an answer, and offers it to the questions that ask the same.
  private func give(
    _ answer: Inbox.Answer, _ question: Question, _ screen: QuestionScreen
  ) throws -> Int {
    guard let number = question.number else { return 0 }
    let same = try inbox.same(as: question)
    try inbox.answer(number, answer)
    if question.kind == .duplicateFile {
      try project.takeInFiles(console, into: inbox.store).tell(console)
    }
    guard !same.isEmpty else { return 1 }
    console.say("   \(same.count) more ask the same:")
    for other in same.prefix(12) { console.say("   \(try screen.line(other))") }
    console.say("   Same answer for all of them? [y] yes  [n] no")
    guard StandardInput.line().first == "y" else { return 1 }
    try inbox.answer(same, answer)
    return 1 + same.count
  }
}
