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
      Example("trumeau plan --windows", "which drops, sales and articles open and end, and when"),
      Example("trumeau plan --pull", "bring the mirror up to date first"),
    ],
    options: [
      .value("output", letter: "o", "FILE", "keep the plan in a file"),
      .flag("pull", "pull first"),
      .flag("windows", "list the coming windows instead: what they change, and for whom"),
      .value("storefront", "NAME", "with --windows: which storefront (default: all)"),
      .value("at", "TIME", "with --windows: as if it were this time"),
      .value("until", "TIME", "with --windows: how far to look (default: a year)"),
      .value("count", "N", "with --windows: how many instants to list (default 20)"),
      .flag("exit-code", "exit with 6 where there is something to send"),
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    if invocation.flag("windows") { return try WindowScreen.show(project, invocation, console) }
    for name in ["storefront", "at", "until", "count"] where invocation.value(name) != nil {
      throw UsageError("--\(name) goes with --windows", path: invocation.path)
    }
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
