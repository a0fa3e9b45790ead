import Bytes
import CommandTree
import Settings
import Site

/// `trumeau rollback`: the site as it was before the last build.
enum RollbackCommand {
  static let command = Command(
    "rollback", "put back the site as it was published before the last build",
    discussion: """
      Pages, sitemaps, redirects and feeds become those that were published before the last build which
      published something, byte for byte and without rendering. Nothing else is touched: templates, content
      and mirror stay as they are, so the next `trumeau build` builds again what was taken back. One build can
      be taken back, not two. It may be stopped at any moment: the next start ends what was begun.
      """,
    examples: [
      Example("trumeau rollback --dry-run", "what would be put back"),
      Example("trumeau rollback", "put it back"),
      Example("trumeau rollback --storefront main", "where the project has several storefronts"),
    ],
    options: [
      .value("storefront", "NAME", "which storefront; must be said where there are several"),
      .flag("dry-run", "list what would be different, and change nothing"),
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let all = project.settings.storefronts
    if all.count > 1, invocation.value("storefront") == nil {
      throw UsageError(
        "there are several storefronts: say which one with --storefront",
        help: all.map(\.name).joined(separator: ", "), path: ["rollback"])
    }
    let storefront = try project.storefront(named: invocation.value("storefront"))
    let isDry = invocation.flag("dry-run")
    PhaseTrace()?.noteRollback()
    let build = SiteBuild(project: project.settings, options: .init(isDry: isDry))
    guard let report = try build.rollBack(storefront.name) else {
      throw Failure(
        "rollback.nothing", "nothing is kept of a state before this one",
        help: "only the last build can be taken back, and only once")
    }
    tell(report, isDry, console)
    console.json(Document("rollback") { document in fill(document, report, isDry) }.text)
    return .done
  }

  private static func tell(_ report: RollbackReport, _ isDry: Bool, _ console: Console) {
    if isDry {
      for change in report.changes.prefix(200) {
        console.say("  \(change.kind.rawValue.padding(to: 8)) \(change.path)")
      }
      if report.changes.count > 200 { console.say("  and \(report.changes.count - 200) more") }
    }
    let count = ProgressLine.grouped(report.changes.count)
    let state = report.restored.map { " of \($0.rfc3339)" } ?? ""
    if isDry {
      console.say("\(count) outputs would be different; nothing was changed")
    } else {
      console.say(
        console.good("The site\(state) is back: \(count) outputs are different")
          + "   (\(report.storefront))")
      console.note(
        console.faint(
          "  `trumeau build` builds again what was taken back; change first what was wrong."))
    }
  }

  private static func fill(_ document: Document, _ report: RollbackReport, _ isDry: Bool) {
    document.field("storefront", report.storefront)
    document.field("dry_run", isDry)
    document.field("taken_back", report.takenBack?.rfc3339)
    document.field("restored", report.restored?.rfc3339)
    document.field("snapshot_id", report.snapshotID)
    document.list("changes", report.changes) { document, change in
      document.field("kind", change.kind.rawValue)
      document.field("path", change.path)
    }
  }
}
