import Bytes
import CommandTree
import Diagnostics
import Feeds
import Machine
import Settings

/// `trumeau feed`: what marketplaces fetch.
enum FeedCommands {
  static let command = Command(
    "feed", "write and check product feeds",
    discussion: """
      Each file in channels/ describes a feed; it is published as public/feeds/<name>.xml.gz. Items
      come from what the public of the channel's market sees, and every feed is searched for values
      that it must not hold before it takes the place of the old one.
      """,
    examples: [
      Example("trumeau feed build", "write the feeds of all channels"),
      Example("trumeau feed validate", "check them by the channel's rules"),
      Example("trumeau feed check", "compare them with the built pages, to the cent"),
    ],
    subcommands: [list, build, validate, check])

  private static let channels = Positional(
    "CHANNEL", "name of a file in channels, without .yaml; all where none is given",
    isRequired: false, isRepeatable: true)

  /// Opens the project, and says so where there is nothing to do.
  private static func open(_ invocation: Invocation, _ console: Console) throws -> OpenProject {
    let project = try OpenProject(invocation, console)
    if project.settings.channels.isEmpty {
      console.note(
        "The project has no feeds: each is described by a file in channels/. "
          + "`trumeau schema channel` tells what it may say.")
    }
    return project
  }

  // MARK: list

  private static let list = Command(
    "list", "the channels and their files",
    examples: [Example("trumeau feed list", "what is configured, and what is built")],
    work: { invocation, console in
      let project = try open(invocation, console)
      let feeds = ProductFeeds(project.settings)
      for channel in project.settings.channels {
        let files = try feeds.files(of: channel.name).map(Path.name)
        console.say(
          "\(channel.name.padding(to: 20))\(channel.market)/\(channel.locale)  "
            + (files.isEmpty ? "not built yet" : files.joined(separator: ", ")))
      }
      console.json(
        Document("feed list") { document in
          document.list("channels", project.settings.channels) { document, channel in
            document.field("name", channel.name)
            document.field("kind", channel.kind)
            document.field("market", channel.market)
            document.field("locale", channel.locale)
          }
        }.text)
      return .done
    })

  // MARK: build

  private static let build = Command(
    "build", "write and publish feeds",
    discussion: """
      A feed with far fewer items than last time is not published, because a marketplace deletes what a
      feed lacks; --allow-shrink publishes it all the same.
      """,
    examples: [
      Example("trumeau feed build", "all channels"),
      Example("trumeau feed build google-eu", "one of them"),
    ],
    options: [
      .value(
        "at", "TIME", "as if it were this time, for sales and early access: 2026-12-01T09:00:00Z"),
      .flag("allow-shrink", "publish although far fewer items are in it than last time"),
    ],
    positionals: [channels], work: runBuild)

  private static func runBuild(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let project = try open(invocation, console)
    let sink = DiagnosticSink()
    let line = ProgressLine(console)
    defer { line.clear() }
    let reports = try ProductFeeds(project.settings).build(
      invocation.arguments, at: try project.instant(invocation),
      isShrinkAllowed: invocation.flag("allow-shrink"), sink: sink
    ) { channel, done, total in
      line.update("feed \(channel)", done: done, total: total)
    }
    line.clear()
    console.show(sink.all)
    for report in reports { tell(report, console) }
    console.json(
      Document("feed build", ok: !sink.hasErrors) { document in
        document.list("feeds", reports) { fill($0, $1) }
        document.list("findings", sink.all) { $0.fill($1) }
      }.text)
    return sink.hasErrors ? .findings : .done
  }

  private static func tell(_ report: FeedReport, _ console: Console) {
    let files = report.files.map {
      "\(Path.name(of: $0.path)) \(ProgressLine.grouped($0.byteCount)) B"
    }
    console.report(
      console.good("Feed \(report.channel): \(ProgressLine.grouped(report.itemCount)) items")
        + " of \(ProgressLine.grouped(report.productCount)) products   (\(files.joined(separator: ", ")))"
    )
    let omitted = report.omitted.sorted { $0.key.rawValue < $1.key.rawValue }
      .map { "\(ProgressLine.grouped($0.value)) \($0.key.rawValue)" }
    if !omitted.isEmpty {
      console.note(console.faint("  left out: \(omitted.joined(separator: ", "))"))
    }
    if let until = report.validUntil {
      console.note(console.faint("  right until \(until.rfc3339)"))
    }
  }

  private static func fill(_ document: Document, _ report: FeedReport) {
    document.field("channel", report.channel)
    document.field("items", report.itemCount)
    document.field("products", report.productCount)
    document.field("snapshot_id", report.snapshotID)
    document.field("valid_until", report.validUntil?.rfc3339)
    document.object("omitted") { document in
      for reason in Omission.allCases {
        document.field("\(reason)", report.omitted[reason] ?? 0)
      }
    }
    document.list("files", report.files) { document, file in
      document.field("path", file.path)
      document.field("bytes", file.byteCount)
    }
  }

  // MARK: validate

  private static let validate = Command(
    "validate", "check feeds by the channel's rules",
    discussion: """
      Takes channels of the project or files, also those of other programs, plain or gzip. Exit code 3
      where there is an error.
      """,
    examples: [
      Example("trumeau feed validate", "all channels of the project"),
      Example("trumeau feed validate other.xml --taxonomy taxonomy.txt", "any file"),
    ],
    options: [
      .value("taxonomy", "FILE", "Google's categories, `id - path` a line"),
      .value("at", "TIME", "compare dates with this time"),
    ],
    positionals: [
      Positional(
        "CHANNEL|FILE", "what to check; all channels where nothing is given", isRequired: false,
        isRepeatable: true)
    ],
    work: runValidate)

  private static func runValidate(_ invocation: Invocation, _ console: Console) throws -> ExitCode {
    let instant =
      try OpenProject.instant("at", invocation, zone: "UTC") ?? SystemTime().now
    let taxonomy = invocation.value("taxonomy")
    let isFile = { (word: String) in word.contains("/") || word.contains(".") }
    var reports: [ValidationReport] = []
    for file in invocation.arguments where isFile(file) {
      var options = FeedValidator.Options(now: instant)
      options.taxonomyFile = taxonomy
      reports.append(try FeedValidator(options).validate(file: file))
    }
    let named = invocation.arguments.filter { !isFile($0) }
    if !named.isEmpty || invocation.arguments.isEmpty {
      let feeds = ProductFeeds(try open(invocation, console).settings)
      for name in named.isEmpty ? feeds.names : named {
        guard let file = try feeds.files(of: name).first else {
          throw Failure(
            "feed.files", "the feed \(name) has not been built", help: "run trumeau feed build")
        }
        reports.append(
          try feeds.validate(file: file, as: name, taxonomyFile: taxonomy, at: instant))
      }
    }
    for report in reports { tell(report, console) }
    let hasErrors = reports.contains(where: \.hasErrors)
    console.json(
      Document("feed validate", ok: !hasErrors) { document in
        document.list("files", reports) { document, report in
          document.field("file", report.file)
          document.field("items", report.itemCount)
          document.list("counts", report.counts) { document, count in
            document.field("code", count.code)
            document.field("severity", count.severity.word)
            document.field("count", count.count)
          }
          document.list("findings", report.findings) { $0.fill($1) }
        }
      }.text)
    return hasErrors ? .findings : .done
  }

  private static func tell(_ report: ValidationReport, _ console: Console) {
    console.show(report.findings)
    let items = "\(ProgressLine.grouped(report.itemCount)) items"
    if report.counts.isEmpty {
      console.report(console.good("\(report.file): \(items), nothing found"))
      return
    }
    console.report(
      "\(report.file): \(items), \(report.count(.error)) errors, \(report.count(.warning)) warnings"
    )
    for count in report.counts {
      console.note(
        console.faint(
          "  \(ProgressLine.grouped(count.count).padding(to: 8, before: true))  \(count.severity.word) "
            + "\(count.code)"))
    }
  }

  // MARK: check

  private static let check = Command(
    "check", "compare feeds with the built pages, to the cent",
    discussion: """
      Price, currency and availability of each item are compared with what its page tells search
      engines. Exit code 3 where something differs.
      """,
    examples: [Example("trumeau feed check", "all channels")],
    positionals: [channels],
    work: { invocation, console in
      let project = try open(invocation, console)
      let result = try ProductFeeds(project.settings).checkConsistency(invocation.arguments)
      console.show(result.findings)
      let items = ProgressLine.grouped(result.itemCount)
      if !result.findings.isEmpty {
        console.report("\(items) items, \(ProgressLine.grouped(result.findings.count)) differences")
      } else if !project.settings.channels.isEmpty {
        console.report(console.good("\(items) items agree with their pages"))
      }
      console.json(
        Document("feed check", ok: result.findings.isEmpty) { document in
          document.field("items", result.itemCount)
          document.list("findings", result.findings) { $0.fill($1) }
        }.text)
      return result.findings.isEmpty ? .done : .findings
    })
}

extension Failure {
  /// A feed that was not published, or settings of a channel that cannot be meant.
  init(_ error: FeedError) {
    self.init(
      error.code.rawValue, error.message, help: error.help,
      exit: error.code == .settings ? .usage : .failed)
  }
}
