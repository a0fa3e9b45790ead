import Bytes
import CommandTree
import LocalMirror
import Machine
import Settings
import Sync

/// `trumeau plan`: what a push would do, without the network.
enum PlanCommand {
  static let command = Command(
    "plan", "what push would send, and what needs your decision",
    discussion: """
      Merges your edits with what the last pull brought and lists what would be sent, in order. Nothing
      is sent. A plan kept with -o is pushed exactly as it was shown: if anything has changed since,
      push stops and says what. "protected" means that the shop refuses the change where somebody else
      wrote in between; where it does not, push reads before and after writing and tells you.
      """,
    examples: [
      Example("trumeau plan", "look at what would be sent"),
      Example("trumeau plan -o monday.plan", "keep it, for trumeau push --plan monday.plan"),
      Example("trumeau plan --pull", "bring the mirror up to date first"),
    ],
    options: [
      .value("output", letter: "o", "FILE", "keep the plan in a file"),
      .flag("pull", "pull first"),
      .flag("exit-code", "exit with 6 where there is something to send"),
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let mirror = try project.openMirrorToEdit(console)
    try project.takeInFiles(console, into: mirror).tell(console)
    if invocation.flag("pull") {
      _ = try PullCommand.bringUpToDate(project, mirror, console)
    }
    let plan = try project.makePlan(mirror)
    var next: String?
    if let path = invocation.value("output") {
      try Files.write(PlanFile.text(of: plan), to: path)
      next = "trumeau push --plan \(path)"
    }
    let reader = try project.openReader()
    try PlanScreen(plan, reader, console).show(
      age: reader.lastPull.map { Age.words(from: $0, to: SystemTime().now) }, next: next)
    console.json(Document("plan") { PlanScreen.fill($0, plan, reader.lastPull) }.text)
    guard invocation.flag("exit-code") else { return .done }
    if !plan.operations.isEmpty || !plan.unsettled.isEmpty { return .changesPending }
    return plan.questions.isEmpty ? .done : .decisionsOpen
  }
}
