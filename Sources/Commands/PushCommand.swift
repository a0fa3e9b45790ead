import Merge
import Bytes
import CommandTree
import Contract
import LocalMirror
import Machine
import Settings
import Sync

/// `trumeau push`: sends the plan and tells what became of every part of it.
enum PushCommand {
  static let command = Command(
    "push", "send your edits to the shop, exactly as planned",
    discussion: """
      Shows the plan, asks, and sends. Only fields that you edited are sent. What the shop refuses, or
      what it changed meanwhile, waits in the inbox (trumeau conflicts); everything else goes on. A push
      may be stopped at any moment: the next one finds out what became of what was under way.
      Exit codes: 5 something waits for your decision, 9 the outcome of something is unknown, 10 the
      plan is out of date and nothing was sent, 4 sign in, 7 the shop cannot be reached.
      """,
    examples: [
      Example("trumeau push", "show the plan, ask, send"),
      Example("trumeau push --plan monday.plan", "send exactly the plan that was kept, or stop"),
      Example("trumeau push --yes --json", "for scripts: one result a record"),
      Example(
        "trumeau push --results sent.csv --retry mend.csv",
        "a table of what became of each record, and one of what to mend and import"),
    ],
    options: [
      .value("plan", "FILE", "send exactly this plan, or stop and show what is different"),
      .flag("pull", "pull first"),
      .flag("confirm", "confirm the unusual prices of the plan"),
      .flag("yes", letter: "y", "do not ask"),
      .value("results", "FILE", "what became of each record: CSV, or JSON lines as .jsonl"),
      .value("retry", "FILE", "what the shop did not take, as a table for trumeau import csv"),
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    Signals.collect()
    let project = try OpenProject(invocation, console)
    let shown = try invocation.value("plan").map { try PlanFile.read(try Files.readText($0)) }
    let mirror = try project.openMirrorToEdit(console)
    try project.takeInFiles(console, into: mirror).tell(console)
    if let shown, shown.shop != (try mirror.serverID()) {
      throw PlanError(
        .otherShop, "the plan is for the shop \(shown.shop), the mirror is of another",
        help: "Make a plan of this project with `trumeau plan -o FILE`.")
    }
    let push = try open(project, mirror, console)
    let settled = try push.settleUnsettled()
    if invocation.flag("pull") {
      _ = try PullCommand.bringUpToDate(project, mirror, console)
    }
    var plan = try project.makePlan(mirror)
    if invocation.flag("confirm"), !plan.confirmations.isEmpty {
      try Inbox(mirror: mirror, rules: project.settlementRules)
        .answer(plan.confirmations, Inbox.Answer(.confirm))
      plan = try project.makePlan(mirror)
    }
    if let shown {
      let difference = PlanDifference(shown: shown, now: plan)
      guard difference.isEmpty else { return try refuse(difference, project, console) }
    } else {
      guard try isWanted(plan, project, invocation, console) else { return .failed }
    }
    var files = PushResultFiles(invocation)
    let code = try send(plan, push, after: settled, &files, mirror, project, console)
    // What the shop has made of the edits goes into the files.
    try project.takeInFiles(console, into: mirror).tell(console)
    return code
  }

  /// A push to the project's shop, telling how far it is.
  static func open(
    _ project: OpenProject, _ mirror: MirrorStore, _ console: Console
  ) throws -> Push {
    let shop = try project.openShop(mirror)
    let line = ProgressLine(console)
    let trace = PhaseTrace()
    trace?.listen(to: mirror)
    return Push(
      target: shop.target, mirror: mirror, capabilities: try project.capabilities(mirror),
      shopNow: shop.description.now, rules: project.settlementRules
    ) { progress in
      trace?.note(progress.phase)
      switch progress.phase {
      case .waiting(let seconds, let reason):
        line.clear()
        if seconds > 0 { console.note("\(reason); going on in \(seconds) s") }
      case .settling: line.update("checking what was sent", done: progress.done, total: nil)
      case .freezing, .sending, .reading, .storing:
        line.update("sending", done: progress.done, total: progress.total)
      }
      if progress.total > 0, progress.done >= progress.total { line.clear() }
    }
  }

  /// Shows the plan and asks; there is nothing to ask where nothing would be sent.
  private static func isWanted(
    _ plan: Plan, _ project: OpenProject, _ invocation: Invocation, _ console: Console
  ) throws -> Bool {
    let reader = try project.openReader()
    let isAsked = !plan.operations.isEmpty && !invocation.flag("yes")
    try PlanScreen(plan, reader, console).show(age: nil, next: nil, isAsked: isAsked)
    guard isAsked else { return true }
    guard !console.isUnattended, !console.isJSON else {
      throw UsageError(
        "push asks before it sends, and nobody can answer here",
        help: "add --yes, or give a plan with --plan", path: invocation.path)
    }
    console.ask("Type yes to send \(plan.operations.count == 1 ? "it" : "them"):")
    if StandardInput.line() == "yes" { return true }
    console.note("Nothing was sent.")
    return false
  }

  /// Sends a plan and tells what became of it.
  private static func send(
    _ plan: Plan, _ push: Push, after settled: PushReport, _ files: inout PushResultFiles,
    _ mirror: MirrorStore, _ project: OpenProject, _ console: Console
  ) throws -> ExitCode {
    let report: PushReport
    do {
      report = try push.run(plan)
    } catch let error as PushError {
      // What was answered until then is worth knowing all the more.
      try files.write(settled.items + (error.report?.items ?? []), mirror, project)
      files.tell(console)
      throw error
    }
    try files.write(settled.items + report.items, mirror, project)
    return try tell(report, settled, project, console, files)
  }

  // MARK: Telling

  private static func refuse(
    _ difference: PlanDifference, _ project: OpenProject, _ console: Console
  ) throws -> ExitCode {
    let words = try RecordWords(try project.openReader().lookup)
    console.complain("Nothing was sent: the plan is no longer what it was when it was shown.")
    for entry in difference.entries {
      let fields = try entry.fields.map { try words.field($0, of: entry.key) }
      let what =
        switch entry.change {
        case .added: "would be sent as well"
        case .removed: "would not be sent any more"
        case .changed: "would be sent with another value, or over another value of the shop"
        case .asked: "needs your decision now"
        }
      let list = fields.isEmpty ? "" : " \(fields.joined(separator: ", "))"
      console.complain("  \(entry.name)\(list): \(what)")
    }
    console.complain("Look at the plan of now with `trumeau plan`.")
    console.json(
      Document("push", ok: false) { document in
        document.field("exit", Int(ExitCode.planStale.rawValue))
        document.list("differences", difference.entries) { document, entry in
          document.field("change", entry.change.rawValue)
          document.field("type", entry.key.type.rawValue)
          document.field("id", entry.key.id)
          document.field("name", entry.name)
          document.strings("fields", entry.fields)
        }
      }.text)
    return .planStale
  }

  static func tell(
    _ report: PushReport, _ settled: PushReport, _ project: OpenProject, _ console: Console,
    _ files: PushResultFiles? = nil
  ) throws -> ExitCode {
    let items = settled.items + report.items
    let exit = exitCode(items, report.openQuestions)
    console.json(document(report, items, exit, files).text)
    for item in items where item.outcome != .done {
      let fields = item.fields.isEmpty ? "" : " (\(item.fields.joined(separator: ", ")))"
      let reason = item.words.map { ": \($0)" } ?? ""
      console.report("  \(item.name)\(fields) \(words(item.outcome, item))\(reason)")
    }
    let done = items.filter { $0.outcome == .done || $0.outcome == .found }
    let fields = done.reduce(0) { $0 + $1.fields.count }
    let records = Set(done.map(\.key)).count
    var line = "\(fields) \(fields == 1 ? "field" : "fields") in \(records) "
    line += records == 1 ? "record sent" : "records sent"
    let asked = max(items.count { $0.outcome == .asked }, report.openQuestions)
    line += ", \(asked) \(asked == 1 ? "needs" : "need") your decision"
    let unknown = items.count { $0.outcome == .unknown }
    if unknown > 0 { line += ", \(unknown) without an answer" }
    if let number = report.number, !done.isEmpty { line += ". Undo with: trumeau undo \(number)" }
    console.report(items.isEmpty ? "Nothing was sent." : line)
    if console.isQuiet, !console.isJSON, exit != .done { console.complain("push: \(line)") }
    if report.openQuestions > 0 { console.report("Decide: trumeau conflicts") }
    if unknown > 0 { console.report("The next push finds out what became of it.") }
    files?.tell(console)
    return exit
  }

  private static func words(_ outcome: PushReport.Outcome, _ item: PushReport.Item) -> String {
    switch outcome {
    case .done: "was sent"
    case .found: "had arrived already"
    case .asked: "needs your decision"
    case .changed: "was not sent"
    case .blocked: "was not sent"
    case .unknown: "has no answer yet"
    case .missed: "had not arrived; it is in the next plan"
    }
  }

  private static func exitCode(_ items: [PushReport.Item], _ openQuestions: Int) -> ExitCode {
    if items.contains(where: { $0.outcome == .unknown }) { return .outcomeUnknown }
    let isLeft = items.contains { $0.outcome == .asked || $0.outcome == .changed }
    return isLeft || openQuestions > 0 ? .decisionsOpen : .done
  }

  private static func document(
    _ report: PushReport, _ items: [PushReport.Item], _ exit: ExitCode, _ files: PushResultFiles?
  ) -> Document {
    Document("push", ok: exit == .done) { document in
      document.field("exit", Int(exit.rawValue))
      if let number = report.number { document.field("push", number) }
      document.field("sent", items.count { $0.outcome == .done || $0.outcome == .found })
      document.field("open_questions", report.openQuestions)
      document.field("retries", report.retries)
      document.field("results_file", files?.resultsPath)
      document.field("retry_file", files.flatMap { $0.hasRetry ? $0.retryPath : nil })
      document.list("results", items) { document, item in
        document.field("outcome", item.outcome.rawValue)
        document.field("operation", item.operation.rawValue)
        document.field("type", item.key.type.rawValue)
        document.field("id", item.key.id)
        document.field("name", item.name)
        document.strings("fields", item.fields)
        document.field("key", item.mutationID)
        document.field("kind", item.kind?.rawValue)
        document.field("words", item.words)
      }
    }
  }
}
