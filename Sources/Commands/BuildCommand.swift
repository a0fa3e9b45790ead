import Bytes
import CommandTree
import Diagnostics
import Machine
import Sync
import Settings
import Site

/// `trumeau build`: pages from mirror, content and templates.
enum BuildCommand {
  static let command = Command(
    "build", "render the site from mirror, content and templates",
    discussion: """
      The output is exactly the plan: what the plan lacks is removed, and the new site takes the place
      of the old one in one step. Only what is different is made: where a few products changed since
      the last build, the pages, listings and sitemaps that show them; where templates, content or
      settings changed, everything. Where a template, a piece of content or a setting is wrong, nothing
      is published. Every output is searched for values that its visitors may not see; if one is found
      the build fails with exit code 8.
      """,
    examples: [
      Example("trumeau build", "all storefronts"),
      Example("trumeau build --at 2026-12-01T09:00:00Z", "as it will be at that time"),
      Example("trumeau build --at '2026-12-01T09:00 Asia/Tokyo'", "by the clocks of a place"),
      Example("trumeau build --max-age 6h", "only if the last pull was within six hours"),
      Example("trumeau build --dry-run", "what would be different, without publishing it"),
      Example("trumeau build --profile", "which templates and lines take the time"),
    ],
    options: [
      .value("storefront", "NAME", "only this storefront; may be repeated", isRepeatable: true),
      .value(
        "at", "TIME", "as if it were this time, for sales and early access: 2026-12-01T09:00:00Z"),
      .value("max-age", "TIME", "refuse a mirror that is older, as 6h; pull first then"),
      .flag("full", "render everything, whatever changed"),
      .flag("dry-run", "list what would be different, and publish nothing"),
      .flag("allow-shrink", "accept that far fewer products are shown than before"),
      .flag("record-reads", "note in the mirror what each page read, for looking into a build"),
      .flag("profile", "show where rendering takes its time, by template and line"),
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try OpenProject(invocation, console)
    let storefronts = try project.storefronts(named: invocation.values("storefront"))
    let files = try project.takeInFiles(console)
    if files.hasErrors {
      throw Failure(
        "file.errors", "nothing was published: files of products have errors",
        help: "mend what is listed above and build again", findings: files.findings)
    }
    files.tell(console)
    let at = invocation.value("at") == nil ? nil : try project.instant(invocation)
    let options = SiteBuild.Options(
      at: at, storefronts: storefronts.map(\.name),
      allowsShrink: invocation.flag("allow-shrink"), recordsReads: invocation.flag("record-reads"),
      measuresTime: invocation.flag("profile"), isFull: invocation.flag("full"),
      isDry: invocation.flag("dry-run"),
      maxAge: try OpenProject.seconds("max-age", invocation))
    let line = ProgressLine(console)
    let trace = BuildPhaseTrace()
    let reports: [BuildReport]
    do {
      reports = try SiteBuild(project: project.settings, options: options).run { progress in
        trace?.note(progress.phase)
        line.update(
          words(progress.phase), done: progress.done,
          total: progress.total > 0 ? progress.total : nil)
      }
      line.clear()
    } catch {
      line.clear()
      throw error
    }
    for report in reports {
      if options.isDry { list(report, console) } else { tell(report, console) }
      if let sealed = report.sealed { TierCommands.tell(sealed, console) }
      if let profile = report.profile { console.say(ProfileTable(profile).text) }
    }
    console.json(Document("build") { document in fill(document, reports) }.text)
    return .done
  }

  private static func words(_ phase: BuildProgress.Phase) -> String {
    switch phase {
    case .survey: "looking at products"
    case .pages: "pages"
    case .files: "files"
    case .leaks: "looking for what is private"
    case .publish: "putting in place"
    }
  }

  /// What a dry run found.
  private static func list(_ report: BuildReport, _ console: Console) {
    console.show(report.diagnostics, limit: 20)
    for change in report.changes.prefix(200) {
      console.say("  \(change.kind.rawValue.padding(to: 8)) \(change.path)")
    }
    if report.changes.count > 200 { console.say("  and \(report.changes.count - 200) more") }
    console.say(
      "\(ProgressLine.grouped(report.changes.count)) outputs would be different; "
        + "nothing was published")
    if case .full(let reason) = report.extent {
      console.note("Everything was rendered: \(reason).")
    }
  }

  private static func tell(_ report: BuildReport, _ console: Console) {
    console.show(report.diagnostics, limit: 20)
    switch report.extent {
    case .nothing:
      console.say(
        console.good("Nothing to do: nothing that pages are made from has changed")
          + "   (\(ProgressLine.grouped(report.pageCount)) pages, \(ProgressLine.took(report.seconds)))"
      )
      return tellNext(report, console)
    case .update:
      console.say(
        console.good(
          "Rendered \(ProgressLine.grouped(report.renderedCount)) of "
            + "\(ProgressLine.grouped(report.pageCount)) pages in \(ProgressLine.took(report.seconds))"
        )
          + "   leak check: clean")
      console.note(
        console.faint(
          "  \(ProgressLine.grouped(report.writtenCount)) files are different, "
            + "\(ProgressLine.grouped(report.removedCount)) are gone"))
      tellSearch(report, console)
      return tellNext(report, console)
    case .full: tellFull(report, console)
    }
  }

  private static func tellFull(_ report: BuildReport, _ console: Console) {
    let roots = report.roots.map { root in
      "\(root.path.hasPrefix("private/") ? Path.name(of: root.path) : root.path) "
        + ProgressLine.grouped(root.pageCount)
    }.joined(separator: " · ")
    console.report(
      console.good(
        "Built \(ProgressLine.grouped(report.pageCount)) pages in \(ProgressLine.took(report.seconds))"
      )
        + "   (\(roots))   leak check: clean")
    let files = report.roots.reduce(0) { $0 + $1.fileCount }
    let secrets = report.roots.map(\.secretCount).max() ?? 0
    console.note(
      console.faint(
        "  \(ProgressLine.grouped(files)) files, \(ProgressLine.grouped(report.writtenCount)) written, "
          + "\(ProgressLine.grouped(report.linkedCount)) linked to equal ones; looked for "
          + "\(ProgressLine.grouped(secrets)) private values in \(report.scannedByteCount >> 20) MB"
      ))
    if case .full(let reason) = report.extent {
      console.note(console.faint("  Everything was rendered: \(reason)."))
    }
    tellNext(report, console)
  }

  /// Says that outputs which nobody made anew were searched, and why.
  private static func tellSearch(_ report: BuildReport, _ console: Console) {
    guard report.searchedCount > 0 else { return }
    let values = report.newSecretCount
    console.note(
      console.faint(
        "  \(ProgressLine.grouped(values)) \(values == 1 ? "value is" : "values are") private that "
          + "\(values == 1 ? "was" : "were") not before: all other outputs were searched too, "
          + "\(ProgressLine.grouped(report.searchedCount)) files"))
  }

  private static func tellNext(_ report: BuildReport, _ console: Console) {
    if let next = report.nextChange {
      console.note(console.faint("  The next window opens or closes at \(next.rfc3339)."))
    }
  }

  private static func fill(_ document: Document, _ reports: [BuildReport]) {
    document.list("storefronts", reports) { document, report in
      document.field("storefront", report.storefront)
      document.field("snapshot_id", report.snapshotID)
      document.field("as_of", report.asOf.rfc3339)
      document.field("at", report.at.rfc3339)
      document.field("extent", report.extent.word)
      if case .full(let reason) = report.extent { document.field("reason", reason) }
      document.field("pages", report.pageCount)
      document.field("rendered", report.renderedCount)
      document.field("removed", report.removedCount)
      document.field("written", report.writtenCount)
      document.field("linked", report.linkedCount)
      document.field("new_secrets", report.newSecretCount)
      document.field("searched", report.searchedCount)
      document.field("next_change", report.nextChange?.rfc3339)
      document.field("next_wake", report.nextWake?.rfc3339)
      document.field(milliseconds: "took", seconds: report.seconds)
      document.list("roots", report.roots) { document, root in
        document.field("path", root.path)
        document.field("pages", root.pageCount)
        document.field("files", root.fileCount)
        document.field("bytes", root.byteCount)
        document.field("secrets", root.secretCount)
        document.field("too_short", root.tooShortCount)
      }
      document.list("changes", report.changes) { document, change in
        document.field("kind", change.kind.rawValue)
        document.field("path", change.path)
      }
      document.list("findings", report.diagnostics) { document, finding in document.fill(finding) }
      if let sealed = report.sealed {
        document.object("sealed") { document in TierCommands.fill(document, sealed) }
      }
      if let profile = report.profile {
        document.object("profile") { document in ProfileTable(profile).fill(document) }
      }
    }
  }
}
