import Settings
import Bytes
import Catalog
import CommandTree
import Contract
import LocalMirror
import Machine
import Merge
import Sync

/// `trumeau conflicts`: what waits for a decision, and the decisions.
enum ConflictsCommand {
  static let command = Command(
    "conflicts", "what needs your decision, one question at a time",
    discussion: """
      A question is opened where you and the shop changed the same thing, where the shop refused
      something, or where a price looks like a slip. While it is open the shop's value stands in the
      shop and your edit is kept here. On a terminal this walks through the questions and takes answers
      of one key; elsewhere it lists them.
      """,
    examples: [
      Example("trumeau conflicts", "answer the questions one by one"),
      Example("trumeau conflicts show 2", "one question with all its values"),
      Example("trumeau conflicts resolve 2 --mine", "your value stands"),
      Example("trumeau conflicts resolve --field tags --shop", "the shop's tags, everywhere"),
    ],
    subcommands: [list, show, resolve], work: walkOrList)

  private static let list = Command(
    "list", "the questions, one line each",
    examples: [Example("trumeau conflicts list --json", "for scripts and other screens")],
    options: filters, work: runList)

  private static let show = Command(
    "show", "one question with all its values",
    examples: [Example("trumeau conflicts show 2", "what happened, the values and the choices")],
    positionals: [Positional("N", "its number")], work: runShow)

  private static let resolve = Command(
    "resolve", "answer a question, or many of the same sort",
    discussion: """
      By number, by record (and field), or all that --field, --kind and --type choose; those are counted
      and asked about first. A decision is an edit of its own: the next push sends it.
      """,
    examples: [
      Example("trumeau conflicts resolve 2 --mine", "your value stands"),
      Example("trumeau conflicts resolve BAG-12 title --edit --value \"Day Bag\"", "a third one"),
      Example("trumeau conflicts resolve --field tags --shop", "the shop's, for all tags"),
      Example("trumeau conflicts resolve 3 --as recreate", "any of the choices by its name"),
      Example(
        "trumeau conflicts resolve 3 --as export --value mine.csv",
        "save my edit to a file, and end it here"),
      Example("trumeau conflicts resolve 4 --field metafields.lining", "put it into another field"),
      Example("trumeau conflicts resolve 5 --as resync", "compare everything at the next pull"),
      Example("trumeau conflicts resolve 6 --keep square-90.md", "the other file is set aside"),
      Example("trumeau conflicts resolve 6 --new-id", "the copy becomes a product of its own"),
    ],
    options: filters + [
      .value("keep", "FILE", "of two files for one record, the one that stays"),
      .flag("new-id", "the other file becomes a new record, with an id of its own"),
      .flag("mine", "my value stands, or my deletion, or: send it again"),
      .flag("shop", "the shop's value stands"),
      .flag("both", "both readings, mine first; or both put together"),
      .flag("edit", "another value, given with --value"),
      .flag("confirm", "yes, the unusual price is meant"),
      .value("as", "CHOICE", "any of the choices that show names"),
      .value("value", "V", "the value that goes with the choice; the file, for export"),
      .flag("yes", letter: "y", "do not ask"),
    ],
    positionals: [
      Positional("N|RECORD", "a number, or a SKU, handle or id", isRequired: false),
      Positional("FIELD", "of the record", isRequired: false),
    ], work: runResolve)

  private static let filters: [Option] = [
    .value(
      "field", "F", "only questions about this field; behind a number: the field to put it into"),
    .value("kind", "K", "only questions of this kind, as price or edit-delete"),
    .value("type", "T", "only questions about this type of record"),
  ]

  // MARK: Reading

  /// The inbox, true to the files of products as they stand.
  private static func inbox(_ project: OpenProject, _ console: Console) throws -> Inbox {
    let mirror = try project.openMirrorToEdit(console)
    try project.takeInFiles(console, into: mirror).tell(console)
    return Inbox(mirror: mirror, rules: project.settlementRules)
  }

  private static func chosen(
    _ questions: [Question], _ invocation: Invocation, _ project: OpenProject
  ) throws -> [Question] {
    let words = try RecordWords(try project.openReader().lookup)
    return try questions.filter { question in
      if let kind = invocation.value("kind"), question.kind.rawValue != kind { return false }
      if let type = invocation.value("type"), question.key.type.rawValue != type { return false }
      if let field = invocation.value("field") {
        guard let own = question.field else { return false }
        let typed = try words.field(own, of: question.key)
        return own == field || typed == field
      }
      return true
    }
  }

  private static func walkOrList(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    guard !console.isUnattended, !console.isJSON else { return try runList(invocation, console) }
    let project = try OpenProject(invocation, console)
    let inbox = try inbox(project, console)
    return try ConflictWalk(project, inbox, console).run()
  }

  private static func runList(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let inbox = try inbox(project, console)
    let questions = try chosen(try inbox.questions(), invocation, project)
    let screen = try QuestionScreen(try project.openReader(), console)
    for question in questions { console.say(try screen.line(question)) }
    console.say(
      questions.isEmpty
        ? "Nothing needs your decision."
        : "What can be answered: trumeau conflicts show N. "
          + "Answer: trumeau conflicts resolve N --mine|--shop|…")
    let json = try document("conflicts list", questions, inbox, screen).text
    console.json(json)
    return questions.isEmpty ? .done : .decisionsOpen
  }

  private static func runShow(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let inbox = try inbox(project, console)
    let question = try inbox.question(try number(invocation.arguments[0], invocation))
    let screen = try QuestionScreen(try project.openReader(), console)
    try screen.show(question)
    let choices = Inbox.choices(of: question).filter { $0 != .later }.map {
      "\(QuestionScreen.typed($0))  \($0.label)"
    }
    for choice in choices { console.say("   \(choice)") }
    let fields = try inbox.fields(for: question)
    if !fields.isEmpty {
      console.say("   It can go into \(fields.joined(separator: ", ")).")
    }
    let json = try document("conflicts show", [question], inbox, screen).text
    console.json(json)
    return .done
  }

  private static func document(
    _ command: String, _ questions: [Question], _ inbox: Inbox, _ screen: QuestionScreen
  ) throws -> Document {
    var failure: (any Error)?
    let document = Document(command) { document in
      document.field("open", questions.count)
      document.list("questions", questions) { document, question in
        do {
          try screen.fill(document, question, same: try inbox.same(as: question).count)
          let fields = try inbox.fields(for: question)
          if !fields.isEmpty { document.strings("fields", fields) }
        } catch { failure = failure ?? error }
      }
    }
    if let failure { throw failure }
    return document
  }

  private static func number(_ text: String, _ invocation: Invocation) throws -> Int64 {
    guard let number = Int64(text) else {
      throw UsageError(
        "a question has a number, not \"\(text)\"",
        help: "`trumeau conflicts list` shows the numbers", path: invocation.path)
    }
    return number
  }

  // MARK: Answering

  private static func runResolve(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let inbox = try inbox(project, console)
    let questions = try meant(invocation, inbox, project)
    guard let first = questions.first else {
      console.report("No open question is meant by that.")
      console.json(Document("conflicts resolve") { $0.field("answered", 0) }.text)
      return .done
    }
    let screen = try QuestionScreen(try project.openReader(), console)
    let reader = try project.openReader()
    let answers = try questions.map { try ConflictAnswer(invocation).answer(to: $0, reader) }
    if questions.count > 1 {
      for question in questions where !invocation.flag("yes") || !console.isQuiet {
        console.ask(try screen.line(question))
      }
      guard try isWanted(questions.count, answers[0].choice, invocation, console) else {
        return .failed
      }
    }
    let kept = try saveKept(zip(questions, answers), invocation, inbox, project, console)
    try inbox.answer(zip(questions, answers).map { ($0, $1) })
    // What was decided about files is done with them.
    let files = try project.takeInFiles(console, into: inbox.store)
    let left = try inbox.questions().count
    if let kept { console.report("Saved: \(kept.path)") }
    console.report(
      questions.count == 1
        ? "\(try screen.subject(first).title): \(answers[0].choice.label)."
        : "\(questions.count) questions answered.")
    files.tell(console)
    tellNext(answers.map(\.choice), left, console)
    console.json(
      Document("conflicts resolve") { document in
        document.field("answered", questions.count)
        document.field("open", left)
        document.field("file", kept?.path)
        if let kept { document.raw("kept", kept.json) }
        document.field("next", next(answers.map(\.choice), left))
        document.list("files", files.settled) { document, file in
          document.field("path", file.path)
          document.field("set_aside", file.aside)
          document.field("product", file.product)
        }
      }.text)
    return left > 0 ? .decisionsOpen : .done
  }

  /// The command that goes on from here.
  private static func next(_ choices: [Alternative], _ left: Int) -> String {
    if choices.contains(.resync) { return "trumeau pull" }
    return left > 0 ? "trumeau conflicts" : "trumeau push"
  }

  private static func tellNext(_ choices: [Alternative], _ left: Int, _ console: Console) {
    let next = next(choices, left)
    if choices.contains(.resync) {
      console.report(
        "Next: \(next) compares everything with the shop. By what that tells the question ends, or is "
          + "asked anew; your edit is kept until then.")
    } else {
      console.report(left > 0 ? "\(left) left: \(next)" : "Next: \(next)")
    }
  }

  /// Saves what the choice `export` is given to, before anything is decided; nil where it is not.
  private static func saveKept(
    _ answers: some Sequence<(Question, Inbox.Answer)>, _ invocation: Invocation, _ inbox: Inbox,
    _ project: OpenProject, _ console: Console
  ) throws -> KeptEditFile? {
    let questions = answers.filter { $0.1.choice == .export }.map(\.0)
    guard !questions.isEmpty else { return nil }
    for question in questions { try Inbox.check(Inbox.Answer(.export), of: question) }
    let file = try KeptEditFile(questions, inbox, path: invocation.value("value"), project)
    try file.save(try project.openReader(), console)
    return file
  }

  private static func meant(
    _ invocation: Invocation, _ inbox: Inbox, _ project: OpenProject
  ) throws -> [Question] {
    guard let target = invocation.arguments.first else {
      let isFiltered = ["field", "kind", "type"].contains { invocation.value($0) != nil }
      guard isFiltered || invocation.flag("confirm") else {
        throw UsageError(
          "it is not said which question is meant",
          help: "give its number, a record, or --field, --kind or --type", path: invocation.path)
      }
      let questions = try chosen(try inbox.questions(), invocation, project)
      return invocation.flag("confirm") ? questions.filter { $0.kind == .priceGuard } : questions
    }
    if let number = Int64(target), try inbox.questions().contains(where: { $0.number == number }) {
      return [try inbox.question(number)]
    }
    if Int64(target) != nil, invocation.arguments.count == 1 {
      return [try inbox.question(try number(target, invocation))]
    }
    return try meant(target, invocation.arguments.dropFirst().first, inbox, project)
  }

  /// The questions about a record that a person names, or about one field of it.
  private static func meant(
    _ target: String, _ field: String?, _ inbox: Inbox, _ project: OpenProject
  ) throws -> [Question] {
    let reader = try project.openReader()
    let words = try RecordWords(reader.lookup)
    // What is gone cannot be found any more, and is still asked about by its name.
    let wanted = try? words.name(of: RecordFinder(reader.lookup).find(target)).subject
    let found = try inbox.questions().filter { question in
      let name = try words.name(of: question.key)
      let names = [name.address, question.key.id, name.title, question.detail.name]
      guard name.subject == wanted || names.contains(target) else { return false }
      guard let field else { return true }
      return try question.field == field
        || question.field.map { try words.field($0, of: question.key) } == field
    }
    guard !found.isEmpty else {
      throw InboxError(
        .none, "there is no open question about \(target)\(field.map { ", \($0)" } ?? "")",
        help: "See `trumeau conflicts list`.")
    }
    return found
  }

  private static func isWanted(
    _ count: Int, _ choice: Alternative, _ invocation: Invocation, _ console: Console
  ) throws -> Bool {
    guard !invocation.flag("yes") else { return true }
    guard !console.isUnattended, !console.isJSON else {
      throw UsageError(
        "\(count) questions would be answered at once, and nobody can be asked here",
        help: "add --yes", path: invocation.path)
    }
    console.ask("\(count) questions: \(choice.label). Type yes to go on:")
    return StandardInput.line() == "yes"
  }
}
