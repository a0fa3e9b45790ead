import Bytes
import CommandTree
import Diagnostics
import Machine
import Settings
import Site
import Storefront

/// `trumeau check leak`: searches what is published.
enum LeakCheckCommand {
  static let command = Command(
    "leak", "search everything that is published for values its visitors may not see",
    discussion: """
      Every build searches what it makes; this searches what stands there now, also files that somebody
      put there by hand, for what is private now. Each file is searched as it is and behind gzip, base64,
      HTML entities, percent-escapes and JSON escapes. Of sealed trees the public page and all names are
      searched. Ends with exit code 8 where something is found.
      """,
    examples: [
      Example("trumeau check leak", "all roots of all storefronts"),
      Example("trumeau check leak --at 2026-12-01T09:00:00Z", "for what is private at that time"),
    ],
    options: [
      .value("storefront", "NAME", "only this storefront; may be repeated", isRepeatable: true),
      .value("at", "TIME", "what is private at this time: 2026-12-01T09:00:00Z"),
    ],
    work: { invocation, console in
      let project = try OpenProject(invocation, console)
      let at = try project.instant(invocation)
      let storefronts = try project.storefronts(named: invocation.values("storefront"))
      let reports = try storefronts.map {
        try LeakCheck(project: project.settings, storefront: $0, at: at).run()
      }
      let leaks = reports.flatMap(\.leaks)
      console.show(leaks.prefix(20).map(\.publishedDiagnostic))
      for report in reports where report.leaks.isEmpty {
        let files = report.roots.reduce(0) { $0 + $1.fileCount }
        console.report(
          console.good("Clean: \(ProgressLine.grouped(files)) files of \(report.storefront)")
            + "   \(report.byteCount >> 20) MB in \(ProgressLine.took(report.seconds)), "
            + "\(speed(report)) MB/s, \(secrets(report)) private values")
      }
      if !leaks.isEmpty {
        console.complain(
          "\(leaks.count) private values stand in what is published. Take it down, then look for the "
            + "template, content or file that holds them.")
      }
      console.json(
        Document("check leak", ok: leaks.isEmpty) { document in
          document.list("storefronts", reports) { document, report in fill(document, report) }
        }.text)
      return leaks.isEmpty ? .done : .leak
    })

  private static func speed(_ report: LeakCheckReport) -> Int {
    Int(Double(report.byteCount) / 1_000_000 / max(report.seconds, 0.000_001))
  }

  private static func secrets(_ report: LeakCheckReport) -> String {
    ProgressLine.grouped(report.roots.map(\.secretCount).max() ?? 0)
  }

  private static func fill(_ document: Document, _ report: LeakCheckReport) {
    document.field("storefront", report.storefront)
    document.field("bytes", report.byteCount)
    document.field(milliseconds: "took", seconds: report.seconds)
    document.field("megabytes_per_second", speed(report))
    document.list("roots", report.roots) { document, root in
      document.field("path", root.path)
      document.field("files", root.fileCount)
      document.field("secrets", root.secretCount)
      document.field("too_short", root.tooShortCount)
    }
    document.list("findings", report.leaks.map(\.publishedDiagnostic)) { document, finding in
      document.fill(finding)
    }
  }
}
