import Settings
import Bytes
import CommandTree
import Contract
import LocalMirror
import Machine
import Sync

/// `trumeau undo`: the values before a push become edits again, and are planned like all others.
enum UndoCommand {
  static let command = Command(
    "undo", "take a push back, as a plan of its own",
    discussion: """
      Makes edits that bring back the values before a push, shows the plan, asks and sends it. What the
      shop has changed since is never overwritten: it becomes a question, as with any other edit.
      Without a number the last push is taken back. The mirror is brought up to date first.
      """,
    examples: [
      Example("trumeau undo", "take the last push back"),
      Example("trumeau undo 41 --yes", "push number 41, without asking"),
    ],
    options: [.flag("yes", letter: "y", "do not ask")],
    positionals: [Positional("PUSH", "its number, as push told it", isRequired: false)],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    Signals.collect()
    let project = try OpenProject(invocation, console)
    let mirror = try project.openMirrorToEdit(console)
    let undo = Undo(mirror: mirror)
    let number = try number(invocation, undo, mirror)
    // What the shop deleted together with a record must be gone here before it is made again.
    _ = try PullCommand.bringUpToDate(project, mirror, console)
    let changes = try undo.changes(of: number)
    if !console.isQuiet || !invocation.flag("yes") { try tell(changes, project, console) }
    guard changes.contains(where: { !$0.isSkipped }) else {
      console.report("There is nothing to take back.")
      console.json(document(number, changes).text)
      return .done
    }
    guard try isWanted(invocation, console) else { return .failed }
    let push = try PushCommand.open(project, mirror, console)
    let settled = try push.settleUnsettled()
    let keys = try undo.apply(number)
    let plan = try project.makePlan(mirror, only: keys)
    if !console.isJSON {
      try PlanScreen(plan, try project.openReader(), console).show(age: nil, next: nil)
    }
    let report = try push.run(plan)
    if let other = report.number { try undo.note(number, undoneBy: other) }
    return try PushCommand.tell(report, settled, project, console)
  }

  private static func number(
    _ invocation: Invocation, _ undo: Undo, _ mirror: MirrorStore
  ) throws -> Int64 {
    guard let text = invocation.arguments.first else {
      guard let last = try undo.lastPush() else {
        throw Failure("undo.none", "no push has sent anything that could be taken back")
      }
      return last.number
    }
    guard let number = Int64(text), let push = try mirror.ledger.push(number) else {
      throw Failure("undo.none", "there is no push \(text)", exit: .usage)
    }
    if let other = push.undoneBy {
      throw Failure("undo.none", "push \(number) has been taken back by push \(other)")
    }
    return number
  }

  private static func isWanted(_ invocation: Invocation, _ console: Console) throws -> Bool {
    guard !invocation.flag("yes") else { return true }
    guard !console.isUnattended, !console.isJSON else {
      throw UsageError(
        "undo asks first, and nobody can answer here", help: "add --yes", path: invocation.path)
    }
    console.ask("Type yes to bring these values back:")
    if StandardInput.line() == "yes" { return true }
    console.note("Nothing was changed.")
    return false
  }

  private static func tell(
    _ changes: [Undo.Change], _ project: OpenProject, _ console: Console
  ) throws {
    guard !console.isJSON else { return }
    let words = try RecordWords(try project.openReader().lookup)
    for change in changes {
      let name = change.name.padding(to: 24)
      switch change.action {
      case .set(let field, let from, let to):
        let text = EditedText.change(
          from: try words.text(from, field, of: change.key),
          to: try words.text(to, field, of: change.key))
        console.say("~ \(name) \(try words.field(field, of: change.key).padding(to: 16)) \(text)")
      case .move(let field, let movement):
        let sign = movement > 0 ? "+" : ""
        console.say("~ \(name) \(try words.field(field, of: change.key)) \(sign)\(movement)")
      case .delete: console.say("\(console.bad("-")) \(name) delete")
      case .create(let records):
        let parts = records.count > 1 ? " and its \(records.count - 1) parts" : ""
        console.say("\(console.good("+")) \(name) make it\(parts) again, with new ids")
      case .join(let place):
        console.say("~ \(name) \(try words.field(place.field, of: change.key)): put back")
      case .skip(let reason): console.say("· \(name) stays: \(reason)")
      }
    }
  }

  private static func document(
    _ number: Int64, _ changes: [Undo.Change]
  ) -> Document {
    Document("undo") { document in
      document.field("undone", number)
      document.list("changes", changes) { document, change in
        document.field("type", change.key.type.rawValue)
        document.field("id", change.key.id)
        document.field("name", change.name)
      }
    }
  }
}

extension Undo.Change {
  /// Whether it stays as it is.
  var isSkipped: Bool { if case .skip = action { true } else { false } }
}
