import Bytes
import Settings
import CommandTree
import Connectors
import Contract
import Formats
import LocalMirror
import Machine
import Sync

/// `trumeau pull`: the catalogue into the mirror, and the proof that it is complete.
enum PullCommand {
  static let command = Command(
    "pull", "bring the mirror up to date, and prove that it is complete",
    discussion: """
      The first pull reads everything; later ones only what has changed. A pull may be stopped at any
      moment and goes on where it was. At its end the number and the digest (a fingerprint of the
      content) of each kind of record are compared with the shop's; if one differs, the exit code is 1
      and the last lines say which kind and by how much.
      """,
    examples: [
      Example("trumeau pull", "what has changed since the last time"),
      Example("trumeau pull --full", "everything again, compared record by record"),
    ],
    options: [
      .flag("full", "read everything again, not only what has changed"),
      .flag("allow-shrink", "accept that a large part of the catalogue vanishes, this once"),
      .value("page-size", "N", "how many records are read and stored at a time (default 1000)"),
    ],
    work: run)

  private static func run(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    Signals.collect()
    let project = try OpenProject(invocation, console)
    var options = Pull.Options()
    options.isFull = invocation.flag("full")
    options.allowsShrink = invocation.flag("allow-shrink")
    if let size = try invocation.integer("page-size", in: 1...1000) { options.pageSize = size }
    let mirror = try project.openMirror(console)
    return tell(try pull(project, mirror, options, console), console)
  }

  /// Pulls before a plan or a push; what came is told on standard error.
  static func bringUpToDate(
    _ project: OpenProject, _ mirror: MirrorStore, _ console: Console
  ) throws -> PullReport {
    let report = try pull(project, mirror, Pull.Options(), console)
    let changed = report.streams.reduce(0) { $0 + $1.inserted + $1.updated + $1.deleted }
    console.note("From shop: \(ProgressLine.grouped(changed)) changes.")
    guard report.isComplete else {
      throw Failure(
        "pull.incomplete",
        "the pull did not bring everything: \(report.faults.joined(separator: "; "))",
        help: "run `trumeau pull` and see what it says")
    }
    return report
  }

  /// Pulls, and shows how far it is.
  static func pull(
    _ project: OpenProject, _ mirror: MirrorStore, _ chosen: Pull.Options, _ console: Console
  ) throws -> PullReport {
    var options = chosen
    options.maxShrink = project.settings.site.maxShrink
    options.rules = project.settlementRules
    let source = try project.makeSource(pageSize: options.pageSize)
    let line = ProgressLine(console)
    defer { line.clear() }
    let trace = PhaseTrace()
    trace?.listen(to: mirror)
    let pull = Pull(
      source: source, mirror: mirror, connector: project.settings.site.connector.rawValue,
      options: options
    ) { progress in
      trace?.note(progress.phase)
      show(progress, on: line, console)
    }
    // Before: what was written until now began from what was pulled until now.
    let written = try project.takeInFiles(console, into: mirror)
    let report = try pull.run()
    line.clear()
    var files = try project.takeInFiles(console, into: mirror)
    files.edits = written.edits + files.edits
    files.tell(console)
    return report
  }

  private static func show(_ progress: PullProgress, on line: ProgressLine, _ console: Console) {
    switch progress.phase {
    case .connecting: break
    case .waiting(let seconds, let reason):
      line.clear()
      console.note("\(reason); trying again in \(seconds) s")
    case .proving(let stream): line.update("comparing \(stream)", done: progress.done, total: nil)
    default: line.update("records", done: progress.done, total: progress.expected)
    }
  }

  private static func tell(_ report: PullReport, _ console: Console) -> ExitCode {
    let exit: ExitCode = report.isComplete ? .done : .failed
    if console.isJSON {
      var json = JSONWriter()
      report.write(into: &json)
      let body = json.finish().string
      console.json(Document("pull", ok: report.isComplete) { $0.raw("pull", body) }.text)
      return exit
    }
    if let reason = report.reason { console.note(console.faint("Everything was read: \(reason).")) }
    for stream in report.streams where stream.count + stream.deleted + stream.inQuarantine > 0 {
      console.report(row(stream, console))
    }
    let proven = report.streams.count(where: \.isProven)
    let changed = report.streams.reduce(0) { $0 + $1.inserted + $1.updated + $1.deleted }
    let took = ProgressLine.took(report.seconds)
    if report.isComplete {
      let what = report.hasChanges ? "\(ProgressLine.grouped(changed)) changes" : "Nothing new"
      console.report(
        console.good("\(what) in \(took). Complete:")
          + " \(proven) of \(report.streams.count) streams proven (counts and digests match).")
    } else {
      let faults = console.isQuiet ? [report.faults.joined(separator: "; ")] : report.faults
      for fault in faults { console.complain("error[pull.incomplete]: \(fault)") }
      console.note("See `trumeau explain pull.incomplete`. What came is kept in the mirror.")
    }
    if let comparison = report.comparison {
      let told = comparison.asked - comparison.open
      console.report(
        "Everything was compared: \(told) of \(comparison.asked) "
          + "\(comparison.asked == 1 ? "question" : "questions") settled"
          + (comparison.open > 0
            ? ", \(comparison.open) asked anew -> trumeau conflicts" : ""))
    }
    let held = report.streams.reduce(report.unknownInQuarantine) { $0 + $1.inQuarantine }
    if held > 0 {
      console.note(
        "\(held) records do not fit the contract and wait in quarantine: "
          + "trumeau mirror sql \"select type, id, reason from quarantine\"")
    }
    return exit
  }

  private static func row(_ stream: PullReport.Stream, _ console: Console) -> String {
    let name = stream.type.path.padding(to: 18)
    let count = ProgressLine.grouped(stream.count).padding(to: 10, before: true)
    var notes: [String] = []
    if stream.inserted > 0 { notes.append("\(ProgressLine.grouped(stream.inserted)) new") }
    if stream.updated > 0 { notes.append("\(ProgressLine.grouped(stream.updated)) changed") }
    if stream.deleted > 0 { notes.append("\(ProgressLine.grouped(stream.deleted)) gone") }
    if stream.repaired > 0 { notes.append("\(stream.repaired) read again") }
    if stream.inQuarantine > 0 { notes.append("\(stream.inQuarantine) in quarantine") }
    return "  \(name)\(count)   \(console.faint(notes.joined(separator: ", ")))"
  }
}

extension String {
  /// The text with spaces up to a width, after it or before it.
  func padding(to width: Int, before: Bool = false) -> String {
    let space = String(repeating: " ", count: max(width - count, 0))
    return before ? space + self : self + space
  }
}
